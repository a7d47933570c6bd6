//! What a site says about how soon it may be asked again, in the dialects that are met.

use crate::source::Answer;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// No site is obeyed for longer than this at a time; then it is asked once more.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(24);
/// A number above this is an instant, not a span: seconds since 1970 passed it in 2001.
const EPOCH_FROM: f64 = 1e9;

/// Names of "requests left" and "when that changes", by dialect.
const COUNTERS: [(&str, &str); 3] = [
    // Mastodon, Reddit, GitHub, Discourse.
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    // X.
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    // The IETF draft of 2021, Bluesky.
    ("ratelimit-remaining", "ratelimit-reset"),
];

/// The instant before which the site does not want to be asked again, if it says one.
///
/// Read are: Retry-After (seconds or HTTP date); a spent counter with its reset as seconds left
/// (Reddit), seconds since 1970 (X, Bluesky), or ISO time (Mastodon); the IETF draft's single
/// `ratelimit` header; `backoff` (Stack Exchange) and `pollingIntervalMillis` (YouTube live chat)
/// in a JSON body.
pub(super) fn not_before(answer: &Answer, now: Timestamp) -> Option<Timestamp> {
    let asked = [
        answer
            .header("retry-after")
            .and_then(|text| retry_after(text, now)),
        spent_counter(answer, now),
        draft_header(answer, now),
        in_body(answer, now),
    ];
    let latest = now.checked_add(WAIT_MAX).unwrap_or(Timestamp::MAX);
    asked
        .into_iter()
        .flatten()
        .max()
        .filter(|until| *until > now)
        .map(|until| until.min(latest))
}

fn retry_after(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(seconds) => after(now, seconds),
        Err(_) => date(text),
    }
}

/// A date as HTTP writes it.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_timestamp(text)
        .ok()
}

fn spent_counter(answer: &Answer, now: Timestamp) -> Option<Timestamp> {
    COUNTERS
        .iter()
        .filter_map(|(left, reset)| {
            let left: f64 = answer.header(left)?.trim().parse().ok()?;
            // Half a request left is none.
            if left >= 1.0 {
                return None;
            }
            reset_at(answer.header(reset)?, now)
        })
        .max()
}

fn reset_at(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(number) if number >= EPOCH_FROM => {
            // Some count milliseconds.
            let seconds = if number > 1e11 { number / 1e3 } else { number };
            Timestamp::from_second(seconds.ceil() as i64).ok()
        }
        Ok(seconds) => after(now, seconds),
        Err(_) => text.parse().ok(),
    }
}

/// `ratelimit: limit=100, remaining=0, reset=50` and `ratelimit: "default";r=0;t=50`.
fn draft_header(answer: &Answer, now: Timestamp) -> Option<Timestamp> {
    let mut left = None;
    let mut reset = None;
    for part in answer.header("ratelimit")?.split([',', ';']) {
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        let value: Option<f64> = value.trim().trim_matches('"').parse().ok();
        match key.trim() {
            "remaining" | "r" => left = value,
            "reset" | "t" => reset = value,
            _ => {}
        }
    }
    (left? < 1.0).then(|| after(now, reset?)).flatten()
}

/// Waits that stand in the body. Inside a JSON string the quote before the colon would be
/// escaped, so a post that talks of `"backoff":` cannot be taken for one.
fn in_body(answer: &Answer, now: Timestamp) -> Option<Timestamp> {
    if !answer
        .header("content-type")?
        .to_ascii_lowercase()
        .contains("json")
    {
        return None;
    }
    let number = |key: &str| -> Option<f64> {
        let key = key.as_bytes();
        let start = answer
            .body
            .windows(key.len())
            .position(|bytes| bytes == key)?
            + key.len();
        let rest = answer.body.get(start..)?.trim_ascii_start();
        let digits: String = rest
            .iter()
            .take(9)
            .take_while(|byte| byte.is_ascii_digit())
            .map(|byte| char::from(*byte))
            .collect();
        digits.parse().ok()
    };
    let backoff = number("\"backoff\":").and_then(|seconds| after(now, seconds));
    let poll = number("\"pollingIntervalMillis\":").and_then(|ms| after(now, ms / 1e3));
    backoff.max(poll)
}

fn after(now: Timestamp, seconds: f64) -> Option<Timestamp> {
    if !seconds.is_finite() || seconds < 0.0 {
        return None;
    }
    let span = SignedDuration::from_secs_f64(seconds.min(WAIT_MAX.as_secs_f64()));
    now.checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(headers: &[(&str, &str)], body: &str) -> Option<i64> {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().expect("timestamp");
        let answer = Answer {
            url: "https://api.example/".parse().expect("url"),
            status: 200,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.into(),
            fetched_at: now,
        };
        not_before(&answer, now).map(|until| until.duration_since(now).as_secs())
    }

    #[test]
    fn each_dialect_of_a_spent_budget_is_understood() {
        assert_eq!(wait(&[("retry-after", "120")], ""), Some(120));
        assert_eq!(
            wait(&[("retry-after", "Mon, 23 Nov 2026 10:05:00 GMT")], ""),
            Some(300)
        );
        assert_eq!(
            wait(
                &[
                    ("x-ratelimit-remaining", "0.0"),
                    ("x-ratelimit-reset", "57")
                ],
                ""
            ),
            Some(57)
        );
        assert_eq!(
            wait(
                &[
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "2026-11-23T10:01:00.5Z")
                ],
                ""
            ),
            Some(60)
        );
        assert_eq!(
            wait(
                &[
                    ("x-rate-limit-remaining", "0"),
                    ("x-rate-limit-reset", "1795428090")
                ],
                ""
            ),
            Some(90)
        );
        assert_eq!(
            wait(&[("ratelimit", "limit=100, remaining=0, reset=50")], ""),
            Some(50)
        );
        assert_eq!(wait(&[("ratelimit", "\"default\";r=0;t=51")], ""), Some(51));
        let json = [("content-type", "application/json")];
        assert_eq!(wait(&json, "{\"items\":[],\"backoff\": 12}"), Some(12));
        assert_eq!(wait(&json, "{\"pollingIntervalMillis\":5000}"), Some(5));
    }

    #[test]
    fn a_budget_that_is_not_spent_asks_for_no_wait() {
        assert_eq!(
            wait(
                &[
                    ("x-ratelimit-remaining", "292"),
                    ("x-ratelimit-reset", "57")
                ],
                ""
            ),
            None
        );
        assert_eq!(wait(&[("ratelimit", "\"default\";r=50;t=30")], ""), None);
        assert_eq!(
            wait(&[("retry-after", "Mon, 23 Nov 2020 10:05:00 GMT")], ""),
            None
        );
    }

    #[test]
    fn a_post_cannot_speak_for_the_site_and_a_site_not_for_more_than_a_day() {
        let json = [("content-type", "application/json")];
        assert_eq!(wait(&json, r#"{"text":"say \"backoff\": 900"}"#), None);
        assert_eq!(wait(&[("retry-after", "99999999999999")], ""), Some(86_400));
        assert_eq!(wait(&[("retry-after", "-5")], ""), None);
        assert_eq!(wait(&[("retry-after", "NaN")], ""), None);
        assert_eq!(wait(&[("retry-after", "inf")], ""), None);
    }
}
