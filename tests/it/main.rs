//! The one integration binary: it drives the program as users do.

mod config;
mod crash;
mod crawl;
mod fault_server;
mod restock;
mod serve;
mod store;
mod tidy;
