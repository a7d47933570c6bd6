use super::{AuthorHash, Day, Market, Polarity, Price, SourceClass, Subject};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// What kind of thing a page held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A social or forum post.
    Post,
    /// A comment under a post or a video.
    Comment,
    /// A buyer's review of a product.
    Review,
    /// One line of a ranking: an item at a rank, seen at one time.
    Rank,
    /// A product as a shop shows it.
    Product,
    /// A line of live chat, a support ticket, a sales call.
    Chat,
    /// A return with its reason.
    Return,
    /// Somebody who asks to be told when a product is on sale.
    Signup,
    /// An order line of the seller's own shop; a negative quantity is a return.
    Sale,
    /// A number somebody else counted: searches, page views, mentions.
    Count,
}

impl Kind {
    /// Every kind, in the order of their declaration.
    pub const ALL: [Kind; 10] = [
        Kind::Post,
        Kind::Comment,
        Kind::Review,
        Kind::Rank,
        Kind::Product,
        Kind::Chat,
        Kind::Return,
        Kind::Signup,
        Kind::Sale,
        Kind::Count,
    ];

    /// The lower-case word used in files and output.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Post => "post",
            Kind::Comment => "comment",
            Kind::Review => "review",
            Kind::Rank => "rank",
            Kind::Product => "product",
            Kind::Chat => "chat",
            Kind::Return => "return",
            Kind::Signup => "signup",
            Kind::Sale => "sale",
            Kind::Count => "count",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// An observation of something that changes, so that seeing it again is news: a rank or a
    /// product page. Everything else is an event that happens once.
    pub fn is_observation(self) -> bool {
        matches!(self, Kind::Rank | Kind::Product | Kind::Count)
    }
}

/// Numbers a page shows beside an item. Absent means the page did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Reviews or ratings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviews: Option<u64>,
    /// Likes, favourites, points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
    /// Comments or replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<u64>,
    /// Shares, boosts, reposts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<u64>,
    /// Views or plays; the heat of a hot list; the number of a [`Kind::Count`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// Units sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sold: Option<u64>,
}

/// One item of a page: a post, a ranking line, a product, a review, an order line.
///
/// Fields that the page does not show are `None`, never a stand-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What it is.
    pub kind: Kind,
    /// The source's own id for it.
    pub id: String,
    /// Absolute address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Headline or product name, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Body, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Pseudonym of whoever wrote or bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<AuthorHash>,
    /// Event time. `None`: the page does not tell; stages then use the time of fetching.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Language the source states, BCP-47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Market the record or its source states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<Market>,
    /// Id of the thread, video or product page it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The seller's own SKU, where her own system states it (orders, returns, tickets).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Name of the ranking list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Place in the list, 1 is the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// The place was paid for: not a rank, not demand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paid: bool,
    /// Asking price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Rating, on `rating_scale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<f64>,
    /// The best rating there is (5, 10, 100).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating_scale: Option<f64>,
    /// Numbers shown beside it.
    #[serde(default)]
    pub counts: Counts,
    /// Units of an order line; negative for a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// Set when the text is gone: what remains so that counts and replays still agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residue: Option<Box<Residue>>,
}

impl Record {
    /// An empty record of a kind.
    pub fn new(kind: Kind, id: impl Into<String>) -> Record {
        Record {
            kind,
            id: id.into(),
            url: None,
            title: None,
            text: None,
            author: None,
            time: None,
            lang: None,
            market: None,
            thread: None,
            sku: None,
            list: None,
            rank: None,
            paid: false,
            price: None,
            rating: None,
            rating_scale: None,
            counts: Counts::default(),
            quantity: None,
            residue: None,
        }
    }

    /// The time it counts at: its own, or the time it was fetched. A time after the fetch is a
    /// broken clock at the source and counts as the time of the fetch.
    pub fn event_time(&self, fetched_at: Timestamp) -> Timestamp {
        self.time.map_or(fetched_at, |time| time.min(fetched_at))
    }

    /// What makes it the same record when a source with a single site is read twice; where there
    /// may be several, ask [`Page::key`](super::Page::key). An observation is made different by
    /// the time it was made at.
    pub fn key(&self, source: &str, fetched_at: Timestamp) -> RecordKey {
        let mut hasher = blake3::Hasher::new();
        let mut part = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        part(source.as_bytes());
        part(self.kind.word().as_bytes());
        part(self.id.as_bytes());
        if self.kind.is_observation() {
            part(self.list.as_deref().unwrap_or("").as_bytes());
            part(&self.event_time(fetched_at).as_second().to_be_bytes());
        }
        let mut key = [0_u8; 16];
        key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        RecordKey(key)
    }

    /// Title and body as one text, the way the tagger reads it.
    pub fn full_text(&self) -> String {
        match (self.title.as_deref(), self.text.as_deref()) {
            (Some(title), Some(text)) if !text.is_empty() && title != text => {
                format!("{title}\n{text}")
            }
            (Some(title), _) => title.to_owned(),
            (None, text) => text.unwrap_or("").to_owned(),
        }
    }
}

/// What remains of a record whose text was deleted, forgotten or has expired: no text, no
/// address, no title; only what it counted for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Residue {
    /// Why the text is gone: `deleted`, `forgotten` or `expired`.
    pub why: String,
    /// When it went.
    pub at: Timestamp,
    /// The series it counted in.
    pub subjects: Vec<Subject>,
    /// The market it counted in.
    pub market: Market,
    /// The class of its source.
    pub class: SourceClass,
    /// The day it counted on.
    pub day: Day,
    /// How it felt.
    pub polarity: Option<Polarity>,
    /// Whether it was a question, a wish to buy, a complaint.
    pub intents: super::Intents,
    /// Whether it was set apart as doubtful.
    pub doubtful: bool,
    /// Fingerprints of the text that is gone, so that a copy of it is still known as one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prints: Vec<u64>,
}

/// Identity of a record in the store: 128 bits of BLAKE3 over source, kind and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey(pub [u8; 16]);

impl RecordKey {
    /// The key written by its `Display`.
    pub fn parse(text: &str) -> Option<RecordKey> {
        u128::from_str_radix(text, 16)
            .ok()
            .filter(|_| text.len() == 32)
            .map(|number| RecordKey(number.to_be_bytes()))
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl Serialize for RecordKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        RecordKey::parse(&text).ok_or_else(|| D::Error::custom("not a record key"))
    }
}
