//! Where the next page is, by the rule a source file states.

use super::document::Document;
use super::exchange::Answer;
use super::path::Path;
use super::rule::Item;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use scraper::Selector;
use serde_json::Value;

/// How the next page is found.
#[derive(Debug)]
pub(super) struct CursorRule {
    pub next: Next,
    /// The answer says with this that there is more; without it the next page is the last.
    pub more: Option<Path>,
    /// Query key that carries the cursor, if the address has one.
    pub key: Option<String>,
    /// Most pages to read of one query in one pass.
    pub pages_max: u32,
}

/// Where the cursor of the next page comes from.
#[derive(Debug)]
pub(super) enum Next {
    /// The `Link` header with `rel="next"` (RFC 8288).
    Link,
    /// A value in the answer: the cursor, or an address that carries it.
    Path(Path),
    /// The same in a page.
    Css(Selector, String),
    /// Pages are counted.
    Page {
        /// Number of the first page.
        first: u32,
        /// By how much it grows.
        step: u32,
        /// A page with fewer items is the last one.
        full: Option<u32>,
    },
    /// A page ends where the next one begins: at the time of its oldest record.
    Oldest {
        /// How the time is written.
        format: String,
        /// Read twice, so that records of one instant are not cut apart.
        overlap: SignedDuration,
        /// A page with fewer items is the last one.
        full: Option<u32>,
    },
}

/// What a page held, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// Items, whether or not they could be read.
    pub items: usize,
    /// Time of the oldest record.
    pub oldest: Option<Timestamp>,
}

impl CursorRule {
    /// Cursor of the page after `answer`.
    pub fn next(&self, answer: &Answer, document: &Document<'_>, held: Held) -> Option<String> {
        let whole = document.whole();
        let ends = |full: &Option<u32>| full.is_some_and(|full| held.items < full as usize);
        if held.items == 0 {
            return None;
        }
        if let (Some(more), Item::Json(value)) = (&self.more, whole) {
            let truth = |hit: &&Value| {
                matches!(hit, Value::Bool(true) | Value::String(_) | Value::Number(_))
            };
            more.find(value).iter().find(|hit| truth(hit))?;
        }
        let found = match (&self.next, whole) {
            (Next::Link, _) => link_next(answer)?,
            (Next::Path(path), Item::Json(value)) => {
                path.find(value).into_iter().find_map(|hit| match hit {
                    Value::String(text) if !text.is_empty() => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                })?
            }
            (Next::Css(selector, attr), Item::Html(root)) => root
                .select(selector)
                .find_map(|hit| hit.value().attr(attr))
                .map(str::to_owned)?,
            (Next::Page { first, step, full }, _) => {
                if ends(full) {
                    return None;
                }
                return Some(
                    self.page_of(&answer.url, *first)
                        .checked_add(*step)?
                        .to_string(),
                );
            }
            (
                Next::Oldest {
                    format,
                    overlap,
                    full,
                },
                _,
            ) => {
                if ends(full) {
                    return None;
                }
                let until = held.oldest?.checked_add(*overlap).ok()?;
                let until = until.to_zoned_datetime(TimeZone::UTC);
                return jiff::fmt::strtime::format(format, &until).ok();
            }
            _ => return None,
        };
        self.carried(answer, &found)
    }

    /// Number of the page an address asks for.
    pub fn page_of(&self, url: &url::Url, first: u32) -> u32 {
        self.key
            .as_deref()
            .and_then(|key| in_query(url, key))
            .and_then(|text| text.parse().ok())
            .unwrap_or(first)
    }

    /// A cursor may come as the address of the next page: then its query carries it. Where the
    /// request has no place for a cursor, the address itself is the cursor.
    fn carried(&self, answer: &Answer, found: &str) -> Option<String> {
        let is_address =
            found.starts_with("http://") || found.starts_with("https://") || found.starts_with('/');
        if !is_address {
            return Some(found.to_owned());
        }
        let url = answer.url.join(found).ok()?;
        match &self.key {
            Some(key) => in_query(&url, key),
            None => Some(url.into()),
        }
    }
}

fn in_query(url: &url::Url, key: &str) -> Option<String> {
    url.query_pairs()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.into_owned())
}

fn link_next(answer: &Answer) -> Option<String> {
    let links = answer.headers.iter().filter(|(name, _)| name == "link");
    for (_, value) in links {
        // A comma separates links, but may also stand inside `<…>`.
        let mut rest = value.as_str();
        while let Some(start) = rest.find('<') {
            let (target, after) = rest[start + 1..].split_once('>')?;
            let end = after
                .find(",<")
                .or_else(|| after.find(", <"))
                .unwrap_or(after.len());
            let (params, tail) = after.split_at(end);
            let is_next = params
                .split(';')
                .filter_map(|param| param.split_once('='))
                .filter(|(key, _)| key.trim().eq_ignore_ascii_case("rel"))
                .any(|(_, rel)| {
                    rel.trim()
                        .trim_matches('"')
                        .split_whitespace()
                        .any(|rel| rel == "next")
                });
            if is_next {
                return Some(target.to_owned());
            }
            rest = tail;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(url: &str, link: Option<&str>) -> Answer {
        Answer {
            url: url.parse().expect("url"),
            status: 200,
            headers: link
                .map(|link| ("link".to_owned(), link.to_owned()))
                .into_iter()
                .collect(),
            body: Vec::new(),
            fetched_at: "2026-03-01T00:00:00Z".parse().expect("time"),
        }
    }

    fn rule(next: Next, key: Option<&str>) -> CursorRule {
        CursorRule {
            next,
            more: None,
            key: key.map(str::to_owned),
            pages_max: 5,
        }
    }

    fn of(items: usize) -> Held {
        Held {
            items,
            oldest: "2026-03-01T09:00:00.7Z".parse().ok(),
        }
    }

    #[test]
    fn a_page_may_end_where_the_next_one_begins() {
        let answer = answer("https://s.example/search?q=x", None);
        let json = Document::Json(json!([]));
        let back = |overlap| {
            rule(
                Next::Oldest {
                    format: "%Y-%m-%dT%H:%M:%SZ".to_owned(),
                    overlap: SignedDuration::from_secs(overlap),
                    full: Some(100),
                },
                Some("until"),
            )
        };
        let next = |overlap, held| back(overlap).next(&answer, &json, held);
        assert_eq!(next(1, of(100)).as_deref(), Some("2026-03-01T09:00:01Z"));
        assert_eq!(next(0, of(100)).as_deref(), Some("2026-03-01T09:00:00Z"));
        assert_eq!(next(1, of(99)), None);
        let timeless = Held {
            items: 100,
            oldest: None,
        };
        assert_eq!(next(1, timeless), None);
    }

    #[test]
    fn a_link_header_carries_the_cursor_in_its_query() {
        let link = "<https://m.example/api/tag/x?limit=40&max_id=110>; rel=\"next\", \
            <https://m.example/api/tag/x?limit=40&min_id=190>; rel=\"prev\"";
        let answer = answer("https://m.example/api/tag/x?limit=40", Some(link));
        let json = Document::Json(json!([]));
        let by_key = rule(Next::Link, Some("max_id"));
        assert_eq!(by_key.next(&answer, &json, of(40)).as_deref(), Some("110"));
        assert_eq!(by_key.next(&answer, &json, of(0)), None);
        let whole = rule(Next::Link, None);
        assert_eq!(
            whole.next(&answer, &json, of(40)).as_deref(),
            Some("https://m.example/api/tag/x?limit=40&max_id=110")
        );
    }

    #[test]
    fn a_counted_page_ends_when_it_is_not_full() {
        let answer = answer("https://s.example/products.json?limit=250&page=3", None);
        let json = Document::Json(json!([]));
        let pages = rule(
            Next::Page {
                first: 1,
                step: 1,
                full: Some(250),
            },
            Some("page"),
        );
        assert_eq!(pages.next(&answer, &json, of(250)).as_deref(), Some("4"));
        assert_eq!(pages.next(&answer, &json, of(249)), None);
    }

    #[test]
    fn an_answer_that_says_there_is_no_more_is_believed() {
        let answer = answer("https://q.example/questions?page=1", None);
        let mut pages = rule(
            Next::Page {
                first: 1,
                step: 1,
                full: None,
            },
            Some("page"),
        );
        pages.more = Some(Path::parse("has_more").expect("path"));
        let says = |more| Document::Json(json!({"has_more": more}));
        assert_eq!(
            pages.next(&answer, &says(true), of(30)).as_deref(),
            Some("2")
        );
        assert_eq!(pages.next(&answer, &says(false), of(30)), None);
    }
}
