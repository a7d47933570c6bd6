//! Brings the figures up to date soon after something came in, beside whatever else runs.

use super::Tell;
use super::daemon::ChoreError;
use crate::crawl::Stop;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Pause between two counts: what comes in meanwhile is counted together.
const REST: Duration = Duration::from_millis(200);
/// Pause after a count that failed.
const RETRY: Duration = Duration::from_secs(30);

/// Wakes the count. Clones wake the same one.
#[derive(Debug, Clone, Default)]
pub struct Counter(Arc<Notify>);

impl Counter {
    /// Something was appended. Many calls while a count runs make one more count.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Count whenever woken, until `stop` is thrown. What is appended and not yet counted then is
    /// counted by the next start.
    pub(super) async fn work<F>(&self, count: impl Fn() -> F, tell: &Tell, stop: &Stop)
    where
        F: Future<Output = Result<(), ChoreError>>,
    {
        self.wake();
        loop {
            tokio::select! {
                () = self.0.notified() => {}
                _ = stop.thrown() => return,
            }
            let pause = match count().await {
                Ok(()) => REST,
                Err(why) => {
                    tell(&format!("what came in was not counted yet: {why}"));
                    self.wake();
                    RETRY
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.thrown() => return,
            }
        }
    }
}
