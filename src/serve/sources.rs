//! What is watched, and whether the store keeps up.

use super::problem::Problem;
use super::views::Views;
use serde::Serialize;
use utoipa::ToSchema;

/// What is watched.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourcesAnswer {
    /// One line for each source and query of the settings.
    pub watches: Vec<Watched>,
}

/// A source and query that is read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Watched {
    /// The source.
    pub source: String,
    /// The query; empty where the source has none.
    pub query: String,
    /// Market that the settings state for it.
    pub market: Option<String>,
    /// When it is read: minute, hour, day, month, weekday.
    #[schema(example = "15 * * * *")]
    pub schedule: String,
    /// Time zone of the schedule.
    pub zone: String,
    /// When the last complete pass began; `null` before the first one.
    pub last_run: Option<String>,
    /// Time of the newest post seen.
    pub newest: Option<String>,
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
    let mut watches = Vec::new();
    for watch in &views.config.watches {
        for query in &watch.queries {
            let position = views
                .store
                .position(&watch.source, query)?
                .unwrap_or_default();
            watches.push(Watched {
                source: watch.source.clone(),
                query: query.clone(),
                market: watch.market.as_ref().map(ToString::to_string),
                schedule: watch.schedule.clone(),
                zone: watch.zone.clone(),
                last_run: position.last_run.map(|time| time.to_string()),
                newest: position.newest_time.map(|time| time.to_string()),
            });
        }
    }
    Ok(SourcesAnswer { watches })
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
