//! Which jobs a crawl takes on, and what keeps two crawls apart: a real home, a real store.

use crate::board::{Board, start};
use crate::fault_server::{FaultServer, Reply};
use groundswell::crawl::{Site, Stop, Summary};
use groundswell::record::{Clock, SimClock};
use groundswell::run::{Answers, CrawlError, CrawlOrder, Workspace, crawl_due, planned};
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

struct Home {
    _folder: TempDir,
    workspace: Workspace,
    clock: SimClock,
    board: Board,
}

/// A home with the given watches, and the one source `board`.
fn home(server: &FaultServer, watches: &str) -> Home {
    let folder = tempfile::tempdir().expect("folder");
    let settings = format!(
        "[crawl]\ncontact = \"ops@shop.example\"\nprivate_hosts = [\"{}\"]\n\n{watches}",
        server.address()
    );
    std::fs::write(folder.path().join("groundswell.toml"), settings).expect("settings");
    let clock = SimClock::new(start());
    let workspace = Workspace::open_at(folder.path(), Arc::new(clock.clone())).expect("workspace");
    Home {
        _folder: folder,
        workspace,
        clock,
        board: Board::new("board", server, "/board"),
    }
}

impl Home {
    async fn crawl(&self, order: &CrawlOrder) -> Result<Summary, CrawlError> {
        let sites =
            |name: &str| (name == "board").then(|| Arc::new(self.board.clone()) as Arc<dyn Site>);
        crawl_due(&self.workspace, &sites, order, &Stop::default(), &|_| {}).await
    }
}

const HOURLY: &str = "[[watch]]\nsource = \"board\"\nqueries = [\"lamp\", \"fan\"]\nmarket = \"de\"\nschedule = \"0 * * * *\"\nzone = \"UTC\"\n";

fn board_of(server: &FaultServer, queries: &[&str]) {
    for query in queries {
        let body = json!({"items": [{"id": format!("{query}-1")}]});
        server.on(&format!("/board?q={query}"), [Reply::json(body)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_does_what_is_due_and_only_that() {
    let server = FaultServer::start().await;
    board_of(&server, &["lamp", "fan"]);
    let home = home(&server, HOURLY);
    let first = home.crawl(&CrawlOrder::default()).await.expect("crawl");
    assert_eq!(first.sources[0].records, 2);
    let at_once = home.crawl(&CrawlOrder::default()).await.expect("crawl");
    assert!(at_once.sources.is_empty(), "{at_once:?}");
    let all = CrawlOrder {
        all: true,
        ..CrawlOrder::default()
    };
    let again = home.crawl(&all).await.expect("crawl");
    assert_eq!((again.sources[0].records, again.sources[0].new), (2, 0));
    home.clock
        .advance_to(start() + SignedDuration::from_hours(30));
    let later = home.crawl(&CrawlOrder::default()).await.expect("crawl");
    assert_eq!(later.sources[0].pages, 2, "however many hours were missed");
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_tells_when_each_question_comes_next() {
    let server = FaultServer::start().await;
    board_of(&server, &["lamp", "fan"]);
    let home = home(&server, HOURLY);
    let sites = |_: &str| Some(Arc::new(home.board.clone()) as Arc<dyn Site>);
    let plan = || {
        planned(&home.workspace, &sites, &CrawlOrder::default())
            .expect("plan")
            .0
    };
    assert!(
        plan()
            .iter()
            .all(|line| line.due.is_none() && line.last_run.is_none())
    );
    home.crawl(&CrawlOrder::default()).await.expect("crawl");
    let after = plan();
    assert_eq!(after.len(), 2);
    for line in after {
        let due = line.due.expect("a next run");
        let hour = start() + SignedDuration::from_hours(1);
        // Six minutes: a tenth of the hour, but never more than five.
        assert!(
            due >= hour && due <= hour + SignedDuration::from_mins(5),
            "{due}"
        );
        assert!(!line.is_due(home.clock.now()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lively_question_is_asked_more_often_than_a_quiet_one() {
    let server = FaultServer::start().await;
    let watch = "[[watch]]\nsource = \"board\"\nqueries = [\"busy\", \"calm\"]\n\
                 every_min = \"15m\"\nevery_max = \"1d\"\n";
    let home = home(&server, watch);
    let sites = |_: &str| Some(Arc::new(home.board.clone()) as Arc<dyn Site>);
    let pause = |query: &str| {
        let (plan, _) = planned(&home.workspace, &sites, &CrawlOrder::default()).expect("plan");
        let line = plan.into_iter().find(|line| line.query == query);
        line.expect("planned").pace.expect("adaptive").0
    };
    // Two passes, two hours apart: twenty new posts in one place, none in the other.
    let post = |place: i64, hour: i64| {
        let time = start() + SignedDuration::from_mins(hour * 120 - place);
        json!({"id": format!("{hour}-{place}"), "time": time.to_string()})
    };
    let all = CrawlOrder {
        all: true,
        ..CrawlOrder::default()
    };
    for hour in [0, 1] {
        let busy: Vec<_> = (1..=20).map(|place| post(place, hour)).collect();
        server.on("/board?q=busy", [Reply::json(json!({"items": busy}))]);
        let calm = [post(1, 0)];
        server.on("/board?q=calm", [Reply::json(json!({"items": calm}))]);
        home.clock
            .advance_to(start() + SignedDuration::from_hours(2 * hour));
        home.crawl(&all).await.expect("crawl");
        if hour == 0 {
            assert_eq!(pause("busy"), Duration::from_secs(15 * 60), "not known yet");
        }
    }
    assert_eq!(pause("calm"), Duration::from_secs(24 * 3_600));
    let busy = pause("busy").as_secs();
    assert!(
        (3_500..3_700).contains(&busy),
        "ten of ten an hour: {busy} s"
    );
    // An hour and a bit later only the busy one is due.
    home.clock
        .advance_to(start() + SignedDuration::from_mins(2 * 60 + 70));
    let before = server.seen().len();
    home.crawl(&CrawlOrder::default()).await.expect("crawl");
    assert_eq!(server.seen()[before..], ["/board?q=busy"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_crawl_is_refused_or_waits_and_a_killed_one_is_forgotten() {
    let server = FaultServer::start().await;
    board_of(&server, &["lamp", "fan"]);
    let home = home(&server, HOURLY);
    let store = home.workspace.store.clone();
    let taken = store.lease(
        "crawl",
        "somebody else",
        home.clock.now(),
        Duration::from_secs(20),
    );
    assert!(taken.expect("lease"));
    let error = home.crawl(&CrawlOrder::default()).await.expect_err("busy");
    assert!(matches!(error, CrawlError::Busy { .. }), "{error}");
    assert!(server.seen().is_empty());
    let order = CrawlOrder {
        wait: true,
        ..CrawlOrder::default()
    };
    let (crawled, ()) = tokio::join!(home.crawl(&order), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        store.release("crawl", "somebody else").expect("release");
    });
    assert_eq!(crawled.expect("crawl").sources[0].records, 2);

    // Whoever is killed gives nothing back; the lease runs out by itself.
    let taken = store.lease("crawl", "killed", home.clock.now(), Duration::from_secs(20));
    assert!(taken.expect("lease"), "the crawl gave its lease back");
    home.clock
        .advance_to(home.clock.now() + SignedDuration::from_hours(2));
    let crawled = home.crawl(&CrawlOrder::default()).await.expect("crawl");
    assert_eq!(crawled.sources[0].pages, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_name_what_is_not_there_are_the_settings_fault() {
    let server = FaultServer::start().await;
    let wrong = home(&server, &HOURLY.replace("\"board\"", "\"bord\""));
    let error = wrong
        .crawl(&CrawlOrder::default())
        .await
        .expect_err("no such source");
    insta::assert_snapshot!(error, @"there is no source `bord`, a [[watch]] in groundswell.toml asks for it; hint: `groundswell source list`");
    assert!(error.is_config());
    let order = CrawlOrder {
        sources: vec!["shelf".into()],
        ..CrawlOrder::default()
    };
    let error = home(&server, HOURLY)
        .crawl(&order)
        .await
        .expect_err("not watched");
    insta::assert_snapshot!(error, @"no [[watch]] in groundswell.toml reads `shelf`; hint: add one, these are watched: board");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_asks_what_its_index_says_and_leaves_the_budgets_of_hosts_alone() {
    let server = FaultServer::start().await;
    let home = home(&server, "");
    let folder = tempfile::tempdir().expect("folder");
    let body =
        |id: &str, next: Option<&str>| json!({"items": [{"id": id}], "next": next}).to_string();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a recording");
    };
    write("one.json", &body("a", Some("2")));
    write("two.json", &body("b", Some("3")));
    write("other.json", &body("c", None));
    let index = format!(
        r#"
[[exchange]]
file = "one.json"
url = "http://{address}/board?q=lamp"
content_type = "application/json"
at = "2025-07-17T13:44:16Z"
source = "board"
query = "lamp"

[[exchange]]
file = "two.json"
url = "http://{address}/board?q=lamp&page=2"
headers = {{ "Retry-After" = "300" }}

[[exchange]]
file = "other.json"
url = "http://{address}/board?q=fan"
source = "board"
query = "fan"
market = "jp"
"#,
        address = server.address()
    );
    write("index.toml", &index);
    let order = CrawlOrder {
        answers: Answers::Replay {
            folder: folder.path().into(),
            index: Some(folder.path().join("index.toml")),
        },
        ..CrawlOrder::default()
    };
    let summary = home.crawl(&order).await.expect("crawl");
    assert!(
        summary.is_complete(),
        "the recording ends, that is no fault: {summary:?}"
    );
    assert_eq!((summary.sources[0].records, summary.sources[0].new), (3, 3));
    assert!(server.seen().is_empty());
    assert_eq!(home.clock.now(), start());
    let host = home.workspace.store.host(server.address()).expect("host");
    assert_eq!(host, groundswell::record::HostMemory::default());
    let log = home.workspace.store.read(0, 10).expect("log");
    assert_eq!(log[0].page.fetched_at.to_string(), "2025-07-17T13:44:16Z");
    assert_eq!(log[1].page.query, "fan @jp");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_is_empty_or_cut_says_what_is_missing() {
    let server = FaultServer::start().await;
    let home = home(&server, HOURLY);
    let folder = tempfile::tempdir().expect("folder");
    let replay = |index: Option<&str>| CrawlOrder {
        answers: Answers::Replay {
            folder: folder.path().into(),
            index: index.map(|name| folder.path().join(name)),
        },
        ..CrawlOrder::default()
    };
    let error = async |order: CrawlOrder| {
        let error = home
            .crawl(&order)
            .await
            .expect_err("a wrong recording")
            .to_string();
        error.replace(&folder.path().display().to_string(), "DIR")
    };
    insta::assert_snapshot!(error(replay(None)).await, @"the recording `DIR` holds no recorded answers; hint: it needs NAME.meta.json beside NAME.body.*, or an index given with --replay-index");
    std::fs::write(
        folder.path().join("index.toml"),
        "[[exchange]]\nfile = \"gone.json\"\nurl = \"http://a.example/\"\n",
    )
    .expect("index");
    insta::assert_snapshot!(error(replay(Some("index.toml"))).await, @"the recording `DIR/index.toml` names `gone.json`, which is not in `DIR`; hint: is this the right folder, and is it whole?");
    std::fs::write(
        folder.path().join("a.meta.json"),
        "{\"uri\": \"http://a.example/\"}",
    )
    .expect("meta");
    insta::assert_snapshot!(error(replay(None)).await, @"the recording `DIR/a.meta.json` has no body: `a.body.*` is missing; hint: the recording is cut");
    std::fs::write(folder.path().join("a.body.json"), "{}").expect("body");
    std::fs::write(
        folder.path().join("a.meta.json"),
        "{\"uri\": \"http://a.exa",
    )
    .expect("meta");
    insta::assert_snapshot!(error(replay(None)).await, @"the recording `DIR/a.meta.json` is not a whole meta.json: EOF while parsing a string at line 1 column 21; hint: the recording is cut");
    assert_eq!(home.workspace.store.head().expect("head"), 0);
}
