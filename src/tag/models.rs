//! The models that come with the program.

use super::background::Background;
use super::linear::{Model, ModelError};
use super::{intent, language, lexicon};
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// File names of the models, in the folder `models/`.
pub const FILES: [&str; 5] = [
    "language.bin",
    "sentiment.bin",
    WORDS_FILE,
    "intent.bin",
    "target.bin",
];
/// File name of the background statistics.
pub const WORDS_FILE: &str = "words.bin";

static LANGUAGE: &[u8] = include_bytes!("../../models/language.bin");
static SENTIMENT: &[u8] = include_bytes!("../../models/sentiment.bin");
static WORDS: &[u8] = include_bytes!("../../models/words.bin");
static INTENT: &[u8] = include_bytes!("../../models/intent.bin");
static TARGET: &[u8] = include_bytes!("../../models/target.bin");

/// Everything learned that the tagger needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// Which language.
    pub language: language::Head,
    /// How it feels.
    pub sentiment: Model,
    /// What its writer wants.
    pub intent: intent::Head,
    /// How common words are.
    pub background: Background,
    /// How it feels about one thing in it.
    pub target: Model,
    /// Hash over the bytes of all of them and the phrases that rules go by.
    pub hash: String,
}

impl Models {
    /// The models that are compiled in.
    pub fn embedded() -> Arc<Models> {
        static MODELS: LazyLock<Arc<Models>> = LazyLock::new(|| {
            // Not foreign input: these bytes are part of the program, and a test reads them.
            let models = Models::from_bytes([LANGUAGE, SENTIMENT, WORDS, INTENT, TARGET])
                .unwrap_or_else(|error| panic!("the models inside the program: {error}"));
            Arc::new(models)
        });
        Arc::clone(&MODELS)
    }

    /// Models from the bytes of [`FILES`], in their order.
    pub fn from_bytes(bytes: [&[u8]; 5]) -> Result<Models, ModelError> {
        let mut hasher = blake3::Hasher::new();
        for part in bytes {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        for (language, sense, phrases) in lexicon::entries() {
            hasher.update(format!("{language} {sense:?} {phrases}\n").as_bytes());
        }
        Ok(Models {
            language: language::Head::new(Model::read(FILES[0], bytes[0])?),
            sentiment: Model::read(FILES[1], bytes[1])?,
            background: Background::read(FILES[2], bytes[2])?,
            intent: intent::Head::new(Model::read(FILES[3], bytes[3])?),
            target: Model::read(FILES[4], bytes[4])?,
            hash: hasher.finalize().to_hex()[..16].to_owned(),
        })
    }

    /// Models from a folder that `groundswell model train` wrote; intents are judged by the model
    /// inside the program where the folder has none.
    pub fn from_folder(folder: &Path) -> std::io::Result<Result<Models, ModelError>> {
        let read = |name: &str| std::fs::read(folder.join(name));
        let (language, sentiment) = (read(FILES[0])?, read(FILES[1])?);
        let words = read(FILES[2])?;
        // A recipe of one's own need not have all heads.
        let own_or = |name: &str, other: &'static [u8]| match read(name) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(other.to_vec()),
            found => found,
        };
        let (intent, target) = (own_or(FILES[3], INTENT)?, own_or(FILES[4], TARGET)?);
        Ok(Models::from_bytes([
            &language, &sentiment, &words, &intent, &target,
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_inside_the_program_can_be_read_and_are_small() {
        let models = Models::from_bytes([LANGUAGE, SENTIMENT, WORDS, INTENT, TARGET]).unwrap();
        assert!(models.language.model.classes.len() >= 18);
        assert_eq!(models.sentiment.classes, super::super::sentiment::CLASSES);
        assert_eq!(models.intent.model.classes, intent::CLASSES);
        assert_eq!(models.target.classes, super::super::target::COLUMN_NAMES);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        let models = files.filter(|file| file.path().extension().is_some_and(|end| end == "bin"));
        let bytes: u64 = models.map(|file| file.metadata().unwrap().len()).sum();
        assert!((4_000_000..8_000_000).contains(&bytes), "{bytes}");
    }
}
