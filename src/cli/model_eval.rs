//! `groundswell model eval`: how well a head does on labelled texts.

use super::model::Format;
use super::model_intent::Answer;
use crate::record::{Polarity, Sentiment};
use crate::tag::train::score::{Interval, Judged, Scores, f1, intervals, score};
use crate::tag::train::target::read_rows as read_targets;
use crate::tag::train::{Row, read_rows};
use crate::tag::{Judgement, OtherHead, models::Models};
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the drawing of rows for intervals starts.
const SEED: u64 = 20_261;
/// The label of a row where no class holds.
const NONE: &str = "none";

/// What is to be measured.
pub(super) struct Order<'o> {
    pub head: &'o str,
    pub data: &'o [PathBuf],
    /// The folder with the models; `None`: those in the program.
    pub models: Option<&'o Path>,
    pub language_known: bool,
    pub words: Option<usize>,
    pub format: Format,
}

pub(super) fn eval(order: &Order) -> anyhow::Result<()> {
    let head = Head::of(order)?;
    let mut groups: BTreeMap<String, Vec<Judged>> = BTreeMap::new();
    for path in order.data {
        if let Head::Target(models) = &head {
            for row in read_targets(path)? {
                let known = order.language_known.then_some(row.row.language.as_str());
                let felt = Judgement::of_target(&row.row.text, row.target.as_ref(), known, models);
                let group = groups.entry(row.row.language).or_default();
                group.push(judged(row.row.label, &felt));
            }
            continue;
        }
        for row in read_rows(path)? {
            let text = match order.words {
                Some(count) => first_words(&row.text, count),
                None => row.text.clone(),
            };
            let known = order.language_known.then_some(row.language.as_str());
            head.judge(&text, &row, known, &mut |group, judged| {
                groups.entry(group).or_default().push(judged);
            });
        }
    }
    if groups.is_empty() {
        anyhow::bail!(
            "no row has a label of this model\n  hint: its labels are {}",
            head.labels()
        );
    }
    let measured = Measured::of(matches!(head, Head::Language(_)), &groups);
    show(&match order.format {
        Format::Table => measured.table(),
        Format::Json => format!("{}\n", measured.json()),
        Format::Ndjson => measured.ndjson(),
    })
}

/// A head with what it needs.
enum Head {
    Language(Arc<Models>),
    Sentiment(Arc<Models>),
    Intent(Arc<Models>, Answer),
    /// The text holds `$T$` in the place of the target that a fourth column names.
    Target(Arc<Models>),
    Other(OtherHead),
}

impl Head {
    fn of(order: &Order) -> anyhow::Result<Head> {
        let models = || match order.models {
            None => Ok(Models::embedded()),
            Some(folder) => {
                let models = Models::from_folder(folder)
                    .with_context(|| format!("cannot read models in `{}`", folder.display()))?;
                anyhow::Ok(Arc::new(models?))
            }
        };
        let own = |folder: &Path| folder.join(format!("{}.bin", order.head)).is_file();
        if let Some(answer) = Answer::of(order.head)
            && !order.models.is_some_and(own)
        {
            return Ok(Head::Intent(models()?, answer));
        }
        match (order.head, order.models) {
            ("language", _) => Ok(Head::Language(models()?)),
            ("sentiment", _) => Ok(Head::Sentiment(models()?)),
            ("target", _) => Ok(Head::Target(models()?)),
            (name, None) => anyhow::bail!(
                "`{name}` is no head of the program\n  hint: `language`, `sentiment`, `target`, `question`, `purchase`, `complaint` or `reason`, or name the folder that holds `{name}.bin` with --models"
            ),
            (name, Some(folder)) => {
                let path = folder.join(format!("{name}.bin"));
                let bytes = std::fs::read(&path).with_context(|| {
                    format!("cannot read the head `{name}` at `{}`", path.display())
                })?;
                Ok(Head::Other(OtherHead::read(
                    &format!("{name}.bin"),
                    &bytes,
                )?))
            }
        }
    }

    fn labels(&self) -> String {
        match self {
            Head::Language(_) => "codes of languages".to_owned(),
            Head::Sentiment(_) | Head::Target(_) => "negative, neutral, positive".to_owned(),
            Head::Intent(_, answer) => answer.labels(),
            Head::Other(head) => head.classes().join(", "),
        }
    }

    /// Judges a row and gives what comes of it to `out`, with the name of its group: the language,
    /// and the class where each class holds by itself.
    fn judge(
        &self,
        text: &str,
        row: &Row,
        known: Option<&str>,
        out: &mut dyn FnMut(String, Judged),
    ) {
        match self {
            Head::Language(models) => {
                let language = Judgement::of(text, known, models).language;
                let judged = Judged {
                    gold: row.language.clone(),
                    said: language.code,
                    confidence: language.confidence,
                    abstain: language.abstain,
                };
                out(row.language.clone(), judged);
            }
            Head::Sentiment(models) => {
                if !matches!(row.label.as_str(), "negative" | "neutral" | "positive") {
                    return;
                }
                let sentiment = Judgement::of(text, known, models).sentiment;
                out(row.language.clone(), judged(row.label.clone(), &sentiment));
            }
            // Its rows are others, and read by another way.
            Head::Target(_) => {}
            Head::Intent(models, answer) => {
                let judgement = Judgement::of(text, known, models);
                answer.judge(&judgement, row, out);
            }
            Head::Other(head) => judge_other(head, text, row, out),
        }
    }
}

fn judged(gold: String, felt: &Sentiment) -> Judged {
    let (said, confidence) = match felt.label {
        Polarity::Negative => ("negative", felt.negative),
        Polarity::Neutral => ("neutral", felt.neutral),
        Polarity::Positive => ("positive", felt.positive),
    };
    Judged {
        gold,
        said: said.to_owned(),
        confidence,
        abstain: felt.abstain,
    }
}

fn judge_other(head: &OtherHead, text: &str, row: &Row, out: &mut dyn FnMut(String, Judged)) {
    let labels: Vec<&str> = row.label.split(',').map(str::trim).collect();
    let known = |label: &&str| head.classes().iter().any(|class| class == label);
    let nothing = head.any() && row.label == NONE;
    if !nothing && !labels.iter().all(known) {
        return;
    }
    let probabilities = head.judge(text, &row.language);
    let classes = || head.classes().iter().zip(&probabilities);
    if head.any() {
        for (class, p) in classes() {
            let name = |holds: bool| if holds { class.as_str() } else { NONE }.to_owned();
            let judged = Judged {
                gold: name(labels.contains(&class.as_str())),
                said: name(*p > 0.5),
                confidence: p.max(1.0 - p),
                abstain: false,
            };
            out(format!("{} {class}", row.language), judged);
        }
        return;
    }
    let best = classes().max_by(|left, right| left.1.total_cmp(right.1));
    if let Some((class, p)) = best {
        let judged = Judged {
            gold: row.label.clone(),
            said: class.clone(),
            confidence: *p,
            abstain: false,
        };
        out(row.language.clone(), judged);
    }
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

/// The figures of a run.
struct Measured<'g> {
    languages: BTreeMap<&'g str, (Scores, Interval)>,
    all: Scores,
    mean: f64,
    mean_interval: Interval,
}

impl Measured<'_> {
    fn of(by_label: bool, groups: &BTreeMap<String, Vec<Judged>>) -> Measured<'_> {
        let (ranges, mean_interval) = intervals(groups, by_label, SEED);
        let rows: Vec<Judged> = groups.values().flatten().cloned().collect();
        let all = score(&rows);
        let languages: BTreeMap<&str, (Scores, Interval)> = groups
            .iter()
            .map(|(language, rows)| {
                let mut scores = score(rows);
                if by_label {
                    // Here the language is the label: its F1 must see the rows of the others.
                    scores.macro_f1 = f1(&all.confusion, language);
                }
                (language.as_str(), (scores, ranges[language]))
            })
            .collect();
        let sum: f64 = languages.values().map(|(scores, _)| scores.macro_f1).sum();
        Measured {
            mean: sum / languages.len() as f64,
            languages,
            all,
            mean_interval,
        }
    }

    fn table(&self) -> String {
        let mut out = String::from(
            "language   rows  macro-F1       95 %  accuracy  calibration error  abstained\n",
        );
        let range =
            |range: &Interval| format!("{:.1}–{:.1}", range.low * 100.0, range.high * 100.0);
        let line = |name: &str, scores: &Scores, range: &str| {
            format!(
                "{name:<8} {:>6} {:>9.1} {range:>10} {:>9.1} {:>18.1} {:>10.1}\n",
                scores.rows,
                scores.macro_f1 * 100.0,
                scores.accuracy * 100.0,
                scores.calibration_error * 100.0,
                scores.abstained * 100.0
            )
        };
        for (language, (scores, interval)) in &self.languages {
            out.push_str(&line(language, scores, &range(interval)));
        }
        out.push_str(&line("all", &self.all, ""));
        out.push_str(&format!(
            "mean of the languages' macro-F1: {:.1} ({})\n\nlabel → said, rows\n",
            self.mean * 100.0,
            range(&self.mean_interval)
        ));
        for ((gold, said), count) in &self.all.confusion {
            out.push_str(&format!("{gold:<9} → {said:<9} {count:>6}\n"));
        }
        out
    }

    fn json(&self) -> serde_json::Value {
        let languages: serde_json::Map<_, _> = self
            .languages
            .iter()
            .map(|(language, (scores, interval))| {
                ((*language).to_owned(), figures(scores, Some(interval)))
            })
            .collect();
        serde_json::json!({
            "languages": languages,
            "all": figures(&self.all, None),
            "mean_macro_f1": self.mean,
            "mean_macro_f1_95": [self.mean_interval.low, self.mean_interval.high],
        })
    }

    fn ndjson(&self) -> String {
        let mut out = String::new();
        for (language, (scores, interval)) in &self.languages {
            let mut value = figures(scores, Some(interval));
            value["language"] = (*language).into();
            out.push_str(&format!("{value}\n"));
        }
        let mut value = figures(&self.all, None);
        value["mean_macro_f1"] = self.mean.into();
        value["mean_macro_f1_95"] = vec![self.mean_interval.low, self.mean_interval.high].into();
        out.push_str(&format!("{value}\n"));
        out
    }
}

fn figures(scores: &Scores, interval: Option<&Interval>) -> serde_json::Value {
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
        "macro_f1_95": interval.map(|interval| [interval.low, interval.high]),
        "accuracy": scores.accuracy,
        "calibration_error": scores.calibration_error,
        "abstained": scores.abstained,
        "confusion": confusion,
    })
}

/// Prints; a reader who closed the pipe has seen enough.
fn show(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
