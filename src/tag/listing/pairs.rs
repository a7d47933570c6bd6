//! Pairs of listings → the numbers of each, with how it stands among the others.

use super::compare::{FEATURES, Rivals, compare, similarity};
use super::sketch::Sketch;
use super::weigh::Weights;
use std::collections::HashMap;

/// The numbers of all pairs of a file: weights come from its own listings, rivals from the pairs
/// that share one.
pub fn numbers(pairs: &[(&str, &str)]) -> Vec<[f32; FEATURES]> {
    let mut sketches: HashMap<&str, Sketch> = HashMap::new();
    let mut weights = Weights::default();
    for text in pairs.iter().flat_map(|(left, right)| [*left, *right]) {
        sketches.entry(text).or_insert_with(|| {
            let sketch = Sketch::of(text);
            weights.add(&sketch);
            sketch
        });
    }
    let cosines: Vec<f32> = pairs
        .iter()
        .map(|(left, right)| similarity(&sketches[left], &sketches[right], &weights))
        .collect();
    let lefts = best_two(pairs.iter().map(|pair| pair.0), &cosines);
    let rights = best_two(pairs.iter().map(|pair| pair.1), &cosines);
    pairs
        .iter()
        .zip(&cosines)
        .map(|((left, right), cosine)| {
            let rivals = Rivals {
                left: lead(*cosine, lefts[left]),
                right: lead(*cosine, rights[right]),
            };
            compare(&sketches[left], &sketches[right], &weights, rivals)
        })
        .collect()
}

/// The two best values of each listing; −1 where there are fewer.
fn best_two<'t>(
    texts: impl Iterator<Item = &'t str>,
    values: &[f32],
) -> HashMap<&'t str, (f32, f32)> {
    let mut best: HashMap<&str, (f32, f32)> = HashMap::new();
    for (text, value) in texts.zip(values) {
        let two = best.entry(text).or_insert((-1.0, -1.0));
        if *value > two.0 {
            *two = (*value, two.0);
        } else if *value > two.1 {
            two.1 = *value;
        }
    }
    best
}

/// How far a value is ahead of the best of the others; 1 where there is no other.
pub fn lead(value: f32, (best, second): (f32, f32)) -> f32 {
    let other = if value >= best { second } else { best };
    if other < 0.0 { 1.0 } else { value - other }
}
