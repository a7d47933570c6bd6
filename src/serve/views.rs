use super::problem::Problem;
use crate::config::Config;
use crate::record::Clock;
use crate::restock::{Deadline, Line};
use crate::store::Store;
use axum::http::StatusCode;
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Reads of the store that run at once; more wait their turn, so that a greedy reader cannot
/// take the store away from a crawl.
const READS_AT_ONCE_MAX: usize = 8;

/// Why the restock sheet could not be made.
pub type SheetError = Box<dyn std::error::Error + Send + Sync>;

/// What to order and by when.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// One line for each SKU and market, most urgent first.
    pub lines: Vec<Line>,
    /// Last days to order for an occasion, soonest first.
    pub deadlines: Vec<Deadline>,
}

/// Makes the restock sheet. It takes several stages, so the room that knows them hands it in.
pub trait Restock: Send + Sync {
    /// The sheet as of an instant.
    fn sheet(&self, now: Timestamp) -> Result<Sheet, SheetError>;
}

/// What the views are read from. Nothing here writes.
pub struct Views {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock that tells what "the last seven days" are.
    pub clock: Arc<dyn Clock>,
    /// Checked settings.
    pub config: Config,
    /// The restock sheet.
    pub restock: Arc<dyn Restock>,
    reads: Arc<Semaphore>,
}

impl Views {
    /// Views over a store.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        config: Config,
        restock: Arc<dyn Restock>,
    ) -> Views {
        Views {
            store,
            clock,
            config,
            restock,
            reads: Arc::new(Semaphore::new(READS_AT_ONCE_MAX)),
        }
    }

    /// Do a read away from the threads that answer requests: a store call may wait for a disk.
    pub(super) async fn read<T: Send + 'static>(
        self: Arc<Views>,
        work: impl FnOnce(&Views) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let closed = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the program is ending");
        let turn = Arc::clone(&self.reads)
            .acquire_owned()
            .await
            .map_err(|_| closed())?;
        let done = tokio::task::spawn_blocking(move || {
            // The turn ends when the work does, also where the request was given up before.
            let _turn = turn;
            work(&self)
        });
        match done.await {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => Err(closed()),
            Err(error) => Err(Problem::ours("read this view", &error)),
        }
    }
}
