use super::Plan;
use crate::record::{Coverage, Day, Page, Record};
use jiff::Timestamp;

/// The most records one page of an import holds.
const PAGE_RECORDS_MAX: usize = 2_000;

/// Cuts imported records into pages: a new page for each day, so that a replay closes the days
/// one after the other. What happened on a day that is not over yet is no history: it is taken as
/// fetched now.
pub struct Batcher<'a> {
    plan: &'a Plan,
    now: Timestamp,
    /// The first day that is not judged yet.
    unjudged: Day,
    open: Vec<Record>,
    day: Option<Day>,
    newest: Option<Timestamp>,
}

impl<'a> Batcher<'a> {
    /// A batcher for one file, imported at `now`, where a day is judged so long after its end.
    pub fn new(plan: &'a Plan, now: Timestamp, close_after: std::time::Duration) -> Batcher<'a> {
        Batcher {
            plan,
            now,
            unjudged: Day::of(now.checked_sub(close_after).unwrap_or(now)),
            open: Vec::new(),
            day: None,
            newest: None,
        }
    }

    /// Take a record; returns a page when one is full.
    pub fn push(&mut self, record: Record) -> Option<Page> {
        let time = record.event_time(self.now);
        let day = Day::of(time);
        let full = self.open.len() >= PAGE_RECORDS_MAX || self.day.is_some_and(|open| open != day);
        let page = if full { self.finish() } else { None };
        self.day = Some(day);
        self.newest = self.newest.max(Some(time));
        self.open.push(record);
        page
    }

    /// The page in hand, if it holds anything.
    pub fn finish(&mut self) -> Option<Page> {
        let records = std::mem::take(&mut self.open);
        let newest = records
            .iter()
            .map(|record| record.event_time(self.now))
            .max()?;
        let fetched_at = match Day::of(newest) >= self.unjudged {
            true => self.now,
            false => newest,
        };
        let seen = records.len() as u64;
        Some(self.page(
            fetched_at,
            records,
            Coverage {
                asked: 1,
                answered: 1,
                seen: Some(seen),
                ..Coverage::default()
            },
        ))
    }

    /// An empty page that says: the history is known up to `until` after its last record. It lets
    /// the last day of a history be judged without waiting for the next crawl.
    pub fn end(&self, until: std::time::Duration) -> Option<Page> {
        let newest = Day::of(self.newest?);
        if newest >= self.unjudged {
            return None;
        }
        let last = newest.plus(1).start();
        let at = last.checked_add(until).ok()?.min(self.now);
        Some(self.page(at, Vec::new(), Coverage::default()))
    }

    fn page(&self, fetched_at: Timestamp, records: Vec<Record>, coverage: Coverage) -> Page {
        Page {
            source: self.plan.source.clone(),
            query: String::new(),
            instance: None,
            class: self.plan.class(),
            fetched_at,
            imported_at: (fetched_at < self.now).then_some(self.now),
            reading: None,
            records,
            deleted: Vec::new(),
            position: None,
            coverage,
        }
    }
}
