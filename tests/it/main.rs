//! The one integration binary: it drives the program as users do.

mod board;
mod budget;
mod config;
mod crash;
mod crawl;
mod crawl_due;
mod daemon;
mod demo;
mod fault_server;
mod import;
mod inbox;
mod instance;
mod program;
mod push;
mod replay;
mod report;
mod restock;
mod serve;
mod source;
mod store;
mod stream;
mod tag;
mod tidy;
mod trend;
mod trends;
