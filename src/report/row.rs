use super::chart;
use super::locale::Language;
use super::page::Pair;
use super::safe::shown_name;
use crate::restock::{Advice, Line};
use serde::Serialize;

/// Reasons in the order in which they decide; the first that holds is the one for a table.
const DECIDING: [&str; 14] = [
    "crisis",
    "complaints",
    "stock-none",
    "lead-none",
    "sales-none",
    "sales-never",
    "sales-few",
    "wave-gone",
    "too-late",
    "gap",
    "uplift",
    "trend",
    "cover",
    "sold",
];

/// A restock line in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The SKU.
    pub sku: String,
    /// Product name; empty where the catalogue has none.
    pub name: String,
    /// Market.
    pub market: String,
    /// `act`, `soon`, `bad`, `calm`: colours.
    pub tone: &'static str,
    /// What to do.
    pub advice: String,
    /// Base quantity; a dash where there is none.
    pub order: String,
    /// Low and high, where they differ from the base.
    pub range: String,
    /// Last day to order; empty where there is none.
    pub order_by: String,
    /// Days the stock lasts.
    pub cover: String,
    /// Cover against lead time, as SVG; empty where one is not known.
    pub gauge: String,
    /// Numbers behind the advice.
    pub numbers: Vec<Pair>,
    /// Why, in sentences.
    pub why: Vec<String>,
    /// The reason that decides.
    pub because: String,
}

impl Row {
    /// Puts a line into words.
    pub fn new(line: &Line, language: Language) -> Row {
        let why: Vec<String> = line.why.iter().map(|fact| language.fact(fact)).collect();
        let (order, range) = order(line, language);
        Row {
            sku: shown_name(&line.sku),
            name: line.name.as_deref().map(shown_name).unwrap_or_default(),
            market: language.market(&line.market),
            tone: tone(line.advice),
            advice: language.advice(line.advice).to_owned(),
            order,
            range,
            order_by: match line.order_by {
                Some(day) if line.advice != Advice::ClearOut => language.weekday(day),
                _ => String::new(),
            },
            cover: line.days_of_cover.map_or_else(
                || language.words("line.unknown").to_owned(),
                |days| {
                    let days = language.units(days.floor() as i64);
                    language.say("line.cover_value", &[&days])
                },
            ),
            gauge: gauge(line, language),
            numbers: numbers(line, language),
            because: DECIDING
                .iter()
                .find_map(|key| line.why.iter().find(|fact| fact.key == *key))
                .map(|fact| language.fact(fact))
                .unwrap_or_default(),
            why,
        }
    }
}

fn tone(advice: Advice) -> &'static str {
    match advice {
        Advice::OrderNow => "act",
        Advice::OrderSoon => "soon",
        Advice::DoNotChase | Advice::ClearOut => "bad",
        Advice::Hold | Advice::StockUnknown | Advice::SalesUnknown | Advice::LeadUnknown => "calm",
    }
}

fn order(line: &Line, language: Language) -> (String, String) {
    match line.quantity {
        None => (language.words("line.unknown").to_owned(), String::new()),
        Some((_, 0, _)) => ("–".to_owned(), String::new()),
        Some((low, base, high)) => {
            let range = match low == base && base == high {
                true => String::new(),
                false => language.say(
                    "line.order_range",
                    &[&language.units(low), &language.units(high)],
                ),
            };
            (language.units(base), range)
        }
    }
}

fn gauge(line: &Line, language: Language) -> String {
    let (Some(cover), Some(lead)) = (line.days_of_cover, line.lead_days) else {
        return String::new();
    };
    let words = language.say(
        "line.gauge",
        &[&language.units(cover.floor() as i64), &language.units(lead)],
    );
    chart::gauge(cover, f64::from(lead), &words)
}

fn numbers(line: &Line, language: Language) -> Vec<Pair> {
    let mut rows = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        let unknown = || language.words("line.unknown").to_owned();
        rows.push(Pair::new(
            language.words(&format!("line.{key}")),
            value.unwrap_or_else(unknown),
        ));
    };
    add("velocity", line.velocity.map(|rate| language.rate(rate)));
    add(
        "velocity_sd",
        line.velocity_sd.map(|rate| language.rate(rate)),
    );
    if line.uplift > 1.0 {
        add("uplift", Some(language.times(line.uplift)));
    }
    add("on_hand", line.on_hand.map(|units| language.units(units)));
    add("inbound", line.inbound.map(|units| language.units(units)));
    add("lead", line.lead_days.map(|days| language.units(days)));
    add(
        "safety",
        line.safety_stock.map(|units| language.units(units)),
    );
    add(
        "reorder",
        line.reorder_point.map(|units| language.units(units)),
    );
    if let Some(landing) = &line.landing {
        let period = [
            language.date(landing.earliest),
            language.date(landing.latest),
        ];
        add(
            "lands",
            Some(language.say("report.period", &[&period[0], &period[1]])),
        );
    }
    if let Some(cost) = line.cost {
        add("cost", Some(language.number(cost, 2)));
    }
    rows
}
