//! Labelled texts → the models in `models/`. Deterministic: the same data and seed give the same
//! bytes on any machine, because each head is learned by one thread in one order.

mod calibrate;
mod data;
mod intent;
mod learn;
pub mod overlap;
pub mod pairs;
mod recipe;
pub mod score;
pub mod target;
mod words;

pub use data::{Row, canonical_for, read_rows};
pub use recipe::{
    CheckRecipe, HeadRecipe, INTENT, IntentRecipe, LANGUAGE, Recipe, SENTIMENT, SetRecipe, TARGET,
    Variant, WordsRecipe,
};

use super::background::Background;
use super::hash::{fold, hash_text};
use super::linear::Model;
use data::Split;
use learn::{Example, Learner, Settings};
use overlap::Seen;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
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
    /// A model that another one reads cannot be used.
    #[error(transparent)]
    Model(#[from] super::linear::ModelError),
    /// The recipe is wrong.
    #[error("the recipe `{path}` is wrong: {why}")]
    Recipe {
        /// The recipe.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

/// How far apart two fragments of a text begin, in words.
const FRAGMENTS_APART: usize = 5;
/// The language whose sets hold whole posts of plain English, which teach nothing of it.
const ROMANISED: &str = "hi-Latn";

/// Trained models as files: name and bytes, and what was measured on the way.
pub struct Trained {
    /// Name in the folder of models, and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Lines for the person who waits.
    pub report: Vec<String>,
}

/// The sets of a recipe that a variant learns from, read.
pub(super) type Taught<'r> = Vec<(&'r SetRecipe, Split)>;

/// Reads the sets that a variant learns from, without the rows whose text any of them, or a check,
/// measures on; and the rows of the checks.
fn read_all<'r>(
    recipe: &'r Recipe,
    variant: Variant,
    folders: &[PathBuf],
    say: &(dyn Fn(&str) + Sync),
) -> Result<(Taught<'r>, Vec<Row>), TrainError> {
    let mut sets = data::read_sets(recipe, variant, folders)?;
    let checks = data::read_checks(recipe, variant, folders, say)?;
    let mut measured = Seen::default();
    measured.learn(0, sets.iter().flat_map(|(_, split)| &split.dev));
    measured.learn(0, &checks);
    for (set, split) in &mut sets {
        let left_out = overlap::leave_out(&mut split.train, &measured);
        say(&format!(
            "{}: {} rows to learn from, {} to measure on; {left_out} left out that are measured on",
            set.name,
            split.train.len(),
            split.dev.len()
        ));
    }
    Ok((sets, checks))
}

/// Rows with a name for where they are from.
pub type Named = Vec<(String, Vec<Row>)>;

/// The rows that [`train`] learns from and those that it measures on, with the name of their set.
pub fn recipe_rows(
    recipe: &Recipe,
    variant: Variant,
    folders: &[PathBuf],
) -> Result<(Named, Named), TrainError> {
    let (sets, checks) = read_all(recipe, variant, folders, &|_| {})?;
    let (mut learned, mut measured) = (Vec::new(), Vec::new());
    for (set, split) in sets {
        learned.push((format!("{} (train)", set.name), split.train));
        measured.push((format!("{} (dev)", set.name), split.dev));
    }
    measured.push(("checks".to_owned(), checks));
    Ok((learned, measured))
}

/// Trains all heads by a recipe on the files found in `folders`.
///
/// `only`: the heads to learn, all when empty; what they read of others comes from the files in
/// `kept`. `say` hears of each step. Uses two threads; which head is learned on which changes
/// nothing.
pub fn train(
    recipe: &Recipe,
    variant: Variant,
    only: &[String],
    kept: &Path,
    folders: &[PathBuf],
    say: &(dyn Fn(&str) + Sync),
) -> Result<Trained, TrainError> {
    let lists = words::read(recipe, folders)?;
    let (sets, checks) = read_all(recipe, variant, folders, say)?;
    let wanted = |name: &str| only.is_empty() || only.iter().any(|head| head == name);
    let heads: Vec<&String> = recipe
        .heads
        .keys()
        .filter(|name| ![INTENT, TARGET].contains(&name.as_str()) && wanted(name))
        .collect();
    let next = AtomicUsize::new(0);
    let learn = || {
        let mut learned = Vec::new();
        while let Some(name) = heads.get(next.fetch_add(1, Ordering::Relaxed)) {
            let model = if *name == LANGUAGE {
                language_model(recipe, &sets, &lists, say)
            } else {
                labelled_model(name, recipe, &sets, &checks, say)
            };
            learned.push(model);
        }
        learned
    };
    let mut models = std::thread::scope(|scope| {
        let other = scope.spawn(learn);
        let mut models = learn();
        let others = other.join();
        models.extend(others.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        models
    });
    let later = |name: &str| recipe.heads.contains_key(name) && wanted(name);
    if later(INTENT) || later(TARGET) {
        // These read how a text feels.
        let learned = models.iter().find(|model| model.head == SENTIMENT);
        let sentiment = match learned {
            Some(learned) => learned.clone(),
            None => kept_model(kept, SENTIMENT)?,
        };
        let (intent, target) = std::thread::scope(|scope| {
            let intent = scope
                .spawn(|| later(INTENT).then(|| intent::model(recipe, &sets, &sentiment, say)));
            let target = later(TARGET)
                .then(|| target::model(recipe, variant, folders, &sentiment, say))
                .transpose();
            (intent.join(), target)
        });
        models.extend(intent.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        models.extend(target?);
    }
    models.sort_by(|left, right| left.head.cmp(&right.head));
    let kept: Vec<_> = lists
        .iter()
        .filter(|(code, _)| recipe.words.main.contains(code))
        .map(|(code, words)| {
            let kept = words.iter().take(recipe.words_kept).cloned().collect();
            (code.clone(), kept)
        })
        .collect();
    let background = Background::pack(&kept);
    let mut report = Vec::new();
    for model in &models {
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
    let mut files: Vec<_> = models
        .iter()
        .map(|model| (format!("{}.bin", model.head), model.write()))
        .collect();
    files.push((super::models::WORDS_FILE.to_owned(), background.write()));
    Ok(Trained { files, report })
}

/// A model that is not learned again.
fn kept_model(folder: &Path, head: &str) -> Result<Model, TrainError> {
    let path = folder.join(format!("{head}.bin"));
    let bytes = std::fs::read(&path).map_err(|source| TrainError::Read {
        path: path.clone(),
        source,
    })?;
    Ok(Model::read(&path.display().to_string(), &bytes)?)
}

/// The language head: the first n-grams and words of a text.
fn language_model(
    recipe: &Recipe,
    sets: &Taught,
    lists: &[(String, Vec<(String, f32)>)],
    say: &(dyn Fn(&str) + Sync),
) -> Model {
    let english = words::Common::of("en", lists);
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut dev: Vec<Row> = Vec::new();
    for (set, split) in sets {
        if !set.teaches(LANGUAGE) {
            continue;
        }
        let cap = set.cap_language.unwrap_or(usize::MAX);
        for row in split.train.iter().take(cap) {
            if row.language == ROMANISED && english.is_most_of(&row.text) {
                continue;
            }
            let texts = rows.entry(row.language.clone()).or_default();
            texts.push(row.text.clone());
        }
        dev.extend(split.dev.iter().take(400).cloned());
    }
    words::add_rows(recipe, lists, &mut rows);
    let classes: Vec<String> = rows.keys().cloned().collect();
    let mut learner = Learner::new(Settings {
        head: recipe.heads[LANGUAGE].clone(),
        classes: classes.len(),
        seed: recipe.seed,
    });
    for (class, (language, texts)) in rows.iter().enumerate() {
        // Big languages do not get to drown small ones: weights fall with the square root.
        let share = (6_000.0 / texts.len().max(1) as f32).sqrt().min(3.0);
        let weight = share * recipe.words.weight(language);
        for (number, text) in texts.iter().enumerate() {
            // Each row is read whole and as a few of its words, because many posts are that short.
            learner.add(Example::for_language(text, class, weight / 2.0));
            for start in [number, number + FRAGMENTS_APART] {
                let fragment = words::fragment(text, start);
                learner.add(Example::for_language(&fragment, class, weight / 2.0));
            }
        }
    }
    say(&format!("{LANGUAGE}: {} rows", learner.len()));
    learner.run(&mut |epoch, loss| say(&format!("{LANGUAGE}: pass {epoch}, loss {loss:.4}")));
    let mut model = learner.finish(LANGUAGE, classes);
    model.tested = calibrate::language(&model, &dev);
    model
}

/// What a head adds to the seed: the same whichever other heads a recipe names.
fn order_of(name: &str) -> u64 {
    match name {
        SENTIMENT => 1,
        other => u64::from(fold(hash_text(b'h', other))),
    }
}

/// Any other head: all features, classes named by the recipe.
fn labelled_model(
    name: &str,
    recipe: &Recipe,
    sets: &Taught,
    checks: &[Row],
    say: &(dyn Fn(&str) + Sync),
) -> Model {
    let head = &recipe.heads[name];
    let taught: Vec<&(&SetRecipe, Split)> =
        sets.iter().filter(|(set, _)| set.teaches(name)).collect();
    // How much the rows of each class of a language count together.
    let mut counts: BTreeMap<&str, BTreeMap<u32, f32>> = BTreeMap::new();
    for (set, split) in &taught {
        for row in &split.train {
            if let Some(truth) = head.truth(set.label(&row.label)) {
                let classes = counts.entry(&row.language).or_default();
                *classes.entry(truth).or_default() += set.weight_in(&row.language);
            }
        }
    }
    let mut learner = Learner::new(Settings {
        head: head.clone(),
        classes: head.classes.len(),
        seed: recipe.seed + order_of(name),
    });
    for (set, split) in &taught {
        for row in &split.train {
            let Some(truth) = head.truth(set.label(&row.label)) else {
                continue;
            };
            let classes = &counts[row.language.as_str()];
            let total: f32 = classes.values().sum();
            // Classes weigh the same inside a language, and big languages weigh less than their rows,
            // so that none drowns another.
            let balance = (total / (classes.len() as f32 * classes[&truth])).min(6.0);
            let share = (15_000.0 / total).powf(0.4).min(2.0);
            let weight = set.weight_in(&row.language) * balance * share;
            if weight > 0.0 {
                let Row { text, language, .. } = row;
                learner.add(Example::new(text, language, head.pairs, truth, weight));
            }
        }
    }
    say(&format!("{name}: {} rows", learner.len()));
    learner.run(&mut |epoch, loss| say(&format!("{name}: pass {epoch}, loss {loss:.4}")));
    let mut model = learner.finish(name, head.classes.clone());
    let dev: Vec<(&str, &Row)> = taught
        .iter()
        .flat_map(|(set, split)| split.dev.iter().map(|row| (set.label(&row.label), row)))
        .collect();
    let checks: Vec<(&str, &Row)> = checks.iter().map(|row| (row.label.as_str(), row)).collect();
    model.tested = calibrate::labelled(&model, head, &dev, &checks);
    model
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
