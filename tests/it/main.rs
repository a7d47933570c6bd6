//! The one integration binary: it drives the program as users do.

mod crawl;
mod fault_server;
