//! Files the seller already has → pages: posts, rankings, order lines, counts, as CSV or NDJSON,
//! plain or gzip, UTF-8 or GB 18030.
//!
//! History is appended as if it had been fetched when it happened (`fetched_at` is the event
//! time, `imported_at` the real one), so that a replay of the log meets it in its own time.

mod batch;
mod convert;
mod read;
mod rows;
mod shape;
mod speaker;
mod when;

pub use crate::config::{Plan, Shape};
pub use batch::Batcher;
pub use convert::Converter;
pub use read::{Tally, read};
pub use rows::{Row, Rows};
pub use shape::fields;
pub use when::parse_time;

/// Why a row, or the whole file, was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read on.
    #[error("line {line}: {why}")]
    Unreadable {
        /// Where reading stopped.
        line: u64,
        /// Why.
        why: String,
    },
    /// A needed column is not there.
    #[error("no column for `{field}`; the file has {found}")]
    NoColumn {
        /// The field.
        field: &'static str,
        /// The columns of the file.
        found: String,
    },
    /// One row is wrong; the others are not affected.
    #[error("line {line}, `{field}`: {why}")]
    Row {
        /// Line in the file, the first is 1.
        line: u64,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// The line, the field (`row` where it is the line as a whole) and what is wrong.
    pub fn parts(&self) -> (u64, &'static str, String) {
        match self {
            Error::Unreadable { line, why } => (*line, "row", why.clone()),
            Error::NoColumn { field, .. } => (1, field, self.to_string()),
            Error::Row { line, field, why } => (*line, field, why.clone()),
        }
    }
}
