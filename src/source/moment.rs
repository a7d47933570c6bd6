//! Times as sites write them → instants in UTC.

use super::number::runs;
use super::written;
use jiff::civil::{Date, DateTime};
use jiff::fmt::{rfc2822, strtime};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// One way to read a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    /// `2026-11-23T14:05:00+08:00`; without an offset the source's zone counts.
    Iso,
    /// `Mon, 23 Nov 2026 14:05:00 GMT`, with the odd zones and short years seen in feeds.
    Rfc2822,
    /// Seconds, milliseconds or microseconds since 1970, told apart by their size.
    Epoch,
    /// Seconds since 1970.
    EpochS,
    /// Milliseconds since 1970.
    EpochMs,
    /// Microseconds since 1970.
    EpochUs,
    /// `3 hours ago`, `2d`, `昨天`: counted back from the time of the page.
    Relative,
    /// `Reviewed in Germany on 6 January 2026`: a date in running text, in any language met.
    Written,
    /// A `strptime` pattern.
    Pattern(String),
}

impl Format {
    /// The format of its word in a source file.
    pub fn parse(word: &str) -> Option<Format> {
        Some(match word {
            "iso" | "rfc3339" => Format::Iso,
            "rfc2822" => Format::Rfc2822,
            "epoch" => Format::Epoch,
            "epoch-s" => Format::EpochS,
            "epoch-ms" => Format::EpochMs,
            "epoch-us" => Format::EpochUs,
            "relative" => Format::Relative,
            "written" => Format::Written,
            pattern if pattern.contains('%') => Format::Pattern(pattern.to_owned()),
            _ => return None,
        })
    }

    /// Tried where a field names none.
    pub const USUAL: [Format; 3] = [Format::Iso, Format::Rfc2822, Format::Epoch];
}

/// Reads a time by the first format that fits. `zone` is the zone of times that state none.
pub(super) fn parse(
    text: &str,
    formats: &[Format],
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Timestamp> {
    let text = text.trim();
    formats
        .iter()
        .find_map(|format| read(text, format, zone, now))
        // A year far off is a number that was no time.
        .filter(|time| (-2_208_988_800..=7_258_118_400).contains(&time.as_second()))
}

fn read(text: &str, format: &Format, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    match format {
        Format::Iso => iso(text, zone),
        Format::Rfc2822 => mail(text),
        Format::Epoch => {
            let number: i64 = whole(text)?;
            match number.unsigned_abs() {
                0..=99_999_999 => None,
                100_000_000..=99_999_999_999 => Timestamp::from_second(number).ok(),
                100_000_000_000..=99_999_999_999_999 => Timestamp::from_millisecond(number).ok(),
                _ => Timestamp::from_microsecond(number).ok(),
            }
        }
        Format::EpochS => Timestamp::from_second(whole(text)?).ok(),
        Format::EpochMs => Timestamp::from_millisecond(whole(text)?).ok(),
        Format::EpochUs => Timestamp::from_microsecond(whole(text)?).ok(),
        Format::Relative => relative(text, now),
        Format::Written => zone.to_timestamp(written::parse(text)?).ok(),
        Format::Pattern(pattern) => {
            let broken = strtime::parse(pattern, text).ok()?;
            if let Ok(time) = broken.to_timestamp() {
                return Some(time);
            }
            let civil = broken
                .to_datetime()
                .or_else(|_| broken.to_date().map(|date| date.at(0, 0, 0, 0)))
                .ok()?;
            zone.to_timestamp(civil).ok()
        }
    }
}

/// `1479852000`, also written `1479852000.0`.
fn whole(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    part.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(())?;
    whole.parse().ok()
}

fn iso(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if text.len() < 8 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // `2026-11-23 14:05:00 +0800`, seen in pages that print a database column.
    for pattern in [
        "%Y-%m-%d %H:%M:%S %z",
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y-%m-%dT%H:%M:%S%.f%z",
    ] {
        if let Some(time) = strtime::parse(pattern, text)
            .ok()
            .and_then(|t| t.to_timestamp().ok())
        {
            return Some(time);
        }
    }
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let civil = text
        .parse::<DateTime>()
        .ok()
        .or_else(|| {
            strtime::parse("%Y-%m-%d %H:%M", text)
                .ok()?
                .to_datetime()
                .ok()
        })
        .or_else(|| text.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0)))?;
    zone.to_timestamp(civil).ok()
}

fn mail(text: &str) -> Option<Timestamp> {
    if let Ok(time) = rfc2822::DateTimeParser::new().parse_timestamp(text) {
        return Some(time);
    }
    // Feeds write a wrong weekday, zone names, or no seconds: drop the weekday, name the zone.
    let rest = text.split_once(',').map_or(text, |(_, rest)| rest).trim();
    let (clock, zone) = rest.rsplit_once(' ')?;
    let offset = match zone {
        "GMT" | "UT" | "UTC" | "Z" => "+0000",
        "EST" | "CDT" => "-0500",
        "EDT" => "-0400",
        "CST" | "MDT" => "-0600",
        "MST" | "PDT" => "-0700",
        "PST" => "-0800",
        "CET" | "BST" => "+0100",
        "CEST" => "+0200",
        "JST" | "KST" => "+0900",
        other => other,
    };
    let text = format!("{clock} {offset}");
    [
        "%d %b %Y %H:%M:%S %z",
        "%d %B %Y %H:%M:%S %z",
        "%d %b %Y %H:%M %z",
        "%d %b %y %H:%M:%S %z",
    ]
    .iter()
    .find_map(|pattern| strtime::parse(pattern, &text).ok()?.to_timestamp().ok())
}

/// Words for spans, in the languages of the markets. Longer ones first.
const SPANS: &[(&str, i64)] = &[
    ("วินาที", 1),
    ("นาที", 60),
    ("ชั่วโมง", 3_600),
    ("วัน", 86_400),
    ("สัปดาห์", 604_800),
    ("เดือน", 2_592_000),
    ("секунд", 1),
    ("минут", 60),
    ("час", 3_600),
    ("ден", 86_400),
    ("дня", 86_400),
    ("дней", 86_400),
    ("недел", 604_800),
    ("месяц", 2_592_000),
    ("год", 31_536_000),
    ("лет", 31_536_000),
    ("ore", 3_600),
    ("ora", 3_600),
    ("giorn", 86_400),
    ("settiman", 604_800),
    ("uur", 3_600),
    ("uren", 3_600),
    ("dag", 86_400),
    ("week", 604_800),
    ("weken", 604_800),
    ("maand", 2_592_000),
    ("jaar", 31_536_000),
    ("godzin", 3_600),
    ("dni", 86_400),
    ("dzień", 86_400),
    ("tydzień", 604_800),
    ("tygodni", 604_800),
    ("miesi", 2_592_000),
    ("lat", 31_536_000),
    ("rok", 31_536_000),
    ("saat", 3_600),
    ("dakika", 60),
    ("gün", 86_400),
    ("hafta", 604_800),
    ("yıl", 31_536_000),
    ("minggu", 604_800),
    ("bulan", 2_592_000),
    ("tahun", 31_536_000),
    ("tuần", 604_800),
    ("tháng", 2_592_000),
    ("năm", 31_536_000),
    ("mês", 2_592_000),
    ("mese", 2_592_000),
    ("mesi", 2_592_000),
    ("anni", 31_536_000),
    ("anno", 31_536_000),
    ("ans", 31_536_000),
    ("an", 31_536_000),
    ("个月", 2_592_000),
    ("個月", 2_592_000),
    ("か月", 2_592_000),
    ("ヶ月", 2_592_000),
    ("カ月", 2_592_000),
    ("개월", 2_592_000),
    ("星期", 604_800),
    ("second", 1),
    ("sekunde", 1),
    ("segundo", 1),
    ("seconde", 1),
    ("秒", 1),
    ("초", 1),
    ("minut", 60),
    ("menit", 60),
    ("phút", 60),
    ("分钟", 60),
    ("分鐘", 60),
    ("分", 60),
    ("분", 60),
    ("min", 60),
    ("hour", 3_600),
    ("stunde", 3_600),
    ("hora", 3_600),
    ("heure", 3_600),
    ("jam", 3_600),
    ("giờ", 3_600),
    ("小时", 3_600),
    ("小時", 3_600),
    ("時間", 3_600),
    ("시간", 3_600),
    ("hr", 3_600),
    ("day", 86_400),
    ("tag", 86_400),
    ("día", 86_400),
    ("dia", 86_400),
    ("jour", 86_400),
    ("hari", 86_400),
    ("ngày", 86_400),
    ("天", 86_400),
    ("日", 86_400),
    ("일", 86_400),
    ("week", 604_800),
    ("woche", 604_800),
    ("semana", 604_800),
    ("semaine", 604_800),
    ("周", 604_800),
    ("週", 604_800),
    ("주", 604_800),
    ("month", 2_592_000),
    ("monat", 2_592_000),
    ("mes", 2_592_000),
    ("mois", 2_592_000),
    ("月", 2_592_000),
    ("year", 31_536_000),
    ("jahr", 31_536_000),
    ("año", 31_536_000),
    ("ano", 31_536_000),
    ("年", 31_536_000),
    ("mo", 2_592_000),
    ("s", 1),
    ("m", 60),
    ("h", 3_600),
    ("d", 86_400),
    ("w", 604_800),
    ("y", 31_536_000),
];

fn relative(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.to_lowercase();
    let back = |seconds: i64| now.checked_sub(SignedDuration::from_secs(seconds)).ok();
    match text.as_str() {
        "now" | "just now" | "today" | "heute" | "hoy" | "hoje" | "oggi" | "今天" | "今日"
        | "刚刚" | "たった今" | "ahora" | "방금" => return Some(now),
        "yesterday"
        | "gestern"
        | "ayer"
        | "ontem"
        | "hier"
        | "ieri"
        | "wczoraj"
        | "вчера"
        | "dün"
        | "kemarin"
        | "hôm qua"
        | "เมื่อวาน"
        | "昨天"
        | "昨日"
        | "어제" => {
            return back(86_400);
        }
        _ => {}
    }
    let (number, rest) = match runs(&text).first() {
        Some(run) => (run.text.parse::<i64>().ok()?, text[run.end..].to_owned()),
        // `an hour ago`, `hace un día`, `vor einer Stunde`
        None => {
            let one = [
                "an ", "a ", "un ", "una ", "um ", "uma ", "une ", "einem ", "einer ", "een ",
            ];
            let place = one.iter().find_map(|word| {
                let starts = |at: &usize| *at == 0 || text[..*at].ends_with(' ');
                text.find(word).filter(starts).map(|at| at + word.len())
            })?;
            (1, text[place..].to_owned())
        }
    };
    let rest = rest.trim_start();
    let (_, span) = SPANS.iter().find(|(word, _)| {
        rest.strip_prefix(word).is_some_and(|after| {
            word.chars().count() > 2 || !word.is_ascii() || !after.starts_with(char::is_alphabetic)
        })
    })?;
    back(number.checked_mul(*span)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        "2026-03-10T12:00:00Z".parse().expect("timestamp")
    }

    fn usual(text: &str) -> String {
        parse(text, &Format::USUAL, &TimeZone::UTC, now())
            .map_or("none".into(), |time| time.to_string())
    }

    #[test]
    fn the_usual_formats_need_no_declaration() {
        for (text, time) in [
            ("2025-07-17T19:07:48.000Z", "2025-07-17T19:07:48Z"),
            ("2013-02-04T15:26:25.977-05:00", "2013-02-04T20:26:25.977Z"),
            ("2026-03-01 10:00:00 +0800", "2026-03-01T02:00:00Z"),
            ("2026-03-01T10:00:00-0700", "2026-03-01T17:00:00Z"),
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("2026-03-01 10:05", "2026-03-01T10:05:00Z"),
            ("Sun, 1 Mar 2026 10:00:00 -0700", "2026-03-01T17:00:00Z"),
            ("Mon, 01 Mar 2026 10:00:00 GMT", "2026-03-01T10:00:00Z"),
            ("Sun, 01 Mar 2026 10:00 EST", "2026-03-01T15:00:00Z"),
            ("1772359200", "2026-03-01T10:00:00Z"),
            ("1772359200000", "2026-03-01T10:00:00Z"),
            ("1772359200000000", "2026-03-01T10:00:00Z"),
            ("12", "none"),
            ("soon", "none"),
            ("", "none"),
        ] {
            assert_eq!(usual(text), time, "{text}");
        }
    }

    #[test]
    fn times_without_a_zone_are_in_the_zone_of_the_source() {
        let tokyo = TimeZone::get("Asia/Tokyo").expect("zone");
        let pattern = Format::parse("%Y/%m/%d %H:%M").expect("pattern");
        let time = parse("2026/03/01 09:00", &[pattern], &tokyo, now());
        assert_eq!(
            time.map(|t| t.to_string()).as_deref(),
            Some("2026-03-01T00:00:00Z")
        );
        let written = Format::parse("%B %d, %Y").expect("pattern");
        let time = parse("January 14, 2024", &[written], &TimeZone::UTC, now());
        assert_eq!(
            time.map(|t| t.to_string()).as_deref(),
            Some("2024-01-14T00:00:00Z")
        );
    }

    #[test]
    fn relative_times_count_back_from_the_page() {
        for (text, time) in [
            ("3 hours ago", "2026-03-10T09:00:00Z"),
            ("2d", "2026-03-08T12:00:00Z"),
            ("an hour ago", "2026-03-10T11:00:00Z"),
            ("5分钟前", "2026-03-10T11:55:00Z"),
            ("3日前", "2026-03-07T12:00:00Z"),
            ("vor 3 Stunden", "2026-03-10T09:00:00Z"),
            ("vor einer Stunde", "2026-03-10T11:00:00Z"),
            ("hace un día", "2026-03-09T12:00:00Z"),
            ("hace 2 semanas", "2026-02-24T12:00:00Z"),
            ("il y a 2 jours", "2026-03-08T12:00:00Z"),
            ("2 giorni fa", "2026-03-08T12:00:00Z"),
            ("3 дня назад", "2026-03-07T12:00:00Z"),
            ("2 ngày trước", "2026-03-08T12:00:00Z"),
            ("2 tahun lalu", "2024-03-10T12:00:00Z"),
            ("3 周前", "2026-02-17T12:00:00Z"),
            ("1か月前", "2026-02-08T12:00:00Z"),
            ("2 dni temu", "2026-03-08T12:00:00Z"),
            ("vor", "none"),
            ("22322323222232222226m", "none"),
            ("2232232322223222m", "none"),
            ("yesterday", "2026-03-09T12:00:00Z"),
        ] {
            let read = parse(text, &[Format::Relative], &TimeZone::UTC, now());
            assert_eq!(
                read.map_or("none".into(), |t| t.to_string()),
                time,
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn an_instant_survives_every_way_of_writing_it(second in 0_i64..4_000_000_000) {
            let time = Timestamp::from_second(second).expect("in range");
            let read = |text: &str, format| parse(text, &[format], &TimeZone::UTC, now());
            prop_assert_eq!(read(&time.to_string(), Format::Iso), Some(time));
            prop_assert_eq!(read(&time.as_second().to_string(), Format::EpochS), Some(time));
            prop_assert_eq!(read(&time.as_millisecond().to_string(), Format::EpochMs), Some(time));
            prop_assert_eq!(read(&time.as_microsecond().to_string(), Format::EpochUs), Some(time));
            let mail = rfc2822::to_string(&time.to_zoned_datetime(TimeZone::UTC)).expect("mail time");
            prop_assert_eq!(read(&mail, Format::Rfc2822), Some(time));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            let all = [Format::Iso, Format::Rfc2822, Format::Epoch, Format::Relative, Format::Written,
                Format::Pattern("%d.%m.%Y".into())];
            let _ = parse(&text, &all, &TimeZone::UTC, now());
        }
    }
}
