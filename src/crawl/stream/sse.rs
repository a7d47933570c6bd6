//! Server-sent events, as the WHATWG HTML standard has them (9.2.5 and 9.2.6), within limits.

use super::{MESSAGE_BYTES_MAX, Message};
use crate::crawl::client::Live;
use crate::source::Answer;
use std::collections::VecDeque;
use std::time::Duration;

/// However long a server asks to be left alone.
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// `message` where the server names none.
    pub name: String,
    /// Its data, lines joined.
    pub data: String,
    /// Id of this event, or of the last one that had one.
    pub id: String,
}

/// An open stream of events.
pub(super) struct Sse {
    live: Live,
    parser: Parser,
    ready: VecDeque<Message>,
}

impl Sse {
    pub fn begin(head: &Answer, live: Live) -> Result<Sse, String> {
        let kind = head.header("content-type").unwrap_or_default();
        if !kind
            .trim()
            .to_ascii_lowercase()
            .starts_with("text/event-stream")
        {
            return Err(format!("it does not send events there, but `{kind}`"));
        }
        Ok(Sse {
            live,
            parser: Parser::default(),
            ready: VecDeque::new(),
        })
    }

    pub async fn next(&mut self) -> Result<Option<Message>, String> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(Some(message));
            }
            let Some(chunk) = self.live.chunk().await.map_err(|error| error.to_string())? else {
                return Ok(None);
            };
            let events = self.parser.push(&chunk)?;
            self.ready.extend(events.into_iter().map(Message::Event));
            if self.ready.is_empty() {
                return Ok(Some(Message::Heartbeat));
            }
        }
    }

    pub fn pause(&self) -> Duration {
        self.parser.retry.unwrap_or_default().min(PAUSE_MAX)
    }
}

/// Bytes, in whatever pieces → events.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    /// The last byte was CR: an LF that follows belongs to it.
    after_cr: bool,
    began: bool,
    name: String,
    data: String,
    has_data: bool,
    id: String,
    retry: Option<Duration>,
}

impl Parser {
    /// The events that `bytes` complete. `Err` when one is larger than allowed.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, String> {
        let mut events = Vec::new();
        for &byte in bytes {
            let is_rest_of_crlf =
                std::mem::replace(&mut self.after_cr, byte == b'\r') && byte == b'\n';
            if is_rest_of_crlf {
                continue;
            }
            if byte != b'\n' && byte != b'\r' {
                if self.line.len() + self.data.len() >= MESSAGE_BYTES_MAX {
                    return Err(format!(
                        "it sent an event larger than {MESSAGE_BYTES_MAX} bytes"
                    ));
                }
                self.line.push(byte);
                continue;
            }
            let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
            let first = !std::mem::replace(&mut self.began, true);
            let line = if first {
                line.trim_start_matches('\u{feff}')
            } else {
                &line
            };
            events.extend(self.end_line(line));
        }
        Ok(events)
    }

    fn end_line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            let data = std::mem::take(&mut self.data);
            return std::mem::take(&mut self.has_data).then(|| Event {
                name: if name.is_empty() {
                    "message".to_owned()
                } else {
                    name
                },
                data,
                id: self.id.clone(),
            });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.name = value.to_owned(),
            "data" => {
                if self.has_data {
                    self.data.push('\n');
                }
                self.has_data = true;
                self.data.push_str(value);
            }
            "id" if !value.contains('\0') => self.id = value.to_owned(),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis);
            }
            // A comment (no name before the colon), or a field nobody knows.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(pieces: &[&[u8]]) -> Vec<(String, String, String)> {
        let mut parser = Parser::default();
        pieces
            .iter()
            .flat_map(|piece| parser.push(piece).expect("within limits"))
            .map(|event| (event.name, event.data, event.id))
            .collect()
    }

    fn event(name: &str, data: &str, id: &str) -> (String, String, String) {
        (name.to_owned(), data.to_owned(), id.to_owned())
    }

    #[test]
    fn events_are_read_as_the_standard_says() {
        let text = "\u{feff}: hello\n\ndata: YHOO\ndata:+2\ndata: 10\n\nevent: add\nid: 1\ndata: 73857293\n\n\
                    event: empty\n\nid\ndata\n\ndata\ndata\n\nnonsense: x\ndata: cut";
        let expected = [
            event("message", "YHOO\n+2\n10", ""),
            event("add", "73857293", "1"),
            event("message", "", ""),
            event("message", "\n", ""),
        ];
        assert_eq!(events(&[text.as_bytes()]), expected);
    }

    #[test]
    fn the_server_says_how_long_to_wait() {
        let mut parser = Parser::default();
        parser.push(b"retry: 2500\nretry: soon\n").expect("read");
        assert_eq!(parser.retry, Some(Duration::from_millis(2_500)));
    }

    #[test]
    fn an_event_without_end_is_given_up() {
        let mut parser = Parser::default();
        let piece = vec![b'x'; 1 << 16];
        let mut pushed = 0;
        while parser.push(&piece).is_ok() {
            pushed += 1;
            assert!(pushed <= MESSAGE_BYTES_MAX >> 16, "it is kept without end");
        }
        let mut parser = Parser::default();
        let line = [b"data: ".as_slice(), &[b'x'; 1_000], b"\n"].concat();
        let lines = MESSAGE_BYTES_MAX / 1_000 + 1;
        assert!((0..lines).any(|_| parser.push(&line).is_err()));
    }

    proptest! {
        #[test]
        fn pieces_and_line_ends_change_nothing(
            data in "[a-z\u{e9}\u{65e5} :]{0,20}",
            end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
            cuts in prop::collection::vec(0usize..60, 0..6),
        ) {
            let text = format!("event: e{end}data: {data}{end}{end}data: z{end}{end}");
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|two| &bytes[two[0]..two[1]]).collect();
            prop_assert_eq!(events(&pieces), [event("e", &data, ""), event("message", "z", "")]);
        }

        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Parser::default().push(&bytes);
        }
    }
}
