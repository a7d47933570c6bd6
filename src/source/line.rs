use crate::record::Record;
use serde::Serialize;

/// One record as a line of output: every key always there, `null` where the page has none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// `post`, `rank`, `product`, `review`, `comment`, …
    pub kind: &'static str,
    /// The source's own id.
    pub id: String,
    /// Absolute address.
    pub url: Option<String>,
    /// Headline or product name.
    pub title: Option<String>,
    /// Body, plain text.
    pub text: Option<String>,
    /// Pseudonym of the author, 16 hex digits.
    pub author_hash: Option<String>,
    /// Event time, RFC 3339 UTC.
    pub time: Option<String>,
    /// Place in the list.
    pub rank: Option<u32>,
    /// Decimal string.
    pub price: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Rating.
    pub rating: Option<f64>,
    /// The best rating there is.
    pub rating_scale: Option<f64>,
    /// Reviews or ratings.
    pub count_reviews: Option<u64>,
    /// Likes or points.
    pub count_likes: Option<u64>,
    /// Comments or replies.
    pub count_comments: Option<u64>,
    /// Shares or boosts.
    pub count_shares: Option<u64>,
    /// Views or plays.
    pub count_views: Option<u64>,
    /// Units sold.
    pub count_sold: Option<u64>,
    /// Language the source states.
    pub lang: Option<String>,
    /// Market the source states.
    pub market: Option<String>,
}

impl From<&Record> for Line {
    fn from(record: &Record) -> Line {
        let price = record.price.as_ref();
        Line {
            kind: record.kind.word(),
            id: record.id.clone(),
            url: record.url.clone(),
            title: record.title.clone(),
            text: record.text.clone(),
            author_hash: record.author.map(|author| author.to_string()),
            time: record.time.map(|time| time.to_string()),
            rank: record.rank,
            price: price.map(|price| price.amount.clone()),
            currency: price.and_then(|price| price.currency.clone()),
            rating: record.rating,
            rating_scale: record.rating_scale,
            count_reviews: record.counts.reviews,
            count_likes: record.counts.likes,
            count_comments: record.counts.comments,
            count_shares: record.counts.shares,
            count_views: record.counts.views,
            count_sold: record.counts.sold,
            lang: record.lang.clone(),
            market: record.market.as_ref().map(ToString::to_string),
        }
    }
}
