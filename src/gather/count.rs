use super::{Item, Lookup, LookupError, Weight};
use crate::record::{
    AuthorHash, Cell, Day, Doubt, Evidence, Fingerprint, Polarity, RankPoint, RecordKey, SeriesKey,
    Subject, Tags,
};
use std::collections::{BTreeMap, HashMap};

/// A copy is a copy when it comes within so many days of the first.
const COPY_DAYS: i32 = 14;

/// What a batch of records changes: the parts of a step of the projection.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Tags of records, doubts about copies included.
    pub tags: Vec<(RecordKey, Tags)>,
    /// Cells, whole, in key order.
    pub cells: Vec<(SeriesKey, Day, Cell)>,
    /// Records that counted in a series (the total is left out: everything counts there).
    pub evidence: Vec<(SeriesKey, Evidence)>,
    /// New first holders of fingerprints.
    pub fingerprints: Vec<Fingerprint>,
    /// Places in lists.
    pub ranks: Vec<RankPoint>,
}

/// A cell being changed: authors are counted at the end, in the order they came.
struct Open {
    cell: Cell,
    authors: Vec<AuthorHash>,
    touched: bool,
}

/// Count a batch of items, in the order they came.
///
/// The same items give the same counts however they are cut into batches, as long as each batch
/// sees what the ones before it came to.
///
/// # Errors
/// What the lookup says; nothing is counted then.
pub fn gather(items: Vec<Item>, lookup: &dyn Lookup) -> Result<Batch, LookupError> {
    let keys: Vec<RecordKey> = items.iter().map(|item| item.key).collect();
    let mut counted: HashMap<RecordKey, Vec<Doubt>> = keys
        .iter()
        .zip(lookup.tags(&keys)?)
        .filter_map(|(key, tags)| Some((*key, tags?.doubt)))
        .collect();
    let mut holders = Holders::load(&items, lookup)?;
    let mut open = load_cells(&items, lookup)?;
    let mut batch = Batch::default();
    for mut item in items {
        if let Some(doubt) = counted.get(&item.key) {
            // A newer version: what it says now is shown, what it counted stays, and so do the
            // doubts it was counted with.
            item.tags.doubt.clone_from(doubt);
            batch.tags.push((item.key, item.tags));
            continue;
        }
        if holders.is_copy(&item) {
            item.tags.doubt.push(Doubt::NearDuplicate);
        }
        counted.insert(item.key, item.tags.doubt.clone());
        let doubtful = !item.tags.doubt.is_empty();
        let polarity = item.tags.sentiment.counted();
        for subject in &item.subjects {
            let series = SeriesKey {
                subject: subject.clone(),
                market: item.market.clone(),
                class: item.class,
            };
            if *subject != Subject::Total {
                batch.evidence.push((
                    series.clone(),
                    Evidence {
                        record: item.key,
                        day: item.day,
                        time: item.time,
                        source: item.source.clone(),
                        author: item.author,
                        polarity,
                        doubtful,
                    },
                ));
            }
            if let Some(cell) = open.get_mut(&(series, item.day)) {
                add(cell, &item, doubtful, polarity);
            }
        }
        batch.ranks.extend(item.point);
        batch.tags.push((item.key, item.tags));
    }
    batch.fingerprints = holders.new;
    batch.cells = open
        .into_iter()
        .filter(|(_, open)| open.touched)
        .map(|((series, day), mut open)| {
            open.cell.authors.extend(open.authors);
            (series, day, open.cell)
        })
        .collect();
    Ok(batch)
}

/// Count one item in one cell.
fn add(open: &mut Open, item: &Item, doubtful: bool, polarity: Option<Polarity>) {
    open.touched = true;
    let cell = &mut open.cell;
    if doubtful {
        cell.doubtful = cell.doubtful.saturating_add(1);
        return;
    }
    let mut mentions = 1;
    match item.weight {
        Weight::Voice => {}
        Weight::Units(units) => {
            cell.units = cell.units.saturating_add(units);
            if units < 0 {
                return;
            }
        }
        Weight::Number(number) => {
            mentions = number;
            cell.units = cell.units.saturating_add(i64::from(number));
        }
    }
    cell.mentions = cell.mentions.saturating_add(mentions);
    open.authors.extend(item.author);
    match polarity {
        Some(Polarity::Negative) => cell.negative = cell.negative.saturating_add(1),
        Some(Polarity::Neutral) => cell.neutral = cell.neutral.saturating_add(1),
        Some(Polarity::Positive) => cell.positive = cell.positive.saturating_add(1),
        None => {}
    }
    let intents = item.tags.intents;
    for (holds, count) in [
        (intents.question, &mut cell.questions),
        (intents.purchase, &mut cell.purchases),
        (intents.complaint, &mut cell.complaints),
    ] {
        *count = count.saturating_add(u32::from(holds));
    }
}

fn load_cells(
    items: &[Item],
    lookup: &dyn Lookup,
) -> Result<BTreeMap<(SeriesKey, Day), Open>, LookupError> {
    let mut wanted: Vec<(SeriesKey, Day)> = Vec::new();
    for item in items {
        for subject in &item.subjects {
            wanted.push((
                SeriesKey {
                    subject: subject.clone(),
                    market: item.market.clone(),
                    class: item.class,
                },
                item.day,
            ));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    let cells = lookup.cells(&wanted)?;
    Ok(wanted
        .into_iter()
        .zip(cells)
        .map(|(place, cell)| {
            let open = Open {
                cell: cell.unwrap_or_default(),
                authors: Vec::new(),
                touched: false,
            };
            (place, open)
        })
        .collect())
}

/// Who said it first.
struct Holders {
    known: HashMap<u64, Vec<Fingerprint>>,
    new: Vec<Fingerprint>,
}

impl Holders {
    fn load(items: &[Item], lookup: &dyn Lookup) -> Result<Holders, LookupError> {
        // Day by day: which holder counts must not depend on what else is in the batch.
        let mut by_day: BTreeMap<Day, Vec<u64>> = BTreeMap::new();
        for item in items.iter().filter(|item| !item.prints.is_empty()) {
            by_day.entry(item.day).or_default().extend(&item.prints);
        }
        let mut known: HashMap<u64, Vec<Fingerprint>> = HashMap::new();
        for (day, mut prints) in by_day {
            prints.sort_unstable();
            prints.dedup();
            for holder in lookup.holders(&prints, day.plus(-COPY_DAYS))? {
                let own = known.entry(holder.print).or_default();
                if !own.contains(&holder) {
                    own.push(holder);
                }
            }
        }
        Ok(Holders {
            known,
            new: Vec::new(),
        })
    }

    /// Whether an item says nearly the same as one before it, another author's or its own. What
    /// nobody said before is its own from now on.
    fn is_copy(&mut self, item: &Item) -> bool {
        let mut copy = false;
        for print in &item.prints {
            let own = self.known.entry(*print).or_default();
            let near = own.iter().any(|holder| {
                (item.day.0 - holder.day.0).abs() <= COPY_DAYS && holder.record != item.key
            });
            copy |= near;
            if !near {
                let holder = Fingerprint {
                    print: *print,
                    day: item.day,
                    record: item.key,
                    author: item.author,
                };
                own.push(holder);
                self.new.push(holder);
            }
        }
        // A record whose text is gone was judged when the text was there.
        copy && !item.tags.doubt.contains(&Doubt::NearDuplicate) && !item.gone
    }
}

#[cfg(test)]
mod tests;
