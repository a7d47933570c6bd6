//! WebSocket (RFC 6455) over the connection of the one HTTP client, so that guard, TLS, proxies
//! and User-Agent are its own. Frames are tungstenite's work.

use super::{MESSAGE_BYTES_MAX, Message};
use crate::crawl::client::Live;
use crate::source::{Answer, Request};
use futures_util::{SinkExt as _, StreamExt as _};
use std::time::Duration;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::CapacityError;
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Bytes};

const KEY: &str = "sec-websocket-key";
/// A server that does not take what is said to it, or does not take leave, is not waited for.
const SAY_MAX: Duration = Duration::from_secs(10);
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// An open WebSocket.
pub(super) struct WebSocket {
    socket: WebSocketStream<reqwest::Upgraded>,
}

/// What turns a request into the opening of a WebSocket.
pub(super) fn headers() -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        pair("connection", "Upgrade"),
        pair("upgrade", "websocket"),
        pair("sec-websocket-version", "13"),
        pair(KEY, &generate_key()),
    ]
}

impl WebSocket {
    pub async fn begin(request: &Request, head: &Answer, live: Live) -> Result<WebSocket, String> {
        let key = request.headers.iter().find(|(name, _)| name == KEY);
        let expected = key.map(|(_, key)| derive_accept_key(key.as_bytes()));
        if head.status != 101 || head.header("sec-websocket-accept") != expected.as_deref() {
            return Err(format!(
                "it does not speak WebSocket there (status {})",
                head.status
            ));
        }
        let upgraded = live.upgrade().await.map_err(|error| error.to_string())?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let socket = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(limits)).await;
        Ok(WebSocket { socket })
    }

    pub async fn next(&mut self) -> Result<Option<Message>, String> {
        use tungstenite::Message as Frame;
        match self.socket.next().await {
            Some(Ok(Frame::Text(text))) => Ok(Some(Message::Text(text.as_str().to_owned()))),
            Some(Ok(Frame::Binary(bytes))) => Ok(Some(Message::Binary(bytes.into()))),
            // Pings are answered by tungstenite, with the next read.
            Some(Ok(Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_))) => {
                Ok(Some(Message::Heartbeat))
            }
            Some(Ok(Frame::Close(Some(frame)))) if !frame.reason.is_empty() => {
                let reason: String = frame.reason.chars().take(200).collect();
                Err(format!("it closed the stream: {reason}"))
            }
            Some(Ok(Frame::Close(_))) | None => Ok(None),
            Some(Err(error)) => ended(error),
        }
    }

    pub async fn say(&mut self, line: String) -> Result<(), String> {
        self.send(tungstenite::Message::text(line)).await
    }

    pub async fn ping(&mut self) -> Result<(), String> {
        self.send(tungstenite::Message::Ping(Bytes::new())).await
    }

    async fn send(&mut self, message: tungstenite::Message) -> Result<(), String> {
        match tokio::time::timeout(SAY_MAX, self.socket.send(message)).await {
            Ok(sent) => sent.map_err(|error| error.to_string()),
            Err(_) => Err("it does not take what is said to it".to_owned()),
        }
    }

    pub async fn close(mut self) {
        let _ = tokio::time::timeout(CLOSE_MAX, self.socket.close(None)).await;
    }
}

fn ended(error: tungstenite::Error) -> Result<Option<Message>, String> {
    match error {
        tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => Ok(None),
        tungstenite::Error::Capacity(CapacityError::MessageTooLong { .. }) => Err(format!(
            "it sent a message larger than {MESSAGE_BYTES_MAX} bytes"
        )),
        error => Err(error.to_string()),
    }
}
