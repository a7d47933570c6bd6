//! What the words and capitals around an ambiguous name say of it.
//!
//! Weak signals, found without the catalogue: a name is written with a capital, has a number
//! behind it, is bought; a word stands behind `to`, or ends somebody's name.

use super::background::Background;
use super::kin::{self, Kinds};
use super::link::Scene;
use super::matcher::{Candidate, Entry};
use super::renown::Renown;
use super::support::Support;
use super::token::{Sort, Token};

/// Tokens to each side in which a word of trade is near.
const NEAR: usize = 6;
/// Words of three letters that a headline has at least.
const HEADLINE_WORDS: usize = 5;
/// A word this common (Zipf value) begins a sentence more likely than a name.
const COMMON: f32 = 4.8;
/// Digits of a number behind a name at most.
const DIGITS_MAX: usize = 4;

/// Editions of products.
const EDITIONS: [&str; 11] = [
    "pro", "plus", "max", "mini", "ultra", "lite", "air", "se", "gen", "phone", "watch",
];
/// Words that a verb follows.
const BEFORE_VERBS: [&str; 25] = [
    "to", "will", "may", "can", "could", "should", "would", "must", "not", "never", "can't",
    "don't", "won't", "gonna", "wanna", "didn't", "doesn't", "i'll", "just", "who", "they", "we",
    "i", "you", "and",
];
/// Words that a company or a product follows.
const PREPOSITIONS: [&str; 13] = [
    "on", "at", "from", "with", "via", "for", "by", "chez", "avec", "con", "com", "dari", "dengan",
];
/// Words between a word and a number that make no product of them: `target nov 17`.
const NO_MODELS: [&str; 43] = [
    "on",
    "at",
    "in",
    "by",
    "and",
    "or",
    "of",
    "from",
    "to",
    "for",
    "the",
    "nov",
    "november",
    "jan",
    "january",
    "feb",
    "february",
    "mar",
    "march",
    "apr",
    "april",
    "may",
    "june",
    "july",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "oct",
    "october",
    "dec",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "about",
    "over",
    "under",
];
/// Words with a capital that belong to no name.
const NO_NAMES: [&str; 5] = ["i", "my", "the", "new", "a"];

/// How a text is written; the same for all its names.
#[derive(Debug)]
pub struct Manner {
    /// The kinds of product that each token goes with.
    kinds: Vec<Kinds>,
    /// Most of its words have capitals, or all letters are: capitals say nothing.
    capitals_are_usual: bool,
    /// Some word has a capital: names would have one.
    has_capitals: bool,
}

impl Manner {
    /// Reads the manner of a text.
    pub fn of(scene: &Scene<'_>) -> Manner {
        let normalised = scene.normalised;
        let (mut words, mut capitals) = (0, 0);
        for token in scene.tokens {
            if token.sort == Sort::Word && token.range().len() >= 3 {
                words += 1;
                capitals += usize::from(is_capital(scene, token.start));
            }
        }
        let headline = words >= HEADLINE_WORDS && capitals * 5 > words * 3;
        let shouting = normalised.capitals * 2 > normalised.cased;
        Manner {
            kinds: kin::of_tokens(&normalised.text, scene.tokens),
            capitals_are_usual: headline || shouting || scene.nouns_have_capitals,
            has_capitals: capitals > 0,
        }
    }
}

fn is_capital(scene: &Scene<'_>, byte: u32) -> bool {
    let places = &scene.normalised.capital_places;
    places.binary_search(&byte).is_ok()
}

/// The tokens around a name.
struct Place<'p> {
    scene: &'p Scene<'p>,
    /// First token of the name, and the first one after it.
    first: usize,
    after: usize,
}

impl<'p> Place<'p> {
    fn text(&self, token: &Token) -> &'p str {
        token.of(&self.scene.normalised.text)
    }

    fn before(&self, back: usize) -> Option<&'p Token> {
        self.scene.tokens.get(self.first.checked_sub(back)?)
    }

    fn behind(&self, ahead: usize) -> Option<&'p Token> {
        self.scene.tokens.get(self.after + ahead - 1)
    }

    fn is_capital(&self, token: &Token) -> bool {
        token.sort == Sort::Word && is_capital(self.scene, token.start)
    }

    /// A sentence goes on from this token to the next.
    fn goes_on(&self, token: Option<&Token>) -> bool {
        token.is_some_and(|token| match token.sort {
            Sort::Word | Sort::Number | Sort::Run => true,
            Sort::Mark => self.text(token).starts_with([',', '&', '/']),
            _ => false,
        })
    }

    /// A number or an edition stands behind the name: `10`, `s6`, `pro`, `note 7`.
    fn has_model(&self, capital: bool) -> bool {
        let Some(next) = self.behind(1) else {
            return false;
        };
        let text = self.text(next);
        if EDITIONS.contains(&text) || is_model(text) {
            return true;
        }
        let number = |token: &Token| {
            let text = self.text(token);
            text.starts_with(|c: char| c.is_ascii_digit()) && is_model(text)
        };
        next.sort == Sort::Word
            && self.is_capital(next) == capital
            && !NO_MODELS.contains(&text)
            && self.behind(2).is_some_and(number)
    }

    /// The name ends a longer one: `Rita Dove`, `Crows Nest`.
    fn ends_a_name(&self, background: &Background) -> bool {
        let Some(before) = self.before(1).filter(|token| self.is_capital(token)) else {
            return false;
        };
        let word = self.text(before);
        let first = !self.goes_on(self.before(2));
        let common = || {
            let zipf = background.anywhere(word);
            zipf.is_some_and(|zipf| zipf >= COMMON)
        };
        let hashtag = self
            .before(2)
            .is_some_and(|token| self.text(token).ends_with('#'));
        !(NO_NAMES.contains(&word)
            || word.ends_with("'s")
            || word.ends_with("’s")
            || hashtag
            || first && common())
    }

    /// A capital word follows that makes a longer name of it: `Orange Bowl`.
    fn begins_a_name(&self, manner: &Manner, entry: &Entry) -> bool {
        let kinds = manner.kinds.get(self.after).copied().unwrap_or_default();
        self.behind(1).is_some_and(|next| self.is_capital(next))
            && !kinds.meets(Kinds::TRADE)
            && !kinds.meets(entry.kinds)
    }

    /// Another name stands beside it: `Canon, Nike, Procter`.
    fn stands_in_a_row(&self) -> bool {
        let is = |token: Option<&Token>, texts: &[&str]| {
            token.is_some_and(|token| texts.contains(&self.text(token)))
        };
        let capital = |token: Option<&Token>| token.is_some_and(|token| self.is_capital(token));
        is(self.before(1), &[","]) && capital(self.before(2))
            || is(self.behind(1), &[",", "and", "&"]) && capital(self.behind(2))
    }
}

/// `10`, `s6`, `a52s`, `ii`.
fn is_model(text: &str) -> bool {
    if matches!(text, "ii" | "iii" | "iv") {
        return true;
    }
    let letters = text.bytes().take_while(u8::is_ascii_lowercase).count();
    let digits = text.bytes().skip(letters);
    let digits = digits.take_while(u8::is_ascii_digit).count();
    let rest = &text.as_bytes()[letters + digits..];
    letters <= 2
        && (1..=DIGITS_MAX).contains(&digits)
        && (rest.is_empty() || rest.len() == 1 && rest[0].is_ascii_lowercase())
}

/// Adds what stands around an ambiguous name to what speaks for it already.
pub fn around(
    candidate: &Candidate,
    entry: &Entry,
    scene: &Scene<'_>,
    manner: &Manner,
    background: &Background,
    out: &mut Vec<Support>,
) {
    let range = &candidate.range;
    let tokens = scene.tokens;
    let place = Place {
        scene,
        first: tokens.partition_point(|token| token.end as usize <= range.start),
        after: tokens.partition_point(|token| (token.start as usize) < range.end),
    };
    let is_hashtag = out.contains(&Support::Hashtag);
    let start = range.start as u32;
    // A word all in capitals stresses, it does not name.
    let written_large = is_capital(scene, start) && !is_hashtag;
    let capital = written_large && !is_capital(scene, start + 1);
    let name_like = candidate.renown != Renown::Word;
    let has_model = place.has_model(written_large);
    match candidate.renown {
        Renown::Rare => out.push(Support::Rare),
        Renown::Travels => out.push(Support::Travels),
        Renown::Word => {}
    }
    if has_model {
        out.push(match name_like {
            true => Support::NamedNumber,
            false => Support::Number,
        });
    }
    trade_and_kin(candidate, entry, &place, manner, out);
    if manner.capitals_are_usual {
        return;
    }
    let ends_a_name = place.ends_a_name(background);
    if capital {
        let inside = place.goes_on(place.before(1));
        if name_like || inside && !ends_a_name && !place.begins_a_name(manner, entry) {
            out.push(Support::Capital);
        }
    }
    if written_large {
        let text = place.before(1).map(|token| place.text(token));
        if text.is_some_and(|text| PREPOSITIONS.contains(&text)) {
            out.push(Support::Preposition);
        }
        if place.stands_in_a_row() {
            out.push(Support::Row);
        }
        if ends_a_name && !has_model && !out.contains(&Support::Brand) {
            out.push(Support::Tail);
        }
    } else if !is_hashtag && !name_like && !candidate.alias.contains(' ') {
        let before = place.before(1).map(|token| place.text(token));
        if before.is_some_and(|text| BEFORE_VERBS.contains(&text)) {
            out.push(Support::Verb);
        } else if manner.has_capitals && !out.iter().any(|support| support.is_strong()) {
            out.push(Support::Small);
        }
    }
}

/// Words of trade near the name, words of its kind of product anywhere.
fn trade_and_kin(
    candidate: &Candidate,
    entry: &Entry,
    place: &Place<'_>,
    manner: &Manner,
    out: &mut Vec<Support>,
) {
    let tokens = place.scene.tokens;
    let own = |text: &str| {
        text.strip_prefix(candidate.alias.as_str())
            .is_some_and(|rest| matches!(rest, "" | "s"))
    };
    let (mut trade, mut kin): (bool, Option<&str>) = (false, None);
    let mut more = false;
    for (at, kinds) in manner.kinds.iter().enumerate() {
        if *kinds == Kinds::default() || (place.first..place.after).contains(&at) {
            continue;
        }
        let Some(text) = tokens.get(at).map(|token| place.text(token)) else {
            continue;
        };
        let near = at + NEAR >= place.first && at < place.after + NEAR;
        trade |= near && kinds.meets(Kinds::TRADE);
        if kinds.meets(entry.kinds) && !own(text) {
            match kin {
                None => kin = Some(text),
                Some(other) => more |= other != text,
            }
        }
    }
    if trade {
        out.push(Support::Trade);
    }
    if kin.is_some() {
        out.push(match more {
            true => Support::MoreKin,
            false => Support::Kin,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_models_are_short() {
        for text in ["10", "s6", "a52s", "ii", "2024"] {
            assert!(is_model(text), "{text}");
        }
        for text in ["", "x", "20000", "abc1", "5th", "10km", "٣", "é1"] {
            assert!(!is_model(text), "{text}");
        }
    }
}
