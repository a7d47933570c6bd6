//! source → pages, politely: robots.txt, one budget per host, retries, conditional requests.

mod memory;

pub use memory::{Memory, MemoryError};
