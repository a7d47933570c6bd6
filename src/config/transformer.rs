//! `[transformer]`: models that may look at posts beside the built-in ones.

use super::checked::filled;
use super::raw::{RawTransformer, Value};
use super::reader::Reader;
use crate::record::Polarity;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Sentiment models that rust-bert downloads by itself, as the settings name them.
pub const SENTIMENT_DOWNLOADS: [&str; 1] = ["distilbert-sst2"];

/// Sentence-embedding models that rust-bert downloads by itself, as the settings name them.
pub const EMBEDDING_DOWNLOADS: [&str; 4] = [
    "all-minilm-l6-v2",
    "all-minilm-l12-v2",
    "all-distilroberta-v1",
    "distiluse-multilingual",
];

/// What stands before the name of a model that is downloaded.
const DOWNLOAD: &str = "download:";

/// `[transformer]`
#[derive(Debug, Clone, PartialEq)]
pub struct TransformerConfig {
    /// `sentiment`: a sequence-classification model.
    pub sentiment: Option<ModelFrom>,
    /// `sentiment_for`
    pub sentiment_for: Posts,
    /// `sentiment_labels`: what the model's own labels mean, where their names do not say it.
    pub sentiment_labels: BTreeMap<String, Polarity>,
    /// `sentiment_languages`: BCP-47 codes of what it can read; empty: every language.
    pub sentiment_languages: Vec<String>,
    /// `keyphrases`: a sentence-embedding model.
    pub keyphrases: Option<ModelFrom>,
    /// `keyphrases_for`
    pub keyphrases_for: Posts,
    /// `posts_per_minute_max`: posts fetched within one minute that are looked at.
    pub posts_per_minute_max: u32,
}

impl Default for TransformerConfig {
    fn default() -> Self {
        TransformerConfig {
            sentiment: None,
            sentiment_for: Posts::Unsure,
            sentiment_labels: BTreeMap::new(),
            sentiment_languages: Vec::new(),
            keyphrases: None,
            keyphrases_for: Posts::Unsure,
            posts_per_minute_max: 120,
        }
    }
}

impl TransformerConfig {
    /// Whether any model is named.
    pub fn is_on(&self) -> bool {
        self.sentiment.is_some() || self.keyphrases.is_some()
    }
}

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelFrom {
    /// A local folder.
    Folder(PathBuf),
    /// One that rust-bert downloads, by its name here.
    Download(&'static str),
}

/// Which posts a transformer looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posts {
    /// Those that the built-in model is unsure of.
    Unsure,
    /// All.
    All,
}

/// Write what the file says over the defaults that `to` holds.
pub(super) fn check(
    raw: &RawTransformer,
    home: &Path,
    reader: &mut Reader<'_>,
    to: &mut TransformerConfig,
) {
    const AT: &str = "transformer";
    to.sentiment = model(
        "sentiment",
        &raw.sentiment,
        &SENTIMENT_DOWNLOADS,
        home,
        reader,
    );
    to.keyphrases = model(
        "keyphrases",
        &raw.keyphrases,
        &EMBEDDING_DOWNLOADS,
        home,
        reader,
    );
    for (key, value, target) in [
        ("sentiment_for", &raw.sentiment_for, &mut to.sentiment_for),
        (
            "keyphrases_for",
            &raw.keyphrases_for,
            &mut to.keyphrases_for,
        ),
    ] {
        if let Some(word) = reader.word(AT, key, value, &["unsure", "all"]) {
            *target = match word {
                "all" => Posts::All,
                _ => Posts::Unsure,
            };
        }
    }
    if let Some(labels) = &raw.sentiment_labels {
        for (label, meaning) in labels.get_ref() {
            let polarity = match meaning.trim() {
                "negative" => Polarity::Negative,
                "neutral" => Polarity::Neutral,
                "positive" => Polarity::Positive,
                other => {
                    let what = format!(
                        "`{label}` of `sentiment_labels` in [transformer] must be `negative`, \
                         `neutral` or `positive`, found `{other}`"
                    );
                    reader.wrong(labels.span(), what);
                    continue;
                }
            };
            to.sentiment_labels.insert(label.clone(), polarity);
        }
    }
    if let Some(languages) = &raw.sentiment_languages {
        for code in languages.get_ref() {
            let code = code.trim();
            let is_code = !code.is_empty()
                && code
                    .split('-')
                    .all(|part| (2..=8).contains(&part.len()) && is_plain(part));
            if is_code {
                to.sentiment_languages.push(code.to_owned());
            } else {
                let what = format!(
                    "`sentiment_languages` in [transformer] must be codes of languages such as \
                     `en` or `hi-Latn`, found `{code}`"
                );
                reader.wrong(languages.span(), what);
            }
        }
    }
    reader.whole(
        AT,
        "posts_per_minute_max",
        &raw.posts_per_minute_max,
        1..=100_000,
        &mut to.posts_per_minute_max,
    );
}

fn is_plain(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The model a setting names: a folder, or one to download.
fn model(
    key: &str,
    value: &Value<String>,
    downloads: &[&'static str],
    home: &Path,
    reader: &mut Reader<'_>,
) -> Option<ModelFrom> {
    let value = filled(value)?;
    let text = value.get_ref().trim();
    if !cfg!(feature = "bert") {
        let what = format!(
            "`{key}` in [transformer] asks for a transformer, but this program was built without \
             bert: build it with `cargo build --release --features bert` (see README.md), or \
             leave `{key}` empty"
        );
        reader.wrong(value.span(), what);
        return None;
    }
    let Some(name) = text.strip_prefix(DOWNLOAD) else {
        return Some(ModelFrom::Folder(home.join(text)));
    };
    let known = downloads.iter().find(|known| **known == name.trim());
    if known.is_none() {
        let names: Vec<String> = downloads
            .iter()
            .map(|name| format!("`{DOWNLOAD}{name}`"))
            .collect();
        let what = format!(
            "`{key}` in [transformer] cannot be downloaded as `{text}`; there is {}; any other \
             model is read from a local folder",
            names.join(", ")
        );
        reader.wrong(value.span(), what);
    }
    known.map(|name| ModelFrom::Download(name))
}

#[cfg(test)]
mod tests {
    use super::super::{Problem, read};
    use super::*;

    fn problems(text: &str) -> String {
        let found = read(text, Path::new("/home")).expect_err("refused");
        let lines: Vec<String> = found.iter().map(Problem::to_string).collect();
        lines.join("\n")
    }

    #[test]
    fn words_and_codes_that_cannot_be_meant_are_told() {
        insta::assert_snapshot!(problems(
            "[transformer]\nsentiment_for = \"some\"\nsentiment_labels = { LABEL_0 = \"bad\" }\n\
             sentiment_languages = [\"en\", \"english language\"]\nposts_per_minute_max = 0\n"
        ));
    }

    #[cfg(not(feature = "bert"))]
    #[test]
    fn a_program_without_bert_says_so_and_how_to_build_one() {
        insta::assert_snapshot!(problems(
            "[transformer]\n\nkeyphrases = \"models/minilm\"\n"
        ));
    }

    #[cfg(feature = "bert")]
    #[test]
    fn a_model_is_a_folder_or_a_known_download() {
        let text = "[transformer]\nsentiment = \"download:distilbert-sst2\"\n\
                    keyphrases = \"models/minilm\"\nkeyphrases_for = \"all\"\n\
                    sentiment_labels = { LABEL_0 = \"positive\" }\n";
        let found = read(text, Path::new("/home")).expect("right").transformer;
        assert_eq!(
            found.sentiment,
            Some(ModelFrom::Download("distilbert-sst2"))
        );
        let folder = PathBuf::from("/home/models/minilm");
        assert_eq!(found.keyphrases, Some(ModelFrom::Folder(folder)));
        assert_eq!(found.keyphrases_for, Posts::All);
        assert_eq!(found.sentiment_labels["LABEL_0"], Polarity::Positive);
        let wrong = problems("[transformer]\nsentiment = \"download:gpt\"\n");
        assert!(wrong.contains("`download:distilbert-sst2`"), "{wrong}");
    }
}
