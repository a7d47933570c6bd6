use super::Error;
use crate::config::{self, Config};
use crate::record::{AuthorKey, Clock, SystemClock};
use crate::source::Library;
use crate::store::{self, Store};
use std::path::Path;
use std::sync::Arc;

/// A home folder, opened: settings, sources, store, clock and the key of pseudonyms.
pub struct Workspace {
    /// Checked settings.
    pub config: Config,
    /// The built-in sources and those of the user's folder.
    pub library: Library,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock of every stage.
    pub clock: Arc<dyn Clock>,
    /// The key of pseudonyms.
    pub authors: AuthorKey,
}

impl Workspace {
    /// Open a home folder on the machine's clock.
    ///
    /// # Errors
    /// The first of settings, sources, key and store that is wrong.
    pub fn open(home: &Path) -> Result<Workspace, Error> {
        Workspace::open_at(home, Arc::new(SystemClock))
    }

    /// Open a home folder on a clock of the caller's.
    ///
    /// # Errors
    /// As [`Workspace::open`].
    pub fn open_at(home: &Path, clock: Arc<dyn Clock>) -> Result<Workspace, Error> {
        let config = config::load(home)?;
        let library = Library::load(Some(&config.crawl.sources)).map_err(Error::Sources)?;
        let store = store::open(&config.store)?;
        let authors = config::load_or_create_author_key(&config.store.path)?;
        Ok(Workspace {
            config,
            library,
            store,
            clock,
            authors,
        })
    }
}
