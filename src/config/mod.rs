//! groundswell.toml → checked settings. Unknown keys are refused with the nearest valid one.

use crate::record::{Leg, Market, SourceClass};
use std::path::PathBuf;
use std::time::Duration;

/// Checked settings. Every field has a key in groundswell.toml with its unit in the name.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The folder groundswell.toml lies in; relative paths start here.
    pub home: PathBuf,
    /// `[store]`
    pub store: StoreConfig,
    /// `[crawl]`
    pub crawl: CrawlConfig,
    /// `[[watch]]`
    pub watches: Vec<Watch>,
    /// `[catalogue]` path of the catalogue file.
    pub catalogue: PathBuf,
    /// `[stock]` path of the stock file.
    pub stock: PathBuf,
    /// `[trend]`
    pub trend: TrendConfig,
    /// `[restock]`
    pub restock: RestockConfig,
    /// `[report]`
    pub report: ReportConfig,
    /// `[mail]`
    pub mail: MailConfig,
    /// `[serve]`
    pub serve: ServeConfig,
    /// `[privacy]`
    pub privacy: PrivacyConfig,
}

/// Which embedded engine keeps the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite: several processes at once.
    Sqlite,
    /// sled: one process at a time.
    Sled,
}

/// `[store]`
#[derive(Debug, Clone, PartialEq)]
pub struct StoreConfig {
    /// `engine`
    pub engine: Engine,
    /// `path`: the data folder.
    pub path: PathBuf,
}

/// `[crawl]`
#[derive(Debug, Clone, PartialEq)]
pub struct CrawlConfig {
    /// `contact`: mail address or page that sites can reach the operator by; part of the User-Agent.
    pub contact: String,
    /// `sources`: folder with the user's own source files.
    pub sources: PathBuf,
    /// `deadline_s`: a batch ends then, whatever hangs.
    pub deadline: Duration,
    /// `timeout_s`: for one request, connect to last byte.
    pub timeout: Duration,
    /// `body_bytes_max`, after decompression.
    pub body_bytes_max: u64,
    /// `redirects_max`
    pub redirects_max: u32,
    /// `hosts_at_once_max`
    pub hosts_at_once_max: usize,
    /// `retries_max`
    pub retries_max: u32,
    /// `host_pause_ms`: least pause between two requests to a host.
    pub host_pause: Duration,
    /// `parse_ms_max`: a page that takes longer to parse is given up.
    pub parse_max: Duration,
    /// `private_hosts`: `host` or `host:port` in private networks that may be fetched.
    pub private_hosts: Vec<String>,
}

/// `[[watch]]`: a source to read, what to ask it, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// `source`: name of a source file.
    pub source: String,
    /// `queries`: fill `{query}`; one empty query where the source has none.
    pub queries: Vec<String>,
    /// `market`: overrides the source's default.
    pub market: Option<Market>,
    /// `schedule`: five-field cron.
    pub schedule: String,
    /// `zone`: IANA zone of the schedule; default the market's, else UTC.
    pub zone: String,
    /// `params`: fill further placeholders of the source (an instance, a shop).
    pub params: std::collections::BTreeMap<String, String>,
}

/// `[trend]`
#[derive(Debug, Clone, PartialEq)]
pub struct TrendConfig {
    /// `close_after_h`: a day is judged this many hours after it ended, so that late pages count.
    pub close_after: Duration,
    /// `false_alarms_per_1000`: series-days on which a quiet series may alert.
    pub false_alarms_per_1000: f64,
    /// `authors_min`: fewer effective authors than this are never pushed.
    pub authors_min: u32,
    /// `quiet_days`: a series that alerted stays silent so long unless it grows further.
    pub quiet_days: u16,
    /// `phrase_alerts_per_day`: per market and class, the strongest only.
    pub phrase_alerts_per_day: usize,
}

/// `[restock]`
#[derive(Debug, Clone, PartialEq)]
pub struct RestockConfig {
    /// `service_level`: chance of not running out during a lead time, 0.5 to 0.999.
    pub service_level: f64,
    /// `cover_days`: days an order should last after it lands.
    pub cover_days: u16,
    /// `velocity_days`: days of sales that velocity is read from.
    pub velocity_days: u16,
    /// `uplift_max`: a trend may raise the expected velocity at most to this multiple.
    pub uplift_max: f64,
    /// `ships_from`: country whose closures stop production and loading.
    pub ships_from: Market,
    /// `lead`: default lead time, used where the stock file has none.
    pub lead: Option<Leg>,
    /// `calendar`: file with the user's own holidays and closures, beside the built-in ones.
    pub calendar: Option<PathBuf>,
}

/// `[report]`
#[derive(Debug, Clone, PartialEq)]
pub struct ReportConfig {
    /// `language`: `zh` or `en`, where a subscriber states none.
    pub language: String,
    /// `subscribers`: file with name, address, language, markets of each reader.
    pub subscribers: PathBuf,
    /// `days`: how far back a report looks.
    pub days: u16,
    /// `title`: shown at the top.
    pub title: String,
}

/// `[mail]`
#[derive(Debug, Clone, PartialEq)]
pub struct MailConfig {
    /// `host`; empty: mails are not sent.
    pub host: String,
    /// `port`
    pub port: u16,
    /// `security`: `tls`, `starttls` or `none` (`none` only to this machine).
    pub security: String,
    /// `user`
    pub user: Option<String>,
    /// `password_env`: name of the environment variable that holds the password.
    pub password_env: Option<String>,
    /// `from`
    pub from: String,
}

/// `[serve]`
#[derive(Debug, Clone, PartialEq)]
pub struct ServeConfig {
    /// `address`: a loopback address and port.
    pub address: String,
}

/// `[privacy]`
#[derive(Debug, Clone, PartialEq)]
pub struct PrivacyConfig {
    /// `keep_text_days`: older texts become tombstones; 0 keeps them.
    pub keep_text_days: u32,
}

/// Classes that `SourceClass` words in messages are chosen from.
pub fn class_words() -> String {
    SourceClass::ALL.map(SourceClass::word).join(", ")
}
