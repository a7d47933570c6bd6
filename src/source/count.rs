//! Counts as sites write them: `12.5k ratings`, `84 sold`, `1000+`, `1.2万`, `5 mil vendidos`.

use super::number::{plain_decimal, runs};

/// Words that multiply the number before them. Longer ones first.
const SCALES: &[(&str, f64)] = &[
    ("thousand", 1e3),
    ("million", 1e6),
    ("billion", 1e9),
    ("тыс", 1e3),
    ("млн", 1e6),
    ("tsd", 1e3),
    ("mio", 1e6),
    ("mln", 1e6),
    ("lakh", 1e5),
    ("crore", 1e7),
    ("ribu", 1e3),
    ("juta", 1e6),
    ("nghìn", 1e3),
    ("triệu", 1e6),
    ("mil", 1e3),
    ("rb", 1e3),
    ("jt", 1e6),
    ("tr", 1e6),
    ("bin", 1e3),
    ("mn", 1e6),
    ("億", 1e8),
    ("亿", 1e8),
    ("萬", 1e4),
    ("万", 1e4),
    ("만", 1e4),
    ("천", 1e3),
    ("千", 1e3),
    ("พัน", 1e3),
    ("หมื่น", 1e4),
    ("แสน", 1e5),
    ("ล้าน", 1e6),
    ("k", 1e3),
    ("m", 1e6),
    ("b", 1e9),
];

/// Reads the first count of a text. `None` when it holds none or it is negative.
pub(super) fn parse(text: &str) -> Option<u64> {
    let first = runs(text).into_iter().next()?;
    let before = text[..first.start].trim_end();
    if before.ends_with(['-', '−']) && before.len() <= '−'.len_utf8() {
        return None;
    }
    let after = text[first.end..]
        .trim_start_matches([' ', '\u{a0}', '\u{202f}'])
        .to_lowercase();
    let scale = SCALES.iter().find(|(word, _)| {
        after.strip_prefix(word).is_some_and(|rest| {
            // `k` in `12 kettles` is no thousand; a CJK numeral needs no border.
            !word.is_ascii() || !rest.starts_with(|c: char| c.is_alphanumeric())
        })
    });
    match scale {
        None => {
            // No count has decimals, so any separator before three digits groups.
            let plain = plain_decimal(&first.text, None)?;
            plain.split('.').next()?.parse().ok()
        }
        Some((_, scale)) => {
            // Before `k`, two or three decimals are decimals: `1.234k`.
            let marks = first.text.matches(['.', ',']).count();
            let plain = match (marks, first.text.find(['.', ','])) {
                (1, Some(place)) => plain_decimal(&first.text, first.text[place..].chars().next())?,
                _ => plain_decimal(&first.text, None)?,
            };
            let value = plain.parse::<f64>().ok()? * scale;
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
