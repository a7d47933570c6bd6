//! What the crawler remembers: hosts, accounts, leases, notes.

use super::{at, execute, row, rows};
use crate::record::{Account, HostMemory};
use crate::store::Result;
use crate::store::codec::{self, micros};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, params};
use std::time::Duration;

pub(super) fn memory(from: &Connection, host: &str) -> Result<HostMemory> {
    let held = row(
        from,
        "reading a host",
        "SELECT memory FROM host WHERE host = ?1",
        [host],
        |row| codec::from_json("memory of a host", &at::<String>(row, 0)?),
    )?;
    Ok(held.unwrap_or_default())
}

pub(super) fn names(from: &Connection) -> Result<Vec<String>> {
    rows(
        from,
        "reading hosts",
        "SELECT host FROM host ORDER BY host",
        [],
        |row| at(row, 0),
    )
}

pub(super) fn update(
    to: &Transaction<'_>,
    host: &str,
    change: &mut dyn FnMut(&mut HostMemory),
) -> Result<HostMemory> {
    let mut held = memory(to, host)?;
    change(&mut held);
    execute(
        to,
        "updating a host",
        "INSERT INTO host (host, memory) VALUES (?1, ?2) \
         ON CONFLICT DO UPDATE SET memory = excluded.memory",
        params![host, codec::to_json("memory of a host", &held)?],
    )?;
    Ok(held)
}

pub(super) fn account(from: &Connection, bucket: &str) -> Result<Account> {
    let held = row(
        from,
        "reading an account",
        "SELECT spent FROM account WHERE bucket = ?1",
        [bucket],
        |row| codec::from_json("account", &at::<String>(row, 0)?),
    )?;
    Ok(held.unwrap_or_default())
}

pub(super) fn update_account(
    to: &Transaction<'_>,
    bucket: &str,
    change: &mut dyn FnMut(&mut Account),
) -> Result<()> {
    let mut held = account(to, bucket)?;
    change(&mut held);
    execute(
        to,
        "updating an account",
        "INSERT INTO account (bucket, spent) VALUES (?1, ?2) \
         ON CONFLICT DO UPDATE SET spent = excluded.spent",
        params![bucket, codec::to_json("account", &held)?],
    )?;
    Ok(())
}

pub(super) fn lease(
    to: &Transaction<'_>,
    name: &str,
    holder: &str,
    now: Timestamp,
    span: Duration,
) -> Result<bool> {
    let until = SignedDuration::try_from(span)
        .ok()
        .and_then(|span| now.checked_add(span).ok())
        .unwrap_or(Timestamp::MAX);
    let taken = execute(
        to,
        "taking a lease",
        "INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE \
         SET holder = excluded.holder, until = excluded.until \
         WHERE holder = excluded.holder OR until <= ?4",
        params![name, holder, micros(until), micros(now)],
    )?;
    Ok(taken == 1)
}

pub(super) fn release(to: &Transaction<'_>, name: &str, holder: &str) -> Result<()> {
    execute(
        to,
        "giving a lease back",
        "DELETE FROM lease WHERE name = ?1 AND holder = ?2",
        [name, holder],
    )?;
    Ok(())
}

pub(super) fn note(from: &Connection, name: &str) -> Result<Option<String>> {
    row(
        from,
        "reading a note",
        "SELECT value FROM note WHERE name = ?1",
        [name],
        |row| at(row, 0),
    )
}

pub(super) fn put_note(to: &Transaction<'_>, name: &str, value: &str) -> Result<()> {
    execute(
        to,
        "writing a note",
        "INSERT INTO note (name, value) VALUES (?1, ?2) \
         ON CONFLICT DO UPDATE SET value = excluded.value",
        [name, value],
    )?;
    Ok(())
}
