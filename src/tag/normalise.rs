//! Raw text → the form that models and matchers read, with the way back to the raw text.
//!
//! NFKC, lower case, @handles and e-mail addresses as `@user`, links as `http`, invisible
//! characters dropped, runs of one letter squeezed to three (never digits: they are prices and
//! model numbers), Arabic without elongation and vowel signs. Emoji stay.

use super::TEXT_CHARS_MAX;
use super::script::is_word;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// What stands for a handle or an address.
pub const HANDLE: &str = "@user";
/// What stands for a link.
pub const LINK: &str = "http";
/// A character and the marks on it; longer piles of marks are cut into several.
const CLUSTER_CHARS_MAX: usize = 16;
/// Characters of a handle, an address or the host of a link.
const TOKEN_CHARS_MAX: usize = 253;
/// Repeats of a letter that are kept.
const REPEATS_KEPT: u32 = 3;

/// A normalised text with the map back to the raw one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normalised {
    /// The text; words are separated by one space or one line break.
    pub text: String,
    /// First raw scalar value behind each byte of `text`.
    from: Vec<u32>,
    /// One past the last raw scalar value behind each byte of `text`.
    to: Vec<u32>,
    /// Upper-case letters of the raw text.
    pub capitals: u32,
    /// Letters of the raw text that have a case.
    pub cased: u32,
    /// Somebody wrote a letter more than three times: `sooooo`.
    pub stretched: bool,
    /// The text was longer than [`TEXT_CHARS_MAX`]; the rest was not read.
    pub cut: bool,
}

impl Normalised {
    /// Normalises a text. Time and memory are linear in its first [`TEXT_CHARS_MAX`] characters.
    pub fn new(raw: &str) -> Normalised {
        let mut chars: Vec<char> = Vec::with_capacity(raw.len().min(TEXT_CHARS_MAX));
        chars.extend(raw.chars().take(TEXT_CHARS_MAX));
        let mut writer = Writer::with_capacity(raw.len().min(TEXT_CHARS_MAX * 4) + 8);
        let mut at = 0;
        while at < chars.len() {
            at = writer.step(&chars, at);
        }
        let mut out = writer.out;
        while out.text.ends_with([' ', '\n']) {
            out.text.pop();
        }
        out.from.truncate(out.text.len());
        out.to.truncate(out.text.len());
        out.cut = raw.len() > TEXT_CHARS_MAX && raw.chars().nth(TEXT_CHARS_MAX).is_some();
        out
    }

    /// The raw range, in Unicode scalar values, behind a byte range of the normalised text.
    pub fn raw(&self, range: Range<usize>) -> Range<usize> {
        let start = self.from.get(range.start).copied().unwrap_or(0);
        let end = range
            .end
            .checked_sub(1)
            .and_then(|last| self.to.get(last))
            .copied()
            .unwrap_or(start);
        start as usize..end.max(start) as usize
    }
}

struct Writer {
    out: Normalised,
    last: char,
    repeats: u32,
}

impl Writer {
    fn with_capacity(bytes: usize) -> Writer {
        Writer {
            out: Normalised {
                text: String::with_capacity(bytes),
                from: Vec::with_capacity(bytes),
                to: Vec::with_capacity(bytes),
                ..Normalised::default()
            },
            last: '\n',
            repeats: 0,
        }
    }

    /// Writes what starts at `at` and returns where to go on.
    fn step(&mut self, chars: &[char], at: usize) -> usize {
        let c = chars[at];
        let starts_word = at == 0 || !chars[at - 1].is_ascii_alphanumeric();
        if c.is_ascii() {
            if starts_word && c.is_ascii_alphanumeric() {
                if let Some((end, stand_in)) = link_or_address(chars, at) {
                    return self.stand_in(stand_in, at, end);
                }
            } else if c == '@'
                && let Some(end) = handle_end(chars, at)
            {
                return self.stand_in(HANDLE, at, end);
            }
            let next_joins = chars.get(at + 1).is_some_and(|next| joins(*next));
            if !next_joins {
                self.out.capitals += u32::from(c.is_ascii_uppercase());
                self.out.cased += u32::from(c.is_ascii_alphabetic());
                self.push(c.to_ascii_lowercase(), at, at + 1);
                return at + 1;
            }
        } else if c == '＠'
            && let Some(end) = handle_end(chars, at)
        {
            return self.stand_in(HANDLE, at, end);
        }
        let mut end = at + 1;
        while end < chars.len() && end - at < CLUSTER_CHARS_MAX && joins(chars[end]) {
            end += 1;
        }
        if c.is_lowercase() || c.is_uppercase() {
            self.out.cased += 1;
            self.out.capitals += u32::from(c.is_uppercase());
        }
        if end == at + 1 && is_plain(c) {
            self.push(c, at, end);
        } else {
            for composed in chars[at..end].iter().copied().nfkc() {
                if composed == 'İ' {
                    // Its own lower case has a stray dot that matches nothing people type.
                    self.push('i', at, end);
                } else {
                    for lower in composed.to_lowercase() {
                        self.push(lower, at, end);
                    }
                }
            }
        }
        end
    }

    fn stand_in(&mut self, word: &str, at: usize, end: usize) -> usize {
        self.repeats = 0;
        self.last = '\0';
        for c in word.chars() {
            self.write(c, at, end);
        }
        end
    }

    /// Writes one character: spaces are merged, invisible ones dropped, long runs squeezed.
    fn push(&mut self, c: char, at: usize, end: usize) {
        let c = match c {
            ' '..='~' => c,
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
            c if is_dropped(c) => return,
            c if c.is_whitespace() || c.is_control() => ' ',
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            c => c,
        };
        if c == ' ' || c == '\n' {
            match self.last {
                ' ' if c == '\n' => {
                    self.out.text.pop();
                    self.out.text.push('\n');
                    self.last = '\n';
                }
                ' ' | '\n' => {}
                _ => {
                    self.last = c;
                    self.repeats = 0;
                    self.write(c, at, end);
                }
            }
            return;
        }
        if c == self.last && !c.is_numeric() {
            self.repeats += 1;
            if self.repeats >= REPEATS_KEPT {
                self.out.stretched |= c.is_alphabetic();
                if let Some(to) = self.out.to.last_mut() {
                    *to = end as u32;
                }
                return;
            }
        } else {
            self.repeats = 0;
        }
        self.last = c;
        self.write(c, at, end);
    }

    fn write(&mut self, c: char, at: usize, end: usize) {
        self.out.text.push(c);
        for _ in 0..c.len_utf8() {
            self.out.from.push(at as u32);
            self.out.to.push(end as u32);
        }
    }
}

/// Characters that NFKC and lower-casing leave alone, so that most Asian text takes a short way.
fn is_plain(c: char) -> bool {
    matches!(c as u32,
        0xE01..=0xE32 | 0xE34..=0xEB2 | 0x3041..=0x3096 | 0x30A1..=0x30FA | 0x30FC
        | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0x627..=0x63A | 0x641..=0x64A | 0x430..=0x44F
        | 0x3001..=0x3002)
}

/// Characters that compose with the one before them.
fn joins(c: char) -> bool {
    if (c as u32) < 0x300 {
        return false;
    }
    matches!(c, '\u{1160}'..='\u{11FF}' | '\u{FF9E}' | '\u{FF9F}')
        || canonical_combining_class(c) != 0
}

/// Invisible characters, marks that only change the look, and Arabic vowel signs.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}')
}

/// End of a handle whose at sign stands at `at`.
fn handle_end(chars: &[char], at: usize) -> Option<usize> {
    if at > 0 && chars[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    let first = *chars.get(at + 1)?;
    if !(is_word(first) || first == '_') {
        return None;
    }
    let ascii = first.is_ascii();
    let belongs = |c: char| match ascii {
        true => c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '@'),
        false => is_word(c) || matches!(c, '_' | '-'),
    };
    let limit = if ascii { TOKEN_CHARS_MAX } else { 30 };
    let mut end = at + 1;
    while end < chars.len() && end - at <= limit && belongs(chars[end]) {
        end += 1;
    }
    while end > at + 2 && matches!(chars[end - 1], '.' | '-' | '@') {
        end -= 1;
    }
    Some(end)
}

/// A link or an e-mail address that starts at the word at `at`.
fn link_or_address(chars: &[char], at: usize) -> Option<(usize, &'static str)> {
    let mut end = at;
    let mut dots = 0;
    let mut sign = None;
    while end < chars.len() && end - at < TOKEN_CHARS_MAX {
        match chars[end] {
            c if c.is_ascii_alphanumeric() => {}
            '.' => dots += 1,
            '-' | '_' | '+' => {}
            '@' if sign.is_none() => sign = Some(end),
            _ => break,
        }
        end += 1;
    }
    if let Some(sign) = sign {
        let host = end - sign - 1;
        return (host >= 2).then_some((end, HANDLE));
    }
    let next = |offset: usize| chars.get(end + offset).copied().unwrap_or(' ');
    let scheme = next(0) == ':' && next(1) == '/' && next(2) == '/';
    let starts = |word: &str| {
        word.chars().enumerate().all(|(i, w)| {
            chars
                .get(at + i)
                .is_some_and(|c| c.eq_ignore_ascii_case(&w))
        })
    };
    // `shop.example/x`: a dot with letters after it, then a path. `7.5/10` is a rating.
    let bare = dots > 0
        && next(0) == '/'
        && chars[at..end]
            .rsplit(|c| *c == '.')
            .next()
            .is_some_and(|top| top.len() >= 2 && top.iter().all(char::is_ascii_alphabetic));
    let web = starts("www.") && dots > 1;
    if !(scheme && (starts("http") || starts("ftp")) || bare || web) {
        return None;
    }
    let inside = |c: char| {
        c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '|' | '\\' | '^' | '`' | '{' | '}')
    };
    while end < chars.len() && inside(chars[end]) {
        end += 1;
    }
    while end > at + 1
        && matches!(
            chars[end - 1],
            '.' | ',' | '!' | '?' | ';' | ':' | ')' | '\''
        )
    {
        end -= 1;
    }
    Some((end, LINK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(raw: &str) -> String {
        Normalised::new(raw).text
    }

    #[test]
    fn forms_that_look_alike_become_equal() {
        assert_eq!(text("ＷＨ－１０００ＸＭ５"), "wh-1000xm5");
        assert_eq!(text("Cafe\u{301}  \t ZE\u{200b}RO"), "café zero");
        assert_eq!(text("ｶﾞｼﾞｪｯﾄ"), "ガジェット");
        assert_eq!(text("كِتَابـــ أحمد"), "كتاب احمد");
        assert_eq!(text("İstanbul'da"), "istanbul'da");
        assert_eq!(text("soooooo goooood!!!!!! 10000"), "sooo goood!!! 10000");
    }

    #[test]
    fn handles_links_and_addresses_leave_only_a_stand_in() {
        assert_eq!(text("hey @Jane_D, look"), "hey @user, look");
        assert_eq!(text("＠买家小王 好"), "@user 好");
        assert_eq!(text("see https://a.example/x?y=1."), "see http.");
        assert_eq!(
            text("www.shop.example/x and shop.example/y"),
            "http and http"
        );
        assert_eq!(text("mail joe.b+1@mail.example now"), "mail @user now");
        assert_eq!(text("rated 7.5/10, 4.5/5"), "rated 7.5/10, 4.5/5");
    }

    #[test]
    fn offsets_lead_back_to_the_raw_text() {
        let raw = "@x 👍🏽 Cafe\u{301} ＡＢ";
        let normalised = Normalised::new(raw);
        let start = normalised.text.find("café").unwrap();
        let range = normalised.raw(start..start + "café".len());
        let found: String = raw.chars().skip(range.start).take(range.len()).collect();
        assert_eq!(found, "Cafe\u{301}");
        let start = normalised.text.find("ab").unwrap();
        assert_eq!(normalised.raw(start..start + 2), 12..14);
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let normalised = Normalised::new(&"ab ".repeat(TEXT_CHARS_MAX));
        assert!(normalised.cut && normalised.text.len() <= TEXT_CHARS_MAX);
        assert!(!Normalised::new("short").cut);
        assert_eq!(text(&"a".repeat(1_000_000)), "aaa");
    }

    proptest! {
        #[test]
        fn every_range_of_any_text_lies_inside_it(raw in any::<String>()) {
            let normalised = Normalised::new(&raw);
            let length = raw.chars().count();
            for (start, c) in normalised.text.char_indices() {
                let range = normalised.raw(start..start + c.len_utf8());
                prop_assert!(range.start < range.end && range.end <= length);
            }
        }
    }
}
