//! Names with one wrong letter in a long word.
//!
//! Only words of plain letters that are no word of a language: `glowbudz 2` is the `glowbuds 2`,
//! `glowbuds 3` is another product. A wrong letter leaves the first or the second half of a word as
//! it is, so each word is kept under its two halves and its length.

use super::hash::{SEED, fold, step};
use super::token::{Sort, Token};

/// Letters of a word at least.
const LETTERS_MIN: usize = 6;
/// Letters of a word at most.
const LETTERS_MAX: usize = 24;
/// Bits of the filter for each half that is kept; few enough for a cache.
const FILTER_BITS: usize = 8;

/// Long words of names by their halves.
#[derive(Debug, Default)]
pub struct NearNames {
    /// Hash of a half and the place of a name that its word stands in, in order.
    halves: Vec<(u32, u32)>,
    /// Whether any half has a hash, by its lower bits.
    filter: Vec<u64>,
}

impl NearNames {
    /// Keeps the long words of names, given with their places. Words that `is_common` are left
    /// out: they are written for their own sake.
    pub fn new<'n>(
        names: impl Iterator<Item = (u32, &'n str)>,
        is_common: impl Fn(&str) -> bool,
    ) -> NearNames {
        let mut found: Vec<(u32, u32, u32)> = Vec::new();
        for (place, name) in names {
            for word in name.split(' ').filter(|word| is_long_word(word)) {
                if is_common(word) {
                    continue;
                }
                let whole = half(word, word.len(), 2, word.as_bytes());
                let (first, second) = word.as_bytes().split_at(word.len() / 2);
                found.push((half(word, word.len(), 0, first), whole, place));
                found.push((half(word, word.len(), 1, second), whole, place));
            }
        }
        found.sort_unstable();
        // One name speaks for all that hold the same word.
        found.dedup_by_key(|(half, whole, _)| (*half, *whole));
        let mut halves: Vec<(u32, u32)> = Vec::with_capacity(found.len());
        halves.extend(found.iter().map(|(half, _, place)| (*half, *place)));
        drop(found);
        let bits = (halves.len() * FILTER_BITS).next_power_of_two().max(64);
        let mut filter = vec![0_u64; if halves.is_empty() { 0 } else { bits / 64 }];
        for (hash, _) in &halves {
            let bit = *hash as usize & (bits - 1);
            filter[bit / 64] |= 1 << (bit % 64);
        }
        NearNames { halves, filter }
    }

    /// Tells `hit` of every token that one letter makes another word than a name has, and of that
    /// word. `name` gives the name at a place; tokens that are `is_known` are meant as they stand.
    pub fn find<'n>(
        &self,
        text: &str,
        tokens: &[Token],
        name: impl Fn(u32) -> &'n str,
        is_known: impl Fn(&Token) -> bool,
        mut hit: impl FnMut(&Token, &'n str),
    ) {
        if self.filter.is_empty() {
            return;
        }
        for token in tokens.iter().filter(|token| token.sort == Sort::Word) {
            let word = token.of(text);
            if !(LETTERS_MIN - 1..=LETTERS_MAX + 1).contains(&word.len()) {
                continue;
            }
            let bytes = word.as_bytes();
            // Asked only where a half is met, which is seldom.
            let mut may_be_wrong = None;
            for length in bytes.len() - 1..=bytes.len() + 1 {
                let first = length / 2;
                let second = length - first;
                for (side, part) in [
                    (0, bytes.get(..first)),
                    (1, bytes.get(bytes.len().saturating_sub(second)..)),
                ] {
                    let Some(hash) = part.map(|part| half(word, length, side, part)) else {
                        continue;
                    };
                    if !self.may_hold(hash)
                        || !*may_be_wrong
                            .get_or_insert_with(|| is_word_of_letters(word) && !is_known(token))
                    {
                        continue;
                    }
                    let from = self.halves.partition_point(|(other, _)| *other < hash);
                    let same = self.halves[from..].iter();
                    for (_, place) in same.take_while(|(other, _)| *other == hash) {
                        let mut meant = name(*place).split(' ');
                        if let Some(meant) = meant.find(|meant| is_one_off(word, meant)) {
                            hit(token, meant);
                        }
                    }
                }
            }
        }
    }

    fn may_hold(&self, hash: u32) -> bool {
        let bit = hash as usize & (self.filter.len() * 64 - 1);
        self.filter[bit / 64] >> (bit % 64) & 1 == 1
    }
}

/// Hash of one half of a word of a length; the first letter of the word is never wrong.
#[inline]
fn half(word: &str, length: usize, side: u64, part: &[u8]) -> u32 {
    let first = word.bytes().next().map_or(0, u64::from);
    let hash = step(SEED, (length as u64 * 4 + side) << 8 | first);
    fold(
        part.iter()
            .fold(hash, |hash, byte| step(hash, u64::from(*byte))),
    )
}

fn is_word_of_letters(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A single word of plain letters, long enough to be known with a letter wrong.
fn is_long_word(name: &str) -> bool {
    (LETTERS_MIN..=LETTERS_MAX).contains(&name.len()) && is_word_of_letters(name)
}

/// One letter added, left out, swapped for another or with its neighbour, but not the first: and
/// no plural, which is looked for anyway where it makes sense.
fn is_one_off(word: &str, name: &str) -> bool {
    is_long_word(name)
        && word.as_bytes().first() == name.as_bytes().first()
        && word.strip_suffix('s') != Some(name)
        && name.strip_suffix('s') != Some(word)
        && strsim::osa_distance(word, name) == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::token::tokens;
    use proptest::prelude::*;

    fn found(names: &[&str], text: &str) -> Vec<String> {
        let near = NearNames::new((0..).zip(names.iter().copied()), |word| word == "portable");
        let mut out = Vec::new();
        near.find(
            text,
            &tokens(text),
            |place| names[place as usize],
            |_| false,
            |token, word| out.push(format!("{word} {}", token.of(text))),
        );
        out.dedup();
        out
    }

    #[test]
    fn one_wrong_letter_is_forgiven_in_long_names() {
        for word in ["glowbudz", "glwobuds", "glowbds", "glowwbuds", "glowbuxds"] {
            assert_eq!(found(&["glowbuds"], word), [format!("glowbuds {word}")]);
        }
        let hit = ["glowbuds glowbudz"];
        assert_eq!(found(&["lumo glowbuds 2", "glowbuds"], "a glowbudz"), hit);
        assert!(found(&["portable glowbuds"], "a portablo").is_empty());
        for word in ["glowbuds", "glowbud", "blowbuds", "glowbadz", "glowbuds2"] {
            assert!(found(&["glowbuds"], word).is_empty(), "{word}");
        }
    }

    proptest! {
        #[test]
        fn short_names_and_other_words_are_never_near(
            names in proptest::collection::vec("[a-z]{1,9}", 1..20),
            word in "[a-z]{1,10}",
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            for hit in found(&names, &word) {
                let (name, _) = hit.split_once(' ').unwrap();
                prop_assert!(name.len() >= LETTERS_MIN, "{hit}");
                prop_assert_eq!(strsim::osa_distance(name, &word), 1);
            }
        }

        #[test]
        fn whatever_letter_is_wrong_inside_the_name_is_found(
            name in "[a-z]{6,24}",
            at in 1_usize..24,
            letter in "[a-z]",
            edit in 0..3,
        ) {
            let at = 1 + (at - 1) % (name.len() - 1);
            let mut word = name.clone();
            match edit {
                0 => word.insert_str(at, &letter),
                1 => drop(word.remove(at)),
                _ => word.replace_range(at..=at, &letter),
            }
            prop_assert_eq!(found(&[&name], &word).is_empty(), !is_one_off(&word, &name));
        }
    }
}
