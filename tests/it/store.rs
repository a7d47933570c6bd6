//! The normal case: a daemon is up, a cron crawl fires, an analyst asks, all at once, each in a
//! process of its own.

use groundswell::config::{Engine, StoreConfig};
use groundswell::record::{
    AuthorHash, Cell, Coverage, Day, Kind, Market, Page, Record, SeriesKey, SourceClass, Spent,
    Subject,
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
        instance: None,
        class: SourceClass::Social,
        fetched_at: Timestamp::from_second(number as i64).expect("in range"),
        imported_at: None,
        reading: None,
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
        // The analyst must have asked while there was still something to come.
        while number == PAGES / 2 && store.note("asked").expect("note").is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
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
        if answers == 5 {
            store.put_note("asked", "yes").expect("note");
        }
    }
    assert!(answers >= 5, "asked while the others worked");
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
            let gone = analyst.try_wait().expect("process");
            if gone.is_some() {
                crawl.kill().expect("kill");
                panic!("the analyst ended early: {gone:?}");
            }
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

/// The program in a home folder, with its output as text.
fn groundswell(home: &Path, words: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_groundswell"))
        .args(words)
        .arg("--dir")
        .arg(home)
        .output()
        .expect("program");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("exit code");
    (code, text(output.stdout), text(output.stderr))
}

/// A home with three posts of two authors in it.
fn home_with_posts() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path();
    let (code, _, words) = groundswell(home, &["init"]);
    assert_eq!(code, 0, "{words}");
    // These posts are older than texts are kept otherwise.
    let settings = home.join("groundswell.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    let text = text.replace("keep_text_days = 180", "keep_text_days = 0");
    std::fs::write(&settings, text).expect("settings");
    let posts = home.join("posts.ndjson");
    let lines = [
        r#"{"id":"1","author":"ann","time":"2026-03-01T08:00:00Z","text":"moonquartz lamp, call 12 Privet Drive"}"#,
        r#"{"id":"2","author":"ann","time":"2026-03-01T09:00:00Z","text":"my moonquartz lamp again"}"#,
        r#"{"id":"3","author":"bob","time":"2026-03-01T10:00:00Z","text":"a kettle that whistles"}"#,
    ];
    std::fs::write(&posts, lines.join("\n")).expect("file");
    let file = posts.display().to_string();
    let import = [
        "import", &file, "--as", "posts", "--source", "forum", "--market", "us",
    ];
    let (code, _, words) = groundswell(home, &import);
    assert_eq!(code, 0, "{words}");
    folder
}

fn exported(home: &Path) -> Vec<serde_json::Value> {
    let (code, lines, words) = groundswell(home, &["store", "export"]);
    assert_eq!(code, 0, "{words}");
    lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
        .collect()
}

fn exported_records(home: &Path) -> Vec<serde_json::Value> {
    exported(home)
        .iter()
        .flat_map(|entry| {
            entry["page"]["records"]
                .as_array()
                .expect("records")
                .clone()
        })
        .collect()
}

#[test]
fn stats_and_check_tell_people_and_programs() {
    let home = home_with_posts();
    let (code, text, _) = groundswell(home.path(), &["store", "stats"]);
    assert_eq!(code, 0);
    insta::with_settings!({filters => vec![(r"\d+\.\d MB", "[size]"), (r"series  +\d+", "series [some]")]}, {
        insta::assert_snapshot!(text);
    });
    let (_, json, _) = groundswell(home.path(), &["store", "stats", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["records"], serde_json::json!([["post", 3]]));
    let (code, text, _) = groundswell(home.path(), &["store", "check"]);
    assert_eq!((code, text.as_str()), (0, "sound: nothing is damaged\n"));
}

#[test]
fn damage_is_found_and_told() {
    let home = home_with_posts();
    let file = home.path().join("data/groundswell.sqlite");
    let connection = rusqlite::Connection::open(file).expect("opens");
    connection
        .execute("DELETE FROM record WHERE id = '2'", [])
        .expect("one record lost");
    drop(connection);
    let (code, text, hint) = groundswell(home.path(), &["store", "check"]);
    assert_eq!(code, 1);
    assert!(
        text.contains("records are missing or doubled in log entry 1"),
        "{text}"
    );
    assert!(hint.contains("backup"), "{hint}");
    let (code, json, _) = groundswell(home.path(), &["store", "check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((code, &json["sound"]), (1, &serde_json::json!(false)));
}

#[test]
fn a_forgotten_record_is_gone_from_everything_that_is_shown() {
    let home = home_with_posts();
    let before = exported_records(home.path());
    assert_eq!(before.len(), 3);
    assert_eq!(before[0]["text"], "moonquartz lamp, call 12 Privet Drive");
    let entry = &exported(home.path())[0];
    let fetched_at: Timestamp = entry["page"]["fetched_at"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("time");
    let key = Record::new(Kind::Post, "1")
        .key("forum", fetched_at)
        .to_string();
    let (code, text, words) = groundswell(home.path(), &["store", "forget", "--record", &key]);
    assert_eq!((code, text.as_str()), (0, "forgotten: 1\n"), "{words}");
    let after = exported_records(home.path());
    assert_eq!(after[0]["text"], serde_json::Value::Null);
    assert_eq!(after[0]["residue"]["why"], "forgotten");
    assert_eq!(after[0]["residue"]["market"], "us");
    assert_eq!(after[1..], before[1..]);
    let (code, _, words) = groundswell(home.path(), &["store", "forget", "--record", "12"]);
    assert_eq!(code, 2);
    assert!(words.contains("32 digits"), "{words}");
}

#[test]
fn an_author_who_asks_is_forgotten_and_does_not_come_back() {
    let home = home_with_posts();
    let author = exported_records(home.path())[0]["author"].clone();
    let author = author.as_str().expect("a pseudonym");
    let (code, text, words) = groundswell(
        home.path(),
        &[
            "store",
            "forget",
            "--author-hash",
            author,
            "--format",
            "json",
        ],
    );
    assert_eq!(code, 0, "{words}");
    let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(told["forgotten"], 2);
    let file = home.path().join("posts.ndjson").display().to_string();
    let import = [
        "import", &file, "--as", "posts", "--source", "forum", "--market", "us",
    ];
    assert_eq!(groundswell(home.path(), &import).0, 0);
    let texts: Vec<_> = exported_records(home.path())
        .iter()
        .filter_map(|record| record["text"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(texts, ["a kettle that whistles"]);
    assert_eq!(groundswell(home.path(), &["store", "check"]).0, 0);
}

#[test]
fn a_backup_can_be_worked_in() {
    let home = home_with_posts();
    let copy = home.path().join("copy");
    let folder = copy.display().to_string();
    let (code, _, words) = groundswell(home.path(), &["store", "backup", &folder]);
    assert_eq!(code, 0, "{words}");
    let (code, _, words) = groundswell(home.path(), &["store", "backup", &folder]);
    assert_eq!(code, 2);
    assert!(words.contains("not empty"), "{words}");
    let key = |folder: &Path| std::fs::read(folder.join("author.key")).expect("key");
    assert_eq!(key(&copy), key(&home.path().join("data")));
    let before = exported(home.path());
    std::fs::remove_dir_all(home.path().join("data")).expect("lost");
    std::fs::rename(&copy, home.path().join("data")).expect("put back");
    assert_eq!(exported(home.path()), before);
}

/// Calls that two processes together may spend.
const CALLS: u64 = 60;

#[test]
#[ignore = "one of the two that another test starts"]
fn spends() {
    let store = home_of_this_process();
    let mut mine = 0_u64;
    for _ in 0..CALLS {
        let mut is_mine = false;
        let one = Spent {
            calls: 1,
            ..Spent::default()
        };
        store
            .update_account("search", &mut |account| {
                is_mine = account.on(Day(1)).calls < CALLS;
                if is_mine {
                    account.spend(Day(1), &one);
                }
            })
            .expect("account");
        mine += u64::from(is_mine);
    }
    store
        .put_note(&format!("spent-{}", std::process::id()), &mine.to_string())
        .expect("note");
}

#[test]
fn two_processes_spend_no_more_than_there_is() {
    let home = tempfile::tempdir().expect("folder");
    let mut children = [
        start("store::spends", home.path()),
        start("store::spends", home.path()),
    ];
    let ids = children.each_ref().map(Child::id);
    for child in &mut children {
        assert!(child.wait().expect("ends").success());
    }
    let store = store_in(home.path(), Engine::Sqlite).expect("store");
    let spent = ids.map(|id| {
        let note = store.note(&format!("spent-{id}")).expect("note");
        note.expect("told").parse::<u64>().expect("number")
    });
    assert_eq!(spent.iter().sum::<u64>(), CALLS);
    assert_eq!(
        store.account("search").expect("account").on(Day(1)).calls,
        CALLS
    );
}
