//! How a source that pushes is listened to. What arrives becomes one NDJSON answer, a message a
//! line, and is read like any other; so a stream needs no reading rules of its own.

use super::definition::Source;
use super::error::Error;
use super::exchange::Ask;
use super::path::Path;
use super::rule::Item;
use super::template::{Encode, Template};
use serde_json::Value;
use std::time::Duration;

/// How a source that pushes is listened to.
#[derive(Debug)]
pub struct Stream {
    /// How messages travel.
    pub protocol: Protocol,
    /// How a message becomes a line of JSON.
    pub decode: Decode,
    /// What arrived within so long after its first message is one page.
    pub page: Duration,
    /// Nothing at all for so long, not even an answer to a ping: the connection is dead.
    pub idle: Duration,
    /// A batch listens for so long where the stream has no cursor to catch up from.
    pub listen: Duration,
    pub(super) say: Vec<Template>,
    /// Place of a message in the stream.
    pub(super) cursor: Option<Path>,
    /// By how much a numeric cursor is moved back when the stream is opened again.
    pub(super) overlap: u64,
}

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// WebSocket, RFC 6455.
    WebSocket,
    /// Server-sent events, as the WHATWG standard has them.
    Sse,
}

impl Protocol {
    pub(super) const WORDS: [&str; 2] = ["websocket", "sse"];

    /// The word used in files and output.
    pub fn word(self) -> &'static str {
        Protocol::WORDS[self as usize]
    }
}

/// How a message becomes lines of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decode {
    /// Each message is a JSON object.
    Json,
    /// Each message holds lines of IRC with IRCv3 tags.
    Irc,
    /// Each message is a frame of an AT Protocol server, see [`firehose`](super::firehose).
    Atproto {
        /// Names of the collections whose records are wanted.
        collections: Vec<String>,
    },
}

impl Decode {
    pub(super) const WORDS: [&str; 3] = ["json", "irc", "atproto"];
}

impl Stream {
    /// Whether the source can go on from where it was left.
    pub fn resumes(&self) -> bool {
        self.cursor.is_some()
    }

    /// Place of the last message that tells one.
    pub(super) fn place(&self, items: &[Item<'_>]) -> Option<String> {
        let path = self.cursor.as_ref()?;
        items.iter().rev().find_map(|item| {
            let Item::Json(value) = item else { return None };
            path.find(value).into_iter().find_map(|hit| match hit {
                Value::String(text) if !text.is_empty() => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
        })
    }

    /// The place to ask for when the stream is opened again: a little before `cursor`, because a
    /// message twice does no harm and a message lost does.
    pub(super) fn reopened_at(&self, cursor: &str) -> String {
        match cursor.parse::<u64>() {
            Ok(number) => number.saturating_sub(self.overlap).to_string(),
            Err(_) => cursor.to_owned(),
        }
    }
}

impl Source {
    /// What is said to the server once a stream is open.
    ///
    /// # Errors
    /// [`Error::Url`] where a value may not stand in a line.
    pub fn say(&self, ask: &Ask) -> Result<Vec<String>, Error> {
        let lines = self.stream.iter().flat_map(|stream| &stream.say);
        lines
            .map(|template| {
                let wrong = |why| Error::Url {
                    name: self.name.clone(),
                    url: template.text().to_owned(),
                    why,
                };
                let json = template.text().trim_start().starts_with(['{', '[']);
                let encode = if json { Encode::Json } else { Encode::Plain };
                let value = |name: &str| self.value(ask, name);
                let said = template.fill(encode, ask.now, &value).map_err(wrong)?.text;
                // A line end in a value would be a command of its own.
                match said.contains(['\r', '\n', '\0']) {
                    true => Err(wrong("a value holds a line end".to_owned())),
                    false => Ok(said),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn stream(overlap: u64) -> Stream {
        Stream {
            protocol: Protocol::WebSocket,
            decode: Decode::Json,
            page: Duration::from_secs(5),
            idle: Duration::from_secs(60),
            listen: Duration::from_secs(60),
            say: Vec::new(),
            cursor: Some(Path::parse("time_us").expect("path")),
            overlap,
        }
    }

    #[test]
    fn the_place_is_that_of_the_last_message_that_tells_one() {
        let lines = [json!({"time_us": 7}), json!({"time_us": 9}), json!({})];
        let items: Vec<Item<'_>> = lines.iter().map(Item::Json).collect();
        assert_eq!(stream(0).place(&items).as_deref(), Some("9"));
        assert_eq!(stream(0).place(&items[2..]), None);
    }

    #[test]
    fn a_stream_is_opened_again_a_little_before_its_place() {
        let at = |cursor| stream(5_000_000).reopened_at(cursor);
        assert_eq!(at("1772323200000000"), "1772323195000000");
        assert_eq!(at("3"), "0");
        assert_eq!(at("a-b"), "a-b");
    }
}
