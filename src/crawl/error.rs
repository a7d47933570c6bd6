use super::MemoryError;
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

/// What can go wrong between a source and its page.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source file could not make a request of what was asked.
    #[error("`{site}` cannot be asked: {why}")]
    Ask {
        /// Source name.
        site: String,
        /// The source's words.
        why: String,
    },
    /// The address may not be connected to.
    #[error(
        "`{address}` is not fetched: {why}; hint: if this is a server of your own, \
         add its host to crawl.private_hosts"
    )]
    Address {
        /// What was to be fetched, secrets hidden.
        address: String,
        /// Why not.
        why: String,
    },
    /// robots.txt forbids it.
    #[error("robots.txt of the site does not allow `{url}`")]
    Disallowed {
        /// What was to be fetched, secrets hidden.
        url: String,
    },
    /// robots.txt could not be read, which means no.
    #[error(
        "robots.txt of `{host}` could not be read ({why}), so nothing is fetched there for now"
    )]
    NoRobots {
        /// The host.
        host: String,
        /// What came instead.
        why: String,
    },
    /// The circuit of the host is open.
    #[error("`{host}` is left alone until {until}: {why}")]
    Closed {
        /// The host.
        host: String,
        /// Until when.
        until: Timestamp,
        /// What happened.
        why: String,
    },
    /// The next free slot of the host comes after the batch has ended.
    #[error("`{host}` may next be asked at {until}, after this batch has ended")]
    NotBefore {
        /// The host.
        host: String,
        /// The next free slot.
        until: Timestamp,
    },
    /// What the site gives, or the user wants to spend, is used up.
    #[error("{why}")]
    Budget {
        /// The bucket, what of it is spent, and when there is more.
        why: String,
    },
    /// The site says no.
    #[error("`{host}` answered {status}: {why}")]
    Refused {
        /// The host.
        host: String,
        /// HTTP status.
        status: u16,
        /// What it means.
        why: String,
    },
    /// A captcha or a block page came instead of the page.
    #[error("`{host}` sent a block page ({what}) instead of the page")]
    Blocked {
        /// The host.
        host: String,
        /// How it was recognised.
        what: &'static str,
    },
    /// A status that is neither success nor refusal.
    #[error("`{host}` answered {status}")]
    Status {
        /// The host.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// No answer in time.
    #[error("`{host}` did not finish its answer within {} s", limit.as_secs_f32())]
    TimedOut {
        /// The host.
        host: String,
        /// The limit.
        limit: Duration,
    },
    /// The connection failed.
    #[error("`{host}` cannot be reached: {why}")]
    Network {
        /// The host.
        host: String,
        /// The system's words.
        why: String,
    },
    /// The body is larger than allowed, after decompression.
    #[error("the answer of `{url}` is larger than {limit} bytes; hint: crawl.body_bytes_max")]
    TooLarge {
        /// What was fetched, secrets hidden.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// Redirects that lead nowhere.
    #[error("`{url}` is redirected {why}")]
    Redirect {
        /// What was fetched, secrets hidden.
        url: String,
        /// In what way it is wrong.
        why: String,
    },
    /// The page came, but could not be read.
    #[error("the page `{url}` cannot be read: {why}")]
    Unreadable {
        /// What was fetched, secrets hidden.
        url: String,
        /// The source's words.
        why: String,
    },
    /// The page came and was read, but it is not what the source usually shows.
    #[error("the page is not what it used to be: {what}")]
    Odd {
        /// What is odd, in words.
        what: String,
    },
    /// A replay has no answer for the request.
    #[error("`{url}` is not in the recording")]
    NotRecorded {
        /// What was asked, secrets hidden.
        url: String,
    },
    /// The recording cannot be read or written.
    #[error("the recording `{path}` {why}", path = path.display())]
    Recording {
        /// File or folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The batch was over before this was done.
    #[error("the batch reached its deadline before the answer came; hint: crawl.deadline_s")]
    Deadline,
    /// The user stopped the batch.
    #[error("stopped by hand; the next run goes on from here")]
    Interrupted,
    /// What cannot be kept must not be fetched.
    #[error("the crawl cannot remember what it does: {0}")]
    Memory(#[source] MemoryError),
    /// The HTTP client could not be set up.
    #[error("the network client cannot be set up: {why}")]
    Client {
        /// The library's words.
        why: String,
    },
    /// A part of the program broke down.
    #[error("the crawl broke down while {doing}: {why}")]
    Broken {
        /// What was being done.
        doing: &'static str,
        /// What happened.
        why: String,
    },
}

/// How an error is to be treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// May go away by itself: worth asking again.
    Transient,
    /// Asking again gives the same.
    Permanent,
    /// The site, or a rule we keep, says no.
    Refused,
    /// Nobody's fault: the batch ended.
    Ended,
    /// Ours: the whole crawl must stop.
    Fatal,
}

impl Error {
    /// How it is to be treated.
    pub fn verdict(&self) -> Verdict {
        match self {
            Error::TimedOut { .. } | Error::Network { .. } => Verdict::Transient,
            Error::Status { status, .. } if super::retry::is_transient(*status) => {
                Verdict::Transient
            }
            Error::Disallowed { .. }
            | Error::NoRobots { .. }
            | Error::Closed { .. }
            | Error::NotBefore { .. }
            | Error::Budget { .. }
            | Error::Refused { .. }
            | Error::Blocked { .. } => Verdict::Refused,
            Error::Deadline | Error::Interrupted => Verdict::Ended,
            Error::Memory(_)
            | Error::Client { .. }
            | Error::Broken { .. }
            | Error::Recording { .. } => Verdict::Fatal,
            _ => Verdict::Permanent,
        }
    }
}
