//! The models of rust-bert behind the traits of this room.

use super::folder::{Folder, hash_file, labels_in};
use super::labels::Labels;
use super::{Classifier, Embedder, TransformerError};
use crate::record::Polarity;
use rust_bert::RustBertError;
use rust_bert::pipelines::common::{ModelResource, ModelType, TokenizerOption};
use rust_bert::pipelines::sentence_embeddings::{
    SentenceEmbeddingsConfig, SentenceEmbeddingsModel, SentenceEmbeddingsModelType,
    SentenceEmbeddingsModulesConfig,
};
use rust_bert::pipelines::sequence_classification::{
    SequenceClassificationConfig, SequenceClassificationModel,
};
use rust_bert::resources::{LocalResource, ResourceProvider};
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

type Loaded<T> = Result<T, TransformerError>;

/// A text that every model can read; what it answers must be whole.
const PROBE: &str = "good";

/// A sequence-classification model. One text at a time: its tensors may not be shared.
struct Sequence {
    model: Mutex<SequenceClassificationModel>,
    labels: usize,
    tokens_max: usize,
}

/// A sentence-embedding model, one call at a time.
struct Sentence {
    model: Mutex<SentenceEmbeddingsModel>,
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sequence")
            .field("labels", &self.labels)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sentence").finish_non_exhaustive()
    }
}

impl Classifier for Sequence {
    fn probabilities(&self, text: &str) -> Option<Vec<f32>> {
        let model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        // libtorch throws where a text does not fit its tables, and the wrapper panics with it.
        catch_unwind(AssertUnwindSafe(|| {
            let text = fitting(model.get_tokenizer(), text, self.tokens_max);
            // One text alone: rust-bert gives the model no attention mask, so what fills up a
            // shorter text beside a longer one would count as words.
            let scores = model.predict_multilabel(&[text], -1.0).ok()?;
            let scores = scores.into_iter().next()?;
            let mut logits = vec![f64::NAN; self.labels];
            for label in scores {
                *logits.get_mut(usize::try_from(label.id).ok()?)? = logit(label.score);
            }
            if is_exact(&logits) {
                return softmax(&logits);
            }
            let best = model.predict([text]).into_iter().next()?;
            shared(usize::try_from(best.id).ok()?, best.score, self.labels)
        }))
        .ok()?
    }
}

impl Embedder for Sentence {
    fn embed(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>> {
        let model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        catch_unwind(AssertUnwindSafe(|| model.encode(texts)))
            .ok()?
            .ok()
    }
}

/// The start of a text that gives at most so many tokens.
fn fitting<'t>(tokenizer: &TokenizerOption, mut text: &'t str, tokens_max: usize) -> &'t str {
    while tokenizer.tokenize(text).len() > tokens_max {
        let half = text.chars().count() / 2;
        let end = text.char_indices().nth(half).map_or(0, |(at, _)| at);
        text = &text[..end];
    }
    text
}

/// What a sigmoid was taken of. rust-bert gives the score of every label only as a sigmoid, in 32
/// bits; up to about 8 nothing is lost by going back.
fn logit(score: f64) -> f64 {
    const LEAST: f64 = 1e-38;
    const MOST: f64 = 1.0 - 6e-8;
    if score.is_nan() {
        return f64::NAN;
    }
    let score = score.clamp(LEAST, MOST);
    (score / (1.0 - score)).ln()
}

/// Whether the probabilities can be told from these: not where two are above what a sigmoid tells
/// well apart, nor where all are below what it tells at all.
fn is_exact(logits: &[f64]) -> bool {
    let mut sorted = logits.to_vec();
    sorted.sort_by(|left, right| right.total_cmp(left));
    match sorted.as_slice() {
        [first, second, ..] => *first > -80.0 && *second < 8.0,
        _ => true,
    }
}

/// The probability of the best label, and an even share of the rest for the others.
fn shared(best: usize, probability: f64, labels: usize) -> Option<Vec<f32>> {
    if best >= labels || !(0.0..=1.0 + 1e-6).contains(&probability) {
        return None;
    }
    let probability = probability.min(1.0);
    let rest = (1.0 - probability) / (labels.max(2) - 1) as f64;
    let of = |label: usize| if label == best { probability } else { rest };
    Some((0..labels).map(|label| rounded(of(label))).collect())
}

/// `None` where a number is missing.
fn softmax(logits: &[f64]) -> Option<Vec<f32>> {
    if logits.iter().any(|logit| logit.is_nan()) {
        return None;
    }
    let highest = logits.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<f64> = logits.iter().map(|logit| (logit - highest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    Some(powers.iter().map(|power| rounded(power / sum)).collect())
}

/// Four digits: the last ones differ between machines.
fn rounded(probability: f64) -> f32 {
    ((probability * 1e4).round() / 1e4) as f32
}

/// Runs what loads a model; rust-bert panics where a settings file is not what it expects.
fn loaded<T>(
    work: impl FnOnce() -> Result<T, RustBertError>,
    wrong: impl Fn(String) -> TransformerError,
) -> Loaded<T> {
    // On one thread sums have one order, so the answers are the same on any machine of a kind; and
    // libtorch's own threads wait by spinning, which on busy cores takes ten times as long.
    tch::set_num_threads(1);
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(model)) => Ok(model),
        Ok(Err(error)) => Err(wrong(error.to_string())),
        Err(panic) => {
            let words = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied());
            let why = words.unwrap_or("rust-bert gave up");
            Err(wrong(why.lines().next().unwrap_or_default().to_owned()))
        }
    }
}

fn model_type(folder: &Folder) -> ModelType {
    match folder.family.kind {
        "distilbert" => ModelType::DistilBert,
        "mobilebert" => ModelType::MobileBert,
        "roberta" => ModelType::Roberta,
        "xlm-roberta" => ModelType::XLMRoberta,
        "albert" => ModelType::Albert,
        "deberta" => ModelType::Deberta,
        "deberta-v2" => ModelType::DebertaV2,
        _ => ModelType::Bert,
    }
}

/// The tokenizer of a folder. rust-bert refuses settings that a kind of tokenizer has no use for,
/// though many folders hold them.
fn tokenizer(folder: &Folder) -> Result<TokenizerOption, RustBertError> {
    let path = |path: &Path| match path.to_str() {
        Some(path) => Ok(path.to_owned()),
        None => Err(RustBertError::IOError("its path is not UTF-8".to_owned())),
    };
    let merges = folder.merges.as_deref().map(path).transpose()?;
    let kind = model_type(folder);
    let accents = matches!(
        kind,
        ModelType::Bert | ModelType::DistilBert | ModelType::MobileBert | ModelType::Albert
    );
    let prefix = kind == ModelType::Roberta;
    TokenizerOption::from_file(
        kind,
        &path(&folder.vocabulary)?,
        merges.as_deref(),
        folder.lower_case,
        folder.strip_accents.filter(|_| accents),
        folder.add_prefix_space.filter(|_| prefix),
    )
}

/// Loads the sequence-classification model of a folder with so many labels.
pub fn classifier(folder: &Folder, labels: usize) -> Loaded<Box<dyn Classifier>> {
    let wrong = |why| TransformerError::Load {
        path: folder.path.clone(),
        why,
    };
    let load = || {
        let config = SequenceClassificationConfig::new(
            model_type(folder),
            ModelResource::Torch(Box::new(LocalResource::from(folder.weights.clone()))),
            LocalResource::from(folder.config.clone()),
            LocalResource::from(folder.vocabulary.clone()),
            folder.merges.clone().map(LocalResource::from),
            folder.lower_case,
            None,
            None,
        );
        SequenceClassificationModel::new_with_tokenizer(config, tokenizer(folder)?)
    };
    probed(loaded(load, wrong)?, labels, folder.tokens_max, wrong)
}

fn probed(
    model: SequenceClassificationModel,
    labels: usize,
    tokens_max: usize,
    wrong: impl Fn(String) -> TransformerError,
) -> Loaded<Box<dyn Classifier>> {
    let model = Sequence {
        model: Mutex::new(model),
        labels,
        tokens_max,
    };
    if model.probabilities(PROBE).is_none() {
        return Err(wrong("it has no answer to the text `good`".to_owned()));
    }
    Ok(Box::new(model))
}

/// Loads the sentence-embedding model of a folder.
pub fn embedder(folder: &Folder) -> Loaded<Box<dyn Embedder>> {
    let wrong = |why| TransformerError::Load {
        path: folder.path.clone(),
        why,
    };
    let file = |name: &str| -> Loaded<PathBuf> {
        let found = folder.path.join(name);
        if found.is_file() {
            return Ok(found);
        }
        Err(TransformerError::NoFile {
            path: folder.path.clone(),
            what: format!("`{name}`"),
            hint: "use a folder as the package sentence-transformers saves it".to_owned(),
        })
    };
    let modules_at = file("modules.json")?;
    let bytes = std::fs::read(&modules_at).map_err(|error| wrong(error.to_string()))?;
    let modules = serde_json::from_slice::<SentenceEmbeddingsModulesConfig>(&bytes)
        .map_err(|error| wrong(format!("modules.json: {error}")))?
        .validate()
        .map_err(|error| wrong(error.to_string()))?;
    let pooling = file(&format!("{}/config.json", modules.pooling_module().path))?;
    let dense = match modules.dense_module() {
        Some(module) => Some((
            file(&format!("{}/config.json", module.path))?,
            file(&format!("{}/model.safetensors", module.path))?,
        )),
        None => None,
    };
    let sentence = file("sentence_bert_config.json")?;
    let boxed = |path: PathBuf| -> Box<dyn ResourceProvider + Send> { path.into() };
    let (dense_config, dense_weights) = dense.unzip();
    let load = || {
        let config = SentenceEmbeddingsConfig {
            modules_config_resource: boxed(modules_at),
            transformer_type: model_type(folder),
            transformer_config_resource: boxed(folder.config.clone()),
            transformer_weights_resource: boxed(folder.weights.clone()),
            pooling_config_resource: boxed(pooling),
            dense_config_resource: dense_config.map(boxed),
            dense_weights_resource: dense_weights.map(boxed),
            sentence_bert_config_resource: boxed(sentence),
            // Not read: the tokenizer is given.
            tokenizer_config_resource: boxed(folder.config.clone()),
            tokenizer_vocab_resource: boxed(folder.vocabulary.clone()),
            tokenizer_merges_resource: None,
            // The device and the precision that rust-bert chooses by itself.
            ..SentenceEmbeddingsConfig::from(SentenceEmbeddingsModelType::AllMiniLmL6V2)
        };
        SentenceEmbeddingsModel::new_with_tokenizer(config, tokenizer(folder)?)
    };
    let model = Sentence {
        model: Mutex::new(loaded(load, wrong)?),
    };
    if model.embed(&[PROBE]).is_none() {
        return Err(wrong("it has no vector for the text `good`".to_owned()));
    }
    Ok(Box::new(model))
}

/// Fetches, once, a sequence-classification model that rust-bert knows, and loads it.
pub fn download_classifier(
    name: &str,
    given: &BTreeMap<String, Polarity>,
) -> Loaded<(Box<dyn Classifier>, Labels, blake3::Hash)> {
    let wrong = |why| TransformerError::Download {
        name: name.to_owned(),
        why,
    };
    // The default of rust-bert is the one model there is: DistilBERT, tuned on SST-2.
    let config = SequenceClassificationConfig::default();
    let (settings, weights) = loaded(
        || {
            let settings = config.config_resource.get_local_path()?;
            let ModelResource::Torch(weights) = &config.model_resource;
            Ok((settings, weights.get_local_path()?))
        },
        wrong,
    )?;
    let labels = Labels::of(&labels_in(&settings)?, given, &settings)?;
    let hash = hashed(&[&settings, &weights])?;
    let model = loaded(|| SequenceClassificationModel::new(config), wrong)?;
    Ok((probed(model, labels.count(), 508, wrong)?, labels, hash))
}

/// Fetches, once, a sentence-embedding model that rust-bert knows, and loads it.
pub fn download_embedder(name: &str) -> Loaded<(Box<dyn Embedder>, blake3::Hash)> {
    let wrong = |why| TransformerError::Download {
        name: name.to_owned(),
        why,
    };
    let config = SentenceEmbeddingsConfig::from(match name {
        "all-minilm-l12-v2" => SentenceEmbeddingsModelType::AllMiniLmL12V2,
        "all-distilroberta-v1" => SentenceEmbeddingsModelType::AllDistilrobertaV1,
        "distiluse-multilingual" => SentenceEmbeddingsModelType::DistiluseBaseMultilingualCased,
        _ => SentenceEmbeddingsModelType::AllMiniLmL6V2,
    });
    let (settings, weights) = loaded(
        || {
            let settings = config.transformer_config_resource.get_local_path()?;
            Ok((
                settings,
                config.transformer_weights_resource.get_local_path()?,
            ))
        },
        wrong,
    )?;
    let hash = hashed(&[&settings, &weights])?;
    let model = Sentence {
        model: Mutex::new(loaded(|| SentenceEmbeddingsModel::new(config), wrong)?),
    };
    if model.embed(&[PROBE]).is_none() {
        return Err(wrong("it has no vector for the text `good`".to_owned()));
    }
    Ok((Box::new(model), hash))
}

fn hashed(files: &[&PathBuf]) -> Loaded<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hash_file(file, &mut hasher)?;
    }
    Ok(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As rust-bert computes it.
    fn sigmoid(logit: f64) -> f64 {
        f64::from(1.0 / (1.0 + (-(logit as f32)).exp()))
    }

    proptest! {
        #[test]
        fn probabilities_come_back_through_sigmoids(
            logits in prop::collection::vec(-30.0_f64..20.0, 2..6)
        ) {
            let seen: Vec<f64> = logits.iter().map(|number| logit(sigmoid(*number))).collect();
            let wanted = softmax(&logits).unwrap();
            if is_exact(&seen) {
                for (found, wanted) in softmax(&seen).unwrap().iter().zip(&wanted) {
                    prop_assert!((found - wanted).abs() < 2e-3, "{logits:?}: {found} {wanted}");
                }
            } else {
                let mut sorted = logits.clone();
                sorted.sort_by(|left, right| right.total_cmp(left));
                prop_assert!(sorted[1] > 7.9, "{logits:?}");
            }
        }
    }

    #[test]
    fn where_sigmoids_tell_nothing_the_best_label_is_asked_for() {
        assert!(!is_exact(&[15.0, 16.0, 0.0]));
        assert!(!is_exact(&[-85.0, -86.0]));
        assert_eq!(shared(1, 0.8, 3), Some(vec![0.1, 0.8, 0.1]));
        assert_eq!(shared(0, 1.0, 1), Some(vec![1.0]));
        assert_eq!(shared(3, 0.8, 3), None);
        assert_eq!(softmax(&[f64::NAN, 1.0]), None);
    }
}
