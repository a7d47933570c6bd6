//! A home folder that watches one shop, on days of a simulated clock.

use crate::fault_server::{FaultServer, Reply};
use groundswell::crawl::{Keys, SourceSummary, Stop};
use groundswell::record::{Position, SimClock, Visit};
use groundswell::run::{CrawlOrder, Workspace, crawl_due};
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// The shop as a source file of one's own.
const SHOP: &str = r#"
name = "shop"
title = "A shop of our own"
home = "https://shop.example"
class = "ranking"
kind = "rank"
access = "crawl"
tier = "none"
proven = false
stance = "ours"
expected_silence_h = 72

[request]
url = "http://ADDRESS/best"

[[read]]
format = "html"
items = "li"

[read.fields]
id = { attr = "id" }
title = "b"
author = "i"
rank = { position = 50 }
price = { css = "span", decimal = "." }
"#;

pub struct Shop {
    folder: TempDir,
    server: FaultServer,
    workspace: Workspace,
    clock: SimClock,
}

/// `count` lines of a best-seller list that is different each day.
pub fn list(count: i64, day: i64) -> String {
    (0..count)
        .map(|place| {
            let number = 1_000 + (place * 7 + day) % 90;
            format!(
                "<li id=\"item-{number}\"><b>Lamp {place}</b> <i>Jane Roe</i> <PRICE>{}.90</PRICE> \
                 by @jane, jane@roe.example</li>\n",
                day + place
            )
        })
        .collect()
}

/// A page of the list with prices in elements of this name.
pub fn page(list: &str, price: &str) -> String {
    let list = list.replace("PRICE", price);
    format!("<html><body><h1>Best sellers</h1><ul>{list}</ul></body></html>")
}

/// A Saturday: the sixth day of a test is a Friday.
fn start() -> Timestamp {
    "2026-11-14T09:00:00Z".parse().expect("timestamp")
}

impl Shop {
    /// A home of this engine, and a server that answers 404 as yet.
    pub async fn open(engine: &str) -> Shop {
        let (folder, server) = (
            tempfile::tempdir().expect("folder"),
            FaultServer::start().await,
        );
        let settings = format!(
            "[store]\nengine = \"{engine}\"\n\n[crawl]\ncontact = \"ops@shop.example\"\n\
             private_hosts = [\"{address}\"]\n\n\
             [[watch]]\nsource = \"shop\"\nschedule = \"0 9 * * *\"\nzone = \"UTC\"\n",
            address = server.address()
        );
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("written");
        };
        write("groundswell.toml", &settings);
        std::fs::create_dir(folder.path().join("sources")).expect("folder");
        write(
            "sources/shop.toml",
            &SHOP.replace("ADDRESS", server.address()),
        );
        let clock = SimClock::new(start());
        let workspace =
            Workspace::open_at(folder.path(), Arc::new(clock.clone())).expect("workspace");
        Shop {
            folder,
            server,
            workspace,
            clock,
        }
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// From now on the list is this page.
    pub fn serves(&self, page: String) {
        let headers = vec![
            ("content-type", "text/html; charset=utf-8".to_owned()),
            ("etag", format!("\"{}\"", page.len())),
        ];
        self.replies(Reply::Plain(200, headers, page));
    }

    pub fn replies(&self, reply: Reply) {
        self.server.on("/best", [reply]);
    }

    /// What a crawl on a day of the test came to.
    pub async fn crawl_on(&self, day: i64) -> SourceSummary {
        self.clock
            .advance_to(start() + SignedDuration::from_hours(24 * day));
        let order = CrawlOrder {
            all: true,
            ..CrawlOrder::default()
        };
        let sites = |name: &str| self.workspace.site(name, Keys::Environment);
        let summary = crawl_due(&self.workspace, &sites, &order, &Stop::default(), &|_| {}).await;
        summary.expect("crawl").sources.remove(0)
    }

    /// Newest first.
    pub fn visits(&self) -> Vec<Visit> {
        let store = &self.workspace.store;
        store.visits_of("shop", "", 100).expect("visits")
    }

    pub fn position(&self) -> Position {
        let position = self.workspace.store.position("shop", "");
        position.expect("position").expect("one")
    }

    /// What `source relearn` does, at the clock of the test.
    pub fn learns_anew(&self) {
        self.workspace.learn_anew("shop").expect("noted");
    }

    /// Words without the port, which the system gives.
    pub fn plain(&self, text: &str) -> String {
        text.replace(self.server.address(), "SHOP")
    }
}
