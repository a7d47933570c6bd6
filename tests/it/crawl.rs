//! The crawl against a real server that misbehaves, over real sockets, on a simulated clock.

mod hostile;
mod hosts;
mod keeping;

use crate::board::{Board, Kept, settings, start};
use crate::fault_server::{FaultServer, Reply};
use groundswell::config::CrawlConfig;
use groundswell::crawl::{
    Client, ClientLimits, Crawler, CrawlerParts, Error, Event, Guard, Job, Memory as _, Recorder,
    Replay, SourceSummary, Stop, Stopped, Summary, Transport,
};
use groundswell::record::{AuthorKey, Clock, Position, SimClock};
use groundswell::source::Ask;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn live(settings: &CrawlConfig) -> Client {
    let limits = ClientLimits {
        timeout: settings.timeout,
        body_bytes_max: settings.body_bytes_max,
    };
    let guard = Guard::new(&settings.private_hosts);
    Client::new(&settings.contact, guard, limits).expect("client")
}

fn crawler(
    memory: &Arc<Kept>,
    clock: &SimClock,
    settings: &CrawlConfig,
    transport: Transport,
) -> Crawler {
    let parts = CrawlerParts {
        memory: memory.clone(),
        clock: Arc::new(clock.clone()),
        transport,
        authors: AuthorKey::new([7; 32]),
        drift: None,
        seed: 1,
    };
    Crawler::new(parts, settings)
}

fn job(site: &Board, query: &str) -> Job {
    let ask = Ask {
        query: query.into(),
        market: None,
        params: BTreeMap::new(),
        now: start(),
    };
    Job::new(Arc::new(site.clone()), ask)
}

/// A crawl of one question, with everything at its defaults.
async fn crawl_one(server: &FaultServer, site: &Board) -> (Summary, Arc<Kept>, SimClock) {
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let settings = settings(&[server.address()]);
    let transport = Transport::Live(live(&settings));
    let summary = crawler(&memory, &clock, &settings, transport)
        .crawl(&[job(site, "")], &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    (summary, memory, clock)
}

fn line(summary: &Summary) -> &SourceSummary {
    summary.sources.first().expect("a source")
}

fn why(summary: &Summary) -> String {
    let reason = line(summary).reasons.first().expect("a reason");
    // Ports are given by the system.
    let mut words = Vec::new();
    for word in reason.why.split(' ') {
        words.push(match word.split_once("127.0.0.1:") {
            Some((before, after)) => {
                let rest = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
                format!("{before}HERE{rest}")
            }
            None => word.to_owned(),
        });
    }
    words.join(" ")
}

fn items(ids: &[&str]) -> Value {
    let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    json!({ "items": items })
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_followed_to_the_end_and_the_position_moves_with_them() {
    let server = FaultServer::start().await;
    let page = |id: &str, time: &str, next: Value| {
        Reply::json(json!({"items": [{"id": id, "time": time}], "next": next}))
    };
    server.on("/board", [page("c", "2026-11-23T09:00:00Z", json!("2"))]);
    server.on(
        "/board?page=2",
        [page("b", "2026-11-23T08:00:00Z", json!("3"))],
    );
    server.on(
        "/board?page=3",
        [page("a", "2026-11-23T07:00:00Z", Value::Null)],
    );
    let (summary, memory, clock) =
        crawl_one(&server, &Board::new("board", &server, "/board")).await;
    assert_eq!(memory.ids(), ["c", "b", "a"]);
    assert!(summary.is_complete());
    assert_eq!((line(&summary).records, line(&summary).new), (3, 3));
    let pages = memory.pages();
    let positions: Vec<Position> = pages
        .iter()
        .filter_map(|page| page.position.clone())
        .collect();
    assert_eq!(positions[0].cursor.as_deref(), Some("2"));
    assert_eq!(
        positions[1].newest_id, None,
        "an unfinished pass promises nothing"
    );
    assert_eq!(positions[2].newest_id.as_deref(), Some("c"));
    assert_eq!(positions[2].last_run, Some(start()));
    assert!(pages.iter().all(|page| page.coverage.seen == Some(1)));
    assert!(
        clock.now() >= start() + jiff::SignedDuration::from_secs(2),
        "a second between pages"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_ends_where_the_last_one_began() {
    let server = FaultServer::start().await;
    let page = |ids: [(&str, &str); 2], next: &str| {
        let items = ids.map(|(id, time)| json!({"id": id, "time": time}));
        Reply::json(json!({"items": items, "next": next}))
    };
    let old = [("b", "2026-11-23T08:00:00Z"), ("a", "2026-11-23T07:00:00Z")];
    let new = [("d", "2026-11-23T09:30:00Z"), ("c", "2026-11-23T09:00:00Z")];
    server.on("/board", [page(old, "2"), page(new, "2"), page(new, "2")]);
    server.on("/board?page=2", [Reply::json(items(&[])), page(old, "3")]);
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let settings = settings(&[server.address()]);
    let jobs = [job(&Board::new("board", &server, "/board"), "")];
    for _ in 0..3 {
        crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
            .crawl(&jobs, &Stop::default(), &|_| {})
            .await
            .expect("crawl");
    }
    assert_eq!(memory.ids(), ["b", "a", "d", "c", "b", "a", "d", "c"]);
    assert_eq!(
        server.seen(),
        [
            "/board",
            "/board?page=2",
            "/board",
            "/board?page=2",
            "/board"
        ],
        "the third run meets what it knows on the first page"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_not_in_order_of_time_is_read_to_its_end() {
    let server = FaultServer::start().await;
    let items = json!([
        {"id": "a", "time": "2026-11-23T07:00:00Z"},
        {"id": "b", "time": "2026-11-23T09:00:00Z"},
    ]);
    let first = json!({"items": items, "next": "2"});
    server.on("/board", [Reply::json(first)]);
    server.on("/board?page=2", [Reply::json(json!({"items": items}))]);
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let settings = settings(&[server.address()]);
    let jobs = [job(&Board::new("board", &server, "/board"), "")];
    for _ in 0..2 {
        crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
            .crawl(&jobs, &Stop::default(), &|_| {})
            .await
            .expect("crawl");
    }
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_page_is_asked_for_with_its_etag_and_counts_as_empty() {
    let server = FaultServer::start().await;
    server.on(
        "/board",
        [Reply::Tagged("\"v1\"", items(&["a"]).to_string())],
    );
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let settings = settings(&[server.address()]);
    let jobs = [job(&Board::new("board", &server, "/board"), "")];
    for _ in 0..2 {
        crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
            .crawl(&jobs, &Stop::default(), &|_| {})
            .await
            .expect("crawl");
        clock.advance_to(start() + jiff::SignedDuration::from_hours(1));
    }
    let pages = memory.pages();
    assert_eq!(
        (pages[0].coverage.answered, pages[1].coverage.empty),
        (1, 1)
    );
    let position = pages[1].position.as_ref().expect("position");
    assert_eq!(position.etag.as_deref(), Some("\"v1\""));
    assert!(position.last_run > pages[0].position.as_ref().expect("position").last_run);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_429_is_obeyed_and_then_asked_again() {
    let server = FaultServer::start().await;
    let later = Reply::Plain(429, vec![("retry-after", "120".into())], String::new());
    server.on("/board", [later, Reply::json(items(&["a"]))]);
    let (summary, memory, clock) =
        crawl_one(&server, &Board::new("board", &server, "/board")).await;
    assert!(summary.is_complete());
    assert_eq!(memory.ids(), ["a"]);
    assert!(clock.now() >= start() + jiff::SignedDuration::from_secs(120));
    assert_eq!(memory.pages().len(), 1, "one request, one outcome");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_beyond_the_deadline_is_a_refusal_and_not_a_wait() {
    let server = FaultServer::start().await;
    let later = Reply::Plain(429, vec![("retry-after", "7200".into())], String::new());
    server.on("/board", [later]);
    let (summary, memory, clock) =
        crawl_one(&server, &Board::new("board", &server, "/board")).await;
    assert_eq!(line(&summary).refused, 1);
    insta::assert_snapshot!(why(&summary), @"`HERE` may next be asked at 2026-11-23T12:00:00Z, after this batch has ended");
    assert!(clock.now() < start() + jiff::SignedDuration::from_secs(60));
    assert_eq!(memory.pages()[0].position, None, "it stays due");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_is_asked_again_and_a_lasting_one_is_a_failure() {
    let server = FaultServer::start().await;
    server.on("/board", [Reply::status(500), Reply::json(items(&["a"]))]);
    let (summary, ..) = crawl_one(&server, &Board::new("board", &server, "/board")).await;
    assert!(summary.is_complete());
    server.on("/down", [Reply::status(503)]);
    let (summary, memory, _) = crawl_one(&server, &Board::new("board", &server, "/down")).await;
    assert_eq!(line(&summary).errors, 1);
    insta::assert_snapshot!(why(&summary), @"`HERE` answered 503");
    assert_eq!(memory.pages()[0].coverage.failed, 1);
    let asked = server.seen().iter().filter(|path| *path == "/down").count();
    assert_eq!(asked, 3, "once, and `retries_max` times again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_in_the_middle_is_tried_again() {
    let server = FaultServer::start().await;
    server.on("/board", [Reply::Cut, Reply::json(items(&["a"]))]);
    let (summary, memory, _) = crawl_one(&server, &Board::new("board", &server, "/board")).await;
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(memory.ids(), ["a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_txt_is_asked_first_remembered_and_obeyed() {
    let server = FaultServer::start().await;
    let robots = "User-agent: *\nDisallow: /\n\nUser-agent: groundswell\nDisallow: /private\nCrawl-delay: 30\n";
    server.on(
        "/robots.txt",
        [Reply::Plain(200, Vec::new(), robots.into())],
    );
    server.on(
        "/board",
        [Reply::json(json!({"items": [{"id": "a"}], "next": "2"}))],
    );
    server.on("/board?page=2", [Reply::json(items(&["b"]))]);
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let settings = settings(&[server.address()]);
    let board = |name, path| Board {
        robots: true,
        ..Board::new(name, &server, path)
    };
    let jobs = [
        job(&board("open", "/board"), ""),
        job(&board("shut", "/private"), ""),
    ];
    let crawler = crawler(&memory, &clock, &settings, Transport::Live(live(&settings)));
    let summary = crawler
        .crawl(&jobs, &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    assert_eq!(memory.ids(), ["a", "b"]);
    let shut = &summary.sources[1];
    assert_eq!((shut.source.as_str(), shut.refused), ("shut", 1));
    assert!(
        shut.reasons[0].why.contains("robots.txt"),
        "{:?}",
        shut.reasons
    );
    assert_eq!(server.seen(), ["/robots.txt", "/board", "/board?page=2"]);
    assert!(
        clock.now() >= start() + jiff::SignedDuration::from_secs(30),
        "Crawl-delay is kept"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robots_txt_that_cannot_be_had_means_no() {
    let server = FaultServer::start().await;
    server.on("/robots.txt", [Reply::status(503)]);
    server.on("/board", [Reply::json(items(&["a"]))]);
    let board = Board {
        robots: true,
        ..Board::new("board", &server, "/board")
    };
    let (summary, memory, _) = crawl_one(&server, &board).await;
    insta::assert_snapshot!(why(&summary), @"robots.txt of `HERE` could not be read (answer 503), so nothing is fetched there for now");
    assert_eq!(memory.pages()[0].coverage.refused, 1);
    assert!(!server.seen().contains(&"/board".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_closes_the_host_for_everybody() {
    let server = FaultServer::start().await;
    server.on("/shut", [Reply::status(403)]);
    server.on("/board", [Reply::json(items(&["a"]))]);
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let settings = settings(&[server.address()]);
    let jobs = [
        job(&Board::new("first", &server, "/shut"), ""),
        job(&Board::new("second", &server, "/board"), ""),
    ];
    let closed = Mutex::new(0);
    let watch = |event| {
        if matches!(event, Event::Closed { .. }) {
            *closed.lock().expect("count") += 1;
        }
    };
    let summary = crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
        .crawl(&jobs, &Stop::default(), &watch)
        .await
        .expect("crawl");
    assert_eq!(server.seen(), ["/shut"]);
    assert_eq!(
        (summary.sources[0].refused, summary.sources[1].refused),
        (1, 1)
    );
    assert_eq!(*closed.lock().expect("count"), 1);
    let host = memory.host(server.address()).expect("host");
    assert!(host.closed_until > Some(start() + jiff::SignedDuration::from_mins(50)));
    clock.advance_to(host.closed_until.expect("closed"));
    let summary = crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
        .crawl(&jobs[1..], &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    assert!(
        summary.is_complete(),
        "it is tried again when the time is over"
    );
    assert_eq!(memory.host(server.address()).expect("host").failures, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_reported_and_never_read() {
    let server = FaultServer::start().await;
    let captcha = "<html><title>Robot Check</title>{\"items\": [{\"id\": \"x\"}]}";
    let html = vec![("content-type", "text/html".to_owned())];
    server.on("/board", [Reply::Plain(200, html, captcha.into())]);
    let (summary, memory, _) = crawl_one(&server, &Board::new("board", &server, "/board")).await;
    insta::assert_snapshot!(why(&summary), @"`HERE` sent a block page (a robot check) instead of the page");
    assert!(memory.ids().is_empty());
    assert!(
        memory
            .host(server.address())
            .expect("host")
            .closed_until
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_read_is_a_failure_and_not_asked_again_before_its_time() {
    let server = FaultServer::start().await;
    server.on(
        "/board",
        [Reply::json(
            json!({"items": [{"name": "a"}, {"name": "b"}]}),
        )],
    );
    let (summary, memory, _) = crawl_one(&server, &Board::new("board", &server, "/board")).await;
    assert_eq!(line(&summary).errors, 1);
    assert!(why(&summary).contains("it shows 2 items and none could be read"));
    let position = memory.pages()[0].position.clone().expect("position");
    assert_eq!(position.last_run, Some(start()));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_hangs_delays_nobody_and_is_a_known_gap() {
    let (hanging, fine) = (FaultServer::start().await, FaultServer::start().await);
    hanging.on("/board", [Reply::Hang]);
    for page in 1..8 {
        let body = json!({"items": [{"id": format!("{page}")}], "next": format!("{}", page + 1)});
        let path = if page == 1 {
            "/board".into()
        } else {
            format!("/board?page={page}")
        };
        fine.on(&path, [Reply::json(body)]);
    }
    fine.on("/board?page=8", [Reply::json(items(&["8"]))]);
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let mut settings = settings(&[hanging.address(), fine.address()]);
    settings.timeout = Duration::from_secs(300);
    settings.deadline = Duration::from_secs(4);
    settings.host_pause = Duration::from_millis(100);
    let jobs = [
        job(&Board::new("fine", &fine, "/board"), ""),
        job(&Board::new("hanging", &hanging, "/board"), ""),
        job(
            &Board::new("hanging", &hanging, "/board"),
            "second in the queue",
        ),
    ];
    let summary = crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
        .crawl(&jobs, &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    assert_eq!(summary.stopped, Some(Stopped::Deadline));
    assert_eq!(
        (summary.sources[0].records, summary.sources[0].errors),
        (8, 0)
    );
    assert_eq!(
        (summary.sources[1].records, summary.sources[1].errors),
        (0, 2)
    );
    assert_eq!(memory.host(hanging.address()).expect("host").failures, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_stopped_by_hand_goes_on_where_it_was() {
    let server = FaultServer::start().await;
    for page in 1..=5 {
        let next = (page < 5).then(|| format!("{}", page + 1));
        let body = json!({"items": [{"id": format!("{page}")}], "next": next});
        let path = if page == 1 {
            "/board".into()
        } else {
            format!("/board?page={page}")
        };
        server.on(&path, [Reply::json(body)]);
    }
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let settings = settings(&[server.address()]);
    let jobs = [job(&Board::new("board", &server, "/board"), "")];
    let stop = Stop::default();
    let summary = crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
        .crawl(&jobs, &stop, &|_| stop.set(Stopped::ByHand))
        .await
        .expect("crawl");
    assert_eq!(summary.stopped, Some(Stopped::ByHand));
    let before = memory.ids().len();
    assert!((1..5).contains(&before), "{before}");
    let summary = crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
        .crawl(&jobs, &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    assert!(summary.is_complete());
    let ids = memory.ids();
    assert_eq!(
        ids[..5],
        ["1", "2", "3", "4", "5"],
        "nothing lost, nothing twice"
    );
    // Then it looks at the top again, for what came meanwhile.
    assert_eq!(ids[5], "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_crawlers_share_the_budget_of_a_host() {
    let server = FaultServer::start().await;
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let settings = settings(&[server.address()]);
    let work = async |name: &'static str| {
        let site = Board::new(name, &server, "/board");
        let jobs: Vec<Job> = (0..6)
            .map(|number| job(&site, &number.to_string()))
            .collect();
        crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
            .crawl(&jobs, &Stop::default(), &|_| {})
            .await
            .expect("crawl")
    };
    let (one, other) = tokio::join!(work("one"), work("other"));
    assert!(one.is_complete() && other.is_complete());
    assert_eq!(server.seen().len(), 12);
    let slots = memory.slots.lock().expect("slots").clone();
    // One for each request; one more where the other's sleep moved the clock between a turn and
    // its request, because the pause counts from the request.
    assert!((12..=24).contains(&slots.len()), "{}", slots.len());
    for pair in slots.windows(2) {
        assert!(
            pair[1] >= pair[0] + jiff::SignedDuration::from_secs(1),
            "{pair:?}"
        );
    }
}
