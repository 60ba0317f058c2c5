//! First guesses at a quantile, so close that one evaluation of the cumulative function is enough.

use std::f64::consts::PI;

use crate::distribution::law::Probability;
use crate::distribution::standard_normal;
use crate::real;

/// The table goes from minus this to this, as standard normal quantiles: a little further than draws do.
const REACH: f64 = 8.5;
const STEPS: usize = 128;
const WIDTH: f64 = 2.0 * REACH / 128.0;

/// A quantile at equal steps of the standard normal quantile: its logarithm, and the
/// rise of that over one step. Between them by Hermite's cubic polynomial.
#[derive(Debug)]
pub(in crate::distribution) struct Starts {
    nodes: Vec<(f64, f64)>,
}

impl Starts {
    /// From a quantile function with positive values, and the density by the value's
    /// logarithm. None if the quantile leaves the range of doubles.
    pub(in crate::distribution) fn new(
        quantile: impl Fn(Probability) -> f64,
        density: impl Fn(f64) -> f64,
    ) -> Option<Self> {
        let mut nodes = vec![];
        let mut z = -REACH;
        while nodes.len() <= STEPS {
            let value = quantile(standard_normal::cdf(z));
            let rise = WIDTH * real::exp(-0.5 * z * z) / ((2.0 * PI).sqrt() * density(value));
            let ln = real::ln(value);
            if !(ln.is_finite() && rise.is_finite()) {
                return None;
            }
            nodes.push((ln, rise));
            z += WIDTH;
        }
        Some(Self { nodes })
    }

    /// None outside of the table.
    pub(in crate::distribution) fn at(&self, wanted: Probability) -> Option<f64> {
        let place = (standard_normal::quantile(wanted) + REACH) / WIDTH;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is below 0 becomes 0")]
        let node = place as usize;
        if place < 0.0 || node >= STEPS {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 128")]
        let share = place - node as f64;
        let ((from, rise_from), (to, rise_to)) = (self.nodes[node], self.nodes[node + 1]);
        let (rise, rest) = (to - from, 1.0 - share);
        let cubic = share * rest * (rest * (rise_from - rise) - share * (rise_to - rise));
        Some(real::exp(from + share * rise + cubic))
    }
}
