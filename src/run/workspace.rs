use crate::config::Config;
use crate::record::{AuthorKey, Clock};
use crate::store::Store;
use std::sync::Arc;

/// A folder with groundswell.toml, opened: settings, store, clock and the key of pseudonyms.
pub struct Workspace {
    /// Checked settings.
    pub config: Config,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock of every stage.
    pub clock: Arc<dyn Clock>,
    /// The key of pseudonyms.
    pub authors: AuthorKey,
}
