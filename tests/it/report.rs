//! Reports: page, text and mail, and what must never get through them.

mod sample;
mod send;

use groundswell::record::Day;
use groundswell::report::{
    Language, Limits, Mailed, Page, View, csv, html, letter, mail_html, read_subscribers, select,
    table, text,
};
use groundswell::restock::Advice;
use sample::{day, market, view};

const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

fn reader(more: &str) -> groundswell::report::Subscriber {
    let toml = format!("[[subscriber]]\nname = \"王敏\"\naddress = \"min@shop.example\"\n{more}");
    read_subscribers(&toml, "subscribers.toml")
        .expect("reader")
        .remove(0)
}

#[test]
fn the_text_says_it_all_in_both_languages() {
    let page = |language| Page::new(&view(), language, Limits::FULL);
    insta::assert_snapshot!("text_zh", text(&page(Language::Chinese)).expect("text"));
    insta::assert_snapshot!("text_en", text(&page(Language::English)).expect("text"));
}

#[test]
fn the_page_and_the_mail_keep_their_shape() {
    for language in LANGUAGES {
        let page = Page::new(&view(), language, Limits::FULL);
        let name = language.code();
        let whole = html(&page).expect("page");
        let body = whole
            .split_once("</style>")
            .expect("a style sheet")
            .1
            .to_owned();
        insta::assert_snapshot!(format!("page_{name}"), body);
        let mail = mail_html(&Page::new(&view(), language, Limits::MAIL)).expect("mail");
        insta::assert_snapshot!(format!("mail_{name}"), mail);
    }
}

#[test]
fn nothing_crawled_becomes_markup_or_moves_the_reader() {
    for language in LANGUAGES {
        let page = Page::new(&view(), language, Limits::FULL);
        let written = [
            html(&page).expect("page"),
            mail_html(&page).expect("mail"),
            text(&page).expect("text"),
            table(&view().lines, language),
        ];
        for (place, words) in written.iter().enumerate() {
            for hidden in ['\u{202E}', '\u{2066}', '\u{1b}', '\u{0}'] {
                assert!(!words.contains(hidden), "{place}: {hidden:?}");
            }
            assert!(
                !words.contains("anna.smith") && !words.contains("anna@example"),
                "{place}"
            );
            assert!(!words.contains("javascript:"), "{place}");
            // Had a name been read as a template, it would have been filled with the title.
            assert!(place == 3 || words.contains("{{ p.title }}"), "{place}");
        }
        for words in &written[..2] {
            for harm in ["<script", "<img", "onerror=alert(1)>", "<b>vest", "<Goods>"] {
                assert!(!words.contains(harm), "{harm}");
            }
            assert!(words.contains("&lt;script&gt;"));
            assert!(
                !words.contains("src=\"") && !words.contains("url("),
                "something is fetched"
            );
        }
    }
}

/// Words that people read in a piece of HTML, in order, with entities resolved.
fn words_of(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let document = scraper::Html::parse_fragment(&format!("<div {body}"));
    let words: Vec<&str> = document.root_element().text().collect();
    words
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn text_and_html_of_a_mail_say_the_same() {
    for language in LANGUAGES {
        let page = Page::new(&view(), language, Limits::MAIL);
        let html = words_of(&mail_html(&page).expect("mail")).replace(' ', "");
        let plain = text(&page).expect("text");
        let mut checked = 0;
        for line in plain.lines() {
            // Marks of the text layout are not part of what it says.
            let line = line.trim().trim_matches(['=', '-', ' ']);
            for part in line.split("  ") {
                let part: String = part.split_whitespace().collect();
                let part = part.trim_matches('·');
                // A link is text in one and an address in the other.
                if part.starts_with("https://") || part.is_empty() {
                    continue;
                }
                for piece in part.split('·') {
                    checked += 1;
                    assert!(html.contains(piece), "the HTML does not say {piece:?}");
                }
            }
        }
        assert!(checked > 100, "{checked}");
    }
}

#[test]
fn an_empty_report_says_that_it_is_empty_and_why() {
    let mut empty = view();
    empty.day = None;
    empty.coverage = Default::default();
    empty.alerts.clear();
    empty.quiet.clear();
    empty.rising.clear();
    empty.lines.clear();
    empty.deadlines.clear();
    empty.scorecard = None;
    let page = Page::new(&empty, Language::English, Limits::FULL);
    insta::assert_snapshot!("text_empty", text(&page).expect("text"));
    assert!(html(&page).is_ok());
}

#[test]
fn the_sheet_lines_up_on_a_screen_and_opens_in_a_spreadsheet() {
    let mut lines = view().lines;
    insta::assert_snapshot!("table_zh", table(&lines, Language::Chinese));
    lines[0].name = Some("=HYPERLINK(\"http://x\")".into());
    lines[1].sku = "+SUM(A1)".into();
    let bytes = csv(&lines, Language::English).expect("csv");
    assert!(bytes.starts_with(b"\xef\xbb\xbfsku,name,market,"));
    let mut reader = ::csv::Reader::from_reader(&bytes[3..]);
    let rows: Vec<::csv::StringRecord> = reader.records().map(|row| row.expect("row")).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(&rows[0][1], "'=HYPERLINK(\"http://x\")");
    assert_eq!(&rows[1][0], "'+SUM(A1)");
    assert_eq!(
        (&rows[0][3], &rows[0][5], &rows[0][8]),
        ("order-now", "1440", "2026-11-12")
    );
    assert_eq!(
        (&rows[1][5], &rows[1][12]),
        ("", ""),
        "unknown is empty, not zero"
    );
}

#[test]
fn a_reader_gets_their_own_and_only_what_is_new() {
    let all = view();
    let fresh = Mailed::default();
    let whole = select(&all, &reader(""), &fresh, 7).expect("news");
    assert_eq!(
        (whole.alerts.len(), whole.rising.len(), whole.quiet.len()),
        (2, 1, 0)
    );
    assert!(whole.alerts.iter().all(|alert| alert.is_new));
    assert_eq!(whole.lines.len(), 1, "only lines that ask for something");

    let german = select(&all, &reader("markets = [\"de\"]"), &fresh, 7).expect("news");
    assert_eq!(
        (german.alerts.len(), german.rising.len(), german.lines.len()),
        (1, 0, 0)
    );
    assert_eq!(german.coverage.markets.len(), 1);
    let kitchen = select(&all, &reader("categories = [\"garden\"]"), &fresh, 7);
    assert!(
        kitchen.is_some_and(|view| view.alerts.is_empty()),
        "reddit is dark: that is news"
    );
    let bursts = reader("classes = [\"suspicious-burst\"]");
    assert_eq!(
        select(&all, &bursts, &fresh, 7).expect("news").quiet.len(),
        1
    );

    // Told once, nothing is left to tell.
    let told = fresh.after(&whole);
    assert_eq!(select(&all, &reader(""), &told, 7), None);
    let text = serde_json::to_string(&told).expect("note");
    assert_eq!(
        serde_json::from_str::<Mailed>(&text).ok(),
        Some(told.clone())
    );

    // A day that is closed late brings an older alert: it is not lost.
    let mut late = all.clone();
    late.alerts[0].alert.id = "late".into();
    late.alerts[0].alert.day = day("2026-11-16");
    let news = select(&late, &reader(""), &told, 7).expect("news");
    assert_eq!(news.alerts.len(), 1);
    // Changed advice is news, and so is a source that went dark.
    let mut changed = all.clone();
    changed.lines[0].advice = Advice::OrderSoon;
    assert!(select(&changed, &reader(""), &told, 7).is_some());
    let mut dark = all.clone();
    dark.coverage.sources[0].dark = Some(groundswell::report::Dark::Never);
    assert!(select(&dark, &reader(""), &told, 7).is_some());
}

#[test]
fn a_reader_without_mail_for_weeks_is_told_of_all_of_them() {
    let now = view().made_at;
    let mut mailed = Mailed::default();
    assert_eq!(mailed.days(7, now), 7);
    mailed.at = Some(Day::of(now).plus(-20).start());
    assert_eq!(mailed.days(7, now), 27);
    let mut old = view();
    old.alerts[0].alert.day = day("2026-11-02");
    let seen = |days| select(&old, &reader(""), &mailed, days).map(|view| view.alerts.len());
    assert_eq!((seen(7), seen(27)), (Some(1), Some(2)));
}

#[test]
fn a_mail_made_twice_carries_the_same_id_and_another_one_does_not() {
    let from = "Trends <trends@shop.example>";
    let make = |view: &View, language| letter(view, &reader(""), language, from).expect("mail");
    let first = make(&view(), Language::Chinese);
    let mut later = view();
    later.made_at = "2026-11-22T09:00:00Z".parse().expect("time");
    assert_eq!(make(&later, Language::Chinese).id, first.id);
    assert!(first.id.ends_with("@shop.example>"));
    assert_ne!(make(&view(), Language::English).id, first.id);
    let mut other = view();
    other.lines[0].quantity = Some((1, 2, 3));
    assert_ne!(make(&other, Language::Chinese).id, first.id);
    assert_eq!(
        first.subject,
        "Harbour <Goods>：1 个口碑危机、2 个新热点、1 个 SKU 需立即下单"
    );
    assert_eq!(
        make(&view(), Language::English).subject,
        "Harbour <Goods>: 1 crisis, 2 new trends, 1 order due now"
    );
    assert!(letter(&view(), &reader(""), Language::English, "nobody").is_err());
    assert_eq!(market("us").code(), "us");
}
