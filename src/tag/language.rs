//! Which language a text is in: a linear model on character n-grams, held against the scripts
//! that are on the page and the language the source states.

use super::features::Features;
use super::linear::{Model, softmax};
use super::scores::CLASSES_MAX;
use super::script::{Script, Spread};
use crate::record::LanguageGuess;

/// Score that a language gains because the source states it: worth a handful of letters, so a
/// clear text overrules it.
const STATED_GAIN: f32 = 2.5;
/// What it gains on top in a text of hardly any letters, which says nothing by itself; nothing
/// from [`SHORT_LETTERS`] letters on.
const STATED_SHORT_GAIN: f32 = 12.0;
/// Letters from which a text speaks for itself.
const SHORT_LETTERS: f32 = 12.0;
/// Score that languages of markets nobody here sells to lose, so that a short text does not
/// fall to them.
const SIDE_LOSS: f32 = 1.5;
/// Share of the letters that a script must reach before its languages count as possible.
const SHARE_FLOOR: f32 = 0.003;
/// Weight of the share of a language's scripts.
const SHARE_GAIN: f32 = 1.5;
/// N-grams and words that are read: more of a text does not tell more of its language.
const GRAMS_READ: usize = 120;
const WORDS_READ: usize = 24;
/// Share of the letters in a script of one language alone from which that language is not asked
/// for in the model any more, and the score that it gets.
const SOLE_SHARE: f32 = 0.8;
const SOLE_GAIN: f32 = 7.0;
/// Share of kana from which Chinese characters are Japanese without doubt.
const KANA_SHARE: f32 = 0.15;
/// Below this confidence the guess is marked as not to be relied on.
const CONFIDENCE_MIN: f32 = 0.55;
/// Letters below which no guess is relied on; a character of a script without spaces counts as
/// three.
const LETTERS_MIN: u32 = 4;

/// Languages that are told apart but are not of the markets in view.
const SIDE: &[&str] = &["cs", "da", "el", "fa", "fi", "he", "hu", "nb", "ro", "uk"];

/// Scripts a language is written in.
fn scripts(language: &str) -> &'static [Script] {
    match language {
        "ar" | "fa" => &[Script::Arabic],
        "ru" | "uk" => &[Script::Cyrillic],
        "hi" => &[Script::Devanagari],
        "th" => &[Script::Thai],
        "ko" => &[Script::Hangul],
        "ja" => &[Script::Hiragana, Script::Katakana, Script::Han],
        "zh" => &[Script::Han],
        "he" => &[Script::Hebrew],
        "el" => &[Script::Greek],
        _ => &[Script::Latin],
    }
}

/// The code that the models use for a stated language, such as `zh` for `zh-CN`.
pub fn canonical(stated: &str) -> String {
    let stated = stated.trim().replace('_', "-");
    let mut parts = stated.split('-');
    let primary = parts.next().unwrap_or("").to_ascii_lowercase();
    let latin = parts.any(|part| part.eq_ignore_ascii_case("latn"));
    match (primary.as_str(), latin) {
        ("hi", true) => "hi-Latn",
        ("in", _) => "id",
        ("iw", _) => "he",
        ("no" | "nn", _) => "nb",
        ("tl", _) => "fil",
        ("jp", _) => "ja",
        ("cn" | "cmn" | "yue", _) => "zh",
        (other, _) => other,
    }
    .to_owned()
}

/// The features that tell a language: the first n-grams and words.
pub fn read(features: &Features) -> (&[u32], &[u32]) {
    let grams = &features.grams[..features.grams.len().min(GRAMS_READ)];
    let words = &features.words[..features.words.len().min(WORDS_READ)];
    (grams, words)
}

/// A way of being written, which some classes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Way {
    /// One of them.
    class: usize,
    /// It is the only one.
    alone: bool,
}

/// The model with what is known of its languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The weights.
    pub model: Model,
    /// One over the temperature.
    cooling: f32,
    /// Per class: its place in `ways`, and whether it is one of [`SIDE`].
    classes: Vec<(usize, bool)>,
    ways: Vec<Way>,
}

impl Head {
    /// A head of a model.
    pub fn new(model: Model) -> Head {
        let mut ways: Vec<Way> = Vec::new();
        let classes = (0..model.classes.len())
            .map(|class| {
                let name = model.classes[class].as_str();
                let same = |way: &Way| scripts(&model.classes[way.class]) == scripts(name);
                let way = match ways.iter().position(same) {
                    Some(way) => {
                        ways[way].alone = false;
                        way
                    }
                    None => {
                        ways.push(Way { class, alone: true });
                        ways.len() - 1
                    }
                };
                (way, SIDE.contains(&name))
            })
            .collect();
        let temperature = model.tested("*").map_or(1.0, |tested| tested.temperature);
        Head {
            cooling: 1.0 / temperature,
            classes,
            ways,
            model,
        }
    }

    /// The probability of each class.
    fn probabilities(
        &self,
        features: &Features,
        spread: &Spread,
        stated: Option<&str>,
    ) -> [f32; CLASSES_MAX] {
        let model = &self.model;
        let letters = weighted_letters(spread);
        let count = model.classes.len().min(CLASSES_MAX);
        let mut scores = [0.0; CLASSES_MAX];
        let scores_used = &mut scores[..count];
        match self.sole(&letters) {
            Some(class) => scores_used[class] = SOLE_GAIN,
            None => self.read(features, scores_used),
        }
        let shortness = (1.0 - letters.total as f32 / SHORT_LETTERS).max(0.0);
        let stated_gain = STATED_GAIN + STATED_SHORT_GAIN * shortness;
        let stated = stated.and_then(|code| model.classes.iter().position(|class| class == code));
        let mut gains = [0.0_f32; CLASSES_MAX];
        for (gain, way) in gains.iter_mut().zip(&self.ways) {
            *gain = script_gain(&model.classes[way.class], &letters);
        }
        for ((class, score), (way, is_side)) in
            scores_used.iter_mut().enumerate().zip(&self.classes)
        {
            *score += gains[*way];
            if stated == Some(class) {
                *score += stated_gain;
            }
            if *is_side {
                *score -= SIDE_LOSS;
            }
        }
        softmax(scores_used);
        scores
    }

    /// What the n-grams and words of a text say.
    fn read(&self, features: &Features, scores: &mut [f32]) {
        let model = &self.model;
        let mut sums = [0_i32; CLASSES_MAX];
        let sums = &mut sums[..scores.len()];
        let (grams, words) = read(features);
        let count = grams.len() + words.len();
        if count == 0 {
            return;
        }
        model.add(grams.iter().chain(words).copied(), sums);
        let norm = self.cooling / (count as f32).sqrt();
        let steps = model.scale.iter().zip(&model.bias);
        for ((score, sum), (scale, bias)) in scores.iter_mut().zip(sums).zip(steps) {
            *score = *sum as f32 * scale * norm + bias * self.cooling;
        }
    }

    /// The class that the script of nearly all letters belongs to alone.
    fn sole(&self, letters: &Spread) -> Option<usize> {
        if letters.share(&[Script::Latin]) > 1.0 - SOLE_SHARE {
            return None;
        }
        let kana = letters.share(&[Script::Hiragana, Script::Katakana]);
        let found = self.ways.iter().find(|way| {
            let name = self.model.classes[way.class].as_str();
            let sure = match name {
                "ja" => kana > KANA_SHARE,
                "zh" => kana == 0.0,
                _ => true,
            };
            way.alone && sure && letters.share(scripts(name)) >= SOLE_SHARE
        });
        found.map(|way| way.class)
    }
}

/// What speaks for each language, best first: the guess and the next ones.
pub fn ranked(
    features: &Features,
    spread: &Spread,
    stated: Option<&str>,
    head: &Head,
) -> Vec<(usize, f32)> {
    let scores = head.probabilities(features, spread, stated);
    let classes = head.model.classes.len();
    let mut ranked: Vec<(usize, f32)> = scores.into_iter().enumerate().take(classes).collect();
    ranked.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    ranked
}

/// The best guess, with the mark that says whether to rely on it.
///
/// A text without letters is in the stated language, or `und`.
pub fn guess(
    features: &Features,
    spread: &Spread,
    stated: Option<&str>,
    head: &Head,
) -> LanguageGuess {
    let letters = weighted_letters(spread).total;
    // A script that no language of the model is written in cannot be any of them.
    if letters == 0 || spread.share(&[Script::Other]) > 0.5 {
        return LanguageGuess {
            code: stated.unwrap_or("und").to_owned(),
            confidence: 0.0,
            abstain: true,
        };
    }
    let scores = head.probabilities(features, spread, stated);
    let (class, confidence) = scores
        .into_iter()
        .enumerate()
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .unwrap_or((0, 0.0));
    let code = head.model.classes.get(class).map_or("und", String::as_str);
    LanguageGuess {
        code: code.to_owned(),
        confidence,
        abstain: confidence < CONFIDENCE_MIN || letters < LETTERS_MIN,
    }
}

/// Letters by script, with characters that are half a word counted three times.
fn weighted_letters(spread: &Spread) -> Spread {
    let mut weighted = *spread;
    for script in [
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Hangul,
    ] {
        weighted.letters[script as usize] *= 3;
    }
    weighted.total = weighted.letters.iter().sum();
    weighted
}

fn script_gain(language: &str, letters: &Spread) -> f32 {
    let mut share = letters.share(scripts(language));
    let kana = letters.share(&[Script::Hiragana, Script::Katakana]);
    match language {
        // Chinese characters alone are Chinese far more often than Japanese.
        "ja" if kana == 0.0 => share *= 0.2,
        "zh" if kana > 0.0 => share = (share - kana * 2.0).max(0.0),
        _ => {}
    }
    SHARE_GAIN * (share + SHARE_FLOOR).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_codes_become_the_codes_of_the_models() {
        for (stated, code) in [
            ("zh-CN", "zh"),
            ("pt_BR", "pt"),
            ("in", "id"),
            ("hi-Latn", "hi-Latn"),
            ("EN-gb", "en"),
            ("tl", "fil"),
        ] {
            assert_eq!(canonical(stated), code);
        }
    }

    #[test]
    fn kana_speak_for_japanese_and_against_chinese() {
        let spread = Spread::of("新しい製品を買いました");
        assert!(script_gain("ja", &spread) > script_gain("zh", &spread) + 1.0);
        let spread = Spread::of("我买了新产品");
        assert!(script_gain("zh", &spread) > script_gain("ja", &spread) + 1.0);
        assert!(script_gain("zh", &spread) > script_gain("en", &spread) + 5.0);
    }
}
