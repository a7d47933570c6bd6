use std::time::Duration;
use tokio::time::Instant;

/// Messages of one page at most.
pub(super) const MESSAGES_MAX: usize = 1_000;
/// Bytes after which a page is full.
const BYTES_MAX: usize = 1 << 20;

/// A page that is being filled.
#[derive(Debug, Default)]
pub(super) struct Draft {
    body: Vec<u8>,
    messages: usize,
    began: Option<Instant>,
}

impl Draft {
    /// Adds a line.
    pub fn push(&mut self, line: &str) {
        self.began.get_or_insert_with(Instant::now);
        self.body.extend_from_slice(line.as_bytes());
        self.body.push(b'\n');
        self.messages += 1;
    }

    pub fn is_empty(&self) -> bool {
        self.messages == 0
    }

    pub fn is_full(&self) -> bool {
        self.messages >= MESSAGES_MAX || self.body.len() >= BYTES_MAX
    }

    /// When it is due, `span` after its first line.
    pub fn due(&self, span: Duration) -> Option<Instant> {
        self.began.map(|began| began + span)
    }

    /// What was collected; the draft is empty then.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(self).body
    }
}
