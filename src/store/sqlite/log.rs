//! The log: pages with their records, positions and coverage.

use super::record::{self, Place, RowId};
use super::{at, at_most, execute, failed, row, rows};
use crate::record::{Appended, Coverage, Entry, Offset, Page, Position, Reading, Record, Visit};
use crate::store::codec::{self, class_from, hour_of, instant, micros};
use crate::store::edit::{self, Seen};
use crate::store::{CoverageHour, Result};
use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT offset, source, query, instance, class, fetched_at, imported_at, first_row, \
             records, deleted, position, asked, answered, empty, refused, failed, seen, reading \
             FROM page ",
            $rest
        )
    };
}

pub(super) fn append(to: &Transaction<'_>, pages: &[Page]) -> Result<Vec<Appended>> {
    let mut offset = head(to)?;
    let mut next_row: RowId = to
        .prepare_cached("SELECT COALESCE(MAX(row), 0) + 1 FROM record")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(failed("appending pages"))?;
    let mut records = record::Writer::new(to)?;
    let mut appended = Vec::with_capacity(pages.len());
    for page in pages {
        offset += 1;
        let first_row = next_row;
        let mut came_to = Appended {
            offset,
            new: 0,
            edited: 0,
            known: 0,
        };
        for record in &page.records {
            append_record(to, &mut records, page, record, &mut came_to, &mut next_row)?;
        }
        insert_page(to, page, offset, first_row, next_row - first_row)?;
        if let Some(position) = &page.position {
            put_position(to, page, position)?;
        }
        add_coverage(to, page)?;
        appended.push(came_to);
    }
    Ok(appended)
}

fn append_record(
    to: &Transaction<'_>,
    records: &mut record::Writer<'_>,
    page: &Page,
    record: &Record,
    came_to: &mut Appended,
    next_row: &mut RowId,
) -> Result<()> {
    let key = page.key(record);
    let mut first_fetched_at = page.fetched_at;
    if records.holds(key)? {
        let versions = record::versions(to, key)?;
        let newest = versions.first().map(|it| (it.row, it.first_fetched_at));
        let held: Vec<Record> = versions.into_iter().map(|it| it.record).collect();
        if edit::judge(record, &held) == Seen::Known {
            came_to.known += 1;
            return Ok(());
        }
        if let Some((row, fetched_at)) = newest {
            first_fetched_at = fetched_at;
            record::outdate(to, row)?;
        }
        came_to.edited += 1;
    } else {
        came_to.new += 1;
    }
    let place = Place {
        row: *next_row,
        key,
        offset: came_to.offset as i64,
        source: &page.source,
        event_time: record.event_time(first_fetched_at),
        first_fetched_at,
    };
    records.insert(&place, record)?;
    *next_row += 1;
    Ok(())
}

fn insert_page(
    to: &Transaction<'_>,
    page: &Page,
    offset: Offset,
    first_row: RowId,
    records: i64,
) -> Result<()> {
    let deleted = (!page.deleted.is_empty())
        .then(|| codec::to_json("ids", &page.deleted))
        .transpose()?;
    let position = page
        .position
        .as_ref()
        .map(|position| codec::to_json("position", position))
        .transpose()?;
    let reading = page
        .reading
        .as_ref()
        .map(|reading| codec::to_json("reading", reading))
        .transpose()?;
    let coverage = &page.coverage;
    execute(
        to,
        "appending pages",
        "INSERT INTO page (offset, source, query, instance, class, fetched_at, imported_at, \
         first_row, records, deleted, position, asked, answered, empty, refused, failed, seen, \
         reading) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        params![
            offset as i64,
            page.source,
            page.query,
            page.instance,
            page.class.word(),
            micros(page.fetched_at),
            page.imported_at.map(micros),
            first_row,
            records,
            deleted,
            position,
            coverage.asked,
            coverage.answered,
            coverage.empty,
            coverage.refused,
            coverage.failed,
            coverage.seen.map(|seen| seen as i64),
            reading,
        ],
    )?;
    Ok(())
}

fn put_position(to: &Transaction<'_>, page: &Page, position: &Position) -> Result<()> {
    execute(
        to,
        "appending pages",
        "INSERT INTO position (source, query, position) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET position = excluded.position",
        params![
            page.source,
            page.query,
            codec::to_json("position", position)?
        ],
    )?;
    Ok(())
}

fn add_coverage(to: &Transaction<'_>, page: &Page) -> Result<()> {
    let coverage = &page.coverage;
    execute(
        to,
        "appending pages",
        "INSERT INTO coverage (hour, source, query, asked, answered, empty, refused, failed, seen) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO UPDATE SET \
         asked = asked + excluded.asked, answered = answered + excluded.answered, \
         empty = empty + excluded.empty, refused = refused + excluded.refused, \
         failed = failed + excluded.failed, \
         seen = COALESCE(seen + excluded.seen, seen, excluded.seen)",
        params![
            hour_of(page.fetched_at),
            page.source,
            page.query,
            coverage.asked,
            coverage.answered,
            coverage.empty,
            coverage.refused,
            coverage.failed,
            coverage.seen.map(|seen| seen as i64),
        ],
    )?;
    Ok(())
}

pub(super) fn head(from: &Connection) -> Result<Offset> {
    from.prepare_cached("SELECT COALESCE(MAX(offset), 0) FROM page")
        .and_then(|mut statement| statement.query_row([], |row| row.get::<_, i64>(0)))
        .map(|head| head as Offset)
        .map_err(failed("reading the head of the log"))
}

/// A page without its records, and the rows they stand in.
struct Leaf {
    entry: Entry,
    first_row: RowId,
    end_row: RowId,
}

pub(super) fn read(from: &Connection, after: Offset, limit: usize) -> Result<Vec<Entry>> {
    let mut leaves = rows(
        from,
        "reading the log",
        select!("WHERE offset > ?1 ORDER BY offset LIMIT ?2"),
        params![i64::try_from(after).unwrap_or(i64::MAX), at_most(limit)],
        leaf,
    )?;
    // Pages in offset order have their records in one stretch.
    if let (Some(first), Some(last)) = (leaves.first(), leaves.last()) {
        let records = record::in_rows(from, first.first_row, last.end_row)?;
        let mut at = 0;
        for (offset, record) in records {
            while leaves
                .get(at)
                .is_some_and(|leaf| (leaf.entry.offset as i64) < offset)
            {
                at += 1;
            }
            if let Some(leaf) = leaves.get_mut(at) {
                leaf.entry.page.records.push(record);
            }
        }
    }
    Ok(leaves.into_iter().map(|leaf| leaf.entry).collect())
}

pub(super) fn replay(
    from: &Connection,
    after: Option<(Timestamp, Offset)>,
    head: Offset,
    limit: usize,
) -> Result<Vec<Entry>> {
    let (time, offset) = after.map_or((i64::MIN, 0), |(time, offset)| (micros(time), offset));
    let leaves = rows(
        from,
        "replaying the log",
        select!(
            "WHERE (fetched_at, offset) > (?1, ?2) AND offset <= ?3 \
             ORDER BY fetched_at, offset LIMIT ?4"
        ),
        params![
            time,
            offset as i64,
            i64::try_from(head).unwrap_or(i64::MAX),
            at_most(limit)
        ],
        leaf,
    )?;
    let mut entries = Vec::with_capacity(leaves.len());
    for Leaf {
        mut entry,
        first_row,
        end_row,
    } in leaves
    {
        let records = record::in_rows(from, first_row, end_row)?;
        entry.page.records = records.into_iter().map(|(_, record)| record).collect();
        entries.push(entry);
    }
    Ok(entries)
}

fn leaf(row: &Row<'_>) -> Result<Leaf> {
    let class: String = at(row, 4)?;
    let first_row: RowId = at(row, 7)?;
    let records: i64 = at(row, 8)?;
    let deleted: Option<String> = at(row, 9)?;
    let position: Option<String> = at(row, 10)?;
    Ok(Leaf {
        entry: Entry {
            offset: at::<i64>(row, 0)? as Offset,
            page: Page {
                source: at(row, 1)?,
                query: at(row, 2)?,
                instance: at(row, 3)?,
                class: class_from(&class)?,
                fetched_at: instant(at(row, 5)?)?,
                imported_at: at::<Option<i64>>(row, 6)?.map(instant).transpose()?,
                records: Vec::with_capacity(records.clamp(0, 65_536) as usize),
                deleted: match deleted {
                    Some(json) => codec::from_json("ids", &json)?,
                    None => Vec::new(),
                },
                position: position
                    .map(|json| codec::from_json("position", &json))
                    .transpose()?,
                coverage: coverage_at(row, 11)?,
                reading: reading_at(row, 17)?,
            },
        },
        first_row,
        end_row: first_row.saturating_add(records),
    })
}

fn coverage_at(row: &Row<'_>, first: usize) -> Result<Coverage> {
    // Sums over an hour may in theory pass 32 bits.
    let count =
        |column| at::<i64>(row, first + column).map(|sum| u32::try_from(sum).unwrap_or(u32::MAX));
    Ok(Coverage {
        asked: count(0)?,
        answered: count(1)?,
        empty: count(2)?,
        refused: count(3)?,
        failed: count(4)?,
        seen: at::<Option<i64>>(row, first + 5)?.map(|seen| seen as u64),
    })
}

pub(super) fn position(from: &Connection, source: &str, query: &str) -> Result<Option<Position>> {
    row(
        from,
        "reading a position",
        "SELECT position FROM position WHERE source = ?1 AND query = ?2",
        [source, query],
        |row| codec::from_json("position", &at::<String>(row, 0)?),
    )
}

pub(super) fn coverage(
    connection: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<CoverageHour>> {
    rows(
        connection,
        "reading coverage",
        "SELECT hour, source, query, asked, answered, empty, refused, failed, seen FROM coverage \
         WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, source, query",
        [micros(from), micros(to)],
        |row| {
            Ok(CoverageHour {
                hour: instant(at(row, 0)?)?,
                source: at(row, 1)?,
                query: at(row, 2)?,
                coverage: coverage_at(row, 3)?,
            })
        },
    )
}

fn reading_at(row: &Row<'_>, column: usize) -> Result<Option<Reading>> {
    let json: Option<String> = at(row, column)?;
    json.map(|json| codec::from_json("reading", &json))
        .transpose()
}

macro_rules! visits {
    ($rest:literal) => {
        concat!(
            "SELECT source, query, fetched_at, asked, answered, empty, refused, failed, seen, \
             reading FROM page WHERE reading IS NOT NULL AND imported_at IS NULL AND ",
            $rest
        )
    };
}

pub(super) fn visits_of(
    from: &Connection,
    source: &str,
    query: &str,
    limit: usize,
) -> Result<Vec<Visit>> {
    rows(
        from,
        "reading visits",
        visits!("source = ?1 AND query = ?2 ORDER BY fetched_at DESC, offset DESC LIMIT ?3"),
        params![source, query, at_most(limit)],
        visit,
    )
}

pub(super) fn visits(from: &Connection, since: Timestamp, to: Timestamp) -> Result<Vec<Visit>> {
    rows(
        from,
        "reading visits",
        visits!("fetched_at >= ?1 AND fetched_at < ?2 ORDER BY fetched_at, offset"),
        [micros(since), micros(to)],
        visit,
    )
}

fn visit(row: &Row<'_>) -> Result<Visit> {
    Ok(Visit {
        source: at(row, 0)?,
        query: at(row, 1)?,
        at: instant(at(row, 2)?)?,
        coverage: coverage_at(row, 3)?,
        reading: reading_at(row, 9)?.unwrap_or_default(),
    })
}
