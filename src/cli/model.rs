use super::corrected_rows::Rows;
use super::{Exit, Global, model_eval};
use crate::tag::listing;
use crate::tag::train::overlap::Seen;
use crate::tag::train::pairs::{read_pairs, score_pairs, train_pairs};
use crate::tag::train::{Recipe, Variant, read_rows, recipe_rows, train};
use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// Train the tagger's models on your own labelled texts, or measure them
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Learn all models from labelled texts and write them to a folder
    ///
    /// The same data give the same files, to the byte. Takes a few minutes on two cores.
    Train {
        /// Folder with the sets of the recipe; may be given several times
        #[arg(long, value_name = "DIR", required = true)]
        data: Vec<PathBuf>,
        /// Folder the models are written to
        #[arg(long, value_name = "DIR", default_value = "models")]
        out: PathBuf,
        /// Recipe that says which sets teach which model [default: the one inside the program]
        #[arg(long, value_name = "FILE")]
        recipe: Option<PathBuf>,
        /// Sets to learn from: `open` those with an open licence, `all` the others too
        #[arg(long, value_name = "WHICH", default_value = "open")]
        variant: Which,
        /// Learn only this model and leave the others in the folder as they are; may be given
        /// several times
        #[arg(long = "head", value_name = "NAME")]
        heads: Vec<String>,
        /// File of corrections (corrections.ndjson) to learn from as well
        #[arg(long, value_name = "FILE")]
        with_corrections: Option<PathBuf>,
    },
    /// Learn from labelled pairs of listings when two sell the same product
    ///
    /// Files hold one pair a line: 1 or 0, tab, one listing, tab, the other; plain or gzip. The
    /// same files give the same model, to the byte.
    TrainMatch {
        /// File with pairs to learn from; may be given several times
        #[arg(long, value_name = "FILE", required = true)]
        train: Vec<PathBuf>,
        /// File with other pairs, which the threshold is chosen on and the result measured on
        #[arg(long, value_name = "FILE", required = true)]
        dev: Vec<PathBuf>,
        /// Folder the model is written to
        #[arg(long, value_name = "DIR", default_value = "models")]
        out: PathBuf,
    },
    /// Fail when a text that a model is measured on is among those it was learned from
    ///
    /// Texts are the same when their letters and digits are, whatever their case; shorter ones
    /// than twelve do not count. Files hold language, tab, label, tab, text; plain or gzip.
    CheckOverlap {
        /// File that is learned from; may be given several times
        #[arg(long, value_name = "FILE", num_args = 1..)]
        train: Vec<PathBuf>,
        /// File that is measured on; may be given several times
        #[arg(long, value_name = "FILE", num_args = 1..)]
        eval: Vec<PathBuf>,
        /// Folder with the sets of the recipe: compares what `model train` would learn from there
        /// with --eval, or with what it would measure on
        #[arg(long, value_name = "DIR")]
        data: Vec<PathBuf>,
        /// Recipe for --data [default: the one inside the program]
        #[arg(long, value_name = "FILE")]
        recipe: Option<PathBuf>,
    },
    /// Measure a model on labelled texts: language, tab, label, tab, text; plain or gzip
    ///
    /// Prints for each language the macro-F1 with the interval that 95 of 100 samples like this
    /// one fall into, the accuracy, the calibration error, the share of texts the model abstained
    /// on, and which labels it took for which.
    Eval {
        /// Which model: `language`, `sentiment`, or another that --models holds as NAME.bin
        #[arg(long, value_name = "NAME")]
        head: String,
        /// File with labelled texts
        #[arg(long, value_name = "FILE", required_unless_present = "corrections", num_args = 1..)]
        data: Vec<PathBuf>,
        /// File of corrections (corrections.ndjson) to measure on as well
        #[arg(long, value_name = "FILE")]
        corrections: Option<PathBuf>,
        /// Folder with models [default: the ones inside the program]
        #[arg(long, value_name = "DIR")]
        models: Option<PathBuf>,
        /// Tell the model the language of each text instead of letting it guess
        #[arg(long)]
        language_known: bool,
        /// Read only the first N words of each text
        #[arg(long, value_name = "N")]
        words: Option<usize>,
        /// How to print
        #[arg(long, default_value = "table")]
        format: Format,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Open,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// One object
    Json,
    /// One object a language, and one of all
    Ndjson,
}

pub fn run(args: Args, _global: &Global) -> anyhow::Result<Exit> {
    match args.command {
        Command::Train {
            data,
            out,
            recipe,
            variant,
            heads,
            with_corrections,
        } => {
            let mut recipe = Recipe::read(recipe.as_deref())?;
            if let Some(name) = heads.iter().find(|name| !recipe.heads.contains_key(*name)) {
                let known: Vec<&str> = recipe.heads.keys().map(String::as_str).collect();
                anyhow::bail!(
                    "the recipe has no head `{name}`\n  hint: its heads are {}",
                    known.join(", ")
                );
            }
            let corrected = with_corrections.as_deref().map(Rows::write).transpose()?;
            recipe.sets.extend(match &corrected {
                Some(rows) => rows.sets()?,
                None => Vec::new(),
            });
            let variant = match variant {
                Which::Open => Variant::Open,
                Which::All => Variant::All,
            };
            let trained = train(&recipe, variant, &heads, &out, &data, &|line| {
                eprintln!("{line}")
            })?;
            std::fs::create_dir_all(&out)
                .with_context(|| format!("cannot make the folder `{}`", out.display()))?;
            for (name, bytes) in &trained.files {
                let path = out.join(name);
                std::fs::write(&path, bytes)
                    .with_context(|| format!("cannot write `{}`", path.display()))?;
                super::out!("{}: {} bytes", path.display(), bytes.len());
            }
            for line in &trained.report {
                super::out!("{line}");
            }
            Ok(Exit::Done)
        }
        Command::TrainMatch { train, dev, out } => train_match(&train, &dev, &out),
        Command::Eval {
            head,
            mut data,
            corrections,
            models,
            language_known,
            words,
            format,
        } => {
            let corrected = corrections.as_deref().map(Rows::write).transpose()?;
            if let Some(rows) = &corrected {
                data.push(rows.of(&head)?.to_owned());
            }
            model_eval::eval(&model_eval::Order {
                head: &head,
                data: &data,
                models: models.as_deref(),
                language_known,
                words,
                format,
            })?;
            Ok(Exit::Done)
        }
        Command::CheckOverlap {
            train,
            eval,
            data,
            recipe,
        } => {
            if data.is_empty() && (train.is_empty() || eval.is_empty()) {
                anyhow::bail!(
                    "there is nothing to compare\n  hint: give --train FILE and --eval FILE, or --data DIR with the sets of the recipe"
                );
            }
            let recipe = Recipe::read(recipe.as_deref())?;
            check_overlap(&train, &eval, &data, &recipe)
        }
    }
}

/// Names the texts that are both learned from and measured on.
fn check_overlap(
    train: &[PathBuf],
    eval: &[PathBuf],
    data: &[PathBuf],
    recipe: &Recipe,
) -> anyhow::Result<Exit> {
    let (mut learned, mut measured) = if data.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        recipe_rows(recipe, Variant::Open, data)?
    };
    for (paths, files) in [(train, &mut learned), (eval, &mut measured)] {
        for path in paths {
            files.push((path.display().to_string(), read_rows(path)?));
        }
    }
    if !eval.is_empty() && !data.is_empty() {
        // What is asked for is measured, not what the recipe measures on.
        measured.drain(..measured.len() - eval.len());
    }
    let mut seen = Seen::default();
    for (number, (_, rows)) in learned.iter().enumerate() {
        seen.learn(number, rows);
    }
    let (mut found, mut total) = (0, 0);
    for (name, rows) in &measured {
        total += rows.len();
        for (number, row) in rows.iter().enumerate() {
            if let Some((file, place)) = seen.find(&row.text) {
                found += 1;
                super::out!(
                    "{name} row {}: also row {place} of {}: {}",
                    number + 1,
                    learned[file].0,
                    row.text.chars().take(60).collect::<String>()
                );
            }
        }
    }
    if found == 0 {
        super::out!("none of {total} texts to be measured on was learned from");
        return Ok(Exit::Done);
    }
    anyhow::bail!(
        "{found} of {total} texts to be measured on were learned from\n  hint: leave them out of one of the two; `model train` leaves them out of what it learns from"
    )
}

fn train_match(train: &[PathBuf], dev: &[PathBuf], out: &Path) -> anyhow::Result<Exit> {
    let read = |paths: &[PathBuf]| -> Result<Vec<_>, _> {
        paths.iter().map(|path| read_pairs(path)).collect()
    };
    let (learned, measured) = (read(train)?, read(dev)?);
    let trees = train_pairs(&learned, &measured);
    std::fs::create_dir_all(out)
        .with_context(|| format!("cannot make the folder `{}`", out.display()))?;
    let (path, bytes) = (out.join(listing::FILE), trees.write());
    std::fs::write(&path, &bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
    super::out!("{}: {} bytes", path.display(), bytes.len());
    super::out!("same product from a probability of {:.2}", trees.threshold);
    for (path, set) in dev.iter().zip(&measured) {
        let scores = score_pairs(set, &trees);
        super::out!(
            "{}: precision {:.1}, recall {:.1}, F1 {:.1} on {} pairs",
            path.display(),
            scores.precision,
            scores.recall,
            scores.f1,
            set.len()
        );
    }
    Ok(Exit::Done)
}
