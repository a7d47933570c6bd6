//! Alerts as the API tells them.

use super::problem::Problem;
use super::views::Views;
use crate::record::{Alert, Change, Day, Market, SentimentShare, Sku, SourceClass, Subject};
use crate::store::AlertFilter;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Days that can be asked for at once.
const DAYS_MAX: u16 = 366;
/// Trends in one answer, and when nothing is said.
const LIMIT_MAX: usize = 500;
const LIMIT: usize = 50;
/// Alerts read from the store to choose from.
const READ_MAX: usize = 20_000;

/// Which trends to read.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct TrendsQuery {
    /// Only this market: `us`, `de`, `lang:es`.
    pub market: Option<String>,
    /// Only this SKU or phrase, written as it stands in `subject`.
    pub subject: Option<String>,
    /// Only this kind of evidence: `social`, `social-search`, `review`, `ranking`, `interest`,
    /// `voice`, `sales`.
    pub class: Option<String>,
    /// How many days back from `as_of`; without it, `report.days` of the settings.
    #[param(minimum = 1, maximum = 366)]
    pub days: Option<u16>,
    /// Only what could be known at this instant (`2026-11-23T08:00:00Z`) or at the end of this
    /// day (`2026-11-23`, UTC); without it, now.
    pub as_of: Option<String>,
    /// At most so many, strongest first within a day; 50 when nothing is said.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
    /// Also what is never pushed to a buyer: seasonal rises, price wars, suspicious bursts.
    pub all: Option<bool>,
}

/// Trends, newest day first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrendsAnswer {
    /// Nothing later than this was used.
    pub as_of: String,
    /// First day looked at.
    pub from: String,
    /// Last day looked at.
    pub to: String,
    /// The last day that has been judged; `null` before the first one.
    pub judged_to: Option<String>,
    /// All that match, those beyond `limit` included.
    pub found: usize,
    /// The trends.
    pub trends: Vec<Trend>,
}

/// A SKU or phrase that more people talk about than its past explains.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Trend {
    /// Stable id, for `/api/v1/alerts/{id}`.
    #[schema(example = "3f9a2c41d0")]
    pub id: String,
    /// `sku` or `phrase`.
    pub sort: String,
    /// The SKU or the phrase.
    pub subject: String,
    /// Product name, where the catalogue has one.
    pub name: Option<String>,
    /// The market.
    #[schema(example = "de")]
    pub market: String,
    /// The kind of evidence.
    #[schema(example = "social")]
    pub class: String,
    /// How to read it: `hit`, `mixed`, `crisis`, `seasonal`, `price-war`, `suspicious-burst`.
    pub verdict: String,
    /// Whether a buyer is told without asking.
    pub pushed: bool,
    /// The day (UTC) whose close raised it.
    #[schema(example = "2026-11-22")]
    pub day: String,
    /// When it could be known.
    pub raised_at: String,
    /// First day the series was ever seen.
    pub first_seen: String,
    /// Length of the window that stands out most, ending on `day`.
    pub window_days: u8,
    /// Distinct people a day, summed over the window.
    pub observed: u32,
    /// What its past let expect there.
    pub expected: f64,
    /// Central 95 % band of that expectation.
    pub band: [f64; 2],
    /// observed / expected.
    pub lift: f64,
    /// Normal score of the tail.
    pub score: f64,
    /// The threshold on `score` that was in force.
    pub threshold: f64,
    /// Tail probability behind the score.
    pub p: f64,
    /// It would not have been raised below this many.
    pub silent_below: u32,
    /// Distinct people in the window.
    pub authors: u32,
    /// The same with loud people counted less; `null` where people are not known.
    pub effective_authors: Option<f64>,
    /// Posts counted in the window.
    pub mentions: u32,
    /// Posts set apart as copies, giveaways or adverts.
    pub doubtful: u32,
    /// Posts by source, most first.
    pub sources: Vec<SourceCount>,
    /// How the posts of the window feel.
    pub sentiment: Feeling,
    /// How those of the four weeks before felt.
    pub sentiment_before: Feeling,
    /// Phrases that rise with it.
    pub terms: Vec<String>,
    /// Share of the requests due in the window that were answered; `null` when none was due.
    pub coverage: Option<f64>,
    /// Everything seen in this market and class in the window, against usual (1).
    pub exposure: f64,
    /// Place in a list, where one shows it.
    pub rank: Option<BeforeNow>,
    /// Asking price, where a list shows it.
    pub price: Option<BeforeNow>,
    /// Other kinds of evidence that rose in the same market within three days.
    pub also: Vec<String>,
    /// Holiday or sales day near the window.
    pub occasion: Option<String>,
}

/// Posts of a source.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceCount {
    /// The source.
    pub source: String,
    /// Its posts.
    pub posts: u32,
}

/// Posts by how they feel. Posts the tagger was not sure of are in none of them.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Feeling {
    /// Unhappy.
    pub negative: u32,
    /// Neither.
    pub neutral: u32,
    /// Happy.
    pub positive: u32,
}

/// A number before the window and in it; `null` where it was not to be seen.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct BeforeNow {
    /// Before.
    pub before: Option<f64>,
    /// In the window.
    pub now: Option<f64>,
}

impl From<SentimentShare> for Feeling {
    fn from(share: SentimentShare) -> Feeling {
        Feeling {
            negative: share.negative,
            neutral: share.neutral,
            positive: share.positive,
        }
    }
}

impl From<Change> for BeforeNow {
    fn from(change: Change) -> BeforeNow {
        BeforeNow {
            before: change.before,
            now: change.now,
        }
    }
}

impl Trend {
    /// An alert as it is told; `catalogue` gives a SKU its name.
    pub(super) fn of(alert: &Alert, catalogue: &[Sku]) -> Trend {
        let subject = alert.series.subject.name();
        let name = match &alert.series.subject {
            Subject::Sku(code) => catalogue.iter().find(|sku| sku.sku == *code),
            _ => None,
        };
        let sources = alert.sources.iter().map(|(source, posts)| SourceCount {
            source: source.clone(),
            posts: *posts,
        });
        Trend {
            id: alert.id.clone(),
            sort: alert.series.subject.sort().to_owned(),
            subject: subject.to_owned(),
            name: name
                .map(|sku| sku.name.clone())
                .filter(|name| !name.is_empty()),
            market: alert.series.market.to_string(),
            class: alert.series.class.to_string(),
            verdict: alert.class.word().to_owned(),
            pushed: alert.class.is_pushed(),
            day: alert.day.to_string(),
            raised_at: alert.raised_at.to_string(),
            first_seen: alert.first_seen.to_string(),
            window_days: alert.window_days,
            observed: alert.observed,
            expected: alert.expected,
            band: [alert.band.0, alert.band.1],
            lift: alert.lift,
            score: alert.score,
            threshold: alert.threshold,
            p: alert.p,
            silent_below: alert.silent_below,
            authors: alert.authors,
            effective_authors: alert.effective_authors,
            mentions: alert.mentions,
            doubtful: alert.doubtful,
            sources: sources.collect(),
            sentiment: alert.sentiment.into(),
            sentiment_before: alert.sentiment_before.into(),
            terms: alert.terms.clone(),
            coverage: alert.coverage,
            exposure: alert.exposure,
            rank: alert.rank.map(BeforeNow::from),
            price: alert.price.map(BeforeNow::from),
            also: alert.also.iter().map(ToString::to_string).collect(),
            occasion: alert.occasion.clone(),
        }
    }
}

/// Read trends.
pub(super) fn trends(views: &Views, query: &TrendsQuery) -> Result<TrendsAnswer, Problem> {
    let market = query.market.as_deref().map(market_of).transpose()?;
    let class = query.class.as_deref().map(class_of).transpose()?;
    let days = within("days", query.days, DAYS_MAX)?.unwrap_or(views.config.report.days);
    let limit = within("limit", query.limit, LIMIT_MAX)?.unwrap_or(LIMIT);
    let as_of = match &query.as_of {
        Some(text) => instant_of(text)?,
        None => views.clock.now(),
    };
    let to = Day::of(as_of);
    let from = to.plus(-i32::from(days));
    let live = views.store.live()?;
    let mut alerts = match &live {
        None => Vec::new(),
        Some(live) => views.store.alerts(
            live.id,
            &AlertFilter {
                market,
                class,
                from: Some(from),
                to: Some(to),
                as_of: Some(as_of),
                limit: Some(READ_MAX),
                ..AlertFilter::default()
            },
        )?,
    };
    let all = query.all.unwrap_or(false);
    alerts.retain(|alert| {
        let is_asked_for = match &query.subject {
            Some(subject) => alert.series.subject.name() == subject,
            None => true,
        };
        is_asked_for && (all || alert.class.is_pushed())
    });
    let found = alerts.len();
    let catalogue = views.store.catalogue()?;
    Ok(TrendsAnswer {
        as_of: as_of.to_string(),
        from: from.to_string(),
        to: to.to_string(),
        judged_to: live.and_then(|live| live.closed).map(|day| day.to_string()),
        found,
        trends: alerts
            .iter()
            .take(limit)
            .map(|alert| Trend::of(alert, &catalogue))
            .collect(),
    })
}

pub(super) fn market_of(code: &str) -> Result<Market, Problem> {
    Market::parse(code).ok_or_else(|| {
        Problem::bad(format!(
            "`market` must be a code such as us, de, jp or lang:es, found `{code}`"
        ))
    })
}

fn class_of(word: &str) -> Result<SourceClass, Problem> {
    SourceClass::parse(word).ok_or_else(|| {
        Problem::bad(format!(
            "`class` must be one of {}, found `{word}`",
            crate::config::class_words()
        ))
    })
}

/// An instant, or the last one of a day.
fn instant_of(text: &str) -> Result<Timestamp, Problem> {
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        let next = Day::from_date(date).plus(1).start();
        return Ok(next - jiff::SignedDuration::from_micros(1));
    }
    text.parse().map_err(|_| {
        Problem::bad(format!(
            "`as_of` must be a day such as 2026-11-23 or an instant such as \
             2026-11-23T08:00:00Z, found `{text}`"
        ))
    })
}

/// A number from 1 to `most`, if one was given.
pub(super) fn within<T>(name: &str, value: Option<T>, most: T) -> Result<Option<T>, Problem>
where
    T: PartialOrd + From<u8> + std::fmt::Display + Copy,
{
    match value {
        Some(number) if number < T::from(1) || number > most => Err(Problem::bad(format!(
            "`{name}` must be from 1 to {most}, found {number}"
        ))),
        other => Ok(other),
    }
}
