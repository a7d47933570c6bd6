use super::view::{CoverageView, Dark, SourceCoverage};
use crate::record::{Coverage, Day, Market};
use crate::store::CoverageHour;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A source that was asked but did not answer for so long is dark.
const DARK_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What the coverage of some hours comes to, by source and by market. `market_of` tells the
/// market that a source is read for with a query, where that is known.
pub fn coverage(
    hours: &[CoverageHour],
    market_of: &dyn Fn(&str, &str) -> Option<Market>,
) -> CoverageView {
    let mut total = Coverage::default();
    let mut sources: BTreeMap<&str, Source> = BTreeMap::new();
    let mut markets: BTreeMap<Market, Coverage> = BTreeMap::new();
    for hour in hours {
        total.add(&hour.coverage);
        let source = sources.entry(&hour.source).or_default();
        source.add(hour.hour, &hour.coverage);
        if let Some(market) = market_of(&hour.source, &hour.query) {
            markets
                .entry(market.clone())
                .or_default()
                .add(&hour.coverage);
            source.markets.insert(market);
        }
    }
    let mut markets: Vec<(Market, Coverage)> = markets.into_iter().collect();
    let share = |coverage: &Coverage| coverage.share().unwrap_or(1.0);
    markets.sort_by(|left, right| share(&left.1).total_cmp(&share(&right.1)));
    CoverageView {
        total,
        sources: sources
            .into_iter()
            .map(|(name, source)| SourceCoverage {
                source: name.to_owned(),
                dark: source.dark(),
                markets: source.markets.into_iter().collect(),
                coverage: source.coverage,
            })
            .collect(),
        markets,
    }
}

#[derive(Default)]
struct Source {
    coverage: Coverage,
    markets: BTreeSet<Market>,
    /// Hours in which it was asked, and whether it answered.
    asked: BTreeMap<Timestamp, bool>,
}

impl Source {
    fn add(&mut self, hour: Timestamp, coverage: &Coverage) {
        self.coverage.add(coverage);
        if coverage.asked > 0 {
            let answered = coverage.answered + coverage.empty > 0;
            *self.asked.entry(hour).or_insert(false) |= answered;
        }
    }

    /// Dark since the first hour after its last answer, when the hours without one span a day.
    fn dark(&self) -> Option<Dark> {
        let newest = *self.asked.keys().next_back()?;
        let Some((last, _)) = self.asked.iter().rev().find(|(_, answered)| **answered) else {
            return Some(Dark::Never);
        };
        let first = self.asked.keys().find(|hour| *hour > last)?;
        (newest.duration_since(*last) >= DARK_AFTER).then(|| Dark::Since(Day::of(*first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(source: &str, query: &str, time: &str, answered: u32, failed: u32) -> CoverageHour {
        CoverageHour {
            source: source.into(),
            query: query.into(),
            hour: time.parse().expect("time"),
            coverage: Coverage {
                asked: answered + failed,
                answered,
                failed,
                ..Coverage::default()
            },
        }
    }

    fn day(text: &str) -> Day {
        Day::from_date(text.parse().expect("date"))
    }

    #[test]
    fn a_source_is_dark_from_its_first_hour_without_an_answer() {
        let hours = [
            hour("reddit", "", "2026-11-16T08:00:00Z", 4, 0),
            hour("reddit", "", "2026-11-17T08:00:00Z", 0, 4),
            hour("reddit", "", "2026-11-19T08:00:00Z", 0, 4),
            hour("feed", "a", "2026-11-19T08:00:00Z", 3, 1),
            hour("feed", "b", "2026-11-19T07:00:00Z", 0, 1),
            hour("shop", "", "2026-11-18T08:00:00Z", 0, 2),
            hour("late", "", "2026-11-19T01:00:00Z", 1, 0),
            hour("late", "", "2026-11-19T08:00:00Z", 0, 1),
        ];
        let de = Market::parse("de").expect("market");
        let of = |source: &str, query: &str| (source == "feed" && query == "a").then(|| de.clone());
        let view = coverage(&hours, &of);
        let dark: Vec<_> = view
            .sources
            .iter()
            .map(|s| (s.source.as_str(), s.dark))
            .collect();
        assert_eq!(
            dark,
            [
                ("feed", None),
                ("late", None),
                ("reddit", Some(Dark::Since(day("2026-11-17")))),
                ("shop", Some(Dark::Never)),
            ]
        );
        assert_eq!(view.total.asked, 21);
        assert_eq!(view.markets.len(), 1);
        assert_eq!(view.markets[0].1.share(), Some(0.75));
        assert_eq!(coverage(&[], &of), CoverageView::default());
    }
}
