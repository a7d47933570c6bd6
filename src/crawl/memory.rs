use crate::record::{Appended, HostMemory, Page, Position};

/// Why the memory failed; the crawler stops, because what cannot be kept must not be fetched.
pub type MemoryError = Box<dyn std::error::Error + Send + Sync>;

/// What crawling must remember between runs and share between processes. The store implements
/// it.
pub trait Memory: Send + Sync {
    /// How far a source has been read for a query.
    fn position(&self, source: &str, query: &str) -> Result<Option<Position>, MemoryError>;
    /// What is remembered of a host (`name` or `name:port`).
    fn host(&self, host: &str) -> Result<HostMemory, MemoryError>;
    /// Read, change and write a host's memory in one transaction.
    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory, MemoryError>;
    /// Append pages to the log, all or none.
    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>, MemoryError>;
}
