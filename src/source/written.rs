//! Dates as people write them in running text, in the languages of the markets: `Reviewed in the
//! United States on January 6, 2026`, `Bewertet am 6. Januar 2026`, `2026年1月6日に日本で`,
//! `6 de enero de 2026`, `22 Nov 2025`.

use super::number::runs;
use jiff::civil::{Date, DateTime};

/// How the names of the months begin. No beginning is shared by two months of any language here;
/// of two that fit, the longer one counts.
const MONTHS: [&str; 12] = [
    "jan ene gen янв sty oca led janv يناير ม.ค มกรา जनवरी ιαν tammi",
    "feb fev fév фев lut şub úno febbr فبراير ก.พ กุมภา फ़रवरी फरवरी φεβ helmi",
    "mar mär mrz мар maa mrt bře مارس มี.ค มีนา मार्च μαρ márc",
    "apr abr avr апр kwi nis dub أبريل เม.ย เมษา अप्रैल απρ huhti ápr",
    "may mai mag май мая maj mei kvě مايو พ.ค พฤษภา मई μαΐ μαι touko máj",
    "jun giu июн cze haz juin čer يونيو มิ.ย มิถุนา जून ιουν kesä jún",
    "jul lug июл lip tem juil čvc červenc يوليو ก.ค กรกฎา जुलाई ιουλ heinä júl",
    "aug ago авг sie ağu aoû agu srp أغسطس ส.ค สิงหา अगस्त αυγ elo",
    "sep set сен wrz eyl zář سبتمبر ก.ย กันยา सितंबर सितम्बर σεπ syys szept",
    "oct okt ott окт paź eki out říj أكتوبر ต.ค ตุลา अक्टूबर अक्तूबर οκτ loka",
    "nov ноя lis kas نوفمبر พ.ย พฤศจิกา नवंबर नवम्बर νοε marras",
    "dec dez dic déc дек gru ara pro des ديسمبر ธ.ค ธันวา दिसंबर दिसम्बर δεκ joulu",
];

/// The last date in a text, with the time of day where one stands behind it. A date of three
/// numbers is taken where its order is certain: the year first, or parted by points with the day
/// first; `01/02/2026` is not.
pub(super) fn parse(text: &str) -> Option<DateTime> {
    let text = text.to_lowercase();
    let found: Vec<(usize, usize, i32)> = runs(&text)
        .into_iter()
        .flat_map(|run| {
            // Digits of other scripts take more bytes than the plain ones they are folded to.
            if run.text.len() != run.end - run.start {
                let whole = run.text.parse().ok();
                return Vec::from_iter(whole.map(|number| (run.start, run.end, number)));
            }
            // `06.01.2026` is one run of digits and points.
            let parts = run.text.split(['.', ',', '\'', '_']);
            let mut at = run.start;
            let parts: Vec<(usize, usize, i32)> = parts
                .filter_map(|part| {
                    let here = (at, at + part.len(), part.parse().ok()?);
                    at += part.len() + 1;
                    Some(here)
                })
                .collect();
            parts
        })
        .collect();
    by_name(&text, &found).or_else(|| by_numbers(&text, &found))
}

fn by_name(text: &str, numbers: &[(usize, usize, i32)]) -> Option<DateTime> {
    let years = numbers
        .iter()
        .enumerate()
        .filter(|(_, (_, _, n))| is_year(*n));
    years.rev().find_map(|(place, (start, end, year))| {
        // The month stands near its year, before it as a rule.
        let from = text[..*start]
            .char_indices()
            .rev()
            .nth(24)
            .map_or(0, |(at, _)| at);
        let to = text[*end..]
            .char_indices()
            .nth(24)
            .map_or(text.len(), |(at, _)| *end + at);
        let (month_at, month) = last_month(&text[from..*start])
            .map(|(at, month)| (from + at, month))
            .or_else(|| last_month(&text[*end..to]).map(|(at, month)| (*end + at, month)))?;
        let day = numbers
            .iter()
            .enumerate()
            .filter(|(other, (at, _, n))| {
                *other != place && (1..=31).contains(n) && *at + 24 > from && *at < to
            })
            .filter(|(_, (at, end, _))| !is_clock(text, *at, *end))
            .min_by_key(|(_, (at, _, _))| at.abs_diff(month_at))
            .map(|(_, (_, _, day))| *day)?;
        date(*year, month, day).map(|date| at_clock(date, &text[*end..]))
    })
}

/// The last word of a text that names a month: where and which.
fn last_month(text: &str) -> Option<(usize, i32)> {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        // Marks above and below letters belong to the word in Thai and Hindi.
        let inside = c.is_alphabetic()
            || (c >= '\u{900}' && !c.is_whitespace())
            || (c == '.' && start.is_some());
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    words.into_iter().rev().find_map(|(at, word)| {
        let best = MONTHS
            .iter()
            .zip(1..)
            .filter_map(|(names, month)| {
                let longest = names
                    .split(' ')
                    .filter(|name| word.starts_with(*name))
                    .map(|name| name.len())
                    .max()?;
                Some((longest, month))
            })
            .max_by_key(|(length, _)| *length)?;
        // `marzo` is a month, `marketplace` is none.
        (word.chars().count() <= 12 && !word.starts_with("mark") && !word.starts_with("prod"))
            .then_some((at, best.1))
    })
}

/// `2026年1月6日`, `2026-01-06`, `2026/1/6`, `2026. 1. 6.`, `06.01.2026`.
fn by_numbers(text: &str, numbers: &[(usize, usize, i32)]) -> Option<DateTime> {
    numbers.windows(3).rev().find_map(|three| {
        let [(_, a_end, a), (b_at, b_end, b), (c_at, c_end, c)] = three else {
            return None;
        };
        let between = [&text[*a_end..*b_at], &text[*b_end..*c_at]].map(str::trim);
        let first = match between {
            ["年", "月"] | ["년", "월"] | ["-", "-"] | ["/", "/"] | [".", "."] => {
                date(*a, *b, *c)
            }
            _ => None,
        };
        let found =
            first.or_else(|| (between == [".", "."]).then(|| date(*c, *b, *a)).flatten())?;
        Some(at_clock(found, &text[*c_end..]))
    })
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    if !is_year(year) {
        return None;
    }
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

fn is_year(number: i32) -> bool {
    (1990..=2100).contains(&number)
}

fn is_clock(text: &str, at: usize, end: usize) -> bool {
    text[end..].starts_with(':') || text[..at].ends_with(':')
}

/// The time of day that stands right behind a date.
fn at_clock(date: Date, after: &str) -> DateTime {
    let near: String = after.chars().take(16).collect();
    let midnight = date.at(0, 0, 0, 0);
    let Some(colon) = near.find(':') else {
        return midnight;
    };
    let hour: String = near[..colon]
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .collect();
    let hour: String = hour.chars().rev().collect();
    let mut rest = near[colon + 1..].split(|c: char| !c.is_ascii_digit());
    let mut next = || rest.next().and_then(|digits| digits.parse::<i8>().ok());
    let (Ok(mut hour), Some(minute)) = (hour.parse::<i8>(), next()) else {
        return midnight;
    };
    let second = next().unwrap_or(0);
    if near.contains("pm") && hour < 12 {
        hour += 12;
    }
    jiff::civil::Time::new(hour, minute, second, 0).map_or(midnight, |time| date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_in_running_text_are_read_in_many_languages() {
        for (text, time) in [
            (
                "Reviewed in the United States on January 6, 2026",
                "2026-01-06T00:00:00",
            ),
            (
                "Reviewed in the United Kingdom 🇬🇧 on 24 December 2025",
                "2025-12-24T00:00:00",
            ),
            (
                "Rezension aus Deutschland vom 6. März 2026",
                "2026-03-06T00:00:00",
            ),
            (
                "Kundenrezension aus Deutschland 🇩🇪 am 31. Mai 2023",
                "2023-05-31T00:00:00",
            ),
            ("Commenté en France le 1 août 2024", "2024-08-01T00:00:00"),
            (
                "Avis laissé en France le 13 février 2024",
                "2024-02-13T00:00:00",
            ),
            (
                "Recensito in Italia il 5 giugno 2023",
                "2023-06-05T00:00:00",
            ),
            (
                "Revisado en España el 12 de enero de 2024",
                "2024-01-12T00:00:00",
            ),
            (
                "Calificado en México el 2 de septiembre de 2023",
                "2023-09-02T00:00:00",
            ),
            (
                "Avaliado no Brasil em 7 de outubro de 2023",
                "2023-10-07T00:00:00",
            ),
            ("2024年1月14日に日本でレビュー済み", "2024-01-14T00:00:00"),
            (
                "Beoordeeld in Nederland op 9 mei 2024",
                "2024-05-09T00:00:00",
            ),
            (
                "Zrecenzowano w Polsce dnia 3 października 2023",
                "2023-10-03T00:00:00",
            ),
            (
                "Recenserad i Sverige den 4 juli 2023",
                "2023-07-04T00:00:00",
            ),
            (
                "Türkiye'de 5 Ağustos 2023 tarihinde değerlendirildi",
                "2023-08-05T00:00:00",
            ),
            (
                "تمت المراجعة في الإمارات العربية المتحدة في 3 يناير 2024",
                "2024-01-03T00:00:00",
            ),
            ("22 Nov 2025", "2025-11-22T00:00:00"),
            ("Sept. 3, 2021 at 4:05 pm", "2021-09-03T16:05:00"),
            ("5 мая 2023 г. 12:30", "2023-05-05T12:30:00"),
            ("06.01.2026", "2026-01-06T00:00:00"),
            ("2026. 1. 6.", "2026-01-06T00:00:00"),
            ("2026/01/06 10:20:30", "2026-01-06T10:20:30"),
            ("12 มกราคม 2024", "2024-01-12T00:00:00"),
        ] {
            let read = parse(text).map(|time| time.to_string());
            assert_eq!(read.as_deref(), Some(time), "{text}");
        }
        for text in ["", "01/02/2026", "soon", "model 2024", "5 stars", "May"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn a_written_day_is_read_back(day in 0_i32..20_000) {
            let date = Date::new(1990, 1, 1).expect("a day").saturating_add(jiff::Span::new().days(day));
            for pattern in ["%B %d, %Y", "%d %b %Y", "%Y-%m-%d", "%d.%m.%Y", "%Y年%m月%d日"] {
                let text = date.strftime(pattern).to_string();
                prop_assert_eq!(parse(&text).map(|time| time.date()), Some(date), "{}", text);
            }
        }
    }
}
