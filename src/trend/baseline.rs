//! What a series usually counts: a discounted level, a weekday shape, a spread.
//!
//! The level forgets with a half-life of ten days, leans on a slow one of ninety, and that on the
//! prior of its cohort. A window is held against the level as it stood [`GUARD_DAYS`] before the
//! window began, so that an event does not train the baseline it is judged by.

use crate::record::{Day, SeriesState};

/// Lengths of the windows, in days.
pub const WINDOWS: [u16; 3] = [1, 3, 7];
/// Days between the newest level that is used and the window.
pub const GUARD_DAYS: usize = 2;
/// Half-life of the level.
pub const HALF_LIFE_DAYS: f64 = 10.0;
/// Half-life of the slow level.
const SLOW_HALF_LIFE_DAYS: f64 = 90.0;
/// Half-life of a weekday's share, in visits.
const WEEKDAY_HALF_LIFE_VISITS: f64 = 8.0;
/// Half-life of the dispersions, in closes.
const DISPERSION_HALF_LIFE: f64 = 45.0;
/// Weight of the slow level in the level: about two days of counts.
pub const SLOW_WEIGHT: f64 = 0.15;
/// Weight of the cohort's prior in the slow level: about two days of counts.
const PRIOR_WEIGHT: f64 = 0.015;
/// Counts that a weekday's prior (no weekday at all) is worth.
const WEEKDAY_PRIOR_COUNTS: f64 = 10.0;
/// Levels kept: the oldest window begins six days ago and is guarded by two.
const LEVELS_KEPT: usize = 9;
/// Counts that the cohort's spread is worth.
const DISPERSION_PRIOR_COUNTS: f64 = 15.0;
/// Days of counts kept: one less than the longest window.
const RECENT_DAYS: usize = 6;
/// A series this young learns no spread: its expectation is not its own yet.
pub const SPREAD_AFTER_DAYS: i32 = 14;
/// Exposures at which the spread is learned: in an outage the error is not the series' own.
pub const USUAL_EXPOSURE: std::ops::Range<f64> = 0.6..1.7;
/// Bounds of a dispersion.
const DISPERSION_BOUNDS: (f64, f64) = (1.0, 1e4);
/// Spread of a series of which nothing is known, by window.
pub const DISPERSION_PRIOR: [f64; 3] = [1.3, 1.6, 2.2];

/// The share a value of today takes, for a half-life.
fn gain(half_life: f64) -> f64 {
    1.0 - (-std::f64::consts::LN_2 / half_life).exp()
}

/// A series before its first day.
pub fn born(first_day: Day, dispersion: [f64; 3]) -> SeriesState {
    SeriesState {
        first_day,
        last_day: first_day.plus(-1),
        level: [0.0; 2],
        slow: [0.0; 2],
        weekday: [[0.0; 2]; 7],
        dispersion,
        levels: Vec::new(),
        recent: Vec::new(),
        doubtful: 0.0,
        last_alert: None,
        peak: 0,
        market: None,
    }
}

/// The level at the last close, in counts a day, for a prior level.
pub fn level(state: &SeriesState, prior: f64) -> f64 {
    let slow = (state.slow[0] + PRIOR_WEIGHT * prior) / (state.slow[1] + PRIOR_WEIGHT);
    (state.level[0] + SLOW_WEIGHT * slow) / (state.level[1] + SLOW_WEIGHT)
}

/// The weekday factors, mean 1, shrunk towards 1 where the counts are few.
pub fn weekday_factors(state: &SeriesState, prior: f64) -> [f64; 7] {
    let level = level(state, prior).max(0.02);
    let weight = gain(WEEKDAY_HALF_LIFE_VISITS) * WEEKDAY_PRIOR_COUNTS / level;
    let mut factors = state
        .weekday
        .map(|[count, seen]| (count + weight * level) / (seen + weight));
    let mean = factors.iter().sum::<f64>() / 7.0;
    for factor in &mut factors {
        *factor = (*factor / mean.max(1e-9)).max(0.01);
    }
    factors
}

/// What a window ending on `day` should count, before exposure.
///
/// The state stands at the close of the day before. Returns the expected count and the days of
/// observation behind the level it rests on.
pub fn expected(state: &SeriesState, day: Day, window: u16, prior: f64) -> (f64, f64) {
    let factors = weekday_factors(state, prior);
    expected_by(state, day, window, prior, &factors)
}

fn expected_by(
    state: &SeriesState,
    day: Day,
    window: u16,
    prior: f64,
    factors: &[f64; 7],
) -> (f64, f64) {
    let shape: f64 = (0..i32::from(window))
        .map(|back| factors[day.plus(-back).weekday()])
        .sum();
    // The newest level is that of `day − 1`; the one wanted is that of `day − window + 1 − GUARD`.
    let back = usize::from(window) + GUARD_DAYS - 2;
    let (level, age) = match state.levels.len().checked_sub(1 + back) {
        Some(place) => {
            let at = day.0 - 1 - back as i32;
            (
                state.levels.get(place).copied().unwrap_or(prior),
                f64::from((at - state.first_day.0 + 1).max(0)),
            )
        }
        None => (prior, 0.0),
    };
    let kept = 1.0 - (1.0 - gain(HALF_LIFE_DAYS)).powf(age);
    let days = HALF_LIFE_DAYS / std::f64::consts::LN_2 * (kept + SLOW_WEIGHT);
    (level * shape, days)
}

/// Close the silent days after the last one, up to and including `through`.
///
/// `exposures` are those of the newest days, the last one that of `through`; days before them
/// count as usual ones. Whatever its length, a silence costs at most that many steps: the rest
/// is closed in one.
pub fn silence(state: &mut SeriesState, through: Day, exposures: &[f64], prior: f64) {
    let days = (through.0 - state.last_day.0).max(0) as usize;
    if days == 0 {
        return;
    }
    let factors = weekday_factors(state, prior);
    let recent = days.min(exposures.len().max(LEVELS_KEPT));
    at_once(state, days - recent, &factors);
    if days > recent {
        state.recent = vec![0; RECENT_DAYS];
    }
    for back in (0..recent).rev() {
        let exposure = exposures
            .len()
            .checked_sub(1 + back)
            .and_then(|place| exposures.get(place))
            .copied()
            .unwrap_or(1.0);
        quiet_day(state, exposure, prior, &factors);
        step(state, 0.0, exposure, &factors);
        keep_count(state, 0);
        keep_level(state, prior);
    }
}

/// What a silent day says of the spread: silence is an observation too, without which a rare
/// series would know itself from its loud days only.
fn quiet_day(state: &mut SeriesState, exposure: f64, prior: f64, factors: &[f64; 7]) {
    let day = state.last_day.plus(1);
    if day.0 - state.first_day.0 < SPREAD_AFTER_DAYS || !USUAL_EXPOSURE.contains(&exposure) {
        return;
    }
    for (place, window) in WINDOWS.into_iter().enumerate() {
        let earlier = state.recent.iter().rev().take(usize::from(window) - 1);
        let observed: f64 = earlier.map(|count| f64::from(*count)).sum();
        let (expected, _) = expected_by(state, day, window, prior, factors);
        learn_dispersion(state, place, observed, expected);
    }
}

fn keep_count(state: &mut SeriesState, count: u32) {
    state.recent.push(count);
    if state.recent.len() > RECENT_DAYS {
        state.recent.remove(0);
    }
}

/// Spread of a window: the series' own, or, while its counts are few, that of its cohort where
/// that is wider.
pub fn dispersion(state: &SeriesState, window: usize, level: f64, prior: &[f64; 3]) -> f64 {
    let counts = level * DISPERSION_HALF_LIFE / std::f64::consts::LN_2;
    let own = counts / (counts + DISPERSION_PRIOR_COUNTS);
    let blend = own * state.dispersion[window] + (1.0 - own) * prior[window];
    blend.max(state.dispersion[window])
}

/// Close `days` silent days of usual exposure in closed form.
fn at_once(state: &mut SeriesState, days: usize, factors: &[f64; 7]) {
    if days == 0 {
        return;
    }
    let count = days as i32;
    // Σ over the days of q^(days left) × factor of that weekday, by weekday: the days of one
    // weekday are a geometric series in q^7.
    let weigh = |keep: f64| -> f64 {
        let mut sum = 0.0;
        for first in 0..count.min(7) {
            let weekday = state.last_day.plus(1 + first).weekday();
            let visits = (count - 1 - first) / 7 + 1;
            let last = first + 7 * (visits - 1);
            let week = keep.powi(7);
            sum += factors[weekday] * keep.powi(count - 1 - last) * (1.0 - week.powi(visits))
                / (1.0 - week);
        }
        sum
    };
    for (sums, half_life) in [
        (&mut state.level, HALF_LIFE_DAYS),
        (&mut state.slow, SLOW_HALF_LIFE_DAYS),
    ] {
        let gain = gain(half_life);
        let keep = 1.0 - gain;
        sums[0] *= keep.powi(count);
        sums[1] = sums[1] * keep.powi(count) + gain * weigh(keep);
    }
    let keep = 1.0 - gain(WEEKDAY_HALF_LIFE_VISITS);
    for first in 0..count.min(7) {
        let visits = (count - 1 - first) / 7 + 1;
        let sums = &mut state.weekday[state.last_day.plus(1 + first).weekday()];
        sums[0] *= keep.powi(visits);
        sums[1] = 1.0 - (1.0 - sums[1]) * keep.powi(visits);
    }
    state.doubtful *= (1.0 - gain(HALF_LIFE_DAYS)).powi(count);
    state.last_day = state.last_day.plus(count);
}

/// Learn the counts of the day after the last one.
pub fn learn(state: &mut SeriesState, count: f64, doubtful: f64, exposure: f64, prior: f64) {
    let factors = weekday_factors(state, prior);
    step(state, count, exposure, &factors);
    keep_count(state, count as u32);
    state.doubtful += gain(HALF_LIFE_DAYS) * doubtful;
    keep_level(state, prior);
}

/// One day of the discounted sums. A day on which half was seen counts as half a day.
fn step(state: &mut SeriesState, count: f64, exposure: f64, factors: &[f64; 7]) {
    let day = state.last_day.plus(1);
    let factor = factors[day.weekday()] * exposure;
    for (sums, half_life) in [
        (&mut state.level, HALF_LIFE_DAYS),
        (&mut state.slow, SLOW_HALF_LIFE_DAYS),
    ] {
        let gain = gain(half_life);
        sums[0] = (1.0 - gain) * sums[0] + gain * count;
        sums[1] = (1.0 - gain) * sums[1] + gain * factor;
    }
    let gain_visit = gain(WEEKDAY_HALF_LIFE_VISITS);
    let sums = &mut state.weekday[day.weekday()];
    sums[0] = (1.0 - gain_visit) * sums[0] + gain_visit * count;
    sums[1] = (1.0 - gain_visit) * sums[1] + gain_visit * exposure;
    state.doubtful *= 1.0 - gain(HALF_LIFE_DAYS);
    state.last_day = day;
}

fn keep_level(state: &mut SeriesState, prior: f64) {
    state.levels.push(level(state, prior));
    if state.levels.len() > LEVELS_KEPT {
        state.levels.remove(0);
    }
}

/// Learn the spread of a window: the squared error against its expectation, one error counting
/// at most ten times what was known before.
pub fn learn_dispersion(state: &mut SeriesState, window: usize, observed: f64, expected: f64) {
    let Some(dispersion) = state.dispersion.get_mut(window) else {
        return;
    };
    let gain = gain(DISPERSION_HALF_LIFE);
    let error = (observed - expected).powi(2) / expected.max(0.3);
    let next = (1.0 - gain) * *dispersion + gain * error.min(10.0 * *dispersion);
    *dispersion = next.clamp(DISPERSION_BOUNDS.0, DISPERSION_BOUNDS.1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fed(counts: &[f64]) -> SeriesState {
        let mut state = born(Day(20_000), DISPERSION_PRIOR);
        for count in counts {
            learn(&mut state, *count, 0.0, 1.0, 0.1);
        }
        state
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() <= 1e-9 * (1.0 + left.abs().max(right.abs()))
    }

    proptest! {
        #[test]
        fn a_long_silence_closed_at_once_equals_one_closed_day_by_day(
            counts in proptest::collection::vec(0.0_f64..30.0, 1..40),
            days in 1_usize..400,
        ) {
            let mut fast = fed(&counts);
            let mut slow = fast.clone();
            let factors = weekday_factors(&fast, 0.1);
            at_once(&mut fast, days, &factors);
            for _ in 0..days {
                step(&mut slow, 0.0, 1.0, &factors);
            }
            prop_assert_eq!(fast.last_day, slow.last_day);
            for (left, right) in [(fast.level, slow.level), (fast.slow, slow.slow)] {
                prop_assert!(close(left[0], right[0]) && close(left[1], right[1]));
            }
            for (left, right) in fast.weekday.iter().zip(&slow.weekday) {
                prop_assert!(close(left[0], right[0]) && close(left[1], right[1]));
            }
        }

        #[test]
        fn factors_have_mean_one_and_a_level_lies_among_its_counts(
            counts in proptest::collection::vec(0.0_f64..50.0, 14..80),
        ) {
            let state = fed(&counts);
            let factors = weekday_factors(&state, 0.1);
            prop_assert!((factors.iter().sum::<f64>() / 7.0 - 1.0).abs() < 0.02);
            let most = counts.iter().copied().fold(0.1, f64::max);
            prop_assert!(level(&state, 0.1) >= 0.0 && level(&state, 0.1) <= most * 7.0);
        }
    }

    #[test]
    fn a_weekly_shape_is_learned_where_counts_are_many_and_not_where_they_are_few() {
        let many: Vec<f64> = (0..140)
            .map(|day| if day % 7 == 0 { 300.0 } else { 100.0 })
            .collect();
        let few: Vec<f64> = many.iter().map(|count| count / 1_000.0).collect();
        let weekday = Day(20_000).weekday();
        assert!(weekday_factors(&fed(&many), 0.1)[weekday] > 2.0);
        assert!(weekday_factors(&fed(&few), 0.1)[weekday] < 1.2);
    }

    #[test]
    fn a_day_that_was_not_seen_leaves_the_level_as_it_was() {
        let mut state = fed(&[20.0; 60]);
        let before = level(&state, 0.1);
        silence(&mut state, Day(20_000 + 66), &[0.0; 7], 0.1);
        assert_eq!(state.last_day, Day(20_066));
        assert!((level(&state, 0.1) - before).abs() < 0.5, "{before}");
        let mut seen = fed(&[20.0; 60]);
        silence(&mut seen, Day(20_000 + 66), &[1.0; 7], 0.1);
        assert!(level(&seen, 0.1) < before * 0.75);
    }
}
