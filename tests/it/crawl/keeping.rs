//! What a crawl keeps: pages it cannot keep end it, and recordings can be replayed.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_not_fetched_on() {
    let server = FaultServer::start().await;
    server.on(
        "/board",
        [Reply::json(json!({"items": [{"id": "a"}], "next": "2"}))],
    );
    let memory = Arc::new(Kept {
        is_full: true,
        ..Kept::default()
    });
    let settings = settings(&[server.address()]);
    let error = crawler(
        &memory,
        &SimClock::new(start()),
        &settings,
        Transport::Live(live(&settings)),
    )
    .crawl(
        &[job(&Board::new("board", &server, "/board"), "")],
        &Stop::default(),
        &|_| {},
    )
    .await
    .expect_err("a full disk");
    assert!(matches!(error, Error::Memory(_)), "{error}");
    assert_eq!(server.seen(), ["/board"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_crawl_can_be_replayed_and_holds_no_secret() {
    let server = FaultServer::start().await;
    let folder = tempfile::tempdir().expect("folder");
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("set-cookie", "session=abcdef".to_owned()),
    ];
    let first =
        json!({"items": [{"id": "a"}], "next": "2", "echo": "my-very-own-key and letmein-123"});
    server.on(
        "/board?api_key=letmein-123",
        [Reply::Plain(200, headers, first.to_string())],
    );
    server.on(
        "/board?api_key=letmein-123&page=2",
        [Reply::json(items(&["b"]))],
    );
    let clock = SimClock::new(start());
    let settings = settings(&[server.address()]);
    let recorder = Recorder::new(folder.path()).expect("recorder");
    let jobs = [job(
        &Board::new("board", &server, "/board?api_key=letmein-123"),
        "",
    )];
    let recorded = Arc::<Kept>::default();
    crawler(
        &recorded,
        &clock,
        &settings,
        Transport::Recording(live(&settings), recorder),
    )
    .crawl(&jobs, &Stop::default(), &|_| {})
    .await
    .expect("crawl");
    assert_eq!(recorded.ids(), ["a", "b"]);
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).expect("folder") {
        let text = std::fs::read_to_string(entry.expect("entry").path()).expect("text");
        for secret in ["letmein-123", "my-very-own-key", "abcdef"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        files += 1;
    }
    assert_eq!(files, 4);

    drop(server);
    clock.advance_to("2026-12-01T00:00:00Z".parse().expect("timestamp"));
    let replay = Replay::open(folder.path(), None, settings.body_bytes_max).expect("replay");
    let replayed = Arc::<Kept>::default();
    let summary = crawler(&replayed, &clock, &settings, Transport::Replay(replay))
        .crawl(&jobs, &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(replayed.ids(), ["a", "b"]);
    let page = &replayed.pages()[0];
    assert!(
        page.fetched_at < "2026-11-24T00:00:00Z".parse().expect("timestamp"),
        "when it was recorded"
    );
    assert!(page.imported_at.is_some());
}
