//! How a question was read before, as far as a pass must know.

use super::health::{self, Finding, HISTORY_MAX};
use super::{Error, Memory, memory};
use crate::record::{Page, Visit};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The visits of one question, newest first; asked for once.
pub(super) struct Past {
    source: String,
    query: String,
    visits: Option<Vec<Visit>>,
}

impl Past {
    pub(super) fn of(source: &str, query: &str) -> Past {
        Past {
            source: source.to_owned(),
            query: query.to_owned(),
            visits: None,
        }
    }

    pub(super) async fn load(&mut self, memory: &Arc<dyn Memory>) -> Result<&[Visit], Error> {
        if self.visits.is_none() {
            let (source, query) = (self.source.clone(), self.query.clone());
            let visits = memory::ask(memory, move |memory| {
                memory.visits(&source, &query, HISTORY_MAX)
            });
            self.visits = Some(visits.await?);
        }
        Ok(self.visits.as_deref().unwrap_or_default())
    }

    /// Add a visit that is in the log now.
    pub(super) async fn add(
        &mut self,
        memory: &Arc<dyn Memory>,
        visit: Visit,
    ) -> Result<(), Error> {
        match &mut self.visits {
            Some(visits) => {
                visits.insert(0, visit);
                visits.truncate(HISTORY_MAX);
            }
            None => {
                self.load(memory).await?;
            }
        }
        Ok(())
    }

    /// Whether it has been silent for too long. `newest`: time of the newest post, where posts
    /// have one.
    pub(super) fn silent(
        &self,
        newest: Option<Timestamp>,
        now: Timestamp,
        expected: Option<Duration>,
    ) -> Option<Finding> {
        let visits = self.visits.as_deref().unwrap_or_default();
        let newest = newest.or_else(|| health::last_records(visits));
        health::silent(&self.query, now, newest, expected)
    }
}

/// A page without its records.
pub(super) fn visit_of(page: &Page) -> Visit {
    Visit {
        source: page.source.clone(),
        query: page.query.clone(),
        at: page.fetched_at,
        coverage: page.coverage,
        reading: page.reading.clone().unwrap_or_default(),
    }
}
