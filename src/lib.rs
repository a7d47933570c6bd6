//! Groundswell: see demand before your sales data does.
//!
//! The data travels one way:
//! source → crawl → tag → gather → store → trend → restock → report / serve.
//! Each module is a stage; a stage imports what stands above it here, never what stands below.

pub mod config;
pub mod crawl;
pub mod record;
pub mod restock;
pub mod source;
pub mod store;
pub mod tag;
