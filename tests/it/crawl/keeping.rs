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

#[tokio::test(flavor = "multi_thread")]
async fn a_page_remembers_each_exchange_it_took_and_what_was_on_it() {
    let server = FaultServer::start().await;
    let page = json!({"items": [
        {"id": "17", "time": "2026-11-23T09:00:00Z"}, {"id": "18"}, {"no": "id"}
    ]});
    let moved = Reply::Plain(301, vec![("location", "/new".into())], String::new());
    server.on("/board", [Reply::status(500), moved]);
    server.on("/new", [Reply::json(&page)]);
    server.on(
        "/robots.txt",
        [Reply::Plain(
            200,
            Vec::new(),
            "User-agent: *\nCrawl-delay: 5\n".into(),
        )],
    );
    let board = Board {
        robots: true,
        ..Board::new("board", &server, "/board")
    };
    let (_, memory, clock) = crawl_one(&server, &board).await;
    let page = memory.pages().remove(0);
    let reading = page.reading.expect("a reading");
    let exchanges: Vec<_> = reading
        .exchanges
        .iter()
        .map(|exchange| (exchange.status, exchange.robots, exchange.pause_ms))
        .collect();
    let least = settings(&[]).host_pause.as_millis() as u64;
    let asked = [
        (200, true, least),
        (500, false, 5_000),
        (301, false, 5_000),
        (200, false, 5_000),
    ];
    assert_eq!(exchanges, asked);
    let times: Vec<_> = reading
        .exchanges
        .iter()
        .map(|exchange| exchange.at)
        .collect();
    assert!(times.is_sorted() && times[0] == start() && times[3] <= clock.now());
    let moved = reading.exchanges[2].moved_to.as_deref();
    assert_eq!(
        moved,
        Some(format!("http://{}/new", server.address()).as_str())
    );
    let found = reading.found.expect("what was found");
    assert_eq!((found.first, found.items, found.records), (true, 3, 2));
    assert_eq!(
        found.filled.into_iter().collect::<Vec<_>>(),
        [("time".to_owned(), 1)]
    );
    assert_eq!(found.id_form.as_deref(), Some("9"));

    let refusing = FaultServer::start().await;
    refusing.on("/board", [Reply::status(403)]);
    let (_, memory, _) = crawl_one(&refusing, &Board::new("board", &refusing, "/board")).await;
    let reading = memory.pages().remove(0).reading.expect("a reading");
    assert_eq!(reading.found, None);
    assert!(reading.why.expect("a reason").contains("403"));
    assert!(
        reading.exchanges[0].closed_until.is_some(),
        "the circuit opened"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_hands_out_is_not_recorded_and_its_places_are() {
    let server = FaultServer::start().await;
    let folder = tempfile::tempdir().expect("folder");
    let body = json!({
        "items": [{"id": "a"}],
        "next": "2",
        "next_token": "place-in-the-list",
        "session": {"access_token": "handed/out+t0ken", "expires": 3600, "session_kind": "livestreaming"},
        "title": "All about livestreaming",
        "echo": "https://board.example/?t=handed%2Fout%2Bt0ken and letmein%2F123",
    });
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-auth-token", "a-token-in-a-header".to_owned()),
    ];
    let away = Reply::redirect("/there?session_id=0123456789abcdef&page=1");
    server.on("/board?api_key=letmein%2F123", [away]);
    server.on(
        "/there?session_id=0123456789abcdef&page=1",
        [Reply::Plain(200, headers, body.to_string())],
    );
    let settings = settings(&[server.address()]);
    let recorder = Recorder::new(folder.path()).expect("recorder");
    let memory = Arc::<Kept>::default();
    let board = Board {
        max_pages: 1,
        ..Board::new("board", &server, "/board?api_key=letmein%2F123")
    };
    let transport = Transport::Recording(live(&settings), recorder);
    crawler(&memory, &SimClock::new(start()), &settings, transport)
        .crawl(&[job(&board, "")], &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    assert_eq!(memory.ids(), ["a"]);
    let mut all = String::new();
    for entry in std::fs::read_dir(folder.path()).expect("folder") {
        all.push_str(&std::fs::read_to_string(entry.expect("entry").path()).expect("text"));
    }
    for secret in ["handed", "letmein", "a-token-in", "0123456789"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    assert!(all.contains("place-in-the-list"), "{all}");
    assert!(all.contains("All about livestreaming"), "{all}");
}
