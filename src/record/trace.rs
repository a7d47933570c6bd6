use super::{AuthorHash, Day, Market, Polarity, RecordKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A record that counted in a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The record.
    pub record: RecordKey,
    /// Event day.
    pub day: Day,
    /// Event time.
    pub time: Timestamp,
    /// Source.
    pub source: String,
    /// Author, where known.
    pub author: Option<AuthorHash>,
    /// Sentiment, where the tagger did not abstain.
    pub polarity: Option<Polarity>,
    /// Set apart as doubtful.
    pub doubtful: bool,
}

/// First holder of a text fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The fingerprint.
    pub print: u64,
    /// The earliest day it was seen.
    pub day: Day,
    /// The record that had it first.
    pub record: RecordKey,
    /// Its author, where known.
    pub author: Option<AuthorHash>,
}

/// One observation of an item in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankPoint {
    /// Source of the list.
    pub source: String,
    /// The list.
    pub list: String,
    /// Market of the list.
    pub market: Market,
    /// The source's id of the item.
    pub item: String,
    /// When it was seen.
    pub time: Timestamp,
    /// Its place; 1 is the top. `None`: a product page without a rank.
    pub rank: Option<u32>,
    /// Paid place.
    pub paid: bool,
    /// Asking price, as a decimal string.
    pub price: Option<String>,
    /// Reviews or ratings shown.
    pub reviews: Option<u64>,
    /// The SKU it is linked to, if any.
    pub sku: Option<String>,
}
