//! The pages and the API, driven over HTTP on a port of their own, over a store that is filled
//! as the other stages fill it.

mod filled;
mod running;

use filled::{HOSTILE, NOW, alert, at, page, post, series};
use groundswell::config::{Config, Engine, StoreConfig};
use groundswell::record::{AlertClass, Coverage, Page, Reading, SimClock, SourceClass, Subject};
use groundswell::serve::{self, Views};
use groundswell::store::{self, Committed, Step, Store};
use running::{Known, Running, ask};
use serde_json::Value;
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use tokio::sync::oneshot;

fn subjects(answer: &Value) -> Vec<&str> {
    let trends = answer["trends"].as_array().expect("trends");
    trends
        .iter()
        .map(|trend| trend["subject"].as_str().expect("subject"))
        .collect()
}

#[test]
fn trends_come_newest_first_and_only_those_that_are_pushed() {
    let served = Running::quick();
    let answer = served.json("/api/v1/trends");
    assert_eq!(subjects(&answer), ["MUG-1", HOSTILE]);
    assert_eq!(answer["judged_to"], "2026-11-22");
    insta::assert_json_snapshot!(answer["trends"][0]);
}

#[test]
fn every_filter_of_trends_holds() {
    let served = Running::quick();
    let told = |filter: &str| {
        let answer = served.json(&format!("/api/v1/trends?{filter}"));
        subjects(&answer).join(",")
    };
    assert_eq!(told("market=de"), HOSTILE);
    assert_eq!(told("market=DE&class=social"), "");
    assert_eq!(told("class=social"), "MUG-1");
    assert_eq!(told("subject=MUG-1"), "MUG-1");
    assert_eq!(told("subject=mug"), "");
    assert_eq!(told("all=true&market=us"), "MUG-1,win a mug");
    assert_eq!(told("days=30&market=us"), "MUG-1,slow cooker");
    assert_eq!(told("days=1"), "MUG-1");
    assert_eq!(told("days=30&limit=1"), "MUG-1");
    // The close of the 22nd was not known at the end of the 22nd.
    assert_eq!(told("as_of=2026-11-22"), HOSTILE);
    assert_eq!(told("as_of=2026-11-23T06:59:59Z"), HOSTILE);
    assert_eq!(
        told("as_of=2026-11-23T07:00:00Z"),
        format!("MUG-1,{HOSTILE}")
    );
    let cut = served.json("/api/v1/trends?days=30&limit=1");
    assert_eq!(cut["found"], 3);
}

#[test]
fn a_filter_that_cannot_be_understood_is_refused_with_what_is_allowed() {
    let served = Running::quick();
    for (path, part) in [
        ("/api/v1/trends?market=germany", "us, de, jp"),
        ("/api/v1/trends?class=tweets", "social-search"),
        ("/api/v1/trends?days=0", "from 1 to 366"),
        ("/api/v1/trends?days=many", "days"),
        ("/api/v1/trends?as_of=yesterday", "2026-11-23"),
        ("/api/v1/trends?limit=501", "from 1 to 500"),
        ("/api/v1/trends?markt=de", "market"),
        ("/api/v1/restock?advice=buy", "order-now"),
        ("/api/v1/coverage?days=93", "from 1 to 92"),
    ] {
        let (status, detail) = served.problem(path);
        assert_eq!(status, 400, "{path}");
        assert!(detail.contains(part), "{path}: {detail}");
    }
}

#[test]
fn an_alert_shows_its_posts_masked_and_says_which_are_gone() {
    let served = Running::quick();
    let trend = &served.json("/api/v1/trends")["trends"][0];
    let id = trend["id"].as_str().expect("id");
    let answer = served.json(&format!("/api/v1/alerts/{id}"));
    assert_eq!(&answer["trend"], trend);
    assert_eq!(served.json(&format!("/api/v1/alerts/{}", &id[..6])), answer);
    let quotes = answer["quotes"].as_array().expect("quotes");
    let text = quotes[0]["text"].as_str().expect("text");
    assert!(text.contains("love it"), "{text}");
    for hidden in ["jane", "example.com", "\u{1b}"] {
        assert!(!text.contains(hidden), "{text}");
    }
    assert_eq!(quotes[1]["text"], Value::Null);
    assert_eq!(quotes[1]["gone"], "deleted");
    assert_eq!(answer["days"][0]["count"], 2);
    for absent in ["0000000000", "zz", "abc", "..%2f..", "%00"] {
        assert_eq!(
            served.problem(&format!("/api/v1/alerts/{absent}")).0,
            404,
            "{absent}"
        );
    }
}

#[test]
fn what_is_not_known_is_null_and_never_zero() {
    let served = Running::quick();
    let answer = served.json("/api/v1/restock");
    assert_eq!(answer["found"], 2);
    let unknown = &answer["lines"][1];
    assert_eq!(unknown["advice"], "stock-unknown");
    for key in [
        "on_hand",
        "quantity",
        "order_by",
        "days_of_cover",
        "lands",
        "wave",
    ] {
        assert_eq!(unknown[key], Value::Null, "{key}");
    }
    assert_eq!(
        served.json("/api/v1/restock?market=us")["lines"][0]["quantity"]["base"],
        96
    );
    assert_eq!(served.json("/api/v1/restock?advice=order-now")["found"], 0);
    assert_eq!(served.json("/api/v1/restock?sku=LAMP-2")["found"], 1);
}

#[test]
fn coverage_and_sources_and_health_tell_what_was_read() {
    let served = Running::quick();
    let coverage = served.json("/api/v1/coverage");
    let line = &coverage["sources"][0];
    assert_eq!(line["asked"], 2);
    assert_eq!(line["share"], 0.5);
    assert_eq!(line["hours_silent"], 1);
    assert_eq!(line["last_answer"], "2026-11-22T12:00:00Z");
    assert_eq!(
        served.json("/api/v1/coverage?source=other")["sources"],
        serde_json::json!([])
    );
    let sources = served.json("/api/v1/sources");
    assert_eq!(sources["watches"][0]["schedule"], "15 * * * *");
    assert_eq!(sources["read"][0]["last_run"], "2026-11-22T13:00:00Z");
    let health = served.json("/api/v1/health");
    assert_eq!(
        (&health["status"], &health["pages"]),
        (&"ok".into(), &2.into())
    );
    served
        .store
        .append(&[page(3, "2026-11-23T07:00:00Z", Vec::new())])
        .expect("appended");
    assert_eq!(served.json("/api/v1/health")["status"], "behind");
    assert_eq!(sources["read"][0]["findings"], serde_json::json!([]));
    for hour in 5..8 {
        let failed = Page {
            coverage: Coverage {
                asked: 1,
                failed: 1,
                ..Coverage::default()
            },
            reading: Some(Reading {
                why: Some("`forum.example` answered 503".into()),
                ..Reading::default()
            }),
            ..page(4, &format!("2026-11-23T0{hour}:30:00Z"), Vec::new())
        };
        served.store.append(&[failed]).expect("appended");
    }
    let findings = &served.json("/api/v1/sources")["read"][0]["findings"];
    let told = findings[0].as_str().expect("a finding");
    assert!(
        told.contains("answered (3 requests since 05:30 UTC)"),
        "{told}"
    );
}

#[test]
fn the_description_of_the_api_changes_only_on_purpose() {
    let served = Running::quick();
    let description = served.json("/api/v1/openapi.json");
    for (path, _) in description["paths"].as_object().expect("paths") {
        let reply = served.get(&path.replace("{id}", "0000000000"));
        assert!(
            matches!(reply.status, 200 | 404),
            "{path} is described and served"
        );
    }
    insta::assert_json_snapshot!(description);
}

#[test]
fn hostile_text_is_shown_and_does_nothing() {
    let served = Running::quick();
    for path in ["/", "/?lang=zh", "/?lang=%3Cscript%3E"] {
        let reply = served.get(path);
        assert_eq!(reply.status, 200);
        assert!(!reply.body.contains("<script"), "{path}");
        // As a trend, as a product's name in two tables, as a query.
        let shown = reply.body.matches("&lt;script&gt;").count();
        assert_eq!(shown, 4, "{path}: {}", reply.body);
        let policy = reply.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    }
    let reply = served.get("/api/v1/trends");
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

#[test]
fn the_page_speaks_two_languages_and_tells_trends_orders_and_coverage() {
    let served = Running::quick();
    let english = served.get("/?lang=en").body;
    for part in [
        "United States",
        "5.0×",
        "Order deadlines",
        "order soon",
        "Valentine&#x27;s Day",
        "50 %",
        "/?lang=zh",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
    assert!(
        !english.contains("win a mug"),
        "what is not pushed is not shown"
    );
    let chinese = served.get("/?lang=zh").body;
    for part in [
        "<html lang=\"zh\">",
        "美国",
        "订货期限",
        "尽快下单",
        "情人节",
        "/?lang=en",
    ] {
        assert!(chinese.contains(part), "{part}: {chinese}");
    }
    assert_eq!(
        served.get("/style.css").header("content-type"),
        Some("text/css; charset=utf-8")
    );
}

#[test]
fn a_sheet_that_fails_leaves_the_rest_of_the_page_and_keeps_its_reason_to_itself() {
    let served = Running::start(Known {
        fails: true,
        ..Known::default()
    });
    let page = served.get("/").body;
    assert!(
        page.contains("could not be made") && page.contains("MUG-1"),
        "{page}"
    );
    let (status, detail) = served.problem("/api/v1/restock");
    assert_eq!(status, 500);
    assert!(
        !page.contains("secret") && !detail.contains("secret"),
        "{detail}"
    );
}

#[test]
fn only_reading_by_a_name_of_this_machine_is_allowed() {
    let served = Running::quick();
    let status = |head: &str| ask(served.address, head).expect("an answer").status;
    let own = served.address;
    assert_eq!(
        status(&format!(
            "GET / HTTP/1.1\r\nHost: localhost:{}\r\n",
            own.port()
        )),
        200
    );
    assert_eq!(status("GET / HTTP/1.1\r\nHost: evil.example\r\n"), 421);
    assert_eq!(
        status("GET /api/v1/trends HTTP/1.1\r\nHost: evil.example:7878\r\n"),
        421
    );
    assert_eq!(
        status("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n"),
        421
    );
    assert_eq!(status("GET / HTTP/1.0\r\n"), 421);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        let head =
            format!("{method} /api/v1/trends HTTP/1.1\r\nHost: {own}\r\nContent-Length: 0\r\n");
        let reply = ask(own, &head).expect("an answer");
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("GET, HEAD")),
            "{method}"
        );
    }
    let head = ask(own, &format!("HEAD / HTTP/1.1\r\nHost: {own}\r\n")).expect("an answer");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(served.problem("/nothing").0, 404);
    assert_eq!(
        served.problem(&format!("/?lang={}", "x".repeat(5_000))).0,
        414
    );
    let body = format!("GET /?lang=en HTTP/1.1\r\nHost: {own}\r\nContent-Length: 9999999\r\n");
    assert_eq!(status(&body), 413);
}

#[test]
fn a_crawl_that_writes_meanwhile_does_not_disturb_readers() {
    let served = Running::quick();
    let live = served.store.live().expect("read").expect("a generation").id;
    let writes: usize = 60;
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..writes {
                let id = format!("new-{number}");
                let records = (0..20)
                    .map(|part| post(&format!("{id}-{part}"), "a mug", "2026-11-23T01:00:00Z"))
                    .collect();
                let appended = served
                    .store
                    .append(&[page(number + 10, "2026-11-23T02:00:00Z", records)])
                    .expect("appended");
                let offset = appended[0].offset;
                let key = series(Subject::Phrase(id), "jp", SourceClass::Social);
                let step = Step {
                    from: offset - 1,
                    to: offset,
                    alerts: vec![alert(key, "2026-11-22", AlertClass::Hit, 5.0)],
                    ..Step::default()
                };
                let committed = served.store.commit(live, &step).expect("committed");
                assert_eq!(committed, Committed::Done);
            }
        });
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut last = 0;
                    let mut reads = 0;
                    while last < writes || reads < 5 {
                        let answer = served.json("/api/v1/trends?market=jp&limit=500");
                        let found = answer["trends"].as_array().expect("trends").len();
                        assert_eq!(answer["found"], found);
                        assert!(found >= last, "a reader never sees the store go back");
                        assert_eq!(served.get("/").status, 200);
                        last = found;
                        reads += 1;
                        assert!(reads < 100_000, "the writer never ended");
                    }
                })
            })
            .collect();
        writer.join().expect("the writer wrote everything");
        for reader in readers {
            reader.join().expect("every answer was whole");
        }
    });
    assert_eq!(served.json("/api/v1/health")["pages"], 2 + writes);
}

#[test]
fn a_request_under_way_is_finished_before_the_program_ends() {
    let (begun, has_begun) = mpsc::channel();
    let (go_on, wait) = mpsc::channel();
    let mut served = Running::start(Known {
        held: Some((begun, Mutex::new(wait))),
        ..Known::default()
    });
    let address = served.address;
    let head = format!("GET /api/v1/restock HTTP/1.1\r\nHost: {address}\r\n");
    let asking = std::thread::spawn(move || ask(address, &head));
    has_begun.recv().expect("the request is under way");
    drop(served.stop.take());
    go_on.send(()).expect("the request goes on");
    let reply = asking.join().expect("asked").expect("an answer");
    assert_eq!(reply.status, 200);
    served
        .thread
        .take()
        .expect("a thread")
        .join()
        .expect("ended");
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
}

#[test]
fn addresses_of_a_network_are_refused_and_a_taken_port_is_explained() {
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    runtime.block_on(async {
        let error = serve::bind("0.0.0.0:0".parse().expect("address"))
            .await
            .expect_err("refused");
        assert!(error.to_string().contains("this machine only"), "{error}");
        let first = serve::bind("127.0.0.1:0".parse().expect("address"))
            .await
            .expect("bound");
        let address = first.local_addr().expect("address");
        let error = serve::bind(address).await.expect_err("taken");
        assert!(
            error.to_string().contains("in use by another program"),
            "{error}"
        );
        let hint = error.hint().expect("a hint");
        assert!(hint.contains(&format!("http://{address}/")), "{hint}");
    });
}

#[test]
fn an_empty_store_says_so() {
    let home = tempfile::tempdir().expect("folder");
    let store = open(home.path());
    let restock = Known::default();
    let clock = Arc::new(SimClock::new(at(NOW)));
    let views = Views::new(
        store,
        clock,
        Config::default_at(home.path()),
        Arc::new(restock),
    );
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    runtime.block_on(async {
        let listener = serve::bind("127.0.0.1:0".parse().expect("address"))
            .await
            .expect("bound");
        let address = listener.local_addr().expect("address");
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve::serve(listener, Arc::new(views), async {
            let _ = stopped.await;
        }));
        let replies = tokio::task::spawn_blocking(move || {
            ["/", "/api/v1/trends", "/api/v1/health"].map(|path| {
                ask(
                    address,
                    &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n"),
                )
                .expect("an answer")
            })
        });
        let [page, trends, health] = replies.await.expect("asked");
        assert!(page.body.contains("尚无已判定的日期") && page.body.contains("groundswell crawl"));
        assert!(
            trends.body.contains("\"judged_to\":null"),
            "{}",
            trends.body
        );
        assert!(health.body.contains("\"pages\":0"), "{}", health.body);
        drop(stop);
        serving.await.expect("ended").expect("served");
    });
}

fn open(home: &Path) -> Arc<dyn Store> {
    store::open(&StoreConfig {
        engine: Engine::Sqlite,
        path: home.join("data"),
    })
    .expect("store")
}
