use super::restock::print;
use super::{Exit, Global};
use crate::crawl::{Stop, Stopped};
use crate::demo::{Options, Outcome, Progress, summary, tour};
use anyhow::Context as _;
use std::path::PathBuf;

/// See it work on a made-up world: no key, no network, no set-up
///
/// Starts six small sites on this machine, lets 90 days pass on them within a minute, and reads
/// them as it would read real ones. The world has hits, and things that only look like hits. At
/// the end you see what was found and when, what to order, and how good that was, held against
/// what really happened in the world.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell demo
  groundswell demo --seed 7                          another world
  groundswell --dir groundswell-demo trends          look around in it afterwards
  groundswell demo --format json                     the scorecard, for programs

Exit code: 0 done, 1 stopped on the way, 2 could not run")]
pub struct Args {
    /// Which world; the same number is always the same world
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many days to let pass
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(i32).range(7..=120))]
    days: i32,
    /// Folder to keep it in; one that an earlier demo made is made anew
    #[arg(long, value_name = "DIR", default_value = "groundswell-demo")]
    keep: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// Only the scorecard, for programs
    Json,
}

pub fn run(args: Args, _global: &Global) -> anyhow::Result<Exit> {
    let options = Options {
        seed: args.seed,
        days: args.days,
        home: args.keep,
    };
    eprintln!(
        "A world of {} days on six sites of this machine, seed {}. Ctrl-C stops it.",
        options.days, options.seed
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start")?;
    let stop = Stop::default();
    let toured = runtime.block_on(async {
        tokio::spawn(stop_on_signal(stop.clone()));
        tour(&options, &stop, &tell).await
    });
    runtime.shutdown_background();
    let outcome = toured?;
    print(words(&outcome, args.format)?.as_bytes())?;
    Ok(if outcome.stopped {
        Exit::Partly
    } else {
        Exit::Done
    })
}

fn words(outcome: &Outcome, format: Format) -> anyhow::Result<String> {
    match format {
        Format::Text => Ok(summary::text(outcome)),
        Format::Json => {
            let mut text = serde_json::to_string_pretty(&outcome.scorecard)
                .context("cannot write the scorecard")?;
            text.push('\n');
            Ok(text)
        }
    }
}

fn tell(progress: Progress) {
    eprintln!(
        "day {:>3} of {}  {}  {:>6} records read, {} alerts pushed",
        progress.days, progress.of, progress.day, progress.records, progress.pushed
    );
}

async fn stop_on_signal(stop: Stop) {
    // Without a signal handler Ctrl-C ends the program at once, which loses nothing either.
    if tokio::signal::ctrl_c().await.is_ok() {
        eprintln!("stopping after the page in hand");
        stop.set(Stopped::ByHand);
    }
}
