//! SQLite: one file in WAL mode, several processes at once.
//!
//! Readers work on snapshots and never wait. Writers take the file's one write lock at the
//! start of their transaction and wait for it up to [`BUSY`]; each commit is synced to disk
//! before it returns.

mod cell;
mod check;
mod commit;
mod generation;
mod host;
mod log;
mod rank;
mod record;
mod schema;
mod seller;
mod series;
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
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Name of the file in the data folder.
const FILE: &str = "groundswell.sqlite";

/// How long a writer waits for another process before it gives up.
const BUSY: Duration = Duration::from_secs(30);

/// Idle connections kept open, each with its page cache and prepared statements.
const IDLE_MAX: usize = 8;

/// The store on SQLite.
pub(super) struct Sqlite {
    folder: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// Threads of one process queue here rather than in SQLite's polling wait.
    writing: Mutex<()>,
    names: series::Names,
}

/// Names what was being done when SQLite failed.
fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |why| {
        let why = match why.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy) => format!(
                "another program has been writing for more than {} seconds",
                BUSY.as_secs()
            ),
            Some(rusqlite::ErrorCode::DiskFull) => "the disk is full".into(),
            _ => why.to_string(),
        };
        Error::Engine {
            engine: "sqlite",
            doing,
            why,
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What these guard is replaced whole, so a panic elsewhere leaves it sound.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sqlite {
    /// Opens the store of a data folder; makes it when it is new.
    pub(super) fn open(folder: &Path) -> Result<Sqlite> {
        folder::make(folder)?;
        let store = Sqlite {
            folder: folder.to_owned(),
            idle: Mutex::new(Vec::new()),
            writing: Mutex::new(()),
            names: series::Names::default(),
        };
        let first = schema::open(&store.folder.join(FILE))?;
        locked(&store.idle).push(first);
        Ok(store)
    }

    fn connection(&self) -> Result<Connection> {
        let idle = locked(&self.idle).pop();
        match idle {
            Some(connection) => Ok(connection),
            None => schema::connect(&self.folder.join(FILE)),
        }
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = locked(&self.idle);
        // A connection that a failure left inside a transaction is closed instead.
        if connection.is_autocommit() && idle.len() < IDLE_MAX {
            idle.push(connection);
        }
    }

    /// Runs a single statement, which sees one state of the store by itself.
    fn read<T>(&self, look: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let connection = self.connection()?;
        let found = look(&connection);
        self.give_back(connection);
        found
    }

    /// Runs several statements on one state of the store.
    fn snapshot<T>(&self, look: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.read(|connection| {
            let transaction = connection
                .unchecked_transaction()
                .map_err(failed("reading"))?;
            look(&transaction)
        })
    }

    /// Runs a change: all of it is durable when this returns, or nothing of it is there.
    fn write<T>(
        &self,
        doing: &'static str,
        change: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let _turn = locked(&self.writing);
        let mut connection = self.connection()?;
        let done = (|| {
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(failed(doing))?;
            let done = change(&transaction)?;
            transaction.commit().map_err(failed(doing))?;
            Ok(done)
        })();
        self.give_back(connection);
        done
    }
}

/// Reads all rows of a cached statement through `read`, which may fail in the store's own words.
fn rows<T>(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    parameters: impl rusqlite::Params,
    mut read: impl FnMut(&rusqlite::Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = statement.query(parameters).map_err(failed(doing))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed(doing))? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The first row of a cached statement, if there is one.
fn row<T>(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: impl FnOnce(&rusqlite::Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = statement.query(parameters).map_err(failed(doing))?;
    rows.next().map_err(failed(doing))?.map(read).transpose()
}

/// Executes a cached statement; returns the number of rows it changed.
fn execute(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<usize> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(parameters))
        .map_err(failed(doing))
}

/// One column of a row, by its place.
fn at<T: rusqlite::types::FromSql>(row: &rusqlite::Row<'_>, column: usize) -> Result<T> {
    row.get(column)
        .map_err(|why| super::codec::damaged(format!("column {column}"), why))
}

/// A limit as SQLite takes it.
fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Store for Sqlite {
    fn is_shared(&self) -> bool {
        true
    }

    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>> {
        self.write("appending pages", |to| log::append(to, pages))
    }

    fn head(&self) -> Result<Offset> {
        self.read(log::head)
    }

    fn read(&self, after: Offset, limit: usize) -> Result<Vec<Entry>> {
        self.snapshot(|from| log::read(from, after, limit))
    }

    fn replay(
        &self,
        after: Option<(Timestamp, Offset)>,
        head: Offset,
        limit: usize,
    ) -> Result<Vec<Entry>> {
        self.snapshot(|from| log::replay(from, after, head, limit))
    }

    fn record(&self, key: RecordKey) -> Result<Option<Held>> {
        self.read(|from| record::newest(from, key))
    }

    fn bury(&self, graves: &[(RecordKey, Residue)]) -> Result<usize> {
        let _turn = locked(&self.writing);
        let mut connection = self.connection()?;
        let buried = record::bury(&mut connection, graves);
        self.give_back(connection);
        buried
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
        self.read(|from| log::visits_of(from, source, query, limit))
    }

    fn visits(&self, since: Timestamp, to: Timestamp) -> Result<Vec<Visit>> {
        self.read(|from| log::visits(from, since, to))
    }

    fn coverage(&self, from: Timestamp, to: Timestamp) -> Result<Vec<CoverageHour>> {
        self.read(|connection| log::coverage(connection, from, to))
    }

    fn host(&self, host: &str) -> Result<HostMemory> {
        self.read(|from| host::memory(from, host))
    }

    fn hosts(&self) -> Result<Vec<String>> {
        self.read(host::names)
    }

    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory> {
        self.write("updating a host", |to| host::update(to, host, change))
    }

    fn account(&self, bucket: &str) -> Result<Account> {
        self.read(|from| host::account(from, bucket))
    }

    fn update_account(&self, bucket: &str, change: &mut dyn FnMut(&mut Account)) -> Result<()> {
        self.write("updating an account", |to| {
            host::update_account(to, bucket, change)
        })
    }

    fn lease(&self, name: &str, holder: &str, now: Timestamp, span: Duration) -> Result<bool> {
        self.write("taking a lease", |to| {
            host::lease(to, name, holder, now, span)
        })
    }

    fn release(&self, name: &str, holder: &str) -> Result<()> {
        self.write("giving a lease back", |to| host::release(to, name, holder))
    }

    fn note(&self, name: &str) -> Result<Option<String>> {
        self.read(|from| host::note(from, name))
    }

    fn put_note(&self, name: &str, value: &str) -> Result<()> {
        self.write("writing a note", |to| host::put_note(to, name, value))
    }

    fn catalogue(&self) -> Result<Vec<Sku>> {
        self.read(seller::catalogue)
    }

    fn put_catalogue(&self, skus: &[Sku]) -> Result<()> {
        self.write("replacing the catalogue", |to| {
            seller::put_catalogue(to, skus)
        })
    }

    fn stock(&self) -> Result<Vec<StockLevel>> {
        self.read(seller::stock)
    }

    fn put_stock(&self, levels: &[StockLevel]) -> Result<()> {
        self.write("replacing the stock", |to| seller::put_stock(to, levels))
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
        commit::commit(self, generation, step)
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
        self.snapshot(|from| trace::counted(from, &self.names, generation, key, day))
    }

    fn tags_of(&self, generation: GenerationId, keys: &[RecordKey]) -> Result<Vec<Option<Tags>>> {
        self.snapshot(|from| {
            keys.iter()
                .map(|key| trace::tags(from, generation, *key))
                .collect()
        })
    }

    fn cells(
        &self,
        generation: GenerationId,
        series: &SeriesKey,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<(Day, Cell)>> {
        self.snapshot(|from| cell::Reader::new(from, &self.names, generation)?.cells(series, &days))
    }

    fn cells_at(
        &self,
        generation: GenerationId,
        wanted: &[(SeriesKey, Day)],
    ) -> Result<Vec<Option<Cell>>> {
        self.snapshot(|from| {
            let mut reader = cell::Reader::new(from, &self.names, generation)?;
            wanted
                .iter()
                .map(|(series, day)| reader.cell(series, *day))
                .collect()
        })
    }

    fn cells_of(
        &self,
        generation: GenerationId,
        series: &[SeriesKey],
        days: RangeInclusive<Day>,
    ) -> Result<Vec<Vec<(Day, Cell)>>> {
        self.snapshot(|from| {
            let mut reader = cell::Reader::new(from, &self.names, generation)?;
            series
                .iter()
                .map(|series| reader.cells(series, &days))
                .collect()
        })
    }

    fn states(
        &self,
        generation: GenerationId,
        series: &[SeriesKey],
    ) -> Result<Vec<Option<SeriesState>>> {
        self.snapshot(|from| {
            series
                .iter()
                .map(|series| cell::state(from, &self.names, generation, series))
                .collect()
        })
    }

    fn active(&self, generation: GenerationId, day: Day) -> Result<Vec<SeriesKey>> {
        self.snapshot(|from| cell::active(from, &self.names, generation, day))
    }

    fn series_of(&self, generation: GenerationId, subject: &Subject) -> Result<Vec<SeriesKey>> {
        self.read(|from| series::of_subject(from, generation, subject))
    }

    fn top(
        &self,
        generation: GenerationId,
        sort: &str,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<(SeriesKey, u64)>> {
        self.snapshot(|from| cell::top(from, &self.names, generation, sort, days, limit))
    }

    fn state(&self, generation: GenerationId, series: &SeriesKey) -> Result<Option<SeriesState>> {
        self.snapshot(|from| cell::state(from, &self.names, generation, series))
    }

    fn evidence(
        &self,
        generation: GenerationId,
        series: &SeriesKey,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<Evidence>> {
        self.snapshot(|from| trace::evidence(from, &self.names, generation, series, days, limit))
    }

    fn fingerprints(
        &self,
        generation: GenerationId,
        prints: &[u64],
        since: Day,
    ) -> Result<Vec<Fingerprint>> {
        self.snapshot(|from| trace::fingerprints(from, generation, prints, since))
    }

    fn ranks(
        &self,
        generation: GenerationId,
        market: &Market,
        item: &str,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<RankPoint>> {
        self.read(|from| rank::of_item(from, generation, market, item, days))
    }

    fn ranks_of_sku(
        &self,
        generation: GenerationId,
        market: &Market,
        sku: &str,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<RankPoint>> {
        self.read(|from| rank::of_sku(from, generation, market, sku, days))
    }

    fn alerts(&self, generation: GenerationId, filter: &AlertFilter) -> Result<Vec<Alert>> {
        self.read(|from| trace::alerts(from, generation, filter))
    }

    fn stats(&self) -> Result<Stats> {
        self.snapshot(|from| upkeep::stats(from, &self.folder))
    }

    fn check(&self) -> Result<Vec<String>> {
        self.snapshot(check::check)
    }

    fn backup(&self, to: &Path) -> Result<()> {
        self.read(|from| upkeep::backup(from, to))
    }
}
