//! The tutorial in config/sources/README.md, followed to the letter.

use super::groundswell;
use serde_json::Value;

const README: &str = include_str!("../../../config/sources/README.md");

/// The block of a language in the document.
fn block(language: &str) -> &'static str {
    let (_, rest) = README
        .split_once(&format!("```{language}\n"))
        .expect("a block");
    rest.split_once("```").expect("its end").0
}

#[test]
fn the_tutorial_adds_a_site_in_under_forty_lines() {
    let source = block("toml");
    assert!(source.lines().count() < 40, "{}", source.lines().count());
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("kettletalk.toml");
    let page = folder.path().join("page.html");
    std::fs::write(&file, source).expect("source file");
    std::fs::write(&page, block("html")).expect("page");
    groundswell()
        .args(["source", "check"])
        .arg(&file)
        .assert()
        .success();
    let url = "https://kettletalk.example/gear/new";
    let output = groundswell()
        .args(["source", "test"])
        .arg(&file)
        .arg("--page")
        .arg(&page)
        .args(["--url", url, "--format", "ndjson"])
        .output()
        .expect("output");
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).expect("words");
    assert!(!said.contains(" no "), "every field is found: {said}");
    let lines: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("JSON"))
        .collect();
    let (one, two) = (&lines[0], &lines[1]);
    assert_eq!(lines.len(), 2);
    assert_eq!(one["id"], "t-204");
    assert_eq!(
        one["url"],
        "https://kettletalk.example/t/204-is-the-k2-loud"
    );
    assert_eq!(one["title"], "Is the K2 loud?");
    assert_eq!(one["text"], "Mine sings at 90 °C & above.");
    assert_eq!(one["time"], "2026-03-01T09:00:00Z");
    assert_eq!(one["count_likes"], 1_200);
    assert_eq!(one["count_comments"], 14);
    assert_eq!(one["lang"], "en");
    assert_ne!(one["author_hash"], two["author_hash"]);
    assert_eq!(two["text"], Value::Null);
    assert_eq!(two["count_likes"], 3);
}
