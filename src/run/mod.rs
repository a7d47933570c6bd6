//! The only room that knows all stages: it opens a workspace and moves data through it.

mod workspace;

pub use workspace::Workspace;
