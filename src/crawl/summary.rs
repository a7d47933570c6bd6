use super::health::Finding;
use super::plan::Share;
use crate::record::{Appended, Coverage, Record};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// What one request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Answered with records.
    Answered,
    /// Answered, and there was nothing new.
    Empty,
    /// Not allowed.
    Refused,
    /// No usable answer.
    Failed,
}

impl Outcome {
    /// One request with this outcome.
    pub(super) fn coverage(self, seen: Option<u64>) -> Coverage {
        let one = |outcome| u32::from(self == outcome);
        Coverage {
            asked: 1,
            answered: one(Outcome::Answered),
            empty: one(Outcome::Empty),
            refused: one(Outcome::Refused),
            failed: one(Outcome::Failed),
            seen,
        }
    }
}

/// Something worth telling whoever watches a crawl.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A page was appended.
    Page {
        /// Source name.
        source: String,
        /// Query, as the log names it.
        query: String,
        /// What it came to.
        outcome: Outcome,
        /// Records the page held.
        records: usize,
        /// Records the store had never seen.
        new: usize,
        /// Why it was refused or failed.
        why: Option<String>,
    },
    /// What a bucket gives in this run.
    Share(Box<Share>),
    /// A request will be made again.
    Again {
        /// The host.
        host: String,
        /// What went wrong.
        why: String,
        /// The pause before.
        wait: Duration,
    },
    /// A host is left alone for a while.
    Closed {
        /// The host.
        host: String,
        /// Until when.
        until: Timestamp,
        /// Why.
        why: String,
    },
}

/// Why a part was refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason {
    /// Query, as the log names it.
    pub query: String,
    /// In words, with what to do.
    pub why: String,
}

/// What a crawl came to, for one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceSummary {
    /// Source name.
    pub source: String,
    /// Records read.
    pub records: usize,
    /// Records read, by kind.
    pub kinds: BTreeMap<&'static str, usize>,
    /// Pages that were refused.
    pub refused: u32,
    /// Pages that failed.
    pub errors: u32,
    /// Pages that were answered, empty ones included.
    pub pages: u32,
    /// Records the store had never seen.
    pub new: usize,
    /// Records that were edited since.
    pub edited: usize,
    /// Why something was refused or failed.
    pub reasons: Vec<Reason>,
    /// Fields that pages did not give, with the number of items they were missing in.
    pub missing: BTreeMap<String, usize>,
    /// What is odd about how it reads.
    pub findings: Vec<Finding>,
}

impl SourceSummary {
    /// Add a finding; the same one of a later page of the question says nothing new.
    pub(super) fn find(&mut self, finding: Finding) {
        let is_known = self.findings.iter().any(|known| {
            (known.oddity, &known.query, &known.field)
                == (finding.oddity, &finding.query, &finding.field)
        });
        if !is_known && self.findings.len() < REASONS_MAX {
            self.findings.push(finding);
        }
    }
}

/// What a crawl came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// By source, in order of name.
    pub sources: Vec<SourceSummary>,
    /// The crawl ended early, and why.
    pub stopped: Option<super::Stopped>,
}

/// Reasons kept for one source; more of the same help nobody.
const REASONS_MAX: usize = 20;

impl Summary {
    /// Whether everything that was asked was answered.
    pub fn is_complete(&self) -> bool {
        self.stopped.is_none()
            && self
                .sources
                .iter()
                .all(|source| source.refused == 0 && source.errors == 0)
    }

    /// The line of a source, made when it is not there.
    pub(super) fn source(&mut self, name: &str) -> &mut SourceSummary {
        let place = self
            .sources
            .binary_search_by(|line| line.source.as_str().cmp(name));
        let place = place.unwrap_or_else(|place| {
            let line = SourceSummary {
                source: name.to_owned(),
                ..SourceSummary::default()
            };
            self.sources.insert(place, line);
            place
        });
        &mut self.sources[place]
    }

    /// Count an outcome.
    pub(super) fn count(&mut self, source: &str, outcome: Outcome, query: &str, why: Option<&str>) {
        let line = self.source(source);
        match outcome {
            Outcome::Answered | Outcome::Empty => line.pages += 1,
            Outcome::Refused => line.refused += 1,
            Outcome::Failed => line.errors += 1,
        }
        if let Some(why) = why {
            let reason = Reason {
                query: query.to_owned(),
                why: why.to_owned(),
            };
            if line.reasons.len() < REASONS_MAX && !line.reasons.contains(&reason) {
                line.reasons.push(reason);
            }
        }
    }

    /// Count the records of a page and what the store said of them.
    pub(super) fn count_records(&mut self, source: &str, records: &[Record], appended: &Appended) {
        let line = self.source(source);
        line.records += records.len();
        line.new += appended.new;
        line.edited += appended.edited;
        for record in records {
            *line.kinds.entry(record.kind.word()).or_default() += 1;
        }
    }
}
