//! Word lists: rows for the language model, drawn by frequency, and background statistics.

use super::data::read_text;
use super::{Recipe, TrainError, find};
use crate::tag::normalise::Normalised;
use crate::tag::token::{Sort, tokens};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// Words of a language that count as common.
const COMMON: usize = 5_000;

/// Words of a language, most frequent first, each with its Zipf value.
pub type List = (String, Vec<(String, f32)>);

/// Reads the lists of a recipe: `language<TAB>zipf<TAB>word`.
pub fn read(recipe: &Recipe, folders: &[PathBuf]) -> Result<Vec<List>, TrainError> {
    let codes = recipe.words.main.iter().chain(&recipe.words.side);
    codes
        .map(|code| {
            let file = format!("{}/{code}.tsv.gz", recipe.words.folder);
            let path = find(folders, &file)?;
            let mut words = Vec::new();
            for (number, line) in read_text(&path)?.lines().enumerate() {
                let mut columns = line.split('\t');
                let zipf = columns.nth(1).and_then(|zipf| zipf.parse::<f32>().ok());
                let (Some(zipf), Some(word)) = (zipf, columns.next()) else {
                    return Err(TrainError::Line {
                        path,
                        line: number + 1,
                    });
                };
                words.push((Normalised::new(word).text, zipf));
            }
            Ok((code.clone(), words))
        })
        .collect()
}

/// The commonest words of a language.
pub struct Common<'l> {
    words: HashSet<&'l str>,
}

impl Common<'_> {
    /// Those of a list; none where there is no list.
    pub fn of<'l>(language: &str, lists: &'l [List]) -> Common<'l> {
        let list = lists.iter().find(|(code, _)| code == language);
        let words = list.map_or(&[][..], |(_, words)| words.as_slice());
        Common {
            words: words
                .iter()
                .take(COMMON)
                .map(|(word, _)| word.as_str())
                .collect(),
        }
    }

    /// Whether at least seven words of ten of a text are among them.
    pub fn is_most_of(&self, text: &str) -> bool {
        let text = Normalised::new(text).text;
        let tokens = tokens(&text);
        let words = tokens.iter().filter(|token| token.sort == Sort::Word);
        let (known, all) = words.fold((0, 0), |(known, all), token| {
            (
                known + usize::from(self.words.contains(token.of(&text))),
                all + 1,
            )
        });
        known * 10 >= all * 7
    }
}

/// Adds rows of drawn words to the texts of each language.
pub fn add_rows(recipe: &Recipe, lists: &[List], rows: &mut BTreeMap<String, Vec<String>>) {
    for (number, (code, words)) in lists.iter().enumerate() {
        let main = recipe.words.main.contains(code);
        let wanted = if main {
            recipe.words.main_rows
        } else {
            recipe.words.side_rows
        };
        let mut random = ChaCha8Rng::seed_from_u64(recipe.seed ^ (number as u64 + 1) << 32);
        // Frequency to the power 0.8: common words lead, rarer ones are seen too.
        let mut sums = Vec::with_capacity(words.len());
        let mut total = 0.0_f64;
        for (_, zipf) in words {
            total += 10_f64.powf(0.8 * f64::from(*zipf));
            sums.push(total);
        }
        let spaced = !matches!(code.as_str(), "ja" | "zh" | "th");
        let texts = rows.entry(code.clone()).or_default();
        for _ in 0..wanted {
            let length = random.random_range(2..=12);
            let mut text = String::new();
            for _ in 0..length {
                let point = random.random_range(0.0..total);
                let at = sums.partition_point(|sum| *sum <= point);
                if let Some((word, _)) = words.get(at) {
                    if spaced && !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(word);
                }
            }
            texts.push(text);
        }
    }
}

/// Four words of a text, or twelve characters where it has no spaces.
pub fn fragment(text: &str, number: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 4 {
        let start = number % (words.len() - 3);
        words[start..start + 4].join(" ")
    } else {
        text.chars()
            .take(12.max(text.chars().count() / 2))
            .collect()
    }
}
