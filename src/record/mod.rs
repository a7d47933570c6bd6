//! Plain values that every stage speaks. No I/O, no clock reads, no engine.

mod account;
mod alert;
mod author;
mod calendar;
mod cell;
mod clock;
mod day;
mod host;
mod market;
mod mask;
mod page;
mod post;
mod price;
mod reading;
mod series;
mod sku;
mod state;
mod tags;
mod trace;

pub use account::{Account, Money, Spent};
pub use alert::{Alert, AlertClass, Change, Quote, SentimentShare};
pub use author::{AuthorHash, AuthorKey};
pub use calendar::{Calendar, CalendarError, Occasion, OccasionKind};
pub use cell::{Authors, Cell, EXACT_AUTHORS_MAX};
pub use clock::{Clock, SimClock, SystemClock};
pub use day::Day;
pub use host::HostMemory;
pub use market::{MARKETS, Market, MarketInfo};
pub use mask::{mask, mask_page};
pub use page::{Appended, Coverage, Entry, HOUR_S, Offset, Page, Position};
pub use post::{Counts, Kind, Record, RecordKey, Residue};
pub use price::Price;
pub use reading::{Exchange, Found, Reading, Visit};
pub use series::{SeriesKey, SourceClass, Subject};
pub use sku::{Leg, Sku, StockLevel};
pub use state::{Cohort, MarketState, SeriesState};
pub use tags::{
    Aspect, Chances, Doubt, Intents, Keyphrase, LanguageGuess, MarketGuess, Mention, Polarity,
    Reason, ReasonGuess, Sentiment, Tags,
};
pub use trace::{Evidence, Fingerprint, RankPoint};
