//! How a text feels about one thing in it, and what of a product it speaks of. Every sentence
//! here was written for this file; the labelled rows are known by the hashes of their texts.

use super::{CONTEXT, post, tags};
use assert_cmd::Command;
use groundswell::record::{Polarity, Tags};
use groundswell::tag::{Hints, tag};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

fn felt(tags: &Tags, sku: &str) -> Option<Polarity> {
    let mention = tags.mentions.iter().find(|mention| mention.sku == sku);
    let mention = mention.unwrap_or_else(|| panic!("{sku} in {tags:?}"));
    mention.sentiment.as_ref().map(|felt| felt.label)
}

#[test]
fn two_products_in_one_text_are_felt_about_apart() {
    let (good, bad) = (Some(Polarity::Positive), Some(Polarity::Negative));
    for (text, cup, kettle) in [
        (
            "The Nuvio BreezeCup 3 is great and I love it, but the Tarn Target is terrible and broke",
            good,
            bad,
        ),
        (
            "The Tarn Target kettle is awful. The Nuvio BreezeCup 3 is amazing!",
            good,
            bad,
        ),
    ] {
        let tags = tags(text);
        assert_eq!(felt(&tags, "NB-01"), cup, "{text}");
        assert_eq!(felt(&tags, "TG-02"), kettle, "{text}");
    }
}

#[test]
fn a_comparison_makes_one_better_than_the_other() {
    let lean = |tags: &Tags, sku: &str| {
        let mention = tags.mentions.iter().find(|mention| mention.sku == sku);
        let felt = mention.and_then(|mention| mention.sentiment.as_ref());
        felt.map(|felt| felt.positive - felt.negative).unwrap()
    };
    for (text, better, worse) in [
        (
            "The Nuvio BreezeCup 3 is so much better than the Tarn Target kettle",
            "NB-01",
            "TG-02",
        ),
        (
            "The Nuvio BreezeCup 3 is not as good as the Tarn Target kettle",
            "TG-02",
            "NB-01",
        ),
        (
            "I switched from the Tarn Target kettle to the Nuvio BreezeCup 3 last week",
            "NB-01",
            "TG-02",
        ),
    ] {
        let tags = tags(text);
        assert!(
            lean(&tags, better) > lean(&tags, worse),
            "{text}: {:?}",
            tags.mentions
        );
    }
}

#[test]
fn a_language_in_which_targets_were_never_tested_says_nothing() {
    let tags = tags("Der Nuvio BreezeCup 3 ist super, ich liebe den kleinen Ventilator sehr");
    assert_eq!(tags.language.code, "de");
    assert_eq!(felt(&tags, "NB-01"), None);
}

#[test]
fn aspects_are_found_where_they_stand_in_the_raw_text() {
    for (text, wanted) in [
        (
            "Great sound quality but the BATTERY dies fast",
            vec![("sound", "sound quality"), ("battery", "BATTERY")],
        ),
        (
            "Der Akku hält lange, der Preis ist zu hoch",
            vec![("battery", "Akku"), ("price", "Preis")],
        ),
        (
            "电池很好用，但是屏幕太小了",
            vec![("battery", "电池"), ("screen", "屏幕"), ("size", "太小")],
        ),
        (
            "バッテリーはいいけど値段が高い",
            vec![
                ("battery", "バッテリー"),
                ("price", "値段"),
                ("price", "高い"),
            ],
        ),
    ] {
        let chars: Vec<char> = text.chars().collect();
        let tags = tags(text);
        let found: Vec<(&str, String)> = tags
            .aspects
            .iter()
            .map(|own| {
                (
                    own.aspect.as_str(),
                    chars[own.start..own.end].iter().collect(),
                )
            })
            .collect();
        for (aspect, words) in wanted {
            assert!(
                found.contains(&(aspect, words.to_owned())),
                "{aspect} in {found:?}"
            );
        }
    }
}

#[test]
fn the_parts_of_one_product_are_felt_about_apart() {
    let tags = tags("The sound quality is excellent, but the battery life is terrible.");
    let felt: BTreeMap<&str, Option<Polarity>> = tags
        .aspects
        .iter()
        .map(|own| (own.aspect.as_str(), own.polarity))
        .collect();
    assert_eq!(felt["sound"], Some(Polarity::Positive));
    assert_eq!(felt["battery"], Some(Polarity::Negative));
}

#[test]
fn a_target_column_adds_how_the_text_feels_about_it() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "lid\tThe cup is lovely but the $T$ is horrible\n\
                 cup\tThe cup is lovely but the lid is horrible\n\
                 handle\tno such thing is named here\n\
                 \n\
                 only a text\n";
    std::fs::write(folder.path().join("lines.tsv"), lines).unwrap();
    let output = Command::cargo_bin("groundswell")
        .unwrap()
        .current_dir(folder.path())
        .args(["tag", "--lines", "lines.tsv", "--target-column"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 5);
    let label = |line: usize| lines[line]["target_sentiment"]["label"].as_str().unwrap();
    assert_eq!((label(0), label(1)), ("negative", "positive"));
    assert_eq!(lines[2]["target_sentiment"], lines[2]["sentiment"]);
    for line in &lines {
        let told = line["target_sentiment"]["probabilities"]
            .as_object()
            .unwrap();
        let sum: f64 = told.values().filter_map(Value::as_f64).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{line}");
        assert!(line["aspects"].is_array(), "{line}");
    }
}

#[test]
fn hostile_texts_with_products_and_aspects_end_soon() {
    let started = std::time::Instant::now();
    for text in [
        "BreezeCup 3 ".repeat(20_000),
        "battery price screen ".repeat(20_000),
        "\u{202e}电池\u{200d}BreezeCup 3 #".repeat(5_000),
        format!("BreezeCup 3 {}", "a".repeat(1_000_000)),
        format!("BreezeCup 3 {}", "but ".repeat(10_000)),
        (0..10_000).map(|i| format!("#battery{i} ")).collect(),
    ] {
        let tags = tag(&post(&text), &Hints::default(), &CONTEXT);
        assert!(tags.aspects.len() <= 12 && tags.mentions.len() <= 50);
    }
    // A debug build on a busy machine; a release build takes milliseconds.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// FNV-1a of a text, by which the labelled rows are known.
fn hash(text: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// The aspects of 153 review sentences, labelled before the words of any aspect were written.
const LABELS: &str = include_str!("aspects.tsv");

#[test]
fn aspects_agree_with_labels_that_were_made_before_them() {
    let Some(shared) = crate::program::shared("text") else {
        return;
    };
    let mut sets: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for line in LABELS.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let aspects = columns[2].split(',').filter(|name| !name.is_empty());
        let rows = sets.entry(columns[0]).or_default();
        rows.insert(columns[1], aspects.collect());
    }
    let (mut right, mut said, mut wanted, mut rows) = (0, 0, 0, 0);
    for (set, labels) in &sets {
        let file = std::fs::File::open(shared.join(set).join("train.tsv.gz")).unwrap();
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(file)
            .read_to_string(&mut text)
            .unwrap();
        let mut seen = BTreeSet::new();
        for line in text.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let text = columns[2].replace("$T$", columns.get(3).unwrap_or(&""));
            let Some(gold) = labels.get(hash(&text).as_str()) else {
                continue;
            };
            if !seen.insert(text.clone()) {
                continue;
            }
            let hints = Hints {
                language: Some(columns[0].to_owned()),
                ..Hints::default()
            };
            let tags = tag(&post(&text), &hints, &CONTEXT);
            let found: BTreeSet<&str> =
                tags.aspects.iter().map(|own| own.aspect.as_str()).collect();
            rows += 1;
            right += found.iter().filter(|name| gold.contains(*name)).count();
            said += found.len();
            wanted += gold.len();
        }
    }
    let share = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
    let (precision, recall) = (share(right, said), share(right, wanted));
    eprintln!("aspects: precision {precision:.1}, recall {recall:.1} on {rows} sentences");
    assert_eq!(rows, 153);
    assert!(
        precision >= 75.0 && recall >= 70.0,
        "{precision:.1} {recall:.1}"
    );
}
