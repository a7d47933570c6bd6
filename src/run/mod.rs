//! The only room that knows all stages: it opens a workspace and moves data through it.

mod aspects;
mod burial;
mod chores;
mod close;
mod counter;
mod crawl;
pub mod daemon;
mod doctor;
mod dossier;
mod error;
mod import;
mod inbox;
mod project;
mod push;
mod recompute;
mod report;
mod restock;
mod surroundings;
mod tagging;
mod workspace;

pub use aspects::{AspectCount, AspectQuote};
pub use chores::{HomeChores, Tell};
pub use counter::Counter;
pub use crawl::{Answers, CrawlError, CrawlOrder, Planned, Sites, crawl_due, listen, planned};
pub use doctor::{Checkup, CheckupOrder, SourceHealth, Verdict, check_up};
pub use error::Error;
pub use import::{ImportError, Imported};
pub use inbox::{Came, Inboxes};
pub use project::{Progress, ProjectError, Projected, Projector, Tagger};
pub use push::take_pushes;
pub use report::{Delivery, Outcome, ReportError};
pub use restock::RestockError;
pub use surroundings::Trouble;
pub use workspace::Workspace;
