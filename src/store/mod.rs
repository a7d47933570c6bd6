//! The only room that knows an engine. One trait in domain words; every engine passes the same
//! conformance suite.
//!
//! Two kinds of data live here. The **log** is the truth: pages, appended once, numbered.
//! **Projections** (tags, cells, states, alerts, ranks) are computed from it, belong to a
//! generation that carries the versions that made it, and can be thrown away and built again.

mod codec;
mod edit;
mod error;
mod folder;
mod memory;
mod projection;
mod sled;
mod sqlite;
#[cfg(test)]
mod tests;

pub use error::{Error, Result};
pub use projection::{AlertFilter, Committed, Generation, GenerationId, Step, Versions};

use crate::config::{Engine, StoreConfig};
use crate::record::{
    Account, Alert, Appended, Cell, Coverage, Day, Entry, Evidence, Fingerprint, HostMemory, Kind,
    Market, Offset, Page, Position, RankPoint, Record, RecordKey, SeriesKey, SeriesState, Sku,
    SourceClass, StockLevel, Subject, Tags, Visit,
};
use jiff::Timestamp;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Opens the store that the settings name, and makes its folder when it is new.
///
/// # Errors
/// [`Error::Folder`] when the folder cannot be written, [`Error::Newer`] when a newer program
/// wrote it, [`Error::Held`] when the engine cannot share and another process is faster.
pub fn open(config: &StoreConfig) -> Result<Arc<dyn Store>> {
    match config.engine {
        Engine::Sqlite => Ok(Arc::new(sqlite::Sqlite::open(&config.path)?)),
        Engine::Sled => Ok(Arc::new(sled::Sled::open(&config.path)?)),
    }
}

/// A record as the log holds it (its newest version).
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Its key.
    pub key: RecordKey,
    /// Its source.
    pub source: String,
    /// The class of that source when this version was fetched.
    pub class: SourceClass,
    /// When it was first fetched.
    pub fetched_at: Timestamp,
    /// The record; text-free with a residue when it is gone.
    pub record: Record,
}

/// Coverage of one source, query and hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageHour {
    /// Source name.
    pub source: String,
    /// Query.
    pub query: String,
    /// Start of the hour.
    pub hour: Timestamp,
    /// What was asked and what came back.
    pub coverage: Coverage,
}

/// Figures about a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stats {
    /// Engine name.
    pub engine: String,
    /// Entries of the log.
    pub entries: u64,
    /// Records, by kind.
    pub records: Vec<(Kind, u64)>,
    /// Records whose text is gone.
    pub tombstones: u64,
    /// Series of the live generation.
    pub series: u64,
    /// Alerts of the live generation.
    pub alerts: u64,
    /// Log entries the live generation has read.
    pub projected: Offset,
    /// First and last event time.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Bytes on disk.
    pub bytes: u64,
}

/// Whether a record says nothing that the version held does not say already.
pub fn is_known(record: &Record, held: &Record) -> bool {
    edit::judge(record, std::slice::from_ref(held)) == edit::Seen::Known
}

/// The store, in domain words. All methods are safe to call from several threads; where the
/// engine allows it ([`Store::is_shared`]), from several processes too.
pub trait Store: Send + Sync {
    /// Whether several processes may hold the store at once.
    fn is_shared(&self) -> bool;

    // --- the log -----------------------------------------------------------------------------

    /// Append pages, each with its records, position and coverage, in one transaction: all of
    /// them are durable when this returns, or none is there. Records held unchanged are dropped;
    /// for an event a change of title, text, price, rating, quantity or SKU makes a newer
    /// version, for an observation a change of any number; growing likes and views make none.
    /// Instants are kept to the microsecond.
    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>>;
    /// Number of the newest entry; 0 when the log is empty.
    fn head(&self) -> Result<Offset>;
    /// Entries after `after`, in offset order, at most `limit`.
    fn read(&self, after: Offset, limit: usize) -> Result<Vec<Entry>>;
    /// Entries up to `head`, in the order (ingest time, offset), after the given place: the
    /// order in which a new generation is built.
    fn replay(
        &self,
        after: Option<(Timestamp, Offset)>,
        head: Offset,
        limit: usize,
    ) -> Result<Vec<Entry>>;
    /// The newest version of a record.
    fn record(&self, key: RecordKey) -> Result<Option<Held>>;
    /// Take the text of records away, in every version, and leave their residue; returns how many
    /// still had it. A buried record stays buried: appending it again changes nothing.
    fn bury(&self, graves: &[(RecordKey, crate::record::Residue)]) -> Result<usize>;
    /// Records with words in them whose event time is before `before`, at most `limit`: what a
    /// retention rule must bury. Observations (ranks, products, counts) are nobody's words and
    /// are left out.
    fn older_than(&self, before: Timestamp, limit: usize) -> Result<Vec<Held>>;
    /// Records by an author that are not buried yet (to forget them), at most `limit`.
    fn by_author(&self, author: crate::record::AuthorHash, limit: usize) -> Result<Vec<Held>>;
    /// How far a source has been read.
    fn position(&self, source: &str, query: &str) -> Result<Option<Position>>;
    /// How a source was read for a query, newest first, at most `limit`. Imported and replayed
    /// pages are left out: they tell nothing of how the source is now.
    fn visits_of(&self, source: &str, query: &str, limit: usize) -> Result<Vec<Visit>>;
    /// How all sources were read, from `since` up to but not including `to`, by ingest time;
    /// imported and replayed pages are left out.
    fn visits(&self, since: Timestamp, to: Timestamp) -> Result<Vec<Visit>>;
    /// Coverage hour by hour, from `from` up to but not including `to`.
    fn coverage(&self, from: Timestamp, to: Timestamp) -> Result<Vec<CoverageHour>>;

    // --- memory of the crawler ---------------------------------------------------------------

    /// What is remembered of a host (`name` or `name:port`).
    fn host(&self, host: &str) -> Result<HostMemory>;
    /// Names of the hosts that something is remembered of, in order.
    fn hosts(&self) -> Result<Vec<String>>;
    /// Read, change and write a host's memory in one transaction; returns what was written.
    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory>;
    /// What was spent of a bucket.
    fn account(&self, bucket: &str) -> Result<Account>;
    /// Read, change and write what was spent of a bucket in one transaction.
    fn update_account(&self, bucket: &str, change: &mut dyn FnMut(&mut Account)) -> Result<()>;
    /// Take a named lease until `now + span`; `false` when another holder has it. The same
    /// holder may renew. Gives `crawl` its lock across processes.
    fn lease(&self, name: &str, holder: &str, now: Timestamp, span: Duration) -> Result<bool>;
    /// Give a lease back.
    fn release(&self, name: &str, holder: &str) -> Result<()>;
    /// A remembered value (for instance: up to which alert a reader was mailed).
    fn note(&self, name: &str) -> Result<Option<String>>;
    /// Remember a value.
    fn put_note(&self, name: &str, value: &str) -> Result<()>;

    // --- the seller's own tables -------------------------------------------------------------

    /// The catalogue, by SKU.
    fn catalogue(&self) -> Result<Vec<Sku>>;
    /// Replace the catalogue.
    fn put_catalogue(&self, skus: &[Sku]) -> Result<()>;
    /// Stock, by SKU and market.
    fn stock(&self) -> Result<Vec<StockLevel>>;
    /// Replace the stock.
    fn put_stock(&self, levels: &[StockLevel]) -> Result<()>;

    // --- projections -------------------------------------------------------------------------

    /// The generation that readers see. `None` before the first one.
    fn live(&self) -> Result<Option<Generation>>;
    /// All generations: the live one and those being built.
    fn generations(&self) -> Result<Vec<Generation>>;
    /// Start a new, empty generation. The first one is live at once.
    fn begin(&self, versions: &Versions) -> Result<Generation>;
    /// Commit a step together with the log offset it has read. [`Committed::Stale`] when another
    /// process committed since `step.from`, closed a later day, or replaced the generation:
    /// nothing was written, ask for [`Store::live`] and read again.
    fn commit(&self, generation: GenerationId, step: &Step) -> Result<Committed>;
    /// Make a generation live and drop the others. Whoever began to read the one that was live
    /// may end on it: its rows go with the next swap.
    fn swap(&self, generation: GenerationId) -> Result<()>;
    /// Drop a generation that is not live.
    fn discard(&self, generation: GenerationId) -> Result<()>;

    /// Tags of a record.
    fn tags(&self, generation: GenerationId, key: RecordKey) -> Result<Option<Tags>>;
    /// Tags of records, in the order asked for.
    fn tags_of(&self, generation: GenerationId, keys: &[RecordKey]) -> Result<Vec<Option<Tags>>> {
        keys.iter().map(|key| self.tags(generation, *key)).collect()
    }
    /// Single cells, in the order asked for; `None` where there is none.
    fn cells_at(
        &self,
        generation: GenerationId,
        wanted: &[(SeriesKey, Day)],
    ) -> Result<Vec<Option<Cell>>> {
        wanted
            .iter()
            .map(|(series, day)| {
                let cells = self.cells(generation, series, *day..=*day)?;
                Ok(cells.into_iter().next().map(|(_, cell)| cell))
            })
            .collect()
    }
    /// Cells of many series, in the order asked for, each ascending by day.
    fn cells_of(
        &self,
        generation: GenerationId,
        series: &[SeriesKey],
        days: RangeInclusive<Day>,
    ) -> Result<Vec<Vec<(Day, Cell)>>> {
        series
            .iter()
            .map(|series| self.cells(generation, series, days.clone()))
            .collect()
    }
    /// Detector states of many series, in the order asked for.
    fn states(
        &self,
        generation: GenerationId,
        series: &[SeriesKey],
    ) -> Result<Vec<Option<SeriesState>>> {
        series
            .iter()
            .map(|series| self.state(generation, series))
            .collect()
    }
    /// The series that a record whose event time falls on `day` counted in, in key order:
    /// what its [`Residue`](crate::record::Residue) must remember.
    fn counted(
        &self,
        generation: GenerationId,
        key: RecordKey,
        day: Day,
    ) -> Result<Vec<(SeriesKey, Evidence)>>;
    /// Cells of a series, ascending by day.
    fn cells(
        &self,
        generation: GenerationId,
        series: &SeriesKey,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<(Day, Cell)>>;
    /// Series with a cell on a day, in key order.
    fn active(&self, generation: GenerationId, day: Day) -> Result<Vec<SeriesKey>>;
    /// Series of a subject, in key order.
    fn series_of(&self, generation: GenerationId, subject: &Subject) -> Result<Vec<SeriesKey>>;
    /// All subjects of a sort (`sku`, `phrase`) with a cell in the days, with their markets and
    /// summed primary count, most first, at most `limit`.
    fn top(
        &self,
        generation: GenerationId,
        sort: &str,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<(SeriesKey, u64)>>;
    /// Detector state of a series.
    fn state(&self, generation: GenerationId, series: &SeriesKey) -> Result<Option<SeriesState>>;
    /// Records that counted in a series, by event time, at most `limit`.
    fn evidence(
        &self,
        generation: GenerationId,
        series: &SeriesKey,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<Evidence>>;
    /// The earliest holder of each fingerprint seen on or after `since`, in the order of
    /// `prints`; within a day the holder committed first stays.
    fn fingerprints(
        &self,
        generation: GenerationId,
        prints: &[u64],
        since: Day,
    ) -> Result<Vec<Fingerprint>>;
    /// Points of a ranking item (by the item's id in the list), ascending by time.
    fn ranks(
        &self,
        generation: GenerationId,
        market: &Market,
        item: &str,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<RankPoint>>;
    /// Points of all ranking items linked to a SKU in a market, ascending by time.
    fn ranks_of_sku(
        &self,
        generation: GenerationId,
        market: &Market,
        sku: &str,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<RankPoint>>;
    /// Alerts, newest day first, then by score.
    fn alerts(&self, generation: GenerationId, filter: &AlertFilter) -> Result<Vec<Alert>>;

    // --- upkeep ------------------------------------------------------------------------------

    /// Figures.
    fn stats(&self) -> Result<Stats>;
    /// Look for damage; the problems found, in words. Empty: sound.
    fn check(&self) -> Result<Vec<String>>;
    /// Copy the whole store into the folder `to` while others go on working. The folder must be
    /// new or empty and can be opened as a store afterwards.
    fn backup(&self, to: &Path) -> Result<()>;
}
