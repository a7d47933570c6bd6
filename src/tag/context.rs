//! Everything the tagger knows before it reads a text.

use super::aspect::{AspectWords, Aspects};
use super::correct::{Correction, Corrections};
use super::matcher::Matcher;
use super::models::Models;
use super::resolve::{Learned, Resolution};
use super::transformer::Transformer;
use crate::record::Sku;
use std::sync::Arc;

/// Catalogue, models and background statistics. Built once, shared by all threads.
#[derive(Debug)]
pub struct Context {
    pub(super) matcher: Matcher,
    pub(super) learned: Learned,
    pub(super) corrections: Corrections,
    resolutions: Vec<Resolution>,
    pub(super) models: Arc<Models>,
    pub(super) keyphrases: usize,
    pub(super) transformer: Option<Arc<Transformer>>,
    pub(super) aspects: Arc<Aspects>,
    catalogue_hash: String,
}

/// Keyphrases of a post, unless asked otherwise.
pub const KEYPHRASES: usize = 3;

impl Context {
    /// The context of a catalogue, with the models inside the program.
    pub fn new(catalogue: &[Sku]) -> Context {
        Context::with_models(catalogue, Models::embedded())
    }

    /// The context of a catalogue, with other models.
    pub fn with_models(catalogue: &[Sku], models: Arc<Models>) -> Context {
        let mut hasher = blake3::Hasher::new();
        for sku in catalogue {
            // Plain strings and lists: writing them as JSON cannot fail.
            let line = serde_json::to_vec(sku).unwrap_or_default();
            hasher.update(&(line.len() as u64).to_le_bytes());
            hasher.update(&line);
        }
        Context {
            matcher: Matcher::new(catalogue, &models.background),
            learned: Learned::default(),
            corrections: Corrections::default(),
            resolutions: Vec::new(),
            models,
            keyphrases: KEYPHRASES,
            transformer: None,
            aspects: Aspects::built_in(),
            catalogue_hash: hasher.finalize().to_hex()[..16].to_owned(),
        }
    }

    /// The same context, yielding up to `count` keyphrases a post.
    pub fn with_keyphrases(self, count: usize) -> Context {
        Context {
            keyphrases: count,
            ..self
        }
    }

    /// The same context, with a transformer that may look at posts again.
    pub fn with_transformer(self, transformer: Option<Arc<Transformer>>) -> Context {
        Context {
            transformer,
            ..self
        }
    }

    /// The transformer, where there is one.
    pub fn transformer(&self) -> Option<&Transformer> {
        self.transformer.as_deref()
    }

    /// The same context, with what a person decided about ambiguous names.
    pub fn with_resolved(self, decisions: &[Resolution]) -> Context {
        if decisions.is_empty() {
            return self;
        }
        let mut fields: Vec<&str> = Vec::new();
        for decision in decisions {
            let sku = decision.sku.as_deref().unwrap_or_default();
            fields.extend([decision.alias.as_str(), sku, decision.text.as_str()]);
        }
        let catalogue_hash = hash_after(&self.catalogue_hash, &fields);
        self.relearned(decisions.to_vec(), catalogue_hash)
    }

    /// The same context, with what a person said of single texts.
    pub fn with_corrections(self, corrections: &[Correction]) -> Context {
        if corrections.is_empty() {
            return self;
        }
        // Plain strings and lists: writing them as JSON cannot fail.
        let lines: Vec<String> = corrections
            .iter()
            .map(|correction| serde_json::to_string(correction).unwrap_or_default())
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let catalogue_hash = hash_after(&self.catalogue_hash, &lines);
        let corrections = Corrections::new(corrections);
        let resolutions = [self.resolutions.clone(), corrections.resolutions()].concat();
        Context {
            corrections,
            ..self.relearned(resolutions, catalogue_hash)
        }
    }

    fn relearned(self, resolutions: Vec<Resolution>, catalogue_hash: String) -> Context {
        Context {
            learned: Learned::new(&resolutions, &self.models.background),
            resolutions,
            catalogue_hash,
            ..self
        }
    }

    /// The same context, with aspects of the user's own.
    pub fn with_aspects(self, more: &[AspectWords]) -> Context {
        if more.is_empty() {
            return self;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.catalogue_hash.as_bytes());
        let mut add = |field: &str| {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        };
        for own in more {
            add(&own.name);
            for (language, words) in &own.words {
                add(language);
                words.iter().for_each(|word| add(word));
            }
        }
        Context {
            aspects: Arc::new(Aspects::with(more)),
            catalogue_hash: hasher.finalize().to_hex()[..16].to_owned(),
            ..self
        }
    }

    /// Hashes of models and catalogue: tags made under other ones are not comparable.
    pub fn versions(&self) -> (String, String) {
        let models = match &self.transformer {
            None => self.models.hash.clone(),
            Some(transformer) => format!("{}+{}", self.models.hash, transformer.hash()),
        };
        (models, self.catalogue_hash.clone())
    }

    /// Number of names that are looked for.
    pub fn names(&self) -> usize {
        self.matcher.names()
    }
}

/// A hash of a hash and the texts behind it.
fn hash_after(hash: &str, texts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(hash.as_bytes());
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
