//! Versions of records: found by key, buried, listed.

use super::draft::{Draft, View, from_bytes};
use super::generation;
use super::key::{Key, Parts, Projected, Table};
use crate::record::{AuthorHash, Kind, Offset, Record, RecordKey, Residue, SourceClass, Tags};
use crate::store::codec::{self, damaged, instant, micros};
use crate::store::edit;
use crate::store::{Held, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where the versions of a record are, and what counting needs without reading them.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    pub source: String,
    /// Of the newest version.
    pub class: SourceClass,
    pub kind: Kind,
    /// Microseconds.
    pub first_fetched_at: i64,
    /// Event time of the newest version, in microseconds.
    pub event_time: i64,
    pub gone: bool,
    /// Offset and place of each version, oldest first.
    pub versions: Vec<(Offset, u32)>,
}

pub(super) fn head_key(key: RecordKey) -> Key {
    Key::of(Table::Head).record(key)
}

pub(super) fn version_key(offset: Offset, place: u32) -> Key {
    Key::of(Table::Record).u64(offset).u32(place)
}

fn words_key(event_time: i64, key: RecordKey) -> Key {
    Key::of(Table::Words).i64(event_time).record(key)
}

pub(super) fn missing(offset: Offset, place: u32) -> crate::store::Error {
    damaged(
        "log",
        format!("record {place} of entry {offset} is missing"),
    )
}

/// All versions of a record, newest first, with changes that are not applied yet.
pub(super) fn versions(from: &Draft<'_>, head: &Head) -> Result<Vec<Record>> {
    let mut found = Vec::with_capacity(head.versions.len());
    for (offset, place) in head.versions.iter().rev() {
        let record = from.value("record", &version_key(*offset, *place))?;
        found.push(record.ok_or_else(|| missing(*offset, *place))?);
    }
    Ok(found)
}

/// Writes a version as the newest of its key. `record` is in its kept form.
pub(super) fn insert(
    to: &mut Draft<'_>,
    key: RecordKey,
    mut head: Head,
    at: (Offset, u32),
    record: &Record,
) -> Result<()> {
    if !head.versions.is_empty() {
        to.remove(words_key(head.event_time, key));
    }
    let first_fetched_at = instant(head.first_fetched_at)?;
    head.event_time = micros(record.event_time(first_fetched_at));
    head.gone = record.residue.is_some();
    head.versions.push(at);
    let has_words = record.title.is_some() || record.text.is_some() || record.url.is_some();
    if has_words && !record.kind.is_observation() {
        to.put(words_key(head.event_time, key), []);
    }
    to.put_value("record", version_key(at.0, at.1), record)?;
    to.put_value("record", head_key(key), &head)
}

fn held(from: View<'_>, key: RecordKey, head: Head) -> Result<Held> {
    let Some((offset, place)) = head.versions.last().copied() else {
        return Err(damaged("record", format!("`{key}` has no version")));
    };
    let record = from.value("record", &version_key(offset, place))?;
    Ok(Held {
        key,
        source: head.source,
        class: head.class,
        fetched_at: instant(head.first_fetched_at)?,
        record: record.ok_or_else(|| missing(offset, place))?,
    })
}

pub(super) fn newest(from: View<'_>, key: RecordKey) -> Result<Option<Held>> {
    from.value("record", &head_key(key))?
        .map(|head| held(from, key, head))
        .transpose()
}

pub(super) fn older_than(from: View<'_>, before: Timestamp, limit: usize) -> Result<Vec<Held>> {
    let end = Key::of(Table::Words).i64(micros(before));
    let mut found = Vec::new();
    for pair in from.between(&Key::of(Table::Words), &end).take(limit) {
        let (row, _) = pair?;
        let mut parts = Parts::after_table(&row)?;
        parts.i64()?;
        found.extend(newest(from, parts.record()?)?);
    }
    Ok(found)
}

/// Reads every record: a wish to be forgotten is rare.
pub(super) fn by_author(from: View<'_>, author: AuthorHash, limit: usize) -> Result<Vec<Held>> {
    let mut found = Vec::new();
    for pair in from.under(&Key::of(Table::Head)) {
        if found.len() >= limit {
            break;
        }
        let (row, value) = pair?;
        let head: Head = from_bytes("record", &value)?;
        if head.gone {
            continue;
        }
        let held = held(from, Parts::after_table(&row)?.record()?, head)?;
        if held.record.author == Some(author) {
            found.push(held);
        }
    }
    Ok(found)
}

/// Takes the text out of all versions of records, and out of their tags.
pub(super) fn bury(to: &mut Draft<'_>, graves: &[(RecordKey, Residue)]) -> Result<usize> {
    let generations = generation::everything(to.before())?;
    let mut buried = 0;
    for (key, residue) in graves {
        let Some(mut head) = to.value::<Head>("record", &head_key(*key))? else {
            continue;
        };
        if head.gone {
            continue;
        }
        for (offset, place) in &head.versions {
            let key = version_key(*offset, *place);
            let record: Record = to
                .value("record", &key)?
                .ok_or_else(|| missing(*offset, *place))?;
            to.put_value("record", key, &edit::tombstone(record, residue))?;
        }
        to.remove(words_key(head.event_time, *key));
        head.gone = true;
        to.put_value("record", head_key(*key), &head)?;
        for (generation, _) in &generations {
            let row = Key::in_generation(*generation, Projected::Tags).record(*key);
            if let Some(tags) = to.value::<Tags>("tags", &row)? {
                to.put(row, codec::tags_to_json(&codec::strip_tags(tags, residue))?);
            }
        }
        buried += 1;
    }
    Ok(buried)
}
