//! How telling a word or a run of letters is among many listings.

use super::sketch::Sketch;
use std::collections::HashMap;

/// In how many listings each word and each run of letters stands.
#[derive(Debug, Default)]
pub struct Weights {
    listings: u32,
    words: HashMap<u32, u32>,
    grams: HashMap<u32, u32>,
}

impl Weights {
    /// Counts a listing in.
    pub fn add(&mut self, sketch: &Sketch) {
        self.listings += 1;
        for word in &sketch.all {
            *self.words.entry(*word).or_default() += 1;
        }
        for gram in &sketch.grams {
            *self.grams.entry(*gram).or_default() += 1;
        }
    }

    /// Weight of a word: 1 where no listing has it, near 0 where all have it.
    pub fn word(&self, word: u32) -> f32 {
        self.weight(self.words.get(&word))
    }

    /// Weight of a run of letters, likewise.
    pub fn gram(&self, gram: u32) -> f32 {
        self.weight(self.grams.get(&gram))
    }

    fn weight(&self, count: Option<&u32>) -> f32 {
        let all = 1.0 + self.listings as f32;
        let with = 1.0 + count.copied().unwrap_or(0) as f32;
        (1.0 + (all / with).ln()) / (1.0 + all.ln())
    }
}
