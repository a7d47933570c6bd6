//! What a person corrects holds from then on, and can be learned from and measured on.

use crate::program::{run_in, shop};
use serde_json::Value;
use std::path::Path;

const CATALOGUE: &str = "sku,name,brand,models,category\n\
    SW-1,Pivo Switch,Pivo,PV-7,console\n\
    LAMP-2,Lumo MoonLamp,Lumo,LM-200,lamp\n";

fn correct(folder: &Path, args: &[&str]) -> (bool, String) {
    run_in(
        folder,
        &[&["correct", "--catalog", "catalogue.csv"], args].concat(),
    )
}

fn tags(folder: &Path, text: &str) -> Value {
    std::fs::write(folder.join("posts.txt"), text).unwrap();
    let args = ["tag", "--lines", "posts.txt", "--catalog", "catalogue.csv"];
    let (done, out) = run_in(folder, &args);
    assert!(done, "{out}");
    serde_json::from_str(&out).unwrap()
}

fn skus(tags: &Value) -> Vec<String> {
    let mentions = tags["mentions"].as_array().unwrap().iter();
    mentions
        .map(|mention| mention["sku"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_corrected_text_is_tagged_as_corrected_and_says_so() {
    let shop = shop(CATALOGUE);
    let text = "Na toll, das ist ja wunderbar gelaufen";
    let (done, out) = correct(
        shop.path(),
        &[
            text,
            "--language",
            "de",
            "--market",
            "AT",
            "--sentiment",
            "negative",
            "--complaint",
            "yes",
        ],
    );
    assert!(done && out.contains("sentiment negative"), "{out}");
    let tags = tags(shop.path(), "na TOLL, das ist ja  wunderbar gelaufen");
    assert_eq!(tags["sentiment"]["label"], "negative");
    assert_eq!(tags["sentiment"]["abstain"], false);
    assert_eq!(tags["market"]["code"], "at");
    assert_eq!(tags["market"]["evidence"], "corrected");
    assert_eq!(tags["language"]["confidence"], 1.0);
    assert_eq!(tags["intents"]["complaint"], 1.0);
    let explain = ["tag", "--explain", text, "--catalog", "catalogue.csv"];
    let (_, shown) = run_in(shop.path(), &explain);
    assert!(
        shown.contains("Corrected   language de, market at, sentiment negative, complaint yes"),
        "{shown}"
    );
    // The last word counts.
    correct(shop.path(), &[text, "--sentiment", "neutral"]);
    let tags = self::tags(shop.path(), text);
    assert_eq!(tags["sentiment"]["label"], "neutral");
    assert_eq!(tags["market"]["code"], "at");
}

#[test]
fn a_corrected_name_holds_for_its_text_and_teaches_others() {
    let shop = shop(CATALOGUE);
    let asked = "my switch joycon drifts";
    assert!(skus(&tags(shop.path(), asked)).is_empty());
    let (done, out) = correct(shop.path(), &[asked, "--sku", "SW-1"]);
    assert!(done && out.contains("“switch” means SW-1"), "{out}");
    assert_eq!(skus(&tags(shop.path(), asked)), ["SW-1"]);
    assert_eq!(
        skus(&tags(shop.path(), "the joycon of my switch broke")),
        ["SW-1"]
    );
    let sure = "switch PV-7 to silent";
    assert_eq!(skus(&tags(shop.path(), sure)).len(), 2);
    let (done, out) = correct(shop.path(), &[sure, "--none", "--alias", "switch"]);
    assert!(done && out.contains("means no product"), "{out}");
    assert_eq!(skus(&tags(shop.path(), sure)), ["SW-1"]);
}

#[test]
fn what_cannot_be_a_correction_is_refused_and_nothing_is_kept() {
    let shop = shop(CATALOGUE);
    for (args, why) in [
        (&["nice"][..], "required"),
        (&["nice", "--market", "Atlantis"], "is no market"),
        (&["nice", "--sku", "SW-1"], "no name of `SW-1`"),
    ] {
        let (done, out) = correct(shop.path(), args);
        assert!(!done && out.contains(why), "{out}");
    }
    let file = shop.path().join("corrections.ndjson");
    assert!(!file.exists());
    std::fs::write(&file, "{\"text\":\"a\"}\nnonsense\n").unwrap();
    let (done, out) = correct(shop.path(), &["nice", "--language", "en"]);
    assert!(!done && out.contains("line 2"), "{out}");
}

#[test]
fn models_are_measured_on_corrections() {
    let shop = shop(CATALOGUE);
    for (text, label) in [
        ("I love it, best lamp ever, so happy", "positive"),
        ("terrible lamp, broken after a day, very angry", "negative"),
    ] {
        correct(
            shop.path(),
            &[text, "--language", "en", "--sentiment", label],
        );
    }
    for head in ["sentiment", "language"] {
        let args = [
            "model",
            "eval",
            "--head",
            head,
            "--corrections",
            "corrections.ndjson",
        ];
        let (done, out) = run_in(shop.path(), &args);
        assert!(done && out.contains("en"), "{out}");
        let all = out.lines().find(|line| line.starts_with("all")).unwrap();
        assert_eq!(all.split_whitespace().nth(1), Some("2"), "{out}");
    }
    let left: Vec<_> = std::fs::read_dir(shop.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_dir())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
