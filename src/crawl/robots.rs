//! robots.txt by RFC 9309: what may be asked, and how often.

mod file;

use self::file::File;
use super::PRODUCT;
use super::error::Error;
use crate::record::HostMemory;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use url::{Position, Url};

/// More of a file is not read (RFC 9309, 2.5: at least 500 KiB).
pub(super) const BYTES_MAX: u64 = 500 * 1024;
/// RFC 9309, 2.4: not used longer.
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// A "no" because the server is in trouble is asked again sooner, and one because there was no
/// answer at all (this machine may have been offline) sooner still.
const FRESH_IN_TROUBLE: SignedDuration = SignedDuration::from_mins(30);
const FRESH_WITHOUT_ANSWER: SignedDuration = SignedDuration::from_mins(5);
/// A Crawl-delay longer than this is kept as this: one request a day.
const DELAY_MAX_S: f32 = 86_400.0;

/// What a host allows.
#[derive(Debug)]
pub(super) enum Rules {
    /// The file was read.
    Read(File),
    /// There is no file (4xx): everything is allowed.
    None,
    /// The file could not be had or read: nothing is allowed.
    Unreadable(String),
}

impl Rules {
    /// The rules of a fetch that ended with `status` (0: no answer).
    pub(super) fn read(status: u16, body: &str) -> Rules {
        match status {
            200..=299 => match File::read(body, PRODUCT) {
                Some(file) => Rules::Read(file),
                None => Rules::Unreadable("it is not text".into()),
            },
            // 429 is a server that cannot answer now, not one that has no file.
            429 => Rules::Unreadable("answer 429: too many requests".into()),
            400..=499 => Rules::None,
            0 => Rules::Unreadable("no answer; is this machine online?".into()),
            _ => Rules::Unreadable(format!("answer {status}")),
        }
    }

    /// Whether `url` may be asked for.
    pub(super) fn check(&self, url: &Url, host: &str) -> Result<(), Error> {
        match self {
            Rules::None => Ok(()),
            Rules::Read(file) if file.allows(&url[Position::BeforePath..Position::AfterQuery]) => {
                Ok(())
            }
            Rules::Read(_) => Err(Error::Disallowed {
                url: super::shown(url),
            }),
            Rules::Unreadable(why) => Err(Error::NoRobots {
                host: host.to_owned(),
                why: why.clone(),
            }),
        }
    }

    /// The pause the file asks for.
    pub(super) fn delay(&self) -> Option<Duration> {
        match self {
            Rules::Read(file) => file
                .delay
                .filter(|delay| delay.is_finite() && *delay > 0.0)
                .map(|delay| Duration::from_secs_f32(delay.min(DELAY_MAX_S))),
            _ => None,
        }
    }
}

/// Whether the remembered file may still be used.
pub(super) fn is_fresh(memory: &HostMemory, now: Timestamp) -> bool {
    let keep = match memory.robots_status {
        200..=428 | 430..=499 => FRESH,
        0 => FRESH_WITHOUT_ANSWER,
        _ => FRESH_IN_TROUBLE,
    };
    memory
        .robots_at
        .is_some_and(|at| at <= now && now.duration_since(at) < keep)
}

/// Where the file of a site lies.
pub(super) fn address(url: &Url) -> Url {
    let mut address = url.clone();
    address.set_path("/robots.txt");
    address.set_query(None);
    address.set_fragment(None);
    address
}

/// The body as text, cut to [`BYTES_MAX`] at a line: half a rule may say the opposite of the
/// whole one.
pub(super) fn text(body: &[u8]) -> String {
    let limit = BYTES_MAX as usize;
    let body = match body.get(..limit) {
        Some(kept) => match kept.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) => kept.get(..end).unwrap_or_default(),
            None => &[],
        },
        None => body,
    };
    String::from_utf8_lossy(body).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(robots: &str, path: &str) -> bool {
        let url: Url = format!("https://shop.example{path}").parse().expect("url");
        Rules::read(200, robots).check(&url, "shop.example").is_ok()
    }

    #[test]
    fn the_group_that_names_us_decides_and_others_do_not() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: Groundswell/2.0\nDisallow: /private\nAllow: /private/open$\n";
        assert!(allowed(robots, "/list"));
        assert!(!allowed(robots, "/private/x"));
        assert!(allowed(robots, "/private/open"));
        assert!(!allowed(robots, "/private/open/x"));
        assert!(!allowed("User-agent: *\nDisallow: /", "/list"));
        assert!(allowed("User-agent: otherbot\nDisallow: /", "/list"));
        assert!(!allowed("\u{feff}User-agent: *\nDisallow: /list", "/list"));
    }

    #[test]
    fn a_missing_file_allows_all_and_an_unreadable_one_nothing() {
        let url: Url = "https://shop.example/list".parse().expect("url");
        let ok = |status| Rules::read(status, "").check(&url, "shop.example").is_ok();
        for status in [200, 204, 401, 403, 404, 410] {
            assert!(ok(status), "{status}");
        }
        for status in [0, 301, 429, 500, 503] {
            assert!(!ok(status), "{status}");
        }
    }

    #[test]
    fn the_crawl_delay_is_kept_within_sense() {
        let delay = |value: &str| {
            Rules::read(200, &format!("User-agent: *\nCrawl-delay: {value}\n")).delay()
        };
        assert_eq!(delay("2.5"), Some(Duration::from_millis(2_500)));
        assert_eq!(delay("0"), None);
        assert_eq!(delay("99999999"), Some(Duration::from_secs(86_400)));
        assert_eq!(delay("soon"), None);
    }

    #[test]
    fn a_long_file_is_cut_at_a_line() {
        let mut body = "User-agent: *\nDisallow: /a\n".to_owned();
        while body.len() <= BYTES_MAX as usize {
            body.push_str("Allow: /some/path/that/is/rather/long\n");
        }
        let kept = text(body.as_bytes());
        assert!(kept.len() as u64 <= BYTES_MAX);
        assert!(kept.ends_with("/rather/long"));
    }

    #[test]
    fn real_files_are_understood() {
        let Ok(shared) = std::env::var("GROUNDSWELL_SHARED") else {
            eprintln!("skipped: GROUNDSWELL_SHARED does not name the folder that holds recordings");
            return;
        };
        let folder = std::path::Path::new(&shared).join("recordings/robots/protego");
        let (mut files, mut with_rules) = (0, 0);
        for entry in std::fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            let body = std::fs::read(&path).expect("file");
            files += 1;
            match Rules::read(200, &text(&body)) {
                Rules::Read(file) => with_rules += u32::from(file != File::default()),
                _ => panic!("{} is text", path.display()),
            }
        }
        assert!(files > 400 && with_rules > 350, "{with_rules} of {files}");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(body in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let url: Url = "https://shop.example/a?b=c".parse().expect("url");
            let rules = Rules::read(200, &text(&body));
            let _ = (rules.check(&url, "shop.example"), rules.delay());
        }
    }
}
