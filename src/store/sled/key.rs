//! Ordered keys: big-endian numbers and terminated texts, so that the order of the bytes is the
//! order of the values.

use crate::record::{Market, RecordKey, SeriesKey, SourceClass, Subject};
use crate::store::codec::{self, damaged};
use crate::store::{GenerationId, Result};

/// First byte of every key: what kind of row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Table {
    /// Format number of the store.
    Format = b'F',
    /// Number of the next generation.
    NextGeneration = b'G',
    /// offset → page without its records.
    Page = b'p',
    /// ingest time, offset → nothing.
    Ingest = b'i',
    /// offset, place → a version of a record.
    Record = b'r',
    /// record key → where its versions are.
    Head = b'k',
    /// event time, record key → nothing; words that a retention rule may ask for.
    Words = b't',
    /// source, query → position.
    Position = b'o',
    /// source, query, ingest time, offset → nothing; pages that a crawl has read.
    Visit = b'v',
    /// hour, source, query → coverage.
    Coverage = b'c',
    /// host → memory.
    Host = b'h',
    /// bucket → account.
    Account = b'a',
    /// name → lease.
    Lease = b'l',
    /// name → value.
    Note = b'n',
    /// SKU → catalogue line.
    Sku = b's',
    /// SKU, market → stock line.
    Stock = b'w',
    /// number → generation.
    Generation = b'g',
    /// generation, [`Projected`], ... → a row of a projection.
    Projection = b'P',
}

/// What kind of row of a projection it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Projected {
    /// day, series → counts.
    Cell = b'c',
    /// series → nothing; which series there are.
    Member = b'm',
    /// series → detector state.
    State = b's',
    /// day, series, time, record key → evidence.
    Evidence = b'e',
    /// record key → tags.
    Tags = b't',
    /// fingerprint, day → its holder.
    Fingerprint = b'f',
    /// market, item, time, source, list, paid → point.
    Rank = b'r',
    /// market, SKU, time, source, list, item, paid → point.
    RankOfSku = b'q',
    /// id → alert.
    Alert = b'a',
}

/// A key that grows part by part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(Vec<u8>);

impl Key {
    pub(super) fn of(table: Table) -> Key {
        Key(vec![table as u8])
    }

    pub(super) fn in_generation(generation: GenerationId, row: Projected) -> Key {
        let mut key = Key::of(Table::Projection).u32(generation);
        key.0.push(row as u8);
        key
    }

    pub(super) fn u32(mut self, number: u32) -> Key {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    pub(super) fn u64(mut self, number: u64) -> Key {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// The sign is turned round: negative numbers come first.
    pub(super) fn i32(self, number: i32) -> Key {
        self.u32(number.cast_unsigned() ^ (1 << 31))
    }

    pub(super) fn i64(self, number: i64) -> Key {
        self.u64(number.cast_unsigned() ^ (1 << 63))
    }

    pub(super) fn record(mut self, key: RecordKey) -> Key {
        self.0.extend_from_slice(&key.0);
        self
    }

    /// Ends with two zero bytes; a zero byte inside is followed by 255.
    pub(super) fn text(mut self, text: &str) -> Key {
        for byte in text.bytes() {
            self.0.push(byte);
            if byte == 0 {
                self.0.push(255);
            }
        }
        self.0.extend_from_slice(&[0, 0]);
        self
    }

    pub(super) fn flag(mut self, flag: bool) -> Key {
        self.0.push(u8::from(flag));
        self
    }

    pub(super) fn market(self, market: &Market) -> Key {
        self.text(market.code())
    }

    pub(super) fn subject(mut self, subject: &Subject) -> Key {
        self.0.push(match subject {
            Subject::Total => 0,
            Subject::Sku(_) => 1,
            Subject::Phrase(_) => 2,
        });
        self.text(subject.name())
    }

    pub(super) fn series(self, series: &SeriesKey) -> Key {
        let mut key = self.subject(&series.subject).market(&series.market);
        key.0.push(series.class as u8);
        key
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A key that is read part by part.
pub(super) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    /// The parts after the table.
    pub(super) fn after_table(key: &'a [u8]) -> Result<Parts<'a>> {
        let mut parts = Parts(key);
        parts.take::<1>()?;
        Ok(parts)
    }

    /// The parts after generation and kind of row.
    pub(super) fn after_projected(key: &'a [u8]) -> Result<Parts<'a>> {
        let mut parts = Parts(key);
        parts.take::<6>()?;
        Ok(parts)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let Some((first, rest)) = self.0.split_first_chunk::<N>() else {
            return Err(damaged("key", "it is too short"));
        };
        self.0 = rest;
        Ok(*first)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.take().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64> {
        self.take().map(u64::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32> {
        Ok((self.u32()? ^ (1 << 31)).cast_signed())
    }

    pub(super) fn i64(&mut self) -> Result<i64> {
        Ok((self.u64()? ^ (1 << 63)).cast_signed())
    }

    pub(super) fn record(&mut self) -> Result<RecordKey> {
        self.take().map(RecordKey)
    }

    pub(super) fn text(&mut self) -> Result<String> {
        let mut text = Vec::new();
        loop {
            match self.take::<1>()? {
                [0] => match self.take::<1>()? {
                    [0] => break,
                    [255] => text.push(0),
                    _ => return Err(damaged("key", "a text in it does not end")),
                },
                [byte] => text.push(byte),
            }
        }
        String::from_utf8(text).map_err(|why| damaged("key", why))
    }

    pub(super) fn series(&mut self) -> Result<SeriesKey> {
        let [sort] = self.take::<1>()?;
        let name = self.text()?;
        let subject = match sort {
            0 => Subject::Total,
            1 => Subject::Sku(name),
            2 => Subject::Phrase(name),
            other => return Err(damaged("key", format!("sort {other} of subject"))),
        };
        let market = codec::market_from(&self.text()?)?;
        let [class] = self.take::<1>()?;
        let class = SourceClass::ALL
            .get(usize::from(class))
            .copied()
            .ok_or_else(|| damaged("key", format!("class {class}")))?;
        Ok(SeriesKey {
            subject,
            market,
            class,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_series() -> impl Strategy<Value = SeriesKey> {
        // Few different characters, among them the escaped one: many shared beginnings.
        let subject = prop_oneof![
            Just(Subject::Total),
            "[\\x00\\x01ab\u{ff}\u{10ffff}]{0,4}".prop_map(Subject::Sku),
            "[\\x00\\x01ab折]{0,4}".prop_map(Subject::Phrase),
        ];
        let market = prop_oneof!["[ab]{2}", "lang:[ab]{2,3}", Just("*".to_owned())];
        (subject, market, 0..SourceClass::ALL.len()).prop_map(|(subject, market, class)| {
            SeriesKey {
                subject,
                market: Market::parse(&market).expect("market"),
                class: SourceClass::ALL[class],
            }
        })
    }

    proptest! {
        #[test]
        fn keys_sort_as_their_values(
            left in (any::<i32>(), any_series(), any::<i64>()),
            right in (any::<i32>(), any_series(), any::<i64>()),
        ) {
            let key = |(day, series, time): &(i32, SeriesKey, i64)| {
                Key::in_generation(1, Projected::Evidence).i32(*day).series(series).i64(*time)
            };
            prop_assert_eq!(key(&left).cmp(&key(&right)), left.cmp(&right));
        }

        #[test]
        fn a_key_is_read_back(day in any::<i32>(), series in any_series(), time in any::<i64>(), record in any::<[u8; 16]>()) {
            let key = Key::in_generation(u32::MAX, Projected::Cell)
                .i32(day).series(&series).i64(time).record(RecordKey(record));
            let mut parts = Parts::after_projected(key.bytes()).expect("long enough");
            prop_assert_eq!(parts.i32().expect("day"), day);
            prop_assert_eq!(parts.series().expect("series"), series);
            prop_assert_eq!(parts.i64().expect("time"), time);
            prop_assert_eq!(parts.record().expect("record"), RecordKey(record));
            prop_assert!(parts.u32().is_err(), "nothing is left");
        }

        #[test]
        fn no_text_is_the_beginning_of_another(left in "[\\x00ab]{0,4}", right in "[\\x00ab]{0,4}") {
            prop_assume!(left != right);
            let left = Key::of(Table::Note).text(&left).into_bytes();
            let right = Key::of(Table::Note).text(&right).into_bytes();
            prop_assert!(!left.starts_with(&right) && !right.starts_with(&left));
        }

        #[test]
        fn foreign_keys_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(mut parts) = Parts::after_projected(&bytes) {
                let _ = parts.series();
                let _ = parts.text();
                let _ = parts.i64();
            }
        }
    }
}
