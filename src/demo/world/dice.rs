//! Seeded chance: every draw of the world comes from a named stream of one seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random draws. The same seed and name always give the same stream, whatever other
/// streams were drawn before: adding a post to one site never changes another.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of `name` in the world of `seed`.
    pub fn new(seed: u64, name: &str) -> Dice {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_be_bytes());
        hasher.update(name.as_bytes());
        Dice(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 up to but not including 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from `low` up to but not including `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `limit`; 0 when `limit` is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        // The bias of a multiply-shift is below 2^-40 for the sizes drawn here.
        ((u128::from(self.bits()) * limit as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both included.
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).max(0) as usize + 1) as i64
    }

    /// Whether something of probability `p` happens.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of the items; `None` only when there is none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// The index of a weight, drawn in proportion to it.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let total: f64 = weights.iter().sum();
        let mut left = self.unit() * total;
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// A standard normal number (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A Poisson count.
    pub fn poisson(&mut self, mean: f64) -> usize {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 60.0 {
            // The normal approximation is within a percent here.
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as usize;
        }
        let limit = (-mean).exp();
        let (mut count, mut product) = (0, self.unit());
        while product > limit {
            count += 1;
            product *= self.unit();
        }
        count
    }

    /// A negative binomial count with the given mean and variance over mean: a Poisson count
    /// whose mean is itself gamma distributed, as counts of people are.
    pub fn crowd(&mut self, mean: f64, dispersion: f64) -> usize {
        if mean <= 0.0 {
            return 0;
        }
        if dispersion <= 1.0 {
            return self.poisson(mean);
        }
        let scale = dispersion - 1.0;
        let rate = self.gamma(mean / scale) * scale;
        self.poisson(rate)
    }

    /// A gamma number of the given shape and scale 1 (Marsaglia and Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = (1.0 - self.unit()).powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Put items in a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_and_name_alone() {
        let draws = |seed, name| {
            let mut dice = Dice::new(seed, name);
            (0..8).map(|_| dice.bits()).collect::<Vec<_>>()
        };
        assert_eq!(draws(1, "posts"), draws(1, "posts"));
        assert_ne!(draws(1, "posts"), draws(2, "posts"));
        assert_ne!(draws(1, "posts"), draws(1, "people"));
    }

    #[test]
    fn crowds_have_the_mean_and_the_spread_they_are_asked_for() {
        let mut dice = Dice::new(7, "crowd");
        for (mean, dispersion) in [(0.4, 1.5), (3.0, 2.0), (25.0, 1.3)] {
            let draws: Vec<f64> = (0..20_000)
                .map(|_| dice.crowd(mean, dispersion) as f64)
                .collect();
            let average = draws.iter().sum::<f64>() / draws.len() as f64;
            let variance =
                draws.iter().map(|x| (x - average).powi(2)).sum::<f64>() / (draws.len() - 1) as f64;
            assert!((average / mean - 1.0).abs() < 0.06, "{mean}: {average}");
            let found = variance / average;
            assert!(
                (found / dispersion - 1.0).abs() < 0.1,
                "{dispersion}: {found}"
            );
        }
    }

    #[test]
    fn a_weight_of_nothing_is_never_drawn() {
        let mut dice = Dice::new(3, "weights");
        for _ in 0..1_000 {
            assert_ne!(dice.weighted(&[1.0, 0.0, 2.0]), 1);
        }
    }
}
