use super::tag::read_line;
use super::tag_line::escape_line_ends;
use super::{Exit, Global, nobody_reads, out};
use crate::tag::listing::{Listings, Trees, Verdict, judge};
use crate::tag::read_catalogue;
use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pairs of one file at most: they are judged together.
const PAIRS_MAX: usize = 500_000;
/// Bytes of a file of pairs at most.
const PAIRS_BYTES_MAX: usize = 512 * 1024 * 1024;

/// Link titles of marketplace listings to your products, or tell whether two listings are the same
///
/// With --titles every line is a listing title; printed are the ten products of the catalogue it
/// may mean, and the one it is linked to, or null. Another colour or size is another product,
/// unless the title says nothing of it. With --pairs every line is two listings separated by a
/// tab; printed is how likely they sell the same product. A file of pairs is judged as a whole:
/// its own listings tell which words are rare, so a few hundred pairs are judged better than one.
///
/// A listing may also be written in fields: title=... ¦ brand=... ¦ model=... ¦ price=...
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  groundswell match --catalog catalogue.csv --titles titles.txt\n  groundswell match --pairs pairs.tsv"
)]
pub struct Args {
    /// Catalogue file (CSV or NDJSON) with your products
    #[arg(long, value_name = "FILE", required_unless_present = "pairs")]
    catalog: Option<PathBuf>,
    /// File with one listing title a line; - reads standard input
    #[arg(long, value_name = "FILE", required_unless_present = "pairs")]
    titles: Option<PathBuf>,
    /// File with two listings a line, separated by a tab; - reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["titles", "catalog"])]
    pairs: Option<PathBuf>,
    /// Folder with a model of your own [default: the one inside the program]
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// How to print
    #[arg(long, default_value = "ndjson")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line
    Ndjson,
}

pub fn run(args: Args, _global: &Global) -> anyhow::Result<Exit> {
    let Format::Ndjson = args.format;
    let trees = match &args.models {
        None => Trees::embedded(),
        Some(folder) => {
            let read = Trees::from_folder(folder)
                .with_context(|| format!("cannot read models in `{}`", folder.display()))?;
            Arc::new(read?)
        }
    };
    match (&args.pairs, &args.catalog, &args.titles) {
        (Some(path), ..) => match_pairs(path, &trees),
        (None, Some(catalogue), Some(titles)) => match_titles(catalogue, titles, trees),
        _ => anyhow::bail!("give --pairs, or --catalog and --titles"),
    }
}

fn match_titles(catalogue: &Path, titles: &Path, trees: Arc<Trees>) -> anyhow::Result<Exit> {
    let skus = match read_catalogue(catalogue) {
        Ok(skus) => skus,
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            return Ok(Exit::Config);
        }
    };
    let listings = Listings::new(&skus, trees);
    let mut input = open(titles, "titles")?;
    let (mut title, mut line) = (Vec::new(), Vec::new());
    while read_line(&mut input, &mut title).context("cannot read the titles")? {
        let ranked = listings.rank(&String::from_utf8_lossy(&title));
        let top: Vec<_> = ranked
            .top
            .iter()
            .map(|(at, score)| json!({"sku": skus[*at].sku, "score": short(*score)}))
            .collect();
        let linked = ranked.linked.map(|at| &skus[at].sku);
        line.clear();
        serde_json::to_writer(&mut line, &json!({"top": top, "linked": linked}))?;
        escape_line_ends(&mut line, 0);
        line.push(b'\n');
        if let Err(error) = std::io::stdout().lock().write_all(&line) {
            nobody_reads(&error);
        }
    }
    Ok(Exit::Done)
}

fn match_pairs(path: &Path, trees: &Trees) -> anyhow::Result<Exit> {
    let mut input = open(path, "pairs")?;
    let mut lines = Vec::new();
    let mut bytes = 0;
    let mut line = Vec::new();
    while read_line(&mut input, &mut line).context("cannot read the pairs")? {
        bytes += line.len();
        lines.push(String::from_utf8_lossy(&line).into_owned());
        if lines.len() > PAIRS_MAX || bytes > PAIRS_BYTES_MAX {
            anyhow::bail!(
                "`{}` has more than {PAIRS_MAX} pairs or {PAIRS_BYTES_MAX} bytes\n  hint: cut it into several files",
                path.display()
            );
        }
    }
    let mut pairs = Vec::with_capacity(lines.len());
    for (number, line) in lines.iter().enumerate() {
        pairs.push(line.split_once('\t').with_context(|| {
            format!(
                "`{}` line {}: expected two listings separated by a tab",
                path.display(),
                number + 1
            )
        })?);
    }
    for Verdict { score, same } in judge(&pairs, trees) {
        out!("{}", json!({"score": short(score), "same": same}));
    }
    Ok(Exit::Done)
}

fn open(path: &Path, what: &str) -> anyhow::Result<Box<dyn BufRead>> {
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        let file = File::open(path)
            .with_context(|| format!("cannot read the {what} in `{}`", path.display()))?;
        Box::new(file)
    };
    Ok(Box::new(BufReader::new(input)))
}

/// Six digits after the point: enough to keep an order.
fn short(score: f32) -> f64 {
    (f64::from(score) * 1e6).round() / 1e6
}
