//! The log: pages with their records, positions and coverage.

use super::crawler;
use super::draft::{Draft, View, from_bytes};
use super::key::{Key, Parts, Table};
use super::record::{self, Head};
use crate::record::{Appended, Coverage, Entry, Offset, Page, Position, Record, Visit};
use crate::store::codec::{damaged, hour_of, instant, micros, whole_micros};
use crate::store::edit::{self, Seen};
use crate::store::{CoverageHour, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A page without its records, which have rows of their own.
#[derive(Serialize, Deserialize)]
pub(super) struct Leaf {
    pub page: Page,
    pub records: u32,
}

pub(super) fn page_key(offset: Offset) -> Key {
    Key::of(Table::Page).u64(offset)
}

pub(super) fn head(from: View<'_>) -> Result<Offset> {
    crawler::last_number(from, Table::Page)
}

pub(super) fn append(to: &mut Draft<'_>, pages: &[Page]) -> Result<Vec<Appended>> {
    let mut offset = head(to.before())?;
    let mut appended = Vec::with_capacity(pages.len());
    for page in pages {
        offset += 1;
        let mut came_to = Appended {
            offset,
            new: 0,
            edited: 0,
            known: 0,
        };
        let mut place = 0;
        for record in &page.records {
            append_record(to, page, record, &mut came_to, &mut place)?;
        }
        let leaf = Leaf {
            page: Page {
                records: Vec::new(),
                fetched_at: whole_micros(page.fetched_at),
                imported_at: page.imported_at.map(whole_micros),
                ..without_records(page)
            },
            records: place,
        };
        to.put_value("page", page_key(offset), &leaf)?;
        let ingest = Key::of(Table::Ingest).i64(micros(page.fetched_at));
        to.put(ingest.u64(offset), []);
        if is_visit(page) {
            let of = visit_key(&page.source, &page.query);
            to.put(of.i64(micros(page.fetched_at)).u64(offset), []);
        }
        if let Some(position) = &page.position {
            let key = position_key(&page.source, &page.query);
            to.put_value("position", key, position)?;
        }
        add_coverage(to, page)?;
        appended.push(came_to);
    }
    Ok(appended)
}

fn without_records(page: &Page) -> Page {
    Page {
        source: page.source.clone(),
        query: page.query.clone(),
        instance: page.instance.clone(),
        class: page.class,
        fetched_at: page.fetched_at,
        imported_at: page.imported_at,
        records: Vec::new(),
        deleted: page.deleted.clone(),
        position: page.position.clone(),
        coverage: page.coverage,
        reading: page.reading.clone(),
    }
}

fn append_record(
    to: &mut Draft<'_>,
    page: &Page,
    record: &Record,
    came_to: &mut Appended,
    place: &mut u32,
) -> Result<()> {
    let key = page.key(record);
    let head = match to.value::<Head>("record", &record::head_key(key))? {
        Some(head) => {
            if edit::judge(record, &record::versions(to, &head)?) == Seen::Known {
                came_to.known += 1;
                return Ok(());
            }
            came_to.edited += 1;
            Head {
                class: page.class,
                ..head
            }
        }
        None => {
            came_to.new += 1;
            Head {
                source: page.source.clone(),
                class: page.class,
                kind: record.kind,
                first_fetched_at: micros(page.fetched_at),
                event_time: 0,
                gone: false,
                versions: Vec::new(),
            }
        }
    };
    let kept = edit::kept_form(record);
    record::insert(to, key, head, (came_to.offset, *place), &kept)?;
    *place += 1;
    Ok(())
}

fn position_key(source: &str, query: &str) -> Key {
    Key::of(Table::Position).text(source).text(query)
}

fn add_coverage(to: &mut Draft<'_>, page: &Page) -> Result<()> {
    let key = Key::of(Table::Coverage)
        .i64(hour_of(page.fetched_at))
        .text(&page.source)
        .text(&page.query);
    let mut sum: Coverage = to.value("coverage", &key)?.unwrap_or_default();
    sum.add(&page.coverage);
    to.put_value("coverage", key, &sum)
}

pub(super) fn entry(from: View<'_>, offset: Offset, leaf: Leaf) -> Result<Entry> {
    let Leaf { mut page, records } = leaf;
    let first = record::version_key(offset, 0);
    let end = record::version_key(offset, records);
    for pair in from.between(&first, &end) {
        page.records.push(from_bytes("record", &pair?.1)?);
    }
    if page.records.len() != records as usize {
        return Err(record::missing(offset, page.records.len() as u32));
    }
    Ok(Entry { offset, page })
}

pub(super) fn read(from: View<'_>, after: Offset, limit: usize) -> Result<Vec<Entry>> {
    let Some(first) = after.checked_add(1) else {
        return Ok(Vec::new());
    };
    let end = Key::of(Table::Page).u64(Offset::MAX);
    let mut entries = Vec::new();
    for pair in from.between(&page_key(first), &end).take(limit) {
        let (row, value) = pair?;
        let offset = Parts::after_table(&row)?.u64()?;
        entries.push(entry(from, offset, from_bytes("page", &value)?)?);
    }
    Ok(entries)
}

pub(super) fn replay(
    from: View<'_>,
    after: Option<(Timestamp, Offset)>,
    head: Offset,
    limit: usize,
) -> Result<Vec<Entry>> {
    let first = match after {
        Some((time, offset)) => Key::of(Table::Ingest)
            .i64(micros(time))
            .u64(offset.saturating_add(1)),
        None => Key::of(Table::Ingest),
    };
    let end = Key::of(Table::Ingest).i64(i64::MAX).u64(Offset::MAX);
    let mut entries = Vec::new();
    for pair in from.between(&first, &end) {
        if entries.len() >= limit {
            break;
        }
        let (row, _) = pair?;
        let mut parts = Parts::after_table(&row)?;
        parts.i64()?;
        let offset = parts.u64()?;
        if offset > head {
            continue;
        }
        entries.push(entry(from, offset, leaf_at(from, offset)?)?);
    }
    Ok(entries)
}

pub(super) fn position(from: View<'_>, source: &str, query: &str) -> Result<Option<Position>> {
    from.value("position", &position_key(source, query))
}

pub(super) fn coverage(
    view: View<'_>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<CoverageHour>> {
    let hour = |time| Key::of(Table::Coverage).i64(micros(time));
    let mut found = Vec::new();
    for pair in view.between(&hour(from), &hour(to)) {
        let (row, value) = pair?;
        let mut parts = Parts::after_table(&row)?;
        found.push(CoverageHour {
            hour: instant(parts.i64()?)?,
            source: parts.text()?,
            query: parts.text()?,
            coverage: from_bytes("coverage", &value)?,
        });
    }
    Ok(found)
}

/// Whether a crawl has read the page, so that it tells of its source and of our manners.
fn is_visit(page: &Page) -> bool {
    page.reading.is_some() && page.imported_at.is_none()
}

fn visit_key(source: &str, query: &str) -> Key {
    Key::of(Table::Visit).text(source).text(query)
}

pub(super) fn visits_of(
    from: View<'_>,
    source: &str,
    query: &str,
    limit: usize,
) -> Result<Vec<Visit>> {
    let of = visit_key(source, query);
    let rows = from.under(&of).rev().take(limit);
    rows.map(|pair| {
        let (row, _) = pair?;
        let mut parts = Parts::after_table(&row)?;
        parts.text()?;
        parts.text()?;
        parts.i64()?;
        Ok(visit(leaf_at(from, parts.u64()?)?.page))
    })
    .collect()
}

pub(super) fn visits(from: View<'_>, since: Timestamp, to: Timestamp) -> Result<Vec<Visit>> {
    let ingest = |time| Key::of(Table::Ingest).i64(micros(time));
    let mut visits = Vec::new();
    for pair in from.between(&ingest(since), &ingest(to)) {
        let (row, _) = pair?;
        let mut parts = Parts::after_table(&row)?;
        parts.i64()?;
        let page = leaf_at(from, parts.u64()?)?.page;
        if is_visit(&page) {
            visits.push(visit(page));
        }
    }
    Ok(visits)
}

fn visit(page: Page) -> Visit {
    Visit {
        source: page.source,
        query: page.query,
        at: page.fetched_at,
        coverage: page.coverage,
        reading: page.reading.unwrap_or_default(),
    }
}

fn leaf_at(from: View<'_>, offset: Offset) -> Result<Leaf> {
    from.value("page", &page_key(offset))?
        .ok_or_else(|| damaged("log", format!("entry {offset} is missing")))
}
