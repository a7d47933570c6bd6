//! Looks for damage: in the log's own sums, between log and projections, in every value.

use super::cell::cell_from_bytes;
use super::draft::{View, from_bytes};
use super::generation;
use super::key::{Key, Parts, Projected, Table};
use super::log::{self, Leaf};
use super::record::{self, Head};
use crate::record::{Alert, Coverage, Offset, Position, Record, SeriesState, Tags};
use crate::store::Result;
use std::collections::BTreeMap;

/// What all pages of a source and query come to.
#[derive(Default)]
struct Sum {
    coverage: Coverage,
    position: Option<Position>,
}

pub(super) fn check(from: View<'_>) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let (sums, records) = pages(from, &mut problems)?;
    positions_and_coverage(from, &sums, &mut problems)?;
    heads(from, records, &mut problems)?;
    let end = log::head(from)?;
    for (id, row) in generation::everything(from)? {
        if row.offset > end {
            problems.push(format!(
                "generation {id} has read further than the log goes"
            ));
        }
        projection(from, id, &mut problems)?;
    }
    Ok(problems)
}

/// By source and query.
type Sums = BTreeMap<(String, String), Sum>;

/// Reads every entry; returns the sums and the number of records.
fn pages(from: View<'_>, problems: &mut Vec<String>) -> Result<(Sums, usize)> {
    let mut sums = Sums::new();
    let mut records = 0;
    let mut expected: Offset = 1;
    for pair in from.under(&Key::of(Table::Page)) {
        let (row, value) = pair?;
        let offset = Parts::after_table(&row)?.u64()?;
        if offset != expected {
            problems.push(format!("the log has a gap before entry {offset}"));
        }
        expected = offset + 1;
        let entry =
            from_bytes::<Leaf>("page", &value).and_then(|leaf| log::entry(from, offset, leaf));
        match entry {
            Ok(entry) => {
                records += entry.page.records.len();
                let sum = sums
                    .entry((entry.page.source, entry.page.query))
                    .or_default();
                sum.coverage.add(&entry.page.coverage);
                sum.position = entry.page.position.or(sum.position.take());
            }
            Err(why) => problems.push(format!("entry {offset}: {why}")),
        }
    }
    let rows = from.under(&Key::of(Table::Record)).count();
    if rows != records {
        problems.push(format!(
            "{rows} records are there, the pages name {records}"
        ));
    }
    Ok((sums, records))
}

fn positions_and_coverage(from: View<'_>, sums: &Sums, problems: &mut Vec<String>) -> Result<()> {
    let mut found: BTreeMap<(String, String), Coverage> = BTreeMap::new();
    for pair in from.under(&Key::of(Table::Coverage)) {
        let (row, value) = pair?;
        let mut parts = Parts::after_table(&row)?;
        parts.i64()?;
        let key = (parts.text()?, parts.text()?);
        found
            .entry(key)
            .or_default()
            .add(&from_bytes::<Coverage>("coverage", &value)?);
    }
    for ((source, query), sum) in sums {
        let key = (source.clone(), query.clone());
        if found.get(&key) != Some(&sum.coverage) {
            problems.push(format!("coverage does not add up: {source} {query}"));
        }
        if log::position(from, source, query)? != sum.position {
            problems.push(format!(
                "the position is not that of the newest page: {source} {query}"
            ));
        }
    }
    Ok(())
}

fn heads(from: View<'_>, records: usize, problems: &mut Vec<String>) -> Result<()> {
    let mut versions = 0;
    for pair in from.under(&Key::of(Table::Head)) {
        let (row, value) = pair?;
        let key = Parts::after_table(&row)?.record()?;
        let head: Head = from_bytes("record", &value)?;
        versions += head.versions.len();
        for (offset, place) in &head.versions {
            let version: Option<Record> =
                from.value("record", &record::version_key(*offset, *place))?;
            let sound = version.is_some_and(|version| {
                let words =
                    version.title.is_some() || version.text.is_some() || version.url.is_some();
                version.residue.is_some() == head.gone && !(head.gone && words)
            });
            if !sound {
                problems.push(format!(
                    "record {key}: version in entry {offset} is damaged"
                ));
            }
        }
    }
    if versions != records {
        problems.push(format!(
            "{versions} versions are known, the pages hold {records}"
        ));
    }
    Ok(())
}

fn projection(from: View<'_>, id: u32, problems: &mut Vec<String>) -> Result<()> {
    let mut look = |row: Projected, what: &str, read: &dyn Fn(&[u8]) -> Result<()>| {
        for pair in from.under(&Key::in_generation(id, row)) {
            if let Err(why) = read(&pair?.1) {
                problems.push(format!("generation {id}, {what}: {why}"));
            }
        }
        Ok::<_, crate::store::Error>(())
    };
    look(Projected::Cell, "counts", &|bytes| {
        cell_from_bytes(bytes).map(drop)
    })?;
    look(Projected::State, "state", &|bytes| {
        from_bytes::<SeriesState>("detector state", bytes).map(drop)
    })?;
    look(Projected::Tags, "tags", &|bytes| {
        from_bytes::<Tags>("tags", bytes).map(drop)
    })?;
    look(Projected::Alert, "alert", &|bytes| {
        from_bytes::<Alert>("alert", bytes).map(drop)
    })
}
