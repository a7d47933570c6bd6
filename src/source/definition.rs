use super::charset::Charset;
use super::cursor::CursorRule;
use super::example::Example;
use super::read::Read;
use super::stream::Stream;
use super::template::{Template, UrlTemplate};
use crate::record::{Kind, Market, Money, SourceClass};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::time::Duration;

/// A checked source file: what to ask a site and how to read its answer.
#[derive(Debug)]
pub struct Source {
    /// Its name in watches and output.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// The site.
    pub home: String,
    /// Name under which authors are pseudonymised, shared by all sources of one site.
    pub site: String,
    /// Names the site that the ids of its records are unique in, where it has several.
    pub(super) instance: Option<Template>,
    /// Kind of evidence it gives.
    pub class: SourceClass,
    /// Kind of its records.
    pub kind: Kind,
    /// Market of records that state none.
    pub market: Option<Market>,
    /// Language of records that state none, BCP-47.
    pub lang: Option<String>,
    /// By which rules it may be read.
    pub access: Access,
    /// Address of the terms, for a documented API.
    pub terms: Option<String>,
    /// What a user must have to use it.
    pub tier: Tier,
    /// Whether it was run against an answer recorded by somebody else.
    pub proven: bool,
    /// Why it is off until the user turns it on; `None`: it is on.
    pub off: Option<String>,
    /// What the site allows, in a sentence.
    pub stance: String,
    /// What `{query}` stands for; `None`: it takes no query.
    pub query: Option<String>,
    /// Silence longer than this means that the source is broken.
    pub expected_silence: Option<Duration>,
    /// Statuses that mean "nothing there", not "failed".
    pub empty_statuses: Vec<u16>,
    /// Values its placeholders need.
    pub params: Vec<Param>,
    /// What a call costs and how many are free.
    pub quota: Quota,
    /// How it is listened to, if it pushes; `None`: it is asked page by page.
    pub stream: Option<Stream>,
    pub(super) request: RequestRule,
    pub(super) cursor: Option<CursorRule>,
    pub(super) charset: Option<Charset>,
    pub(super) reads: Vec<Read>,
    pub(super) merge: bool,
    pub(super) examples: Vec<Example>,
    pub(super) file: String,
}

impl Source {
    /// Whether an HTTP status means that there is nothing, rather than that the request failed.
    pub fn is_empty_status(&self, status: u16) -> bool {
        self.empty_statuses.contains(&status)
    }

    /// Most pages to read of one query in one pass; 1 where the source has no cursor.
    pub fn pages_max(&self) -> u32 {
        self.cursor.as_ref().map_or(1, |cursor| cursor.pages_max)
    }

    /// Formats its answers are read as, in order.
    pub fn formats(&self) -> Vec<&'static str> {
        self.reads.iter().map(|read| read.format.word()).collect()
    }

    /// Where the definition came from: a path, or `built in`.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// How many examples of its own the file carries.
    pub fn examples(&self) -> usize {
        self.examples.len()
    }

    /// Whether the market of a watch changes what is asked, whichever it is.
    pub fn takes_any_market(&self) -> bool {
        let by_market = |name: &str| matches!(name, "country" | "market");
        self.request.url.slots().any(|slot| by_market(&slot.name))
    }

    /// Markets it can be asked about: its own, and those its values are known for.
    pub fn markets(&self) -> Vec<Market> {
        let mut markets: Vec<Market> = self.market.iter().cloned().collect();
        for param in &self.params {
            markets.extend(param.by_market.keys().cloned());
        }
        markets.sort();
        markets.dedup();
        markets
    }
}

/// By which rules a source may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// robots.txt decides.
    Crawl,
    /// The terms of a documented API decide.
    DocumentedApi,
}

impl Access {
    pub(super) const WORDS: [&str; 2] = ["crawl", "documented-api"];

    /// The word used in files and output.
    pub fn word(self) -> &'static str {
        match self {
            Access::Crawl => "crawl",
            Access::DocumentedApi => "documented-api",
        }
    }
}

/// What a user must have to use a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Nothing.
    None,
    /// A key that everybody gets at once.
    FreeKey,
    /// A key that the site hands out after a review.
    Approval,
    /// A file that the user exported.
    OwnExport,
    /// The user's own decision to fetch pages the site does not offer to programs.
    PageFetch,
}

impl Tier {
    pub(super) const WORDS: [&str; 5] =
        ["none", "free-key", "approval", "own-export", "page-fetch"];

    /// The word used in files and output.
    pub fn word(self) -> &'static str {
        Tier::WORDS[self as usize]
    }
}

/// A value that a placeholder stands for.
#[derive(Debug, Clone)]
pub struct Param {
    /// `{name}` in the templates.
    pub name: String,
    /// What it is and where to get it.
    pub help: String,
    /// What one looks like.
    pub example: String,
    /// Used when none is given.
    pub default: Option<String>,
    /// Environment variable it is read from when none is given.
    pub env: Option<String>,
    /// Never shown.
    pub secret: bool,
    /// The request can do without.
    pub optional: bool,
    /// Used when none is given and the market is known.
    pub by_market: BTreeMap<Market, String>,
}

/// What a call costs, and what a site gives in a day or a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Name of the bucket that calls are taken from; sources with the same one share it.
    pub bucket: String,
    /// Where the bucket's day begins at midnight.
    pub resets: TimeZone,
    /// Units the first page costs.
    pub cost: u32,
    /// Units each further page costs.
    pub cost_more: u32,
    /// Units a day.
    pub units_per_day: Option<u64>,
    /// Calls a day.
    pub calls_per_day: Option<u64>,
    /// Records a month.
    pub records_per_month: Option<u64>,
    /// Price of a record.
    pub price: Option<Money>,
    /// Most records one call gives.
    pub records_per_call_max: u32,
    /// A record that was paid is free for the rest of the bucket's day.
    pub free_again: bool,
    /// Least pause between two calls.
    pub pause: Option<Duration>,
    /// What else there is to know.
    pub note: Option<String>,
}

impl Quota {
    /// Whether there is anything to keep an account of.
    pub fn is_limited(&self) -> bool {
        self.units_per_day.is_some()
            || self.calls_per_day.is_some()
            || self.records_per_month.is_some()
            || self.price.is_some()
    }
}

#[derive(Debug)]
pub(super) struct RequestRule {
    pub method: String,
    pub url: UrlTemplate,
    /// The address as it was written.
    pub shown: String,
    pub headers: Vec<(String, Template)>,
    pub body: Option<Template>,
    pub since: Option<Since>,
    pub since_overlap: Duration,
}

impl RequestRule {
    /// Whether the address or a header carries a placeholder.
    pub fn has_place_for(&self, name: &str) -> bool {
        let headers = self.headers.iter().flat_map(|(_, value)| value.slots());
        self.url
            .slots()
            .chain(headers)
            .any(|slot| slot.name == name)
    }
}

/// What `{since}` is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Since {
    /// Id of the newest record seen.
    Id,
    /// Time of the newest record seen, in a format.
    Time(String),
}
