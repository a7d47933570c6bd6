use super::{Exit, Global};
use crate::record::{Kind, Mention, Polarity, Record, Sku, Tags};
use crate::tag::{Context, Hints, KEYPHRASES, explain, read_catalogue, tag};
use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;

/// Lines that one thread tags at a time.
const BATCH_LINES: usize = 512;
/// Bytes of a line that are read; the rest of a longer one is skipped.
const LINE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Tag texts: language, sentiment, intents, keyphrases and products of your catalogue
///
/// Either a file with one text a line (--lines), which prints one JSON object a line in the same
/// order, or one text to be explained (--explain).
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  groundswell tag --lines posts.txt --catalog catalogue.csv > tags.ndjson\n  groundswell tag --explain \"where can I buy the GlowBuds 2?\" --catalog catalogue.csv"
)]
pub struct Args {
    /// File with one text a line; - reads standard input
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "explain",
        conflicts_with = "explain"
    )]
    lines: Option<PathBuf>,
    /// Explain every decision on this one text
    #[arg(long, value_name = "TEXT")]
    explain: Option<String>,
    /// Catalogue file (CSV or NDJSON) with the products to look for
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Keyphrases of a text at most
    #[arg(long, value_name = "K", default_value_t = KEYPHRASES)]
    keyphrases: usize,
    /// Threads to work with [default: as many as the machine has cores]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
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
    let catalogue = match &args.catalog {
        None => Vec::new(),
        Some(path) => match read_catalogue(path) {
            Ok(skus) => skus,
            Err(errors) => {
                for error in errors {
                    eprintln!("error: {error}");
                }
                return Ok(Exit::Config);
            }
        },
    };
    let context = Context::new(&catalogue).with_keyphrases(args.keyphrases);
    if let Some(text) = &args.explain {
        return explain_text(text, &context, &catalogue);
    }
    let Some(path) = &args.lines else {
        anyhow::bail!("give a file with --lines or a text with --explain");
    };
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        let file = std::fs::File::open(path)
            .with_context(|| format!("cannot read the texts in `{}`", path.display()))?;
        Box::new(file)
    };
    let Format::Ndjson = args.format;
    let threads = args
        .threads
        .or_else(|| std::thread::available_parallelism().ok().map(usize::from))
        .unwrap_or(1)
        .clamp(1, 64);
    match tag_lines(BufReader::new(input), &context, threads) {
        // Who reads only the first lines has what they wanted.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        outcome => outcome.context("cannot read or write").map(|()| Exit::Done),
    }
}

/// Tags line after line: batches are tagged by all threads and written in order.
fn tag_lines(mut input: impl BufRead, context: &Context, threads: usize) -> std::io::Result<()> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    loop {
        let mut lines: Vec<String> = Vec::with_capacity(BATCH_LINES * threads);
        while lines.len() < BATCH_LINES * threads {
            match read_line(&mut input)? {
                Some(line) => lines.push(line),
                None => break,
            }
        }
        if lines.is_empty() {
            return output.flush();
        }
        if threads == 1 {
            for line in lines {
                writeln!(output, "{}", tag_line(line, context))?;
            }
            continue;
        }
        let share = lines.len().div_ceil(threads);
        let tagged: Vec<Vec<String>> = std::thread::scope(|scope| {
            let work: Vec<_> = lines
                .chunks(share)
                .map(|chunk| {
                    scope.spawn(move || {
                        let lines = chunk.iter().cloned();
                        lines.map(|line| tag_line(line, context)).collect()
                    })
                })
                .collect();
            work.into_iter()
                .map(|thread| {
                    thread
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
        for line in tagged.iter().flatten() {
            writeln!(output, "{line}")?;
        }
    }
}

/// The next line without its end, invalid UTF-8 replaced; `None` at the end of the input.
fn read_line(input: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let limit = LINE_BYTES_MAX as u64;
    if input.by_ref().take(limit).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    } else if bytes.len() == LINE_BYTES_MAX {
        input.skip_until(b'\n')?;
    }
    Ok(Some(match String::from_utf8(bytes) {
        Ok(line) => line,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }))
}

fn tag_line(line: String, context: &Context) -> String {
    let mut record = Record::new(Kind::Post, "");
    record.text = Some(line);
    let tags = tag(&record, &Hints::default(), context);
    let text = to_json(&tags).to_string();
    // Inside JSON strings these would end the line for many readers.
    if text.contains(['\u{2028}', '\u{2029}', '\u{85}']) {
        text.replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029")
            .replace('\u{85}', "\\u0085")
    } else {
        text
    }
}

fn to_json(tags: &Tags) -> Value {
    let sentiment = &tags.sentiment;
    let label = match sentiment.label {
        Polarity::Negative => "negative",
        Polarity::Neutral => "neutral",
        Polarity::Positive => "positive",
    };
    let mentions = |mentions: &[Mention]| -> Vec<Value> {
        mentions
            .iter()
            .map(|mention| {
                json!({
                    "sku": mention.sku,
                    "alias": mention.alias,
                    "start": mention.start,
                    "end": mention.end,
                    "score": short(mention.score),
                    "sentiment": null,
                })
            })
            .collect()
    };
    let keyphrases: Vec<Value> = tags
        .keyphrases
        .iter()
        .map(|phrase| json!({"phrase": phrase.phrase, "score": short(phrase.score)}))
        .collect();
    let market = tags.market.as_ref().map(|guess| {
        json!({
            "code": guess.market,
            "confidence": short(guess.confidence),
            "evidence": guess.evidence,
        })
    });
    json!({
        "language": {
            "code": tags.language.code,
            "confidence": short(tags.language.confidence),
            "abstain": tags.language.abstain,
        },
        "market": market,
        "sentiment": {
            "label": label,
            "probabilities": {
                "negative": short(sentiment.negative),
                "neutral": short(sentiment.neutral),
                "positive": short(sentiment.positive),
            },
            "abstain": sentiment.abstain,
        },
        "intents": {
            "question": sure(tags.intents.question),
            "purchase": sure(tags.intents.purchase),
            "complaint": sure(tags.intents.complaint),
        },
        "keyphrases": keyphrases,
        "mentions": mentions(&tags.mentions),
        "ambiguous": mentions(&tags.ambiguous),
        "doubt": tags.doubt,
    })
}

/// Rules say yes or no; the field is a probability.
fn sure(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// Four digits after the point say all there is to say.
fn short(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

fn explain_text(text: &str, context: &Context, catalogue: &[Sku]) -> anyhow::Result<Exit> {
    let mut record = Record::new(Kind::Post, "");
    record.text = Some(text.to_owned());
    let mut out = String::new();
    for (heading, lines) in explain(&record, &Hints::default(), context) {
        for (number, line) in lines.iter().enumerate() {
            let heading = if number == 0 { heading } else { "" };
            // What a stranger wrote must not command the terminal.
            let line: String = line
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            out.push_str(&format!("{heading:<11} {line}\n"));
        }
    }
    if !catalogue.is_empty() {
        out.push_str(&format!(
            "{:<11} {} products, {} names\n",
            "Catalogue",
            catalogue.len(),
            context.names()
        ));
    }
    std::io::stdout().lock().write_all(out.as_bytes())?;
    Ok(Exit::Done)
}
