//! One request with everything that manners ask for: robots.txt, a turn at the host, redirects
//! followed by hand, block pages recognised, transient failures asked again.

use super::bill::Bill;
use super::client::{Live, Oversize};
use super::guard::Guard;

use super::memory;
use super::pace::{Pace, Said};
use super::redirect::redirected;
use super::robots::{self, Rules};
use super::site::host_of;
use super::{Error, Event, Memory, Stop, Transport, Verdict, quota, retry, shown};
use crate::record::{Clock, Exchange};
use crate::source::{self, Answer, Request};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use url::Url;

/// RFC 9309, 2.3.1.2: at least five redirects of a robots.txt are followed.
const ROBOTS_REDIRECTS_MAX: u32 = 5;
/// Parsed files kept; they are parsed again when needed.
const RULES_MAX: usize = 2_000;

/// How a source wants to be asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manners<'a> {
    /// robots.txt decides.
    pub robots: bool,
    /// Least pause at the host.
    pub pause: Duration,
    /// Where each request is charged.
    pub bill: Option<&'a Bill>,
}

/// What is done with the body of an answer.
#[derive(Debug, Clone, Copy)]
enum How {
    /// It is read to its end.
    Read(Oversize),
    /// It is a stream and left open.
    Open,
}

/// The limits of a batch, and where it reports to.
#[derive(Clone)]
pub(super) struct Batch {
    /// No request starts later.
    pub ends: Timestamp,
    /// Ends it early.
    pub stop: Stop,
    /// Whoever watches.
    pub events: mpsc::UnboundedSender<Event>,
    /// Every exchange of the page in hand.
    pub exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Batch {
    pub(super) fn tell(&self, event: Event) {
        // Nobody listening is no reason to stop.
        let _ = self.events.send(event);
    }

    /// The same limits, with a list of exchanges of its own.
    pub(super) fn for_one_page(&self) -> Batch {
        Batch {
            exchanges: Arc::default(),
            ..self.clone()
        }
    }

    /// The exchanges so far; the list is empty then.
    pub(super) fn take_exchanges(&self) -> Vec<Exchange> {
        let mut list = self
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *list)
    }
}

/// Fetches.
pub(super) struct Fetcher {
    pub transport: Transport,
    pub guard: Guard,
    pub memory: Arc<dyn Memory>,
    pub clock: Arc<dyn Clock>,
    pub pace: Pace,
    /// Exchanges at once, all hosts together. Waiting for a turn takes no place.
    pub gate: Semaphore,
    pub redirects_max: u32,
    pub retries_max: u32,
    pub seed: u64,
    pub rules: Mutex<HashMap<String, (Timestamp, Arc<Rules>)>>,
}

impl Fetcher {
    /// The answer to `request`: a success, a 304, or a status that `means_empty`. Everything
    /// else is an error in words.
    pub(super) async fn fetch(
        &self,
        request: &Request,
        manners: Manners<'_>,
        means_empty: &(dyn Fn(u16) -> bool + Sync),
        batch: &Batch,
    ) -> Result<Answer, Error> {
        if let Some(bill) = manners.bill {
            bill.look(&self.memory, self.clock.now()).await?;
        }
        self.persistently(&request.url, batch, || async {
            let how = How::Read(Oversize::Refuse);
            let (answer, _) = self
                .follow(request, manners, how, means_empty, batch)
                .await?;
            Ok(answer)
        })
        .await
    }

    /// Opens the stream that `request` leads to, with the same manners: the head of its answer,
    /// and its body.
    pub(super) async fn open(
        &self,
        request: &Request,
        manners: Manners<'_>,
        batch: &Batch,
    ) -> Result<(Answer, Live), Error> {
        let switches = &|status: u16| status == 101;
        let (head, live) = self
            .persistently(&request.url, batch, || {
                self.follow(request, manners, How::Open, switches, batch)
            })
            .await?;
        let live = live.ok_or_else(|| Error::Status {
            host: host_of(&head.url),
            status: head.status,
        })?;
        Ok((head, live))
    }

    /// Does `attempt` again while its failure is transient, with growing pauses.
    async fn persistently<T, F: Future<Output = Result<T, Error>>>(
        &self,
        url: &Url,
        batch: &Batch,
        attempt: impl Fn() -> F,
    ) -> Result<T, Error> {
        let mut tries = 0;
        loop {
            let error = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // After a 429 the next turn comes when the site said so: no pause of ours.
            let is_429 = matches!(error, Error::Refused { status: 429, .. });
            if tries >= self.retries_max || !(is_429 || error.verdict() == Verdict::Transient) {
                return Err(error);
            }
            tries += 1;
            let chance = retry::chance(self.seed, url.as_str(), u64::from(tries));
            let wait = retry::pause(tries, chance);
            let wakes = jiff::SignedDuration::try_from(wait)
                .ok()
                .and_then(|wait| self.clock.now().checked_add(wait).ok());
            if wakes.is_none_or(|wakes| wakes > batch.ends) {
                return Err(error);
            }
            batch.tell(Event::Again {
                host: host_of(url),
                why: error.to_string(),
                wait,
            });
            batch.stop.or(self.clock.sleep(wait)).await?;
        }
    }

    async fn follow(
        &self,
        request: &Request,
        manners: Manners<'_>,
        how: How,
        means_empty: &(dyn Fn(u16) -> bool + Sync),
        batch: &Batch,
    ) -> Result<(Answer, Option<Live>), Error> {
        let mut request = request.clone();
        let mut been = HashSet::from([request.url.clone()]);
        loop {
            // Before robots.txt, so that a refused address is not even asked for that.
            if !self.transport.is_replay() {
                self.guard.check(&request.url)?;
            }
            let mut pause = manners.pause;
            if manners.robots {
                let rules = self.rules(&request.url, batch).await?;
                rules.check(&request.url, &host_of(&request.url))?;
                pause = pause.max(rules.delay().unwrap_or_default());
            }
            let (answer, live) = self
                .exchange(&request, pause, manners.bill, how, means_empty, batch)
                .await?;
            let Some(next) = redirected(&request, &answer)? else {
                return Ok((answer, live));
            };
            self.stop_at_walls(&request.url, &next.url, batch).await?;
            if been.len() > self.redirects_max as usize {
                return Err(Error::Redirect {
                    url: shown(&request.url),
                    why: format!("more than {} times", self.redirects_max),
                });
            }
            if !been.insert(next.url.clone()) {
                return Err(Error::Redirect {
                    url: shown(&next.url),
                    why: "in a circle".into(),
                });
            }
            request = next;
        }
    }

    /// One exchange in its turn; the host's memory learns what came of it.
    async fn exchange(
        &self,
        request: &Request,
        pause: Duration,
        bill: Option<&Bill>,
        how: How,
        means_empty: &(dyn Fn(u16) -> bool + Sync),
        batch: &Batch,
    ) -> Result<(Answer, Option<Live>), Error> {
        let host = host_of(&request.url);
        let pause = pause.max(self.pace.least());
        let turn = batch
            .stop
            .or(self.pace.turn(&host, pause, batch.ends))
            .await??;
        let (outcome, took) = {
            let _place = batch.stop.or(self.gate.acquire()).await?;
            if let Some(bill) = bill {
                bill.charge(&self.memory, self.clock.now()).await?;
            }
            let sent_at = self.clock.now();
            let clock = self.clock.as_ref();
            let asked = async {
                match how {
                    How::Read(oversize) => {
                        let answer = self.transport.exchange(request, oversize, clock).await?;
                        Ok((answer, None))
                    }
                    How::Open => self.transport.open(request, clock).await,
                }
            };
            let ended = batch.stop.or(asked).await;
            let answer = ended
                .as_ref()
                .ok()
                .and_then(|outcome| outcome.as_ref().ok())
                .map(|(answer, _)| answer);
            self.trace(request, sent_at, pause, answer, batch);
            // Only now, while the turn is held: writing it down takes time too.
            self.pace.set_out(&host, &turn, sent_at, pause).await?;
            match ended {
                Ok(outcome) => (outcome, self.since(sent_at)),
                Err(ended) => {
                    // A host that hangs until the batch ends has failed, as far as it goes.
                    if matches!(ended, Error::Deadline) {
                        let said = Said::Failed("it did not answer".into());
                        let took = self.since(sent_at);
                        self.note(&host, said, None, took, batch).await?;
                    }
                    return Err(ended);
                }
            }
        };
        let (said, not_before, outcome) = match outcome {
            Ok((answer, live)) => {
                if let Some(bill) = bill.filter(|_| !(200..300).contains(&answer.status)) {
                    bill.pay(&self.memory, 0, Vec::new()).await?;
                }
                let not_before = quota::not_before(&answer, self.clock.now());
                let (said, error) = judge(&host, &answer, not_before.is_some(), means_empty);
                (said, not_before, error.map_or(Ok((answer, live)), Err))
            }
            Err(error) if error.verdict() == Verdict::Transient => {
                (Said::Failed(error.to_string()), None, Err(error))
            }
            // Not the host's fault, or not a fault of the host as a whole.
            Err(error) => return Err(error),
        };
        let closed_until = self.note(&host, said, not_before, took, batch).await?;
        let mut exchanges = batch
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = exchanges.last_mut() {
            (last.not_before, last.closed_until) = (not_before, closed_until);
        }
        drop(exchanges);
        drop(turn);
        outcome
    }

    /// Writes an exchange down. One with a recording is none.
    fn trace(
        &self,
        request: &Request,
        sent_at: Timestamp,
        pause: Duration,
        answer: Option<&Answer>,
        batch: &Batch,
    ) {
        if self.transport.is_replay() {
            return;
        }
        let took = self.clock.now().duration_since(sent_at).as_millis();
        let moved_to = answer
            .filter(|answer| matches!(answer.status, 301 | 308))
            .and_then(|answer| request.url.join(answer.header("location")?).ok());
        let exchange = Exchange {
            host: host_of(&request.url),
            at: sent_at,
            status: answer.map_or(0, |answer| answer.status),
            ms: u32::try_from(took).unwrap_or(u32::MAX),
            bytes: answer.map_or(0, |answer| answer.body.len() as u64),
            pause_ms: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            not_before: None,
            closed_until: None,
            robots: request.url == robots::address(&request.url),
            moved_to: moved_to.map(|url| shown(&url)),
        };
        let mut exchanges = batch
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        exchanges.push(exchange);
    }

    /// A redirect to a captcha, a consent form or a log-in is an answer, and it is no.
    async fn stop_at_walls(&self, from: &Url, to: &Url, batch: &Batch) -> Result<(), Error> {
        let host = host_of(from);
        if let Some(what) = source::wall_at(from, to) {
            let error = Error::Blocked { host, what };
            let said = Said::Blocked(error.to_string());
            let no_time = Duration::ZERO;
            let closed_until = self
                .note(&host_of(from), said, None, no_time, batch)
                .await?;
            let mut exchanges = batch
                .exchanges
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(last) = exchanges.last_mut() {
                last.closed_until = closed_until;
            }
            return Err(error);
        }
        if source::is_login(from, to) {
            return Err(Error::Refused {
                host,
                status: 401,
                why: "it shows this page only to people who log in".into(),
            });
        }
        Ok(())
    }

    fn since(&self, time: Timestamp) -> Duration {
        Duration::try_from(self.clock.now().duration_since(time)).unwrap_or_default()
    }

    async fn note(
        &self,
        host: &str,
        said: Said,
        not_before: Option<Timestamp>,
        took: Duration,
        batch: &Batch,
    ) -> Result<Option<Timestamp>, Error> {
        let why = match &said {
            Said::Failed(why) | Said::Blocked(why) => why.clone(),
            Said::Fine | Said::TooMany => "it keeps answering 429 (too many requests)".into(),
        };
        let closed_until = self.pace.note(host, said, not_before, took).await?;
        if let Some(until) = closed_until {
            batch.tell(Event::Closed {
                host: host.to_owned(),
                until,
                why,
            });
        }
        Ok(closed_until)
    }

    /// The rules of a host: from this process, from memory, or fetched.
    async fn rules(&self, url: &Url, batch: &Batch) -> Result<Arc<Rules>, Error> {
        let host = host_of(url);
        let now = self.clock.now();
        let remembered = {
            let host = host.clone();
            memory::ask(&self.memory, move |memory| memory.host(&host)).await?
        };
        let (status, body, at) = match remembered.robots_at {
            Some(at) if robots::is_fresh(&remembered, now) => {
                let body = remembered.robots.unwrap_or_default();
                (remembered.robots_status, body, at)
            }
            _ => {
                let (status, body) = self.fetch_robots(url, batch).await?;
                let at = self.clock.now();
                let (name, text) = (host.clone(), body.clone());
                memory::ask(&self.memory, move |memory| {
                    memory.update_host(&name, &mut |host| {
                        host.robots = Some(text.clone());
                        host.robots_status = status;
                        host.robots_at = Some(at);
                    })
                })
                .await?;
                (status, body, at)
            }
        };
        if let Some((known_at, rules)) = self.parsed().get(&host)
            && *known_at == at
        {
            return Ok(rules.clone());
        }
        let rules = Rules::read(status, &body);
        let rules = Arc::new(rules);
        let mut parsed = self.parsed();
        if parsed.len() >= RULES_MAX {
            parsed.clear();
        }
        parsed.insert(host, (at, rules.clone()));
        Ok(rules)
    }

    fn parsed(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Timestamp, Arc<Rules>)>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Status and text of a robots.txt; status 0 when the host gave no answer.
    async fn fetch_robots(&self, url: &Url, batch: &Batch) -> Result<(u16, String), Error> {
        let first = Request {
            method: "GET".into(),
            url: robots::address(url),
            headers: Vec::new(),
            body: None,
        };
        // Every 4xx has a meaning of its own here (RFC 9309, 2.3.1.3), so none is an error.
        let any_answer = &|status: u16| (400..500).contains(&status) && status != 429;
        let first = &first;
        let got = self
            .persistently(&first.url, batch, move || async move {
                let mut request = first.clone();
                let mut hops = 0;
                loop {
                    let cut = How::Read(Oversize::CutAt(robots::BYTES_MAX + 1));
                    let (answer, _) = self
                        .exchange(&request, Duration::ZERO, None, cut, any_answer, batch)
                        .await?;
                    match redirected(&request, &answer) {
                        Ok(Some(next)) if hops < ROBOTS_REDIRECTS_MAX => request = next,
                        // More redirects, or wrong ones: as if there were no file.
                        Ok(Some(_)) | Err(_) => {
                            return Ok(Answer {
                                status: 404,
                                ..answer
                            });
                        }
                        Ok(None) => return Ok(answer),
                    }
                    hops += 1;
                }
            })
            .await;
        match got {
            Ok(answer) if (200..300).contains(&answer.status) => {
                Ok((answer.status, robots::text(&answer.body)))
            }
            Ok(answer) => Ok((answer.status, String::new())),
            Err(Error::Status { status, .. } | Error::Refused { status, .. }) => {
                Ok((status, String::new()))
            }
            Err(Error::TimedOut { .. } | Error::Network { .. } | Error::Blocked { .. }) => {
                Ok((0, String::new()))
            }
            Err(error) => Err(error),
        }
    }
}

/// What an answer says of its host, and the error it is, if it is one.
fn judge(
    host: &str,
    answer: &Answer,
    asks_to_wait: bool,
    means_empty: &(dyn Fn(u16) -> bool + Sync),
) -> (Said, Option<Error>) {
    let host = host.to_owned();
    let status = answer.status;
    if let Some(what) = source::wall(answer) {
        let error = Error::Blocked { host, what };
        return (Said::Blocked(error.to_string()), Some(error));
    }
    let refused = |why: &str| Error::Refused {
        host: host.clone(),
        status,
        why: why.to_owned(),
    };
    match status {
        _ if means_empty(status) => (Said::Fine, None),
        200..=299 | 301..=304 | 307 | 308 => (Said::Fine, None),
        401 => (
            Said::Fine,
            Some(refused(
                "it wants a key, or the key is wrong or has expired",
            )),
        ),
        402 => (Said::Fine, Some(refused("the paid quota is used up"))),
        451 => (Said::Fine, Some(refused("not available for legal reasons"))),
        // Some sites say 403 for a spent budget, and then say when it is full again.
        429 | 403 if status == 429 || asks_to_wait => {
            let error = Error::Refused {
                host,
                status: 429,
                why: "too many requests, it wants a pause".into(),
            };
            (Said::TooMany, Some(error))
        }
        403 | 407 => {
            let error = refused("it does not want to be asked");
            (Said::Blocked(error.to_string()), Some(error))
        }
        500..=599 | 408 | 425 => {
            let error = Error::Status { host, status };
            (Said::Failed(error.to_string()), Some(error))
        }
        _ => (Said::Fine, Some(Error::Status { host, status })),
    }
}
