//! Numbers as people write them, in every grouping met: `1,234.56`, `1.234,56`, `1 234,56`,
//! `₹1,23,456`, `1'234.50`, full-width digits.

/// A run of digits and separators in a text, folded to ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digits {
    /// Digits and separators; blanks inside are `_`.
    pub text: String,
    /// Where it starts, in bytes of the text.
    pub start: usize,
    /// One past its end.
    pub end: usize,
}

/// Every run of digits in a text, left to right.
pub(super) fn runs(text: &str) -> Vec<Digits> {
    let chars: Vec<(usize, char)> = text.char_indices().map(|(i, c)| (i, fold(c))).collect();
    let digit_at = |at: usize| chars.get(at).is_some_and(|(_, c)| c.is_ascii_digit());
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        // `.75` is a number too.
        let pointed = chars[at].1 == '.' && digit_at(at + 1);
        if !digit_at(at) && !pointed {
            at += 1;
            continue;
        }
        let first = at;
        let mut run = String::new();
        loop {
            match chars.get(at) {
                Some((_, c)) if c.is_ascii_digit() => run.push(*c),
                Some((_, c)) if matches!(c, '.' | ',' | '\'') && digit_at(at + 1) => run.push(*c),
                // A blank groups only when three digits and no fourth follow it.
                Some((_, '_')) if group_follows(&run, at + 1, &digit_at) => run.push('_'),
                _ => break,
            }
            at += 1;
        }
        found.push(Digits {
            text: run,
            start: chars[first].0,
            end: chars.get(at).map_or(text.len(), |(place, _)| *place),
        });
    }
    found
}

fn group_follows(run: &str, at: usize, digit_at: &dyn Fn(usize) -> bool) -> bool {
    let lead = run.rsplit('_').next().unwrap_or("");
    (1..=3).contains(&lead.len())
        && lead.bytes().all(|byte| byte.is_ascii_digit())
        && (0..3).all(|step| digit_at(at + step))
        && !digit_at(at + 3)
}

fn fold(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        '٠'..='٩' => char::from(b'0' + (c as u32 - '٠' as u32) as u8),
        '۰'..='۹' => char::from(b'0' + (c as u32 - '۰' as u32) as u8),
        '．' | '٫' => '.',
        '，' | '٬' => ',',
        '’' | '`' | '´' => '\'',
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => '_',
        c => c,
    }
}

/// A run of digits as a plain decimal: no grouping, at most one point. `decimal` is the decimal
/// separator where it is known; without it, a separator before exactly three last digits groups
/// and any other last separator is the decimal one.
pub(super) fn plain_decimal(run: &str, decimal: Option<char>) -> Option<String> {
    // `.750.30`: a point before the first digit is a slip where another separator follows.
    let run = match run.strip_prefix('.') {
        Some(rest) if decimal != Some('.') && rest.contains(['.', ',']) => rest,
        _ => run,
    };
    let point = match decimal {
        Some(mark) => run.rfind(mark),
        None => decimal_place(run),
    };
    let (whole, part) = match point {
        Some(place) => (&run[..place], &run[place + 1..]),
        None => (run, ""),
    };
    if !is_grouped(whole) {
        return None;
    }
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let whole = digits(whole);
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let part = digits(part);
    if run.is_empty() || (whole.len() + part.len()) > 30 {
        return None;
    }
    Some(if part.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{part}")
    })
}

/// Whether the whole part is grouped as numbers are: by three, or by two before the last three
/// as in India, or by four as in East Asia. `15.08.2017` is no number.
fn is_grouped(whole: &str) -> bool {
    let mut groups = whole.split(['.', ',', '\'', '_']).map(str::len).rev();
    let (Some(last), Some(before)) = (groups.next(), groups.next()) else {
        return true;
    };
    let mut inner: Vec<usize> = std::iter::once(before).chain(groups).collect();
    // The first group may be shorter than the others.
    let first = inner.pop().unwrap_or(0);
    let by = |size: usize| first <= size && inner.iter().all(|group| *group == size);
    match last {
        3 => by(3) || by(2),
        4 => by(4),
        _ => false,
    }
}

fn decimal_place(run: &str) -> Option<usize> {
    let last = run.rfind(['.', ',', '\'', '_'])?;
    let mark = run[last..].chars().next()?;
    if matches!(mark, '_' | '\'') {
        return None;
    }
    let tail = run.len() - last - 1;
    let lead = &run[..last];
    let others = lead.contains(|c| matches!(c, '.' | ',' | '\'' | '_') && c != mark);
    let again = lead.contains(mark);
    let groups = match (others, again) {
        // `1.234.567`; but `1.234.56` ends in cents.
        (_, true) => tail == 3,
        // `1.234,567` is a number with three decimals, `1,234` a thousand and some.
        (true, false) => false,
        // `0.125` cannot be grouped, nor can `1234.567`.
        (false, false) => tail == 3 && !lead.is_empty() && lead.len() <= 3 && lead != "0",
    };
    (!groups).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_grouping_comes_out_the_same() {
        for (written, plain) in [
            ("1,234.56", "1234.56"),
            ("1.234,56", "1234.56"),
            ("1 234,56", "1234.56"),
            ("1\u{a0}234\u{a0}567", "1234567"),
            ("1'234.50", "1234.50"),
            ("1,23,456", "123456"),
            ("1,980", "1980"),
            ("140.000", "140000"),
            ("29.1583", "29.1583"),
            ("0.125", "0.125"),
            (".75", "0.75"),
            ("１,２３４", "1234"),
            ("1.234.567", "1234567"),
            ("1.299.14", "1299.14"),
            ("2,499,99", "2499.99"),
        ] {
            let found = runs(written);
            assert_eq!(found.len(), 1, "{written}");
            assert_eq!(
                plain_decimal(&found[0].text, None).as_deref(),
                Some(plain),
                "{written}"
            );
        }
    }

    #[test]
    fn a_declared_separator_settles_what_nobody_can_tell() {
        assert_eq!(
            plain_decimal("140.000", Some('.')).as_deref(),
            Some("140.000")
        );
        assert_eq!(
            plain_decimal("140.000", Some(',')).as_deref(),
            Some("140000")
        );
    }

    #[test]
    fn two_numbers_beside_each_other_stay_two() {
        let found: Vec<String> = runs("iPhone 15 128 GB, 2 for 30")
            .into_iter()
            .map(|d| d.text)
            .collect();
        assert_eq!(found, ["15_128", "2", "30"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(whole in 1_000_000_u64..10_u64.pow(12), cents in 0_u32..100) {
            let digits = whole.to_string();
            for (group, point) in [(',', '.'), ('.', ','), (' ', ','), ('\'', '.')] {
                let mut written = String::new();
                for (place, digit) in digits.chars().enumerate() {
                    if place > 0 && (digits.len() - place) % 3 == 0 {
                        written.push(group);
                    }
                    written.push(digit);
                }
                written.push(point);
                written.push_str(&format!("{cents:02}"));
                let found = runs(&written);
                prop_assert_eq!(found.len(), 1);
                prop_assert_eq!(plain_decimal(&found[0].text, None), Some(format!("{whole}.{cents:02}")));
            }
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            for run in runs(&text) {
                prop_assert!(text.is_char_boundary(run.start) && text.is_char_boundary(run.end));
                let _ = plain_decimal(&run.text, None);
                let _ = plain_decimal(&run.text, Some(','));
            }
        }
    }
}
