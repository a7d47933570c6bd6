//! Which sets teach which head: `models/recipe.toml`.

use super::TrainError;
use serde::Deserialize;
use std::path::Path;

/// The recipe that the models in the program were made by.
const DEFAULT: &str = include_str!("../../../models/recipe.toml");

/// A recipe file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Where all randomness starts.
    pub seed: u64,
    /// How the language head is learned.
    pub language: HeadRecipe,
    /// How the sentiment head is learned.
    pub sentiment: HeadRecipe,
    /// How the target head is learned.
    #[serde(default = "target_head")]
    pub target: HeadRecipe,
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
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadRecipe {
    /// log2 of the rows of a table, 8 to 22.
    pub bits: u8,
    /// Passes over the rows.
    pub epochs: usize,
    /// Step width of AdaGrad.
    pub rate: f32,
    /// Strength of the pull towards zero.
    pub decay: f32,
}

/// A labelled set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRecipe {
    /// Name for people.
    pub name: String,
    /// Repository it comes from.
    pub source: String,
    /// Licence as that repository states it.
    pub licence: String,
    /// File to learn from.
    pub train: String,
    /// File to measure on.
    pub dev: Option<String>,
    /// Where there is no such file: so many of a hundred rows, chosen by the hash of the text.
    #[serde(default)]
    pub dev_percent: u32,
    /// `language`, `sentiment`, `target`.
    pub heads: Vec<String>,
    /// How much one row counts.
    #[serde(default = "one")]
    pub weight: f32,
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
    /// Posts, not reviews: the target head weighs their words apart.
    #[serde(default)]
    pub posts: bool,
    /// How much one row counts for the target head.
    #[serde(default = "one")]
    pub target_weight: f32,
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
    /// Languages for the language model only.
    pub side: Vec<String>,
    /// Rows drawn for each.
    pub side_rows: usize,
}

fn one() -> f32 {
    1.0
}

/// For recipes that do not speak of targets.
fn target_head() -> HeadRecipe {
    HeadRecipe {
        bits: 12,
        epochs: 1,
        rate: 0.02,
        decay: 1e-4,
    }
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
        for (name, head) in [
            ("language", recipe.language),
            ("sentiment", recipe.sentiment),
            ("target", recipe.target),
        ] {
            if !(8..=22).contains(&head.bits) {
                return Err(wrong(format!("`{name}.bits` must be 8 to 22")));
            }
        }
        Ok(recipe)
    }
}

impl SetRecipe {
    /// Whether a head learns from it.
    pub fn teaches(&self, head: &str) -> bool {
        self.heads.iter().any(|name| name == head)
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
            assert!(open.contains(&set.licence.as_str()), "{}", set.name);
            assert!(
                set.heads
                    .iter()
                    .all(|h| ["language", "sentiment", "target"].contains(&h.as_str()))
            );
        }
    }
}
