//! Whether a word is rather a name.
//!
//! A word of one language is common in that language and rare in all others; a name is about as
//! common everywhere. `target` stands out in English, `nike` nowhere.

use super::background::Background;

/// Languages in Latin letters whose word lists are compared.
const LANGUAGES: [&str; 11] = [
    "de", "en", "es", "fr", "id", "it", "nl", "pl", "pt", "sv", "tr",
];
/// Zipf value below which a word is common in no language, though it may be listed.
const RARE_BELOW: f32 = 4.0;
/// The same for a word that several languages list.
const RARE_IN_SEVERAL_BELOW: f32 = 4.1;
/// Languages that must list a name.
const LISTED_MIN: usize = 4;
/// How far its highest Zipf value may lie above the median: a factor of five or six.
const PEAK_MAX: f32 = 0.75;

/// What a single word is known as, before anybody reads what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renown {
    /// A word of a language, or several words.
    Word,
    /// Equally common in many languages: a name, or a word that travels.
    Travels,
    /// Common in no language.
    Rare,
}

impl Renown {
    /// The renown of a normalised word.
    pub fn of(word: &str, background: &Background) -> Renown {
        if word.contains(' ') || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Renown::Word;
        }
        let highest = background.anywhere(word).unwrap_or_default();
        if highest < RARE_BELOW {
            return Renown::Rare;
        }
        let mut listed = 0;
        let mut values: Vec<f32> = LANGUAGES
            .iter()
            .filter_map(|language| background.of(language))
            .filter_map(|words| {
                let zipf = words.zipf(word);
                listed += usize::from(zipf.is_some());
                // What is not listed is at most as common as the rarest word that is.
                zipf.or(words.floor())
            })
            .collect();
        if listed > 1 && highest < RARE_IN_SEVERAL_BELOW {
            return Renown::Rare;
        }
        values.sort_by(f32::total_cmp);
        let middle = values.get(values.len() / 2).copied().unwrap_or_default();
        let peak = values.last().copied().unwrap_or_default() - middle;
        if listed >= LISTED_MIN && peak < PEAK_MAX {
            Renown::Travels
        } else {
            Renown::Word
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_as_common_elsewhere_and_a_word_is_not() {
        let list = |code: &str, words: &[(&str, f32)]| {
            let words = words.iter().map(|(word, zipf)| ((*word).to_owned(), *zipf));
            (code.to_owned(), words.collect::<Vec<_>>())
        };
        let lists: Vec<_> = LANGUAGES
            .iter()
            .map(|code| match *code {
                "en" => list(code, &[("lumo", 4.5), ("kettle", 5.0), ("zest", 3.9)]),
                _ => list(code, &[("lumo", 4.2), ("seldom", 3.8)]),
            })
            .collect();
        let background = Background::pack(&lists);
        assert_eq!(Renown::of("lumo", &background), Renown::Travels);
        assert_eq!(Renown::of("kettle", &background), Renown::Word);
        assert_eq!(Renown::of("zest", &background), Renown::Rare);
        assert_eq!(Renown::of("unheard", &background), Renown::Rare);
        assert_eq!(Renown::of("two words", &background), Renown::Word);
        assert_eq!(Renown::of("lumo2", &background), Renown::Word);
        assert_eq!(Renown::of("unheard", &Background::default()), Renown::Rare);
    }
}
