//! The close of a day: (state, counts) → (state, verdict). The only place where floats change.

use super::baseline::{self, WINDOWS};
use super::cohort::{Prior, SETTLED_DAYS};
use super::exposure::Exposure;
use super::tail;
use crate::config::TrendConfig;
use crate::record::{Day, SeriesState};

/// How the chance of a false alarm is split over the windows of 1, 3 and 7 days.
const SPLIT: [f64; 3] = [0.4, 0.4, 0.2];
/// Only what passes this quick score is worth the exact tail.
const SCREEN: f64 = 1.5;
/// A day may pull the level up by at most so many standard deviations of the day.
const CLIP_SD: f64 = 2.5;
/// Only series that usually count so many a day tell of a market-wide rise: of smaller ones only
/// those that happen to be up are active at all.
const UP_USUAL_MIN: f64 = 2.0;
/// Counts that the level of a series is worth at least when its uncertainty is reckoned.
const LEVEL_COUNTS_MIN: f64 = 1.5;
/// Within the quiet days a day must reach this multiple of the best day known at the last alert.
const GROWTH: u32 = 2;
/// Doubtful records a day are a burst only from this many times `authors_min` on.
const DOUBTFUL_BURST: u32 = 3;
/// A series this young has no baseline of its own: the longest window and its guard reach
/// back before most of its days.
const BIRTH_DAYS: i32 = 14;
/// What a series counted on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// The day.
    pub day: Day,
    /// Primary count.
    pub count: u32,
    /// Records set apart as doubtful.
    pub doubtful: u32,
}

/// The settings the close reads, with the thresholds they come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Thresholds on the normal score, by window.
    pub thresholds: [f64; 3],
    /// Fewer than this are never an event.
    pub authors_min: u32,
    /// Days of silence after an alert.
    pub quiet_days: u16,
}

impl Rules {
    /// The rules of the settings.
    pub fn of(config: &TrendConfig) -> Rules {
        let chance = (config.false_alarms_per_1000 / 1_000.0).clamp(1e-9, 0.5);
        Rules {
            thresholds: SPLIT.map(|share| -tail::normal_quantile(chance * share)),
            authors_min: config.authors_min,
            quiet_days: config.quiet_days,
        }
    }
}

/// A series that left its baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Place of the window in [`WINDOWS`].
    pub window: usize,
    /// Count in the window; doubtful records included when `doubted`.
    pub observed: u32,
    /// What was expected, exposure included.
    pub expected: f64,
    /// Central 95 % band of the expectation.
    pub band: (f64, f64),
    /// Variance over mean of the tail.
    pub over: f64,
    /// Normal score.
    pub score: f64,
    /// Tail probability.
    pub p: f64,
    /// Threshold on the score.
    pub threshold: f64,
    /// The smallest count that would have fired.
    pub silent_below: u32,
    /// Exposure of the window, without the series itself.
    pub exposure: f64,
    /// The series is too young for a baseline of its own.
    pub birth: bool,
    /// Only the doubtful records make it stand out.
    pub doubted: bool,
    /// The most in one day of the longest window, doubtful records left out.
    pub peak: u32,
}

/// What the close of one series came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Closed {
    /// The state after the day.
    pub state: SeriesState,
    /// Set when it stands out.
    pub verdict: Option<Verdict>,
    /// Whether the day was expected to hold enough to be compared at all.
    pub tested: bool,
    /// Whether it was then well above its expectation: many such series are a market-wide rise.
    pub up: bool,
}

/// Close `day` for one series.
///
/// `days` are its counts, ascending, the last one that of `day`; days without a count may be
/// missing. For a series without a state they may reach back as far as is known, so that history
/// fetched late is learned before it is judged; otherwise those of the last week are read.
pub fn close(
    state: Option<&SeriesState>,
    day: Day,
    days: &[DayCount],
    exposure: &Exposure,
    rules: &Rules,
    prior: &Prior,
) -> Closed {
    let mut next = match state {
        Some(state) => state.clone(),
        None => warm_up(day, days, exposure, prior),
    };
    if next.last_day >= day {
        return Closed {
            state: next,
            verdict: None,
            tested: false,
            up: false,
        };
    }
    let through = day.plus(-1);
    baseline::silence(&mut next, through, &exposure.before, prior.level);

    let tests = [0, 1, 2].map(|window| test(&next, day, days, window, exposure, prior));
    let today = &tests[0];
    // Against the level alone: exposure would take a market-wide rise away.
    let usual = today.mean / today.exposure;
    let tested = usual >= UP_USUAL_MIN;
    let up = tested && today.observed > 1.5 * usual;
    let mut verdict = judge(&next, day, days, &tests, exposure, rules);
    if let Some(found) = &verdict
        && is_quiet(&next, day, days, found, rules)
    {
        // One event is one alert, as long as it lasts.
        next.last_alert = Some(day);
        verdict = None;
    }

    // A series without a baseline of its own learns what it sees.
    let clip = if is_young(&next, day) {
        f64::INFINITY
    } else {
        today.mean + CLIP_SD * (next.dispersion[0] * today.mean).sqrt() + 1.0
    };
    let doubtful = in_window(day, days, 1, |count| count.doubtful);
    if day.0 - next.first_day.0 >= baseline::SPREAD_AFTER_DAYS {
        for (window, test) in tests.iter().enumerate() {
            // In an outage the error is that of the exposure, not of the series.
            if !baseline::USUAL_EXPOSURE.contains(&test.exposure) {
                continue;
            }
            baseline::learn_dispersion(&mut next, window, test.observed, test.mean);
        }
    }
    baseline::learn(
        &mut next,
        today.observed.min(clip),
        f64::from(doubtful),
        today.exposure,
        prior.level,
    );
    Closed {
        state: next,
        verdict,
        tested,
        up,
    }
}

fn is_young(state: &SeriesState, day: Day) -> bool {
    day.0 - state.first_day.0 < BIRTH_DAYS
}

/// Whether a verdict only says again what was said less than the quiet days ago.
fn is_quiet(
    state: &SeriesState,
    day: Day,
    days: &[DayCount],
    verdict: &Verdict,
    rules: &Rules,
) -> bool {
    let recent = state
        .last_alert
        .is_some_and(|last| day.0 - last.0 < i32::from(rules.quiet_days));
    let today = in_window(day, days, 1, |count| count.count);
    recent && (verdict.doubted || today < state.peak.max(1).saturating_mul(GROWTH))
}

/// Note that an alert was raised.
pub fn alerted(state: &mut SeriesState, day: Day, verdict: &Verdict) {
    state.last_alert = Some(day);
    state.peak = verdict.peak;
}

/// A state that has learned the days before `day`, without judging them.
fn warm_up(day: Day, days: &[DayCount], exposure: &Exposure, prior: &Prior) -> SeriesState {
    let first = days.first().map_or(day, |count| count.day.min(day));
    let mut state = baseline::born(first, prior.dispersion);
    for count in days.iter().filter(|count| count.day < day) {
        let through = count.day.plus(-1);
        // The ring of exposures ends on the day before `day`.
        let kept = exposure.before.len() as i32 - (day.0 - 1 - through.0);
        let before = exposure.before.get(..kept.max(0) as usize).unwrap_or(&[]);
        baseline::silence(&mut state, through, before, prior.level);
        baseline::learn(
            &mut state,
            f64::from(count.count),
            f64::from(count.doubtful),
            1.0,
            prior.level,
        );
    }
    state
}

/// One window, measured.
struct Test {
    observed: f64,
    mean: f64,
    over: f64,
    exposure: f64,
}

fn in_window(day: Day, days: &[DayCount], window: u16, of: impl Fn(&DayCount) -> u32) -> u32 {
    days.iter()
        .rev()
        .take_while(|count| count.day > day.plus(-i32::from(window)))
        .filter(|count| count.day <= day)
        .map(of)
        .fold(0, u32::saturating_add)
}

fn test(
    state: &SeriesState,
    day: Day,
    days: &[DayCount],
    place: usize,
    exposure: &Exposure,
    prior: &Prior,
) -> Test {
    let window = WINDOWS[place];
    let observed = f64::from(in_window(day, days, window, |count| count.count));
    let (expected, seen_days) = baseline::expected(state, day, window, prior.level);
    let exposure = exposure.without(place, observed, expected);
    let mean = (expected * exposure).max(1e-6);
    // The level itself was counted, from a finite number of days: its relative variance is one
    // over the counts behind it, and adds to the spread in proportion to the mean.
    let level = expected / f64::from(window);
    let own = baseline::dispersion(state, place, level, &prior.dispersion);
    let over = own + mean / (seen_days * level.max(0.05)).max(LEVEL_COUNTS_MIN);
    Test {
        observed,
        mean,
        over,
        exposure,
    }
}

fn judge(
    state: &SeriesState,
    day: Day,
    days: &[DayCount],
    tests: &[Test; 3],
    exposure: &Exposure,
    rules: &Rules,
) -> Option<Verdict> {
    let longest = WINDOWS[WINDOWS.len() - 1];
    // A series without a baseline of its own is judged as a birth, and that only in a market
    // that was watched before it: what was there from the start is not new.
    let birth = is_young(state, day);
    let watched = exposure
        .since
        .is_some_and(|since| state.first_day.0 - since.0 >= SETTLED_DAYS);
    if birth && !watched {
        return None;
    }
    let peak = days
        .iter()
        .filter(|count| count.day > day.plus(-i32::from(longest)) && count.day <= day)
        .map(|count| count.count)
        .max()
        .unwrap_or(0);
    let verdict = |doubted: bool| {
        let mut best: Option<Verdict> = None;
        for (window, test) in tests.iter().enumerate() {
            let doubtful = in_window(day, days, WINDOWS[window], |count| count.doubtful);
            let (mut observed, mut mean) = (test.observed as u32, test.mean);
            if doubted {
                if doubtful < DOUBTFUL_BURST.saturating_mul(rules.authors_min.max(1)) {
                    continue;
                }
                observed = observed.saturating_add(doubtful);
                mean += state.doubtful * f64::from(WINDOWS[window]);
            }
            if observed < rules.authors_min.max(2)
                || tail::screen(observed, mean, test.over) < SCREEN
            {
                continue;
            }
            let ln_p = tail::ln_mid_p(observed, mean, test.over);
            let score = tail::z_of_ln_p(ln_p);
            let threshold = rules.thresholds[window];
            let ahead = score - threshold;
            if ahead > 0.0
                && best
                    .as_ref()
                    .is_none_or(|best| ahead > best.score - best.threshold)
            {
                best = Some(Verdict {
                    window,
                    observed,
                    expected: mean,
                    band: (0.0, 0.0),
                    over: test.over,
                    score,
                    p: ln_p.exp().max(f64::MIN_POSITIVE),
                    threshold,
                    silent_below: 0,
                    exposure: test.exposure,
                    birth,
                    doubted,
                    peak,
                });
            }
        }
        best
    };
    let mut found = verdict(false).or_else(|| verdict(true))?;
    found.silent_below =
        tail::least_over(found.threshold, found.expected, found.over).max(rules.authors_min.max(2));
    found.band = (
        f64::from(tail::least_over(-1.96, found.expected, found.over)),
        f64::from(tail::least_over(1.96, found.expected, found.over)),
    );
    Some(found)
}

#[cfg(test)]
mod tests;
