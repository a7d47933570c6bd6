use super::{Day, Market};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A product of the seller's catalogue. Only `sku` and `name` are needed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sku {
    /// The seller's code.
    pub sku: String,
    /// Product name.
    pub name: String,
    /// Brand.
    pub brand: Option<String>,
    /// Product line or model name.
    pub line: Option<String>,
    /// Model codes such as `WH-1000XM5`.
    pub models: Vec<String>,
    /// Category, in the seller's words.
    pub category: Option<String>,
    /// Names people use, by language (`*` for any).
    pub aliases: BTreeMap<String, Vec<String>>,
    /// Words one of which must stand in the text.
    pub must: Vec<String>,
    /// Words none of which may stand in the text.
    pub must_not: Vec<String>,
}

/// What lies where, and how long more takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StockLevel {
    /// The seller's code.
    pub sku: String,
    /// The market the stock serves.
    pub market: Market,
    /// The day it was counted.
    pub counted_on: Day,
    /// Units ready to sell.
    pub on_hand: u32,
    /// Units on their way.
    pub inbound: u32,
    /// When they arrive, if known.
    pub inbound_on: Option<Day>,
    /// Days from order to sellable, in legs.
    pub lead: Option<Leg>,
    /// Smallest order.
    pub moq: Option<u32>,
    /// Units in a carton.
    pub carton: Option<u32>,
    /// Cost of a unit, in the seller's currency.
    pub unit_cost: Option<f64>,
}

/// Lead time by leg, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Making it.
    pub production_days: u16,
    /// Shipping it.
    pub freight_days: u16,
    /// Customs and check-in at the warehouse.
    pub receiving_days: u16,
    /// How many days it may come later.
    pub spread_days: u16,
}
