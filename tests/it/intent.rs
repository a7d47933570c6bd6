//! What a writer wants and why something would be sent back, as a library and as a command. The
//! labelled sets are read only where `GROUNDSWELL_SHARED` names the folder that holds them.

use assert_cmd::Command;
use groundswell::record::{Kind, Reason, Record, Tags};
use groundswell::tag::train::{overlap, read_rows};
use groundswell::tag::{Context, Hints, Tagger};
use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;

static CONTEXT: LazyLock<Context> = LazyLock::new(|| Context::new(&[]));

fn tags(text: &str) -> Tags {
    let mut record = Record::new(Kind::Post, "1");
    record.text = Some(text.to_owned());
    Tagger::new(&CONTEXT)
        .tag(&record, &Hints::default())
        .clone()
}

/// The folder of labelled texts; says so where there is none.
fn sets() -> Option<PathBuf> {
    let folder = std::env::var_os("GROUNDSWELL_SHARED").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: GROUNDSWELL_SHARED does not name the folder with the sets");
    }
    folder.map(|folder| folder.join("text"))
}

#[test]
fn reasons_are_named_in_many_languages() {
    for (text, reason) in [
        (
            "The jacket is too small and does not fit at all",
            Reason::SizeOrFit,
        ),
        (
            "Das Paket kam kaputt an, klarer Transportschaden",
            Reason::DamagedInTransit,
        ),
        (
            "Le colis n'est jamais arrivé, jamais reçu",
            Reason::LateOrLost,
        ),
        ("Me enviaron otro, color equivocado", Reason::WrongItem),
        (
            "o tecido é de péssima qualidade, rasgou e parou de funcionar",
            Reason::Defect,
        ),
        ("слишком дорого, деньги на ветер", Reason::Price),
        (
            "müşteri hizmetleri cevap vermiyor, ilgilenmiyorlar",
            Reason::Service,
        ),
        ("写真と違う、偽物でした", Reason::NotAsDescribed),
        ("买错了，不想要了", Reason::ChangedMind),
        ("사이즈가 작아서 안 맞아요", Reason::SizeOrFit),
        ("barang salah, salah kirim warna", Reason::WrongItem),
        ("giao hàng chậm, chưa nhận được hàng", Reason::LateOrLost),
        ("ส่งของผิด ได้ของไม่ครบ", Reason::WrongItem),
    ] {
        let found = tags(text).reasons;
        assert!(
            found.iter().any(|guess| guess.reason == reason),
            "{text}: {found:?}"
        );
        assert!(
            found
                .iter()
                .all(|guess| (0.5..=1.0).contains(&guess.probability))
        );
    }
    for text in [
        "I like the jacket, it fits and the price is fair",
        "Sat in the garden with a cup of tea today.",
        "",
    ] {
        assert_eq!(tags(text).reasons, [], "{text}");
    }
}

#[test]
fn a_line_names_each_intent_with_its_probability_and_the_reasons_that_show() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts.txt");
    std::fs::write(
        &path,
        "Is it loud? Does it come with a charger?\nIt never arrived, lost my package\n\n",
    )
    .unwrap();
    let output = Command::cargo_bin("groundswell")
        .unwrap()
        .args(["tag", "--lines"])
        .arg(&path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    for line in &lines {
        let mut intents = names(&line["intents"]);
        intents.sort();
        assert_eq!(intents, ["complaint", "purchase", "question"]);
    }
    assert!(lines[0]["intents"]["question"].as_f64().unwrap() > 0.9);
    assert!(names(&lines[0]["return_reasons"]).is_empty());
    assert!(lines[1]["return_reasons"]["late-or-lost"].as_f64().unwrap() >= 0.5);
    assert!(lines[2]["intents"]["question"].as_f64().unwrap() < 0.5);
}

#[test]
fn intents_and_reasons_are_measured_on_labelled_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.tsv");
    std::fs::write(
        &path,
        "en\tquestion\tDoes it come with a charger?\nen\tlate-or-lost\tIt never arrived, lost my package\n\
         en\tnone\tI like my little fan\n",
    )
    .unwrap();
    let eval = |head: &str| -> Value {
        let output = Command::cargo_bin("groundswell")
            .unwrap()
            .args([
                "model", "eval", "--head", head, "--format", "json", "--data",
            ])
            .arg(&path)
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let question = eval("question");
    assert_eq!(
        question["all"]["rows"], 3,
        "every other label is no question"
    );
    assert_eq!(question["all"]["accuracy"], 1.0, "{question}");
    let reason = eval("reason");
    assert_eq!(
        reason["all"]["rows"],
        2 * Reason::ALL.len(),
        "a label of another answer is left out"
    );
    assert_eq!(reason["all"]["accuracy"], 1.0, "{reason}");
}

#[test]
fn questions_are_known_with_their_mark_and_without() {
    let Some(sets) = sets() else {
        return;
    };
    let rows = |name: &str| read_rows(&sets.join(name)).unwrap();
    let questions = rows("product_questions_en/dev.tsv.gz");
    let others: Vec<_> = rows("tweeteval/dev.tsv.gz")
        .into_iter()
        .filter(|row| !row.text.contains('?'))
        .collect();
    assert!(questions.len() > 400 && others.len() > 1_500);
    let f1 = |as_read: fn(&str) -> String| {
        let asks = |text: &str| tags(&as_read(text)).chances.question >= 0.5;
        let right = questions.iter().filter(|row| asks(&row.text)).count();
        let wrong = others.iter().filter(|row| asks(&row.text)).count();
        200.0 * right as f64 / (right + wrong + questions.len()) as f64
    };
    let (with, without) = (f1(str::to_owned), f1(|text| text.replace('?', "")));
    assert!(with >= 95.0, "with the mark: F1 {with:.1}");
    assert!(without >= 85.0, "without the mark: F1 {without:.1}");
}

#[test]
fn reasons_hold_on_rows_that_people_read() {
    let Some(sets) = sets() else {
        return;
    };
    let labels: HashMap<u64, &str> = include_str!("../../models/reasons.tsv")
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let key = u64::from_str_radix(columns.next()?, 16).ok()?;
            (columns.next()? == "measure").then_some((key, columns.next()?))
        })
        .collect();
    let (mut rows, mut right, mut said, mut hold) = (0, 0, 0, 0);
    for set in [
        "absa_laptop14_en/train.tsv.gz",
        "absa_tv_en/train.tsv.gz",
        "absa_tshirt_en/train.tsv.gz",
        "absa_semeval16_es/train.tsv.gz",
        "absa_semeval16_ru/train.tsv.gz",
        "zh_shopping10/dev.tsv.gz",
    ] {
        let mut seen = Vec::new();
        for (text, key) in texts(&sets.join(set)) {
            let Some(label) = labels.get(&key).filter(|_| !seen.contains(&key)) else {
                continue;
            };
            seen.push(key);
            rows += 1;
            let found = tags(&text).reasons;
            for reason in Reason::ALL {
                let holds = label.split(',').any(|name| name == reason.name());
                let says = found.iter().any(|guess| guess.reason == reason);
                right += usize::from(holds && says);
                said += usize::from(says);
                hold += usize::from(holds);
            }
        }
    }
    assert!(rows >= 150, "{rows}");
    let (precision, recall) = (right as f64 / said as f64, right as f64 / hold as f64);
    assert!(
        precision >= 0.7,
        "precision {precision:.2}: {right} of {said}"
    );
    assert!(recall >= 0.4, "recall {recall:.2}: {right} of {hold}");
}

/// The texts of a set with their keys; `$T$` stands for the fourth column.
fn texts(path: &std::path::Path) -> Vec<(String, u64)> {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    let mut plain = flate2::read::MultiGzDecoder::new(bytes.as_slice());
    std::io::Read::read_to_string(&mut plain, &mut text).unwrap();
    text.lines()
        .filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let text = columns
                .get(2)?
                .replace("$T$", columns.get(3).unwrap_or(&""));
            Some((overlap::key(&text)?, text))
        })
        .map(|(key, text)| (text, key))
        .collect()
}
