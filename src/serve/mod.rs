//! Read-only views over the store: JSON API and one overview page, on loopback.

mod api;
mod coverage;
mod explain;
mod guard;
mod listen;
mod overview;
mod problem;
mod sheet;
mod sources;
mod trends;
mod views;
mod words;

pub use api::router;
pub use listen::{Error, asked_to_stop, bind, serve};
pub use views::{Restock, Sheet, SheetError, Views};
