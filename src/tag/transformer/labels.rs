//! What the labels of a sequence-classification model mean: negative, neutral or positive.
//!
//! A model numbers its labels as its maker liked; only their names tell what they mean, and
//! `LABEL_0` tells nothing. So a model is used only where every label has a meaning, from its
//! name or from the settings.

use super::TransformerError;
use crate::record::Polarity;
use std::collections::BTreeMap;
use std::path::Path;

/// Meaning of each label of a model, by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels(Vec<Polarity>);

/// Probabilities of a model, gathered by meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion {
    /// Probability of it.
    pub negative: f32,
    /// The same; `None` where the model knows no neutral.
    pub neutral: Option<f32>,
    /// The same.
    pub positive: f32,
}

impl Labels {
    /// The meaning of each name, in their order. `given` says it where a name does not, and wins
    /// over what the name says.
    ///
    /// # Errors
    /// Names that say nothing, names given that the model does not have, and a model without a
    /// label for negative or for positive.
    pub fn of(
        names: &[String],
        given: &BTreeMap<String, Polarity>,
        path: &Path,
    ) -> Result<Labels, TransformerError> {
        let wrong = |why: String| TransformerError::Labels {
            path: path.to_owned(),
            why,
        };
        if names.is_empty() {
            return Err(wrong("its config.json names no labels".to_owned()));
        }
        let strangers: Vec<&str> = given
            .keys()
            .filter(|key| !names.iter().any(|name| same(name, key)))
            .map(String::as_str)
            .collect();
        if !strangers.is_empty() {
            let why = format!(
                "it has no label {}; it has {}",
                quoted(&strangers),
                all(names)
            );
            return Err(wrong(why));
        }
        let mut meanings = Vec::with_capacity(names.len());
        let mut silent = Vec::new();
        for name in names {
            let said = given.iter().find(|(key, _)| same(name, key));
            match said
                .map(|(_, polarity)| *polarity)
                .or_else(|| meaning(name))
            {
                Some(polarity) => meanings.push(polarity),
                None => silent.push(name.as_str()),
            }
        }
        if !silent.is_empty() {
            let why = format!("its labels {} do not say what they mean", quoted(&silent));
            return Err(wrong(why));
        }
        for needed in [Polarity::Negative, Polarity::Positive] {
            if !meanings.contains(&needed) {
                let word = format!("{needed:?}").to_lowercase();
                return Err(wrong(format!(
                    "none of its labels {} is {word}",
                    all(names)
                )));
            }
        }
        Ok(Labels(meanings))
    }

    /// How many labels there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Probabilities of the labels, in their order, gathered by meaning. `None` where they are not
    /// as many as the labels, or no probabilities.
    pub fn gather(&self, probabilities: &[f32]) -> Option<Opinion> {
        let total: f32 = probabilities.iter().sum();
        if probabilities.len() != self.0.len() || !(total.is_finite() && total > 0.0) {
            return None;
        }
        let of = |wanted: Polarity| -> f32 {
            let pairs = self.0.iter().zip(probabilities);
            let sum: f32 = pairs
                .filter(|(polarity, _)| **polarity == wanted)
                .map(|(_, probability)| probability)
                .sum();
            sum / total
        };
        let knows_neutral = self.0.contains(&Polarity::Neutral);
        Some(Opinion {
            negative: of(Polarity::Negative),
            neutral: knows_neutral.then(|| of(Polarity::Neutral)),
            positive: of(Polarity::Positive),
        })
    }

    /// The labels with their meanings, as they go into a hash.
    pub fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

fn same(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn all(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    quoted(&names)
}

/// What the name of a label says by itself: sentiment words, and stars from 1 to 5.
fn meaning(name: &str) -> Option<Polarity> {
    let name = name.trim().to_lowercase();
    let mut words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !matches!(*word, "" | "very" | "extremely" | "slightly" | "sentiment"));
    let (first, second) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    match (first, second) {
        ("negative" | "neg", None) => Some(Polarity::Negative),
        ("neutral" | "neu", None) => Some(Polarity::Neutral),
        ("positive" | "pos", None) => Some(Polarity::Positive),
        (count, Some("star" | "stars")) => match count {
            "1" | "2" => Some(Polarity::Negative),
            "3" => Some(Polarity::Neutral),
            "4" | "5" => Some(Polarity::Positive),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Polarity::{Negative, Neutral, Positive};
    use proptest::prelude::*;

    fn of(names: &[&str], given: &[(&str, Polarity)]) -> Result<Labels, String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let given = given
            .iter()
            .map(|(name, polarity)| ((*name).to_owned(), *polarity))
            .collect();
        Labels::of(&names, &given, Path::new("models/mine")).map_err(|error| error.to_string())
    }

    #[test]
    fn names_that_say_it_need_no_map_and_their_order_is_the_models_own() {
        assert_eq!(
            of(&["positive", "Negative", "NEUTRAL"], &[]),
            Ok(Labels(vec![Positive, Negative, Neutral]))
        );
        assert_eq!(
            of(&["NEGATIVE", "POSITIVE"], &[]),
            Ok(Labels(vec![Negative, Positive]))
        );
        assert_eq!(
            of(&["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], &[]),
            Ok(Labels(vec![
                Negative, Negative, Neutral, Positive, Positive
            ]))
        );
        assert_eq!(
            of(&["Very Negative", "Neutral", "very_positive"], &[]),
            Ok(Labels(vec![Negative, Neutral, Positive]))
        );
    }

    #[test]
    fn what_the_settings_say_wins() {
        let turned = [
            ("label_0", Positive),
            ("LABEL_1", Neutral),
            ("LABEL_2", Negative),
        ];
        assert_eq!(
            of(&["LABEL_0", "LABEL_1", "LABEL_2"], &turned),
            Ok(Labels(vec![Positive, Neutral, Negative]))
        );
        assert_eq!(
            of(
                &["negative", "positive"],
                &[("negative", Positive), ("positive", Negative)]
            ),
            Ok(Labels(vec![Positive, Negative]))
        );
    }

    #[test]
    fn labels_without_a_meaning_are_refused_in_words() {
        insta::assert_snapshot!(
            [
                of(&["LABEL_0", "LABEL_1"], &[]),
                of(&["positive", "joy"], &[]),
                of(&["positive", "neutral"], &[]),
                of(&["positive", "negative"], &[("LABEL_0", Negative)]),
                of(&[], &[]),
            ]
            .map(|found| found.unwrap_err())
            .join("\n\n")
        );
    }

    #[test]
    fn labels_of_one_meaning_add_up() {
        let stars = of(&["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], &[]).unwrap();
        let found = stars.gather(&[0.1, 0.2, 0.3, 0.25, 0.15]).unwrap();
        assert!((found.negative - 0.3).abs() < 1e-6);
        assert!((found.neutral.unwrap() - 0.3).abs() < 1e-6);
        assert!((found.positive - 0.4).abs() < 1e-6);
        let two = of(&["NEGATIVE", "POSITIVE"], &[]).unwrap();
        assert_eq!(two.gather(&[0.25, 0.75]).unwrap().neutral, None);
        assert_eq!(two.gather(&[0.25, 0.75, 0.0]), None);
        assert_eq!(two.gather(&[f32::NAN, 0.75]), None);
        assert_eq!(two.gather(&[0.0, 0.0]), None);
    }

    proptest! {
        #[test]
        fn an_opinion_adds_up_to_one(raw in prop::collection::vec(0.001_f32..1.0, 5)) {
            let stars = of(&["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], &[]).unwrap();
            let found = stars.gather(&raw).unwrap();
            let sum = found.negative + found.neutral.unwrap() + found.positive;
            prop_assert!((sum - 1.0).abs() < 1e-5);
        }

        #[test]
        fn any_name_is_read_without_a_panic(name in ".{0,40}") {
            let _ = meaning(&name);
        }
    }
}
