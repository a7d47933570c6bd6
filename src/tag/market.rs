//! Which market a text speaks for. What the record states comes first, then its source, then
//! currency, place and language of the text. What stays open goes to its language zone, never to
//! a default country.

use super::Hints;
use super::lexicon::Sense;
use super::marks::Mark;
use crate::record::{LanguageGuess, Market, MarketGuess, Record};
use std::collections::BTreeMap;

/// Languages nearly all of whose writers online live in one country.
const HOME: &[(&str, &str)] = &[
    ("ja", "jp"),
    ("ko", "kr"),
    ("th", "th"),
    ("vi", "vn"),
    ("id", "id"),
    ("pl", "pl"),
    ("tr", "tr"),
    ("it", "it"),
    ("hi", "in"),
    ("hi-Latn", "in"),
    ("fil", "ph"),
    ("sv", "se"),
];
/// Confidence of each sort of evidence.
const STATED: f32 = 0.98;
const SOURCE: f32 = 0.9;
const CURRENCY: f32 = 0.75;
const PLACE: f32 = 0.6;
const LANGUAGE: f32 = 0.7;

/// The market of a record.
pub fn guess(
    record: &Record,
    hints: &Hints,
    language: &LanguageGuess,
    marks: &[Mark],
) -> MarketGuess {
    let told = |market: &Market, confidence, evidence: &str| MarketGuess {
        market: market.clone(),
        confidence,
        evidence: evidence.to_owned(),
    };
    if let Some(market) = &record.market {
        return told(market, STATED, "stated");
    }
    if let Some(market) = &hints.market {
        return told(market, SOURCE, "source");
    }
    let currency = only(marks.iter().filter_map(|mark| match mark.sense {
        Sense::Currency(code) if !code.is_empty() => Some(code),
        _ => None,
    }));
    if let Some(market) = currency.and_then(Market::parse) {
        return told(&market, CURRENCY, "currency");
    }
    let home = HOME
        .iter()
        .find(|(code, _)| *code == language.code && !language.abstain)
        .map(|(_, market)| *market);
    // Who writes Thai about Tokyo is a tourist: a place decides only where the language leaves
    // the country open.
    if home.is_none() {
        let place = only(marks.iter().filter_map(|mark| match mark.sense {
            Sense::Place(code) => Some(code),
            _ => None,
        }));
        if let Some(market) = place.and_then(Market::parse)
            && speaks(&market, &language.code)
        {
            return told(&market, PLACE, "place");
        }
    }
    if let Some(market) = home.and_then(Market::parse) {
        return told(&market, LANGUAGE * language.confidence, "language");
    }
    let zone = if language.abstain {
        Market::zone_of("und")
    } else {
        Market::zone_of(&language.code)
    };
    told(&zone, language.confidence, "language")
}

/// The value that all agree on, or that the most name when it is more than half.
fn only<'c>(codes: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for code in codes {
        *counts.entry(code).or_default() += 1;
    }
    let total: usize = counts.values().sum();
    counts
        .into_iter()
        .find(|(_, count)| *count * 2 > total)
        .map(|(code, _)| code)
}

/// Whether people of a market post in a language.
fn speaks(market: &Market, language: &str) -> bool {
    market
        .info()
        .is_some_and(|info| info.languages.contains(&language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Kind;
    use crate::tag::marks::found;
    use crate::tag::normalise::Normalised;

    fn market(text: &str, language: &str, hints: &Hints) -> (String, String) {
        let language = LanguageGuess {
            code: language.into(),
            confidence: 0.9,
            abstain: false,
        };
        let normalised = Normalised::new(text);
        let marks = found(&normalised.text, Some(&language.code));
        let record = Record::new(Kind::Post, "1");
        let guess = guess(&record, hints, &language, &marks);
        (guess.market.to_string(), guess.evidence)
    }

    #[test]
    fn evidence_is_asked_in_its_order_and_the_rest_goes_to_a_zone() {
        let none = Hints::default();
        let source = Hints {
            market: Market::parse("ca"),
            ..Hints::default()
        };
        let cases = [
            ("any text", "en", &source, "ca", "source"),
            ("cost me £20", "en", &none, "gb", "currency"),
            ("bought it in Toronto", "en", &none, "ca", "place"),
            ("das gibt es in Österreich", "de", &none, "at", "place"),
            ("これは便利です", "ja", &none, "jp", "language"),
            ("รีวิวจาก tokyo", "th", &none, "th", "language"),
            ("me gusta mucho", "es", &none, "lang:es", "language"),
            ("nice lamp for $20", "en", &none, "lang:en", "language"),
            ("from London to Toronto", "en", &none, "lang:en", "language"),
        ];
        for (text, language, hints, code, evidence) in cases {
            let expected = (code.to_owned(), evidence.to_owned());
            assert_eq!(market(text, language, hints), expected, "{text}");
        }
    }
}
