//! What a site says is gone is gone, whichever way it was read.

use crate::board::start;
use crate::fault_server::{FaultServer, Reply};
use groundswell::crawl::{Keys, Stop, Summary};
use groundswell::record::{Record, SimClock};
use groundswell::run::{CrawlOrder, Workspace, crawl_due};
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;

/// A source of the network `mesh` that reads one list of it.
fn source(name: &str) -> String {
    format!(
        r#"
name = "{name}"
title = "A part of a network"
home = "https://mesh.example"
site = "mesh"
class = "social"
kind = "post"
access = "documented-api"
terms = "https://mesh.example/terms"
tier = "none"
proven = false
stance = "Made for a test."
query = "a post"
empty_statuses = [400]

[[param]]
name = "mesh"
help = "host"
example = "mesh.example"

[request]
url = "http://{{mesh}}/{name}"

[[read]]
format = "json"
items = "posts[*]"

[read.fields]
id = "id"
text = "text"

[[read]]
format = "json"
items = "$[?@ == 'NotFound']"
gone = {{ value = "yes" }}

[read.fields]
id = {{ template = "{{query}}" }}
"#
    )
}

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
async fn a_post_that_one_source_says_is_gone_is_gone_from_all_sources_of_its_site() {
    let server = FaultServer::start().await;
    let posts =
        json!({"posts": [{"id": "p1", "text": "it leaks"}, {"id": "p2", "text": "it sings"}]});
    server.on("/search", [Reply::json(posts.clone())]);
    server.on("/thread", [Reply::json(posts)]);
    let folder = tempfile::tempdir().expect("folder");
    std::fs::create_dir(folder.path().join("sources")).expect("folder");
    let mut settings = format!(
        "[crawl]\ncontact = \"ops@shop.example\"\nprivate_hosts = [\"{}\"]\n",
        server.address()
    );
    for name in ["search", "thread"] {
        std::fs::write(
            folder.path().join(format!("sources/{name}.toml")),
            source(name),
        )
        .expect("source");
        settings += &format!(
            "[[watch]]\nsource = \"{name}\"\nqueries = [\"p1\"]\nschedule = \"@hourly\"\n\
             params = {{ mesh = \"{}\" }}\n",
            server.address()
        );
    }
    std::fs::write(folder.path().join("groundswell.toml"), settings).expect("settings");
    let clock = SimClock::new(start());
    let workspace = Workspace::open_at(folder.path(), Arc::new(clock.clone())).expect("workspace");
    assert!(crawl(&workspace).await.is_complete());
    workspace.project(&mut |_| {}).expect("figures");

    let not_found = json!({"error": "NotFound", "message": "no such post"}).to_string();
    let not_found = Reply::Plain(400, Vec::new(), not_found);
    server.on("/search", [Reply::json(json!({"posts": []}))]);
    server.on("/thread", [not_found]);
    clock.advance_to(start() + SignedDuration::from_hours(1));
    let second = crawl(&workspace).await;
    assert!(second.is_complete(), "{second:?}");
    workspace.project(&mut |_| {}).expect("figures");
    let text = |source: &str, id: &str| {
        let key = Record::new(groundswell::record::Kind::Post, id).key(source, start());
        let held = workspace.store.record(key).expect("store").expect("held");
        held.record.text
    };
    for source in ["search", "thread"] {
        assert_eq!(text(source, "p1"), None, "{source}");
        assert_eq!(text(source, "p2").as_deref(), Some("it sings"), "{source}");
    }
}
