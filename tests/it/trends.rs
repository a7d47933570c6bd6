//! `trends`, `explain` and `retag` as an analyst types them.

use crate::program::Home;

/// Orders of three SKUs in Germany, two to four a day each, from 1 January to 1 March 2026;
/// RISING sells twenty a day from 20 February on.
fn orders() -> String {
    let mut text = String::from("order date,order id,sku,quantity,customer,country\n");
    let mut order = 0;
    for day in 0..60 {
        let date = match day {
            0..31 => format!("2026-01-{:02}", day + 1),
            31..59 => format!("2026-02-{:02}", day - 30),
            _ => format!("2026-03-{:02}", day - 58),
        };
        for (place, sku) in ["RISING", "STEADY-A", "STEADY-B"].into_iter().enumerate() {
            let usual = 2 + (day + place) % 3;
            let count = if sku == "RISING" && day >= 50 {
                20
            } else {
                usual
            };
            for _ in 0..count {
                order += 1;
                text.push_str(&format!(
                    "{date} {:02}:{:02}:00,o{order},{sku},1,c{order},Germany\n",
                    8 + order % 12,
                    order % 60
                ));
            }
        }
    }
    text
}

fn with_orders() -> Home {
    let home = Home::new();
    let file = home.write("orders.csv", orders());
    let file = file.to_str().expect("path");
    home.expect(0, &["import", file, "--as", "sales", "--source", "shop"]);
    home
}

#[test]
fn an_empty_home_says_what_to_do_and_an_unknown_alert_is_an_error_with_a_hint() {
    let home = Home::new();
    let said = home.expect(0, &["trends"]);
    assert!(said.contains("No day has been judged yet"), "{said}");
    for id in ["abc", "no such \u{1b}[31mid"] {
        let output = home.run(&["explain", id]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains("hint: ") && !said.contains('\u{1b}'),
            "{said}"
        );
    }
}

#[test]
fn a_rise_is_listed_explained_and_comes_out_of_the_log_again() {
    let home = with_orders();
    let table = home.expect(0, &["trends", "--days", "30"]);
    assert!(table.contains("RISING"), "{table}");
    assert!(!table.contains("STEADY"), "{table}");
    let found = home.json(&["trends", "--days", "30", "--format", "json"]);
    let alert = &found["alerts"][0];
    assert_eq!(alert["day"], 20_504, "20 February 2026");
    assert_eq!(alert["observed"], 20);
    let id = alert["id"].as_str().expect("an id").to_owned();

    let text = home.expect(0, &["explain", &id, "--lang", "en"]);
    for fact in ["RISING", "Germany", "Silent below", "20 people"] {
        assert!(text.contains(fact), "no `{fact}` in\n{text}");
    }
    assert!(
        home.expect(0, &["explain", &id[..6], "--lang", "zh"])
            .contains("德国")
    );
    let again = home.expect(0, &["explain", &id, "--recompute"]);
    assert!(again.contains("the same to the byte"), "{again}");

    home.expect(0, &["retag"]);
    let after = home.json(&["trends", "--days", "30", "--format", "json"]);
    assert_eq!(after["alerts"], found["alerts"]);
}

/// A post about a thing, in words that no other post has in this order.
fn around(thing: &str, number: usize) -> String {
    const WORDS: [&str; 32] = [
        "really", "today", "again", "never", "before", "people", "always", "maybe", "here",
        "still", "because", "after", "almost", "another", "around", "away", "better", "between",
        "both", "down", "each", "enough", "ever", "every", "first", "good", "great", "last",
        "little", "long", "more", "most",
    ];
    let word = |place: usize| {
        let hash = blake3::hash(&[number.to_le_bytes(), place.to_le_bytes()].concat());
        WORDS[usize::from(hash.as_bytes()[0]) % WORDS.len()]
    };
    let row = |places: std::ops::Range<usize>| places.map(word).collect::<Vec<_>>().join(" ");
    format!("{} the {thing} is {}", row(0..6), row(6..12))
}

/// Posts of 60 days: talk about this and that by many people, and from the 50th day on a wave of
/// wishes for a folding kettle, written in three ways, an enamel mug (a product of the sample
/// catalogue) and one person's sponge.
fn talk() -> String {
    const THINGS: [&str; 12] = [
        "garden hose",
        "winter coat",
        "bread knife",
        "bike pump",
        "desk chair",
        "rain boots",
        "wall clock",
        "paper lantern",
        "wool blanket",
        "tea strainer",
        "guitar strings",
        "camera strap",
    ];
    const KETTLES: [&str; 3] = ["folding kettle", "folding-kettle", "folding kettles"];
    let mut text = String::from("time,id,author,text\n");
    let mut id: usize = 0;
    let mut say = |day: usize, author: String, thing: &str| {
        id += 1;
        let words = around(thing, id);
        let date = jiff::civil::date(2026, 1, 1) + jiff::Span::new().days(day as i64);
        text.push_str(&format!(
            "{date}T{:02}:{:02}:00Z,p{id},{author},{words}\n",
            id % 24,
            id % 60
        ));
    };
    for day in 0..60 {
        for turn in 0..24 {
            let thing = THINGS[(day + turn * 5) % THINGS.len()];
            say(day, format!("a{}", (day * 7 + turn) % 400), thing);
        }
        if day >= 50 {
            for turn in 0..15 {
                let kettle = KETTLES[turn % KETTLES.len()];
                say(day, format!("k{day}-{turn}"), kettle);
                say(day, format!("m{day}-{turn}"), "enamel mug");
                say(day, "spongebot".into(), "miracle sponge");
            }
        }
    }
    text
}

#[test]
fn rising_phrases_are_whole_told_once_and_of_nobody_s_own_making() {
    let home = Home::new();
    let file = home.write("posts.csv", talk());
    let file = file.to_str().expect("path");
    home.expect(
        0,
        &[
            "import", file, "--as", "posts", "--source", "forum", "--market", "us",
        ],
    );
    let arguments = ["trends", "--days", "30", "--subject", "phrase"];
    insta::with_settings!({filters => vec![(r"\ba[0-9a-f]{9}\b", "[alert-id]")]}, {
        insta::assert_snapshot!("rising_phrases", home.expect(0, &arguments));
    });
    let found = home.json(&[&arguments[..], &["--format", "json"]].concat());
    let alerts = found["alerts"].as_array().expect("alerts");
    let kettles: Vec<_> = alerts
        .iter()
        .filter(|alert| alert["series"].to_string().contains("kettle"))
        .collect();
    assert_eq!(kettles.len(), 1, "{alerts:?}");
    let kettle = kettles[0];
    assert!(kettle["authors"].as_u64() > Some(2), "{kettle}");
    assert!(kettle["lift"].as_f64() > Some(3.0), "{kettle}");
    assert_eq!(kettle["first_seen"], 20_504, "20 February 2026");
    assert!(!kettle["quotes"].as_array().expect("quotes").is_empty());
    for own in ["enamel mug", "sponge"] {
        assert!(
            alerts
                .iter()
                .all(|alert| !alert["series"].to_string().contains(own)),
            "{own}: {alerts:?}"
        );
    }
}

#[test]
fn as_of_shows_what_was_known_then() {
    let home = with_orders();
    let before = home.expect(0, &["trends", "--as-of", "2026-02-20"]);
    assert!(before.contains("Nothing stands out"), "{before}");
    let then = home.expect(0, &["trends", "--as-of", "2026-02-22"]);
    assert!(then.contains("RISING"), "{then}");
    let other = home.expect(0, &["trends", "--market", "jp", "--days", "60"]);
    assert!(other.contains("Nothing stands out"), "{other}");
}

#[test]
fn wrong_arguments_are_named() {
    let home = Home::new();
    for (arguments, part) in [
        (
            ["trends", "--class", "rumour"],
            "--class `rumour` is none of social",
        ),
        (["trends", "--as-of", "soon"], "--as-of `soon` is no time"),
        (["trends", "--market", "germany!"], "--market `germany!`"),
    ] {
        let output = home.run(&arguments);
        assert_ne!(output.status.code(), Some(0));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(part), "{said}");
    }
}
