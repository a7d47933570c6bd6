use super::{Exit, Global, out};
use crate::config::Config;
use crate::record::{AuthorHash, RecordKey};
use crate::report::shown;
use crate::run::Workspace;
use crate::store::{Stats, Store};
use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Log entries read at a time by `export`.
const ENTRIES_AT_ONCE: usize = 200;

/// Letters shown of a problem that `check` found.
const PROBLEM_LETTERS_MAX: usize = 400;

/// Look after the data: figures, soundness, export, forgetting, backup
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell store stats
  groundswell store check --format json
  groundswell store export > everything.ndjson
  groundswell store forget --record 0f3a... --record 77c2...
  groundswell store backup /mnt/disk/groundswell-2026-11-23")]
pub struct Args {
    #[command(subcommand)]
    task: Task,
    /// How to print
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Show how much there is: entries, records, series, alerts, bytes
    Stats,
    /// Look for damage; exit code 1 when something was found
    Check,
    /// Print the whole log, one entry a line, as JSON
    ///
    /// An entry is what one request to a source came to: its records, where to go on, and what was
    /// asked and answered. The records are exactly as they were fetched: texts are not masked, so
    /// they may hold handles and addresses of people. Treat the file as you treat the data
    /// folder. Authors are numbers here too, never names. Always JSON, whatever --format says.
    Export {
        /// Only entries after this number
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: u64,
    },
    /// Take the texts of records away for good
    ///
    /// What they counted for stays, so that trends still agree. A forgotten record never comes
    /// back, even when its page is read again. Backups and exports made before still hold it.
    #[command(group = clap::ArgGroup::new("whom").required(true).multiple(true))]
    Forget {
        /// Key of a record, 32 digits, as `explain` shows it; may be given several times
        #[arg(long = "record", value_name = "KEY", group = "whom")]
        records: Vec<String>,
        /// All records of an author, by the 16 digits that stand for the name
        #[arg(long, value_name = "HASH", group = "whom")]
        author_hash: Option<String>,
    },
    /// Copy everything into a new folder while others go on working
    ///
    /// The copy is a whole data folder, with the key that hides names of authors. Keep it as safe
    /// as the original. To go back to it, name it as `path` in the `[store]` part of
    /// groundswell.toml.
    Backup {
        /// Folder to make; it must be new or empty
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    // What can be refused without the store is refused before it is opened.
    let keys = match &args.task {
        Task::Forget {
            records,
            author_hash,
        } => Some((keys(records)?, author(author_hash.as_deref())?)),
        _ => None,
    };
    let workspace = Workspace::open(&global.dir)?;
    let store = &*workspace.store;
    match (&args.task, keys) {
        (Task::Stats, _) => stats(store, args.format),
        (Task::Check, _) => check(store, args.format),
        (Task::Export { after }, _) => export(store, *after),
        (Task::Backup { folder }, _) => backup(store, &workspace.config, folder, args.format),
        (Task::Forget { .. }, keys) => {
            let (keys, author) = keys.unwrap_or_default();
            forget(&workspace, &keys, author, args.format)
        }
    }
}

fn keys(words: &[String]) -> anyhow::Result<Vec<RecordKey>> {
    words
        .iter()
        .map(|word| {
            RecordKey::parse(word.trim()).with_context(|| {
                format!(
                    "--record `{word}` is no key of a record\nhint: a key has 32 digits 0-9 a-f"
                )
            })
        })
        .collect()
}

fn author(word: Option<&str>) -> anyhow::Result<Option<AuthorHash>> {
    let Some(word) = word else {
        return Ok(None);
    };
    let digits = word.trim();
    let number = u64::from_str_radix(digits, 16).ok();
    let Some(number) = number.filter(|_| digits.len() == 16) else {
        bail!(
            "--author-hash `{word}` does not stand for an author\nhint: it has 16 digits 0-9 a-f, \
             as `author` in `groundswell store export` shows it; names themselves are not kept"
        );
    };
    Ok(Some(AuthorHash(number)))
}

fn stats(store: &dyn Store, format: Format) -> anyhow::Result<Exit> {
    let stats = store.stats()?;
    match format {
        Format::Json => out!("{}", serde_json::to_string_pretty(&stats)?),
        Format::Text => out!("{}", figures(&stats)),
    }
    Ok(Exit::Done)
}

/// The figures as aligned lines.
fn figures(stats: &Stats) -> String {
    let mut lines = vec![
        ("engine".to_owned(), stats.engine.clone()),
        ("log entries".to_owned(), stats.entries.to_string()),
        (
            "of them counted".to_owned(),
            match stats.entries.checked_sub(stats.projected) {
                Some(0) => "all".to_owned(),
                waiting => format!(
                    "{} ({} wait for the next run)",
                    stats.projected,
                    waiting.unwrap_or(0)
                ),
            },
        ),
    ];
    for (kind, count) in &stats.records {
        lines.push((format!("records: {}", kind.word()), count.to_string()));
    }
    lines.push((
        "without their text".to_owned(),
        stats.tombstones.to_string(),
    ));
    lines.push(("series".to_owned(), stats.series.to_string()));
    lines.push(("alerts".to_owned(), stats.alerts.to_string()));
    let span = match stats.span {
        Some((first, last)) => format!("{first} to {last}"),
        None => "nothing yet".to_owned(),
    };
    lines.push(("time of records".to_owned(), span));
    let megabytes = stats.bytes as f64 / 1e6;
    lines.push(("on disk".to_owned(), format!("{megabytes:.1} MB")));
    let wide = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines: Vec<String> = lines
        .into_iter()
        .map(|(name, value)| format!("{name:wide$}  {value}"))
        .collect();
    lines.join("\n")
}

fn check(store: &dyn Store, format: Format) -> anyhow::Result<Exit> {
    let problems = store.check()?;
    match format {
        Format::Json => out!(
            "{}",
            serde_json::json!({ "sound": problems.is_empty(), "problems": problems })
        ),
        Format::Text if problems.is_empty() => out!("sound: nothing is damaged"),
        Format::Text => {
            for problem in &problems {
                out!("{}", shown(problem, PROBLEM_LETTERS_MAX));
            }
            eprintln!(
                "hint: stop what writes here, keep a copy of the data folder, and go back to the \
                 last backup; `groundswell store export` saves what can still be read"
            );
        }
    }
    Ok(if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Partly
    })
}

fn export(store: &dyn Store, mut after: u64) -> anyhow::Result<Exit> {
    let mut output = BufWriter::new(std::io::stdout().lock());
    loop {
        let entries = store.read(after, ENTRIES_AT_ONCE)?;
        let Some(last) = entries.last() else { break };
        after = last.offset;
        for entry in &entries {
            let mut line = serde_json::to_vec(entry)?;
            line.push(b'\n');
            if let Err(error) = output.write_all(&line) {
                super::nobody_reads(&error);
            }
        }
    }
    if let Err(error) = output.flush() {
        super::nobody_reads(&error);
    }
    Ok(Exit::Done)
}

fn forget(
    workspace: &Workspace,
    keys: &[RecordKey],
    author: Option<AuthorHash>,
    format: Format,
) -> anyhow::Result<Exit> {
    // What is not counted yet would leave no trace of what it counts for.
    workspace.project(&mut |_| {})?;
    let (mut forgotten, mut unknown) = (0, Vec::new());
    for key in keys {
        if workspace.store.record(*key)?.is_none() {
            unknown.push(key.to_string());
        }
        forgotten += usize::from(workspace.forget(*key)?);
    }
    if let Some(author) = author {
        forgotten += workspace.forget_author(author)?;
    }
    match format {
        Format::Json => out!(
            "{}",
            serde_json::json!({ "forgotten": forgotten, "unknown": unknown })
        ),
        Format::Text => {
            out!("forgotten: {forgotten}");
            for key in &unknown {
                eprintln!("no record has the key {key}");
            }
        }
    }
    Ok(if unknown.is_empty() {
        Exit::Done
    } else {
        Exit::Partly
    })
}

fn backup(
    store: &dyn Store,
    config: &Config,
    folder: &Path,
    format: Format,
) -> anyhow::Result<Exit> {
    store.backup(folder)?;
    let key = config.store.path.join("author.key");
    // Without the key, authors seen before would be counted as new ones.
    std::fs::copy(&key, folder.join("author.key"))
        .with_context(|| format!("the data is copied, but not the key `{}`", key.display()))?;
    match format {
        Format::Json => out!("{}", serde_json::json!({ "folder": folder })),
        Format::Text => out!("copied to {}", folder.display()),
    }
    Ok(Exit::Done)
}
