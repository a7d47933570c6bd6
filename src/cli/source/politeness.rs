//! `source politeness`: our manners at every host, as the log tells them.

use super::{Exit, Global, print, table};
use crate::crawl::{HostManners, manners};
use crate::run::Workspace;
use jiff::SignedDuration;
use std::collections::BTreeSet;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How many days to look back
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
    /// How to print it
    #[arg(long, value_enum, default_value_t = super::ListFormat::Table)]
    format: super::ListFormat,
}

pub(super) fn run(args: &Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = Workspace::open(&global.dir)?;
    let now = workspace.clock.now();
    let since = now.checked_sub(SignedDuration::from_hours(24 * i64::from(args.days)))?;
    let store = &*workspace.store;
    // A page is written down when it has come, its first request was before that.
    let visits = store.visits(since, jiff::Timestamp::MAX)?;
    let exchanges = visits.iter().flat_map(|visit| &visit.reading.exchanges);
    let mut hosts: BTreeSet<String> = exchanges.map(|it| it.host.clone()).collect();
    hosts.extend(store.hosts()?);
    let mut probes = Vec::new();
    for host in &hosts {
        probes.extend(store.host(host)?.probes);
    }
    let told = manners(&visits, &probes, since);
    match args.format {
        super::ListFormat::Json => {
            print(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
        }
        super::ListFormat::Table if told.is_empty() => {
            print(&format!(
                "Nobody was asked in the last {} days.\n",
                args.days
            ))?;
        }
        super::ListFormat::Table => {
            let head = [
                "HOST",
                "REQUESTS",
                "MINUTE",
                "HOUR",
                "LEAST GAP",
                "MEDIAN",
                "PAUSE",
                "KEPT",
                "WAITS",
                "KEPT",
                "304",
                "REFUSED",
                "CLOSED",
                "NO ANSWER",
            ];
            let rows: Vec<Vec<String>> = told.iter().map(row).collect();
            print(&table(&head.map(str::to_owned), &rows))?;
            print(
                "\nMINUTE, HOUR: most requests in one. PAUSE: the longest that had to be kept \
                 (robots.txt,\nsource file, settings). WAITS: times a site said how long to wait. \
                 CLOSED: times we left it alone.\n",
            )?;
        }
    }
    Ok(match told.iter().all(HostManners::are_kept) {
        true => Exit::Done,
        false => Exit::Partly,
    })
}

fn row(host: &HostManners) -> Vec<String> {
    let kept = |times: bool, broken: u64| match (times, broken) {
        (false, _) => "-".to_owned(),
        (true, 0) => "yes".to_owned(),
        (true, broken) => format!("no ({broken})"),
    };
    vec![
        host.host.clone(),
        host.requests.to_string(),
        host.busiest_minute.to_string(),
        host.busiest_hour.to_string(),
        seconds(host.gap_ms_least),
        seconds(host.gap_ms_median),
        seconds(host.pause_ms),
        kept(
            host.pause_ms.is_some() && host.requests > 1,
            host.pauses_broken,
        ),
        host.waits.to_string(),
        kept(host.waits > 0, host.waits_broken),
        host.unchanged
            .map_or_else(not_known, |share| format!("{:.0} %", share * 100.0)),
        host.refusals.to_string(),
        host.closed.to_string(),
        host.unanswered.to_string(),
    ]
}

fn seconds(ms: Option<u64>) -> String {
    ms.map_or_else(not_known, |ms| format!("{:.1} s", ms as f64 / 1_000.0))
}

fn not_known() -> String {
    "not known".to_owned()
}
