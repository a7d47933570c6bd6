//! The one integration binary: it drives the program as users do.

mod config;
mod restock;
mod serve;
mod tidy;
mod crawl;
mod fault_server;
