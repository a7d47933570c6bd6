//! The one integration binary: it drives the program as users do.

mod config;
mod crash;
mod crawl;
mod daemon;
mod fault_server;
mod report;
mod restock;
mod serve;
mod store;
mod tidy;
