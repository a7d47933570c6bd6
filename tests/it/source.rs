//! Source files on our own pages and on hostile bytes; recorded answers are in `recorded`.

mod corpus;
mod hostile;
mod recorded;
mod tutorial;

use groundswell::record::{AuthorKey, Market};
use groundswell::source::{Answer, Ask, Error, Library, Source};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

/// Tests run beside others on a busy machine.
const BUDGET: Duration = Duration::from_secs(60);

fn key() -> AuthorKey {
    AuthorKey::new([3; 32])
}

fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
        Library::load(None).unwrap_or_else(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}", told.join("\n"))
        })
    });
    &LIBRARY
}

fn ask(query: &str) -> Ask {
    Ask {
        query: query.to_owned(),
        market: None,
        params: BTreeMap::new(),
        now: "2026-03-01T12:00:00Z".parse().expect("time"),
    }
}

fn answer(url: &str, body: impl Into<Vec<u8>>) -> Answer {
    Answer {
        url: url.parse().expect("url"),
        status: 200,
        headers: Vec::new(),
        body: body.into(),
        fetched_at: "2026-03-01T12:00:00Z".parse().expect("time"),
    }
}

fn groundswell() -> assert_cmd::Command {
    assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("groundswell"))
}

/// A source of one's own, checked from a file.
fn own(text: &str) -> Result<Source, Vec<Error>> {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("own.toml");
    std::fs::write(&file, text).expect("file");
    Library::read_file(&file)
}

const OWN: &str = r#"
name = "own"
title = "A shop of our own"
home = "https://shop.example"
class = "ranking"
kind = "product"
access = "crawl"
tier = "none"
proven = false
stance = "ours"
query = "a word"

[request]
url = "https://shop.example/search?q={query}&since={since}"
since = "%Y-%m-%d"

[[read]]
format = "json"
items = "items[*]"

[read.fields]
id = "id"
title = "name"
price = "price"
"#;

#[test]
fn a_typing_mistake_is_named_with_its_line_and_the_nearest_key() {
    let problems = own(&OWN.replace("stance =", "stanse =")).expect_err("a mistake");
    let told = problems[0].to_string();
    assert!(told.contains("own.toml:10:"), "{told}");
    assert!(
        told.contains("`stanse`") && told.contains("did you mean `stance`?"),
        "{told}"
    );

    let problems = own(&OWN.replace("price = ", "prise = ")).expect_err("a mistake");
    let told = problems[0].to_string();
    assert!(
        told.contains(":24:") && told.contains("did you mean `price`?"),
        "{told}"
    );
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let broken = OWN
        .replace("\"ranking\"", "\"rankings\"")
        .replace("{query}", "{qery}")
        .replace("items[*]", "items[?");
    let problems = own(&broken).expect_err("mistakes");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{}", told.join("\n"));
    assert!(
        told.iter()
            .any(|line| line.contains("did you mean `ranking`?"))
    );
    assert!(
        told.iter()
            .any(|line| line.contains("did you mean `query`?"))
    );
    assert!(told.iter().any(|line| line.contains("not a JSON path")));
}

#[test]
fn a_file_of_the_users_replaces_the_built_in_one_and_a_bad_one_is_never_used() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("feed.toml");
    std::fs::write(&file, OWN.replace("\"own\"", "\"feed\"")).expect("file");
    let library = Library::load(Some(folder.path())).expect("a library");
    assert_eq!(
        library.get("feed").expect("feed").title,
        "A shop of our own"
    );

    std::fs::write(&file, "name = 1").expect("file");
    let (library, problems) = Library::load_partly(Some(folder.path()));
    assert!(library.get("feed").is_none());
    assert_eq!(problems.len(), 1);
    assert!(library.get("mastodon-tag").is_some());
}

#[test]
fn a_request_waits_for_what_it_needs_and_says_how_to_give_it() {
    let library = library();
    let search = library.get("youtube-search").expect("source");
    let told = search
        .request(&ask("kettle"), None, None)
        .expect_err("no key")
        .to_string();
    assert!(told.contains("GROUNDSWELL_YOUTUBE_KEY"), "{told}");
    let mut with = ask("kettle");
    with.params = search.complete(&with.params, &|name| {
        (name == "GROUNDSWELL_YOUTUBE_KEY").then(|| "k1".to_owned())
    });
    with.market = Market::parse("de");
    let request = search.request(&with, None, Some("CBk")).expect("a request");
    assert_eq!(
        request.url.as_str(),
        "https://www.googleapis.com/youtube/v3/search?part=snippet&type=video&order=date\
         &maxResults=50&q=kettle&regionCode=DE&pageToken=CBk&key=k1"
    );
    let told = search
        .request(&ask("  "), None, None)
        .expect_err("no query")
        .to_string();
    assert!(told.contains("queries"), "{told}");
}

#[test]
fn the_market_chooses_the_site_and_the_header() {
    let library = library();
    let mut asked = ask("kettle");
    asked.market = Market::parse("gb");
    asked.params.insert("token".into(), "t".into());
    let ebay = library.get("ebay-search").expect("source");
    let request = ebay.request(&asked, None, None).expect("a request");
    assert!(
        request
            .headers
            .contains(&("x-ebay-c-marketplace-id".into(), "EBAY_GB".into()))
    );
    let amazon = library.get("amazon-bestsellers").expect("source");
    let request = amazon.request(&ask_in("gp/bestsellers/kitchen", "jp"), None, None);
    assert_eq!(
        request.expect("a request").url.as_str(),
        "https://www.amazon.co.jp/gp/bestsellers/kitchen?pg=1"
    );
}

fn ask_in(query: &str, market: &str) -> Ask {
    Ask {
        market: Market::parse(market),
        ..ask(query)
    }
}

#[test]
fn reading_goes_on_where_it_stopped() {
    let source = own(OWN).expect("a source");
    let position = groundswell::record::Position {
        newest_time: "2026-02-27T08:00:00Z".parse().ok(),
        newest_id: Some("9".into()),
        ..Default::default()
    };
    let request = source
        .request(&ask("tea pot"), Some(&position), None)
        .expect("a request");
    assert_eq!(request.url.query(), Some("q=tea+pot&since=2026-02-27"));
    let first = source
        .request(&ask("tea pot"), None, None)
        .expect("a request");
    assert_eq!(first.url.query(), Some("q=tea+pot"));
}

#[test]
fn one_missing_field_voids_nothing_else_and_is_named() {
    let source = own(OWN).expect("a source");
    let body = json!({"items": [
        {"id": 90071992547409931_u64, "name": "K2", "price": "59.90"},
        {"id": "b", "price": 5},
        {"name": "no id"},
    ]});
    let extract = source
        .extract(
            &answer("https://shop.example/search", body.to_string()),
            &ask("x"),
            &key(),
        )
        .expect("records");
    assert_eq!(extract.items, 3);
    let ids: Vec<&str> = extract
        .records
        .iter()
        .map(|record| record.id.as_str())
        .collect();
    assert_eq!(ids, ["90071992547409931", "b"]);
    let missing: Vec<(&str, usize)> = extract
        .missing
        .iter()
        .map(|missing| (missing.field.as_str(), missing.items))
        .collect();
    assert_eq!(missing, [("id", 1), ("title", 1), ("price", 1)]);
}

#[test]
fn what_is_not_the_declared_format_is_said_in_words() {
    let source = own(OWN).expect("a source");
    let told = |body: &[u8]| {
        source
            .extract(
                &answer("https://shop.example/search", body),
                &ask("x"),
                &key(),
            )
            .expect_err("not JSON")
            .to_string()
    };
    assert!(told(b"<!doctype html><p>Sorry").contains("an HTML page"));
    assert!(told(b"\x1f\x8b\x08\0\0\0").contains("compressed with gzip"));
    assert!(told(b"{\"items\": [1,").contains("breaks off"));
    assert!(told(b"").contains("nothing at all"));
    let captcha = b"<html><head><title>Robot Check</title></head><body>captcha</body></html>";
    assert!(told(captcha).contains("block page (a robot check)"));
}

#[test]
fn a_block_page_is_never_read_as_an_empty_page() {
    let library = library();
    let source = library.get("amazon-bestsellers").expect("source");
    let page = "<html><body><form action=\"/errors/validateCaptcha\"></form></body></html>";
    let error = source
        .extract(
            &answer("https://www.amazon.de/gp/bestsellers/kitchen", page),
            &ask("x"),
            &key(),
        )
        .expect_err("blocked");
    assert!(matches!(error, Error::Blocked { .. }), "{error}");
}

#[test]
fn a_page_that_nests_without_end_is_given_up() {
    let library = library();
    let source = library.get("telegram-channel").expect("source");
    let page = "<div><a>".repeat(300_000);
    let error = source
        .extract_within(
            &answer("https://t.me/s/x", page),
            &ask("x"),
            &key(),
            Duration::from_millis(20),
        )
        .expect_err("too slow");
    assert!(matches!(error, Error::Slow { .. }), "{error}");
}

#[test]
fn author_names_do_not_leave_the_parser() {
    let library = library();
    let source = library.get("reddit-subreddit").expect("source");
    let body = json!({"data": {"children": [{"data": {"name": "t3_x", "title": "hello",
        "author": "very_private_name", "created_utc": 1772359200}}]}});
    let extract = source
        .extract(
            &answer("https://oauth.reddit.com/r/x/new", body.to_string()),
            &ask("x"),
            &key(),
        )
        .expect("records");
    assert_eq!(
        extract.records[0].author,
        Some(key().hash("reddit", "very_private_name"))
    );
    assert!(!format!("{extract:?}").contains("very_private_name"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_bytes_break_any_built_in_source(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for source in library().iter() {
            let _ = source.extract_within(&answer("https://a.example/x?page=2", bytes.clone()), &ask("q"), &key(), BUDGET);
        }
    }

    #[test]
    fn no_markup_breaks_any_built_in_source(text in "(<[a-z]{1,4}( [a-z-]{1,8}='[a-z0-9]{0,6}')?>|</[a-z]{1,4}>|[{}\\[\\]\",:0-9a-z &;#]|é|日){0,120}") {
        for source in library().iter() {
            let _ = source.extract_within(&answer("https://a.example/x", text.clone()), &ask("q"), &key(), BUDGET);
        }
    }
}

#[test]
fn the_list_is_readable_and_the_check_finds_nothing_wrong() {
    let home = tempfile::tempdir().expect("folder");
    let run = |args: &[&str]| {
        groundswell()
            .arg("--dir")
            .arg(home.path())
            .args(args)
            .assert()
    };
    let list = run(&["source", "list"]).success();
    let text = String::from_utf8_lossy(&list.get_output().stdout).into_owned();
    assert!(
        text.contains("mastodon-tag") && text.contains("free key"),
        "{text}"
    );
    run(&["source", "check"]).success();
    let show = run(&["source", "show", "feed"]).success();
    assert!(show.get_output().stdout.starts_with(b"# Any feed"));
    let wrong = run(&["source", "show", "mastodon-tags"]).failure().code(2);
    let told = String::from_utf8_lossy(&wrong.get_output().stderr).into_owned();
    assert!(told.contains("did you mean `mastodon-tag`?"), "{told}");
}

#[test]
fn a_wrong_file_ends_the_check_with_code_3() {
    let home = tempfile::tempdir().expect("folder");
    let file = home.path().join("mine.toml");
    std::fs::write(&file, OWN.replace("tier = \"none\"", "tier = \"non\"")).expect("file");
    let check = groundswell()
        .args(["source", "check"])
        .arg(&file)
        .assert()
        .failure()
        .code(3);
    let told = String::from_utf8_lossy(&check.get_output().stderr).into_owned();
    assert!(
        told.contains("mine.toml:8") && told.contains("did you mean `none`?"),
        "{told}"
    );
}

#[test]
fn a_saved_page_is_tried_without_any_configuration() {
    let folder = tempfile::tempdir().expect("folder");
    let page = folder.path().join("tags.body.json");
    std::fs::write(
        &page,
        r#"[{"name": "kettle", "url": "https://m.example/tags/kettle", "history": [{"accounts": "7"}]}]"#,
    )
    .expect("page");
    std::fs::write(
        folder.path().join("tags.meta.json"),
        r#"{"uri": "https://m.example/api/v1/trends/tags", "status": 200,
            "headers": {"Content-Type": ["application/json"]}}"#,
    )
    .expect("meta");
    let test = groundswell()
        .current_dir(folder.path())
        .args([
            "source",
            "test",
            "mastodon-trends",
            "--format",
            "ndjson",
            "--page",
        ])
        .arg(&page)
        .assert()
        .success();
    let line: Value = serde_json::from_slice(&test.get_output().stdout).expect("a line");
    insta::assert_json_snapshot!(line, @r##"
    {
      "author_hash": null,
      "count_comments": null,
      "count_likes": null,
      "count_reviews": null,
      "count_shares": null,
      "count_sold": null,
      "count_views": 7,
      "currency": null,
      "id": "kettle",
      "kind": "rank",
      "lang": null,
      "market": null,
      "price": null,
      "rank": 1,
      "rating": null,
      "rating_scale": null,
      "text": null,
      "time": null,
      "title": "#kettle",
      "url": "https://m.example/tags/kettle"
    }
    "##);

    std::fs::write(&page, "[]").expect("page");
    groundswell()
        .args(["source", "test", "mastodon-trends", "--page"])
        .arg(&page)
        .assert()
        .failure()
        .code(1);
}
