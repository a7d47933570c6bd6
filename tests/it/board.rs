//! What the tests of the crawl share: a memory in this process, and a source of simple pages.

use crate::fault_server::FaultServer;
use groundswell::config::CrawlConfig;
use groundswell::crawl::{Memory, MemoryError, Site, SiteError};
use groundswell::record::{
    Account, Appended, AuthorKey, HostMemory, Kind, Page, Position, Record, SourceClass, Visit,
};
use groundswell::source::{Answer, Ask, Extract, Request};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

/// A memory that keeps everything in this process.
#[derive(Default)]
pub struct Kept {
    /// What is remembered of hosts.
    pub hosts: Mutex<HashMap<String, HostMemory>>,
    /// What was spent, by bucket.
    pub accounts: Mutex<HashMap<String, Account>>,
    /// Every `next_request` that was written, in order.
    pub slots: Mutex<Vec<Timestamp>>,
    /// Every page that was appended.
    pub pages: Mutex<Vec<Page>>,
    /// Appending fails.
    pub is_full: bool,
}

impl Kept {
    /// Every page, in order.
    pub fn pages(&self) -> Vec<Page> {
        self.pages.lock().expect("pages").clone()
    }

    /// Ids of every record of every page, in order.
    pub fn ids(&self) -> Vec<String> {
        let pages = self.pages();
        let records = pages.iter().flat_map(|page| &page.records);
        records.map(|record| record.id.clone()).collect()
    }
}

impl Memory for Kept {
    fn position(&self, source: &str, query: &str) -> Result<Option<Position>, MemoryError> {
        let pages = self.pages();
        let mut newest = pages.into_iter().rev();
        Ok(newest
            .find(|page| page.source == source && page.query == query && page.position.is_some())
            .and_then(|page| page.position))
    }

    fn visits(&self, source: &str, query: &str, limit: usize) -> Result<Vec<Visit>, MemoryError> {
        let pages = self.pages().into_iter().rev();
        let of = pages.filter(|page| page.source == source && page.query == query);
        let visits = of.filter_map(|page| {
            Some(Visit {
                source: page.source,
                query: page.query,
                at: page.fetched_at,
                coverage: page.coverage,
                reading: page.reading?,
            })
        });
        Ok(visits.take(limit).collect())
    }

    fn host(&self, host: &str) -> Result<HostMemory, MemoryError> {
        let hosts = self.hosts.lock().expect("hosts");
        Ok(hosts.get(host).cloned().unwrap_or_default())
    }

    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory, MemoryError> {
        let mut hosts = self.hosts.lock().expect("hosts");
        let memory = hosts.entry(host.into()).or_default();
        let before = memory.next_request;
        change(memory);
        if memory.next_request != before {
            self.slots
                .lock()
                .expect("slots")
                .extend(memory.next_request);
        }
        Ok(memory.clone())
    }

    fn account(&self, bucket: &str) -> Result<Account, MemoryError> {
        let accounts = self.accounts.lock().expect("accounts");
        Ok(accounts.get(bucket).cloned().unwrap_or_default())
    }

    fn update_account(
        &self,
        bucket: &str,
        change: &mut dyn FnMut(&mut Account),
    ) -> Result<(), MemoryError> {
        let mut accounts = self.accounts.lock().expect("accounts");
        change(accounts.entry(bucket.into()).or_default());
        Ok(())
    }

    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>, MemoryError> {
        if self.is_full {
            return Err("the disk is full".into());
        }
        let known: HashSet<String> = self.ids().into_iter().collect();
        let mut kept = self.pages.lock().expect("pages");
        Ok(pages
            .iter()
            .map(|page| {
                kept.push(page.clone());
                let count = |new: bool| {
                    let ids = page.records.iter().map(|record| &record.id);
                    ids.filter(|id| known.contains(*id) != new).count()
                };
                Appended {
                    offset: kept.len() as u64,
                    new: count(true),
                    edited: 0,
                    known: count(false),
                }
            })
            .collect())
    }
}

/// A source of `{"items": [{"id", "time"}], "next": …}` pages.
#[derive(Clone)]
pub struct Board {
    pub name: &'static str,
    pub url: String,
    pub robots: bool,
    pub max_pages: u32,
}

impl Board {
    /// A board at a path of a server, under a documented API.
    pub fn new(name: &'static str, server: &FaultServer, path: &str) -> Board {
        Board {
            name,
            url: format!("http://{}{path}", server.address()),
            robots: false,
            max_pages: 10,
        }
    }
}

impl Site for Board {
    fn name(&self) -> &str {
        self.name
    }

    fn class(&self) -> SourceClass {
        SourceClass::ALL[0]
    }

    fn request(
        &self,
        ask: &Ask,
        _: Option<&Position>,
        cursor: Option<&str>,
    ) -> Result<Request, SiteError> {
        let mut url: url::Url = self.url.parse()?;
        if !ask.query.is_empty() {
            url.query_pairs_mut().append_pair("q", &ask.query);
        }
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("page", cursor);
        }
        Ok(Request {
            method: "GET".into(),
            url,
            headers: vec![("x-api-key".into(), "my-very-own-key".into())],
            body: None,
        })
    }

    fn extract(
        &self,
        answer: &Answer,
        _: &Ask,
        _: &AuthorKey,
        _: Duration,
    ) -> Result<Extract, SiteError> {
        let page: Value = serde_json::from_slice(&answer.body)?;
        let items = page["items"].as_array().ok_or("no items")?;
        let records: Vec<Record> = items
            .iter()
            .filter_map(|item| {
                let mut record = Record::new(Kind::Post, item["id"].as_str()?);
                record.time = item["time"].as_str().and_then(|time| time.parse().ok());
                Some(record)
            })
            .collect();
        Ok(Extract {
            items: items.len(),
            records,
            next: page["next"].as_str().map(str::to_owned),
            ..Extract::default()
        })
    }

    fn obeys_robots(&self) -> bool {
        self.robots
    }

    fn max_pages(&self) -> u32 {
        self.max_pages
    }

    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    fn means_empty(&self, status: u16) -> bool {
        status == 404
    }

    fn has_total(&self) -> bool {
        true
    }
}

/// When the simulated clocks start.
pub fn start() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().expect("timestamp")
}

/// Limits of a crawl that may reach these hosts of this machine.
pub fn settings(hosts: &[&str]) -> CrawlConfig {
    CrawlConfig {
        drift_days: 14,
        contact: "ops@shop.example".into(),
        sources: "sources".into(),
        deadline: Duration::from_secs(600),
        timeout: Duration::from_secs(20),
        body_bytes_max: 200_000,
        redirects_max: 3,
        hosts_at_once_max: 8,
        retries_max: 2,
        host_pause: Duration::from_secs(1),
        host_pause_max: Duration::from_secs(60),
        parse_max: Duration::from_millis(500),
        budgets: Vec::new(),
        private_hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
    }
}
