use super::close::DayClose;
use super::tagging::Looks;
use crate::config::TrendConfig;
use crate::gather::{self, Lookup, LookupError, SourceFacts};
use crate::record::{
    Calendar, Cell, Day, Entry, Fingerprint, Offset, Record, RecordKey, SeriesKey, Tags,
};
use crate::store::{self, Committed, Generation, GenerationId, Step, Store, Versions};
use crate::tag;
use crate::trend;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Records after which a step is committed: few enough to hold, enough to be quick.
const STEP_RECORDS: usize = 5_000;
/// Entries read at a time.
pub(super) const READ_ENTRIES: usize = 256;
/// How often a step is begun anew because another process was faster, before giving up.
const TRIES_MAX: u32 = 50;

/// Why a projection could not be brought up to date. What was committed before stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Something could not be looked up while counting.
    #[error("records could not be counted: {0}")]
    Lookup(LookupError),
    /// Another process keeps committing.
    #[error(
        "another process keeps reading the same log\nhint: wait until it is done and try again"
    )]
    Busy,
    /// The generation being built was dropped by another process.
    #[error("another process began to rebuild the projections\nhint: let it finish")]
    Superseded,
}

/// What tags records, and under which name its work is kept.
pub trait Tagger: Sync {
    /// Tags of a record: a pure function.
    fn tag(&self, record: &Record, hints: &tag::Hints) -> Tags;
    /// Hash of its models.
    fn model(&self) -> String;
    /// Hash of its catalogue.
    fn catalogue(&self) -> String;
    /// How many posts fetched within one minute may get a second, slow look; `None` where there
    /// is no such look.
    fn second_looks(&self) -> Option<u32> {
        None
    }
    /// Whether a record with these tags should get one: a pure function, too.
    fn wants_second_look(&self, _record: &Record, _tags: &Tags) -> bool {
        false
    }
    /// The second look at a record with these tags: a pure function, too.
    fn look_again(&self, _record: &Record, _hints: &tag::Hints, _tags: &mut Tags) {}
}

/// How far a projection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Records read so far.
    pub records: u64,
    /// Log entries read so far.
    pub entries: u64,
    /// Log entries there are to read.
    pub of: u64,
    /// The last day closed.
    pub closed: Option<Day>,
}

/// What a projection came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Projected {
    /// Log entries read.
    pub entries: u64,
    /// Records read.
    pub records: u64,
    /// Days closed.
    pub days: u32,
    /// Alerts raised.
    pub alerts: u32,
    /// History came in from before the last closed day, so all was built anew.
    pub rebuilt: bool,
    /// Models, catalogue or rules have changed since the live generation was begun: `retag`
    /// would apply them to history.
    pub outdated: bool,
}

/// Reads the log into projections: tags, counts, alerts.
pub struct Projector<'a> {
    /// The store.
    pub store: &'a dyn Store,
    /// The tagger.
    pub tagger: &'a dyn Tagger,
    /// What is known of sources, by name.
    pub sources: &'a BTreeMap<String, SourceFacts>,
    /// Settings of the detector.
    pub trend: &'a TrendConfig,
    /// Demand occasions.
    pub calendar: &'a Calendar,
    /// Threads that tag; the outcome is the same on any number.
    pub threads: usize,
}

impl Projector<'_> {
    /// The versions that this projector would give a new generation.
    pub fn versions(&self) -> Versions {
        let settings = format!(
            "{:?} {} {} {} {}",
            self.trend.close_after,
            self.trend.false_alarms_per_1000,
            self.trend.authors_min,
            self.trend.quiet_days,
            self.trend.phrase_alerts_per_day
        );
        let hash = blake3::hash(settings.as_bytes()).to_hex();
        Versions {
            model: self.tagger.model(),
            catalogue: self.tagger.catalogue(),
            rules: format!("{} {} {}", gather::RULES, trend::RULES, &hash[..8]),
        }
    }

    /// Bring the live generation up to the head of the log, beginning it if there is none.
    ///
    /// Safe to run in several processes at once: a step that lost the race is read again. When
    /// imported history lies before the last closed day, days that were judged without it must
    /// be judged again: then everything is rebuilt beside the live generation and swapped.
    pub fn project(&self, progress: &mut dyn FnMut(Progress)) -> Result<Projected, ProjectError> {
        let versions = self.versions();
        for _ in 0..TRIES_MAX {
            let live = match self.store.live()? {
                Some(live) => live,
                None => self.store.begin(&versions)?,
            };
            let mut pass = Pass::new(self, &live);
            pass.done.outdated = live.versions != versions;
            match pass.catch_up(progress)? {
                Ending::Head => return Ok(pass.done),
                Ending::Stale => {}
                Ending::Backfill => {
                    let mut done = self.rebuild(progress)?;
                    done.rebuilt = true;
                    return Ok(done);
                }
            }
        }
        Err(ProjectError::Busy)
    }

    /// Build a new generation from the whole log, in the order things were fetched, and swap it
    /// for the live one. Readers see the old one until then.
    pub fn rebuild(&self, progress: &mut dyn FnMut(Progress)) -> Result<Projected, ProjectError> {
        let built = self.build(self.store.head()?, progress)?;
        let mut done = built.done;
        for _ in 0..TRIES_MAX {
            let stands = self.generation(built.id)?;
            let mut pass = Pass::new(self, &stands);
            match pass.catch_up(progress)? {
                Ending::Head => {
                    self.store.swap(built.id)?;
                    done.entries += pass.done.entries;
                    done.records += pass.done.records;
                    done.days += pass.done.days;
                    done.alerts += pass.done.alerts;
                    return Ok(done);
                }
                Ending::Stale => {}
                // History was imported while we built; it will be met again by the next run.
                Ending::Backfill => return Err(ProjectError::Busy),
            }
        }
        Err(ProjectError::Busy)
    }

    /// Build a generation beside the live one from the log up to `head`, and leave it there: what
    /// the projections would have been when the log ended there.
    pub fn build(
        &self,
        head: Offset,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Built, ProjectError> {
        for left in self.store.generations()? {
            // Left behind by a run that was stopped.
            if !left.live {
                self.store.discard(left.id)?;
            }
        }
        let generation = self.store.begin(&self.versions())?;
        let mut pass = Pass::replaying(self, &generation, head);
        let mut after: Option<(Timestamp, Offset)> = None;
        loop {
            let entries = self.store.replay(after, head, READ_ENTRIES)?;
            let Some(last) = entries.last() else { break };
            after = Some((last.page.fetched_at, last.offset));
            if !pass.take(entries, progress)? {
                return Err(ProjectError::Superseded);
            }
        }
        pass.to = head;
        if !pass.flush()? {
            return Err(ProjectError::Superseded);
        }
        Ok(Built {
            id: generation.id,
            done: pass.done,
        })
    }

    pub(super) fn generation(&self, id: GenerationId) -> Result<Generation, ProjectError> {
        self.store
            .generations()?
            .into_iter()
            .find(|generation| generation.id == id)
            .ok_or(ProjectError::Superseded)
    }
}

/// A generation that was built and is not live yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// Its number.
    pub id: GenerationId,
    /// What it took.
    pub done: Projected,
}

enum Ending {
    Head,
    Stale,
    Backfill,
}

/// One way through the log, from where a generation stands.
pub(super) struct Pass<'a> {
    by: &'a Projector<'a>,
    id: GenerationId,
    /// Where the generation stands.
    at: Offset,
    /// Where it will stand after the next step.
    to: Offset,
    /// Log entries read, by their highest number: what alerts say was known.
    read: Offset,
    closed: Option<Day>,
    waiting: Vec<Entry>,
    waiting_records: usize,
    /// The log is read by time of fetching, so `to` moves only at the end.
    replaying: bool,
    of: Offset,
    done: Projected,
    looks: Looks,
}

impl<'a> Pass<'a> {
    fn new(by: &'a Projector<'a>, generation: &Generation) -> Pass<'a> {
        Pass {
            by,
            id: generation.id,
            at: generation.offset,
            to: generation.offset,
            read: generation.offset,
            closed: generation.closed,
            waiting: Vec::new(),
            waiting_records: 0,
            replaying: false,
            of: 0,
            done: Projected::default(),
            looks: Looks::default(),
        }
    }

    /// A pass over the log up to `head`, in the order things were fetched.
    pub(super) fn replaying(
        by: &'a Projector<'a>,
        generation: &Generation,
        head: Offset,
    ) -> Pass<'a> {
        Pass {
            replaying: true,
            of: head,
            ..Pass::new(by, generation)
        }
    }

    /// Read on to the head of the log.
    fn catch_up(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<Ending, ProjectError> {
        self.of = self.by.store.head()?;
        let mut after = self.at;
        loop {
            let mut entries = self.by.store.read(after, READ_ENTRIES)?;
            let Some(last) = entries.last() else {
                return Ok(if self.flush()? {
                    Ending::Head
                } else {
                    Ending::Stale
                });
            };
            after = last.offset;
            let backfill = entries.iter().any(|entry| {
                entry.page.imported_at.is_some() && self.due(entry.page.fetched_at) < self.closed
            });
            if backfill {
                return Ok(Ending::Backfill);
            }
            // Pages fetched side by side may be appended out of order; a rebuild reads them by
            // time, and so does this.
            entries.sort_by_key(|entry| (entry.page.fetched_at, entry.offset));
            if !self.take(entries, progress)? {
                return Ok(Ending::Stale);
            }
        }
    }

    /// Take entries in their order; `false` when another process was faster.
    pub(super) fn take(
        &mut self,
        entries: Vec<Entry>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<bool, ProjectError> {
        // A cut after an entry is clean when nothing numbered lower follows it.
        let mut lowest = vec![Offset::MAX; entries.len() + 1];
        for (place, entry) in entries.iter().enumerate().rev() {
            lowest[place] = lowest[place + 1].min(entry.offset);
        }
        let mut highest = self.to;
        for (place, entry) in entries.into_iter().enumerate() {
            let clean = self.replaying || highest < lowest[place];
            let due = self.due(entry.page.fetched_at);
            if clean && due > self.closed {
                if !self.close_through(due, entry.page.fetched_at)? {
                    return Ok(false);
                }
            } else if clean && self.waiting_records >= STEP_RECORDS && !self.flush()? {
                return Ok(false);
            }
            highest = highest.max(entry.offset);
            self.read = self.read.max(entry.offset);
            if !self.replaying {
                self.to = highest;
            }
            self.done.entries += 1;
            self.done.records += entry.page.records.len() as u64;
            self.waiting_records += entry.page.records.len();
            self.waiting.push(entry);
            progress(Progress {
                records: self.done.records,
                entries: self.done.entries,
                of: self.of,
                closed: self.closed,
            });
        }
        Ok(true)
    }

    /// The last day that is over, and was given time for late pages, at an instant.
    fn due(&self, now: Timestamp) -> Option<Day> {
        let late = SignedDuration::try_from(self.by.trend.close_after).unwrap_or_default();
        let then = now.checked_sub(late).unwrap_or(now);
        Some(Day::of(then).plus(-1))
    }

    /// Commit what waits; `false` when another process was faster.
    fn flush(&mut self) -> Result<bool, ProjectError> {
        if self.waiting.is_empty() && self.to == self.at {
            return Ok(true);
        }
        let entries = std::mem::take(&mut self.waiting);
        self.waiting_records = 0;
        if let (Some(first), false) = (entries.first(), self.replaying) {
            self.looks.catch_up(self.by, self.at, first)?;
        }
        let items = self.by.items(&entries, &mut self.looks);
        let lookup = Past {
            store: self.by.store,
            generation: self.id,
        };
        let batch = gather::gather(items, &lookup).map_err(ProjectError::Lookup)?;
        let step = Step {
            from: self.at,
            to: self.to,
            closed: self.closed,
            tags: batch.tags,
            cells: batch.cells,
            evidence: batch.evidence,
            fingerprints: batch.fingerprints,
            ranks: batch.ranks,
            ..Step::default()
        };
        self.commit(&step)
    }

    fn commit(&mut self, step: &Step) -> Result<bool, ProjectError> {
        match self.by.store.commit(self.id, step)? {
            Committed::Done => {
                self.at = step.to;
                self.closed = step.closed.or(self.closed);
                Ok(true)
            }
            Committed::Stale => Ok(false),
        }
    }

    /// Close every day up to and including `due`, which the page fetched at `now` showed to be
    /// over; `false` when another process was faster.
    pub(super) fn close_through(
        &mut self,
        due: Option<Day>,
        now: Timestamp,
    ) -> Result<bool, ProjectError> {
        let Some(due) = due else { return Ok(true) };
        let Some(closed) = self.closed else {
            // Before the first page there was no day to close.
            self.closed = Some(due);
            return Ok(true);
        };
        if !self.flush()? {
            return Ok(false);
        }
        let mut day = closed;
        while day < due {
            day = day.plus(1);
            let mut close = DayClose {
                by: self.by,
                generation: self.id,
                day,
                raised_at: now,
                offset: self.read,
            };
            let mut alerts = 0;
            let from = self.at;
            let finished = close.run(&mut |mut step: Step, last: bool| {
                step.from = from;
                step.to = from;
                step.closed = Some(if last { day } else { day.plus(-1) });
                alerts += step.alerts.len() as u32;
                self.commit(&step)
            })?;
            if !finished {
                return Ok(false);
            }
            self.done.days += 1;
            self.done.alerts += alerts;
        }
        Ok(true)
    }
}

/// What gathering looks up, answered by the store.
struct Past<'a> {
    store: &'a dyn Store,
    generation: GenerationId,
}

impl Lookup for Past<'_> {
    fn tags(&self, records: &[RecordKey]) -> Result<Vec<Option<Tags>>, LookupError> {
        Ok(self.store.tags_of(self.generation, records)?)
    }

    fn holders(&self, prints: &[u64], since: Day) -> Result<Vec<Fingerprint>, LookupError> {
        Ok(self.store.fingerprints(self.generation, prints, since)?)
    }

    fn cells(&self, wanted: &[(SeriesKey, Day)]) -> Result<Vec<Option<Cell>>, LookupError> {
        Ok(self.store.cells_at(self.generation, wanted)?)
    }
}
