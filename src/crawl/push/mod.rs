//! Events that other programs send over HTTP → pages: chat tools, live video, assistants, shops.
//!
//! A body is NDJSON: one event a line. It becomes one [`Page`], kept through a channel that holds
//! only so many, so that a sender who is too fast is told to wait and memory does not grow. The
//! answer comes when the page is durable.

mod answer;
mod body;
mod door;
mod listen;

pub use answer::Refusal;
pub use door::{Parts, router};
pub use listen::serve;

use crate::record::Page;
use tokio::sync::oneshot;

/// A page on its way into the log, and where to say what it came to.
#[derive(Debug)]
pub struct Pushed {
    /// The page.
    pub page: Page,
    /// Told when the page is durable, or why it is not.
    pub done: oneshot::Sender<Result<Kept, String>>,
}

/// What a pushed page came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Events that are new, or newer than what was held.
    pub accepted: usize,
    /// Events held already.
    pub known: usize,
}
