use super::Error;
use std::sync::Arc;
use tokio::sync::watch;

/// Why a crawl ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The user asked for it.
    ByHand,
    /// The batch has used its time.
    Deadline,
    /// Something of ours broke; the error is reported by the one who met it.
    Broken,
}

/// A switch that ends a crawl in good order: what is in hand is written, nothing new is asked.
/// Clones share one switch.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<Option<Stopped>>>);

impl Default for Stop {
    fn default() -> Self {
        Stop(Arc::new(watch::Sender::new(None)))
    }
}

impl Stop {
    /// End the crawl. The first reason stays.
    pub fn set(&self, why: Stopped) {
        self.0.send_if_modified(|held| {
            let first = held.is_none();
            if first {
                *held = Some(why);
            }
            first
        });
    }

    /// Whether the switch was thrown, and why.
    pub fn get(&self) -> Option<Stopped> {
        *self.0.borrow()
    }

    /// Waits until the switch is thrown.
    pub async fn thrown(&self) -> Stopped {
        let mut receiver = self.0.subscribe();
        loop {
            if let Some(why) = *receiver.borrow_and_update() {
                return why;
            }
            if receiver.changed().await.is_err() {
                // The sender lives as long as `self`: this cannot come, and waiting is safe.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Does `work`, unless the switch is thrown first; then the work is dropped.
    pub(super) async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        tokio::select! {
            biased;
            why = self.thrown() => Err(why.into()),
            done = work => Ok(done),
        }
    }
}

impl From<Stopped> for Error {
    fn from(why: Stopped) -> Error {
        match why {
            Stopped::Deadline => Error::Deadline,
            Stopped::ByHand | Stopped::Broken => Error::Interrupted,
        }
    }
}
