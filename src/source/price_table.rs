//! Prices as real shops wrote them, against what a person read in them. The table is no part of
//! this repository: it is read from `$GROUNDSWELL_SHARED/recordings/price-strings`, a test module
//! in Python whose entries are `Example(hint, text, sign, digits, amount, …)`.

use super::money::{self, MoneyRule};
use super::{currency, number};

/// Entries of the table that must be read rightly, amount and currency.
const GOOD_MIN: usize = 1_166;

/// One literal of Python.
#[derive(Debug, Clone, PartialEq)]
enum Literal {
    None,
    Text(String),
    Number(String),
}

#[derive(Debug)]
struct Entry {
    hint: Option<String>,
    text: Option<String>,
    sign: Option<String>,
    amount: Option<String>,
    decimal: Option<char>,
}

#[test]
fn prices_of_a_thousand_shops_are_read_as_a_person_reads_them() {
    let Some(shared) = std::env::var_os("GROUNDSWELL_SHARED") else {
        eprintln!("skipped: GROUNDSWELL_SHARED is not set");
        return;
    };
    let file = std::path::Path::new(&shared).join("recordings/price-strings/test_price_parsing.py");
    let table = std::fs::read_to_string(&file).expect("the table of price strings");
    let entries = entries(&table);
    assert!(
        entries.len() > 1_100,
        "only {} entries were found",
        entries.len()
    );
    let (mut amounts, mut both) = (0, 0);
    let mut wrong = Vec::new();
    for entry in &entries {
        let read = entry.text.as_deref().and_then(|text| {
            let rule = MoneyRule {
                minor: None,
                decimal: entry.decimal,
            };
            money::parse(text, rule, None)
        });
        let amount = read.as_ref().map(|price| plain(&price.amount));
        let stated = entry
            .hint
            .as_deref()
            .and_then(|hint| currency::code(hint, None));
        let code = read.and_then(|price| price.currency).or(stated);
        let amount_is_right = amount == entry.amount.as_deref().map(plain);
        let code_is_right = match entry.sign.as_deref().map(meaning) {
            Some(Some(wanted)) => code.as_deref() == Some(wanted),
            // A sign that several currencies share, or none: without a market nobody can tell.
            _ => true,
        };
        amounts += usize::from(amount_is_right);
        both += usize::from(amount_is_right && code_is_right);
        if !(amount_is_right && code_is_right) {
            wrong.push(format!("{entry:?}: {amount:?} {code:?}"));
        }
    }
    println!(
        "{both} of {} price strings are read rightly, the amounts of {amounts}\n{}",
        entries.len(),
        wrong.join("\n")
    );
    assert!(
        both >= GOOD_MIN,
        "only {both} of {}:\n{}",
        entries.len(),
        wrong.join("\n")
    );
}

/// The currency a person would name for a sign; written down here apart from the product's own
/// table, for the signs that mean one thing.
fn meaning(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "€" | "EUR" | "euro" => "EUR",
        "£" | "GBP" => "GBP",
        "Kč" => "CZK",
        "руб." | "руб" | "Р" | "р." | "₽" => "RUB",
        "zł" | "Zł" | "zl" | "PLN" | "pln" => "PLN",
        "R$" => "BRL",
        "грн" | "грн." | "₴" | "hrn" => "UAH",
        "DKK" => "DKK",
        "NOK" => "NOK",
        "SGD" => "SGD",
        "Rp" => "IDR",
        "lei" | "Lei" | "LEI" | "RON" => "RON",
        "₫" | "đ" | "VNĐ" => "VND",
        "Ft" | "HUF" => "HUF",
        "TL" | "₺" => "TRY",
        "CHF" | "Fr." | "SFr" | "CHf" => "CHF",
        "₪" | "nis" => "ILS",
        "Rs" | "₹" => "INR",
        "C$" | "CA$" | "CAN$" | "CAD$" => "CAD",
        "A$" | "AU$" | "AUD" | "AU $" => "AUD",
        "US$" | "US $" | "USD" => "USD",
        "NT$" => "TWD",
        "MX$" => "MXN",
        "NZD" => "NZD",
        "RM" => "MYR",
        "AED" | "د.إ" | "درهم" => "AED",
        "KD" | "د.ك" => "KWD",
        "OMR" => "OMR",
        "원" => "KRW",
        "円" | "yen" => "JPY",
        "بาท" | "บาท" | "฿" => "THB",
        "лв" | "лв." => "BGN",
        "₱" => "PHP",
        "₦" => "NGN",
        "S/." | "S/" => "PEN",
        _ => return None,
    })
}

/// Without zeros at the end: `12.50` and `12.5` are one amount.
fn plain(amount: &str) -> String {
    match amount.contains('.') {
        true => amount
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        false => amount.to_owned(),
    }
}

fn entries(table: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = table;
    while let Some(place) = rest.find("Example(") {
        let before = &rest[..place];
        let commented = before
            .rsplit('\n')
            .next()
            .is_some_and(|line| line.contains('#'));
        rest = &rest[place + "Example(".len()..];
        if !commented && let Some((arguments, after)) = arguments(rest) {
            entries.extend(entry(&arguments));
            rest = after;
        }
    }
    entries
}

fn entry(arguments: &[(String, Literal)]) -> Option<Entry> {
    let text = |place: usize| match &arguments.get(place)?.1 {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    };
    let mark = arguments
        .iter()
        .enumerate()
        .find(|(place, (name, _))| name == "decimal_separator" || (name.is_empty() && *place == 5))
        .and_then(|(place, _)| text(place))
        .and_then(|mark| mark.chars().next());
    let amount = match &arguments.get(4)?.1 {
        Literal::Number(digits) => Some(number::plain_decimal(digits, Some('.'))?),
        Literal::None => None,
        Literal::Text(_) => return None,
    };
    Some(Entry {
        hint: text(0),
        text: text(1),
        sign: text(2),
        amount,
        decimal: mark,
    })
}

/// The arguments of a call and what follows its closing bracket.
fn arguments(text: &str) -> Option<(Vec<(String, Literal)>, &str)> {
    let mut found: Vec<(String, Literal)> = Vec::new();
    let mut name = String::new();
    let mut depth = 0;
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        match first {
            ')' if depth == 0 => return Some((found, &rest[1..])),
            ')' => {
                depth -= 1;
                rest = &rest[1..];
            }
            ',' => {
                name.clear();
                rest = &rest[1..];
            }
            '#' => rest = rest.split_once('\n')?.1,
            '"' | '\'' => {
                let (string, after) = string(&rest[1..], first)?;
                rest = after;
                match found.last_mut() {
                    // `Decimal("1.11")`
                    _ if depth > 0 => found.push((name.clone(), Literal::Number(string))),
                    // Two literals beside each other are one.
                    Some((_, Literal::Text(held))) if joined(text, rest, &string, first) => {
                        held.push_str(&string)
                    }
                    _ => found.push((name.clone(), Literal::Text(string))),
                }
            }
            c if c.is_ascii_digit() || c == '.' => {
                let end = rest
                    .find(|c: char| !c.is_ascii_digit() && c != '.')
                    .unwrap_or(rest.len());
                found.push((name.clone(), Literal::Number(rest[..end].to_owned())));
                rest = &rest[end..];
            }
            _ => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
                let word = &rest[..end];
                rest = rest[end..].trim_start();
                if word == "None" {
                    found.push((name.clone(), Literal::None));
                } else if let Some(after) = rest.strip_prefix('=') {
                    name = word.to_owned();
                    rest = after;
                } else {
                    rest = rest.strip_prefix('(')?;
                    depth += 1;
                }
            }
        }
    }
}

/// Whether a string literal that ends before `rest` follows another without a comma.
fn joined(text: &str, rest: &str, string: &str, quote: char) -> bool {
    let end = text.len() - rest.len() - quote.len_utf8();
    let Some(start) = text[..end].rfind(quote).filter(|_| !string.contains(quote)) else {
        return false;
    };
    text[..start].trim_end().ends_with(['"', '\''])
}

/// A string literal behind its opening quote: its value and what follows.
fn string(text: &str, quote: char) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((place, c)) = chars.next() {
        match c {
            '\\' => {
                let (_, escaped) = chars.next()?;
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    _ => 0,
                };
                if digits > 0 {
                    let code: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
                    value.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                } else {
                    value.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        other => other,
                    });
                }
            }
            c if c == quote => return Some((value, &text[place + c.len_utf8()..])),
            c => value.push(c),
        }
    }
    None
}
