//! The head for intents and reasons.
//!
//! Few sets say what a writer wants, so most labels come from elsewhere: a question mark (which is
//! taken away again, so that the words learn to ask), the feeling of a review, the reasons that
//! `models/reasons.tsv` holds for rows of open sets. Each row is learned twice, with its words and
//! without: the second is how languages without labels are read.

use super::calibrate::best_temperature;
use super::learn::{Example, Learner, Settings};
use super::recipe::INTENT;
use super::{IntentRecipe, Recipe, Row, Taught, overlap};
use crate::record::Reason;
use crate::tag::cue::{self, Cues};
use crate::tag::features::Features;
use crate::tag::intent::{
    CLASSES, PURCHASE, REASON, blend, cue_scores, reason_score, sigmoid, word_scores, words,
};
use crate::tag::lexicon::{self, Sense};
use crate::tag::linear::{Model, Tested};
use crate::tag::normalise::Normalised;
use crate::tag::script::Spread;
use crate::tag::{marks, phrases, sentiment, token};
use std::collections::HashMap;

/// Rows that hold, and rows in all, from which on a language counts as tested for an answer.
const HOLD_MIN: usize = 12;
const ROWS_MIN: usize = 100;
/// Rows of a set at most.
const SET_ROWS_MAX: usize = 60_000;
/// How much a row counts without its words, beside itself with them.
const BARE_WEIGHT: f32 = 0.5;
/// How much a reason counts in a row that a person read, and in one whose label only suggests it.
const READ_WEIGHT: f32 = 10.0;
const SUPPOSED_WEIGHT: f32 = 0.1;
/// How much a phrase of the lexicon counts as a row.
const SEED_WEIGHT: f32 = 3.0;
/// The reasons of rows of the sets, which people read: `key<TAB>learn|measure<TAB>reasons`.
static REASONS: &str = include_str!("../../../models/reasons.tsv");

/// What a row says: which answers hold, and of which it says anything, bit by bit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Truth {
    holds: u32,
    known: u32,
    reasons: u32,
    reasons_known: u32,
    /// That nobody wants to buy is supposed of a whole set: a phrase that says so is believed
    /// more.
    supposed: bool,
}

impl Truth {
    /// Takes in what a label says.
    fn add(&mut self, names: &[String], holds: bool) {
        for name in names {
            if name == "reasons" {
                self.reasons_known = u32::MAX;
                continue;
            }
            if let Some(reason) = Reason::of(name) {
                let bit = 1 << reason as u32;
                self.reasons_known |= bit;
                self.reasons |= if holds { bit } else { 0 };
            }
            if let Some(class) = CLASSES.iter().position(|class| class == name) {
                self.known |= 1 << class;
                self.holds |= if holds { 1 << class } else { 0 };
            }
        }
    }

    fn of(row: &Row, recipe: &IntentRecipe) -> Truth {
        let mut truth = Truth::default();
        for (labels, holds) in [(&recipe.no, false), (&recipe.yes, true)] {
            for label in ["*", row.label.as_str()] {
                if let Some(names) = labels.get(label) {
                    truth.add(names, holds);
                    truth.supposed |= label == "*";
                }
            }
        }
        if recipe.questions {
            truth.known |= 1;
            truth.holds |= u32::from(row.text.contains(QUESTION_MARKS));
        }
        truth
    }
}

const QUESTION_MARKS: [char; 3] = ['?', '؟', '？'];

/// A text as the head reads it.
struct Read {
    features: Features,
    spread: Spread,
    cues: Cues,
}

impl Read {
    fn of(text: &str, language: &str, sentiment: &Model) -> Read {
        let normalised = Normalised::new(text);
        let tokens = token::tokens(&normalised.text);
        let features = Features::of(&normalised, &tokens);
        let feeling = sentiment::judge(&features, Some(language), sentiment);
        let (mut atoms, mut found) = (Vec::new(), Vec::new());
        phrases::atoms(&normalised.text, &mut atoms);
        marks::find(&normalised.text, &atoms, Some(language), &mut found);
        let mut cues = Cues::default();
        cues.read(&normalised.text, &tokens, &found, Some(language), &feeling);
        Read {
            spread: Spread::of(&normalised.text),
            features,
            cues,
        }
    }

    /// The row with its words, and without.
    fn examples(&self, truth: Truth, weight: f32) -> [Example; 2] {
        let senses = self.cues.senses.clone();
        let mut with_words = senses.clone();
        with_words.push(cue::words_are_read());
        let read = words(&self.features, &self.spread).concat();
        let Truth { holds, known, .. } = truth;
        let full = [read, self.cues.edges.clone(), with_words];
        let bare = [Vec::new(), Vec::new(), senses];
        [
            Example::of_cues(full, holds, known, weight),
            Example::of_cues(bare, holds, known, weight * BARE_WEIGHT),
        ]
    }
}

/// A measured row: what it says, and the scores of the answers with words and without.
struct Measured {
    language: String,
    truth: Truth,
    full: [f32; CLASSES.len()],
    bare: [f32; CLASSES.len()],
    /// Score and truth of each reason that shows.
    reasons: Vec<(Reason, f32, bool)>,
}

/// Learns the head.
pub fn model(
    recipe: &Recipe,
    sets: &Taught,
    sentiment: &Model,
    say: &(dyn Fn(&str) + Sync),
) -> Model {
    let labelled = labelled_reasons();
    let mut learner = Learner::new(Settings {
        head: recipe.heads[INTENT].clone(),
        classes: CLASSES.len(),
        seed: recipe.seed + 77,
    });
    let mut dev: Vec<(Row, Truth)> = Vec::new();
    for (set, split) in sets.iter().filter(|(set, _)| set.teaches(INTENT)) {
        for (rows, learns) in [(&split.train, true), (&split.dev, false)] {
            // A big set is thinned evenly.
            for row in rows
                .iter()
                .step_by(rows.len().div_ceil(SET_ROWS_MAX).max(1))
            {
                let mut truth = Truth::of(row, &set.intent);
                let mut learns = learns;
                let person = overlap::key(&row.text).and_then(|key| labelled.get(&key));
                if let Some((reasons, measured)) = person {
                    truth.reasons = *reasons;
                    truth.reasons_known = u32::MAX;
                    learns = !measured;
                }
                let texts = texts(row, &set.intent);
                for text in texts {
                    if !learns {
                        let row = Row {
                            text,
                            ..row.clone()
                        };
                        dev.push((row, truth));
                        continue;
                    }
                    let read = Read::of(&text, &row.language, sentiment);
                    let mut truth = truth;
                    if truth.supposed && read.cues.wishes {
                        truth.known &= !(1 << PURCHASE);
                    }
                    let mut weight = set.weight_in(&row.language);
                    if truth.holds & truth.known != 0 {
                        weight *= set.intent.stress;
                    }
                    for example in read.examples(truth, weight) {
                        learner.add(example);
                    }
                    for reason in shown(&read.cues, truth) {
                        let holds = truth.reasons >> reason as u32 & 1;
                        let cues = read.cues.of_reason(reason).to_vec();
                        let cues = [Vec::new(), Vec::new(), cues];
                        let weight = match person {
                            Some(_) => READ_WEIGHT,
                            None => SUPPOSED_WEIGHT * set.weight_in(&row.language),
                        };
                        let bit = 1 << REASON;
                        learner.add(Example::of_cues(cues, holds << REASON, bit, weight));
                    }
                }
            }
        }
    }
    for (row, truth) in seeds() {
        let read = Read::of(&row.text, &row.language, sentiment);
        for example in read.examples(truth, SEED_WEIGHT) {
            learner.add(example);
        }
    }
    say(&format!("{INTENT}: {} rows", learner.len()));
    learner.run(&mut |epoch, loss| say(&format!("{INTENT}: pass {epoch}, loss {loss:.4}")));
    let mut model = learner.finish(INTENT, CLASSES.map(String::from).to_vec());
    let measured: Vec<Measured> = dev
        .iter()
        .map(|(row, truth)| measure(row, *truth, sentiment, &model))
        .collect();
    model.tested = tested(&measured);
    for line in report(&measured) {
        say(&line);
    }
    model
}

/// The phrases of the lexicon as rows: where nobody labelled texts, they are what is known.
fn seeds() -> Vec<(Row, Truth)> {
    let bit = |name: &str| {
        CLASSES
            .iter()
            .position(|class| *class == name)
            .map_or(0, |at| 1 << at)
    };
    let (question, purchase, complaint) = (bit("question"), bit("purchase"), bit("complaint"));
    let mut out = Vec::new();
    for (language, sense, phrases) in lexicon::entries().filter(|entry| entry.0 != "*") {
        let (holds, not) = match sense {
            Sense::Question => (question, 0),
            Sense::Purchase => (purchase, complaint),
            Sense::Warning => (complaint, purchase),
            Sense::Complaint | Sense::Reason(_) => (complaint, purchase | question),
            Sense::Giveaway | Sense::Advert => (0, purchase | complaint),
            Sense::Bad | Sense::Currency(_) | Sense::Place(_) | Sense::Local(_) => continue,
        };
        for phrase in phrases.split('|').filter(|phrase| !phrase.starts_with('~')) {
            let row = Row {
                language: (*language).to_owned(),
                label: String::new(),
                text: phrase.trim_matches(['^', '$']).to_owned(),
            };
            let truth = Truth {
                holds,
                known: holds | not,
                ..Truth::default()
            };
            out.push((row, truth));
        }
    }
    out
}

/// A text with a question mark is read without it, too.
fn texts(row: &Row, recipe: &IntentRecipe) -> Vec<String> {
    let mut texts = vec![row.text.clone()];
    if recipe.questions && row.text.contains(QUESTION_MARKS) {
        texts.push(row.text.replace(QUESTION_MARKS, ""));
    }
    texts
}

fn shown(cues: &Cues, truth: Truth) -> impl Iterator<Item = Reason> {
    let known = move |reason: &Reason| truth.reasons_known >> *reason as u32 & 1 == 1;
    let shows = |reason: &Reason| cues.shown[*reason as usize].any();
    Reason::ALL.into_iter().filter(known).filter(shows)
}

/// The reasons of rows by their key, and whether they are to be measured on.
fn labelled_reasons() -> HashMap<u64, (u32, bool)> {
    let lines = REASONS.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let key = u64::from_str_radix(columns.next()?, 16).ok()?;
            let measured = columns.next()? == "measure";
            let names = columns.next()?.split(',').filter_map(Reason::of);
            let bits = names.fold(0, |bits, reason| bits | 1 << reason as u32);
            Some((key, (bits, measured)))
        })
        .collect()
}

fn measure(row: &Row, truth: Truth, sentiment: &Model, model: &Model) -> Measured {
    let read = Read::of(&row.text, &row.language, sentiment);
    let score = |reason| reason_score(&read.cues, reason, model);
    let words = word_scores(&read.features, &read.spread, &read.cues, model);
    let bare = cue_scores(&read.cues.senses, model);
    Measured {
        language: row.language.clone(),
        truth,
        full: std::array::from_fn(|class| blend(class, &words, &bare)),
        bare,
        reasons: shown(&read.cues, truth)
            .map(|reason| {
                (
                    reason,
                    score(reason),
                    truth.reasons >> reason as u32 & 1 == 1,
                )
            })
            .collect(),
    }
}

/// Temperature and F1 of each answer by language, and of the cues alone under `*`.
fn tested(measured: &[Measured]) -> Vec<Tested> {
    let mut out = Vec::new();
    let mut languages: Vec<&str> = measured.iter().map(|row| row.language.as_str()).collect();
    languages.sort_unstable();
    languages.dedup();
    let known = |class: usize| move |row: &&Measured| row.truth.known >> class & 1 == 1;
    for class in 0..REASON {
        let of = |row: &Measured, full: bool| {
            let scores = if full { row.full } else { row.bare };
            (scores[class], row.truth.holds >> class & 1 == 1)
        };
        let all: Vec<(f32, bool)> = measured
            .iter()
            .filter(known(class))
            .map(|r| of(r, false))
            .collect();
        out.push(tell(format!("{}:*", CLASSES[class]), &all));
        for language in &languages {
            let own = measured.iter().filter(|row| row.language == *language);
            let rows: Vec<(f32, bool)> = own.filter(known(class)).map(|r| of(r, true)).collect();
            let hold = rows.iter().filter(|(_, holds)| *holds).count();
            if rows.len() >= ROWS_MIN && hold >= HOLD_MIN && hold < rows.len() {
                out.push(tell(format!("{}:{language}", CLASSES[class]), &rows));
            }
        }
    }
    let reasons: Vec<(f32, bool)> = measured
        .iter()
        .flat_map(|row| row.reasons.iter().map(|(_, score, holds)| (*score, *holds)))
        .collect();
    out.push(tell(format!("{}:*", CLASSES[REASON]), &reasons));
    out
}

fn tell(name: String, rows: &[(f32, bool)]) -> Tested {
    let temperature = best_temperature(&|temperature| {
        let loss = |(score, holds): &(f32, bool)| {
            let p = sigmoid(score / temperature);
            -f64::from(if *holds { p } else { 1.0 - p }.max(1e-9).ln())
        };
        rows.iter().map(loss).sum()
    });
    Tested {
        language: name,
        temperature,
        rows: rows.len() as u32,
        macro_f1: Hits::of(rows.iter().copied(), 0.0).f1(),
    }
}

/// How often an answer was right.
#[derive(Debug, Clone, Copy, Default)]
struct Hits {
    right: usize,
    said: usize,
    hold: usize,
}

impl Hits {
    fn of(rows: impl Iterator<Item = (f32, bool)>, from: f32) -> Hits {
        rows.fold(Hits::default(), |hits, (score, holds)| Hits {
            right: hits.right + usize::from(holds && score >= from),
            said: hits.said + usize::from(score >= from),
            hold: hits.hold + usize::from(holds),
        })
    }

    fn f1(self) -> f32 {
        2.0 * self.right as f32 / (self.said + self.hold).max(1) as f32
    }

    fn line(self) -> String {
        let share = |of: usize| 100.0 * self.right as f32 / of.max(1) as f32;
        format!(
            "precision {:.1}, recall {:.1}, F1 {:.1} ({} of {} said, {} hold)",
            share(self.said),
            share(self.hold),
            self.f1() * 100.0,
            self.right,
            self.said,
            self.hold
        )
    }
}

/// Precision and recall of the cues alone by language, and of each reason among the rows that
/// people read.
fn report(measured: &[Measured]) -> Vec<String> {
    let mut out = Vec::new();
    let mut languages: Vec<&str> = measured.iter().map(|row| row.language.as_str()).collect();
    languages.sort_unstable();
    languages.dedup();
    for (class, name) in CLASSES.iter().enumerate().take(REASON) {
        for language in &languages {
            let rows = || {
                let own = measured.iter().filter(|row| row.language == *language);
                own.filter(|row| row.truth.known >> class & 1 == 1)
            };
            let holds = |row: &Measured| row.truth.holds >> class & 1 == 1;
            let full = Hits::of(rows().map(|row| (row.full[class], holds(row))), 0.0);
            let bare = Hits::of(rows().map(|row| (row.bare[class], holds(row))), 0.0);
            if full.hold > 0 {
                out.push(format!("{name} {language}, with words: {}", full.line()));
                out.push(format!("{name} {language}, cues alone: {}", bare.line()));
            }
        }
    }
    for reason in Reason::ALL {
        let read = |row: &&Measured| row.truth.reasons_known == u32::MAX;
        let rows = measured.iter().filter(read).map(|row| {
            let found = row.reasons.iter().find(|(named, _, _)| *named == reason);
            let holds = row.truth.reasons >> reason as u32 & 1 == 1;
            (
                found.map_or(f32::NEG_INFINITY, |(_, score, _)| *score),
                holds,
            )
        });
        out.push(format!("{}: {}", reason.name(), Hits::of(rows, 0.0).line()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_labels_of_reasons_can_be_read() {
        let lines = REASONS.lines().filter(|line| !line.starts_with('#'));
        let labelled = labelled_reasons();
        assert_eq!(lines.clone().count(), labelled.len());
        for line in lines {
            for name in line.rsplit('\t').next().unwrap().split(',') {
                assert!(name == "none" || Reason::of(name).is_some(), "{line}");
            }
        }
    }

    #[test]
    fn a_row_says_what_its_label_says_and_a_mark_makes_a_question() {
        let recipe: IntentRecipe = toml::from_str(
            "questions = true\nyes = { negative = ['complaint'] }\nno = { '*' = ['purchase'], positive = ['complaint', 'reasons'] }",
        )
        .unwrap();
        let row = |label: &str, text: &str| Row {
            language: "en".into(),
            label: label.into(),
            text: text.into(),
        };
        let truth = Truth::of(&row("negative", "why is it broken?"), &recipe);
        assert_eq!((truth.holds, truth.known), (0b101, 0b111));
        assert_eq!(truth.reasons_known, 0);
        let truth = Truth::of(&row("positive", "fits"), &recipe);
        assert_eq!((truth.holds, truth.known), (0, 0b111));
        assert_eq!((truth.reasons, truth.reasons_known), (0, u32::MAX));
        assert_eq!(texts(&row("", "really?"), &recipe), ["really?", "really"]);
    }
}
