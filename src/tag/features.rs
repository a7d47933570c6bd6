//! Tokens → hashed features, in one pass that every linear head shares.

use super::hash::{combine, fold, hash_text};
use super::normalise::Normalised;
use super::token::{Sort, Token};
use std::sync::LazyLock;

/// Changes whenever a text would yield other features, so that a model made for another
/// version is refused.
pub const FEATURE_VERSION: u32 = 2;

/// Features of one text at most; a longer text is judged by its beginning.
pub const FEATURES_MAX: usize = 6_000;

/// Characters of a word that are read.
const WORD_CHARS_MAX: usize = 40;
/// Bytes of a run that still counts as a word.
const RUN_BYTES_MAX: usize = 24;
/// What stands at the edges of a word.
const EDGE: u64 = 0x20;
/// Thai letters and signs.
const THAI: std::ops::RangeInclusive<u64> = 0xE00..=0xE7F;
/// Korean syllables.
const HANGUL: std::ops::RangeInclusive<u64> = 0xAC00..=0xD7A3;
/// The last one, two or three characters of a row.
const ONE: u64 = 0xffff;
const TWO: u64 = 0xffff_ffff;
const THREE: u64 = 0xffff_ffff_ffff;
/// Places for [`NEGATIONS`], several times their number.
const NEGATION_PLACES: usize = 512;
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

/// Hashed features of a text, in the order of the text; what stands there twice counts twice.
/// The highest bit of each is its sign, lower bits its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// Character n-grams: of 3 and 4 in alphabets, with the edges of a word where there are spaces;
    /// of 1 to 3 in Korean words; of 1 and 2 in Chinese and Japanese.
    pub grams: Vec<u32>,
    /// Whole words.
    pub words: Vec<u32>,
    /// Negated words, emoji, marks and flags.
    pub signs: Vec<u32>,
    /// Words with the word before them, for the heads that ask for them.
    pub pairs: Vec<u32>,
}

impl Features {
    /// Reads the features of a text.
    pub fn of(normalised: &Normalised, tokens: &[Token]) -> Features {
        let mut out = Features::default();
        out.read(normalised, tokens);
        out
    }

    /// Reads the features of another text in the same memory.
    pub fn read(&mut self, normalised: &Normalised, tokens: &[Token]) {
        self.clear();
        let text = normalised.text.as_str();
        let mut previous = 0_u64;
        let mut negated = 0_u32;
        for token in tokens {
            if self.len() >= FEATURES_MAX {
                break;
            }
            let word = token.of(text);
            match token.sort {
                Sort::Word | Sort::Number | Sort::Run => {
                    let spaced = token.sort != Sort::Run;
                    self.grams(word, spaced);
                    let hash = hash_text(b'w', word);
                    if spaced || word.len() <= RUN_BYTES_MAX {
                        self.words.push(fold(hash));
                        self.pairs.push(fold(combine(previous, hash)));
                    }
                    if negated > 0 {
                        negated -= 1;
                        self.signs.push(fold(combine(hash, 0x4e4f)));
                    }
                    previous = hash;
                    if is_negation(hash) {
                        negated = NEGATED_WORDS;
                    }
                }
                Sort::Emoji | Sort::Mark => {
                    let hash = hash_text(b'm', word);
                    self.signs.push(fold(hash));
                    if token.sort == Sort::Emoji {
                        self.signs.push(fold(combine(previous, hash)));
                    } else {
                        negated = 0;
                    }
                }
                Sort::Break => negated = 0,
                Sort::Handle | Sort::Link => {
                    self.signs.push(fold(hash_text(b's', word)));
                    previous = 0;
                }
            }
        }
        self.grams.truncate(FEATURES_MAX);
        if normalised.cased >= 8 && normalised.capitals * 10 >= normalised.cased * 7 {
            self.signs.push(fold(hash_text(b'f', "capitals")));
        }
        if normalised.stretched {
            self.signs.push(fold(hash_text(b'f', "stretched")));
        }
        let length = usize::BITS - normalised.text.len().leading_zeros();
        self.signs.push(fold(combine(0x1e, u64::from(length))));
    }

    /// Features that a word alone would add to a text: used to show what a decision rests on.
    pub fn of_word(word: &str, spaced: bool) -> Features {
        let mut out = Features::default();
        out.grams(word, spaced);
        out.words.push(fold(hash_text(b'w', word)));
        out
    }

    /// How many there are of all kinds.
    pub fn len(&self) -> usize {
        self.grams.len() + self.words.len() + self.signs.len() + self.pairs.len()
    }

    fn clear(&mut self) {
        self.grams.clear();
        self.words.clear();
        self.signs.clear();
        self.pairs.clear();
    }

    /// Character n-grams of a word (with its edges) or of a run (without).
    fn grams(&mut self, word: &str, spaced: bool) {
        let mut chars = word.chars().map(narrow);
        let first = chars.next().unwrap_or(EDGE);
        let mut last = first;
        if spaced {
            last |= EDGE << 16;
            let rest = chars.take(WORD_CHARS_MAX).chain([EDGE]);
            if HANGUL.contains(&first) {
                self.push_few::<3>(last);
                for c in rest {
                    last = last << 16 | c;
                    self.push_few::<3>(last);
                }
            } else {
                self.push_letters(last, 2, rest);
            }
        } else if THAI.contains(&first) {
            self.push_letters(last, 1, chars);
        } else {
            self.push_few::<2>(last);
            for c in chars {
                last = last << 16 | c;
                self.push_few::<2>(last);
            }
        }
    }

    /// The n-grams of 3 and 4 of a row that begins with the `count` characters of `last`, the
    /// latest lowest.
    #[inline]
    fn push_letters(&mut self, mut last: u64, mut count: usize, rest: impl Iterator<Item = u64>) {
        for c in rest {
            last = last << 16 | c;
            count += 1;
            if count >= 3 {
                self.grams.push(fold(last & THREE));
            }
            if count >= 4 {
                self.grams.push(fold(last));
            }
        }
    }

    /// The n-grams of 1 to `MOST` that end a row of characters.
    #[inline]
    fn push_few<const MOST: usize>(&mut self, last: u64) {
        for (fewer, mask) in [(0, ONE), (ONE, TWO), (TWO, THREE)].into_iter().take(MOST) {
            // Not where the row has no more characters, nor for an edge alone.
            if last > fewer && last & mask != EDGE {
                self.grams.push(fold(last & mask));
            }
        }
    }
}

/// A character in 16 bits, which never are 0.
#[inline]
fn narrow(c: char) -> u64 {
    let c = u64::from(c);
    if c > ONE { c >> 5 & ONE | 1 } else { c }
}

/// Whether a word is one of [`NEGATIONS`], by its hash.
pub fn is_negation(hash: u64) -> bool {
    static PLACES: LazyLock<[u64; NEGATION_PLACES]> = LazyLock::new(|| {
        let mut places = [0; NEGATION_PLACES];
        for word in NEGATIONS {
            let hash = hash_text(b'w', word);
            let mut at = hash as usize % NEGATION_PLACES;
            while places[at] != 0 && places[at] != hash {
                at = (at + 1) % NEGATION_PLACES;
            }
            places[at] = hash;
        }
        places
    });
    let mut at = hash as usize % NEGATION_PLACES;
    loop {
        match PLACES[at] {
            0 => return false,
            held if held == hash => return true,
            _ => at = (at + 1) % NEGATION_PLACES,
        }
    }
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

    #[test]
    fn texts_that_look_alike_have_the_same_features() {
        assert_eq!(features("Great  CAFÉ"), features("great café"));
    }

    #[test]
    fn words_have_n_grams_of_their_script() {
        let count = |word: &str, spaced| Features::of_word(word, spaced).grams.len();
        // ` ab`, ` abc`, `abc`, `abc `, `bc `: 3 and 4 of five characters.
        assert_eq!(count("abc", true), 5);
        assert_eq!(count("a", true), 1);
        // `가`, ` 가`, `나`, `가나`, ` 가나`, `나 `, `가나 `.
        assert_eq!(count("가나", true), 7);
        // `买`, `了`, `买了`, `灯`, `了灯`.
        assert_eq!(count("买了灯", false), 5);
        assert_eq!(count("ดีมาก", false), 5);
        assert_eq!(count("", false), 0);
    }

    #[test]
    fn n_grams_rarely_share_a_place() {
        let mut places = std::collections::HashSet::new();
        let letters: Vec<char> = ('a'..='z').chain('а'..='я').collect();
        let mut grams = 0;
        for a in &letters {
            for b in &letters {
                for c in letters.iter().step_by(3) {
                    grams += 1;
                    let row = [*a, *b, *c, *a].map(narrow);
                    places.insert(fold(row.iter().fold(0, |row, c| row << 16 | c)) & 0x7_ffff);
                }
            }
        }
        // 67,280 balls in 524,288 bins fill 63,000 of them when chance throws.
        assert!(
            places.len() > grams * 92 / 100,
            "{} of {grams}",
            places.len()
        );
    }

    #[test]
    fn a_negated_word_differs_from_the_word() {
        let plain = features("works");
        let negated = features("not works");
        assert_eq!(negated.signs.len(), plain.signs.len() + 1);
    }

    #[test]
    fn the_number_of_features_is_bounded() {
        let long: String = (0..50_000).map(|i| format!("w{i} ")).collect();
        assert!(features(&long).len() <= FEATURES_MAX + 200);
        let tags: String = (0..10_000).map(|i| format!("#tag{i}")).collect();
        assert!(features(&tags).len() <= FEATURES_MAX + 200);
    }
}
