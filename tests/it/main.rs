//! The one integration binary: it drives the program as users do.

mod config;
mod trend;
