//! What leads from a count back to the posts behind it: tags, evidence, fingerprints, alerts.

use super::cell::days_within;
use super::series::Names;
use super::{at, at_most, row, rows};
use crate::record::{
    Alert, AuthorHash, Day, Evidence, Fingerprint, Polarity, RecordKey, SeriesKey, Tags,
};
use crate::store::codec::{self, damaged, instant, micros};
use crate::store::{AlertFilter, GenerationId, Result};
use rusqlite::{Connection, Row, params};
use std::ops::RangeInclusive;

pub(super) fn tags(
    from: &Connection,
    generation: GenerationId,
    key: RecordKey,
) -> Result<Option<Tags>> {
    row(
        from,
        "reading tags",
        "SELECT tags FROM tag WHERE generation = ?1 AND record = ?2",
        params![generation, key.0],
        |row| codec::from_json("tags", &at::<String>(row, 0)?),
    )
}

fn parse(row: &Row<'_>) -> Result<Evidence> {
    let polarity = match at::<Option<i8>>(row, 5)? {
        None => None,
        Some(-1) => Some(Polarity::Negative),
        Some(0) => Some(Polarity::Neutral),
        Some(1) => Some(Polarity::Positive),
        Some(other) => return Err(damaged("evidence", format!("polarity {other}"))),
    };
    Ok(Evidence {
        record: RecordKey(at(row, 0)?),
        day: Day(at(row, 1)?),
        time: instant(at(row, 2)?)?,
        source: at(row, 3)?,
        author: at::<Option<i64>>(row, 4)?.map(|author| AuthorHash(author as u64)),
        polarity,
        doubtful: at(row, 6)?,
    })
}

pub(super) fn evidence(
    from: &Connection,
    names: &Names,
    generation: GenerationId,
    series: &SeriesKey,
    days: RangeInclusive<Day>,
    limit: usize,
) -> Result<Vec<Evidence>> {
    let Some(series) = names.id(from, series)? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for day in days_within(from, "evidence", generation, &days)? {
        if found.len() >= limit {
            break;
        }
        found.extend(rows(
            from,
            "reading evidence",
            "SELECT record, day, time, source, author, polarity, doubtful FROM evidence \
             WHERE generation = ?1 AND day = ?2 AND series = ?3 ORDER BY time, record LIMIT ?4",
            params![generation, day, series, at_most(limit - found.len())],
            parse,
        )?);
    }
    Ok(found)
}

/// Looks through one day's rows: an index by record would weigh on every step.
pub(super) fn counted(
    from: &Connection,
    names: &Names,
    generation: GenerationId,
    key: RecordKey,
    day: Day,
) -> Result<Vec<(SeriesKey, Evidence)>> {
    let ids = rows(
        from,
        "looking for what a record counted in",
        "SELECT record, day, time, source, author, polarity, doubtful, series FROM evidence \
         WHERE generation = ?1 AND day = ?2 AND record = ?3",
        params![generation, day.0, key.0],
        |row| Ok((at::<i64>(row, 7)?, parse(row)?)),
    )?;
    let mut found = Vec::with_capacity(ids.len());
    for (id, evidence) in ids {
        found.push((SeriesKey::clone(&*names.key(from, id)?), evidence));
    }
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(found)
}

pub(super) fn fingerprints(
    from: &Connection,
    generation: GenerationId,
    prints: &[u64],
    since: Day,
) -> Result<Vec<Fingerprint>> {
    let mut found = Vec::new();
    for print in prints {
        let first = row(
            from,
            "looking for a fingerprint",
            "SELECT day, record, author FROM fingerprint \
             WHERE generation = ?1 AND print = ?2 AND day >= ?3 ORDER BY day LIMIT 1",
            params![generation, *print as i64, since.0],
            |row| {
                Ok(Fingerprint {
                    print: *print,
                    day: Day(at(row, 0)?),
                    record: RecordKey(at(row, 1)?),
                    author: at::<Option<i64>>(row, 2)?.map(|author| AuthorHash(author as u64)),
                })
            },
        )?;
        found.extend(first);
    }
    Ok(found)
}

pub(super) fn alerts(
    from: &Connection,
    generation: GenerationId,
    filter: &AlertFilter,
) -> Result<Vec<Alert>> {
    let AlertFilter {
        id,
        sort,
        subject,
        market,
        class,
        from: first_day,
        to: last_day,
        as_of,
        limit,
    } = filter;
    rows(
        from,
        "reading alerts",
        "SELECT alert FROM alert WHERE generation = ?1 \
         AND day BETWEEN COALESCE(?2, -2147483648) AND COALESCE(?3, 2147483647) \
         AND (?4 IS NULL OR substr(id, 1, length(?4)) = ?4) \
         AND (?5 IS NULL OR sort = ?5) \
         AND (?6 IS NULL OR (sort = ?6 AND subject = ?7)) \
         AND (?8 IS NULL OR market = ?8) \
         AND (?9 IS NULL OR class = ?9) \
         AND (?10 IS NULL OR raised_at <= ?10) \
         ORDER BY day DESC, score DESC, id LIMIT ?11",
        params![
            generation,
            first_day.map(|day| day.0),
            last_day.map(|day| day.0),
            id,
            sort,
            subject.as_ref().map(|subject| subject.sort()),
            subject.as_ref().map(|subject| subject.name()),
            market.as_ref().map(|market| market.code()),
            class.map(|class| class.word()),
            as_of.map(micros),
            limit.map_or(-1, at_most),
        ],
        |row| codec::from_json("alert", &at::<String>(row, 0)?),
    )
}
