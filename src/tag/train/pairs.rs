//! Labelled pairs of listings → the trees in `models/pairs.bin`.

use super::TrainError;
use super::data::read_text;
use crate::tag::listing::Trees;
use crate::tag::listing::grow::{Labelled, best_threshold, grow};
use crate::tag::listing::pairs::numbers;
use std::path::Path;

/// Parts that a set is learned from in: pairs to be judged stand in files a third as dense, and
/// how many rivals a pair has depends on that.
const PARTS: usize = 3;

/// A labelled pair of listings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Whether they sell the same product.
    pub same: bool,
    /// One listing.
    pub left: String,
    /// The other.
    pub right: String,
}

/// Precision, recall and F1 of one set, in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairScores {
    /// Of the pairs called the same, how many are.
    pub precision: f32,
    /// Of the pairs that are the same, how many are called so.
    pub recall: f32,
    /// Harmonic mean of the two.
    pub f1: f32,
}

/// Reads `label<TAB>left<TAB>right`, label 1 or 0, plain or gzip.
pub fn read_pairs(path: &Path) -> Result<Vec<Pair>, TrainError> {
    let text = read_text(path)?;
    let filled = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty());
    filled
        .map(|(number, line)| {
            let mut columns = line.split('\t');
            match (columns.next(), columns.next(), columns.next()) {
                (Some(label @ ("0" | "1")), Some(left), Some(right)) => Ok(Pair {
                    same: label == "1",
                    left: left.to_owned(),
                    right: right.to_owned(),
                }),
                _ => Err(TrainError::Pair {
                    path: path.to_owned(),
                    line: number + 1,
                }),
            }
        })
        .collect()
}

/// Learns trees from sets of pairs; the threshold is the one that is best over the sets to
/// measure on.
pub fn train_pairs(train: &[Vec<Pair>], dev: &[Vec<Pair>]) -> Trees {
    let learned: Vec<Labelled> = train
        .iter()
        .flat_map(|set| (0..PARTS).map(move |part| set.iter().skip(part).step_by(PARTS)))
        .flat_map(|part| labelled(&part.cloned().collect::<Vec<Pair>>()))
        .collect();
    let mut trees = grow(&learned);
    let judged: Vec<Vec<(f32, bool)>> = dev.iter().map(|set| judge(set, &trees)).collect();
    trees.threshold = best_threshold(&judged);
    trees
}

/// How well trees do on a set.
pub fn score_pairs(set: &[Pair], trees: &Trees) -> PairScores {
    let judged = judge(set, trees);
    let said = judged.iter().filter(|(score, _)| *score >= trees.threshold);
    let right = said.clone().filter(|(_, same)| *same).count() as f32;
    let said = said.count() as f32;
    let gold = judged.iter().filter(|(_, same)| *same).count() as f32;
    let percent = |part: f32, whole: f32| {
        if whole > 0.0 {
            100.0 * part / whole
        } else {
            0.0
        }
    };
    PairScores {
        precision: percent(right, said),
        recall: percent(right, gold),
        f1: percent(2.0 * right, said + gold),
    }
}

fn judge(set: &[Pair], trees: &Trees) -> Vec<(f32, bool)> {
    labelled(set)
        .iter()
        .map(|pair| (trees.probability(&pair.numbers), pair.same))
        .collect()
}

fn labelled(set: &[Pair]) -> Vec<Labelled> {
    let texts: Vec<(&str, &str)> = set
        .iter()
        .map(|pair| (pair.left.as_str(), pair.right.as_str()))
        .collect();
    numbers(&texts)
        .into_iter()
        .zip(set)
        .map(|(numbers, pair)| Labelled {
            numbers,
            same: pair.same,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four makers, ten models each, in two shops; every other pair is of the next model.
    fn pairs() -> Vec<Pair> {
        let mut pairs = Vec::new();
        for maker in ["lumo", "pivo", "yudo", "tarn"] {
            for model in 10..40 {
                for (step, same) in [(0, true), (1, false), (2, false)] {
                    pairs.push(Pair {
                        same,
                        left: format!("{maker} kettle {maker}k{model}x steel"),
                        right: format!("{maker} {maker}k{}x electric kettle", model + step),
                    });
                }
            }
        }
        pairs
    }

    #[test]
    fn trees_learn_that_model_codes_tell_products_apart() {
        let pairs = pairs();
        let trees = train_pairs(std::slice::from_ref(&pairs), std::slice::from_ref(&pairs));
        let scores = score_pairs(&pairs, &trees);
        assert!(scores.f1 > 98.0, "{scores:?}");
        let again = train_pairs(std::slice::from_ref(&pairs), std::slice::from_ref(&pairs));
        assert_eq!(trees.write(), again.write());
    }

    #[test]
    fn a_line_without_a_label_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pairs.tsv");
        std::fs::write(&path, "1\ta\tb\nyes\ta\tb\n").unwrap();
        let error = read_pairs(&path).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }
}
