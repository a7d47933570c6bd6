use std::path::PathBuf;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data folder cannot be made or written.
    #[error("cannot write the data folder `{path}`", path = path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process holds a store that cannot be shared.
    #[error("the store in `{path}` is held by {holder}", path = path.display())]
    Held {
        /// The folder.
        path: PathBuf,
        /// Who, as far as it can be told.
        holder: String,
    },
    /// Written by a newer program.
    #[error("the store has format {found}, this program reads up to {known}")]
    Newer {
        /// Format on disk.
        found: u32,
        /// Newest format this program knows.
        known: u32,
    },
    /// A value in the store cannot be read.
    #[error("damaged {what} in the store: {why}")]
    Damaged {
        /// What it was.
        what: String,
        /// Why it cannot be read.
        why: String,
    },
    /// The engine failed.
    #[error("the {engine} engine failed while {doing}: {why}")]
    Engine {
        /// `sqlite` or `sled`.
        engine: &'static str,
        /// What was being done.
        doing: &'static str,
        /// The engine's words.
        why: String,
    },
}

/// Result of a store call.
pub type Result<T> = std::result::Result<T, Error>;
