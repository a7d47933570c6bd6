//! A transformer beside the built-in models: it looks again at the posts that the settings name.
//!
//! It is part of the [`Context`], loaded once, without memory between two posts:
//! the same record, hints and context still give the same tags. Each text is read alone, because
//! in a batch of sequences of unequal length the answer to one would depend on its neighbours.
//! How many posts it may look at is not decided here.

#[cfg(not(feature = "bert"))]
#[path = "absent.rs"]
mod engine;
#[cfg(feature = "bert")]
#[path = "rust_bert.rs"]
mod engine;
mod error;
mod folder;
mod labels;
mod opinion;
mod phrases;
mod text;

pub use error::TransformerError;

use super::reading::Reading;
use super::{Context, Hints};
use crate::config::{ModelFrom, Posts, TransformerConfig};
use crate::record::{Kind, Record, Sentiment, Tags};
use folder::Folder;
use labels::Labels;
use std::fmt;

/// A loaded sequence-classification model.
trait Classifier: fmt::Debug + Send + Sync {
    /// Probabilities of its labels, by their numbers; `None` where it failed on the text.
    fn probabilities(&self, text: &str) -> Option<Vec<f32>>;
}

/// A loaded sentence-embedding model.
trait Embedder: fmt::Debug + Send + Sync {
    /// A vector for each text, in their order; `None` where it failed on them.
    fn embed(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>>;
}

/// The models that the settings name, ready to be asked.
#[derive(Debug)]
pub struct Transformer {
    sentiment: Option<SentimentHead>,
    keyphrases: Option<PhraseHead>,
    per_minute: u32,
    hash: String,
}

#[derive(Debug)]
struct SentimentHead {
    model: Box<dyn Classifier>,
    labels: Labels,
    /// BCP-47 codes; empty: all.
    languages: Vec<String>,
    posts: Posts,
}

#[derive(Debug)]
struct PhraseHead {
    model: Box<dyn Embedder>,
    posts: Posts,
}

impl Transformer {
    /// Loads what the settings name; `None` where they name nothing. It reads files, and where
    /// the settings say so it downloads them.
    ///
    /// # Errors
    /// A folder that is not there or incomplete, labels without a meaning, files that do not fit
    /// together, and a program that was built without the feature `bert`.
    pub fn load(settings: &TransformerConfig) -> Result<Option<Transformer>, TransformerError> {
        if !settings.is_on() {
            return Ok(None);
        }
        let mut hasher = blake3::Hasher::new();
        let keyphrases = match &settings.keyphrases {
            None => None,
            Some(from) => {
                let (model, hash) = match from {
                    ModelFrom::Folder(path) => {
                        let folder = Folder::read(path, "keyphrases", true)?;
                        (engine::embedder(&folder)?, folder.hash()?)
                    }
                    ModelFrom::Download(name) => engine::download_embedder(name)?,
                };
                hasher.update(hash.as_bytes());
                let posts = settings.keyphrases_for;
                Some(PhraseHead { model, posts })
            }
        };
        let sentiment = match &settings.sentiment {
            None => None,
            Some(from) => {
                let (model, labels, hash) = match from {
                    ModelFrom::Folder(path) => {
                        let (folder, labels) = classifier_folder(path, settings)?;
                        let model = engine::classifier(&folder, labels.count())?;
                        (model, labels, folder.hash()?)
                    }
                    ModelFrom::Download(name) => {
                        engine::download_classifier(name, &settings.sentiment_labels)?
                    }
                };
                hasher.update(hash.as_bytes());
                hasher.update(labels.text().as_bytes());
                Some(SentimentHead {
                    model,
                    labels,
                    languages: settings.sentiment_languages.clone(),
                    posts: settings.sentiment_for,
                })
            }
        };
        let rest = (
            settings.sentiment_for,
            &settings.sentiment_languages,
            settings.keyphrases_for,
            settings.posts_per_minute_max,
        );
        hasher.update(format!("{rest:?}").as_bytes());
        Ok(Some(Transformer {
            sentiment,
            keyphrases,
            per_minute: settings.posts_per_minute_max,
            hash: hasher.finalize().to_hex()[..16].to_owned(),
        }))
    }

    /// Looks through the folders that the settings name without loading a model, and says in a
    /// few words what is there; `None` where they name nothing.
    ///
    /// # Errors
    /// As [`Transformer::load`], except for what only loading finds.
    pub fn check(settings: &TransformerConfig) -> Result<Option<String>, TransformerError> {
        let mut found = Vec::new();
        match &settings.sentiment {
            Some(ModelFrom::Folder(path)) => {
                let (folder, labels) = classifier_folder(path, settings)?;
                found.push(format!(
                    "sentiment by {} with {} labels",
                    folder.family.kind,
                    labels.count()
                ));
            }
            Some(ModelFrom::Download(name)) => found.push(format!("sentiment by {name}")),
            None => {}
        }
        match &settings.keyphrases {
            Some(ModelFrom::Folder(path)) => {
                let folder = Folder::read(path, "keyphrases", true)?;
                found.push(format!("keyphrases by {}", folder.family.kind));
            }
            Some(ModelFrom::Download(name)) => found.push(format!("keyphrases by {name}")),
            None => {}
        }
        Ok((!found.is_empty()).then(|| found.join(", ")))
    }

    /// Posts fetched within one minute that it may look at.
    pub fn per_minute(&self) -> u32 {
        self.per_minute
    }

    /// Hash over models and settings: tags made under other ones are not comparable.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether it would look at a record with these tags of the built-in models. `keyphrases`: how
    /// many of them a post may have.
    fn wants(&self, record: &Record, tags: &Tags, keyphrases: usize) -> bool {
        speaks(record)
            && (self.sentiment.as_ref().is_some_and(|head| head.wants(tags))
                || self
                    .keyphrases
                    .as_ref()
                    .is_some_and(|head| head.wants(tags, keyphrases)))
    }

    /// What it makes of a record that the built-in models have read.
    fn look(&self, record: &Record, hints: &Hints, context: &Context, tags: &mut Tags) {
        let keyphrases = context.keyphrases;
        if !self.wants(record, tags, keyphrases) {
            return;
        }
        let raw = record.full_text();
        let text = text::prepared(&raw);
        if let Some(head) = &self.sentiment
            && head.wants(tags)
            && let Some(sentiment) = head.judge(&text, &tags.sentiment)
        {
            tags.sentiment = sentiment;
        }
        if let Some(head) = &self.keyphrases
            && head.wants(tags, keyphrases)
        {
            let wide = Reading::with_phrases(record, hints, context, phrases::CANDIDATES_MAX);
            let candidates = &wide.tags.keyphrases;
            if let Some(chosen) = phrases::choose(&*head.model, &text, candidates, keyphrases) {
                tags.keyphrases = chosen;
            }
        }
    }
}

/// Whether a record holds somebody's words; of titles and numbers nothing more can be learned.
fn speaks(record: &Record) -> bool {
    let texts = [&record.title, &record.text];
    let has_words = texts
        .into_iter()
        .flatten()
        .any(|text| !text.trim().is_empty());
    has_words
        && matches!(
            record.kind,
            Kind::Post | Kind::Comment | Kind::Review | Kind::Chat | Kind::Return | Kind::Signup
        )
}

fn classifier_folder(
    path: &std::path::Path,
    settings: &TransformerConfig,
) -> Result<(Folder, Labels), TransformerError> {
    let folder = Folder::read(path, "sentiment", false)?;
    let labels = Labels::of(&folder.labels, &settings.sentiment_labels, path)?;
    Ok((folder, labels))
}

impl SentimentHead {
    fn wants(&self, tags: &Tags) -> bool {
        (self.posts == Posts::All || tags.sentiment.abstain) && self.reads(&tags.language.code)
    }

    fn reads(&self, language: &str) -> bool {
        let is_in = |code: &str| {
            let start = language.get(..code.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(code))
                && matches!(language.as_bytes().get(code.len()), None | Some(b'-'))
        };
        self.languages.is_empty() || self.languages.iter().any(|code| is_in(code))
    }

    fn judge(&self, text: &str, built_in: &Sentiment) -> Option<Sentiment> {
        let opinion = self.labels.gather(&self.model.probabilities(text)?)?;
        opinion::sentiment(opinion, built_in)
    }
}

impl PhraseHead {
    /// The built-in finder is unsure where its list is full, so that something may have been left
    /// out, and its last phrase is about as good as its first.
    fn wants(&self, tags: &Tags, keyphrases: usize) -> bool {
        const CLOSE: f32 = 0.9;
        let found = &tags.keyphrases;
        let close = || match (found.first(), found.last()) {
            (Some(first), Some(last)) => last.score >= CLOSE * first.score,
            _ => false,
        };
        keyphrases > 0
            && !found.is_empty()
            && (self.posts == Posts::All || (found.len() == keyphrases && close()))
    }
}

impl Context {
    /// Whether the transformer would look at a record that [`tag`](super::tag) gave these tags.
    pub fn would_look_again(&self, record: &Record, tags: &Tags) -> bool {
        self.transformer
            .as_ref()
            .is_some_and(|transformer| transformer.wants(record, tags, self.keyphrases))
    }

    /// Lets the transformer look at a record that [`tag`](super::tag) gave these tags; without one
    /// nothing changes. As pure as `tag`, and slow: milliseconds, not microseconds.
    pub fn look_again(&self, record: &Record, hints: &Hints, tags: &mut Tags) {
        if let Some(transformer) = &self.transformer {
            transformer.look(record, hints, self, tags);
        }
    }
}

#[cfg(test)]
mod tests;
