use super::*;
use proptest::prelude::*;

const PATIENCE: Duration = Duration::from_secs(60);

fn read(text: &str) -> Option<Value> {
    let url = Url::parse("https://feeds.example/a/rss.xml").expect("url");
    to_json(text, &url, PATIENCE).ok()
}

fn entries(text: &str) -> Vec<Value> {
    let json = read(text).expect("a feed");
    json["entries"].as_array().expect("entries").clone()
}

const GOOD: &str = r#"<?xml version="1.0"?><rss version="2.0" xmlns:ht="https://t.example/ht">
    <channel><title>Kettles</title><language>en</language>
    <item><title>A</title><link>https://shop.example/a</link><guid>g1</guid>
    <pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><ht:approx_traffic>1000+</ht:approx_traffic></item>
    <item><title>B &amp; C</title><link>https://shop.example/b</link></item></channel></rss>"#;

#[test]
fn a_feed_becomes_entries_with_their_extensions() {
    let json = read(GOOD).expect("a feed");
    assert_eq!(json["feed"]["language"], "en");
    assert_eq!(json["entries"][0]["id"], "g1");
    assert_eq!(json["entries"][0]["ext"]["ht:approx_traffic"], "1000+");
    assert_eq!(
        json["entries"][0]["published"],
        "Sun, 01 Mar 2026 10:00:00 GMT"
    );
    assert_eq!(json["entries"][1]["title"], "B & C");
    assert_eq!(json["entries"][1]["id"], "https://shop.example/b");
}

#[test]
fn a_feed_that_breaks_off_gives_what_came_before() {
    let cut = GOOD.find("<link>https://shop.example/b").expect("place");
    let found = entries(&GOOD[..cut]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["link"], "https://shop.example/a");
    assert_eq!(found[1]["title"], "B & C");
}

#[test]
fn faults_of_xml_cost_nothing_but_themselves() {
    for (fault, text) in [
        ("bare ampersand", GOOD.replace("B &amp; C", "B & C")),
        (
            "open tag",
            GOOD.replace("<title>B &amp; C", "<b><title>B &amp; C"),
        ),
        (
            "stray end tag",
            GOOD.replace("<title>B", "</p></link><title>B"),
        ),
        (
            "unfinished CDATA",
            GOOD.replace(
                "<title>B &amp; C</title>",
                "<title><![CDATA[B & C]]></title><x><![CDATA[",
            ),
        ),
        (
            "unknown entity",
            GOOD.replace("<language>", "<x>&nosuch;</x><language>"),
        ),
        (
            "control characters",
            GOOD.replace("Kettles", "Ket\u{1}tles\u{0}"),
        ),
        ("no end of an item", GOOD.replace("</item>\n", "\n")),
    ] {
        let found = entries(&text);
        assert_eq!(found.len(), 2, "{fault}");
        assert_eq!(found[1]["title"], "B & C", "{fault}");
    }
}

#[test]
fn prefixes_are_free_and_namespaces_count() {
    let text = r#"<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:creator="http://purl.org/dc/elements/1.1/" xml:lang="de">
        <a:entry xml:base="https://base.example/x/"><a:title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">1 &lt; <b>2</b></div></a:title>
        <creator:creator>Mira</creator:creator><a:link rel="self" href="s"/><a:link href="page.html"/>
        <a:id>urn:1</a:id></a:entry></a:feed>"#;
    let found = entries(text);
    assert_eq!(found[0]["title"], "<div>1 &lt; <b>2</b></div>");
    assert_eq!(found[0]["author"], "Mira");
    assert_eq!(found[0]["link"], "https://base.example/x/page.html");
    assert_eq!(found[0]["language"], "de");
}

#[test]
fn an_entry_is_known_by_what_it_holds() {
    let text = "<rss version='2.0'><channel><item><description>only this</description></item>\
        <item><author>ann</author></item><item/></channel></rss>";
    let (one, two) = (entries(text), entries(text));
    assert_eq!(one.len(), 3);
    assert_eq!(one, two);
    assert_ne!(one[0]["id"], one[1]["id"]);
    assert_eq!(one[2]["id"].as_str().map(str::len), Some(16));
}

#[test]
fn a_permanent_guid_is_the_link_and_another_is_not() {
    let text = "<rss><channel><item><guid>https://a.example/1</guid></item>\
        <item><guid isPermaLink='false'>https://a.example/2</guid></item></channel></rss>";
    let found = entries(text);
    assert_eq!(found[0]["link"], "https://a.example/1");
    assert_eq!(found[1]["link"], Value::Null);
}

#[test]
fn pictures_are_no_text() {
    let text = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>\
        <content type='image/png'>iVBORw0KGgo</content><summary>a kettle</summary></entry></feed>";
    let found = entries(text);
    assert_eq!(found[0]["content"], Value::Null);
    assert_eq!(found[0]["summary"], "a kettle");
}

#[test]
fn a_json_feed_of_any_version_is_read() {
    let text = r#"{"title": "t", "author": {"name": "Ann"}, "items": [
        {"url": "https://a.example/1", "title": "x", "authors": [{"name": "Bo"}]},
        {"id": 7, "content_text": "y", "author": "Cy"}, {"content_text": "bare"}, null]}"#;
    let json = read(text).expect("a feed");
    assert_eq!(json["feed"]["author"], "Ann");
    let found = &json["entries"];
    assert_eq!(found[0]["id"], "https://a.example/1");
    assert_eq!(found[0]["author"], "Bo");
    assert_eq!(found[1]["id"], 7);
    assert_eq!(found[1]["author"], "Cy");
    assert_eq!(found[2]["id"].as_str().map(str::len), Some(16));
    assert_eq!(found.as_array().map(Vec::len), Some(3));
    assert_eq!(read(r#"{"title": "t"}"#), None);
}

#[test]
fn a_page_is_no_feed_and_an_empty_feed_is_one() {
    assert_eq!(read("<html><body>no<item>x</item></body></html>"), None);
    assert_eq!(read("words"), None);
    assert!(entries("<rss version='2.0'><channel></channel></rss>").is_empty());
}

#[test]
fn a_hostile_feed_ends_in_time_and_stays_small() {
    let url = Url::parse("https://feeds.example/").expect("url");
    let names: String = (0..200_000).map(|n| format!(" a{n}=''")).collect();
    let wide = format!("<rss><channel><item{names}>");
    let late = to_json(&wide, &url, Duration::from_millis(200));
    assert_eq!(late, Err(Refused::Slow));
    let deep = format!("<rss><channel><item>{}", "<x>deep".repeat(100_000));
    assert_eq!(entries(&deep).len(), 1);
}

proptest! {
    #[test]
    fn no_bytes_break_it(text in "(<(/?(rss|item|title|x:y|entry|feed)|!\\[CDATA\\[|!--|\\?xml)[ a=\"'>]{0,3}|[&;\\PC]){0,60}") {
        let _ = read(&text);
    }
}
