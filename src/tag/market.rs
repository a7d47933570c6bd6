//! Which market a text speaks for. What the record states comes first, then its source, then
//! site, stated place, local words, currency, place and language of the text. What stays open goes to its
//! language zone, never to a default country.

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
    ("ms", "my"),
    ("pl", "pl"),
    ("tr", "tr"),
    ("it", "it"),
    ("hi", "in"),
    ("hi-Latn", "in"),
    ("fil", "ph"),
    ("sv", "se"),
    ("nb", "no"),
    ("da", "dk"),
    ("fi", "fi"),
    ("cs", "cz"),
    ("hu", "hu"),
    ("ro", "ro"),
    ("el", "gr"),
    ("he", "il"),
    ("uk", "ua"),
];
/// Sections of sites that speak for a country.
const SECTIONS: &[(&str, &str)] = &[
    ("askuk", "gb"),
    ("casualuk", "gb"),
    ("unitedkingdom", "gb"),
    ("ukpersonalfinance", "gb"),
    ("canada", "ca"),
    ("bapccanada", "ca"),
    ("australia", "au"),
    ("newzealand", "nz"),
    ("ireland", "ie"),
    ("india", "in"),
    ("france", "fr"),
    ("italy", "it"),
    ("spain", "es"),
    ("mexico", "mx"),
    ("brasil", "br"),
    ("argentina", "ar"),
    ("chile", "cl"),
    ("portugal", "pt"),
    ("thenetherlands", "nl"),
    ("singapore", "sg"),
    ("malaysia", "my"),
    ("philippines", "ph"),
    ("indonesia", "id"),
    ("southafrica", "za"),
];
/// Two words of laughter are Hindi to a model of language: less than this tells no country.
const HOME_CONFIDENCE: f32 = 0.75;
/// What stands before a place that a writer calls his own, or where he wants something sent.
const OWN: &[&str] = &[
    "hello from",
    "hi from",
    "greetings from",
    "i'm from",
    "im from",
    "i am from",
    "i live in",
    "living in",
    "based in",
    "here in",
    "ship to",
    "ships to",
    "shipping to",
    "deliver to",
    "delivery to",
    "available in",
    "grüße aus",
    "komme aus",
    "wohne in",
    "lebe in",
    "hier in",
    "versand nach",
    "lieferung nach",
    "saludos desde",
    "saludos de",
    "vivo en",
    "soy de",
    "aquí en",
    "envío a",
    "envíos a",
    "moro em",
    "moro no",
    "aqui em",
    "aqui no",
    "entrega para",
    "j'habite en",
    "j'habite à",
    "ici en",
    "ici à",
    "livraison en",
    "kirim ke",
    "dikirim ke",
];
/// Letters of an Indian script that make a text Indian.
const INDIAN_LETTERS_MIN: usize = 4;
/// Characters of a Chinese text that are looked at to tell how it is written.
const CHINESE_CHARS_MAX: usize = 200;
/// Confidence of each sort of evidence.
const STATED: f32 = 0.98;
const SOURCE: f32 = 0.9;
const SITE: f32 = 0.8;
const WORDS: f32 = 0.75;
const CURRENCY: f32 = 0.75;
const PLACE: f32 = 0.6;
const LANGUAGE: f32 = 0.7;

/// The market of a record, whose normalised text is `text`.
pub fn guess(
    record: &Record,
    hints: &Hints,
    language: &LanguageGuess,
    text: &str,
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
    let code = language.code.as_str();
    let address = record.url.as_deref();
    let site = record
        .lang
        .as_deref()
        .and_then(region)
        .or_else(|| address.and_then(section))
        .or_else(|| address.and_then(country_of_host));
    // A page in another language than its country's speaks for readers elsewhere.
    if let Some(market) = site.and_then(Market::parse).filter(|m| speaks(m, code)) {
        return told(&market, SITE, "site");
    }
    // Who says where he is needs no other evidence.
    if let Some(market) = only(
        marks
            .iter()
            .filter(|mark| is_own_place(text, mark))
            .filter_map(|mark| match mark.sense {
                Sense::Place(code) => Some(code),
                _ => None,
            }),
    )
    .and_then(Market::parse)
    {
        return told(&market, SITE, "stated place");
    }
    let named = |sense: fn(&Sense) -> Option<&'static str>| {
        only(marks.iter().filter_map(|mark| sense(&mark.sense))).and_then(Market::parse)
    };
    if let Some(market) = named(|sense| match sense {
        Sense::Local(code) => Some(*code),
        _ => None,
    }) {
        return told(&market, WORDS, "words");
    }
    if let Some(market) = named(|sense| match sense {
        Sense::Currency(code) if !code.is_empty() => Some(*code),
        _ => None,
    }) {
        return told(&market, CURRENCY, "currency");
    }
    let home = HOME
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, market)| *market)
        .or_else(|| (code == "zh").then(|| chinese_home(text)).flatten())
        .filter(|_| !language.abstain && language.confidence >= HOME_CONFIDENCE)
        .or_else(|| is_of_india(text).then_some("in"));
    // Who writes Thai about Tokyo is a tourist: a place decides only where the language leaves
    // the country open.
    if (home.is_none() || code == "zh")
        && let Some(market) = named(|sense| match sense {
            Sense::Place(code) => Some(*code),
            _ => None,
        })
        && (speaks(&market, code) || language.abstain)
    {
        return told(&market, PLACE, "place");
    }
    if let Some(market) = home.and_then(Market::parse) {
        return told(&market, LANGUAGE * language.confidence, "language");
    }
    let zone = if language.abstain {
        Market::zone_of("und")
    } else {
        Market::zone_of(code)
    };
    told(&zone, language.confidence, "language")
}

/// The region of a stated language: `pt-BR`, `en-GB`. American English says nothing: programs
/// state it unless told otherwise.
fn region(stated: &str) -> Option<&str> {
    let (language, region) = stated.split_once(['-', '_'])?;
    let american = language.eq_ignore_ascii_case("en") && region.eq_ignore_ascii_case("us");
    (region.len() == 2 && !american).then_some(region)
}

/// The country that a section of a site speaks for: `/r/askuk/`, `/en-gb/`.
fn section(address: &str) -> Option<&str> {
    let (_, path) = address.split_once("://")?.1.split_once('/')?;
    let mut parts = path.split(['/', '?', '#']);
    let first = parts.next()?;
    if first == "r" {
        let name = parts.next()?;
        return SECTIONS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, market)| *market);
    }
    (first.len() == 5).then(|| region(first)).flatten()
}

/// The country of a host by its last label, where that label is not sold to all the world.
fn country_of_host(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let (before, last) = host.rsplit_once('.')?;
    match last {
        "uk" => Some("gb"),
        "co" if !before.ends_with(".com") => None,
        _ if last.len() == 2 => Some(last),
        _ => None,
    }
}

/// Whether a mark is a place that the writer calls his own: `hello from Lublin`.
fn is_own_place(text: &str, mark: &Mark) -> bool {
    if !matches!(mark.sense, Sense::Place(_)) {
        return false;
    }
    let before = text.get(..mark.range.start).unwrap_or("").trim_end();
    let before = before.strip_suffix("the").map_or(before, str::trim_end);
    OWN.iter().any(|cue| {
        before
            .strip_suffix(cue)
            .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    })
}

/// Whether a text is written in a script of which nearly all readers live in India: Gurmukhi,
/// Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam.
fn is_of_india(text: &str) -> bool {
    let mut letters = text
        .chars()
        .filter(|c| matches!(u32::from(*c), 0x0a00..=0x0d7f));
    !text.is_ascii() && letters.nth(INDIAN_LETTERS_MIN - 1).is_some()
}

/// Where a Chinese text was written, by its characters: simplified ones in mainland China,
/// traditional ones in Taiwan (Hong Kong has words of its own), both or neither anywhere.
fn chinese_home(text: &str) -> Option<&'static str> {
    let (mut simplified, mut traditional) = (0_usize, 0_usize);
    for c in text.chars().take(CHINESE_CHARS_MAX) {
        simplified += usize::from(is_simplified(c));
        traditional += usize::from(is_traditional(c));
    }
    if simplified > traditional * 4 {
        Some("cn")
    } else if traditional > simplified * 4 {
        Some("tw")
    } else {
        None
    }
}

/// Characters of everyday texts that only simplified Chinese has.
fn is_simplified(c: char) -> bool {
    matches!(
        c,
        '这' | '个'
            | '们'
            | '说'
            | '对'
            | '时'
            | '来'
            | '没'
            | '还'
            | '过'
            | '样'
            | '让'
            | '发'
            | '现'
            | '点'
            | '买'
            | '东'
            | '车'
            | '电'
            | '话'
            | '机'
            | '为'
            | '给'
            | '觉'
            | '经'
            | '开'
            | '长'
            | '门'
            | '问'
            | '间'
            | '见'
            | '会'
            | '国'
            | '学'
            | '种'
    )
}

/// Their counterparts in traditional Chinese.
fn is_traditional(c: char) -> bool {
    matches!(
        c,
        '這' | '個'
            | '們'
            | '說'
            | '對'
            | '時'
            | '來'
            | '沒'
            | '還'
            | '過'
            | '樣'
            | '讓'
            | '發'
            | '現'
            | '點'
            | '買'
            | '東'
            | '車'
            | '電'
            | '話'
            | '機'
            | '為'
            | '給'
            | '覺'
            | '經'
            | '開'
            | '長'
            | '門'
            | '問'
            | '間'
            | '見'
            | '會'
            | '國'
            | '學'
            | '種'
    )
}

/// The value that all agree on, or that the most name when it is more than half.
fn only<'c>(codes: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let mut codes = codes.peekable();
    codes.peek()?;
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
        let guess = guess(&record, hints, &language, &normalised.text, &marks);
        (guess.market.to_string(), guess.evidence)
    }

    fn at(url: &str, lang: Option<&str>, language: &str) -> String {
        let mut record = Record::new(Kind::Post, "1");
        record.url = Some(url.into());
        record.lang = lang.map(str::to_owned);
        let language = LanguageGuess {
            code: language.into(),
            confidence: 0.9,
            abstain: false,
        };
        let guess = guess(&record, &Hints::default(), &language, "", &[]);
        format!("{} {}", guess.market, guess.evidence)
    }

    #[test]
    fn site_section_and_stated_region_tell_a_country_that_speaks_the_language() {
        let cases = [
            ("https://blog.example.co.uk/lamp", None, "en", "gb site"),
            ("https://forum.example.de/1", None, "de", "de site"),
            ("https://forum.example.de/1", None, "ru", "lang:ru language"),
            (
                "https://www.reddit.com/r/AskUK/comments/1",
                None,
                "en",
                "gb site",
            ),
            (
                "https://www.reddit.com/r/lamps/comments/1",
                None,
                "en",
                "lang:en language",
            ),
            ("https://shop.example/en-gb/lamp", None, "en", "gb site"),
            ("https://shop.example/1", Some("pt-BR"), "pt", "br site"),
            (
                "https://shop.example/1",
                Some("en-US"),
                "en",
                "lang:en language",
            ),
            ("https://example.co/1", None, "es", "lang:es language"),
            ("https://example.com.co/1", None, "es", "co site"),
            ("https://example.io/1", None, "en", "lang:en language"),
            ("at://did:plc:x/post/1", None, "en", "lang:en language"),
            ("://", None, "en", "lang:en language"),
        ];
        for (url, lang, language, expected) in cases {
            assert_eq!(at(url, lang, language), expected, "{url}");
        }
    }

    #[test]
    fn characters_words_and_money_tell_apart_who_shares_a_language() {
        let none = Hints::default();
        let cases = [
            ("这个灯真的很好看，买了两个", "zh", "cn", "language"),
            ("這個燈真的很好看，買了兩個", "zh", "tw", "language"),
            ("呢盞燈好靚，我買咗兩個", "zh", "hk", "words"),
            ("很好看", "zh", "lang:zh", "language"),
            ("got it at Tesco for a tenner", "en", "gb", "words"),
            ("vc viu o frete disso?", "pt", "br", "words"),
            ("comprei no telemóvel, portes grátis", "pt", "pt", "words"),
            ("ده حلو اوي", "ar", "eg", "words"),
            ("greetings from Czech Republic", "en", "cz", "stated place"),
            ("do you ship to Brazil?", "en", "br", "stated place"),
            ("the best surf in Brazil", "en", "lang:en", "language"),
            ("తెలుగు వార్తలు live news", "en", "in", "language"),
        ];
        for (text, language, code, evidence) in cases {
            let expected = (code.to_owned(), evidence.to_owned());
            assert_eq!(market(text, language, &none), expected, "{text}");
        }
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
