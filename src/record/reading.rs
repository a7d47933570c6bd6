//! How a page was asked for and read: what the health of a source and our manners are judged by.

use super::{Coverage, Record};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a page was asked for and what was found in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// Every exchange made for it, in order: retries, redirects and robots.txt included. Empty
    /// where nothing was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// What the page held; `None` where none came, or one that could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    /// Why it was refused, failed or is doubted, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One exchange with a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The host (`name` or `name:port`).
    pub host: String,
    /// When it was sent.
    pub at: Timestamp,
    /// HTTP status; 0: no whole answer.
    pub status: u16,
    /// Milliseconds from sending to the last byte.
    pub ms: u32,
    /// Bytes of the body, decompressed.
    pub bytes: u64,
    /// Milliseconds that had to pass before the next request to the host, by its robots.txt, its
    /// source file or the settings.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pause_ms: u64,
    /// No request before this instant, the answer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// The circuit of the host opened upon it, until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_until: Option<Timestamp>,
    /// It asked for robots.txt.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub robots: bool,
    /// Where the site says the page has moved for good (301, 308), secrets hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What a page held, before the store dropped what it knew already.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Found {
    /// The first page of a pass; later ones are as long as what is left.
    pub first: bool,
    /// Items the page showed, whether or not they could be read.
    pub items: u32,
    /// Records that were read.
    pub records: u32,
    /// Records that have the field, by field; a field that none has is not named.
    pub filled: BTreeMap<String, u32>,
    /// Form of the ids that most records share (`9` digits, `a` letters, `x` both).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_form: Option<String>,
    /// Print of what the records say. Two pages that say the same have the same.
    pub print: u64,
}

/// A page without its records: how it was asked for, when, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// Name of the source.
    pub source: String,
    /// The question put to it.
    pub query: String,
    /// Ingest time.
    pub at: Timestamp,
    /// What was asked and what came back.
    pub coverage: Coverage,
    /// How it was read.
    pub reading: Reading,
}

impl Found {
    /// What a page of `items` items held.
    pub fn of(records: &[Record], items: usize, first: bool) -> Found {
        let mut filled = BTreeMap::new();
        let mut forms: BTreeMap<String, usize> = BTreeMap::new();
        let mut print = blake3::Hasher::new();
        for record in records {
            for field in fields(record) {
                *filled.entry(field.to_owned()).or_default() += 1;
            }
            *forms.entry(form(&record.id)).or_default() += 1;
            for part in [&Some(record.id.clone()), &record.title, &record.text] {
                let part = part.as_deref().unwrap_or_default();
                print.update(&(part.len() as u64).to_be_bytes());
                print.update(part.as_bytes());
            }
            let price = record.price.as_ref().map(|price| &price.amount);
            print.update(format!("{:?}{price:?}", record.rank).as_bytes());
        }
        let common = forms.into_iter().find(|(_, n)| n * 2 > records.len());
        let mut first_8 = [0; 8];
        first_8.copy_from_slice(&print.finalize().as_bytes()[..8]);
        Found {
            first,
            items: u32::try_from(items).unwrap_or(u32::MAX),
            records: u32::try_from(records.len()).unwrap_or(u32::MAX),
            filled,
            id_form: common.map(|(form, _)| form),
            print: u64::from_be_bytes(first_8),
        }
    }
}

/// Names of the fields a record has, as source files write them.
fn fields(record: &Record) -> impl Iterator<Item = &'static str> {
    let currency = record
        .price
        .as_ref()
        .and_then(|price| price.currency.as_ref());
    let counts = &record.counts;
    let all = [
        ("url", record.url.is_some()),
        ("title", record.title.is_some()),
        ("text", record.text.is_some()),
        ("author", record.author.is_some()),
        ("time", record.time.is_some()),
        ("lang", record.lang.is_some()),
        ("market", record.market.is_some()),
        ("thread", record.thread.is_some()),
        ("list", record.list.is_some()),
        ("sku", record.sku.is_some()),
        ("rank", record.rank.is_some()),
        ("currency", currency.is_some()),
        ("price", record.price.is_some()),
        ("rating", record.rating.is_some()),
        ("reviews", counts.reviews.is_some()),
        ("likes", counts.likes.is_some()),
        ("comments", counts.comments.is_some()),
        ("shares", counts.shares.is_some()),
        ("views", counts.views.is_some()),
        ("sold", counts.sold.is_some()),
        ("quantity", record.quantity.is_some()),
    ];
    all.into_iter()
        .filter(|(_, is_filled)| *is_filled)
        .map(|(name, _)| name)
}

/// The form of an id: its runs of letters and digits by kind, the marks between them as they are.
fn form(id: &str) -> String {
    /// A longer form tells nothing more.
    const CHARS_MAX: usize = 60;
    let mut out = String::new();
    let mut run = None;
    for c in id.chars() {
        let kind = match c {
            _ if c.is_numeric() => '9',
            _ if c.is_alphabetic() => 'a',
            mark => {
                out.extend(run.take());
                out.push(mark);
                continue;
            }
        };
        run = Some(match run {
            Some(held) if held != kind => 'x',
            _ => kind,
        });
    }
    out.extend(run);
    out.chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Kind, Price};

    #[test]
    fn an_id_is_known_by_its_form() {
        for (id, wanted) in [
            ("123", "9"),
            ("B0CX23V2ZK", "x"),
            ("at://did:plc:abc1/post/3k2", "a://a:a:x/a/x"),
            ("", ""),
        ] {
            assert_eq!(form(id), wanted, "{id}");
        }
    }

    #[test]
    fn fields_are_counted_by_record_and_the_same_page_has_the_same_print() {
        let record = |id: &str, price: Option<&str>| Record {
            title: Some(format!("Lamp {id}")),
            price: price.map(|amount| Price {
                amount: amount.into(),
                currency: None,
            }),
            ..Record::new(Kind::Rank, id)
        };
        let page = [record("1", Some("9.90")), record("2", None)];
        let found = Found::of(&page, 3, true);
        assert_eq!((found.items, found.records), (3, 2));
        let filled: Vec<_> = found.filled.iter().map(|(f, n)| (f.as_str(), *n)).collect();
        assert_eq!(filled, [("price", 1), ("title", 2)]);
        assert_eq!(found.id_form.as_deref(), Some("9"));
        assert_eq!(found.print, Found::of(&page, 9, false).print);
        let dearer = [record("1", Some("9.95")), record("2", None)];
        assert_ne!(found.print, Found::of(&dearer, 3, true).print);
    }
}
