//! Looks for damage: in the file, in the log's own sums, between log and projections.

use super::{at, rows};
use crate::record::{Alert, SeriesState, Tags};
use crate::store::Result;
use crate::store::codec;
use rusqlite::Connection;
use serde::de::DeserializeOwned;

/// Problems named one by one; beyond this many only their number is told.
const NAMED_MAX: usize = 20;

/// Each statement finds rows that must not exist; its one column says which.
const LAWS: [(&str, &str); 9] = [
    (
        "the log has a gap before entry",
        "SELECT offset FROM page p WHERE offset > 1 \
         AND NOT EXISTS (SELECT 1 FROM page WHERE offset = p.offset - 1)",
    ),
    (
        "the log does not begin with entry 1 but with",
        "SELECT MIN(offset) FROM page HAVING MIN(offset) <> 1",
    ),
    (
        "records are missing or doubled in log entry",
        "SELECT p.offset FROM page p WHERE p.records <> (SELECT COUNT(*) FROM record r \
         WHERE r.row >= p.first_row AND r.row < p.first_row + p.records AND r.offset = p.offset)",
    ),
    (
        "a record belongs to no log entry: key",
        "SELECT lower(hex(r.key)) FROM record r LEFT JOIN page p ON p.offset = r.offset \
         WHERE p.offset IS NULL OR r.row < p.first_row OR r.row >= p.first_row + p.records",
    ),
    (
        "a record has not exactly one newest version: key",
        "SELECT lower(hex(key)) FROM record GROUP BY key HAVING SUM(newest) <> 1",
    ),
    (
        "a record without its text still has some, or lacks its residue: key",
        "SELECT lower(hex(key)) FROM record WHERE gone <> (residue IS NOT NULL) \
         OR (gone = 1 AND (title IS NOT NULL OR text IS NOT NULL OR url IS NOT NULL))",
    ),
    (
        "the position is not that of the newest page: source and query",
        "SELECT p.source || ' ' || p.query FROM page p JOIN (SELECT MAX(offset) AS offset \
         FROM page WHERE position IS NOT NULL GROUP BY source, query) USING (offset) \
         WHERE NOT EXISTS (SELECT 1 FROM position o WHERE o.source = p.source \
         AND o.query = p.query AND o.position = p.position)",
    ),
    (
        "coverage does not add up: source and query",
        "SELECT source || ' ' || query FROM (SELECT source, query, SUM(asked) AS asked, \
         SUM(answered) AS answered, SUM(empty) AS empty, SUM(refused) AS refused, \
         SUM(failed) AS failed, SUM(seen) AS seen FROM page GROUP BY source, query \
         EXCEPT SELECT source, query, SUM(asked), SUM(answered), SUM(empty), SUM(refused), \
         SUM(failed), SUM(seen) FROM coverage GROUP BY source, query)",
    ),
    (
        "a generation has read further than the log goes: number",
        "SELECT id FROM generation WHERE offset > (SELECT COALESCE(MAX(offset), 0) FROM page)",
    ),
];

pub(super) fn check(from: &Connection) -> Result<Vec<String>> {
    let doing = "checking";
    let mut problems = Vec::new();
    // SQLite's own words about its file; it stops at a hundred.
    let file: Vec<String> = rows(from, doing, "PRAGMA integrity_check", [], |row| at(row, 0))?;
    problems.extend(
        file.into_iter()
            .filter(|words| words != "ok")
            .map(|words| format!("the file is damaged: {words}")),
    );
    for (words, law) in LAWS {
        let broken: Vec<String> = rows(
            from,
            doing,
            &format!("SELECT CAST(x AS TEXT) FROM (SELECT NULL AS x WHERE 0 UNION ALL {law})"),
            [],
            |row| at(row, 0),
        )?;
        tell(&mut problems, words, &broken);
    }
    cells(from, &mut problems)?;
    values::<Tags>(
        from,
        &mut problems,
        "tags",
        "SELECT lower(hex(record)), tags FROM tag",
    )?;
    values::<SeriesState>(
        from,
        &mut problems,
        "detector state",
        "SELECT CAST(series AS TEXT), state FROM state",
    )?;
    values::<Alert>(from, &mut problems, "alert", "SELECT id, alert FROM alert")?;
    Ok(problems)
}

fn tell(problems: &mut Vec<String>, words: &str, broken: &[String]) {
    problems.extend(
        broken
            .iter()
            .take(NAMED_MAX)
            .map(|which| format!("{words} {which}")),
    );
    if broken.len() > NAMED_MAX {
        problems.push(format!("{words} ... and {} more", broken.len() - NAMED_MAX));
    }
}

fn cells(from: &Connection, problems: &mut Vec<String>) -> Result<()> {
    let mut broken = Vec::new();
    rows(
        from,
        "checking",
        "SELECT c.series, c.day, c.n, c.mentions, c.authors, s.id FROM cell c \
         LEFT JOIN series s ON s.id = c.series",
        [],
        |row| {
            let (series, day): (i64, i32) = (at(row, 0)?, at(row, 1)?);
            let (n, mentions): (u32, u32) = (at(row, 2)?, at(row, 3)?);
            let authors = codec::authors_from_bytes(&at::<Vec<u8>>(row, 4)?);
            let named = at::<Option<i64>>(row, 5)?.is_some();
            let sound = authors.is_ok_and(|authors| match authors.count() {
                0 => n == mentions,
                count => n == count,
            });
            if !sound || !named {
                broken.push(format!("{series} on day {day}"));
            }
            Ok(())
        },
    )?;
    tell(problems, "counts are damaged: series", &broken);
    Ok(())
}

fn values<T: DeserializeOwned>(
    from: &Connection,
    problems: &mut Vec<String>,
    what: &str,
    sql: &str,
) -> Result<()> {
    let mut broken = Vec::new();
    rows(from, "checking", sql, [], |row| {
        let which: String = at(row, 0)?;
        if let Err(why) = codec::from_json::<T>(what, &at::<String>(row, 1)?) {
            broken.push(format!("{which}: {why}"));
        }
        Ok(())
    })?;
    tell(problems, "cannot be read:", &broken);
    Ok(())
}
