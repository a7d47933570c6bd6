//! Words that go with a kind of product: `battery` with phones, `laces` with shoes, `order` with
//! all of them. They speak for an ambiguous name of a product of that kind.

use super::hash::WordHash;
use super::token::{Sort, Token};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The kinds; the first bit is trade, which goes with every product.
const LIST: &str = include_str!("kin.txt");

/// A set of kinds, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds(u64);

impl Kinds {
    /// Buying, selling and using of anything.
    pub const TRADE: Kinds = Kinds(1);

    /// The kinds that a category names.
    pub fn of_category<'w>(words: impl Iterator<Item = &'w str>) -> Kinds {
        let known = words.filter_map(|word| LEXICON.categories.get(word));
        Kinds(known.fold(0, |all, kinds| all | kinds.0))
    }

    /// The kinds that a normalised word goes with.
    pub fn of_word(word: &str) -> Kinds {
        LEXICON.words.get(word).copied().unwrap_or_default()
    }

    /// Whether two sets share a kind.
    pub fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }
}

/// The kinds of every token of a text.
pub fn of_tokens(text: &str, tokens: &[Token]) -> Vec<Kinds> {
    tokens
        .iter()
        .map(|token| match token.sort {
            Sort::Word => Kinds::of_word(token.of(text)),
            _ => Kinds::default(),
        })
        .collect()
}

#[derive(Debug, Default)]
struct Lexicon {
    categories: HashMap<&'static str, Kinds, WordHash>,
    words: HashMap<&'static str, Kinds, WordHash>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    let lines = LIST
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'));
    for (place, (heads, words)) in lines.enumerate() {
        let kind = 1_u64.checked_shl(place as u32).unwrap_or(0);
        for word in words.split_whitespace() {
            lexicon.words.entry(word).or_default().0 |= kind;
        }
        // The first line holds for every category, so no category names it.
        for head in heads.split_whitespace().filter(|_| place > 0) {
            lexicon.categories.entry(head).or_default().0 |= kind;
        }
    }
    lexicon
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::normalise::Normalised;

    #[test]
    fn every_kind_has_its_bit_and_words_that_texts_can_hold() {
        let lines: Vec<&str> = LIST.lines().filter(|line| line.contains(':')).collect();
        let kinds = lines.iter().filter(|line| !line.starts_with('#')).count();
        assert!(kinds <= 64, "{kinds}");
        assert!(lines.iter().any(|line| line.starts_with("trade :")));
        for word in LEXICON.words.keys().chain(LEXICON.categories.keys()) {
            assert_eq!(*word, Normalised::new(word).text);
        }
    }

    #[test]
    fn a_category_meets_the_words_of_its_kind_only() {
        let shoes = Kinds::of_category(["running", "shoes"].into_iter());
        assert!(Kinds::of_word("laces").meets(shoes));
        assert!(!Kinds::of_word("android").meets(shoes));
        assert!(Kinds::of_word("ordered").meets(Kinds::TRADE));
        assert!(!Kinds::of_word("presidency").meets(Kinds::TRADE));
        assert_eq!(Kinds::of_category(["trade"].into_iter()), Kinds::default());
    }
}
