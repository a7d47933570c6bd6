//! Finds the phrases of the [`lexicon`](super::lexicon) in a text, all in one scan: wishes,
//! questions, complaints, prize draws, adverts, currencies and places.

use super::lexicon::{Sense, entries};
use super::normalise::Normalised;
use super::phrases::{Atom, Phrases};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Marks of one text at most.
const MARKS_MAX: usize = 400;
/// Bytes on each side of an amount that may hold its currency.
const CURRENCY_REACH: usize = 32;
/// Bytes between an amount and its currency.
const AMOUNT_GAP: usize = 1;

/// A phrase of the lexicon found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it means.
    pub sense: Sense,
    /// Weak phrases count only together.
    pub weak: bool,
    /// The language of the phrase; `*` for all.
    pub language: &'static str,
    /// The phrase, normalised.
    pub phrase: &'static str,
    /// Bytes of the normalised text.
    pub range: Range<usize>,
}

struct Pattern {
    language: &'static str,
    sense: Sense,
    phrase: String,
    weak: bool,
    at_start: bool,
    at_end: bool,
}

struct Lexicon {
    patterns: Vec<Pattern>,
    /// All in ASCII but the currencies.
    plain: Held,
    /// The others, by language: no text needs those of all.
    foreign: BTreeMap<&'static str, Held>,
    /// Currencies stand inside words, too: `50zł`.
    currencies: AhoCorasick,
    currency_patterns: Vec<usize>,
}

/// Phrases and what they stand for.
struct Held {
    phrases: Phrases,
    /// The patterns of each phrase: languages and meanings share some.
    holders: Vec<Vec<usize>>,
}

impl Held {
    fn of(patterns: &[Pattern], places: impl Iterator<Item = usize>) -> Held {
        let mut by_text: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for at in places {
            by_text.entry(&patterns[at].phrase).or_default().push(at);
        }
        Held {
            phrases: Phrases::new(by_text.keys().copied()),
            holders: by_text.into_values().collect(),
        }
    }

    fn find(&self, text: &str, atoms: &[Atom], add: &mut impl FnMut(usize, Range<usize>)) {
        self.phrases
            .find(text, text.as_bytes(), atoms, |phrase, range| {
                for at in self.holders.get(phrase).into_iter().flatten() {
                    add(*at, range.clone());
                }
                true
            });
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut patterns = Vec::new();
    for (language, sense, phrases) in entries() {
        for phrase in phrases.split('|') {
            let weak = phrase.starts_with('~');
            let phrase = phrase.trim_start_matches('~');
            let at_start = phrase.starts_with('^');
            let phrase = phrase.trim_start_matches('^');
            let money = matches!(sense, Sense::Currency(_));
            let at_end = phrase.ends_with('$') && !money;
            let phrase = if at_end {
                phrase.trim_end_matches('$')
            } else {
                phrase
            };
            patterns.push(Pattern {
                language,
                sense: *sense,
                phrase: Normalised::new(phrase).text,
                weak,
                at_start,
                at_end,
            });
        }
    }
    let is_currency = |at: &usize| matches!(patterns[*at].sense, Sense::Currency(_));
    let (currency_patterns, others): (Vec<usize>, Vec<usize>) =
        (0..patterns.len()).partition(is_currency);
    let (plain, others): (Vec<usize>, Vec<usize>) = others
        .into_iter()
        .partition(|at| patterns[*at].phrase.is_ascii());
    let mut foreign: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in others {
        foreign.entry(patterns[at].language).or_default().push(at);
    }
    // Not foreign input: the phrases are part of the program, and every test of this file
    // builds the automaton.
    let currencies = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(currency_patterns.iter().map(|at| &patterns[*at].phrase))
        .unwrap_or_else(|error| panic!("the lexicon inside the program: {error}"));
    Lexicon {
        plain: Held::of(&patterns, plain.into_iter()),
        foreign: foreign
            .into_iter()
            .map(|(language, places)| (language, Held::of(&patterns, places.into_iter())))
            .collect(),
        currencies,
        currency_patterns,
        patterns,
    }
});

/// Every mark of a text that fits its language.
///
/// `language`: its code, `None` when unknown, which lets the phrases of all languages count.
/// `out` is emptied before.
pub fn find(text: &str, atoms: &[Atom], language: Option<&str>, out: &mut Vec<Mark>) {
    let lexicon: &'static Lexicon = &LEXICON;
    out.clear();
    let mut add = |at: usize, range: Range<usize>| {
        let Some(pattern) = lexicon.patterns.get(at) else {
            return;
        };
        let speaks =
            pattern.language == "*" || language.is_none_or(|code| code == pattern.language);
        if speaks && fits(text, pattern, &range) {
            out.push(Mark {
                sense: pattern.sense,
                weak: pattern.weak,
                language: pattern.language,
                phrase: &pattern.phrase,
                range,
            });
        }
    };
    lexicon.plain.find(text, atoms, &mut add);
    if !text.is_ascii() {
        for (own, held) in &lexicon.foreign {
            if *own == "*" || language.is_none_or(|code| code == *own) {
                held.find(text, atoms, &mut add);
            }
        }
    }
    // An amount must touch a currency, so that only what stands around numbers is looked through.
    for window in around_numbers(text) {
        let start = window.start;
        for found in lexicon.currencies.find_overlapping_iter(&text[window]) {
            if let Some(pattern) = lexicon.currency_patterns.get(found.pattern().as_usize()) {
                add(*pattern, start + found.start()..start + found.end());
            }
        }
    }
    // In the order in which a reader is through with them.
    out.sort_by_key(|mark| (mark.range.end, mark.range.start));
    out.truncate(MARKS_MAX);
}

/// The parts of a text that lie around its numbers, none of which touch.
fn around_numbers(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (at, number) in text.char_indices().filter(|(_, c)| c.is_numeric()) {
        let mut start = at.saturating_sub(CURRENCY_REACH);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = (at + number.len_utf8() + CURRENCY_REACH).min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        match out.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => out.push(start..end),
        }
    }
    out
}

fn fits(text: &str, pattern: &Pattern, range: &Range<usize>) -> bool {
    if matches!(pattern.sense, Sense::Currency(_)) {
        // `Rp50`, `50zł`: a currency is no word, but an amount must touch it.
        return amount_near(text, range).is_some() && currency_edges(text, range);
    }
    if !pattern.at_start && !pattern.at_end {
        return true;
    }
    let before = text[..range.start].trim_end_matches([' ', '"', '(', '¿', '¡', '「', '“', '#']);
    let after = text[range.end..].trim_start_matches([' ', '"', ')', '」', '”']);
    let starts = !pattern.at_start || before.chars().next_back().is_none_or(ends_sentence);
    let ends = !pattern.at_end || after.chars().next().is_none_or(ends_sentence);
    starts && ends
}

/// Whether a sentence ends with this character: marks, line breaks and pictographs.
pub fn ends_sentence(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | '。' | '！' | '？' | '؟' | '…' | '\n' | '~' | ':' | '：' | '،' | '@'
    ) || super::script::is_emoji(c)
}

/// The amount that touches a currency, with the currency: `Rp 50.000`, `12,99 €`.
pub fn amount_near(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let is_amount = |c: char| c.is_numeric() || matches!(c, '.' | ',');
    let after = text.get(range.end..)?;
    let skip = after
        .bytes()
        .take(AMOUNT_GAP)
        .take_while(|b| *b == b' ')
        .count();
    let length: usize = after[skip..]
        .chars()
        .take(16)
        .take_while(|c| is_amount(*c))
        .map(char::len_utf8)
        .sum();
    if after[skip..].starts_with(char::is_numeric) {
        return Some(range.start..range.end + skip + length);
    }
    let before = text.get(..range.start)?;
    let trimmed = before.strip_suffix(' ').unwrap_or(before);
    // `50万円`, `3 mil pesos`: one unit character may stand between.
    let trimmed = trimmed
        .strip_suffix(['万', '萬', '만', '千', 'k', 'к'])
        .unwrap_or(trimmed);
    let length: usize = trimmed
        .chars()
        .rev()
        .take(16)
        .take_while(|c| is_amount(*c))
        .map(char::len_utf8)
        .sum();
    trimmed
        .ends_with(char::is_numeric)
        .then(|| trimmed.len() - length..range.end)
}

/// A currency of letters is not the end or beginning of another word: `farm 5` is no ringgit.
fn currency_edges(text: &str, range: &Range<usize>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let inside = &text[range.clone()];
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let unspaced = |c: Option<char>| {
        c.and_then(super::script::Script::of)
            .is_some_and(|script| script.is_unspaced() || script == super::script::Script::Hangul)
    };
    let first = inside.chars().next();
    let last = inside.chars().next_back();
    let free = |side: Option<char>, own: Option<char>| {
        !letter(own) || !letter(side) || unspaced(own) || unspaced(side)
    };
    free(before, first) && free(after, last)
}

/// The marks of a text on its own.
#[cfg(test)]
pub fn found(text: &str, language: Option<&str>) -> Vec<Mark> {
    let (mut atoms, mut out) = (Vec::new(), Vec::new());
    super::phrases::atoms(text, &mut atoms);
    find(text, &atoms, language, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn senses(text: &str, language: &str) -> Vec<Sense> {
        let normalised = Normalised::new(text);
        let mut senses: Vec<Sense> = found(&normalised.text, Some(language))
            .into_iter()
            .map(|mark| mark.sense)
            .collect();
        senses.sort();
        senses.dedup();
        senses
    }

    #[test]
    fn phrases_count_in_their_language_only() {
        assert!(senses("where can i buy it", "en").contains(&Sense::Purchase));
        assert!(!senses("where can i buy it", "de").contains(&Sense::Purchase));
        assert!(senses("wo kann ich das kaufen", "de").contains(&Sense::Purchase));
    }

    #[test]
    fn a_currency_needs_an_amount_beside_it() {
        assert!(senses("cuma Rp 50.000", "id").contains(&Sense::Currency("id")));
        assert!(senses("kupiłem za 50zł", "pl").contains(&Sense::Currency("pl")));
        assert!(senses("3万円でした", "ja").contains(&Sense::Currency("jp")));
        assert_eq!(senses("farm 5 is big", "en"), []);
        assert_eq!(senses("the rp community", "en"), []);
    }

    #[test]
    fn anchors_hold_phrases_to_the_edges_of_sentences() {
        assert!(senses("これは使えますか。", "ja").contains(&Sense::Question));
        assert!(!senses("ますかの話", "ja").contains(&Sense::Question));
    }
}
