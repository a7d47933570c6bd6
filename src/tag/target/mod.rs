//! How a text feels about one target in it: a linear model on what stands around the target,
//! on its clause and on the whole text, with what the sentiment head says of each of these.
//!
//! The target's own words are never read, so that no name feels good or bad by itself.

mod alone;
mod compare;
mod place;
mod read;

pub use alone::{Reader, judge_alone};
pub use place::put_target;
pub use read::{FAMILIES, Space, TEXT_FAMILIES, TargetFeatures, feel_part};

use super::clause::Clauses;
use super::linear::Model;
use super::normalise::Normalised;
use super::sentiment;
use crate::record::Sentiment;
use compare::Role;
use std::ops::Range;

/// How a text is written: the same words weigh otherwise in a post than in a review. Each has half
/// of the model's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// Reviews of what one has bought.
    Review = 0,
    /// Posts on anything.
    Post = 1,
}

/// Columns of the model: the three classes, and how much a text is like a review.
pub const COLUMN_NAMES: [&str; COLUMNS] = ["negative", "neutral", "positive", "review"];
/// Number of them.
pub const COLUMNS: usize = 4;
/// The last of them.
pub const GATE: usize = 3;
/// A register this improbable is not asked.
const REGISTER_SHARE_MIN: f32 = 0.02;
/// How quickly the share of a register turns with the score of the last column.
pub const STEEPNESS: f32 = 8.0;
/// How much a comparison makes a target better or worse, in log odds.
const ROLE_LEAN: f32 = 0.8;

/// What is read of a target.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'t> {
    /// The normalised text.
    pub normalised: &'t Normalised,
    /// Its units and clauses.
    pub clauses: &'t Clauses,
    /// Its language, when known.
    pub language: Option<&'t str>,
    /// The sentiment head.
    pub sentiment: &'t Model,
}

/// Whether the model was measured in a language and did well enough to be counted.
pub fn is_tested(model: &Model, language: &str) -> bool {
    model
        .tested(language)
        .is_some_and(|tested| tested.macro_f1 >= sentiment::MACRO_F1_MIN)
}

/// Judges the target at a byte range of the normalised text; `named`: the ranges of all things
/// named in it. The label is always one of the three; abstains where the classes are close and
/// where the model was never tested in the language.
pub fn judge(
    scene: &Scene<'_>,
    range: &Range<usize>,
    named: &[Range<usize>],
    model: &Model,
    space: &mut Space,
) -> Sentiment {
    if model.classes != COLUMN_NAMES || model.scale.len() != COLUMNS {
        return Sentiment::default();
    }
    let span = scene.clauses.span(range);
    let mut others = std::mem::take(&mut space.others);
    others.clear();
    others.extend(
        named
            .iter()
            .map(|other| scene.clauses.span(other))
            .filter(|other| other.end <= span.start || other.start >= span.end),
    );
    let mut features = std::mem::take(&mut space.read);
    read::read(scene, &span, &others, space, &mut features);
    let tested = scene.language.and_then(|code| model.tested(code));
    let scores = scores(&features, scene.language, model);
    (space.others, space.read) = (others, features);
    sentiment::decided(scores, tested, PROBABILITY_MIN)
}

/// Below this probability the label is marked as not to be counted.
const PROBABILITY_MIN: f32 = 0.45;

/// Scores of the three classes before temperature, from the weights of the register that the
/// text is written in. Between the registers both count, by how sure that is.
pub fn scores(features: &TargetFeatures, language: Option<&str>, model: &Model) -> [f32; 3] {
    let mut out = [0.0_f32; 3];
    let share = if language.is_none_or(has_posts) {
        review_share(features, model)
    } else {
        1.0
    };
    for (register, share) in [(Register::Review, share), (Register::Post, 1.0 - share)] {
        if share < REGISTER_SHARE_MIN {
            continue;
        }
        for (family, weight) in features.families() {
            let mut sums = [0_i32; COLUMNS];
            model.add(placed(family, register, model.bits), &mut sums);
            for (class, out) in out.iter_mut().enumerate() {
                *out += sums[class] as f32 * weight * share * model.scale[class];
            }
        }
    }
    // Labelled comparisons are too few to learn all of this from them.
    for role in &features.roles {
        let lean = match role {
            Role::Winner => ROLE_LEAN,
            Role::Loser => -ROLE_LEAN,
        };
        out[0] -= lean;
        out[2] += lean;
    }
    out
}

/// Features in the half of the rows that a register has; the highest bit stays their sign.
pub fn placed(
    features: &[u32],
    register: Register,
    bits: u8,
) -> impl Iterator<Item = u32> + Clone + '_ {
    let half = 1_u32 << (bits - 1);
    let base = if register == Register::Post { half } else { 0 };
    features
        .iter()
        .map(move |feature| feature & (1 << 31 | (half - 1)) | base)
}

/// How surely a text is written like a review, 0 to 1.
fn review_share(features: &TargetFeatures, model: &Model) -> f32 {
    let mut score = 0.0;
    for (family, weight) in &features.families()[TEXT_FAMILIES] {
        let mut sums = [0_i32; COLUMNS];
        model.add(placed(family, Register::Review, model.bits), &mut sums);
        score += sums[GATE] as f32 * weight * model.scale[GATE] * STEEPNESS;
    }
    1.0 / (1.0 + (-score).exp())
}

/// Languages with labelled posts beside reviews; in all others reviews speak for both.
pub fn has_posts(language: &str) -> bool {
    language == "en"
}
