//! Points of ranking lists.

use super::{at, rows};
use crate::record::{Day, Market, RankPoint};
use crate::store::codec::{self, instant};
use crate::store::{GenerationId, Result};
use rusqlite::{Connection, Row, params};
use std::ops::RangeInclusive;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT source, list, market, item, time, rank, paid, price, reviews, sku FROM rank \
             WHERE generation = ?1 AND market = ?2 AND time >= ?4 AND time < ?5 AND ",
            $rest
        )
    };
}

fn parse(row: &Row<'_>) -> Result<RankPoint> {
    let market: String = at(row, 2)?;
    Ok(RankPoint {
        source: at(row, 0)?,
        list: at(row, 1)?,
        market: codec::market_from(&market)?,
        item: at(row, 3)?,
        time: instant(at(row, 4)?)?,
        rank: at(row, 5)?,
        paid: at(row, 6)?,
        price: at(row, 7)?,
        reviews: at::<Option<i64>>(row, 8)?.map(|reviews| reviews as u64),
        sku: at(row, 9)?,
    })
}

pub(super) fn of_item(
    from: &Connection,
    generation: GenerationId,
    market: &Market,
    item: &str,
    days: RangeInclusive<Day>,
) -> Result<Vec<RankPoint>> {
    let (start, end) = codec::span_of(&days);
    rows(
        from,
        "reading ranks",
        select!("item = ?3 ORDER BY time, source, list, paid"),
        params![generation, market.code(), item, start, end],
        parse,
    )
}

pub(super) fn of_sku(
    from: &Connection,
    generation: GenerationId,
    market: &Market,
    sku: &str,
    days: RangeInclusive<Day>,
) -> Result<Vec<RankPoint>> {
    let (start, end) = codec::span_of(&days);
    rows(
        from,
        "reading ranks",
        select!("sku = ?3 ORDER BY time, source, list, item, paid"),
        params![generation, market.code(), sku, start, end],
        parse,
    )
}
