use super::restock::{config_wrong, language, market, print};
use super::{Exit, Global};
use crate::report::{Limits, Page, html, shown_name, text};
use crate::run::{Delivery, Outcome, Workspace};
use anyhow::{Context as _, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What is rising, what to order, and how much of the world was seen
///
/// Prints the report, writes it to a file, or mails it to the readers of the subscribers file.
/// Each reader gets only their markets, in their language, and only what is new since their last
/// mail. Running it twice sends nothing twice; should the machine die in the middle, one mail may
/// come again, none is lost.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell report --out report.html          a page to open or to pass on
  groundswell report --lang zh --market de      plain text on the screen
  groundswell report --send --dry-run           who would get what
  groundswell report --send

Exit code: 0 done, 1 some mails failed, 2 could not run, 3 a file of yours is wrong")]
pub struct Args {
    /// Language: zh or en; without it, that of groundswell.toml
    #[arg(long, value_name = "LANG", conflicts_with = "send")]
    lang: Option<String>,
    /// Only this market (us, de, jp ...)
    #[arg(long, value_name = "CODE", conflicts_with = "send")]
    market: Option<String>,
    /// A page or plain text; without it, a page into a file that ends in .html, else text
    #[arg(long, value_enum, conflicts_with = "send")]
    format: Option<Format>,
    /// Write to this file
    #[arg(long, value_name = "FILE", conflicts_with = "send")]
    out: Option<PathBuf>,
    /// Look back so many days; without it, as many as groundswell.toml says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=366), conflicts_with = "send")]
    days: Option<u16>,
    /// Mail each reader of the subscribers file what is new for them
    #[arg(long)]
    send: bool,
    /// With --send: only show who would get what
    #[arg(long, requires = "send")]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// One self-contained page
    Html,
    /// Plain text
    Text,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = match Workspace::open(&global.dir) {
        Ok(workspace) => workspace,
        Err(error) if error.is_config() => return Ok(config_wrong(&error.into())),
        Err(error) => return Err(error.into()),
    };
    if args.send {
        return send(&workspace, args.dry_run);
    }
    let market = market(args.market.as_deref())?;
    let language = language(args.lang.as_deref(), &workspace)?;
    let days = args.days.unwrap_or(workspace.config.report.days);
    let view = match workspace.view(market.as_ref(), days) {
        Ok(view) => view,
        Err(error) if error.is_config() => return Ok(config_wrong(&error.into())),
        Err(error) => return Err(error.into()),
    };
    let page = Page::new(&view, language, Limits::FULL);
    let is_page = |path: &Path| {
        path.extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"))
    };
    let format = args.format.unwrap_or(match args.out.as_deref() {
        Some(path) if is_page(path) => Format::Html,
        _ => Format::Text,
    });
    let words = match format {
        Format::Html => html(&page)?,
        Format::Text => text(&page)?,
    };
    match &args.out {
        None => print(words.as_bytes())?,
        Some(path) => {
            write_whole(path, &words)?;
            eprintln!("wrote {}", path.display());
        }
    }
    Ok(Exit::Done)
}

/// Writes a file whole: a reader sees the old one or the new one, never half of it.
fn write_whole(path: &Path, words: &str) -> anyhow::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    if name.is_empty() {
        bail!("--out `{}` is not a file", path.display());
    }
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = fs::write(&part, words).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // Best effort: the error that matters is the first one.
        let _ = fs::remove_file(&part);
    }
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

fn send(workspace: &Workspace, dry_run: bool) -> anyhow::Result<Exit> {
    let password = workspace
        .config
        .mail
        .password_env
        .as_ref()
        .and_then(|variable| std::env::var(variable).ok());
    let holder = format!("report {}", std::process::id());
    let deliveries = match workspace.send_reports(password, &holder, dry_run) {
        Ok(deliveries) => deliveries,
        Err(error) if error.is_config() => return Ok(config_wrong(&error.into())),
        Err(error) => return Err(error.into()),
    };
    if deliveries.is_empty() {
        eprintln!(
            "nobody to mail: `{}` names no reader",
            workspace.config.report.subscribers.display()
        );
    }
    let mut has_failed = false;
    for delivery in &deliveries {
        has_failed |= !tell(delivery)?;
    }
    Ok(if has_failed { Exit::Partly } else { Exit::Done })
}

/// One line for a reader; whether all is well.
fn tell(delivery: &Delivery) -> anyhow::Result<bool> {
    let to = format!(
        "{} <{}>",
        shown_name(&delivery.reader.name),
        delivery.reader.address
    );
    match &delivery.outcome {
        Outcome::Nothing => print(format!("nothing new  {to}\n").as_bytes())?,
        Outcome::Would(subject, alerts, lines) => {
            let what = format!("{alerts} alerts, {lines} restock lines: {subject}");
            print(format!("would send   {to}  {what}\n").as_bytes())?;
        }
        Outcome::Sent(subject) => print(format!("sent         {to}  {subject}\n").as_bytes())?,
        Outcome::Failed(error) => {
            eprintln!("not sent     {to}\n  error: {error}");
            return Ok(false);
        }
        Outcome::Unnoted(subject, error) => {
            eprintln!("sent         {to}  {subject}");
            eprintln!("  error: it could not be noted and may come again: {error}");
            return Ok(false);
        }
    }
    Ok(true)
}
