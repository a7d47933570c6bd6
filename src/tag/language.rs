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

/// What speaks for each language, best first: the guess and the next ones.
pub fn ranked(
    features: &Features,
    spread: &Spread,
    stated: Option<&str>,
    model: &Model,
) -> Vec<(usize, f32)> {
    let mut sums = vec![0_i32; model.classes.len()];
    model.add(0, features.chars.iter().copied(), &mut sums);
    model.add(0, features.words.iter().copied(), &mut sums);
    let count = (features.chars.len() + features.words.len()).max(1);
    let norm = 1.0 / (count as f32).sqrt();
    let temperature = model.tested("*").map_or(1.0, |tested| tested.temperature);
    let letters = weighted_letters(spread);
    let shortness = (1.0 - letters.total as f32 / SHORT_LETTERS).max(0.0);
    let stated_gain = STATED_GAIN + STATED_SHORT_GAIN * shortness;
    let mut scores: Vec<f32> = (0..sums.len())
        .map(|class| {
            let code = model.classes[class].as_str();
            let linear = if count > 1 {
                (sums[class] as f32 * model.scale[class] * norm + model.bias[class]) / temperature
            } else {
                0.0
            };
            let stated = if stated == Some(code) {
                stated_gain
            } else {
                0.0
            };
            let side = if SIDE.contains(&code) { SIDE_LOSS } else { 0.0 };
            linear + script_gain(code, &letters) + stated - side
        })
        .collect();
    softmax(&mut scores);
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
    model: &Model,
) -> LanguageGuess {
    let letters: u32 = weighted_letters(spread).letters.iter().sum();
    if letters == 0 {
        return LanguageGuess {
            code: stated.unwrap_or("und").to_owned(),
            confidence: 0.0,
            abstain: true,
        };
    }
    let ranked = ranked(features, spread, stated, model);
    let (class, confidence) = ranked.first().copied().unwrap_or((0, 0.0));
    let code = model.classes.get(class).map_or("und", String::as_str);
    // A script that no language of the model is written in cannot be any of them.
    if spread.share(&[Script::Other]) > 0.5 {
        return LanguageGuess {
            code: stated.unwrap_or("und").to_owned(),
            confidence: 0.0,
            abstain: true,
        };
    }
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
