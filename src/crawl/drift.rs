//! Copies of pages that read oddly, and of the last good one of each source, so that somebody can
//! see what changed: `data/drift/SOURCE/TIME.body.EXT.gz` beside `TIME.meta.json`, and
//! `good.…` of the same form. Keys, cookies, e-mail addresses, handles and the names of authors
//! are taken out before anything is written.

use super::Site;
use super::recorder::{Clean, Secrets, name_of};
use crate::config::Config;
use crate::record::mask_page;
use crate::source::{Answer, Ask, Request};
use aho_corasick::{AhoCorasick, MatchKind};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Copies of odd pages kept for one source.
const PAGES_MAX: usize = 20;
/// Bytes of them, compressed.
const BYTES_MAX: u64 = 16 * 1_024 * 1_024;
/// A source that reads oddly in every question is copied once in this time.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);
/// The good page is replaced when it is older.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Name of the good page.
const GOOD: &str = "good";
/// What stands for a name. Shorter names stay: they would be found in other words.
const NAME: &str = "somebody";
const NAME_BYTES_MIN: usize = 3;

/// The folder of the copies.
#[derive(Debug, Clone)]
pub struct DriftFolder {
    folder: PathBuf,
    keep: SignedDuration,
}

/// Which copy of a page is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    /// The last good page.
    Good,
    /// One that reads oddly.
    Odd,
}

/// What a copy is made from.
struct Original<'a> {
    source: &'a str,
    request: &'a Request,
    answer: &'a Answer,
    /// Authors as the page writes them.
    names: &'a [String],
}

impl DriftFolder {
    /// Copies under `folder`, each kept for `keep`; zero keeps none.
    pub fn new(folder: &Path, keep: Duration) -> DriftFolder {
        DriftFolder {
            folder: folder.to_owned(),
            keep: SignedDuration::try_from(keep).unwrap_or(SignedDuration::MAX),
        }
    }

    /// The folder of a home's settings.
    pub fn of_store(config: &Config) -> DriftFolder {
        let days = u64::from(config.crawl.drift_days);
        let keep = Duration::from_secs(days * 24 * 3_600);
        DriftFolder::new(&config.store.path.join("drift"), keep)
    }

    /// The folder of a source.
    pub fn of(&self, source: &str) -> PathBuf {
        self.folder.join(name_of(source))
    }

    /// The last good page of a source, if there is one.
    pub fn good(&self, source: &str) -> Option<PathBuf> {
        bodies(&self.of(source))
            .into_iter()
            .find(|(stem, _)| stem == GOOD)
            .map(|(_, path)| path)
    }

    /// The newest odd page of a source, if there is one.
    pub fn newest_odd(&self, source: &str) -> Option<PathBuf> {
        odd(&self.of(source)).pop_last().map(|(_, path)| path)
    }

    /// Keeps a copy of a page of `site`. Returns where, if it is a new one of an odd page.
    pub(super) fn keep(
        &self,
        site: &dyn Site,
        ask: &Ask,
        request: &Request,
        answer: &Answer,
        quality: Quality,
        budget: Duration,
    ) -> io::Result<Option<PathBuf>> {
        let now = answer.fetched_at;
        let wanted = match quality {
            Quality::Good => self.wants_good(site.name(), now),
            Quality::Odd => self.wants_odd(site.name(), now),
        };
        if !wanted || self.keep.is_zero() {
            return Ok(None);
        }
        let page = Original {
            source: site.name(),
            request,
            answer,
            names: &site.author_names(answer, ask, budget),
        };
        match quality {
            Quality::Good => self.keep_good(&page).map(|()| None),
            Quality::Odd => self.keep_odd(&page).map(Some),
        }
    }

    fn wants_good(&self, source: &str, now: Timestamp) -> bool {
        let written = self
            .good(source)
            .and_then(|path| path.metadata().ok()?.modified().ok())
            .and_then(|time| Timestamp::try_from(time).ok());
        written.is_none_or(|at| now.duration_since(at).abs() > GOOD_FOR)
    }

    fn wants_odd(&self, source: &str, now: Timestamp) -> bool {
        let newest = odd(&self.of(source)).into_iter().next_back();
        newest.is_none_or(|(at, _)| now.duration_since(at).abs() >= PAUSE)
    }

    /// In place of the last good one.
    fn keep_good(&self, page: &Original<'_>) -> io::Result<()> {
        let folder = self.of(page.source);
        let old = self.good(page.source);
        let new = write(&folder, GOOD, page)?;
        match old.filter(|old| *old != new) {
            // Of another format, so it was not written over.
            Some(old) => std::fs::remove_file(old),
            None => Ok(()),
        }
    }

    /// Beside those that are neither too old nor too many.
    fn keep_odd(&self, page: &Original<'_>) -> io::Result<PathBuf> {
        let (folder, now) = (self.of(page.source), page.answer.fetched_at);
        self.sweep(&folder, now);
        let stem = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        write(&folder, &stem, page)
    }

    /// Removes what is too old or too much.
    fn sweep(&self, folder: &Path, now: Timestamp) {
        let (mut pages, mut bytes) = (0, 0);
        for (at, path) in odd(folder).into_iter().rev() {
            pages += 1;
            bytes += path.metadata().map_or(0, |about| about.len());
            let is_old = now.duration_since(at) > self.keep;
            if is_old || pages >= PAGES_MAX || bytes > BYTES_MAX {
                // What cannot be removed now is met again the next time.
                let _ = std::fs::remove_file(&path);
                let _ = std::fs::remove_file(meta_beside(&path));
            }
        }
    }
}

/// `TIME.body.html.gz` → `TIME.meta.json`
fn meta_beside(body: &Path) -> PathBuf {
    let name = body.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split(".body.").next().unwrap_or_default();
    body.with_file_name(format!("{stem}.meta.json"))
}

/// Bodies in a folder by their stem.
fn bodies(folder: &Path) -> Vec<(String, PathBuf)> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .filter_map(|file| {
            let name = file.file_name().into_string().ok()?;
            let (stem, _) = name.split_once(".body.")?;
            Some((stem.to_owned(), file.path()))
        })
        .collect()
}

/// Copies of odd pages, oldest first.
fn odd(folder: &Path) -> BTreeSet<(Timestamp, PathBuf)> {
    bodies(folder)
        .into_iter()
        .filter_map(|(stem, path)| Some((stem.parse().ok()?, path)))
        .collect()
}

fn write(folder: &Path, stem: &str, page: &Original<'_>) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let clean = Clean::of(page.request, page.answer, &Secrets::default());
    let body = masked(&clean.body, page.names);
    let path = folder.join(format!("{stem}.body.{}.gz", clean.extension));
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    zipped.write_all(&body)?;
    std::fs::write(&path, zipped.finish()?)?;
    let meta = clean.meta().map_err(io::Error::other)?;
    std::fs::write(meta_beside(&path), meta)?;
    Ok(path)
}

/// A body without handles, addresses and names.
fn masked(body: &[u8], names: &[String]) -> Vec<u8> {
    match std::str::from_utf8(body) {
        Ok(text) => masked_text(text, names).into_bytes(),
        // Of another charset: byte by byte, so that what is not masked stays as it is.
        Err(_) => {
            let text: String = body.iter().map(|byte| char::from(*byte)).collect();
            let text = masked_text(&text, names);
            text.chars()
                .map(|c| u8::try_from(c).unwrap_or(b'.'))
                .collect()
        }
    }
}

fn masked_text(text: &str, names: &[String]) -> String {
    let names = names.iter().map(|name| name.trim());
    let names = names.filter(|name| name.len() >= NAME_BYTES_MIN);
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(names);
    match finder {
        Ok(finder) => mask_page(&without(text, &finder)),
        // More names than it can hold: none of the page may be kept.
        Err(_) => String::new(),
    }
}

/// The text with names replaced where they stand as words of their own.
fn without(text: &str, names: &AhoCorasick) -> String {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut out = String::with_capacity(text.len());
    names.replace_all_with(text, &mut out, |found, name, out| {
        let before = text[..found.start()].chars().next_back();
        let after = text[found.end()..].chars().next();
        out.push_str(match is_word(before) || is_word(after) {
            true => name,
            false => NAME,
        });
        true
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page<'a>(request: &'a Request, answer: &'a Answer, names: &'a [String]) -> Original<'a> {
        Original {
            source: "shop",
            request,
            answer,
            names,
        }
    }

    fn exchange(at: &str, body: &[u8]) -> (Request, Answer) {
        let url: url::Url = "https://shop.example/list?api_key=letmein-123"
            .parse()
            .expect("url");
        let request = Request {
            method: "GET".into(),
            url: url.clone(),
            headers: vec![("cookie".into(), "session=abcdef123".into())],
            body: None,
        };
        let answer = Answer {
            url,
            status: 200,
            headers: vec![("content-type".into(), "text/html".into())],
            body: body.to_vec(),
            fetched_at: at.parse().expect("timestamp"),
        };
        (request, answer)
    }

    fn unzipped(path: &Path) -> Vec<u8> {
        let file = std::fs::File::open(path).expect("a copy");
        let mut body = Vec::new();
        io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut body).expect("gzip");
        body
    }

    fn folder(days: u64) -> (tempfile::TempDir, DriftFolder) {
        let home = tempfile::tempdir().expect("folder");
        let keep = Duration::from_secs(days * 24 * 3_600);
        let drift = DriftFolder::new(&home.path().join("drift"), keep);
        (home, drift)
    }

    #[test]
    fn a_copy_has_no_key_no_name_no_handle_and_no_address() {
        let (_home, drift) = folder(14);
        let body =
            b"<li data-k=letmein-123 s=session=abcdef123>Jane Roe: hi @bob, jane@roe.example</li>\
            <li>Ann: the Announcement</li><script>{\"@type\": \"Product\"}</script>";
        let (request, answer) = exchange("2026-11-24T10:00:00Z", body);
        let names = ["Jane".to_owned(), "Jane Roe".to_owned(), "Ann".to_owned()];
        let page = page(&request, &answer, &names);
        let path = drift.keep_odd(&page).expect("written");
        assert!(
            path.ends_with("shop/20261124T100000Z.body.html.gz"),
            "{path:?}"
        );
        assert_eq!(
            String::from_utf8(unzipped(&path)).expect("text"),
            "<li data-k=REDACTED s=REDACTED>somebody: hi @…, [e-mail]</li>\
             <li>somebody: the Announcement</li><script>{\"@type\": \"Product\"}</script>"
        );
        let meta = std::fs::read_to_string(meta_beside(&path)).expect("meta");
        assert!(
            meta.contains("api_key=REDACTED") && !meta.contains("letmein"),
            "{meta}"
        );
    }

    #[test]
    fn a_page_of_another_charset_keeps_its_bytes() {
        let (euc, _, _) = encoding_rs::EUC_JP.encode("<p>扇風機 @taro</p>");
        let (masked_euc, _, _) = encoding_rs::EUC_JP.encode("<p>扇風機 @.</p>");
        assert_eq!(masked(&euc, &[]), masked_euc.into_owned());
    }

    #[test]
    fn copies_are_few_and_go_with_time_and_the_good_page_is_one() {
        let (_home, drift) = folder(2);
        let start: Timestamp = "2026-11-24T10:00:00Z".parse().expect("timestamp");
        let keep = |hours: i64| {
            let at = (start + SignedDuration::from_hours(hours)).to_string();
            let (request, answer) = exchange(&at, b"<p>");
            drift
                .keep_odd(&page(&request, &answer, &[]))
                .expect("written")
        };
        for hours in 0..30 {
            keep(hours);
        }
        assert_eq!(odd(&drift.of("shop")).len(), PAGES_MAX);
        keep(24 * 30);
        assert_eq!(odd(&drift.of("shop")).len(), 1, "the others are too old");
        assert_eq!(
            std::fs::read_dir(drift.of("shop")).expect("folder").count(),
            2
        );

        let (request, mut answer) = exchange("2026-11-24T10:00:00Z", b"<p>");
        drift
            .keep_good(&page(&request, &answer, &[]))
            .expect("written");
        answer.headers = vec![("content-type".into(), "application/json".into())];
        answer.body = b"{}".to_vec();
        drift
            .keep_good(&page(&request, &answer, &[]))
            .expect("written");
        let good = drift.good("shop").expect("a good page");
        assert!(good.ends_with("good.body.json.gz"), "{good:?}");
        assert_eq!(unzipped(&good), b"{}");
        assert_eq!(
            std::fs::read_dir(drift.of("shop")).expect("folder").count(),
            4
        );
    }
}
