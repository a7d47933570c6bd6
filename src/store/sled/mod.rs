//! sled: an embedded tree that one process holds at a time.
//!
//! All rows live in one tree, because a batch on one tree is applied whole or not at all, also
//! when the process is killed. A batch is flushed before its call returns. Values are JSON.
//! What is deleted is only overwritten when sled rewrites that part of its log.

mod cell;
mod check;
mod commit;
mod crawler;
mod draft;
mod generation;
mod holder;
mod key;
mod log;
mod record;
mod trace;
mod upkeep;

use super::{
    AlertFilter, Committed, CoverageHour, Error, Generation, GenerationId, Held, Result, Stats,
    Step, Store, Versions, folder,
};
use crate::record::{
    Account, Alert, Appended, AuthorHash, Cell, Day, Entry, Evidence, Fingerprint, HostMemory,
    Market, Offset, Page, Position, RankPoint, RecordKey, Residue, SeriesKey, SeriesState, Sku,
    StockLevel, Subject, Tags, Visit,
};
use draft::{Draft, View};
use jiff::Timestamp;
use key::{Key, Table};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

/// Name of sled's folder in the data folder.
const FOLDER: &str = "sled";

/// Format of the keys and values, kept under [`Table::Format`].
const FORMAT: u32 = 1;

/// Bytes of pages kept in memory; sled is known to use several times as much.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// The store on sled.
pub(super) struct Sled {
    folder: PathBuf,
    tree: sled::Db,
    /// One change at a time, from its first read to its flush.
    writing: Mutex<()>,
    /// Readers see the tree before or after a batch, never while it is applied.
    applying: RwLock<()>,
    _holder: holder::Holder,
}

/// Names what was being done when sled failed.
fn failed(doing: &'static str) -> impl Fn(sled::Error) -> Error {
    move |why| Error::Engine {
        engine: "sled",
        doing,
        why: why.to_string(),
    }
}

impl Sled {
    /// Opens the store of a data folder; makes it when it is new.
    pub(super) fn open(folder: &Path) -> Result<Sled> {
        folder::make(folder)?;
        let tree = holder::open(folder, || {
            sled::Config::new()
                .path(folder.join(FOLDER))
                .cache_capacity(CACHE_BYTES)
                .mode(sled::Mode::HighThroughput)
                // Every change is flushed by the call that makes it.
                .flush_every_ms(None)
                .open()
        })?;
        let store = Sled {
            folder: folder.to_owned(),
            tree,
            writing: Mutex::new(()),
            applying: RwLock::new(()),
            _holder: holder::Holder::write(folder),
        };
        let format = Key::of(Table::Format);
        match store.read(|from| from.value::<u32>("format", &format))? {
            None => store.write("making the store", |to| {
                to.put_value("format", format, &FORMAT)
            })?,
            Some(found) if found > FORMAT => {
                return Err(Error::Newer {
                    found,
                    known: FORMAT,
                });
            }
            Some(_) => {}
        }
        Ok(store)
    }

    /// Looks at one state of the tree.
    fn read<T>(&self, look: impl FnOnce(View<'_>) -> Result<T>) -> Result<T> {
        let _unchanged = self.applying.read().unwrap_or_else(PoisonError::into_inner);
        look(View(&self.tree))
    }

    /// Drafts a change and applies it: all of it is durable when this returns, or nothing of it
    /// is there.
    fn write<T>(
        &self,
        doing: &'static str,
        change: impl FnOnce(&mut Draft<'_>) -> Result<T>,
    ) -> Result<T> {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut draft = Draft::new(&self.tree);
        let done = change(&mut draft)?;
        if let Some(batch) = draft.into_batch() {
            {
                let _alone = self
                    .applying
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                self.tree.apply_batch(batch).map_err(failed(doing))?;
            }
            self.tree.flush().map_err(failed(doing))?;
        }
        Ok(done)
    }
}

impl Store for Sled {
    fn is_shared(&self) -> bool {
        false
    }

    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>> {
        self.write("appending pages", |to| log::append(to, pages))
    }

    fn head(&self) -> Result<Offset> {
        self.read(log::head)
    }

    fn read(&self, after: Offset, limit: usize) -> Result<Vec<Entry>> {
        self.read(|from| log::read(from, after, limit))
    }

    fn replay(
        &self,
        after: Option<(Timestamp, Offset)>,
        head: Offset,
        limit: usize,
    ) -> Result<Vec<Entry>> {
        self.read(|from| log::replay(from, after, head, limit))
    }

    fn record(&self, key: RecordKey) -> Result<Option<Held>> {
        self.read(|from| record::newest(from, key))
    }

    fn bury(&self, graves: &[(RecordKey, Residue)]) -> Result<usize> {
        self.write("taking texts away", |to| record::bury(to, graves))
    }

    fn older_than(&self, before: Timestamp, limit: usize) -> Result<Vec<Held>> {
        self.read(|from| record::older_than(from, before, limit))
    }

    fn by_author(&self, author: AuthorHash, limit: usize) -> Result<Vec<Held>> {
        self.read(|from| record::by_author(from, author, limit))
    }

    fn position(&self, source: &str, query: &str) -> Result<Option<Position>> {
        self.read(|from| log::position(from, source, query))
    }

    fn visits_of(&self, source: &str, query: &str, limit: usize) -> Result<Vec<Visit>> {
        self.read(|view| log::visits_of(view, source, query, limit))
    }

    fn visits(&self, since: Timestamp, to: Timestamp) -> Result<Vec<Visit>> {
        self.read(|view| log::visits(view, since, to))
    }

    fn coverage(&self, from: Timestamp, to: Timestamp) -> Result<Vec<CoverageHour>> {
        self.read(|view| log::coverage(view, from, to))
    }

    fn host(&self, host: &str) -> Result<HostMemory> {
        self.read(|from| crawler::memory(from, host))
    }

    fn hosts(&self) -> Result<Vec<String>> {
        self.read(crawler::hosts)
    }

    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory> {
        self.write("updating a host", |to| crawler::update(to, host, change))
    }

    fn account(&self, bucket: &str) -> Result<Account> {
        self.read(|from| crawler::account(from, bucket))
    }

    fn update_account(&self, bucket: &str, change: &mut dyn FnMut(&mut Account)) -> Result<()> {
        self.write("updating an account", |to| {
            crawler::update_account(to, bucket, change)
        })
    }

    fn lease(&self, name: &str, holder: &str, now: Timestamp, span: Duration) -> Result<bool> {
        self.write("taking a lease", |to| {
            crawler::lease(to, name, holder, now, span)
        })
    }

    fn release(&self, name: &str, holder: &str) -> Result<()> {
        self.write("giving a lease back", |to| {
            crawler::release(to, name, holder)
        })
    }

    fn note(&self, name: &str) -> Result<Option<String>> {
        self.read(|from| from.value("note", &Key::of(Table::Note).text(name)))
    }

    fn put_note(&self, name: &str, value: &str) -> Result<()> {
        self.write("writing a note", |to| {
            to.put_value("note", Key::of(Table::Note).text(name), &value)
        })
    }

    fn catalogue(&self) -> Result<Vec<Sku>> {
        self.read(|from| crawler::rows(from, Table::Sku, "catalogue line"))
    }

    fn put_catalogue(&self, skus: &[Sku]) -> Result<()> {
        self.write("replacing the catalogue", |to| {
            crawler::put_catalogue(to, skus)
        })
    }

    fn stock(&self) -> Result<Vec<StockLevel>> {
        self.read(|from| crawler::rows(from, Table::Stock, "stock line"))
    }

    fn put_stock(&self, levels: &[StockLevel]) -> Result<()> {
        self.write("replacing the stock", |to| crawler::put_stock(to, levels))
    }

    fn live(&self) -> Result<Option<Generation>> {
        self.read(generation::live)
    }

    fn generations(&self) -> Result<Vec<Generation>> {
        self.read(generation::all)
    }

    fn begin(&self, versions: &Versions) -> Result<Generation> {
        self.write("beginning a generation", |to| {
            generation::begin(to, versions)
        })
    }

    fn commit(&self, generation: GenerationId, step: &Step) -> Result<Committed> {
        self.write("committing a step", |to| {
            commit::commit(to, generation, step)
        })
    }

    fn swap(&self, generation: GenerationId) -> Result<()> {
        self.write("swapping generations", |to| {
            generation::swap(to, generation)
        })?;
        generation::sweep(self)
    }

    fn discard(&self, generation: GenerationId) -> Result<()> {
        self.write("discarding a generation", |to| {
            generation::discard(to, generation)
        })?;
        generation::sweep(self)
    }

    fn tags(&self, generation: GenerationId, key: RecordKey) -> Result<Option<Tags>> {
        self.read(|from| trace::tags(from, generation, key))
    }

    fn counted(
        &self,
        generation: GenerationId,
        key: RecordKey,
        day: Day,
    ) -> Result<Vec<(SeriesKey, Evidence)>> {
        self.read(|from| trace::counted(from, generation, key, day))
    }

    fn cells(
        &self,
        generation: GenerationId,
        series: &SeriesKey,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<(Day, Cell)>> {
        self.read(|from| cell::cells(from, generation, series, &days))
    }

    fn active(&self, generation: GenerationId, day: Day) -> Result<Vec<SeriesKey>> {
        self.read(|from| cell::active(from, generation, day))
    }

    fn series_of(&self, generation: GenerationId, subject: &Subject) -> Result<Vec<SeriesKey>> {
        self.read(|from| cell::series_of(from, generation, subject))
    }

    fn top(
        &self,
        generation: GenerationId,
        sort: &str,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<(SeriesKey, u64)>> {
        self.read(|from| cell::top(from, generation, sort, &days, limit))
    }

    fn state(&self, generation: GenerationId, series: &SeriesKey) -> Result<Option<SeriesState>> {
        self.read(|from| cell::state(from, generation, series))
    }

    fn evidence(
        &self,
        generation: GenerationId,
        series: &SeriesKey,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<Evidence>> {
        self.read(|from| trace::evidence(from, generation, series, &days, limit))
    }

    fn fingerprints(
        &self,
        generation: GenerationId,
        prints: &[u64],
        since: Day,
    ) -> Result<Vec<Fingerprint>> {
        self.read(|from| trace::fingerprints(from, generation, prints, since))
    }

    fn ranks(
        &self,
        generation: GenerationId,
        market: &Market,
        item: &str,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<RankPoint>> {
        self.read(|from| trace::ranks(from, generation, market, item, &days))
    }

    fn ranks_of_sku(
        &self,
        generation: GenerationId,
        market: &Market,
        sku: &str,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<RankPoint>> {
        self.read(|from| trace::ranks_of_sku(from, generation, market, sku, &days))
    }

    fn alerts(&self, generation: GenerationId, filter: &AlertFilter) -> Result<Vec<Alert>> {
        self.read(|from| trace::alerts(from, generation, filter))
    }

    fn stats(&self) -> Result<Stats> {
        self.read(|from| upkeep::stats(from, &self.folder.join(FOLDER)))
    }

    fn check(&self) -> Result<Vec<String>> {
        self.read(check::check)
    }

    fn backup(&self, to: &Path) -> Result<()> {
        self.read(|from| upkeep::backup(from, to))
    }
}
