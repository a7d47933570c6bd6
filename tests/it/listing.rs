//! Titles of listings and pairs of listings, through the program. All listings were made for this
//! file; the sets of the research are read only where `GROUNDSWELL_SHARED` names them.

use assert_cmd::Command;
use groundswell::tag::listing::Trees;
use groundswell::tag::train::pairs::{read_pairs, score_pairs};
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};

const CATALOGUE: &str = "sku,name,brand,models,category\n\
    K-1,\"Tarn gooseneck kettle 0.9 l, black\",Tarn,TK-900B,kettle\n\
    K-2,\"Tarn gooseneck kettle 0.9 l, white\",Tarn,TK-900W,kettle\n\
    K-3,\"Tarn gooseneck kettle 1.7 l, black\",Tarn,TK-1700B,kettle\n\
    F-1,Nuvio BreezeCup 3 desk fan,Nuvio,BC-310X,fan\n\
    W-1,Yudo 折叠水壶 便携 旅行,Yudo,,水壶\n";

fn lines(args: &[&str], input: &str) -> Vec<Value> {
    let output = Command::cargo_bin("groundswell")
        .unwrap()
        .arg("match")
        .args(args)
        .write_stdin(input)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn titles(input: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalogue.csv");
    std::fs::write(&path, CATALOGUE).unwrap();
    let path = path.to_string_lossy();
    lines(&["--catalog", &path, "--titles", "-"], input)
}

#[test]
fn every_title_gets_a_line_and_the_right_product_first() {
    let found = titles(
        "NUVIO Breeze Cup 3 (BC310X) mini fan USB\n\n\
         Tarn Gooseneck Kettle 1.7 L TK1700B electric pour over\n\
         【正品】Yudo便携折叠水壶 旅行\n🔥\n",
    );
    assert_eq!(found.len(), 5);
    for (line, sku) in [(0, "F-1"), (2, "K-3"), (3, "W-1")] {
        assert_eq!(found[line]["top"][0]["sku"], sku, "{}", found[line]);
        assert_eq!(found[line]["top"].as_array().unwrap().len(), 5);
    }
    assert_eq!(found[0]["linked"], "F-1");
    assert_eq!(found[1]["linked"], Value::Null);
}

#[test]
fn another_colour_or_size_is_never_linked() {
    let found = titles(
        "Tarn gooseneck kettle TK-900W 0.9 l white\n\
         Tarn gooseneck kettle 0.9 l red\n\
         Tarn gooseneck kettle 2.5 l black\n",
    );
    let linked: Vec<Option<&str>> = found.iter().map(|line| line["linked"].as_str()).collect();
    assert_eq!(linked, [Some("K-2"), None, None]);
}

#[test]
fn pairs_are_judged_line_by_line_and_a_line_without_a_tab_is_named() {
    let found = lines(
        &["--pairs", "-"],
        "title=Nuvio BreezeCup 3 fan BC-310X ¦ price=19.9\tNuvio BC310X breeze cup 3 desk fan\n\
         Nuvio BreezeCup 3 fan BC-310X\tTarn TK-900B gooseneck kettle 0.9 l\n\
         \u{202e}\t💥\n",
    );
    assert_eq!(found.len(), 3);
    let score = |line: usize| found[line]["score"].as_f64().unwrap();
    assert!(score(0) > score(1), "{found:?}");
    assert_eq!(found[1]["same"], false);
    let refused = Command::cargo_bin("groundswell")
        .unwrap()
        .args(["match", "--pairs", "-"])
        .write_stdin("a\tb\nonly one\n")
        .output()
        .unwrap();
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(why.contains("line 2") && why.contains("tab"), "{why}");
}

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("GROUNDSWELL_SHARED").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: GROUNDSWELL_SHARED does not name the folder with the sets");
    }
    folder
}

/// F1 of the trees that ship, on dev splits they were not grown on.
#[test]
fn pairs_of_the_public_sets_are_told_apart_better_than_the_baseline() {
    let Some(shared) = shared() else { return };
    for (set, baseline) in [
        ("abt_buy", 87.8),
        ("amazon_google", 60.8),
        ("wdc_computers", 79.3),
    ] {
        let dev = read_pairs(&shared.join(format!("text/pm_{set}/dev.tsv.gz"))).unwrap();
        let scores = score_pairs(&dev, &Trees::embedded());
        eprintln!("{set}: {scores:?}");
        assert!(scores.f1 > baseline, "{set}: {scores:?}");
    }
}

/// Share of titles whose first product is the right one, through the program.
#[test]
fn titles_of_the_public_sets_find_their_product() {
    let Some(shared) = shared() else { return };
    let mut sum = 0.0;
    for set in ["abt_buy", "amazon_google", "walmart_amazon"] {
        let folder = shared.join(format!("text/link_{set}"));
        let work = tempfile::tempdir().unwrap();
        let path = work.path().join("catalogue.ndjson");
        let catalogue: Vec<String> = packed(&folder.join("catalogue.tsv.gz"))
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(id, text)| serde_json::json!({"sku": id, "name": text}).to_string())
            .collect();
        std::fs::write(&path, catalogue.join("\n")).unwrap();
        let queries = packed(&folder.join("queries.tsv.gz"));
        let (gold, texts): (Vec<&str>, Vec<&str>) = queries
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .unzip();
        let found = lines(
            &["--catalog", &path.to_string_lossy(), "--titles", "-"],
            &texts.join("\n"),
        );
        assert_eq!(found.len(), gold.len());
        let right = found
            .iter()
            .zip(&gold)
            .filter(|(line, gold)| line["top"][0]["sku"] == **gold)
            .count();
        let share = 100.0 * right as f64 / gold.len() as f64;
        eprintln!("{set}: R@1 {share:.1} of {}", gold.len());
        sum += share;
    }
    assert!(sum / 3.0 >= 92.0, "mean R@1 {:.1}", sum / 3.0);
}

fn packed(path: &Path) -> String {
    let file = std::fs::File::open(path).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    text
}
