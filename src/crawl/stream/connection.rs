use super::sse::Sse;
use super::websocket::{self, WebSocket};
use crate::crawl::client::Live;
use crate::source::{Answer, Protocol, Request};
use std::time::Duration;

/// What a server sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Message {
    /// Text of a WebSocket.
    Text(String),
    /// Bytes of a WebSocket.
    Binary(Vec<u8>),
    /// A server-sent event.
    Event(super::sse::Event),
    /// A sign of life.
    Heartbeat,
}

/// An open stream of either protocol.
pub(super) enum Connection {
    WebSocket(Box<WebSocket>),
    Sse(Box<Sse>),
}

impl Connection {
    /// The request with what the protocol adds to it.
    pub fn ask(mut request: Request, protocol: Protocol) -> Request {
        let more = match protocol {
            Protocol::WebSocket => websocket::headers(),
            Protocol::Sse => vec![
                ("accept".to_owned(), "text/event-stream".to_owned()),
                ("cache-control".to_owned(), "no-store".to_owned()),
            ],
        };
        request.headers.extend(more);
        request
    }

    /// The stream behind an answer to such a request. `Err` says why it is none.
    pub async fn begin(
        request: &Request,
        head: &Answer,
        live: Live,
        protocol: Protocol,
    ) -> Result<Connection, String> {
        match protocol {
            Protocol::WebSocket => {
                let socket = WebSocket::begin(request, head, live).await?;
                Ok(Connection::WebSocket(Box::new(socket)))
            }
            Protocol::Sse => Ok(Connection::Sse(Box::new(Sse::begin(head, live)?))),
        }
    }

    /// The next message; `None` when the server closed the stream in good order. Dropping the
    /// future loses nothing. `Err` says what broke.
    pub async fn next(&mut self) -> Result<Option<Message>, String> {
        match self {
            Connection::WebSocket(socket) => socket.next().await,
            Connection::Sse(events) => events.next().await,
        }
    }

    /// Says a line.
    pub async fn say(&mut self, line: String) -> Result<(), String> {
        match self {
            Connection::WebSocket(socket) => socket.say(line).await,
            Connection::Sse(_) => Ok(()),
        }
    }

    /// Asks for a sign of life, where the protocol can.
    pub async fn ping(&mut self) -> Result<(), String> {
        match self {
            Connection::WebSocket(socket) => socket.ping().await,
            Connection::Sse(_) => Ok(()),
        }
    }

    /// Takes leave; a server that does not answer is left.
    pub async fn close(self) {
        match self {
            Connection::WebSocket(socket) => socket.close().await,
            Connection::Sse(_) => {}
        }
    }

    /// How long the server wants to be left alone before the stream is opened again.
    pub fn pause(&self) -> Duration {
        match self {
            Connection::WebSocket(_) => Duration::ZERO,
            Connection::Sse(events) => events.pause(),
        }
    }
}
