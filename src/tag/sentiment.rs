//! How a text feels: negative, neutral or positive, by a linear model with shared weights and a
//! copy of them for each language.

use super::features::Features;
use super::linear::{Model, Tested, softmax};
use crate::record::{Polarity, Sentiment};

/// Below this probability the label is marked as not to be counted.
const PROBABILITY_MIN: f32 = 0.5;
/// A language that was measured below this is no better than untested; 0.33 is chance.
pub const MACRO_F1_MIN: f32 = 0.5;
/// Fewer features than this are no text to judge.
const FEATURES_MIN: usize = 6;
/// The classes in the order of the model.
pub const CLASSES: [&str; 3] = ["negative", "neutral", "positive"];

/// Judges a text. `language`: its code, `None` when unknown, which leaves the shared weights.
///
/// Abstains where the classes are close, where there is hardly any text, and in languages that
/// the model was never tested in or failed in.
pub fn judge(features: &Features, language: Option<&str>, model: &Model) -> Sentiment {
    let tested = language.and_then(|code| model.tested(code));
    if features.len() < FEATURES_MIN || model.classes.len() != CLASSES.len() {
        return Sentiment::default();
    }
    let mut scores = [0.0; CLASSES.len()];
    model.scores(features, tested.and(language), &mut scores);
    decided(scores, tested, PROBABILITY_MIN)
}

/// What scores of the three classes come to. `tested`: what is known of their model in the language
/// of the text; abstains without it, where it is bad, and below the probability `least`.
pub fn decided(mut scores: [f32; CLASSES.len()], tested: Option<&Tested>, least: f32) -> Sentiment {
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
        abstain: best < least || tested.is_none_or(|tested| tested.macro_f1 < MACRO_F1_MIN),
    }
}
