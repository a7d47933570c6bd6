//! Texts that must go: forgotten on request, deleted at their source, or older than the settings
//! allow. What a record counted for stays, so that counts and replays still agree.

use super::{Error, Workspace};
use crate::gather;
use crate::record::{AuthorHash, Kind, Offset, Record, RecordKey, Residue, Subject};
use crate::store::Held;
use jiff::SignedDuration;

/// Records buried in one transaction.
const AT_ONCE: usize = 1_000;
/// Log entries read at a time when looking for deletions.
const READ_ENTRIES: usize = 256;
/// Where the store remembers up to which entry deletions were honoured.
const DELETIONS: &str = "deletions.read";

impl Workspace {
    /// Bury records whose text a person asked to be forgotten; returns how many still had one.
    ///
    /// # Errors
    /// Those of projecting and of the store.
    pub fn forget_records(&self, keys: &[RecordKey]) -> Result<usize, Error> {
        // What is not counted yet could not be told from its residue.
        self.project(&mut |_| {})?;
        let mut held = Vec::new();
        for key in keys {
            held.extend(self.store.record(*key)?);
        }
        self.bury("forgotten", &held)
    }

    /// Bury all records of an author; returns how many still had a text.
    ///
    /// # Errors
    /// Those of projecting and of the store.
    pub fn forget_author(&self, author: AuthorHash) -> Result<usize, Error> {
        self.project(&mut |_| {})?;
        let mut buried = 0;
        loop {
            let held = self.store.by_author(author, AT_ONCE)?;
            let now = self.bury("forgotten", &held)?;
            buried += now;
            if now == 0 {
                return Ok(buried);
            }
        }
    }

    /// Bury what is older than `keep_text_days` and what its source says is deleted; returns how
    /// many texts went. For the end of a crawl or a day.
    ///
    /// # Errors
    /// Those of projecting and of the store; what was buried before stays so.
    pub fn bury_due(&self) -> Result<usize, Error> {
        self.project(&mut |_| {})?;
        Ok(self.bury_deleted()? + self.bury_expired()?)
    }

    fn bury_expired(&self) -> Result<usize, Error> {
        let days = self.config.privacy.keep_text_days;
        let age = SignedDuration::from_hours(24 * i64::from(days));
        let Ok(before) = self.clock.now().checked_sub(age) else {
            return Ok(0);
        };
        let mut buried = 0;
        while days > 0 {
            let held = self.store.older_than(before, AT_ONCE)?;
            let now = self.bury("expired", &held)?;
            buried += now;
            if now == 0 {
                break;
            }
        }
        Ok(buried)
    }

    fn bury_deleted(&self) -> Result<usize, Error> {
        let read = self.store.note(DELETIONS)?;
        let mut after: Offset = read.and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut buried = 0;
        loop {
            let entries = self.store.read(after, READ_ENTRIES)?;
            let Some(last) = entries.last() else {
                return Ok(buried);
            };
            after = last.offset;
            let mut held = Vec::new();
            for page in entries.iter().map(|entry| &entry.page) {
                // A source names only the id; whichever kind it has, it is gone.
                for id in &page.deleted {
                    for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_observation()) {
                        let key = Record::new(kind, id.as_str()).key(&page.source, page.fetched_at);
                        held.extend(self.store.record(key)?);
                    }
                }
            }
            buried += self.bury("deleted", &held)?;
            self.store.put_note(DELETIONS, &after.to_string())?;
        }
    }

    fn bury(&self, why: &str, held: &[Held]) -> Result<usize, Error> {
        let facts = self.source_facts();
        let mut graves = Vec::with_capacity(held.len());
        for held in held.iter().filter(|held| held.record.residue.is_none()) {
            let facts = facts.get(&held.source);
            graves.push((held.key, self.residue(why, held, facts)?));
        }
        Ok(self.store.bury(&graves)?)
    }

    /// What must remain of a record. Where the live projection counted it, that wins over what
    /// its text says now: it may have been edited since.
    fn residue(
        &self,
        why: &str,
        held: &Held,
        facts: Option<&gather::SourceFacts>,
    ) -> Result<Residue, Error> {
        let live = self.store.live()?.map(|live| live.id);
        let tags = match live {
            Some(live) => self.store.tags(live, held.key)?,
            None => None,
        };
        let mut residue = gather::residue(
            why,
            self.clock.now(),
            &held.source,
            held.class,
            held.fetched_at,
            &held.record,
            &tags.unwrap_or_default(),
            facts,
        );
        let Some(live) = live else {
            return Ok(residue);
        };
        let counted = self.store.counted(live, held.key, residue.day)?;
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
