use super::{Exit, Global, out};
use crate::config::{self, Config, Watch, When};
use crate::crawl::Bucket;
use crate::crawl::schedule::Schedule;
use crate::record::{Account, Calendar, Clock as _, Day, SystemClock};
use crate::report::read_subscribers;
use crate::restock::read_stock;
use crate::source::{Ask, Library, Source};
use crate::tag;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// Check the settings and every file they name, without network
///
/// Reads groundswell.toml, the sources, the catalogue, the stock, the subscribers and the
/// calendar, and prints one line for each. What is wrong is told with its file and line.
/// Nothing is fetched and nothing is changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code: 0 all is right, 3 something is wrong")]
pub struct Args {
    /// How to print what was found
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
}

/// One thing that was checked.
#[derive(Debug, Serialize)]
struct Part {
    /// The file or folder.
    name: String,
    /// What it holds, in counts.
    holds: String,
    /// What is wrong in it.
    problems: Vec<String>,
    /// What is allowed but worth a look.
    notes: Vec<String>,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let parts = match config::load(&global.dir) {
        Ok(config) => {
            let (library, sources) = sources(&config);
            vec![
                settings(&config, &library),
                sources,
                catalogue(&config),
                stock(&config),
                subscribers(&config),
                calendar(&config),
            ]
            .into_iter()
            .chain(transformer(&config))
            .collect()
        }
        Err(error) => vec![refused(&error)],
    };
    let is_right = parts.iter().all(|part| part.problems.is_empty());
    match args.format {
        Format::Text => print(&parts),
        Format::Json => out!(
            "{}",
            serde_json::json!({ "right": is_right, "parts": parts })
        ),
    }
    Ok(if is_right { Exit::Done } else { Exit::Config })
}

fn print(parts: &[Part]) {
    for part in parts {
        let verdict = if part.problems.is_empty() {
            "ok   "
        } else {
            "wrong"
        };
        if part.holds.is_empty() {
            out!("{verdict}  {}", part.name);
        } else {
            out!("{verdict}  {}: {}", part.name, part.holds);
        }
        for problem in &part.problems {
            out!("       {}", problem.replace('\n', "\n       "));
        }
        for note in &part.notes {
            out!("       note: {note}");
        }
    }
}

/// Settings that cannot be read: nothing else can be found without them.
fn refused(error: &config::Error) -> Part {
    let problems = match error {
        config::Error::Wrong { problems, .. } => problems.iter().map(ToString::to_string).collect(),
        other => {
            let hint = other.hint().map(|hint| format!("\nhint: {hint}"));
            vec![format!("{other}{}", hint.unwrap_or_default())]
        }
    };
    Part {
        name: config::FILE_NAME.to_owned(),
        holds: String::new(),
        problems,
        notes: vec!["the other files are checked once the settings are right".to_owned()],
    }
}

fn settings(config: &Config, library: &Library) -> Part {
    let sources: BTreeSet<_> = config.watches.iter().map(|watch| &watch.source).collect();
    let mut notes = Vec::new();
    if config.crawl.contact.is_empty() {
        let note = "`contact` in [crawl] is empty: sites cannot reach you, and some will refuse";
        notes.push(note.to_owned());
    }
    if config.watches.is_empty() {
        notes.push("there is no [[watch]]: `groundswell crawl` has nothing to read".to_owned());
    }
    if let Some(name) = &config.mail.password_env
        && std::env::var_os(name).is_none()
    {
        notes.push(format!(
            "the environment variable `{name}` with the mail password is not set here"
        ));
    }
    let mail = if config.mail.host.is_empty() {
        "off"
    } else {
        "on"
    };
    Part {
        name: config::FILE_NAME.to_owned(),
        holds: format!(
            "{} on {}, mail {mail}",
            counted(config.watches.len(), "watch", "watches"),
            counted(sources.len(), "source", "sources"),
        ),
        problems: watches(config, library, &watch_lines(config)),
        notes,
    }
}

/// Where each watch begins in the file; empty where that cannot be told.
fn watch_lines(config: &Config) -> Vec<usize> {
    let text = std::fs::read_to_string(config.home.join(config::FILE_NAME)).unwrap_or_default();
    let begins = |line: &str| line.split('#').next().unwrap_or_default().trim() == "[[watch]]";
    let lines: Vec<usize> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| begins(line))
        .map(|(number, _)| number + 1)
        .collect();
    if lines.len() == config.watches.len() {
        lines
    } else {
        Vec::new()
    }
}

/// What is wrong in the watches beyond their shape: sources, what they need, schedules.
fn watches(config: &Config, library: &Library, lines: &[usize]) -> Vec<String> {
    let mut problems = Vec::new();
    for (place, watch) in config.watches.iter().enumerate() {
        let name = &watch.source;
        let mut wrong = Vec::new();
        if let When::Schedule(text) = &watch.when
            && let Err(error) = Schedule::parse(text, &watch.zone)
        {
            wrong.push(format!("{error}"));
        }
        match library.get(name) {
            Some(source) => {
                wrong.extend(questions(watch, &source));
                wrong.extend(unpaid(config, &source));
            }
            None => {
                let near = match library.nearest(name) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`groundswell source list` shows the names".to_owned(),
                };
                wrong.push(format!("there is no such source; {near}"));
            }
        }
        let line = lines
            .get(place)
            .map(|line| format!("line {line}: "))
            .unwrap_or_default();
        problems.extend(
            wrong
                .iter()
                .map(|why| format!("{line}[[watch]] of `{name}`: {why}")),
        );
    }
    if let Some(schedule) = &config.report.schedule
        && let Err(error) = Schedule::parse(schedule, &config.report.zone)
    {
        problems.push(format!("`schedule` in [report]: {error}"));
    }
    problems
}

/// What a watch asks that its source cannot be asked.
fn questions(watch: &Watch, source: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    for given in watch.params.keys() {
        if !source.params.iter().any(|param| param.name == *given) {
            let known: Vec<&str> = source
                .params
                .iter()
                .map(|param| param.name.as_str())
                .collect();
            let known = if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            };
            problems.push(format!(
                "the source has no value `{given}` in `params`; it has {known}"
            ));
        }
    }
    if source.query.is_none() && watch.queries.iter().any(|query| !query.is_empty()) {
        problems.push("the source takes no `queries`".to_owned());
    }
    for query in &watch.queries {
        let ask = Ask {
            query: query.clone(),
            market: watch.market.clone(),
            params: source.complete(&watch.params, &|name| std::env::var(name).ok()),
            now: SystemClock.now(),
        };
        if let Err(error) = source.request(&ask, None, None) {
            let problem = error.to_string();
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}

/// Why a source that costs money would not be read.
fn unpaid(config: &Config, source: &Source) -> Option<String> {
    let bucket = Bucket::of(&source.quota, &config.crawl.budgets)?;
    let charge = Bucket::charge(&source.quota, true);
    let left = bucket.left(&Account::default(), charge, SystemClock.now());
    left.err().map(|short| short.words(&bucket))
}

fn sources(config: &Config) -> (Library, Part) {
    let mut part = file_part(config, &config.crawl.sources);
    let (library, problems) = Library::load_partly(Some(&config.crawl.sources));
    let built_in = Library::load_partly(None).0.iter().count();
    let known = library.iter().count();
    part.holds = format!("{known} sources, {built_in} of them built in");
    part.problems = problems.iter().map(ToString::to_string).collect();
    (library, part)
}

fn catalogue(config: &Config) -> Part {
    let mut part = file_part(config, &config.catalogue);
    let without = "no product is recognised in posts; only phrases are counted";
    let Some(bytes) = read(&config.catalogue, &mut part, without) else {
        return part;
    };
    match tag::parse_catalogue(Path::new(&part.name), &bytes) {
        Ok(skus) => {
            let names: usize = skus
                .iter()
                .map(|sku| {
                    let aliases: usize = sku.aliases.values().map(Vec::len).sum();
                    1 + sku.models.len() + aliases
                })
                .sum();
            part.holds = format!(
                "{}, {}",
                counted(skus.len(), "product", "products"),
                counted(names, "name", "names"),
            );
        }
        Err(errors) => part.problems = errors.iter().map(ToString::to_string).collect(),
    }
    part
}

fn subscribers(config: &Config) -> Part {
    let mut part = file_part(config, &config.report.subscribers);
    let Some(bytes) = read(
        &config.report.subscribers,
        &mut part,
        "nobody gets a report by mail",
    ) else {
        return part;
    };
    let Ok(text) = String::from_utf8(bytes) else {
        part.problems
            .push("is not UTF-8 text; save the file with the encoding UTF-8".to_owned());
        return part;
    };
    match read_subscribers(&text, &part.name) {
        Ok(readers) => part.holds = counted(readers.len(), "reader", "readers"),
        Err(error) => part.problems.push(error.to_string()),
    }
    part
}

fn stock(config: &Config) -> Part {
    let mut part = file_part(config, &config.stock);
    let Some(bytes) = read(
        &config.stock,
        &mut part,
        "the restock sheet will say \"stock unknown\"",
    ) else {
        return part;
    };
    // The day does not matter here: nothing is kept.
    match read_stock(&bytes, &part.name, Day(0)) {
        Ok(levels) => {
            let skus: BTreeSet<_> = levels.iter().map(|level| &level.sku).collect();
            let markets: BTreeSet<_> = levels.iter().map(|level| &level.market).collect();
            part.holds = format!(
                "{} of {} in {}",
                counted(levels.len(), "count", "counts"),
                counted(skus.len(), "SKU", "SKUs"),
                counted(markets.len(), "market", "markets"),
            );
        }
        Err(error) => part.problems.push(error.to_string()),
    }
    part
}

fn calendar(config: &Config) -> Part {
    let Some(path) = &config.restock.calendar else {
        return Part {
            name: "calendar".to_owned(),
            holds: "the built-in one".to_owned(),
            problems: Vec::new(),
            notes: Vec::new(),
        };
    };
    let mut part = file_part(config, path);
    match std::fs::read_to_string(path) {
        Ok(text) => match Calendar::parse(&text) {
            Ok(_) => part.holds = "your own days, beside the built-in ones".to_owned(),
            Err(error) => part.problems.push(error.to_string()),
        },
        Err(error) => part.problems.push(format!("cannot be read: {error}")),
    }
    part
}

/// The models of [transformer], where it names any; loading them would take long.
fn transformer(config: &Config) -> Option<Part> {
    let (holds, problems) = match tag::Transformer::check(&config.transformer) {
        Ok(found) => (found?, Vec::new()),
        Err(error) => (String::new(), vec![error.to_string()]),
    };
    Some(Part {
        name: "transformer".to_owned(),
        holds,
        problems,
        notes: Vec::new(),
    })
}

fn file_part(config: &Config, path: &Path) -> Part {
    let name = path.strip_prefix(&config.home).unwrap_or(path);
    Part {
        name: name.display().to_string(),
        holds: String::new(),
        problems: Vec::new(),
        notes: Vec::new(),
    }
}

/// The bytes of a file that may be missing; then a note says what follows from that.
fn read(path: &Path, part: &mut Part, without: &str) -> Option<Vec<u8>> {
    match std::fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            part.holds = "not there".to_owned();
            part.notes.push(without.to_owned());
            None
        }
        Err(error) => {
            part.problems.push(format!("cannot be read: {error}"));
            None
        }
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
