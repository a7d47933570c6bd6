use super::{Day, Market, Offset, RecordKey, SeriesKey, SourceClass};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How an alert is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertClass {
    /// More people talk, and the mood has not soured.
    Hit,
    /// More people talk, and they disagree more than usual.
    Mixed,
    /// More people talk, because they are unhappy.
    Crisis,
    /// The rise is what a holiday or sales day brings.
    Seasonal,
    /// The price fell and people came: demand that was bought.
    PriceWar,
    /// Copies, giveaways, one loud author: shown, never pushed.
    SuspiciousBurst,
}

impl AlertClass {
    /// The word used in files and output.
    pub fn word(self) -> &'static str {
        match self {
            AlertClass::Hit => "hit",
            AlertClass::Mixed => "mixed",
            AlertClass::Crisis => "crisis",
            AlertClass::Seasonal => "seasonal",
            AlertClass::PriceWar => "price-war",
            AlertClass::SuspiciousBurst => "suspicious-burst",
        }
    }

    /// Whether a buyer is told without asking.
    pub fn is_pushed(self) -> bool {
        matches!(
            self,
            AlertClass::Hit | AlertClass::Mixed | AlertClass::Crisis
        )
    }
}

/// A series that left its baseline, with all that is needed to recompute it from the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Stable id: a hash of series and day.
    pub id: String,
    /// Which series.
    pub series: SeriesKey,
    /// The day whose close raised it.
    pub day: Day,
    /// Ingest time of the page that closed the day: when it could be known.
    pub raised_at: Timestamp,
    /// Log entries read by then.
    pub offset: Offset,
    /// How to read it.
    pub class: AlertClass,
    /// Length of the window that stands out most, in days, ending on `day`.
    pub window_days: u8,
    /// Primary count in the window (distinct authors a day, summed). Where copies and other
    /// doubtful records made the burst, they are in it too.
    pub observed: u32,
    /// What the baseline expected there.
    pub expected: f64,
    /// Central 95 % band of the expectation.
    pub band: (f64, f64),
    /// Variance over mean that the tail was computed with: the series' own in this window, plus
    /// what is uncertain about its level.
    pub dispersion: f64,
    /// Normal score of the tail.
    pub score: f64,
    /// Tail probability behind the score.
    pub p: f64,
    /// The threshold on `score` that was in force.
    pub threshold: f64,
    /// It would not have fired below this many.
    pub silent_below: u32,
    /// observed / expected.
    pub lift: f64,
    /// Distinct authors in the window.
    pub authors: u32,
    /// (Σ n)² / Σ n² over authors: one loud author counts once. `None` where authors are unknown.
    pub effective_authors: Option<f64>,
    /// Records counted in the window.
    pub mentions: u32,
    /// Records of the window that were set apart.
    pub doubtful: u32,
    /// First day the series was ever seen.
    pub first_seen: Day,
    /// Records of the window by source, most first.
    pub sources: Vec<(String, u32)>,
    /// Sentiment in the window.
    pub sentiment: SentimentShare,
    /// Sentiment in the 28 days before it.
    pub sentiment_before: SentimentShare,
    /// Phrases that rise with it.
    pub terms: Vec<String>,
    /// Records that show it, one an author.
    pub quotes: Vec<Quote>,
    /// Share of the requests due in the window that were answered; `None` when none was due.
    pub coverage: Option<f64>,
    /// Volume of the market and class in the window, against its own baseline (1 = as usual).
    pub exposure: f64,
    /// Rank, if a list shows the item.
    pub rank: Option<Change>,
    /// Asking price, if a list shows it.
    pub price: Option<Change>,
    /// Other classes that rose in the same market within three days.
    pub also: Vec<SourceClass>,
    /// Holiday or sales day near the window in this market.
    pub occasion: Option<String>,
}

impl Alert {
    /// The id of an alert on a series and day.
    pub fn id_of(series: &SeriesKey, day: Day) -> String {
        let text = format!(
            "{}\0{}\0{}\0{}\0{}",
            series.subject.sort(),
            series.subject.name(),
            series.market,
            series.class,
            day.0
        );
        // A letter first: digits alone would look like a phone number to those who mask them.
        format!("a{}", &blake3::hash(text.as_bytes()).to_hex()[..9])
    }

    /// The market.
    pub fn market(&self) -> &Market {
        &self.series.market
    }
}

/// A number before the window and in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Before: the last value seen before the window; `None` when it was not in the list.
    pub before: Option<f64>,
    /// In the window: the latest value; `None` when it left the list.
    pub now: Option<f64>,
}

/// Mentions by sentiment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentimentShare {
    /// Negative mentions.
    pub negative: u32,
    /// Neutral mentions.
    pub neutral: u32,
    /// Positive mentions.
    pub positive: u32,
}

/// A record that stands as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Its key; the text is read from the log when shown, and is gone when the author is.
    pub record: RecordKey,
    /// Its source.
    pub source: String,
    /// Event time.
    pub time: Timestamp,
}
