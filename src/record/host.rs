use super::Exchange;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What must be remembered of a host between runs and shared by all processes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostMemory {
    /// robots.txt as fetched; `None`: never fetched.
    pub robots: Option<String>,
    /// Status of that fetch; 0 when there was no answer.
    pub robots_status: u16,
    /// When it was fetched.
    pub robots_at: Option<Timestamp>,
    /// No request before this instant.
    pub next_request: Option<Timestamp>,
    /// The pause it was slowed down to, in milliseconds; `None`: the usual one.
    pub slowed_ms: Option<u64>,
    /// The circuit is open until then.
    pub closed_until: Option<Timestamp>,
    /// Why the circuit opened.
    pub closed_why: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Exchanges that left no page in the log: the newest probes of `doctor`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Exchange>,
}
