//! Pages that mean harm: deep, wide, or larger inside than outside. None may stall the program,
//! fill its memory or end it.

use super::*;
use std::fmt::Write as _;

fn feed(body: &str) -> Result<groundswell::source::Extract, Error> {
    let source = library().get("feed").expect("source");
    source.extract(
        &answer("https://blog.example/feed.xml", body),
        &ask(""),
        &key(),
    )
}

#[test]
fn json_that_is_nested_without_end_is_no_json() {
    let source = library().get("hackernews").expect("source");
    for deep in ["[".repeat(500_000), "{\"hits\":".repeat(200_000)] {
        let read = source.extract(
            &answer("https://hn.algolia.com/api/v1/search_by_date", deep),
            &ask("kettle"),
            &key(),
        );
        assert!(matches!(read, Err(Error::Format { .. })), "{read:?}");
    }
}

#[test]
fn entities_that_unfold_to_a_billion_stay_folded() {
    let mut body = String::from("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a0 \"ha\">");
    for level in 1..10 {
        let inner = format!("&a{};", level - 1).repeat(10);
        write!(body, "<!ENTITY a{level} \"{inner}\">").expect("a string");
    }
    body.push_str("]><rss version=\"2.0\"><channel><title>t</title><item><guid>1</guid><title>&a9;</title></item></channel></rss>");
    if let Ok(extract) = feed(&body) {
        let titles = extract
            .records
            .iter()
            .filter_map(|record| record.title.as_deref());
        assert!(titles.map(str::len).sum::<usize>() < 1_000);
    }
}

#[test]
fn an_element_of_a_million_attributes_is_read_or_refused() {
    let mut body = String::from("<rss version=\"2.0\"><channel><title>t</title><item ");
    for number in 0..100_000 {
        write!(body, "a{number}=\"1\" ").expect("a string");
    }
    body.push_str("><guid>1</guid><title>A lamp</title></item></channel></rss>");
    if let Ok(extract) = feed(&body) {
        assert!(extract.records.len() <= 1);
    }
}

#[test]
fn a_feed_that_is_nested_without_end_ends() {
    let body = format!(
        "<rss version=\"2.0\"><channel><item>{}",
        "<a>".repeat(300_000)
    );
    if let Ok(extract) = feed(&body) {
        assert!(extract.records.len() <= 1);
    }
}

#[test]
fn more_items_than_a_page_can_have_are_cut() {
    let mut body = String::from("<rss version=\"2.0\"><channel><title>t</title>");
    for number in 0..groundswell::source::ITEMS_MAX + 50 {
        write!(
            body,
            "<item><guid>{number}</guid><title>A lamp</title></item>"
        )
        .expect("a string");
    }
    body.push_str("</channel></rss>");
    let extract = feed(&body).expect("a feed");
    assert_eq!(extract.records.len(), groundswell::source::ITEMS_MAX);
}
