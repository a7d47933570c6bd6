use super::Error;
use crate::record::{Account, Appended, HostMemory, Page, Position, Visit};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Why the memory failed; the crawler stops, because what cannot be kept must not be fetched.
pub type MemoryError = Box<dyn std::error::Error + Send + Sync>;

/// What crawling must remember between runs and share between processes. The store implements
/// it.
pub trait Memory: Send + Sync {
    /// How far a source has been read for a query.
    fn position(&self, source: &str, query: &str) -> Result<Option<Position>, MemoryError>;
    /// How a source was read for a query, newest first, at most `limit`.
    fn visits(&self, source: &str, query: &str, limit: usize) -> Result<Vec<Visit>, MemoryError>;
    /// What is remembered of a host (`name` or `name:port`).
    fn host(&self, host: &str) -> Result<HostMemory, MemoryError>;
    /// Read, change and write a host's memory in one transaction.
    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory, MemoryError>;
    /// What was spent of a bucket.
    fn account(&self, bucket: &str) -> Result<Account, MemoryError>;
    /// Read, change and write what was spent of a bucket in one transaction.
    fn update_account(
        &self,
        bucket: &str,
        change: &mut dyn FnMut(&mut Account),
    ) -> Result<(), MemoryError>;
    /// Append pages to the log, all or none.
    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>, MemoryError>;
}

/// A shared memory is a memory, so that a shared store can be handed to the crawler as it is.
impl<M: Memory + ?Sized> Memory for Arc<M> {
    fn position(&self, source: &str, query: &str) -> Result<Option<Position>, MemoryError> {
        (**self).position(source, query)
    }

    fn visits(&self, source: &str, query: &str, limit: usize) -> Result<Vec<Visit>, MemoryError> {
        (**self).visits(source, query, limit)
    }

    fn host(&self, host: &str) -> Result<HostMemory, MemoryError> {
        (**self).host(host)
    }

    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory, MemoryError> {
        (**self).update_host(host, change)
    }

    fn account(&self, bucket: &str) -> Result<Account, MemoryError> {
        (**self).account(bucket)
    }

    fn update_account(
        &self,
        bucket: &str,
        change: &mut dyn FnMut(&mut Account),
    ) -> Result<(), MemoryError> {
        (**self).update_account(bucket, change)
    }

    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>, MemoryError> {
        (**self).append(pages)
    }
}

/// Questions to the memory at once. An engine writes one after the other anyway, and each thread
/// that waits for it costs a stack and a connection.
static PLACES: Semaphore = Semaphore::const_new(8);

/// Asks the memory on a thread where blocking is fine: an engine may wait for another process.
pub(super) async fn ask<T: Send + 'static>(
    memory: &Arc<dyn Memory>,
    question: impl FnOnce(&dyn Memory) -> Result<T, MemoryError> + Send + 'static,
) -> Result<T, Error> {
    // It is never closed; without a place the question is asked all the same.
    let _place = PLACES.acquire().await.ok();
    let memory = memory.clone();
    match tokio::task::spawn_blocking(move || question(memory.as_ref())).await {
        Ok(answer) => answer.map_err(Error::Memory),
        Err(broken) => Err(Error::Broken {
            doing: "remembering",
            why: broken.to_string(),
        }),
    }
}
