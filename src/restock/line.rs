use crate::record::{AlertClass, Day, Market, SourceClass};
use serde::{Serialize, Serializer};

/// A day as `2026-11-23`, for whoever reads the JSON.
fn iso<S: Serializer>(day: &Day, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

fn iso_if_known<S: Serializer>(day: &Option<Day>, serializer: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => iso(day, serializer),
        None => serializer.serialize_none(),
    }
}

/// What to do with a SKU in a market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// Order today: it runs out before goods ordered later can land.
    OrderNow,
    /// Order by `order_by`.
    OrderSoon,
    /// Enough for now.
    Hold,
    /// A rise, but it will be over when goods land, or people are unhappy: do not chase it.
    DoNotChase,
    /// Far more than will sell.
    ClearOut,
    /// The stock is not known: only what is known is shown.
    StockUnknown,
    /// Sales are not known, or on too few days to plan with.
    SalesUnknown,
    /// Nobody has said how long goods take to come.
    LeadUnknown,
}

impl Advice {
    /// Every advice, in the order of their declaration.
    pub const ALL: [Advice; 8] = [
        Advice::OrderNow,
        Advice::OrderSoon,
        Advice::Hold,
        Advice::DoNotChase,
        Advice::ClearOut,
        Advice::StockUnknown,
        Advice::SalesUnknown,
        Advice::LeadUnknown,
    ];

    /// The word used in files and output.
    pub fn word(self) -> &'static str {
        match self {
            Advice::OrderNow => "order-now",
            Advice::OrderSoon => "order-soon",
            Advice::Hold => "hold",
            Advice::DoNotChase => "do-not-chase",
            Advice::ClearOut => "clear-out",
            Advice::StockUnknown => "stock-unknown",
            Advice::SalesUnknown => "sales-unknown",
            Advice::LeadUnknown => "lead-unknown",
        }
    }

    /// Whether somebody has to do or leave something: what is sent without being asked for.
    pub fn is_pushed(self) -> bool {
        matches!(
            self,
            Advice::OrderNow | Advice::OrderSoon | Advice::DoNotChase | Advice::ClearOut
        )
    }
}

/// Days that a closure adds on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delay {
    /// English name of the closure.
    pub name: String,
    /// Chinese name.
    pub name_zh: String,
    /// Days on which nothing moved because of it.
    pub days: u32,
}

/// When goods ordered today would be sellable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Landing {
    /// If nothing is late.
    #[serde(serialize_with = "iso")]
    pub earliest: Day,
    /// If everything is late by its spread.
    #[serde(serialize_with = "iso")]
    pub latest: Day,
    /// Closures on the way, already counted in `earliest`.
    pub closures: Vec<Delay>,
}

/// Whether a rise will still be there when goods land, read from past alerts of the store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Wave {
    /// Id of the live alert.
    pub alert: String,
    /// How the alert is to be read.
    pub class: AlertClass,
    /// Which kind of evidence rose.
    pub evidence: SourceClass,
    /// Its lift.
    pub lift: f64,
    /// Days since it was raised.
    pub age_days: i32,
    /// What the rise is taken to do to sales while it lasts: its lift, capped.
    pub uplift: f64,
    /// Past alerts old enough to know, and how many of them were still above their baseline so
    /// many days later; `None` while the store has too few to tell, or no landing day is known.
    pub still_up: Option<Share>,
}

/// `up` of `of` past alerts were still above their baseline `days` days after they were raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Still above.
    pub up: u32,
    /// All that are old enough to know.
    pub of: u32,
    /// Days after the alert.
    pub days: u32,
    /// Read from the same market; `false`: from all markets, because this one has too few.
    pub same_market: bool,
}

impl Share {
    /// The share, 0 to 1.
    pub fn value(&self) -> f64 {
        f64::from(self.up) / f64::from(self.of.max(1))
    }
}

/// A value inside a [`Fact`], with its unit, so that each language can write it its own way.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Whole pieces.
    Units(i64),
    /// Pieces a day.
    Rate(f64),
    /// A number of days.
    Days(i64),
    /// A calendar day.
    #[serde(serialize_with = "iso")]
    Day(Day),
    /// A multiple: 2.5 is written 2.5×.
    Times(f64),
    /// A share, 0 to 1.
    Share(f64),
    /// A name in English and in Chinese.
    Name(String, String),
    /// The class of an alert.
    Class(AlertClass),
    /// A kind of evidence.
    Evidence(SourceClass),
}

/// One sentence of a reason: the key of its wording in the locale files, and its values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// `why.KEY` in the locale files.
    pub key: &'static str,
    /// What stands in for `{0}`, `{1}` …
    pub values: Vec<Value>,
}

/// One line of the restock sheet. `None` is "not known", never zero.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The seller's code.
    pub sku: String,
    /// Product name, where the catalogue has one.
    pub name: Option<String>,
    /// Category, where the catalogue has one.
    pub category: Option<String>,
    /// The market.
    pub market: Market,
    /// What to do.
    pub advice: Advice,
    /// Units sold a day, over days on which it was in stock, before any uplift.
    pub velocity: Option<f64>,
    /// Standard deviation of daily units.
    pub velocity_sd: Option<f64>,
    /// Units that the velocity was read from, and the days.
    pub sold: Option<(i64, u32)>,
    /// Multiple of the velocity that cover, order-by date and base quantity reckon with until
    /// goods land, because of a live trend; 1 without one or when it is not to be chased.
    pub uplift: f64,
    /// Units ready to sell, as counted.
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
    #[serde(serialize_with = "iso_if_known")]
    pub order_by: Option<Day>,
    /// Units to order today: low, base, high; MOQ and cartons applied; zeros when none.
    pub quantity: Option<(u32, u32, u32)>,
    /// Cost of the base quantity, in the seller's currency.
    pub cost: Option<f64>,
    /// When goods ordered today land.
    pub landing: Option<Landing>,
    /// The live trend.
    pub wave: Option<Wave>,
    /// Why, in facts, in the order to be read.
    pub why: Vec<Fact>,
}
