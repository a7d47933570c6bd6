//! Many hosts at once: who sleeps takes no place, who hangs takes one.

use super::*;
use groundswell::record::SystemClock;

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_sleeps_for_its_pace_takes_no_place_from_others() {
    let (slow, quick) = (FaultServer::start().await, FaultServer::start().await);
    let robots = "User-agent: *\nCrawl-delay: 5\n".to_owned();
    slow.on("/robots.txt", [Reply::Plain(200, Vec::new(), robots)]);
    let next = |page: u32, of: u32| (page < of).then(|| (page + 1).to_string());
    let path = |page: u32| match page {
        1 => "/board".to_owned(),
        page => format!("/board?page={page}"),
    };
    for (server, pages) in [(&slow, 2), (&quick, 6)] {
        for page in 1..=pages {
            let body = json!({"items": [{"id": page.to_string()}], "next": next(page, pages)});
            server.on(&path(page), [Reply::json(body)]);
        }
    }
    let mut settings = settings(&[slow.address(), quick.address()]);
    settings.hosts_at_once_max = 1;
    settings.host_pause = Duration::from_millis(100);
    let mut patient = Board::new("slow", &slow, "/board");
    patient.robots = true;
    let jobs = [
        job(&patient, ""),
        job(&Board::new("quick", &quick, "/board"), ""),
    ];
    let memory = Arc::<Kept>::default();
    let parts = CrawlerParts {
        memory: memory.clone(),
        clock: Arc::new(SystemClock),
        transport: Transport::Live(live(&settings)),
        authors: AuthorKey::new([7; 32]),
        seed: 1,
        drift: None,
    };
    let summary = Crawler::new(parts, &settings)
        .crawl(&jobs, &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    assert!(summary.is_complete());
    let order: Vec<String> = memory
        .pages()
        .iter()
        .map(|page| page.source.clone())
        .collect();
    assert_eq!(order.len(), 8);
    assert_eq!(order.last().map(String::as_str), Some("slow"), "{order:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_hang_and_drip_take_one_place_each_and_end_with_the_batch() {
    let mut bad = Vec::new();
    for reply in [Reply::Hang, Reply::Drip, Reply::Hang] {
        let server = FaultServer::start().await;
        server.on("/board", [reply]);
        bad.push(server);
    }
    let mut good = Vec::new();
    for number in 0..12 {
        let server = FaultServer::start().await;
        server.on("/board", [Reply::json(items(&[&number.to_string()]))]);
        good.push(server);
    }
    let hosts: Vec<&str> = bad.iter().chain(&good).map(FaultServer::address).collect();
    let mut settings = settings(&hosts);
    settings.hosts_at_once_max = 4;
    settings.timeout = Duration::from_secs(300);
    settings.deadline = Duration::from_secs(5);
    let names =
        |server: &FaultServer, query: &str| job(&Board::new("board", server, "/board"), query);
    // Each question has a name of its own; the board answers them alike.
    let jobs: Vec<Job> = bad
        .iter()
        .chain(&good)
        .map(|server| names(server, ""))
        .collect();
    let jobs: Vec<Job> = jobs
        .into_iter()
        .enumerate()
        .map(|(number, job)| Job {
            query: number.to_string(),
            ..job
        })
        .collect();
    let (memory, clock) = (Arc::<Kept>::default(), SimClock::new(start()));
    let summary = crawler(&memory, &clock, &settings, Transport::Live(live(&settings)))
        .crawl(&jobs, &Stop::default(), &|_| {})
        .await
        .expect("crawl");
    assert_eq!(summary.stopped, Some(Stopped::Deadline));
    assert_eq!((line(&summary).records, line(&summary).errors), (12, 3));
}
