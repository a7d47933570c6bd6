//! The restock sheet as the API tells it.

use super::problem::Problem;
use super::trends::{market_of, within};
use super::views::Views;
use crate::record::Day;
use crate::restock::{Advice, Deadline, Line, Wave};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIMIT_MAX: usize = 10_000;
const LIMIT: usize = 500;

/// Which lines of the sheet to read.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct RestockQuery {
    /// Only this market.
    pub market: Option<String>,
    /// Only this SKU.
    pub sku: Option<String>,
    /// Only this advice: `order-now`, `order-soon`, `hold`, `do-not-chase`, `clear-out`,
    /// `stock-unknown`, `sales-unknown`, `lead-unknown`.
    pub advice: Option<String>,
    /// At most so many lines, most urgent first; 500 when nothing is said.
    #[param(minimum = 1, maximum = 10000)]
    pub limit: Option<usize>,
}

/// The restock sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RestockAnswer {
    /// The day it is reckoned from.
    pub today: String,
    /// All lines that match, those beyond `limit` included.
    pub found: usize,
    /// One line for each SKU and market, most urgent first.
    pub lines: Vec<RestockLine>,
    /// Last days to order for an occasion, soonest first.
    pub deadlines: Vec<OrderDeadline>,
}

/// What to do with a SKU in a market. `null` is "not known", never zero.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RestockLine {
    /// The seller's code.
    pub sku: String,
    /// Product name.
    pub name: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// The market.
    pub market: String,
    /// What to do: `order-now`, `order-soon`, `hold`, `do-not-chase`, `clear-out`,
    /// `stock-unknown`, `sales-unknown`, `lead-unknown`.
    pub advice: String,
    /// Units sold a day, over days on which it was in stock.
    pub velocity: Option<f64>,
    /// Standard deviation of daily units.
    pub velocity_sd: Option<f64>,
    /// Units that the velocity was read from.
    pub sold_units: Option<i64>,
    /// Days that the velocity was read from.
    pub sold_days: Option<u32>,
    /// Multiple of the velocity reckoned with because of a live trend; 1 without one.
    pub uplift: f64,
    /// Units ready to sell.
    pub on_hand: Option<u32>,
    /// Units on their way.
    pub inbound: Option<u32>,
    /// Days the stock lasts, goods on their way included.
    pub days_of_cover: Option<f64>,
    /// Lead time in days from today, closures included.
    pub lead_days: Option<u32>,
    /// Stock kept against chance.
    pub safety_stock: Option<u32>,
    /// Order when stock and goods on their way fall to this.
    pub reorder_point: Option<u32>,
    /// Last day to order and not run out; in the past when it is already too late.
    pub order_by: Option<String>,
    /// Units to order today.
    pub quantity: Option<Quantity>,
    /// Cost of the base quantity, in the seller's currency.
    pub cost: Option<f64>,
    /// When goods ordered today land.
    pub lands: Option<Lands>,
    /// The live trend behind it.
    pub wave: Option<LiveWave>,
    /// Keys of the reasons, in the order to be read.
    pub why: Vec<String>,
}

/// Units to order, smallest order and cartons applied.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Quantity {
    /// If sales are at the lower end and no rise lasts.
    pub low: u32,
    /// As things are.
    pub base: u32,
    /// If sales are at the upper end and the rise lasts.
    pub high: u32,
}

/// Days between which goods ordered today land.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Lands {
    /// If nothing is late.
    pub earliest: String,
    /// If everything is late by its spread.
    pub latest: String,
}

/// A live trend and how long past ones lasted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LiveWave {
    /// Id of the alert.
    pub alert: String,
    /// Its lift.
    pub lift: f64,
    /// Days since it was raised.
    pub age_days: i32,
    /// Past alerts old enough to know; `null` while there are too few.
    pub past: Option<u32>,
    /// Those of them that were still up when goods ordered then would have landed.
    pub past_still_up: Option<u32>,
}

/// The last day to order for an occasion.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderDeadline {
    /// Order on this day or before.
    pub order_by: String,
    /// Where the goods go.
    pub market: String,
    /// The occasion.
    pub name: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its first day.
    pub first: String,
    /// Whether plants close then, so that goods must have left; else goods must be there.
    pub closure: bool,
}

impl From<&Line> for RestockLine {
    fn from(line: &Line) -> RestockLine {
        RestockLine {
            sku: line.sku.clone(),
            name: line.name.clone(),
            category: line.category.clone(),
            market: line.market.to_string(),
            advice: line.advice.word().to_owned(),
            velocity: line.velocity,
            velocity_sd: line.velocity_sd,
            sold_units: line.sold.map(|(units, _)| units),
            sold_days: line.sold.map(|(_, days)| days),
            uplift: line.uplift,
            on_hand: line.on_hand,
            inbound: line.inbound,
            days_of_cover: line.days_of_cover,
            lead_days: line.lead_days,
            safety_stock: line.safety_stock,
            reorder_point: line.reorder_point,
            order_by: line.order_by.map(|day| day.to_string()),
            quantity: line
                .quantity
                .map(|(low, base, high)| Quantity { low, base, high }),
            cost: line.cost,
            lands: line.landing.as_ref().map(|landing| Lands {
                earliest: landing.earliest.to_string(),
                latest: landing.latest.to_string(),
            }),
            wave: line.wave.as_ref().map(LiveWave::from),
            why: line.why.iter().map(|fact| fact.key.to_owned()).collect(),
        }
    }
}

impl From<&Wave> for LiveWave {
    fn from(wave: &Wave) -> LiveWave {
        LiveWave {
            alert: wave.alert.clone(),
            lift: wave.lift,
            age_days: wave.age_days,
            past: wave.still_up.map(|share| share.of),
            past_still_up: wave.still_up.map(|share| share.up),
        }
    }
}

impl From<&Deadline> for OrderDeadline {
    fn from(deadline: &Deadline) -> OrderDeadline {
        OrderDeadline {
            order_by: deadline.order_by.to_string(),
            market: deadline.market.to_string(),
            name: deadline.name.clone(),
            name_zh: deadline.name_zh.clone(),
            first: deadline.first.to_string(),
            closure: deadline.closure,
        }
    }
}

/// Read the restock sheet.
pub(super) fn restock(views: &Views, query: &RestockQuery) -> Result<RestockAnswer, Problem> {
    let market = query.market.as_deref().map(market_of).transpose()?;
    let advice = query.advice.as_deref().map(advice_of).transpose()?;
    let limit = within_lines(query.limit)?;
    let now = views.clock.now();
    let sheet = views
        .restock
        .sheet(now)
        .map_err(|error| Problem::ours("make the restock sheet", &error))?;
    let lines: Vec<&Line> = sheet
        .lines
        .iter()
        .filter(|line| market.as_ref().is_none_or(|market| *market == line.market))
        .filter(|line| query.sku.as_ref().is_none_or(|sku| *sku == line.sku))
        .filter(|line| advice.is_none_or(|advice| advice == line.advice))
        .collect();
    let deadlines = sheet.deadlines.iter().filter(|deadline| {
        market
            .as_ref()
            .is_none_or(|market| *market == deadline.market)
    });
    Ok(RestockAnswer {
        today: Day::of(now).to_string(),
        found: lines.len(),
        lines: lines
            .into_iter()
            .take(limit)
            .map(RestockLine::from)
            .collect(),
        deadlines: deadlines.map(OrderDeadline::from).collect(),
    })
}

fn within_lines(limit: Option<usize>) -> Result<usize, Problem> {
    Ok(within("limit", limit, LIMIT_MAX)?.unwrap_or(LIMIT))
}

fn advice_of(word: &str) -> Result<Advice, Problem> {
    let found = Advice::ALL.into_iter().find(|advice| advice.word() == word);
    found.ok_or_else(|| {
        let words = Advice::ALL.map(Advice::word).join(", ");
        Problem::bad(format!("`advice` must be one of {words}, found `{word}`"))
    })
}
