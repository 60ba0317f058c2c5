//! Exact order statistics of any number of values in bounded memory.
//!
//! A finite double becomes an integer of the same order, its *key*. Values are counted by the first bits of their keys, in
//! *cells*. The counts tell which cells hold the ranks that are wanted. A further pass over the values counts inside those
//! cells alone, by further bits. Where the values inside are few, a pass collects and sorts them instead. Counts are
//! integers: neither the order of values nor how they are shared changes anything.

use std::collections::BTreeMap;

/// How the intervals are looked up: by so many first bits of a key.
const INDEX_BITS: u32 = 14;

/// The most values of an interval that is sorted: about half a millisecond.
const MOST_SORTED: u64 = 1 << 15;

/// The memory that a pass may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// The most cells, of four bytes each; at least one for each interval.
    pub(crate) cells: u64,
    /// The most values that are collected, of eight bytes each.
    pub(crate) values: u64,
}

/// The search for the values of certain ranks.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    /// Intervals hold keys that agree in all but the last `shift` bits.
    shift: u32,
    /// The intervals that hold wanted ranks, in ascending order.
    intervals: Vec<Interval>,
    found: BTreeMap<u64, f64>,
}

/// Keys that begin with the same bits.
#[derive(Clone, Debug)]
struct Interval {
    /// The bits that they begin with.
    prefix: u64,
    /// How many values have smaller keys.
    below: u64,
    /// How many values there are, or may be.
    count: u64,
    /// Ranks that are wanted of them, ascending, counted from 0 among all values.
    ranks: Vec<u64>,
}

impl Selection {
    /// Of at most `count` values, of which nothing is known.
    pub(crate) fn new(count: u64) -> Self {
        let all = Interval { prefix: 0, below: 0, count, ranks: Vec::new() };
        Self { shift: 64, intervals: vec![all], found: BTreeMap::new() }
    }

    /// Sets the ranks that are wanted, ascending and each once: after the first pass, before [`settle`](Self::settle).
    pub(crate) fn want(&mut self, ranks: Vec<u64>) {
        if let Some(all) = self.intervals.first_mut() {
            all.ranks = ranks;
        }
    }

    /// The value of a rank that was wanted, once it is found.
    pub(crate) fn value(&self, rank: u64) -> Option<f64> {
        self.found.get(&rank).copied()
    }

    /// The next pass, or none if all is found. At most `most_bits` further bits are counted by.
    pub(crate) fn pass(&self, room: Room, most_bits: u32) -> Option<Tally> {
        let intervals = self.intervals.len() as u64;
        if intervals == 0 {
            return None;
        }
        let places = Places::new(self.shift, self.intervals.iter().map(|interval| interval.prefix).collect());
        let total: u64 = self.intervals.iter().map(|interval| interval.count).sum();
        if total <= room.values && self.intervals.iter().all(|interval| interval.count <= MOST_SORTED) {
            return Some(Tally { places, gathered: Gathered::Keys(vec![Vec::new(); self.intervals.len()]) });
        }
        let bits = (room.cells / intervals).max(2).ilog2().min(most_bits).min(self.shift);
        let cells = vec![0; self.intervals.len() << bits];
        Some(Tally { places, gathered: Gathered::Cells { bits, cells } })
    }

    /// Takes in what a complete pass gathered. About a millisecond's work at once: false if there is more to do.
    pub(crate) fn settle(&mut self, tally: &mut Tally) -> bool {
        match &mut tally.gathered {
            Gathered::Keys(keys) => self.settle_keys(keys),
            Gathered::Cells { bits, cells } => {
                self.settle_cells(*bits, cells);
                true
            }
        }
    }

    /// Sorts the keys of the last interval.
    fn settle_keys(&mut self, keys: &mut Vec<Vec<u64>>) -> bool {
        if let (Some(interval), Some(mut keys)) = (self.intervals.pop(), keys.pop()) {
            keys.sort_unstable();
            for rank in interval.ranks {
                let key = usize::try_from(rank - interval.below).ok().and_then(|place| keys.get(place));
                self.found.extend(key.map(|&key| (rank, value(key))));
            }
        }
        self.intervals.is_empty()
    }

    /// Goes on with the cells that hold wanted ranks.
    fn settle_cells(&mut self, bits: u32, cells: &[u32]) {
        self.shift -= bits;
        let mut narrower = Vec::new();
        for (interval, cells) in self.intervals.drain(..).zip(cells.chunks_exact(1 << bits)) {
            let mut ranks = interval.ranks.into_iter().peekable();
            let mut below = interval.below;
            for (cell, &count) in (0_u64..).zip(cells) {
                let end = below + u64::from(count);
                let mut inside = Vec::new();
                while let Some(rank) = ranks.next_if(|&rank| rank < end) {
                    inside.push(rank);
                }
                if !inside.is_empty() {
                    let prefix = interval.prefix << bits | cell;
                    narrower.push(Interval { prefix, below, count: u64::from(count), ranks: inside });
                }
                below = end;
            }
        }
        if self.shift == 0 {
            // A cell of a single key: all its values are equal.
            for interval in narrower.drain(..) {
                self.found.extend(interval.ranks.into_iter().map(|rank| (rank, value(interval.prefix))));
            }
        }
        self.intervals = narrower;
    }
}

/// What one pass over some of the values gathers.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    places: Places,
    gathered: Gathered,
}

#[derive(Clone, Debug)]
enum Gathered {
    /// For each interval, how many keys begin with its prefix and each of the combinations of the next `bits` bits.
    Cells { bits: u32, cells: Vec<u32> },
    /// For each interval, its keys.
    Keys(Vec<Vec<u64>>),
}

impl Tally {
    /// Adds finite values, none of them -0. No run has more than 2^32 - 1.
    pub(crate) fn add(&mut self, values: &[f64]) {
        match &mut self.gathered {
            Gathered::Cells { bits, cells } => {
                let (shift, mask) = (self.places.shift - *bits, (1_u64 << *bits) - 1);
                for &value in values {
                    let key = key(value);
                    if let Some(place) = self.places.find(key) {
                        #[expect(clippy::cast_possible_truncation, reason = "masked to the number of cells")]
                        let cell = (key >> shift & mask) as usize;
                        cells[(place << *bits) + cell] += 1;
                    }
                }
            }
            Gathered::Keys(keys) => {
                for &value in values {
                    let key = key(value);
                    if let Some(place) = self.places.find(key) {
                        keys[place].push(key);
                    }
                }
            }
        }
    }

    /// A tally of the same pass without values.
    pub(crate) fn empty(&self) -> Self {
        let gathered = match &self.gathered {
            Gathered::Cells { bits, cells } => Gathered::Cells { bits: *bits, cells: vec![0; cells.len()] },
            Gathered::Keys(keys) => Gathered::Keys(vec![Vec::new(); keys.len()]),
        };
        Self { places: self.places.clone(), gathered }
    }

    /// Adds what the same pass gathered from other values.
    pub(crate) fn merge(&mut self, other: Self) {
        match (&mut self.gathered, other.gathered) {
            (Gathered::Cells { cells, .. }, Gathered::Cells { cells: others, .. }) => {
                cells.iter_mut().zip(others).for_each(|(count, other)| *count += other);
            }
            (Gathered::Keys(keys), Gathered::Keys(others)) => {
                keys.iter_mut().zip(others).for_each(|(keys, others)| keys.extend(others));
            }
            _ => {}
        }
    }
}

/// Which interval a key belongs to.
#[derive(Clone, Debug)]
struct Places {
    shift: u32,
    prefixes: Vec<u64>,
    /// For each combination of the first [`INDEX_BITS`] bits, the first interval whose keys may begin so, and the one after
    /// the last. Empty if the only interval holds all keys.
    index: Vec<[u16; 2]>,
}

impl Places {
    fn new(shift: u32, prefixes: Vec<u64>) -> Self {
        if shift == 64 {
            return Self { shift, prefixes, index: Vec::new() };
        }
        let first = |prefix: u64| prefix << shift >> (64 - INDEX_BITS);
        let last = |prefix: u64| (prefix << shift | ((1_u64 << shift) - 1)) >> (64 - INDEX_BITS);
        let (mut start, mut end) = (0, 0);
        let index = (0..1 << INDEX_BITS)
            .map(|bits| {
                while prefixes.get(start).is_some_and(|&prefix| last(prefix) < bits) {
                    start += 1;
                }
                while prefixes.get(end).is_some_and(|&prefix| first(prefix) <= bits) {
                    end += 1;
                }
                // An output has far fewer ranks.
                [start, end].map(|place| u16::try_from(place).unwrap_or(u16::MAX))
            })
            .collect();
        Self { shift, prefixes, index }
    }

    #[inline]
    fn find(&self, key: u64) -> Option<usize> {
        let Some(&[start, end]) = self.index.get((key >> (64 - INDEX_BITS)) as usize) else { return Some(0) };
        if start == end {
            return None;
        }
        let (start, prefix) = (usize::from(start), key >> self.shift);
        self.prefixes[start..usize::from(end)].binary_search(&prefix).ok().map(|place| start + place)
    }
}

/// An integer of the same order as the double.
const fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    // All bits of a negative number are flipped, the sign alone of another.
    bits ^ ((bits.cast_signed() >> 63).cast_unsigned() | 1 << 63)
}

const fn value(key: u64) -> f64 {
    f64::from_bits(key ^ ((!key.cast_signed() >> 63).cast_unsigned() | 1 << 63))
}

#[cfg(test)]
mod tests;
