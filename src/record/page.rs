use super::{Day, Reading, Record, RecordKey, SourceClass};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Number of a log entry; the first is 1, 0 means "before everything".
pub type Offset = u64;

/// Seconds in the coverage bucket.
pub const HOUR_S: i64 = 3_600;

/// What one request to a source came to. It is the unit of the log: records, the source's new
/// position and the coverage of the attempt are one atomic append. A refused or failed request
/// is a page without records, because what was *not* seen must be known too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Name of the source.
    pub source: String,
    /// The question put to it: a keyword, a tag, a list; empty where there is only one.
    pub query: String,
    /// Which of its sites answered, where the source has several that number their records each
    /// for itself: a forum, a server of a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Class of the source.
    pub class: SourceClass,
    /// Ingest time: when it was fetched, or, for imported history, when it would have been.
    pub fetched_at: Timestamp,
    /// For imported history: when the import really ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_at: Option<Timestamp>,
    /// What it held, in page order.
    pub records: Vec<Record>,
    /// Ids of records the source says are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<String>,
    /// Where to go on from; `None` leaves the position as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What was asked and what came back.
    pub coverage: Coverage,
    /// How it was read; `None` for what no crawl has read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

impl Page {
    /// The ingest day.
    pub fn day(&self) -> Day {
        Day::of(self.fetched_at)
    }

    /// What makes a record of it the same one when it is read again.
    pub fn key(&self, record: &Record) -> RecordKey {
        match &self.instance {
            None => record.key(&self.source, self.fetched_at),
            // Names of sources hold no `@`.
            Some(instance) => record.key(&format!("{}@{instance}", self.source), self.fetched_at),
        }
    }
}

/// A page with its number in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub offset: Offset,
    /// The page, without the records the store held already.
    pub page: Page,
}

/// Outcome of requests, summed per source, query and hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Requests due, sent or not.
    pub asked: u32,
    /// Answered with records.
    pub answered: u32,
    /// Answered, and there was nothing new.
    pub empty: u32,
    /// Not allowed: robots.txt, 401, 403, 429, a block page, a spent budget.
    pub refused: u32,
    /// No usable answer: network, 5xx, a page that could not be read.
    pub failed: u32,
    /// All posts seen, the denominator. `None` where the source cannot have one (a keyword
    /// search shows only what was asked for).
    pub seen: Option<u64>,
}

impl Coverage {
    /// Add another outcome.
    pub fn add(&mut self, other: &Coverage) {
        self.asked += other.asked;
        self.answered += other.answered;
        self.empty += other.empty;
        self.refused += other.refused;
        self.failed += other.failed;
        self.seen = match (self.seen, other.seen) {
            (Some(left), Some(right)) => Some(left + right),
            (left, right) => left.or(right),
        };
    }

    /// The share of what was asked that was answered; `None` when nothing was asked.
    pub fn share(&self) -> Option<f64> {
        (self.asked > 0).then(|| f64::from(self.answered + self.empty) / f64::from(self.asked))
    }
}

/// How far a source has been read for one query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Position {
    /// The source's own cursor for the next request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Id of the newest record seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_id: Option<String>,
    /// Event time of the newest record seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_time: Option<Timestamp>,
    /// `ETag` of the first page, for a conditional request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified` of the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// When it was last asked: turns are taken by it where a budget is shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_asked: Option<Timestamp>,
    /// When it was last left out because a budget was spent; `None` once it is asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out_at: Option<Timestamp>,
    /// New records a day, smoothed over passes: what an adaptive pace goes by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_per_day: Option<u32>,
    /// When the last complete pass began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_run: Option<Timestamp>,
}

/// What an append came to. A record already held, unchanged, is not stored again; a changed one
/// is stored as its newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Number of the entry.
    pub offset: Offset,
    /// Records the store had never seen.
    pub new: usize,
    /// Records that were edited since.
    pub edited: usize,
    /// Records held already.
    pub known: usize,
}
