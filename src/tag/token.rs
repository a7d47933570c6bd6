//! Normalised text → tokens, cut once and read by every head.

use super::normalise::{HANDLE, LINK};
use super::script::{Facts, is_emoji, is_word};
use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A word of a script with spaces; it may hold digits and inner apostrophes.
    Word,
    /// A run of a script without spaces: several words in a row.
    Run,
    /// Digits only.
    Number,
    /// An emoji.
    Emoji,
    /// One punctuation mark or symbol; a row of equal ones is one token.
    Mark,
    /// A line break.
    Break,
    /// The stand-in for a handle or an address.
    Handle,
    /// The stand-in for a link.
    Link,
}

/// A token of a normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub sort: Sort,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// A space or line break stands before it.
    pub spaced: bool,
}

impl Token {
    /// Its bytes in the normalised text.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Its text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.range()).unwrap_or("")
    }
}

/// Cuts a normalised text into tokens.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::with_capacity(text.len() / 4 + 4);
    cut(text, &mut out);
    out
}

/// Cuts a normalised text into `out`, which is emptied before.
pub fn cut(text: &str, out: &mut Vec<Token>) {
    out.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut spaced = true;
    let mut last_mark = '\0';
    while let Some(&byte) = bytes.get(at) {
        if byte == b' ' {
            spaced = true;
            at += 1;
            continue;
        }
        let start = at;
        let c = if byte.is_ascii() {
            char::from(byte)
        } else {
            text[at..].chars().next().unwrap_or('\0')
        };
        let sort = if c == '\n' {
            at += 1;
            Sort::Break
        } else if c == '@' && text[start..].starts_with(HANDLE) {
            at += HANDLE.len();
            Sort::Handle
        } else if is_word(c) {
            let sort;
            (at, sort) = word(text, start, c);
            if &text[start..at] == LINK {
                Sort::Link
            } else {
                sort
            }
        } else if is_emoji(c) {
            at += c.len_utf8();
            Sort::Emoji
        } else {
            at += c.len_utf8();
            // A row of the same mark is one token.
            if last_mark == c
                && let Some(token) = out.last_mut()
                && token.sort == Sort::Mark
                && token.end as usize == start
            {
                token.end = at as u32;
                continue;
            }
            last_mark = c;
            Sort::Mark
        };
        out.push(Token {
            sort,
            start: start as u32,
            end: at as u32,
            spaced,
        });
        spaced = sort == Sort::Break;
    }
}

/// End and sort of the word, number or run that begins with `first` at `start`.
fn word(text: &str, start: usize, first: char) -> (usize, Sort) {
    let bytes = text.as_bytes();
    let mut sort = word_sort(Facts::of(first));
    let mut previous = first;
    let mut end = start + first.len_utf8();
    while let Some(&byte) = bytes.get(end) {
        if byte.is_ascii_alphanumeric() {
            if sort == Sort::Run {
                break;
            }
            if byte.is_ascii_alphabetic() {
                sort = Sort::Word;
            }
            previous = char::from(byte);
            end += 1;
            continue;
        }
        if byte.is_ascii() && byte != b'\'' {
            break;
        }
        let Some(next) = text[end..].chars().next() else {
            break;
        };
        let facts = Facts::of(next);
        let goes_on = if facts.is_mark() {
            true
        } else if facts.is_word() {
            let next_sort = word_sort(facts);
            match (sort, next_sort) {
                (Sort::Run, Sort::Run) => true,
                (Sort::Run, _) | (_, Sort::Run) => false,
                _ => {
                    if next_sort == Sort::Word {
                        sort = Sort::Word;
                    }
                    true
                }
            }
        } else {
            let inside =
                |after: char| after.is_alphabetic() && word_sort(Facts::of(after)) == Sort::Word;
            matches!(next, '\'' | '’')
                && sort == Sort::Word
                && previous.is_alphabetic()
                && text[end + next.len_utf8()..]
                    .chars()
                    .next()
                    .is_some_and(inside)
        };
        if !goes_on {
            break;
        }
        previous = next;
        end += next.len_utf8();
    }
    (end, sort)
}

fn word_sort(facts: Facts) -> Sort {
    match facts.script() {
        Some(script) if script.is_unspaced() => Sort::Run,
        None if facts.is_numeric() => Sort::Number,
        _ => Sort::Word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> Vec<(Sort, &str)> {
        tokens(text).iter().map(|t| (t.sort, t.of(text))).collect()
    }

    #[test]
    fn scripts_with_and_without_spaces_part() {
        use Sort::*;
        assert_eq!(
            parts("我买了glowbuds 2代, don't!!\n@user http 🎧"),
            [
                (Run, "我买了"),
                (Word, "glowbuds"),
                (Number, "2"),
                (Run, "代"),
                (Mark, ","),
                (Word, "don't"),
                (Mark, "!!"),
                (Break, "\n"),
                (Handle, "@user"),
                (Link, "http"),
                (Emoji, "🎧"),
            ]
        );
        assert_eq!(parts("wh1000xm5 30w"), [(Word, "wh1000xm5"), (Word, "30w")]);
        assert_eq!(parts("ดีมากครับ"), [(Run, "ดีมากครับ")]);
    }

    proptest! {
        #[test]
        fn tokens_are_in_order_and_never_overlap(text in any::<String>()) {
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(token.start >= last && token.end > token.start);
                prop_assert!(text.get(token.range()).is_some());
                last = token.end;
            }
        }
    }
}
