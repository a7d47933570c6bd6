//! What ails a home folder: each watched source asked once, live and politely, and the settings
//! and surroundings that bite. Nothing is appended to the log.

use super::crawl::{Question, client, seed, watched};
use super::surroundings::{Trouble, around};
use super::{CrawlError, CrawlOrder, Planned, Sites, Workspace};
use crate::crawl::health::{self, Finding, HISTORY_MAX, Oddity};
use crate::crawl::{Crawler, CrawlerParts, Error, Job, Memory, Probed, Transport};
use crate::record::{Exchange, Visit};
use crate::source::Source;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// A probe waits no longer for its turn at a host.
const PATIENCE: Duration = Duration::from_secs(30);
/// An answer that is faster than this is never called slow.
const SLOW_MIN_MS: u32 = 3_000;
/// An answer that takes so many times as long as usual is slow.
const SLOW_TIMES: u32 = 5;

/// What a check-up is asked to do.
#[derive(Debug, Clone, Default)]
pub struct CheckupOrder {
    /// Only these sources; empty means every one that is watched.
    pub sources: Vec<String>,
    /// Ask nobody; judge by the log alone.
    pub offline: bool,
}

/// What a check-up found.
#[derive(Debug, Clone, Serialize)]
pub struct Checkup {
    /// Sources, in order of name.
    pub sources: Vec<SourceHealth>,
    /// What is wrong with settings and surroundings.
    pub home: Vec<Trouble>,
}

impl Checkup {
    /// Whether nothing is wrong.
    pub fn is_well(&self) -> bool {
        self.home.is_empty() && self.sources.iter().all(|source| !source.verdict.is_wrong())
    }
}

/// How a source is.
#[derive(Debug, Clone, Serialize)]
pub struct SourceHealth {
    /// Its name.
    pub source: String,
    /// What it was asked, as the log names it.
    pub query: String,
    /// How it is, in a word.
    pub verdict: Verdict,
    /// How it is, in a sentence.
    pub what: String,
    /// What to do next; `None`: nothing.
    pub next: Option<String>,
    /// What is odd about how it reads, in all that is asked of it.
    pub findings: Vec<Finding>,
    /// Status of the probe; `None`: nobody was asked, or there was no answer.
    pub status: Option<u16>,
    /// Milliseconds the answer took.
    pub ms: Option<u32>,
    /// Items on the page.
    pub items: Option<u32>,
}

/// How a source is, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It reads as it always did.
    Ok,
    /// It needs a key that is not set.
    KeyMissing,
    /// Its key is wrong or has expired.
    KeyWrong,
    /// It lives at another address now.
    Moved,
    /// The site does not want to be asked.
    Blocked,
    /// It answers, and what it answers cannot be used.
    Broken,
    /// It answers, slowly.
    Slow,
    /// It gives no answer.
    Unreachable,
    /// It may not be asked yet.
    NotDue,
    /// Nobody asked it; the log has nothing against it.
    NotAsked,
}

impl Verdict {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::KeyMissing => "key-missing",
            Verdict::KeyWrong => "key-wrong",
            Verdict::Moved => "moved",
            Verdict::Blocked => "blocked",
            Verdict::Broken => "broken",
            Verdict::Slow => "slow",
            Verdict::Unreachable => "unreachable",
            Verdict::NotDue => "not-due",
            Verdict::NotAsked => "not-asked",
        }
    }

    /// Whether somebody must do something.
    pub fn is_wrong(self) -> bool {
        !matches!(self, Verdict::Ok | Verdict::NotDue | Verdict::NotAsked)
    }
}

/// A source with all that is asked of it.
struct Patient {
    definition: Option<Arc<Source>>,
    /// The question a probe asks, and the others.
    jobs: Vec<Job>,
    /// Visits of each question, newest first.
    visits: Vec<Vec<Visit>>,
    findings: Vec<Finding>,
}

/// Looks at every watched source and at the home around them.
///
/// # Errors
/// [`CrawlError`] where nothing could be looked at. What is wrong with sources is in the check-up.
pub async fn check_up(
    workspace: &Workspace,
    sites: &Sites<'_>,
    order: &CheckupOrder,
) -> Result<Checkup, CrawlError> {
    let wanted = CrawlOrder {
        sources: order.sources.clone(),
        ..CrawlOrder::default()
    };
    let watched = watched(workspace, sites, &wanted)?;
    let plan: Vec<Planned> = watched
        .iter()
        .map(|question| question.planned.clone())
        .collect();
    let mut patients: BTreeMap<String, Patient> = BTreeMap::new();
    for Question { job, .. } in watched {
        let name = job.site.name().to_owned();
        let visits = Memory::visits(&workspace.store, &name, &job.query, HISTORY_MAX)
            .map_err(Error::Memory)?;
        let patient = patients.entry(name.clone()).or_insert_with(|| Patient {
            definition: workspace.sources.get(&name),
            jobs: Vec::new(),
            visits: Vec::new(),
            findings: Vec::new(),
        });
        patient
            .findings
            .extend(told_by_log(workspace, &job, &visits)?);
        patient.jobs.push(job);
        patient.visits.push(visits);
    }
    let mut probes = BTreeMap::new();
    if !order.offline {
        probes = probe(workspace, &patients).await?;
    }
    let mut clocks = Vec::new();
    let mut sources = Vec::new();
    for (name, patient) in &patients {
        let probed = probes.remove(name);
        if let Some(Ok(seen)) = probed.as_ref().map(|probed| &probed.outcome) {
            clocks.extend(seen.clock);
        }
        sources.push(patient.diagnosed(name, probed, workspace));
    }
    Ok(Checkup {
        home: around(workspace, &plan, &clocks),
        sources,
    })
}

/// What the log says against a question.
fn told_by_log(
    workspace: &Workspace,
    job: &Job,
    visits: &[Visit],
) -> Result<Vec<Finding>, CrawlError> {
    let now = workspace.clock.now();
    let mut findings = health::standing(&job.query, now, visits);
    let position = (*workspace.store).position(job.site.name(), &job.query)?;
    let newest = position
        .and_then(|position| position.newest_time)
        .or_else(|| health::last_records(visits));
    findings.extend(health::silent(
        &job.query,
        now,
        newest,
        job.site.expected_silence(),
    ));
    Ok(findings)
}

/// Asks the first question of each source that can be asked. Hosts are asked beside each other,
/// each in its own pace.
async fn probe(
    workspace: &Workspace,
    patients: &BTreeMap<String, Patient>,
) -> Result<BTreeMap<String, Probed>, CrawlError> {
    let mut config = workspace.config.crawl.clone();
    // One request: what fails is told, not tried again.
    config.retries_max = 0;
    let parts = CrawlerParts {
        memory: Arc::new(workspace.store.clone()),
        clock: workspace.clock.clone(),
        transport: Transport::Live(client(&config)?),
        authors: workspace.authors.clone(),
        drift: None,
        seed: seed(workspace),
    };
    let crawler = Arc::new(Crawler::new(parts, &config));
    let mut tasks = JoinSet::new();
    for (name, patient) in patients {
        let Some(job) = patient.jobs.first() else {
            continue;
        };
        if !patient.missing_keys(job).is_empty() || job.site.stream().is_some() {
            continue;
        }
        let (crawler, job, name) = (crawler.clone(), job.clone(), name.clone());
        tasks.spawn(async move { (name, crawler.probe(job, PATIENCE).await) });
    }
    let mut probes = BTreeMap::new();
    while let Some(done) = tasks.join_next().await {
        let (name, probed) = done.map_err(|broken| Error::Broken {
            doing: "probing a source",
            why: broken.to_string(),
        })?;
        probes.insert(name, probed?);
    }
    Ok(probes)
}

impl Patient {
    /// Keys the source cannot do without and nobody gave, with what they are.
    fn missing_keys(&self, job: &Job) -> Vec<(String, String)> {
        let params = self.definition.iter().flat_map(|source| &source.params);
        let missing = params.filter(|param| {
            let given = job.ask.params.get(&param.name);
            let in_market = job.ask.market.as_ref();
            let by_market = in_market.and_then(|market| param.by_market.get(market));
            let env = param
                .env
                .as_deref()
                .and_then(|name| std::env::var(name).ok());
            let has = |value: Option<&String>| value.is_some_and(|value| !value.is_empty());
            !(param.optional
                || has(given)
                || has(by_market)
                || has(param.default.as_ref())
                || has(env.as_ref()))
        });
        missing
            .filter_map(|param| Some((param.env.clone()?, param.help.clone())))
            .collect()
    }

    fn diagnosed(&self, name: &str, probed: Option<Probed>, workspace: &Workspace) -> SourceHealth {
        let job = self.jobs.first();
        let mut health = SourceHealth {
            source: name.to_owned(),
            query: job.map(|job| job.query.clone()).unwrap_or_default(),
            verdict: Verdict::NotAsked,
            what: "nothing in the log is against it".to_owned(),
            next: None,
            findings: self.findings.clone(),
            status: None,
            ms: None,
            items: None,
        };
        let missing = job.map(|job| self.missing_keys(job)).unwrap_or_default();
        if let Some((variable, help)) = missing.into_iter().next() {
            let what = format!("it needs a key, and {variable} is not set");
            let next = format!("set the environment variable {variable}: {help}");
            return health.told(Verdict::KeyMissing, what, next);
        }
        let Some(probed) = probed else {
            if self.visits.iter().all(Vec::is_empty) {
                health.what = "it was never read".to_owned();
                health.next = Some("run `groundswell crawl`".to_owned());
            }
            return match self.findings.is_empty() {
                true => health,
                false => health.odd(),
            };
        };
        let answered = probed.exchanges.iter().rev().find(|it| !it.robots);
        health.status = answered.map(|it| it.status).filter(|status| *status > 0);
        health.ms = answered.map(|it| it.ms);
        let moved = answered_elsewhere(&probed.exchanges);
        let seen = match probed.outcome {
            Ok(seen) => seen,
            Err(error) => {
                let asked = !probed.exchanges.is_empty();
                let silent = asked && probed.exchanges.iter().all(|it| it.status == 0);
                return match moved {
                    Some(to) => health.moved(&to),
                    None => self.refused(health, &error, silent, probed.rule),
                };
            }
        };
        health.items = Some(seen.found.items);
        // It answers now: what the log says of unanswered requests and odd pages is over, if the
        // new page says so.
        let (query, now) = (health.query.clone(), workspace.clock.now());
        health
            .findings
            .retain(|it| it.query != query || it.oddity == Oddity::Silent);
        let visits = self.visits.first().map(Vec::as_slice).unwrap_or_default();
        let odd = health::judge(&query, &seen.found, now, visits);
        health.findings.splice(0..0, odd);
        if let Some(to) = moved {
            return health.moved(&to);
        }
        if seen.found.items > 0 && seen.found.records == 0 {
            let missing = seen.missing.first();
            let by = missing.map(|it| format!(": `{}` finds no `{}`", it.selector, it.field));
            health.findings.clear();
            let what = format!(
                "it shows {} items and none can be read{}",
                seen.found.items,
                by.unwrap_or_default()
            );
            return health.told(Verdict::Broken, what, mend(name));
        }
        if !health.findings.is_empty() {
            return health.odd();
        }
        let took = health.ms.unwrap_or_default();
        let usual = median_ms(visits);
        let limit = workspace.config.crawl.timeout.as_millis() / 2;
        let is_slow = usual.is_some_and(|ms| took > ms.saturating_mul(SLOW_TIMES));
        if took >= SLOW_MIN_MS && (is_slow || u128::from(took) > limit) {
            let usually = usual.map(|ms| format!(", usually {:.1} s", f64::from(ms) / 1_000.0));
            let what = format!(
                "it answers in {:.1} s{}",
                f64::from(took) / 1_000.0,
                usually.unwrap_or_default()
            );
            let next = "nothing, if it passes; if it stays so, read it less often".to_owned();
            return health.told(Verdict::Slow, what, next);
        }
        health.verdict = Verdict::Ok;
        health.what = match seen.found.items {
            0 => "it answers, and shows nothing now".to_owned(),
            items => format!("{items} items"),
        };
        health
    }

    /// What an error of a probe means.
    fn refused(
        &self,
        health: SourceHealth,
        error: &Error,
        silent: bool,
        rule: Option<String>,
    ) -> SourceHealth {
        let name = health.source.clone();
        let less = "leave it alone: ask less often (`schedule` of its [[watch]]), or use the \
                    site's official access";
        let (verdict, next) = match error {
            Error::Refused { status: 401, .. } => {
                let params = self.definition.iter().flat_map(|source| &source.params);
                let next = match params
                    .filter_map(|it| it.env.as_ref().map(|env| (env, &it.help)))
                    .next()
                {
                    Some((variable, help)) => format!("put a new key into {variable}: {help}"),
                    None => "the site wants a key, and this source has none: see its home page \
                             for its official access"
                        .to_owned(),
                };
                (Verdict::KeyWrong, next)
            }
            Error::Refused { status: 429, .. } | Error::NotBefore { .. } => (
                Verdict::NotDue,
                "nothing: the next crawl waits for its turn by itself".to_owned(),
            ),
            Error::Disallowed { .. } => (
                Verdict::Blocked,
                "remove its [[watch]], or use the site's official access: what robots.txt \
                 forbids is not read"
                    .to_owned(),
            ),
            Error::NoRobots { .. } | Error::TimedOut { .. } | Error::Network { .. } if silent => {
                (Verdict::Unreachable, online())
            }
            Error::TimedOut { .. } | Error::Network { .. } => (Verdict::Unreachable, online()),
            Error::Status { status, .. } if *status >= 500 => (
                Verdict::Unreachable,
                "nothing yet: the site is in trouble; look again in an hour".to_owned(),
            ),
            Error::Status { .. } => (
                Verdict::Broken,
                "look whether the address still exists: `groundswell source show` prints what \
                 is asked"
                    .to_owned(),
            ),
            Error::Closed { .. } => (
                Verdict::Blocked,
                "nothing: it is asked again after that; if it closes again, ask less often"
                    .to_owned(),
            ),
            Error::NoRobots { .. } => (
                Verdict::Blocked,
                "nothing yet: without its robots.txt nothing is read; look again tomorrow"
                    .to_owned(),
            ),
            Error::Refused { .. } | Error::Blocked { .. } => (Verdict::Blocked, less.to_owned()),
            Error::Ask { .. } => (
                Verdict::Broken,
                "write what is missing into its [[watch]] in groundswell.toml".to_owned(),
            ),
            Error::Address { .. } => (
                Verdict::Broken,
                "correct the address, or allow the host if it is your own".to_owned(),
            ),
            _ => (Verdict::Broken, mend(&name)),
        };
        let what = match rule {
            Some(rule) => format!("{error} (`{rule}`)"),
            None => error.to_string(),
        };
        health.told(verdict, what, next)
    }
}

impl SourceHealth {
    fn told(self, verdict: Verdict, what: String, next: String) -> SourceHealth {
        SourceHealth {
            verdict,
            what,
            next: Some(next),
            ..self
        }
    }

    fn moved(self, to: &str) -> SourceHealth {
        let what = format!("it has moved for good, to {to}");
        let next = format!(
            "put the new address into the source file; `groundswell source show {}` prints it",
            self.source
        );
        self.told(Verdict::Moved, what, next)
    }

    /// The verdict of its findings, the first of which is told.
    fn odd(self) -> SourceHealth {
        let what = match self.findings.first() {
            Some(finding) if finding.query == self.query => finding.what.clone(),
            Some(finding) => format!("{}: {}", finding.query, finding.what),
            None => String::new(),
        };
        let next = match self.findings.first().map(|finding| finding.oddity) {
            Some(Oddity::NoAnswer) => "run `groundswell doctor` with the network on".to_owned(),
            Some(Oddity::Silent | Oddity::SamePage) => {
                "look at the site in a browser: does it still show new things?".to_owned()
            }
            _ => mend(&self.source),
        };
        self.told(Verdict::Broken, what, next)
    }
}

fn online() -> String {
    "look whether this machine is online, then at the site in a browser".to_owned()
}

fn mend(name: &str) -> String {
    format!(
        "see what changed with `groundswell source test {name}` and mend its file; if the site \
         has changed for good and reads well, `groundswell source relearn {name}`"
    )
}

/// Where a probe was sent for good.
fn answered_elsewhere(exchanges: &[Exchange]) -> Option<String> {
    let pages = exchanges.iter().filter(|exchange| !exchange.robots);
    pages
        .filter_map(|exchange| exchange.moved_to.clone())
        .next_back()
}

fn median_ms(visits: &[Visit]) -> Option<u32> {
    let exchanges = visits.iter().flat_map(|visit| &visit.reading.exchanges);
    let mut ms: Vec<u32> = exchanges
        .filter(|it| !it.robots && it.status == 200)
        .map(|it| it.ms)
        .collect();
    ms.sort_unstable();
    ms.get(ms.len() / 2).copied()
}
