use super::Message;
use super::irc;
use crate::source::Decode;
use crate::source::firehose::{self, FrameError};
use serde_json::{Value, json};

/// Messages → lines of JSON, one for each thing said.
pub(super) enum Decoder {
    Json,
    Irc {
        /// What is said once the server has let us in.
        welcomed: Vec<String>,
    },
    Atproto {
        /// Collections whose records are wanted.
        collections: Vec<String>,
    },
}

/// What a message came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Decoded {
    /// Lines of JSON, without line ends.
    pub lines: Vec<String>,
    /// What is to be answered.
    pub replies: Vec<String>,
}

/// What the server objects to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Objection {
    /// In its words.
    pub why: String,
    /// It does not know the place that was asked for: ask again without one.
    pub is_lost_place: bool,
}

/// Commands of IRC that carry what people say, or take it back. The rest is the server's own.
const SAID: [&str; 5] = ["PRIVMSG", "USERNOTICE", "CLEARMSG", "CLEARCHAT", "REDACT"];

impl Decoder {
    /// A decoder, and what is said at once of `say`.
    pub fn new(decode: &Decode, mut say: Vec<String>) -> (Decoder, Vec<String>) {
        match decode {
            Decode::Json => (Decoder::Json, say),
            Decode::Irc => {
                let join = say.iter().position(|line| line.starts_with("JOIN "));
                let welcomed = say.split_off(join.unwrap_or(say.len()));
                (Decoder::Irc { welcomed }, say)
            }
            Decode::Atproto { collections } => {
                let collections = collections.clone();
                (Decoder::Atproto { collections }, say)
            }
        }
    }

    /// `Err`: nothing more will come of this connection.
    pub fn decode(&mut self, message: Message) -> Result<Decoded, Objection> {
        if let (Decoder::Atproto { collections }, Message::Binary(frame)) = (&*self, &message) {
            return of_frame(frame, collections);
        }
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Message::Event(event) => {
                return Ok(Decoded {
                    lines: vec![of_event(&event)],
                    ..Decoded::default()
                });
            }
            Message::Heartbeat => return Ok(Decoded::default()),
        };
        match self {
            Decoder::Json => Ok(Decoded {
                // A message may be written over several lines; white space in JSON is free.
                lines: vec![text.replace(['\r', '\n'], " ")],
                ..Decoded::default()
            }),
            Decoder::Irc { welcomed } => of_irc(&text, welcomed),
            // A text is no frame: it tells nothing.
            Decoder::Atproto { .. } => Ok(Decoded::default()),
        }
    }
}

/// `{"event", "id", "data"}`, with data that is JSON as JSON.
fn of_event(event: &super::sse::Event) -> String {
    let data = event.data.trim_start();
    let value = if data.starts_with(['{', '[']) {
        serde_json::from_str(data).ok()
    } else {
        None
    };
    let data = value.unwrap_or_else(|| Value::from(event.data.as_str()));
    json!({"event": event.name, "id": event.id, "data": data}).to_string()
}

/// A frame that cannot be read is a line that cannot be read: counted, and no reason to stop.
fn of_frame(frame: &[u8], collections: &[String]) -> Result<Decoded, Objection> {
    let lines = match firehose::lines(frame, collections) {
        Ok(lines) => lines.iter().map(Value::to_string).collect(),
        Err(FrameError::Broken(why)) => vec![json!({"kind": "broken", "why": why}).to_string()],
        Err(error @ FrameError::Ended { .. }) => {
            let is_lost_place =
                matches!(&error, FrameError::Ended { name, .. } if name == "FutureCursor");
            return Err(Objection {
                why: error.to_string(),
                is_lost_place,
            });
        }
    };
    Ok(Decoded {
        lines,
        ..Decoded::default()
    })
}

fn of_irc(text: &str, welcomed: &mut Vec<String>) -> Result<Decoded, Objection> {
    let mut decoded = Decoded::default();
    for line in text.lines().filter_map(irc::Line::parse) {
        if let Some(objection) = line.objection() {
            return Err(Objection {
                why: objection,
                is_lost_place: false,
            });
        }
        match line.command {
            "PING" => {
                let token = line.params.last().copied().unwrap_or_default();
                decoded.replies.push(format!("PONG :{token}"));
            }
            "001" => decoded.replies.append(welcomed),
            command if SAID.contains(&command) => decoded.lines.push(line.to_json().to_string()),
            _ => {}
        }
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Message {
        Message::Text(text.to_owned())
    }

    #[test]
    fn chat_is_joined_when_the_server_says_welcome_and_pings_are_answered() {
        let say = ["CAP REQ :tags", "NICK me", "JOIN #a"]
            .map(str::to_owned)
            .to_vec();
        let (mut decoder, first) = Decoder::new(&Decode::Irc, say);
        assert_eq!(first, ["CAP REQ :tags", "NICK me"]);
        let answer = decoder
            .decode(text(":irc 001 me :Welcome\r\nPING :x y\r\n"))
            .expect("fine");
        assert_eq!(answer.replies, ["JOIN #a", "PONG :x y"]);
        let names = decoder
            .decode(text(":irc 353 me = #a :ana bo\r\n:ana!a@b JOIN #a"))
            .expect("fine");
        assert_eq!(
            names,
            Decoded::default(),
            "who is there is nobody's business"
        );
        assert!(decoder.decode(text("ERROR :Closing link")).is_err());
    }

    #[test]
    fn a_message_is_one_line_whatever_it_holds() {
        let (mut decoder, _) = Decoder::new(&Decode::Json, Vec::new());
        let pretty = decoder.decode(text("{\r\n \"a\": 1\n}")).expect("fine");
        assert_eq!(pretty.lines, ["{   \"a\": 1 }"]);
        let event = |data: &str| {
            Message::Event(super::super::sse::Event {
                name: "update".to_owned(),
                data: data.to_owned(),
                id: String::new(),
            })
        };
        let lines = |decoder: &mut Decoder, data| decoder.decode(event(data)).expect("fine").lines;
        assert_eq!(
            lines(&mut decoder, "{\"id\":\"1\"}"),
            ["{\"data\":{\"id\":\"1\"},\"event\":\"update\",\"id\":\"\"}"]
        );
        // An id of eighteen digits is a text, not a number that loses some.
        assert_eq!(
            lines(&mut decoder, "110000000000000001"),
            ["{\"data\":\"110000000000000001\",\"event\":\"update\",\"id\":\"\"}"]
        );
    }
}
