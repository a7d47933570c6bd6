//! Records that belong together: duplicates, threads, distinct authors. The stateful stage
//! between tagging and the store; what it must look up is handed to it.
//!
//! The rules of counting, in one place:
//! - A record counts once, when it is first met. A newer version of it (an edit) replaces its
//!   tags and changes no count.
//! - It counts on the day of its event, however late it comes, once in each of its series.
//! - One post that two sources show at one address counts once: the later one is a copy.
//! - A doubtful record (copy, giveaway, advert, paid place) counts as `doubtful` and nowhere else.
//! - Without an author a record counts as a mention; an order without a customer is its own buyer.
//! - A return takes its units back and is nobody's interest.
//! - A record whose text is gone counts from its residue, exactly as it did.

mod address;
mod count;
mod lookup;
mod print;
mod subject;

pub use count::{Batch, gather};
pub use lookup::{Lookup, LookupError};
pub use subject::title_phrase;

use crate::record::{
    AuthorHash, Day, Doubt, Kind, Market, Price, RankPoint, Record, RecordKey, Residue,
    SourceClass, Subject, Tags,
};
use jiff::Timestamp;

/// Version of the rules of counting; a change of them makes a new generation.
pub const RULES: &str = "gather-3";

/// What is known of a source beside its pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// The market it is read for.
    pub market: Option<Market>,
    /// The language it is written in.
    pub language: Option<String>,
    /// What kind of evidence it gives.
    pub class: Option<SourceClass>,
}

/// A tagged record with all that can be said of it without looking anything up.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its key.
    pub key: RecordKey,
    /// Its source.
    pub source: String,
    /// Class of the source.
    pub class: SourceClass,
    /// Event time.
    pub time: Timestamp,
    /// The day it counts on.
    pub day: Day,
    /// The market it counts in.
    pub market: Market,
    /// The subjects it counts in.
    pub subjects: Vec<Subject>,
    /// Whoever wrote or bought.
    pub author: Option<AuthorHash>,
    /// How much it counts.
    pub weight: Weight,
    /// Fingerprints of its text.
    pub prints: Vec<u64>,
    /// Its tags.
    pub tags: Tags,
    /// Its place in a list.
    pub point: Option<RankPoint>,
    /// Its text is gone: it counts from its residue.
    pub gone: bool,
}

/// How much a record counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// One person's word.
    Voice,
    /// Units bought; negative: brought back.
    Units(i64),
    /// A number somebody else counted.
    Number(u32),
}

/// Read a tagged record into an [`Item`]: where and how it counts. A pure function, safe to run
/// on many threads.
pub fn item(
    key: RecordKey,
    source: &str,
    class: SourceClass,
    fetched_at: Timestamp,
    record: &Record,
    mut tags: Tags,
    facts: Option<&SourceFacts>,
) -> Item {
    if let Some(residue) = &record.residue {
        return from_residue(key, source, fetched_at, record, residue);
    }
    let time = record.event_time(fetched_at);
    let market = subject::market(record, &tags, facts);
    let subjects = subject::subjects(record, &tags);
    if record.paid && !tags.doubt.contains(&Doubt::Paid) {
        tags.doubt.push(Doubt::Paid);
    }
    let prints = prints(record);
    Item {
        key,
        source: source.to_owned(),
        class,
        time,
        day: Day::of(time),
        point: point(source, &market, time, record, &subjects),
        market,
        subjects,
        author: author(record),
        weight: weight(record),
        prints,
        tags,
        gone: false,
    }
}

/// What must remain of a record when its text goes, so that counts and replays still agree.
///
/// The tags of `item` are those the projection holds for it: doubts that only its neighbours could
/// tell are in them.
pub fn residue(why: &str, at: Timestamp, item: Item) -> Residue {
    Residue {
        why: why.to_owned(),
        at,
        doubtful: !item.tags.doubt.is_empty(),
        polarity: item.tags.sentiment.counted(),
        intents: item.tags.intents,
        subjects: item.subjects,
        market: item.market,
        class: item.class,
        day: item.day,
        prints: item.prints,
    }
}

fn from_residue(
    key: RecordKey,
    source: &str,
    fetched_at: Timestamp,
    record: &Record,
    residue: &Residue,
) -> Item {
    let mut tags = Tags {
        intents: residue.intents,
        ..Tags::default()
    };
    if let Some(polarity) = residue.polarity {
        tags.sentiment.label = polarity;
        tags.sentiment.abstain = false;
    }
    if residue.doubtful {
        // Which doubt it was is gone with the text; that there was one is what counts.
        tags.doubt.push(Doubt::NearDuplicate);
    }
    Item {
        key,
        source: source.to_owned(),
        class: residue.class,
        time: record.event_time(fetched_at),
        day: residue.day,
        market: residue.market.clone(),
        subjects: residue.subjects.clone(),
        author: author(record),
        weight: weight(record),
        prints: residue.prints.clone(),
        tags,
        point: None,
        gone: true,
    }
}

/// What a copy of it would share with it.
fn prints(record: &Record) -> Vec<u64> {
    if !is_written(record.kind) {
        return Vec::new();
    }
    let text = record.full_text();
    let mut prints = print::prints(&text);
    // Comments and reviews often carry the address of what they are about.
    if record.kind == Kind::Post
        && let Some(address) = record.url.as_deref().and_then(address::canonical)
    {
        prints.push(print::at_address(&address, &text));
    }
    prints
}

/// Kinds that people write, so that copies mean something.
fn is_written(kind: Kind) -> bool {
    matches!(kind, Kind::Post | Kind::Comment | Kind::Review | Kind::Chat)
}

/// Who is behind a record. An order without a customer is one buyer, known by its order.
fn author(record: &Record) -> Option<AuthorHash> {
    match (record.author, record.kind, &record.thread) {
        (Some(author), _, _) => Some(author),
        (None, Kind::Sale, Some(order)) => {
            let hash = blake3::derive_key("groundswell order without a customer", order.as_bytes());
            let mut bytes = [0_u8; 8];
            bytes.copy_from_slice(&hash[..8]);
            Some(AuthorHash(u64::from_be_bytes(bytes)))
        }
        _ => None,
    }
}

fn weight(record: &Record) -> Weight {
    match record.kind {
        Kind::Sale => Weight::Units(record.quantity.unwrap_or(1)),
        Kind::Count => Weight::Number(
            record
                .counts
                .views
                .map_or(1, |views| u32::try_from(views).unwrap_or(u32::MAX)),
        ),
        _ => Weight::Voice,
    }
}

fn point(
    source: &str,
    market: &Market,
    time: Timestamp,
    record: &Record,
    subjects: &[Subject],
) -> Option<RankPoint> {
    matches!(record.kind, Kind::Rank | Kind::Product).then(|| RankPoint {
        source: source.to_owned(),
        list: record.list.clone().unwrap_or_default(),
        market: market.clone(),
        item: record.id.clone(),
        time,
        rank: record.rank,
        paid: record.paid,
        price: record
            .price
            .as_ref()
            .map(|Price { amount, .. }| amount.clone()),
        reviews: record.counts.reviews,
        sku: record.sku.clone().or_else(|| {
            subjects
                .iter()
                .find(|subject| matches!(subject, Subject::Sku(_)))
                .map(|subject| subject.name().to_owned())
        }),
    })
}
