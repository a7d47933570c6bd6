use jiff::fmt::strtime;
use jiff::{Timestamp, civil, tz::TimeZone};

/// Further ways of helpdesks, shops and spreadsheets to write a time, none of which can be taken
/// for another. `1/2/2026` could be, and is refused.
const PATTERNS: [&str; 7] = [
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%d %I:%M %p",
    "%b %d, %Y %I:%M %p",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M",
];

/// Reads the times that exports write: RFC 3339, a civil date with or without a time (in
/// `zone`), seconds or milliseconds since 1970, and [`PATTERNS`].
pub fn parse_time(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return match text.trim_start_matches('-').len() {
            // 8 digits are a date: 20261123.
            8 => civil_at(
                &format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..)?),
                zone,
            ),
            9..=11 => Timestamp::from_second(number).ok(),
            12..=14 => Timestamp::from_millisecond(number).ok(),
            _ => None,
        };
    }
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| civil_at(text, zone))
        .or_else(|| {
            let text = text.replace('/', "-").replace(" UTC", " +0000");
            PATTERNS.iter().find_map(|pattern| {
                let broken = strtime::parse(pattern, &text).ok()?;
                let zoned = broken.to_timestamp().ok();
                zoned.or_else(|| zone.to_timestamp(broken.to_datetime().ok()?).ok())
            })
        })
}

fn civil_at(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.replace('/', "-");
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, time.trim()),
        None => (text.as_str(), ""),
    };
    let mut parts = date.split('-').map(|part| part.parse::<i16>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let mut parts = time.split(':').filter(|part| !part.is_empty());
    let hour: i8 = parts.next().map_or(Some(0), |part| part.parse().ok())?;
    let minute: i8 = parts.next().map_or(Some(0), |part| part.parse().ok())?;
    let second: i8 = match parts.next() {
        Some(part) => part.split('.').next()?.parse().ok()?,
        None => 0,
    };
    let time = civil::Time::new(hour, minute, second, 0).ok()?;
    zone.to_timestamp(date.to_datetime(time)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let zone = TimeZone::get("Asia/Shanghai").expect("zone");
        parse_time(text, &zone).map(|time| time.to_string())
    }

    #[test]
    fn the_times_of_common_exports_are_read_in_their_zone() {
        let cases = [
            ("2024-05-20T20", "2024-05-20T12:00:00Z"),
            ("2010-12-01 08:26", "2010-12-01T00:26:00Z"),
            ("2026/1/5 9:05:30", "2026-01-05T01:05:30Z"),
            ("20261123", "2026-11-22T16:00:00Z"),
            ("2026-11-23", "2026-11-22T16:00:00Z"),
            ("2026-11-23T08:00:00+01:00", "2026-11-23T07:00:00Z"),
            ("2026-11-23 08:00:00 UTC", "2026-11-23T08:00:00Z"),
            ("2026-11-23T08:00:00.250+0100", "2026-11-23T07:00:00.25Z"),
            ("2026/11/23 08:00:00 +0800", "2026-11-23T00:00:00Z"),
            ("2026-11-23 03:05:00 PM", "2026-11-23T07:05:00Z"),
            ("Nov 23, 2026 3:05 PM", "2026-11-23T07:05:00Z"),
            ("23 Nov 2026 15:05", "2026-11-23T07:05:00Z"),
            ("1763884800", "2025-11-23T08:00:00Z"),
            ("1763884800123", "2025-11-23T08:00:00.123Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for wrong in [
            "",
            "soon",
            "2026-13-01",
            "2026-02-30",
            "12:00",
            "1/2/2026 10:00",
            "1-2-3-4",
            "99999999999999999",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text: String) {
            let _ = parse_time(&text, &TimeZone::UTC);
        }
    }
}
