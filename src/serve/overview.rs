//! The one page for people: trends by market, order deadlines, what was read.

use super::coverage::{self, CoverageQuery, Covered};
use super::problem::Problem;
use super::sheet::OrderDeadline;
use super::sources;
use super::trends::{self, Trend, TrendsQuery};
use super::views::Views;
use super::words::{Language, word};
use crate::record::Market;
use crate::restock::{Advice, Line};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use minijinja::Environment;
use minijinja::value::{Serde, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Trends shown of one market; the API has the others.
const TRENDS_PER_MARKET_MAX: usize = 8;
/// Trends read for the page.
const TRENDS_MAX: usize = 500;
/// Lines of the restock sheet shown.
const ORDERS_MAX: usize = 20;
/// Occasions shown.
const DEADLINES_MAX: usize = 12;
/// Width of the longest bar.
const BAR_WIDTH: f64 = 90.0;

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PageQuery {
    lang: Option<String>,
}

/// All that stands on the page.
#[derive(Debug, Serialize)]
struct Page {
    lang: &'static str,
    other: &'static str,
    title: String,
    now: String,
    judged_to: Option<String>,
    behind: Option<u64>,
    from: String,
    to: String,
    markets: Vec<MarketPart>,
    /// `None` when the sheet could not be made.
    orders: Option<Vec<OrderPart>>,
    deadlines: Vec<OrderDeadline>,
    sources: Vec<SourcePart>,
}

#[derive(Debug, Serialize)]
struct MarketPart {
    code: String,
    name: String,
    trends: Vec<TrendPart>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct TrendPart {
    id: String,
    subject: String,
    name: Option<String>,
    verdict: String,
    class: String,
    day: String,
    observed: u32,
    expected: String,
    lift: String,
    bar_now: String,
    bar_usual: String,
}

#[derive(Debug, Serialize)]
struct OrderPart {
    sku: String,
    name: Option<String>,
    market: String,
    advice: &'static str,
    order_by: Option<String>,
    quantity: Option<u32>,
    cover: Option<i64>,
}

#[derive(Debug, Serialize)]
struct SourcePart {
    source: String,
    query: String,
    asked: u32,
    share: Option<i64>,
    refused: u32,
    failed: u32,
    last_answer: Option<String>,
}

/// `GET /`
pub(super) async fn page(
    State(views): State<Arc<Views>>,
    Query(query): Query<PageQuery>,
) -> Result<Html<String>, Problem> {
    let wanted = query.lang.as_deref().and_then(Language::parse);
    let default = Language::parse(&views.config.report.language).unwrap_or(Language::En);
    let language = wanted.unwrap_or(default);
    let page = views.read(move |views| gathered(views, language)).await?;
    render(&page, language)
        .map(Html)
        .map_err(|error| Problem::ours("write the page", &error))
}

/// `GET /style.css`
pub(super) async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("style.css")).into_response()
}

fn gathered(views: &Views, language: Language) -> Result<Page, Problem> {
    let query = TrendsQuery {
        limit: Some(TRENDS_MAX),
        ..TrendsQuery::default()
    };
    let trends = trends::trends(views, &query)?;
    let health = sources::health(views)?;
    let coverage = coverage::coverage(views, &CoverageQuery::default())?;
    let now = views.clock.now();
    let sheet = views.restock.sheet(now);
    if let Err(why) = &sheet {
        // The page still has much to tell.
        tracing::error!(%why, "the restock sheet could not be made");
    }
    let sheet = sheet.ok();
    let deadlines = sheet.iter().flat_map(|sheet| &sheet.deadlines);
    Ok(Page {
        lang: language.code(),
        other: match language {
            Language::Zh => Language::En.code(),
            Language::En => Language::Zh.code(),
        },
        title: views.config.report.title.clone(),
        now: now.strftime("%Y-%m-%d %H:%M").to_string(),
        judged_to: trends.judged_to,
        behind: Some(health.pages.saturating_sub(health.counted)).filter(|pages| *pages > 0),
        from: trends.from,
        to: trends.to,
        markets: by_market(trends.trends, language),
        orders: sheet.as_ref().map(|sheet| orders(&sheet.lines, language)),
        deadlines: deadlines
            .take(DEADLINES_MAX)
            .map(|deadline| {
                let mut told = OrderDeadline::from(deadline);
                if language == Language::Zh {
                    told.name = told.name_zh.clone();
                }
                told.market = market_name(&told.market, language);
                told
            })
            .collect(),
        sources: coverage.sources.into_iter().map(SourcePart::from).collect(),
    })
}

/// Trends under their markets, the market with most of them first.
fn by_market(trends: Vec<Trend>, language: Language) -> Vec<MarketPart> {
    let mut markets: BTreeMap<String, Vec<Trend>> = BTreeMap::new();
    for trend in trends {
        markets.entry(trend.market.clone()).or_default().push(trend);
    }
    let mut parts: Vec<MarketPart> = markets
        .into_iter()
        .map(|(code, trends)| MarketPart {
            name: market_name(&code, language),
            more: trends.len().saturating_sub(TRENDS_PER_MARKET_MAX),
            trends: trends
                .iter()
                .take(TRENDS_PER_MARKET_MAX)
                .map(TrendPart::from)
                .collect(),
            code,
        })
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.trends.len() + part.more));
    parts
}

fn orders(lines: &[Line], language: Language) -> Vec<OrderPart> {
    lines
        .iter()
        .filter(|line| matches!(line.advice, Advice::OrderNow | Advice::OrderSoon))
        .take(ORDERS_MAX)
        .map(|line| OrderPart {
            sku: line.sku.clone(),
            name: line.name.clone(),
            market: market_name(line.market.code(), language),
            advice: line.advice.word(),
            order_by: line.order_by.map(|day| day.to_string()),
            quantity: line.quantity.map(|(_, base, _)| base),
            cover: line.days_of_cover.map(|days| days.round() as i64),
        })
        .collect()
}

fn market_name(code: &str, language: Language) -> String {
    let info = Market::parse(code).and_then(|market| market.info());
    match (info, language) {
        (Some(info), Language::Zh) => info.name_zh.to_owned(),
        (Some(info), Language::En) => info.name.to_owned(),
        (None, _) => code.to_owned(),
    }
}

impl From<&Trend> for TrendPart {
    fn from(trend: &Trend) -> TrendPart {
        let observed = f64::from(trend.observed);
        let scale = BAR_WIDTH / observed.max(trend.expected).max(1.0);
        TrendPart {
            id: trend.id.clone(),
            subject: trend.subject.clone(),
            name: trend.name.clone(),
            verdict: trend.verdict.clone(),
            class: trend.class.clone(),
            day: trend.day.clone(),
            observed: trend.observed,
            expected: format!("{:.1}", trend.expected),
            lift: format!("{:.1}", trend.lift),
            bar_now: format!("{:.1}", observed * scale),
            bar_usual: format!("{:.1}", trend.expected.max(0.0) * scale),
        }
    }
}

impl From<Covered> for SourcePart {
    fn from(line: Covered) -> SourcePart {
        SourcePart {
            source: line.source,
            query: line.query,
            asked: line.asked,
            share: line.share.map(|share| (share * 100.0).round() as i64),
            refused: line.refused,
            failed: line.failed,
            last_answer: line.last_answer,
        }
    }
}

/// The page as HTML. Everything that comes from outside is escaped by the template engine: the
/// template's name ends in `.html`, which turns it on.
fn render(page: &Page, language: Language) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.add_function("t", move |key: &str| word(language, key).to_owned());
    environment.add_template("overview.html", include_str!("overview.html"))?;
    let template = environment.get_template("overview.html")?;
    template.render(Value::from(Serde(page)))
}
