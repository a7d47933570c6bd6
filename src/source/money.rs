//! Prices as shops write them → decimal string and ISO 4217 code.

use super::count;
use super::currency::{self, Found};
use super::number::{Digits, plain_decimal, runs};
use crate::record::{Market, Price};
use std::borrow::Cow;
use std::cmp::Reverse;

/// How a source writes its prices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct MoneyRule {
    /// The text counts minor units: 2 means hundredths.
    pub minor: Option<u32>,
    /// The decimal separator, where the source is known to use one.
    pub decimal: Option<char>,
}

/// Words before a number that say that it is what the price is not: the former one, a saving, an
/// amount from which something else is free.
const NOT_NOW: &[&str] = &[
    "was",
    "were",
    "rrp",
    "msrp",
    "list price",
    "instead of",
    "save",
    "you save",
    "orders",
    "over",
    "regular price",
    "old price",
    "statt",
    "uvp",
    "vorher",
    "bisher",
    "sparen sie",
    "au lieu de",
    "prix conseillé",
    "antes",
    "precio anterior",
    "pvpr",
    "de:",
    "invece di",
    "prezzo consigliato",
    "van",
    "cena katalogowa",
    "zamiast",
    "参考価格",
    "定価",
    "通常価格",
    "原价",
    "市场价",
    "原價",
    "定價",
    "정가",
    "старая цена",
];

/// Reads a price. `None` when the text holds no number: nothing is ever made up.
pub(super) fn parse(text: &str, rule: MoneyRule, market: Option<&Market>) -> Option<Price> {
    let text = &close_up(text);
    let found = runs(text);
    if found.is_empty() && is_free(text) {
        return Some(Price {
            amount: "0".to_owned(),
            currency: None,
        });
    }
    let (run, beside) = found
        .iter()
        .filter(|run| !is_share(text, run) && plain_decimal(&run.text, rule.decimal).is_some())
        .map(|run| (run, beside(text, run, market)))
        .max_by_key(|(run, beside)| {
            // How sure it is that a number is the price; of two, the earlier one.
            (beside.is_some(), !is_not_now(text, run), Reverse(run.start))
        })?;
    let code = match beside {
        Some(beside) => beside.code,
        None => currency::within(text, market),
    };
    let run = lower_end(text, &found, run, market);
    let thousandths = code.is_some_and(currency::has_thousandths) && !run.text.contains(',');
    let decimal = rule.decimal.or(thousandths.then_some('.'));
    let mut amount = plain_decimal(&run.text, decimal)?;
    let after = &text[run.end..];
    if let Some(cents) = cents_behind_sign(after, market).filter(|_| !amount.contains('.')) {
        amount = format!("{amount}.{cents}");
    } else if let Some(zeros) = count::zeros_after(after) {
        amount = grow(&amount, zeros);
    }
    if let Some(minor) = rule.minor {
        amount = shift(&amount, minor)?;
    }
    if is_negative(&text[..run.start]) {
        amount.insert(0, '-');
    }
    Some(Price {
        amount,
        currency: code.map(str::to_owned),
    })
}

/// Shops that say that it costs nothing.
fn is_free(text: &str) -> bool {
    let word = text
        .trim_matches(|c: char| !c.is_alphabetic())
        .to_lowercase();
    matches!(
        word.as_str(),
        "free" | "gratis" | "kostenlos" | "gratuit" | "grátis" | "無料" | "免费" | "免費" | "무료"
    )
}

/// Takes out a blank between a decimal separator and two last digits: `118, 99 TL`.
fn close_up(text: &str) -> Cow<'_, str> {
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let is_gap = |at: usize| {
        chars[at].is_whitespace()
            && at >= 2
            && matches!(chars[at - 1], '.' | ',')
            && digit(at - 2)
            && digit(at + 1)
            && digit(at + 2)
            && !chars
                .get(at + 3)
                .is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
    };
    if !(0..chars.len()).any(is_gap) {
        return Cow::Borrowed(text);
    }
    let kept = (0..chars.len()).filter(|at| !is_gap(*at));
    Cow::Owned(kept.map(|at| chars[at]).collect())
}

/// Of a range whose sign stands only behind it (`From 26 to 50 €`), the lower end; else the
/// number itself.
fn lower_end<'r>(
    text: &str,
    found: &'r [Digits],
    run: &'r Digits,
    market: Option<&Market>,
) -> &'r Digits {
    let lower = found
        .iter()
        .take_while(|other| other.end <= run.start)
        .last();
    let Some(lower) = lower.filter(|lower| beside(text, lower, market).is_none()) else {
        return run;
    };
    let value = |run: &Digits| plain_decimal(&run.text, None)?.parse::<f64>().ok();
    let (Some(low), Some(high)) = (value(lower), value(run)) else {
        return run;
    };
    let between = text[lower.end..run.start].trim().to_lowercase();
    let is_range = match between.as_str() {
        "to" | "bis" | "à" | "do" | "до" | "hasta" | "até" => true,
        // A dash may also part a name from its price: `K 15 - 599 €`.
        "-" | "–" | "—" | "~" | "～" | "〜" => low * 10.0 > high,
        _ => false,
    };
    if is_range && low < high { lower } else { run }
}

/// The sign beside a number; of the one before and the one behind it, the one that tells more.
fn beside(text: &str, run: &Digits, market: Option<&Market>) -> Option<Found> {
    let before = before(text, run, market);
    let after = currency::begins(following(text, run), market);
    match (before, after) {
        (Some(found), _) if found.code.is_some() => before,
        (_, Some(found)) if found.code.is_some() => after,
        _ => before.or(after),
    }
}

fn before(text: &str, run: &Digits, market: Option<&Market>) -> Option<Found> {
    let loose = |c: char| c.is_whitespace() || matches!(c, ':' | '-' | '−' | '+' | '.' | '~' | '=');
    let head = text[..run.start].trim_end();
    let found = currency::ends(head, market)
        .or_else(|| currency::ends(head.trim_end_matches(loose), market))?;
    if found.code.is_some() {
        return Some(found);
    }
    // `USD: $45`: the sign is shared, the word before it is not.
    let head = head.trim_end_matches(loose);
    let further = head.get(..head.len() - found.bytes).unwrap_or("");
    currency::ends(further.trim_end_matches(loose), market)
        .filter(|further| further.code.is_some())
        .or(Some(found))
}

/// `20 %`, `-20%`, `20 % off` is a discount, not a price.
fn is_share(text: &str, run: &Digits) -> bool {
    text[run.end..].trim_start().starts_with(['%', '％', '٪'])
}

fn is_not_now(text: &str, run: &Digits) -> bool {
    let head = &text[..run.start];
    let from = head
        .char_indices()
        .rev()
        .nth(24)
        .map_or(0, |(place, _)| place);
    let near = head[from..].to_lowercase();
    // What stands before an earlier number is about that one.
    let near = near
        .rsplit(|c: char| c.is_ascii_digit())
        .next()
        .unwrap_or("");
    let near = near.trim_end_matches(|c: char| !c.is_alphabetic());
    NOT_NOW.iter().any(|word| {
        let word = word.trim_end_matches(':');
        near.strip_suffix(word)
            .is_some_and(|rest| !rest.ends_with(char::is_alphabetic) || !word.is_ascii())
    })
}

/// A dash with a blank behind it parts two things.
fn is_negative(before: &str) -> bool {
    let bare = before.trim_end_matches(['-', '−']);
    bare.len() < before.len() && !bare.ends_with(char::is_alphanumeric)
}

/// French shops set the cents behind the sign: `12€50`, at the end also `12€ 50`.
fn cents_behind_sign<'t>(after: &'t str, market: Option<&Market>) -> Option<&'t str> {
    let sign = after
        .chars()
        .next()
        .filter(|c| !c.is_alphabetic() && !c.is_whitespace())?;
    currency::begins(after, market)?;
    let behind = &after[sign.len_utf8()..];
    let blank = behind.len() - behind.trim_start_matches([' ', '\u{a0}']).len();
    let cents = behind.get(blank..blank + 2)?;
    let rest = &behind[blank + 2..];
    let ends = match blank {
        0 => !rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')),
        _ => rest.is_empty(),
    };
    (ends && cents.bytes().all(|byte| byte.is_ascii_digit())).then_some(cents)
}

/// What follows a number, without the dash that stands for no cents: `19,- €`.
fn following<'t>(text: &'t str, run: &Digits) -> &'t str {
    let after = &text[run.end..];
    let dash = |c: char| matches!(c, '-' | '–' | '—');
    let cut = after.trim_start_matches([',', '.']);
    let rest = if cut.starts_with(dash) {
        cut.trim_start_matches(dash)
    } else {
        after
    };
    let rest = rest.trim_start();
    // `1.2万円`: the currency stands behind the numeral.
    match count::zeros_after(rest) {
        Some(_) if !rest.starts_with(|c: char| c.is_ascii()) => {
            rest.trim_start_matches(count::is_numeral)
        }
        _ => rest,
    }
}

/// Moves the decimal point `zeros` places to the right.
fn grow(amount: &str, zeros: usize) -> String {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = format!("{whole}{part:0<zeros$}");
    let point = whole.len() + zeros;
    let (left, right) = digits.split_at(point);
    let left = match left.trim_start_matches('0') {
        "" => "0",
        left => left,
    };
    if right.is_empty() {
        left.to_owned()
    } else {
        format!("{left}.{right}")
    }
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
            ("US $45.99", "de", "45.99", "USD"),
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
            ("CHF 1'234.50", "ch", "1234.50", "CHF"),
            ("Rp 1.234.567", "id", "1234567", "IDR"),
            ("1,234円(税込)", "jp", "1234", "JPY"),
            ("1 234,56 zł", "pl", "1234.56", "PLN"),
            ("１，９８０円", "jp", "1980", "JPY"),
            ("٢٬٥٠٠ ر.س", "sa", "2500", "SAR"),
            ("kr 1.299,-", "no", "1299", "NOK"),
            ("1.2万円", "", "12000", "JPY"),
            ("₹2.5 lakh", "in", "250000", "INR"),
            ("423.923 KD", "", "423.923", "KWD"),
            ("R8,499", "za", "8499", "ZAR"),
            ("Was $120.00 Now $60.00", "us", "60.00", "USD"),
            ("UVP 69,99 € 49,99 €", "de", "49.99", "EUR"),
            ("参考価格: ¥3,980 ¥2,980", "jp", "2980", "JPY"),
            ("From 26 to 50 €", "", "26", "EUR"),
            ("$19.99 - $34.99", "us", "19.99", "USD"),
            ("K 15 - 599 €", "", "599", "EUR"),
            ("12€50", "fr", "12.50", "EUR"),
            ("118, 99 TL", "", "118.99", "TRY"),
            ("Free", "us", "0", ""),
            ("100 g", "", "100", ""),
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
