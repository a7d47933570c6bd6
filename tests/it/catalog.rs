//! The names of a catalogue, as a seller sees and settles them.

use crate::program::{run_in, shop};
use serde_json::Value;
use std::path::Path;

const CATALOGUE: &str = "sku,name,brand,models,aliases,aliases_ja,category\n\
    SW-1,Pivo Switch,Pivo,PV-7,,,console\n\
    LAMP-2,\"Lumo MoonLamp Mark II, white\",Lumo,LM-200,,ムーンランプ,lamp\n\
    LAMP-3,\"Lumo MoonLamp Mark II, black\",Lumo,LM-201,,,lamp\n";

fn catalog(folder: &Path, args: &[&str]) -> (bool, String) {
    let file = ["catalog", "--catalog", "catalogue.csv"];
    run_in(folder, &[&file, args].concat())
}

/// The SKUs that a text is linked to.
fn linked(folder: &Path, text: &str) -> Vec<String> {
    std::fs::write(folder.join("posts.txt"), text).unwrap();
    let args = ["tag", "--lines", "posts.txt", "--catalog", "catalogue.csv"];
    let (done, out) = run_in(folder, &args);
    assert!(done, "{out}");
    let tags: Value = serde_json::from_str(&out).unwrap();
    let mentions = tags["mentions"].as_array().unwrap().iter();
    mentions
        .map(|mention| mention["sku"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_name_is_shown_with_its_origin_and_what_stands_against_it() {
    let shop = shop(CATALOGUE);
    let (_, text) = catalog(shop.path(), &["aliases", "SW-1"]);
    insta::assert_snapshot!("switch", text);
    let (_, text) = catalog(shop.path(), &["aliases", "LAMP-2"]);
    insta::assert_snapshot!("lamp", text);
    let (_, json) = catalog(shop.path(), &["aliases", "LAMP-2", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let names = json["names"].as_array().unwrap();
    let name = |text: &str| names.iter().find(|name| name["name"] == text).unwrap();
    assert_eq!(name("ムーンランプ")["languages"][0], "ja");
    assert_eq!(name("munranpu")["from"], "other spelling");
    assert_eq!(name("moonlamp mark 2")["shared_with"][0], "LAMP-3");
    assert_eq!(json["model_codes"][0], "lm200");
    let (done, why) = catalog(shop.path(), &["aliases", "LAMP-22"]);
    assert!(!done && why.contains("did you mean `LAMP-2`?"), "{why}");
}

#[test]
fn what_a_person_settles_decides_later_texts() {
    let shop = shop(CATALOGUE);
    let (asked, other) = ("my switch joycon drifts", "the joycon of my switch broke");
    assert!(linked(shop.path(), other).is_empty());
    let (done, out) = catalog(shop.path(), &["resolve", "--sku", "SW-1", asked]);
    assert!(done && out.contains("`switch` means SW-1"), "{out}");
    assert_eq!(linked(shop.path(), other), ["SW-1"]);
    assert!(linked(shop.path(), "a light switch for the hallway").is_empty());

    let (done, out) = catalog(
        shop.path(),
        &[
            "resolve",
            "--none",
            "time to switch the hallway console light",
        ],
    );
    assert!(done && out.contains("means no product"), "{out}");
    assert!(linked(shop.path(), "switch on the hallway console").is_empty());
    let kept = std::fs::read_to_string(shop.path().join("resolved.csv")).unwrap();
    assert_eq!(kept.lines().count(), 3, "{kept}");
}

#[test]
fn a_text_without_the_name_is_refused_and_nothing_is_kept() {
    let shop = shop(CATALOGUE);
    let (done, why) = catalog(shop.path(), &["resolve", "--sku", "SW-1", "nice weather"]);
    assert!(!done && why.contains("no name of `SW-1`"), "{why}");
    assert!(!shop.path().join("resolved.csv").exists());
}

/// The lines on products that `tag --explain` prints.
fn explained(folder: &Path, text: &str, thread: Option<&str>) -> String {
    let mut args = vec!["tag", "--explain", text, "--catalog", "catalogue.csv"];
    if let Some(thread) = thread {
        args.extend(["--thread", thread]);
    }
    let (done, out) = run_in(folder, &args);
    assert!(done, "{out}");
    let lines = out.lines().skip_while(|line| !line.starts_with("Products"));
    let lines: Vec<&str> = lines
        .take_while(|line| line.starts_with("Products") || line.starts_with(' '))
        .collect();
    lines.join("\n")
}

#[test]
fn each_kind_of_support_links_an_ambiguous_name() {
    let shop = shop(CATALOGUE);
    let catalogue = format!("{CATALOGUE}CUP-9,Zenna Fire,Zenna,,,,mug\n");
    std::fs::write(shop.path().join("catalogue.csv"), catalogue).unwrap();
    for (text, why) in [
        ("a switch by pivo", "brand in the text"),
        ("which console is it? a switch", "category word in the text"),
        ("new #switch day", "written as a hashtag"),
        ("the switch, pv-7 it says", "another name of it in the text"),
        (
            "I got the Fire 2 for my birthday",
            "number or edition behind it",
        ),
        (
            "she bought a Fire yesterday",
            "word of buying or using nearby",
        ),
    ] {
        let shown = explained(shop.path(), text, None);
        assert!(
            shown.contains("linked by") && shown.contains(why),
            "{shown}"
        );
    }
    for text in [
        "time to Switch jobs",
        "a fire broke out",
        "Memphis May Fire on stage",
    ] {
        let shown = explained(shop.path(), text, None);
        assert!(!shown.contains("linked by"), "{shown}");
    }
}

#[test]
fn a_reply_knows_what_the_thread_is_about() {
    let shop = shop(CATALOGUE);
    let reply = "mine is a switch as well";
    assert!(!explained(shop.path(), reply, None).contains("linked by"));
    assert!(!explained(shop.path(), reply, Some("nice weather")).contains("linked by"));
    let shown = explained(shop.path(), reply, Some("the PV-7 arrived"));
    assert!(
        shown.contains("SW-1 linked by") && shown.contains("named where the thread began"),
        "{shown}"
    );
}

#[test]
fn a_long_name_with_a_wrong_letter_is_found_where_the_catalogue_speaks_for_it() {
    let shop = shop(CATALOGUE);
    let shown = explained(shop.path(), "moonlanp mark 2, the lm-200", None);
    assert!(
        shown.contains("LAMP-2 linked by “moonlamp mark 2”")
            && shown.contains("a letter of it is wrong"),
        "{shown}"
    );
    let shown = explained(shop.path(), "my moonlanp mark 2", None);
    assert!(shown.contains("none of"), "{shown}");
}

#[test]
fn words_that_must_or_must_not_stand_decide() {
    let shop = shop(CATALOGUE);
    let rows = "sku,name,brand,must,must_not\nMUG,Zenna Dawncup,Zenna,coffee|tea,sticker\n";
    std::fs::write(shop.path().join("catalogue.csv"), rows).unwrap();
    assert_eq!(linked(shop.path(), "dawncup for coffee"), ["MUG"]);
    assert!(linked(shop.path(), "dawncup for soup").is_empty());
    assert!(linked(shop.path(), "coffee dawncup sticker").is_empty());
}
