//! What every pass of a batch works with, and what it counts into.

use super::bill::Bill;
use super::drift::DriftFolder;
use super::fetch::{Batch, Fetcher};
use super::health::Finding;
use super::ledger::Bucket;
use super::summary::Outcome;
use super::{Error, Event, Job, Memory, Site, Summary, memory};
use crate::config::Budget;
use crate::record::{AuthorKey, Clock, Page};
use crate::source::{Answer, Ask, Extract};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// What every pass works with.
pub(super) struct Crew {
    pub fetcher: Fetcher,
    pub memory: Arc<dyn Memory>,
    pub clock: Arc<dyn Clock>,
    /// Pages under way at once, the waiting of each included. More hosts than this wait without
    /// taking a turn, so that ten thousand cost little more than a hundred.
    pub under_way: Semaphore,
    pub authors: AuthorKey,
    /// What the user wants to spend.
    pub budgets: Vec<Budget>,
    /// Time a source may take to parse a page.
    pub parse_max: Duration,
    /// Ends a parser that does not keep to it.
    pub parse_backstop: Duration,
    /// Where copies of odd pages go.
    pub drift: Option<DriftFolder>,
}

impl Crew {
    /// The bill of a page; `None` where nothing is limited, and for a recorded answer.
    pub(super) fn bill(&self, site: &dyn Site, is_first: bool) -> Option<Bill> {
        let quota = site
            .quota()
            .filter(|_| !self.fetcher.transport.is_replay())?;
        let bucket = Bucket::of(quota, &self.budgets)?;
        Some(Bill::new(bucket, Bucket::charge(quota, is_first)))
    }

    /// Has an answer read. On a thread of its own: parsing is work, and a parser that breaks
    /// down takes only its page with it.
    pub(super) async fn extract(
        &self,
        site: Arc<dyn Site>,
        ask: Ask,
        answer: Answer,
    ) -> Result<(Answer, Result<Extract, Error>), Error> {
        let url = super::shown(&answer.url);
        let unreadable = |why: String| Error::Unreadable { url, why };
        let (authors, budget) = (self.authors.clone(), self.parse_max);
        let parsing = tokio::task::spawn_blocking(move || {
            let extract = site.extract(&answer, &ask, &authors, budget);
            (answer, extract)
        });
        match tokio::time::timeout(self.parse_backstop, parsing).await {
            Err(_) => Err(unreadable("reading it takes too long".into())),
            Ok(Err(broken)) => Err(unreadable(format!("it breaks the reader ({broken})"))),
            Ok(Ok((answer, extract))) => {
                let extract = extract.map_err(|error| unreadable(error.to_string()));
                Ok((answer, extract))
            }
        }
    }

    /// Appends a page and counts it.
    pub(super) async fn append(
        &self,
        mut page: Page,
        why: Option<Error>,
        tally: &Tally,
    ) -> Result<(), Error> {
        // What is odd is told among the findings.
        let is_reason = !matches!(why, Some(Error::Odd { .. }));
        let why = why.map(|error| error.to_string());
        if let Some(reading) = &mut page.reading {
            reading.why = why.clone();
        }
        let outcome = match (&why, &page.coverage) {
            (None, _) if page.records.is_empty() => Outcome::Empty,
            (None, _) => Outcome::Answered,
            (Some(_), coverage) if coverage.refused > 0 => Outcome::Refused,
            (Some(_), _) => Outcome::Failed,
        };
        let (page, appended) = memory::ask(&self.memory, move |memory| {
            let appended = memory.append(std::slice::from_ref(&page))?;
            Ok((page, appended))
        })
        .await?;
        let new = appended.first().map_or(0, |appended| appended.new);
        {
            let mut summary = tally.summary.lock().unwrap_or_else(PoisonError::into_inner);
            let reason = why.as_deref().filter(|_| is_reason);
            summary.count(&page.source, outcome, &page.query, reason);
            if let Some(appended) = appended.first() {
                summary.count_records(&page.source, &page.records, appended);
            }
        }
        tally.batch.tell(Event::Page {
            source: page.source,
            query: page.query,
            outcome,
            records: page.records.len(),
            new,
            why,
        });
        Ok(())
    }
}

/// The batch a pass belongs to, and what it came to so far.
#[derive(Clone)]
pub(super) struct Tally {
    pub batch: Batch,
    pub summary: Arc<Mutex<Summary>>,
}

impl Tally {
    /// Counts the fields that a page did not give.
    pub(super) fn note_missing(&self, source: &str, extract: &Extract) {
        let mut summary = self.summary.lock().unwrap_or_else(PoisonError::into_inner);
        let line = summary.source(source);
        for missing in &extract.missing {
            *line.missing.entry(missing.field.clone()).or_default() += missing.items;
        }
    }

    /// Puts findings into the summary.
    pub(super) fn tell(
        &self,
        job: &Job,
        findings: impl IntoIterator<Item = Finding>,
        copy: Option<PathBuf>,
    ) {
        let mut summary = self.summary.lock().unwrap_or_else(PoisonError::into_inner);
        for finding in findings {
            let copy = copy.clone();
            let finding = Finding { copy, ..finding };
            summary.source(job.site.name()).find(finding);
        }
    }
}
