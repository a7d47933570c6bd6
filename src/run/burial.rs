//! Texts that must go: deleted by their author, forgotten on request, or expired. What they
//! counted for stays.

use super::{Error, Workspace};
use crate::gather;
use crate::record::{AuthorHash, Entry, Kind, Offset, Record, RecordKey, Residue, Subject};
use crate::store::{Generation, Held};
use jiff::{SignedDuration, Timestamp};

/// Records buried in one transaction.
const GRAVES_AT_ONCE: usize = 1_000;
/// Log entries read at a time.
const ENTRIES_AT_ONCE: usize = 256;
/// Where the store remembers up to which entry deletions were followed.
const BURIED: &str = "buried";
/// Kinds that people write, and may delete.
const WRITTEN: [Kind; 6] = [
    Kind::Post,
    Kind::Comment,
    Kind::Review,
    Kind::Chat,
    Kind::Return,
    Kind::Signup,
];

impl Workspace {
    /// Take the text of a record away; `false` when there is no such record, or it is gone.
    ///
    /// # Errors
    /// Those of the store.
    pub fn forget(&self, key: RecordKey) -> Result<bool, Error> {
        let held = self.store.record(key)?;
        Ok(self.bury(held.into_iter().collect(), "forgotten")? > 0)
    }

    /// Take the texts of an author away; returns how many there were.
    ///
    /// # Errors
    /// Those of the store.
    pub fn forget_author(&self, author: AuthorHash) -> Result<usize, Error> {
        let mut count = 0;
        loop {
            let held = self.store.by_author(author, GRAVES_AT_ONCE)?;
            let buried = self.bury(held, "forgotten")?;
            count += buried;
            if buried == 0 {
                return Ok(count);
            }
        }
    }

    /// Take texts away that are older than `privacy.keep_text_days`; returns how many.
    ///
    /// # Errors
    /// Those of the store.
    pub fn expire(&self) -> Result<usize, Error> {
        let days = i64::from(self.config.privacy.keep_text_days);
        let span = SignedDuration::from_hours(24 * days);
        let Ok(before) = self.clock.now().checked_sub(span) else {
            return Ok(0);
        };
        let mut count = 0;
        if days == 0 {
            return Ok(count);
        }
        let Some(live) = self.store.live()? else {
            return Ok(count);
        };
        loop {
            let mut held = self.store.older_than(before, GRAVES_AT_ONCE)?;
            // What came in meanwhile and is not counted yet has no residue to leave: next time.
            let keys: Vec<RecordKey> = held.iter().map(|it| it.key).collect();
            let mut counted = self.store.tags_of(live.id, &keys)?.into_iter();
            held.retain(|_| counted.next().flatten().is_some());
            let buried = self.bury(held, "expired")?;
            count += buried;
            if buried == 0 {
                return Ok(count);
            }
        }
    }

    /// Take the texts away that sources announced as deleted, in the entries that were counted.
    pub(super) fn bury_deleted(&self) -> Result<usize, Error> {
        let counted = self.store.live()?.map_or(0, |live| live.offset);
        let noted = self.store.note(BURIED)?;
        let mut after: Offset = noted.and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut count = 0;
        while after < counted {
            let mut entries = self.store.read(after, ENTRIES_AT_ONCE)?;
            // What is not counted yet has no residue to leave.
            entries.retain(|entry| entry.offset <= counted);
            let Some(last) = entries.last() else { break };
            after = last.offset;
            let mut graves = Vec::new();
            for Entry { mut page, .. } in entries {
                let records: Vec<Record> = std::mem::take(&mut page.deleted)
                    .iter()
                    .flat_map(|id| WRITTEN.map(|kind| Record::new(kind, id.as_str())))
                    .collect();
                // Whichever way it was read: what is gone from a site is gone from all its sources.
                for source in self.sources_beside(&page.source) {
                    page.source = source;
                    for record in &records {
                        graves.extend(self.store.record(page.key(record))?);
                    }
                }
            }
            count += self.bury(graves, "deleted")?;
            self.store.put_note(BURIED, &after.to_string())?;
        }
        Ok(count)
    }

    /// A source and those that read the same site.
    fn sources_beside(&self, name: &str) -> Vec<String> {
        let site = self.sources.get(name).map(|source| source.site.clone());
        let others = self.sources.iter();
        let others =
            others.filter(|other| other.name != name && Some(&other.site) == site.as_ref());
        let others = others.map(|other| other.name.clone());
        std::iter::once(name.to_owned()).chain(others).collect()
    }

    fn bury(&self, records: Vec<Held>, why: &str) -> Result<usize, Error> {
        let Some(live) = self.store.live()? else {
            return Ok(0);
        };
        let now = self.clock.now();
        let mut graves = Vec::with_capacity(records.len());
        for held in records {
            if held.record.residue.is_none() {
                graves.push((held.key, self.residue(&live, &held, why, now)?));
            }
        }
        if graves.is_empty() {
            return Ok(0);
        }
        Ok(self.store.bury(&graves)?)
    }

    fn residue(
        &self,
        live: &Generation,
        held: &Held,
        why: &str,
        now: Timestamp,
    ) -> Result<Residue, Error> {
        let tags = self.store.tags(live.id, held.key)?.unwrap_or_default();
        let facts = self.source_facts();
        let item = gather::item(
            held.key,
            &held.source,
            held.class,
            held.fetched_at,
            &held.record,
            tags,
            facts.get(&held.source),
        );
        let mut residue = gather::residue(why, now, item);
        // What it counted in wins over what its text says now: it may have been edited since.
        let counted = self.store.counted(live.id, held.key, residue.day)?;
        if let Some((series, evidence)) = counted.first() {
            residue.market = series.market.clone();
            residue.class = series.class;
            residue.polarity = evidence.polarity;
            residue.doubtful = evidence.doubtful;
            let subjects = counted.iter().map(|(series, _)| series.subject.clone());
            residue.subjects = std::iter::once(Subject::Total).chain(subjects).collect();
        }
        Ok(residue)
    }
}
