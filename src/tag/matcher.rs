//! Finds the names of SKUs in texts.
//!
//! All aliases are looked for at once, plus an index of model codes that ignores hyphens. This file finds candidates; [`link`](super::link) decides which of them are meant.

use super::alias::{Alias, Origin, expand, fold_name, is_model_key, model_key};
use super::background::Background;
use super::phrases::{Atom, Phrases, is_whole};
use super::token::{Sort, Token};
use crate::record::Sku;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Candidates of one text at most.
const CANDIDATES_MAX: usize = 400;
/// Tokens that one model code may be written in.
const MODEL_TOKENS_MAX: usize = 4;
/// A model code this short is also a size or a road.
const MODEL_CHARS_SURE: usize = 5;

/// A SKU as the matcher knows it.
#[derive(Debug)]
pub struct Entry {
    /// The seller's code.
    pub sku: String,
    /// Its folded brand.
    pub brand: Option<String>,
    /// Folded words of its category.
    pub category: Vec<String>,
    /// Folded rarer words of its name and line.
    pub own_words: Vec<String>,
    /// Folded words one of which must stand in the text.
    pub must: Vec<String>,
    /// Folded words none of which may.
    pub must_not: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Holder {
    entry: u32,
    origin: Origin,
    ambiguous: bool,
}

/// A place in a text that may name a SKU.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Which SKU.
    pub entry: usize,
    /// The name that matched.
    pub alias: String,
    /// Where the name comes from.
    pub origin: Origin,
    /// The name alone proves nothing.
    pub ambiguous: bool,
    /// Several SKUs have this name.
    pub shared: bool,
    /// Bytes of the normalised text.
    pub range: Range<usize>,
}

/// The names of a catalogue, ready to be looked for.
#[derive(Debug, Default)]
pub struct Matcher {
    entries: Vec<Entry>,
    names: Phrases,
    /// Who has each name.
    holders: Vec<Box<[Holder]>>,
    models: HashMap<String, Vec<Holder>>,
}

impl Matcher {
    /// Builds the matcher of a catalogue.
    pub fn new(catalogue: &[Sku], background: &Background) -> Matcher {
        let mut matcher = Matcher::default();
        let mut by_text: BTreeMap<String, Vec<Holder>> = BTreeMap::new();
        for sku in catalogue {
            let entry = matcher.entries.len() as u32;
            matcher.entries.push(entry_of(sku, background));
            for Alias {
                text,
                origin,
                ambiguity,
            } in expand(sku, background)
            {
                let holders = by_text.entry(text).or_default();
                if holders.iter().all(|holder| holder.entry != entry) {
                    holders.push(Holder {
                        entry,
                        origin,
                        ambiguous: ambiguity.is_some(),
                    });
                }
            }
            for key in model_keys(sku) {
                let ambiguous = key.chars().count() < MODEL_CHARS_SURE;
                let holders = matcher.models.entry(key).or_default();
                if holders.iter().all(|holder| holder.entry != entry) {
                    holders.push(Holder {
                        entry,
                        origin: Origin::Model,
                        ambiguous,
                    });
                }
            }
        }
        matcher.names = Phrases::new(by_text.keys().map(String::as_str));
        matcher.holders = by_text.into_values().map(Vec::into_boxed_slice).collect();
        matcher
    }

    /// The SKUs, in the order of the catalogue.
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// Number of names that are looked for.
    pub fn names(&self) -> usize {
        self.names.len()
    }

    /// Everything in a text that reads like a name, in order of place. `folded` is the
    /// normalised text with its separators folded.
    pub fn candidates(
        &self,
        text: &str,
        folded: &[u8],
        atoms: &[Atom],
        tokens: &[Token],
    ) -> Vec<Candidate> {
        let mut out = Vec::new();
        self.names.find(text, folded, atoms, |name, range| {
            if let Some(holders) = self.holders.get(name) {
                add(&mut out, self.names.text(name), holders, range);
            }
            out.len() < CANDIDATES_MAX
        });
        if !self.models.is_empty() && folded.iter().any(u8::is_ascii_digit) {
            self.model_candidates(text, tokens, &mut out);
        }
        out.sort_by(|left, right| {
            (left.range.start, right.range.end, left.entry).cmp(&(
                right.range.start,
                left.range.end,
                right.entry,
            ))
        });
        out.dedup_by(|next, kept| next.range == kept.range && next.entry == kept.entry);
        out
    }

    fn model_candidates(&self, text: &str, tokens: &[Token], out: &mut Vec<Candidate>) {
        let mut key = String::new();
        for (at, first) in tokens.iter().enumerate() {
            if !is_code_part(first, text) || out.len() >= CANDIDATES_MAX {
                continue;
            }
            key.clear();
            let mut parts = 0;
            let mut end = first.start as usize;
            for token in &tokens[at..] {
                // Between the parts of a code stands one separator at most.
                let gap = token.start as usize - end;
                let word = token.of(text);
                // Separators that names fold to a space part a code as a space does.
                if matches!(word, "-" | "_" | "/" | "\n") {
                    continue;
                }
                if !is_code_part(token, text) || gap > 1 || parts == MODEL_TOKENS_MAX {
                    break;
                }
                // `a 52 inch` is not the model A52.
                if parts == 1 && gap == 1 && key.len() < 2 {
                    break;
                }
                key.push_str(word);
                parts += 1;
                end = token.end as usize;
                if is_model_key(&key)
                    && let Some(holders) = self.models.get(&key)
                {
                    add(out, &key, holders, first.start as usize..end);
                }
            }
        }
    }
}

fn add(out: &mut Vec<Candidate>, alias: &str, holders: &[Holder], range: Range<usize>) {
    for holder in holders {
        out.push(Candidate {
            entry: holder.entry as usize,
            alias: alias.to_owned(),
            origin: holder.origin,
            ambiguous: holder.ambiguous,
            shared: holders.len() > 1,
            range: range.clone(),
        });
    }
}

fn is_code_part(token: &Token, text: &str) -> bool {
    matches!(token.sort, Sort::Word | Sort::Number)
        && token
            .of(text)
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric())
}

fn entry_of(sku: &Sku, background: &Background) -> Entry {
    let fold_all = |words: &[String]| -> Vec<String> {
        words
            .iter()
            .map(|word| fold_name(word))
            .filter(|word| !word.is_empty())
            .collect()
    };
    let name = fold_name(&format!(
        "{} {}",
        sku.name,
        sku.line.as_deref().unwrap_or("")
    ));
    let own_words = name
        .split(' ')
        .filter(|word| word.chars().count() >= 3 && !word.chars().all(|c| c.is_ascii_digit()))
        .filter(|word| background.anywhere(word).is_none_or(|zipf| zipf < 4.6))
        .map(str::to_owned)
        .collect();
    let category = sku.category.as_deref().map(fold_name).unwrap_or_default();
    let mut words: Vec<String> = category
        .split([' ', ',', '>', '&', ';'])
        .filter(|word| word.chars().count() >= 2)
        .map(str::to_owned)
        .collect();
    if category.contains(' ') {
        words.push(category);
    }
    Entry {
        sku: sku.sku.clone(),
        brand: sku
            .brand
            .as_deref()
            .map(fold_name)
            .filter(|brand| !brand.is_empty()),
        category: words,
        own_words,
        must: fold_all(&sku.must),
        must_not: fold_all(&sku.must_not),
    }
}

/// Model codes of a SKU: the ones listed, and words of the name that look like one.
pub fn model_keys(sku: &Sku) -> Vec<String> {
    let listed = sku.models.iter().map(|code| model_key(code));
    let in_name = sku.name.split_whitespace().map(model_key).filter(|key| {
        key.len() >= MODEL_CHARS_SURE && key.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let mut keys: Vec<String> = listed
        .chain(in_name)
        .filter(|key| is_model_key(key))
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

/// Whether a folded text holds a folded word or phrase, whole, outside of `except`.
pub fn holds(folded: &str, phrase: &str, except: &Range<usize>) -> bool {
    !phrase.is_empty()
        && folded.match_indices(phrase).take(64).any(|(start, _)| {
            let range = start..start + phrase.len();
            (range.end <= except.start || range.start >= except.end)
                && (is_whole(folded, &range) || is_plural(folded, &range))
        })
}

/// The range, and an `s` behind it, is a whole word.
fn is_plural(folded: &str, range: &Range<usize>) -> bool {
    folded.as_bytes().get(range.end) == Some(&b's')
        && is_whole(folded, &(range.start..range.end + 1))
}
