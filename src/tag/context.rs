//! Everything the tagger knows before it reads a text.

use super::aspect::{AspectWords, Aspects};
use super::matcher::Matcher;
use super::models::Models;
use super::resolve::{Learned, Resolution};
use crate::record::Sku;
use std::sync::Arc;

/// Catalogue, models and background statistics. Built once, shared by all threads.
#[derive(Debug)]
pub struct Context {
    pub(super) matcher: Matcher,
    pub(super) learned: Learned,
    pub(super) models: Arc<Models>,
    pub(super) keyphrases: usize,
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
            models,
            keyphrases: KEYPHRASES,
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

    /// The same context, with what a person decided about ambiguous names.
    pub fn with_resolved(self, decisions: &[Resolution]) -> Context {
        if decisions.is_empty() {
            return self;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.catalogue_hash.as_bytes());
        for decision in decisions {
            let sku = decision.sku.as_deref().unwrap_or_default();
            for field in [&decision.alias, sku, &decision.text] {
                hasher.update(&(field.len() as u64).to_le_bytes());
                hasher.update(field.as_bytes());
            }
        }
        Context {
            learned: Learned::new(decisions, &self.models.background),
            catalogue_hash: hasher.finalize().to_hex()[..16].to_owned(),
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
        (self.models.hash.clone(), self.catalogue_hash.clone())
    }

    /// Number of names that are looked for.
    pub fn names(&self) -> usize {
        self.matcher.names()
    }
}
