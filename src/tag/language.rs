//! Which language a text is in: a linear model on character n-grams, held against the scripts
//! that are on the page and the language the source states.

use super::features::Features;
use super::linear::{Model, softmax};
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
const GRAMS_READ: usize = 240;
const WORDS_READ: usize = 60;
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

/// The model with what is known of its languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The weights.
    pub model: Model,
    /// Per class: its place in `scripts`, and whether it is one of [`SIDE`].
    classes: Vec<(usize, bool)>,
    /// A class of each way of being written.
    scripts: Vec<usize>,
}

impl Head {
    /// A head of a model.
    pub fn new(model: Model) -> Head {
        let mut ways: Vec<usize> = Vec::new();
        let same = |left: usize, right: usize| {
            let (left, right) = (&model.classes[left], &model.classes[right]);
            scripts(left) == scripts(right)
        };
        let classes = (0..model.classes.len())
            .map(|class| {
                let known = ways.iter().position(|way| same(*way, class));
                let way = known.unwrap_or_else(|| {
                    ways.push(class);
                    ways.len() - 1
                });
                (way, SIDE.contains(&model.classes[class].as_str()))
            })
            .collect();
        Head {
            classes,
            scripts: ways,
            model,
        }
    }

    /// The probability of each class.
    fn probabilities(
        &self,
        features: &Features,
        spread: &Spread,
        stated: Option<&str>,
    ) -> Vec<f32> {
        let model = &self.model;
        let letters = weighted_letters(spread);
        let mut sums = vec![0_i32; model.classes.len()];
        let (grams, words) = read(features);
        let count = grams.len() + words.len();
        model.add(grams.iter().chain(words).copied(), &mut sums);
        let norm = 1.0 / (count.max(1) as f32).sqrt();
        let temperature = model.tested("*").map_or(1.0, |tested| tested.temperature);
        let shortness = (1.0 - letters.total as f32 / SHORT_LETTERS).max(0.0);
        let stated_gain = STATED_GAIN + STATED_SHORT_GAIN * shortness;
        let stated = stated.and_then(|code| model.classes.iter().position(|class| class == code));
        let mut gains = [0.0_f32; 32];
        for (gain, class) in gains.iter_mut().zip(&self.scripts) {
            *gain = script_gain(&model.classes[*class], &letters);
        }
        let mut scores: Vec<f32> = (0..sums.len())
            .map(|class| {
                let linear = if count > 0 {
                    (sums[class] as f32 * model.scale[class] * norm + model.bias[class])
                        / temperature
                } else {
                    0.0
                };
                let (way, is_side) = self.classes[class];
                let stated = if stated == Some(class) {
                    stated_gain
                } else {
                    0.0
                };
                let side = if is_side { SIDE_LOSS } else { 0.0 };
                let script = gains.get(way).copied().unwrap_or(0.0);
                linear + script + stated - side
            })
            .collect();
        softmax(&mut scores);
        scores
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
    let mut ranked: Vec<(usize, f32)> = scores.into_iter().enumerate().collect();
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
    let best = scores.into_iter().enumerate().reduce(|best, next| {
        if next.1.total_cmp(&best.1).is_gt() {
            next
        } else {
            best
        }
    });
    let (class, confidence) = best.unwrap_or((0, 0.0));
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
