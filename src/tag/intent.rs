//! What a writer wants: to ask, to buy, to complain; and why what the text speaks of would be sent
//! back. A linear model over words and cues (`cue`), each answer by itself.
//!
//! In a language that had labelled texts for an answer, its words are read. Elsewhere the answer
//! rests on the cues alone, whose weights were learned where there were labels.

use super::cue::{self, Cues, Shown};
use super::features::Features;
use super::linear::Model;
use super::script::{Script, Spread};
use crate::record::{Chances, Intents, Reason, ReasonGuess};

/// The answers, in the order of the model's classes.
pub const CLASSES: [&str; 4] = ["question", "purchase", "complaint", "reason"];
/// Place of `purchase` in [`CLASSES`].
pub const PURCHASE: usize = 1;
/// Place of `reason` in [`CLASSES`].
pub const REASON: usize = 3;
/// Probabilities from which on an intent is counted, chosen on dev splits.
const COUNTED_MIN: [f32; 3] = [0.5, 0.5, 0.5];
/// How much the words of a text count beside its cues alone. Wishes and complaints were labelled
/// in few kinds of texts, whose words say too little of others.
const WORDS_SHARE: [f32; CLASSES.len()] = [1.0, 0.5, 0.5, 0.0];
/// A reason less probable than this is not named.
pub const REASON_MIN: f32 = 0.5;
/// Share of letters of scripts without spaces from which on the words are runs, which say
/// little, and the characters are read instead.
const UNSPACED_MIN: f32 = 0.3;

/// The model with what is known of its languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The weights.
    pub model: Model,
    /// Language and the temperature of each answer there; `None`: its words are not read.
    languages: Vec<(String, [Option<f32>; CLASSES.len()])>,
    /// The temperature of each answer where only cues are read.
    cues: [f32; CLASSES.len()],
}

impl Head {
    /// A head of a model, whose tested languages are named like `question:en`.
    pub fn new(model: Model) -> Head {
        let mut languages: Vec<(String, [Option<f32>; CLASSES.len()])> = Vec::new();
        let mut cues = [1.0; CLASSES.len()];
        for tested in &model.tested {
            let Some((class, code)) = tested.language.split_once(':') else {
                continue;
            };
            let Some(class) = CLASSES.iter().position(|name| *name == class) else {
                continue;
            };
            if code == "*" {
                cues[class] = tested.temperature;
                continue;
            }
            let place = languages.iter().position(|(known, _)| known == code);
            let place = place.unwrap_or_else(|| {
                languages.push((code.to_owned(), [None; CLASSES.len()]));
                languages.len() - 1
            });
            languages[place].1[class] = Some(tested.temperature);
        }
        Head {
            model,
            languages,
            cues,
        }
    }

    /// Whether the words of a language are read for an answer.
    pub fn reads(&self, class: usize, language: &str) -> bool {
        let known = self.languages.iter().find(|(code, _)| code == language);
        known.is_some_and(|(_, classes)| classes.get(class).is_some_and(Option::is_some))
    }

    fn temperatures(&self, language: Option<&str>) -> [Option<f32>; CLASSES.len()] {
        let known = self
            .languages
            .iter()
            .find(|(code, _)| Some(code.as_str()) == language);
        known.map_or([None; CLASSES.len()], |(_, classes)| *classes)
    }
}

/// What was found of a writer's intent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wants {
    /// What is counted.
    pub intents: Intents,
    /// How probable it is.
    pub chances: Chances,
    /// Reasons, most probable first.
    pub reasons: Vec<ReasonGuess>,
}

/// Judges a text. `language`: its code, `None` when unknown, which leaves the cues.
pub fn judge(
    features: &Features,
    spread: &Spread,
    cues: &Cues,
    language: Option<&str>,
    head: &Head,
) -> Wants {
    if head.model.classes.len() != CLASSES.len() {
        return Wants::default();
    }
    let words = head.temperatures(language);
    let mut full = [0.0; CLASSES.len()];
    if words.iter().any(Option::is_some) {
        full = word_scores(features, spread, cues, &head.model);
    }
    let bare = cue_scores(&cues.senses, &head.model);
    let chance = |class: usize| match words[class] {
        Some(temperature) => sigmoid(blend(class, &full, &bare) / temperature),
        None => sigmoid(bare[class] / head.cues[class]),
    };
    let reasons = reasons(cues, head);
    // Who has a reason complains; only a mind that changed blames nobody.
    let blame = reasons
        .iter()
        .filter(|guess| guess.reason != Reason::ChangedMind);
    let complaint = blame.fold(chance(2), |most, guess| most.max(guess.probability));
    let chances = Chances {
        question: chance(0),
        purchase: chance(1),
        complaint,
    };
    Wants {
        intents: Intents {
            question: chances.question >= COUNTED_MIN[0],
            purchase: chances.purchase >= COUNTED_MIN[1],
            complaint: chances.complaint >= COUNTED_MIN[2],
        },
        chances,
        reasons,
    }
}

/// The score of an answer whose words are read.
pub fn blend(class: usize, full: &[f32; CLASSES.len()], bare: &[f32; CLASSES.len()]) -> f32 {
    let share = WORDS_SHARE[class];
    share * full[class] + (1.0 - share) * bare[class]
}

/// The reasons that show in a text, most probable first.
fn reasons(cues: &Cues, head: &Head) -> Vec<ReasonGuess> {
    if cues.shown.iter().all(|shown| *shown == Shown::default()) {
        return Vec::new();
    }
    let mut out: Vec<ReasonGuess> = Reason::ALL
        .into_iter()
        .filter(|reason| cues.shown[*reason as usize].any())
        .map(|reason| ReasonGuess {
            reason,
            probability: sigmoid(reason_score(cues, reason, &head.model) / head.cues[REASON]),
        })
        .filter(|guess| guess.probability >= REASON_MIN)
        .collect();
    out.sort_by(|left, right| right.probability.total_cmp(&left.probability));
    out
}

/// The score of a reason before temperature.
pub fn reason_score(cues: &Cues, reason: Reason, model: &Model) -> f32 {
    cue_scores(&cues.of_reason(reason), model)[REASON]
}

/// Scores of all answers where only cues are read.
pub fn cue_scores(cues: &[u32], model: &Model) -> [f32; CLASSES.len()] {
    let mut out = [0.0; CLASSES.len()];
    add(model, cues.iter().copied(), 1.0, &mut out);
    for (score, bias) in out.iter_mut().zip(&model.bias) {
        *score += bias;
    }
    out
}

/// Scores of all answers where the words are read as well.
pub fn word_scores(
    features: &Features,
    spread: &Spread,
    cues: &Cues,
    model: &Model,
) -> [f32; CLASSES.len()] {
    let mut out = cue_scores(&cues.senses, model);
    add(model, std::iter::once(cue::words_are_read()), 1.0, &mut out);
    let norm = |count: usize| 1.0 / (count.max(1) as f32).sqrt();
    add(
        model,
        cues.edges.iter().copied(),
        norm(cues.edges.len()),
        &mut out,
    );
    let parts = words(features, spread);
    let count = parts.iter().map(|part| part.len()).sum();
    let read = parts.into_iter().flatten().copied();
    add(model, read, norm(count), &mut out);
    out
}

/// The features of the words of a text; where it has no spaces, of its characters.
pub fn words<'f>(features: &'f Features, spread: &Spread) -> [&'f [u32]; 3] {
    let unspaced = [
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Thai,
    ];
    let first = if spread.share(&unspaced) >= UNSPACED_MIN {
        &features.grams
    } else {
        &features.words
    };
    [first, &features.signs, &features.pairs]
}

fn add(
    model: &Model,
    features: impl Iterator<Item = u32>,
    by: f32,
    out: &mut [f32; CLASSES.len()],
) {
    let mut sums = [0_i32; CLASSES.len()];
    model.add(features, &mut sums);
    for ((out, sum), scale) in out.iter_mut().zip(sums).zip(&model.scale) {
        *out += sum as f32 * by * scale;
    }
}

/// The probability of a score.
pub fn sigmoid(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::linear::Tested;
    use crate::tag::rows::Rows;

    fn head(tested: &[&str]) -> Head {
        let tested = tested.iter().map(|name| Tested {
            language: (*name).to_owned(),
            temperature: 2.0,
            rows: 100,
            macro_f1: 0.7,
        });
        Head::new(Model {
            head: "intent".into(),
            classes: CLASSES.map(String::from).to_vec(),
            copies: false,
            any: true,
            pairs: true,
            bits: 2,
            scale: vec![1.0; CLASSES.len()],
            bias: vec![-2.0, 0.0, 2.0, 1.0],
            tested: tested.collect(),
            rows: Rows::pack(&[0; 4 * CLASSES.len()], CLASSES.len()),
        })
    }

    #[test]
    fn an_answer_has_a_temperature_in_each_language_and_one_for_cues_alone() {
        let head = head(&["question:en", "complaint:*", "nonsense", "other:de"]);
        assert!(head.reads(0, "en") && !head.reads(0, "de") && !head.reads(1, "en"));
        let of = |language| {
            let (features, spread) = (Features::default(), Spread::of(""));
            judge(&features, &spread, &Cues::default(), language, &head).chances
        };
        assert_eq!(of(Some("en")).question, sigmoid(-2.0 / 2.0));
        assert_eq!(of(Some("de")).question, sigmoid(-2.0));
        assert_eq!(of(None).complaint, sigmoid(2.0 / 2.0));
        assert_eq!(of(None).purchase, 0.5);
    }

    #[test]
    fn a_reason_that_does_not_show_is_not_named() {
        let mut cues = Cues::default();
        assert_eq!(reasons(&cues, &head(&[])), []);
        cues.shown[Reason::Price as usize].strong = 1;
        let found = reasons(&cues, &head(&[]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].reason, Reason::Price);
        assert_eq!(found[0].probability, sigmoid(1.0));
    }
}
