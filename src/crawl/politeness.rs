//! How polite we were: what the log and the memory of hosts tell of every exchange, host by host.
//! Pure. What they cannot tell is left open.

use crate::record::{Exchange, Visit};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// Requests may be sent so much early without anybody's noticing: clocks have grains.
const GRAIN: SignedDuration = SignedDuration::from_millis(20);
const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3_600;

/// Our manners at one host.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HostManners {
    /// The host.
    pub host: String,
    /// Requests sent: retries, redirects and robots.txt included.
    pub requests: u64,
    /// Of them for robots.txt.
    pub robots: u64,
    /// Most requests within one minute and one hour of the clock.
    pub busiest_minute: u64,
    /// Most within one hour.
    pub busiest_hour: u64,
    /// Milliseconds between two requests: the least and the median; not known before the second.
    pub gap_ms_least: Option<u64>,
    /// The median.
    pub gap_ms_median: Option<u64>,
    /// The longest pause that had to be kept, by robots.txt, the source file or the settings;
    /// not known where none is written down.
    pub pause_ms: Option<u64>,
    /// Times a pause had to be kept, and was not.
    pub pauses_broken: u64,
    /// Times the site named an instant to wait for (Retry-After and the like).
    pub waits: u64,
    /// Times it was asked before that instant.
    pub waits_broken: u64,
    /// Share of answers that were 304 (nothing new, nothing sent).
    pub unchanged: Option<f64>,
    /// Answers 401, 402, 403, 407, 429, 451.
    pub refusals: u64,
    /// Times its circuit opened.
    pub closed: u64,
    /// Requests without a whole answer.
    pub unanswered: u64,
    /// Bytes received, decompressed.
    pub bytes: u64,
}

impl HostManners {
    /// Whether every pause that was asked for was kept.
    pub fn are_kept(&self) -> bool {
        self.pauses_broken == 0 && self.waits_broken == 0
    }
}

/// Our manners at every host since `since`: of what crawls sent, and of `probes`.
pub fn manners<'a>(
    visits: &'a [Visit],
    probes: impl IntoIterator<Item = &'a Exchange>,
    since: Timestamp,
) -> Vec<HostManners> {
    let mut hosts: BTreeMap<&str, Vec<&Exchange>> = BTreeMap::new();
    let logged = visits.iter().flat_map(|visit| &visit.reading.exchanges);
    for exchange in logged.chain(probes).filter(|it| it.at >= since) {
        hosts.entry(&exchange.host).or_default().push(exchange);
    }
    let manners = hosts
        .into_iter()
        .map(|(host, exchanges)| of(host, exchanges));
    manners.collect()
}

fn of(host: &str, mut exchanges: Vec<&Exchange>) -> HostManners {
    exchanges.sort_by_key(|exchange| exchange.at);
    let count = |is: &dyn Fn(&Exchange) -> bool| -> u64 {
        exchanges.iter().filter(|exchange| is(exchange)).count() as u64
    };
    let busiest = |span_s: i64| {
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        for exchange in &exchanges {
            *counts
                .entry(exchange.at.as_second().div_euclid(span_s))
                .or_default() += 1;
        }
        counts.into_values().max().unwrap_or(0)
    };
    let mut gaps = Vec::new();
    let (mut pauses_broken, mut waits_broken) = (0, 0);
    // A wait holds for every request until it is over, not only for the next one.
    let mut wait_until: Option<Timestamp> = None;
    for pair in exchanges.windows(2) {
        let [before, after] = pair else { continue };
        let gap = after.at.duration_since(before.at);
        gaps.push(u64::try_from(gap.as_millis()).unwrap_or(0));
        let pause = SignedDuration::from_millis(i64::try_from(before.pause_ms).unwrap_or(i64::MAX));
        pauses_broken += u64::from(gap.saturating_add(GRAIN) < pause);
        wait_until = wait_until.max(before.not_before);
        let is_early = wait_until
            .is_some_and(|until| after.at.checked_add(GRAIN).unwrap_or(Timestamp::MAX) < until);
        waits_broken += u64::from(is_early);
    }
    gaps.sort_unstable();
    let answers = count(&|it| it.status > 0 && !it.robots);
    let unchanged = count(&|it| it.status == 304);
    HostManners {
        host: host.to_owned(),
        requests: exchanges.len() as u64,
        robots: count(&|it| it.robots),
        busiest_minute: busiest(MINUTE_S),
        busiest_hour: busiest(HOUR_S),
        gap_ms_least: gaps.first().copied(),
        gap_ms_median: gaps.get(gaps.len() / 2).copied(),
        pause_ms: exchanges
            .iter()
            .map(|it| it.pause_ms)
            .max()
            .filter(|pause| *pause > 0),
        pauses_broken,
        waits: count(&|it| it.not_before.is_some()),
        waits_broken,
        unchanged: (answers > 0).then(|| unchanged as f64 / answers as f64),
        refusals: count(&|it| matches!(it.status, 401 | 402 | 403 | 407 | 429 | 451)),
        closed: count(&|it| it.closed_until.is_some()),
        unanswered: count(&|it| it.status == 0),
        bytes: exchanges.iter().map(|it| it.bytes).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(host: &str, ms: i64, status: u16, pause_ms: u64) -> Exchange {
        Exchange {
            host: host.into(),
            at: Timestamp::from_millisecond(1_700_000_040_000 + ms).expect("in range"),
            status,
            ms: 80,
            bytes: 1_000,
            pause_ms,
            not_before: None,
            closed_until: None,
            robots: false,
            moved_to: None,
        }
    }

    #[test]
    fn gaps_and_pauses_are_told_as_they_were() {
        let mut limited = sent("a.example", 12_000, 429, 2_000);
        limited.not_before = Some(limited.at + SignedDuration::from_secs(60));
        let exchanges = [
            sent("a.example", 0, 200, 2_000),
            sent("a.example", 2_000, 304, 2_000),
            sent("b.example", 2_100, 0, 0),
            sent("a.example", 3_500, 200, 2_000),
            limited,
            sent("a.example", 20_000, 200, 2_000),
            sent("a.example", 72_500, 200, 2_000),
        ];
        let told = manners(&[], &exchanges, Timestamp::UNIX_EPOCH);
        let a = &told[0];
        assert_eq!((a.requests, a.busiest_minute, a.busiest_hour), (6, 5, 6));
        assert_eq!(
            (a.gap_ms_least, a.gap_ms_median),
            (Some(1_500), Some(8_000))
        );
        assert_eq!((a.pauses_broken, a.waits, a.waits_broken), (1, 1, 1));
        assert_eq!((a.unchanged, a.refusals), (Some(1.0 / 6.0), 1));
        let b = &told[1];
        assert_eq!((b.requests, b.unanswered), (1, 1));
        assert_eq!(
            (b.gap_ms_least, b.pause_ms, b.unchanged),
            (None, None, None),
            "what is not known is left open"
        );
        assert!(manners(&[], &exchanges, Timestamp::MAX).is_empty());
    }
}
