//! When a source is due: five-field cron in a zone.
//!
//! The `cron` crate finds the times, but it wants six fields, counts weekdays from Sunday = 1,
//! joins day-of-month and weekday by "and", and skips or doubles runs where clocks change. So it
//! is given civil time only, as if it were UTC, with the fields rewritten; the zone is applied
//! afterwards. What holds then, as in POSIX cron:
//!
//! - Weekdays are 0 to 7 (0 and 7 are Sunday) or names; months are 1 to 12 or names.
//! - Where day-of-month and weekday are both restricted, either is enough. A field that begins
//!   with `*` is not restricted.
//! - A time that a clock change leaves out runs once, later by the change (02:30 at 03:30). A time that comes
//!   twice runs the first time only; so a job of each 15 minutes pauses for that hour.

use super::retry;
use chrono::{Datelike, NaiveDate, Timelike, Utc};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use std::str::FromStr;
use std::time::Duration;

/// A schedule that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// Not five fields.
    #[error(
        "the schedule `{text}` has {found} fields, not 5; hint: minute hour day-of-month month \
         weekday, as in `0 9 * * 1` for Mondays at 9"
    )]
    Fields {
        /// The schedule.
        text: String,
        /// How many it has.
        found: usize,
    },
    /// A field is wrong.
    #[error("the schedule `{text}` is wrong: {why}")]
    Field {
        /// The schedule.
        text: String,
        /// What is wrong.
        why: String,
    },
    /// A date that never comes, such as the 30th of February.
    #[error("the schedule `{text}` never comes")]
    Never {
        /// The schedule.
        text: String,
    },
    /// An unknown zone.
    #[error("`{zone}` is not a time zone; hint: write it as `Europe/Berlin`")]
    Zone {
        /// The zone.
        zone: String,
    },
}

/// The largest change of a clock that is looked for, with room to spare.
const CHANGE_MAX_H: i64 = 3;
/// Jitter takes at most this share of the time between two runs, and never more than this.
const JITTER_SHARE: f64 = 0.1;
const JITTER_MAX: SignedDuration = SignedDuration::from_mins(5);

const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A five-field cron schedule in a zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// One, or two of which either is enough.
    parts: Vec<cron::Schedule>,
    zone: TimeZone,
}

impl Schedule {
    /// A schedule from its text (`30 6 * * mon-fri`, or `@hourly`, `@daily`, `@weekly`,
    /// `@monthly`, `@yearly`) and an IANA zone.
    pub fn parse(text: &str, zone: &str) -> Result<Schedule, ScheduleError> {
        let zone = TimeZone::get(zone).map_err(|_| ScheduleError::Zone {
            zone: zone.to_owned(),
        })?;
        let plain = match text.trim().to_ascii_lowercase().as_str() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            _ => text,
        };
        let fields: Vec<&str> = plain.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(ScheduleError::Fields {
                text: text.to_owned(),
                found: fields.len(),
            });
        };
        let wrong = |why: String| ScheduleError::Field {
            text: text.to_owned(),
            why,
        };
        let weekdays = weekday_names(weekday).map_err(wrong)?;
        let part = |day: &str, weekday: &str| {
            // The crate wants seconds first.
            cron::Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}"))
                .map_err(|error| wrong(error.to_string()))
        };
        let is_free = |field: &str| field.starts_with(['*', '?']);
        let parts = if is_free(day) || is_free(weekday) {
            vec![part(day, &weekdays)?]
        } else {
            vec![part(day, "*")?, part("*", &weekdays)?]
        };
        let schedule = Schedule { parts, zone };
        let start = Timestamp::from_second(946_684_800).unwrap_or(Timestamp::UNIX_EPOCH);
        match schedule.next_after(start) {
            Some(_) => Ok(schedule),
            None => Err(ScheduleError::Never {
                text: text.to_owned(),
            }),
        }
    }

    /// The first run strictly after `time`. `None` when there is none before the year 2100,
    /// where the calendar of the `cron` crate ends.
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        self.parts
            .iter()
            .filter_map(|part| self.next_of(part, time))
            .min()
    }

    /// Instants do not follow civil times strictly where clocks change, so the search begins a
    /// little early, and ends at the first candidate that is later on the wall than the best.
    fn next_of(&self, part: &cron::Schedule, time: Timestamp) -> Option<Timestamp> {
        let look_back = SignedDuration::from_hours(CHANGE_MAX_H);
        let from = self
            .zone
            .to_datetime(time)
            .checked_sub(look_back)
            .ok()
            .and_then(to_chrono)?;
        let mut best: Option<(Timestamp, civil::DateTime)> = None;
        for candidate in part.after(&from) {
            let wall = from_chrono(&candidate)?;
            if best.is_some_and(|(_, best_wall)| wall > best_wall) {
                break;
            }
            // "Compatible": in a gap the time after it, in an overlap the first one.
            let Ok(instant) = self.zone.to_ambiguous_timestamp(wall).compatible() else {
                continue;
            };
            if instant > time && best.is_none_or(|(earliest, _)| instant < earliest) {
                best = Some((instant, self.zone.to_datetime(instant)));
            }
        }
        best.map(|(instant, _)| instant)
    }

    /// The next runs after `time`, jitter not added.
    pub fn upcoming(&self, time: Timestamp, count: usize) -> Vec<Timestamp> {
        let mut runs = Vec::with_capacity(count);
        let mut last = time;
        while runs.len() < count
            && let Some(next) = self.next_after(last)
        {
            runs.push(next);
            last = next;
        }
        runs
    }

    /// When the run that follows `last_run` is due, jitter included: `None` when it never was
    /// run, and so is due now. `key` names the job; its jitter is always the same, so that jobs
    /// of one minute spread out, and none wanders.
    pub fn due_at(&self, last_run: Option<Timestamp>, key: &str) -> Option<Timestamp> {
        let next = self.next_after(last_run?)?;
        let after_that = self.next_after(next).unwrap_or(next);
        let between = after_that.duration_since(next).as_secs_f64() * JITTER_SHARE;
        let most = between.min(JITTER_MAX.as_secs_f64());
        let jitter = Duration::from_secs_f64(most * retry::chance(0, key, 0));
        next.checked_add(SignedDuration::try_from(jitter).ok()?)
            .ok()
    }

    /// Whether a job is due. However many runs were missed, it is due once.
    pub fn is_due(&self, last_run: Option<Timestamp>, now: Timestamp, key: &str) -> bool {
        match last_run {
            None => true,
            Some(_) => self.due_at(last_run, key).is_some_and(|due| due <= now),
        }
    }
}

/// The weekday field with numbers turned into names: 0 and 7 are Sunday here, 1 is Sunday to the
/// crate.
fn weekday_names(field: &str) -> Result<String, String> {
    let mut days = [false; 7];
    for item in field.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => {
                let step: usize = step
                    .parse()
                    .ok()
                    .filter(|step| *step > 0)
                    .ok_or_else(|| format!("`{item}` has no step above 0"))?;
                (range, step)
            }
            None => (item, 1),
        };
        let (first, last) = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => (0, 6),
            Some((first, last)) => {
                let (first, last) = (weekday(first)?, weekday(last)?);
                // `fri-sun`: the Sunday at the end of the week.
                (first, if last == 0 { 7 } else { last })
            }
            // `3/2` begins at 3 and goes on to the end, as in cron.
            None if item.contains('/') => (weekday(range)?, 6),
            None => (weekday(range)?, weekday(range)?),
        };
        if first > last {
            return Err(format!("`{item}` runs backwards"));
        }
        for day in (first..=last).step_by(step) {
            days[day % 7] = true;
        }
    }
    if days == [true; 7] {
        return Ok("*".into());
    }
    let names: Vec<&str> = WEEKDAYS
        .iter()
        .zip(days)
        .filter_map(|(name, is_in)| is_in.then_some(*name))
        .collect();
    Ok(names.join(","))
}

fn weekday(text: &str) -> Result<usize, String> {
    if let Ok(number) = text.parse::<usize>()
        && number <= 7
    {
        return Ok(number);
    }
    let short = text.get(..3).unwrap_or(text).to_ascii_uppercase();
    let is_whole = [3, 6, 7, 8, 9].contains(&text.len());
    WEEKDAYS
        .iter()
        .position(|name| *name == short && is_whole)
        .ok_or_else(|| format!("`{text}` is not a weekday (0 to 7, sun to sat)"))
}

fn to_chrono(time: civil::DateTime) -> Option<chrono::DateTime<Utc>> {
    let date = NaiveDate::from_ymd_opt(
        i32::from(time.year()),
        u32::try_from(time.month()).ok()?,
        u32::try_from(time.day()).ok()?,
    )?;
    let naive = date.and_hms_opt(
        u32::try_from(time.hour()).ok()?,
        u32::try_from(time.minute()).ok()?,
        u32::try_from(time.second()).ok()?,
    )?;
    Some(naive.and_utc())
}

fn from_chrono(time: &chrono::DateTime<Utc>) -> Option<civil::DateTime> {
    civil::DateTime::new(
        i16::try_from(time.year()).ok()?,
        i8::try_from(time.month()).ok()?,
        i8::try_from(time.day()).ok()?,
        i8::try_from(time.hour()).ok()?,
        i8::try_from(time.minute()).ok()?,
        i8::try_from(time.second()).ok()?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let schedule = Schedule::parse(text, zone).expect("schedule");
        let time_zone = TimeZone::get(zone).expect("zone");
        schedule
            .upcoming(from.parse().expect("timestamp"), count)
            .iter()
            .map(|time| {
                time.to_zoned_datetime(time_zone.clone())
                    .strftime("%a %F %H:%M %:z")
                    .to_string()
            })
            .collect()
    }

    #[test]
    fn five_fields_are_enough_and_one_is_monday() {
        assert_eq!(
            runs("0 9 * * 1", "UTC", "2026-11-22T00:00:00Z", 2),
            ["Mon 2026-11-23 09:00 +00:00", "Mon 2026-11-30 09:00 +00:00"]
        );
    }

    #[test]
    fn sunday_is_0_and_7_and_sun() {
        for sunday in ["0", "7", "sun", "Sunday"] {
            assert_eq!(
                runs(
                    &format!("0 9 * * {sunday}"),
                    "UTC",
                    "2026-11-23T00:00:00Z",
                    1
                ),
                ["Sun 2026-11-29 09:00 +00:00"],
                "{sunday}"
            );
        }
        assert_eq!(
            runs("0 0 * * 5-7", "UTC", "2026-11-23T00:00:00Z", 4),
            [
                "Fri 2026-11-27 00:00 +00:00",
                "Sat 2026-11-28 00:00 +00:00",
                "Sun 2026-11-29 00:00 +00:00",
                "Fri 2026-12-04 00:00 +00:00",
            ]
        );
    }

    #[test]
    fn day_of_month_and_weekday_together_mean_either() {
        assert_eq!(
            runs("0 0 13 * fri", "UTC", "2026-11-10T00:00:00Z", 4),
            [
                "Fri 2026-11-13 00:00 +00:00",
                "Fri 2026-11-20 00:00 +00:00",
                "Fri 2026-11-27 00:00 +00:00",
                "Fri 2026-12-04 00:00 +00:00",
            ]
        );
        assert_eq!(
            runs("0 0 13 * fri", "UTC", "2026-12-12T00:00:00Z", 1),
            ["Sun 2026-12-13 00:00 +00:00"]
        );
    }

    #[test]
    fn a_field_that_begins_with_a_star_is_not_restricted() {
        // Mondays on odd days only, as Vixie cron reads it.
        assert_eq!(
            runs("0 0 */2 * mon", "UTC", "2026-11-22T00:00:00Z", 2),
            ["Mon 2026-11-23 00:00 +00:00", "Mon 2026-12-07 00:00 +00:00"]
        );
    }

    #[test]
    fn a_time_left_out_in_spring_runs_once_an_hour_later() {
        assert_eq!(
            runs("30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", 2),
            ["Sun 2026-03-08 03:30 -04:00", "Mon 2026-03-09 02:30 -04:00"]
        );
    }

    #[test]
    fn a_time_that_comes_twice_in_autumn_runs_once() {
        assert_eq!(
            runs("30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", 2),
            ["Sun 2026-11-01 01:30 -04:00", "Mon 2026-11-02 01:30 -05:00"]
        );
    }

    #[test]
    fn a_frequent_job_stays_in_order_where_clocks_change() {
        assert_eq!(
            runs(
                "*/30 * * * *",
                "America/New_York",
                "2026-11-01T04:45:00Z",
                4
            ),
            [
                "Sun 2026-11-01 01:00 -04:00",
                "Sun 2026-11-01 01:30 -04:00",
                "Sun 2026-11-01 02:00 -05:00",
                "Sun 2026-11-01 02:30 -05:00",
            ]
        );
        assert_eq!(
            runs(
                "*/30 * * * *",
                "America/New_York",
                "2026-03-08T06:15:00Z",
                4
            ),
            [
                "Sun 2026-03-08 01:30 -05:00",
                "Sun 2026-03-08 03:00 -04:00",
                "Sun 2026-03-08 03:30 -04:00",
                "Sun 2026-03-08 04:00 -04:00",
            ]
        );
    }

    #[test]
    fn a_job_of_each_quarter_runs_in_order_through_both_changes() {
        let zone = "America/New_York";
        let walls = |from: &str, count: usize| -> Vec<String> {
            let runs = runs("*/15 * * * *", zone, from, count);
            let schedule = Schedule::parse("*/15 * * * *", zone).expect("schedule");
            let times = schedule.upcoming(from.parse().expect("timestamp"), count);
            assert!(times.windows(2).all(|two| two[0] < two[1]), "{runs:?}");
            runs.iter().map(|run| run[15..20].to_owned()).collect()
        };
        assert_eq!(
            walls("2026-11-01T04:50:00Z", 6),
            ["01:00", "01:15", "01:30", "01:45", "02:00", "02:15"]
        );
        assert_eq!(
            walls("2026-03-08T06:20:00Z", 6),
            ["01:30", "01:45", "03:00", "03:15", "03:30", "03:45"]
        );
    }

    #[test]
    fn the_zone_decides_what_nine_o_clock_is() {
        assert_eq!(
            runs("0 9 * * *", "Asia/Tokyo", "2026-11-22T23:59:00Z", 1),
            ["Mon 2026-11-23 09:00 +09:00"]
        );
        assert_eq!(
            runs("@daily", "Asia/Kolkata", "2026-11-22T00:00:00Z", 1),
            ["Mon 2026-11-23 00:00 +05:30"]
        );
    }

    #[test]
    fn what_cannot_be_a_schedule_is_refused_in_words() {
        for wrong in [
            "",
            "9",
            "0 9 * *",
            "0 0 9 * * 1",
            "61 * * * *",
            "0 25 * * *",
            "0 0 32 * *",
            "0 0 * 13 *",
            "0 0 * * 8",
            "0 0 * * moonday",
            "0 0 30 2 *",
            "0 0 * * 5-2",
            "0 0 * * */0",
            "a b c d e",
        ] {
            assert!(Schedule::parse(wrong, "UTC").is_err(), "{wrong}");
        }
        let error = Schedule::parse("0 9 * * 1", "Mars/Olympus").expect_err("zone");
        insta::assert_snapshot!(error, @"`Mars/Olympus` is not a time zone; hint: write it as `Europe/Berlin`");
    }

    #[test]
    fn runs_missed_while_the_machine_was_off_are_caught_up_with_one() {
        let schedule = Schedule::parse("0 * * * *", "UTC").expect("schedule");
        let at = |text: &str| -> Timestamp { text.parse().expect("timestamp") };
        assert!(schedule.is_due(None, at("2026-11-23T10:00:00Z"), "a"));
        let long_ago = Some(at("2026-11-20T10:00:00Z"));
        let back = at("2026-11-23T10:20:00Z");
        assert!(schedule.is_due(long_ago, back, "a"));
        assert!(!schedule.is_due(Some(back), at("2026-11-23T10:59:59Z"), "a"));
        assert!(schedule.is_due(Some(back), at("2026-11-23T11:06:00Z"), "a"));
    }

    #[test]
    fn jitter_is_stable_small_and_differs_between_jobs() {
        let schedule = Schedule::parse("*/10 * * * *", "UTC").expect("schedule");
        let last: Timestamp = "2026-11-23T10:05:00Z".parse().expect("timestamp");
        let due = |key: &str| schedule.due_at(Some(last), key).expect("due");
        let first = schedule.next_after(last).expect("next");
        let mut seen = std::collections::HashSet::new();
        for number in 0..50 {
            let key = format!("job {number}");
            let jitter = due(&key).duration_since(first);
            assert!(jitter >= SignedDuration::ZERO && jitter < SignedDuration::from_secs(60));
            assert_eq!(due(&key), due(&key));
            seen.insert(due(&key));
        }
        assert!(seen.len() > 25);
    }

    proptest::proptest! {
        /// Against a walk minute by minute in a zone without clock changes.
        #[test]
        fn the_next_run_is_the_first_minute_that_fits(
            minute in 0_i8..60, hour in 0_i8..24, day in 1_i8..32, weekday in 0_usize..7, start in 0_i64..2_000_000_000
        ) {
            let from = Timestamp::from_second(start).expect("timestamp");
            let text = format!("{minute} {hour} {day} * {weekday}");
            let next = Schedule::parse(&text, "UTC").expect("schedule").next_after(from).expect("next");
            let mut walk = TimeZone::UTC.to_datetime(from).date();
            let found = loop {
                let is_weekday = walk.weekday().to_sunday_zero_offset() as usize == weekday;
                let time = TimeZone::UTC.to_timestamp(walk.at(hour, minute, 0, 0)).expect("timestamp");
                if (walk.day() == day || is_weekday) && time > from {
                    break time;
                }
                walk = walk.tomorrow().expect("date");
            };
            proptest::prop_assert_eq!(next, found);
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "[0-9a-z*/,? -]{0,30}") {
            let _ = Schedule::parse(&text, "Europe/Berlin");
        }
    }
}
