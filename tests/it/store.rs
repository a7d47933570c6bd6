//! The normal case: a daemon is up, a cron crawl fires, an analyst asks, all at once, each in a
//! process of its own.

use groundswell::config::{Engine, StoreConfig};
use groundswell::record::{
    AuthorHash, Cell, Coverage, Day, Kind, Market, Page, Record, SeriesKey, SourceClass, Subject,
};
use groundswell::store::{Committed, Error, Step, Store, Versions, open};
use jiff::Timestamp;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

const HOME: &str = "GROUNDSWELL_STORE_HOME";
const PAGES: u64 = 60;
const RECORDS_A_PAGE: u64 = 5;

fn store_in(home: &Path, engine: Engine) -> Result<Arc<dyn Store>, Error> {
    open(&StoreConfig {
        engine,
        path: home.join("data"),
    })
}

fn home_of_this_process() -> Arc<dyn Store> {
    let home = std::env::var(HOME).expect("started with a home");
    store_in(Path::new(&home), Engine::Sqlite).expect("opens beside the others")
}

fn start(test: &str, home: &Path) -> Child {
    Command::new(std::env::current_exe().expect("own path"))
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(HOME, home)
        .spawn()
        .expect("second process")
}

fn page(number: u64) -> Page {
    let records = (0..RECORDS_A_PAGE)
        .map(|place| Record {
            text: Some("a lamp".into()),
            author: Some(AuthorHash(place)),
            ..Record::new(Kind::Post, format!("{number}-{place}"))
        })
        .collect();
    Page {
        source: "forum".into(),
        query: String::new(),
        class: SourceClass::Social,
        fetched_at: Timestamp::from_second(number as i64).expect("in range"),
        imported_at: None,
        records,
        deleted: Vec::new(),
        position: None,
        coverage: Coverage::default(),
    }
}

fn lamp() -> SeriesKey {
    SeriesKey {
        subject: Subject::Sku("LAMP-1".into()),
        market: Market::all(),
        class: SourceClass::Social,
    }
}

/// A step after which both days show the offset: half a step would show two numbers.
fn step(from: u64, to: u64) -> Step {
    let cell = Cell {
        mentions: to as u32,
        ..Cell::default()
    };
    Step {
        from,
        to,
        cells: vec![(lamp(), Day(1), cell.clone()), (lamp(), Day(9), cell)],
        ..Step::default()
    }
}

#[test]
#[ignore = "the cron crawl that another test starts"]
fn crawls() {
    let store = home_of_this_process();
    let holder = std::process::id().to_string();
    let minute = Duration::from_secs(60);
    assert!(
        store
            .lease("crawl", &holder, Timestamp::UNIX_EPOCH, minute)
            .expect("lease")
    );
    for number in 1..=PAGES {
        store
            .update_host("forum.example", &mut |host| host.failures += 1)
            .expect("pace");
        store.append(&[page(number)]).expect("append");
    }
    store.release("crawl", &holder).expect("release");
}

#[test]
#[ignore = "the analyst that another test starts"]
fn asks() {
    let store = home_of_this_process();
    let mut answers = 0;
    while store.note("over").expect("note").is_none() {
        let entries = store.read(0, usize::MAX).expect("log");
        for (number, entry) in (1..).zip(&entries) {
            assert_eq!(entry.offset, number);
            assert_eq!(entry.page, page(number), "whole pages only");
        }
        let Some(live) = store.live().expect("live") else {
            continue;
        };
        let top = store.top(live.id, "sku", Day(0)..=Day(9), 10).expect("top");
        assert!(top.iter().all(|(_, sum)| sum % 2 == 0), "{top:?}");
        let cells = store
            .cells(live.id, &lamp(), Day(0)..=Day(9))
            .expect("cells");
        assert!(
            cells.is_empty() || (cells.len() == 2 && cells[0].1 == cells[1].1),
            "{cells:?}"
        );
        store.stats().expect("stats");
        answers += 1;
    }
    assert!(answers > 0, "asked at least once");
}

#[test]
fn a_daemon_a_cron_crawl_and_an_analyst_work_at_once() {
    let home = tempfile::tempdir().expect("folder");
    // All three open a store that is not there yet.
    let mut crawl = start("store::crawls", home.path());
    let mut analyst = start("store::asks", home.path());
    let store = store_in(home.path(), Engine::Sqlite).expect("opens");
    assert!(store.is_shared());
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let mut read = 0;
    while read < PAGES {
        let entries = store.read(read, 7).expect("log");
        let Some(last) = entries.last() else {
            let gone = crawl.try_wait().expect("process");
            assert!(
                gone.is_none() || store.head().expect("head") == PAGES,
                "the crawl ended early: {gone:?}"
            );
            std::thread::sleep(Duration::from_millis(1));
            continue;
        };
        let done = store
            .commit(generation, &step(read, last.offset))
            .expect("commit");
        assert_eq!(done, Committed::Done);
        read = last.offset;
    }
    assert!(crawl.wait().expect("crawl").success());
    store.put_note("over", "yes").expect("note");
    assert!(analyst.wait().expect("analyst").success());
    assert_eq!(
        store.host("forum.example").expect("host").failures,
        PAGES as u32
    );
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let home = tempfile::tempdir().expect("folder");
    std::fs::write(home.path().join("data"), "in the way").expect("file");
    for engine in [Engine::Sqlite, Engine::Sled] {
        let Err(error) = store_in(home.path(), engine) else {
            panic!("opened a file as a folder");
        };
        assert!(matches!(error, Error::Folder { .. }), "{error}");
        assert!(error.to_string().contains("hint:"), "{error}");
    }
}

#[test]
#[ignore = "the second program that another test starts"]
fn is_refused_by_sled() {
    let home = std::env::var(HOME).expect("started with a home");
    let Err(error) = store_in(Path::new(&home), Engine::Sled) else {
        panic!("two processes hold one sled store");
    };
    assert!(matches!(error, Error::Held { .. }), "{error}");
    let words = error.to_string();
    let holder = std::env::var("GROUNDSWELL_HOLDER").expect("given");
    assert!(words.contains(&holder), "{words}");
    assert!(words.contains("groundswell serve"), "{words}");
}

#[test]
fn sled_tells_a_second_program_who_holds_it() {
    let home = tempfile::tempdir().expect("folder");
    let store = store_in(home.path(), Engine::Sled).expect("opens");
    assert!(!store.is_shared());
    let refused = Command::new(std::env::current_exe().expect("own path"))
        .args([
            "--exact",
            "store::is_refused_by_sled",
            "--ignored",
            "--nocapture",
        ])
        .env(HOME, home.path())
        .env(
            "GROUNDSWELL_HOLDER",
            format!("process {}", std::process::id()),
        )
        .status()
        .expect("second process");
    assert!(refused.success());
    drop(store);
    store_in(home.path(), Engine::Sled).expect("opens once the first has let go");
}
