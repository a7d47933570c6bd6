//! Reading the one tree, and drafting a change that is applied at once.

use super::failed;
use super::key::Key;
use crate::store::Result;
use crate::store::codec::{self, damaged};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::{Batch, IVec, Tree};
use std::collections::BTreeMap;

/// Key and value of a row.
pub(super) type Pair = (IVec, IVec);

/// The tree as it is, while nobody changes it.
#[derive(Clone, Copy)]
pub(super) struct View<'a>(pub &'a Tree);

impl View<'_> {
    pub(super) fn get(self, key: &Key) -> Result<Option<IVec>> {
        self.0.get(key.bytes()).map_err(failed("reading"))
    }

    pub(super) fn has(self, key: &Key) -> Result<bool> {
        self.0.contains_key(key.bytes()).map_err(failed("reading"))
    }

    pub(super) fn value<T: DeserializeOwned>(self, what: &str, key: &Key) -> Result<Option<T>> {
        self.get(key)?
            .map(|bytes| from_bytes(what, &bytes))
            .transpose()
    }

    /// Rows whose key begins so, ascending.
    pub(super) fn under(self, prefix: &Key) -> impl DoubleEndedIterator<Item = Result<Pair>> {
        self.0
            .scan_prefix(prefix.bytes())
            .map(|pair| pair.map_err(failed("reading")))
    }

    /// Rows from one key up to, but not including, another.
    pub(super) fn between(self, from: &Key, to: &Key) -> impl Iterator<Item = Result<Pair>> {
        // An empty span is a question too; sled would panic on one that is turned round.
        let to = to.max(from);
        self.0
            .range(from.bytes()..to.bytes())
            .map(|pair| pair.map_err(failed("reading")))
    }
}

/// Changes that are not applied yet, in front of the tree as it is.
pub(super) struct Draft<'a> {
    view: View<'a>,
    changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(tree: &'a Tree) -> Draft<'a> {
        Draft {
            view: View(tree),
            changes: BTreeMap::new(),
        }
    }

    /// The tree without the changes.
    pub(super) fn before(&self) -> View<'a> {
        self.view
    }

    pub(super) fn value<T: DeserializeOwned>(&self, what: &str, key: &Key) -> Result<Option<T>> {
        match self.changes.get(key.bytes()) {
            Some(Some(bytes)) => from_bytes(what, bytes).map(Some),
            Some(None) => Ok(None),
            None => self.view.value(what, key),
        }
    }

    pub(super) fn has(&self, key: &Key) -> Result<bool> {
        match self.changes.get(key.bytes()) {
            Some(change) => Ok(change.is_some()),
            None => self.view.has(key),
        }
    }

    pub(super) fn put(&mut self, key: Key, value: impl Into<Vec<u8>>) {
        self.changes.insert(key.into_bytes(), Some(value.into()));
    }

    pub(super) fn put_value<T: Serialize>(
        &mut self,
        what: &str,
        key: Key,
        value: &T,
    ) -> Result<()> {
        self.put(key, codec::to_json(what, value)?);
        Ok(())
    }

    pub(super) fn remove(&mut self, key: Key) {
        self.changes.insert(key.into_bytes(), None);
    }

    pub(super) fn remove_row(&mut self, key: &IVec) {
        self.changes.insert(key.to_vec(), None);
    }

    /// The changes as one batch, which sled applies whole or not at all; `None` without any.
    pub(super) fn into_batch(self) -> Option<Batch> {
        if self.changes.is_empty() {
            return None;
        }
        let mut batch = Batch::default();
        for (key, value) in self.changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        Some(batch)
    }
}

pub(super) fn from_bytes<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|why| damaged(what, why))
}
