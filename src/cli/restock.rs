use super::{Exit, Global};
use crate::record::Market;
use crate::report::{self, Language};
use crate::run::Workspace;
use anyhow::Context as _;
use std::io::Write as _;

/// What to order, by when, how much and why
///
/// Reads sales, trends and your stock file, and prints one line for each product and market, the
/// most urgent first: order now, order soon, do not chase, clear out, or hold. Each line says what
/// it was read from. What is not known is shown as unknown, never guessed: without a stock file
/// you see how fast things sell and "stock unknown".
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell restock
  groundswell restock --market de --lang zh
  groundswell restock --format csv > restock.csv     opens in Excel as it is
  groundswell restock --format json                  every number and reason, for programs

Exit code: 0 done, 2 could not run, 3 a file of yours is wrong")]
pub struct Args {
    /// Only this market (us, de, jp ...)
    #[arg(long, value_name = "CODE")]
    market: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Language of words: zh or en; without it, that of groundswell.toml
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Columns for people
    Table,
    /// For Excel and other spreadsheets
    Csv,
    /// For programs
    Json,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let market = market(args.market.as_deref())?;
    let workspace = match Workspace::open(&global.dir) {
        Ok(workspace) => workspace,
        Err(error) if error.is_config() => return Ok(config_wrong(&error.into())),
        Err(error) => return Err(error.into()),
    };
    let language = language(args.lang.as_deref(), &workspace)?;
    let lines = match workspace.restock(market.as_ref()) {
        Ok(lines) => lines,
        Err(error) if error.is_config() => return Ok(config_wrong(&error.into())),
        Err(error) => return Err(error.into()),
    };
    let bytes = match args.format {
        Format::Table if lines.is_empty() => {
            eprintln!("{}", language.words("empty.restock"));
            return Ok(Exit::Done);
        }
        Format::Table => report::table(&lines, language).into_bytes(),
        Format::Csv => report::csv(&lines, language).context("cannot write the sheet")?,
        Format::Json => {
            let mut text =
                serde_json::to_string_pretty(&lines).context("cannot write the sheet")?;
            text.push('\n');
            text.into_bytes()
        }
    };
    print(&bytes)?;
    Ok(Exit::Done)
}

/// A market from `--market`.
pub(super) fn market(code: Option<&str>) -> anyhow::Result<Option<Market>> {
    let Some(code) = code else {
        return Ok(None);
    };
    Market::parse(code)
        .map(Some)
        .with_context(|| format!("--market `{code}` is not a market; use a code like us, de, jp"))
}

/// The language of `--lang`, or of the settings.
pub(super) fn language(code: Option<&str>, workspace: &Workspace) -> anyhow::Result<Language> {
    match code {
        None => Ok(workspace.language()),
        Some(code) => {
            Language::parse(code).with_context(|| format!("--lang `{code}` is not zh or en"))
        }
    }
}

/// Says what is wrong in a file of the user's.
pub(super) fn config_wrong(error: &anyhow::Error) -> Exit {
    eprintln!("error: {error:#}");
    Exit::Config
}

/// Writes to stdout. A reader that has seen enough (`| head`) is not an error.
pub(super) fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write the output")
        }
        _ => Ok(()),
    }
}
