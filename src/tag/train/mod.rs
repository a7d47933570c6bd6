//! Labelled texts → the models in `models/`. Deterministic: the same data and seed give the same
//! bytes on any machine, because each head is learned by one thread in one order.

mod calibrate;
mod data;
mod learn;
pub mod pairs;
mod recipe;
pub mod score;
pub mod target;
mod words;

pub use data::{Row, canonical_for, read_rows};
pub use recipe::{CheckRecipe, HeadRecipe, Recipe, SetRecipe, WordsRecipe};

use super::background::Background;
use super::linear::Model;
use super::sentiment::CLASSES;
use data::Split;
use learn::{Example, Learner, Settings};
use std::collections::BTreeMap;
use std::path::PathBuf;
use thiserror::Error;

/// Why training stopped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A file is in none of the data folders.
    #[error(
        "`{file}` is in none of the data folders ({folders})\n  hint: give the folder that holds it with --data, which may be repeated"
    )]
    Missing {
        /// The file of the recipe.
        file: String,
        /// Folders that were searched.
        folders: String,
    },
    /// A file could not be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line has not the columns it should have.
    #[error("`{path}` line {line}: expected language, label and text, separated by tabs")]
    Line {
        /// The file.
        path: PathBuf,
        /// Its number, from 1.
        line: usize,
    },
    /// A line is no labelled pair.
    #[error("`{path}` line {line}: expected 1 or 0 and two listings, separated by tabs")]
    Pair {
        /// The file.
        path: PathBuf,
        /// Its number, from 1.
        line: usize,
    },
    /// The recipe is wrong.
    #[error("the recipe `{path}` is wrong: {why}")]
    Recipe {
        /// The recipe.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

/// Trained models as files: name and bytes, and what was measured on the way.
pub struct Trained {
    /// Name in the folder of models, and bytes.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// Lines for the person who waits.
    pub report: Vec<String>,
}

/// Trains all heads by a recipe on the files found in `folders`.
///
/// `say` hears of each step. Uses two threads, one a head.
pub fn train(
    recipe: &Recipe,
    folders: &[PathBuf],
    say: &(dyn Fn(&str) + Sync),
) -> Result<Trained, TrainError> {
    let lists = words::read(recipe, folders)?;
    let sets = data::read_sets(recipe, folders)?;
    let checks = data::read_checks(recipe, folders, say)?;
    for (set, split) in recipe.sets.iter().zip(&sets) {
        say(&format!(
            "{}: {} rows to learn from, {} to measure on",
            set.name,
            split.train.len(),
            split.dev.len()
        ));
    }
    let (language, sentiment) = std::thread::scope(|scope| {
        let language = scope.spawn(|| language_model(recipe, &sets, &lists, say));
        let sentiment = sentiment_model(recipe, &sets, &checks, say);
        (language.join(), sentiment)
    });
    let language = language.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let kept: Vec<_> = lists
        .iter()
        .filter(|(code, _)| recipe.words.main.contains(code))
        .map(|(code, words)| {
            let kept = words.iter().take(recipe.words_kept).cloned().collect();
            (code.clone(), kept)
        })
        .collect();
    let background = Background::pack(&kept);
    let target = target::model(recipe, folders, &sentiment, say)?;
    let mut report = Vec::new();
    for model in [&language, &sentiment, &target] {
        for tested in &model.tested {
            report.push(format!(
                "{} {}: macro-F1 {:.1} on {} rows, temperature {:.2}",
                model.head,
                tested.language,
                tested.macro_f1 * 100.0,
                tested.rows,
                tested.temperature
            ));
        }
    }
    let [first, second, third, fourth] = super::models::FILES;
    let files = vec![
        (first, language.write()),
        (second, sentiment.write()),
        (third, background.write()),
        (fourth, target.write()),
    ];
    Ok(Trained { files, report })
}

/// The language head: character n-grams up to 4 and words, one table.
fn language_model(
    recipe: &Recipe,
    sets: &[Split],
    lists: &[(String, Vec<(String, f32)>)],
    say: &(dyn Fn(&str) + Sync),
) -> Model {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut dev: Vec<Row> = Vec::new();
    for (set, split) in recipe.sets.iter().zip(sets) {
        if !set.teaches("language") {
            continue;
        }
        let cap = set.cap_language.unwrap_or(usize::MAX);
        for row in split.train.iter().take(cap) {
            let texts = rows.entry(row.language.clone()).or_default();
            texts.push(row.text.clone());
        }
        dev.extend(split.dev.iter().take(400).cloned());
    }
    words::add_rows(recipe, lists, &mut rows);
    let classes: Vec<String> = rows.keys().cloned().collect();
    let mut learner = Learner::new(Settings {
        head: recipe.language,
        tables: 1,
        classes: classes.len(),
        seed: recipe.seed,
    });
    for (class, texts) in rows.values().enumerate() {
        // Big languages do not get to drown small ones: weights fall with the square root.
        let weight = (6_000.0 / texts.len().max(1) as f32).sqrt().min(3.0);
        for (number, text) in texts.iter().enumerate() {
            // Every second row is cut to a few words, because many posts are that short.
            let fragment = (number % 2 == 1).then(|| words::fragment(text, number / 2));
            let text = fragment.as_deref().unwrap_or(text);
            learner.add(Example::for_language(text, class, weight));
        }
    }
    say(&format!("language: {} rows", learner.len()));
    learner.run(&mut |epoch, loss| say(&format!("language: pass {epoch}, loss {loss:.4}")));
    let mut model = learner.finish("language", classes);
    model.tested = calibrate::language(&model, &dev);
    model
}

/// The sentiment head: all features, shared weights and a copy for each language.
fn sentiment_model(
    recipe: &Recipe,
    sets: &[Split],
    checks: &[Row],
    say: &(dyn Fn(&str) + Sync),
) -> Model {
    let taught: Vec<(&SetRecipe, &Split)> = recipe
        .sets
        .iter()
        .zip(sets)
        .filter(|(set, _)| set.teaches("sentiment"))
        .collect();
    let mut counts: BTreeMap<&str, [f32; 3]> = BTreeMap::new();
    for (set, split) in &taught {
        for row in &split.train {
            if let Some(class) = class_of(&row.label) {
                counts.entry(&row.language).or_default()[class] += set.weight;
            }
        }
    }
    let mut learner = Learner::new(Settings {
        head: recipe.sentiment,
        tables: 2,
        classes: CLASSES.len(),
        seed: recipe.seed + 1,
    });
    for (set, split) in &taught {
        for row in &split.train {
            let Some(class) = class_of(&row.label) else {
                continue;
            };
            let language = &counts[row.language.as_str()];
            let total: f32 = language.iter().sum();
            // Classes weigh the same inside a language, and a language weighs the square root of
            // its rows, so that none drowns another.
            let balance = (total / (3.0 * language[class])).min(6.0);
            let share = (15_000.0 / total).sqrt().min(2.0);
            learner.add(Example::for_sentiment(
                &row.text,
                &row.language,
                class,
                set.weight * balance * share,
            ));
        }
    }
    say(&format!("sentiment: {} rows", learner.len()));
    learner.run(&mut |epoch, loss| say(&format!("sentiment: pass {epoch}, loss {loss:.4}")));
    let mut model = learner.finish("sentiment", CLASSES.map(String::from).to_vec());
    let dev: Vec<&Row> = taught.iter().flat_map(|(_, split)| &split.dev).collect();
    model.tested = calibrate::sentiment(&model, &dev, checks);
    model
}

/// The class of a sentiment label; `None` for labels of other tasks.
pub fn class_of(label: &str) -> Option<usize> {
    CLASSES.iter().position(|class| *class == label)
}

/// The first of the folders' files of this name.
fn find(folders: &[PathBuf], file: &str) -> Result<PathBuf, TrainError> {
    let mut paths = folders.iter().map(|folder| folder.join(file));
    paths
        .find(|path| path.is_file())
        .ok_or_else(|| TrainError::Missing {
            file: file.to_owned(),
            folders: folders
                .iter()
                .map(|folder| folder.display().to_string())
                .collect::<Vec<_>>()
                .join(", "),
        })
}
