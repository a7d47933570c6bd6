//! A body → what its reads select from.

use super::charset::{Charset, decode};
use super::feed;
use super::html;
use super::likeness::is_garbled;
use super::read::{Cut, Format, Items, Read};
use super::rule::Item;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::time::Duration;

/// A body that is opened once, however many reads look at it.
pub(super) struct Body<'a> {
    bytes: &'a [u8],
    pub text: Cow<'a, str>,
    url: &'a url::Url,
    budget: Duration,
    html: OnceCell<Option<Html>>,
}

/// Why a body cannot be read in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is of another format.
    Other,
    /// Reading it took too long.
    Slow,
}

/// A body in the shape its items are selected from.
pub(super) enum Document<'a> {
    Json(Value),
    Html(ElementRef<'a>),
}

impl<'a> Body<'a> {
    /// A body with what is known of its charset and the time its tree may take.
    pub fn new(
        bytes: &'a [u8],
        content_type: Option<&str>,
        declared: Option<Charset>,
        url: &'a url::Url,
        budget: Duration,
    ) -> Body<'a> {
        Body {
            bytes,
            text: decode(bytes, content_type, declared),
            url,
            budget,
            html: OnceCell::new(),
        }
    }

    /// The body in the format of a read.
    pub fn open(&'a self, read: &Read) -> Result<Document<'a>, Refused> {
        match read.format {
            Format::Json => json(unguarded(&self.text, &read.guards))
                .map(Document::Json)
                .ok_or(Refused::Other),
            Format::Ndjson => ndjson(&self.text).map(Document::Json).ok_or(Refused::Other),
            Format::Feed => feed::to_json(&self.text, self.url, self.budget).map(Document::Json),
            Format::Html => self.root().map(Document::Html),
            Format::HtmlJson => {
                let root = self.root()?;
                let cut = read
                    .cut
                    .as_ref()
                    .map(|cut| cut_json(root, cut, &read.guards));
                // A page without the JSON is a page without items: an old layout or a new one.
                Ok(Document::Json(cut.flatten().unwrap_or(Value::Null)))
            }
        }
    }

    fn root(&self) -> Result<ElementRef<'_>, Refused> {
        let start = self
            .text
            .trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
        if is_garbled(self.bytes) || start.starts_with(['{', '[']) || !self.text.contains('<') {
            return Err(Refused::Other);
        }
        let html = self
            .html
            .get_or_init(|| html::parse(&self.text, self.budget));
        let html = html.as_ref().ok_or(Refused::Slow)?;
        html.tree
            .root()
            .children()
            .find_map(ElementRef::wrap)
            .ok_or(Refused::Other)
    }

    /// The address that relative links start from.
    pub fn base(&self) -> url::Url {
        let declared = self.html.get().and_then(Option::as_ref).and_then(|html| {
            let selector = Selector::parse("base[href]").ok()?;
            let href = html
                .select(&selector)
                .next()?
                .value()
                .attr("href")?
                .to_owned();
            self.url.join(&href).ok()
        });
        declared.unwrap_or_else(|| self.url.clone())
    }
}

impl<'a> Document<'a> {
    /// The whole of it.
    pub fn whole(&'a self) -> Item<'a> {
        match self {
            Document::Json(value) => Item::Json(value),
            Document::Html(root) => Item::Html(*root),
        }
    }

    /// Its items, in page order.
    pub fn items(&'a self, read: &Read) -> Vec<Item<'a>> {
        match (self, &read.items) {
            (Document::Json(value), Items::Path(path)) => {
                let mut found = path.find(value);
                found.retain(|item| !item.is_null());
                if read.outermost {
                    found = outermost(found);
                }
                found.into_iter().map(Item::Json).collect()
            }
            (Document::Html(root), Items::Css(selector)) => {
                // `select` looks below an element, never at it; a page may be its own item.
                let itself = std::iter::once(*root).filter(|root| selector.matches(root));
                itself
                    .chain(root.select(selector))
                    .map(Item::Html)
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The values that stand inside none of the others.
fn outermost(found: Vec<&Value>) -> Vec<&Value> {
    let all: HashSet<*const Value> = found.iter().map(|value| *value as *const Value).collect();
    let mut inner = HashSet::new();
    let mut open: Vec<&Value> = found.iter().copied().flat_map(members).collect();
    while let Some(value) = open.pop() {
        let place = value as *const Value;
        // What stands below an item that was met is looked at from there.
        if !all.contains(&place) || !inner.insert(place) {
            open.extend(members(value));
        }
    }
    let is_outer = |value: &&Value| !inner.contains(&(*value as *const Value));
    found.into_iter().filter(is_outer).collect()
}

fn members(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    }
}

/// The text behind the first guard it starts with.
fn unguarded<'t>(text: &'t str, guards: &[String]) -> &'t str {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    guards
        .iter()
        .find_map(|guard| text.strip_prefix(guard.as_str()))
        .unwrap_or(text)
}

/// The JSON value of a text. Objects that follow each other, as a stream writes them, stand for
/// an array; anything else behind the first value is not looked at.
fn json(text: &str) -> Option<Value> {
    let text = text.trim_start();
    // A bare number or word is no answer of any API we read.
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let first = values.next()?.ok()?;
    if !first.is_object() {
        return Some(first);
    }
    let more = values.map_while(Result::ok).take_while(Value::is_object);
    let mut all: Vec<Value> = std::iter::once(first).chain(more).collect();
    if all.len() == 1 {
        return all.pop();
    }
    Some(Value::Array(all))
}

fn first_value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text)
        .into_iter::<Value>()
        .next()?
        .ok()
}

fn ndjson(text: &str) -> Option<Value> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut values = Vec::new();
    let mut any = false;
    for line in lines {
        any = true;
        if line.starts_with('{')
            && let Ok(value) = serde_json::from_str::<Value>(line)
        {
            values.push(value);
        }
    }
    (!values.is_empty() || !any).then_some(Value::Array(values))
}

fn cut_json(root: ElementRef<'_>, cut: &Cut, guards: &[String]) -> Option<Value> {
    let mut found = Vec::new();
    for element in root.select(&cut.css) {
        let text = match &cut.attr {
            Some(attr) => element.value().attr(attr).map(str::to_owned),
            None => Some(element.text().collect::<String>()),
        };
        let Some(text) = text else { continue };
        let text = match &cut.after {
            Some(mark) => match text.split_once(mark.as_str()) {
                Some((_, rest)) => rest.to_owned(),
                None => continue,
            },
            None => text,
        };
        let Some(mut value) = embedded(unguarded(&text, guards)) else {
            continue;
        };
        if let Some(path) = &cut.inner {
            let inner = path
                .find(&value)
                .into_iter()
                .find_map(Value::as_str)
                .and_then(embedded);
            match inner {
                Some(inner) => value = inner,
                None => continue,
            }
        }
        if !cut.all {
            return Some(value);
        }
        found.push(value);
    }
    (!found.is_empty()).then_some(Value::Array(found))
}

/// JSON as pages embed it: in a comment, in CDATA, with raw line ends inside strings, or with
/// its quotes escaped for the attribute it stood in.
fn embedded(text: &str) -> Option<Value> {
    let mut text = text.trim();
    for wrapper in ["<!--", "//<![CDATA[", "<![CDATA[", "/*<![CDATA[*/"] {
        text = text.strip_prefix(wrapper).unwrap_or(text).trim_start();
    }
    if let Some(value) = json(text) {
        return Some(value);
    }
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let flat: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    first_value(&flat)
        .or_else(|| first_value(&mended(&flat)))
        .or_else(|| {
            (flat.contains("&quot;"))
                .then(|| flat.replace("&quot;", "\"").replace("&amp;", "&"))
                .and_then(|text| first_value(&text))
        })
}

/// Takes out what shops' templates leave in: commas before a closing bracket, and backslashes
/// before characters that need none.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => match chars.next() {
                Some(next @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => {
                    out.extend(['\\', next]);
                }
                Some(next) => out.push(next),
                None => {}
            },
            '"' => {
                quoted = !quoted;
                out.push(c);
            }
            ',' if !quoted => {
                while chars.next_if(|next| next.is_whitespace()).is_some() {}
                if !matches!(chars.peek(), Some(']' | '}')) {
                    out.push(c);
                }
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn guards_are_taken_off() {
        let guards = [")]}',".to_owned(), ")]}'".to_owned()];
        assert_eq!(json(unguarded(")]}',\n[1]", &guards)), Some(json!([1])));
        assert_eq!(
            json(unguarded(")]}'\n{\"a\":1}", &guards)),
            Some(json!({"a": 1}))
        );
        assert_eq!(json(unguarded("[2] trailing", &guards)), Some(json!([2])));
        assert_eq!(json("true"), None);
        assert_eq!(json("{\"a\":1};"), Some(json!({"a": 1})));
        assert_eq!(
            json("{\"a\":1}\n{\"a\":2}\n"),
            Some(json!([{"a": 1}, {"a": 2}]))
        );
    }

    #[test]
    fn json_in_pages_is_read_as_pages_write_it() {
        for text in [
            "{\"a\": \"x\ny\"}",
            "<!-- {\"a\": \"x y\"} -->",
            "//<![CDATA[\n{\"a\": \"x y\"}\n//]]>",
            "{&quot;a&quot;: &quot;x y&quot;}",
            "{\"a\": \"x y\",\n}",
            "{\"a\": \"x\\ y\"}",
        ] {
            assert_eq!(embedded(text), Some(json!({"a": "x y"})), "{text}");
        }
        assert_eq!(embedded("window.x = 1"), None);
    }

    #[test]
    fn a_broken_line_does_not_void_the_others() {
        assert_eq!(
            ndjson("{\"a\":1}\n{oops\n\n{\"a\":2}"),
            Some(json!([{"a": 1}, {"a": 2}]))
        );
        assert_eq!(ndjson("<html>"), None);
        assert_eq!(ndjson(""), Some(json!([])));
    }
}
