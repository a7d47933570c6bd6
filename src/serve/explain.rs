//! One alert with the posts and days behind it.

use super::problem::Problem;
use super::trends::Trend;
use super::views::Views;
use crate::record::{Alert, mask};
use crate::store::AlertFilter;
use serde::Serialize;
use utoipa::ToSchema;

/// Days of the series told before the window.
const DAYS_BEFORE: i32 = 28;

/// A shorter beginning of an id is not looked up.
const ID_LETTERS_MIN: usize = 4;

/// Longest quote, in letters.
const QUOTE_LETTERS_MAX: usize = 600;

/// A trend with its evidence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AlertAnswer {
    /// The trend.
    pub trend: Trend,
    /// Its series, day by day, from four weeks before the window to its end. Days on which
    /// nothing was counted are left out.
    pub days: Vec<DayCount>,
    /// Posts that show it, one a person.
    pub quotes: Vec<QuoteView>,
}

/// One day of a series.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DayCount {
    /// The day (UTC).
    pub day: String,
    /// The number the detector works on: distinct people, or mentions where people are unknown.
    pub count: u32,
    /// Posts counted.
    pub mentions: u32,
    /// Posts set apart.
    pub doubtful: u32,
    /// Unhappy posts.
    pub negative: u32,
    /// Happy posts.
    pub positive: u32,
}

/// A post that stands as evidence. Handles and mail addresses in it are masked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuoteView {
    /// Its source.
    pub source: String,
    /// When it was written.
    pub time: String,
    /// Its text; `null` when it is gone.
    pub text: Option<String>,
    /// Its language, where the source states one.
    pub language: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Why the text is gone: `deleted`, `forgotten` or `expired`.
    pub gone: Option<String>,
}

/// Read one alert by its id or the beginning of it.
pub(super) fn alert(views: &Views, id: &str) -> Result<AlertAnswer, Problem> {
    let absent = || Problem::absent(format!("there is no alert `{id}`"));
    let is_id = id.len() >= ID_LETTERS_MIN && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        return Err(absent());
    }
    let live = views.store.live()?.ok_or_else(absent)?;
    let filter = AlertFilter {
        id: Some(id.to_ascii_lowercase()),
        limit: Some(2),
        ..AlertFilter::default()
    };
    let found = views.store.alerts(live.id, &filter)?;
    let alert = match found.as_slice() {
        [one] => one,
        [] => return Err(absent()),
        _ => {
            return Err(Problem::bad(format!(
                "several alerts begin with `{id}`; give more letters of the id"
            )));
        }
    };
    let first = alert
        .day
        .plus(1 - i32::from(alert.window_days) - DAYS_BEFORE);
    let cells = views
        .store
        .cells(live.id, &alert.series, first..=alert.day)?;
    let days = cells.into_iter().map(|(day, cell)| DayCount {
        day: day.to_string(),
        count: cell.primary(),
        mentions: cell.mentions,
        doubtful: cell.doubtful,
        negative: cell.negative,
        positive: cell.positive,
    });
    Ok(AlertAnswer {
        trend: Trend::of(alert, &views.store.catalogue()?),
        days: days.collect(),
        quotes: quotes(views, alert)?,
    })
}

fn quotes(views: &Views, alert: &Alert) -> Result<Vec<QuoteView>, Problem> {
    let mut quotes = Vec::new();
    for quote in &alert.quotes {
        let held = views.store.record(quote.record)?;
        let record = held.map(|held| held.record);
        let text = record
            .as_ref()
            .filter(|record| record.residue.is_none())
            .map(|record| shown(&record.full_text()))
            .filter(|text| !text.is_empty());
        quotes.push(QuoteView {
            source: quote.source.clone(),
            time: quote.time.to_string(),
            language: record.as_ref().and_then(|record| record.lang.clone()),
            url: record
                .as_ref()
                .and_then(|record| record.url.clone())
                .filter(|url| is_web(url)),
            gone: match record {
                Some(record) => record.residue.map(|residue| residue.why),
                None => Some("deleted".to_owned()),
            },
            text,
        });
    }
    Ok(quotes)
}

/// A foreign text as it may be shown: masked, without control characters, not too long.
fn shown(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let masked = mask(plain.trim());
    if masked.chars().count() <= QUOTE_LETTERS_MAX {
        return masked;
    }
    let mut cut: String = masked.chars().take(QUOTE_LETTERS_MAX).collect();
    cut.push('…');
    cut
}

/// Whether an address leads to a web page: a hostile page may name `javascript:` as its own.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
