use proptest::prelude::{Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

use super::{Room, Selection, key, value};

const LITTLE: Room = Room { cells: 256, values: 16 };
const MUCH: Room = Room { cells: 1 << 18, values: 1 << 18 };

/// All ranks of the values, found by passes over shards of them.
fn sorted(values: &[f64], room: Room, shards: usize) -> Vec<f64> {
    let mut selection = Selection::new(values.len() as u64);
    let mut first = true;
    while let Some(empty) = selection.pass(room, 18) {
        let mut whole = empty.clone();
        // The last shard first: order does not matter.
        for shard in values.chunks(values.len().div_ceil(shards).max(1)).rev() {
            let mut tally = empty.clone();
            tally.add(shard);
            whole.merge(tally);
        }
        if std::mem::take(&mut first) {
            selection.want((0..values.len() as u64).collect());
        }
        while !selection.settle(&mut whole) {}
    }
    (0..values.len() as u64).map(|rank| selection.value(rank).unwrap()).collect()
}

fn columns() -> impl Strategy<Value = Vec<f64>> {
    let finite = any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |value| value.is_finite());
    let any_value = prop_oneof![finite, -1.0..1.0, (-3_i8..3).prop_map(f64::from)].prop_map(|value| value + 0.0);
    prop::collection::vec(any_value, 1..300)
}

#[test]
fn keys_are_ordered_as_the_values_are() {
    let values = [f64::MIN, -1.0, -f64::MIN_POSITIVE, 0.0, f64::from_bits(1), 1.0, 1.0 + f64::EPSILON, f64::MAX];
    assert!(values.is_sorted_by_key(|&value| key(value)));
    assert!(values.iter().all(|&of| value(key(of)).to_bits() == of.to_bits()));
}

#[test]
fn equal_values_are_found_by_counting_alone() {
    assert_eq!(sorted(&[7.5; 1_000], LITTLE, 3), [7.5; 1_000]);
}

proptest! {
    #[test]
    fn order_statistics_are_those_of_sorting(values in columns(), little in any::<bool>(), shards in 1_usize..5) {
        let mut judge = values.clone();
        judge.sort_by(f64::total_cmp);
        prop_assert_eq!(sorted(&values, if little { LITTLE } else { MUCH }, shards), judge);
    }
}
