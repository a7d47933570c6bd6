//! kill -9 in a loop over a process that appends and commits; then recount.
//!
//! `GROUNDSWELL_KILLS` sets how often (12 without it).

use groundswell::config::{Engine, StoreConfig};
use groundswell::record::{
    AuthorHash, Cell, Coverage, Day, Kind, Market, Page, Position, Record, SeriesKey, SourceClass,
    Subject,
};
use groundswell::store::{Committed, Step, Store, Versions, open};
use jiff::Timestamp;
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const RECORDS_A_PAGE: u64 = 20;
const HOME: &str = "GROUNDSWELL_CRASH_HOME";
const ENGINE: &str = "GROUNDSWELL_CRASH_ENGINE";

fn store_in(home: &Path, engine: &str) -> Arc<dyn Store> {
    open(&StoreConfig {
        engine: match engine {
            "sled" => Engine::Sled,
            _ => Engine::Sqlite,
        },
        path: home.join("data"),
    })
    .expect("store opens")
}

fn page(number: u64) -> Page {
    let records = (0..RECORDS_A_PAGE)
        .map(|place| Record {
            text: Some(format!("page {number} place {place} ").repeat(12)),
            author: Some(AuthorHash(number * RECORDS_A_PAGE + place)),
            ..Record::new(Kind::Post, format!("{number}-{place}"))
        })
        .collect();
    Page {
        source: "forum".into(),
        query: String::new(),
        instance: None,
        class: SourceClass::Social,
        fetched_at: Timestamp::from_second(number as i64 * 60).expect("in range"),
        imported_at: None,
        reading: None,
        records,
        deleted: Vec::new(),
        position: Some(Position {
            cursor: Some(number.to_string()),
            ..Position::default()
        }),
        coverage: Coverage {
            asked: 1,
            answered: 1,
            seen: Some(RECORDS_A_PAGE),
            ..Coverage::default()
        },
    }
}

fn total() -> SeriesKey {
    SeriesKey {
        subject: Subject::Total,
        market: Market::all(),
        class: SourceClass::Social,
    }
}

/// What a generation must show after it has read `to` pages.
fn step(from: u64, to: u64) -> Step {
    let cell = |mentions: u64| Cell {
        mentions: mentions as u32,
        ..Cell::default()
    };
    Step {
        from,
        to,
        cells: (0..50)
            .map(|day| (total(), Day(day), cell(to * RECORDS_A_PAGE)))
            .collect(),
        ..Step::default()
    }
}

/// The process that is killed: says every page and every step that it was told is durable.
#[test]
#[ignore = "the process that other tests start and kill"]
fn appends_until_it_is_killed() {
    let (Ok(home), Ok(engine)) = (std::env::var(HOME), std::env::var(ENGINE)) else {
        panic!("started without {HOME} and {ENGINE}");
    };
    let store = store_in(Path::new(&home), &engine);
    let generation = match store.live().expect("live") {
        Some(generation) => generation,
        None => store.begin(&Versions::default()).expect("begin"),
    };
    let mut read = generation.offset;
    let mut out = std::io::stdout();
    for number in store.head().expect("head") + 1.. {
        store.append(&[page(number)]).expect("append");
        writeln!(out, "appended {number}").expect("pipe");
        let done = store
            .commit(generation.id, &step(read, number))
            .expect("commit");
        assert_eq!(done, Committed::Done);
        read = number;
        writeln!(out, "committed {number}").expect("pipe");
        out.flush().expect("pipe");
    }
}

/// Starts the process, kills it after some pages, returns the last page and step it was sure of.
fn killed_after(home: &Path, engine: &str, round: u64) -> (u64, u64) {
    let mut child = Command::new(std::env::current_exe().expect("own path"))
        .args([
            "--exact",
            "crash::appends_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(HOME, home)
        .env(ENGINE, engine)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("second process");
    let lines = BufReader::new(child.stdout.take().expect("pipe")).lines();
    let (mut appended, mut committed, mut heard) = (0, 0, 0);
    for line in lines {
        let line = line.expect("line");
        // The test harness talks on the same pipe.
        if let Some((_, number)) = line.split_once("appended ") {
            appended = number.parse().unwrap_or(appended);
        } else if let Some((_, number)) = line.split_once("committed ") {
            committed = number.parse().unwrap_or(committed);
        } else {
            continue;
        }
        heard += 1;
        if heard == 3 + round % 7 {
            // Somewhere in the middle of what follows.
            std::thread::sleep(Duration::from_micros(round * 389 % 3_000));
            child.kill().expect("kill -9");
        }
    }
    child.wait().expect("ended");
    (appended, committed)
}

fn recount(store: &Arc<dyn Store>, appended: u64, committed: u64) {
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
    let head = store.head().expect("head");
    assert!(
        head >= appended,
        "page {appended} was durable, the log ends at {head}"
    );
    assert!(head <= appended + 1, "page {head} was never sent");
    let entries = store.read(0, usize::MAX).expect("read");
    assert_eq!(entries.len() as u64, head);
    let mut ids = HashSet::new();
    for (number, entry) in (1..).zip(&entries) {
        assert_eq!(entry.offset, number);
        assert_eq!(entry.page, page(number), "whole, as it was sent");
        ids.extend(entry.page.records.iter().map(|record| record.id.clone()));
    }
    assert_eq!(
        ids.len() as u64,
        head * RECORDS_A_PAGE,
        "none lost, none doubled"
    );
    if head > 0 {
        let position = store.position("forum", "").expect("position");
        assert_eq!(
            position,
            page(head).position,
            "the position is that of the last page"
        );
    }
    let hours = store
        .coverage(Timestamp::UNIX_EPOCH, Timestamp::MAX)
        .expect("coverage");
    let asked: u64 = hours
        .iter()
        .map(|hour| u64::from(hour.coverage.asked))
        .sum();
    assert_eq!(asked, head);

    let Some(live) = store.live().expect("live") else {
        assert_eq!(committed, 0);
        return;
    };
    assert!(live.offset >= committed && live.offset <= head, "{live:?}");
    let cells = store
        .cells(live.id, &total(), Day(0)..=Day(99))
        .expect("cells");
    let expected = step(0, live.offset).cells;
    if live.offset > 0 {
        assert_eq!(cells.len(), expected.len());
        for ((day, cell), (_, expected_day, expected)) in cells.iter().zip(&expected) {
            assert_eq!((day, cell), (expected_day, expected), "one whole step");
        }
    }
}

fn loses_nothing(engine: &str) {
    let kills = std::env::var("GROUNDSWELL_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(12);
    let home = tempfile::tempdir().expect("folder");
    let mut pages = 0;
    for round in 0..kills {
        let (appended, committed) = killed_after(home.path(), engine, round);
        assert!(appended > pages, "the next run goes on after page {pages}");
        let store = store_in(home.path(), engine);
        recount(&store, appended, committed);
        pages = store.head().expect("head");
    }
}

#[test]
fn sqlite_loses_nothing_and_doubles_nothing_when_killed() {
    loses_nothing("sqlite");
}

#[test]
fn sled_loses_nothing_and_doubles_nothing_when_killed() {
    loses_nothing("sled");
}
