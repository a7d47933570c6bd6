//! The only room that knows all stages: it opens a workspace and moves data through it.

mod close;
mod error;
mod project;
mod workspace;

pub use error::Error;
pub use project::{Progress, ProjectError, Projected, Projector, Tagger};
pub use workspace::Workspace;
