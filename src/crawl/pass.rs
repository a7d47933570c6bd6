//! One question to one source, page by page, from where the last run stopped. Every outcome is
//! appended, with the new position in the same append.

use super::crew::{Crew, Tally};
use super::drift::Quality;
use super::fetch::{Batch, Manners};
use super::health::{self, Finding, Oddity};
use super::past::{Past, visit_of};
use super::summary::Outcome;
use super::{Error, Job, Seen, Verdict, adaptive, quota};
use crate::record::{Found, Page, Position, Reading, Record};
use crate::source::{Answer, Ask, Extract, Request};
use jiff::Timestamp;
use std::collections::HashSet;
use std::path::PathBuf;

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
    Page(Request, Answer, Extract),
    /// A page that cannot be read.
    Broken(Request, Answer, Error),
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
    past: Past,
}

impl Pass {
    /// A pass from the remembered position.
    pub(super) fn new(job: Job, held: Option<Position>, now: Timestamp) -> Pass {
        let held = held.unwrap_or_default();
        Pass {
            past: Past::of(job.site.name(), &job.query),
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
                self.append(crew, page, None, tally).await?;
                self.tell_silence(crew, tally);
                Ok(Left::Nothing)
            }
            Ok(Read::Page(request, answer, extract)) => {
                self.keep(crew, tally, (request, answer), extract, reading)
                    .await
            }
            Ok(Read::Broken(request, answer, error)) => {
                self.copy(crew, request, answer, Quality::Odd).await;
                self.give_up(crew, tally, error, reading).await
            }
            Err(error) => self.give_up(crew, tally, error, reading).await,
        }
    }

    /// Asks for one page and appends nothing.
    pub(super) async fn look(&self, crew: &Crew, batch: &Batch) -> Result<Seen, Error> {
        match self.read(crew, batch).await? {
            Read::Page(_, answer, extract) => Ok(Seen {
                found: Found::of(&extract.records, extract.items, true),
                missing: extract.missing,
                clock: answer.header("date").and_then(quota::date),
            }),
            Read::Broken(_, _, error) => Err(error),
            // Nothing was held, so nothing can be unchanged.
            Read::Unchanged(_) => Err(Error::Odd {
                what: "it answered 304 to a question without conditions".into(),
            }),
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
        let bill = crew.bill(&*self.job.site, self.cursor.is_none());
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
        let ask = self.ask_at(answer.fetched_at);
        if !(200..300).contains(&answer.status) {
            // All it can say is that what was asked for is gone; mostly it is no page at all.
            let read = crew.extract(site, ask, answer.clone()).await;
            let said = read.and_then(|(_, extract)| extract).unwrap_or_default();
            let extract = Extract {
                instance: said.instance,
                deleted: said.deleted,
                ..Extract::default()
            };
            return Ok(Read::Page(request, answer, extract));
        }
        let (answer, extract) = crew.extract(site, ask, answer).await?;
        let extract = match extract {
            Ok(extract) => extract,
            Err(error) => return Ok(Read::Broken(request, answer, error)),
        };
        if let Some(bill) = &bill {
            bill.pay_for(&extract, &crew.memory).await?;
        }
        let is_read = !extract.records.is_empty() || !extract.deleted.is_empty();
        if !is_read && extract.items > 0 {
            let fields: Vec<String> = extract
                .missing
                .iter()
                .map(|missing| format!("`{}` by `{}`", missing.field, missing.selector))
                .collect();
            let error = Error::Unreadable {
                url: super::shown(&request.url),
                why: format!(
                    "it shows {} items and none could be read; not found: {}",
                    extract.items,
                    fields.join(", ")
                ),
            };
            return Ok(Read::Broken(request, answer, error));
        }
        Ok(Read::Page(request, answer, extract))
    }

    /// Appends a page that was read.
    async fn keep(
        &mut self,
        crew: &Crew,
        tally: &Tally,
        (request, answer): (Request, Answer),
        mut extract: Extract,
        mut reading: Reading,
    ) -> Result<Left, Error> {
        // A status that means "nothing there" is no page, and deletions alone are no measure.
        let is_page = (200..300).contains(&answer.status)
            && (extract.deleted.is_empty() || !extract.records.is_empty());
        let found = is_page.then(|| {
            let items = extract.items - extract.deleted.len().min(extract.items);
            Found::of(&extract.records, items, self.cursor.is_none())
        });
        reading.found = found;
        let findings = match &reading.found {
            Some(found) => {
                let past = self.past.load(&crew.memory).await?;
                health::judge(&self.job.query, found, answer.fetched_at, past)
            }
            None => Vec::new(),
        };
        let is_broken = findings.iter().any(Finding::is_broken);
        // What is known already must not come in again under other ids.
        if findings.iter().any(|it| it.oddity == Oddity::IdsChanged) {
            extract = Extract {
                items: extract.items,
                ..Extract::default()
            };
        }
        self.pages += 1;
        // A recorded answer is older than the run that reads it: the next real run is due.
        self.began = self.began.min(answer.fetched_at);
        let is_known = self.meets_known(&extract, answer.fetched_at);
        self.see_newest(&extract, answer.fetched_at);
        self.fresh += adaptive::fresh(&self.held, &extract.records, answer.fetched_at);
        let next = extract.next.take().filter(|_| !is_known);
        let next = next.filter(|next| self.goes_on(next, crew));
        let (etag, last_modified) = if is_broken {
            // A 304 for a broken page would pass for an answer.
            (None, None)
        } else if self.cursor.is_none() {
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
        let outcome = match extract.records.is_empty() {
            _ if is_broken => Outcome::Failed,
            true => Outcome::Empty,
            false => Outcome::Answered,
        };
        let has_total = self.job.site.has_total() && !is_broken;
        let seen = has_total.then_some(extract.items as u64);
        let page = Page {
            instance: extract.instance,
            records: extract.records,
            deleted: extract.deleted,
            position: Some(position.clone()),
            coverage: outcome.coverage(seen),
            ..self.page(crew, Some(&answer), outcome, reading)
        };
        let quality = match is_broken {
            true => Some(Quality::Odd),
            // Only a first page with something on it is a measure for others.
            false => (self.cursor.is_none() && !page.records.is_empty()).then_some(Quality::Good),
        };
        let copied = match quality {
            Some(quality) => self.copy(crew, request, answer, quality).await,
            None => None,
        };
        let odd: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.is_broken())
            .map(|finding| finding.what.as_str())
            .collect();
        let why = is_broken.then(|| Error::Odd {
            what: odd.join("; "),
        });
        self.append(crew, page, why, tally).await?;
        tally.tell(&self.job, findings, copied);
        self.held = position;
        if next.is_none() {
            self.tell_silence(crew, tally);
        }
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
        let position = position.or_else(|| {
            let bill = crew.bill(&*self.job.site, true)?;
            bill.turn(&self.held, &error, crew.clock.now())
        });
        let page = Page {
            position: position.clone(),
            ..self.page(crew, None, outcome, reading)
        };
        self.append(crew, page, Some(error), tally).await?;
        let past = self.past.load(&crew.memory).await?;
        let finding = health::unanswered(&self.job.query, crew.clock.now(), past);
        tally.tell(&self.job, finding, None);
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

    /// Appends a page and remembers how it was read.
    async fn append(
        &mut self,
        crew: &Crew,
        page: Page,
        why: Option<Error>,
        tally: &Tally,
    ) -> Result<(), Error> {
        let mut visit = visit_of(&page);
        visit.reading.why = why.as_ref().map(ToString::to_string);
        crew.append(page, why, tally).await?;
        self.past.add(&crew.memory, visit).await
    }

    /// Keeps a copy of a page; returns where, if it is a new one of an odd page.
    async fn copy(
        &self,
        crew: &Crew,
        request: Request,
        answer: Answer,
        quality: Quality,
    ) -> Option<PathBuf> {
        if crew.fetcher.transport.is_replay() {
            return None;
        }
        let drift = crew.drift.clone()?;
        let (site, ask) = (self.job.site.clone(), self.ask_at(answer.fetched_at));
        let budget = crew.parse_max;
        let copying = tokio::task::spawn_blocking(move || {
            drift.keep(&*site, &ask, &request, &answer, quality, budget)
        });
        // A copy that cannot be written is no reason to lose the page.
        copying.await.ok()?.ok()?
    }

    /// Tells when the source has been silent for longer than its file expects.
    fn tell_silence(&self, crew: &Crew, tally: &Tally) {
        if !crew.fetcher.transport.is_replay() {
            let newest = self.newest.0.max(self.held.newest_time);
            let expected = self.job.site.expected_silence();
            let finding = self.past.silent(newest, crew.clock.now(), expected);
            tally.tell(&self.job, finding, None);
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
