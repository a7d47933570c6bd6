//! A batch: many hosts at once, one request at a time per host, until a deadline.

use super::crew::{Crew, Tally};
use super::fetch::{Batch, Fetcher};
use super::guard::Guard;
use super::pace::Pace;
use super::pass::{Left, Pass};
use super::site::host_of;
use super::stream::{Listener, Until};
use super::{DriftFolder, Error, Event, Job, Memory, Stop, Stopped, Summary, Transport, memory};
use crate::config::CrawlConfig;
use crate::record::{AuthorKey, Clock, Position};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// The parser keeps `crawl.parse_ms_max` itself; this many times as long ends a parser that does
/// not, and never less than [`PARSE_BACKSTOP_MIN`], so that a busy machine loses no page.
const PARSE_BACKSTOP_TIMES: u32 = 20;
const PARSE_BACKSTOP_MIN: Duration = Duration::from_secs(10);

/// So many times the hosts asked at once are in hand: most of these wait for their turn.
const UNDER_WAY_TIMES: usize = 16;

/// What a crawler is made of beside its settings.
pub struct CrawlerParts {
    /// What it remembers, and where pages go.
    pub memory: Arc<dyn Memory>,
    /// Time for pace, retries and deadlines.
    pub clock: Arc<dyn Clock>,
    /// Where answers come from.
    pub transport: Transport,
    /// The key of pseudonyms.
    pub authors: AuthorKey,
    /// Where copies of odd pages go; `None` keeps none.
    pub drift: Option<DriftFolder>,
    /// Feeds the jitter of pauses; the same seed gives the same pauses.
    pub seed: u64,
}

/// Crawls batches of jobs.
pub struct Crawler {
    crew: Arc<Crew>,
    deadline: Duration,
}

impl Crawler {
    /// A crawler with the limits of `config`.
    pub fn new(parts: CrawlerParts, config: &CrawlConfig) -> Crawler {
        let pace = Pace::new(
            parts.memory.clone(),
            parts.clock.clone(),
            (config.host_pause, config.host_pause_max),
            parts.seed,
        );
        let fetcher = Fetcher {
            transport: parts.transport,
            guard: Guard::new(&config.private_hosts),
            memory: parts.memory.clone(),
            clock: parts.clock.clone(),
            pace,
            gate: Semaphore::new(config.hosts_at_once_max.max(1)),
            redirects_max: config.redirects_max,
            retries_max: config.retries_max,
            seed: parts.seed,
            rules: Mutex::new(HashMap::new()),
        };
        Crawler {
            crew: Arc::new(Crew {
                fetcher,
                memory: parts.memory,
                clock: parts.clock,
                under_way: Semaphore::new(config.hosts_at_once_max.max(1) * UNDER_WAY_TIMES),
                authors: parts.authors,
                budgets: config.budgets.clone(),
                parse_max: config.parse_max,
                parse_backstop: config
                    .parse_max
                    .saturating_mul(PARSE_BACKSTOP_TIMES)
                    .max(PARSE_BACKSTOP_MIN),
                drift: parts.drift,
            }),
            deadline: config.deadline,
        }
    }

    pub(super) fn crew(&self) -> &Crew {
        &self.crew
    }

    /// Does `jobs` until they are done, the deadline has come, or `stop` is thrown; `events` is
    /// called as things happen. What a source or a host does wrong is in the summary; an error
    /// is only what keeps the crawl itself from going on, and whatever was appended before it
    /// stays.
    ///
    /// The deadline counts on the crawl's clock, and in real time too: a host that hangs holds
    /// up a simulated crawl as much as a real one.
    pub async fn crawl(
        &self,
        jobs: &[Job],
        stop: &Stop,
        events: &(dyn Fn(Event) + Sync),
    ) -> Result<Summary, Error> {
        let began = self.crew.clock.now();
        let ends = SignedDuration::try_from(self.deadline)
            .ok()
            .and_then(|span| began.checked_add(span).ok())
            .unwrap_or(Timestamp::MAX);
        let (tally, receiver) = tally(ends);
        let mut tasks = JoinSet::new();
        for (host, queue) in self.queues(jobs, began).await? {
            tasks.spawn(work(self.crew.clone(), tally.clone(), host, queue));
        }
        self.see_through(tasks, tally, receiver, Some(self.deadline), stop, events)
            .await
    }

    /// Listens to the streams among `jobs` until `stop` is thrown; `events` is called as things
    /// happen. A stream that breaks is opened again where it was left, at growing distance.
    ///
    /// # Errors
    /// What keeps all of them from going on.
    pub async fn listen(
        &self,
        jobs: &[Job],
        stop: &Stop,
        events: &(dyn Fn(Event) + Sync),
    ) -> Result<Summary, Error> {
        let (tally, receiver) = tally(Timestamp::MAX);
        let mut tasks = JoinSet::new();
        for (job, held) in self.with_positions(jobs).await? {
            if job.site.stream().is_some() {
                let listener = Listener::new(job, held, Until::Stopped);
                tasks.spawn(listen(self.crew.clone(), tally.clone(), listener));
            }
        }
        self.see_through(tasks, tally, receiver, None, stop, events)
            .await
    }

    /// Waits for the tasks of a batch to end, passes events on, and ends it early where asked.
    async fn see_through(
        &self,
        mut tasks: JoinSet<Result<(), Error>>,
        tally: Tally,
        mut receiver: mpsc::UnboundedReceiver<Event>,
        limit: Option<Duration>,
        stop: &Stop,
        events: &(dyn Fn(Event) + Sync),
    ) -> Result<Summary, Error> {
        let (summary, inner) = (tally.summary.clone(), tally.batch.stop.clone());
        drop(tally);
        let deadline = async {
            match limit {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(deadline);
        loop {
            let running = inner.get().is_none();
            tokio::select! {
                event = receiver.recv() => match event {
                    Some(event) => events(event),
                    // Every task has dropped its sender: all are done.
                    None => break,
                },
                () = &mut deadline, if running => inner.set(Stopped::Deadline),
                why = stop.thrown(), if running => inner.set(why),
            }
        }
        while let Some(ended) = tasks.join_next().await {
            ended.map_err(|broken| Error::Broken {
                doing: "crawling a host",
                why: broken.to_string(),
            })??;
        }
        self.crew.fetcher.pace.clean();
        let mut summary =
            std::mem::take(&mut *summary.lock().unwrap_or_else(PoisonError::into_inner));
        summary.stopped = inner.get();
        Ok(summary)
    }

    /// The jobs, each question once, with how far they were read.
    async fn with_positions(&self, jobs: &[Job]) -> Result<Vec<(Job, Option<Position>)>, Error> {
        let mut seen = HashSet::new();
        let jobs: Vec<Job> = jobs
            .iter()
            .filter(|job| seen.insert((job.site.name().to_owned(), job.query.clone())))
            .cloned()
            .collect();
        memory::ask(&self.crew.memory, move |memory| {
            jobs.into_iter()
                .map(|job| {
                    let held = memory.position(job.site.name(), &job.query)?;
                    Ok((job, held))
                })
                .collect()
        })
        .await
    }

    /// The jobs as tasks, by host; a stream waits for nobody and has a queue of its own. A
    /// replay has one queue, so that its log is the same every time.
    async fn queues(
        &self,
        jobs: &[Job],
        now: Timestamp,
    ) -> Result<Vec<(String, VecDeque<Task>)>, Error> {
        let jobs = self.with_positions(jobs).await?;
        let tasks = jobs.into_iter().map(|(job, held)| match job.site.stream() {
            Some(_) => Task::Stream(Listener::new(job, held, Until::CaughtUp)),
            None => Task::Pages(Pass::new(job, held, now)),
        });
        if self.crew.fetcher.transport.is_replay() {
            return Ok(vec![(String::new(), tasks.collect())]);
        }
        let mut queues: BTreeMap<String, VecDeque<Task>> = BTreeMap::new();
        let mut streams = Vec::new();
        for task in tasks {
            match &task {
                Task::Stream(_) => streams.push((String::new(), VecDeque::from([task]))),
                Task::Pages(pass) => {
                    // A question that cannot be asked has no host; its step will say why.
                    let host = pass
                        .request(now)
                        .map_or_else(|_| String::new(), |request| host_of(&request.url));
                    // A host with one question is the usual case.
                    let queue = queues.entry(host);
                    queue
                        .or_insert_with(|| VecDeque::with_capacity(1))
                        .push_back(task);
                }
            }
        }
        Ok(queues.into_iter().chain(streams).collect())
    }
}

/// What a queue holds.
enum Task {
    /// A question that is asked page by page.
    Pages(Pass),
    /// A source that is listened to.
    Stream(Listener),
}

/// The tally of a batch that ends at `ends`, and what it tells.
fn tally(ends: Timestamp) -> (Tally, mpsc::UnboundedReceiver<Event>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let batch = Batch {
        ends,
        stop: Stop::default(),
        events: sender,
        exchanges: Arc::default(),
    };
    let summary = Arc::default();
    (Tally { batch, summary }, receiver)
}

/// Listens, and stops everybody where something of ours broke.
async fn listen(crew: Arc<Crew>, tally: Tally, listener: Listener) -> Result<(), Error> {
    let listened = listener.listen(&crew, &tally).await;
    if listened.is_err() {
        tally.batch.stop.set(Stopped::Broken);
    }
    listened
}

/// Works a host's queue, a page of each pass in turn, so that a long one does not starve others.
async fn work(
    crew: Arc<Crew>,
    tally: Tally,
    host: String,
    mut queue: VecDeque<Task>,
) -> Result<(), Error> {
    let stop = tally.batch.stop.clone();
    let mut is_first = true;
    while let Some(task) = queue.pop_front() {
        if crew.clock.now() > tally.batch.ends {
            stop.set(Stopped::Deadline);
        }
        let is_over = match stop.get() {
            None => false,
            Some(Stopped::Deadline) => true,
            Some(Stopped::ByHand | Stopped::Broken) => return Ok(()),
        };
        let left = match task {
            // These were due and nobody asked: a gap that must be known.
            // What is large lies on the heap, and only while it is under way: most of ten thousand
            // hosts wait.
            Task::Pages(pass) if is_over => {
                let told = Box::pin(pass.unreached(&crew, &tally)).await;
                told.map(|()| None)
            }
            Task::Pages(mut pass) => {
                let stepped = step(&crew, &tally, &host, &mut pass, is_first).await;
                stepped.map(|left| match left {
                    Left::More => Some(Task::Pages(pass)),
                    Left::Nothing => None,
                })
            }
            Task::Stream(listener) => {
                let listened = Box::pin(listener.batch(&crew, &tally)).await;
                listened.map(|()| None)
            }
        };
        is_first = false;
        match left {
            Ok(task) => queue.extend(task),
            Err(error) => {
                stop.set(Stopped::Broken);
                return Err(error);
            }
        }
    }
    Ok(())
}

/// One page of a pass. Its host rests before it takes a place among the pages under way.
async fn step(
    crew: &Crew,
    tally: &Tally,
    host: &str,
    pass: &mut Pass,
    is_first: bool,
) -> Result<Left, Error> {
    let batch = &tally.batch;
    if !is_first && !host.is_empty() {
        let rest = crew.fetcher.pace.rest(host, batch.ends);
        if let Ok(rested) = batch.stop.or(rest).await {
            rested?;
        }
    }
    // Where the batch ends meanwhile, the step finds that out by itself.
    let _place = batch.stop.or(crew.under_way.acquire()).await;
    Box::pin(pass.step(crew, tally)).await
}
