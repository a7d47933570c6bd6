//! Counts as sites write them: `12.5k ratings`, `84 sold`, `1000+`, `1.2万`, `5 mil vendidos`.

use super::number::{plain_decimal, runs};

/// Words that multiply the number before them, and by how many zeros.
const SCALES: &[(&str, usize)] = &[
    ("thousand", 3),
    ("million", 6),
    ("millionen", 6),
    ("millones", 6),
    ("milhões", 6),
    ("millions", 6),
    ("billion", 9),
    ("тысяч", 3),
    ("тыс", 3),
    ("млн", 6),
    ("tsd", 3),
    ("tys", 3),
    ("mio", 6),
    ("mln", 6),
    ("lakh", 5),
    ("lakhs", 5),
    ("lac", 5),
    ("crore", 7),
    ("crores", 7),
    ("cr", 7),
    ("ribu", 3),
    ("juta", 6),
    ("nghìn", 3),
    ("ngàn", 3),
    ("triệu", 6),
    ("mil", 3),
    ("mille", 3),
    ("rb", 3),
    ("jt", 6),
    ("tr", 6),
    ("bin", 3),
    ("mn", 6),
    ("億", 8),
    ("亿", 8),
    ("억", 8),
    ("萬", 4),
    ("万", 4),
    ("만", 4),
    ("천", 3),
    ("千", 3),
    ("พัน", 3),
    ("หมื่น", 4),
    ("แสน", 5),
    ("ล้าน", 6),
    ("ألف", 3),
    ("آلاف", 3),
    ("مليون", 6),
    ("हज़ार", 3),
    ("हजार", 3),
    ("लाख", 5),
    ("करोड़", 7),
    ("к", 3),
    ("k", 3),
    ("m", 6),
    ("b", 9),
];

/// Letters that multiply a count but are units beside a price: metres, bytes, credits.
const NOT_OF_MONEY: [&str; 6] = ["m", "b", "tr", "cr", "mn", "к"];

/// The word that multiplies the number it follows: its length in bytes and how many zeros.
fn scale(after: &str) -> Option<(&'static str, usize)> {
    let after = after
        .trim_start_matches([' ', '\u{a0}', '\u{202f}'])
        .to_lowercase();
    let fits = |word: &str| {
        after.strip_prefix(word).is_some_and(|rest| {
            // `k` in `12 kettles` is no thousand; a CJK numeral needs no border.
            let bordered = word.starts_with(|c: char| c < '\u{e00}');
            !bordered || !rest.starts_with(|c: char| c.is_alphanumeric())
        })
    };
    SCALES
        .iter()
        .copied()
        .filter(|(word, _)| fits(word))
        .max_by_key(|(word, _)| word.len())
}

/// By how many zeros what follows an amount of money multiplies it.
pub(super) fn zeros_after(after: &str) -> Option<usize> {
    scale(after)
        .filter(|(word, _)| !NOT_OF_MONEY.contains(word))
        .filter(|(word, _)| *word != "k" || after.starts_with(['k', 'K']))
        .map(|(_, zeros)| zeros)
}

/// Whether a character is an East Asian numeral such as `万`.
pub(super) fn is_numeral(c: char) -> bool {
    matches!(c, '億' | '亿' | '억' | '萬' | '万' | '만' | '천' | '千')
}

/// Reads the first count of a text. `None` when it holds none or it is negative.
pub(super) fn parse(text: &str) -> Option<u64> {
    let first = runs(text).into_iter().next()?;
    let before = text[..first.start].trim_end();
    if before.ends_with(['-', '−']) && before.len() <= '−'.len_utf8() {
        return None;
    }
    match scale(&text[first.end..]) {
        None => {
            // No count has decimals, so any separator before three digits groups.
            let plain = plain_decimal(&first.text, None)?;
            plain.split('.').next()?.parse().ok()
        }
        Some((_, zeros)) => {
            // Before `k`, two or three decimals are decimals: `1.234k`.
            let marks = first.text.matches(['.', ',']).count();
            let plain = match (marks, first.text.find(['.', ','])) {
                (1, Some(place)) => plain_decimal(&first.text, first.text[place..].chars().next())?,
                _ => plain_decimal(&first.text, None)?,
            };
            let value = plain.parse::<f64>().ok()? * 10_f64.powi(i32::try_from(zeros).ok()?);
            (value < 1e15).then(|| value.round() as u64)
        }
    }
}

/// Reads a number such as a rating: `4.6 out of 5 stars`, `4,6`, `5つ星のうち4.4`.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let found = runs(text);
    // Japanese puts the scale first.
    let run = match (text.contains("うち"), found.as_slice()) {
        (true, [_, value, ..]) => value,
        (_, [value, ..]) => value,
        _ => return None,
    };
    let mark = run.text.chars().rev().find(|c| matches!(c, '.' | ','));
    plain_decimal(&run.text, mark)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_of_many_sites_are_read() {
        for (text, count) in [
            ("12.5k ratings", 12_500),
            ("84 sold", 84),
            ("1,234", 1_234),
            ("1.234 Bewertungen", 1_234),
            ("1000+", 1_000),
            ("+500 vendidos", 500),
            ("| +5 mil vendidos", 5_000),
            ("10K+ bought in past month", 10_000),
            ("1.2万", 12_000),
            ("3,4 тыс.", 3_400),
            ("1,2 rb terjual", 1_200),
            ("12 kettles", 12),
            ("3 million", 3_000_000),
            ("2M", 2_000_000),
            ("1.2K", 1_200),
            ("25.7K", 25_700),
            ("₹1,23,456", 123_456),
            ("12,5 mil", 12_500),
            ("1,2万", 12_000),
            ("3.4K", 3_400),
            ("1,1 Tsd.", 1_100),
            ("2 lakh", 200_000),
            ("1.5 crore views", 15_000_000),
            ("1,5 tys. ocen", 1_500),
            ("2,3천", 2_300),
            ("1 thousand", 1_000),
            ("3 mil", 3_000),
            ("5 millones", 5_000_000),
            ("1,2 triệu", 1_200_000),
            ("1,234 K", 1_234),
        ] {
            assert_eq!(parse(text), Some(count), "{text}");
        }
        for text in ["", "none yet", "-3"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn ratings_of_many_countries_are_read() {
        for (text, rating) in [
            ("4.6 out of 5 stars", 4.6),
            ("4,6 von 5 Sternen", 4.6),
            ("5つ星のうち4.4", 4.4),
            ("4.755 ", 4.755),
            ("100.0", 100.0),
        ] {
            assert_eq!(decimal(text), Some(rating), "{text}");
        }
        assert_eq!(decimal("no rating"), None);
    }

    proptest! {
        #[test]
        fn a_plain_count_is_read_back(count in 0_u64..10_u64.pow(14)) {
            prop_assert_eq!(parse(&count.to_string()), Some(count));
            prop_assert_eq!(parse(&format!("{count} sold")), Some(count));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            let _ = (parse(&text), decimal(&text));
        }
    }
}
