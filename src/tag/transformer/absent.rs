//! Stands where [`rust_bert`](super) would, in a program that was built without the feature `bert`.

use super::folder::Folder;
use super::labels::Labels;
use super::{Classifier, Embedder, TransformerError};
use crate::record::Polarity;
use std::collections::BTreeMap;

type Loaded<T> = Result<T, TransformerError>;

pub fn classifier(_folder: &Folder, _labels: usize) -> Loaded<Box<dyn Classifier>> {
    Err(TransformerError::NotBuilt)
}

pub fn embedder(_folder: &Folder) -> Loaded<Box<dyn Embedder>> {
    Err(TransformerError::NotBuilt)
}

pub fn download_classifier(
    _name: &str,
    _given: &BTreeMap<String, Polarity>,
) -> Loaded<(Box<dyn Classifier>, Labels, blake3::Hash)> {
    Err(TransformerError::NotBuilt)
}

pub fn download_embedder(_name: &str) -> Loaded<(Box<dyn Embedder>, blake3::Hash)> {
    Err(TransformerError::NotBuilt)
}
