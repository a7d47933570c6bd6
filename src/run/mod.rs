//! The only room that knows all stages: it opens a workspace and moves data through it.

mod crawl;
mod workspace;

pub use crawl::{Answers, CrawlError, CrawlOrder, Planned, Sites, crawl_due, planned};
pub use workspace::Workspace;
