//! Watches → jobs that are due → the crawler, under the lease that keeps two crawls apart.

use super::Workspace;
use crate::config::{CrawlConfig, Watch, When};
use crate::crawl::adaptive::Bounds;
use crate::crawl::plan::{self, Cost, Due, Plan, Share};
use crate::crawl::schedule::{Schedule, ScheduleError};
use crate::crawl::{
    self, Client, ClientLimits, Crawler, CrawlerParts, Event, Guard, Job, Recorded, Recorder,
    Replay, ReplayMemory, Site, Stop, Stopped, Summary, Transport,
};
use crate::record::{Clock, Position, SimClock};
use crate::source::Ask;
use crate::store;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Name of the lease that a crawl holds, and of that of whoever listens to the streams.
const LEASE: &str = "crawl";
const STREAMS: &str = "streams";
/// A crawl that was killed keeps others out for so long at most. Nothing depends on the lease
/// but the work done twice: appends are idempotent, and budgets are kept for each host.
const LEASE_SPAN: Duration = Duration::from_secs(20);
const LEASE_RENEW: Duration = Duration::from_secs(5);
/// Pause between two looks at a lease that another crawl holds.
const LEASE_LOOK: Duration = Duration::from_millis(500);
/// A replay waits on a simulated clock only, so its batch may be as long as it likes.
const REPLAY_DEADLINE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Where answers come from.
#[derive(Debug, Clone, Default)]
pub enum Answers {
    /// The network.
    #[default]
    Live,
    /// The network, and every answer is written to a folder.
    Record(PathBuf),
    /// A folder of recorded answers.
    Replay {
        /// The folder.
        folder: PathBuf,
        /// What lies in it, if the folder itself does not say.
        index: Option<PathBuf>,
    },
}

/// What a crawl is asked to do.
#[derive(Debug, Clone, Default)]
pub struct CrawlOrder {
    /// Everything now, due or not.
    pub all: bool,
    /// Only these sources; empty means every one.
    pub sources: Vec<String>,
    /// Wait for another crawl to end, instead of giving up.
    pub wait: bool,
    /// In place of `crawl.deadline_s`.
    pub deadline: Option<Duration>,
    /// Leave out the sources that push: somebody listens to them already.
    pub skip_streams: bool,
    /// Where answers come from.
    pub answers: Answers,
}

/// Finds a source by its name.
pub type Sites<'a> = dyn Fn(&str) -> Option<Arc<dyn Site>> + Send + Sync + 'a;

/// What keeps a crawl from running.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrawlError {
    /// Another crawl runs.
    #[error(
        "another crawl is running in `{home}`; hint: let it finish, or use --wait to start after it"
    )]
    Busy {
        /// The home folder.
        home: String,
    },
    /// A source that is not there.
    #[error("there is no source `{name}`, {asked_by} asks for it; hint: `groundswell source list`")]
    NoSource {
        /// The name.
        name: String,
        /// Who asks for it.
        asked_by: &'static str,
    },
    /// A source that nothing watches.
    #[error(
        "no [[watch]] in groundswell.toml reads `{name}`; hint: add one, these are watched: {known}"
    )]
    NotWatched {
        /// The name.
        name: String,
        /// What is watched.
        known: String,
    },
    /// A schedule that cannot be used.
    #[error("[[watch]] of `{source_name}`: {error}")]
    Schedule {
        /// Its source.
        source_name: String,
        /// What is wrong with it.
        error: ScheduleError,
    },
    /// The crawl broke.
    #[error(transparent)]
    Crawl(#[from] crawl::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The machine cannot run it.
    #[error("the crawl could not look after its lease: {why}")]
    Lease {
        /// What happened.
        why: String,
    },
}

impl CrawlError {
    /// Whether the settings are wrong, and not the run.
    pub fn is_config(&self) -> bool {
        matches!(
            self,
            CrawlError::NoSource { .. }
                | CrawlError::NotWatched { .. }
                | CrawlError::Schedule { .. }
        )
    }
}

/// A question of a watch and when it is next asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Source name.
    pub source: String,
    /// Query, as the log names it.
    pub query: String,
    /// When the last whole pass began.
    pub last_run: Option<Timestamp>,
    /// When it is due; `None`: now, because it never ran.
    pub due: Option<Timestamp>,
    /// The zone of its schedule.
    pub zone: String,
    /// The pause and the new records a day it follows from, where the pace is adaptive.
    pub pace: Option<(Duration, Option<u32>)>,
    /// The most it can cost, where its source is limited.
    pub cost: Option<Cost>,
    /// It is due, but what it costs is spent until then.
    pub unpaid: Option<Timestamp>,
}

impl Planned {
    /// Whether it is due at `now`.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_none_or(|due| due <= now)
    }
}

/// Every question of every watch, with its next run, soonest first, and what each bucket would
/// give to those that are due. Nothing is asked.
pub fn planned(
    workspace: &Workspace,
    sites: &Sites<'_>,
    order: &CrawlOrder,
) -> Result<(Vec<Planned>, Vec<Share>), CrawlError> {
    let now = workspace.clock.now();
    let questions = watched(workspace, sites, order)?;
    let due = questions
        .iter()
        .filter(|question| order.all || question.planned.is_due(now))
        .map(Question::due)
        .collect();
    let plan = share_out(workspace, due)?;
    let mut lines: Vec<Planned> = questions
        .into_iter()
        .map(|question| {
            let mut line = question.planned;
            let name = (line.source.clone(), line.query.clone());
            if let Some(unpaid) = plan.unpaid.get(&name) {
                line.unpaid = Some(unpaid.until);
                if unpaid.is_noted {
                    line.due = Some(unpaid.until);
                }
            }
            line
        })
        .collect();
    lines.sort_by(|left, right| {
        (left.due, &left.source, &left.query).cmp(&(right.due, &right.source, &right.query))
    });
    Ok((lines, plan.shares))
}

fn share_out(workspace: &Workspace, due: Vec<Due>) -> Result<Plan, CrawlError> {
    let budgets = &workspace.config.crawl.budgets;
    let now = workspace.clock.now();
    Ok(plan::share_out(due, budgets, &workspace.store, now)?)
}

/// Crawls what is due (with `order.all`: everything; in a replay: everything that was recorded).
/// One crawl runs at a time; a second one is refused, or waits.
///
/// # Errors
/// [`CrawlError`] where the crawl could not run. What sites refused and what failed is in the
/// summary.
pub async fn crawl_due(
    workspace: &Workspace,
    sites: &Sites<'_>,
    order: &CrawlOrder,
    stop: &Stop,
    events: &(dyn Fn(Event) + Sync),
) -> Result<Summary, CrawlError> {
    let store: Arc<dyn crawl::Memory> = Arc::new(workspace.store.clone());
    let mut config = workspace.config.crawl.clone();
    let now = workspace.clock.now();
    let (transport, memory, clock, seed) = match &order.answers {
        Answers::Live | Answers::Record(_) => {
            let transport = match &order.answers {
                Answers::Record(folder) => {
                    Transport::Recording(client(&config)?, Recorder::new(folder)?)
                }
                _ => Transport::Live(client(&config)?),
            };
            (transport, store, workspace.clock.clone(), seed(workspace))
        }
        Answers::Replay { folder, index } => {
            let replay = Replay::open(folder, index.as_deref(), config.body_bytes_max)?;
            let memory: Arc<dyn crawl::Memory> = Arc::new(ReplayMemory::new(store));
            let clock: Arc<dyn Clock> = Arc::new(SimClock::new(now));
            (Transport::Replay(replay), memory, clock, 0)
        }
    };
    config.deadline = match (&order.answers, order.deadline) {
        (_, Some(deadline)) => deadline,
        (Answers::Replay { .. }, None) => REPLAY_DEADLINE,
        _ => config.deadline,
    };
    let mut jobs = match &transport {
        Transport::Replay(replay) if !replay.asked().is_empty() => {
            recorded(workspace, sites, order, replay.asked())?
        }
        Transport::Replay(_) => watched(workspace, sites, order)?
            .into_iter()
            .map(|question| question.job)
            .collect(),
        _ => {
            let due = watched(workspace, sites, order)?
                .iter()
                .filter(|question| order.all || question.planned.is_due(now))
                .map(Question::due)
                .collect();
            let plan = share_out(workspace, due)?;
            for share in plan.shares {
                events(Event::Share(Box::new(share)));
            }
            plan.jobs
        }
    };
    if jobs.is_empty() {
        return Ok(Summary::default());
    }
    let lease = Lease::take(LEASE, workspace, order.wait, stop).await?;
    if stop.get().is_some() {
        return Ok(Summary {
            stopped: Some(Stopped::ByHand),
            ..Summary::default()
        });
    }
    // A daemon that listens to the streams needs no help, and a site no second connection.
    let listening = Lease::of(STREAMS, workspace);
    let is_stream = |job: &Job| job.site.stream().is_some();
    let listens = !transport.is_replay() && jobs.iter().any(is_stream) && listening.renew()?;
    if !transport.is_replay() && !listens {
        jobs.retain(|job| !is_stream(job));
    }
    let parts = CrawlerParts {
        memory,
        clock,
        transport,
        authors: workspace.authors.clone(),
        drift: Some(workspace.drift()),
        seed,
    };
    let crawler = Crawler::new(parts, &config);
    let crawled = tokio::select! {
        crawled = crawler.crawl(&jobs, stop, events) => crawled.map_err(CrawlError::from),
        lost = lease.keep() => Err(lost),
        lost = listening.keep(), if listens => Err(lost),
    };
    lease.give_back()?;
    if listens {
        listening.give_back()?;
    }
    crawled
}

/// Listens to every watched source that pushes, until `stop` is thrown. One process of a home
/// does so at a time; another waits until it is its turn.
///
/// # Errors
/// [`CrawlError`] where nobody could listen at all. What sites refused and what failed is told
/// to `events`, and in the summary.
pub async fn listen(
    workspace: &Workspace,
    sites: &Sites<'_>,
    stop: &Stop,
    events: &(dyn Fn(Event) + Sync),
) -> Result<Summary, CrawlError> {
    let jobs: Vec<Job> = watched(workspace, sites, &CrawlOrder::default())?
        .into_iter()
        .map(|question| question.job)
        .filter(|job| job.site.stream().is_some())
        .collect();
    if jobs.is_empty() {
        return Ok(Summary::default());
    }
    let lease = Lease::take(STREAMS, workspace, true, stop).await?;
    let config = &workspace.config.crawl;
    let parts = CrawlerParts {
        drift: Some(workspace.drift()),
        memory: Arc::new(workspace.store.clone()),
        clock: workspace.clock.clone(),
        transport: Transport::Live(client(config)?),
        authors: workspace.authors.clone(),
        seed: seed(workspace),
    };
    let crawler = Crawler::new(parts, config);
    let listened = tokio::select! {
        listened = crawler.listen(&jobs, stop, events) => listened.map_err(CrawlError::from),
        lost = lease.keep() => Err(lost),
    };
    lease.give_back()?;
    listened
}

pub(super) fn client(config: &CrawlConfig) -> Result<Client, crawl::Error> {
    let limits = ClientLimits {
        timeout: config.timeout,
        body_bytes_max: config.body_bytes_max,
    };
    Client::new(&config.contact, Guard::new(&config.private_hosts), limits)
}

/// Feeds the jitter of pauses: another one in each process.
pub(super) fn seed(workspace: &Workspace) -> u64 {
    workspace.clock.now().as_nanosecond() as u64 ^ u64::from(std::process::id())
}

/// A question of a watch, how far it was read, and when it comes.
pub(super) struct Question {
    pub job: Job,
    pub position: Position,
    pub planned: Planned,
}

impl Question {
    fn due(&self) -> Due {
        Due {
            job: self.job.clone(),
            position: self.position.clone(),
        }
    }
}

/// When a watch is read, checked.
enum Pace {
    Schedule(Schedule),
    Adaptive(Bounds),
}

impl Pace {
    fn of(watch: &Watch) -> Result<Pace, CrawlError> {
        match &watch.when {
            When::Schedule(text) => Schedule::parse(text, &watch.zone)
                .map(Pace::Schedule)
                .map_err(|error| CrawlError::Schedule {
                    source_name: watch.source.clone(),
                    error,
                }),
            When::Adaptive { least, most } => Ok(Pace::Adaptive(Bounds {
                least: *least,
                most: *most,
            })),
        }
    }
}

/// The questions of the watches, in the order of the file.
pub(super) fn watched(
    workspace: &Workspace,
    sites: &Sites<'_>,
    order: &CrawlOrder,
) -> Result<Vec<Question>, CrawlError> {
    let watches = &workspace.config.watches;
    if let Some(name) = order
        .sources
        .iter()
        .find(|name| !watches.iter().any(|watch| watch.source == **name))
    {
        let mut known: Vec<&str> = watches.iter().map(|watch| watch.source.as_str()).collect();
        known.dedup();
        return Err(CrawlError::NotWatched {
            name: name.clone(),
            known: known.join(", "),
        });
    }
    let now = workspace.clock.now();
    let mut questions = Vec::new();
    for watch in watches.iter().filter(|watch| wanted(order, &watch.source)) {
        let site = sites(&watch.source).ok_or_else(|| CrawlError::NoSource {
            name: watch.source.clone(),
            asked_by: "a [[watch]] in groundswell.toml",
        })?;
        let pace = Pace::of(watch)?;
        if order.skip_streams && site.stream().is_some() {
            continue;
        }
        for job in jobs_of(watch, &site, now) {
            let position = workspace.store.position(&watch.source, &job.query)?;
            let position = position.unwrap_or_default();
            let key = format!("{} {}", watch.source, job.query);
            let (due, pace) = match &pace {
                Pace::Schedule(schedule) => (schedule.due_at(position.last_run, &key), None),
                Pace::Adaptive(bounds) => {
                    let rate = position.new_per_day;
                    let pause = bounds.pause(rate);
                    (bounds.due_at(&position, &key), Some((pause, rate)))
                }
            };
            let planned = Planned {
                source: watch.source.clone(),
                query: job.query.clone(),
                last_run: position.last_run,
                due,
                zone: watch.zone.clone(),
                pace,
                cost: Cost::of(job.site.as_ref(), &workspace.config.crawl.budgets),
                unpaid: None,
            };
            questions.push(Question {
                job,
                position,
                planned,
            });
        }
    }
    Ok(questions)
}

fn jobs_of(watch: &Watch, site: &Arc<dyn Site>, now: Timestamp) -> Vec<Job> {
    let one_empty = [String::new()];
    let queries = if watch.queries.is_empty() {
        &one_empty[..]
    } else {
        &watch.queries[..]
    };
    queries
        .iter()
        .map(|query| {
            let ask = Ask {
                query: query.clone(),
                market: watch.market.clone(),
                params: watch.params.clone(),
                now,
            };
            Job::new(site.clone(), ask)
        })
        .collect()
}

/// The jobs that an index says its recording answers. A watch that asks the same gives its
/// market; what no watch asks is asked all the same.
fn recorded(
    workspace: &Workspace,
    sites: &Sites<'_>,
    order: &CrawlOrder,
    asked: &[Recorded],
) -> Result<Vec<Job>, CrawlError> {
    let now = workspace.clock.now();
    let questions = asked
        .iter()
        .filter(|question| wanted(order, &question.source));
    questions
        .map(|question| {
            let site = sites(&question.source).ok_or_else(|| CrawlError::NoSource {
                name: question.source.clone(),
                asked_by: "the index of the recording",
            })?;
            let watch = workspace.config.watches.iter().find(|watch| {
                watch.source == question.source
                    && watch.params == question.params
                    && (watch.queries.contains(&question.query)
                        || (watch.queries.is_empty() && question.query.is_empty()))
            });
            let market = question.market.clone();
            let ask = Ask {
                query: question.query.clone(),
                market: market.or_else(|| watch?.market.clone()),
                params: question.params.clone(),
                now,
            };
            Ok(Job::new(site, ask))
        })
        .collect()
}

fn wanted(order: &CrawlOrder, source: &str) -> bool {
    order.sources.is_empty() || order.sources.iter().any(|name| name == source)
}

/// The lease of this crawl. Given back when the crawl ends, and lost soon after it is killed.
struct Lease<'a> {
    name: &'static str,
    workspace: &'a Workspace,
    holder: String,
}

impl<'a> Lease<'a> {
    /// A lease that is not held yet.
    fn of(name: &'static str, workspace: &'a Workspace) -> Lease<'a> {
        let began = workspace.clock.now().as_nanosecond();
        Lease {
            name,
            workspace,
            holder: format!("{}-{began}", std::process::id()),
        }
    }

    async fn take(
        name: &'static str,
        workspace: &'a Workspace,
        wait: bool,
        stop: &Stop,
    ) -> Result<Lease<'a>, CrawlError> {
        let lease = Lease::of(name, workspace);
        while !lease.renew()? && stop.get().is_none() {
            if !wait {
                return Err(CrawlError::Busy {
                    home: workspace.config.home.display().to_string(),
                });
            }
            // Another process is waited for: in real time, whatever clock the crawl is on.
            tokio::time::sleep(LEASE_LOOK).await;
        }
        Ok(lease)
    }

    fn renew(&self) -> Result<bool, CrawlError> {
        let now = self.workspace.clock.now();
        let store = &self.workspace.store;
        Ok(store.lease(self.name, &self.holder, now, LEASE_SPAN)?)
    }

    /// Renews the lease as long as it is polled.
    async fn keep(&self) -> CrawlError {
        loop {
            tokio::time::sleep(LEASE_RENEW).await;
            let (store, holder) = (self.workspace.store.clone(), self.holder.clone());
            let (name, now) = (self.name, self.workspace.clock.now());
            let renewed =
                tokio::task::spawn_blocking(move || store.lease(name, &holder, now, LEASE_SPAN));
            match renewed.await {
                // Lost after a long standstill: the crawl goes on, see `LEASE_SPAN`.
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return error.into(),
                Err(broken) => {
                    return CrawlError::Lease {
                        why: broken.to_string(),
                    };
                }
            }
        }
    }

    fn give_back(&self) -> Result<(), CrawlError> {
        Ok(self.workspace.store.release(self.name, &self.holder)?)
    }
}
