//! Streams against servers that speak the real protocols, and break in every way: nothing is
//! lost, nothing is doubled, the position resumes.

mod chat;
mod hostile;
mod jetstream;
mod program;

use crate::board::{Kept, settings};
use groundswell::config::CrawlConfig;
use groundswell::crawl::{
    Client, ClientLimits, Crawler, CrawlerParts, Defined, Guard, Job, Keys, Stop, Stopped, Summary,
    Transport,
};
use groundswell::record::{AuthorKey, Coverage, Position, SystemClock};
use groundswell::source::{Ask, Library};
use jetstream::Jetstream;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A built-in source file, changed so that it asks a server of a test, and is quick about it.
fn source_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("sources/{name}.toml"));
    let text = std::fs::read_to_string(path).expect("a source file");
    let text = text.replace("url = \"wss://", "url = \"ws://");
    let text = text.replace("url = \"https://{host}", "url = \"http://{host}");
    let text = text.replace("[stream]\n", "[stream]\npage_s = 1\nlisten_s = 2\n");
    // Its own examples name the real hosts, and `mastodon.social` has no http.
    text.split("[[example]]")
        .next()
        .expect("a start")
        .to_owned()
}

fn job(name: &str, query: &str, host: &str) -> Job {
    job_with(name, query, host, "")
}

/// A job whose source has `more` in its [stream] table.
fn job_with(name: &str, query: &str, host: &str, more: &str) -> Job {
    let text = source_file(name).replace("[stream]\n", &format!("[stream]\n{more}"));
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("source.toml"), text).expect("written");
    let library = Library::load(Some(folder.path())).expect("sources");
    let source = library.get(name).expect("the source");
    let ask = Ask {
        query: query.to_owned(),
        market: None,
        params: BTreeMap::from([("host".to_owned(), host.to_owned())]),
        now: jiff::Timestamp::now(),
    };
    Job::new(Arc::new(Defined::new(source, Keys::NotNeeded)), ask)
}

fn quick(host: &str) -> CrawlConfig {
    CrawlConfig {
        host_pause: Duration::from_millis(1),
        host_pause_max: Duration::from_secs(1),
        timeout: Duration::from_secs(2),
        body_bytes_max: 4_000_000,
        ..settings(&[host])
    }
}

fn live(settings: &CrawlConfig) -> Transport {
    let limits = ClientLimits {
        timeout: settings.timeout,
        body_bytes_max: settings.body_bytes_max,
    };
    let guard = Guard::new(&settings.private_hosts);
    Transport::Live(Client::new(&settings.contact, guard, limits).expect("client"))
}

/// A crawler on the machine's clock: real connections wait in real time.
fn crawler(memory: &Arc<Kept>, settings: &CrawlConfig, transport: Transport) -> Crawler {
    let parts = CrawlerParts {
        drift: None,
        memory: memory.clone(),
        clock: Arc::new(SystemClock),
        transport,
        authors: AuthorKey::new([7; 32]),
        seed: 1,
    };
    Crawler::new(parts, settings)
}

async fn batch(memory: &Arc<Kept>, settings: &CrawlConfig, job: &Job) -> Summary {
    let crawler = crawler(memory, settings, live(settings));
    let jobs = std::slice::from_ref(job);
    let crawled = crawler.crawl(jobs, &Stop::default(), &|_| {}).await;
    crawled.expect("a crawl")
}

/// A daemon's listening, until it is stopped.
struct Listening {
    stop: Stop,
    task: tokio::task::JoinHandle<Summary>,
}

impl Listening {
    fn start(memory: &Arc<Kept>, settings: &CrawlConfig, job: &Job) -> Listening {
        let crawler = crawler(memory, settings, live(settings));
        let (stop, job) = (Stop::default(), job.clone());
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let listened = crawler.listen(&[job], &stopped, &|_| {}).await;
            listened.expect("listened")
        });
        Listening { stop, task }
    }

    async fn end(self) -> Summary {
        self.stop.set(Stopped::ByHand);
        self.task.await.expect("it ends")
    }
}

/// Waits until something is so; a machine under load may take its time.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came to this: {what}");
}

fn unique(memory: &Kept) -> BTreeSet<String> {
    memory.ids().into_iter().collect()
}

fn coverage(memory: &Kept) -> Coverage {
    let mut sum = Coverage::default();
    for page in memory.pages() {
        sum.add(&page.coverage);
    }
    sum
}

fn position(memory: &Kept) -> Position {
    let pages = memory.pages();
    let newest = pages.iter().rev().find_map(|page| page.position.clone());
    newest.expect("a position")
}

const JET: &str = "bluesky-jetstream";

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_goes_on_at_its_cursor_and_ends_when_it_has_caught_up() {
    let server = Jetstream::start().await;
    let (memory, settings) = (Arc::<Kept>::default(), quick(server.address()));
    let job = job(JET, "", server.address());
    let first = tokio::spawn({
        let (memory, settings, job) = (memory.clone(), settings.clone(), job.clone());
        async move { batch(&memory, &settings, &job).await }
    });
    server.connected(1).await;
    let mut posted = server.post(3);
    let summary = first.await.expect("it ends by itself");
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(unique(&memory), posted);
    let place = position(&memory).cursor.expect("a cursor");
    // While nobody listens, more than one page holds.
    posted.extend(server.post(2_500));
    server.delete("3");
    let summary = batch(&memory, &settings, &job).await;
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(unique(&memory), posted);
    assert_eq!(summary.sources[0].new, 2_500);
    let asked = server.asked();
    assert_eq!(asked[0].cursor, None);
    let back = place.parse::<u64>().expect("a number") - 5_000_000;
    assert_eq!(asked[1].cursor, Some(back), "a little before the place");
    assert!(asked[1].agent.contains("groundswell/") && asked[1].agent.contains("ops@shop.example"));
    let pages = memory.pages();
    let deleted: Vec<&String> = pages.iter().flat_map(|page| &page.deleted).collect();
    assert_eq!(deleted, ["at://did:plc:writer/app.bsky.feed.post/3"]);
    let sum = coverage(&memory);
    assert!(
        sum.asked > 0 && sum.failed == 0 && sum.refused == 0,
        "{sum:?}"
    );
    assert!(pages.iter().all(|page| page.records.len() <= 1_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_breaks_nothing_is_lost() {
    let mut server = Jetstream::start().await;
    let (memory, settings) = (Arc::<Kept>::default(), quick(server.address()));
    let job = job(JET, "", server.address());
    let listening = Listening::start(&memory, &settings, &job);
    server.connected(1).await;
    let mut posted = server.post(100);
    until("the first hundred", || unique(&memory) == posted).await;
    // The server breaks off in the middle of a frame.
    server.cut_after(40);
    posted.extend(server.post(100));
    until("the second hundred", || unique(&memory) == posted).await;
    // The server is gone for a while, and posts are written all the same.
    server.kill().await;
    posted.extend(server.post(100));
    until("a failure in the log", || coverage(&memory).failed > 0).await;
    server.revive().await;
    until("the third hundred", || unique(&memory) == posted).await;
    // The listener is stopped and another one goes on, with what was written meanwhile.
    let summary = listening.end().await;
    assert_eq!(summary.stopped, Some(Stopped::ByHand));
    posted.extend(server.post(100));
    let listening = Listening::start(&memory, &settings, &job);
    until("the fourth hundred", || unique(&memory) == posted).await;
    listening.end().await;
    assert_eq!(posted.len(), 400);
    let told: Vec<u64> = server
        .asked()
        .iter()
        .skip(1)
        .filter_map(|asked| asked.cursor)
        .collect();
    assert_eq!(
        told.len(),
        server.asked().len() - 1,
        "every one but the first resumes"
    );
    assert!(told.is_sorted(), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_keeps_what_is_in_hand() {
    let server = Jetstream::start().await;
    let (memory, settings) = (Arc::<Kept>::default(), quick(server.address()));
    let listening = Listening::start(&memory, &settings, &job(JET, "", server.address()));
    server.connected(1).await;
    let posted = server.post(7);
    server.sent(7).await;
    listening.end().await;
    assert_eq!(unique(&memory), posted);
    assert_eq!(server.left(), 1, "it took leave");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_stream_replays_like_any_source() {
    let server = Jetstream::start().await;
    let (memory, settings) = (Arc::<Kept>::default(), quick(server.address()));
    let job = job(JET, "", server.address());
    let folder = tempfile::tempdir().expect("folder");
    let recorder = groundswell::crawl::Recorder::new(folder.path()).expect("recorder");
    let Transport::Live(client) = live(&settings) else {
        unreachable!()
    };
    let recording = crawler(&memory, &settings, Transport::Recording(client, recorder));
    server.post(1);
    let (jobs, stop) = ([job], Stop::default());
    let crawled = recording.crawl(&jobs, &stop, &|_| {});
    let posting = async {
        server.connected(1).await;
        server.post(1_200)
    };
    let (crawled, posted) = tokio::join!(crawled, posting);
    assert!(crawled.expect("a crawl").is_complete());
    assert_eq!(unique(&memory), posted);
    drop(server);
    let replay = groundswell::crawl::Replay::open(folder.path(), None, settings.body_bytes_max);
    let again = Arc::<Kept>::default();
    let replayed = crawler(
        &again,
        &settings,
        Transport::Replay(replay.expect("a recording")),
    )
    .crawl(&jobs, &stop, &|_| {})
    .await
    .expect("replayed");
    assert!(replayed.is_complete(), "{replayed:?}");
    assert_eq!(again.ids(), memory.ids());
    assert!(again.pages().iter().all(|page| page.imported_at.is_some()));
}
