//! Which aspects of a product a text speaks of, by words per language: those the program knows
//! and those the user adds.

use super::lexicon::aspects::aspects;
use super::normalise::Normalised;
use super::phrases::{Atom, Phrases};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// Aspects of one text at most.
const ASPECTS_MAX: usize = 12;
/// Phrases found in one text that are looked at.
const HITS_MAX: usize = 200;

/// An aspect with its words, as a user writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AspectWords {
    /// What it is called in output.
    pub name: String,
    /// Words by language; `*` for every language.
    pub words: BTreeMap<String, Vec<String>>,
}

/// An aspect found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its place in [`Aspects::name`].
    pub aspect: usize,
    /// Bytes of the normalised text.
    pub range: Range<usize>,
}

/// All aspects with their words.
#[derive(Debug)]
pub struct Aspects {
    names: Vec<String>,
    phrases: Phrases,
    /// For each phrase: languages and aspects.
    holders: Vec<Vec<(String, usize)>>,
}

impl Aspects {
    /// Those that the program knows.
    pub fn built_in() -> Arc<Aspects> {
        static BUILT_IN: LazyLock<Arc<Aspects>> = LazyLock::new(|| Arc::new(Aspects::with(&[])));
        Arc::clone(&BUILT_IN)
    }

    /// Those that the program knows, and more. An aspect of the same name gets more words.
    pub fn with(more: &[AspectWords]) -> Aspects {
        let mut names: Vec<String> = Vec::new();
        let mut by_text: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
        let mut place = |name: &str| match names.iter().position(|own| own == name) {
            Some(at) => at,
            None => {
                names.push(name.to_owned());
                names.len() - 1
            }
        };
        let mut add = |phrase: &str, language: &str, aspect: usize| {
            let text = Normalised::new(phrase).text;
            let holders = by_text.entry(text).or_default();
            let holder = (language.to_owned(), aspect);
            if !holders.contains(&holder) {
                holders.push(holder);
            }
        };
        for (name, words) in aspects() {
            let aspect = place(name);
            for (language, phrases) in *words {
                for phrase in phrases.split('|') {
                    add(phrase, language, aspect);
                }
            }
        }
        for own in more {
            let aspect = place(&own.name);
            for (language, phrases) in &own.words {
                for phrase in phrases {
                    add(phrase, language, aspect);
                }
            }
        }
        by_text.remove("");
        Aspects {
            names,
            phrases: Phrases::new(by_text.keys().map(String::as_str)),
            holders: by_text.into_values().collect(),
        }
    }

    /// The name of an aspect.
    pub fn name(&self, aspect: usize) -> &str {
        self.names.get(aspect).map_or("", String::as_str)
    }

    /// All names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The aspects of a text in its order; `out` is emptied before. Of phrases that overlap the
    /// longest counts, and nothing inside a `taken` range: the name of a product is no aspect.
    ///
    /// `language`: `None` when unknown, which lets the words of all languages count.
    pub fn find(
        &self,
        text: &str,
        atoms: &[Atom],
        language: Option<&str>,
        taken: &[Range<usize>],
        out: &mut Vec<Hit>,
    ) {
        out.clear();
        self.phrases
            .find(text, text.as_bytes(), atoms, |phrase, range| {
                let speaks = |own: &str| own == "*" || language.is_none_or(|code| code == own);
                let holder = self.holders.get(phrase).and_then(|holders| {
                    holders
                        .iter()
                        .find(|(own, _)| speaks(own))
                        .map(|(_, aspect)| *aspect)
                });
                let inside =
                    |other: &Range<usize>| range.start < other.end && other.start < range.end;
                if let Some(aspect) = holder
                    && !taken.iter().any(inside)
                {
                    out.push(Hit { aspect, range });
                }
                out.len() < HITS_MAX
            });
        out.sort_by_key(|hit| (hit.range.start, usize::MAX - hit.range.end));
        let mut end = 0;
        out.retain(|hit| {
            let free = hit.range.start >= end;
            if free {
                end = hit.range.end;
            }
            free
        });
        out.truncate(ASPECTS_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrases;
    use super::*;
    use proptest::prelude::*;

    fn found(aspects: &Aspects, raw: &str, language: Option<&str>) -> Vec<String> {
        let text = Normalised::new(raw).text;
        let (mut atoms, mut hits) = (Vec::new(), Vec::new());
        phrases::atoms(&text, &mut atoms);
        aspects.find(&text, &atoms, language, &[], &mut hits);
        hits.iter()
            .map(|hit| aspects.name(hit.aspect).to_owned())
            .collect()
    }

    #[test]
    fn each_language_has_words_of_its_own_for_every_aspect() {
        const LANGUAGES: [&str; 15] = [
            "en", "zh", "ja", "ko", "de", "fr", "es", "pt", "it", "id", "th", "vi", "ru", "ar",
            "tr",
        ];
        for (name, words) in aspects() {
            for language in LANGUAGES {
                let own = words.iter().filter(|(own, _)| *own == language).count();
                assert_eq!(own, 1, "{name} in {language}");
            }
        }
    }

    #[test]
    fn no_phrase_of_a_language_means_two_aspects() {
        let aspects = Aspects::with(&[]);
        for (phrase, holders) in aspects.holders.iter().enumerate() {
            let mut languages: Vec<&str> = holders.iter().map(|(own, _)| own.as_str()).collect();
            languages.sort_unstable();
            let count = languages.len();
            languages.dedup();
            assert_eq!(languages.len(), count, "{}", aspects.phrases.text(phrase));
        }
    }

    #[test]
    fn the_longest_phrase_counts_and_only_in_its_language() {
        let aspects = Aspects::built_in();
        let text = "Great sound quality, but the battery life is short";
        assert_eq!(found(&aspects, text, Some("en")), ["sound", "battery"]);
        assert_eq!(
            found(&aspects, "Der Akku hält lange", Some("de")),
            ["battery"]
        );
        assert!(found(&aspects, "Der Akku hält lange", Some("en")).is_empty());
        assert_eq!(
            found(&aspects, "电池很好但是屏幕不行", Some("zh")),
            ["battery", "screen"]
        );
    }

    #[test]
    fn a_user_adds_aspects_and_words() {
        let words = |language: &str, word: &str| {
            BTreeMap::from([(language.to_owned(), vec![word.to_owned()])])
        };
        let aspects = Aspects::with(&[
            AspectWords {
                name: "blade".into(),
                words: words("*", "Blade"),
            },
            AspectWords {
                name: "battery".into(),
                words: words("en", "juice"),
            },
        ]);
        let text = "the blade is sharp and it has no juice left";
        assert_eq!(
            found(&aspects, text, Some("en")),
            ["blade", "safety", "battery"]
        );
    }

    proptest! {
        #[test]
        fn hits_are_in_order_and_never_overlap(text in "(battery|price| |电池|屏幕|,|x){0,40}") {
            let aspects = Aspects::built_in();
            let text = Normalised::new(&text).text;
            let (mut atoms, mut hits) = (Vec::new(), Vec::new());
            phrases::atoms(&text, &mut atoms);
            aspects.find(&text, &atoms, None, &[], &mut hits);
            let mut end = 0;
            for hit in hits {
                prop_assert!(hit.range.start >= end && hit.range.end <= text.len());
                end = hit.range.end;
            }
        }
    }
}
