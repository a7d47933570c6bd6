//! How a text feels: negative, neutral or positive, by a linear model with shared weights and a
//! copy of them for each language.

use super::features::{Features, for_language};
use super::hash::{fold, hash_text};
use super::linear::{Model, softmax};
use crate::record::{Polarity, Sentiment};

/// Weight of the copy for a language beside the shared weights.
pub const COPY_WEIGHT: f32 = 0.7;
/// Below this probability the label is marked as not to be counted.
const PROBABILITY_MIN: f32 = 0.5;
/// A language that was measured below this is no better than untested; 0.33 is chance.
pub const MACRO_F1_MIN: f32 = 0.5;
/// Fewer features than this are no text to judge.
const FEATURES_MIN: usize = 6;
/// The classes in the order of the model.
pub const CLASSES: [&str; 3] = ["negative", "neutral", "positive"];

/// The number by which the model keeps a language apart.
pub fn language_key(code: &str) -> u32 {
    fold(hash_text(b'l', code))
}

/// Judges a text. `language`: its code, `None` when unknown, which leaves the shared weights.
///
/// Abstains where the classes are close, where there is hardly any text, and in languages that
/// the model was never tested in or failed in.
pub fn judge(features: &Features, language: Option<&str>, model: &Model) -> Sentiment {
    let tested = language.and_then(|code| model.tested(code));
    let size = features.chars.len() + features.words.len() + features.signs.len();
    if size < FEATURES_MIN || model.classes.len() != CLASSES.len() {
        return Sentiment::default();
    }
    let mut scores = scores(features, tested.and(language), model);
    let temperature = tested.map_or(1.0, |tested| tested.temperature);
    for score in &mut scores {
        *score /= temperature;
    }
    softmax(&mut scores);
    let [negative, neutral, positive] = scores;
    let (label, best) = [
        (Polarity::Neutral, neutral),
        (Polarity::Negative, negative),
        (Polarity::Positive, positive),
    ]
    .into_iter()
    .reduce(|best, next| if next.1 > best.1 { next } else { best })
    .unwrap_or((Polarity::Neutral, 0.0));
    Sentiment {
        label,
        negative,
        neutral,
        positive,
        abstain: best < PROBABILITY_MIN
            || tested.is_none_or(|tested| tested.macro_f1 < MACRO_F1_MIN),
    }
}

/// Scores of the three classes before temperature.
pub fn scores(features: &Features, language: Option<&str>, model: &Model) -> [f32; 3] {
    let key = language.map(language_key);
    let mut out = [0.0_f32; 3];
    let grams = features.chars.iter().chain(&features.long).copied();
    let count = features.chars.len() + features.long.len();
    add_family(model, grams, count, key, &mut out);
    let words = features.words.iter().chain(&features.signs).copied();
    let count = features.words.len() + features.signs.len();
    add_family(model, words, count, key, &mut out);
    for (score, bias) in out.iter_mut().zip(&model.bias) {
        *score += bias;
    }
    out
}

fn add_family(
    model: &Model,
    features: impl Iterator<Item = u32> + Clone,
    count: usize,
    language: Option<u32>,
    out: &mut [f32; 3],
) {
    let norm = 1.0 / (count.max(1) as f32).sqrt();
    let mut sums = [0_i32; 3];
    model.add(0, features.clone(), &mut sums);
    let mut copies = [0_i32; 3];
    if let Some(language) = language {
        let copied = features.map(|feature| for_language(feature, language));
        model.add(1, copied, &mut copies);
    }
    for class in 0..3 {
        let sum = sums[class] as f32 + COPY_WEIGHT * copies[class] as f32;
        out[class] += sum * norm * model.scale.get(class).copied().unwrap_or(0.0);
    }
}
