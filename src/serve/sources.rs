//! What is watched, and whether the store keeps up.

use super::coverage::{self, CoverageQuery};
use super::problem::Problem;
use super::views::Views;
use crate::crawl::Memory;
use crate::crawl::health::{self as condition, HISTORY_MAX};
use serde::Serialize;
use utoipa::ToSchema;

/// What is watched, and what was read of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourcesAnswer {
    /// The watches of the settings.
    pub watches: Vec<Watched>,
    /// How far each source and query of the last 92 days has been read.
    pub read: Vec<ReadSoFar>,
}

/// A watch of the settings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Watched {
    /// The source.
    pub source: String,
    /// What it is asked; one empty query where it is asked nothing.
    pub queries: Vec<String>,
    /// Market that the settings state for it.
    pub market: Option<String>,
    /// When it is read: minute, hour, day, month, weekday.
    #[schema(example = "15 * * * *")]
    pub schedule: String,
    /// Time zone of the schedule.
    pub zone: String,
}

/// How far a source has been read for a query.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReadSoFar {
    /// The source.
    pub source: String,
    /// The query, with market and parameters where the watch gives them.
    pub query: String,
    /// When the last complete pass began; `null` before the first one.
    pub last_run: Option<String>,
    /// Time of the newest post seen.
    pub newest: Option<String>,
    /// What is odd about how it reads now, in words.
    #[schema(example = json!(["price empty since Tuesday (was filled in 98 % of items)"]))]
    pub findings: Vec<String>,
}

/// How the program is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HealthAnswer {
    /// `ok`, or `behind` while pages wait to be counted.
    pub status: String,
    /// Version of the program.
    pub version: String,
    /// The present instant.
    pub now: String,
    /// Pages in the log.
    pub pages: u64,
    /// Pages of them that are counted already.
    pub counted: u64,
    /// The last day that has been judged; `null` before the first one.
    pub judged_to: Option<String>,
}

/// Read what is watched.
pub(super) fn sources(views: &Views) -> Result<SourcesAnswer, Problem> {
    let watches = views.config.watches.iter().map(|watch| Watched {
        source: watch.source.clone(),
        queries: watch.queries.clone(),
        market: watch.market.as_ref().map(ToString::to_string),
        schedule: watch.when.to_string(),
        zone: watch.zone.clone(),
    });
    let mut read = Vec::new();
    let asked = CoverageQuery {
        days: Some(coverage::DAYS_MAX),
        ..CoverageQuery::default()
    };
    for line in coverage::coverage(views, &asked)?.sources {
        let position = (*views.store)
            .position(&line.source, &line.query)?
            .unwrap_or_default();
        let visits = Memory::visits(&views.store, &line.source, &line.query, HISTORY_MAX)
            .map_err(|why| Problem::ours("read the store", &why))?;
        let findings = condition::standing(&line.query, views.clock.now(), &visits);
        read.push(ReadSoFar {
            findings: findings.into_iter().map(|finding| finding.what).collect(),
            source: line.source,
            query: line.query,
            last_run: position.last_run.map(|time| time.to_string()),
            newest: position.newest_time.map(|time| time.to_string()),
        });
    }
    Ok(SourcesAnswer {
        watches: watches.collect(),
        read,
    })
}

/// Read how the program is.
pub(super) fn health(views: &Views) -> Result<HealthAnswer, Problem> {
    // The projection first: read the other way round it could be ahead of the log.
    let live = views.store.live()?;
    let counted = live.as_ref().map_or(0, |live| live.offset);
    let pages = views.store.head()?;
    Ok(HealthAnswer {
        status: if counted < pages { "behind" } else { "ok" }.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        now: views.clock.now().to_string(),
        pages,
        counted,
        judged_to: live.and_then(|live| live.closed).map(|day| day.to_string()),
    })
}
