//! What the crawler remembers, and the seller's own tables.

use super::draft::{Draft, View, from_bytes};
use super::key::{Key, Table};
use crate::record::{Account, HostMemory, Sku, StockLevel};
use crate::store::Result;
use crate::store::codec::{damaged, instant, micros};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use std::time::Duration;

const MEMORY: &str = "memory of a host";

pub(super) fn memory(from: View<'_>, host: &str) -> Result<HostMemory> {
    let held = from.value(MEMORY, &Key::of(Table::Host).text(host))?;
    Ok(held.unwrap_or_default())
}

pub(super) fn hosts(from: View<'_>) -> Result<Vec<String>> {
    let table = Key::of(Table::Host);
    from.under(&table)
        .map(|pair| super::key::Parts::after_table(&pair?.0)?.text())
        .collect()
}

pub(super) fn update(
    to: &mut Draft<'_>,
    host: &str,
    change: &mut dyn FnMut(&mut HostMemory),
) -> Result<HostMemory> {
    let mut held = memory(to.before(), host)?;
    change(&mut held);
    to.put_value(MEMORY, Key::of(Table::Host).text(host), &held)?;
    Ok(held)
}

pub(super) fn account(from: View<'_>, bucket: &str) -> Result<Account> {
    let held = from.value("account", &Key::of(Table::Account).text(bucket))?;
    Ok(held.unwrap_or_default())
}

pub(super) fn update_account(
    to: &mut Draft<'_>,
    bucket: &str,
    change: &mut dyn FnMut(&mut Account),
) -> Result<()> {
    let mut held = account(to.before(), bucket)?;
    change(&mut held);
    to.put_value("account", Key::of(Table::Account).text(bucket), &held)
}

pub(super) fn lease(
    to: &mut Draft<'_>,
    name: &str,
    holder: &str,
    now: Timestamp,
    span: Duration,
) -> Result<bool> {
    let key = Key::of(Table::Lease).text(name);
    if let Some((held_by, until)) = to.value::<(String, i64)>("lease", &key)?
        && held_by != holder
        && instant(until)? > now
    {
        return Ok(false);
    }
    let until = SignedDuration::try_from(span)
        .ok()
        .and_then(|span| now.checked_add(span).ok())
        .unwrap_or(Timestamp::MAX);
    to.put_value("lease", key, &(holder, micros(until)))?;
    Ok(true)
}

pub(super) fn release(to: &mut Draft<'_>, name: &str, holder: &str) -> Result<()> {
    let key = Key::of(Table::Lease).text(name);
    let held: Option<(String, i64)> = to.value("lease", &key)?;
    if held.is_some_and(|(held_by, _)| held_by == holder) {
        to.remove(key);
    }
    Ok(())
}

/// All values of a table, in key order.
pub(super) fn rows<T: DeserializeOwned>(
    from: View<'_>,
    table: Table,
    what: &str,
) -> Result<Vec<T>> {
    from.under(&Key::of(table))
        .map(|pair| from_bytes(what, &pair?.1))
        .collect()
}

fn clear(to: &mut Draft<'_>, table: Table) -> Result<()> {
    for pair in to.before().under(&Key::of(table)) {
        to.remove_row(&pair?.0);
    }
    Ok(())
}

pub(super) fn put_catalogue(to: &mut Draft<'_>, skus: &[Sku]) -> Result<()> {
    clear(to, Table::Sku)?;
    for sku in skus {
        to.put_value("catalogue line", Key::of(Table::Sku).text(&sku.sku), sku)?;
    }
    Ok(())
}

pub(super) fn put_stock(to: &mut Draft<'_>, levels: &[StockLevel]) -> Result<()> {
    clear(to, Table::Stock)?;
    for level in levels {
        let key = Key::of(Table::Stock).text(&level.sku).market(&level.market);
        to.put_value("stock line", key, level)?;
    }
    Ok(())
}

/// The last offset or number in the keys of a table.
pub(super) fn last_number(from: View<'_>, table: Table) -> Result<u64> {
    match from.under(&Key::of(table)).next_back() {
        None => Ok(0),
        Some(pair) => super::key::Parts::after_table(&pair?.0)?
            .u64()
            .map_err(|_| damaged("key", "it holds no number")),
    }
}
