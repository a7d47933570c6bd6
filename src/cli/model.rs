use super::{Exit, Global};
use crate::record::Polarity;
use crate::tag::train::pairs::{read_pairs, score_pairs, train_pairs};
use crate::tag::train::score::{Judged, Scores, f1, score};
use crate::tag::train::target::{TargetRow, read_rows as read_targets};
use crate::tag::train::{Recipe, Row, class_of, read_rows, train};
use crate::tag::{Hints, Judgement, listing, models::Models};
use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use std::collections::BTreeMap;
use std::io::Write;
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
    /// Measure a model on labelled texts: language, tab, label, tab, text; plain or gzip
    Eval {
        /// Which model
        #[arg(long)]
        head: Head,
        /// File with labelled texts
        #[arg(long, value_name = "FILE", required = true)]
        data: Vec<PathBuf>,
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
enum Head {
    /// Which language a text is in
    Language,
    /// Negative, neutral or positive
    Sentiment,
    /// The same about one target: the text holds $T$ in its place, a fourth column names it
    Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub fn run(args: Args, _global: &Global) -> anyhow::Result<Exit> {
    match args.command {
        Command::Train { data, out, recipe } => {
            let recipe = Recipe::read(recipe.as_deref())?;
            let trained = train(&recipe, &data, &|line| eprintln!("{line}"))?;
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
            data,
            models,
            language_known,
            words,
            format,
        } => {
            let models = match models {
                None => Models::embedded(),
                Some(folder) => {
                    let models = Models::from_folder(&folder)
                        .with_context(|| format!("cannot read models in `{}`", folder.display()))?;
                    std::sync::Arc::new(models?)
                }
            };
            let mut groups: BTreeMap<String, Vec<Judged>> = BTreeMap::new();
            for path in &data {
                if head == Head::Target {
                    for row in read_targets(path)? {
                        let judged = judge_target(&row, language_known, &models);
                        groups.entry(row.row.language).or_default().push(judged);
                    }
                    continue;
                }
                for row in read_rows(path)? {
                    let text = match words {
                        Some(count) => first_words(&row.text, count),
                        None => row.text.clone(),
                    };
                    let hints = Hints {
                        language: language_known.then(|| row.language.clone()),
                        ..Hints::default()
                    };
                    if let Some(judged) = judge(head, &text, &row, &hints, &models) {
                        groups.entry(row.language).or_default().push(judged);
                    }
                }
            }
            if groups.is_empty() {
                anyhow::bail!(
                    "no row has a label of this model\n  hint: sentiment labels are negative, neutral, positive"
                );
            }
            print(head, &groups, format)?;
            Ok(Exit::Done)
        }
    }
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

/// The first words of a text; where it has no spaces, three characters stand for a word.
fn first_words(text: &str, count: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().take(count).collect();
    let unspaced =
        text.split_whitespace().count() <= count && text.chars().any(|c| c as u32 > 0xe00);
    if unspaced {
        text.chars().take(count * 3).collect()
    } else {
        words.join(" ")
    }
}

fn judge_target(row: &TargetRow, language_known: bool, models: &Models) -> Judged {
    let stated = language_known.then_some(row.row.language.as_str());
    let felt = Judgement::of_target(&row.row.text, row.target.as_ref(), stated, models);
    Judged {
        gold: row.row.label.clone(),
        said: word(felt.label).to_owned(),
        confidence: felt.negative.max(felt.neutral).max(felt.positive),
        abstain: felt.abstain,
    }
}

fn word(label: Polarity) -> &'static str {
    match label {
        Polarity::Negative => "negative",
        Polarity::Neutral => "neutral",
        Polarity::Positive => "positive",
    }
}

fn judge(head: Head, text: &str, row: &Row, hints: &Hints, models: &Models) -> Option<Judged> {
    let judgement = Judgement::of(text, hints.language.as_deref(), models);
    match head {
        Head::Target => None,
        Head::Language => Some(Judged {
            gold: row.language.clone(),
            said: judgement.language.code,
            confidence: judgement.language.confidence,
            abstain: judgement.language.abstain,
        }),
        Head::Sentiment => {
            class_of(&row.label)?;
            let sentiment = judgement.sentiment;
            let confidence = match sentiment.label {
                Polarity::Negative => sentiment.negative,
                Polarity::Neutral => sentiment.neutral,
                Polarity::Positive => sentiment.positive,
            };
            Some(Judged {
                gold: row.label.clone(),
                said: word(sentiment.label).to_owned(),
                confidence,
                abstain: sentiment.abstain,
            })
        }
    }
}

fn print(head: Head, groups: &BTreeMap<String, Vec<Judged>>, format: Format) -> anyhow::Result<()> {
    let mut scored: BTreeMap<&str, Scores> = groups
        .iter()
        .map(|(language, rows)| (language.as_str(), score(rows)))
        .collect();
    let all: Vec<Judged> = groups.values().flatten().cloned().collect();
    let total = score(&all);
    if head == Head::Language {
        // Here the language is the label: its F1 must see the rows of the other languages.
        for (language, scores) in &mut scored {
            scores.macro_f1 = f1(&total.confusion, language);
        }
    }
    let mean = scored.values().map(|scores| scores.macro_f1).sum::<f64>() / scored.len() as f64;
    if format == Format::Json {
        let value = serde_json::json!({
            "languages": scored.iter().map(|(language, scores)| (language.to_string(), json(scores)))
                .collect::<serde_json::Map<_, _>>(),
            "all": json(&total),
            "mean_macro_f1": mean,
        });
        return show(&format!("{value}\n"));
    }
    let mut out =
        String::from("language   rows  macro-F1  accuracy  calibration error  abstained\n");
    let line = |name: &str, scores: &Scores| {
        format!(
            "{name:<8} {:>6} {:>9.1} {:>9.1} {:>18.1} {:>10.1}\n",
            scores.rows,
            scores.macro_f1 * 100.0,
            scores.accuracy * 100.0,
            scores.calibration_error * 100.0,
            scores.abstained * 100.0
        )
    };
    for (language, scores) in &scored {
        out.push_str(&line(language, scores));
    }
    out.push_str(&line("all", &total));
    out.push_str(&format!(
        "mean of the languages' macro-F1: {:.1}\n\nlabel → said, rows\n",
        mean * 100.0
    ));
    for ((gold, said), count) in &total.confusion {
        out.push_str(&format!("{gold:<9} → {said:<9} {count:>6}\n"));
    }
    show(&out)
}

/// Prints; a reader who closed the pipe has seen enough.
fn show(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn json(scores: &Scores) -> serde_json::Value {
    let confusion: Vec<_> = scores
        .confusion
        .iter()
        .map(
            |((gold, said), count)| serde_json::json!({"label": gold, "said": said, "rows": count}),
        )
        .collect();
    serde_json::json!({
        "rows": scores.rows,
        "macro_f1": scores.macro_f1,
        "accuracy": scores.accuracy,
        "calibration_error": scores.calibration_error,
        "abstained": scores.abstained,
        "confusion": confusion,
    })
}
