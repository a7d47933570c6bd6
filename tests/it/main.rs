//! The one integration binary: it drives the program as users do.

mod board;
mod config;
mod crawl;
mod crawl_due;
mod fault_server;
mod restock;
mod serve;
mod tidy;
