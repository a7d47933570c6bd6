use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The one source of time for scheduler, pace, retry and store.
///
/// Real I/O never waits on a simulated clock: a simulated `sleep` moves the time forward and
/// returns at once, so a replay runs as fast as the machine allows.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
    /// Wait for `span`.
    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(span))
    }
}

/// A clock that moves only when told to, or when somebody sleeps on it.
#[derive(Debug, Clone)]
pub struct SimClock(Arc<AtomicI64>);

impl SimClock {
    /// A clock that stands at `start`.
    pub fn new(start: Timestamp) -> SimClock {
        SimClock(Arc::new(AtomicI64::new(start.as_microsecond())))
    }

    /// Move forward to `time`; a time already past changes nothing.
    pub fn advance_to(&self, time: Timestamp) {
        self.0.fetch_max(time.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let wake = SignedDuration::try_from(span)
            .ok()
            .and_then(|span| self.now().checked_add(span).ok())
            .unwrap_or(Timestamp::MAX);
        Box::pin(async move {
            self.advance_to(wake);
            // Give other tasks their turn, as a real sleep would.
            tokio::task::yield_now().await;
        })
    }
}
