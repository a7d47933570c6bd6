use super::line::{Share, Wave};
use crate::record::{AlertClass, Day, Market, SeriesKey, SourceClass, Subject};
use std::collections::{BTreeMap, BTreeSet};

/// Fewer past alerts than this tell nothing.
pub const PAST_MIN: u32 = 5;

/// An alert older than this is no longer news: its rise, if it lasts, is in the velocity by now.
pub const LIVE_DAYS: i32 = 21;

/// An alert and what its series did afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Its id.
    pub alert: String,
    /// The series.
    pub series: SeriesKey,
    /// The day whose close raised it.
    pub day: Day,
    /// How it is to be read.
    pub class: AlertClass,
    /// Length of its window in days.
    pub window_days: u8,
    /// Upper end of the central 95 % band of the expectation for a window of that length.
    pub band_high: f64,
    /// observed / expected.
    pub lift: f64,
    /// Normal score, to choose between two alerts on one SKU.
    pub score: f64,
    /// Primary count of the series by day.
    pub counts: BTreeMap<Day, u32>,
}

impl Trace {
    /// Whether the series still stands above its baseline in the window that ends on `day`: its
    /// count there is above the band that the alert was held against. `None` when a day of the
    /// window was not read at all, so that an outage is not taken for the end of a rise.
    pub fn is_up(&self, day: Day, read: &BTreeSet<Day>) -> Option<bool> {
        let first = day.plus(1 - i32::from(self.window_days.max(1)));
        if (first.0..=day.0).any(|number| !read.contains(&Day(number))) {
            return None;
        }
        let count: u64 = self
            .counts
            .range(first..=day)
            .map(|(_, count)| u64::from(*count))
            .sum();
        Some(count as f64 > self.band_high)
    }
}

/// Past and live alerts, and the days that were read at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Waves {
    /// Alerts on SKUs with what became of them.
    pub traces: Vec<Trace>,
    /// Closed days with data, by market and class.
    pub read: BTreeMap<(Market, SourceClass), BTreeSet<Day>>,
}

impl Waves {
    /// The live alert of a SKU in a market: the strongest that would be pushed, not older than
    /// [`LIVE_DAYS`], and not already back at its baseline on the newest day that was read.
    pub fn live(&self, sku: &str, market: &Market, today: Day) -> Option<&Trace> {
        self.traces
            .iter()
            .filter(|trace| {
                trace.class.is_pushed()
                    && trace.series.market == *market
                    && matches!(&trace.series.subject, Subject::Sku(own) if own == sku)
                    && trace.day <= today
                    && trace.day >= today.plus(-LIVE_DAYS)
                    && !self.is_over(trace)
            })
            .max_by(|left, right| {
                // A crisis outweighs everything else that is said of the SKU.
                let rank = |trace: &Trace| trace.class == AlertClass::Crisis;
                rank(left)
                    .cmp(&rank(right))
                    .then(left.score.total_cmp(&right.score))
                    .then_with(|| right.alert.cmp(&left.alert))
            })
    }

    fn is_over(&self, trace: &Trace) -> bool {
        let place = (trace.series.market.clone(), trace.series.class);
        let newest = self.read.get(&place).and_then(|days| days.last().copied());
        newest.is_some_and(|newest| newest > trace.day && self.up(trace, newest) == Some(false))
    }

    fn up(&self, trace: &Trace, day: Day) -> Option<bool> {
        let place = (trace.series.market.clone(), trace.series.class);
        trace.is_up(day, self.read.get(&place)?)
    }

    /// The wave of a live alert, seen from the day goods would land.
    ///
    /// Its share is empirical: of the past hits on SKUs that are old enough to know, those still
    /// above their baseline as many days after they were raised as lie between this alert and
    /// the landing. The same market is asked first, then all; with fewer than [`PAST_MIN`] in
    /// both, there is no share.
    pub fn wave(&self, live: &Trace, today: Day, lands: Option<Day>, uplift_max: f64) -> Wave {
        let still_up = lands.and_then(|lands| {
            let days = (lands.0 - live.day.0).max(0);
            let market = live.series.market.clone();
            self.share(live, days, Some(&market))
                .or_else(|| self.share(live, days, None))
        });
        Wave {
            alert: live.alert.clone(),
            class: live.class,
            evidence: live.series.class,
            lift: live.lift,
            age_days: today.0 - live.day.0,
            uplift: live.lift.min(uplift_max).max(1.0),
            still_up,
        }
    }

    fn share(&self, live: &Trace, days: i32, market: Option<&Market>) -> Option<Share> {
        let known: Vec<bool> = self
            .traces
            .iter()
            .filter(|past| {
                past.alert != live.alert
                    && matches!(past.class, AlertClass::Hit | AlertClass::Mixed)
                    && matches!(past.series.subject, Subject::Sku(_))
                    && market.is_none_or(|market| past.series.market == *market)
            })
            .filter_map(|past| self.up(past, past.day.plus(days)))
            .collect();
        let of = known.len() as u32;
        (of >= PAST_MIN).then(|| Share {
            up: known.iter().filter(|up| **up).count() as u32,
            of,
            days: days as u32,
            same_market: market.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn market(code: &str) -> Market {
        Market::parse(code).expect("market")
    }

    /// An alert on day `day` whose series stays at 20 until day `until`, then falls to 2.
    fn trace(id: &str, code: &str, day: i32, until: i32) -> Trace {
        Trace {
            alert: id.into(),
            series: SeriesKey {
                subject: Subject::Sku(format!("S-{id}")),
                market: market(code),
                class: SourceClass::Social,
            },
            day: Day(day),
            class: AlertClass::Hit,
            window_days: 3,
            band_high: 12.0,
            lift: 6.0,
            score: 5.0,
            counts: (0..=400)
                .map(|n| (Day(n), if n <= until { 20 } else { 2 }))
                .collect(),
        }
    }

    fn waves(traces: Vec<Trace>, closed: i32) -> Waves {
        let read: BTreeSet<Day> = (0..=closed).map(Day).collect();
        Waves {
            traces,
            read: ["us", "de"]
                .map(|code| ((market(code), SourceClass::Social), read.clone()))
                .into(),
        }
    }

    #[test]
    fn the_share_is_counted_in_the_same_market_first_and_then_in_all() {
        let mut traces: Vec<Trace> = (0..5)
            .map(|n| {
                trace(
                    &format!("us{n}"),
                    "us",
                    100 + n,
                    if n < 2 { 200 } else { 110 },
                )
            })
            .collect();
        traces.push(trace("live", "us", 300, 400));
        let few = Waves {
            traces: traces[1..].to_vec(),
            ..waves(Vec::new(), 310)
        };
        let all = waves(traces, 310);
        let live = all.traces.last().expect("live");
        let wave = all.wave(live, Day(305), Some(Day(340)), 3.0);
        assert_eq!(
            wave.still_up,
            Some(Share {
                up: 2,
                of: 5,
                days: 40,
                same_market: true
            })
        );
        assert_eq!((wave.uplift, wave.age_days), (3.0, 5));
        // Four past alerts tell nothing, in this market or in all.
        assert_eq!(few.wave(live, Day(305), Some(Day(340)), 3.0).still_up, None);
        let mut more = few.clone();
        more.traces.push(trace("de", "de", 90, 400));
        let wave = more.wave(live, Day(305), Some(Day(340)), 3.0);
        assert_eq!(
            wave.still_up
                .map(|share| (share.up, share.of, share.same_market)),
            Some((2, 5, false))
        );
    }

    #[test]
    fn an_alert_too_young_to_know_and_a_gap_in_the_data_do_not_count() {
        let past = trace("a", "us", 280, 400);
        let mut waves = waves(vec![past], 310);
        let past = waves.traces[0].clone();
        assert_eq!(waves.up(&past, Day(310)), Some(true));
        assert_eq!(waves.up(&past, Day(311)), None);
        for days in waves.read.values_mut() {
            days.remove(&Day(309));
        }
        assert_eq!(waves.up(&past, Day(310)), None);
    }

    #[test]
    fn a_rise_that_is_over_is_no_longer_live() {
        let waves = waves(
            vec![trace("x", "us", 300, 303), trace("y", "us", 300, 400)],
            310,
        );
        assert!(waves.live("S-x", &market("us"), Day(311)).is_none());
        assert!(waves.live("S-y", &market("us"), Day(311)).is_some());
        assert!(waves.live("S-y", &market("de"), Day(311)).is_none());
        assert!(waves.live("S-y", &market("us"), Day(322)).is_none());
    }
}
