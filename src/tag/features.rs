//! Tokens → hashed features, in one pass that every linear head shares.

use super::hash::{SEED, WordHash, combine, fold, hash_text, step};
use super::normalise::Normalised;
use super::token::{Sort, Token};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Changes whenever a text would yield other features, so that a model made for another
/// version is refused.
pub const FEATURE_VERSION: u32 = 1;

/// Features of one text at most; a longer text is judged by its beginning.
pub const FEATURES_MAX: usize = 6_000;

/// Longest character n-gram.
const CHARS_MAX: usize = 5;
/// Longest character n-gram in scripts without spaces, where one character says more.
const RUN_CHARS_MAX: usize = 4;
/// Characters of a word that are read.
const WORD_CHARS_MAX: usize = 40;
/// Words after a negation that count as negated.
const NEGATED_WORDS: u32 = 3;

/// Words that turn round what follows, in the languages the models know. One list serves all:
/// where a form means something else in another language, its weights say so.
const NEGATIONS: &[&str] = &[
    "not",
    "no",
    "never",
    "don't",
    "doesn't",
    "didn't",
    "isn't",
    "wasn't",
    "aren't",
    "won't",
    "can't",
    "cannot",
    "couldn't",
    "wouldn't",
    "shouldn't",
    "dont",
    "didnt",
    "cant",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "nie",
    "ne",
    "pas",
    "jamais",
    "non",
    "mai",
    "nunca",
    "jamás",
    "sin",
    "não",
    "nao",
    "nem",
    "sem",
    "tidak",
    "bukan",
    "jangan",
    "gak",
    "nggak",
    "ga",
    "tak",
    "не",
    "нет",
    "ни",
    "никогда",
    "без",
    "değil",
    "yok",
    "hiç",
    "không",
    "chưa",
    "chẳng",
    "nie",
    "nigdy",
    "bez",
    "لا",
    "لم",
    "لن",
    "ما",
    "مش",
    "ليس",
    "مو",
    "نہیں",
    "nahi",
    "nahin",
    "nhi",
    "안",
    "못",
    "niet",
    "geen",
];

/// Hashed features of a text. The highest bit of each is its sign, lower bits its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// Character n-grams of 1 to 4, inside words or runs.
    pub chars: Vec<u32>,
    /// Character n-grams of 5.
    pub long: Vec<u32>,
    /// Whole words.
    pub words: Vec<u32>,
    /// Word pairs, negated words, emoji, marks and flags.
    pub signs: Vec<u32>,
}

/// Working space for reading features, used again for text after text.
#[derive(Debug, Clone, Default)]
pub struct Space {
    /// Features seen; open addressing, 0 is empty.
    seen: Vec<u32>,
    /// Characters of a word.
    buffer: Vec<u32>,
}

impl Features {
    /// Reads the features of a text.
    pub fn of(normalised: &Normalised, tokens: &[Token]) -> Features {
        let mut out = Features::default();
        out.read(normalised, tokens, &mut Space::default());
        out
    }

    /// Reads the features of another text in the same memory.
    pub fn read(&mut self, normalised: &Normalised, tokens: &[Token], space: &mut Space) {
        let mut reader = Reader::new(self, space, normalised.text.len());
        let text = normalised.text.as_str();
        let mut previous = 0_u64;
        let mut negated = 0_u32;
        for token in tokens {
            if reader.left == 0 {
                break;
            }
            let word = token.of(text);
            match token.sort {
                Sort::Word | Sort::Number | Sort::Run => {
                    let spaced = token.sort != Sort::Run;
                    reader.grams(word, spaced);
                    let hash = hash_text(b'w', word);
                    if spaced || word.len() <= 24 {
                        reader.add(Family::Words, hash);
                        reader.add(Family::Signs, combine(previous, hash));
                    }
                    if negated > 0 {
                        negated -= 1;
                        reader.add(Family::Signs, combine(hash, 0x4e4f));
                    }
                    previous = hash;
                    if is_negation(word) {
                        negated = NEGATED_WORDS;
                    }
                }
                Sort::Emoji | Sort::Mark => {
                    let hash = hash_text(b'm', word);
                    reader.add(Family::Signs, hash);
                    if token.sort == Sort::Emoji {
                        reader.add(Family::Signs, combine(previous, hash));
                    } else {
                        negated = 0;
                    }
                }
                Sort::Break => negated = 0,
                Sort::Handle | Sort::Link => {
                    reader.add(Family::Signs, hash_text(b's', word));
                    previous = 0;
                }
            }
        }
        if normalised.cased >= 8 && normalised.capitals * 10 >= normalised.cased * 7 {
            reader.add(Family::Signs, hash_text(b'f', "capitals"));
        }
        if normalised.stretched {
            reader.add(Family::Signs, hash_text(b'f', "stretched"));
        }
        let length = usize::BITS - normalised.text.len().leading_zeros();
        reader.add(Family::Signs, combine(0x1e, u64::from(length)));
    }

    /// Features that a word alone would add to a text: used to show what a decision rests on.
    pub fn of_word(word: &str, spaced: bool) -> Features {
        let mut out = Features::default();
        let mut space = Space::default();
        let mut reader = Reader::new(&mut out, &mut space, word.len());
        reader.grams(word, spaced);
        reader.add(Family::Words, hash_text(b'w', word));
        out
    }
}

/// Whether a word is one of [`NEGATIONS`].
pub fn is_negation(word: &str) -> bool {
    static SET: LazyLock<HashSet<&str, WordHash>> =
        LazyLock::new(|| NEGATIONS.iter().copied().collect());
    SET.contains(word)
}

#[derive(Clone, Copy)]
enum Family {
    Chars,
    Long,
    Words,
    Signs,
}

struct Reader<'f> {
    out: &'f mut Features,
    seen: &'f mut [u32],
    buffer: &'f mut Vec<u32>,
    left: usize,
}

impl<'f> Reader<'f> {
    fn new(out: &'f mut Features, space: &'f mut Space, bytes: usize) -> Reader<'f> {
        for family in [
            &mut out.chars,
            &mut out.long,
            &mut out.words,
            &mut out.signs,
        ] {
            family.clear();
        }
        let expected = (bytes * 5 + 32).min(FEATURES_MAX);
        space.seen.clear();
        space.seen.resize((expected * 2).next_power_of_two(), 0);
        Reader {
            out,
            seen: &mut space.seen,
            buffer: &mut space.buffer,
            left: FEATURES_MAX,
        }
    }

    /// Adds a feature unless the text has it already.
    #[inline]
    fn add(&mut self, family: Family, hash: u64) {
        if self.left == 0 {
            return;
        }
        let feature = fold(hash);
        if !is_new(self.seen, feature) {
            return;
        }
        self.left -= 1;
        match family {
            Family::Chars => self.out.chars.push(feature),
            Family::Long => self.out.long.push(feature),
            Family::Words => self.out.words.push(feature),
            Family::Signs => self.out.signs.push(feature),
        }
    }

    /// Character n-grams of a word (with its edges) or of a run (without).
    fn grams(&mut self, word: &str, spaced: bool) {
        let mut buffer = std::mem::take(self.buffer);
        buffer.clear();
        if spaced {
            buffer.push(u32::from(b' '));
            buffer.extend(word.chars().take(WORD_CHARS_MAX).map(u32::from));
            buffer.push(u32::from(b' '));
        } else {
            buffer.extend(word.chars().map(u32::from));
        }
        let longest = if spaced { CHARS_MAX } else { RUN_CHARS_MAX };
        for start in 0..buffer.len() {
            if self.left == 0 {
                break;
            }
            let mut hash = SEED;
            for (length, c) in buffer[start..].iter().take(longest).enumerate() {
                hash = step(hash, u64::from(*c));
                if spaced && length == 0 && *c == u32::from(b' ') {
                    continue;
                }
                let family = if length == 4 {
                    Family::Long
                } else {
                    Family::Chars
                };
                self.add(family, hash);
            }
        }
        *self.buffer = buffer;
    }
}

/// Whether a feature was not seen yet; it is from now on. A crowded place forgets.
#[inline]
fn is_new(seen: &mut [u32], feature: u32) -> bool {
    // The low bits choose the row of a model, so the table is addressed by other ones.
    let mask = seen.len() - 1;
    let start = (feature >> 7) as usize;
    for slot in start..start + 8 {
        let held = &mut seen[slot & mask];
        if *held == feature {
            return false;
        }
        if *held == 0 {
            *held = feature;
            return true;
        }
    }
    true
}

/// The feature as the copy for one language sees it.
#[inline]
pub fn for_language(feature: u32, language: u32) -> u32 {
    let mixed = (feature ^ language.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35);
    mixed ^ mixed >> 15
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::token::tokens;

    fn features(raw: &str) -> Features {
        let normalised = Normalised::new(raw);
        let tokens = tokens(&normalised.text);
        Features::of(&normalised, &tokens)
    }

    fn count(features: &Features) -> usize {
        features.chars.len() + features.long.len() + features.words.len() + features.signs.len()
    }

    #[test]
    fn equal_texts_have_equal_features_and_repeats_add_nothing() {
        assert_eq!(features("Great  CAFÉ"), features("great café"));
        let once = features("good");
        let twice = features("good good");
        assert_eq!(once.words, twice.words);
        assert_eq!(once.chars, twice.chars);
    }

    #[test]
    fn a_negated_word_differs_from_the_word() {
        let plain = features("works");
        let negated = features("not works");
        assert!(negated.signs.len() > plain.signs.len() + 1);
    }

    #[test]
    fn the_number_of_features_is_bounded() {
        let long: String = (0..50_000).map(|i| format!("w{i} ")).collect();
        assert!(count(&features(&long)) <= FEATURES_MAX);
        let tags: String = (0..10_000).map(|i| format!("#tag{i}")).collect();
        assert!(count(&features(&tags)) <= FEATURES_MAX);
    }
}
