//! A catalogue's listings → the few that a title may mean.

use super::compare::{FEATURES, Rivals, compare, similarity, variant_differs};
use super::pairs::lead;
use super::sketch::Sketch;
use super::weigh::Weights;
use std::collections::HashMap;

/// Listings that are compared in full for one title.
const SHORTLIST: usize = 40;
/// What stands in more than one of this many listings finds none, in a large catalogue.
const COMMON_SHARE: usize = 10;
/// Listings of a catalogue from which on common words are left out.
const LARGE: usize = 5_000;

/// Where each word, run of letters and model code stands.
#[derive(Debug, Default)]
pub struct Index {
    sketches: Vec<Sketch>,
    weights: Weights,
    words: HashMap<u32, Vec<u32>>,
    grams: HashMap<u32, Vec<u32>>,
    codes: HashMap<String, Vec<u32>>,
    /// Lengths of each listing's vectors: words, runs of letters.
    lengths: Vec<(f32, f32)>,
}

/// A listing that a title may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its place in the catalogue.
    pub at: usize,
    /// Similarity, 0 to 1.
    pub similarity: f32,
    /// The numbers of the pair.
    pub numbers: [f32; FEATURES],
    /// Both state a colour and no colour is on both sides, or likewise an amount.
    variant_differs: bool,
}

impl Found {
    /// Of the same family at best: the title states another colour or size.
    pub fn is_sibling(&self) -> bool {
        self.variant_differs
    }
}

impl Index {
    /// The index of a catalogue.
    pub fn new(sketches: Vec<Sketch>) -> Index {
        let mut index = Index::default();
        for (at, sketch) in sketches.iter().enumerate() {
            let at = at as u32;
            index.weights.add(sketch);
            for word in &sketch.words {
                index.words.entry(*word).or_default().push(at);
            }
            for gram in &sketch.grams {
                index.grams.entry(*gram).or_default().push(at);
            }
            for code in &sketch.codes {
                index.codes.entry(code.clone()).or_default().push(at);
            }
        }
        let length = |hashes: &[u32], weight: &dyn Fn(u32) -> f32| {
            let squares: f32 = hashes.iter().map(|hash| weight(*hash).powi(2)).sum();
            squares.sqrt().max(1e-6)
        };
        index.lengths = sketches
            .iter()
            .map(|sketch| {
                (
                    length(&sketch.words, &|word| index.weights.word(word)),
                    length(&sketch.grams, &|gram| index.weights.gram(gram)),
                )
            })
            .collect();
        index.sketches = sketches;
        index
    }

    /// The listings most like a title, the likest first.
    pub fn find(&self, title: &Sketch) -> Vec<Found> {
        let mut scores: HashMap<u32, f32> = HashMap::new();
        let limit = if self.sketches.len() < LARGE {
            usize::MAX
        } else {
            self.sketches.len() / COMMON_SHARE
        };
        for word in &title.words {
            let weight = self.weights.word(*word).powi(2);
            for at in postings(&self.words, word, limit) {
                *scores.entry(*at).or_default() += weight / self.lengths[*at as usize].0;
            }
        }
        for gram in &title.grams {
            let weight = self.weights.gram(*gram).powi(2);
            for at in postings(&self.grams, gram, limit) {
                *scores.entry(*at).or_default() += weight / self.lengths[*at as usize].1;
            }
        }
        for code in &title.codes {
            for at in self.codes.get(code).into_iter().flatten().take(SHORTLIST) {
                *scores.entry(*at).or_default() += 1.0;
            }
        }
        let mut order: Vec<(u32, f32)> = scores.into_iter().collect();
        order.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        order.truncate(SHORTLIST);
        let alike: Vec<(usize, f32)> = order
            .iter()
            .map(|(at, _)| {
                let at = *at as usize;
                (at, similarity(&self.sketches[at], title, &self.weights))
            })
            .collect();
        let mut best = (-1.0, -1.0);
        for (_, value) in &alike {
            if *value > best.0 {
                best = (*value, best.0);
            } else if *value > best.1 {
                best.1 = *value;
            }
        }
        alike
            .iter()
            .map(|(at, value)| {
                let rivals = Rivals {
                    left: 1.0,
                    right: lead(*value, best),
                };
                let sketch = &self.sketches[*at];
                Found {
                    at: *at,
                    similarity: *value,
                    numbers: compare(sketch, title, &self.weights, rivals),
                    variant_differs: variant_differs(sketch, title),
                }
            })
            .collect()
    }
}

fn postings<'i>(lists: &'i HashMap<u32, Vec<u32>>, key: &u32, limit: usize) -> &'i [u32] {
    lists
        .get(key)
        .filter(|list| list.len() <= limit)
        .map_or(&[], Vec::as_slice)
}
