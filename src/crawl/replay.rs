//! A folder of recorded answers, played back through the normal crawl.

use super::error::Error;
use super::site::host_of;
use super::{Memory, MemoryError, shown};
use crate::record::{Account, Appended, HostMemory, Market, Page, Position, Visit};
use crate::source::{Answer, Request};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// How deep a folder of recordings is searched.
const DEPTH_MAX: u32 = 16;

/// A question that an index says its recording answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Name of the source.
    pub source: String,
    /// `{query}` of it.
    pub query: String,
    /// Market, where the index states one.
    pub market: Option<Market>,
    /// Further placeholders.
    pub params: BTreeMap<String, String>,
}

/// Recorded answers. A request is answered by an exchange with its method, host and path whose
/// query keys all stand in the request with the same values; the one with the most such keys
/// wins, then the order of the recording. Asked again, a request gets the next answer that was
/// recorded for it, then its last one. A robots.txt that was not recorded is a 404.
#[derive(Debug)]
pub struct Replay {
    exchanges: Vec<Exchange>,
    asked: Vec<Recorded>,
    body_bytes_max: u64,
    served: Mutex<Served>,
}

#[derive(Debug, Default)]
struct Served {
    /// Exchanges that were given out already.
    spent: Vec<bool>,
    /// The last exchange given for a method and address.
    last: HashMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Exchange {
    method: String,
    /// `None`: the recording tells only a path, any host will do.
    host: Option<String>,
    path: String,
    query: Vec<(String, String)>,
    status: u16,
    headers: Vec<(String, String)>,
    body: PathBuf,
    at: Option<Timestamp>,
}

/// A `NAME.meta.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Meta {
    method: Option<String>,
    #[serde(alias = "url")]
    uri: Option<String>,
    status: Option<u16>,
    headers: BTreeMap<String, OneOrMore>,
    recorded_at: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    #[serde(default)]
    exchange: Vec<IndexEntry>,
}

/// One recorded answer. An index may say more about it than a replay needs, such as what a person
/// counted on the page.
#[derive(Debug, Deserialize)]
struct IndexEntry {
    file: PathBuf,
    url: Option<String>,
    method: Option<String>,
    status: Option<u16>,
    content_type: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, OneOrMore>,
    at: Option<String>,
    source: Option<String>,
    #[serde(default)]
    query: String,
    market: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, String>,
}

fn wrong(path: &Path, why: impl Into<String>) -> Error {
    Error::Recording {
        path: path.to_owned(),
        why: why.into(),
    }
}

impl Replay {
    /// Opens the recordings in `folder`: those that `index` lists, or, without one, every
    /// `NAME.meta.json` with its `NAME.body.*`. Bodies are read when they are asked for, and
    /// refused above `body_bytes_max`.
    pub fn open(folder: &Path, index: Option<&Path>, body_bytes_max: u64) -> Result<Replay, Error> {
        if !folder.is_dir() {
            return Err(wrong(
                folder,
                "is not a folder; hint: --replay takes a folder",
            ));
        }
        let mut asked = Vec::new();
        let exchanges = match index {
            Some(index) => read_index(folder, index, &mut asked)?,
            None => {
                let mut metas = Vec::new();
                find_metas(folder, 0, &mut metas)?;
                metas
                    .iter()
                    .map(|meta| {
                        let body = body_of(meta)?;
                        exchange(meta, read_meta(meta)?, body)
                    })
                    .collect::<Result<Vec<_>, _>>()?
            }
        };
        if exchanges.is_empty() {
            return Err(wrong(
                index.unwrap_or(folder),
                "holds no recorded answers; hint: it needs NAME.meta.json beside NAME.body.*, \
                 or an index given with --replay-index",
            ));
        }
        Ok(Replay {
            served: Mutex::new(Served {
                spent: vec![false; exchanges.len()],
                last: HashMap::new(),
            }),
            exchanges,
            asked,
            body_bytes_max,
        })
    }

    /// What the index says can be asked, each question once, in its order.
    pub fn asked(&self) -> &[Recorded] {
        &self.asked
    }

    /// The recorded answer to a request. It carries the time it was recorded at, where known.
    pub(super) fn answer(&self, request: &Request, now: Timestamp) -> Result<Answer, Error> {
        let Some(exchange) = self.choose(request) else {
            if request.url.path() == "/robots.txt" {
                return Ok(Answer {
                    url: request.url.clone(),
                    status: 404,
                    headers: Vec::new(),
                    body: Vec::new(),
                    fetched_at: now,
                });
            }
            return Err(Error::NotRecorded {
                url: shown(&request.url),
            });
        };
        let unreadable = |error: std::io::Error| {
            let hint = "hint: the recording seems to be cut, fetch it again";
            wrong(&exchange.body, format!("cannot be read: {error}; {hint}"))
        };
        let length = std::fs::metadata(&exchange.body).map_err(unreadable)?.len();
        if length > self.body_bytes_max {
            return Err(Error::TooLarge {
                url: shown(&request.url),
                limit: self.body_bytes_max,
            });
        }
        Ok(Answer {
            url: request.url.clone(),
            status: exchange.status,
            headers: exchange.headers.clone(),
            body: std::fs::read(&exchange.body).map_err(unreadable)?,
            fetched_at: exchange.at.unwrap_or(now).min(now),
        })
    }

    /// Whether there is an answer to a request.
    pub(super) fn has(&self, request: &Request) -> bool {
        let served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        self.find(request, &served).is_some()
    }

    /// Whether there is an answer to a request that was not given out yet.
    pub(super) fn has_fresh(&self, request: &Request) -> bool {
        let served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        self.find_fresh(request, &served).is_some()
    }

    fn choose(&self, request: &Request) -> Option<&Exchange> {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        let place = self.find(request, &served)?;
        if let Some(spent) = served.spent.get_mut(place) {
            *spent = true;
        }
        served.last.insert(name_of(request), place);
        self.exchanges.get(place)
    }

    fn find(&self, request: &Request, served: &Served) -> Option<usize> {
        self.find_fresh(request, served)
            .or_else(|| served.last.get(&name_of(request)).copied())
    }

    fn find_fresh(&self, request: &Request, served: &Served) -> Option<usize> {
        let host = host_of(&request.url);
        let pairs: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        let mut best: Option<(usize, usize)> = None;
        for (place, exchange) in self.exchanges.iter().enumerate() {
            let fits = exchange.method.eq_ignore_ascii_case(&request.method)
                && exchange.host.as_ref().is_none_or(|known| *known == host)
                && exchange.path == request.url.path()
                && exchange.query.iter().all(|pair| pairs.contains(pair));
            let is_free = served.spent.get(place) == Some(&false);
            let keys = exchange.query.len();
            if fits && is_free && best.is_none_or(|(_, most)| keys > most) {
                best = Some((place, keys));
            }
        }
        best.map(|(place, _)| place)
    }
}

fn name_of(request: &Request) -> String {
    format!("{} {}", request.method, request.url)
}

fn find_metas(folder: &Path, depth: u32, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable = |error: std::io::Error| wrong(folder, format!("cannot be read: {error}"));
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .map_err(unreadable)?
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            if depth < DEPTH_MAX {
                find_metas(&path, depth + 1, found)?;
            }
        } else if path.to_string_lossy().ends_with(".meta.json") {
            found.push(path);
        }
    }
    Ok(())
}

/// The body beside a `NAME.meta.json`: `NAME.body.*`, else `NAME` itself, else `NAME.*`.
fn body_of(meta: &Path) -> Result<PathBuf, Error> {
    let name = meta.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(".meta.json").unwrap_or(&name);
    let folder = meta.parent().unwrap_or(Path::new("."));
    let mut beside: Vec<String> = std::fs::read_dir(folder)
        .map_err(|error| wrong(folder, format!("cannot be read: {error}")))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|other| other.starts_with(stem) && !other.ends_with(".meta.json"))
        .collect();
    beside.sort();
    let starts = |with: String| beside.iter().find(|other| other.starts_with(&with));
    starts(format!("{stem}.body."))
        .or_else(|| beside.iter().find(|other| *other == stem))
        .or_else(|| starts(format!("{stem}.")))
        .map(|body| folder.join(body))
        .ok_or_else(|| {
            wrong(
                meta,
                format!("has no body: `{stem}.body.*` is missing; hint: the recording is cut"),
            )
        })
}

/// The `meta.json` beside a body, if there is one.
fn meta_of(body: &Path) -> Option<PathBuf> {
    let name = body.file_name()?.to_str()?;
    let stem = match name.split_once(".body.") {
        Some((stem, _)) => stem,
        None => name.rsplit_once('.').map_or(name, |(stem, _)| stem),
    };
    [format!("{name}.meta.json"), format!("{stem}.meta.json")]
        .iter()
        .map(|meta| body.with_file_name(meta))
        .find(|meta| meta.is_file())
}

fn read_meta(path: &Path) -> Result<Meta, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| wrong(path, format!("cannot be read: {error}")))?;
    serde_json::from_str(&text).map_err(|error| {
        wrong(
            path,
            format!("is not a whole meta.json: {error}; hint: the recording is cut"),
        )
    })
}

fn read_index(
    folder: &Path,
    index: &Path,
    asked: &mut Vec<Recorded>,
) -> Result<Vec<Exchange>, Error> {
    let text = std::fs::read_to_string(index)
        .map_err(|error| wrong(index, format!("cannot be read: {error}")))?;
    let parsed: Index =
        toml::from_str(&text).map_err(|error| wrong(index, format!("is not an index: {error}")))?;
    let mut exchanges = Vec::with_capacity(parsed.exchange.len());
    for entry in parsed.exchange {
        let file = folder.join(&entry.file);
        if !file.is_file() {
            let name = entry.file.display();
            return Err(wrong(
                index,
                format!(
                    "names `{name}`, which is not in `{}`; hint: is this the right folder, \
                     and is it whole?",
                    folder.display()
                ),
            ));
        }
        let (body, meta) = if file.to_string_lossy().ends_with(".meta.json") {
            (body_of(&file)?, Some(file))
        } else {
            let meta = meta_of(&file);
            (file, meta)
        };
        let mut merged = match &meta {
            Some(meta) => read_meta(meta)?,
            None => Meta::default(),
        };
        merged.method = entry.method.or(merged.method);
        merged.uri = entry.url.or(merged.uri);
        merged.status = entry.status.or(merged.status);
        merged.recorded_at = entry.at.or(merged.recorded_at);
        if let Some(kind) = entry.content_type {
            merged
                .headers
                .retain(|name, _| !name.eq_ignore_ascii_case("content-type"));
            merged
                .headers
                .insert("content-type".into(), OneOrMore::One(kind));
        }
        merged.headers.extend(entry.headers);
        exchanges.push(exchange(index, merged, body)?);
        if let Some(source) = entry.source {
            let market = match entry.market {
                Some(code) => Some(Market::parse(&code).ok_or_else(|| {
                    wrong(index, format!("names `{code}`, which is not a market"))
                })?),
                None => None,
            };
            let question = Recorded {
                source,
                query: entry.query,
                market,
                params: entry.params,
            };
            if !asked.contains(&question) {
                asked.push(question);
            }
        }
    }
    Ok(exchanges)
}

fn exchange(origin: &Path, meta: Meta, body: PathBuf) -> Result<Exchange, Error> {
    let Some(uri) = meta.uri else {
        let hint = "hint: give it a `url` in the index";
        return Err(wrong(
            origin,
            format!("says no address for `{}`; {hint}", body.display()),
        ));
    };
    let relative = uri.starts_with('/');
    // The host is made up only to let the parser do its work, and then forgotten.
    let whole = if relative {
        format!("http://any.invalid{uri}")
    } else {
        uri
    };
    let url = Url::parse(&whole)
        .map_err(|error| wrong(origin, format!("has the wrong address `{whole}`: {error}")))?;
    let headers: Vec<(String, String)> = meta
        .headers
        .into_iter()
        .flat_map(|(name, values)| {
            let values = match values {
                OneOrMore::One(value) => vec![value],
                OneOrMore::More(values) => values,
            };
            let name = name.to_ascii_lowercase();
            values.into_iter().map(move |value| (name.clone(), value))
        })
        // The recorded body is decompressed and whole.
        .filter(|(name, _)| {
            !matches!(
                name.as_str(),
                "content-encoding" | "content-length" | "transfer-encoding"
            )
        })
        .collect();
    let date = headers.iter().find(|(name, _)| name == "date");
    let at = meta
        .recorded_at
        .as_deref()
        .and_then(instant)
        .or_else(|| instant(&date?.1));
    Ok(Exchange {
        method: meta.method.unwrap_or_else(|| "GET".into()),
        host: (!relative).then(|| host_of(&url)),
        path: url.path().to_owned(),
        query: url
            .query_pairs()
            .into_owned()
            .filter(|(_, value)| value != super::redact::REDACTED)
            .collect(),
        status: meta.status.unwrap_or(200),
        headers,
        body,
        at,
    })
}

/// An instant as recorders write it: RFC 3339, the same without a zone (UTC), an HTTP date.
fn instant(text: &str) -> Option<Timestamp> {
    let civil = |text: &str| {
        let time: jiff::civil::DateTime = text.parse().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(time).ok()
    };
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    text.parse()
        .ok()
        .or_else(|| civil(text))
        .or_else(|| parser.parse_timestamp(text).ok())
}

/// The memory of a replay: positions and the log are the real ones, but what simulated time does
/// to the budgets of hosts is forgotten with it.
pub struct ReplayMemory {
    inner: Arc<dyn Memory>,
    hosts: Mutex<HashMap<String, HostMemory>>,
}

impl ReplayMemory {
    /// A memory over `inner`.
    pub fn new(inner: Arc<dyn Memory>) -> ReplayMemory {
        ReplayMemory {
            inner,
            hosts: Mutex::default(),
        }
    }
}

impl Memory for ReplayMemory {
    fn position(&self, source: &str, query: &str) -> Result<Option<Position>, MemoryError> {
        self.inner.position(source, query)
    }

    /// None: a recording is of another time, so today's pages are no measure for it.
    fn visits(&self, _: &str, _: &str, _: usize) -> Result<Vec<Visit>, MemoryError> {
        Ok(Vec::new())
    }

    fn host(&self, host: &str) -> Result<HostMemory, MemoryError> {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(hosts.get(host).cloned().unwrap_or_default())
    }

    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory, MemoryError> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let memory = hosts.entry(host.to_owned()).or_default();
        change(memory);
        Ok(memory.clone())
    }

    fn account(&self, bucket: &str) -> Result<Account, MemoryError> {
        self.inner.account(bucket)
    }

    fn update_account(&self, _: &str, _: &mut dyn FnMut(&mut Account)) -> Result<(), MemoryError> {
        // A recorded answer costs nothing.
        Ok(())
    }

    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>, MemoryError> {
        self.inner.append(pages)
    }
}
