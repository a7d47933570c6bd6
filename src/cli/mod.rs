//! One file a command: it reads arguments, calls a stage, prints, chooses the exit code.

/// Print a line for whoever watches. The `eprintln!` of the standard library panics when standard
/// error is closed, and nobody listening is no reason to stop working; so every command uses this
/// one, which stands before them.
macro_rules! eprintln {
    ($($part:tt)*) => {{
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr().lock(),
            format_args!("{}\n", format_args!($($part)*)),
        );
    }};
}

mod aspects;
mod catalog;
mod check;
mod correct;
mod corrected_rows;
mod crawl;
mod demo;
mod doctor;
mod explain;
mod import;
mod import_page;
mod inbox;
mod init;
mod listing;
mod model;
mod model_eval;
mod model_intent;
mod report;
mod restock;
mod retag;
mod run;
mod saved;
mod serve;
mod source;
mod store;
mod tag;
mod tag_line;
mod trends;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// See demand before your sales data does.
#[derive(Debug, Parser)]
#[command(name = "groundswell", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Flags every command takes.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// Folder with groundswell.toml
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All done.
    Done = 0,
    /// Done, but a part failed.
    Partly = 1,
    /// Could not run.
    Failed = 2,
    /// The configuration is wrong.
    Config = 3,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Check(check::Args),
    Doctor(doctor::Args),
    Demo(demo::Args),
    Source(source::Args),
    Import(import::Args),
    Inbox(inbox::Args),
    Crawl(crawl::Args),
    Tag(tag::Args),
    Match(listing::Args),
    Catalog(catalog::Args),
    Correct(correct::Args),
    Retag(retag::Args),
    Trends(trends::Args),
    Explain(explain::Args),
    Aspects(aspects::Args),
    Restock(restock::Args),
    Report(report::Args),
    Run(run::Args),
    Serve(serve::Args),
    Store(store::Args),
    Model(model::Args),
}

/// Run the program with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let global = &cli.global;
    let outcome = match cli.command {
        Command::Init(args) => init::run(args, global),
        Command::Check(args) => check::run(args, global),
        Command::Doctor(args) => doctor::run(args, global),
        Command::Demo(args) => demo::run(args, global),
        Command::Source(args) => source::run(args, global),
        Command::Import(args) => import::run(args, global),
        Command::Inbox(args) => inbox::run(args, global),
        Command::Crawl(args) => crawl::run(args, global),
        Command::Tag(args) => tag::run(args, global),
        Command::Match(args) => listing::run(args, global),
        Command::Catalog(args) => catalog::run(args, global),
        Command::Correct(args) => correct::run(args, global),
        Command::Retag(args) => retag::run(args, global),
        Command::Trends(args) => trends::run(args, global),
        Command::Explain(args) => explain::run(args, global),
        Command::Aspects(args) => aspects::run(args, global),
        Command::Restock(args) => restock::run(args, global),
        Command::Report(args) => report::run(args, global),
        Command::Run(args) => run::run(args, global),
        Command::Serve(args) => serve::run(args, global),
        Command::Store(args) => store::run(args, global),
        Command::Model(args) => model::run(args, global),
    };
    match outcome {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => ExitCode::from(fail(&error) as u8),
    }
}

/// Say what went wrong and what to do about it.
fn fail(error: &anyhow::Error) -> Exit {
    eprintln!("error: {error:#}");
    let config = error.chain().find_map(|cause| {
        let run = cause.downcast_ref::<crate::run::Error>();
        match run {
            Some(crate::run::Error::Config(config)) => Some(config),
            _ => cause.downcast_ref::<crate::config::Error>(),
        }
    });
    if let Some(hint) = config.and_then(crate::config::Error::hint) {
        eprintln!("hint: {hint}");
    }
    let is_config = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<crate::run::Error>())
        .any(crate::run::Error::is_config);
    if is_config || config.is_some() {
        Exit::Config
    } else {
        Exit::Failed
    }
}

/// Print a line of data. A reader that went away (`| head`) is no error: there is nobody left to
/// tell.
macro_rules! out {
    ($($part:tt)*) => {
        if let Err(error) = std::io::Write::write_fmt(
            &mut std::io::stdout().lock(),
            format_args!("{}\n", format_args!($($part)*)),
        ) {
            $crate::cli::nobody_reads(&error)
        }
    };
}
pub(crate) use out;

/// Standard output cannot be written: end quietly when its reader went away, else say so.
pub(crate) fn nobody_reads(error: &std::io::Error) -> ! {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        std::process::exit(Exit::Done as i32);
    }
    eprintln!("error: cannot write the output: {error}");
    std::process::exit(Exit::Failed as i32);
}
