//! A batch: many hosts at once, one request at a time per host, until a deadline.

use super::fetch::{Batch, Fetcher};
use super::guard::Guard;
use super::pace::Pace;
use super::pass::{Crew, Left, Pass, Tally};
use super::site::host_of;
use super::{Error, Event, Job, Memory, Stop, Stopped, Summary, Transport, memory};
use crate::config::CrawlConfig;
use crate::record::{AuthorKey, Clock};
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
            config.host_pause,
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
                authors: parts.authors,
                parse_max: config.parse_max,
                parse_backstop: config
                    .parse_max
                    .saturating_mul(PARSE_BACKSTOP_TIMES)
                    .max(PARSE_BACKSTOP_MIN),
            }),
            deadline: config.deadline,
        }
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
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let inner = Stop::default();
        let tally = Tally {
            batch: Batch {
                ends,
                stop: inner.clone(),
                events: sender,
                exchanges: Arc::default(),
            },
            summary: Arc::default(),
        };
        let mut tasks = JoinSet::new();
        for queue in self.queues(jobs, began).await? {
            tasks.spawn(work(self.crew.clone(), tally.clone(), queue));
        }
        let summary = tally.summary.clone();
        drop(tally);
        let deadline = tokio::time::sleep(self.deadline);
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

    /// The jobs as passes, by host; each question once. A replay has one queue, so that its log
    /// is the same every time.
    async fn queues(&self, jobs: &[Job], now: Timestamp) -> Result<Vec<VecDeque<Pass>>, Error> {
        let mut seen = HashSet::new();
        let jobs: Vec<Job> = jobs
            .iter()
            .filter(|job| seen.insert((job.site.name().to_owned(), job.query.clone())))
            .cloned()
            .collect();
        let passes = memory::ask(&self.crew.memory, move |memory| {
            jobs.into_iter()
                .map(|job| {
                    let held = memory.position(job.site.name(), &job.query)?;
                    Ok(Pass::new(job, held, now))
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
        if self.crew.fetcher.transport.is_replay() {
            return Ok(vec![passes.into()]);
        }
        let mut queues: BTreeMap<String, VecDeque<Pass>> = BTreeMap::new();
        for pass in passes {
            // A question that cannot be asked has no host; its step will say why.
            let host = pass
                .request(now)
                .map_or_else(|_| String::new(), |request| host_of(&request.url));
            queues.entry(host).or_default().push_back(pass);
        }
        Ok(queues.into_values().collect())
    }
}

/// Works a host's queue, a page of each pass in turn, so that a long one does not starve others.
async fn work(crew: Arc<Crew>, tally: Tally, mut queue: VecDeque<Pass>) -> Result<(), Error> {
    let stop = tally.batch.stop.clone();
    while let Some(mut pass) = queue.pop_front() {
        if crew.clock.now() > tally.batch.ends {
            stop.set(Stopped::Deadline);
        }
        match stop.get() {
            None => {}
            // These were due and nobody asked: a gap that must be known.
            Some(Stopped::Deadline) => {
                pass.unreached(&crew, &tally).await?;
                continue;
            }
            Some(Stopped::ByHand | Stopped::Broken) => return Ok(()),
        }
        match pass.step(&crew, &tally).await {
            Ok(Left::More) => queue.push_back(pass),
            Ok(Left::Nothing) => {}
            Err(error) => {
                stop.set(Stopped::Broken);
                return Err(error);
            }
        }
    }
    Ok(())
}
