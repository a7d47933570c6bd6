//! Finds the names of SKUs in texts.
//!
//! All aliases are looked for at once, plus an index of model codes that ignores hyphens. This file finds candidates; [`link`](super::link) decides which of them are meant.

use super::alias::{Alias, Ambiguity, Origin, expand, fold_name, is_model_key, model_key};
use super::background::Background;
use super::kin::Kinds;
use super::near::NearNames;
use super::phrases::{Atom, Phrases, atoms, is_whole};
use super::renown::Renown;
use super::token::{Sort, Token};
use crate::record::Sku;
use std::collections::HashMap;
use std::ops::Range;

/// Candidates of one text at most.
const CANDIDATES_MAX: usize = 400;
/// Misspelled words of one text that are mended at most.
const MENDED_MAX: usize = 8;
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
    /// The kinds of product that its category names.
    pub kinds: Kinds,
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
    renown: Renown,
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
    /// What an ambiguous name is known as.
    pub renown: Renown,
    /// Several SKUs have this name.
    pub shared: bool,
    /// A letter of it is wrong.
    pub near: bool,
    /// Bytes of the normalised text.
    pub range: Range<usize>,
}

/// The names of a catalogue, ready to be looked for.
#[derive(Debug, Default)]
pub struct Matcher {
    entries: Vec<Entry>,
    names: Phrases,
    /// Who has each name, one name after another.
    holders: Vec<Holder>,
    /// Where the holders of each name end.
    holder_ends: Vec<u32>,
    models: HashMap<String, Vec<Holder>>,
    /// Names that are known with a letter wrong, too.
    near: NearNames,
}

impl Matcher {
    /// Builds the matcher of a catalogue.
    pub fn new(catalogue: &[Sku], background: &Background) -> Matcher {
        let mut matcher = Matcher::default();
        // A million names are sorted in one piece of memory instead of being kept one by one.
        let mut pool = String::new();
        let mut found: Vec<(u32, u32, Holder)> = Vec::new();
        for sku in catalogue {
            let entry = matcher.entries.len() as u32;
            matcher.entries.push(entry_of(sku, background));
            for Alias {
                text,
                origin,
                ambiguity,
            } in expand(sku, background)
            {
                let renown = match ambiguity {
                    // Two or three letters stand for anything.
                    Some(Ambiguity::Word | Ambiguity::Brand) if origin != Origin::Spelling => {
                        Renown::of(&text, background)
                    }
                    _ => Renown::Word,
                };
                let start = pool.len() as u32;
                pool.push_str(&text);
                let holder = Holder {
                    entry,
                    origin,
                    ambiguous: ambiguity.is_some(),
                    renown,
                };
                found.push((start, pool.len() as u32, holder));
            }
            for key in model_keys(sku) {
                let ambiguous = key.chars().count() < MODEL_CHARS_SURE;
                let holders = matcher.models.entry(key).or_default();
                if holders.iter().all(|holder| holder.entry != entry) {
                    holders.push(Holder {
                        entry,
                        origin: Origin::Model,
                        ambiguous,
                        renown: Renown::Word,
                    });
                }
            }
        }
        let text = |start: u32, end: u32| pool.get(start as usize..end as usize).unwrap_or("");
        found.sort_by(|left, right| text(left.0, left.1).cmp(text(right.0, right.1)));
        let groups =
            || found.chunk_by(|left, right| text(left.0, left.1) == text(right.0, right.1));
        let name = |group: &[(u32, u32, Holder)]| group.first().map_or("", |of| text(of.0, of.1));
        matcher.names = Phrases::new(groups().map(name));
        matcher.holders = found.iter().map(|(_, _, holder)| *holder).collect();
        let mut end = 0;
        matcher.holder_ends = groups()
            .map(|group| {
                end += group.len() as u32;
                end
            })
            .collect();
        drop((found, pool));
        let forgiving = |place: &u32| matcher.is_sure(*place as usize);
        let forgiven = (0..matcher.names.len() as u32).filter(forgiving);
        matcher.near = NearNames::new(
            forgiven.map(|place| (place, matcher.names.text(place as usize))),
            |word| background.anywhere(word).is_some(),
        );
        matcher
    }

    /// All who have a name are sure of it, and it is no code.
    fn is_sure(&self, name: usize) -> bool {
        let sure = |holder: &Holder| !holder.ambiguous && holder.origin != Origin::Model;
        self.holders_of(name).iter().all(sure)
    }

    fn holders_of(&self, name: usize) -> &[Holder] {
        let end = self.holder_ends.get(name).copied().unwrap_or_default();
        let before = name.checked_sub(1).and_then(|at| self.holder_ends.get(at));
        let start = before.copied().unwrap_or_default();
        let range = start as usize..end as usize;
        self.holders.get(range).unwrap_or_default()
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
        background: &Background,
    ) -> Vec<Candidate> {
        let mut out = Vec::new();
        self.names.find(text, folded, atoms, |name, range| {
            let holders = self.holders_of(name);
            add(&mut out, self.names.text(name), holders, range, false);
            out.len() < CANDIDATES_MAX
        });
        if !self.models.is_empty() && folded.iter().any(u8::is_ascii_digit) {
            self.model_candidates(text, tokens, &mut out);
        }
        self.near_candidates(text, folded, tokens, background, &mut out);
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

    /// Names that stand there once a wrong letter of a word is mended.
    fn near_candidates(
        &self,
        text: &str,
        folded: &[u8],
        tokens: &[Token],
        background: &Background,
        out: &mut Vec<Candidate>,
    ) {
        let exact = out.len();
        let mut mended: Vec<(Range<usize>, &str)> = Vec::new();
        let name = |place: u32| self.names.text(place as usize);
        let is_known = |token: &Token| {
            let range = token.range();
            out.iter()
                .any(|other| range.start < other.range.end && other.range.start < range.end)
                || background.anywhere(token.of(text)).is_some()
        };
        self.near.find(text, tokens, name, is_known, |token, word| {
            let fix = (token.range(), word);
            if mended.len() < MENDED_MAX && !mended.contains(&fix) {
                mended.push(fix);
            }
        });
        let mut parts = Vec::new();
        for (place, word) in mended {
            let mend = |text: &str| [&text[..place.start], word, &text[place.end..]].concat();
            let Ok(folded) = std::str::from_utf8(folded).map(mend) else {
                continue;
            };
            atoms(&folded, &mut parts);
            self.names
                .find(&mend(text), folded.as_bytes(), &parts, |name, found| {
                    if found.start <= place.start
                        && found.end >= place.start + word.len()
                        && self.is_sure(name)
                    {
                        let range = found.start..found.end - word.len() + place.len();
                        let holders = self.holders_of(name);
                        add(out, self.names.text(name), holders, range, true);
                    }
                    out.len() < exact + CANDIDATES_MAX
                });
        }
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
                    add(out, &key, holders, first.start as usize..end, false);
                }
            }
        }
    }
}

fn add(out: &mut Vec<Candidate>, alias: &str, holders: &[Holder], range: Range<usize>, near: bool) {
    for holder in holders {
        out.push(Candidate {
            entry: holder.entry as usize,
            alias: alias.to_owned(),
            origin: holder.origin,
            ambiguous: holder.ambiguous || near,
            near,
            renown: holder.renown,
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
        kinds: Kinds::of_category(words.iter().map(String::as_str)),
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
