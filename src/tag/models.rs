//! The models that come with the program.

use super::background::Background;
use super::language;
use super::linear::{Model, ModelError};
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// File names of the models, in the folder `models/`.
pub const FILES: [&str; 4] = ["language.bin", "sentiment.bin", "words.bin", "target.bin"];

static LANGUAGE: &[u8] = include_bytes!("../../models/language.bin");
static SENTIMENT: &[u8] = include_bytes!("../../models/sentiment.bin");
static WORDS: &[u8] = include_bytes!("../../models/words.bin");
static TARGET: &[u8] = include_bytes!("../../models/target.bin");

/// Everything learned that the tagger needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// Which language.
    pub language: language::Head,
    /// How it feels.
    pub sentiment: Model,
    /// How common words are.
    pub background: Background,
    /// How it feels about one thing in it.
    pub target: Model,
    /// Hash over the bytes of all of them.
    pub hash: String,
}

impl Models {
    /// The models that are compiled in.
    pub fn embedded() -> Arc<Models> {
        static MODELS: LazyLock<Arc<Models>> = LazyLock::new(|| {
            // Not foreign input: these bytes are part of the program, and a test reads them.
            let models = Models::from_bytes([LANGUAGE, SENTIMENT, WORDS, TARGET])
                .unwrap_or_else(|error| panic!("the models inside the program: {error}"));
            Arc::new(models)
        });
        Arc::clone(&MODELS)
    }

    /// Models from the bytes of [`FILES`], in their order.
    pub fn from_bytes(bytes: [&[u8]; 4]) -> Result<Models, ModelError> {
        let mut hasher = blake3::Hasher::new();
        for part in bytes {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Ok(Models {
            language: language::Head::new(Model::read(FILES[0], bytes[0])?),
            sentiment: Model::read(FILES[1], bytes[1])?,
            background: Background::read(FILES[2], bytes[2])?,
            target: Model::read(FILES[3], bytes[3])?,
            hash: hasher.finalize().to_hex()[..16].to_owned(),
        })
    }

    /// Models from a folder that `groundswell model train` wrote.
    pub fn from_folder(folder: &Path) -> std::io::Result<Result<Models, ModelError>> {
        let read = |name: &str| std::fs::read(folder.join(name));
        let [language, sentiment, words, target] = FILES.map(read);
        Ok(Models::from_bytes([
            &language?,
            &sentiment?,
            &words?,
            &target?,
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_inside_the_program_can_be_read_and_are_small() {
        let models = Models::from_bytes([LANGUAGE, SENTIMENT, WORDS, TARGET]).unwrap();
        assert!(models.language.model.classes.len() >= 18);
        assert_eq!(models.sentiment.classes, super::super::sentiment::CLASSES);
        assert_eq!(models.target.classes, super::super::target::COLUMN_NAMES);
        let bytes = LANGUAGE.len() + SENTIMENT.len() + WORDS.len() + TARGET.len();
        assert!(bytes < 5_000_000, "{bytes}");
    }
}
