//! Sources that push: messages → pages of *what arrived since the page before*.
//!
//! A stream is opened as any request is asked: with its turn at the host, the guard and the
//! circuit. [`Connection`] gives [`Message`]s, text or binary, whatever the protocol;
//! [`Decoder`] makes lines of JSON of them; [`Draft`] collects the lines until a page is full or
//! due; [`Listener`] has the page read like an answer and appends it. Nothing behind that knows
//! that streams exist.
//!
//! **Coverage counts minutes.** Each minute listened is one asked and answered (or empty), each
//! minute not listened is one asked and failed (or refused). Where the source goes on from a
//! cursor, what was missed is told after all, and its minutes are answered.

mod connection;
mod decode;
mod draft;
mod irc;
mod listener;
mod sse;
mod websocket;

use connection::{Connection, Message};
use decode::Decoder;
use draft::Draft;
pub(super) use listener::{Listener, Until};

/// Bytes of one message; a larger one ends the connection. AT Protocol allows frames of 5 MB.
const MESSAGE_BYTES_MAX: usize = 5 << 20;
