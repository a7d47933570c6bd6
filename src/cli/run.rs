use super::serve::{address, bind, views};
use super::{Exit, Global};
use crate::crawl::schedule::Schedule;
use crate::crawl::{Stop, Stopped};
use crate::run::daemon::Daemon;
use crate::run::{Counter, HomeChores, Inboxes, Planned, Tell, Workspace, take_pushes};
use crate::serve;
use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Runs shown at the start.
const NEXT_SHOWN_MAX: usize = 8;

/// Stay up and do everything when it is due: read, count, mail
///
/// Reads each `[[watch]]` of groundswell.toml at its own times, takes what comes into each
/// `[[inbox]]`, judges each day when it is over, and mails the report on `schedule` in `[report]`. Use it instead of a cron line with `crawl`; both
/// together do no harm. Ctrl-C, or a stop by the system, ends it in good order: what is in hand is
/// kept, and the next start goes on from there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell run
  groundswell run --serve       with the pages of `groundswell serve`")]
pub struct Args {
    /// Also show the pages of `groundswell serve`
    #[arg(long)]
    serve: bool,
    /// Address for --serve; default: `address` in [serve]
    #[arg(long, value_name = "ADDRESS:PORT", requires = "serve")]
    address: Option<String>,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = Arc::new(Workspace::open(&global.dir)?);
    let report = report_schedule(&workspace)?;
    let clock = workspace.clock.clone();
    let tell: Arc<Tell> = Arc::new(move |line: &str| tell(clock.now(), line));
    let chores = Arc::new(HomeChores::new(workspace.clone(), tell.clone()));
    let plan = match chores.plan() {
        Err(error) if error.is_config() => {
            eprintln!("error: {error}");
            return Ok(Exit::Config);
        }
        plan => plan?,
    };
    tell_next(&plan, report.as_ref(), &workspace);
    let listen_at = match args.serve {
        true => Some(address(args.address, &workspace.config)?),
        false => None,
    };
    let daemon = Daemon::new(chores.clone(), workspace.clock.clone(), report);
    let (counter, stop) = (Counter::default(), Stop::default());
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(async {
        let listener = match listen_at {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        tokio::spawn(stop_when_asked(stop.clone()));
        let pages = listener.map(|listener| {
            let stop = stop.clone();
            if let Ok(address) = listener.local_addr() {
                eprintln!("pages at http://{address}/");
            }
            let ended = async move {
                stop.thrown().await;
            };
            tokio::spawn(serve::serve(listener, views(&workspace), ended))
        });
        let intake = intake(&workspace, &tell, &counter, &stop).await?;
        tokio::join!(
            daemon.work(&stop),
            chores.listen(&counter, &stop),
            chores.count(&counter, &stop),
        );
        intake.join_all().await;
        match pages {
            Some(pages) => pages.await?.context("the pages"),
            None => Ok(()),
        }
    });
    // A parser that was given up may still run; it is not waited for.
    runtime.shutdown_background();
    served?;
    Ok(Exit::Done)
}

/// What takes in data of the seller's own beside the crawl: pushes and folders. Each ends when
/// `stop` is thrown.
async fn intake(
    workspace: &Arc<Workspace>,
    tell: &Arc<Tell>,
    counter: &Counter,
    stop: &Stop,
) -> anyhow::Result<tokio::task::JoinSet<()>> {
    let mut work = tokio::task::JoinSet::new();
    if let Some(address) = workspace.config.push.address {
        // Made before anybody may send: a sender can read it as soon as the address is told.
        crate::config::load_or_create_push_token(&workspace.config.push)?;
        let listener = listen(address).await?;
        eprintln!(
            "events are taken at http://{}/inbox/",
            listener.local_addr()?
        );
        if !address.ip().is_loopback() {
            eprintln!("note: events and token come unencrypted; put a proxy with TLS in front");
        }
        let (by, tell, counter, stop) = (
            workspace.clone(),
            tell.clone(),
            counter.clone(),
            stop.clone(),
        );
        work.spawn(async move {
            if let Err(error) = take_pushes(&by, listener, counter, stop).await {
                tell(&format!("events are not taken: {error}"));
            }
        });
    }
    let inboxes = Inboxes::of(workspace);
    if !inboxes.is_empty() {
        work.spawn(inboxes.watch(
            workspace.clone(),
            counter.clone(),
            tell.clone(),
            stop.clone(),
        ));
    }
    Ok(work)
}

async fn listen(address: std::net::SocketAddr) -> anyhow::Result<tokio::net::TcpListener> {
    let bound = tokio::net::TcpListener::bind(address).await;
    bound.with_context(|| {
        format!("cannot take events at `{address}`; hint: `address` in [push] names another port")
    })
}

fn report_schedule(workspace: &Workspace) -> anyhow::Result<Option<Schedule>> {
    let settings = &workspace.config.report;
    let Some(text) = &settings.schedule else {
        return Ok(None);
    };
    if workspace.config.mail.host.is_empty() {
        eprintln!("note: `host` in [mail] is empty, so no report is mailed");
        return Ok(None);
    }
    Ok(Some(
        Schedule::parse(text, &settings.zone).context("`schedule` in `[report]`")?,
    ))
}

/// The first Ctrl-C ends the daemon in good order, the second at once.
async fn stop_when_asked(stop: Stop) {
    serve::asked_to_stop().await;
    stop.set(Stopped::ByHand);
    eprintln!("stopping: what is in hand is kept; Ctrl-C again to stop at once");
    serve::asked_to_stop().await;
    // Safe at any moment: the log takes a page whole or not at all.
    std::process::exit(Exit::Partly as i32);
}

/// A line with its time, without control characters that would steer a terminal.
fn tell(now: Timestamp, line: &str) {
    let plain: String = line
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let local = now.to_zoned_datetime(TimeZone::system());
    eprintln!("{} {plain}", local.strftime("%F %H:%M"));
}

fn tell_next(plan: &[Planned], report: Option<&Schedule>, workspace: &Workspace) {
    let now = workspace.clock.now();
    if plan.is_empty() {
        eprintln!("nothing is watched: add a [[watch]] to groundswell.toml");
    }
    for planned in plan.iter().take(NEXT_SHOWN_MAX) {
        let name = format!("{} {}", planned.source, planned.query);
        let due = planned.due.filter(|due| *due > now);
        eprintln!("next: {} {}", when(due, &planned.zone), name.trim_end());
    }
    if plan.len() > NEXT_SHOWN_MAX {
        eprintln!("next: and {} more", plan.len() - NEXT_SHOWN_MAX);
    }
    if let Some(schedule) = report {
        let zone = &workspace.config.report.zone;
        eprintln!(
            "next: {} report by mail",
            when(schedule.next_after(now), zone)
        );
    }
}

fn when(due: Option<Timestamp>, zone: &str) -> String {
    match due {
        None => "now".to_owned(),
        Some(due) => {
            let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
            due.to_zoned_datetime(zone)
                .strftime("%a %F %H:%M %Z")
                .to_string()
        }
    }
}
