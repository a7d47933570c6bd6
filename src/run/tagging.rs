//! Records of the log → tagged items, and which of them get a second, slow look.
//!
//! How many do is a budget of posts a minute, by the minutes in which they were fetched. The log is
//! the clock of this too: the same log gives the same second looks, whenever it is read, at once
//! or piece by piece.

use super::Projector;
use super::project::READ_ENTRIES;
use crate::gather::{self, Item};
use crate::record::{Entry, Offset, Record, Tags};
use crate::{store, tag};
use std::collections::{BTreeMap, BTreeSet};

/// Fewer records than this are not worth a thread.
const SPREAD_MIN: usize = 64;

/// Second looks of the minute that is being read.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// The minute, since 1970; `None` before the first.
    minute: Option<i64>,
    /// Looks that posts fetched in it have had.
    used: u32,
}

impl Looks {
    /// One look more at a post fetched in that minute, if the minute has one left.
    fn take(&mut self, minute: i64, limit: u32) -> bool {
        if self.minute != Some(minute) {
            *self = Looks {
                minute: Some(minute),
                used: 0,
            };
        }
        let has_one = self.used < limit;
        self.used += u32::from(has_one);
        has_one
    }

    /// Counts what posts before `at` have had in the minute that `first`, the next one, was fetched
    /// in: another run read them. Once is enough for a pass.
    pub(super) fn catch_up(
        &mut self,
        by: &Projector<'_>,
        at: Offset,
        first: &Entry,
    ) -> Result<(), store::Error> {
        let (None, Some(limit)) = (self.minute, by.tagger.second_looks()) else {
            return Ok(());
        };
        let minute = minute_of(first);
        let mut wanted = 0;
        let mut to = at;
        while to > 0 {
            let from = to.saturating_sub(READ_ENTRIES as Offset);
            let before: Vec<Entry> = by
                .store
                .read(from, READ_ENTRIES)?
                .into_iter()
                .filter(|entry| entry.offset <= to)
                .collect();
            let (now, earlier): (Vec<&Entry>, Vec<&Entry>) =
                before.iter().partition(|entry| minute_of(entry) == minute);
            for entry in now {
                let begun = begun(by, [entry]);
                for record in &entry.page.records {
                    let tags = by.tags(entry, record, &begun);
                    wanted += u32::from(by.wants_second_look(record, &tags));
                }
            }
            if !earlier.is_empty() || wanted >= limit {
                break;
            }
            to = from;
        }
        *self = Looks {
            minute: Some(minute),
            used: wanted.min(limit),
        };
        Ok(())
    }
}

fn minute_of(entry: &Entry) -> i64 {
    entry.page.fetched_at.as_second().div_euclid(60)
}

/// The SKUs that posts name which began a thread, by page and id.
type Begun<'e> = BTreeMap<(Offset, &'e str), Vec<String>>;

/// What began the threads of each page. What other pages hold is not asked: tags must not depend
/// on what else is known by then.
fn begun<'e>(by: &Projector<'_>, entries: impl IntoIterator<Item = &'e Entry>) -> Begun<'e> {
    let mut begun = Begun::new();
    for entry in entries {
        let records = &entry.page.records;
        let threads: BTreeSet<&str> = records
            .iter()
            .filter(|record| record.thread.as_ref() != Some(&record.id))
            .filter_map(|record| record.thread.as_deref())
            .collect();
        let roots = records
            .iter()
            .filter(|record| threads.contains(record.id.as_str()) && record.residue.is_none());
        for root in roots {
            let mentions = by.tagger.tag(root, &by.hints(entry, root)).mentions;
            if !mentions.is_empty() {
                let skus = mentions.into_iter().map(|mention| mention.sku).collect();
                begun.insert((entry.offset, root.id.as_str()), skus);
            }
        }
    }
    begun
}

impl Projector<'_> {
    /// Tag and read records, on all threads, in their order.
    pub(super) fn items(&self, entries: &[Entry], looks: &mut Looks) -> Vec<Item> {
        let records: Vec<(&Entry, &Record)> = entries
            .iter()
            .flat_map(|entry| entry.page.records.iter().map(move |record| (entry, record)))
            .collect();
        let begun = begun(self, entries);
        let Some(limit) = self.tagger.second_looks() else {
            return self.spread(&records, |(entry, record)| {
                self.item(entry, record, self.tags(entry, record, &begun))
            });
        };
        let mut tagged = self.spread(&records, |(entry, record)| {
            (*entry, *record, self.tags(entry, record, &begun))
        });
        for (entry, record, tags) in &mut tagged {
            if self.wants_second_look(record, tags) && looks.take(minute_of(entry), limit) {
                let hints = self.hints(entry, record);
                self.tagger.look_again(record, &hints, tags);
            }
        }
        self.spread(&tagged, |(entry, record, tags)| {
            self.item(entry, record, tags.clone())
        })
    }

    fn wants_second_look(&self, record: &Record, tags: &Tags) -> bool {
        record.residue.is_none() && self.tagger.wants_second_look(record, tags)
    }

    fn tags(&self, entry: &Entry, record: &Record, begun: &Begun<'_>) -> Tags {
        if record.residue.is_some() {
            return Tags::default();
        }
        let mut hints = self.hints(entry, record);
        if let Some(thread) = &record.thread
            && *thread != record.id
            && let Some(skus) = begun.get(&(entry.offset, thread.as_str()))
        {
            hints.thread.clone_from(skus);
        }
        self.tagger.tag(record, &hints)
    }

    fn hints(&self, entry: &Entry, record: &Record) -> tag::Hints {
        let facts = self.sources.get(&entry.page.source);
        tag::Hints {
            market: record
                .market
                .clone()
                .or_else(|| facts.and_then(|facts| facts.market.clone())),
            language: facts.and_then(|facts| facts.language.clone()),
            class: Some(entry.page.class),
            thread: Vec::new(),
        }
    }

    fn item(&self, entry: &Entry, record: &Record, tags: Tags) -> Item {
        let page = &entry.page;
        gather::item(
            page.key(record),
            &page.source,
            page.class,
            page.fetched_at,
            record,
            tags,
            self.sources.get(&page.source),
        )
    }

    /// Does one thing to each, on all threads; the results have their order.
    fn spread<R: Sync, T: Send>(&self, all: &[R], one: impl Fn(&R) -> T + Sync) -> Vec<T> {
        let threads = self.threads.max(1);
        if threads == 1 || all.len() < SPREAD_MIN {
            return all.iter().map(one).collect();
        }
        let one = &one;
        let mut out = Vec::with_capacity(all.len());
        std::thread::scope(|scope| {
            let parts: Vec<_> = all
                .chunks(all.len().div_ceil(threads))
                .map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<T>>()))
                .collect();
            for part in parts {
                match part.join() {
                    Ok(part) => out.extend(part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_gives_so_many_looks_and_the_next_one_as_many_again() {
        let mut looks = Looks::default();
        let taken = [7, 7, 7, 8, 8, 8, 7].map(|minute| looks.take(minute, 2));
        assert_eq!(taken, [true, true, false, true, true, false, true]);
        assert!(!looks.take(7, 0));
    }
}
