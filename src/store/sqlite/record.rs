//! Rows of the `record` table: one a version, typed columns for whoever opens the file.

use super::{BUSY, at, at_most, execute, failed, row, rows};
use crate::record::{AuthorHash, Counts, Kind, Price, Record, RecordKey, Residue};
use crate::store::codec::{self, damaged, instant, micros};
use crate::store::{Held, Result};
use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, Row, Transaction, TransactionBehavior, params};
use std::time::Duration;

/// The columns [`parse`] reads, in its order, then those of [`held`]. Macros, so that statements
/// stay literals.
macro_rules! columns {
    () => {
        "SELECT kind, id, time, author, market, lang, title, text, url, thread, sku, list, rank, \
         paid, price, currency, rating, rating_scale, quantity, reviews, likes, comments, shares, \
         views, sold, residue, row, offset, first_fetched_at"
    };
}
macro_rules! select {
    ($rest:literal) => {
        concat!(columns!(), " FROM record ", $rest)
    };
}
macro_rules! select_held {
    ($rest:literal) => {
        concat!(
            columns!(),
            ", key, source, (SELECT class FROM page WHERE page.offset = record.offset) FROM record ",
            $rest
        )
    };
}

/// How long the end of a burial waits for readers before it leaves the write-ahead log as it is.
const CHECKPOINT_BUSY: Duration = Duration::from_secs(2);

/// Number of a row of the `record` table.
pub(super) type RowId = i64;

/// Where a version goes in the log.
pub(super) struct Place<'a> {
    pub row: RowId,
    pub key: RecordKey,
    pub offset: i64,
    pub source: &'a str,
    pub event_time: Timestamp,
    pub first_fetched_at: Timestamp,
}

/// A version in the log.
pub(super) struct Version {
    pub row: RowId,
    pub first_fetched_at: Timestamp,
    pub record: Record,
}

/// Writes versions; the statement is prepared once for a whole append.
pub(super) struct Writer<'a> {
    find: CachedStatement<'a>,
    insert: CachedStatement<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(to: &'a Connection) -> Result<Writer<'a>> {
        let failed = failed("writing records");
        Ok(Writer {
            find: to
                .prepare_cached("SELECT 1 FROM record WHERE key = ?1")
                .map_err(&failed)?,
            insert: to
                .prepare_cached(
                    "INSERT INTO record (row, key, offset, newest, gone, event_time, \
                     first_fetched_at, source, kind, id, time, author, market, lang, title, text, \
                     url, thread, sku, list, rank, paid, price, currency, rating, rating_scale, \
                     quantity, reviews, likes, comments, shares, views, sold, residue) VALUES (?1, \
                     ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, \
                     ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, \
                     ?33)",
                )
                .map_err(&failed)?,
        })
    }

    /// Whether any version is held.
    pub(super) fn holds(&mut self, key: RecordKey) -> Result<bool> {
        self.find
            .exists([key.0])
            .map_err(failed("looking for a record"))
    }

    /// Writes a version as the newest of its key, in its kept form (see `edit::kept_form`).
    pub(super) fn insert(&mut self, place: &Place<'_>, record: &Record) -> Result<()> {
        let Record {
            kind,
            id,
            url,
            title,
            text,
            author,
            time,
            lang,
            market,
            thread,
            sku,
            list,
            rank,
            paid,
            price,
            rating,
            rating_scale,
            counts,
            quantity,
            residue,
        } = record;
        let residue = residue
            .as_deref()
            .map(|residue| codec::to_json("residue", residue))
            .transpose()?;
        let gone = residue.is_some();
        let [title, text, url] = if gone {
            [None; 3]
        } else {
            [title, text, url].map(Option::as_deref)
        };
        let count = |number: Option<u64>| number.map(|number| number as i64);
        self.insert
            .execute(params![
                place.row,
                place.key.0,
                place.offset,
                gone,
                micros(place.event_time),
                micros(place.first_fetched_at),
                place.source,
                kind.word(),
                id,
                time.map(micros),
                author.map(|author| author.0 as i64),
                market.as_ref().map(|market| market.code()),
                lang,
                title,
                text,
                url,
                thread,
                sku,
                list,
                rank,
                paid,
                price.as_ref().map(|price| price.amount.as_str()),
                price.as_ref().and_then(|price| price.currency.as_deref()),
                codec::finite(*rating),
                codec::finite(*rating_scale),
                quantity,
                count(counts.reviews),
                count(counts.likes),
                count(counts.comments),
                count(counts.shares),
                count(counts.views),
                count(counts.sold),
                residue,
            ])
            .map_err(failed("writing a record"))?;
        Ok(())
    }
}

fn parse(row: &Row<'_>) -> Result<Record> {
    let kind: String = at(row, 0)?;
    let kind =
        Kind::parse(&kind).ok_or_else(|| damaged("kind of a record", format!("`{kind}`")))?;
    let market: Option<String> = at(row, 4)?;
    let amount: Option<String> = at(row, 14)?;
    let currency: Option<String> = at(row, 15)?;
    let residue: Option<String> = at(row, 25)?;
    let count = |column| at::<Option<i64>>(row, column).map(|it| it.map(|it| it as u64));
    Ok(Record {
        kind,
        id: at(row, 1)?,
        time: at::<Option<i64>>(row, 2)?.map(instant).transpose()?,
        author: at::<Option<i64>>(row, 3)?.map(|hash| AuthorHash(hash as u64)),
        market: market.as_deref().map(codec::market_from).transpose()?,
        lang: at(row, 5)?,
        title: at(row, 6)?,
        text: at(row, 7)?,
        url: at(row, 8)?,
        thread: at(row, 9)?,
        sku: at(row, 10)?,
        list: at(row, 11)?,
        rank: at(row, 12)?,
        paid: at(row, 13)?,
        price: amount.map(|amount| Price { amount, currency }),
        rating: at(row, 16)?,
        rating_scale: at(row, 17)?,
        quantity: at(row, 18)?,
        counts: Counts {
            reviews: count(19)?,
            likes: count(20)?,
            comments: count(21)?,
            shares: count(22)?,
            views: count(23)?,
            sold: count(24)?,
        },
        residue: residue
            .map(|json| codec::from_json("residue", &json))
            .transpose()?,
    })
}

fn held(row: &Row<'_>) -> Result<Held> {
    let class: String = at(row, 31)?;
    Ok(Held {
        key: RecordKey(at(row, 29)?),
        source: at(row, 30)?,
        class: codec::class_from(&class)?,
        fetched_at: instant(at(row, 28)?)?,
        record: parse(row)?,
    })
}

/// All versions of a record, newest first.
pub(super) fn versions(from: &Connection, key: RecordKey) -> Result<Vec<Version>> {
    rows(
        from,
        "looking for a record",
        select!("WHERE key = ?1 ORDER BY row DESC"),
        [key.0],
        |row| {
            Ok(Version {
                row: at(row, 26)?,
                first_fetched_at: instant(at(row, 28)?)?,
                record: parse(row)?,
            })
        },
    )
}

/// Marks a version as replaced by a newer one.
pub(super) fn outdate(to: &Connection, row: RowId) -> Result<()> {
    execute(
        to,
        "writing a record",
        "UPDATE record SET newest = 0 WHERE row = ?1",
        [row],
    )?;
    Ok(())
}

/// Records of pages that follow each other in the log, each with the offset of its page.
pub(super) fn in_rows(from: &Connection, first: RowId, end: RowId) -> Result<Vec<(i64, Record)>> {
    rows(
        from,
        "reading records",
        select!("WHERE row >= ?1 AND row < ?2 ORDER BY row"),
        [first, end],
        |row| Ok((at(row, 27)?, parse(row)?)),
    )
}

pub(super) fn newest(from: &Connection, key: RecordKey) -> Result<Option<Held>> {
    row(
        from,
        "reading a record",
        select_held!("WHERE key = ?1 ORDER BY row DESC LIMIT 1"),
        [key.0],
        held,
    )
}

pub(super) fn older_than(from: &Connection, before: Timestamp, limit: usize) -> Result<Vec<Held>> {
    rows(
        from,
        "looking for old records",
        select_held!(
            "WHERE newest = 1 AND gone = 0 AND event_time < ?1 \
             AND kind NOT IN ('rank', 'product', 'count') AND (title IS NOT NULL OR text IS NOT NULL OR url IS NOT NULL) \
             ORDER BY event_time LIMIT ?2"
        ),
        params![micros(before), at_most(limit)],
        held,
    )
}

/// No index on the author: it would slow every append down for a wish that is rare, and reading
/// a million rows once takes about a second.
pub(super) fn by_author(from: &Connection, author: AuthorHash, limit: usize) -> Result<Vec<Held>> {
    rows(
        from,
        "looking for an author",
        select_held!("WHERE author = ?1 AND newest = 1 AND gone = 0 ORDER BY row LIMIT ?2"),
        params![author.0 as i64, at_most(limit)],
        held,
    )
}

/// Takes the text out of all versions of records, and out of their tags, and overwrites the
/// bytes it stood in.
pub(super) fn bury(connection: &mut Connection, graves: &[(RecordKey, Residue)]) -> Result<usize> {
    let failed = failed("taking texts away");
    let overwrite = |connection: &Connection, how: &str| {
        connection.pragma_update_and_check(None, "secure_delete", how, |_| Ok(()))
    };
    overwrite(connection, "ON").map_err(&failed)?;
    let buried = (|| {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(&failed)?;
        let mut buried = 0;
        for (key, residue) in graves {
            buried += usize::from(bury_one(&transaction, *key, residue)?);
        }
        transaction.commit().map_err(&failed)?;
        Ok(buried)
    })();
    overwrite(connection, "OFF").map_err(&failed)?;
    if matches!(buried, Ok(1..)) {
        // The write-ahead log still holds the pages as they were. Where a reader keeps it from
        // being emptied now, a later checkpoint does it.
        connection
            .busy_timeout(CHECKPOINT_BUSY)
            .and_then(|()| connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"))
            .and_then(|()| connection.busy_timeout(BUSY))
            .map_err(&failed)?;
    }
    buried
}

fn bury_one(to: &Transaction<'_>, key: RecordKey, residue: &Residue) -> Result<bool> {
    let doing = "taking texts away";
    let changed = execute(
        to,
        doing,
        "UPDATE record SET title = NULL, text = NULL, url = NULL, gone = 1, residue = ?2 \
         WHERE key = ?1 AND gone = 0",
        params![key.0, codec::to_json("residue", residue)?],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    let tags = rows(
        to,
        doing,
        "SELECT t.row, t.tags FROM generation g CROSS JOIN tag t ON t.generation = g.id \
         AND t.record = ?1",
        [key.0],
        |row| Ok((at::<i64>(row, 0)?, at::<String>(row, 1)?)),
    )?;
    for (row, tags) in tags {
        let tags = codec::strip_tags(codec::from_json("tags", &tags)?, residue);
        execute(
            to,
            doing,
            "UPDATE tag SET tags = ?2 WHERE row = ?1",
            params![row, codec::tags_to_json(&tags)?],
        )?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use crate::record::{Coverage, Intents, Kind, Market, Page, Record, Residue, SourceClass};
    use crate::store::{Store, sqlite::Sqlite};
    use jiff::Timestamp;

    #[test]
    fn no_byte_of_a_buried_text_stays_in_the_files() {
        let home = tempfile::tempdir().expect("folder");
        let store = Sqlite::open(home.path()).expect("opens");
        let record = Record {
            text: Some("twelve privet drive ".repeat(400)),
            ..Record::new(Kind::Post, "1")
        };
        let page = Page {
            source: "forum".into(),
            query: String::new(),
            instance: None,
            class: SourceClass::Social,
            fetched_at: Timestamp::UNIX_EPOCH,
            imported_at: None,
            reading: None,
            records: vec![record.clone()],
            deleted: Vec::new(),
            position: None,
            coverage: Coverage::default(),
        };
        store.append(&[page]).expect("append");
        let holds = || {
            let files = std::fs::read_dir(home.path()).expect("folder");
            files.flatten().any(|file| {
                let bytes = std::fs::read(file.path()).expect("file");
                bytes.windows(6).any(|window| window == b"privet")
            })
        };
        assert!(holds(), "before");
        let residue = Residue {
            why: "forgotten".into(),
            at: Timestamp::UNIX_EPOCH,
            subjects: Vec::new(),
            market: Market::all(),
            class: SourceClass::Social,
            day: crate::record::Day(0),
            polarity: None,
            intents: Intents::default(),
            doubtful: false,
            prints: Vec::new(),
        };
        let key = record.key("forum", Timestamp::UNIX_EPOCH);
        assert_eq!(store.bury(&[(key, residue)]).expect("bury"), 1);
        assert!(!holds(), "after");
    }
}
