//! Series by number: rows carry a small number instead of subject, market and class.
//!
//! A number once given is never taken back, so what this process has learnt stays true whatever
//! other processes write.

use super::{at, execute, failed, row, rows};
use crate::record::{SeriesKey, Subject};
use crate::store::codec::{self, class_from, damaged};
use crate::store::{GenerationId, Result};
use rusqlite::{Connection, Row};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Number of a series in the file.
pub(super) type SeriesId = i64;

/// Names remembered at once, about 100 bytes each; when there are more, it starts afresh.
const NAMES_MAX: usize = 400_000;

/// Numbers and names of series this process has met.
#[derive(Default)]
pub(super) struct Names(RwLock<Known>);

#[derive(Default)]
struct Known {
    ids: HashMap<Arc<SeriesKey>, SeriesId>,
    keys: HashMap<SeriesId, Arc<SeriesKey>>,
}

impl Names {
    fn known_id(&self, key: &SeriesKey) -> Option<SeriesId> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.ids.get(key).copied()
    }

    fn known_key(&self, id: SeriesId) -> Option<Arc<SeriesKey>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.keys.get(&id).cloned()
    }

    /// Remembers names that are committed.
    pub(super) fn learn(&self, names: impl IntoIterator<Item = (Arc<SeriesKey>, SeriesId)>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (key, id) in names {
            if known.ids.len() >= NAMES_MAX {
                *known = Known::default();
            }
            known.keys.insert(id, key.clone());
            known.ids.insert(key, id);
        }
    }

    /// The number of a series; `None` when no generation ever had it.
    pub(super) fn id(&self, from: &Connection, key: &SeriesKey) -> Result<Option<SeriesId>> {
        if let Some(id) = self.known_id(key) {
            return Ok(Some(id));
        }
        let id = find(from, key)?;
        if let Some(id) = id {
            self.learn([(Arc::new(key.clone()), id)]);
        }
        Ok(id)
    }

    /// The series of a number.
    pub(super) fn key(&self, from: &Connection, id: SeriesId) -> Result<Arc<SeriesKey>> {
        if let Some(key) = self.known_key(id) {
            return Ok(key);
        }
        let key = row(
            from,
            "reading the name of a series",
            "SELECT sort, subject, market, class FROM series WHERE id = ?1",
            [id],
            parse,
        )?
        .ok_or_else(|| damaged("series", format!("number {id} has no name")))?;
        let key = Arc::new(key);
        self.learn([(key.clone(), id)]);
        Ok(key)
    }
}

/// Gives numbers to series inside a transaction. What is new must not be learnt by the process
/// before the transaction has committed.
pub(super) struct Namer<'a> {
    names: &'a Names,
    to: &'a Connection,
    /// New in this transaction.
    fresh: HashMap<Arc<SeriesKey>, SeriesId>,
}

impl<'a> Namer<'a> {
    pub(super) fn new(names: &'a Names, to: &'a Connection) -> Namer<'a> {
        Namer {
            names,
            to,
            fresh: HashMap::new(),
        }
    }

    pub(super) fn id(&mut self, key: &SeriesKey) -> Result<SeriesId> {
        if let Some(id) = self.names.known_id(key) {
            return Ok(id);
        }
        if let Some(id) = self.fresh.get(key) {
            return Ok(*id);
        }
        let id = match find(self.to, key)? {
            Some(id) => id,
            None => {
                execute(
                    self.to,
                    "naming a series",
                    "INSERT INTO series (sort, subject, market, class) VALUES (?1, ?2, ?3, ?4)",
                    [
                        key.subject.sort(),
                        key.subject.name(),
                        key.market.code(),
                        key.class.word(),
                    ],
                )?;
                self.to.last_insert_rowid()
            }
        };
        self.fresh.insert(Arc::new(key.clone()), id);
        Ok(id)
    }

    /// What to learn once the transaction has committed.
    pub(super) fn into_fresh(self) -> HashMap<Arc<SeriesKey>, SeriesId> {
        self.fresh
    }
}

fn find(from: &Connection, key: &SeriesKey) -> Result<Option<SeriesId>> {
    row(
        from,
        "looking for a series",
        "SELECT id FROM series WHERE subject = ?1 AND sort = ?2 AND market = ?3 AND class = ?4",
        [
            key.subject.name(),
            key.subject.sort(),
            key.market.code(),
            key.class.word(),
        ],
        |row| at(row, 0),
    )
}

fn parse(row: &Row<'_>) -> Result<SeriesKey> {
    let sort: String = at(row, 0)?;
    let subject: String = at(row, 1)?;
    let market: String = at(row, 2)?;
    let class: String = at(row, 3)?;
    Ok(SeriesKey {
        subject: Subject::parse(&sort, &subject)
            .ok_or_else(|| damaged("series", format!("`{sort}` is no sort of subject")))?,
        market: codec::market_from(&market)?,
        class: class_from(&class)?,
    })
}

/// Series of a subject that a generation has, in key order.
pub(super) fn of_subject(
    from: &Connection,
    generation: GenerationId,
    subject: &Subject,
) -> Result<Vec<SeriesKey>> {
    let mut found = rows(
        from,
        "reading the series of a subject",
        "SELECT s.sort, s.subject, s.market, s.class FROM series s \
         JOIN member m ON m.generation = ?1 AND m.series = s.id \
         WHERE s.subject = ?2 AND s.sort = ?3",
        rusqlite::params![generation, subject.name(), subject.sort()],
        parse,
    )?;
    found.sort();
    Ok(found)
}

/// How many series a generation has.
pub(super) fn count(from: &Connection, generation: GenerationId) -> Result<u64> {
    from.prepare_cached("SELECT COUNT(*) FROM member WHERE generation = ?1")
        .and_then(|mut statement| statement.query_row([generation], |row| row.get::<_, i64>(0)))
        .map(|count| count as u64)
        .map_err(failed("counting series"))
}
