use crate::record::{Day, Market};
use serde::Serialize;

/// What to do with a SKU in a market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// Order today: it runs out before goods ordered today can land.
    OrderNow,
    /// Order by `order_by`.
    OrderSoon,
    /// Enough for now.
    Hold,
    /// A rise, but it will be over, or goods land too late: do not chase it.
    DoNotChase,
    /// Far more than will sell.
    ClearOut,
    /// The stock is not known: only what is known is shown.
    StockUnknown,
}

/// When goods ordered today would be sellable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Landing {
    /// If nothing is late.
    pub earliest: Day,
    /// If everything is late by its spread.
    pub latest: Day,
    /// Closures on the way that were added, in words: `Spring Festival: 12 days`.
    pub closures: Vec<String>,
}

/// Whether a rise will still be there when goods land, read from past alerts of the store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Wave {
    /// Id of the live alert.
    pub alert: String,
    /// Its lift.
    pub lift: f64,
    /// Days since it was raised.
    pub age_days: i32,
    /// Past alerts old enough to know, and how many of them were still above their baseline so
    /// many days later; `None` while the store has too few to tell.
    pub still_up: Option<(u32, u32)>,
}

/// One line of the restock sheet. `None` is "not known", never zero.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The seller's code.
    pub sku: String,
    /// Product name, where the catalogue has one.
    pub name: Option<String>,
    /// The market.
    pub market: Market,
    /// What to do.
    pub advice: Advice,
    /// Units sold a day, over days on which it was in stock.
    pub velocity: Option<f64>,
    /// Standard deviation of daily units.
    pub velocity_sd: Option<f64>,
    /// Units that the velocity was read from, and the days.
    pub sold: Option<(i64, u32)>,
    /// Expected multiple of the velocity because of a live trend, capped; 1 without one.
    pub uplift: f64,
    /// Units ready to sell.
    pub on_hand: Option<u32>,
    /// Units on their way.
    pub inbound: Option<u32>,
    /// Days the stock lasts.
    pub days_of_cover: Option<f64>,
    /// Lead time in days, closures included.
    pub lead_days: Option<u32>,
    /// Stock kept against chance.
    pub safety_stock: Option<u32>,
    /// Order when stock falls to this.
    pub reorder_point: Option<u32>,
    /// Last day to order and not run out.
    pub order_by: Option<Day>,
    /// Units to order: low, base, high; MOQ and cartons applied.
    pub quantity: Option<(u32, u32, u32)>,
    /// When goods ordered today land.
    pub landing: Option<Landing>,
    /// The live trend.
    pub wave: Option<Wave>,
    /// Why, in facts: keys of sentences with their values, in the order to be read.
    pub why: Vec<(String, Vec<String>)>,
}
