//! Prices as shops write them → decimal string and ISO 4217 code.

use super::number::{Digits, plain_decimal, runs};
use crate::record::{Market, Price};

/// How a source writes its prices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct MoneyRule {
    /// The text counts minor units: 2 means hundredths.
    pub minor: Option<u32>,
    /// The decimal separator, where the source is known to use one.
    pub decimal: Option<char>,
}

/// What may stand before or after a number. A symbol that several currencies share has none:
/// the market decides.
const SYMBOLS: &[(&str, Option<&str>)] = &[
    ("US$", Some("USD")),
    ("USD$", Some("USD")),
    ("U$S", Some("USD")),
    ("AU$", Some("AUD")),
    ("A$", Some("AUD")),
    ("CA$", Some("CAD")),
    ("C$", Some("CAD")),
    ("CDN$", Some("CAD")),
    ("HK$", Some("HKD")),
    ("NT$", Some("TWD")),
    ("S$", Some("SGD")),
    ("NZ$", Some("NZD")),
    ("MX$", Some("MXN")),
    ("R$", Some("BRL")),
    ("€", Some("EUR")),
    ("£", Some("GBP")),
    ("￡", Some("GBP")),
    ("₹", Some("INR")),
    ("₩", Some("KRW")),
    ("￦", Some("KRW")),
    ("₱", Some("PHP")),
    ("₫", Some("VND")),
    ("đ", Some("VND")),
    ("฿", Some("THB")),
    ("₽", Some("RUB")),
    ("₺", Some("TRY")),
    ("₴", Some("UAH")),
    ("₪", Some("ILS")),
    ("₦", Some("NGN")),
    ("₸", Some("KZT")),
    ("Rs.", Some("INR")),
    ("Rs", Some("INR")),
    ("Rp", Some("IDR")),
    ("RM", Some("MYR")),
    ("S/.", Some("PEN")),
    ("S/", Some("PEN")),
    ("zł", Some("PLN")),
    ("Kč", Some("CZK")),
    ("Ft", Some("HUF")),
    ("lei", Some("RON")),
    ("лв", Some("BGN")),
    ("руб", Some("RUB")),
    ("грн", Some("UAH")),
    ("TL", Some("TRY")),
    ("円", Some("JPY")),
    ("원", Some("KRW")),
    ("人民币", Some("CNY")),
    ("บาท", Some("THB")),
    ("د.إ", Some("AED")),
    ("ر.س", Some("SAR")),
    ("CHF", Some("CHF")),
    ("Fr.", Some("CHF")),
    ("euros", Some("EUR")),
    ("euro", Some("EUR")),
    ("EUROS", Some("EUR")),
    ("soles", Some("PEN")),
    ("元", None),
    ("圓", None),
    ("圆", None),
    ("¥", None),
    ("￥", None),
    ("$", None),
    ("＄", None),
    ("kr", None),
    ("Kr", None),
    ("dollars", None),
    ("pesos", None),
];

/// ISO 4217 codes that stand beside prices.
const CODES: &[&str] = &[
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "KZT", "MXN", "MYR",
    "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "SAR", "SEK", "SGD",
    "THB", "TRY", "TWD", "UAH", "USD", "UYU", "VND", "ZAR",
];

/// Reads a price. `None` when the text holds no number: nothing is ever made up.
pub(super) fn parse(text: &str, rule: MoneyRule, market: Option<&Market>) -> Option<Price> {
    let found = runs(text);
    let best = found
        .iter()
        .filter(|run| !is_share(text, run) && plain_decimal(&run.text, rule.decimal).is_some())
        .max_by_key(|run| nearness(text, run))?;
    let mut amount = plain_decimal(&best.text, rule.decimal)?;
    if let Some(minor) = rule.minor {
        amount = shift(&amount, minor)?;
    }
    let before = text[..best.start].trim_end();
    if before.ends_with(['-', '−'])
        && !before
            .trim_end_matches(['-', '−'])
            .ends_with(char::is_alphanumeric)
    {
        amount.insert(0, '-');
    }
    Some(Price {
        amount,
        currency: currency_beside(text, best, market),
    })
}

/// The ISO code of a currency word, symbol or code, in a market.
pub(super) fn currency(text: &str, market: Option<&Market>) -> Option<String> {
    let text = text.trim();
    let upper = text.to_uppercase();
    if CODES.contains(&upper.as_str()) {
        return Some(upper);
    }
    let (_, code) = SYMBOLS.iter().find(|(symbol, _)| *symbol == text)?;
    match code {
        Some(code) => Some((*code).to_owned()),
        None => shared(text, market).map(str::to_owned),
    }
}

/// Symbols that several currencies share mean the one of the market, if it is written so there.
fn shared(symbol: &str, market: Option<&Market>) -> Option<&'static str> {
    let home = market?.info()?.currency;
    let writers: &[&str] = match symbol {
        "$" | "＄" | "dollars" => &[
            "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS",
        ],
        "pesos" => &["MXN", "CLP", "COP", "ARS", "PHP"],
        "¥" | "￥" => &["JPY", "CNY"],
        "元" | "圓" | "圆" => &["CNY", "TWD", "HKD"],
        _ => &["SEK", "NOK", "DKK", "ISK"],
    };
    writers.contains(&home).then_some(home)
}

/// `20 %`, `-20%`, `20 % off` is a discount, not a price.
fn is_share(text: &str, run: &Digits) -> bool {
    text[run.end..].trim_start().starts_with(['%', '％'])
}

/// How sure it is that a run is the price: a currency beside it, then the earlier one.
fn nearness(text: &str, run: &Digits) -> (u8, std::cmp::Reverse<usize>) {
    let beside = symbol_before(text, run).is_some() || symbol_after(text, run).is_some();
    (u8::from(beside), std::cmp::Reverse(run.start))
}

/// What follows a number, without the dash that stands for no cents: `19,- €`.
fn following<'t>(text: &'t str, run: &Digits) -> &'t str {
    let after = &text[run.end..];
    let dash = |c: char| matches!(c, '-' | '–' | '—');
    let cut = after.trim_start_matches([',', '.']);
    if cut.starts_with(dash) {
        cut.trim_start_matches(dash).trim_start()
    } else {
        after.trim_start()
    }
}

fn currency_beside(text: &str, run: &Digits, market: Option<&Market>) -> Option<String> {
    symbol_before(text, run)
        .or_else(|| symbol_after(text, run))
        .or_else(|| code_in(text))
        .and_then(|symbol| currency(symbol, market))
}

fn symbol_before(text: &str, run: &Digits) -> Option<&'static str> {
    let before = text[..run.start].trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '-' | '−' | '+' | '.' | '~')
    });
    let dotted = text[..run.start].trim_end();
    longest(|symbol| {
        (before.ends_with(symbol) && at_word_start(before, symbol))
            || (dotted.ends_with(symbol) && at_word_start(dotted, symbol))
    })
}

fn symbol_after(text: &str, run: &Digits) -> Option<&'static str> {
    let after = following(text, run);
    longest(|symbol| {
        after.starts_with(symbol)
            && (!symbol.ends_with(|c: char| c.is_ascii_alphabetic())
                || !after[symbol.len()..].starts_with(|c: char| c.is_alphabetic()))
    })
}

fn at_word_start(text: &str, symbol: &str) -> bool {
    !symbol.starts_with(|c: char| c.is_ascii_alphabetic())
        || !text[..text.len() - symbol.len()].ends_with(|c: char| c.is_alphabetic())
}

fn longest(fits: impl Fn(&str) -> bool) -> Option<&'static str> {
    SYMBOLS
        .iter()
        .map(|(symbol, _)| *symbol)
        .chain(CODES.iter().copied())
        .filter(|symbol| fits(symbol))
        .max_by_key(|symbol| symbol.len())
}

/// A code or symbol that stands elsewhere in the text: `EUR from 12`.
fn code_in(text: &str) -> Option<&'static str> {
    let by_code = CODES.iter().copied().find(|code| {
        text.split(|c: char| !c.is_alphabetic())
            .any(|word| word == *code)
    });
    by_code.or_else(|| {
        SYMBOLS
            .iter()
            .map(|(symbol, _)| *symbol)
            .filter(|symbol| !symbol.starts_with(|c: char| c.is_ascii_alphabetic()))
            .find(|symbol| text.contains(symbol))
    })
}

/// Moves the decimal point `minor` places to the left.
fn shift(amount: &str, minor: u32) -> Option<String> {
    let minor = usize::try_from(minor).ok().filter(|places| *places <= 9)?;
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = format!("{whole:0>width$}{part}", width = minor + 1);
    let point = digits.len() - part.len() - minor;
    let (left, right) = digits.split_at(point);
    let left = match left.trim_start_matches('0') {
        "" => "0",
        left => left,
    };
    let right = right.trim_end_matches('0');
    Some(if right.is_empty() {
        left.to_owned()
    } else {
        format!("{left}.{right}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, market: &str) -> (String, String) {
        let price = parse(text, MoneyRule::default(), Market::parse(market).as_ref());
        price.map_or(("none".into(), String::new()), |price| {
            (price.amount, price.currency.unwrap_or_default())
        })
    }

    #[test]
    fn prices_of_many_countries_are_read() {
        for (text, market, amount, currency) in [
            ("1.234,56 €", "de", "1234.56", "EUR"),
            ("￥1,980", "jp", "1980", "JPY"),
            ("¥1,980", "cn", "1980", "CNY"),
            ("¥1,980", "", "1980", ""),
            ("₹1,23,456", "in", "123456", "INR"),
            ("$45.99", "us", "45.99", "USD"),
            ("$45.99", "mx", "45.99", "MXN"),
            ("$45.99", "", "45.99", ""),
            ("US $45.99", "de", "45.99", ""),
            ("US$45.99", "de", "45.99", "USD"),
            ("AED 1,200.50", "", "1200.50", "AED"),
            ("Rp1.250.000", "id", "1250000", "IDR"),
            ("RM 12.90", "my", "12.90", "MYR"),
            ("S/ 253,14", "", "253.14", "PEN"),
            ("3,980円 (税込)", "", "3980", "JPY"),
            ("1 299,00 kr", "se", "1299.00", "SEK"),
            ("12 990 ₽", "", "12990", "RUB"),
            ("-20% now 15,99 €", "", "15.99", "EUR"),
            ("Pack of 2, £7.49", "", "7.49", "GBP"),
            ("EUR 19,-", "", "19", "EUR"),
        ] {
            assert_eq!(
                read(text, market),
                (amount.into(), currency.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn no_number_is_no_price() {
        for text in ["", "Price on request", "€", "20 %", "sold out"] {
            assert_eq!(parse(text, MoneyRule::default(), None), None, "{text}");
        }
    }

    #[test]
    fn minor_units_move_the_point() {
        let cents = |text, minor| {
            let rule = MoneyRule {
                minor: Some(minor),
                decimal: None,
            };
            parse(text, rule, None).map(|price| price.amount)
        };
        assert_eq!(cents("129900", 2).as_deref(), Some("1299"));
        assert_eq!(cents("129950", 2).as_deref(), Some("1299.5"));
        assert_eq!(cents("5", 2).as_deref(), Some("0.05"));
        assert_eq!(cents("59000000", 5).as_deref(), Some("590"));
    }

    proptest! {
        #[test]
        fn a_written_price_is_read_back(cents in 0_u64..1_000_000_000) {
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            for text in [format!("€{amount}"), format!("{amount} EUR"), format!("now: {amount}€ only")] {
                let price = parse(&text, MoneyRule::default(), None).expect("a price");
                prop_assert_eq!(&price.amount, &amount);
                prop_assert_eq!(price.currency.as_deref(), Some("EUR"));
            }
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}", minor in 0_u32..12) {
            if let Some(price) = parse(&text, MoneyRule { minor: Some(minor), decimal: Some('.') }, None) {
                prop_assert!(price.value().is_some());
            }
        }
    }
}
