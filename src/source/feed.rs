//! RSS, Atom, RDF and JSON Feed → one JSON shape, so that a source file reads them by path.
//!
//! `{"feed": {title, language, link, author}, "entries": [{id, title, content, summary, link,
//! author, published, updated, language, views, likes, ext: {"prefix:name": text}}]}`

mod markup;

use super::document::Refused;
use markup::{Feed, Values};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// Reads a feed whose charset is undone.
pub(super) fn to_json(text: &str, base: &Url, budget: Duration) -> Result<Value, Refused> {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if text.starts_with('{') {
        return json_feed(text).ok_or(Refused::Other);
    }
    match markup::read(text, base, budget) {
        Ok(Some(feed)) => Ok(from_markup(&feed)),
        Ok(None) => Err(Refused::Other),
        Err(()) => Err(Refused::Slow),
    }
}

fn from_markup(feed: &Feed) -> Value {
    let about = &feed.about;
    let entries: Vec<Value> = feed.entries.iter().map(entry).collect();
    json!({
        "feed": {
            "title": about.first(&["title"]),
            "language": about.first(&["language", "dc:language"]).or(about.lang.as_deref()),
            "link": about.address(),
            "author": about.first(AUTHOR),
        },
        "entries": entries,
    })
}

const AUTHOR: &[&str] = &[
    "author/name",
    "dc:creator",
    "dc:author",
    "author",
    "itunes:author",
    "author/email",
    "author/uri",
    "author/url",
    "contributor/name",
    "managingeditor",
    "media:credit",
    "media:group/media:credit",
    "dc:contributor",
    "dc:publisher",
];

fn entry(entry: &Values) -> Value {
    let link = entry.address();
    let title = entry.first(&[
        "title",
        "dc:title",
        "media:title",
        "media:group/media:title",
        "itunes:title",
        "media:content/media:title",
    ]);
    let content = entry.first(&[
        "content:encoded",
        "content",
        "xhtml:body",
        "body",
        "fullitem",
    ]);
    let summary = entry.first(&[
        "description",
        "summary",
        "abstract",
        "dc:description",
        "itunes:summary",
        "media:description",
        "media:group/media:description",
        "media:content/media:description",
        "media:text",
        "itunes:subtitle",
        "subtitle",
    ]);
    let stated = entry.first(&["guid", "id", "rdf:about"]);
    let id = stated.or(link).or(title).map(str::to_owned);
    json!({
        "id": id.unwrap_or_else(|| fingerprint(entry)),
        "title": title,
        "content": content,
        "summary": summary,
        "link": link,
        "author": entry.first(AUTHOR),
        "published": entry.first(&[
            "pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created",
            "created", "dc:created", "date",
        ]),
        "updated": entry.first(&["updated", "modified", "dcterms:modified", "lastbuilddate"]),
        "language": entry.first(&["dc:language", "language"]).or(entry.lang.as_deref()),
        "views": entry.first(&[
            "media:group/media:community/media:statistics@views",
            "media:community/media:statistics@views",
            "media:statistics@views",
        ]),
        "likes": entry.first(&[
            "media:group/media:community/media:starrating@count",
            "media:community/media:starrating@count",
        ]),
        "ext": entry.texts,
    })
}

/// An id for an entry that has neither id nor link nor title: what it does hold.
fn fingerprint(entry: &Values) -> String {
    let words = Value::from(entry.texts.clone()).to_string();
    blake3::hash(words.as_bytes()).to_hex()[..16].to_owned()
}

impl Values {
    /// The first of some paths that holds text.
    fn first(&self, paths: &[&str]) -> Option<&str> {
        paths
            .iter()
            .find_map(|path| self.texts.get(*path))
            .and_then(Value::as_str)
    }

    /// The page of an entry: its link, else an id that is an address, else what it encloses.
    fn address(&self) -> Option<&str> {
        let rel = |wanted: &[&str]| {
            let mut links = self.links.iter();
            links
                .find(|link| wanted.contains(&link.rel.as_str()))
                .map(|link| link.href.as_str())
        };
        let is_address = |text: &&str| text.starts_with("http://") || text.starts_with("https://");
        let is_permanent = self.first(&["guid@ispermalink"]) != Some("false");
        self.first(&["link"])
            .or_else(|| rel(&["", "alternate"]))
            .or_else(|| {
                self.first(&["guid"])
                    .filter(|_| is_permanent)
                    .filter(is_address)
            })
            .or_else(|| self.first(&["id", "rdf:about"]).filter(is_address))
            .or_else(|| rel(&["related", "via", "canonical"]))
            .or_else(|| self.first(&["media:player@url", "media:group/media:player@url"]))
            .or_else(|| rel(&["enclosure", "self"]))
            .or_else(|| self.first(&["comments"]).filter(is_address))
    }
}

/// A JSON Feed of any version, or of none: items without ids, dates of another form, an author
/// that is a plain name.
fn json_feed(text: &str) -> Option<Value> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let feed = values.next()?.ok()?;
    let items = feed.get("items")?.as_array()?;
    let entries: Vec<Value> = items
        .iter()
        .filter(|item| item.is_object())
        .map(|item| {
            let id = first(item, &["id", "url", "external_url", "title"]);
            json!({
                "id": if id.is_null() {
                    Value::from(blake3::hash(item.to_string().as_bytes()).to_hex()[..16].to_owned())
                } else {
                    id
                },
                "title": first(item, &["title"]),
                "content": first(item, &["content_html", "content_text"]),
                "summary": first(item, &["summary"]),
                "link": first(item, &["url", "external_url", "id"]),
                "author": person(item),
                "published": first(item, &["date_published", "date_modified"]),
                "updated": first(item, &["date_modified"]),
                "language": first(item, &["language"]),
                "ext": {},
            })
        })
        .collect();
    Some(json!({
        "feed": {
            "title": feed["title"],
            "language": feed["language"],
            "link": feed["home_page_url"],
            "author": person(&feed),
        },
        "entries": entries,
    }))
}

/// The first of some members that says something.
fn first(item: &Value, names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| &item[*name])
        .find(|value| value.is_number() || value.as_str().is_some_and(|text| !text.is_empty()))
        .cloned()
        .unwrap_or(Value::Null)
}

fn person(item: &Value) -> Value {
    let people = [&item["authors"][0], &item["author"]];
    people
        .into_iter()
        .map(|person| match person {
            Value::String(_) => person.clone(),
            person => first(person, &["name", "url"]),
        })
        .find(|name| !name.is_null())
        .unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests;
