//! A file in sources/ → a checked definition: what to ask a site, how to read its answer.
//! Sources are data; this room interprets them. Pure: no network, no clock, no store.

mod exchange;

pub use exchange::{Answer, Ask, Extract, Missing, Request};
