//! The only room that knows all stages: it opens a workspace and moves data through it.

mod error;
mod workspace;

pub use error::Error;
pub use workspace::Workspace;
