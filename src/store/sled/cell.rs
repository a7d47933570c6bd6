//! Counts and detector states, read.

use super::draft::{View, from_bytes};
use super::key::{Key, Parts, Projected};
use crate::record::{Cell, Day, SeriesKey, SeriesState, Subject};
use crate::store::codec::{authors_from_bytes, authors_to_bytes, damaged};
use crate::store::{GenerationId, Result};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Spans up to this many days are walked day by day; longer ones only over days that exist.
const WALKED_DAYS_MAX: i64 = 64;

/// Units, then the eight counts, then the primary count, big-endian; then the authors.
pub(super) fn cell_to_bytes(cell: &Cell) -> Vec<u8> {
    let Cell {
        authors,
        mentions,
        doubtful,
        negative,
        neutral,
        positive,
        questions,
        purchases,
        complaints,
        units,
    } = cell;
    let mut bytes = units.to_be_bytes().to_vec();
    for count in [
        *mentions,
        *doubtful,
        *negative,
        *neutral,
        *positive,
        *questions,
        *purchases,
        *complaints,
        cell.primary(),
    ] {
        bytes.extend_from_slice(&count.to_be_bytes());
    }
    bytes.extend_from_slice(&authors_to_bytes(authors));
    bytes
}

/// A cell and its primary count as it was written.
fn parts(bytes: &[u8]) -> Result<(i64, [u32; 9], &[u8])> {
    let short = || damaged("counts", "they are too short");
    let (units, rest) = bytes.split_first_chunk::<8>().ok_or_else(short)?;
    let (counts, authors) = rest.split_first_chunk::<36>().ok_or_else(short)?;
    let (fours, _) = counts.as_chunks::<4>();
    let mut numbers = [0; 9];
    for (number, four) in numbers.iter_mut().zip(fours) {
        *number = u32::from_be_bytes(*four);
    }
    Ok((i64::from_be_bytes(*units), numbers, authors))
}

pub(super) fn cell_from_bytes(bytes: &[u8]) -> Result<Cell> {
    let (units, counts, authors) = parts(bytes)?;
    let [
        mentions,
        doubtful,
        negative,
        neutral,
        positive,
        questions,
        purchases,
        complaints,
        _,
    ] = counts;
    Ok(Cell {
        authors: authors_from_bytes(authors)?,
        mentions,
        doubtful,
        negative,
        neutral,
        positive,
        questions,
        purchases,
        complaints,
        units,
    })
}

/// The days of a span on which a generation can have rows at all.
pub(super) fn days_within(
    from: View<'_>,
    generation: GenerationId,
    row: Projected,
    days: &RangeInclusive<Day>,
) -> Result<Vec<i32>> {
    let (first, last) = (days.start().0, days.end().0);
    if i64::from(last) - i64::from(first) < WALKED_DAYS_MAX {
        return Ok((first..=last).collect());
    }
    let table = Key::in_generation(generation, row);
    let end = table.clone().i32(last).u64(u64::MAX);
    let mut found = Vec::new();
    let mut next = Some(first);
    while let Some(start) = next {
        let Some(pair) = from.between(&table.clone().i32(start), &end).next() else {
            break;
        };
        let day = Parts::after_projected(&pair?.0)?.i32()?;
        found.push(day);
        next = day.checked_add(1);
    }
    Ok(found)
}

pub(super) fn cells(
    from: View<'_>,
    generation: GenerationId,
    series: &SeriesKey,
    days: &RangeInclusive<Day>,
) -> Result<Vec<(Day, Cell)>> {
    let mut found = Vec::new();
    for day in days_within(from, generation, Projected::Cell, days)? {
        let key = Key::in_generation(generation, Projected::Cell).i32(day);
        if let Some(bytes) = from.get(&key.series(series))? {
            found.push((Day(day), cell_from_bytes(&bytes)?));
        }
    }
    Ok(found)
}

pub(super) fn active(from: View<'_>, generation: GenerationId, day: Day) -> Result<Vec<SeriesKey>> {
    let day = Key::in_generation(generation, Projected::Cell).i32(day.0);
    from.under(&day)
        .map(|pair| {
            let (row, _) = pair?;
            let mut parts = Parts::after_projected(&row)?;
            parts.i32()?;
            parts.series()
        })
        .collect()
}

pub(super) fn series_of(
    from: View<'_>,
    generation: GenerationId,
    subject: &Subject,
) -> Result<Vec<SeriesKey>> {
    let rows = Key::in_generation(generation, Projected::Member).subject(subject);
    from.under(&rows)
        .map(|pair| Parts::after_projected(&pair?.0)?.series())
        .collect()
}

pub(super) fn top(
    from: View<'_>,
    generation: GenerationId,
    sort: &str,
    days: &RangeInclusive<Day>,
    limit: usize,
) -> Result<Vec<(SeriesKey, u64)>> {
    let table = Key::in_generation(generation, Projected::Cell);
    let first = table.clone().i32(days.start().0);
    // No text in a key begins with the byte 255, so this is after the last day's rows.
    let end = table.i32(days.end().0).u64(u64::MAX);
    let mut sums: BTreeMap<SeriesKey, u64> = BTreeMap::new();
    for pair in from.between(&first, &end) {
        let (row, value) = pair?;
        let mut key = Parts::after_projected(&row)?;
        key.i32()?;
        let series = key.series()?;
        if series.subject.sort() == sort {
            let (_, counts, _) = parts(&value)?;
            *sums.entry(series).or_default() += u64::from(counts[8]);
        }
    }
    let mut found: Vec<_> = sums.into_iter().collect();
    // Stable: equal sums stay in key order.
    found.sort_by(|(_, left), (_, right)| right.cmp(left));
    found.truncate(limit);
    Ok(found)
}

pub(super) fn state(
    from: View<'_>,
    generation: GenerationId,
    series: &SeriesKey,
) -> Result<Option<SeriesState>> {
    let key = Key::in_generation(generation, Projected::State).series(series);
    from.get(&key)?
        .map(|bytes| from_bytes("detector state", &bytes))
        .transpose()
}
