//! How series of one sort begin and spread in a market and class: the prior of a new one.
//!
//! A new product or phrase has no past of its own. It is judged against what young series of
//! its kind usually reach, so that ordinary births do not flood the reader.

use super::baseline::DISPERSION_PRIOR;
use crate::record::{Cohort, MarketState, SeriesState, Subject};

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
/// Days that the first week of a series has.
const FIRST_WEEK: f64 = 7.0;
/// The share of new SKUs whose first week the prior covers. A catalogue has few births, so that
/// even one in ten of them reported is far below the promised false alarms a series-day.
pub const COVERED_SKUS: f64 = 0.5;
/// The share of new phrases whose first week the prior covers: phrases are born by the thousand.
pub const COVERED_PHRASES: f64 = 0.9;
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
        prior(&Cohort::default(), COVERED_SKUS)
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

/// The prior of a cohort: the level that a share `covered` of young series stay below, and the
/// mean spread of the grown ones.
pub fn prior(cohort: &Cohort, covered: f64) -> Prior {
    let total: f64 = cohort.young.iter().sum();
    let mut level = LEVEL_FLOOR;
    if total > 0.0 {
        let mut sum = 0.0;
        for (place, weight) in cohort.young.iter().enumerate() {
            sum += weight;
            if sum >= covered * total {
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

/// Count a young series: in its first week it had come to `before` counts and has now come to
/// `after`. Each series counts once, with its first week, however often it is met in it.
pub fn join_young(cohort: &mut Cohort, before: u32, after: u32) {
    cohort.young.resize(BUCKETS, 0.0);
    for (count, change) in [(before, -1.0), (after, 1.0)] {
        if count == 0 {
            continue;
        }
        let level = f64::from(count) / FIRST_WEEK;
        let place = (2.0 * (level / FIRST_EDGE).log2()).ceil();
        let place = place.clamp(0.0, (BUCKETS - 1) as f64) as usize;
        if let Some(weight) = cohort.young.get_mut(place) {
            *weight = (*weight + change).max(0.0);
        }
    }
}

/// Count a grown series with its spread.
pub fn join_grown(cohort: &mut Cohort, state: &SeriesState) {
    for (sum, own) in cohort.dispersion.iter_mut().zip(state.dispersion) {
        *sum += own.ln();
    }
    cohort.grown += 1.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prior_covers_nine_in_ten_and_the_loud_tenth_does_not_move_it() {
        let level = |cohort: &Cohort| prior(cohort, COVERED_PHRASES).level;
        let mut cohort = Cohort::default();
        assert_eq!(level(&cohort), LEVEL_FLOOR);
        for _ in 0..95 {
            join_young(&mut cohort, 0, 2);
        }
        let usual = level(&cohort);
        for _ in 0..5 {
            join_young(&mut cohort, 0, 3_500);
        }
        assert_eq!(level(&cohort), usual);
        for _ in 0..40 {
            join_young(&mut cohort, 0, 3_500);
        }
        assert!(level(&cohort) > 20.0 * usual);
    }

    #[test]
    fn a_series_counts_once_with_all_of_its_first_week() {
        let mut daily = Cohort::default();
        for (before, after) in [(0, 5), (5, 9), (9, 30)] {
            join_young(&mut daily, before, after);
        }
        let mut once = Cohort::default();
        join_young(&mut once, 0, 30);
        assert_eq!(daily, once);
    }

    #[test]
    fn an_old_loud_time_is_forgotten() {
        let mut cohort = Cohort::default();
        for _ in 0..50 {
            join_young(&mut cohort, 0, 3_500);
        }
        for _ in 0..200 {
            age(&mut cohort);
            join_young(&mut cohort, 0, 1);
        }
        assert!(prior(&cohort, COVERED_PHRASES).level < 1.0);
    }
}
