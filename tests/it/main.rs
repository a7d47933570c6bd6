//! The one integration binary: it drives the program as users do.

mod config;
<<<<<<< HEAD
mod restock;
mod serve;
mod tidy;
=======
mod crawl;
mod fault_server;
>>>>>>> crawl
