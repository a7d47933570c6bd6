//! The readers of what servers send, for the fuzz targets in tests/fuzz. Not an interface.

use super::quota;
use super::robots::{self, Rules};
use crate::source::Answer;
use jiff::Timestamp;
use url::Url;

/// Whether a robots.txt of these bytes allows `url`.
pub fn robots(file: &[u8], url: &Url) -> bool {
    let rules = Rules::read(200, &robots::text(file));
    let _ = rules.delay();
    rules.check(url, "shop.example").is_ok()
}

/// The instant before which the site does not want to be asked again, if it says one.
pub fn not_before(answer: &Answer, now: Timestamp) -> Option<Timestamp> {
    quota::not_before(answer, now)
}
