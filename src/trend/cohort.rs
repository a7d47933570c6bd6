//! How series of one sort begin and spread in a market and class: the prior of a new one.
//!
//! A new product or phrase has no past of its own. It is judged against what young series of
//! its kind usually reach, so that ordinary births do not flood the reader.

use super::baseline::{self, DISPERSION_PRIOR};
use crate::record::{Cohort, Day, MarketState, SeriesState, Subject};

/// Days after which a market is known well enough to tell what is new in it.
pub const SETTLED_DAYS: i32 = 7;
/// Days a series counts as young.
pub const YOUNG_DAYS: i32 = 28;
/// Level below which no prior falls, in counts a day.
const LEVEL_FLOOR: f64 = 0.1;
/// Upper edge of the first bucket, in counts a day; each further edge is √2 times as high.
const FIRST_EDGE: f64 = 0.125;
/// Buckets: the last edge is at 4,096 a day.
const BUCKETS: usize = 31;
/// What stays of the histogram from day to day: a half-life of about thirty days.
const KEEP: f64 = 0.977;
/// The share of young series whose level the prior covers.
const COVERED: f64 = 0.9;
/// Days of counts a young level is read with at least, so that a first day is not a level.
const YOUNG_WEIGHT: f64 = 0.15;
/// What the built-in spread is worth: as much as five grown series of a month.
const SPREAD_WEIGHT: f64 = 200.0;

/// What a new series is judged by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Counts a day.
    pub level: f64,
    /// Variance over mean for windows of 1, 3 and 7 days.
    pub dispersion: [f64; 3],
}

impl Default for Prior {
    fn default() -> Self {
        prior(&Cohort::default())
    }
}

/// The cohort a subject belongs to; the total has none.
pub fn of<'a>(market: &'a MarketState, subject: &Subject) -> Option<&'a Cohort> {
    match subject {
        Subject::Total => None,
        Subject::Sku(_) => Some(&market.skus),
        Subject::Phrase(_) => Some(&market.phrases),
    }
}

/// The prior of a cohort: the level nine in ten young series stay below, and the mean spread of
/// the grown ones.
pub fn prior(cohort: &Cohort) -> Prior {
    let total: f64 = cohort.young.iter().sum();
    let mut level = LEVEL_FLOOR;
    if total > 0.0 {
        let mut sum = 0.0;
        for (place, weight) in cohort.young.iter().enumerate() {
            sum += weight;
            if sum >= COVERED * total {
                level = FIRST_EDGE * 2_f64.powf(place as f64 / 2.0);
                break;
            }
        }
    }
    let mut dispersion = DISPERSION_PRIOR;
    for (own, sum) in dispersion.iter_mut().zip(cohort.dispersion) {
        // The geometric mean: one wild series does not speak for all.
        *own = ((SPREAD_WEIGHT * own.ln() + sum) / (SPREAD_WEIGHT + cohort.grown)).exp();
    }
    Prior {
        level: level.max(LEVEL_FLOOR),
        dispersion,
    }
}

/// Let a day pass.
pub fn age(cohort: &mut Cohort) {
    for weight in &mut cohort.young {
        *weight *= KEEP;
    }
    for sum in &mut cohort.dispersion {
        *sum *= KEEP;
    }
    cohort.grown *= KEEP;
}

/// Count a series too small to keep a state for: it was seen `count` times on `day`.
pub fn join_small(cohort: &mut Cohort, market_since: Day, day: Day, count: u32) {
    let mut state = baseline::born(day, DISPERSION_PRIOR);
    baseline::learn(&mut state, f64::from(count), 0.0, 1.0, LEVEL_FLOOR);
    join(cohort, market_since, &state);
}

/// Count a series that was closed today into its cohort. What was there when the market was
/// first watched was not born then, and says nothing of births.
pub fn join(cohort: &mut Cohort, market_since: Day, state: &SeriesState) {
    let settled = state.first_day.0 - market_since.0 >= SETTLED_DAYS;
    if state.last_day.0 - state.first_day.0 < YOUNG_DAYS {
        if !settled {
            return;
        }
        let level = state.level[0] / (state.level[1] + YOUNG_WEIGHT);
        let place = (2.0 * (level / FIRST_EDGE).max(1e-6).log2()).ceil();
        let place = place.clamp(0.0, (BUCKETS - 1) as f64) as usize;
        cohort.young.resize(BUCKETS, 0.0);
        if let Some(weight) = cohort.young.get_mut(place) {
            *weight += 1.0;
        }
    } else {
        for (sum, own) in cohort.dispersion.iter_mut().zip(state.dispersion) {
            *sum += own.ln();
        }
        cohort.grown += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn young(count: f64) -> SeriesState {
        let mut state = baseline::born(Day(100), DISPERSION_PRIOR);
        baseline::learn(&mut state, count, 0.0, 1.0, 0.1);
        state
    }

    #[test]
    fn the_prior_covers_nine_in_ten_and_the_loud_tenth_does_not_move_it() {
        let mut cohort = Cohort::default();
        assert_eq!(prior(&cohort).level, LEVEL_FLOOR);
        for _ in 0..95 {
            join(&mut cohort, Day(0), &young(1.0));
        }
        let usual = prior(&cohort).level;
        for _ in 0..5 {
            join(&mut cohort, Day(0), &young(500.0));
        }
        assert_eq!(prior(&cohort).level, usual);
        for _ in 0..40 {
            join(&mut cohort, Day(0), &young(500.0));
        }
        assert!(prior(&cohort).level > 20.0 * usual);
    }

    #[test]
    fn an_old_loud_time_is_forgotten() {
        let mut cohort = Cohort::default();
        for _ in 0..50 {
            join(&mut cohort, Day(0), &young(500.0));
        }
        for _ in 0..200 {
            age(&mut cohort);
            join(&mut cohort, Day(0), &young(1.0));
        }
        assert!(prior(&cohort).level < 1.0);
    }
}
