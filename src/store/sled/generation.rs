//! Generations of projections: begun, made live, dropped.

use super::Sled;
use super::draft::{Draft, View, from_bytes};
use super::key::{Key, Parts, Table};
use crate::record::{Day, Offset};
use crate::store::{Error, Generation, GenerationId, Result, Versions};
use serde::{Deserialize, Serialize};

/// Rows removed in one batch.
const SWEPT_AT_ONCE: usize = 20_000;

/// How a generation stands; the same as in the SQLite engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Live,
    Building,
    /// Was live before; stays readable until the next swap.
    Retired,
    /// Is being removed.
    Dropped,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    pub status: Status,
    pub versions: Versions,
    pub offset: Offset,
    pub closed: Option<Day>,
}

impl Row {
    pub(super) fn stands(&self, id: GenerationId) -> Generation {
        Generation {
            id,
            versions: self.versions.clone(),
            offset: self.offset,
            closed: self.closed,
            live: self.status == Status::Live,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.status, Status::Live | Status::Building)
    }
}

pub(super) fn row_key(id: GenerationId) -> Key {
    Key::of(Table::Generation).u32(id)
}

/// Every generation that has rows, also those that nobody sees any more.
pub(super) fn everything(from: View<'_>) -> Result<Vec<(GenerationId, Row)>> {
    from.under(&Key::of(Table::Generation))
        .map(|pair| {
            let (row, value) = pair?;
            let id = Parts::after_table(&row)?.u32()?;
            Ok((id, from_bytes("generation", &value)?))
        })
        .collect()
}

pub(super) fn all(from: View<'_>) -> Result<Vec<Generation>> {
    let rows = everything(from)?;
    let open = rows.iter().filter(|(_, row)| row.is_open());
    Ok(open.map(|(id, row)| row.stands(*id)).collect())
}

pub(super) fn live(from: View<'_>) -> Result<Option<Generation>> {
    Ok(all(from)?.into_iter().find(|generation| generation.live))
}

/// A generation that may be written to.
pub(super) fn open(from: View<'_>, id: GenerationId) -> Result<Option<Row>> {
    let row: Option<Row> = from.value("generation", &row_key(id))?;
    Ok(row.filter(Row::is_open))
}

pub(super) fn begin(to: &mut Draft<'_>, versions: &Versions) -> Result<Generation> {
    let next = Key::of(Table::NextGeneration);
    let id: GenerationId = to.value("generation", &next)?.unwrap_or(1);
    to.put_value("generation", next, &(id + 1))?;
    let row = Row {
        status: match live(to.before())? {
            Some(_) => Status::Building,
            None => Status::Live,
        },
        versions: versions.clone(),
        offset: 0,
        closed: None,
    };
    to.put_value("generation", row_key(id), &row)?;
    Ok(row.stands(id))
}

/// Readers that began on the generation that is replaced end on it: its rows stay until the
/// next swap.
pub(super) fn swap(to: &mut Draft<'_>, id: GenerationId) -> Result<()> {
    let Some(next) = open(to.before(), id)? else {
        return Err(Error::Generation {
            id,
            why: "cannot be made live: it is not there any more",
        });
    };
    let live_already = next.status == Status::Live;
    for (other, mut row) in everything(to.before())? {
        row.status = match row.status {
            _ if other == id => Status::Live,
            Status::Live => Status::Retired,
            Status::Retired if live_already => Status::Retired,
            Status::Retired | Status::Building | Status::Dropped => Status::Dropped,
        };
        to.put_value("generation", row_key(other), &row)?;
    }
    Ok(())
}

pub(super) fn discard(to: &mut Draft<'_>, id: GenerationId) -> Result<()> {
    let Some(mut row) = open(to.before(), id)? else {
        return Ok(());
    };
    if row.status == Status::Live {
        return Err(Error::Generation {
            id,
            why: "cannot be discarded: readers see it",
        });
    }
    row.status = Status::Dropped;
    to.put_value("generation", row_key(id), &row)
}

/// Removes the rows of dropped generations piece by piece. A process that dies here leaves
/// rows nobody sees; the next sweep goes on with them.
pub(super) fn sweep(store: &Sled) -> Result<()> {
    let doing = "removing a dropped generation";
    for (id, row) in store.read(everything)? {
        if row.status != Status::Dropped {
            continue;
        }
        let rows = Key::of(Table::Projection).u32(id);
        loop {
            let removed = store.write(doing, |to| {
                let mut removed = 0;
                for pair in to.before().under(&rows).take(SWEPT_AT_ONCE) {
                    to.remove_row(&pair?.0);
                    removed += 1;
                }
                Ok(removed)
            })?;
            if removed == 0 {
                break;
            }
        }
        store.write(doing, |to| {
            to.remove(row_key(id));
            Ok(())
        })?;
    }
    Ok(())
}
