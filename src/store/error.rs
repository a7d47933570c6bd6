use super::GenerationId;
use std::path::PathBuf;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data folder cannot be made or written.
    #[error(
        "cannot write the data folder `{path}`\nhint: make the folder writable for this user, \
         or name another one with `path` in the [store] part of groundswell.toml",
        path = path.display()
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process holds a store that cannot be shared.
    #[error(
        "the store in `{path}` is held by {holder}\nhint: wait until it has ended; while \
         `groundswell serve` runs, read through its address instead; or choose \
         `engine = \"sqlite\"`, which several programs can use at once",
        path = path.display()
    )]
    Held {
        /// The folder.
        path: PathBuf,
        /// Who, as far as it can be told.
        holder: String,
    },
    /// Written by a newer program.
    #[error(
        "the store has format {found}, this program reads up to {known}\nhint: use the newer \
         groundswell that wrote it; nothing was changed"
    )]
    Newer {
        /// Format on disk.
        found: u32,
        /// Newest format this program knows.
        known: u32,
    },
    /// A generation of projections that is not there, or not in the state the call needs.
    #[error("generation {id} of the projections {why}")]
    Generation {
        /// Its number.
        id: GenerationId,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A backup must not write over what is there.
    #[error("cannot back up to `{path}`: {why}\nhint: name a new or an empty folder", path = path.display())]
    Backup {
        /// Where it should go.
        path: PathBuf,
        /// Why it cannot.
        why: String,
    },
    /// A value in the store cannot be read, or cannot be written so that it could be read again.
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
