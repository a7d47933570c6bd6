//! How often a lively question is asked, and a quiet one.
//!
//! Every whole pass counts what no earlier one can have seen, and the log carries the smoothed
//! rate on. A question is asked again when about [`NEW_WANTED`] new records are to be expected,
//! within the bounds of its watch. It follows from the log alone, so it is the same whoever asks.

use super::retry;
use crate::record::{Position, Record};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// New records a pass should bring: about a quarter of a usual page, so that none slip by when
/// the pace picks up.
const NEW_WANTED: u64 = 10;
const DAY_S: u64 = 24 * 60 * 60;
/// Jitter takes at most this share of the pause.
const JITTER_SHARE: f64 = 0.1;

/// The bounds of a pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Never asked sooner than this after the last time.
    pub least: Duration,
    /// Never later.
    pub most: Duration,
}

impl Bounds {
    /// The pause for a question that gives so many new records a day; the least one while that
    /// is not known.
    pub fn pause(&self, new_per_day: Option<u32>) -> Duration {
        let wanted = match new_per_day {
            None => self.least,
            Some(0) => self.most,
            Some(rate) => Duration::from_secs(NEW_WANTED * DAY_S / u64::from(rate)),
        };
        wanted.clamp(self.least, self.most)
    }

    /// When a question is due again; `None`: now, because it was never read. `key` names it: its
    /// jitter is always the same.
    pub fn due_at(&self, position: &Position, key: &str) -> Option<Timestamp> {
        let pause = self.pause(position.new_per_day);
        let jitter = 1.0 + JITTER_SHARE * retry::chance(0, key, 0);
        let pause = pause.mul_f64(jitter).min(self.most);
        let pause = SignedDuration::try_from(pause).ok()?;
        position.last_run?.checked_add(pause).ok()
    }
}

/// How many records of a page are newer than the newest one of earlier passes. What is observed
/// again and again is never new.
pub(super) fn fresh(held: &Position, records: &[Record], fetched_at: Timestamp) -> u32 {
    let events = records
        .iter()
        .filter(|record| !record.kind.is_observation());
    let mut is_past = false;
    let fresh = events.filter(|record| {
        is_past |= Some(&record.id) == held.newest_id.as_ref();
        match (record.time, held.newest_time) {
            (Some(_), Some(newest)) => record.event_time(fetched_at) > newest,
            _ => !is_past,
        }
    });
    u32::try_from(fresh.count()).unwrap_or(u32::MAX)
}

/// The rate after a pass that began at `began` and found so much that is new: half of it is what
/// was known before. Unknown after the first pass, to which everything is new.
pub(super) fn smoothed(held: &Position, fresh: u32, began: Timestamp) -> Option<u32> {
    let since = began.duration_since(held.last_run?).as_secs();
    let Ok(since @ 1..) = u64::try_from(since) else {
        return held.new_per_day;
    };
    let seen = u64::from(fresh) * DAY_S / since;
    let rate = match held.new_per_day {
        None => seen,
        Some(before) => (u64::from(before) + seen) / 2,
    };
    Some(u32::try_from(rate).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);
    const BOUNDS: Bounds = Bounds {
        least: Duration::from_secs(900),
        most: Duration::from_secs(86_400),
    };

    fn at(text: &str) -> Timestamp {
        text.parse().expect("timestamp")
    }

    #[test]
    fn a_lively_question_is_asked_often_and_a_quiet_one_seldom_within_bounds() {
        assert_eq!(BOUNDS.pause(None), BOUNDS.least, "not known yet");
        assert_eq!(BOUNDS.pause(Some(0)), BOUNDS.most);
        assert_eq!(BOUNDS.pause(Some(1)), BOUNDS.most);
        assert_eq!(BOUNDS.pause(Some(40)), 6 * HOUR);
        assert_eq!(BOUNDS.pause(Some(240)), HOUR);
        assert_eq!(BOUNDS.pause(Some(u32::MAX)), BOUNDS.least);
    }

    #[test]
    fn jitter_keeps_to_the_bounds_and_is_always_the_same() {
        let position = Position {
            last_run: Some(at("2026-11-23T10:00:00Z")),
            new_per_day: Some(0),
            ..Position::default()
        };
        let due = BOUNDS.due_at(&position, "lamp");
        assert_eq!(due, Some(at("2026-11-24T10:00:00Z")));
        let lively = Position {
            new_per_day: Some(240),
            ..position
        };
        let due = BOUNDS.due_at(&lively, "lamp").expect("due");
        assert!(due >= at("2026-11-23T11:00:00Z") && due <= at("2026-11-23T11:06:00Z"));
        assert_eq!(BOUNDS.due_at(&lively, "lamp"), Some(due));
        assert_eq!(BOUNDS.due_at(&Position::default(), "lamp"), None);
    }

    #[test]
    fn the_rate_follows_what_each_pass_found() {
        let mut position = Position::default();
        assert_eq!(smoothed(&position, 40, at("2026-11-23T10:00:00Z")), None);
        position.last_run = Some(at("2026-11-23T10:00:00Z"));
        position.new_per_day = smoothed(&position, 10, at("2026-11-23T11:00:00Z"));
        assert_eq!(position.new_per_day, Some(240));
        position.last_run = Some(at("2026-11-23T11:00:00Z"));
        position.new_per_day = smoothed(&position, 0, at("2026-11-23T12:00:00Z"));
        assert_eq!(position.new_per_day, Some(120));
        // A clock that stood still, or a replay, says nothing.
        assert_eq!(
            smoothed(&position, 99, at("2026-11-23T11:00:00Z")),
            Some(120)
        );
    }
}
