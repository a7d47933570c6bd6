use super::{Connection, Decoder, Draft};
use crate::crawl::crew::{Crew, Tally};
use crate::crawl::fetch::Manners;
use crate::crawl::site::host_of;
use crate::crawl::{Error, Job, SiteError, Verdict, retry, shown};
use crate::record::{Coverage, Exchange, Found, Page, Position, Reading};
use crate::source::{Answer, Ask, Extract, Request, Stream};
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// A page without messages is appended after so long, so that the log tells that somebody
/// listened; a host that says no is asked again as often.
const SILENCE: Duration = Duration::from_secs(10 * 60);
/// A connection that held so long was not in trouble when it ended.
const STEADY: Duration = Duration::from_secs(60);
/// A gap is told up to a day back: before that, perhaps nobody wanted to know.
const GAP_MINUTES_MAX: u32 = 24 * 60;

/// How long to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crawl) enum Until {
    /// Until there is nothing left to catch up with: for a batch.
    CaughtUp,
    /// Until it is stopped: for a daemon.
    Stopped,
}

/// Why a connection is not read any longer.
enum Ended {
    /// Nothing is left to do.
    Done,
    /// The server closed it in good order.
    Closed,
    /// It could not be opened, or it broke.
    Lost(Error),
}

/// One question to a source that pushes, from where it was left.
pub(in crate::crawl) struct Listener {
    job: Job,
    until: Until,
    held: Position,
    /// Up to when the log tells what was listened to and what was not.
    told: Option<Timestamp>,
    /// Minutes before this connection that are lost.
    gap: u32,
    /// No page was appended since it was opened.
    is_fresh: bool,
    /// What it took to open the stream, until a page tells it.
    exchanges: Vec<Exchange>,
    /// Connections in a row that were in trouble.
    failures: u32,
}

impl Listener {
    /// A listener from the remembered position.
    pub fn new(job: Job, held: Option<Position>, until: Until) -> Listener {
        let held = held.unwrap_or_default();
        Listener {
            told: held.last_run,
            held,
            job,
            until,
            gap: 0,
            is_fresh: true,
            exchanges: Vec::new(),
            failures: 0,
        }
    }

    /// Listens. What the source or its host does wrong is appended and tried again; an error is
    /// fatal for the whole crawl.
    pub async fn listen(mut self, crew: &Crew, tally: &Tally) -> Result<(), Error> {
        loop {
            let began = Instant::now();
            let (ended, pause) = match self.open(crew, tally).await {
                Ok((request, connection)) => self.read(request, connection, crew, tally).await?,
                Err(error) => (Ended::Lost(error), Duration::ZERO),
            };
            if began.elapsed() >= STEADY {
                self.failures = 0;
            }
            self.failures = self.failures.saturating_add(1);
            let chance = retry::chance(crew.fetcher.seed, &self.job.query, self.failures.into());
            let mut wait = retry::pause(self.failures, chance).max(pause);
            match (ended, self.until) {
                (Ended::Done, _) | (Ended::Closed, Until::CaughtUp) => return Ok(()),
                (Ended::Closed, Until::Stopped) => {}
                (Ended::Lost(Error::Interrupted), _) => return Ok(()),
                (Ended::Lost(error), _) if error.verdict() == Verdict::Fatal => return Err(error),
                (Ended::Lost(error), until) => {
                    let verdict = error.verdict();
                    self.give_up(crew, tally, error).await?;
                    let is_last = self.failures > crew.fetcher.retries_max;
                    if until == Until::CaughtUp && (is_last || verdict != Verdict::Transient) {
                        return Ok(());
                    }
                    // An open circuit, or an answer that stays the same for a while.
                    if verdict != Verdict::Transient {
                        wait = SILENCE;
                    }
                }
            }
            if tally.batch.stop.or(crew.clock.sleep(wait)).await.is_err() {
                return Ok(());
            }
        }
    }

    /// Listens in a batch; in a replay, reads what was recorded.
    pub async fn batch(mut self, crew: &Crew, tally: &Tally) -> Result<(), Error> {
        match crew.fetcher.transport.is_replay() {
            true => self.replay(crew, tally).await,
            false => self.listen(crew, tally).await,
        }
    }

    /// Reads the pages that a recording holds of this stream.
    async fn replay(&mut self, crew: &Crew, tally: &Tally) -> Result<(), Error> {
        let mut any = false;
        loop {
            let request = match self.request(crew.clock.now()) {
                Ok(request) => request,
                Err(error) => return self.give_up(crew, tally, error).await,
            };
            let transport = &crew.fetcher.transport;
            let kept = match transport.recorded_page(&request, crew.clock.as_ref()) {
                Some(Ok(answer)) => self.keep(answer, crew, tally).await,
                Some(Err(error)) => Err(error),
                None if any => return Ok(()),
                None => Err(Error::NotRecorded {
                    url: shown(&request.url),
                }),
            };
            match kept {
                Ok(()) => {}
                Err(error) if error.verdict() == Verdict::Fatal => return Err(error),
                Err(error) => {
                    let is_over = matches!(error, Error::NotRecorded { .. });
                    self.give_up(crew, tally, error).await?;
                    if is_over {
                        return Ok(());
                    }
                }
            }
            any = true;
        }
    }

    fn ask_at(&self, now: Timestamp) -> Ask {
        Ask {
            now,
            ..self.job.ask.clone()
        }
    }

    fn request(&self, now: Timestamp) -> Result<Request, Error> {
        let held = (self.held != Position::default()).then_some(&self.held);
        let cursor = self.held.cursor.as_deref();
        let asked = self.job.site.request(&self.ask_at(now), held, cursor);
        asked.map_err(|why| self.wrong(why))
    }

    fn wrong(&self, why: SiteError) -> Error {
        Error::Ask {
            site: self.job.site.name().to_owned(),
            why: why.to_string(),
        }
    }

    /// Opens the stream where it was left.
    async fn open(&mut self, crew: &Crew, tally: &Tally) -> Result<(Request, Connection), Error> {
        let site = self.job.site.clone();
        let Some(stream) = site.stream() else {
            return Err(self.wrong("it is no stream".into()));
        };
        let request = self.request(crew.clock.now())?;
        let asked = Connection::ask(request.clone(), stream.protocol);
        let manners = Manners {
            robots: site.obeys_robots(),
            pause: site.pause(),
            bill: None,
        };
        let batch = tally.batch.for_one_page();
        let opened = crew.fetcher.open(&asked, manners, &batch).await;
        self.exchanges = batch.take_exchanges();
        let (head, live) = opened?;
        let opened = Connection::begin(&asked, &head, live, stream.protocol).await;
        let connection = opened.map_err(|why| Error::Unreadable {
            url: shown(&request.url),
            why,
        })?;
        self.is_fresh = true;
        let now = crew.clock.now();
        if !stream.resumes() {
            self.gap = minutes(self.told, now).min(GAP_MINUTES_MAX);
            self.told = Some(now);
        }
        Ok((request, connection))
    }

    /// Reads a connection to its end, a page at a time. Also says how long the server wants to
    /// be left alone afterwards.
    async fn read(
        &mut self,
        request: Request,
        mut connection: Connection,
        crew: &Crew,
        tally: &Tally,
    ) -> Result<(Ended, Duration), Error> {
        let site = self.job.site.clone();
        let Some(stream) = site.stream() else {
            return Ok((Ended::Done, Duration::ZERO));
        };
        let mut draft = Draft::default();
        let mut ended = self
            .hear(&request, &mut connection, stream, &mut draft, crew, tally)
            .await;
        // Whatever came before the end is kept, and the minutes that were listened are told.
        let is_lost = matches!(ended, Ended::Lost(_));
        let has_listened = minutes(self.told, crew.clock.now()) > 0 || (self.is_fresh && !is_lost);
        let is_ours = matches!(&ended, Ended::Lost(error) if error.verdict() == Verdict::Fatal);
        if !is_ours
            && (!draft.is_empty() || has_listened)
            && let Err(error) = self.write(&request, &mut draft, crew, tally).await
        {
            ended = Ended::Lost(error);
        }
        let pause = connection.pause();
        if !matches!(ended, Ended::Lost(_)) {
            connection.close().await;
        }
        Ok((ended, pause))
    }

    async fn hear(
        &mut self,
        request: &Request,
        connection: &mut Connection,
        stream: &Stream,
        draft: &mut Draft,
        crew: &Crew,
        tally: &Tally,
    ) -> Ended {
        let host = host_of(&request.url);
        let broke = |why: String| {
            let host = host.clone();
            Ended::Lost(Error::Network { host, why })
        };
        let say = match self.job.site.say(&self.ask_at(crew.clock.now())) {
            Ok(say) => say,
            Err(why) => return Ended::Lost(self.wrong(why)),
        };
        let (mut decoder, mut to_say) = Decoder::new(&stream.decode, say);
        let is_batch = self.until == Until::CaughtUp;
        let opened = Instant::now();
        // When something came, when a message came, when a page was written.
        let (mut heard, mut told, mut wrote) = (opened, opened, opened);
        let mut is_asked = false;
        loop {
            for line in to_say.drain(..) {
                if let Err(why) = connection.say(line).await {
                    return broke(why);
                }
            }
            let patience = if is_asked {
                stream.idle
            } else {
                stream.idle / 2
            };
            let over = match stream.resumes() {
                true => told + stream.page * 2,
                false => opened + stream.listen,
            };
            let wakes = [
                Some(heard + patience),
                Some(wrote + SILENCE),
                draft.due(stream.page),
                is_batch.then_some(over),
            ];
            let wake = wakes.into_iter().flatten().min().unwrap_or(opened);
            tokio::select! {
                biased;
                _ = tally.batch.stop.thrown() => return Ended::Done,
                got = connection.next() => {
                    let message = match got {
                        Ok(Some(message)) => message,
                        Ok(None) => return Ended::Closed,
                        Err(why) => return broke(why),
                    };
                    (heard, is_asked) = (Instant::now(), false);
                    match decoder.decode(message) {
                        Ok(decoded) => {
                            to_say = decoded.replies;
                            for line in &decoded.lines {
                                told = heard;
                                draft.push(line);
                            }
                        }
                        Err(objection) => {
                            // What lies between is lost, and told as a gap; asked for the same
                            // place, the server would object for ever.
                            if objection.is_lost_place {
                                self.held.cursor = None;
                            }
                            return broke(objection.why);
                        }
                    }
                }
                () = tokio::time::sleep_until(wake) => {}
            }
            let now = Instant::now();
            let is_full = draft.is_full();
            let is_due = draft.due(stream.page).is_some_and(|due| due <= now);
            if is_full || is_due || (draft.is_empty() && wrote + SILENCE <= now) {
                if let Err(error) = self.write(request, draft, crew, tally).await {
                    return Ended::Lost(error);
                }
                wrote = now;
                // A server that replays sends as fast as it can: a page that time closed, and
                // not its size, has caught up with the present.
                if is_batch && stream.resumes() && !is_full {
                    return Ended::Done;
                }
            }
            if is_batch && over <= now {
                return Ended::Done;
            }
            if heard + stream.idle <= now {
                return Ended::Lost(Error::TimedOut {
                    host,
                    limit: stream.idle,
                });
            }
            if !is_asked && heard + patience <= now {
                is_asked = true;
                if let Err(why) = connection.ping().await {
                    return broke(why);
                }
            }
        }
    }

    /// Appends what was collected as one page.
    async fn write(
        &mut self,
        request: &Request,
        draft: &mut Draft,
        crew: &Crew,
        tally: &Tally,
    ) -> Result<(), Error> {
        let answer = Answer {
            url: request.url.clone(),
            status: 200,
            headers: vec![("content-type".to_owned(), "application/x-ndjson".to_owned())],
            body: draft.take(),
            fetched_at: crew.clock.now(),
        };
        if !answer.body.is_empty() {
            // Recorded without a cursor: whoever replays it has another one, or none.
            let plain = self
                .job
                .site
                .request(&self.ask_at(answer.fetched_at), None, None);
            let plain = plain.map_err(|why| self.wrong(why))?;
            crew.fetcher.transport.record_page(&plain, &answer)?;
        }
        self.keep(answer, crew, tally).await
    }

    /// Reads a page and appends it.
    async fn keep(&mut self, answer: Answer, crew: &Crew, tally: &Tally) -> Result<(), Error> {
        let at = answer.fetched_at;
        let extract = match answer.body.is_empty() {
            true => Extract::default(),
            false => {
                let (site, ask) = (self.job.site.clone(), self.ask_at(at));
                crew.extract(site, ask, answer).await?.1?
            }
        };
        let nothing = extract.records.is_empty() && extract.deleted.is_empty();
        let id = extract.missing.iter().find(|missing| missing.field == "id");
        if let (true, Some(id)) = (nothing, id) {
            return Err(Error::Unreadable {
                url: self.job.site.name().to_owned(),
                why: format!("{} messages, none has an id by `{}`", id.items, id.selector),
            });
        }
        tally.note_missing(self.job.site.name(), &extract);
        let listened = minutes(self.told, at).clamp(u32::from(self.is_fresh), GAP_MINUTES_MAX);
        let is_empty = extract.records.is_empty();
        let coverage = Coverage {
            asked: self.gap + listened,
            answered: if is_empty { 0 } else { listened },
            empty: if is_empty { listened } else { 0 },
            refused: 0,
            failed: self.gap,
            seen: self
                .job
                .site
                .has_total()
                .then_some(extract.records.len() as u64),
        };
        let position = self.moved(&extract, at);
        let found = Found::of(&extract.records, extract.items, false);
        let page = Page {
            source: self.job.site.name().to_owned(),
            query: self.job.query.clone(),
            class: self.job.site.class(),
            fetched_at: at,
            imported_at: crew.fetcher.transport.is_replay().then(|| crew.clock.now()),
            instance: extract.instance,
            records: extract.records,
            deleted: extract.deleted,
            position: Some(position.clone()),
            coverage,
            reading: Some(Reading {
                exchanges: std::mem::take(&mut self.exchanges),
                found: Some(found),
                why: None,
            }),
        };
        crew.append(page, None, tally).await?;
        self.held = position;
        self.told = Some(at);
        (self.gap, self.is_fresh) = (0, false);
        Ok(())
    }

    /// The position after a page.
    fn moved(&self, extract: &Extract, at: Timestamp) -> Position {
        let mut position = Position {
            last_run: Some(at),
            ..self.held.clone()
        };
        if extract.next.is_some() {
            position.cursor.clone_from(&extract.next);
        }
        for record in &extract.records {
            let time = record.time.map(|_| record.event_time(at));
            if time.is_some() && time >= position.newest_time {
                position.newest_time = time;
                position.newest_id = Some(record.id.clone());
            }
        }
        position
    }

    /// Appends that the stream could not be listened to.
    async fn give_up(&mut self, crew: &Crew, tally: &Tally, error: Error) -> Result<(), Error> {
        let now = crew.clock.now();
        let is_first = self.failures <= 1;
        // In a batch the gap is told by the next connection that works.
        let (missed, position) = match self.until {
            Until::CaughtUp => (1, None),
            Until::Stopped => {
                let missed = self.gap + minutes(self.told, now).min(GAP_MINUTES_MAX);
                (self.told, self.gap) = (Some(now), 0);
                self.held.last_run = Some(now);
                (missed.max(u32::from(is_first)), Some(self.held.clone()))
            }
        };
        if missed == 0 {
            return Ok(());
        }
        let is_refused = error.verdict() == Verdict::Refused;
        let page = Page {
            source: self.job.site.name().to_owned(),
            query: self.job.query.clone(),
            class: self.job.site.class(),
            fetched_at: now,
            imported_at: None,
            instance: None,
            records: Vec::new(),
            deleted: Vec::new(),
            position,
            coverage: Coverage {
                asked: missed,
                refused: if is_refused { missed } else { 0 },
                failed: if is_refused { 0 } else { missed },
                ..Coverage::default()
            },
            reading: Some(Reading {
                exchanges: std::mem::take(&mut self.exchanges),
                ..Reading::default()
            }),
        };
        crew.append(page, Some(error), tally).await
    }
}

/// Minutes that ended after `from`, up to `to`. Adjoining spans add up exactly.
fn minutes(from: Option<Timestamp>, to: Timestamp) -> u32 {
    let minute = |time: Timestamp| time.as_second().div_euclid(60);
    let span = from.map_or(0, |from| minute(to) - minute(from));
    u32::try_from(span.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_of_adjoining_spans_add_up() {
        let at = |text: &str| text.parse::<Timestamp>().expect("timestamp");
        let (a, b, c) = (
            at("2026-03-01T10:00:50Z"),
            at("2026-03-01T10:01:10Z"),
            at("2026-03-01T10:59:59Z"),
        );
        assert_eq!((minutes(Some(a), b), minutes(Some(b), c)), (1, 58));
        assert_eq!(minutes(Some(a), c), 59);
        assert_eq!((minutes(Some(c), a), minutes(None, a)), (0, 0));
    }
}
