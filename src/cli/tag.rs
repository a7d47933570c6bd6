use super::tag_line::Line;
use super::{Exit, Global};
use crate::config;
use crate::record::{Kind, Record};
use crate::tag::{
    Context, Hints, KEYPHRASES, Tagger, Transformer, corrections_path, explain, put_target,
    read_aspects, read_catalogue, read_corrections, read_resolved, tag,
};
use anyhow::Context as _;
use clap::ValueEnum;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Lines that one thread tags at a time.
const BATCH_LINES: usize = 512;
/// Bytes of lines that are held at a time, however few lines they are.
const BATCH_BYTES: usize = 16 * 1024 * 1024;
/// Bytes read and written at a time.
const BUFFER_BYTES: usize = 256 * 1024;
/// Bytes of a line that are read; the rest of a longer one is skipped.
const LINE_BYTES_MAX: usize = 1024 * 1024;

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
    /// The text that began the thread which the explained one belongs to
    #[arg(long, value_name = "TEXT", requires = "explain")]
    thread: Option<String>,
    /// Catalogue file (CSV or NDJSON) with the products to look for
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Each line is a target, a tab and the text: also tell how the text feels about the target.
    /// It stands where the text says $T$, else where it is named
    #[arg(long, requires = "lines")]
    target_column: bool,
    /// Keyphrases of a text at most
    #[arg(long, value_name = "K", default_value_t = KEYPHRASES)]
    keyphrases: usize,
    /// Let the transformer that groundswell.toml names look again at the texts it is for, all of
    /// them: a file has no minutes. It takes milliseconds a text
    #[arg(long)]
    transformer: bool,
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

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
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
    let (decisions, corrections) = match &args.catalog {
        Some(path) => (
            read_resolved(path)?,
            read_corrections(&corrections_path(path))?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let aspects = match &args.catalog {
        Some(path) => read_aspects(path)?,
        None => Vec::new(),
    };
    let context = Context::new(&catalogue)
        .with_resolved(&decisions)
        .with_corrections(&corrections)
        .with_aspects(&aspects)
        .with_keyphrases(args.keyphrases);
    let context = if args.transformer {
        context.with_transformer(Some(Arc::new(transformer(&global.dir)?)))
    } else {
        context
    };
    if let Some(text) = &args.explain {
        return explain_text(text, args.thread.as_deref(), &context, catalogue.len());
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
    let input = BufReader::with_capacity(BUFFER_BYTES, input);
    match tag_lines(input, &context, threads, args.target_column) {
        // Who reads only the first lines has what they wanted.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        outcome => outcome.context("cannot read or write").map(|()| Exit::Done),
    }
}

/// The transformer that the settings of a folder name.
fn transformer(home: &Path) -> anyhow::Result<Transformer> {
    let config = config::load(home)?;
    match Transformer::load(&config.transformer).map_err(crate::run::Error::from)? {
        Some(transformer) => Ok(transformer),
        None => anyhow::bail!(
            "[transformer] in `{}` names no model\nhint: name one in `sentiment` or `keyphrases`",
            home.join(config::FILE_NAME).display()
        ),
    }
}

/// Tags line after line; what is written has the order of what is read.
fn tag_lines(
    mut input: impl BufRead,
    context: &Context,
    threads: usize,
    targets: bool,
) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    if threads == 1 {
        let mut worker = Worker::new(context, targets);
        let mut line = Vec::new();
        while read_line(&mut input, &mut line)? {
            worker.tag(&line);
            if worker.out.len() >= BUFFER_BYTES {
                output.write_all(&worker.out)?;
                worker.out.clear();
            }
        }
        output.write_all(&worker.out)?;
        return output.flush();
    }
    let mut workers: Vec<Worker<'_>> = (0..threads)
        .map(|_| Worker::new(context, targets))
        .collect();
    let mut lines: Vec<Vec<u8>> = Vec::new();
    loop {
        let (mut count, mut bytes) = (0, 0);
        while count < BATCH_LINES * threads && bytes < BATCH_BYTES {
            if count == lines.len() {
                lines.push(Vec::new());
            }
            if !read_line(&mut input, &mut lines[count])? {
                break;
            }
            bytes += lines[count].len();
            count += 1;
        }
        if count == 0 {
            return output.flush();
        }
        let share = count.div_ceil(threads);
        std::thread::scope(|scope| {
            for (worker, lines) in workers.iter_mut().zip(lines[..count].chunks(share)) {
                scope.spawn(move || lines.iter().for_each(|line| worker.tag(line)));
            }
        });
        for worker in &mut workers {
            output.write_all(&worker.out)?;
            worker.out.clear();
        }
    }
}

/// What one thread needs to tag lines.
struct Worker<'c> {
    tagger: Tagger<'c>,
    record: Record,
    hints: Hints,
    /// The first column of a line is a target.
    targets: bool,
    /// JSON lines, not yet written.
    out: Vec<u8>,
}

impl<'c> Worker<'c> {
    fn new(context: &'c Context, targets: bool) -> Worker<'c> {
        Worker {
            tagger: Tagger::new(context),
            record: Record::new(Kind::Post, ""),
            hints: Hints::default(),
            targets,
            out: Vec::with_capacity(BUFFER_BYTES * 5 / 4),
        }
    }

    /// Tags one line; invalid UTF-8 is replaced.
    fn tag(&mut self, line: &[u8]) {
        let text = self.record.text.get_or_insert_default();
        text.clear();
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => text.push_str(&String::from_utf8_lossy(line)),
        }
        let target = self.targets.then(|| {
            let (name, rest) = match text.split_once('\t') {
                Some((name, rest)) => (name.to_owned(), rest),
                None => (String::new(), text.as_str()),
            };
            let (whole, place) = put_target(rest, &name);
            *text = whole;
            place
        });
        self.tagger.tag_twice(&self.record, &self.hints);
        let felt = target.map(|place| self.tagger.feels_about(place.as_ref()));
        Line {
            tags: self.tagger.tags(),
            target: felt.as_ref(),
        }
        .write(&mut self.out);
    }
}

/// Reads the next line without its end; `false` at the end of the input.
pub(super) fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let limit = LINE_BYTES_MAX as u64;
    if input.by_ref().take(limit).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    } else if line.len() == LINE_BYTES_MAX {
        input.skip_until(b'\n')?;
    }
    Ok(true)
}

fn explain_text(
    text: &str,
    thread: Option<&str>,
    context: &Context,
    products: usize,
) -> anyhow::Result<Exit> {
    let post = |text: &str| {
        let mut record = Record::new(Kind::Post, "");
        record.text = Some(text.to_owned());
        record
    };
    let began = thread.map(|text| tag(&post(text), &Hints::default(), context).mentions);
    let hints = Hints {
        thread: began.into_iter().flatten().map(|named| named.sku).collect(),
        ..Hints::default()
    };
    let mut out = String::new();
    for (heading, lines) in explain(&post(text), &hints, context) {
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
    if products > 0 {
        out.push_str(&format!(
            "{:<11} {} products, {} names\n",
            "Catalogue",
            products,
            context.names()
        ));
    }
    std::io::stdout().lock().write_all(out.as_bytes())?;
    Ok(Exit::Done)
}
