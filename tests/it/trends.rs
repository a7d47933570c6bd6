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
