//! Figures and backups.

use super::{FILE, at, failed, generation, log, row, rows, series};
use crate::record::Kind;
use crate::store::codec::{damaged, instant};
use crate::store::{Error, Result, Stats, folder};
use rusqlite::Connection;
use std::fs::File;
use std::path::Path;

pub(super) fn stats(from: &Connection, home: &Path) -> Result<Stats> {
    let doing = "counting";
    let records = rows(
        from,
        doing,
        "SELECT kind, COUNT(*), SUM(gone) FROM record WHERE newest = 1 GROUP BY kind",
        [],
        |row| {
            let kind: String = at(row, 0)?;
            let kind = Kind::parse(&kind)
                .ok_or_else(|| damaged("kind of a record", format!("`{kind}`")))?;
            Ok((kind, at::<i64>(row, 1)? as u64, at::<i64>(row, 2)? as u64))
        },
    )?;
    let edge = |sql| {
        row(from, doing, sql, [], |row| {
            at::<Option<i64>>(row, 0)?.map(instant).transpose()
        })
        .map(Option::flatten)
    };
    let first = edge("SELECT MIN(event_time) FROM record WHERE newest = 1")?;
    let last = edge("SELECT MAX(event_time) FROM record WHERE newest = 1")?;
    let live = generation::live(from)?;
    let alerts = row(
        from,
        doing,
        "SELECT COUNT(*) FROM alert WHERE generation = ?1",
        [live.as_ref().map(|live| live.id)],
        |row| at::<i64>(row, 0),
    )?;
    let mut kinds: Vec<_> = records
        .iter()
        .map(|(kind, count, _)| (*kind, *count))
        .collect();
    kinds.sort();
    Ok(Stats {
        engine: "sqlite".into(),
        entries: log::head(from)?,
        records: kinds,
        tombstones: records.iter().map(|(_, _, gone)| gone).sum(),
        series: match &live {
            Some(live) => series::count(from, live.id)?,
            None => 0,
        },
        alerts: alerts.unwrap_or(0) as u64,
        projected: live.map_or(0, |live| live.offset),
        span: first.zip(last),
        bytes: ["", "-wal", "-shm"]
            .iter()
            .filter_map(|end| home.join(format!("{FILE}{end}")).metadata().ok())
            .map(|about| about.len())
            .sum(),
    })
}

/// `VACUUM INTO` reads one snapshot while others write, and leaves a compact file that is a
/// store of its own.
pub(super) fn backup(from: &Connection, to: &Path) -> Result<()> {
    folder::make_for_backup(to)?;
    let file = to.join(FILE);
    let Some(name) = file.to_str() else {
        return Err(Error::Backup {
            path: to.to_owned(),
            why: "its name is no Unicode text".into(),
        });
    };
    from.execute("VACUUM INTO ?1", [name])
        .map_err(failed("backing up"))?;
    // SQLite does not wait for the copy to reach the disk.
    File::open(&file)
        .and_then(|copy| copy.sync_all())
        .map_err(|why| Error::Backup {
            path: to.to_owned(),
            why: why.to_string(),
        })
}
