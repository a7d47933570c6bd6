//! A watched folder: files go in as users drop them, and are found read, refused or left alone.

use crate::program::Home;
use groundswell::config::{Engine, StoreConfig};
use groundswell::record::{Kind, Record};
use groundswell::store::{self, Held};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const SETTINGS: &str = "[[inbox]]\nsource = \"returns\"\nas = \"posts\"\nkind = \"return\"\n\
    folder = \"inbox/returns\"\nmarket = \"de\"\n";

fn home() -> (Home, PathBuf) {
    let home = Home::new();
    home.write("groundswell.toml", SETTINGS);
    let folder = home.path().join("inbox/returns");
    fs::create_dir_all(&folder).expect("made");
    (home, folder)
}

/// A file that nobody has touched for an hour.
fn drop_in(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    let file = File::options().append(true).open(path).expect("opens");
    let then = SystemTime::now() - Duration::from_secs(3_600);
    file.set_modified(then).expect("set");
}

fn crawl(home: &Home) -> String {
    let output = home.run(&["crawl"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    said
}

fn held(home: &Home, id: &str) -> Option<Held> {
    let path = home.path().join("data");
    let engine = Engine::Sqlite;
    let store = store::open(&StoreConfig { engine, path }).expect("opens");
    let key = Record::new(Kind::Return, id).key("returns", jiff::Timestamp::UNIX_EPOCH);
    store.record(key).expect("store")
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry
            .expect("entry")
            .file_name()
            .to_string_lossy()
            .into_owned()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

const RETURNS: &str = "return-date,order-id,sku,asin,reason,license-plate-number,customer-comments\n\
    2026-10-05T07:00:00+00:00,1,MUG-1,B01,DEFECTIVE,LPN1,The lid broke\n\
    soon,2,MUG-1,B01,DEFECTIVE,LPN2,\n\
    2026-10-06T07:00:00+00:00,3,MUG-1,B01,UNWANTED_ITEM,LPN3,\n";

#[test]
fn a_file_is_read_once_and_put_away_with_what_was_wrong_in_it() {
    let (home, folder) = home();
    drop_in(&folder, "october.csv", RETURNS);
    let said = crawl(&home);
    assert!(
        said.contains("2 rows taken, 0 were there already, 1 refused"),
        "{said}"
    );
    assert_eq!(names(&folder), ["done"]);
    assert_eq!(
        names(&folder.join("done")),
        ["october.csv", "october.csv.refused.txt"]
    );
    let refused = fs::read_to_string(folder.join("done/october.csv.refused.txt")).expect("text");
    assert!(
        refused.starts_with("line 3, `time`: `soon` is not a time"),
        "{refused}"
    );
    let first = held(&home, "LPN1").expect("kept");
    assert_eq!(
        first.record.text.as_deref(),
        Some("defective: The lid broke")
    );
    assert!(held(&home, "LPN3").is_some());

    drop_in(&folder, "renamed.csv", RETURNS);
    let said = crawl(&home);
    assert!(
        said.contains("was read before, under this or another name"),
        "{said}"
    );
    assert_eq!(names(&folder), ["done"]);
}

#[test]
fn what_is_unfinished_foreign_or_a_link_is_left_alone() {
    let (home, folder) = home();
    fs::write(folder.join("fresh.csv"), RETURNS).expect("written");
    let later = SystemTime::now() + Duration::from_secs(3_600);
    let fresh = File::options()
        .append(true)
        .open(folder.join("fresh.csv"))
        .expect("opens");
    fresh.set_modified(later).expect("set");
    drop_in(&folder, "copying.csv.part", RETURNS);
    drop_in(&folder, "call.mp3", "ID3");
    #[cfg(unix)]
    {
        drop_in(&home.path(), "outside.csv", RETURNS);
        std::os::unix::fs::symlink(home.path().join("outside.csv"), folder.join("link.csv"))
            .expect("linked");
    }
    let said = crawl(&home);
    assert!(
        said.contains("call.mp3: left alone: sound is not taken"),
        "{said}"
    );
    assert!(held(&home, "LPN1").is_none());
    assert!(!folder.join("done").exists());
}

#[test]
fn a_file_that_makes_no_sense_goes_to_refused_and_can_come_again() {
    let (home, folder) = home();
    drop_in(&folder, "odd.csv", "colour,size\nred,1\n");
    let said = crawl(&home);
    assert!(
        said.contains("refused as a whole: no column for `time`"),
        "{said}"
    );
    assert_eq!(
        names(&folder.join("refused")),
        ["odd.csv", "odd.csv.refused.txt"]
    );
    let settings = SETTINGS.to_owned() + "map = { time = \"size\", text = \"colour\" }\n";
    home.write("groundswell.toml", settings);
    drop_in(&folder, "odd.csv", "colour,size\nred,2026-10-05\n");
    let said = crawl(&home);
    assert!(said.contains("1 rows taken"), "{said}");
}

#[test]
fn the_ways_in_and_the_fields_are_shown() {
    let (home, _) = home();
    let shown = home.expect(0, &["inbox"]);
    assert!(shown.starts_with("returns (voice)\n  folder  "), "{shown}");
    let fields = home.expect(0, &["inbox", "--fields"]);
    assert!(
        fields
            .lines()
            .any(|line| line.starts_with("role ") && line.contains("speakerrole"))
    );
    assert!(!fields.contains("\nquantity"), "posts have none: {fields}");
}
