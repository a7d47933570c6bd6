//! The only room that knows all stages: it opens a workspace and moves data through it.

pub mod daemon;
mod workspace;

pub use workspace::Workspace;
