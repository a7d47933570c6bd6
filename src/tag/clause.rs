//! Where the clauses of a text lie, and what stands left and right of a target in its own.

use super::lexicon::contrast::{NOT_IN, TURNS, Turn};
use super::phrases::{Atom, Phrases};
use super::script::is_mark;
use super::token::{Sort, Token};
use std::ops::Range;
use std::sync::LazyLock;

/// Units of a text that are read on each side of a target.
pub const REACH: usize = 80;

/// A word, a character of a script without spaces, an emoji or a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// What it is.
    pub sort: Sort,
    /// First byte of the normalised text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// A space stands before it.
    pub spaced: bool,
    /// What parts it from the unit before.
    pub cut: Cut,
}

impl Unit {
    /// Its text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or("")
    }

    /// Whether it means something by itself.
    pub fn speaks(&self) -> bool {
        matches!(
            self.sort,
            Sort::Word | Sort::Run | Sort::Number | Sort::Emoji
        )
    }
}

/// How deep a cut before a unit is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// None.
    #[default]
    None,
    /// A comma, `and`, another target.
    Phrase,
    /// `but` and the like, a semicolon, a dash, a bracket.
    Clause,
    /// The end of a sentence.
    Sentence,
    /// The end of the text.
    Beyond,
}

struct Lexicon {
    phrases: Phrases,
    turns: Vec<Turn>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut pairs: Vec<(&str, Turn)> = TURNS
        .iter()
        .flat_map(|(turn, phrases)| phrases.split('|').map(|phrase| (phrase, *turn)))
        .collect();
    pairs.sort_by_key(|(phrase, _)| *phrase);
    pairs.dedup_by_key(|(phrase, _)| *phrase);
    Lexicon {
        phrases: Phrases::new(pairs.iter().map(|(phrase, _)| *phrase)),
        turns: pairs.into_iter().map(|(_, turn)| turn).collect(),
    }
});

/// A text cut into units and clauses.
#[derive(Debug, Clone, Default)]
pub struct Clauses {
    /// The units in order.
    pub units: Vec<Unit>,
    /// Comparisons, by their bytes.
    pub turns: Vec<(Range<usize>, Turn)>,
}

impl Clauses {
    /// Cuts another text in the same memory.
    pub fn read(&mut self, text: &str, tokens: &[Token], atoms: &[Atom], language: Option<&str>) {
        self.turns.clear();
        LEXICON
            .phrases
            .find(text, text.as_bytes(), atoms, |phrase, range| {
                let words = LEXICON.phrases.text(phrase);
                let foreign =
                    |(phrase, code): &(&str, &str)| *phrase == words && language == Some(*code);
                if let Some(turn) = LEXICON.turns.get(phrase)
                    && !NOT_IN.iter().any(foreign)
                {
                    self.turns.push((range, *turn));
                }
                true
            });
        // The longer of two that begin together counts.
        self.turns
            .sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
        self.turns.dedup_by_key(|(range, _)| range.start);
        self.units.clear();
        let mut pending = Cut::Sentence;
        let mut dot = false;
        for token in tokens {
            match token.sort {
                Sort::Break => pending = Cut::Sentence,
                Sort::Run => {
                    let mut spaced = token.spaced;
                    for (at, c) in token.of(text).char_indices() {
                        let start = token.start + at as u32;
                        let end = start + c.len_utf8() as u32;
                        if is_mark(c)
                            && let Some(last) = self.units.last_mut()
                            && last.end == start
                        {
                            last.end = end;
                            continue;
                        }
                        self.push(token.sort, start, end, spaced, &mut pending);
                        spaced = false;
                    }
                }
                Sort::Mark => {
                    let cut = cut_of(token.of(text), token.spaced);
                    self.push(
                        token.sort,
                        token.start,
                        token.end,
                        token.spaced,
                        &mut pending,
                    );
                    pending = pending.max(cut);
                    dot = token.of(text) == ".";
                    continue;
                }
                // `3.5` is no end.
                Sort::Number if dot && !token.spaced => {
                    pending = Cut::None;
                    self.push(
                        token.sort,
                        token.start,
                        token.end,
                        token.spaced,
                        &mut pending,
                    );
                }
                // An emoji belongs to what it follows.
                Sort::Emoji => {
                    let held = std::mem::take(&mut pending);
                    self.push(
                        token.sort,
                        token.start,
                        token.end,
                        token.spaced,
                        &mut pending,
                    );
                    pending = held;
                    if self.units.len() == 1 {
                        pending = Cut::None;
                    }
                }
                _ => self.push(
                    token.sort,
                    token.start,
                    token.end,
                    token.spaced,
                    &mut pending,
                ),
            }
            dot = false;
        }
        self.cut_at_turns();
    }

    fn push(&mut self, sort: Sort, start: u32, end: u32, spaced: bool, pending: &mut Cut) {
        self.units.push(Unit {
            sort,
            start,
            end,
            spaced,
            cut: std::mem::take(pending),
        });
    }

    fn cut_at_turns(&mut self) {
        let mut at = 0;
        for (range, turn) in &self.turns {
            let cut = match turn {
                Turn::Contrast => Cut::Clause,
                Turn::And => Cut::Phrase,
                _ => continue,
            };
            while self
                .units
                .get(at)
                .is_some_and(|unit| (unit.start as usize) < range.start)
            {
                at += 1;
            }
            if let Some(unit) = self.units.get_mut(at) {
                unit.cut = unit.cut.max(cut);
            }
        }
        self.turns
            .retain(|(_, turn)| !matches!(turn, Turn::Contrast | Turn::And));
    }

    /// The units that a byte range covers.
    pub fn span(&self, range: &Range<usize>) -> Range<usize> {
        let start = self
            .units
            .partition_point(|unit| unit.end as usize <= range.start);
        let end = self
            .units
            .partition_point(|unit| (unit.start as usize) < range.end);
        start..end.max(start)
    }

    /// The units around a target up to the next cut that is at least this deep.
    pub fn around(&self, span: &Range<usize>, cut: Cut) -> Range<usize> {
        let low = span.start.saturating_sub(REACH);
        let high = (span.end + REACH).min(self.units.len());
        let mut start = span.start;
        while start > low && self.units.get(start).is_none_or(|unit| unit.cut < cut) {
            start -= 1;
        }
        let mut end = span.end;
        while end < high && self.units[end].cut < cut {
            end += 1;
        }
        start..end
    }
}

fn cut_of(mark: &str, spaced: bool) -> Cut {
    match mark.chars().next() {
        Some('.' | '!' | '?' | '。' | '！' | '？' | '؟' | '…' | '।' | '|' | '~') => {
            Cut::Sentence
        }
        Some(';' | '；' | '؛' | '(' | ')' | '（' | '）' | '–' | '—' | ':' | '：') => {
            Cut::Clause
        }
        Some('-') if spaced || mark.len() > 1 => Cut::Clause,
        Some(',' | '，' | '、' | '،' | '/' | '&' | '+') => Cut::Phrase,
        _ => Cut::None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::normalise::Normalised;
    use super::super::{phrases, token};
    use super::*;
    use proptest::prelude::*;

    fn clauses(raw: &str, language: Option<&str>) -> (String, Clauses) {
        let text = Normalised::new(raw).text;
        let mut atoms = Vec::new();
        phrases::atoms(&text, &mut atoms);
        let mut out = Clauses::default();
        out.read(&text, &token::tokens(&text), &atoms, language);
        (text, out)
    }

    /// The text of the clause around a word.
    fn around(raw: &str, word: &str, cut: Cut, language: &str) -> String {
        let (text, clauses) = clauses(raw, Some(language));
        let at = text.find(word).unwrap();
        let units = clauses.around(&clauses.span(&(at..at + word.len())), cut);
        let units = &clauses.units[units];
        let (first, last) = (units.first().unwrap(), units.last().unwrap());
        text[first.start as usize..last.end as usize].to_owned()
    }

    #[test]
    fn a_clause_ends_where_the_sentence_turns() {
        for (language, text, word, clause) in [
            (
                "en",
                "the lid is fine but the cup leaks",
                "cup",
                "but the cup leaks",
            ),
            (
                "de",
                "der Deckel passt aber die Tasse leckt",
                "tasse",
                "aber die tasse leckt",
            ),
            (
                "fr",
                "le couvercle va mais la tasse fuit",
                "couvercle",
                "le couvercle va",
            ),
            (
                "es",
                "la tapa va bien pero la taza gotea",
                "tapa",
                "la tapa va bien",
            ),
            ("zh", "盖子很好但是杯子漏水", "杯子", "但是杯子漏水"),
            ("ja", "蓋はいいけどカップが漏れる", "蓋", "蓋はいい"),
            (
                "ko",
                "뚜껑은 좋아요 하지만 컵이 새요",
                "컵이",
                "하지만 컵이 새요",
            ),
            (
                "ru",
                "крышка хорошая но чашка течёт",
                "крышка",
                "крышка хорошая",
            ),
            (
                "tr",
                "kapak iyi ama bardak sızdırıyor",
                "kapak",
                "kapak iyi",
            ),
            (
                "id",
                "tutupnya bagus tapi gelasnya bocor",
                "tutupnya",
                "tutupnya bagus",
            ),
            ("th", "ฝาดีแต่แก้วรั่ว", "ฝา", "ฝาดี"),
            ("vi", "nắp tốt nhưng cốc bị rò", "nắp", "nắp tốt"),
            ("ar", "الغطاء جيد لكن الكوب يسرب", "الغطاء", "الغطاء جيد"),
        ] {
            assert_eq!(around(text, word, Cut::Clause, language), clause, "{text}");
        }
    }

    #[test]
    fn an_emoji_belongs_to_what_it_follows_and_a_decimal_point_ends_nothing() {
        let text = "The cup is great! 😍 The lid is 3.5 cm too small 😡";
        assert_eq!(
            around(text, "cup", Cut::Sentence, "en"),
            "the cup is great! 😍"
        );
        assert_eq!(
            around(text, "lid", Cut::Sentence, "en"),
            "the lid is 3.5 cm too small 😡"
        );
    }

    #[test]
    fn more_is_no_but_in_portuguese() {
        let text = "o copo mais bonito";
        assert_eq!(
            around(text, "copo", Cut::Clause, "pt"),
            "o copo mais bonito"
        );
    }

    #[test]
    fn a_target_at_the_end_of_a_text_is_beside_all_of_it() {
        let (text, clauses) = clauses("but", None);
        let span = clauses.span(&(text.len()..text.len()));
        let around = clauses.around(&span, Cut::Clause);
        assert!(
            around.start <= span.start && span.end <= around.end,
            "{around:?}"
        );
        assert!(around.end <= clauses.units.len());
    }

    proptest! {
        #[test]
        fn units_are_in_order_and_a_clause_holds_its_target(
            text in "(but|better than|mais|aber|但|比|[a-c]{1,3}| |\\.|,|😀|한|ก){0,60}",
            start in 0..60_usize,
        ) {
            let (text, clauses) = clauses(&text, None);
            let mut end = 0;
            for unit in &clauses.units {
                prop_assert!(unit.start >= end && unit.end > unit.start);
                prop_assert!(text.get(unit.start as usize..unit.end as usize).is_some());
                end = unit.end;
            }
            let start = start.min(text.len());
            let span = clauses.span(&(start..text.len().min(start + 3)));
            for cut in [Cut::Phrase, Cut::Clause, Cut::Sentence, Cut::Beyond] {
                let around = clauses.around(&span, cut);
                prop_assert!(around.start <= span.start && span.end <= around.end);
                prop_assert!(around.end <= clauses.units.len());
            }
        }
    }
}
