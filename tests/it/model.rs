//! Training and measuring models as commands. Every sentence here was written for this file.

use assert_cmd::Command;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;

/// A folder with rows to learn from and to measure on, word lists and a recipe.
fn home() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir_all(data.join("words")).unwrap();
    let rows = |from: usize, to: usize| {
        let mut rows = String::new();
        for i in from..to {
            let (place, colour) = (["desk", "shelf", "floor"][i % 3], ["red", "blue"][i % 2]);
            for (label, text) in [
                ("positive", "what a lovely quiet fan"),
                ("negative", "an awful noisy fan that broke"),
                ("neutral", "the fan stands where it stood"),
            ] {
                writeln!(
                    rows,
                    "en\t{label}\t{text} {colour} on the {place} number {i}"
                )
                .unwrap();
            }
        }
        rows
    };
    // One row to measure on is a row to learn from, written otherwise.
    let copy = "en\tpositive\tWhat a lovely, quiet FAN! Red on the desk: number 0\n";
    std::fs::write(data.join("train.tsv"), rows(0, 60)).unwrap();
    std::fs::write(data.join("dev.tsv"), rows(60, 80) + copy).unwrap();
    let reasons = "en\tlate\tthe fan came far too late\nen\tdefect\tthe fan was broken\n\
        en\tlate,defect\tthe fan was broken and far too late\nen\tnone\tthe fan is on my desk\n";
    std::fs::write(data.join("reasons.tsv"), reasons.repeat(30)).unwrap();
    std::fs::write(
        data.join("closed.tsv"),
        "en\tnegative\tgrim grim grim fan\n",
    )
    .unwrap();
    for (code, words) in [("en", "fan shelf quiet"), ("de", "lüfter regal leise")] {
        let lines: String = words
            .split(' ')
            .map(|word| format!("{code}\t4.0\t{word}\n"))
            .collect();
        let file = std::fs::File::create(data.join(format!("words/{code}.tsv.gz"))).unwrap();
        let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        std::io::Write::write_all(&mut out, lines.as_bytes()).unwrap();
        out.finish().unwrap();
    }
    let steps = "epochs = 4\nrate = 0.1\ndecay = 1e-6";
    let recipe = format!(
        r#"seed = 1
words_kept = 100
[head.language]
bits = 10
{steps}
[head.sentiment]
classes = ["negative", "neutral", "positive"]
copies = true
bits = 12
{steps}
[head.why]
classes = ["late", "defect"]
any = true
pairs = true
bits = 12
{steps}
[[set]]
name = "own"
source = "own"
licence = "MIT"
train = "train.tsv"
dev = "dev.tsv"
heads = ["language", "sentiment"]
[[set]]
name = "reasons"
source = "own"
licence = "MIT"
train = "reasons.tsv"
heads = ["why"]
[[set]]
name = "praise and blame"
source = "the program"
licence = "MIT"
train = "polarity.tsv"
heads = ["sentiment"]
[[set]]
name = "closed"
source = "own"
licence = "none"
restricted = true
train = "closed.tsv"
heads = ["sentiment"]
[words]
folder = "words"
main = ["en", "de"]
main_rows = 50
side = []
side_rows = 0
"#
    );
    std::fs::write(folder.path().join("recipe.toml"), recipe).unwrap();
    folder
}

fn model(home: &Path, args: &[&str]) -> Output {
    Command::cargo_bin("groundswell")
        .unwrap()
        .current_dir(home)
        .arg("model")
        .args(args)
        .output()
        .unwrap()
}

fn train(home: &Path, out: &str, more: &[&str]) -> String {
    let args = [
        "train",
        "--data",
        "data",
        "--recipe",
        "recipe.toml",
        "--out",
        out,
    ];
    let output = model(home, &[&args, more].concat());
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    text
}

const FILES: [&str; 4] = ["language.bin", "why.bin", "sentiment.bin", "words.bin"];

#[test]
fn the_same_rows_give_the_same_models_and_rows_that_are_measured_on_are_left_out() {
    let home = home();
    let said = train(home.path(), "one", &[]);
    assert!(
        said.contains("own: 179 rows to learn from, 61 to measure on; 1 left out"),
        "{said}"
    );
    let words = include_str!("../../models/polarity.tsv").lines().count();
    assert!(
        said.contains(&format!("praise and blame: {words} rows to learn from")),
        "a set that is part of the program needs no file: {said}"
    );
    // The heads are shared out among two threads: which one learns which changes nothing.
    train(home.path(), "two", &[]);
    train(home.path(), "all", &["--variant", "all"]);
    let read = |out: &str, name: &str| std::fs::read(home.path().join(out).join(name)).unwrap();
    for name in FILES {
        assert_eq!(read("one", name), read("two", name), "{name}");
    }
    assert_ne!(read("one", "sentiment.bin"), read("all", "sentiment.bin"));
    assert_eq!(read("one", "why.bin"), read("all", "why.bin"));
    let correction = r#"{"text":"a fan, what a surprise","language":"en","sentiment":"negative"}"#;
    std::fs::write(home.path().join("corrections.ndjson"), correction).unwrap();
    let with = ["--with-corrections", "corrections.ndjson"];
    let said = train(home.path(), "corrected", &with);
    assert!(
        said.contains("corrections of the sentiment: 1 rows"),
        "{said}"
    );
    for name in ["language.bin", "sentiment.bin"] {
        assert_ne!(read("one", name), read("corrected", name), "{name}");
    }
}

#[test]
fn models_are_measured_with_their_spread_and_refused_when_cut() {
    let home = home();
    train(home.path(), "one", &[]);
    let eval = |format: &str| {
        let args = [
            "eval",
            "--head",
            "sentiment",
            "--data",
            "data/dev.tsv",
            "--models",
            "one",
        ];
        model(home.path(), &[&args[..], &["--format", format]].concat())
    };
    let scores: Value = serde_json::from_slice(&eval("json").stdout).unwrap();
    let english = &scores["languages"]["en"];
    assert!(english["macro_f1"].as_f64().unwrap() > 0.9, "{scores}");
    assert_eq!(english["rows"], 61);
    let lines = String::from_utf8(eval("ndjson").stdout).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "one language and all");
    assert_eq!(lines[0]["language"], "en");
    for name in ["macro_f1_95", "calibration_error", "abstained", "confusion"] {
        assert_eq!(lines[0][name], english[name], "{name}");
        assert!(!lines[0][name].is_null(), "{name}");
    }
    let table = String::from_utf8(eval("table").stdout).unwrap();
    assert!(table.contains("positive  → positive"), "{table}");

    // A head of one's own, each class by itself.
    let args = [
        "eval",
        "--head",
        "why",
        "--data",
        "data/reasons.tsv",
        "--format",
        "json",
    ];
    let output = model(home.path(), &[&args[..], &["--models", "one"]].concat());
    let scores: Value = serde_json::from_slice(&output.stdout).unwrap();
    for class in ["en late", "en defect"] {
        assert_eq!(scores["languages"][class]["rows"], 120, "{scores}");
        let f1 = scores["languages"][class]["macro_f1"].as_f64().unwrap();
        assert!(f1 > 0.8, "{scores}");
    }
    let output = model(home.path(), &args);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("`why` is no head") && text.contains("--models"),
        "{text}"
    );

    let path = home.path().join("one/sentiment.bin");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let output = eval("json");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("`sentiment.bin` is cut") && text.contains("hint:"),
        "{text}"
    );
}

#[test]
fn a_text_that_is_learned_from_and_measured_on_is_named() {
    let home = home();
    let check = |args: &[&str]| {
        let output = model(home.path(), &[&["check-overlap"], args].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), text, error)
    };
    let (code, text, error) = check(&["--train", "data/train.tsv", "--eval", "data/dev.tsv"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("data/dev.tsv row 61: also row 1 of data/train.tsv: What a lovely"),
        "{text}"
    );
    assert!(
        error.contains("1 of 61 texts") && error.contains("hint:"),
        "{error}"
    );
    // Training leaves that row out, so what the recipe makes is clean.
    let (code, text, _) = check(&["--data", "data", "--recipe", "recipe.toml"]);
    assert_eq!(
        (code, text.contains("none of 61")),
        (Some(0), true),
        "{text}"
    );
    let (code, text, _) = check(&[
        "--data",
        "data",
        "--recipe",
        "recipe.toml",
        "--eval",
        "data/reasons.tsv",
    ]);
    assert_eq!(code, Some(2), "{text}");
    let (code, _, error) = check(&["--train", "data/train.tsv"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--eval FILE"), "{error}");
}

#[test]
fn the_models_inside_the_program_keep_their_figures_on_dev_splits() {
    let Some(folder) = std::env::var_os("GROUNDSWELL_SHARED") else {
        eprintln!("skipped: GROUNDSWELL_SHARED does not name the folder with the sets");
        return;
    };
    let text = Path::new(&folder).join("text");
    let eval = |args: &[&str], file: &str| -> Value {
        let path = text.join(file);
        let args = [
            &["eval", "--format", "json", "--data", path.to_str().unwrap()],
            args,
        ]
        .concat();
        serde_json::from_slice(&model(&text, &args).stdout).unwrap()
    };
    // Without romanised Hindi, a fifth of whose rows are plain English.
    let accuracy = |scores: &Value| {
        let (mut hits, mut rows) = (0, 0);
        for cell in scores["all"]["confusion"].as_array().unwrap() {
            if cell["label"] != "hi-Latn" {
                let count = cell["rows"].as_u64().unwrap();
                rows += count;
                hits += if cell["label"] == cell["said"] {
                    count
                } else {
                    0
                };
            }
        }
        hits as f64 / rows as f64
    };
    let whole = accuracy(&eval(&["--head", "language"], "lid_noisy18/dev.tsv.gz"));
    let few = accuracy(&eval(
        &["--head", "language", "--words", "4"],
        "lid_noisy18/dev.tsv.gz",
    ));
    assert!(whole >= 0.98 && few >= 0.94, "{whole} {few}");
    let f1 = |file: &str, language: &str| {
        let scores = eval(&["--head", "sentiment"], file);
        scores["languages"][language]["macro_f1"].as_f64().unwrap()
    };
    let scores = eval(&["--head", "sentiment"], "umsab/dev.tsv.gz");
    let tweets = ["ar", "de", "en", "es", "fr", "it", "pt"]
        .map(|code| scores["languages"][code]["macro_f1"].as_f64().unwrap());
    let mean = tweets.iter().sum::<f64>() / tweets.len() as f64;
    assert!(mean >= 0.61, "{mean} {tweets:?}");
    for (file, language, least) in [
        ("smsa_id/dev.tsv.gz", "id", 0.83),
        ("nsmc_ko/dev.tsv.gz", "ko", 0.67),
        ("wisesight_th/dev.tsv.gz", "th", 0.64),
    ] {
        let found = f1(file, language);
        assert!(found >= least, "{language}: {found}");
    }
}
