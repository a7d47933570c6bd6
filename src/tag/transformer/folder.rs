//! A folder with a model as its makers publish it: config.json, weights as .safetensors, and the
//! tokenizer's files. Other weights are refused: a pickle may run code when it is opened.

use super::TransformerError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Largest settings file that is read, in bytes.
const JSON_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// How a kind of model is stored.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// `model_type` of config.json.
    pub kind: &'static str,
    /// The file with the tokenizer's words.
    vocabulary: &'static str,
    /// The file with its merges.
    merges: Option<&'static str>,
    /// It reads lower case, unless tokenizer_config.json says otherwise.
    lower_case: bool,
    /// It can turn a sentence into a vector, too.
    pub embeds: bool,
}

const fn family(
    kind: &'static str,
    vocabulary: &'static str,
    merges: Option<&'static str>,
    lower_case: bool,
    embeds: bool,
) -> Family {
    Family {
        kind,
        vocabulary,
        merges,
        lower_case,
        embeds,
    }
}

/// The kinds that are understood, with the defaults their own tokenizers have.
pub static FAMILIES: [Family; 8] = [
    family("bert", "vocab.txt", None, true, true),
    family("distilbert", "vocab.txt", None, true, true),
    family("mobilebert", "vocab.txt", None, true, false),
    family("roberta", "vocab.json", Some("merges.txt"), false, true),
    family("xlm-roberta", "sentencepiece.bpe.model", None, false, false),
    family("albert", "spiece.model", None, true, true),
    family("deberta", "vocab.json", Some("merges.txt"), false, false),
    family("deberta-v2", "spm.model", None, false, false),
];

/// A folder whose files are all there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// What kind of model.
    pub family: &'static Family,
    /// config.json.
    pub config: PathBuf,
    /// The weights.
    pub weights: PathBuf,
    /// The tokenizer's words.
    pub vocabulary: PathBuf,
    /// Its merges.
    pub merges: Option<PathBuf>,
    /// It reads lower case.
    pub lower_case: bool,
    /// It reads letters without accents; `None`: as it likes.
    pub strip_accents: Option<bool>,
    /// It puts a space before each text; `None`: as it likes.
    pub add_prefix_space: Option<bool>,
    /// Tokens of a text at most.
    pub tokens_max: usize,
    /// Names of its labels, by their numbers; empty where it names none.
    pub labels: Vec<String>,
}

/// The part of config.json that is read here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    model_type: Option<String>,
    id2label: Option<BTreeMap<String, String>>,
    max_position_embeddings: Option<usize>,
}

/// The part of tokenizer_config.json that is read here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TokenizerConfig {
    do_lower_case: Option<bool>,
    strip_accents: Option<bool>,
    add_prefix_space: Option<bool>,
}

impl Folder {
    /// Looks through a folder. `setting`: the key that names it; `embeds`: it must turn sentences
    /// into vectors.
    ///
    /// # Errors
    /// What is missing, or not understood.
    pub fn read(
        path: &Path,
        setting: &'static str,
        embeds: bool,
    ) -> Result<Folder, TransformerError> {
        if !path.is_dir() {
            return Err(TransformerError::NoFolder {
                path: path.to_owned(),
                setting,
            });
        }
        let file = |name: &str| -> Result<PathBuf, TransformerError> {
            let found = path.join(name);
            if found.is_file() {
                return Ok(found);
            }
            Err(TransformerError::NoFile {
                path: path.to_owned(),
                what: format!("`{name}`"),
                hint: "copy the whole folder as the model's maker publishes it".to_owned(),
            })
        };
        let config = file("config.json")?;
        let settings: Config = read_json(&config)?;
        let kind = settings.model_type.unwrap_or_default();
        let family = FAMILIES
            .iter()
            .find(|family| family.kind == kind && (family.embeds || !embeds));
        let Some(family) = family else {
            let known: Vec<String> = FAMILIES
                .iter()
                .filter(|family| family.embeds || !embeds)
                .map(|family| format!("`{}`", family.kind))
                .collect();
            return Err(TransformerError::Kind {
                path: path.to_owned(),
                kind,
                known: known.join(", "),
            });
        };
        let weights = weights(path)?;
        let tokenizer: TokenizerConfig = match file("tokenizer_config.json") {
            Ok(found) => read_json(&found)?,
            Err(_) => TokenizerConfig::default(),
        };
        // RoBERTa counts places from two on; two more are for the marks at both ends.
        let places = settings.max_position_embeddings.unwrap_or(512);
        Ok(Folder {
            path: path.to_owned(),
            family,
            config,
            weights,
            vocabulary: file(family.vocabulary)?,
            merges: family.merges.map(&file).transpose()?,
            lower_case: tokenizer.do_lower_case.unwrap_or(family.lower_case),
            strip_accents: tokenizer.strip_accents,
            add_prefix_space: tokenizer.add_prefix_space,
            tokens_max: places.min(512).saturating_sub(4).max(1),
            labels: labels(settings.id2label.unwrap_or_default()),
        })
    }

    /// A hash over everything that decides what the model says.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn hash(&self) -> Result<blake3::Hash, TransformerError> {
        let mut files = vec![&self.config, &self.weights, &self.vocabulary];
        files.extend(&self.merges);
        let mut hasher = blake3::Hasher::new();
        for path in files {
            hash_file(path, &mut hasher)?;
        }
        let rest = (self.lower_case, self.strip_accents, self.add_prefix_space);
        hasher.update(format!("{rest:?}").as_bytes());
        Ok(hasher.finalize())
    }
}

/// Adds the length and the bytes of a file.
///
/// # Errors
/// It cannot be read.
pub fn hash_file(path: &Path, hasher: &mut blake3::Hasher) -> Result<(), TransformerError> {
    let read = || -> std::io::Result<()> {
        let file = std::fs::File::open(path)?;
        hasher.update(&file.metadata()?.len().to_le_bytes());
        hasher.update_reader(file)?;
        Ok(())
    };
    let mut read = read;
    read().map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> TransformerError {
    TransformerError::Unreadable {
        path: path.to_owned(),
        why: why.to_string(),
    }
}

#[cfg(feature = "bert")]
/// Names of labels of a config.json, by their numbers.
///
/// # Errors
/// It cannot be read.
pub fn labels_in(config: &Path) -> Result<Vec<String>, TransformerError> {
    let settings: Config = read_json(config)?;
    Ok(labels(settings.id2label.unwrap_or_default()))
}

/// The names in the order of their numbers; none where the numbers have a gap.
fn labels(named: BTreeMap<String, String>) -> Vec<String> {
    let numbered = (0..named.len()).map(|number| named.get(&number.to_string()).cloned());
    numbered
        .collect::<Option<Vec<String>>>()
        .unwrap_or_default()
}

fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, TransformerError> {
    let length = std::fs::metadata(path)
        .map_err(|error| unreadable(path, &error))?
        .len();
    if length > JSON_BYTES_MAX {
        return Err(unreadable(path, &"it is too long for a file of settings"));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(path, &error))
}

/// The one file of weights: `model.safetensors`, or whichever ends so.
fn weights(path: &Path) -> Result<PathBuf, TransformerError> {
    let usual = path.join("model.safetensors");
    if usual.is_file() {
        return Ok(usual);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|end| end == "safetensors"))
        .collect();
    found.sort();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(TransformerError::NoFile {
            path: path.to_owned(),
            what: "weights as `.safetensors`".to_owned(),
            hint: "many models are published in both forms; a `pytorch_model.bin` becomes one \
                   with `AutoModelForSequenceClassification.from_pretrained(FOLDER)\
                   .save_pretrained(FOLDER)` of the Python package transformers"
                .to_owned(),
        }),
        several => Err(TransformerError::NoFile {
            path: path.to_owned(),
            what: format!("single file of weights: there are {}", several.len()),
            hint: "call the one to be used model.safetensors; parts of one model are joined by \
                   `save_pretrained(FOLDER, max_shard_size=\"100GB\")`"
                .to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, each with this text.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    const ROBERTA: &str = r#"{"model_type": "xlm-roberta", "max_position_embeddings": 514,
        "id2label": {"0": "negative", "1": "neutral", "2": "positive"}}"#;

    #[test]
    fn a_whole_folder_is_read() {
        let made = folder(&[
            ("config.json", ROBERTA),
            ("weights.safetensors", "w"),
            ("sentencepiece.bpe.model", "v"),
        ]);
        let found = Folder::read(made.path(), "sentiment", false).unwrap();
        assert_eq!(found.family.kind, "xlm-roberta");
        assert_eq!(found.labels, ["negative", "neutral", "positive"]);
        assert_eq!(found.tokens_max, 508);
        assert!(!found.lower_case);
        let before = found.hash().unwrap();
        assert_eq!(found.hash().unwrap(), before);
        std::fs::write(made.path().join("weights.safetensors"), "x").unwrap();
        assert_ne!(found.hash().unwrap(), before);
    }

    #[test]
    fn the_tokenizer_says_whether_capitals_count() {
        let made = folder(&[
            ("config.json", r#"{"model_type": "bert"}"#),
            ("model.safetensors", "w"),
            ("vocab.txt", "v"),
        ]);
        assert!(
            Folder::read(made.path(), "keyphrases", true)
                .unwrap()
                .lower_case
        );
        let cased = r#"{"do_lower_case": false, "strip_accents": false}"#;
        std::fs::write(made.path().join("tokenizer_config.json"), cased).unwrap();
        let found = Folder::read(made.path(), "keyphrases", true).unwrap();
        assert_eq!(
            (found.lower_case, found.strip_accents),
            (false, Some(false))
        );
    }

    #[test]
    fn what_is_missing_is_told_with_what_to_do() {
        let empty = folder(&[]);
        let pickle = folder(&[("config.json", ROBERTA), ("pytorch_model.bin", "p")]);
        let shards = folder(&[
            ("config.json", ROBERTA),
            ("model-00001-of-00002.safetensors", "a"),
            ("model-00002-of-00002.safetensors", "b"),
        ]);
        let wordless = folder(&[("config.json", ROBERTA), ("model.safetensors", "w")]);
        let other = folder(&[("config.json", r#"{"model_type": "gpt2"}"#)]);
        let broken = folder(&[("config.json", "{")]);
        let mut told = Vec::new();
        for (folder, embeds) in [
            (&empty, false),
            (&pickle, false),
            (&shards, false),
            (&wordless, false),
            (&other, false),
            (&wordless, true),
            (&broken, false),
        ] {
            let error = Folder::read(folder.path(), "sentiment", embeds).unwrap_err();
            let place = folder.path().display().to_string();
            told.push(error.to_string().replace(&place, "FOLDER"));
        }
        let nowhere = Folder::read(Path::new("not/there"), "keyphrases", true).unwrap_err();
        told.push(nowhere.to_string());
        insta::assert_snapshot!(told.join("\n\n"));
    }

    #[test]
    fn labels_stand_by_their_numbers_or_not_at_all() {
        let of = |pairs: &[(&str, &str)]| {
            let owned = |text: &str| text.to_owned();
            labels(pairs.iter().map(|(n, l)| (owned(n), owned(l))).collect())
        };
        assert_eq!(
            of(&[("10", "k"), ("2", "c"), ("0", "a")]),
            Vec::<String>::new()
        );
        assert_eq!(of(&[("1", "b"), ("0", "a")]), ["a", "b"]);
        let many: Vec<(String, String)> =
            (0..12).map(|n| (n.to_string(), format!("l{n}"))).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|(n, l)| (n.as_str(), l.as_str())).collect();
        assert_eq!(of(&many)[10], "l10");
    }
}
