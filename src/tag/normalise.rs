//! Raw text → the form that models and matchers read, with the way back to the raw text.
//!
//! NFKC, lower case, @handles and e-mail addresses as `@user`, links as `http`, invisible
//! characters dropped, runs of one letter squeezed to three (never digits: they are prices and
//! model numbers), Arabic without elongation and vowel signs. Emoji stay.

use super::TEXT_CHARS_MAX;
use super::script::is_word;
use std::ops::Range;
use std::sync::LazyLock;
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
    /// The way back to the raw text, in order of place.
    map: Vec<Stretch>,
    /// Bytes of `text` whose raw character is a capital, in order.
    pub capital_places: Vec<u32>,
    /// Upper-case letters of the raw text.
    pub capitals: u32,
    /// Letters of the raw text that have a case.
    pub cased: u32,
    /// Somebody wrote a letter more than three times: `sooooo`.
    pub stretched: bool,
    /// The text was longer than [`TEXT_CHARS_MAX`]; the rest was not read.
    pub cut: bool,
}

/// A stretch of the normalised text with the raw scalar values behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    /// First byte of the normalised text.
    text: u32,
    /// First raw scalar value.
    from: u32,
    /// One past the last raw scalar value; 0 where byte after byte stands for one scalar value
    /// after another.
    to: u32,
}

impl Normalised {
    /// Normalises a text. Time and memory are linear in its first [`TEXT_CHARS_MAX`] characters.
    pub fn new(raw: &str) -> Normalised {
        let mut out = Normalised::default();
        out.read(raw, &mut Vec::new());
        out
    }

    /// Normalises another text in the same memory; `chars` is working space.
    pub fn read(&mut self, raw: &str, chars: &mut Vec<char>) {
        self.text.clear();
        self.map.clear();
        self.capital_places.clear();
        (self.capitals, self.cased) = (0, 0);
        self.stretched = false;
        chars.clear();
        if raw.is_ascii() {
            chars.extend(raw.bytes().take(TEXT_CHARS_MAX).map(char::from));
        } else {
            chars.extend(raw.chars().take(TEXT_CHARS_MAX));
        }
        self.cut = raw.len() > TEXT_CHARS_MAX && raw.chars().nth(TEXT_CHARS_MAX).is_some();
        let mut writer = Writer {
            out: self,
            last: '\n',
            repeats: 0,
            next: u32::MAX,
        };
        let mut at = 0;
        while at < chars.len() {
            at = writer.step(chars, at);
        }
        while self.text.ends_with([' ', '\n']) {
            self.text.pop();
        }
    }

    /// The raw range, in Unicode scalar values, behind a byte range of the normalised text.
    pub fn raw(&self, range: Range<usize>) -> Range<usize> {
        let start = self.behind(range.start).map_or(0, |behind| behind.start);
        let last = range.end.checked_sub(1);
        let end = last.and_then(|last| self.behind(last));
        let end = end.map_or(start, |behind| behind.end);
        start..end.max(start)
    }

    /// The byte range of the normalised text that a raw range, in Unicode scalar values, became;
    /// empty where nothing of it is left.
    pub fn of_raw(&self, raw: &Range<usize>) -> Range<usize> {
        let first = |past: &dyn Fn(Range<usize>) -> bool| {
            let (mut low, mut high) = (0, self.text.len());
            while low < high {
                let middle = low + (high - low) / 2;
                if self.behind(middle).is_some_and(past) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            low
        };
        let start = first(&|behind| behind.end > raw.start);
        let end = first(&|behind| behind.start >= raw.end);
        start..end.max(start)
    }

    /// The raw scalar values behind one byte of the text.
    fn behind(&self, byte: usize) -> Option<Range<usize>> {
        if byte >= self.text.len() {
            return None;
        }
        let after = self
            .map
            .partition_point(|stretch| stretch.text as usize <= byte);
        let stretch = self.map.get(after.checked_sub(1)?)?;
        Some(match stretch.to {
            0 => {
                let from = stretch.from as usize + byte - stretch.text as usize;
                from..from + 1
            }
            to => stretch.from as usize..to as usize,
        })
    }
}

struct Writer<'n> {
    out: &'n mut Normalised,
    last: char,
    repeats: u32,
    /// The raw scalar value that would carry on the last stretch.
    next: u32,
}

impl Writer<'_> {
    /// Writes what starts at `at` and returns where to go on.
    fn step(&mut self, chars: &[char], at: usize) -> usize {
        let c = chars[at];
        if c.is_ascii() {
            let starts_word = at == 0 || !chars[at - 1].is_ascii_alphanumeric();
            if starts_word && c.is_ascii_alphanumeric() {
                let end = plain_end(chars, at);
                // Only these go on inside a link or an address.
                let goes_on = matches!(chars.get(end), Some('.' | '-' | '_' | '+' | '@' | ':'));
                if goes_on && let Some((end, stand_in)) = link_or_address(chars, at) {
                    return self.stand_in(stand_in, chars, at, end);
                }
                // The last letter may carry a mark.
                let end = end - usize::from(chars.get(end).is_some_and(|next| joins(*next)));
                if end > at + 1 {
                    self.word(&chars[at..end], at);
                    return end;
                }
            } else if c == '@'
                && let Some(end) = handle_end(chars, at)
            {
                return self.stand_in(HANDLE, chars, at, end);
            }
            let next_joins = chars.get(at + 1).is_some_and(|next| joins(*next));
            if !next_joins {
                self.out.capitals += u32::from(c.is_ascii_uppercase());
                self.out.cased += u32::from(c.is_ascii_alphabetic());
                match c {
                    ' ' => self.space(' ', c, at, at + 1),
                    '!'..='~' => {
                        self.put(c.to_ascii_lowercase(), c.is_ascii_uppercase(), at, at + 1)
                    }
                    _ => self.push(c, c, at, at + 1),
                }
                return at + 1;
            }
        } else if c == '＠'
            && let Some(end) = handle_end(chars, at)
        {
            return self.stand_in(HANDLE, chars, at, end);
        }
        let mut end = at + 1;
        while end < chars.len() && end - at < CLUSTER_CHARS_MAX && joins(chars[end]) {
            end += 1;
        }
        let kind = kind(c);
        if end == at + 1 && kind & PLAIN != 0 {
            self.out.cased += u32::from(kind & SMALL != 0);
            self.put(c, false, at, end);
            return end;
        }
        let upper = c.is_uppercase();
        self.out.cased += u32::from(upper || c.is_lowercase());
        self.out.capitals += u32::from(upper);
        for composed in chars[at..end].iter().copied().nfkc() {
            if composed == 'İ' {
                // Its own lower case has a stray dot that matches nothing people type.
                self.push('i', c, at, end);
            } else {
                for lower in composed.to_lowercase() {
                    self.push(lower, c, at, end);
                }
            }
        }
        end
    }

    /// Writes the letters and digits of a plain word that starts at `at`.
    fn word(&mut self, chars: &[char], at: usize) {
        for (at, c) in (at..).zip(chars) {
            let lower = c.to_ascii_lowercase();
            let repeated = lower == self.last && !lower.is_ascii_digit();
            if repeated && self.repeats + 1 >= REPEATS_KEPT {
                self.push(lower, *c, at, at + 1);
            } else {
                self.repeats = if repeated { self.repeats + 1 } else { 0 };
                self.last = lower;
                let text = self.out.text.len() as u32;
                if self.next != at as u32 {
                    self.out.map.push(Stretch {
                        text,
                        from: at as u32,
                        to: 0,
                    });
                }
                self.next = at as u32 + 1;
                if c.is_ascii_uppercase() {
                    self.out.capital_places.push(text);
                }
                self.out.text.push(lower);
            }
            self.out.capitals += u32::from(c.is_ascii_uppercase());
            self.out.cased += u32::from(c.is_ascii_alphabetic());
        }
    }

    fn stand_in(&mut self, word: &str, chars: &[char], at: usize, end: usize) -> usize {
        self.repeats = 0;
        self.last = '\0';
        for c in word.chars() {
            self.write(c, chars[at].is_uppercase(), at, end);
        }
        end
    }

    /// Writes one character, made of `raw`: spaces are merged, invisible ones dropped, long runs
    /// squeezed.
    fn push(&mut self, c: char, raw: char, at: usize, end: usize) {
        match c {
            ' ' => self.space(' ', raw, at, end),
            '!'..='~' => self.put(c, raw.is_uppercase(), at, end),
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => self.space('\n', raw, at, end),
            c if is_dropped(c) => {}
            c if c.is_whitespace() || c.is_control() => self.space(' ', raw, at, end),
            'أ' | 'إ' | 'آ' | 'ٱ' => self.put('ا', false, at, end),
            c => self.put(c, raw.is_uppercase(), at, end),
        }
    }

    /// Writes a space or a line break, unless one is there.
    fn space(&mut self, c: char, raw: char, at: usize, end: usize) {
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
                self.write(c, raw.is_uppercase(), at, end);
            }
        }
    }

    /// Writes a visible character, unless it was there too often.
    #[inline]
    fn put(&mut self, c: char, upper: bool, at: usize, end: usize) {
        if c == self.last && !c.is_numeric() {
            self.repeats += 1;
            if self.repeats >= REPEATS_KEPT {
                self.out.stretched |= c.is_alphabetic();
                self.stretch_last(end);
                return;
            }
        } else {
            self.repeats = 0;
        }
        self.last = c;
        self.write(c, upper, at, end);
    }

    /// The last character written stands for all that comes before `end`, too.
    fn stretch_last(&mut self, end: usize) {
        let length = self.out.text.len();
        let Some(behind) = length.checked_sub(1).and_then(|byte| self.out.behind(byte)) else {
            return;
        };
        match self.out.map.last_mut() {
            Some(last) if last.to != 0 => last.to = end as u32,
            // A row of single characters: its last one gets a stretch of its own.
            _ => self.out.map.push(Stretch {
                text: length as u32 - 1,
                from: behind.start as u32,
                to: end as u32,
            }),
        }
        self.next = u32::MAX;
    }

    #[inline]
    fn write(&mut self, c: char, upper: bool, at: usize, end: usize) {
        let text = self.out.text.len() as u32;
        let (from, to) = (at as u32, end as u32);
        let single = c.is_ascii() && to == from + 1;
        if !(single && self.next == from) {
            let to = if single { 0 } else { to };
            self.out.map.push(Stretch { text, from, to });
        }
        self.next = if single { to } else { u32::MAX };
        if upper {
            self.out.capital_places.push(text);
        }
        self.out.text.push(c);
    }
}

/// NFKC and lower-casing leave the character alone, and it is visible, so that it takes a short
/// way.
const PLAIN: u8 = 1;
/// A small letter.
const SMALL: u8 = 2;
/// Composes with the character before it.
const JOINS: u8 = 4;
/// Code points whose kind is kept: all alphabets in use.
const KEPT: usize = 0x3000;

/// What a character is to this pass, as bits.
#[inline]
fn kind(c: char) -> u8 {
    static TABLE: LazyLock<[u8; KEPT]> =
        LazyLock::new(|| std::array::from_fn(|at| char::from_u32(at as u32).map_or(0, look_up)));
    match c as u32 {
        at @ 0..=0x2FFF => TABLE[at as usize],
        0x3001..=0x3002 | 0x3041..=0x3096 | 0x30A1..=0x30FA | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 => {
            PLAIN
        }
        // Emoji, without the tones of skin among them.
        0x1F300..=0x1F3FA | 0x1F400..=0x1F64F | 0x1F680..=0x1F6FF | 0x1F900..=0x1F9FF => PLAIN,
        _ => look_up(c),
    }
}

fn look_up(c: char) -> u8 {
    let joins = matches!(c, '\u{1160}'..='\u{11FF}' | '\u{FF9E}' | '\u{FF9F}')
        || canonical_combining_class(c) != 0;
    let stays = c.nfkc().eq([c]) && c.to_lowercase().eq([c]);
    let seen = !(is_dropped(c) || c.is_whitespace() || c.is_control());
    let written_otherwise = matches!(c, 'أ' | 'إ' | 'آ' | 'ٱ' | '\u{2028}' | '\u{2029}');
    let plain = stays && seen && !joins && !written_otherwise && !c.is_uppercase();
    let flag = |holds: bool, bit: u8| if holds { bit } else { 0 };
    flag(plain, PLAIN) | flag(c.is_lowercase(), SMALL) | flag(joins, JOINS)
}

/// Characters that compose with the one before them.
#[inline]
fn joins(c: char) -> bool {
    kind(c) & JOINS != 0
}

/// Invisible characters, marks that only change the look, and Arabic vowel signs.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}')
}

/// End of the ASCII letters and digits from `at` on.
fn plain_end(chars: &[char], at: usize) -> usize {
    let rest = chars[at..].iter();
    at + rest.take_while(|c| c.is_ascii_alphanumeric()).count()
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
    fn what_is_kept_is_what_is_looked_up() {
        for c in '\0'..=char::MAX {
            assert_eq!(kind(c), look_up(c), "U+{:X}", c as u32);
            let after: String = ['a', c].into_iter().nfkc().collect();
            let parted: String = "a".chars().chain(c.nfkc()).collect();
            assert!(joins(c) || after == parted, "U+{:X}", c as u32);
        }
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
