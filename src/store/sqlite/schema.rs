//! The file's format: made when new, refused when newer, opened with the same settings always.

use super::{BUSY, failed};
use crate::store::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// Format of the tables, kept in `PRAGMA user_version`.
pub(super) const FORMAT: u32 = 1;

/// Tells `file` and SQLite tools whose file it is: "GSWL".
const APPLICATION: i32 = 0x4753_574C;

const TABLES: &str = include_str!("schema.sql");

/// Opens the file, makes the tables when it is new, refuses a newer format.
pub(super) fn open(file: &Path) -> Result<Connection> {
    let mut connection = connect(file)?;
    match format(&connection)? {
        FORMAT => return Ok(connection),
        found if found > FORMAT => {
            return Err(Error::Newer {
                found,
                known: FORMAT,
            });
        }
        _ => {}
    }
    let making = "making the tables";
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed(making))?;
    // Another process may have been faster while this one waited for the lock.
    if format(&transaction)? == 0 {
        transaction.execute_batch(TABLES).map_err(failed(making))?;
        transaction
            .pragma_update(None, "application_id", APPLICATION)
            .map_err(failed(making))?;
        transaction
            .pragma_update(None, "user_version", FORMAT)
            .map_err(failed(making))?;
    }
    transaction.commit().map_err(failed(making))?;
    Ok(connection)
}

fn format(connection: &Connection) -> Result<u32> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed("reading the format"))
}

/// One more connection with the store's settings.
pub(super) fn connect(file: &Path) -> Result<Connection> {
    let opening = failed("opening the file");
    let connection = Connection::open(file).map_err(&opening)?;
    connection.busy_timeout(BUSY).map_err(&opening)?;
    connection.set_prepared_statement_cache_capacity(128);
    // One plan a statement, whatever is bound to it: else SQLite plans anew at every `LIMIT ?`,
    // which takes longer than most of our statements.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(&opening)?;
    write_ahead(&connection)?;
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -32768;
             PRAGMA wal_autocheckpoint = 4000;
             PRAGMA journal_size_limit = 67108864;",
        )
        .map_err(&opening)?;
    Ok(connection)
}

/// Switches to WAL. The switch needs the file for itself for a moment, and SQLite does not wait
/// for that, so processes that open a new store together try again.
fn write_ahead(connection: &Connection) -> Result<()> {
    let pause = Duration::from_millis(20);
    let mut tries = BUSY.as_millis() / pause.as_millis();
    loop {
        let switched = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match switched {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(Error::Engine {
                    engine: "sqlite",
                    doing: "switching to a write-ahead log",
                    why: format!("the folder only allows `{mode}`; a local disk is needed"),
                });
            }
            Err(why) if why.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries > 0 => {
                tries -= 1;
                std::thread::sleep(pause);
            }
            Err(why) => return Err(failed("switching to a write-ahead log")(why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_format_is_refused_and_left_alone() {
        let home = tempfile::tempdir().expect("folder");
        let file = home.path().join("groundswell.sqlite");
        let connection = open(&file).expect("new store");
        connection
            .pragma_update(None, "user_version", FORMAT + 1)
            .expect("write");
        drop(connection);
        match open(&file) {
            Err(Error::Newer { found, known }) => assert_eq!((found, known), (2, 1)),
            other => panic!("opened or failed otherwise: {other:?}"),
        }
    }

    #[test]
    fn every_view_can_be_read() {
        let home = tempfile::tempdir().expect("folder");
        let connection = open(&home.path().join("groundswell.sqlite")).expect("new store");
        for view in [
            "post_view",
            "coverage_view",
            "mention_by_day",
            "alert_view",
            "evidence_view",
            "tag_view",
        ] {
            let count: i64 = connection
                .query_row(&format!("SELECT COUNT(*) FROM {view}"), [], |row| {
                    row.get(0)
                })
                .expect(view);
            assert_eq!(count, 0, "{view}");
        }
    }
}
