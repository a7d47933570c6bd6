//! groundswell.toml → checked settings. Unknown keys are refused with the nearest valid one.

mod bounds;
mod checked;
mod error;
mod inbox;
mod keys;
mod raw;
mod reader;
pub mod sample;
mod secret;
mod transformer;

pub use error::{Error, Problem};
pub use inbox::{FIELDS, Inbox, Plan, PushConfig, SPOKEN, Shape, kind_named};
pub use secret::{load_or_create_author_key, load_or_create_push_token};
pub use transformer::{ModelFrom, Posts, TransformerConfig};

use crate::record::{Leg, Market, Money, SourceClass};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Name of the settings file in a home folder.
pub const FILE_NAME: &str = "groundswell.toml";

/// Read and check the groundswell.toml of a folder. What the file leaves out has the value that
/// [`Config::default_at`] gives. Every problem of the file is in one [`Error::Wrong`].
pub fn load(home: &Path) -> Result<Config, Error> {
    let file = home.join(FILE_NAME);
    let bytes = match std::fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::Missing {
                dir: home.to_owned(),
            });
        }
        Err(source) => return Err(Error::Read { path: file, source }),
    };
    let text = std::str::from_utf8(&bytes).map_err(|error| Error::Wrong {
        file: file.clone(),
        problems: vec![Problem {
            line: Some(newlines(bytes.get(..error.valid_up_to()).unwrap_or_default()) + 1),
            what: "is not UTF-8 text; save the file with the encoding UTF-8".into(),
        }],
    })?;
    read(text, home).map_err(|problems| Error::Wrong { file, problems })
}

/// Settings from the text of a groundswell.toml whose relative paths start at `home`.
fn read(text: &str, home: &Path) -> Result<Config, Vec<Problem>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = reader::Reader::new(text);
    let mut config = Config::default_at(home);
    let raw = reader.document();
    checked::check(raw, &mut reader, &mut config);
    let problems = reader.into_problems();
    if problems.is_empty() {
        Ok(config)
    } else {
        Err(problems)
    }
}

fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

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
    /// `[[inbox]]`
    pub inboxes: Vec<Inbox>,
    /// `[push]`
    pub push: PushConfig,
    /// `[catalogue]` path of the catalogue file.
    pub catalogue: PathBuf,
    /// `[stock]` path of the stock file.
    pub stock: PathBuf,
    /// `[transformer]`
    pub transformer: TransformerConfig,
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

impl Config {
    /// The settings of an empty groundswell.toml in `home`: nothing is watched, nothing mailed.
    pub fn default_at(home: &Path) -> Config {
        Config {
            home: home.to_owned(),
            store: StoreConfig {
                engine: Engine::Sqlite,
                path: home.join("data"),
            },
            crawl: CrawlConfig {
                contact: String::new(),
                sources: home.join("sources"),
                deadline: Duration::from_secs(900),
                timeout: Duration::from_secs(30),
                body_bytes_max: 8 * 1_024 * 1_024,
                redirects_max: 5,
                hosts_at_once_max: 8,
                retries_max: 2,
                host_pause: Duration::from_millis(2_000),
                host_pause_max: Duration::from_millis(60_000),
                parse_max: Duration::from_millis(2_000),
                drift_days: 14,
                private_hosts: Vec::new(),
                budgets: Vec::new(),
            },
            watches: Vec::new(),
            inboxes: Vec::new(),
            push: PushConfig {
                address: None,
                token_env: None,
                token_file: home.join("data/push.token"),
                body_bytes_max: 4 * 1_024 * 1_024,
                lines_max: 10_000,
            },
            catalogue: home.join("catalogue.csv"),
            stock: home.join("stock.csv"),
            transformer: TransformerConfig::default(),
            trend: TrendConfig {
                close_after: Duration::from_secs(6 * 3_600),
                false_alarms_per_1000: 1.0,
                authors_min: 5,
                quiet_days: 7,
                phrase_alerts_per_day: 10,
            },
            restock: RestockConfig {
                service_level: 0.95,
                cover_days: 30,
                velocity_days: 28,
                uplift_max: 3.0,
                ships_from: Market::parse("cn").unwrap_or_else(Market::all),
                lead: None,
                calendar: None,
            },
            report: ReportConfig {
                language: "zh".into(),
                subscribers: home.join("subscribers.toml"),
                days: 7,
                title: "Groundswell".into(),
                schedule: None,
                zone: "Asia/Shanghai".into(),
            },
            mail: MailConfig {
                host: String::new(),
                port: 465,
                security: "tls".into(),
                user: None,
                password_env: None,
                from: String::new(),
            },
            serve: ServeConfig {
                address: "127.0.0.1:7878".into(),
            },
            privacy: PrivacyConfig {
                keep_text_days: 180,
            },
        }
    }
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
    /// `host_pause_ms_max`: the longest that a slow or failing host is slowed down to.
    pub host_pause_max: Duration,
    /// `parse_ms_max`: a page that takes longer to parse is given up.
    pub parse_max: Duration,
    /// `drift_days`: how long copies of pages that read oddly are kept.
    pub drift_days: u32,
    /// `private_hosts`: `host` or `host:port` in private networks that may be fetched.
    pub private_hosts: Vec<String>,
    /// `[[budget]]`
    pub budgets: Vec<Budget>,
}

/// `[[budget]]`: what may be spent of a bucket, where its sources say something else or cost
/// money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// `bucket`: its name, as source files give it.
    pub bucket: String,
    /// `calls_per_day`
    pub calls_per_day: Option<u64>,
    /// `units_per_day`
    pub units_per_day: Option<u64>,
    /// `money_per_day`
    pub money_per_day: Option<Money>,
    /// `money_per_month`
    pub money_per_month: Option<Money>,
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
    /// `schedule`, or `every_min` and `every_max`.
    pub when: When,
    /// `zone`: IANA zone of the schedule; default the market's, else UTC.
    pub zone: String,
    /// `params`: fill further placeholders of the source (an instance, a shop).
    pub params: std::collections::BTreeMap<String, String>,
}

/// When a watch is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// `schedule`: five-field cron.
    Schedule(String),
    /// `every_min`, `every_max`: as often as there is something new, within these bounds.
    Adaptive {
        /// Never sooner after the last time.
        least: Duration,
        /// Never later.
        most: Duration,
    },
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Schedule(text) => f.write_str(text),
            When::Adaptive { least, most } => {
                let words = |span: &Duration| {
                    let span = jiff::SignedDuration::try_from(*span).unwrap_or_default();
                    format!("{span:#}")
                };
                write!(f, "every {} to {}", words(least), words(most))
            }
        }
    }
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
    /// `schedule`: five-field cron on which `groundswell run` sends reports; `None` never.
    pub schedule: Option<String>,
    /// `zone`: IANA zone of `schedule`.
    pub zone: String,
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

impl ServeConfig {
    /// The address to listen on. The error says, to go after the name of the setting, why it is
    /// refused: anything but this machine is.
    pub fn socket(&self) -> Result<std::net::SocketAddr, String> {
        checked::loopback(&self.address)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
        let found = read(text, Path::new("/home")).expect_err("refused");
        let lines: Vec<String> = found.iter().map(Problem::to_string).collect();
        lines.join("\n")
    }

    fn sample() -> &'static str {
        sample::SAMPLES[0].text
    }

    #[test]
    fn the_sample_holds_the_defaults_of_the_code() {
        let home = Path::new("/home/shop");
        let mut written = read(sample(), home).expect("the sample is right");
        assert!(!written.watches.is_empty(), "a first crawl finds something");
        // What to watch has no default; everything else has.
        written.watches.clear();
        assert_eq!(written, Config::default_at(home));
        let empty = read("", home).expect("an empty file is right");
        assert_eq!(empty, Config::default_at(home));
    }

    #[test]
    fn the_sample_shows_every_key() {
        for (section, keys) in keys::sections() {
            for key in keys {
                let lines = [format!("{key} = "), format!("# {key} = ")];
                let title = keys::title(if section.is_empty() { key } else { section });
                let is_title = section.is_empty() || (section == "restock" && *key == "lead");
                let shown = sample().lines().any(|line| {
                    let line = line.trim_start_matches("# ");
                    if is_title {
                        line == title || line == format!("[restock.{key}]")
                    } else {
                        lines.iter().any(|start| line.starts_with(start.as_str()))
                    }
                });
                assert!(
                    shown,
                    "`{key}` of {title} is not in config/groundswell.toml"
                );
            }
        }
    }

    #[test]
    fn a_mistyped_key_is_named_with_its_line_and_the_right_one() {
        insta::assert_snapshot!(
            problems("[crawl]\ntimeout_s = 30\n\n[[watch]]\nsource = \"feed\"\nshedule = \"0 * * * *\"\nschedule = \"0 * * * *\"\n"),
            @"line 6: unknown key `shedule` in [[watch]]; did you mean `schedule`?"
        );
        insta::assert_snapshot!(
            problems("[crwal]\n"),
            @"line 1: unknown section `crwal`; did you mean `crawl`?"
        );
    }

    #[test]
    fn all_problems_are_told_at_once_in_the_order_of_their_lines() {
        insta::assert_snapshot!(problems(
            r#"[store]
engine = "postgres"
[crawl]
contact = "call me"
timeout_s = "30"
retries_max = 99
private_hosts = "nas"
[trend]
false_alarms_per_1000 = 0
[[watch]]
source = "feed"
schedule = "hourly"
market = "germany"
zone = "Berlin"
queries = ["a", "a"]
[[watch]]
queries = []
[restock]
ships_from = "lang:zh"
[restock.lead]
freight_days = 30
fright_days = 3
[mail]
host = "smtp.example.com"
security = "none"
user = "me"
[serve]
address = "0.0.0.0:80"
[privacy]
keep_text_days = -1
"#
        ));
    }

    #[test]
    fn text_that_is_not_toml_is_refused_with_its_line() {
        insta::assert_snapshot!(problems("[store]\npath = \"C:\\data\"\n[crawl\n"));
    }

    #[test]
    fn a_section_that_is_a_value_is_explained() {
        insta::assert_snapshot!(
            problems("watch = 3\ncrawl = 4\nrestock = 5\n"),
            @r"
        line 1: each watch is written under its own line [[watch]]
        line 2: `crawl` is a section: write [crawl] on its own line
        line 3: `restock` is a section: write [restock] on its own line
        "
        );
    }

    #[test]
    fn only_addresses_of_this_machine_are_served() {
        let mut serve = Config::default_at(Path::new(".")).serve;
        for good in ["127.0.0.1:80", "[::1]:7878", "localhost:0", "127.8.8.8:1"] {
            serve.address = good.into();
            assert!(serve.socket().is_ok(), "{good}");
        }
        for bad in [
            "0.0.0.0:80",
            "192.168.1.2:80",
            "[::]:80",
            "7878",
            "example.com:80",
        ] {
            serve.address = bad.into();
            assert!(serve.socket().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_watch_has_the_zone_of_its_market() {
        let text = "[[watch]]\nsource = \"feed\"\nschedule = \"0 9 * * *\"\nmarket = \"jp\"\n";
        let config = read(text, Path::new(".")).expect("right");
        assert_eq!(config.watches[0].zone, "Asia/Tokyo");
        assert_eq!(config.watches[0].queries, [""]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_fall_over(text in "\\PC{0,200}") {
            let _ = read(&text, Path::new("."));
        }

        #[test]
        fn no_value_of_a_known_key_makes_the_reader_fall_over(
            section in 0_usize..16, key in 0_usize..12, value in "[-0-9a-z\"\\[\\]{}=., ]{0,20}"
        ) {
            let (name, keys) = keys::sections()[section];
            let key = keys[key % keys.len()];
            let text = format!("{}\n{key} = {value}\n", if name.is_empty() { String::new() } else { keys::title(name) });
            let _ = read(&text, Path::new("."));
        }
    }
}
