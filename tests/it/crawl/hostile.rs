//! Servers that mean harm: what they send without end, pack small, or point to.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_drip_is_cut_off() {
    let server = FaultServer::start().await;
    server.on("/board", [Reply::Drip]);
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let mut settings = settings(&[server.address()]);
    settings.timeout = Duration::from_millis(250);
    settings.retries_max = 0;
    let summary = crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
        .crawl(
            &[job(&Board::new("board", &server, "/board"), "")],
            &Stop::default(),
            &|_| {},
        )
        .await
        .expect("crawl");
    insta::assert_snapshot!(why(&summary), @"`HERE` did not finish its answer within 0.25 s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_body_that_unpacks_to_a_huge_one_is_refused() {
    let server = FaultServer::start().await;
    server.on("/board", [Reply::Bomb(20_000_000)]);
    let (summary, ..) = crawl_one(&server, &Board::new("board", &server, "/board")).await;
    insta::assert_snapshot!(why(&summary), @"the answer of `http://HERE/board` is larger than 200000 bytes; hint: crawl.body_bytes_max");
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_that_go_in_a_circle_or_on_for_ever_are_given_up() {
    let server = FaultServer::start().await;
    server.on("/a", [Reply::redirect("/b")]);
    server.on("/b", [Reply::redirect("/a")]);
    let (summary, ..) = crawl_one(&server, &Board::new("board", &server, "/a")).await;
    insta::assert_snapshot!(why(&summary), @"`http://HERE/a` is redirected in a circle");
    for number in 0..9 {
        server.on(
            &format!("/{number}"),
            [Reply::redirect(format!("/{}", number + 1))],
        );
    }
    let (summary, ..) = crawl_one(&server, &Board::new("board", &server, "/0")).await;
    insta::assert_snapshot!(why(&summary), @"`http://HERE/3` is redirected more than 3 times");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_redirect_leads_into_a_private_network() {
    let server = FaultServer::start().await;
    let other = FaultServer::start().await;
    server.on(
        "/meta",
        [Reply::redirect("http://169.254.169.254/latest/meta-data/")],
    );
    let (summary, ..) = crawl_one(&server, &Board::new("board", &server, "/meta")).await;
    insta::assert_snapshot!(why(&summary), @"`http://169.254.169.254/latest/meta-data/` is not fetched: the address is link-local; hint: if this is a server of your own, add its host to crawl.private_hosts");
    let port = other.address().rsplit(':').next().expect("port").to_owned();
    server.on(
        "/name",
        [Reply::redirect(format!("http://localhost:{port}/"))],
    );
    server.on(
        "/number",
        [Reply::redirect(format!("http://{}/", other.address()))],
    );
    for path in ["/name", "/number"] {
        let (summary, ..) = crawl_one(&server, &Board::new("board", &server, path)).await;
        let why = why(&summary);
        assert!(
            why.contains("is not fetched: the address is this machine"),
            "{why}"
        );
    }
    assert!(
        other.seen().is_empty(),
        "a name that resolves to it does not help either"
    );
}

/// 20 MB of blanks in 40 bytes of brotli.
const BROTLI_BOMB: &str =
    "cbffff3ff82540e2b14020f7fe8fffff7ff04b00c4611180eefd5ffeffffe0970088c30200ddfb1f";

#[tokio::test(flavor = "multi_thread")]
async fn every_coding_is_unpacked_within_the_limit_and_once_only() {
    let bytes = |text: &str| -> Vec<u8> {
        let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
        digits
            .chunks(2)
            .map(|two| (two[0] * 16 + two[1]) as u8)
            .collect()
    };
    let server = FaultServer::start().await;
    server.on("/br", [Reply::Coded("br", bytes(BROTLI_BOMB))]);
    server.on("/twice", [Reply::Coded("gzip, br", bytes(BROTLI_BOMB))]);
    server.on(
        "/unknown",
        [Reply::Coded("zstd", b"\x28\xb5\x2f\xfd".to_vec())],
    );
    let (summary, ..) = crawl_one(&server, &Board::new("board", &server, "/br")).await;
    insta::assert_snapshot!(why(&summary), @"the answer of `http://HERE/br` is larger than 200000 bytes; hint: crawl.body_bytes_max");
    for path in ["/twice", "/unknown"] {
        let (summary, memory, _) = crawl_one(&server, &Board::new("board", &server, path)).await;
        assert_eq!(
            (line(&summary).errors, memory.ids().len()),
            (1, 0),
            "{summary:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_or_a_body_without_end_is_refused() {
    let server = FaultServer::start().await;
    server.on("/heads", [Reply::Heads]);
    server.on("/endless", [Reply::Endless]);
    let (summary, ..) = crawl_one(&server, &Board::new("board", &server, "/endless")).await;
    insta::assert_snapshot!(why(&summary), @"the answer of `http://HERE/endless` is larger than 200000 bytes; hint: crawl.body_bytes_max");
    let (summary, memory, _) = crawl_one(&server, &Board::new("board", &server, "/heads")).await;
    assert_eq!((line(&summary).errors, memory.ids().len()), (1, 0));
    assert!(
        why(&summary).contains("cannot be reached"),
        "{}",
        why(&summary)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_to_walls_close_the_host_and_log_ins_do_not() {
    let server = FaultServer::start().await;
    server.on(
        "/members",
        [Reply::redirect("/accounts/login/?next=/members")],
    );
    server.on("/board", [Reply::redirect("/sorry/index?continue=/board")]);
    let (summary, memory, _) = crawl_one(&server, &Board::new("board", &server, "/members")).await;
    insta::assert_snapshot!(why(&summary), @"`HERE` answered 401: it shows this page only to people who log in");
    assert_eq!(
        memory.host(server.address()).expect("host").closed_until,
        None
    );
    let (summary, memory, _) = crawl_one(&server, &Board::new("board", &server, "/board")).await;
    insta::assert_snapshot!(why(&summary), @"`HERE` sent a block page (a Google check) instead of the page");
    assert!(
        memory
            .host(server.address())
            .expect("host")
            .closed_until
            .is_some()
    );
    assert_eq!(server.seen(), ["/members", "/board"], "no wall was fetched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robots_txt_is_followed_through_five_redirects_and_no_further() {
    let server = FaultServer::start().await;
    let shut = Reply::Plain(200, Vec::new(), "User-agent: *\nDisallow: /\n".into());
    for hop in 1..7 {
        server.on(
            &format!("/hop{hop}"),
            [Reply::redirect(format!("/hop{}", hop + 1))],
        );
    }
    server.on("/board", [Reply::json(items(&["a"]))]);
    let board = Board {
        robots: true,
        ..Board::new("board", &server, "/board")
    };
    server.on("/robots.txt", [Reply::redirect("/hop1")]);
    server.on("/hop5", [shut.clone()]);
    let (summary, ..) = crawl_one(&server, &board).await;
    assert!(
        why(&summary).contains("does not allow"),
        "{}",
        why(&summary)
    );
    server.on("/hop5", [Reply::redirect("/hop6")]);
    server.on("/hop6", [shut]);
    let (summary, ..) = crawl_one(&server, &board).await;
    assert!(summary.is_complete(), "as if there were none: {summary:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robots_txt_that_is_a_wall_or_no_text_means_no() {
    let server = FaultServer::start().await;
    server.on("/board", [Reply::json(items(&["a"]))]);
    let board = Board {
        robots: true,
        ..Board::new("board", &server, "/board")
    };
    let html = vec![("content-type", "text/html".to_owned())];
    let wall = "<title>Pardon Our Interruption</title>".to_owned();
    for reply in [
        Reply::Plain(200, html, wall),
        Reply::Plain(200, Vec::new(), "\0\u{1}\u{2}\u{3}".into()),
        Reply::Cut,
    ] {
        server.on("/robots.txt", [reply]);
        let (summary, memory, _) = crawl_one(&server, &board).await;
        assert!(
            why(&summary).contains("could not be read"),
            "{}",
            why(&summary)
        );
        assert_eq!(memory.pages()[0].coverage.refused, 1);
    }
    assert!(!server.seen().contains(&"/board".to_owned()));
}
