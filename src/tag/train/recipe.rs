//! Which sets teach which head: `models/recipe.toml`.

use super::TrainError;
use crate::tag::sentiment::CLASSES;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the language head.
pub const LANGUAGE: &str = "language";
/// Name of the head for intents and reasons.
pub const INTENT: &str = "intent";
/// The head that tells how a text feels about one thing in it.
pub const TARGET: &str = "target";
/// Name of the sentiment head.
pub const SENTIMENT: &str = "sentiment";
/// The label of a row where none of the classes holds.
const NONE: &str = "none";
/// Most classes of a head whose classes the recipe names.
const CLASSES_MAX: usize = crate::tag::scores::CLASSES_MAX;

/// The recipe that the models in the program were made by.
const DEFAULT: &str = include_str!("../../../models/recipe.toml");

/// A recipe file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Where all randomness starts.
    pub seed: u64,
    /// How each head is learned, by its name; [`LANGUAGE`] and [`SENTIMENT`] are always there.
    #[serde(rename = "head")]
    pub heads: BTreeMap<String, HeadRecipe>,
    /// Words of each language kept as background statistics.
    pub words_kept: usize,
    /// The sets.
    #[serde(rename = "set")]
    pub sets: Vec<SetRecipe>,
    /// Sets from elsewhere that only measure.
    #[serde(rename = "check", default)]
    pub checks: Vec<CheckRecipe>,
    /// The word lists.
    pub words: WordsRecipe,
}

/// How a head is learned.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadRecipe {
    /// Its classes; the language head takes them from the rows.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Several classes may hold at once, or none: each is learned by itself, and a row names
    /// those that hold with commas between, or `none`. Without it a row has exactly one.
    #[serde(default)]
    pub any: bool,
    /// Weights of its own for each language beside the shared ones.
    #[serde(default)]
    pub copies: bool,
    /// Reads word pairs beside words.
    #[serde(default)]
    pub pairs: bool,
    /// log2 of the rows of a table, 8 to 22.
    pub bits: u8,
    /// Passes over the rows.
    pub epochs: usize,
    /// Step width of AdaGrad.
    pub rate: f32,
    /// Strength of the pull towards zero.
    pub decay: f32,
    /// Share of the certainty of a label that goes to the other classes, because labels are wrong
    /// at times.
    #[serde(default)]
    pub smoothing: f32,
}

/// Which sets are learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variant {
    /// Those with an open licence: what ships.
    #[default]
    Open,
    /// All of them, to know what the others would add. Never ships.
    All,
}

/// A labelled set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRecipe {
    /// Name for people.
    pub name: String,
    /// Repository it comes from.
    pub source: String,
    /// Licence as that repository states it, or `none`.
    pub licence: String,
    /// No open licence: only [`Variant::All`] learns from it.
    #[serde(default)]
    pub restricted: bool,
    /// File to learn from.
    pub train: String,
    /// File to measure on.
    pub dev: Option<String>,
    /// Where there is no such file: so many of a hundred rows, chosen by the hash of the text.
    #[serde(default)]
    pub dev_percent: u32,
    /// Names of heads.
    pub heads: Vec<String>,
    /// Labels of the set that mean a class of another name.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// How much one row counts.
    #[serde(default = "one")]
    pub weight: f32,
    /// How much one row counts in some languages; not at all for 0.
    #[serde(default)]
    pub weights: BTreeMap<String, f32>,
    /// Rows read at most.
    pub cap: Option<usize>,
    /// Rows the language head reads at most.
    pub cap_language: Option<usize>,
    /// Only rows in these languages; all when empty.
    #[serde(default)]
    pub languages: Vec<String>,
    /// `$T$` stands for the fourth column.
    #[serde(default)]
    pub target: bool,
    /// Where the fourth column is filled, it is the label.
    #[serde(default)]
    pub fourth: bool,
    /// What its labels say of intents and reasons.
    #[serde(default)]
    pub intent: IntentRecipe,
    /// Posts, not reviews: the target head weighs their words apart.
    #[serde(default)]
    pub posts: bool,
    /// How much one row counts for the target head.
    #[serde(default = "one")]
    pub target_weight: f32,
}

/// What the labels of a set say of intents and reasons; of the others they say nothing.
///
/// Names are those of the intents, those of the reasons, or `reasons` for all of these.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntentRecipe {
    /// A question mark makes a text a question, and its lack makes it none. Each question is also
    /// learned without its mark.
    #[serde(default)]
    pub questions: bool,
    /// How much more a row counts for which something holds.
    #[serde(default = "one")]
    pub stress: f32,
    /// What holds for rows of a label; `*` stands for every label.
    #[serde(default)]
    pub yes: BTreeMap<String, Vec<String>>,
    /// What does not.
    #[serde(default)]
    pub no: BTreeMap<String, Vec<String>>,
}

/// A set that no model learns from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRecipe {
    /// Name for people.
    pub name: String,
    /// Repository it comes from.
    pub source: String,
    /// Labelled file.
    pub file: String,
    /// A restricted set learns from this file, so only [`Variant::Open`] can be checked on it.
    #[serde(default)]
    pub open_only: bool,
}

/// The word lists.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsRecipe {
    /// Folder with `<language>.tsv.gz`.
    pub folder: String,
    /// Languages for the language model and the background statistics.
    pub main: Vec<String>,
    /// Rows drawn for each.
    pub main_rows: usize,
    /// Languages whose rows count more or less than their number says.
    #[serde(default)]
    pub weights: BTreeMap<String, f32>,
    /// Languages for the language model only.
    pub side: Vec<String>,
    /// Rows drawn for each.
    pub side_rows: usize,
}

fn one() -> f32 {
    1.0
}

impl Recipe {
    /// Reads a recipe, or the one the program was made by.
    pub fn read(path: Option<&Path>) -> Result<Recipe, TrainError> {
        let (path, text) = match path {
            None => (Path::new("models/recipe.toml"), DEFAULT.to_owned()),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|source| TrainError::Read {
                    path: path.to_owned(),
                    source,
                })?;
                (path, text)
            }
        };
        let wrong = |why: String| TrainError::Recipe {
            path: path.to_owned(),
            why,
        };
        let recipe: Recipe = toml::from_str(&text)
            .map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
        for name in [LANGUAGE, SENTIMENT] {
            if !recipe.heads.contains_key(name) {
                return Err(wrong(format!("`head.{name}` is missing")));
            }
        }
        for (name, head) in &recipe.heads {
            if !(8..=22).contains(&head.bits) {
                return Err(wrong(format!("`head.{name}.bits` must be 8 to 22")));
            }
            if name == SENTIMENT && head.classes != CLASSES {
                return Err(wrong(format!("`head.{name}.classes` must be {CLASSES:?}")));
            }
            if name != LANGUAGE && !(1..=CLASSES_MAX).contains(&head.classes.len()) {
                return Err(wrong(format!(
                    "`head.{name}.classes` must name 1 to {CLASSES_MAX} classes"
                )));
            }
        }
        for set in &recipe.sets {
            if let Some(head) = set.heads.iter().find(|h| !recipe.heads.contains_key(*h)) {
                return Err(wrong(format!(
                    "`{}` teaches `{head}`, which is no head",
                    set.name
                )));
            }
        }
        Ok(recipe)
    }
}

impl WordsRecipe {
    /// How much more a row of a language counts.
    pub fn weight(&self, language: &str) -> f32 {
        self.weights.get(language).copied().unwrap_or(1.0)
    }
}

impl HeadRecipe {
    /// Which classes a label means, bit by bit; `None` for a label of another task.
    pub fn truth(&self, label: &str) -> Option<u32> {
        let bit = |name: &str| {
            let class = self.classes.iter().position(|class| class == name)?;
            Some(1 << class)
        };
        if !self.any {
            return bit(label);
        }
        if label == NONE {
            return Some(0);
        }
        label
            .split(',')
            .try_fold(0, |truth, name| Some(truth | bit(name.trim())?))
    }
}

impl SetRecipe {
    /// Whether a head learns from it.
    pub fn teaches(&self, head: &str) -> bool {
        self.heads.iter().any(|name| name == head)
    }

    /// How much a row in a language counts.
    pub fn weight_in(&self, language: &str) -> f32 {
        self.weights.get(language).copied().unwrap_or(self.weight)
    }

    /// A label of the set as the heads call it.
    pub fn label<'l>(&'l self, label: &'l str) -> &'l str {
        self.labels.get(label).map_or(label, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipe_in_the_program_is_valid_and_names_only_open_licences() {
        let recipe = Recipe::read(None).unwrap();
        for set in &recipe.sets {
            let open = ["MIT", "Apache-2.0", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"];
            let is_open = open.contains(&set.licence.as_str());
            assert!(is_open || set.restricted, "{}", set.name);
        }
    }

    #[test]
    fn a_set_that_teaches_intents_says_what_its_labels_mean_and_no_other_does() {
        for set in Recipe::read(None).unwrap().sets {
            let says = set.intent.questions || !set.intent.yes.is_empty();
            assert_eq!(set.teaches(INTENT), says, "{}", set.name);
        }
    }
}
