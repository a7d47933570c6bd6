//! Counts and detector states, read.

use super::series::{Names, SeriesId};
use super::{at, failed, row, rows};
use crate::record::{Cell, Day, SeriesKey, SeriesState};
use crate::store::codec;
use crate::store::{GenerationId, Result};
use rusqlite::{CachedStatement, Connection, params};
use std::ops::RangeInclusive;

/// Spans up to this many days are walked day by day; longer ones only over days that exist.
const WALKED_DAYS_MAX: i64 = 64;

/// The days of a span on which a generation can have rows of `table` at all.
pub(super) fn days_within(
    from: &Connection,
    table: &'static str,
    generation: GenerationId,
    days: &RangeInclusive<Day>,
) -> Result<Vec<i32>> {
    let (first, last) = (days.start().0, days.end().0);
    if i64::from(last) - i64::from(first) < WALKED_DAYS_MAX {
        return Ok((first..=last).collect());
    }
    let doing = "reading days";
    let sql = format!("SELECT MIN(day) FROM {table} WHERE generation = ?1 AND day >= ?2");
    let mut statement = from.prepare_cached(&sql).map_err(failed(doing))?;
    let mut found = Vec::new();
    let mut next = Some(first);
    while let Some(start) = next {
        let day: Option<i32> = statement
            .query_row(params![generation, start], |row| row.get(0))
            .map_err(failed(doing))?;
        match day {
            Some(day) if day <= last => {
                found.push(day);
                next = day.checked_add(1);
            }
            _ => break,
        }
    }
    Ok(found)
}

/// Reads single cells through one prepared statement: a run asks for them a hundred thousand
/// times.
pub(super) struct Reader<'a> {
    from: &'a Connection,
    names: &'a Names,
    generation: GenerationId,
    cell: CachedStatement<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        from: &'a Connection,
        names: &'a Names,
        generation: GenerationId,
    ) -> Result<Reader<'a>> {
        let cell = from
            .prepare_cached(
                "SELECT authors, mentions, doubtful, negative, neutral, positive, questions, \
                 purchases, complaints, units FROM cell \
                 WHERE generation = ?1 AND day = ?2 AND series = ?3",
            )
            .map_err(failed("reading counts"))?;
        Ok(Reader {
            from,
            names,
            generation,
            cell,
        })
    }

    fn one(&mut self, series: SeriesId, day: i32) -> Result<Option<Cell>> {
        let failed = failed("reading counts");
        let mut rows = self
            .cell
            .query(params![self.generation, day, series])
            .map_err(&failed)?;
        rows.next().map_err(&failed)?.map(parse).transpose()
    }

    pub(super) fn cells(
        &mut self,
        series: &SeriesKey,
        days: &RangeInclusive<Day>,
    ) -> Result<Vec<(Day, Cell)>> {
        let Some(series) = self.names.id(self.from, series)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for day in days_within(self.from, "cell", self.generation, days)? {
            found.extend(self.one(series, day)?.map(|cell| (Day(day), cell)));
        }
        Ok(found)
    }

    pub(super) fn cell(&mut self, series: &SeriesKey, day: Day) -> Result<Option<Cell>> {
        match self.names.id(self.from, series)? {
            Some(series) => self.one(series, day.0),
            None => Ok(None),
        }
    }
}

fn parse(row: &rusqlite::Row<'_>) -> Result<Cell> {
    let authors = row
        .get_ref(0)
        .ok()
        .and_then(|value| value.as_blob().ok())
        .ok_or_else(|| codec::damaged("set of authors", "it is no blob"))?;
    Ok(Cell {
        authors: codec::authors_from_bytes(authors)?,
        mentions: at(row, 1)?,
        doubtful: at(row, 2)?,
        negative: at(row, 3)?,
        neutral: at(row, 4)?,
        positive: at(row, 5)?,
        questions: at(row, 6)?,
        purchases: at(row, 7)?,
        complaints: at(row, 8)?,
        units: at(row, 9)?,
    })
}

pub(super) fn active(
    from: &Connection,
    names: &Names,
    generation: GenerationId,
    day: Day,
) -> Result<Vec<SeriesKey>> {
    let ids: Vec<SeriesId> = rows(
        from,
        "reading the series of a day",
        "SELECT series FROM cell WHERE generation = ?1 AND day = ?2",
        params![generation, day.0],
        |row| at(row, 0),
    )?;
    let mut keys = Vec::with_capacity(ids.len());
    for id in ids {
        keys.push(SeriesKey::clone(&*names.key(from, id)?));
    }
    keys.sort_unstable();
    Ok(keys)
}

pub(super) fn top(
    from: &Connection,
    names: &Names,
    generation: GenerationId,
    sort: &str,
    days: RangeInclusive<Day>,
    limit: usize,
) -> Result<Vec<(SeriesKey, u64)>> {
    let sums: Vec<(SeriesId, i64)> = rows(
        from,
        "summing counts",
        "SELECT series, SUM(n) FROM cell WHERE generation = ?1 AND day BETWEEN ?2 AND ?3 \
         GROUP BY series",
        params![generation, days.start().0, days.end().0],
        |row| Ok((at(row, 0)?, at(row, 1)?)),
    )?;
    let mut found = Vec::new();
    for (id, sum) in sums {
        let key = names.key(from, id)?;
        if key.subject.sort() == sort {
            found.push((key, sum.max(0) as u64));
        }
    }
    found.sort_unstable_by(|(left_key, left), (right_key, right)| {
        right.cmp(left).then_with(|| left_key.cmp(right_key))
    });
    found.truncate(limit);
    Ok(found
        .into_iter()
        .map(|(key, sum)| (SeriesKey::clone(&key), sum))
        .collect())
}

pub(super) fn state(
    from: &Connection,
    names: &Names,
    generation: GenerationId,
    series: &SeriesKey,
) -> Result<Option<SeriesState>> {
    let Some(series) = names.id(from, series)? else {
        return Ok(None);
    };
    row(
        from,
        "reading a detector state",
        "SELECT state FROM state WHERE generation = ?1 AND series = ?2",
        params![generation, series],
        |row| codec::from_json("detector state", &at::<String>(row, 0)?),
    )
}
