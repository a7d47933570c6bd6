//! Which writing system a character belongs to, as far as tagging needs to know.

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
    /// The script of a letter, mark of a letter or Chinese character; `None` for digits,
    /// punctuation, symbols and spaces.
    pub fn of(c: char) -> Option<Script> {
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
        (c.is_alphabetic() || is_mark(c)).then_some(script)
    }

    /// Written without spaces between words.
    pub fn is_unspaced(self) -> bool {
        matches!(
            self,
            Script::Thai | Script::Hiragana | Script::Katakana | Script::Han
        )
    }
}

/// Whether a character belongs to words: a letter, a mark on one, or a digit.
pub fn is_word(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric()
    } else {
        Script::of(c).is_some() || c.is_numeric() || is_mark(c)
    }
}

/// Whether a character only modifies the one before it, so that no cut may fall between.
pub fn is_mark(c: char) -> bool {
    !matches!(c as u32, 0..0x300 | 0x3041..=0x3096 | 0x30A1..=0x30FA | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3)
        && unicode_normalization::char::is_combining_mark(c)
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
        for script in text.chars().filter_map(Script::of) {
            spread.letters[script as usize] += 1;
            spread.total += 1;
        }
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
    fn shares_add_up_over_scripts() {
        let spread = Spread::of("abc дом 12");
        assert_eq!(spread.total, 6);
        assert_eq!(spread.share(&[Script::Latin, Script::Cyrillic]), 1.0);
        assert_eq!(Spread::of("😀 !!").share(&[Script::Latin]), 0.0);
    }
}
