use crate::record::{Market, Record};
use jiff::Timestamp;
use std::collections::BTreeMap;
use url::Url;

/// What is asked of a source: the values its placeholders stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// `{query}`; empty where the source has none.
    pub query: String,
    /// Market of the watch, if it overrides the source's own.
    pub market: Option<Market>,
    /// Further placeholders, `{instance}` and the like.
    pub params: BTreeMap<String, String>,
    /// The present instant, for `{now}` and relative dates.
    pub now: Timestamp,
}

/// One request, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// Where.
    pub url: Url,
    /// Headers beside those the client always sends.
    pub headers: Vec<(String, String)>,
    /// Body of a `POST`.
    pub body: Option<String>,
}

/// An answer, whole and decompressed.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Where it came from, after redirects.
    pub url: Url,
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body bytes, content-decoded.
    pub body: Vec<u8>,
    /// When it came.
    pub fetched_at: Timestamp,
}

impl Answer {
    /// The first header of a name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What a page came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extract {
    /// Its records, in page order, authors already pseudonymised.
    pub records: Vec<Record>,
    /// Which of the source's sites its ids belong to, where it has several.
    pub instance: Option<String>,
    /// Ids the page says are gone.
    pub deleted: Vec<String>,
    /// Items the page showed, whether or not they could be read.
    pub items: usize,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
    /// Fields that could not be found, worst first.
    pub missing: Vec<Missing>,
}

/// A field that a page did not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Name of the field in the source file.
    pub field: String,
    /// The selector that found nothing.
    pub selector: String,
    /// In how many items of the page it found nothing.
    pub items: usize,
}
