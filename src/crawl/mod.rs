//! source → pages, politely: robots.txt, one budget per host, retries, conditional requests.
//!
//! One request takes this way: [`schedule`] says that it is due, `crawler` puts it in the queue
//! of its host, `pace` gives it a turn, `robots` says whether it may be asked, `guard` whether
//! the address may be connected to, `ledger` whether it can be paid, [`Transport`] asks, `fetch`
//! tells walls from pages, `quota` reads how soon the site may be asked again, `retry` says
//! whether to ask again, and the outcome, whatever it is, becomes a
//! [`Page`](crate::record::Page) that is appended through [`Memory`].

pub mod adaptive;
mod bill;
mod client;
mod crawler;
mod crew;
mod drift;
mod error;
mod fetch;
#[doc(hidden)]
pub mod foreign;
mod guard;
pub mod health;
pub mod import;
pub mod inbox;
mod ledger;
mod memory;
mod pace;
mod pass;
mod past;
pub mod plan;
mod politeness;
mod probe;
pub mod push;
mod quota;
mod recorder;
mod redact;
mod redirect;
mod replay;
mod retry;
mod robots;
pub mod schedule;
mod site;
mod stop;
mod stream;
mod summary;
mod transport;

pub use client::{Client, ClientLimits};
pub use crawler::{Crawler, CrawlerParts};
pub use drift::DriftFolder;
pub use error::{Error, Verdict};
pub use guard::Guard;
pub use ledger::{Bucket, Charge, Left, Short};
pub use memory::{Memory, MemoryError};
pub use politeness::{HostManners, manners};
pub use probe::{Probed, Seen};
pub use recorder::Recorder;
pub use redact::shown;
pub use replay::{Recorded, Replay, ReplayMemory};
pub use site::{Defined, Job, Keys, Site, SiteError};
pub use stop::{Stop, Stopped};
pub use summary::{Event, Outcome, Reason, SourceSummary, Summary};
pub use transport::Transport;

/// The name robots.txt files know us by, and the first word of our User-Agent.
pub const PRODUCT: &str = "groundswell";
