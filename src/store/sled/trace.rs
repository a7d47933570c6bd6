//! What leads from a count back to the posts behind it: tags, evidence, fingerprints, ranks,
//! alerts.

use super::cell::days_within;
use super::draft::{View, from_bytes};
use super::key::{Key, Parts, Projected};
use crate::record::{
    Alert, AuthorHash, Day, Evidence, Fingerprint, Market, Polarity, RankPoint, RecordKey,
    SeriesKey, Tags,
};
use crate::store::codec;
use crate::store::{AlertFilter, GenerationId, Result};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// What of a piece of evidence is not in its key.
#[derive(Serialize, Deserialize)]
pub(super) struct Seen {
    source: String,
    author: Option<AuthorHash>,
    polarity: Option<Polarity>,
    doubtful: bool,
}

impl Seen {
    pub(super) fn of(evidence: &Evidence) -> Seen {
        Seen {
            source: evidence.source.clone(),
            author: evidence.author,
            polarity: evidence.polarity,
            doubtful: evidence.doubtful,
        }
    }
}

/// What of a fingerprint is not in its key.
#[derive(Serialize, Deserialize)]
pub(super) struct Holder {
    record: RecordKey,
    author: Option<AuthorHash>,
}

impl Holder {
    pub(super) fn of(print: &Fingerprint) -> Holder {
        Holder {
            record: print.record,
            author: print.author,
        }
    }
}

pub(super) fn tags(
    from: View<'_>,
    generation: GenerationId,
    key: RecordKey,
) -> Result<Option<Tags>> {
    from.value(
        "tags",
        &Key::in_generation(generation, Projected::Tags).record(key),
    )
}

fn read_evidence(row: &[u8], value: &[u8]) -> Result<(SeriesKey, Evidence)> {
    let mut parts = Parts::after_projected(row)?;
    let day = Day(parts.i32()?);
    let series = parts.series()?;
    let time = codec::instant(parts.i64()?)?;
    let record = parts.record()?;
    let Seen {
        source,
        author,
        polarity,
        doubtful,
    } = from_bytes("evidence", value)?;
    let evidence = Evidence {
        record,
        day,
        time,
        source,
        author,
        polarity,
        doubtful,
    };
    Ok((series, evidence))
}

pub(super) fn evidence(
    from: View<'_>,
    generation: GenerationId,
    series: &SeriesKey,
    days: &RangeInclusive<Day>,
    limit: usize,
) -> Result<Vec<Evidence>> {
    let mut found = Vec::new();
    for day in days_within(from, generation, Projected::Evidence, days)? {
        let rows = Key::in_generation(generation, Projected::Evidence)
            .i32(day)
            .series(series);
        for pair in from.under(&rows).take(limit - found.len()) {
            let (row, value) = pair?;
            found.push(read_evidence(&row, &value)?.1);
        }
        if found.len() >= limit {
            break;
        }
    }
    Ok(found)
}

pub(super) fn counted(
    from: View<'_>,
    generation: GenerationId,
    key: RecordKey,
    day: Day,
) -> Result<Vec<(SeriesKey, Evidence)>> {
    let rows = Key::in_generation(generation, Projected::Evidence).i32(day.0);
    let mut found = Vec::new();
    for pair in from.under(&rows) {
        let (row, value) = pair?;
        // The key ends with the record; only its own rows are read in full.
        if row.ends_with(&key.0) {
            found.push(read_evidence(&row, &value)?);
        }
    }
    Ok(found)
}

pub(super) fn fingerprints(
    from: View<'_>,
    generation: GenerationId,
    prints: &[u64],
    since: Day,
) -> Result<Vec<Fingerprint>> {
    let mut found = Vec::new();
    for print in prints {
        let rows = Key::in_generation(generation, Projected::Fingerprint).u64(*print);
        let first = rows.clone().i32(since.0);
        let end = rows.i32(i32::MAX).flag(true);
        if let Some(pair) = from.between(&first, &end).next() {
            let (row, value) = pair?;
            let mut parts = Parts::after_projected(&row)?;
            parts.u64()?;
            let Holder { record, author } = from_bytes("fingerprint", &value)?;
            found.push(Fingerprint {
                print: *print,
                day: Day(parts.i32()?),
                record,
                author,
            });
        }
    }
    Ok(found)
}

fn points(from: View<'_>, of: &Key, days: &RangeInclusive<Day>) -> Result<Vec<RankPoint>> {
    let (start, end) = codec::span_of(days);
    from.between(&of.clone().i64(start), &of.clone().i64(end))
        .map(|pair| from_bytes("rank", &pair?.1))
        .collect()
}

pub(super) fn ranks(
    from: View<'_>,
    generation: GenerationId,
    market: &Market,
    item: &str,
    days: &RangeInclusive<Day>,
) -> Result<Vec<RankPoint>> {
    let of = Key::in_generation(generation, Projected::Rank)
        .market(market)
        .text(item);
    points(from, &of, days)
}

pub(super) fn ranks_of_sku(
    from: View<'_>,
    generation: GenerationId,
    market: &Market,
    sku: &str,
    days: &RangeInclusive<Day>,
) -> Result<Vec<RankPoint>> {
    let of = Key::in_generation(generation, Projected::RankOfSku)
        .market(market)
        .text(sku);
    points(from, &of, days)
}

/// Alerts are few: all are read, then chosen from.
pub(super) fn alerts(
    from: View<'_>,
    generation: GenerationId,
    filter: &AlertFilter,
) -> Result<Vec<Alert>> {
    let mut found = Vec::new();
    for pair in from.under(&Key::in_generation(generation, Projected::Alert)) {
        let alert: Alert = from_bytes("alert", &pair?.1)?;
        if wanted(&alert, filter) {
            found.push(alert);
        }
    }
    found.sort_by(|left, right| {
        right
            .day
            .cmp(&left.day)
            .then_with(|| right.score.total_cmp(&left.score))
            .then_with(|| left.id.cmp(&right.id))
    });
    found.truncate(filter.limit.unwrap_or(usize::MAX));
    Ok(found)
}

fn wanted(alert: &Alert, filter: &AlertFilter) -> bool {
    let AlertFilter {
        id,
        sort,
        subject,
        market,
        class,
        from,
        to,
        as_of,
        limit: _,
    } = filter;
    let series = &alert.series;
    id.as_ref()
        .is_none_or(|id| alert.id.starts_with(id.as_str()))
        && sort
            .as_ref()
            .is_none_or(|sort| series.subject.sort() == sort)
        && subject
            .as_ref()
            .is_none_or(|subject| series.subject == *subject)
        && market
            .as_ref()
            .is_none_or(|market| series.market == *market)
        && class.is_none_or(|class| series.class == class)
        && from.is_none_or(|day| alert.day >= day)
        && to.is_none_or(|day| alert.day <= day)
        && as_of.is_none_or(|time| codec::micros(alert.raised_at) <= codec::micros(time))
}
