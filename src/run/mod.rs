//! The only room that knows all stages: it opens a workspace and moves data through it.

mod burial;
mod chores;
mod close;
mod crawl;
pub mod daemon;
mod doctor;
mod dossier;
mod error;
mod project;
mod recompute;
mod report;
mod restock;
mod workspace;

pub use chores::{HomeChores, Tell};
pub use crawl::{Answers, CrawlError, CrawlOrder, Planned, Sites, crawl_due, listen, planned};
pub use doctor::{Checkup, CheckupOrder, SourceHealth, Trouble, Verdict, check_up};
pub use error::Error;
pub use project::{Progress, ProjectError, Projected, Projector, Tagger};
pub use report::{Delivery, Outcome, ReportError};
pub use restock::RestockError;
pub use workspace::Workspace;
