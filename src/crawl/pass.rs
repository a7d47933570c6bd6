//! One question to one source, page by page, from where the last run stopped. Every outcome is
//! appended, with the new position in the same append.

use super::bill::Bill;
use super::fetch::{Batch, Fetcher, Manners};
use super::ledger::Bucket;
use super::summary::Outcome;
use super::{Error, Event, Job, Memory, Site, Summary, Verdict, adaptive, memory};
use crate::config::Budget;
use crate::record::{AuthorKey, Clock, Found, Page, Position, Reading, Record};
use crate::source::{Answer, Ask, Extract, Request};
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What every pass works with.
pub(super) struct Crew {
    pub fetcher: Fetcher,
    pub memory: Arc<dyn Memory>,
    pub clock: Arc<dyn Clock>,
    pub authors: AuthorKey,
    /// What the user wants to spend.
    pub budgets: Vec<Budget>,
    /// Time a source may take to parse a page.
    pub parse_max: Duration,
    /// Ends a parser that does not keep to it.
    pub parse_backstop: Duration,
}

impl Crew {
    /// The bill of a page; `None` where nothing is limited, and for a recorded answer.
    fn bill(&self, job: &Job, is_first: bool) -> Option<Bill> {
        let quota = job
            .site
            .quota()
            .filter(|_| !self.fetcher.transport.is_replay())?;
        let bucket = Bucket::of(quota, &self.budgets)?;
        Some(Bill::new(bucket, Bucket::charge(quota, is_first)))
    }

    /// Has an answer read. On a thread of its own: parsing is work, and a parser that breaks
    /// down takes only its page with it.
    pub(super) async fn extract(
        &self,
        site: Arc<dyn Site>,
        ask: Ask,
        answer: Answer,
    ) -> Result<(Answer, Extract), Error> {
        let url = super::shown(&answer.url);
        let unreadable = |why: String| Error::Unreadable { url, why };
        let (authors, budget) = (self.authors.clone(), self.parse_max);
        let parsing = tokio::task::spawn_blocking(move || {
            let extract = site.extract(&answer, &ask, &authors, budget);
            (answer, extract)
        });
        match tokio::time::timeout(self.parse_backstop, parsing).await {
            Err(_) => Err(unreadable("reading it takes too long".into())),
            Ok(Err(broken)) => Err(unreadable(format!("it breaks the reader ({broken})"))),
            Ok(Ok((_, Err(error)))) => Err(unreadable(error.to_string())),
            Ok(Ok((answer, Ok(extract)))) => Ok((answer, extract)),
        }
    }

    /// Appends a page and counts it.
    pub(super) async fn append(
        &self,
        mut page: Page,
        why: Option<Error>,
        tally: &Tally,
    ) -> Result<(), Error> {
        let why = why.map(|error| error.to_string());
        if let Some(reading) = &mut page.reading {
            reading.why = why.clone();
        }
        let outcome = match (&why, &page.coverage) {
            (None, _) if page.records.is_empty() => Outcome::Empty,
            (None, _) => Outcome::Answered,
            (Some(_), coverage) if coverage.refused > 0 => Outcome::Refused,
            (Some(_), _) => Outcome::Failed,
        };
        let (page, appended) = memory::ask(&self.memory, move |memory| {
            let appended = memory.append(std::slice::from_ref(&page))?;
            Ok((page, appended))
        })
        .await?;
        let new = appended.first().map_or(0, |appended| appended.new);
        {
            let mut summary = tally.summary.lock().unwrap_or_else(PoisonError::into_inner);
            summary.count(&page.source, outcome, &page.query, why.as_deref());
            if let Some(appended) = appended.first() {
                summary.count_records(&page.source, &page.records, appended);
            }
        }
        tally.batch.tell(Event::Page {
            source: page.source,
            query: page.query,
            outcome,
            records: page.records.len(),
            new,
            why,
        });
        Ok(())
    }
}

/// The batch a pass belongs to, and what it came to so far.
#[derive(Clone)]
pub(super) struct Tally {
    pub batch: Batch,
    pub summary: Arc<Mutex<Summary>>,
}

impl Tally {
    /// Counts the fields that a page did not give.
    pub(super) fn note_missing(&self, source: &str, extract: &Extract) {
        let mut summary = self.summary.lock().unwrap_or_else(PoisonError::into_inner);
        let line = summary.source(source);
        for missing in &extract.missing {
            *line.missing.entry(missing.field.clone()).or_default() += missing.items;
        }
    }
}

/// What is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// At least one more page.
    More,
    /// Nothing, until the next run.
    Nothing,
}

/// What a request came to, when it came to something.
enum Read {
    Unchanged(Answer),
    Page(Answer, Extract),
}

/// One question to one source on its way.
pub(super) struct Pass {
    job: Job,
    /// As the log has it.
    held: Position,
    /// Cursor of the next page; `None` is the first one.
    cursor: Option<String>,
    /// It goes on with a pass that an earlier run could not finish.
    resumes: bool,
    began: Timestamp,
    pages: u32,
    /// Records of this pass that no earlier one can have seen.
    fresh: u32,
    /// Time and id of the newest record of this pass.
    newest: (Option<Timestamp>, Option<String>),
    been: HashSet<String>,
}

impl Pass {
    /// A pass from the remembered position.
    pub(super) fn new(job: Job, held: Option<Position>, now: Timestamp) -> Pass {
        let held = held.unwrap_or_default();
        Pass {
            cursor: held.cursor.clone(),
            resumes: held.cursor.is_some(),
            held,
            job,
            began: now,
            pages: 0,
            fresh: 0,
            newest: (None, None),
            been: HashSet::new(),
        }
    }

    /// The request for the next page.
    pub(super) fn request(&self, now: Timestamp) -> Result<Request, Error> {
        let ask = self.ask_at(now);
        let held = (self.held != Position::default()).then_some(&self.held);
        let wrong = |why: super::SiteError| Error::Ask {
            site: self.job.site.name().to_owned(),
            why: why.to_string(),
        };
        let site = &self.job.site;
        let mut request = site
            .request(&ask, held, self.cursor.as_deref())
            .map_err(wrong)?;
        let has_validator = self.held.etag.is_some() || self.held.last_modified.is_some();
        // Validators belong to an address: where the position changes it, they say nothing.
        if self.cursor.is_none()
            && has_validator
            && request.method.eq_ignore_ascii_case("GET")
            && site
                .request(&ask, None, None)
                .is_ok_and(|plain| plain.url == request.url)
        {
            let mut add = |name: &str, value: &Option<String>| {
                if let Some(value) = value {
                    request.headers.push((name.to_owned(), value.clone()));
                }
            };
            add("if-none-match", &self.held.etag);
            add("if-modified-since", &self.held.last_modified);
        }
        Ok(request)
    }

    fn ask_at(&self, now: Timestamp) -> Ask {
        Ask {
            now,
            ..self.job.ask.clone()
        }
    }

    /// Asks for one page and appends what came of it. An error is fatal for the whole crawl.
    pub(super) async fn step(&mut self, crew: &Crew, tally: &Tally) -> Result<Left, Error> {
        let batch = tally.batch.for_one_page();
        let read = self.read(crew, &batch).await;
        let reading = Reading {
            exchanges: batch.take_exchanges(),
            ..Reading::default()
        };
        match read {
            Ok(Read::Unchanged(answer)) => {
                let (etag, last_modified) =
                    (self.held.etag.clone(), self.held.last_modified.clone());
                let position = self.finished(etag, last_modified, answer.fetched_at);
                let page = Page {
                    position: Some(position),
                    ..self.page(crew, Some(&answer), Outcome::Empty, reading)
                };
                crew.append(page, None, tally).await?;
                Ok(Left::Nothing)
            }
            Ok(Read::Page(answer, extract)) => {
                self.keep(crew, tally, answer, extract, reading).await
            }
            Err(error) => self.give_up(crew, tally, error, reading).await,
        }
    }

    /// Notes that the batch ended before this pass was done.
    pub(super) async fn unreached(&self, crew: &Crew, tally: &Tally) -> Result<(), Error> {
        let page = self.page(crew, None, Outcome::Failed, Reading::default());
        crew.append(page, Some(Error::Deadline), tally).await
    }

    async fn read(&self, crew: &Crew, batch: &Batch) -> Result<Read, Error> {
        let request = self.request(crew.clock.now())?;
        let site = self.job.site.clone();
        let bill = crew.bill(&self.job, self.cursor.is_none());
        let manners = Manners {
            robots: site.obeys_robots(),
            pause: site.pause(),
            bill: bill.as_ref(),
        };
        let empty = |status| site.means_empty(status);
        let answer = crew.fetcher.fetch(&request, manners, &empty, batch).await?;
        if answer.status == 304 {
            return Ok(Read::Unchanged(answer));
        }
        if !(200..300).contains(&answer.status) {
            return Ok(Read::Page(answer, Extract::default()));
        }
        let ask = self.ask_at(answer.fetched_at);
        let (answer, extract) = crew.extract(site, ask, answer).await?;
        if let Some(bill) = &bill {
            let ids = extract.records.iter().map(|record| number_of(&record.id));
            let items = extract.items as u64;
            bill.pay(&crew.memory, items, ids.collect()).await?;
        }
        let is_read = !extract.records.is_empty() || !extract.deleted.is_empty();
        if !is_read && extract.items > 0 {
            let fields: Vec<String> = extract
                .missing
                .iter()
                .map(|missing| format!("`{}` by `{}`", missing.field, missing.selector))
                .collect();
            return Err(Error::Unreadable {
                url: super::shown(&request.url),
                why: format!(
                    "it shows {} items and none could be read; not found: {}",
                    extract.items,
                    fields.join(", ")
                ),
            });
        }
        Ok(Read::Page(answer, extract))
    }

    /// Appends a page that was read.
    async fn keep(
        &mut self,
        crew: &Crew,
        tally: &Tally,
        answer: Answer,
        mut extract: Extract,
        mut reading: Reading,
    ) -> Result<Left, Error> {
        self.pages += 1;
        // A recorded answer is older than the run that reads it: the next real run is due.
        self.began = self.began.min(answer.fetched_at);
        let is_known = self.meets_known(&extract, answer.fetched_at);
        self.see_newest(&extract, answer.fetched_at);
        self.fresh += self.fresh_in(&extract, answer.fetched_at);
        let next = extract.next.take().filter(|_| !is_known);
        let next = next.filter(|next| self.goes_on(next, crew));
        let (etag, last_modified) = if self.cursor.is_none() {
            let header = |name| answer.header(name).map(str::to_owned);
            (header("etag"), header("last-modified"))
        } else {
            (self.held.etag.clone(), self.held.last_modified.clone())
        };
        let position = match &next {
            // Newest and last_run move when the pass is whole, so that a cut one leaves no gap.
            Some(next) => Position {
                cursor: Some(next.clone()),
                etag,
                last_modified,
                last_asked: Some(answer.fetched_at),
                left_out_at: None,
                ..self.held.clone()
            },
            None => self.finished(etag, last_modified, answer.fetched_at),
        };
        tally.note_missing(self.job.site.name(), &extract);
        let outcome = if extract.records.is_empty() {
            Outcome::Empty
        } else {
            Outcome::Answered
        };
        let is_first = self.cursor.is_none();
        reading.found = Some(Found::of(&extract.records, extract.items, is_first));
        let seen = self.job.site.has_total().then_some(extract.items as u64);
        let page = Page {
            instance: extract.instance,
            records: extract.records,
            deleted: extract.deleted,
            position: Some(position.clone()),
            coverage: outcome.coverage(seen),
            ..self.page(crew, Some(&answer), outcome, reading)
        };
        crew.append(page, None, tally).await?;
        self.held = position;
        match next {
            Some(next) => {
                self.been.insert(next.clone());
                self.cursor = Some(next);
                Ok(Left::More)
            }
            None if self.resumes => {
                self.start_over(crew.clock.now());
                Ok(Left::More)
            }
            None => Ok(Left::Nothing),
        }
    }

    /// Whether a next page is to be asked for: not more than the source wants, never one twice.
    fn goes_on(&self, next: &str, crew: &Crew) -> bool {
        if self.pages >= self.job.site.max_pages().max(1) || self.been.contains(next) {
            return false;
        }
        let request = self.job.site.request(
            &self.ask_at(crew.clock.now()),
            (self.held != Position::default()).then_some(&self.held),
            Some(next),
        );
        // A request that cannot be made is tried anyway: its error belongs into the log.
        request.map_or(true, |request| crew.fetcher.transport.can_answer(&request))
    }

    /// Whether a page has reached what earlier runs have seen. Only a page that goes from new to
    /// old can tell: in a list by relevance or heat, old and new stand anywhere.
    fn meets_known(&self, extract: &Extract, fetched_at: Timestamp) -> bool {
        let is_event = |record: &&Record| !record.kind.is_observation();
        let events: Vec<&Record> = extract.records.iter().filter(is_event).collect();
        let times: Vec<Timestamp> = events
            .iter()
            .filter(|record| record.time.is_some())
            .map(|record| record.event_time(fetched_at))
            .collect();
        if events.is_empty() || !times.is_sorted_by(|newer, older| newer >= older) {
            return false;
        }
        let newest_id = self.held.newest_id.as_deref();
        let has_newest = events
            .iter()
            .any(|record| Some(record.id.as_str()) == newest_id);
        let all_older = times.len() == events.len()
            && self
                .held
                .newest_time
                .is_some_and(|newest| times.iter().all(|time| *time <= newest));
        has_newest || all_older
    }

    fn see_newest(&mut self, extract: &Extract, fetched_at: Timestamp) {
        for record in &extract.records {
            if record.kind.is_observation() {
                continue;
            }
            let time = record.time.map(|_| record.event_time(fetched_at));
            // Without times the first record of the first page is taken for the newest.
            if self.newest.1.is_none() || time > self.newest.0 {
                self.newest = (time, Some(record.id.clone()));
            }
        }
    }

    /// How many records of a page are newer than the newest one of earlier passes. What is
    /// observed again and again is never new.
    fn fresh_in(&self, extract: &Extract, fetched_at: Timestamp) -> u32 {
        let events = extract
            .records
            .iter()
            .filter(|record| !record.kind.is_observation());
        let mut is_past = false;
        let fresh = events.filter(|record| {
            is_past |= Some(&record.id) == self.held.newest_id.as_ref();
            match (record.time, self.held.newest_time) {
                (Some(_), Some(newest)) => record.event_time(fetched_at) > newest,
                _ => !is_past,
            }
        });
        u32::try_from(fresh.count()).unwrap_or(u32::MAX)
    }

    /// The position after a whole pass that ended at `at`.
    fn finished(
        &self,
        etag: Option<String>,
        last_modified: Option<String>,
        at: Timestamp,
    ) -> Position {
        let (time, id) = &self.newest;
        let is_newer = id.is_some() && *time >= self.held.newest_time;
        Position {
            cursor: None,
            newest_id: if is_newer {
                id.clone()
            } else {
                self.held.newest_id.clone()
            },
            newest_time: self.held.newest_time.max(*time),
            etag,
            last_modified,
            last_asked: Some(at),
            left_out_at: None,
            new_per_day: if self.resumes {
                self.held.new_per_day
            } else {
                adaptive::smoothed(&self.held, self.fresh, self.began)
            },
            last_run: if self.resumes {
                self.held.last_run
            } else {
                Some(self.began)
            },
        }
    }

    fn start_over(&mut self, now: Timestamp) {
        self.cursor = None;
        self.resumes = false;
        self.began = now;
        self.pages = 0;
        self.newest = (None, None);
        self.been.clear();
    }

    /// Appends a page that was refused or failed.
    async fn give_up(
        &mut self,
        crew: &Crew,
        tally: &Tally,
        error: Error,
        reading: Reading,
    ) -> Result<Left, Error> {
        let verdict = error.verdict();
        if verdict == Verdict::Fatal {
            return Err(error);
        }
        // Stopped by hand: nothing was refused, the next run asks again.
        if matches!(error, Error::Interrupted) {
            return Ok(Left::Nothing);
        }
        let outcome = match verdict {
            Verdict::Refused => Outcome::Refused,
            _ => Outcome::Failed,
        };
        let is_final = match &error {
            // These pass by themselves, or when the user has mended something.
            Error::Ask { .. }
            | Error::NoRobots { .. }
            | Error::Closed { .. }
            | Error::NotBefore { .. }
            | Error::Budget { .. }
            | Error::Refused { status: 429, .. } => false,
            _ => matches!(verdict, Verdict::Permanent | Verdict::Refused),
        };
        // A final answer ends the pass: the next one comes when the schedule says so, starts at
        // the first page and takes no 304 for it.
        let position = is_final.then(|| Position {
            cursor: None,
            etag: None,
            last_modified: None,
            last_run: if self.resumes {
                self.held.last_run
            } else {
                Some(self.began)
            },
            ..self.held.clone()
        });
        // Turns are counted where a budget is shared, or who fails would stay the first for ever.
        let position = position.or_else(|| self.turn(crew, &error));
        let page = Page {
            position: position.clone(),
            ..self.page(crew, None, outcome, reading)
        };
        crew.append(page, Some(error), tally).await?;
        if let Some(position) = position {
            self.held = position;
            if self.resumes && verdict == Verdict::Permanent {
                // The old place is gone; what is at the top can still be had.
                self.start_over(crew.clock.now());
                return Ok(Left::More);
            }
        }
        Ok(Left::Nothing)
    }

    /// The position after a request to a shared budget that came to nothing.
    fn turn(&self, crew: &Crew, error: &Error) -> Option<Position> {
        crew.bill(&self.job, true)?;
        let now = Some(crew.clock.now());
        let held = self.held.clone();
        match error {
            Error::Budget { .. } => Some(Position {
                left_out_at: now,
                ..held
            }),
            // Nothing was asked.
            Error::Ask { .. }
            | Error::Address { .. }
            | Error::NoRobots { .. }
            | Error::Closed { .. }
            | Error::NotBefore { .. } => None,
            _ => Some(Position {
                last_asked: now,
                left_out_at: None,
                ..held
            }),
        }
    }

    /// The page of an outcome, without records and position.
    fn page(
        &self,
        crew: &Crew,
        answer: Option<&Answer>,
        outcome: Outcome,
        reading: Reading,
    ) -> Page {
        let is_replayed = answer.is_some() && crew.fetcher.transport.is_replay();
        // A 304 shows no item, which is a number too.
        let seen = answer.filter(|_| self.job.site.has_total()).map(|_| 0);
        Page {
            source: self.job.site.name().to_owned(),
            query: self.job.query.clone(),
            instance: None,
            class: self.job.site.class(),
            fetched_at: answer.map_or_else(|| crew.clock.now(), |answer| answer.fetched_at),
            imported_at: is_replayed.then(|| crew.clock.now()),
            records: Vec::new(),
            deleted: Vec::new(),
            position: None,
            coverage: outcome.coverage(seen),
            reading: Some(reading),
        }
    }
}

/// A record's id as a number, for the account of what was paid.
fn number_of(id: &str) -> u64 {
    let hash = blake3::hash(id.as_bytes());
    hash.as_bytes()[..8]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
