use crate::record::{AuthorKey, Position, SourceClass};
use crate::source::{Access, Answer, Ask, Extract, Quota, Request, Source, Stream, Tier};
use std::sync::Arc;
use std::time::Duration;

/// Why a source could not make a request or read an answer.
pub type SiteError = Box<dyn std::error::Error + Send + Sync>;

/// What the crawler needs to know of a source: how to ask it, how to read its answer, and the
/// manners it wants.
pub trait Site: Send + Sync {
    /// Name of the source; the log and every message use it.
    fn name(&self) -> &str;
    /// Which kind of evidence it gives.
    fn class(&self) -> SourceClass;
    /// The request for a page: the first one where `cursor` is `None`.
    fn request(
        &self,
        ask: &Ask,
        position: Option<&Position>,
        cursor: Option<&str>,
    ) -> Result<Request, SiteError>;
    /// What an answer holds. Authors are pseudonymised here, with `authors`; a page that takes
    /// longer than `budget` to parse is given up.
    fn extract(
        &self,
        answer: &Answer,
        ask: &Ask,
        authors: &AuthorKey,
        budget: Duration,
    ) -> Result<Extract, SiteError>;
    /// Whether robots.txt decides (`access = "crawl"`), or the terms of a documented API do.
    fn obeys_robots(&self) -> bool;
    /// At most so many pages in one pass.
    fn max_pages(&self) -> u32;
    /// Least pause between two requests to its host; the crawler's own may be longer.
    fn pause(&self) -> Duration;
    /// What its calls cost and how many it gives; `None` where that is not limited.
    fn quota(&self) -> Option<&Quota> {
        None
    }
    /// Whether a status beside 200 means that there is nothing, and not that something is wrong.
    fn means_empty(&self, status: u16) -> bool;
    /// Whether the items of a page are all posts there are (a denominator), or only those that
    /// match a keyword.
    fn has_total(&self) -> bool;
    /// How it is listened to, if it pushes; `None`: it is asked page by page.
    fn stream(&self) -> Option<&Stream> {
        None
    }
    /// What is said once its stream is open.
    fn say(&self, _ask: &Ask) -> Result<Vec<String>, SiteError> {
        Ok(Vec::new())
    }
    /// Silence longer than this means that the source is broken; `None`: it says nothing of it.
    fn expected_silence(&self) -> Option<Duration> {
        None
    }
    /// Authors as a page writes them, to be taken out of a copy that is kept.
    fn author_names(&self, _answer: &Answer, _ask: &Ask, _budget: Duration) -> Vec<String> {
        Vec::new()
    }
}

/// A source and what to ask it, now.
#[derive(Clone)]
pub struct Job {
    /// The source.
    pub site: Arc<dyn Site>,
    /// What is asked.
    pub ask: Ask,
    /// Name of the question in the log and in positions.
    pub query: String,
}

impl Job {
    /// A job whose question is named after all that makes it different from others to the same
    /// source: the query, then market and parameters where given (`lamp @de instance=example.org`).
    pub fn new(site: Arc<dyn Site>, ask: Ask) -> Job {
        let mut parts: Vec<String> = Vec::new();
        if !ask.query.is_empty() {
            parts.push(ask.query.clone());
        }
        if let Some(market) = &ask.market {
            parts.push(format!("@{market}"));
        }
        for (key, value) in &ask.params {
            parts.push(format!("{key}={value}"));
        }
        Job {
            site,
            ask,
            query: parts.join(" "),
        }
    }
}

/// Where the keys that a source needs come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// The environment variables that the source file names.
    Environment,
    /// Nowhere: recorded answers need none.
    NotNeeded,
}

/// A source file as a site to crawl.
pub struct Defined {
    source: Arc<Source>,
    keys: Keys,
}

impl Defined {
    /// A site from its definition.
    pub fn new(source: Arc<Source>, keys: Keys) -> Defined {
        Defined { source, keys }
    }

    /// The question with its keys. They are added here, after the question was named, so that no
    /// key gets into the log.
    fn keyed(&self, ask: &Ask) -> Ask {
        let key = |name: &str| match self.keys {
            Keys::Environment => std::env::var(name).ok(),
            Keys::NotNeeded => Some("recorded".to_owned()),
        };
        Ask {
            params: self.source.complete(&ask.params, &key),
            ..ask.clone()
        }
    }
}

impl Site for Defined {
    fn name(&self) -> &str {
        &self.source.name
    }

    fn class(&self) -> SourceClass {
        self.source.class
    }

    fn request(
        &self,
        ask: &Ask,
        position: Option<&Position>,
        cursor: Option<&str>,
    ) -> Result<Request, SiteError> {
        let is_live = matches!(self.keys, Keys::Environment);
        if is_live && self.source.tier == Tier::OwnExport {
            return Err(
                "it only reads what you saved; put the files into a folder, each with \
                        a NAME.meta.json that tells its url, and read them with `crawl --replay`"
                    .into(),
            );
        }
        Ok(self.source.request(&self.keyed(ask), position, cursor)?)
    }

    fn extract(
        &self,
        answer: &Answer,
        ask: &Ask,
        authors: &AuthorKey,
        budget: Duration,
    ) -> Result<Extract, SiteError> {
        Ok(self.source.extract_within(answer, ask, authors, budget)?)
    }

    fn obeys_robots(&self) -> bool {
        self.source.access == Access::Crawl
    }

    fn max_pages(&self) -> u32 {
        self.source.pages_max()
    }

    fn pause(&self) -> Duration {
        self.source.quota.pause.unwrap_or_default()
    }

    fn quota(&self) -> Option<&Quota> {
        Some(&self.source.quota)
    }

    fn means_empty(&self, status: u16) -> bool {
        self.source.is_empty_status(status)
    }

    fn has_total(&self) -> bool {
        self.source.class != SourceClass::SocialSearch
    }

    fn stream(&self) -> Option<&Stream> {
        self.source.stream.as_ref()
    }

    fn say(&self, ask: &Ask) -> Result<Vec<String>, SiteError> {
        Ok(self.source.say(&self.keyed(ask))?)
    }

    fn expected_silence(&self) -> Option<Duration> {
        self.source.expected_silence
    }

    fn author_names(&self, answer: &Answer, ask: &Ask, budget: Duration) -> Vec<String> {
        self.source.author_names(answer, ask, budget)
    }
}

/// The host of an address as [`Memory`](super::Memory) names it: `name`, or `name:port` where
/// the port is not the one its scheme implies.
pub(super) fn host_of(url: &url::Url) -> String {
    let name = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Library;

    #[test]
    fn a_host_is_named_without_the_port_its_scheme_implies() {
        let host = |url: &str| super::host_of(&url.parse().expect("url"));
        assert_eq!(host("https://Example.org:443/a"), "example.org");
        assert_eq!(host("http://example.org:8080/a"), "example.org:8080");
        assert_eq!(host("http://[::1]:81/"), "[::1]:81");
    }

    #[test]
    fn what_reads_saved_pages_only_is_never_fetched() {
        let (library, _) = Library::load_partly(None);
        let source = library.get("tiktok-videos").expect("source");
        let ask = Ask {
            query: "kettle".to_owned(),
            market: None,
            params: std::collections::BTreeMap::new(),
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        let live = Defined::new(source.clone(), Keys::Environment);
        let refused = live.request(&ask, None, None).expect_err("no request");
        assert!(refused.to_string().contains("--replay"), "{refused}");
        let replay = Defined::new(source, Keys::NotNeeded);
        assert!(replay.request(&ask, None, None).is_ok());
    }
}
