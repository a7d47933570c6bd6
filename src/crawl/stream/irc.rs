//! A line of IRC (RFC 1459 with IRCv3 message tags) → what was said.

use serde_json::{Map, Value, json};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'a> {
    tags: Vec<(&'a str, String)>,
    source: &'a str,
    /// In capitals, or three digits.
    pub command: &'a str,
    pub params: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// Reads a line without its end; `None` when it is none.
    pub fn parse(line: &'a str) -> Option<Line<'a>> {
        let mut rest = line.trim_matches(['\r', '\n', ' ', '\0']);
        let mut tags = Vec::new();
        if let Some(tagged) = rest.strip_prefix('@') {
            let (all, after) = tagged.split_once(' ')?;
            for tag in all.split(';').filter(|tag| !tag.is_empty()) {
                let (key, value) = tag.split_once('=').unwrap_or((tag, ""));
                tags.push((key, unescape(value)));
            }
            rest = after.trim_start_matches(' ');
        }
        let mut source = "";
        if let Some(sourced) = rest.strip_prefix(':') {
            let (name, after) = sourced.split_once(' ')?;
            source = name;
            rest = after.trim_start_matches(' ');
        }
        let (command, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if command.is_empty() || !command.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let mut params = Vec::new();
        loop {
            rest = rest.trim_start_matches(' ');
            if let Some(last) = rest.strip_prefix(':') {
                params.push(last);
                break;
            }
            if rest.is_empty() {
                break;
            }
            let (param, after) = rest.split_once(' ').unwrap_or((rest, ""));
            params.push(param);
            rest = after;
        }
        Some(Line {
            tags,
            source,
            command,
            params,
        })
    }

    /// The line as JSON: `command`, `source`, `nick`, `channel`, `text` and `tags`.
    pub fn to_json(&self) -> Value {
        let tags: Map<String, Value> = self
            .tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Value::from(value.as_str())))
            .collect();
        let nick = self.source.split('!').next().unwrap_or_default();
        let text = self.params.get(1..).and_then(<[&str]>::last);
        json!({
            "command": self.command,
            "source": self.source,
            "nick": nick,
            "channel": self.params.first().map(|name| name.trim_start_matches('#')),
            "text": text.map(|text| spoken(text)),
            "tags": tags,
        })
    }

    /// What the server objects to, if it does: then nothing more will come.
    pub fn objection(&self) -> Option<String> {
        let refuses = match self.command.parse::<u16>() {
            // No such channel, nick in use, not registered, banned, invite only and the like.
            Ok(number) => matches!(number, 403..=405 | 431..=437 | 451 | 461..=465 | 471..=477),
            Err(_) => self.command == "ERROR",
        };
        refuses.then(|| {
            let words: String = self.params.join(" ").chars().take(200).collect();
            format!("the server says {}: {words}", self.command)
        })
    }
}

/// `/me waves` comes wrapped.
fn spoken(text: &str) -> &str {
    let action = text.strip_prefix("\u{1}ACTION ");
    action.map_or(text, |said| said.trim_end_matches('\u{1}'))
}

/// The value of a tag as it was meant.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some(':') => out.push(';'),
            Some('s') => out.push(' '),
            Some('r') => out.push('\r'),
            Some('n') => out.push('\n'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chat_line_is_taken_apart() {
        let line = "@id=a-1;tmi-sent-ts=1772323200000;display-name=Ana\\sB :ana!ana@ana.example \
                    PRIVMSG #shop :is the mug : still there?\r\n";
        let line = Line::parse(line).expect("a line");
        assert_eq!(
            line.to_json(),
            json!({
                "command": "PRIVMSG", "source": "ana!ana@ana.example", "nick": "ana",
                "channel": "shop", "text": "is the mug : still there?",
                "tags": {"id": "a-1", "tmi-sent-ts": "1772323200000", "display-name": "Ana B"},
            })
        );
    }

    #[test]
    fn lines_without_tags_source_or_text_are_lines_too() {
        let ping = Line::parse("PING :tmi.example").expect("a line");
        assert_eq!(
            (ping.command, &ping.params[..]),
            ("PING", &["tmi.example"][..])
        );
        let action = Line::parse(":a PRIVMSG #b :\u{1}ACTION waves\u{1}").expect("a line");
        assert_eq!(action.to_json()["text"], "waves");
        assert_eq!(Line::parse("@only-tags"), None);
        assert_eq!(Line::parse(""), None);
        assert_eq!(unescape("a\\:b\\\\c\\nd\\"), "a;b\\c\nd");
    }

    #[test]
    fn a_refusal_is_told_in_the_words_of_the_server() {
        let line = Line::parse(":irc 403 me #nowhere :No such channel").expect("a line");
        assert_eq!(
            line.objection().as_deref(),
            Some("the server says 403: me #nowhere No such channel")
        );
        assert_eq!(
            Line::parse(":irc 001 me :hi").expect("a line").objection(),
            None
        );
    }

    proptest! {
        #[test]
        fn no_line_breaks_it(line in "\\PC{0,80}|[@: =;#a-z\\\\]{0,40}") {
            if let Some(line) = Line::parse(&line) {
                let _ = (line.to_json(), line.objection());
            }
        }
    }
}
