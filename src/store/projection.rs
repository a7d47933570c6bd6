use crate::record::{
    Alert, Cell, Day, Evidence, Fingerprint, Market, Offset, RankPoint, RecordKey, SeriesKey,
    SeriesState, SourceClass, Subject, Tags,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Number of a generation of projections.
pub type GenerationId = u32;

/// What made a generation. When one of them changes, `retag` builds a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Hash of the tagger's models.
    pub model: String,
    /// Hash of the catalogue.
    pub catalogue: String,
    /// Version of the rules of gather and trend, and hash of the settings they read.
    pub rules: String,
}

/// A generation of projections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Its number.
    pub id: GenerationId,
    /// What made it.
    pub versions: Versions,
    /// Log entries it has read.
    pub offset: Offset,
    /// The last day it has closed.
    pub closed: Option<Day>,
    /// Whether readers see it.
    pub live: bool,
}

/// One atomic step of a projection: everything that changes because the log was read from
/// `from` (exclusive) to `to` (inclusive).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    /// Offset the generation must stand at.
    pub from: Offset,
    /// Offset it stands at afterwards; may equal `from` when only a day was closed.
    pub to: Offset,
    /// The last day closed by now; `None` leaves it.
    pub closed: Option<Day>,
    /// Tags of records.
    pub tags: Vec<(RecordKey, Tags)>,
    /// Cells, whole: each replaces what stood there.
    pub cells: Vec<(SeriesKey, Day, Cell)>,
    /// Records that counted in a series.
    pub evidence: Vec<(SeriesKey, Evidence)>,
    /// Text fingerprints and their first holder.
    pub fingerprints: Vec<Fingerprint>,
    /// Ranking points.
    pub ranks: Vec<RankPoint>,
    /// Detector states.
    pub states: Vec<(SeriesKey, SeriesState)>,
    /// Alerts raised (or changed: the id decides).
    pub alerts: Vec<Alert>,
}

impl Step {
    /// Whether the step may be written to a generation that stands so. A day that was closed is
    /// never opened again, even where the offset did not move.
    pub(super) fn follows(&self, stands: &Generation) -> bool {
        let days_go_on = match (self.closed, stands.closed) {
            (Some(step), Some(stands)) => step >= stands,
            _ => true,
        };
        stands.offset == self.from && self.to >= self.from && days_go_on
    }
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// Written.
    Done,
    /// The generation had moved on; nothing was written.
    Stale,
}

/// Which alerts to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only this id (or a prefix of it).
    pub id: Option<String>,
    /// Only this sort of subject: `sku` or `phrase`.
    pub sort: Option<String>,
    /// Only this subject.
    pub subject: Option<Subject>,
    /// Only this market.
    pub market: Option<Market>,
    /// Only this class.
    pub class: Option<SourceClass>,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day.
    pub to: Option<Day>,
    /// Raised at or before this instant (`--as-of`).
    pub as_of: Option<Timestamp>,
    /// At most so many.
    pub limit: Option<usize>,
}
