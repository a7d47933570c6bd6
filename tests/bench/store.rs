//! Posts a second and bytes on disk, for each engine and size of transaction.
//!
//! `cargo bench --bench store`; `GROUNDSWELL_BENCH_POSTS` sets how many posts (200000 without
//! it). Prints a table; the figures in ARCHITECTURE.md come from here.

use groundswell::config::{Engine, StoreConfig};
use groundswell::record::{
    AuthorHash, Cell, Coverage, Day, Evidence, Kind, Market, Page, Record, RecordKey, SeriesKey,
    SourceClass, Subject,
};
use groundswell::store::{Step, Store, Versions, open};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Instant;

const RECORDS_A_PAGE: usize = 100;
const SERIES: usize = 5_000;
const DAYS: i32 = 28;

fn main() {
    let posts = std::env::var("GROUNDSWELL_BENCH_POSTS")
        .ok()
        .and_then(|posts| posts.parse().ok())
        .unwrap_or(200_000_usize);
    println!("{posts} posts of about 300 bytes, pages of {RECORDS_A_PAGE}, synced to disk");
    println!("engine  posts a transaction  posts/s   MB on disk");
    for (engine, name) in [(Engine::Sqlite, "sqlite"), (Engine::Sled, "sled")] {
        for batch in [500, 5_000, 20_000] {
            append(engine, name, posts, batch);
        }
    }
    println!();
    println!("steps of {SERIES} counts and {SERIES} pieces of evidence, {DAYS} days");
    println!("engine  rows/s written  14 days of a series, µs  active series of a day, ms");
    for (engine, name) in [(Engine::Sqlite, "sqlite"), (Engine::Sled, "sled")] {
        project(engine, name);
    }
}

fn fresh(engine: Engine) -> (tempfile::TempDir, Arc<dyn Store>) {
    let home = tempfile::tempdir().expect("folder");
    let store = open(&StoreConfig {
        engine,
        path: home.path().join("data"),
    });
    (home, store.expect("store opens"))
}

fn post(number: usize) -> Record {
    Record {
        text: Some(format!(
            "{number} {}",
            "words of a post about a lamp ".repeat(10)
        )),
        author: Some(AuthorHash(
            (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15),
        )),
        time: Timestamp::from_second(1_770_000_000 + number as i64).ok(),
        url: Some(format!("https://forum.example/p/{number}")),
        lang: Some("en".into()),
        ..Record::new(Kind::Post, number.to_string())
    }
}

fn page(first: usize, count: usize) -> Page {
    Page {
        source: "forum".into(),
        query: String::new(),
        class: SourceClass::Social,
        fetched_at: Timestamp::from_second(1_780_000_000 + first as i64).expect("in range"),
        imported_at: None,
        instance: None,
        reading: None,
        records: (first..first + count).map(post).collect(),
        deleted: Vec::new(),
        position: None,
        coverage: Coverage::default(),
    }
}

fn append(engine: Engine, name: &str, posts: usize, batch: usize) {
    let (_home, store) = fresh(engine);
    let batches: Vec<Vec<Page>> = (0..posts)
        .step_by(batch)
        .map(|first| {
            (first..posts.min(first + batch))
                .step_by(RECORDS_A_PAGE)
                .map(|first| page(first, RECORDS_A_PAGE))
                .collect()
        })
        .collect();
    let start = Instant::now();
    for pages in &batches {
        store.append(pages).expect("append");
    }
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = store.stats().expect("stats").bytes / 1_000_000;
    println!(
        "{name:7} {batch:19}  {:7.0}   {megabytes:10}",
        posts as f64 / seconds
    );
}

fn series(number: usize) -> SeriesKey {
    SeriesKey {
        subject: Subject::Phrase(format!("phrase {number}")),
        market: Market::all(),
        class: SourceClass::Social,
    }
}

fn project(engine: Engine, name: &str) {
    let (_home, store) = fresh(engine);
    store.append(&[page(0, 1)]).expect("append");
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let mut cell = Cell::default();
    for author in 0..12 {
        cell.authors.insert(AuthorHash(author));
    }
    let start = Instant::now();
    for day in 0..DAYS {
        let step = Step {
            cells: (0..SERIES)
                .map(|number| (series(number), Day(day), cell.clone()))
                .collect(),
            evidence: (0..SERIES)
                .map(|number| (series(number), evidence(number, Day(day))))
                .collect(),
            ..Step::default()
        };
        store.commit(generation, &step).expect("commit");
    }
    let rows = 2.0 * SERIES as f64 * f64::from(DAYS);
    let written = rows / start.elapsed().as_secs_f64();
    let start = Instant::now();
    for number in 0..SERIES {
        let found = store.cells(generation, &series(number), Day(DAYS - 14)..=Day(DAYS - 1));
        assert_eq!(found.expect("cells").len(), 14);
    }
    let cells = start.elapsed().as_secs_f64() * 1e6 / SERIES as f64;
    let start = Instant::now();
    let active = store.active(generation, Day(3)).expect("active");
    assert_eq!(active.len(), SERIES);
    let active = start.elapsed().as_secs_f64() * 1e3;
    println!("{name:7} {written:14.0}  {cells:23.1}  {active:26.1}");
}

fn evidence(number: usize, day: Day) -> Evidence {
    let mut key = [0; 16];
    key[..8].copy_from_slice(
        &(number as u64)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .to_be_bytes(),
    );
    Evidence {
        record: RecordKey(key),
        day,
        time: day.start(),
        source: "forum".into(),
        author: Some(AuthorHash(number as u64)),
        polarity: None,
        doubtful: false,
    }
}
