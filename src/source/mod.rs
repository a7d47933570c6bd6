//! A file in sources/ → a checked definition: what to ask a site, how to read its answer.
//! Sources are data; this room interprets them. Pure: no network, no clock, no store.

mod charset;
mod check;
mod check_read;
mod check_stream;
mod compare;
mod count;
mod currency;
mod cursor;
mod definition;
mod document;
mod error;
mod example;
mod exchange;
mod extract;
mod feed;
mod fill;
pub mod firehose;
mod html;
mod library;
mod likeness;
mod line;
mod moment;
mod money;
mod number;
mod path;
#[cfg(test)]
mod price_table;
mod raw;
mod read;
mod request;
mod rule;
mod stream;
mod template;
mod wall;
mod written;

pub use compare::changes;
pub use definition::{Access, Param, Quota, Source, Tier};
pub use error::Error;
pub use exchange::{Answer, Ask, Extract, Missing, Request};
pub use extract::{ITEMS_MAX, PARSE_MAX};
pub use fill::{ID_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX, URL_CHARS_MAX};
pub use library::Library;
pub use line::Line;
pub use stream::{Decode, Protocol, Stream};
pub use wall::{is_login, wall, wall_at};
