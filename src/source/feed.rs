//! RSS, Atom, RDF and JSON Feed → one JSON shape, so that a source file reads them by path.
//!
//! `{"feed": {title, language, link}, "entries": [{id, title, content, summary, link, author,
//! published, updated, categories, views, likes, rating, ratings, ext: {"prefix:name": text}}]}`

use feed_rs::model::{Entry, Feed};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Deepest nesting that the tolerant reader follows.
const DEPTH_MAX: usize = 64;

/// Reads a feed. `text` is the body decoded by its charset. `None`: it is no feed.
pub(super) fn to_json(body: &[u8], text: &str, url: &url::Url) -> Option<Value> {
    let bare = bare_entries(text);
    let clean = clean_xml(text);
    let parsed = parse(body, url).or_else(|| parse(clean.as_bytes(), url));
    match parsed {
        // A feed that breaks off yields fewer entries than it holds: the tolerant reader sees
        // those before the break.
        Some(feed) if feed.entries.len() >= bare.len() || bare.is_empty() => {
            Some(from_feed(feed, &bare))
        }
        _ if !bare.is_empty() => Some(from_bare(&bare)),
        None if text.trim_start().starts_with('{') => loose_json_feed(text),
        Some(feed) => Some(from_feed(feed, &bare)),
        None if looks_like_feed(text) => Some(json!({"feed": {}, "entries": []})),
        None => None,
    }
}

/// A JSON Feed that breaks the rules of its version: no version, no ids, dates of another form.
fn loose_json_feed(text: &str) -> Option<Value> {
    let feed: Value = serde_json::from_str(text.trim()).ok()?;
    let items = feed.get("items")?.as_array()?;
    let entries: Vec<Value> = items
        .iter()
        .map(|item| {
            let first = |names: &[&str]| {
                names
                    .iter()
                    .map(|name| &item[*name])
                    .find(|value| !value.is_null())
                    .cloned()
                    .unwrap_or(Value::Null)
            };
            json!({
                "id": first(&["id", "url", "external_url", "title"]),
                "title": first(&["title"]),
                "content": first(&["content_html", "content_text"]),
                "summary": first(&["summary"]),
                "link": first(&["url", "external_url"]),
                "author": item["author"].get("name").or(item["authors"][0].get("name")),
                "published": first(&["date_published"]),
                "updated": first(&["date_modified"]),
                "language": first(&["language"]),
            })
        })
        .collect();
    Some(
        json!({"feed": {"title": feed["title"], "language": feed["language"]}, "entries": entries}),
    )
}

/// An id for an entry that has neither id nor link nor title: its own words.
fn id_of_text(text: Option<&str>) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(blake3::hash(text.as_bytes()).to_hex()[..16].to_owned())
}

fn parse(body: &[u8], url: &url::Url) -> Option<Feed> {
    feed_rs::parser::Builder::new()
        .base_uri(Some(url.as_str()))
        // The library would invent a random id for an entry without link and title.
        .id_generator(|links, title, _| {
            links
                .first()
                .map(|link| link.href.clone())
                .or_else(|| title.as_ref().map(|title| title.content.clone()))
                .unwrap_or_default()
        })
        .build()
        .parse(body)
        .ok()
}

fn looks_like_feed(text: &str) -> bool {
    let head: String = text.chars().take(2_048).collect::<String>().to_lowercase();
    ["<rss", "<feed", "<rdf:rdf"]
        .iter()
        .any(|tag| head.contains(tag))
}

/// Drops what XML forbids and names the charset the text now has.
fn clean_xml(text: &str) -> Cow<'_, str> {
    let body = match text
        .find("<?xml")
        .and_then(|start| text[start..].find("?>").map(|end| start + end + 2))
    {
        Some(end) => &text[end..],
        None => text,
    };
    let start = body.find('<').unwrap_or(0);
    let mut out = String::with_capacity(body.len());
    let mut rest = &body[start..];
    while let Some(place) = rest.find('&') {
        out.push_str(&rest[..place]);
        let after = &rest[place + 1..];
        let name = after.split(';').next().unwrap_or("");
        let known = name.starts_with('#') || matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
        if known && name.len() < 9 && after.len() > name.len() {
            out.push('&');
        } else {
            out.push_str("&amp;");
        }
        rest = after;
    }
    out.push_str(rest);
    out.retain(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    Cow::Owned(out)
}

fn from_feed(feed: Feed, bare: &[Map<String, Value>]) -> Value {
    let aligned = bare.len() == feed.entries.len();
    let entries: Vec<Value> = feed
        .entries
        .iter()
        .enumerate()
        .map(|(place, entry)| entry_json(entry, bare.get(place).filter(|_| aligned)))
        .collect();
    json!({
        "feed": {
            "title": feed.title.map(|text| text.content),
            "language": feed.language,
            "link": feed.links.first().map(|link| link.href.clone()),
        },
        "entries": entries,
    })
}

fn entry_json(entry: &Entry, bare: Option<&Map<String, Value>>) -> Value {
    let media = entry.media.first();
    let community = entry
        .media
        .iter()
        .find_map(|media| media.community.as_ref());
    let described = media.and_then(|media| media.description.as_ref());
    let alternate = entry
        .links
        .iter()
        .find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"))
        .or(entry.links.first());
    let author = entry
        .authors
        .iter()
        .find_map(|person| person.name.clone().or_else(|| person.email.clone()));
    let content = entry
        .content
        .as_ref()
        .and_then(|content| content.body.clone());
    let summary = entry
        .summary
        .as_ref()
        .or(described)
        .map(|text| text.content.clone());
    let id = match entry.id.as_str() {
        "" => id_of_text(content.as_deref().or(summary.as_deref())),
        id => Some(id.to_owned()),
    };
    json!({
        "id": id,
        "title": entry.title.as_ref().map(|text| text.content.clone()),
        "content": content,
        "summary": summary,
        "link": alternate.map(|link| link.href.clone()),
        "author": author,
        "published": entry.published.map(|time| time.to_rfc3339()),
        "updated": entry.updated.map(|time| time.to_rfc3339()),
        "language": entry.language,
        "categories": entry.categories.iter().map(|tag| tag.term.clone()).collect::<Vec<_>>(),
        "views": community.and_then(|c| c.stats_views),
        "likes": community.and_then(|c| c.stars_count),
        "ext": bare.cloned().unwrap_or_default(),
    })
}

/// The entries of a feed that the strict reader refused, in the words of the feed itself.
fn from_bare(bare: &[Map<String, Value>]) -> Value {
    let entries: Vec<Value> = bare
        .iter()
        .map(|entry| {
            let first = |names: &[&str]| {
                names
                    .iter()
                    .find_map(|name| entry.get(*name))
                    .cloned()
                    .unwrap_or(Value::Null)
            };
            json!({
                "id": first(&["guid", "id", "rdf:about", "link", "link@href", "title"]),
                "title": first(&["title"]),
                "content": first(&["content:encoded", "content"]),
                "summary": first(&["description", "summary"]),
                "link": first(&["link", "link@href", "rdf:about"]),
                "author": first(&["author/name", "dc:creator", "author"]),
                "published": first(&["pubDate", "published", "dc:date", "issued"]),
                "updated": first(&["updated", "modified"]),
                "ext": entry,
            })
        })
        .collect();
    json!({"feed": {}, "entries": entries})
}

/// The children of every `item` and `entry` by name, read as far as the XML goes. The first of
/// a name wins; `link@href` is an attribute, `author/name` a grandchild.
fn bare_entries(text: &str) -> Vec<Map<String, Value>> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut entries: Vec<Map<String, Value>> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut value = String::new();
    let mut open = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.name().as_ref().to_owned();
                if !open && matches!(name.as_str(), "item" | "entry") {
                    open = true;
                    names.clear();
                    entries.push(Map::new());
                    keep_attributes(&mut entries, "", &tag);
                } else if open && names.len() < DEPTH_MAX {
                    names.push(name);
                    keep_attributes(&mut entries, &names.join("/"), &tag);
                    value.clear();
                }
            }
            Ok(Event::Empty(tag)) if open => {
                let name = tag.name().as_ref().to_owned();
                names.push(name);
                keep_attributes(&mut entries, &names.join("/"), &tag);
                names.pop();
            }
            Ok(Event::Text(piece)) if open => value.push_str(&piece),
            Ok(Event::CData(piece)) if open => value.push_str(&piece),
            Ok(Event::GeneralRef(name)) if open => {
                value.push_str(&super::html::plain_text(&format!("&{};", &*name)));
            }
            Ok(Event::End(tag)) if open => {
                let name = tag.name().as_ref().to_owned();
                if matches!(name.as_str(), "item" | "entry") {
                    open = false;
                } else {
                    keep(&mut entries, names.join("/"), &value);
                    names.pop();
                    value.clear();
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    entries
}

fn keep(entries: &mut [Map<String, Value>], name: String, value: &str) {
    let value = value.trim();
    if let Some(entry) = entries.last_mut()
        && !value.is_empty()
    {
        entry.entry(name).or_insert_with(|| Value::from(value));
    }
}

fn keep_attributes(
    entries: &mut [Map<String, Value>],
    path: &str,
    tag: &quick_xml::events::BytesStart<'_>,
) {
    for attribute in tag.attributes().flatten() {
        let key = attribute.key.as_ref().to_owned();
        let name = if path.is_empty() {
            key
        } else {
            format!("{path}@{key}")
        };
        keep(entries, name, &super::html::plain_text(&attribute.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Value> {
        let url = url::Url::parse("https://feeds.example/a/rss.xml").expect("url");
        to_json(text.as_bytes(), text, &url)
    }

    const GOOD: &str = r#"<?xml version="1.0"?><rss version="2.0" xmlns:ht="https://t.example/ht">
        <channel><title>Kettles</title><language>en</language>
        <item><title>A</title><link>https://shop.example/a</link><guid>g1</guid>
        <pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><ht:approx_traffic>1000+</ht:approx_traffic></item>
        <item><title>B &amp; C</title><link>https://shop.example/b</link></item></channel></rss>"#;

    #[test]
    fn a_feed_becomes_entries_with_their_extensions() {
        let json = read(GOOD).expect("a feed");
        assert_eq!(json["entries"][0]["id"], "g1");
        assert_eq!(json["entries"][0]["ext"]["ht:approx_traffic"], "1000+");
        assert_eq!(json["entries"][0]["published"], "2026-03-01T10:00:00+00:00");
        assert_eq!(json["entries"][1]["title"], "B & C");
        assert_eq!(json["entries"][1]["id"], "https://shop.example/b");
    }

    #[test]
    fn a_feed_that_breaks_off_gives_what_came_before() {
        let cut = GOOD.find("<link>https://shop.example/b").expect("place");
        let json = read(&GOOD[..cut]).expect("a feed");
        assert_eq!(json["entries"].as_array().map(Vec::len), Some(2));
        assert_eq!(json["entries"][0]["link"], "https://shop.example/a");
    }

    #[test]
    fn a_bare_ampersand_does_not_void_a_feed() {
        let json = read(&GOOD.replace("B &amp; C", "B & C")).expect("a feed");
        assert_eq!(json["entries"][1]["title"], "B & C");
    }

    #[test]
    fn an_entry_that_is_only_words_is_known_by_them() {
        let text = "<rss version='2.0'><channel><item><description>only this</description></item>\
            </channel></rss>";
        let (one, two) = (read(text).expect("a feed"), read(text).expect("a feed"));
        assert_eq!(one["entries"][0]["id"].as_str().map(str::len), Some(16));
        assert_eq!(one, two);
    }

    #[test]
    fn a_json_feed_without_a_version_is_read() {
        let json =
            read(r#"{"title": "t", "items": [{"url": "https://a.example/1", "title": "x"}]}"#)
                .expect("a feed");
        assert_eq!(json["entries"][0]["id"], "https://a.example/1");
        assert_eq!(read(r#"{"title": "t"}"#), None);
    }

    #[test]
    fn a_page_is_no_feed_and_an_empty_feed_is_one() {
        assert_eq!(read("<html><body>no</body></html>"), None);
        let json = read("<rss version='2.0'><channel></channel></rss>").expect("a feed");
        assert_eq!(json["entries"].as_array().map(Vec::len), Some(0));
    }
}
