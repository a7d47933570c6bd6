//! Exchanges → files, in the format that [`Replay`](super::Replay) reads: `NAME.meta.json` with
//! method, uri, status, headers and time, beside `NAME.body.EXT` with the decompressed body.

use super::Error;
use super::redact::{self, REDACTED};
use super::site::host_of;
use crate::source::{Answer, Request};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Headers that are left out: secrets, and what describes a body that is written decompressed.
const LEFT_OUT: [&str; 8] = [
    "set-cookie",
    "set-cookie2",
    "authorization",
    "proxy-authorization",
    "www-authenticate",
    "content-encoding",
    "content-length",
    "transfer-encoding",
];

/// A shorter value is not searched for in bodies: it would be found by chance.
const SECRET_BYTES_MIN: usize = 8;

/// Writes every exchange into a folder. Request headers are never written; cookies and values of
/// key-like query parameters are taken out of everything that is.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    next: AtomicU32,
    secrets: Secrets,
}

/// Every secret sent so far: one page may repeat what was sent to another, behind a redirect.
#[derive(Debug, Default)]
pub(super) struct Secrets(Mutex<BTreeSet<String>>);

impl Secrets {
    /// All spellings of what was sent so far and of what this answer hands out; the longest
    /// first, because one may be a part of another.
    fn all(&self, sent: Vec<String>, handed_out: &[String]) -> Vec<String> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = sent
            .into_iter()
            .filter(|secret| secret.len() >= SECRET_BYTES_MIN);
        known.extend(sent.flat_map(|secret| redact::spellings(&secret)));
        let mut all: Vec<String> = known.iter().cloned().collect();
        all.extend(
            handed_out
                .iter()
                .flat_map(|secret| redact::spellings(secret)),
        );
        all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        all
    }
}

#[derive(serde::Serialize)]
struct Meta {
    method: String,
    uri: String,
    status: u16,
    headers: BTreeMap<String, Vec<String>>,
    recorded_at: String,
    note: &'static str,
}

impl Recorder {
    /// A recorder into `folder`, which is made when missing. Recordings that lie there stay.
    pub fn new(folder: &Path) -> Result<Recorder, Error> {
        let wrong = |why: std::io::Error| Error::Recording {
            path: folder.to_owned(),
            why: format!("cannot be written: {why}"),
        };
        std::fs::create_dir_all(folder).map_err(wrong)?;
        let mut last = 0;
        for entry in std::fs::read_dir(folder).map_err(wrong)? {
            let name = entry.map_err(wrong)?.file_name();
            let number = name.to_str().and_then(|name| name.split('.').next());
            last = last.max(number.and_then(|text| text.parse().ok()).unwrap_or(0));
        }
        Ok(Recorder {
            folder: folder.to_owned(),
            next: AtomicU32::new(last + 1),
            secrets: Secrets::default(),
        })
    }

    /// Writes one exchange: the body first, so that a `meta.json` never stands alone.
    pub(super) fn write(&self, request: &Request, answer: &Answer) -> Result<(), Error> {
        let clean = Clean::of(request, answer, &self.secrets);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let stem = format!("{number:06}.{}", name_of(&host_of(&request.url)));
        let json = clean.meta().map_err(|why| Error::Recording {
            path: self.folder.clone(),
            why,
        })?;
        self.put(&format!("{stem}.body.{}", clean.extension), &clean.body)?;
        self.put(&format!("{stem}.meta.json"), &json)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(name);
        std::fs::write(&path, bytes).map_err(|why| Error::Recording {
            path,
            why: format!("cannot be written: {why}"),
        })
    }
}

/// An exchange as it may be kept: without cookies, keys and what they were found in.
pub(super) struct Clean {
    meta: Meta,
    pub body: Vec<u8>,
    /// Ending of the body's file.
    pub extension: &'static str,
}

impl Clean {
    /// What may be kept of an exchange; `known` remembers the secrets it was sent with.
    pub(super) fn of(request: &Request, answer: &Answer, known: &Secrets) -> Clean {
        let (uri, mut secrets) = redact::split(&request.url);
        for (name, value) in &request.headers {
            let name = name.to_ascii_lowercase();
            if name == "cookie" || redact::is_secret(&name) || name.contains("key") {
                secrets.push(value.clone());
                // `Bearer abc`: the secret is the last word.
                secrets.extend(value.rsplit(' ').next().map(str::to_owned));
            }
        }
        secrets.extend(
            request
                .body
                .as_deref()
                .map(redact::of_body)
                .unwrap_or_default(),
        );
        let mut handed_out = Vec::new();
        if let Ok(json) = serde_json::from_slice(&answer.body) {
            redact::of_json(&json, &mut handed_out);
            handed_out.retain(|value| redact::is_random(value));
        }
        let secrets = known.all(secrets, &handed_out);
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in &answer.headers {
            if !LEFT_OUT.contains(&name.as_str()) {
                let clean = if redact::is_secret(name) {
                    REDACTED.to_owned()
                } else {
                    // A redirect may hand out a token of its own.
                    let address = (name == "location")
                        .then(|| request.url.join(value).ok())
                        .flatten()
                        .map(|url| redact::split(&url))
                        .filter(|(_, found)| !found.is_empty());
                    let text = address.map_or(value.clone(), |(url, _)| url.to_string());
                    secrets
                        .iter()
                        .fold(text, |text, secret| text.replace(secret, REDACTED))
                };
                headers.entry(name.clone()).or_default().push(clean);
            }
        }
        let body = secrets.iter().fold(answer.body.clone(), |body, secret| {
            replaced(&body, secret.as_bytes())
        });
        let meta = Meta {
            method: request.method.clone(),
            uri: uri.to_string(),
            status: answer.status,
            headers,
            recorded_at: answer.fetched_at.to_string(),
            note: "body is content-decoded; cookies and keys removed",
        };
        Clean {
            meta,
            body,
            extension: extension(answer.header("content-type").unwrap_or_default()),
        }
    }

    /// Content of the meta.json.
    pub(super) fn meta(&self) -> Result<Vec<u8>, String> {
        serde_json::to_vec_pretty(&self.meta).map_err(|error| error.to_string())
    }
}

/// A name that any file system takes.
pub(super) fn name_of(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'a'..='z' | '0'..='9' | '.' | '-' => letter,
            _ => '_',
        })
        .collect()
}

fn extension(content_type: &str) -> &'static str {
    let kind = content_type.to_ascii_lowercase();
    let known = [
        ("json", "json"),
        ("html", "html"),
        ("xml", "xml"),
        ("csv", "csv"),
        ("text/", "txt"),
    ];
    known
        .iter()
        .find(|(word, _)| kind.contains(word))
        .map_or("bin", |(_, extension)| extension)
}

fn replaced(body: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(byte) = rest.first() {
        match rest.strip_prefix(secret) {
            Some(after) => {
                out.extend_from_slice(REDACTED.as_bytes());
                rest = after;
            }
            None => {
                out.push(*byte);
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    out
}
