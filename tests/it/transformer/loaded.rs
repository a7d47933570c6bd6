//! Models loaded and asked by libtorch.

use super::tiny;
use crate::program::Home;
use groundswell::config::{ModelFrom, Posts, TransformerConfig};
use groundswell::record::{Kind, Polarity, Record, Sentiment, Tags};
use groundswell::tag::{Context, Hints, Transformer, TransformerError, tag};
use std::path::Path;
use std::sync::Arc;

fn settings(folder: &Path, labels: &[(&str, Polarity)]) -> TransformerConfig {
    TransformerConfig {
        sentiment: Some(ModelFrom::Folder(folder.to_owned())),
        sentiment_for: Posts::All,
        sentiment_labels: labels
            .iter()
            .map(|(name, polarity)| ((*name).to_owned(), *polarity))
            .collect(),
        ..TransformerConfig::default()
    }
}

fn load(settings: &TransformerConfig) -> Result<Context, TransformerError> {
    let loaded = Transformer::load(settings)?.expect("a model is named");
    Ok(Context::new(&[]).with_transformer(Some(Arc::new(loaded))))
}

fn look(context: &Context, text: &str) -> (Tags, Tags) {
    let record = Record {
        text: Some(text.to_owned()),
        ..Record::new(Kind::Post, "1")
    };
    let first = tag(&record, &Hints::default(), context);
    let mut second = first.clone();
    context.look_again(&record, &Hints::default(), &mut second);
    (first, second)
}

fn sentiment(context: &Context, text: &str) -> Sentiment {
    look(context, text).1.sentiment
}

const GOOD: &str = "the blender is good";
const BAD: &str = "the blender is bad";
const OKAY: &str = "the blender is okay";

/// What each of the three sentences is taken for.
fn answers(context: &Context) -> [Polarity; 3] {
    [GOOD, BAD, OKAY].map(|text| {
        let found = sentiment(context, text);
        let sum = found.negative + found.neutral + found.positive;
        assert!((sum - 1.0).abs() < 1e-3, "{found:?}");
        assert!(!found.abstain, "{text}: {found:?}");
        found.label
    })
}

#[test]
fn labels_mean_what_their_names_say_in_any_order() {
    use Polarity::{Negative, Neutral, Positive};
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path();
    tiny::distilbert(place, &["positive", "negative", "neutral"]);
    let context = load(&settings(place, &[])).expect("loaded");
    assert_eq!(answers(&context), [Positive, Negative, Neutral]);
    // The same weights with the names turned over: the answers turn with them.
    tiny::distilbert(place, &["Negative", "Neutral", "Positive"]);
    let context = load(&settings(place, &[])).expect("loaded");
    assert_eq!(answers(&context), [Negative, Neutral, Positive]);
    // Names that say nothing, and what the settings say of them.
    tiny::distilbert(place, &["LABEL_0", "LABEL_1", "LABEL_2"]);
    let refused = load(&settings(place, &[])).expect_err("no meaning");
    assert!(
        matches!(refused, TransformerError::Labels { .. }),
        "{refused}"
    );
    let given = [
        ("LABEL_0", Positive),
        ("LABEL_1", Negative),
        ("LABEL_2", Neutral),
    ];
    let context = load(&settings(place, &given)).expect("loaded");
    assert_eq!(answers(&context), [Positive, Negative, Neutral]);
}

#[test]
fn a_model_of_two_classes_leaves_neutral_to_the_built_in_one() {
    let folder = tempfile::tempdir().expect("a folder");
    tiny::distilbert(folder.path(), &["POSITIVE", "NEGATIVE"]);
    let context = load(&settings(folder.path(), &[])).expect("loaded");
    for (text, more) in [(GOOD, Polarity::Positive), (BAD, Polarity::Negative)] {
        let (first, second) = look(&context, text);
        assert!((first.sentiment.neutral - second.sentiment.neutral).abs() < 1e-6);
        let (negative, positive) = (second.sentiment.negative, second.sentiment.positive);
        assert_eq!(
            positive > negative,
            more == Polarity::Positive,
            "{second:?}"
        );
    }
}

#[test]
fn an_xlm_roberta_reads_any_text_within_its_places() {
    use Polarity::{Negative, Neutral, Positive};
    let folder = tempfile::tempdir().expect("a folder");
    tiny::xlm_roberta(folder.path(), &["positive", "negative", "neutral"], 40);
    let context = load(&settings(folder.path(), &[])).expect("loaded");
    assert_eq!(answers(&context), [Positive, Negative, Neutral]);
    let long = "the blender is good ".repeat(10_000);
    assert_eq!(sentiment(&context, &long).label, Positive);
    for odd in [
        "a".repeat(1_000_000),
        "\u{202e}\u{200d}😀".repeat(5_000),
        "#tag ".repeat(10_000),
        "\u{fdfa}".repeat(1_000),
        "😀".to_owned(),
        "\0\u{feff}".to_owned(),
    ] {
        let found = sentiment(&context, &odd);
        let sum = found.negative + found.neutral + found.positive;
        assert!((sum - 1.0).abs() < 1e-3, "{found:?}");
    }
    // No memory between texts: the same answer, whatever was asked in between.
    assert_eq!(sentiment(&context, GOOD), sentiment(&context, GOOD));
    let before = sentiment(&context, BAD);
    sentiment(&context, &long);
    assert_eq!(sentiment(&context, BAD), before);
}

#[test]
fn a_folder_whose_files_do_not_fit_together_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path();
    let three = ["positive", "negative", "neutral"];
    let why = || {
        load(&settings(place, &[]))
            .expect_err("refused")
            .to_string()
    };

    tiny::distilbert(place, &three);
    let weights = std::fs::read(place.join("model.safetensors")).expect("weights");
    std::fs::write(
        place.join("model.safetensors"),
        &weights[..weights.len() / 2],
    )
    .expect("cut");
    assert!(why().contains("cannot be loaded"), "{}", why());

    // config.json speaks of two labels, the weights of three.
    tiny::distilbert(place, &["positive", "negative"]);
    std::fs::write(place.join("model.safetensors"), &weights).expect("written");
    assert!(why().contains("cannot be loaded"), "{}", why());

    // A setting that rust-bert needs is not there.
    let config = r#"{"model_type": "distilbert", "id2label": {"0": "positive", "1": "negative"}}"#;
    std::fs::write(place.join("config.json"), config).expect("written");
    assert!(why().contains("cannot be loaded"), "{}", why());

    std::fs::remove_file(place.join("vocab.txt")).expect("removed");
    assert!(why().contains("`vocab.txt`"), "{}", why());
    std::fs::remove_file(place.join("model.safetensors")).expect("removed");
    assert!(why().contains(".safetensors"), "{}", why());
}

#[test]
fn the_program_looks_again_by_the_settings_of_its_folder() {
    let home = Home::new();
    tiny::distilbert(
        &home.path().join("tiny"),
        &["positive", "negative", "neutral"],
    );
    home.write(
        "groundswell.toml",
        "[transformer]\nsentiment = \"tiny\"\nsentiment_for = \"all\"\n\
         sentiment_languages = [\"en\"]\n",
    );
    let said = home.expect(0, &["check"]);
    assert!(
        said.contains("transformer: sentiment by distilbert with 3 labels"),
        "{said}"
    );
    let texts = home.write(
        "texts.txt",
        format!("{GOOD}\n{BAD}\n\nder Mixer ist nicht gut\n"),
    );
    let texts = texts.to_str().expect("UTF-8");
    let lines = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let said = home.expect(0, &[&["tag", "--lines", texts], arguments].concat());
        let line = |line| serde_json::from_str(line).expect("JSON");
        said.lines().map(line).collect()
    };
    let plain = lines(&[]);
    let again = lines(&["--transformer"]);
    assert_eq!(again.len(), 4);
    assert_eq!(again[0]["sentiment"]["label"], "positive");
    assert_eq!(again[1]["sentiment"]["label"], "negative");
    assert_ne!(again[0]["sentiment"], plain[0]["sentiment"]);
    assert_eq!(again[2], plain[2]);
    assert_eq!(again[3]["language"]["code"], "de");
    assert_eq!(again[3], plain[3]);
    assert_eq!(lines(&["--transformer", "--threads", "1"]), again);

    home.write(
        "groundswell.toml",
        "[transformer]\nsentiment = \"nowhere\"\n",
    );
    let said = home.expect(3, &["check"]);
    assert!(said.contains("nowhere` is not there"), "{said}");
    home.expect(3, &["retag"]);
}

/// The folder of all-MiniLM-L6-v2, where the environment names it.
fn minilm() -> Option<std::path::PathBuf> {
    let found = std::env::var_os("GROUNDSWELL_MINILM").map(Into::into);
    if found.is_none() {
        eprintln!("skipped: GROUNDSWELL_MINILM names no folder of all-MiniLM-L6-v2");
    }
    found
}

#[test]
fn a_real_model_chooses_the_phrases_that_say_what_a_post_is_about() {
    let Some(folder) = minilm() else { return };
    let settings = TransformerConfig {
        keyphrases: Some(ModelFrom::Folder(folder)),
        keyphrases_for: Posts::All,
        ..TransformerConfig::default()
    };
    let context = load(&settings).expect("loaded").with_keyphrases(2);
    let text = "My cousin in Oslo asked which espresso machine I use for latte art: the milk frother \
                on this one steams in seconds, the portafilter is solid and the coffee grinder is \
                quiet. Greetings from platform nine.";
    let (first, second) = look(&context, text);
    assert_eq!((first.keyphrases.len(), second.keyphrases.len()), (2, 2));
    let about = ["espresso", "coffee", "milk", "latte", "portafilter"];
    for found in &second.keyphrases {
        let fits = about.iter().any(|word| found.phrase.contains(word));
        assert!(fits, "{:?}", second.keyphrases);
        assert!(found.score > 0.3, "{found:?}");
    }
    assert_eq!(look(&context, text).1, second);
    // Longer than the model reads, and odd.
    for odd in [
        text.repeat(100),
        "a".repeat(100_000),
        "😀 \u{202e}".repeat(500),
    ] {
        look(&context, &odd);
    }
}
