use super::import_page::{self, Facts};
use super::{Exit, Global};
use crate::config::{SPOKEN, kind_named};
use crate::crawl::import::{self, Plan, Shape};
use crate::record::{Kind, Market, SourceClass};
use crate::run::{ImportError, Imported, Workspace};
use anyhow::{Context, bail};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

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
///
/// With `--as page`, files are pages you saved in the browser, or answers and exports of a site;
/// the source's own reader reads them, and a folder is read as a whole.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell import orders.csv.gz --as sales --source shop --market us
  groundswell import tickets.csv --as posts --kind ticket --source helpdesk --role customer
  groundswell import calls.csv --as posts --kind call --source sales --agent 'Li Wei' --agent bot
  groundswell import returns.csv --as posts --kind return --source fba --market us
  groundswell import hot.csv --as ranks --source weibo --list hot-search --market cn \\
      --zone Asia/Shanghai --map time=hour_cst
  groundswell import saved/ --as page --source amazon-search --market de")]
pub struct Args {
    /// Files to read, in the order of their time
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What a row is
    #[arg(long = "as", value_enum, value_name = "SHAPE")]
    shape: What,
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
    /// Kind of rows that state none: post, comment, review, chat (also: ticket, call), return, signup
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Lines of conversations that do not say who speaks are customers'
    #[arg(long, value_parser = ["customer"], value_name = "customer")]
    role: Option<String>,
    /// Name of an author who is one of yours, or a program; everybody else is then a customer
    #[arg(long = "agent", value_name = "NAME")]
    agents: Vec<String>,
    /// Class of the evidence, if not the usual one of the shape
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Zone of times that state none
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
    /// A field and the column it stands in, for instance time=hour_cst
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// Pages: the address they were saved from, where they do not tell it themselves
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Pages: what was searched for, or the list
    #[arg(long, value_name = "WORDS", default_value = "")]
    query: String,
    /// Pages: when they were saved, if not at the date of the file
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::Timestamp>,
    /// Refuse a file with a wrong row as a whole
    #[arg(long)]
    strict: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Posts, comments, reviews, chat lines, returns, sign-ups: one text a row
    Posts,
    /// Lines of ranking lists: one item at one rank and time a row
    Ranks,
    /// Order lines of the seller's own shop
    Sales,
    /// Numbers somebody else counted: searches, views, mentions
    Counts,
    /// A page saved in the browser, or an answer or export of a site, read as `--source` reads it
    Page,
}

impl What {
    /// What a row is; `None` for what has no rows.
    fn shape(self) -> Option<Shape> {
        match self {
            What::Posts => Some(Shape::Posts),
            What::Ranks => Some(Shape::Ranks),
            What::Sales => Some(Shape::Sales),
            What::Counts => Some(Shape::Counts),
            What::Page => None,
        }
    }
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let Some(shape) = args.shape.shape() else {
        let facts = Facts {
            url: args.url.clone(),
            at: args.at,
            query: args.query.clone(),
            market: market(&args)?,
        };
        let workspace = Workspace::open(&global.dir)?;
        let exit = import_page::run(&workspace, &args.source, &args.files, &facts)?;
        workspace.project(&mut |_| {})?;
        return Ok(exit);
    };
    let plan = plan(&args, shape)?;
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

fn market(args: &Args) -> anyhow::Result<Option<Market>> {
    let Some(code) = &args.market else {
        return Ok(None);
    };
    Market::parse(code)
        .or_else(|| Market::named(code))
        .map(Some)
        .with_context(|| format!("--market `{code}` is not a market; use a code like us, de, jp"))
}

fn plan(args: &Args, shape: Shape) -> anyhow::Result<Plan> {
    let market = market(args)?;
    let kind = match &args.kind {
        None => None,
        Some(word) => Some(kind_named(word).with_context(|| {
            format!(
                "--kind `{word}` is none of {}",
                SPOKEN.map(Kind::word).join(", ")
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
        if !crate::config::FIELDS.contains(&field) {
            bail!("--map `{pair}`: there is no field `{field}`; see `groundswell inbox --fields`");
        }
        columns.insert(field.to_owned(), column.to_owned());
    }
    let agents = args.agents.iter();
    Ok(Plan {
        class,
        market,
        list: args.list.clone(),
        currency: args.currency.clone(),
        kind,
        customers: args.role.is_some(),
        agents: agents.map(|name| name.trim().to_lowercase()).collect(),
        zone,
        columns,
        ..Plan::new(shape, args.source.clone())
    })
}

/// Import one file; returns how many rows were refused.
fn import(workspace: &Workspace, plan: &Plan, file: &Path, strict: bool) -> anyhow::Result<u64> {
    let shown = || format!("`{}`", file.display());
    let open = || File::open(file).with_context(|| format!("cannot read {}", shown()));
    let hinted = |error| match error {
        ImportError::Rows(import::Error::NoColumn { field, .. }) => anyhow::Error::new(error)
            .context(format!("hint: name the column with --map {field}=COLUMN")),
        other => other.into(),
    };
    if strict {
        let imported = workspace.read_rows(plan, open()?).map_err(hinted);
        let imported = imported.with_context(shown)?;
        if imported.tally.refused > 0 {
            tell(&imported, file);
            bail!(
                "{} was not imported: {} rows are wrong and --strict is on",
                shown(),
                imported.tally.refused
            );
        }
    }
    let imported = workspace.import(plan, open()?).map_err(hinted);
    let imported = imported.with_context(shown)?;
    tell(&imported, file);
    eprintln!("{}: {imported}", file.display());
    Ok(imported.tally.refused)
}

/// Say what was wrong in a file.
fn tell(imported: &Imported, file: &Path) {
    for line in imported.refused.iter().take(REFUSED_SHOWN) {
        eprintln!("{}, {line}", file.display());
    }
    let refused = imported.tally.refused;
    if refused > REFUSED_SHOWN as u64 {
        let more = refused - REFUSED_SHOWN as u64;
        eprintln!("{}: and {more} more", file.display());
    }
    for (name, rows) in &imported.unknown_markets {
        eprintln!(
            "{}: market `{name}` is not known; its {rows} rows are kept without a market",
            file.display()
        );
    }
}
