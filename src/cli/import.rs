use super::{Exit, Global};
use crate::crawl::import::{Batcher, Converter, Error, Plan, Rows, Shape};
use crate::record::{Kind, Market, Page, SourceClass};
use crate::run::Workspace;
use anyhow::{Context, bail};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Pages that are appended in one transaction.
const PAGES_AT_ONCE: usize = 50;

/// Refused rows that are shown in full.
const REFUSED_SHOWN: usize = 10;

/// Bring in files that you already have: posts, rankings, orders, counts
///
/// Reads CSV or NDJSON, plain or gzip, UTF-8 or GBK. Columns are recognised by their usual names
/// in English and Chinese; name the others with --map. Importing a file twice changes nothing.
/// Rows that cannot be read are named and left out; all others are kept.
///
/// History is taken as if it had been seen when it happened, so that trends of the past can be
/// looked at with `groundswell trends --as-of`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell import orders.csv.gz --as sales --source shop --market us
  groundswell import chat.ndjson --as posts --kind chat --source helpdesk
  groundswell import hot.csv --as ranks --source weibo --list hot-search --market cn \\
      --zone Asia/Shanghai --map time=hour_cst")]
pub struct Args {
    /// Files to read, in the order of their time
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What a row is
    #[arg(long = "as", value_enum, value_name = "SHAPE")]
    shape: Shape,
    /// Name to keep them under; authors of two sources are never taken for one person
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Market of rows that state none (us, de, jp ...)
    #[arg(long, value_name = "CODE")]
    market: Option<String>,
    /// Ranking list of rows that state none
    #[arg(long, value_name = "NAME")]
    list: Option<String>,
    /// Currency of rows that state none (USD, EUR ...)
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Kind of rows that state none: post, comment, review, chat, return, signup
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Class of the evidence, if not the usual one of the shape
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Zone of times that state none
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
    /// A field and the column it stands in, for instance time=hour_cst
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// Refuse a file with a wrong row as a whole
    #[arg(long)]
    strict: bool,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let plan = plan(&args)?;
    let workspace = Workspace::open(&global.dir)?;
    let mut refused = 0;
    for file in &args.files {
        refused += import(&workspace, &plan, file, args.strict)?;
    }
    workspace.project(&mut |_| {})?;
    Ok(if refused == 0 {
        Exit::Done
    } else {
        Exit::Partly
    })
}

fn plan(args: &Args) -> anyhow::Result<Plan> {
    let market = match &args.market {
        None => None,
        Some(code) => Some(
            Market::parse(code)
                .or_else(|| Market::named(code))
                .with_context(|| {
                    format!("--market `{code}` is not a market; use a code like us, de, jp")
                })?,
        ),
    };
    let kind = match &args.kind {
        None => None,
        Some(word) => Some(Kind::parse(word).with_context(|| {
            format!(
                "--kind `{word}` is none of {}",
                Kind::ALL.map(Kind::word).join(", ")
            )
        })?),
    };
    let class = match &args.class {
        None => None,
        Some(word) => Some(SourceClass::parse(word).with_context(|| {
            format!(
                "--class `{word}` is none of {}",
                crate::config::class_words()
            )
        })?),
    };
    let zone = TimeZone::get(&args.zone).with_context(|| {
        format!(
            "--zone `{}` is not a time zone; use a name like Asia/Shanghai",
            args.zone
        )
    })?;
    let mut columns = BTreeMap::new();
    for pair in &args.map {
        let Some((field, column)) = pair.split_once('=') else {
            bail!("--map `{pair}` is not FIELD=COLUMN");
        };
        columns.insert(field.to_owned(), column.to_owned());
    }
    Ok(Plan {
        shape: args.shape,
        source: args.source.clone(),
        class,
        market,
        list: args.list.clone(),
        currency: args.currency.clone(),
        kind,
        zone,
        columns,
    })
}

/// Import one file; returns how many rows were refused.
fn import(workspace: &Workspace, plan: &Plan, file: &Path, strict: bool) -> anyhow::Result<u64> {
    if strict {
        let check = read(workspace, plan, file, &mut |_| Ok(()))?;
        if check.refused > 0 {
            check.tell(file);
            bail!(
                "`{}` was not imported: {} rows are wrong and --strict is on",
                file.display(),
                check.refused
            );
        }
    }
    let mut pages = Vec::new();
    let (mut new, mut known) = (0, 0);
    let mut flush = |pages: &mut Vec<Page>| -> anyhow::Result<()> {
        for appended in workspace.store.append(pages)? {
            new += appended.new + appended.edited;
            known += appended.known;
        }
        pages.clear();
        Ok(())
    };
    let result = read(workspace, plan, file, &mut |page| {
        pages.push(page);
        if pages.len() >= PAGES_AT_ONCE {
            flush(&mut pages)
        } else {
            Ok(())
        }
    })?;
    flush(&mut pages)?;
    result.tell(file);
    eprintln!(
        "{}: {new} rows taken, {known} were there already, {} refused",
        file.display(),
        result.refused
    );
    Ok(result.refused)
}

/// What reading a file came to.
#[derive(Default)]
struct Read {
    refused: u64,
    shown: Vec<String>,
    unknown_markets: BTreeMap<String, u64>,
}

impl Read {
    fn tell(&self, file: &Path) {
        for line in &self.shown {
            eprintln!("{}, {line}", file.display());
        }
        if self.refused > self.shown.len() as u64 {
            eprintln!(
                "{}: and {} more",
                file.display(),
                self.refused - self.shown.len() as u64
            );
        }
        for (name, rows) in &self.unknown_markets {
            eprintln!(
                "{}: market `{name}` is not known; its {rows} rows are kept without a market",
                file.display()
            );
        }
    }
}

fn read(
    workspace: &Workspace,
    plan: &Plan,
    file: &Path,
    take: &mut dyn FnMut(Page) -> anyhow::Result<()>,
) -> anyhow::Result<Read> {
    let shown = || format!("`{}`", file.display());
    let raw = File::open(file).with_context(|| format!("cannot read {}", shown()))?;
    let mut rows = Rows::open(BufReader::new(raw)).with_context(shown)?;
    let mut converter = Converter::new(plan, &workspace.authors, rows.columns())
        .map_err(|error| match error {
            Error::NoColumn { field, .. } => anyhow::Error::new(error)
                .context(format!("hint: name the column with --map {field}=COLUMN")),
            other => other.into(),
        })
        .with_context(shown)?;
    let mut batcher = Batcher::new(plan, workspace.clock.now());
    let mut result = Read::default();
    let mut refuse = |error: Error| {
        result.refused += 1;
        if result.shown.len() < REFUSED_SHOWN {
            result.shown.push(error.to_string());
        }
    };
    loop {
        let row = match rows.next_row() {
            Ok(None) => break,
            Ok(Some(row)) => row,
            Err(error @ Error::Row { .. }) => {
                refuse(error);
                continue;
            }
            Err(error) => {
                refuse(error);
                break;
            }
        };
        match converter.record(&row, rows.columns()) {
            Ok(record) => {
                if let Some(page) = batcher.push(record) {
                    take(page)?;
                }
            }
            Err(error) => refuse(error),
        }
    }
    if let Some(page) = batcher.finish() {
        take(page)?;
    }
    if let Some(page) = batcher.end(workspace.config.trend.close_after) {
        take(page)?;
    }
    result.unknown_markets = converter.unknown_markets().clone();
    Ok(result)
}
