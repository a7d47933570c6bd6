//! One step of a projection, written whole or not at all.

use super::cell::cell_to_bytes;
use super::draft::Draft;
use super::generation::{self, row_key};
use super::key::{Key, Projected};
use super::trace::{Holder, Seen};
use crate::record::{RankPoint, SeriesKey};
use crate::store::codec::{self, micros};
use crate::store::{Committed, GenerationId, Result, Step};

pub(super) fn commit(to: &mut Draft<'_>, id: GenerationId, step: &Step) -> Result<Committed> {
    // A generation that was dropped or replaced has moved on for good.
    let Some(mut row) = generation::open(to.before(), id)? else {
        return Ok(Committed::Stale);
    };
    if !step.follows(&row.stands(id)) {
        return Ok(Committed::Stale);
    }
    let key = |row| Key::in_generation(id, row);
    for (series, day, cell) in &step.cells {
        to.put(
            key(Projected::Cell).i32(day.0).series(series),
            cell_to_bytes(cell),
        );
        to.put(key(Projected::Member).series(series), []);
    }
    for (series, evidence) in &step.evidence {
        let row = evidence_key(id, series, evidence);
        to.put_value("evidence", row, &Seen::of(evidence))?;
    }
    for (series, state) in &step.states {
        to.put(
            key(Projected::State).series(series),
            codec::state_to_json(state)?,
        );
    }
    for (record, tags) in &step.tags {
        to.put(
            key(Projected::Tags).record(*record),
            codec::tags_to_json(tags)?,
        );
    }
    for print in &step.fingerprints {
        let row = key(Projected::Fingerprint)
            .u64(print.print)
            .i32(print.day.0);
        // The first holder on a day stays.
        if !to.has(&row)? {
            to.put_value("fingerprint", row, &Holder::of(print))?;
        }
    }
    for point in &step.ranks {
        put_rank(to, id, point)?;
    }
    for alert in &step.alerts {
        to.put(
            key(Projected::Alert).text(&alert.id),
            codec::alert_to_json(alert)?,
        );
    }
    row.offset = step.to;
    row.closed = step.closed.or(row.closed);
    to.put_value("generation", row_key(id), &row)?;
    Ok(Committed::Done)
}

fn evidence_key(id: GenerationId, series: &SeriesKey, evidence: &crate::record::Evidence) -> Key {
    Key::in_generation(id, Projected::Evidence)
        .i32(evidence.day.0)
        .series(series)
        .i64(micros(evidence.time))
        .record(evidence.record)
}

fn sku_key(id: GenerationId, point: &RankPoint, sku: &str) -> Key {
    Key::in_generation(id, Projected::RankOfSku)
        .market(&point.market)
        .text(sku)
        .i64(micros(point.time))
        .text(&point.source)
        .text(&point.list)
        .text(&point.item)
        .flag(point.paid)
}

fn put_rank(to: &mut Draft<'_>, id: GenerationId, point: &RankPoint) -> Result<()> {
    let row = Key::in_generation(id, Projected::Rank)
        .market(&point.market)
        .text(&point.item)
        .i64(micros(point.time))
        .text(&point.source)
        .text(&point.list)
        .flag(point.paid);
    let point = RankPoint {
        time: codec::whole_micros(point.time),
        ..point.clone()
    };
    let before: Option<RankPoint> = to.value("rank", &row)?;
    if let Some(sku) = before.and_then(|before| before.sku) {
        to.remove(sku_key(id, &point, &sku));
    }
    if let Some(sku) = &point.sku {
        to.put_value("rank", sku_key(id, &point, sku), &point)?;
    }
    to.put_value("rank", row, &point)
}
