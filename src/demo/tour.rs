//! One run of the demo: a world is made, crawled day by day on its own clock, read, judged.

use super::home::{self, Home};
use super::score::{self, Scorecard};
use super::server::{Server, Traffic};
use super::world::World;
use super::world::posts::start_of;
use super::world::truth;
use crate::crawl::import::{self, Batcher, Converter, Plan, Rows, Shape};
use crate::crawl::{
    self, Client, ClientLimits, Crawler, CrawlerParts, Guard, Job, Keys, Stop, Summary, Transport,
};
use crate::record::{Coverage, Day, SimClock};
use crate::report::{self, Language, Limits, Page, View};
use crate::run::{self, Workspace};
use crate::source::Ask;
use crate::store::{self, AlertFilter};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Hours (UTC) at which the sites are read.
const ROUNDS_H: [i64; 2] = [0, 12];
/// The round in which shops are read too.
const SHOPS_H: i64 = 12;
/// Days after which what was fetched is tagged, counted and judged. The log is the clock of the
/// detector: an alert of a Tuesday is the same whether it is computed on Wednesday or on Sunday.
const WEEK: i32 = 7;
/// Source name of the seller's own orders.
const ORDERS: &str = "orders";

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which world.
    pub seed: u64,
    /// Simulated days.
    pub days: i32,
    /// The home folder to make.
    pub home: PathBuf,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Simulated days that are over.
    pub days: i32,
    /// Simulated days of the run.
    pub of: i32,
    /// The last of them.
    pub day: Day,
    /// Records read so far.
    pub records: u64,
    /// Alerts pushed so far.
    pub pushed: usize,
}

/// What one source was asked and what came back.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceLine {
    /// The source.
    pub source: String,
    /// Requests by outcome.
    pub coverage: Coverage,
    /// What went wrong, as the crawl said it: how often, first and last day.
    pub troubles: BTreeMap<String, (u32, Day, Day)>,
}

/// What a run came to.
pub struct Outcome {
    /// The world.
    pub world: Arc<World>,
    /// Records read: posts, reviews, list items, order lines.
    pub records: u64,
    /// All that the report says.
    pub view: View,
    /// The score against the truth.
    pub scorecard: Scorecard,
    /// What was asked, by source.
    pub sources: Vec<SourceLine>,
    /// What the sites saw of us.
    pub traffic: BTreeMap<&'static str, Traffic>,
    /// The home folder.
    pub home: PathBuf,
    /// The report, as a page.
    pub report: PathBuf,
    /// The run was stopped before its last day.
    pub stopped: bool,
}

/// Why a run could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A data file of the program is broken: our own mistake.
    #[error("the demo's own data cannot be read: {0}")]
    Data(#[from] toml::de::Error),
    /// No port could be opened.
    #[error("the demo cannot open its sites on 127.0.0.1: {0}\nhint: a firewall may forbid it")]
    Listen(std::io::Error),
    /// The home folder could not be made.
    #[error(transparent)]
    Home(#[from] home::Error),
    /// The home folder could not be opened, or its log not be read.
    #[error(transparent)]
    Run(#[from] run::Error),
    /// The crawl broke.
    #[error(transparent)]
    Crawl(#[from] crawl::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// An order export could not be read.
    #[error("`{file}`: {why}")]
    Import {
        /// The file.
        file: PathBuf,
        /// Why.
        why: import::Error,
    },
    /// The report could not be made.
    #[error(transparent)]
    Report(#[from] run::ReportError),
    /// The report could not be put into words.
    #[error(transparent)]
    Render(#[from] report::RenderError),
    /// A file could not be read or written.
    #[error("`{file}`: {source}")]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Run the demo. `progress` is called once a simulated week; `stop` ends the run early, and what
/// was read by then is scored all the same.
///
/// # Errors
/// [`Error`].
pub async fn tour(
    options: &Options,
    stop: &Stop,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, Error> {
    let world = Arc::new(World::new(options.seed, options.days)?);
    let clock = SimClock::new(moment(0, 0));
    let server = Server::start(world.clone(), clock.clone())
        .await
        .map_err(Error::Listen)?;
    let home = Home::make(&options.home, &world, &server.hosts())?;
    let workspace = Workspace::open_at(home.path(), Arc::new(clock.clone()))?;
    let crawler = crawler(&workspace, options.seed)?;
    let mut traveller = Traveller {
        world: &world,
        clock: &clock,
        home: &home,
        workspace: &workspace,
        crawler,
        hosts: server.hosts(),
        records: 0,
        troubles: BTreeMap::new(),
    };
    let stopped = traveller.travel(stop, progress).await?;
    let mut view = workspace.view(None, u16::try_from(options.days).unwrap_or(u16::MAX))?;
    let alerts = match workspace.store.live()? {
        Some(live) => workspace.store.alerts(live.id, &AlertFilter::default())?,
        None => Vec::new(),
    };
    let scorecard = score::score(options.seed, options.days, &score::planted(&world), &alerts);
    view.scorecard = Some(tiles(&scorecard));
    let page = Page::new(&view, Language::English, Limits::FULL);
    let path = home.path().join("report.html");
    write(&path, &report::html(&page)?)?;
    let sources = traveller.sources()?;
    let records = traveller.records;
    Ok(Outcome {
        records,
        view,
        scorecard,
        sources,
        traffic: server.traffic(),
        home: home.path().to_owned(),
        report: path,
        stopped,
        world,
    })
}

/// An hour of a simulated day.
fn moment(day: i32, hour: i64) -> Timestamp {
    Timestamp::from_second(start_of(day) + hour * 3_600).unwrap_or_default()
}

/// The crawler of the home folder. One client serves the whole run; the seed makes its pauses
/// the same every time.
fn crawler(workspace: &Workspace, seed: u64) -> Result<Crawler, Error> {
    let config = &workspace.config.crawl;
    let limits = ClientLimits {
        timeout: config.timeout,
        body_bytes_max: config.body_bytes_max,
    };
    let client = Client::new(&config.contact, Guard::new(&config.private_hosts), limits)?;
    let parts = CrawlerParts {
        drift: None,
        memory: Arc::new(workspace.store.clone()),
        clock: workspace.clock.clone(),
        transport: Transport::Live(client),
        authors: workspace.authors.clone(),
        seed,
    };
    Ok(Crawler::new(parts, config))
}

/// The scorecard as the report shows it.
fn tiles(card: &Scorecard) -> report::Scorecard {
    let (all, found) = card.total.news;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    report::Scorecard {
        found: count(found),
        missed: count(all - found),
        false_alarms: count(card.false_alarms.len()),
        lead_days: card.total.before_peak,
        against: (
            format!(
                "Held against everything that happens in world {} over {} days; lead is counted to the day of most posts.",
                card.seed, card.days
            ),
            format!(
                "对照模拟世界 {} 在 {} 天内发生的全部事件；提前天数以讨论最多的一天为准。",
                card.seed, card.days
            ),
        ),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|source| Error::File {
        file: path.to_owned(),
        source,
    })
}

/// The user of the demo.
struct Traveller<'a> {
    world: &'a World,
    clock: &'a SimClock,
    home: &'a Home,
    workspace: &'a Workspace,
    crawler: Crawler,
    hosts: BTreeMap<&'static str, String>,
    records: u64,
    troubles: BTreeMap<String, BTreeMap<String, (u32, Day, Day)>>,
}

impl Traveller<'_> {
    /// Go through the days; whether the run was stopped on the way.
    async fn travel(
        &mut self,
        stop: &Stop,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<bool, Error> {
        let days = self.world.days;
        // The day after the last one is only there to close it.
        for day in 0..=days {
            for hour in ROUNDS_H {
                self.clock.advance_to(moment(day, hour));
                if hour == 0 && day > 0 {
                    self.import_orders(day - 1)?;
                }
                self.round(day, hour, stop).await?;
                if stop.get().is_some() {
                    self.workspace.project(&mut |_| {})?;
                    return Ok(true);
                }
            }
            let week_is_over = day > 0 && day % WEEK == 0;
            if week_is_over || day == days {
                self.workspace.project(&mut |_| {})?;
                progress(Progress {
                    days: day,
                    of: days,
                    day: truth::day(day - 1),
                    records: self.records,
                    pushed: self.pushed()?,
                });
            }
        }
        Ok(false)
    }

    fn pushed(&self) -> Result<usize, Error> {
        let Some(live) = self.workspace.store.live()? else {
            return Ok(0);
        };
        let alerts = self
            .workspace
            .store
            .alerts(live.id, &AlertFilter::default())?;
        Ok(alerts
            .iter()
            .filter(|alert| alert.class.is_pushed())
            .count())
    }

    /// Read every site once. One site after the other, so that the log is the same every time;
    /// the crawler itself would read many at once.
    async fn round(&mut self, day: i32, hour: i64, stop: &Stop) -> Result<(), Error> {
        let (forums, shops) = home::rounds();
        let shops = if hour == SHOPS_H { shops } else { Vec::new() };
        for source in forums.into_iter().chain(shops) {
            let jobs = self.jobs(source);
            let summary = self.crawler.crawl(&jobs, stop, &|_| {}).await?;
            self.note(&summary, truth::day(day));
        }
        Ok(())
    }

    /// The questions that the settings put to a source.
    fn jobs(&self, source: &str) -> Vec<Job> {
        let Some(site) = self.workspace.site(source, Keys::NotNeeded) else {
            return Vec::new();
        };
        let watches = &self.workspace.config.watches;
        watches
            .iter()
            .filter(|watch| watch.source == source)
            .map(|watch| {
                let ask = Ask {
                    query: watch.queries.first().cloned().unwrap_or_default(),
                    market: watch.market.clone(),
                    params: watch.params.clone(),
                    now: self.clock_now(),
                };
                Job::new(site.clone(), ask)
            })
            .collect()
    }

    fn clock_now(&self) -> Timestamp {
        self.workspace.clock.now()
    }

    fn note(&mut self, summary: &Summary, day: Day) {
        for line in &summary.sources {
            self.records += (line.new + line.edited) as u64;
            for reason in &line.reasons {
                let why = self.in_general(&reason.why);
                let troubles = self.troubles.entry(line.source.clone()).or_default();
                let entry = troubles.entry(why).or_insert((0, day, day));
                *entry = (entry.0 + 1, entry.1, day);
            }
        }
    }

    /// A reason without what is different each time: the port of a site, the time of a day.
    fn in_general(&self, why: &str) -> String {
        let mut why = why.to_owned();
        for (site, host) in &self.hosts {
            why = why.replace(host.as_str(), &format!("{site}.example"));
        }
        let words: Vec<&str> = why
            .split(' ')
            .map(
                |word| match word.trim_end_matches(':').parse::<Timestamp>() {
                    Ok(_) => "later:",
                    Err(_) => word,
                },
            )
            .collect();
        words.join(" ")
    }

    /// Take over yesterday's order export, as a shop system writes it each night.
    fn import_orders(&mut self, day: i32) -> Result<(), Error> {
        let file = self.home.export_orders(self.world, day)?;
        let wrong = |why| Error::Import {
            file: file.clone(),
            why,
        };
        let plan = Plan::new(Shape::Sales, ORDERS);
        let raw = File::open(&file).map_err(|source| Error::File {
            file: file.clone(),
            source,
        })?;
        let mut rows = Rows::open(BufReader::new(raw)).map_err(&wrong)?;
        let mut converter =
            Converter::new(&plan, &self.workspace.authors, rows.columns()).map_err(&wrong)?;
        let mut batcher = Batcher::new(
            &plan,
            self.clock_now(),
            self.workspace.config.trend.close_after,
        );
        let mut pages = Vec::new();
        while let Some(row) = rows.next_row().map_err(&wrong)? {
            let record = converter.record(&row, rows.columns()).map_err(&wrong)?;
            pages.extend(record.and_then(|record| batcher.push(record)));
        }
        pages.extend(batcher.finish());
        for appended in self.workspace.store.append(&pages)? {
            self.records += appended.new as u64;
        }
        Ok(())
    }

    /// What was asked of each source over the whole run.
    fn sources(&mut self) -> Result<Vec<SourceLine>, Error> {
        let hours = self
            .workspace
            .store
            .coverage(moment(0, 0), self.clock_now())?;
        let mut lines: BTreeMap<String, Coverage> = BTreeMap::new();
        for hour in &hours {
            lines
                .entry(hour.source.clone())
                .or_default()
                .add(&hour.coverage);
        }
        Ok(lines
            .into_iter()
            .map(|(source, coverage)| SourceLine {
                troubles: self.troubles.remove(&source).unwrap_or_default(),
                source,
                coverage,
            })
            .collect())
    }
}
