//! Which writing system a character belongs to, as far as tagging needs to know.

use std::sync::LazyLock;
use unicode_normalization::char::is_combining_mark;

/// A writing system, or a group of them that the tagger treats alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Greek letters.
    Greek,
    /// Arabic letters.
    Arabic,
    /// Hebrew letters.
    Hebrew,
    /// Devanagari letters and signs.
    Devanagari,
    /// Thai letters and signs.
    Thai,
    /// Korean syllables and jamo.
    Hangul,
    /// Japanese hiragana.
    Hiragana,
    /// Japanese katakana.
    Katakana,
    /// Chinese characters.
    Han,
    /// Letters of other scripts.
    Other,
}

/// Number of [`Script`] values.
pub const SCRIPTS: usize = 12;

impl Script {
    /// The scripts in the order of their values.
    const ALL: [Script; SCRIPTS] = [
        Script::Latin,
        Script::Cyrillic,
        Script::Greek,
        Script::Arabic,
        Script::Hebrew,
        Script::Devanagari,
        Script::Thai,
        Script::Hangul,
        Script::Hiragana,
        Script::Katakana,
        Script::Han,
        Script::Other,
    ];

    /// The script of a letter, mark of a letter or Chinese character; `None` for digits,
    /// punctuation, symbols and spaces.
    #[inline]
    pub fn of(c: char) -> Option<Script> {
        Facts::of(c).script()
    }

    fn look_up(c: char) -> Option<Script> {
        if c.is_ascii() {
            return c.is_ascii_alphabetic().then_some(Script::Latin);
        }
        let script = match c as u32 {
            // The large blocks that hold nothing but letters come first.
            0xAC00..=0xD7A3 => return Some(Script::Hangul),
            0x4E00..=0x9FFF => return Some(Script::Han),
            0x3041..=0x3096 => return Some(Script::Hiragana),
            0x30A1..=0x30FA => return Some(Script::Katakana),
            0x410..=0x44F => return Some(Script::Cyrillic),
            0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x24F => return Some(Script::Latin),
            0xAA | 0xBA | 0x250..=0x2AF | 0x1E00..=0x1EFF => Script::Latin,
            0x300..=0x36F => return None,
            0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
            0x400..=0x52F | 0x1C80..=0x1C8F => Script::Cyrillic,
            0x590..=0x5FF => Script::Hebrew,
            0x600..=0x6FF | 0x750..=0x77F | 0x8A0..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => {
                Script::Arabic
            }
            0x900..=0x97F | 0xA8E0..=0xA8FF => Script::Devanagari,
            0xE00..=0xE7F => Script::Thai,
            0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7FF => Script::Hangul,
            0x3097..=0x309F => Script::Hiragana,
            0x30FC..=0x30FF | 0x31F0..=0x31FF => Script::Katakana,
            0x3005..=0x3007 | 0x3400..=0x4DBF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF => Script::Han,
            _ => Script::Other,
        };
        if matches!(script, Script::Han | Script::Thai | Script::Devanagari) {
            // Their vowel signs and tone marks are no letters to Unicode, but belong to words.
            let digit = c.is_numeric() && script != Script::Han;
            return (!digit && !matches!(c, '฿' | '।' | '॥' | '๏' | '๚' | '๛')).then_some(script);
        }
        (c.is_alphabetic() || is_combining_mark(c)).then_some(script)
    }

    /// Written without spaces between words.
    pub fn is_unspaced(self) -> bool {
        matches!(
            self,
            Script::Thai | Script::Hiragana | Script::Katakana | Script::Han
        )
    }
}

/// What cutting a text needs to know of a character, in one byte: the script plus one in the low
/// four bits, and the bits below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts(u8);

const SCRIPT: u8 = 0x0f;
const WORD: u8 = 0x10;
const MARK: u8 = 0x20;
const NUMERIC: u8 = 0x40;
/// Code points whose facts are kept: all alphabets in use.
const KEPT: usize = 0x3000;

impl Facts {
    /// The facts of a character.
    #[inline]
    pub fn of(c: char) -> Facts {
        static TABLE: LazyLock<[Facts; KEPT]> = LazyLock::new(|| {
            std::array::from_fn(|at| match char::from_u32(at as u32) {
                Some(c) => Facts::look_up(c),
                None => Facts(0),
            })
        });
        let letter = |script: Script| Facts(WORD | (script as u8 + 1));
        match c as u32 {
            at @ 0..=0x2FFF => TABLE[at as usize],
            0x3041..=0x3096 => letter(Script::Hiragana),
            0x30A1..=0x30FA => letter(Script::Katakana),
            0x4E00..=0x9FFF => letter(Script::Han),
            0xAC00..=0xD7A3 => letter(Script::Hangul),
            _ => Facts::look_up(c),
        }
    }

    fn look_up(c: char) -> Facts {
        let script = Script::look_up(c);
        let mark = is_combining_mark(c);
        let numeric = c.is_numeric();
        let flag = |holds: bool, bit: u8| if holds { bit } else { 0 };
        Facts(
            script.map_or(0, |script| script as u8 + 1)
                | flag(script.is_some() || mark || numeric, WORD)
                | flag(mark, MARK)
                | flag(numeric, NUMERIC),
        )
    }

    /// The script, as [`Script::of`] gives it.
    #[inline]
    pub fn script(self) -> Option<Script> {
        let at = usize::from(self.0 & SCRIPT);
        at.checked_sub(1).map(|at| Script::ALL[at])
    }

    /// Belongs to words: a letter, a mark on one, or a digit.
    #[inline]
    pub fn is_word(self) -> bool {
        self.0 & WORD != 0
    }

    /// Only modifies the character before it, so that no cut may fall between.
    #[inline]
    pub fn is_mark(self) -> bool {
        self.0 & MARK != 0
    }

    /// A digit or another number.
    #[inline]
    pub fn is_numeric(self) -> bool {
        self.0 & NUMERIC != 0
    }
}

/// Whether a character belongs to words: a letter, a mark on one, or a digit.
#[inline]
pub fn is_word(c: char) -> bool {
    Facts::of(c).is_word()
}

/// Whether a character only modifies the one before it, so that no cut may fall between.
#[inline]
pub fn is_mark(c: char) -> bool {
    Facts::of(c).is_mark()
}

/// Whether a character is an emoji or another pictograph.
pub fn is_emoji(c: char) -> bool {
    matches!(c as u32,
        0x2190..=0x21FF | 0x2300..=0x23FF | 0x2600..=0x27BF | 0x2B00..=0x2BFF
        | 0x1F000..=0x1FAFF)
}

/// How the letters of a text spread over scripts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spread {
    /// Letters by script, in the order of [`Script`].
    pub letters: [u32; SCRIPTS],
    /// All letters.
    pub total: u32,
}

impl Spread {
    /// Counts the letters of a text.
    pub fn of(text: &str) -> Spread {
        let mut spread = Spread::default();
        if text.is_ascii() {
            let letters = text.bytes().filter(u8::is_ascii_alphabetic).count() as u32;
            spread.letters[Script::Latin as usize] = letters;
            spread.total = letters;
            return spread;
        }
        // The first place counts what has no script.
        let mut counts = [0_u32; 16];
        for c in text.chars() {
            counts[usize::from(Facts::of(c).0 & SCRIPT)] += 1;
        }
        spread.letters.copy_from_slice(&counts[1..=SCRIPTS]);
        spread.total = spread.letters.iter().sum();
        spread
    }

    /// Share of the letters that belong to any of `scripts`; 0 for a text without letters.
    pub fn share(&self, scripts: &[Script]) -> f32 {
        let count: u32 = scripts.iter().map(|s| self.letters[*s as usize]).sum();
        if self.total == 0 {
            0.0
        } else {
            count as f32 / self.total as f32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_belong_to_their_letters_and_symbols_to_none() {
        assert_eq!(Script::of('ก'), Some(Script::Thai));
        assert_eq!(Script::of('่'), Some(Script::Thai));
        assert_eq!(Script::of('฿'), None);
        assert_eq!(Script::of('ー'), Some(Script::Katakana));
        assert_eq!(Script::of('5'), None);
        assert_eq!(Script::of('—'), None);
        assert!(is_word('é') && is_word('７') && !is_word('-'));
    }

    #[test]
    fn what_is_kept_is_what_is_looked_up() {
        for c in '\0'..=char::MAX {
            assert_eq!(Facts::of(c), Facts::look_up(c), "U+{:X}", c as u32);
        }
        for (at, script) in Script::ALL.into_iter().enumerate() {
            assert_eq!(script as usize, at);
        }
    }

    #[test]
    fn shares_add_up_over_scripts() {
        let spread = Spread::of("abc дом 12");
        assert_eq!(spread.total, 6);
        assert_eq!(spread.share(&[Script::Latin, Script::Cyrillic]), 1.0);
        assert_eq!(Spread::of("😀 !!").share(&[Script::Latin]), 0.0);
    }
}
