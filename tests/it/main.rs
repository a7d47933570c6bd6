//! The one integration binary: it drives the program as users do.

mod board;
mod config;
mod crash;
mod crawl;
mod crawl_due;
mod daemon;
mod demo;
mod doctor;
mod fault_server;
mod health;
mod import;
mod instance;
mod program;
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
