//! record → tags: language, market, sentiment, intent, keyphrases, SKU mentions.
//! A pure function of a record and a context value.

use crate::record::{Market, Record, SourceClass, Tags};

/// What is known of a text's source before the text is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// The source's default market.
    pub market: Option<Market>,
    /// The source's language, BCP-47.
    pub language: Option<String>,
    /// The class of the source.
    pub class: Option<SourceClass>,
}

/// Context.
#[derive(Debug, Default)]
pub struct Context;

/// Tags of a record.
pub fn tag(_record: &Record, _hints: &Hints, _context: &Context) -> Tags {
    Tags::default()
}
