//! `aspects` as an analyst types it, on a small home. Every sentence was written for this file.

use crate::program::Home;

const POSTS: [(&str, &str, &str); 7] = [
    (
        "us",
        "2026-03-01",
        "The Glimmerfox Cup has a terrible battery, it is dead after an hour",
    ),
    (
        "us",
        "2026-03-02",
        "I hate how the battery of my Glimmerfox Cup fails all the time, awful",
    ),
    (
        "us",
        "2026-03-02",
        "Love the colour of the Glimmerfox Cup, it is beautiful and amazing!",
    ),
    (
        "us",
        "2026-03-03",
        "My Glimmerfox Cup arrived today and the packaging was lovely, thank you so much",
    ),
    (
        "us",
        "2026-03-03",
        "The blade of the Glimmerfox Cup is great and works perfectly, love it",
    ),
    (
        "de",
        "2026-03-03",
        "Der Akku vom Glimmerfox Cup ist furchtbar schlecht und ständig leer, ich hasse das",
    ),
    (
        "us",
        "2026-03-03",
        "What a day, the battery of my car is dead again and I am so tired",
    ),
];

fn home() -> Home {
    let home = Home::new();
    // The texts are older than texts are kept by default.
    let path = home.path().join("groundswell.toml");
    let settings = std::fs::read_to_string(path).expect("settings");
    let kept = settings.replace("keep_text_days = 180", "keep_text_days = 36500");
    assert_ne!(kept, settings);
    home.write("groundswell.toml", kept);
    home.write("catalogue.csv", "sku,name\nCUP-9,Glimmerfox Cup\n");
    home.write(
        "aspects.toml",
        "[[aspect]]\nname = \"blade\"\nwords = { en = [\"blade\"] }\n",
    );
    let mut lines = String::new();
    for (number, (market, day, text)) in POSTS.into_iter().enumerate() {
        let line = serde_json::json!({
            "time": format!("{day}T10:00:00Z"), "id": number, "user": format!("u{number}"),
            "text": text, "market": market,
        });
        lines.push_str(&format!("{line}\n"));
    }
    let file = home.write("posts.ndjson", lines);
    let file = file.to_str().expect("path");
    home.expect(0, &["import", file, "--as", "posts", "--source", "forum"]);
    home
}

#[test]
fn aspects_are_counted_by_market_with_quotes_and_own_words() {
    let home = home();
    let text = home.expect(0, &["aspects", "--sku", "CUP-9", "--days", "3650"]);
    // The days depend on the clock.
    let (head, rest) = text.split_once('\n').expect("lines");
    assert!(head.starts_with("What is said of CUP-9, 20"), "{head}");
    insta::assert_snapshot!("aspects", rest);
    let found = home.json(&[
        "aspects", "--sku", "CUP-9", "--days", "3650", "--market", "us", "--format", "json",
    ]);
    let list = found["aspects"].as_array().expect("a list");
    let of = |name: &str| {
        let own = list.iter().find(|own| own["aspect"] == name);
        own.unwrap_or_else(|| panic!("{name} in {found}"))
    };
    assert_eq!(of("battery")["records"], 2);
    assert_eq!(of("battery")["negative"], 2);
    assert_eq!(of("colour")["positive"], 1);
    assert_eq!(of("blade")["records"], 1);
    let quote = &of("battery")["quotes"][0];
    assert_eq!(quote["record"].as_str().map(str::len), Some(32), "{quote}");
    assert!(list.iter().all(|own| own["market"] == "us"), "{found}");
}

#[test]
fn what_is_not_known_is_said_and_a_wrong_file_is_named() {
    let home = home();
    let text = home.expect(0, &["aspects", "--sku", "NO-SUCH"]);
    assert!(text.contains("hint: "), "{text}");
    home.write("aspects.toml", "[[aspect]]\nname = \"blade\"\n");
    let output = home.run(&["retag"]);
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("aspects.toml") && said.contains("hint: "),
        "{said}"
    );
}
