//! One step of a projection, written whole or not at all.

use super::series::{Namer, SeriesId};
use super::{Sqlite, execute, generation};
use crate::record::{Alert, Cell, Day, Evidence, Polarity, RankPoint};
use crate::store::codec::{self, micros};
use crate::store::{Committed, GenerationId, Result, Step};
use rusqlite::{Connection, params};

const DOING: &str = "committing a step";

pub(super) fn commit(store: &Sqlite, id: GenerationId, step: &Step) -> Result<Committed> {
    let fresh = store.write(DOING, |to| {
        // A generation that was dropped or replaced has moved on for good.
        let Some(stands) = generation::open(to, id)? else {
            return Ok(None);
        };
        if !step.follows(&stands) {
            return Ok(None);
        }
        let mut namer = Namer::new(&store.names, to);
        put_cells(to, &mut namer, id, step)?;
        put_evidence(to, &mut namer, id, step)?;
        put_states(to, &mut namer, id, step)?;
        put_tags(to, id, step)?;
        put_fingerprints(to, id, step)?;
        for point in &step.ranks {
            put_rank(to, id, point)?;
        }
        for alert in &step.alerts {
            put_alert(to, id, alert)?;
        }
        execute(
            to,
            DOING,
            "UPDATE generation SET offset = ?2, closed = COALESCE(?3, closed) WHERE id = ?1",
            params![id, step.to as i64, step.closed.map(|day| day.0)],
        )?;
        Ok(Some(namer.into_fresh()))
    })?;
    match fresh {
        Some(fresh) => {
            store.names.learn(fresh);
            Ok(Committed::Done)
        }
        None => Ok(Committed::Stale),
    }
}

/// Rows are written in the order of their keys, so that each page of the file is touched once.
fn put_cells(
    to: &Connection,
    namer: &mut Namer<'_>,
    generation: GenerationId,
    step: &Step,
) -> Result<()> {
    let mut cells: Vec<(Day, SeriesId, &Cell)> = Vec::with_capacity(step.cells.len());
    for (series, day, cell) in &step.cells {
        cells.push((*day, namer.id(series)?, cell));
    }
    cells.sort_by_key(|(day, series, _)| (*day, *series));
    for (day, series, cell) in &cells {
        put_cell(to, generation, *day, *series, cell)?;
    }
    let mut members: Vec<SeriesId> = cells.into_iter().map(|(_, series, _)| series).collect();
    members.sort_unstable();
    members.dedup();
    for series in members {
        execute(
            to,
            DOING,
            "INSERT OR IGNORE INTO member (generation, series) VALUES (?1, ?2)",
            params![generation, series],
        )?;
    }
    Ok(())
}

fn put_cell(
    to: &Connection,
    generation: GenerationId,
    day: Day,
    series: SeriesId,
    cell: &Cell,
) -> Result<()> {
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
    execute(
        to,
        DOING,
        "INSERT OR REPLACE INTO cell (generation, day, series, n, mentions, doubtful, negative, \
         neutral, positive, questions, purchases, complaints, units, authors) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            generation,
            day.0,
            series,
            cell.primary(),
            mentions,
            doubtful,
            negative,
            neutral,
            positive,
            questions,
            purchases,
            complaints,
            units,
            codec::authors_to_bytes(authors),
        ],
    )?;
    Ok(())
}

fn put_evidence(
    to: &Connection,
    namer: &mut Namer<'_>,
    generation: GenerationId,
    step: &Step,
) -> Result<()> {
    let mut evidence: Vec<(Day, SeriesId, &Evidence)> = Vec::with_capacity(step.evidence.len());
    for (series, one) in &step.evidence {
        evidence.push((one.day, namer.id(series)?, one));
    }
    evidence.sort_by_key(|(day, series, one)| (*day, *series, one.time, one.record));
    for (day, series, one) in evidence {
        execute(
            to,
            DOING,
            "INSERT OR REPLACE INTO evidence \
             (generation, day, series, time, record, source, author, polarity, doubtful) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                generation,
                day.0,
                series,
                micros(one.time),
                one.record.0,
                one.source,
                one.author.map(|author| author.0 as i64),
                one.polarity.map(polarity_number),
                one.doubtful,
            ],
        )?;
    }
    Ok(())
}

fn polarity_number(polarity: Polarity) -> i8 {
    match polarity {
        Polarity::Negative => -1,
        Polarity::Neutral => 0,
        Polarity::Positive => 1,
    }
}

fn put_states(
    to: &Connection,
    namer: &mut Namer<'_>,
    generation: GenerationId,
    step: &Step,
) -> Result<()> {
    for (series, state) in &step.states {
        execute(
            to,
            DOING,
            "INSERT INTO state (generation, series, state) VALUES (?1, ?2, ?3) \
             ON CONFLICT DO UPDATE SET state = excluded.state",
            params![generation, namer.id(series)?, codec::state_to_json(state)?],
        )?;
    }
    Ok(())
}

fn put_tags(to: &Connection, generation: GenerationId, step: &Step) -> Result<()> {
    for (record, tags) in &step.tags {
        execute(
            to,
            DOING,
            "INSERT INTO tag (generation, record, tags) VALUES (?1, ?2, ?3) \
             ON CONFLICT (generation, record) DO UPDATE SET tags = excluded.tags",
            params![generation, record.0, codec::tags_to_json(tags)?],
        )?;
    }
    Ok(())
}

/// The first holder on a day stays.
fn put_fingerprints(to: &Connection, generation: GenerationId, step: &Step) -> Result<()> {
    for print in &step.fingerprints {
        execute(
            to,
            DOING,
            "INSERT OR IGNORE INTO fingerprint (generation, print, day, record, author) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                generation,
                print.print as i64,
                print.day.0,
                print.record.0,
                print.author.map(|author| author.0 as i64),
            ],
        )?;
    }
    Ok(())
}

fn put_rank(to: &Connection, generation: GenerationId, point: &RankPoint) -> Result<()> {
    let RankPoint {
        source,
        list,
        market,
        item,
        time,
        rank,
        paid,
        price,
        reviews,
        sku,
    } = point;
    execute(
        to,
        DOING,
        "INSERT OR REPLACE INTO rank (generation, market, item, time, source, list, paid, rank, \
         price, reviews, sku) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            generation,
            market.code(),
            item,
            micros(*time),
            source,
            list,
            paid,
            rank,
            price,
            reviews.map(|reviews| reviews as i64),
            sku,
        ],
    )?;
    Ok(())
}

fn put_alert(to: &Connection, generation: GenerationId, alert: &Alert) -> Result<()> {
    execute(
        to,
        DOING,
        "INSERT OR REPLACE INTO alert (generation, id, day, raised_at, sort, subject, market, \
         class, reading, observed, expected, lift, score, alert) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            generation,
            alert.id,
            alert.day.0,
            micros(alert.raised_at),
            alert.series.subject.sort(),
            alert.series.subject.name(),
            alert.series.market.code(),
            alert.series.class.word(),
            alert.class.word(),
            alert.observed,
            alert.expected,
            alert.lift,
            alert.score,
            codec::alert_to_json(alert)?,
        ],
    )?;
    Ok(())
}
