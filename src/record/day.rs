use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A UTC calendar day, counted from 1970-01-01 (day 0). The bucket width of every series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    /// The day an instant falls on.
    pub fn of(time: Timestamp) -> Day {
        Day(time.as_second().div_euclid(86_400) as i32)
    }

    /// The first instant of the day.
    pub fn start(self) -> Timestamp {
        Timestamp::from_second(i64::from(self.0) * 86_400).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The civil date in UTC.
    pub fn date(self) -> Date {
        self.start().to_zoned_datetime(TimeZone::UTC).date()
    }

    /// The day of a civil date.
    pub fn from_date(date: Date) -> Day {
        TimeZone::UTC
            .to_timestamp(date.at(0, 0, 0, 0))
            .map_or(Day(0), Day::of)
    }

    /// Monday is 0, Sunday is 6.
    pub fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7) as usize
    }

    /// The day `days` later (earlier if negative).
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_knows_its_weekday_and_its_bounds() {
        let day = Day::of("2026-11-23T23:59:59Z".parse().expect("timestamp"));
        assert_eq!(day.to_string(), "2026-11-23");
        assert_eq!(day.weekday(), 0);
        assert_eq!(day.plus(1).start().to_string(), "2026-11-24T00:00:00Z");
        assert_eq!(Day::from_date(day.date()), day);
        assert_eq!(
            Day::of("1969-12-31T12:00:00Z".parse().expect("timestamp")),
            Day(-1)
        );
    }
}
