use super::restock::{config_wrong, market, print};
use super::{Exit, Global};
use crate::record::{Day, Polarity};
use crate::report::{shown, shown_name};
use crate::run::{AspectCount, Workspace};
use serde_json::{Value, json};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Letters of a quote.
const QUOTE_LETTERS_MAX: usize = 160;

/// What people say of the parts of a SKU: battery, size, smell, delivery ... with praise and blame
///
/// Counted from the posts, reviews and messages that name the SKU, by market, doubtful ones left
/// out. Words of your own go into aspects.toml beside the catalogue; `groundswell retag` applies
/// them to what was read before.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell aspects --sku NB-01
  groundswell aspects --sku NB-01 --market de --days 30 --quotes 5
  groundswell aspects --sku NB-01 --format json     with the ids of the records")]
pub struct Args {
    /// The SKU
    #[arg(long, value_name = "SKU")]
    sku: String,
    /// Only this market (us, de, jp ...)
    #[arg(long, value_name = "CODE")]
    market: Option<String>,
    /// Look back so many days from today
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: u16,
    /// Quotes of an aspect at most
    #[arg(long, value_name = "N", default_value_t = 2)]
    quotes: usize,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading
    Text,
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
    // Posts count before their day is judged.
    let last = Day::of(workspace.clock.now());
    let from = last.plus(1 - i32::from(args.days));
    let counts = workspace.aspects(&args.sku, market.as_ref(), from..=last, args.quotes)?;
    let text = match args.format {
        Format::Text => table(&args.sku, &counts, from, last),
        Format::Json => {
            let list: Vec<Value> = counts.iter().map(as_json).collect();
            let value = json!({
                "sku": args.sku,
                "from": from.to_string(),
                "to": last.to_string(),
                "aspects": list,
            });
            serde_json::to_string_pretty(&value)? + "\n"
        }
    };
    print(text.as_bytes())?;
    Ok(Exit::Done)
}

fn table(sku: &str, counts: &[AspectCount], from: Day, to: Day) -> String {
    let sku = shown_name(sku);
    if counts.is_empty() {
        return format!(
            "Nobody was read to speak of a part of {sku} from {from} to {to}.\n\
             hint: `groundswell catalog aliases {sku}` shows the names it is found by\n"
        );
    }
    let mut text = format!("What is said of {sku}, {from} to {to}\n\n");
    let mut lines =
        vec![["aspect", "where", "posts", "praise", "blame", "neither"].map(str::to_owned)];
    lines.extend(counts.iter().map(|count| {
        [
            shown_name(&count.aspect),
            count.market.to_string(),
            count.records.to_string(),
            count.positive.to_string(),
            count.negative.to_string(),
            count.neutral.to_string(),
        ]
    }));
    let widths: [usize; 6] = std::array::from_fn(|column| {
        let cells = lines.iter().map(|line| line[column].width());
        cells.max().unwrap_or(0)
    });
    for (number, line) in lines.iter().enumerate() {
        let mut out = String::new();
        for (cell, width) in line.iter().zip(widths) {
            out.push_str(cell);
            out.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        let _ = writeln!(text, "{}", out.trim_end());
        let quotes = number.checked_sub(1).and_then(|at| counts.get(at));
        for quote in quotes.into_iter().flat_map(|count| &count.quotes) {
            if let Some(said) = &quote.text {
                let _ = writeln!(
                    text,
                    "  {} “{}” ({})",
                    sign(quote.polarity),
                    shown(said, QUOTE_LETTERS_MAX),
                    shown_name(&quote.source)
                );
            }
        }
    }
    text
}

fn sign(polarity: Option<Polarity>) -> &'static str {
    match polarity {
        Some(Polarity::Positive) => "+",
        Some(Polarity::Negative) => "−",
        Some(Polarity::Neutral) => "·",
        None => "?",
    }
}

fn as_json(count: &AspectCount) -> Value {
    let quotes: Vec<Value> = count
        .quotes
        .iter()
        .map(|quote| {
            json!({
                "record": quote.record.to_string(),
                "source": quote.source,
                "evidence": quote.class,
                "polarity": quote.polarity,
                "text": quote.text.as_deref().map(|text| shown(text, QUOTE_LETTERS_MAX)),
            })
        })
        .collect();
    json!({
        "aspect": count.aspect,
        "market": count.market,
        "records": count.records,
        "positive": count.positive,
        "neutral": count.neutral,
        "negative": count.negative,
        "quotes": quotes,
    })
}
