mod politeness;

use super::{Exit, Global, saved};
use crate::config;
use crate::crawl::DriftFolder;
use crate::record::{AuthorKey, Market};
use crate::run::Workspace;
use crate::source::{Ask, Error, Extract, Library, Line, Source, changes};
use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A saved page is read once and by hand, so it may take its time.
const BUDGET: Duration = Duration::from_secs(30);

/// Look at the sources, check them, try one on a saved page
///
/// A source is a file that says what to ask a site and how to read its answer. Those that come
/// with the program can be replaced by files of the same name in the folder `sources` of your
/// home folder.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show every source: what it gives, for which markets, what you need to use it
    List {
        /// How to print it
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Check source files and run the examples they carry; asks no site anything
    Check {
        /// One file; without it, every source there is
        file: Option<PathBuf>,
    },
    /// Print the file of a source, to read it or to start your own from it
    Show {
        /// Name of a source
        name: String,
    },
    /// Show how polite we were: requests, pauses and waits, host by host, from the log
    ///
    /// Exit code: 0 every pause was kept, 1 one was not, 2 could not run, 3 the settings are wrong
    Politeness(politeness::Args),
    /// Learn anew what pages of a source usually look like, when the site has changed for good
    Relearn {
        /// Name of a source
        name: String,
    },
    /// Read a saved page with a source and print the records that come of it
    Test(TestArgs),
}

#[derive(Debug, clap::Args)]
struct TestArgs {
    /// Name of a source, or a source file
    source: String,
    /// The saved page; a file NAME.meta.json beside NAME.body.… or NAME is read for the address
    /// and the headers. Without it: the newest page of the source that read oddly
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// The address the page was saved from
    #[arg(long)]
    url: Option<String>,
    /// Content-Type the site answered with
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// What was asked: the word, tag or list
    #[arg(long, default_value = "")]
    query: String,
    /// The market that was asked about, such as de
    #[arg(long)]
    market: Option<String>,
    /// How to print the records
    #[arg(long, value_enum, default_value_t = TestFormat::Table)]
    format: TestFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Table,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// For the eye
    Table,
    /// One JSON object a line
    Ndjson,
    /// One JSON array
    Json,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    match args.command {
        Command::List { format } => list(global, format),
        Command::Check { file } => check(global, file.as_deref()),
        Command::Show { name } => show(global, &name),
        Command::Politeness(args) => politeness::run(&args, global),
        Command::Relearn { name } => relearn(global, &name),
        Command::Test(args) => test(global, &args),
    }
}

fn user_folder(global: &Global) -> PathBuf {
    global.dir.join("sources")
}

/// The library; problems in single files are told and the rest goes on.
fn library(global: &Global) -> (Library, usize) {
    let (library, problems) = Library::load_partly(Some(&user_folder(global)));
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    (library, problems.len())
}

fn find(library: &Library, name: &str) -> anyhow::Result<Arc<Source>> {
    library
        .get(name)
        .with_context(|| match library.nearest(name) {
            Some(near) => format!("there is no source `{name}`\n  hint: did you mean `{near}`?"),
            None => {
                format!(
                    "there is no source `{name}`\n  hint: `groundswell source list` shows them all"
                )
            }
        })
}

fn list(global: &Global, format: ListFormat) -> anyhow::Result<Exit> {
    let (library, wrong) = library(global);
    let rows: Vec<Vec<String>> = library.iter().map(|source| row(source)).collect();
    match format {
        ListFormat::Json => {
            let all: Vec<serde_json::Value> = library.iter().map(|source| entry(source)).collect();
            print(&format!("{}\n", serde_json::to_string_pretty(&all)?))?;
        }
        ListFormat::Table => {
            let head = ["NAME", "GIVES", "CLASS", "MARKETS", "NEEDS", "PROVEN", "ON"];
            print(&table(&head.map(str::to_owned), &rows))?;
            let off: Vec<&Arc<Source>> = library.iter().filter(|s| s.off.is_some()).collect();
            if !off.is_empty() {
                print("\nOff until you name them in a watch, because:\n")?;
                for source in off {
                    let why = source.off.as_deref().unwrap_or("");
                    print(&format!("  {}: {why}\n", source.name))?;
                }
            }
        }
    }
    Ok(if wrong == 0 { Exit::Done } else { Exit::Config })
}

fn row(source: &Source) -> Vec<String> {
    let markets: Vec<String> = source.markets().iter().map(ToString::to_string).collect();
    let markets = match markets.as_slice() {
        _ if source.takes_any_market() => "any".to_owned(),
        [] => "any".to_owned(),
        all if all.len() > 6 => format!("{} and {} more", all[..5].join(" "), all.len() - 5),
        all => all.join(" "),
    };
    vec![
        source.name.clone(),
        source.kind.word().to_owned(),
        source.class.word().to_owned(),
        markets,
        needs(source),
        if source.proven { "yes" } else { "no" }.to_owned(),
        if source.off.is_some() { "off" } else { "on" }.to_owned(),
    ]
}

/// What a user must have or state, in words.
fn needs(source: &Source) -> String {
    let key = match source.tier.word() {
        "none" => None,
        "free-key" => Some("free key"),
        "approval" => Some("approved key"),
        "own-export" => Some("your export"),
        _ => Some("your decision"),
    };
    let stated = source.params.iter().filter(|param| {
        !param.secret && !param.optional && param.default.is_none() && param.by_market.is_empty()
    });
    let needs: Vec<&str> = key
        .into_iter()
        .chain(stated.map(|param| param.name.as_str()))
        .collect();
    if needs.is_empty() {
        return "nothing".to_owned();
    }
    needs.join(", ")
}

fn entry(source: &Source) -> serde_json::Value {
    let params: Vec<serde_json::Value> = source
        .params
        .iter()
        .map(|param| {
            serde_json::json!({
                "name": param.name, "help": param.help, "example": param.example,
                "default": param.default, "env": param.env, "secret": param.secret,
                "optional": param.optional,
            })
        })
        .collect();
    serde_json::json!({
        "name": source.name, "title": source.title, "home": source.home,
        "kind": source.kind.word(), "class": source.class.word(),
        "markets": source.markets(), "lang": source.lang,
        "access": source.access.word(), "terms": source.terms, "tier": source.tier.word(),
        "proven": source.proven, "off": source.off, "stance": source.stance,
        "query": source.query, "formats": source.formats(), "params": params,
        "pages_max": source.pages_max(), "calls_per_day": source.quota.calls_per_day,
        "file": source.file(), "examples": source.examples(),
    })
}

fn check(global: &Global, file: Option<&Path>) -> anyhow::Result<Exit> {
    let mut problems: Vec<Error> = Vec::new();
    let mut sources: Vec<Arc<Source>> = Vec::new();
    match file {
        Some(file) => match Library::read_file(file) {
            Ok(source) => sources.push(Arc::new(source)),
            Err(mut wrong) => problems.append(&mut wrong),
        },
        None => {
            let (library, mut wrong) = Library::load_partly(Some(&user_folder(global)));
            problems.append(&mut wrong);
            sources.extend(library.iter().cloned());
        }
    }
    let mut examples = 0;
    for source in &sources {
        match source.run_examples() {
            Ok(count) => examples += count,
            Err(mut wrong) => problems.append(&mut wrong),
        }
    }
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    if problems.is_empty() {
        print(&format!(
            "{} sources and {examples} examples are good\n",
            sources.len()
        ))?;
        return Ok(Exit::Done);
    }
    eprintln!("{} problems", problems.len());
    Ok(Exit::Config)
}

fn show(global: &Global, name: &str) -> anyhow::Result<Exit> {
    let (library, _) = library(global);
    let source = find(&library, name)?;
    let own = Path::new(source.file());
    let text = match Library::built_in_text(name) {
        Some(text) if !own.is_absolute() && !own.starts_with(&global.dir) => text.to_owned(),
        _ => std::fs::read_to_string(own)
            .with_context(|| format!("could not read `{}`", own.display()))?,
    };
    print(&text)?;
    Ok(Exit::Done)
}

fn relearn(global: &Global, name: &str) -> anyhow::Result<Exit> {
    let workspace = Workspace::open(&global.dir)?;
    let source = find(&workspace.sources, name)?;
    workspace.learn_anew(&source.name)?;
    print(&format!(
        "what `{name}` usually shows is learned anew from its next pages\n"
    ))?;
    Ok(Exit::Done)
}

fn test(global: &Global, args: &TestArgs) -> anyhow::Result<Exit> {
    let source = source_of(global, &args.source)?;
    let drift = config::load(&global.dir)
        .ok()
        .map(|config| DriftFolder::of_store(&config));
    let page = match &args.page {
        Some(page) => page.clone(),
        None => drift
            .as_ref()
            .and_then(|drift| drift.newest_odd(&source.name))
            .with_context(|| format!(
                "no page of `{}` read oddly in the last days\n  hint: name a saved page with --page FILE",
                source.name
            ))?,
    };
    let saved = saved::read(&page, args.url.as_deref(), args.content_type.as_deref())?;
    let market = match &args.market {
        None => None,
        Some(code) => Some(Market::parse(code).with_context(|| {
            format!("`{code}` is not a market\n  hint: write a two-letter country such as de")
        })?),
    };
    let ask = Ask {
        query: args.query.clone(),
        market,
        params: BTreeMap::new(),
        now: saved.fetched_at,
    };
    let key = throw_away_key();
    let good = drift.and_then(|drift| drift.good(&source.name));
    let good = good.filter(|good| *good != page);
    let good = good.and_then(|good| saved::read(&good, None, None).ok());
    let extract = match source.extract_within(&saved, &ask, &key, BUDGET) {
        Ok(extract) => extract,
        Err(error) => {
            if let Some(good) = &good {
                eprintln!(
                    "the last good page, of {}, could be read",
                    shown(good.fetched_at)
                );
            }
            return Err(error.into());
        }
    };
    let lines: Vec<Line> = extract.records.iter().map(Line::from).collect();
    match args.format {
        TestFormat::Ndjson => {
            for line in &lines {
                print(&format!("{}\n", serde_json::to_string(line)?))?;
            }
        }
        TestFormat::Json => print(&format!("{}\n", serde_json::to_string_pretty(&lines)?))?,
        TestFormat::Table => {
            let head = ["KIND", "RANK", "ID", "TIME", "PRICE", "TITLE OR TEXT"];
            let rows: Vec<Vec<String>> = lines.iter().map(line_row).collect();
            print(&table(&head.map(str::to_owned), &rows))?;
        }
    }
    tell(&extract, &source);
    if let Some(good) = good {
        let before = source.extract_within(&good, &ask, &key, BUDGET)?;
        eprintln!("against the last good page, of {}:", shown(good.fetched_at));
        let changes = changes(&before, &extract);
        if changes.is_empty() {
            eprintln!("  nothing is missing");
        }
        for change in changes {
            eprintln!("  {change}");
        }
    }
    Ok(if lines.is_empty() {
        Exit::Partly
    } else {
        Exit::Done
    })
}

fn shown(time: Timestamp) -> String {
    time.strftime("%F %H:%M UTC").to_string()
}

/// Pseudonyms of this one run: nothing is stored, so nothing must be found again. The standard
/// library seeds its hash tables from the system's randomness.
fn throw_away_key() -> AuthorKey {
    use std::hash::{BuildHasher, RandomState};
    let mut secret = [0_u8; 32];
    for eight in secret.chunks_exact_mut(8) {
        eight.copy_from_slice(&RandomState::new().hash_one(0).to_be_bytes());
    }
    AuthorKey::new(*blake3::hash(&secret).as_bytes())
}

/// A path means a file; anything else is a name.
fn source_of(global: &Global, name: &str) -> anyhow::Result<Arc<Source>> {
    if name.ends_with(".toml") || Path::new(name).is_file() {
        return match Library::read_file(Path::new(name)) {
            Ok(source) => Ok(Arc::new(source)),
            Err(problems) => {
                for problem in &problems {
                    eprintln!("error: {problem}");
                }
                bail!("`{name}` cannot be used");
            }
        };
    }
    find(&library(global).0, name)
}

/// What the page did not give, on stderr.
fn tell(extract: &Extract, source: &Source) {
    eprintln!(
        "{}: {} items on the page, {} records",
        source.name,
        extract.items,
        extract.records.len()
    );
    for missing in &extract.missing {
        if missing.field == "items" {
            eprintln!(
                "  no item: `{}` finds nothing on this page",
                missing.selector
            );
        } else {
            eprintln!(
                "  no {} in {} of {} items: `{}` finds nothing",
                missing.field, missing.items, extract.items, missing.selector
            );
        }
    }
    if let Some(next) = &extract.next {
        eprintln!("  the next page is {}", plain(next, 120));
    }
}

fn line_row(line: &Line) -> Vec<String> {
    let price = match (&line.price, &line.currency) {
        (Some(price), Some(currency)) => format!("{price} {currency}"),
        (Some(price), None) => price.clone(),
        (None, _) => String::new(),
    };
    let text = line.title.as_deref().or(line.text.as_deref()).unwrap_or("");
    vec![
        line.kind.to_owned(),
        line.rank.map_or(String::new(), |rank| rank.to_string()),
        plain(&line.id, 24),
        line.time.clone().unwrap_or_default(),
        price,
        plain(text, 60),
    ]
}

/// One line of at most `width` columns without control characters.
fn plain(text: &str, width: usize) -> String {
    use unicode_width::UnicodeWidthChar;
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let c = if c.is_control() { ' ' } else { c };
        used += c.width().unwrap_or(0);
        if used > width {
            out.push('…');
            break;
        }
        out.push(c);
    }
    out
}

fn table(head: &[String], rows: &[Vec<String>]) -> String {
    use unicode_width::UnicodeWidthStr;
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut out = String::new();
    for row in std::iter::once(head).chain(rows.iter().map(Vec::as_slice)) {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            let pad = width.saturating_sub(cell.width()) + 2;
            line.push_str(cell);
            line.push_str(&" ".repeat(pad));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Prints to stdout; a reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("could not write the output"),
    }
}
