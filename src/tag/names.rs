//! Every name that one SKU of a catalogue is looked for under, for the person who wants to know.

use super::alias::{Ambiguity, Origin, expand, fold_name};
use super::background::Background;
use super::matcher::model_keys;
use crate::record::Sku;
use std::collections::{BTreeMap, BTreeSet};

/// A name, where it comes from, and what stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameOf {
    /// As it is looked for: lower case, separators folded to spaces.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Languages that the catalogue lists it for; empty for `*` and for names it does not list.
    pub languages: BTreeSet<String>,
    /// Why it proves nothing alone.
    pub ambiguity: Option<Ambiguity>,
    /// Other SKUs that have the same name, up to [`SHARED_MAX`].
    pub shared: Vec<String>,
}

/// SKUs that are named for a shared name at most.
pub const SHARED_MAX: usize = 5;

/// The names of a SKU, the most certain first, and its model codes, which are looked for with and
/// without hyphens; `None` where the catalogue has no such SKU.
pub fn names_of(
    catalogue: &[Sku],
    sku: &str,
    background: &Background,
) -> Option<(Vec<NameOf>, Vec<String>)> {
    let own = catalogue.iter().find(|other| other.sku == sku)?;
    let mut names: Vec<NameOf> = expand(own, background)
        .into_iter()
        .map(|alias| NameOf {
            languages: languages(own, &alias.text),
            text: alias.text,
            origin: alias.origin,
            ambiguity: alias.ambiguity,
            shared: Vec::new(),
        })
        .collect();
    let places: BTreeMap<String, usize> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (name.text.clone(), at))
        .collect();
    for other in catalogue.iter().filter(|other| other.sku != sku) {
        for alias in expand(other, background) {
            let name = places.get(&alias.text).and_then(|at| names.get_mut(*at));
            if let Some(name) = name
                && name.shared.len() < SHARED_MAX
            {
                name.shared.push(other.sku.clone());
            }
        }
    }
    Some((names, model_keys(own)))
}

fn languages(sku: &Sku, text: &str) -> BTreeSet<String> {
    let lists = sku.aliases.iter().filter(|(language, _)| *language != "*");
    lists
        .filter(|(_, names)| names.iter().any(|name| fold_name(name) == text))
        .map(|(language, _)| language.clone())
        .collect()
}
