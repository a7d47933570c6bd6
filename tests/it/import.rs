//! Files that a seller already has go in, and the program answers questions about them.

use crate::program::{Home, shared};
use flate2::read::MultiGzDecoder;
use groundswell::record::{Day, Subject};
use groundswell::run::Workspace;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Order lines of one SKU: two a day for four weeks, in January 2026.
fn orders() -> String {
    let mut text = String::from("order date,order id,货号,数量,customer,country\n");
    for day in 1..=28 {
        for order in 0..2 {
            text.push_str(&format!(
                "2026-01-{day:02} 10:0{order}:00,{day}{order},LAMP-1,1,c{day}{order},Germany\n"
            ));
        }
    }
    text
}

#[test]
fn orders_give_a_velocity_and_say_that_the_stock_is_unknown() {
    let home = Home::new();
    home.write("stock.csv", "sku,market,on_hand\n");
    let file = home.write("orders.csv", orders());
    let file = file.to_str().expect("path");
    home.expect(0, &["import", file, "--as", "sales", "--source", "shop"]);
    let before = home.json(&["restock", "--format", "json"]);
    let line = &before.as_array().expect("lines")[0];
    assert_eq!(line["sku"], "LAMP-1");
    assert_eq!(line["market"], "de");
    assert_eq!(line["advice"], "stock-unknown");
    assert_eq!(line["velocity"], 2.0);
    assert!(line["quantity"].is_null(), "no stock, no quantity: {line}");

    home.write("stock.csv", "sku,market,on_hand\nLAMP-1,de,20\n");
    let after = home.json(&["restock", "--format", "json"]);
    let line = &after.as_array().expect("lines")[0];
    assert_eq!(line["on_hand"], 20);
    assert_eq!(line["days_of_cover"], 10.0);
}

#[test]
fn a_file_imported_twice_counts_once_and_a_broken_line_is_named() {
    let home = Home::new();
    let text = orders().replace("2026-01-05 10:00:00", "soon");
    let file = home.write("orders.csv", text);
    let file = file.to_str().expect("path");
    let arguments = ["import", file, "--as", "sales", "--source", "shop"];
    let first = home.run(&arguments);
    assert_eq!(first.status.code(), Some(1), "a part was refused");
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert!(
        said.contains("line 10, `time`: `soon` is not a time"),
        "{said}"
    );
    assert!(
        said.contains("55 rows taken, 0 were there already, 1 refused"),
        "{said}"
    );
    let second = home.run(&arguments);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        said.contains("0 rows taken, 55 were there already, 1 refused"),
        "{said}"
    );
    let strict = home.write("strict.csv", "ts,sku,qty\nsoon,A,1\n");
    let arguments = [
        "import",
        strict.to_str().expect("path"),
        "--as",
        "sales",
        "--source",
        "x",
        "--strict",
    ];
    assert_eq!(
        home.run(&arguments).status.code(),
        Some(2),
        "nothing was imported"
    );
}

#[test]
fn old_texts_that_came_in_during_a_count_are_counted_before_they_expire() {
    let home = Home::new();
    home.write("catalogue.csv", "sku,name\nCUP-9,Glimmerfox Cup\n");
    let chat = home.write(
        "chat.csv",
        "time,id,role,text\n2020-03-01,1,user,Where can I buy the Glimmerfox Cup?\n",
    );
    let chat = chat.to_str().expect("path");
    let workspace = Workspace::open(&home.path()).expect("opens");
    workspace.project(&mut |_| {}).expect("a generation");
    let plan = groundswell::config::Plan {
        kind: Some(groundswell::record::Kind::Chat),
        ..groundswell::config::Plan::new(groundswell::config::Shape::Posts, "desk")
    };
    let file = std::fs::File::open(chat).expect("opens");
    workspace.import(&plan, file).expect("imported");
    // As if another process had just finished its count.
    assert_eq!(workspace.expire().expect("expired"), 0);
    workspace.project(&mut |_| {}).expect("counted");
    let live = workspace.store.live().expect("live").expect("a generation");
    let cup = Subject::Sku("CUP-9".into());
    let of = workspace.store.series_of(live.id, &cup).expect("series");
    let days = Day(0)..=Day(99_999);
    let cells = workspace.store.cells(live.id, &of[0], days).expect("cells");
    assert_eq!(cells[0].1.mentions, 1);
}

/// Words of a forum that has no shop in it.
const WORDS: [&str; 24] = [
    "rain",
    "bus",
    "coffee",
    "garden",
    "match",
    "homework",
    "cat",
    "kitchen",
    "neighbour",
    "train",
    "soup",
    "radio",
    "bicycle",
    "ticket",
    "window",
    "market",
    "river",
    "guitar",
    "dentist",
    "bread",
    "holiday",
    "lamp",
    "ladder",
    "carrot",
];

/// A post like no other: its number decides its words.
fn chatter(number: u64) -> String {
    let mut state = number;
    let word = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 33) as usize % WORDS.len()]
    };
    let words: Vec<&str> = (0..9).map(word).collect();
    words.join(" ")
}

#[test]
fn gzip_and_ndjson_go_in_and_a_wave_of_posts_is_a_trend() {
    let home = Home::new();
    home.write("catalogue.csv", "sku,name\nCUP-9,Glimmerfox Cup\n");
    let mut lines = String::new();
    let mut number = 0;
    for day in 1..=30 {
        let named = if day >= 28 { 14 } else { day % 2 };
        for post in 0..40 + named {
            number += 1;
            let mut text = chatter(number);
            if post < named {
                text.push_str(", and the Glimmerfox Cup is great");
            }
            let line = serde_json::json!({
                "time": format!("2026-03-{day:02}T{:02}:10:00Z", post % 24),
                "id": number, "user": format!("u{number}"), "text": text, "market": "us",
            });
            lines.push_str(&format!("{line}\n"));
        }
    }
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(lines.as_bytes()).expect("zips");
    let file = home.write("posts.ndjson.gz", zip.finish().expect("zips"));
    let file = file.to_str().expect("path");
    home.expect(0, &["import", file, "--as", "posts", "--source", "forum"]);
    let seen = |instant: &str| {
        home.json(&[
            "trends",
            "--as-of",
            instant,
            "--subject",
            "sku",
            "--format",
            "json",
        ])["alerts"]
            .as_array()
            .cloned()
            .expect("alerts")
    };
    let late = seen("2026-04-01");
    let first = late.first().expect("an alert");
    assert_eq!(first["series"]["subject"]["sku"], "CUP-9", "{first}");
    assert_eq!(first["series"]["market"], "us");
    assert_eq!(
        seen("2026-03-27"),
        Vec::<serde_json::Value>::new(),
        "nobody could know"
    );
}

/// The first lines of a gzip file, as a file of its own.
fn head_of(zipped: &Path, lines: usize, to: &Path) {
    let file = std::fs::File::open(zipped).expect("opens");
    let reader = BufReader::new(MultiGzDecoder::new(file));
    let mut out = std::fs::File::create(to).expect("creates");
    for line in reader.lines().take(lines) {
        writeln!(out, "{}", line.expect("line")).expect("writes");
    }
}

#[test]
fn an_hourly_hot_list_answers_with_phrases_and_without_what_was_paid_for() {
    let Some(file) = shared("series/weibo-hot/hourly.csv.gz") else {
        return;
    };
    let home = Home::new();
    let head = home.path().join("hot.csv");
    head_of(&file, 20_000, &head);
    home.expect(
        0,
        &[
            "import",
            head.to_str().expect("path"),
            "--as",
            "ranks",
            "--source",
            "hot",
            "--list",
            "hot-search",
            "--market",
            "cn",
            "--zone",
            "Asia/Shanghai",
            "--map",
            "time=hour_cst",
        ],
    );
    let trends = home.json(&[
        "trends",
        "--subject",
        "phrase",
        "--as-of",
        "2024-06-05",
        "--days",
        "16",
        "--format",
        "json",
    ]);
    let alerts = trends["alerts"].as_array().expect("alerts");
    assert!(!alerts.is_empty(), "a hot list without a rising phrase");
    let mut paid = std::collections::BTreeMap::new();
    let mut rows = csv::Reader::from_path(&head).expect("csv");
    for row in rows.records() {
        let row = row.expect("row");
        let entry = paid.entry(row[2].to_lowercase()).or_insert((0, 0));
        entry.0 += 1;
        entry.1 += u32::from(&row[4] == "1");
    }
    for alert in alerts {
        let phrase = alert["series"]["subject"]["phrase"]
            .as_str()
            .expect("phrase");
        let seen = paid.get(phrase);
        assert!(
            seen.is_none_or(|(all, bought)| bought < all),
            "`{phrase}` was only ever a paid place"
        );
    }
}

#[test]
fn order_lines_answer_with_skus_that_really_rose_and_with_their_velocity() {
    let Some(file) = shared("series/online-retail/transactions.csv.gz") else {
        return;
    };
    let home = Home::new();
    home.write("stock.csv", "sku,market,on_hand\n");
    let head = home.path().join("orders.csv");
    head_of(&file, 60_000, &head);
    home.expect(
        0,
        &[
            "import",
            head.to_str().expect("path"),
            "--as",
            "sales",
            "--source",
            "shop",
        ],
    );
    let trends = home.json(&[
        "trends",
        "--subject",
        "sku",
        "--class",
        "sales",
        "--as-of",
        "2011-03-15",
        "--days",
        "100",
        "--all",
        "--format",
        "json",
    ]);
    let alerts = trends["alerts"].as_array().expect("alerts");
    assert!(
        !alerts.is_empty(),
        "three months of a wholesaler without a rising SKU"
    );
    for alert in alerts {
        let (observed, expected) = (
            alert["observed"].as_f64().expect("observed"),
            alert["expected"].as_f64().expect("expected"),
        );
        assert!(observed > expected, "{alert}");
    }
    let lines = home.json(&["restock", "--market", "gb", "--format", "json"]);
    let lines = lines.as_array().expect("lines");
    assert!(
        lines
            .iter()
            .any(|line| line["velocity"].as_f64().is_some_and(|units| units > 0.0))
    );
    assert!(lines.iter().all(|line| line["advice"] == "stock-unknown"));
}

/// A search page as a browser saves it.
fn saved_search() -> &'static str {
    "<!DOCTYPE html>\n<!-- saved from url=(0036)https://www.amazon.co.jp/s?k=kettle -->\n<html><body>\
     <div data-component-type=\"s-search-result\" data-asin=\"B0KETTLE01\"><h2><span>ケトル K2</span></h2>\
     <span class=\"a-price\"><span class=\"a-offscreen\">￥5,980</span></span></div></body></html>"
}

#[test]
fn a_folder_of_saved_pages_goes_in_once_and_what_is_no_page_is_named() {
    let home = Home::new();
    std::fs::create_dir_all(home.path().join("saved/kettle_files")).expect("folders");
    home.write("saved/kettle.html", saved_search());
    home.write("saved/kettle_files/ad.html", "<html></html>");
    home.write("saved/other.html", "<html><body>nothing</body></html>");
    home.write(
        "saved/lid.json",
        r#"[{"title": "Lid", "url": "https://www.amazon.de/dp/B0KETTLE02", "price": "5,00 €"}]"#,
    );
    home.write(
        "saved/lid.meta.json",
        r#"{"url": "https://www.amazon.de/s?k=lid", "recorded_at": "2026-01-05T10:00:00Z"}"#,
    );
    let folder = home.path().join("saved");
    let folder = folder.to_str().expect("path");
    let arguments = [
        "import",
        folder,
        "--as",
        "page",
        "--source",
        "amazon-search",
        "--query",
        "kettle",
    ];
    let first = home.run(&arguments);
    assert_eq!(first.status.code(), Some(1), "a part was refused");
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert!(
        said.contains("kettle.html: 1 records taken, 0 were there already"),
        "{said}"
    );
    assert!(
        said.contains("lid.json: 1 records taken, 0 were there already"),
        "{said}"
    );
    assert!(
        said.contains("other.html: refused: the address of the page is not known"),
        "{said}"
    );
    assert!(!said.contains("ad.html"), "{said}");
    let second = home.run(&arguments);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        said.contains("kettle.html: 0 records taken, 1 were there already"),
        "{said}"
    );
    assert!(
        said.contains("lid.json: 0 records taken, 1 were there already"),
        "{said}"
    );
}
