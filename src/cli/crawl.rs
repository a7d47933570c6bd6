use super::{Exit, Global};
use crate::crawl::plan::Share;
use crate::crawl::{Event, Keys, Outcome, Stop, Stopped, Summary};
use crate::run::{
    Answers, CrawlError, CrawlOrder, Inboxes, Planned, Workspace, crawl_due, planned,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

/// Read the sources that are due, once, and bring the figures up to date
///
/// Takes the files of each `[[inbox]]`, then reads each `[[watch]]` of groundswell.toml whose time
/// has come, follows its pages, and keeps what is new. Sites are asked slowly, one request at a time, and only what their robots.txt
/// or their terms allow. Safe to stop with Ctrl-C at any moment: the next run goes on from there.
///
/// Meant for cron and timers: run it every few minutes, it does only what is due. While one
/// crawl runs, a second one ends at once with code 2.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell crawl                         what is due now
  groundswell crawl --all --source feed     one source, due or not
  groundswell crawl --dry-run               when each source comes next, at what cost
  groundswell crawl --all --record answers  keep the raw answers of the sites
  groundswell crawl --replay answers        read them again, without network

Exit code: 0 all was read, 1 a part was refused or failed, 2 could not run, 3 the settings are wrong")]
pub struct Args {
    /// Read everything now, due or not
    #[arg(long)]
    all: bool,
    /// Only this source; may be given several times
    #[arg(long = "source", value_name = "NAME")]
    sources: Vec<String>,
    /// Show when each source is read next and what that may cost, and read nothing
    #[arg(long)]
    dry_run: bool,
    /// If another crawl is running, start when it has ended
    #[arg(long)]
    wait: bool,
    /// End after so many seconds, whatever hangs; default: deadline_s in [crawl]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    deadline_s: Option<u64>,
    /// Take the answers from recordings in this folder instead of the network
    #[arg(long, value_name = "DIR", conflicts_with = "record")]
    replay: Option<PathBuf>,
    /// File that says which request each recording answers
    #[arg(long, value_name = "FILE", requires = "replay")]
    replay_index: Option<PathBuf>,
    /// Write every answer of the sites to this folder, without keys and cookies
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines for people
    Table,
    /// A JSON list, one object a source
    Json,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = match Workspace::open(&global.dir) {
        Err(error) if error.is_config() => {
            eprintln!("error: {error}");
            return Ok(Exit::Config);
        }
        opened => opened?,
    };
    let answers = match (args.replay, args.record) {
        (Some(folder), _) => Answers::Replay {
            folder,
            index: args.replay_index,
        },
        (None, Some(folder)) => Answers::Record(folder),
        (None, None) => Answers::Live,
    };
    let order = CrawlOrder {
        skip_streams: false,
        all: args.all,
        sources: args.sources,
        wait: args.wait,
        deadline: args.deadline_s.map(Duration::from_secs),
        answers,
    };
    let keys = match order.answers {
        Answers::Replay { .. } => Keys::NotNeeded,
        Answers::Live | Answers::Record(_) => Keys::Environment,
    };
    let sites = |name: &str| workspace.site(name, keys);
    let done = if args.dry_run {
        planned(&workspace, &sites, &order)
            .map(|(plan, shares)| show_plan(&plan, &shares, workspace.clock.now(), args.format))
    } else {
        crawl(&workspace, &sites, &order, args.format)?
    };
    match done {
        Err(error) if error.is_config() => {
            eprintln!("error: {error}");
            Ok(Exit::Config)
        }
        done => Ok(done?),
    }
}

fn crawl(
    workspace: &Workspace,
    sites: &crate::run::Sites<'_>,
    order: &CrawlOrder,
    format: Format,
) -> anyhow::Result<Result<Exit, CrawlError>> {
    // Before the sites: what lies here needs no network, and waits for nobody.
    let all_taken = match order.answers {
        Answers::Live if order.sources.is_empty() => {
            let say = |line: &str| eprintln!("{}", plain(line));
            Inboxes::of(workspace).take(workspace, &say).all_well
        }
        _ => true,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let stop = Stop::default();
    let crawled = runtime.block_on(async {
        tokio::spawn(stop_on_signal(stop.clone()));
        crawl_due(workspace, sites, order, &stop, &|event| tell(&event)).await
    });
    // A parser that was given up may still run; it is not waited for.
    runtime.shutdown_background();
    let summary = match crawled {
        Ok(summary) => summary,
        Err(error) => return Ok(Err(error)),
    };
    // What was appended is brought into the figures even after Ctrl-C: it is there already.
    workspace.project(&mut |_| {})?;
    match format {
        Format::Json => super::out!("{}", serde_json::to_string_pretty(&summary.sources)?),
        Format::Table => super::out!("{}", table(&summary).trim_end()),
    }
    Ok(Ok(if summary.is_complete() && all_taken {
        Exit::Done
    } else {
        Exit::Partly
    }))
}

/// The first Ctrl-C (or a stop by the system) ends the crawl in good order, the second at once.
async fn stop_on_signal(stop: Stop) {
    if signal().await.is_ok() {
        eprintln!("stopping: what is in hand is kept, the next run goes on from here");
        stop.set(Stopped::ByHand);
        if signal().await.is_ok() {
            // Safe at any moment: the log takes a page whole or not at all.
            std::process::exit(i32::from(Exit::Partly as u8));
        }
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Text from outside, without the control characters that would steer a terminal.
fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

fn tell(event: &Event) {
    let line = match event {
        Event::Page {
            source,
            query,
            outcome,
            records,
            new,
            why,
        } => {
            let name = format!("{source} {query}");
            let name = name.trim_end();
            match (outcome, why) {
                (Outcome::Answered, _) => format!("{name}: {records} records, {new} new"),
                (Outcome::Empty, _) => format!("{name}: nothing new"),
                (Outcome::Refused, why) => {
                    format!(
                        "{name}: refused: {}",
                        why.as_deref().unwrap_or("no reason given")
                    )
                }
                (Outcome::Failed, why) => {
                    format!(
                        "{name}: failed: {}",
                        why.as_deref().unwrap_or("no reason given")
                    )
                }
            }
        }
        Event::Share(share) => share.to_string(),
        Event::Again { why, wait, .. } => {
            format!("{why}; asking again in {:.1} s", wait.as_secs_f64())
        }
        Event::Closed { host, until, why } => {
            format!("{host} is left alone until {until}: {why}")
        }
    };
    eprintln!("{}", plain(&line));
}

fn table(summary: &Summary) -> String {
    if summary.sources.is_empty() && summary.stopped.is_none() {
        return "Nothing is due. `groundswell crawl --dry-run` shows what comes when.\n".into();
    }
    let widest = summary.sources.iter().map(|line| line.source.len()).max();
    let width = widest.unwrap_or(0).max("source".len());
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{:width$}  records    new  refused  errors  kinds",
        "source"
    );
    for line in &summary.sources {
        let kinds: Vec<String> = line
            .kinds
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let text = format!(
            "{:width$}  {:>7}  {:>5}  {:>7}  {:>6}  {}",
            line.source,
            line.records,
            line.new,
            line.refused,
            line.errors,
            kinds.join(", ")
        );
        let _ = writeln!(out, "{}", text.trim_end());
    }
    for line in &summary.sources {
        for reason in &line.reasons {
            let name = format!("{} {}", line.source, reason.query);
            let _ = writeln!(out, "\n{}: {}", plain(name.trim_end()), plain(&reason.why));
        }
        for finding in &line.findings {
            let name = format!("{} {}", line.source, finding.query);
            let _ = writeln!(
                out,
                "\n{}: {}",
                plain(name.trim_end()),
                plain(&finding.what)
            );
            if let Some(copy) = &finding.copy {
                let _ = writeln!(
                    out,
                    "  see what changed: groundswell source test {} --page {}",
                    line.source,
                    copy.display()
                );
            }
        }
        // A field that some items lack is ordinary; one that most lack may be a changed page.
        for (field, items) in &line.missing {
            if items * 2 > line.records {
                let (name, of) = (&line.source, line.records);
                let _ = writeln!(
                    out,
                    "\n{name}: `{field}` was not found in {items} of {of} records"
                );
            }
        }
    }
    match summary.stopped {
        Some(Stopped::ByHand) => {
            out.push_str("\nStopped by hand; the next run goes on from here.\n")
        }
        Some(Stopped::Deadline) => {
            out.push_str("\nThe batch reached its deadline; the next run goes on from here.\n");
        }
        _ => {}
    }
    out
}

fn show_plan(plan: &[Planned], shares: &[Share], now: Timestamp, format: Format) -> Exit {
    if format == Format::Json {
        let lines: Vec<serde_json::Value> = plan
            .iter()
            .map(|line| {
                let cost = line.cost.as_ref();
                serde_json::json!({
                    "source": line.source,
                    "query": line.query,
                    "last_run": line.last_run,
                    "next_run": line.due.unwrap_or(now),
                    "due": line.is_due(now),
                    "pause_s": line.pace.map(|(pause, _)| pause.as_secs()),
                    "new_per_day": line.pace.and_then(|(_, rate)| rate),
                    "bucket": cost.map(|cost| &cost.bucket),
                    "calls_max": cost.map(|cost| cost.calls),
                    "units_max": cost.map(|cost| cost.units),
                    "money_max": cost.and_then(|cost| cost.money.as_ref()),
                    "unpaid_until": line.unpaid,
                })
            })
            .collect();
        super::out!("{:#}", serde_json::Value::Array(lines));
        return Exit::Done;
    }
    if plan.is_empty() {
        super::out!("Nothing is watched. Add a [[watch]] to groundswell.toml.");
    }
    for line in plan {
        super::out!("{}", plan_line(line, now));
    }
    if !shares.is_empty() {
        super::out!("\nWhat the questions that are due now may cost:");
    }
    for share in shares {
        super::out!("  {}", plain(&share.to_string()));
    }
    Exit::Done
}

fn plan_line(line: &Planned, now: Timestamp) -> String {
    let local = |time: Timestamp| {
        let zone = TimeZone::get(&line.zone).unwrap_or(TimeZone::UTC);
        time.to_zoned_datetime(zone)
            .strftime("%F %H:%M %Z")
            .to_string()
    };
    let next = match line.unpaid.or(line.due) {
        Some(due) if due > now => local(due),
        _ => "now".into(),
    };
    let mut facts = Vec::new();
    if line.unpaid.is_some() {
        facts.push("waits for its budget".to_owned());
    }
    facts.push(match line.last_run {
        Some(last) => format!("last read {}", local(last)),
        None => "never read".into(),
    });
    if let Some((pause, rate)) = line.pace {
        let pause = jiff::SignedDuration::try_from(pause).unwrap_or_default();
        facts.push(match rate {
            Some(rate) => format!("every {pause:#}, {rate} new a day"),
            None => format!("every {pause:#} until its pace is known"),
        });
    }
    if let Some(cost) = &line.cost {
        let mut most = format!("at most {} calls", cost.calls);
        if let Some(money) = &cost.money {
            most.push_str(&format!(", {money}"));
        }
        facts.push(most);
    }
    let name = format!("{} {}", line.source, line.query);
    format!(
        "{next:<22}  {}  ({})",
        plain(name.trim_end()),
        facts.join("; ")
    )
}
