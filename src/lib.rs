//! Groundswell: see demand before your sales data does.
//!
//! The data travels one way:
//! source → crawl → tag → gather → store → trend → restock → report / serve.
//! Each module is a stage; a stage imports what stands above it here, never what stands below.

pub mod record;

pub mod config;

pub mod source;

pub mod crawl;

pub mod tag;

pub mod gather;

pub mod store;

pub mod trend;

pub mod restock;

pub mod report;

pub mod serve;

pub mod run;

pub mod demo;

pub mod cli;
