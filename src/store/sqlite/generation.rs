//! Generations of projections: begun, made live, dropped.

use super::{Sqlite, at, execute, row, rows};
use crate::record::{Day, Offset};
use crate::store::{Error, Generation, GenerationId, Result, Versions};
use rusqlite::{Connection, Row, Transaction, params};

/// Rows removed in one transaction, so that other writers get their turn.
const SWEPT_AT_ONCE: i64 = 20_000;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, model, catalogue, rules, offset, closed, status FROM generation ",
            $rest
        )
    };
}

fn parse(row: &Row<'_>) -> Result<Generation> {
    let status: String = at(row, 6)?;
    Ok(Generation {
        id: at(row, 0)?,
        versions: Versions {
            model: at(row, 1)?,
            catalogue: at(row, 2)?,
            rules: at(row, 3)?,
        },
        offset: at::<i64>(row, 4)? as Offset,
        closed: at::<Option<i32>>(row, 5)?.map(Day),
        live: status == "live",
    })
}

pub(super) fn live(from: &Connection) -> Result<Option<Generation>> {
    row(
        from,
        "reading the live generation",
        select!("WHERE status = 'live'"),
        [],
        parse,
    )
}

pub(super) fn all(from: &Connection) -> Result<Vec<Generation>> {
    rows(
        from,
        "reading generations",
        select!("WHERE status IN ('live', 'building') ORDER BY id"),
        [],
        parse,
    )
}

/// A generation that may be written to.
pub(super) fn open(from: &Connection, id: GenerationId) -> Result<Option<Generation>> {
    row(
        from,
        "reading a generation",
        select!("WHERE id = ?1 AND status IN ('live', 'building')"),
        [id],
        parse,
    )
}

pub(super) fn begin(to: &Transaction<'_>, versions: &Versions) -> Result<Generation> {
    let first = live(to)?.is_none();
    execute(
        to,
        "beginning a generation",
        "INSERT INTO generation (status, model, catalogue, rules, offset) \
         VALUES (?1, ?2, ?3, ?4, 0)",
        params![
            if first { "live" } else { "building" },
            versions.model,
            versions.catalogue,
            versions.rules
        ],
    )?;
    Ok(Generation {
        id: to.last_insert_rowid() as GenerationId,
        versions: versions.clone(),
        offset: 0,
        closed: None,
        live: first,
    })
}

fn set(to: &Transaction<'_>, sql: &str, id: GenerationId) -> Result<()> {
    execute(to, "swapping generations", sql, [id])?;
    Ok(())
}

/// Readers that began on the generation that is replaced end on it: its rows stay until the
/// next swap.
pub(super) fn swap(to: &Transaction<'_>, id: GenerationId) -> Result<()> {
    let Some(next) = open(to, id)? else {
        return Err(Error::Generation {
            id,
            why: "cannot be made live: it is not there any more",
        });
    };
    if !next.live {
        set(
            to,
            "UPDATE generation SET status = 'dropped' WHERE status = 'retired' AND id <> ?1",
            id,
        )?;
        set(
            to,
            "UPDATE generation SET status = 'retired' WHERE status = 'live' AND id <> ?1",
            id,
        )?;
        set(
            to,
            "UPDATE generation SET status = 'live' WHERE id = ?1",
            id,
        )?;
    }
    set(
        to,
        "UPDATE generation SET status = 'dropped' WHERE status = 'building' AND id <> ?1",
        id,
    )
}

pub(super) fn discard(to: &Transaction<'_>, id: GenerationId) -> Result<()> {
    match open(to, id)? {
        Some(generation) if generation.live => Err(Error::Generation {
            id,
            why: "cannot be discarded: readers see it",
        }),
        Some(_) => set(
            to,
            "UPDATE generation SET status = 'dropped' WHERE id = ?1",
            id,
        ),
        None => Ok(()),
    }
}

/// Each removes a piece of what a dropped generation left in one table.
const PIECES: [&str; 8] = [
    "DELETE FROM evidence WHERE generation = ?1 AND (day, series, time, record) IN \
     (SELECT day, series, time, record FROM evidence WHERE generation = ?1 LIMIT ?2)",
    "DELETE FROM cell WHERE generation = ?1 AND (day, series) IN \
     (SELECT day, series FROM cell WHERE generation = ?1 LIMIT ?2)",
    "DELETE FROM tag WHERE row IN (SELECT row FROM tag WHERE generation = ?1 LIMIT ?2)",
    "DELETE FROM state WHERE generation = ?1 AND series IN \
     (SELECT series FROM state WHERE generation = ?1 LIMIT ?2)",
    "DELETE FROM fingerprint WHERE generation = ?1 AND (print, day) IN \
     (SELECT print, day FROM fingerprint WHERE generation = ?1 LIMIT ?2)",
    "DELETE FROM rank WHERE generation = ?1 AND (market, item, time, source, list, paid) IN \
     (SELECT market, item, time, source, list, paid FROM rank WHERE generation = ?1 LIMIT ?2)",
    "DELETE FROM alert WHERE generation = ?1 AND id IN \
     (SELECT id FROM alert WHERE generation = ?1 LIMIT ?2)",
    "DELETE FROM member WHERE generation = ?1 AND series IN \
     (SELECT series FROM member WHERE generation = ?1 LIMIT ?2)",
];

/// Removes the rows of dropped generations piece by piece. A process that dies here leaves
/// rows nobody sees; the next sweep goes on with them.
pub(super) fn sweep(store: &Sqlite) -> Result<()> {
    let doing = "removing a dropped generation";
    let dropped: Vec<GenerationId> = store.read(|from| {
        rows(
            from,
            doing,
            "SELECT id FROM generation WHERE status = 'dropped'",
            [],
            |row| at(row, 0),
        )
    })?;
    for id in dropped {
        for piece in PIECES {
            while store.write(doing, |to| {
                execute(to, doing, piece, params![id, SWEPT_AT_ONCE])
            })? > 0
            {}
        }
        store.write(doing, |to| {
            execute(to, doing, "DELETE FROM generation WHERE id = ?1", [id])
        })?;
    }
    Ok(())
}
