//! What may be spent: buckets with days of their own, turns, money, on a simulated clock.

use crate::board::start;
use crate::fault_server::{FaultServer, Reply};
use groundswell::crawl::{Event, Keys, Stop, Summary};
use groundswell::record::{Clock as _, Day, SimClock, Spent};
use groundswell::run::{CrawlOrder, Planned, Workspace, crawl_due, planned};
use jiff::Timestamp;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

struct Home {
    folder: TempDir,
    workspace: Workspace,
    clock: SimClock,
}

/// A home with one source, `search`, whose quota and watch are given, and further settings.
fn home(server: &FaultServer, quota: &str, queries: &[&str], settings: &str) -> Home {
    let folder = tempfile::tempdir().expect("folder");
    let source = format!(
        r#"
name = "search"
title = "A search"
home = "https://search.example"
class = "social-search"
kind = "post"
access = "documented-api"
terms = "https://search.example/terms"
tier = "none"
proven = false
stance = "Made for a test."
query = "a word"

[request]
url = "http://{}/search?q={{query}}&page={{cursor}}"

[cursor]
next = "path"
path = "next"
pages_max = 2

[quota]
{quota}

[[read]]
format = "json"
items = "items[*]"

[read.fields]
id = "id"
"#,
        server.address()
    );
    let settings = format!(
        "[crawl]\ncontact = \"ops@shop.example\"\nprivate_hosts = [\"{}\"]\nretries_max = 2\n\
         [[watch]]\nsource = \"search\"\nqueries = {queries:?}\nschedule = \"@daily\"\n{settings}",
        server.address()
    );
    std::fs::write(folder.path().join("groundswell.toml"), settings).expect("settings");
    std::fs::create_dir(folder.path().join("sources")).expect("folder");
    std::fs::write(folder.path().join("sources/search.toml"), source).expect("source");
    let clock = SimClock::new(start());
    let workspace = Workspace::open_at(folder.path(), Arc::new(clock.clone())).expect("workspace");
    Home {
        folder,
        workspace,
        clock,
    }
}

impl Home {
    fn site(&self, name: &str) -> Option<Arc<dyn groundswell::crawl::Site>> {
        self.workspace.site(name, Keys::Environment)
    }

    /// A crawl of what is due, and what it said its buckets would give.
    async fn crawl(&self, all: bool) -> (Summary, Vec<String>) {
        let order = CrawlOrder {
            all,
            ..CrawlOrder::default()
        };
        let shares = Mutex::new(Vec::new());
        let summary = crawl_due(
            &self.workspace,
            &|name| self.site(name),
            &order,
            &Stop::default(),
            &|event| {
                if let Event::Share(share) = event {
                    shares.lock().expect("shares").push(share.to_string());
                }
            },
        )
        .await
        .expect("crawl");
        (summary, shares.into_inner().expect("shares"))
    }

    fn plan(&self) -> Vec<Planned> {
        let order = CrawlOrder::default();
        planned(&self.workspace, &|name| self.site(name), &order)
            .expect("plan")
            .0
    }

    fn spent(&self) -> Spent {
        let account = self.workspace.store.account("search").expect("account");
        account.on(Day::of(self.clock.now()))
    }

    fn at(&self, time: &str) -> Timestamp {
        let time = time.parse().expect("timestamp");
        self.clock.advance_to(time);
        time
    }
}

fn answers(server: &FaultServer, queries: &[&str]) {
    for query in queries {
        let items = json!({"items": [{"id": format!("{query}-1")}, {"id": format!("{query}-2")}]});
        server.on(&format!("/search?q={query}"), [Reply::json(items)]);
    }
}

/// The words asked since the last look.
fn asked(server: &FaultServer, from: usize) -> Vec<String> {
    let seen = server.seen();
    seen[from..]
        .iter()
        .map(|path| path.replace("/search?q=", ""))
        .collect()
}

const WORDS: [&str; 5] = ["a", "b", "c", "d", "e"];

#[tokio::test(flavor = "multi_thread")]
async fn words_take_turns_over_the_days_and_what_did_not_fit_is_refused_once_a_day() {
    let server = FaultServer::start().await;
    answers(&server, &WORDS);
    // Midnight in Los Angeles is 08:00 UTC; the clock starts at 10:00 UTC on the 23rd.
    let quota = "calls_per_day = 2\nresets = \"America/Los_Angeles\"";
    let home = home(&server, quota, &WORDS, "");
    let (first, shares) = home.crawl(false).await;
    assert_eq!(asked(&server, 0), ["a", "b"]);
    assert_eq!((first.sources[0].pages, first.sources[0].refused), (2, 3));
    insta::assert_snapshot!(shares.join("\n"), @"search: 2 of 2 calls left today; 5 questions due, at most 4 calls; 2 asked now, the other 3 first from 2026-11-24 00:00 PST");
    insta::assert_snapshot!(first.sources[0].reasons[0].why, @"the budget of `search` is spent (0 of 2 calls left today); it is full again at 2026-11-24T08:00:00Z");
    // The same day: nothing is asked, and the gap is not counted twice.
    let (again, shares) = home.crawl(false).await;
    assert!(again.sources.is_empty(), "{again:?}");
    assert_eq!(shares.len(), 1);
    let waiting: Vec<_> = home
        .plan()
        .into_iter()
        .filter(|line| line.unpaid.is_some())
        .collect();
    assert_eq!(waiting.len(), 3);
    for line in waiting {
        assert_eq!(
            line.due,
            Some("2026-11-24T08:00:00Z".parse().expect("time"))
        );
    }
    // Still the same day at the place of the bucket, though not in UTC.
    home.at("2026-11-24T07:30:00Z");
    assert!(home.crawl(false).await.0.sources[0].pages == 0);
    home.at("2026-11-24T08:30:00Z");
    home.crawl(false).await;
    assert_eq!(asked(&server, 2), ["c", "d"]);
    home.at("2026-11-25T09:00:00Z");
    home.crawl(false).await;
    assert_eq!(asked(&server, 4), ["e", "a"]);
    home.at("2026-11-26T09:00:00Z");
    home.crawl(false).await;
    assert_eq!(asked(&server, 6), ["b", "c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_a_first_page_before_anybody_gets_a_second() {
    let server = FaultServer::start().await;
    for word in ["a", "b", "c"] {
        let page = |id: &str| json!({"items": [{"id": format!("{word}-{id}")}], "next": "2"});
        server.on(&format!("/search?q={word}"), [Reply::json(page("1"))]);
        server.on(
            &format!("/search?q={word}&page=2"),
            [Reply::json(page("2"))],
        );
    }
    let home = home(&server, "calls_per_day = 4", &["a", "b", "c"], "");
    home.crawl(false).await;
    assert_eq!(asked(&server, 0), ["a", "b", "c", "a&page=2"]);
    // The next day those that were cut go on where they were.
    home.at("2026-11-24T10:00:00Z");
    home.crawl(false).await;
    let second = asked(&server, 4);
    assert_eq!(second[..2], ["b&page=2", "c&page=2"]);
    assert_eq!(second.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_a_call_too() {
    let server = FaultServer::start().await;
    server.on("/search?q=a", [Reply::status(503)]);
    let home = home(&server, "calls_per_day = 2", &["a"], "");
    let (summary, _) = home.crawl(false).await;
    assert_eq!(server.seen().len(), 2, "three would have been tried");
    assert_eq!(summary.sources[0].refused, 1);
    assert_eq!(home.spent().calls, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fails_does_not_stay_first() {
    let server = FaultServer::start().await;
    answers(&server, &["b"]);
    server.on("/search?q=a", [Reply::status(500)]);
    let home = home(&server, "calls_per_day = 3", &["a", "b"], "");
    home.crawl(false).await;
    assert_eq!(asked(&server, 0), ["a", "a", "a"]);
    home.at("2026-11-24T10:00:00Z");
    home.crawl(false).await;
    assert_eq!(asked(&server, 3)[0], "b");
}

const PAID: &str = "price = \"0.005 USD\"\nrecords_per_call_max = 100\nfree_again = true";
const BUDGET: &str = "[[budget]]\nbucket = \"search\"\nmoney_per_month = \"1.20 USD\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_costs_money_is_never_read_without_a_budget() {
    let server = FaultServer::start().await;
    answers(&server, &["a"]);
    let home = home(&server, PAID, &["a"], "");
    let (summary, shares) = home.crawl(true).await;
    assert!(server.seen().is_empty());
    assert_eq!(summary.sources[0].refused, 1);
    insta::assert_snapshot!(shares.join("\n"), @r#"search: 1 question not asked: every record of `search` costs 0.005 USD and no budget says how much may be spent; hint: write [[budget]] with bucket = "search" and money_per_month into groundswell.toml"#);
    let check = assert_cmd::Command::cargo_bin("groundswell")
        .expect("program")
        .args(["--dir", &home.folder.path().display().to_string(), "check"])
        .output()
        .expect("check");
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(
        said.contains("no budget says how much may be spent"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_charged_for_what_came_and_the_same_record_once_a_day() {
    let server = FaultServer::start().await;
    answers(&server, &["a", "b", "c"]);
    let home = home(&server, PAID, &["a", "b", "c"], BUDGET);
    let (_, shares) = home.crawl(true).await;
    insta::assert_snapshot!(shares.join("\n"), @"search: 1.20 USD of 1.20 USD left this month; 3 questions due, at most 4 calls, 2.00 USD; 2 asked now, the other 1 first from 2026-12-01 00:00 UTC");
    // Each could have cost 0.50 USD; they cost 0.01, so that all three were paid.
    assert_eq!(server.seen().len(), 3);
    assert_eq!(
        (home.spent().records, home.spent().micros["USD"]),
        (6, 30_000)
    );
    home.crawl(true).await;
    assert_eq!(
        home.spent().micros["USD"],
        30_000,
        "free for the rest of the day"
    );
    home.at("2026-11-24T10:00:00Z");
    home.crawl(true).await;
    assert_eq!(
        home.spent().micros["USD"],
        30_000,
        "paid again on another day"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_and_never_answered_stays_charged() {
    let server = FaultServer::start().await;
    server.on("/search?q=a", [Reply::Hang]);
    let home = home(&server, PAID, &["a"], BUDGET);
    let order = CrawlOrder {
        all: true,
        deadline: Some(Duration::from_secs(1)),
        ..CrawlOrder::default()
    };
    crawl_due(
        &home.workspace,
        &|name| home.site(name),
        &order,
        &Stop::default(),
        &|_| {},
    )
    .await
    .expect("crawl");
    assert_eq!(server.seen().len(), 1);
    assert_eq!(
        (home.spent().calls, home.spent().micros["USD"]),
        (1, 500_000)
    );
}
