use super::{Exit, Global};
use crate::record::{AuthorHash, RecordKey};
use crate::run::Workspace;
use crate::store::Stats;
use anyhow::{Context, bail};
use clap::Subcommand;
use std::path::PathBuf;

/// Entries read at a time.
const ENTRIES_AT_ONCE: usize = 256;

/// Look after the store: figures, check, export, backup, forgetting
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How much it holds
    Stats {
        /// How to print it
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Look for damage; exit code 1 when there is some
    Check,
    /// Every entry of the log as NDJSON, one a line, on standard output
    ///
    /// Texts come out as they were crawled, without masking: keep the file as safe as the store.
    Export,
    /// Copy the whole store while others go on working
    Backup {
        /// The file or folder to make; must not exist
        to: PathBuf,
    },
    /// Take texts away for good; what they counted for stays in the figures
    Forget {
        /// A record, by the key that `explain` shows
        #[arg(long, value_name = "KEY", required_unless_present = "author_hash")]
        record: Option<String>,
        /// All records of an author, by the hash that `export` shows
        #[arg(long, value_name = "HASH")]
        author_hash: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = Workspace::open(&global.dir)?;
    match args.what {
        What::Stats { format } => stats(&workspace.store.stats()?, format)?,
        What::Check => return check(&workspace),
        What::Export => export(&workspace)?,
        What::Backup { to } => {
            if to.exists() {
                bail!("`{}` is there already; name a new file", to.display());
            }
            workspace.store.backup(&to)?;
            eprintln!("copied to {}", to.display());
        }
        What::Forget { record, author_hash } => {
            forget(&workspace, record.as_deref(), author_hash.as_deref())?;
        }
    }
    Ok(Exit::Done)
}

fn stats(stats: &Stats, format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        super::out!("{}", serde_json::to_string_pretty(stats)?);
        return Ok(());
    }
    let line = |name: &str, value: String| super::out!("{name:<22}{value}");
    line("engine", stats.engine.clone());
    line("log entries", stats.entries.to_string());
    line("read into figures", stats.projected.to_string());
    for (kind, count) in &stats.records {
        line(&format!("{} records", kind.word()), count.to_string());
    }
    line("texts gone", stats.tombstones.to_string());
    line("series", stats.series.to_string());
    line("alerts", stats.alerts.to_string());
    if let Some((first, last)) = stats.span {
        line("from", first.to_string());
        line("to", last.to_string());
    }
    line("megabytes on disk", format!("{:.1}", stats.bytes as f64 / 1e6));
    Ok(())
}

fn check(workspace: &Workspace) -> anyhow::Result<Exit> {
    let problems = workspace.store.check()?;
    if problems.is_empty() {
        super::out!("sound");
        return Ok(Exit::Done);
    }
    for problem in &problems {
        super::out!("{problem}");
    }
    eprintln!(
        "hint: keep this folder as it is, go back to your last `store backup`, and report what \
         stands above"
    );
    Ok(Exit::Partly)
}

fn export(workspace: &Workspace) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let entries = workspace.store.read(after, ENTRIES_AT_ONCE)?;
        let Some(last) = entries.last() else { return Ok(()) };
        after = last.offset;
        for entry in &entries {
            super::out!("{}", serde_json::to_string(entry)?);
        }
    }
}

fn forget(
    workspace: &Workspace,
    record: Option<&str>,
    author: Option<&str>,
) -> anyhow::Result<()> {
    if let Some(text) = record {
        let key = RecordKey::parse(text)
            .with_context(|| format!("`{text}` is not a record key of 32 hexadecimal digits"))?;
        if !workspace.forget(key)? {
            bail!("there is no record `{text}` with a text in this store");
        }
        eprintln!("forgotten");
    }
    if let Some(text) = author {
        let hash = u64::from_str_radix(text, 16)
            .with_context(|| format!("`{text}` is not an author hash of 16 hexadecimal digits"))?;
        let count = workspace.forget_author(AuthorHash(hash))?;
        eprintln!("{count} texts forgotten");
    }
    Ok(())
}
