//! How much was there to be seen: volume of a market and class against its own baseline.
//!
//! Without it an outage looks like silence and a new source like a hit.

use super::baseline;
use super::cohort::{Prior, SETTLED_DAYS};
use crate::record::{Day, MarketState, SeriesState};

/// Records that the assumption "as usual" is worth: small markets are damped towards 1.
const DAMPING: f64 = 10.0;
/// Bounds of an exposure.
const BOUNDS: (f64, f64) = (0.05, 10.0);
/// Daily exposures kept, so that a series that was silent for so long knows what was to be seen.
pub const KEPT: usize = 40;
/// A day on which less than this share of the usual volume came is an outage, not a level.
const OUTAGE: f64 = 0.25;
/// After so many days an outage is the new normal.
const OUTAGE_DAYS: usize = 14;

/// What there was to be seen in the windows of one day, for the series of one market and class.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposure {
    /// The base of the ratio, by window.
    by_window: [Base; 3],
    /// Exposures of the days before, newest last (not the day itself).
    pub before: Vec<f64>,
    /// First day the market and class was watched; `None`: today.
    pub since: Option<Day>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Base {
    /// Volume that came and that was expected.
    Volume(f64, f64),
    /// Share of the requests that were answered (keyword searches have no volume).
    Share(f64),
}

impl Exposure {
    /// Nothing known: as usual.
    pub fn usual() -> Exposure {
        Exposure {
            by_window: [Base::Share(1.0); 3],
            before: Vec::new(),
            since: Some(Day(i32::MIN / 2)),
        }
    }

    /// Exposure of the windows ending on `day`.
    ///
    /// `total` is the state of the total at the close of the day before; `counts` its counts in
    /// the windows of 1, 3 and 7 days; `shares`, for a keyword search, the share of requests
    /// that were answered in each.
    pub fn of(
        total: Option<&SeriesState>,
        day: Day,
        counts: [u32; 3],
        shares: Option<[Option<f64>; 3]>,
    ) -> Exposure {
        // A market may have been silent since its total was last closed.
        let total = total.map(|total| quiet_until(total, day.plus(-1)));
        let total = total.as_ref();
        let settled = total.is_some_and(|total| day.0 - total.first_day.0 >= SETTLED_DAYS);
        let before = total
            .and_then(|total| total.market.as_deref())
            .map(|market| market.exposures.clone())
            .unwrap_or_default();
        let mut by_window = [Base::Share(1.0); 3];
        for (place, base) in by_window.iter_mut().enumerate() {
            *base = match (shares, total) {
                (Some(shares), _) => Base::Share(shares[place].unwrap_or(1.0)),
                (None, Some(total)) if settled => {
                    let window = baseline::WINDOWS[place];
                    let (expected, _) =
                        baseline::expected(total, day, window, baseline::level(total, 0.0));
                    Base::Volume(f64::from(counts[place]), expected)
                }
                _ => Base::Share(1.0),
            };
        }
        Exposure {
            by_window,
            before,
            since: total.map(|total| total.first_day),
        }
    }

    /// The exposure of a window for a series that itself counted `observed` where `expected` was
    /// due: its own rise must not explain itself away.
    pub fn without(&self, window: usize, observed: f64, expected: f64) -> f64 {
        match self.by_window[window] {
            Base::Share(share) => share.clamp(BOUNDS.0, 1.0),
            Base::Volume(came, due) => {
                let came = (came - observed).max(0.0) + DAMPING;
                let due = (due - expected).max(0.0) + DAMPING;
                (came / due).clamp(BOUNDS.0, BOUNDS.1)
            }
        }
    }

    /// The exposure of a window for the market as a whole.
    pub fn of_market(&self, window: usize) -> f64 {
        self.without(window, 0.0, 0.0)
    }
}

/// Close a day of the total of a market and class.
///
/// A total is never tested, so it learns a rise in full; a day without most of its usual volume
/// is taken for an outage and not learned, unless it lasts.
pub fn close_total(
    state: Option<&SeriesState>,
    day: Day,
    earlier: &[(Day, u32)],
    count: u32,
    exposure: &Exposure,
) -> SeriesState {
    let mut next = match state {
        Some(state) => state.clone(),
        None => {
            let first = earlier.first().map_or(day, |(day, _)| *day);
            baseline::born(first, Prior::default().dispersion)
        }
    };
    let mut market = next.market.take().map(|market| *market).unwrap_or_default();
    if state.is_none() {
        for (before, count) in earlier {
            total_through(&mut next, &mut market, before.plus(-1));
            total_day(&mut next, &mut market, f64::from(*count), 1.0);
        }
    }
    total_through(&mut next, &mut market, day.plus(-1));
    if next.last_day < day {
        total_day(
            &mut next,
            &mut market,
            f64::from(count),
            exposure.of_market(0),
        );
    }
    next.market = Some(Box::new(market));
    next
}

/// A total with its silent days closed.
fn quiet_until(state: &SeriesState, through: Day) -> SeriesState {
    let mut next = state.clone();
    let mut market = next.market.take().map(|market| *market).unwrap_or_default();
    total_through(&mut next, &mut market, through);
    next.market = Some(Box::new(market));
    next
}

/// Close the silent days of a total.
fn total_through(state: &mut SeriesState, market: &mut MarketState, through: Day) {
    // Months of silence are months of nothing seen; two of the rings are enough to say so.
    let skip = (through.0 - state.last_day.0 - 2 * KEPT as i32).max(0);
    state.last_day = state.last_day.plus(skip);
    while state.last_day < through {
        let level = baseline::level(state, 0.0);
        let exposure = (DAMPING / (level + DAMPING)).clamp(BOUNDS.0, BOUNDS.1);
        total_day(state, market, 0.0, exposure);
    }
}

fn total_day(state: &mut SeriesState, market: &mut MarketState, count: f64, exposure: f64) {
    let level = baseline::level(state, 0.0);
    let lasting = market
        .exposures
        .iter()
        .rev()
        .take_while(|exposure| **exposure < OUTAGE)
        .count();
    let settled = state.last_day.0 - state.first_day.0 >= SETTLED_DAYS;
    let seen = if settled && exposure < OUTAGE && lasting < OUTAGE_DAYS {
        0.0
    } else {
        1.0
    };
    baseline::learn(state, count * seen, 0.0, seen, level);
    market.exposures.push(exposure);
    if market.exposures.len() > KEPT {
        market.exposures.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A total that counted `counts` day by day from day 0, and its exposure on each.
    fn run(counts: &[u32]) -> (SeriesState, Vec<f64>) {
        let mut state: Option<SeriesState> = None;
        let mut seen = Vec::new();
        for (place, count) in counts.iter().enumerate() {
            let day = Day(place as i32);
            let sum = |window: usize| {
                counts[(place + 1).saturating_sub(window)..=place]
                    .iter()
                    .sum()
            };
            let exposure = Exposure::of(state.as_ref(), day, [sum(1), sum(3), sum(7)], None);
            seen.push(exposure.of_market(0));
            state = Some(close_total(state.as_ref(), day, &[], *count, &exposure));
        }
        (state.expect("a state"), seen)
    }

    #[test]
    fn an_outage_is_seen_as_one_and_not_learned() {
        let mut counts = vec![500; 60];
        counts[40..47].fill(10);
        let (state, seen) = run(&counts);
        assert!(seen[43] < 0.1, "{}", seen[43]);
        assert!((seen[50] - 1.0).abs() < 0.1, "{}", seen[50]);
        assert!((baseline::level(&state, 0.0) - 500.0).abs() < 30.0);
    }

    #[test]
    fn a_lasting_fall_becomes_the_new_normal() {
        let mut counts = vec![500; 120];
        counts[40..].fill(40);
        let (_, seen) = run(&counts);
        assert!(seen[119] > 0.7, "{}", seen[119]);
    }

    #[test]
    fn a_small_market_is_taken_as_usual() {
        let (_, seen) = run(&[2, 0, 1, 3, 1, 0, 2, 1, 1, 2, 0, 1, 6]);
        assert!(seen[12] > 0.9 && seen[12] < 1.6, "{}", seen[12]);
    }

    #[test]
    fn a_series_does_not_explain_itself_away() {
        let (state, _) = run(&[100; 40]);
        // 150 more come, all of one series that usually counts 5.
        let exposure = Exposure::of(Some(&state), Day(40), [250, 450, 850], None);
        assert!(exposure.of_market(0) > 2.0);
        let own = exposure.without(0, 155.0, 5.0);
        assert!((own - 1.0).abs() < 0.1, "{own}");
    }
}
