//! Text with placeholders: `{query}`, `{+path}` (slashes kept), `{now-1d:%Y/%m/%d}`.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use std::fmt::Write;

/// A checked template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Slot(Slot),
}

/// A placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub name: String,
    /// Written `{+name}`: reserved characters stay as they are.
    pub raw: bool,
    /// Hours to go back, for `{now-…}`.
    hours_back: i64,
    format: Option<String>,
}

/// How a value is written into its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encode {
    /// As it is.
    Plain,
    /// Percent-encoded, for a path.
    Path,
    /// Only letters, digits, dots, dashes and colons are allowed, for a host.
    Host,
    /// Escaped as the inside of a JSON string.
    Json,
}

/// A filled template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    pub text: String,
    /// Placeholders that had no value.
    pub empty: Vec<String>,
}

impl Template {
    /// Reads a template; `Err` says what is wrong with it.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let (before, from) = rest.split_at(start);
            literal.push_str(before);
            let inner = &from[1..];
            let begins = inner.trim_start_matches('+').chars().next();
            if !begins.is_some_and(|c| c.is_ascii_lowercase()) {
                literal.push('{');
                rest = inner;
                continue;
            }
            let Some(end) = inner.find('}') else {
                return Err("a placeholder has no closing `}`".to_owned());
            };
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Slot(Slot::parse(&inner[..end])?));
            rest = &inner[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Template {
            parts,
            text: text.to_owned(),
        })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its placeholders, in order.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Text(_) => None,
        })
    }

    /// Whether it is one placeholder and nothing else.
    pub fn is_one_slot(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Slot(_)])
    }

    /// Puts values into the places. `Err` names a value that may not stand where it should.
    pub fn fill(
        &self,
        encode: Encode,
        now: Timestamp,
        value: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Filled, String> {
        let mut filled = Filled {
            text: String::new(),
            empty: Vec::new(),
        };
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.text.push_str(text),
                Part::Slot(slot) => {
                    let given = slot.value(now, value).filter(|text| !text.is_empty());
                    let Some(given) = given else {
                        filled.empty.push(slot.name.clone());
                        continue;
                    };
                    slot.write(&mut filled.text, &given, encode)?;
                }
            }
        }
        Ok(filled)
    }
}

impl Slot {
    fn parse(text: &str) -> Result<Slot, String> {
        let (raw, text) = match text.strip_prefix('+') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (head, format) = match text.split_once(':') {
            Some((head, format)) => (head, Some(format.to_owned())),
            None => (text, None),
        };
        let (name, back) = match head.split_once('-') {
            Some((name, back)) => (name, Some(back)),
            None => (head, None),
        };
        let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.chars().all(valid) {
            return Err(format!("`{{{text}}}` is not a placeholder"));
        }
        if name != "now" && (back.is_some() || format.is_some()) {
            return Err(format!("only `{{now}}` takes a format, not `{{{text}}}`"));
        }
        let hours_back = match back {
            None => 0,
            Some(back) => {
                let number = |digits: &str| digits.parse::<u16>().ok().map(i64::from);
                let hours = match (back.strip_suffix('d'), back.strip_suffix('h')) {
                    (Some(days), _) => number(days).map(|days| days * 24),
                    (_, Some(hours)) => number(hours),
                    _ => None,
                };
                hours.ok_or_else(|| format!("`{back}` is not a span such as `1d` or `6h`"))?
            }
        };
        if name == "now" && format.is_none() {
            return Err("`{now}` needs a format, such as `{now:%Y-%m-%d}`".to_owned());
        }
        Ok(Slot {
            name: name.to_owned(),
            raw,
            hours_back,
            format,
        })
    }

    fn value(&self, now: Timestamp, value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        match &self.format {
            None => value(&self.name),
            Some(format) => now
                .checked_sub(self.hours_back.hours())
                .ok()
                .map(|time| time.to_zoned_datetime(TimeZone::UTC))
                .and_then(|time| jiff::fmt::strtime::format(format, &time).ok()),
        }
    }

    fn write(&self, out: &mut String, given: &str, encode: Encode) -> Result<(), String> {
        match encode {
            _ if self.raw => out.push_str(given),
            Encode::Plain => out.push_str(given),
            Encode::Path => percent_encode(out, given),
            Encode::Json => {
                let quoted = serde_json::Value::from(given).to_string();
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
            Encode::Host => {
                let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':');
                if !given.chars().all(allowed) {
                    return Err(format!("`{given}` is not a host name"));
                }
                out.push_str(given);
            }
        }
        Ok(())
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn percent_encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

/// An address with placeholders. A query pair whose placeholder has no value is left out, so
/// that one template serves the first page and those after it.
#[derive(Debug, Clone)]
pub(super) struct UrlTemplate {
    host: Template,
    path: Template,
    pairs: Vec<(String, Template)>,
}

impl UrlTemplate {
    /// Reads an address; `Err` says what is wrong with it.
    pub fn parse(text: &str) -> Result<UrlTemplate, String> {
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let host_end = match base.find("://") {
            Some(scheme) => base[scheme + 3..]
                .find('/')
                .map_or(base.len(), |slash| scheme + 3 + slash),
            None => base.len(),
        };
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((key.to_owned(), Template::parse(value)?));
        }
        let host = Template::parse(&base[..host_end])?;
        let schemes = ["https://", "http://", "wss://", "ws://"];
        if !host.is_one_slot() && !schemes.iter().any(|scheme| base.starts_with(scheme)) {
            return Err("an address starts with `https://`".to_owned());
        }
        Ok(UrlTemplate {
            host,
            path: Template::parse(&base[host_end..])?,
            pairs,
        })
    }

    /// The query key a placeholder stands behind.
    pub fn key_of(&self, slot: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(_, template)| template.slots().any(|held| held.name == slot))
            .map(|(key, _)| key.as_str())
    }

    /// All its placeholders.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.needed()
            .chain(self.pairs.iter().flat_map(|(_, value)| value.slots()))
    }

    /// Placeholders before the `?`, which cannot be left out.
    pub fn needed(&self) -> impl Iterator<Item = &Slot> {
        self.host.slots().chain(self.path.slots())
    }

    /// The address for these values.
    pub fn fill(
        &self,
        now: Timestamp,
        value: &dyn Fn(&str) -> Option<String>,
    ) -> Result<url::Url, String> {
        let encode = if self.host.is_one_slot() {
            Encode::Plain
        } else {
            Encode::Host
        };
        let host = self.host.fill(encode, now, value)?;
        let mut path = self.path.fill(Encode::Path, now, value)?;
        // A part of the path that is left out takes its slash with it.
        if !path.empty.is_empty() {
            path.text = path.text.replace("//", "/");
        }
        let mut url =
            url::Url::parse(&format!("{}{}", host.text, path.text)).map_err(|e| e.to_string())?;
        // A WebSocket begins as an HTTP request to the same place (RFC 6455, 3 and 4.1).
        let asked_as = match url.scheme() {
            "ws" => "http",
            "wss" => "https",
            other => other,
        }
        .to_owned();
        // Cannot fail: these four are all special schemes.
        let _ = url.set_scheme(&asked_as);
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err("only http and https are asked".to_owned());
        }
        for (key, template) in &self.pairs {
            let filled = template.fill(Encode::Plain, now, value)?;
            if filled.empty.is_empty() {
                url.query_pairs_mut().append_pair(key, &filled.text);
            }
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-01T06:00:00Z".parse().expect("timestamp")
    }

    fn value(name: &str) -> Option<String> {
        match name {
            "query" => Some("café & co/1".into()),
            "host" => Some("shop.example:8443".into()),
            "evil" => Some("a.example/../x@b".into()),
            "site" => Some("http://feeds.example/rss?x=1".into()),
            _ => None,
        }
    }

    fn fill(text: &str) -> Result<String, String> {
        UrlTemplate::parse(text)?
            .fill(now(), &value)
            .map(|url| url.to_string())
    }

    #[test]
    fn values_are_encoded_for_the_place_they_stand_in() {
        assert_eq!(
            fill("https://{host}/t/{query}/x?q={query}&max={cursor}&n=5").as_deref(),
            Ok("https://shop.example:8443/t/caf%C3%A9%20%26%20co%2F1/x?q=caf%C3%A9+%26+co%2F1&n=5")
        );
        assert_eq!(
            fill("https://a.example/{+query}").as_deref(),
            Ok("https://a.example/caf%C3%A9%20&%20co/1")
        );
        assert_eq!(
            fill("{site}").as_deref(),
            Ok("http://feeds.example/rss?x=1")
        );
    }

    #[test]
    fn a_day_can_be_written_back_in_any_format() {
        assert_eq!(
            fill("https://a.example/{+nothing}{now-1d:%Y/%m/%d}").as_deref(),
            Ok("https://a.example/2026%2F02%2F28")
        );
        assert_eq!(
            fill("https://a.example/{now-6h:%Y}/x?t={now:%s}").as_deref(),
            Ok("https://a.example/2026/x?t=1772344800")
        );
    }

    #[test]
    fn a_host_cannot_smuggle_a_path_and_braces_that_are_none_stay() {
        assert!(fill("https://{evil}/x").is_err());
        assert!(fill("file:///etc/passwd").is_err());
        let body = Template::parse(r#"{"q": "{query}"}"#).expect("template");
        let filled = body
            .fill(Encode::Json, now(), &|_| Some("say \"hi\"".into()))
            .expect("filled");
        assert_eq!(filled.text, r#"{"q": "say \"hi\""}"#);
    }

    #[test]
    fn a_broken_placeholder_is_named() {
        assert!(Template::parse("{query").is_err());
        assert!(Template::parse("{now}").is_err());
        assert!(Template::parse("{query:%Y}").is_err());
        assert!(Template::parse("{now-5x:%Y}").is_err());
    }
}
