//! What was asked of the sources and what came back.

use super::problem::Problem;
use super::trends::within;
use super::views::Views;
use crate::record::{Coverage, Day, HOUR_S};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Days that can be asked for at once.
pub(super) const DAYS_MAX: u16 = 92;

/// Which coverage to read.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct CoverageQuery {
    /// How many days back; without it, `report.days` of the settings.
    #[param(minimum = 1, maximum = 92)]
    pub days: Option<u16>,
    /// Only this source.
    pub source: Option<String>,
}

/// What was asked of each source, and what came back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CoverageAnswer {
    /// Start of the first hour.
    pub from: String,
    /// End of the last hour.
    pub to: String,
    /// One line for each source and query.
    pub sources: Vec<Covered>,
}

/// Coverage of one source and query.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Covered {
    /// The source.
    pub source: String,
    /// The query; empty where the source has none.
    pub query: String,
    /// Requests due, sent or not.
    pub asked: u32,
    /// Answered with something new.
    pub answered: u32,
    /// Answered, nothing new.
    pub empty: u32,
    /// Not allowed: robots.txt, a block, a spent budget.
    pub refused: u32,
    /// No usable answer.
    pub failed: u32,
    /// Share of `asked` that was answered; `null` when nothing was asked.
    pub share: Option<f64>,
    /// All posts seen; `null` where the source cannot tell.
    pub seen: Option<u64>,
    /// Hours in which something was asked.
    pub hours_asked: u32,
    /// Hours in which something was asked and nothing was answered.
    pub hours_silent: u32,
    /// Start of the last hour with an answer.
    pub last_answer: Option<String>,
}

/// Coverage of one source and query, hour after hour.
#[derive(Debug, Default)]
struct Hours {
    sum: Coverage,
    asked: u32,
    silent: u32,
    last_answer: Option<Timestamp>,
}

impl Hours {
    fn add(&mut self, hour: Timestamp, coverage: &Coverage) {
        let was_asked = u32::from(coverage.asked > 0);
        self.sum.add(coverage);
        self.asked += was_asked;
        if coverage.answered + coverage.empty > 0 {
            self.last_answer = self.last_answer.max(Some(hour));
        } else {
            self.silent += was_asked;
        }
    }

    fn told(self, source: String, query: String) -> Covered {
        Covered {
            source,
            query,
            asked: self.sum.asked,
            answered: self.sum.answered,
            empty: self.sum.empty,
            refused: self.sum.refused,
            failed: self.sum.failed,
            share: self.sum.share(),
            seen: self.sum.seen,
            hours_asked: self.asked,
            hours_silent: self.silent,
            last_answer: self.last_answer.map(|hour| hour.to_string()),
        }
    }
}

/// Read coverage.
pub(super) fn coverage(views: &Views, query: &CoverageQuery) -> Result<CoverageAnswer, Problem> {
    let days = within("days", query.days, DAYS_MAX)?.unwrap_or(views.config.report.days);
    let now = views.clock.now();
    let from = Day::of(now).plus(-i32::from(days)).start();
    let to = end_of_hour(now);
    let mut lines: BTreeMap<(String, String), Hours> = BTreeMap::new();
    for hour in views.store.coverage(from, to)? {
        let is_wanted = match &query.source {
            Some(source) => *source == hour.source,
            None => true,
        };
        if is_wanted {
            let line = lines.entry((hour.source, hour.query)).or_default();
            line.add(hour.hour, &hour.coverage);
        }
    }
    let sources = lines
        .into_iter()
        .map(|((source, query), hours)| hours.told(source, query));
    Ok(CoverageAnswer {
        from: from.to_string(),
        to: to.to_string(),
        sources: sources.collect(),
    })
}

fn end_of_hour(time: Timestamp) -> Timestamp {
    let start = time.as_second() - time.as_second().rem_euclid(HOUR_S);
    Timestamp::from_second(start)
        .and_then(|start| start.checked_add(SignedDuration::from_secs(HOUR_S)))
        .unwrap_or(time)
}
