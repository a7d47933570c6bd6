//! One question to one source, for `doctor`: asked as politely as any other, and kept nowhere but
//! in what is remembered of the host, so that our manners can be told from it.

use super::fetch::Batch;
use super::pass::Pass;
use super::robots::Rules;
use super::{Crawler, Error, Job, PRODUCT, Stop, memory};
use crate::record::{Exchange, Found};
use crate::source::Missing;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use url::Url;

/// Probes remembered of one host.
const PROBES_MAX: usize = 200;

/// What a probe came to.
#[derive(Debug)]
pub struct Probed {
    /// What was sent, in order; robots.txt and redirects included.
    pub exchanges: Vec<Exchange>,
    /// What the page held, or why there is none.
    pub outcome: Result<Seen, Error>,
    /// The line of robots.txt that forbids it, where one does.
    pub rule: Option<String>,
}

/// A page that a probe read.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What it held.
    pub found: Found,
    /// Fields that could not be found, worst first.
    pub missing: Vec<Missing>,
    /// The clock of the site, where it tells the time.
    pub clock: Option<Timestamp>,
}

impl Crawler {
    /// Asks for the first page of a question once, and waits no longer than `patience` for its
    /// turn at the host. Nothing is appended to the log.
    ///
    /// # Errors
    /// What the host remembers could not be written.
    pub async fn probe(&self, job: Job, patience: Duration) -> Result<Probed, Error> {
        let crew = self.crew();
        let now = crew.clock.now();
        let patience = SignedDuration::try_from(patience).unwrap_or(SignedDuration::MAX);
        let batch = Batch {
            ends: now.checked_add(patience).unwrap_or(Timestamp::MAX),
            stop: Stop::default(),
            // Nobody watches a probe.
            events: mpsc::unbounded_channel().0,
            exchanges: Arc::default(),
        };
        let pass = Pass::new(job, None, now);
        let outcome = pass.look(crew, &batch).await;
        let exchanges = batch.take_exchanges();
        let hosts: Vec<Exchange> = exchanges.clone();
        memory::ask(&crew.memory, move |memory| {
            for exchange in hosts {
                memory.update_host(&exchange.host.clone(), &mut |host| {
                    host.probes.push(exchange.clone());
                    let over = host.probes.len().saturating_sub(PROBES_MAX);
                    host.probes.drain(..over);
                })?;
            }
            Ok(())
        })
        .await?;
        let rule = match (&outcome, pass.request(now)) {
            (Err(Error::Disallowed { .. }), Ok(request)) => {
                let name = super::site::host_of(&request.url);
                let host = memory::ask(&crew.memory, move |memory| memory.host(&name)).await?;
                forbidding(&host.robots.unwrap_or_default(), &request.url)
            }
            _ => None,
        };
        Ok(Probed {
            exchanges,
            outcome,
            rule,
        })
    }
}

/// The line of a robots.txt that forbids an address: of the lines that would alone, in groups for
/// us or for everybody, the longest.
fn forbidding(robots: &str, url: &Url) -> Option<String> {
    let (mut is_ours, mut in_names) = (false, false);
    let mut lines = Vec::new();
    for line in robots.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        if key.trim().eq_ignore_ascii_case("user-agent") {
            let names_us = value == "*" || value.to_ascii_lowercase().starts_with(PRODUCT);
            is_ours = names_us || (in_names && is_ours);
            in_names = true;
            continue;
        }
        in_names = false;
        if is_ours && key.trim().eq_ignore_ascii_case("disallow") && !value.is_empty() {
            let alone = format!("User-agent: *\nDisallow: {value}\n");
            if Rules::read(200, &alone).check(url, "").is_err() {
                lines.push(format!("Disallow: {value}"));
            }
        }
    }
    lines.into_iter().max_by_key(String::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_that_forbids_is_named() {
        let robots = "User-agent: other\nDisallow: /\n\nUser-agent: a\nUser-agent: *\n\
            Disallow: /p\nDisallow: /private # ours\nDisallow: /x\n";
        let rule = |path: &str| {
            let url: Url = format!("https://shop.example{path}").parse().expect("url");
            forbidding(robots, &url)
        };
        assert_eq!(rule("/private/a").as_deref(), Some("Disallow: /private"));
        assert_eq!(rule("/open"), None);
    }
}
