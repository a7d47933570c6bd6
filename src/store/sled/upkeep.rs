//! Figures and backups.

use super::draft::{View, from_bytes};
use super::generation;
use super::key::{Key, Projected, Table};
use super::record::Head;
use super::{FOLDER, failed, log};
use crate::record::Kind;
use crate::store::codec::instant;
use crate::store::{Error, Result, Stats, folder};
use sled::Batch;
use std::collections::BTreeMap;
use std::path::Path;

/// Rows copied in one batch.
const COPIED_AT_ONCE: usize = 10_000;

pub(super) fn stats(from: View<'_>, home: &Path) -> Result<Stats> {
    let mut records: BTreeMap<Kind, u64> = BTreeMap::new();
    let mut tombstones = 0;
    let mut span: Option<(i64, i64)> = None;
    for pair in from.under(&Key::of(Table::Head)) {
        let head: Head = from_bytes("record", &pair?.1)?;
        *records.entry(head.kind).or_default() += 1;
        tombstones += u64::from(head.gone);
        let time = head.event_time;
        span = Some(span.map_or((time, time), |(first, last)| {
            (first.min(time), last.max(time))
        }));
    }
    let live = generation::live(from)?;
    let count = |row| match &live {
        Some(live) => from
            .under(&Key::in_generation(live.id, row))
            .try_fold(0, |count, pair| pair.map(|_| count + 1)),
        None => Ok(0),
    };
    Ok(Stats {
        engine: "sled".into(),
        entries: log::head(from)?,
        records: records.into_iter().collect(),
        tombstones,
        series: count(Projected::Member)?,
        alerts: count(Projected::Alert)?,
        projected: live.as_ref().map_or(0, |live| live.offset),
        span: match span {
            Some((first, last)) => Some((instant(first)?, instant(last)?)),
            None => None,
        },
        bytes: folder::bytes(home),
    })
}

/// Copies row by row; readers go on meanwhile, writers wait.
pub(super) fn backup(from: View<'_>, to: &Path) -> Result<()> {
    let doing = "backing up";
    folder::make_for_backup(to)?;
    let copy = sled::Config::new()
        .path(to.join(FOLDER))
        .flush_every_ms(None)
        .open()
        .map_err(failed(doing))?;
    let mut batch = Batch::default();
    let mut rows = 0_usize;
    for pair in from.0.iter() {
        let (key, value) = pair.map_err(failed(doing))?;
        batch.insert(key, value);
        rows += 1;
        if rows.is_multiple_of(COPIED_AT_ONCE) {
            copy.apply_batch(std::mem::take(&mut batch))
                .map_err(failed(doing))?;
        }
    }
    copy.apply_batch(batch).map_err(failed(doing))?;
    copy.flush().map_err(failed(doing))?;
    if copy.len() == rows {
        Ok(())
    } else {
        Err(Error::Backup {
            path: to.to_owned(),
            why: format!("{} of {rows} rows arrived", copy.len()),
        })
    }
}
