//! How single values are written: the same bytes and the same JSON in every engine.

use super::{Error, Result};
use crate::record::{Alert, AuthorHash, Authors, Day, Market, SeriesState, SourceClass, Tags};
use jiff::Timestamp;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

const EXACT: u8 = 0;
const SKETCH: u8 = 1;

pub(super) fn damaged(what: impl Into<String>, why: impl ToString) -> Error {
    Error::Damaged {
        what: what.into(),
        why: why.to_string(),
    }
}

/// Microseconds since 1970 in UTC, rounded down.
pub(super) fn micros(time: Timestamp) -> i64 {
    // An i128 of nanoseconds within jiff's range is an i64 of microseconds.
    time.as_nanosecond().div_euclid(1_000) as i64
}

pub(super) fn instant(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|why| damaged("instant", why))
}

pub(super) fn whole_micros(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(micros(time)).unwrap_or(time)
}

/// Start of the hour of an instant, in microseconds.
pub(super) fn hour_of(time: Timestamp) -> i64 {
    let hour = crate::record::HOUR_S * 1_000_000;
    micros(time).div_euclid(hour) * hour
}

/// First microsecond of a day; days beyond the calendar end at its edge.
pub(super) fn day_start(day: i64) -> i64 {
    day.saturating_mul(86_400_000_000)
}

/// The microseconds `[from, to)` of whole days.
pub(super) fn span_of(days: &RangeInclusive<Day>) -> (i64, i64) {
    (
        day_start(i64::from(days.start().0)),
        day_start(i64::from(days.end().0) + 1),
    )
}

/// JSON knows no infinity; a rating that is not a number was never a rating.
pub(super) fn finite(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}

/// One byte that tells set from sketch, then 8 big-endian bytes an author, or the registers.
pub(super) fn authors_to_bytes(authors: &Authors) -> Vec<u8> {
    match authors {
        Authors::Exact(set) => {
            let mut bytes = Vec::with_capacity(1 + 8 * set.len());
            bytes.push(EXACT);
            for author in set {
                bytes.extend_from_slice(&author.0.to_be_bytes());
            }
            bytes
        }
        Authors::Sketch(registers) => {
            let mut bytes = Vec::with_capacity(1 + registers.len());
            bytes.push(SKETCH);
            bytes.extend_from_slice(registers);
            bytes
        }
    }
}

pub(super) fn authors_from_bytes(bytes: &[u8]) -> Result<Authors> {
    match bytes.split_first() {
        Some((&EXACT, set)) => {
            let (eights, rest) = set.as_chunks::<8>();
            if !rest.is_empty() {
                return Err(damaged("set of authors", "its length is no multiple of 8"));
            }
            let set: Vec<AuthorHash> = eights
                .iter()
                .map(|eight| AuthorHash(u64::from_be_bytes(*eight)))
                .collect();
            if !set.is_sorted() {
                return Err(damaged("set of authors", "it is not in order"));
            }
            Ok(Authors::Exact(set))
        }
        Some((&SKETCH, registers)) => Ok(Authors::Sketch(registers.to_vec())),
        _ => Err(damaged("set of authors", "its first byte is unknown")),
    }
}

pub(super) fn to_json<T: Serialize>(what: &str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|why| damaged(what, why))
}

pub(super) fn from_json<T: DeserializeOwned>(what: &str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|why| damaged(what, why))
}

pub(super) fn class_from(word: &str) -> Result<SourceClass> {
    SourceClass::parse(word).ok_or_else(|| damaged("source class", format!("`{word}` is not one")))
}

/// A market exactly as it was written; whether its code makes sense was settled at the parser.
pub(super) fn market_from(code: &str) -> Result<Market> {
    let code: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        code.into_deserializer();
    Market::deserialize(code).map_err(|why| damaged("market", why))
}

/// Alerts are few, so each is read back before it is written: a number that JSON cannot hold
/// must fail here, not at every later reading.
pub(super) fn alert_to_json(alert: &Alert) -> Result<String> {
    let what = "alert";
    let json = to_json(what, alert)?;
    let back: Alert =
        from_json(what, &json).map_err(|why| damaged(format!("alert `{}`", alert.id), why))?;
    if back != *alert {
        return Err(damaged(
            format!("alert `{}`", alert.id),
            "it holds a number that is not finite",
        ));
    }
    Ok(json)
}

pub(super) fn state_to_json(state: &SeriesState) -> Result<String> {
    if !state.is_finite() {
        return Err(damaged(
            "detector state",
            "it holds a number that is not finite",
        ));
    }
    to_json("detector state", state)
}

pub(super) fn tags_to_json(tags: &Tags) -> Result<String> {
    let feeling = &tags.sentiment;
    let all_finite = [
        tags.language.confidence,
        feeling.negative,
        feeling.neutral,
        feeling.positive,
    ]
    .into_iter()
    .chain(tags.market.iter().map(|market| market.confidence))
    .chain(tags.keyphrases.iter().map(|phrase| phrase.score))
    .chain(tags.mentions.iter().map(|mention| mention.score))
    .chain(tags.ambiguous.iter().map(|mention| mention.score))
    .chain(tags.mentions.iter().flat_map(|mention| {
        let felt = mention.sentiment.iter();
        felt.flat_map(|felt| [felt.negative, felt.neutral, felt.positive])
    }))
    .all(f32::is_finite);
    if !all_finite {
        return Err(damaged("tags", "they hold a number that is not finite"));
    }
    to_json("tags", tags)
}

/// Tags without words that only the text held: of a buried record's phrases those remain that
/// it counted for.
pub(super) fn strip_tags(mut tags: Tags, residue: &crate::record::Residue) -> Tags {
    use crate::record::Subject;
    tags.keyphrases.retain(|phrase| {
        residue
            .subjects
            .iter()
            .any(|subject| matches!(subject, Subject::Phrase(name) if *name == phrase.phrase))
    });
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_crowd_of_authors_survives_its_bytes(hashes in proptest::collection::vec(any::<u64>(), 0..400)) {
            let mut authors = Authors::default();
            for hash in hashes {
                authors.insert(AuthorHash(hash));
            }
            let back = authors_from_bytes(&authors_to_bytes(&authors)).expect("own bytes");
            prop_assert_eq!(back.count(), authors.count());
            prop_assert_eq!(back, authors);
        }

        #[test]
        fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = authors_from_bytes(&bytes);
        }

        #[test]
        fn an_instant_is_kept_to_the_microsecond(nanos in -377_705_023_201_000_000_000_i128..253_402_207_200_000_000_000_i128) {
            let time = Timestamp::from_nanosecond(nanos).expect("in range");
            let kept = instant(micros(time)).expect("in range");
            prop_assert!(kept <= time);
            prop_assert!(time.as_nanosecond() - kept.as_nanosecond() < 1_000);
            prop_assert_eq!(kept, whole_micros(time));
            let past = micros(time) - hour_of(time);
            prop_assert!((0..3_600_000_000).contains(&past) && hour_of(time) % 3_600_000_000 == 0);
        }
    }
}
