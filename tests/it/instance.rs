//! Sites that each number their posts for themselves, read through one source.

use crate::board::start;
use crate::fault_server::{FaultServer, Reply};
use groundswell::crawl::{Keys, Stop, Summary};
use groundswell::record::SimClock;
use groundswell::run::{CrawlOrder, Workspace, crawl_due};
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;

const FORUM: &str = r#"
name = "forum"
title = "A forum"
home = "https://forum.example"
class = "social"
kind = "post"
access = "documented-api"
terms = "https://forum.example/terms"
tier = "none"
proven = false
stance = "Made for a test."
instance = "{forum}"

[[param]]
name = "forum"
help = "host of the forum"
example = "forum.example"

[request]
url = "http://{forum}/latest.json"

[[read]]
format = "json"
items = "topics[*]"
gone = { path = "gone" }

[read.fields]
id = "id"
text = "text"
"#;

async fn crawl(workspace: &Workspace) -> Summary {
    let sites = |name: &str| workspace.site(name, Keys::Environment);
    let all = CrawlOrder {
        all: true,
        ..CrawlOrder::default()
    };
    crawl_due(workspace, &sites, &all, &Stop::default(), &|_| {})
        .await
        .expect("crawl")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sites_that_share_an_id_are_two_records() {
    let (one, two) = (FaultServer::start().await, FaultServer::start().await);
    let topic = |text: &str| json!({"topics": [{"id": 501, "text": text}]});
    one.on("/latest.json", [Reply::json(topic("The lid rattles"))]);
    two.on("/latest.json", [Reply::json(topic("Where to buy filters"))]);
    let folder = tempfile::tempdir().expect("folder");
    let watch = |server: &FaultServer| {
        format!(
            "[[watch]]\nsource = \"forum\"\nschedule = \"@hourly\"\nparams = {{ forum = \"{}\" }}\n",
            server.address()
        )
    };
    let settings = format!(
        "[crawl]\ncontact = \"ops@shop.example\"\nprivate_hosts = [\"{}\", \"{}\"]\n{}{}",
        one.address(),
        two.address(),
        watch(&one),
        watch(&two)
    );
    std::fs::write(folder.path().join("groundswell.toml"), settings).expect("settings");
    std::fs::create_dir(folder.path().join("sources")).expect("folder");
    std::fs::write(folder.path().join("sources/forum.toml"), FORUM).expect("source");
    let clock = SimClock::new(start());
    let workspace = Workspace::open_at(folder.path(), Arc::new(clock.clone())).expect("workspace");
    let first = crawl(&workspace).await;
    assert_eq!((first.sources[0].new, first.sources[0].edited), (2, 0));
    workspace.project(&mut |_| {}).expect("figures");
    // A deletion at one site is nothing to the other.
    let gone = json!({"topics": [{"id": 501, "gone": true}]});
    one.on("/latest.json", [Reply::json(gone)]);
    two.on("/latest.json", [Reply::json(topic("Where to buy filters"))]);
    clock.advance_to(start() + SignedDuration::from_hours(1));
    let second = crawl(&workspace).await;
    assert_eq!((second.sources[0].new, second.sources[0].edited), (0, 0));
    workspace.project(&mut |_| {}).expect("figures");
    let entries = workspace.store.read(0, 10).expect("log");
    let read = entries.iter().flat_map(|entry| {
        let records = entry.page.records.iter();
        records.map(|record| (entry.page.key(record), record))
    });
    let mut texts: Vec<Option<String>> = read
        .map(|(key, _)| {
            workspace
                .store
                .record(key)
                .expect("store")
                .expect("held")
                .record
                .text
        })
        .collect();
    texts.sort();
    assert_eq!(texts, [None, Some("Where to buy filters".into())]);
    assert_eq!(
        workspace.store.check().expect("check"),
        Vec::<String>::new()
    );
}
