use crate::{config, source, store};

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
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn listed(errors: &[source::Error]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

impl Error {
    /// Whether the configuration, not the run, is wrong.
    pub fn is_config(&self) -> bool {
        matches!(self, Error::Config(_) | Error::Sources(_))
    }
}
