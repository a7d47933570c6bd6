//! An alert with all that is needed to recompute it from the log.

use super::baseline::WINDOWS;
use super::classify::{self, Facts};
use super::close::Verdict;
use crate::record::{
    Alert, Authors, Calendar, Cell, Change, Day, Evidence, OccasionKind, Offset, Quote, RankPoint,
    RecordKey, SentimentShare, SeriesKey, SourceClass, Tags,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Days before the window that it is compared with.
pub const BEFORE_DAYS: u16 = 28;
/// Evidence read for one alert: enough for every figure it shows.
pub const EVIDENCE_MAX: usize = 5_000;
/// Records whose tags and threads are read, on each side of the window's edge.
pub const SAMPLE_MAX: usize = 200;
/// Quotes an alert keeps.
const QUOTES_MAX: usize = 5;
/// Rising phrases an alert names.
const TERMS_MAX: usize = 5;
/// A rising phrase stands in at least so many records of the window.
const TERM_RECORDS_MIN: u32 = 2;

/// What is known of a series that stands out: gathered from the store, judged here.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The series.
    pub series: SeriesKey,
    /// The day that was closed.
    pub day: Day,
    /// Ingest time of the page that closed it.
    pub raised_at: Timestamp,
    /// Log entries read by then.
    pub offset: Offset,
    /// What the close found.
    pub verdict: Verdict,
    /// First day of the series.
    pub first_seen: Day,
    /// Its cells, from [`BEFORE_DAYS`] before the longest window on.
    pub cells: Vec<(Day, Cell)>,
    /// Mood of the market and class in the days before the window.
    pub market: SentimentShare,
    /// Records of the window, by event time.
    pub evidence: Vec<Evidence>,
    /// Thread of the sampled records of the window, where they have one.
    pub threads: BTreeMap<RecordKey, String>,
    /// Tags of the sampled records of the window.
    pub tags: Vec<Tags>,
    /// Tags of the sampled records before it.
    pub tags_before: Vec<Tags>,
    /// Share of the requests due in the window that were answered.
    pub coverage: Option<f64>,
    /// Points of the item in lists, ascending by time.
    pub ranks: Vec<RankPoint>,
    /// Classes that rose within three days.
    pub also: Vec<SourceClass>,
    /// Volume of the market and class in the window against its own baseline.
    pub volume: f64,
    /// Share of the market's series that were well up on the day.
    pub share_up: Option<f64>,
    /// Fewer effective authors than this are a burst of few.
    pub authors_min: u32,
}

/// The first day of a window that ends on `day`.
pub fn window_start(day: Day, window: usize) -> Day {
    let days = WINDOWS.get(window).copied().unwrap_or(1);
    day.plus(1 - i32::from(days))
}

/// Write the alert: every field from the dossier, none from anywhere else.
pub fn explain(dossier: &Dossier, calendar: &Calendar) -> Alert {
    let verdict = &dossier.verdict;
    let start = window_start(dossier.day, verdict.window);
    let before = start.plus(-i32::from(BEFORE_DAYS));
    let mut authors = Authors::default();
    let (mut mentions, mut doubtful) = (0_u32, 0_u32);
    let mut now = SentimentShare::default();
    let mut past = SentimentShare::default();
    for (day, cell) in &dossier.cells {
        if *day >= start && *day <= dossier.day {
            authors.merge(&cell.authors);
            mentions = mentions.saturating_add(cell.mentions);
            doubtful = doubtful.saturating_add(cell.doubtful);
            add_mood(&mut now, cell);
        } else if *day >= before && *day < start {
            add_mood(&mut past, cell);
        }
    }
    let effective_authors = effective_authors(&dossier.evidence, verdict.doubted);
    let rank = main_item(&dossier.ranks, start);
    let price = change(&rank, start, |point| {
        point.price.as_deref().and_then(|price| price.parse().ok())
    });
    let rank = change(&rank, start, |point| point.rank.map(f64::from));
    // The most specific occasion names the day best: a sales day before a whole season.
    let occasion = calendar
        .over(
            &dossier.series.market,
            OccasionKind::Demand,
            start..=dossier.day,
        )
        .min_by_key(|occasion| (occasion.last.0 - occasion.first.0, occasion.name.clone()));
    let class = classify::classify(&Facts {
        doubted: verdict.doubted,
        effective_authors,
        authors_min: dossier.authors_min,
        mentions,
        doubtful,
        thread_share: thread_share(dossier),
        now,
        before: past,
        market: dossier.market,
        price,
        occasion: occasion.is_some(),
        volume: dossier.volume,
        share_up: dossier.share_up,
    });
    Alert {
        id: Alert::id_of(&dossier.series, dossier.day),
        series: dossier.series.clone(),
        day: dossier.day,
        raised_at: dossier.raised_at,
        offset: dossier.offset,
        class,
        window_days: WINDOWS.get(verdict.window).copied().unwrap_or(1) as u8,
        observed: verdict.observed,
        expected: verdict.expected,
        band: verdict.band,
        dispersion: verdict.over,
        score: verdict.score,
        p: verdict.p,
        threshold: verdict.threshold,
        silent_below: verdict.silent_below,
        lift: f64::from(verdict.observed) / verdict.expected.max(f64::MIN_POSITIVE),
        authors: authors.count(),
        effective_authors,
        mentions,
        doubtful,
        first_seen: dossier.first_seen,
        sources: by_source(&dossier.evidence, verdict.doubted),
        sentiment: now,
        sentiment_before: past,
        terms: rising_terms(&dossier.tags, &dossier.tags_before, &dossier.series),
        quotes: quotes(&dossier.evidence, verdict.doubted),
        coverage: dossier.coverage,
        exposure: dossier.volume,
        rank,
        price,
        also: dossier.also.clone(),
        occasion: occasion.map(|occasion| occasion.name.clone()),
    }
}

/// The mood of a range of cells.
pub fn mood<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> SentimentShare {
    let mut share = SentimentShare::default();
    for cell in cells {
        add_mood(&mut share, cell);
    }
    share
}

fn add_mood(share: &mut SentimentShare, cell: &Cell) {
    share.negative = share.negative.saturating_add(cell.negative);
    share.neutral = share.neutral.saturating_add(cell.neutral);
    share.positive = share.positive.saturating_add(cell.positive);
}

/// (Σ n)² / Σ n² over the authors of the window: how many equally loud ones they amount to.
fn effective_authors(evidence: &[Evidence], doubted: bool) -> Option<f64> {
    let mut by_author: BTreeMap<u64, u64> = BTreeMap::new();
    for record in evidence.iter().filter(|record| doubted || !record.doubtful) {
        if let Some(author) = record.author {
            *by_author.entry(author.0).or_default() += 1;
        }
    }
    let sum: u64 = by_author.values().sum();
    let squares: u64 = by_author.values().map(|count| count * count).sum();
    (squares > 0).then(|| (sum as f64).powi(2) / squares as f64)
}

/// Records by source, most first, then by name.
fn by_source(evidence: &[Evidence], doubted: bool) -> Vec<(String, u32)> {
    let mut sources: BTreeMap<&str, u32> = BTreeMap::new();
    for record in evidence.iter().filter(|record| doubted || !record.doubtful) {
        *sources.entry(&record.source).or_default() += 1;
    }
    let mut sources: Vec<(String, u32)> = sources
        .into_iter()
        .map(|(source, count)| (source.to_owned(), count))
        .collect();
    sources.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    sources
}

/// The newest records, one an author.
fn quotes(evidence: &[Evidence], doubted: bool) -> Vec<Quote> {
    let mut authors = BTreeSet::new();
    evidence
        .iter()
        .rev()
        .filter(|record| doubted || !record.doubtful)
        .filter(|record| record.author.is_none_or(|author| authors.insert(author.0)))
        .take(QUOTES_MAX)
        .map(|record| Quote {
            record: record.record,
            source: record.source.clone(),
            time: record.time,
        })
        .collect()
}

/// The largest share of one thread, where going round in one means something: a thread of
/// reviews is a product page and always one.
fn thread_share(dossier: &Dossier) -> Option<f64> {
    if !matches!(
        dossier.series.class,
        SourceClass::Social | SourceClass::SocialSearch
    ) {
        return None;
    }
    let mut threads: BTreeMap<&str, u32> = BTreeMap::new();
    let mut records = 0_u32;
    for record in dossier.evidence.iter().rev().take(SAMPLE_MAX) {
        records += 1;
        if let Some(thread) = dossier.threads.get(&record.record) {
            *threads.entry(thread).or_default() += 1;
        }
    }
    let most = threads.values().copied().max()?;
    (records >= 5).then(|| f64::from(most) / f64::from(records))
}

/// Phrases that stand in more of the window's records than before, by class-based TF-IDF with
/// two classes, the window and what came before it (Grootendorst 2022).
fn rising_terms(now: &[Tags], before: &[Tags], series: &SeriesKey) -> Vec<String> {
    let count = |tags: &[Tags]| {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for tags in tags {
            let phrases: BTreeSet<&str> = tags
                .keyphrases
                .iter()
                .map(|keyphrase| keyphrase.phrase.as_str())
                .collect();
            for phrase in phrases {
                *counts.entry(phrase.to_owned()).or_default() += 1;
            }
        }
        counts
    };
    let (counts, counts_before) = (count(now), count(before));
    let records = now.len().max(1) as f64;
    let records_before = before.len().max(1) as f64;
    let words = f64::from(counts.values().sum::<u32>() + counts_before.values().sum::<u32>());
    let mean_words = words / 2.0;
    let mut terms: Vec<(f64, String)> = counts
        .into_iter()
        .filter(|(phrase, _)| phrase != series.subject.name())
        .filter_map(|(phrase, count)| {
            let earlier = counts_before.get(&phrase).copied().unwrap_or(0);
            let share = f64::from(count) / records;
            let share_before = (f64::from(earlier) + 0.5) / (records_before + 1.0);
            let rises = count >= TERM_RECORDS_MIN && share > share_before;
            let weight = share * (1.0 + mean_words / f64::from(count + earlier)).ln();
            rises.then_some((weight, phrase))
        })
        .collect();
    terms.sort_by(|left, right| {
        right
            .0
            .total_cmp(&left.0)
            .then_with(|| left.1.cmp(&right.1))
    });
    terms
        .into_iter()
        .take(TERMS_MAX)
        .map(|(_, phrase)| phrase)
        .collect()
}

/// The unpaid points of the list and item that were seen most: two lists' ranks do not mix.
fn main_item(points: &[RankPoint], start: Day) -> Vec<&RankPoint> {
    let mut seen: BTreeMap<(&str, &str, &str), (u32, u32)> = BTreeMap::new();
    for point in points.iter().filter(|point| !point.paid) {
        let counts = seen
            .entry((&point.source, &point.list, &point.item))
            .or_default();
        counts.1 += 1;
        counts.0 += u32::from(Day::of(point.time) >= start);
    }
    let best = seen
        .iter()
        .max_by(|left, right| left.1.cmp(right.1).then_with(|| right.0.cmp(left.0)))
        .map(|(key, _)| *key);
    points
        .iter()
        .filter(|point| !point.paid && Some((&*point.source, &*point.list, &*point.item)) == best)
        .collect()
}

/// The last value before the window, the latest in it. `None` where no list ever showed it.
fn change(
    points: &[&RankPoint],
    start: Day,
    value: impl Fn(&RankPoint) -> Option<f64>,
) -> Option<Change> {
    let mut change = Change {
        before: None,
        now: None,
    };
    for point in points {
        let place = if Day::of(point.time) < start {
            &mut change.before
        } else {
            &mut change.now
        };
        *place = value(point).or(*place);
    }
    (change.before.is_some() || change.now.is_some()).then_some(change)
}

#[cfg(test)]
pub(super) mod tests;
