//! source → pages, politely: robots.txt, one budget per host, retries, conditional requests.

pub mod import;
mod memory;

pub use memory::{Memory, MemoryError};
