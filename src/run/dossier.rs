//! What an alert is written from, gathered from the store.

use super::close::{Candidate, DayClose, Ground};
use super::project::ProjectError;
use crate::record::{Coverage, Day, Evidence, RankPoint, SeriesKey, SourceClass, Subject, Tags};
use crate::store::{AlertFilter, CoverageHour};
use crate::trend::close::Verdict;
use crate::trend::explain::{self, BEFORE_DAYS, Dossier, EVIDENCE_MAX, SAMPLE_MAX};
use std::collections::{BTreeMap, BTreeSet};

/// Fewer tested series than this do not make a market-wide rise.
const TESTED_MIN: u32 = 10;
/// Days within which a rise in another class confirms.
const CONFIRM_DAYS: i32 = 3;
/// How far back the first day of a series is looked for.
const FIRST_SEEN_DAYS: i32 = 730;

impl DayClose<'_> {
    /// Gather what an alert is written from.
    pub(super) fn dossier(
        &self,
        candidate: &Candidate,
        verdict: &Verdict,
        ground: &Ground,
        evidence: Vec<Evidence>,
        rising: &[SeriesKey],
        hours: &[CoverageHour],
    ) -> Result<Dossier, ProjectError> {
        let store = self.store();
        let key = &candidate.key;
        let start = explain::window_start(self.day, verdict.window);
        let before = start.plus(-i32::from(BEFORE_DAYS));
        let cells = store.cells(self.generation, key, before..=self.day)?;
        let earlier =
            store.evidence(self.generation, key, before..=start.plus(-1), EVIDENCE_MAX)?;
        let first_seen = store
            .cells(
                self.generation,
                key,
                self.day.plus(-FIRST_SEEN_DAYS)..=self.day,
            )?
            .first()
            .map_or(candidate.closed.state.first_day, |(day, _)| *day);
        let mut threads = BTreeMap::new();
        for sampled in sample(&evidence) {
            if let Some(held) = store.record(sampled.record)?
                && let Some(thread) = held.record.thread
            {
                threads.insert(sampled.record, thread);
            }
        }
        let window = verdict.window;
        Ok(Dossier {
            series: key.clone(),
            day: self.day,
            raised_at: self.raised_at,
            offset: self.offset,
            first_seen,
            cells,
            market: ground.mood,
            threads,
            tags: self.tags_of(&evidence)?,
            tags_before: self.tags_of(&earlier)?,
            coverage: coverage(hours, &evidence, &earlier, start),
            ranks: self.ranks(key, &evidence, before)?,
            also: self.also(key, rising)?,
            volume: ground.exposure.of_market(window),
            share_up: (ground.tested >= TESTED_MIN)
                .then(|| f64::from(ground.up) / f64::from(ground.tested)),
            authors_min: self.by.trend.authors_min,
            verdict: verdict.clone(),
            evidence,
        })
    }

    fn tags_of(&self, evidence: &[Evidence]) -> Result<Vec<Tags>, ProjectError> {
        let keys: Vec<_> = sample(evidence).map(|evidence| evidence.record).collect();
        let tags = self.store().tags_of(self.generation, &keys)?;
        Ok(tags.into_iter().flatten().collect())
    }

    /// Points of the item in lists: of the SKU, or of the list entry a phrase is the title of.
    fn ranks(
        &self,
        key: &SeriesKey,
        evidence: &[Evidence],
        from: Day,
    ) -> Result<Vec<RankPoint>, ProjectError> {
        let store = self.store();
        match &key.subject {
            Subject::Sku(sku) => {
                Ok(store.ranks_of_sku(self.generation, &key.market, sku, from..=self.day)?)
            }
            _ if key.class == SourceClass::Ranking => {
                let Some(last) = evidence.last() else {
                    return Ok(Vec::new());
                };
                let Some(held) = store.record(last.record)? else {
                    return Ok(Vec::new());
                };
                let item = held.record.id;
                Ok(store.ranks(self.generation, &key.market, &item, from..=self.day)?)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Other classes in which the same subject rose in the same market within three days.
    fn also(
        &self,
        key: &SeriesKey,
        rising: &[SeriesKey],
    ) -> Result<Vec<SourceClass>, ProjectError> {
        let filter = AlertFilter {
            subject: Some(key.subject.clone()),
            market: Some(key.market.clone()),
            from: Some(self.day.plus(-CONFIRM_DAYS)),
            to: Some(self.day.plus(-1)),
            ..AlertFilter::default()
        };
        let mut classes: BTreeSet<SourceClass> = self
            .store()
            .alerts(self.generation, &filter)?
            .into_iter()
            .filter(|alert| alert.class.is_pushed())
            .map(|alert| alert.series.class)
            .collect();
        classes.extend(
            rising
                .iter()
                .filter(|other| other.subject == key.subject && other.market == key.market)
                .map(|other| other.class),
        );
        classes.remove(&key.class);
        Ok(classes.into_iter().collect())
    }
}

/// The newest records, as many as are looked into.
fn sample(evidence: &[Evidence]) -> impl Iterator<Item = &Evidence> {
    evidence.iter().rev().take(SAMPLE_MAX)
}

/// Share of the requests due in the window that were answered, over the sources that feed the
/// series.
fn coverage(
    hours: &[CoverageHour],
    evidence: &[Evidence],
    earlier: &[Evidence],
    start: Day,
) -> Option<f64> {
    let feeding: BTreeSet<&str> = evidence
        .iter()
        .chain(earlier)
        .map(|evidence| evidence.source.as_str())
        .collect();
    let mut sum = Coverage::default();
    for hour in hours {
        if hour.hour >= start.start() && feeding.contains(hour.source.as_str()) {
            sum.add(&hour.coverage);
        }
    }
    sum.share()
}
