use super::ProjectError;
use crate::{config, source, store, tag};

/// What keeps a workspace from doing its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// A source file is wrong.
    #[error("{}", listed(.0))]
    Sources(Vec<source::Error>),
    /// The catalogue is wrong.
    #[error("{}", listed(.0))]
    Catalogue(Vec<tag::CatalogueError>),
    /// The decisions on ambiguous names are wrong.
    #[error(transparent)]
    Resolved(#[from] tag::ResolveError),
    /// The transformer that the settings name cannot be used.
    #[error(transparent)]
    Transformer(#[from] tag::TransformerError),
    /// The corrections are wrong.
    #[error(transparent)]
    Corrected(#[from] tag::CorrectError),
    /// The user's own aspects cannot be used.
    #[error(transparent)]
    Aspects(#[from] tag::AspectsError),
    /// The projections could not be brought up to date.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn listed<E: std::fmt::Display>(errors: &[E]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

impl Error {
    /// Whether the configuration, not the run, is wrong.
    pub fn is_config(&self) -> bool {
        matches!(
            self,
            Error::Config(_)
                | Error::Sources(_)
                | Error::Catalogue(_)
                | Error::Resolved(_)
                | Error::Transformer(_)
                | Error::Corrected(_)
                | Error::Aspects(_)
        )
    }
}
