//! Normalised text → tokens, cut once and read by every head.

use super::normalise::{HANDLE, LINK};
use super::script::{Script, is_emoji, is_mark, is_word};
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
    let mut out: Vec<Token> = Vec::with_capacity(text.len() / 4 + 4);
    let mut chars = text.char_indices().peekable();
    let mut spaced = true;
    let mut last_mark = '\0';
    while let Some((start, c)) = chars.next() {
        if c == ' ' {
            spaced = true;
            continue;
        }
        let mut end = start + c.len_utf8();
        let sort =
            if c == '\n' {
                Sort::Break
            } else if c == '@' && text[start..].starts_with(HANDLE) {
                end = start + HANDLE.len();
                while chars.next_if(|(at, _)| *at < end).is_some() {}
                Sort::Handle
            } else if is_word(c) {
                let mut sort = word_sort(c);
                let mut previous = c;
                while let Some(&(at, next)) = chars.peek() {
                    let goes_on =
                        if is_mark(next) {
                            true
                        } else if is_word(next) {
                            let next_sort = word_sort(next);
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
                            matches!(next, '\'' | '’')
                                && sort == Sort::Word
                                && previous.is_alphabetic()
                                && text[at + next.len_utf8()..].chars().next().is_some_and(
                                    |after| after.is_alphabetic() && word_sort(after) == Sort::Word,
                                )
                        };
                    if !goes_on {
                        break;
                    }
                    previous = next;
                    end = at + next.len_utf8();
                    chars.next();
                }
                if &text[start..end] == LINK {
                    Sort::Link
                } else {
                    sort
                }
            } else if is_emoji(c) {
                Sort::Emoji
            } else {
                // A row of the same mark is one token.
                if last_mark == c
                    && let Some(token) = out.last_mut()
                    && token.sort == Sort::Mark
                    && token.end as usize == start
                {
                    token.end = end as u32;
                    continue;
                }
                last_mark = c;
                Sort::Mark
            };
        out.push(Token {
            sort,
            start: start as u32,
            end: end as u32,
            spaced,
        });
        spaced = sort == Sort::Break;
    }
    out
}

fn word_sort(c: char) -> Sort {
    match Script::of(c) {
        Some(script) if script.is_unspaced() => Sort::Run,
        None if c.is_numeric() => Sort::Number,
        _ => Sort::Word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<(Sort, &str)> {
        tokens(text).iter().map(|t| (t.sort, t.of(text))).collect()
    }

    #[test]
    fn scripts_with_and_without_spaces_part() {
        use Sort::*;
        assert_eq!(
            cut("我买了glowbuds 2代, don't!!\n@user http 🎧"),
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
        assert_eq!(cut("wh1000xm5 30w"), [(Word, "wh1000xm5"), (Word, "30w")]);
        assert_eq!(cut("ดีมากครับ"), [(Run, "ดีมากครับ")]);
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
