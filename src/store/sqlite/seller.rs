//! The seller's own tables: catalogue and stock, replaced whole.

use super::{at, execute, rows};
use crate::record::{Sku, StockLevel};
use crate::store::Result;
use crate::store::codec;
use rusqlite::{Connection, Transaction, params};

pub(super) fn catalogue(from: &Connection) -> Result<Vec<Sku>> {
    rows(
        from,
        "reading the catalogue",
        "SELECT detail FROM sku ORDER BY sku",
        [],
        |row| codec::from_json("catalogue line", &at::<String>(row, 0)?),
    )
}

pub(super) fn put_catalogue(to: &Transaction<'_>, skus: &[Sku]) -> Result<()> {
    let doing = "replacing the catalogue";
    execute(to, doing, "DELETE FROM sku", [])?;
    for sku in skus {
        execute(
            to,
            doing,
            "INSERT INTO sku (sku, name, brand, line, category, detail) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                sku.sku,
                sku.name,
                sku.brand,
                sku.line,
                sku.category,
                codec::to_json("catalogue line", sku)?
            ],
        )?;
    }
    Ok(())
}

pub(super) fn stock(from: &Connection) -> Result<Vec<StockLevel>> {
    rows(
        from,
        "reading the stock",
        "SELECT detail FROM stock ORDER BY sku, market",
        [],
        |row| codec::from_json("stock line", &at::<String>(row, 0)?),
    )
}

pub(super) fn put_stock(to: &Transaction<'_>, levels: &[StockLevel]) -> Result<()> {
    let doing = "replacing the stock";
    execute(to, doing, "DELETE FROM stock", [])?;
    for level in levels {
        execute(
            to,
            doing,
            "INSERT INTO stock (sku, market, counted_on, on_hand, inbound, detail) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                level.sku,
                level.market.code(),
                level.counted_on.0,
                level.on_hand,
                level.inbound,
                codec::to_json("stock line", level)?
            ],
        )?;
    }
    Ok(())
}
