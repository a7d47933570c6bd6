//! Features × weights → the scores of a head's classes.

use super::features::{Features, for_language};
use super::hash::{fold, hash_text};
use super::linear::Model;

/// Weight of the copy for a language beside the shared weights.
pub const COPY_WEIGHT: f32 = 1.0;
/// Most classes of a head.
pub const CLASSES_MAX: usize = 32;

/// The number by which the models keep a language apart.
pub fn language_key(code: &str) -> u32 {
    fold(hash_text(b'l', code))
}

impl Model {
    /// Scores of a text, one per class, before temperature.
    ///
    /// N-grams and words are two families: each counts by the root of its number, so that a long
    /// text is not surer than a short one only because it is long. Words have weights of their own
    /// for `language` where the model was learned with copies; `None` leaves the shared ones.
    pub fn scores(&self, features: &Features, language: Option<&str>, out: &mut [f32]) {
        out.fill(0.0);
        let classes = self.classes.len().min(CLASSES_MAX).min(out.len());
        let mut sums = [0_i32; CLASSES_MAX];
        let sums = &mut sums[..classes];
        self.add(features.grams.iter().copied(), sums);
        self.weigh(sums, features.grams.len(), 1.0, out);
        let pairs = if self.pairs {
            features.pairs.as_slice()
        } else {
            &[]
        };
        let words = features
            .words
            .iter()
            .chain(&features.signs)
            .chain(pairs)
            .copied();
        let count = features.words.len() + features.signs.len() + pairs.len();
        sums.fill(0);
        self.add(words.clone(), sums);
        self.weigh(sums, count, 1.0, out);
        if let Some(language) = language.filter(|_| self.copies) {
            let key = language_key(language);
            sums.fill(0);
            self.add(words.map(|feature| for_language(feature, key)), sums);
            self.weigh(sums, count, COPY_WEIGHT, out);
        }
        for (score, bias) in out.iter_mut().zip(&self.bias) {
            *score += bias;
        }
    }

    fn weigh(&self, sums: &[i32], count: usize, weight: f32, out: &mut [f32]) {
        let norm = weight / (count.max(1) as f32).sqrt();
        for ((out, sum), scale) in out.iter_mut().zip(sums).zip(&self.scale) {
            *out += *sum as f32 * scale * norm;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::rows::Rows;

    #[test]
    fn families_count_by_the_root_of_their_number_and_words_once_more_for_a_language() {
        let english = language_key("en");
        let copy = for_language(1, english);
        let mut weights = vec![0_i8; 2 * 256];
        weights[2 * 7] = 10;
        weights[2] = 30;
        weights[2 * (copy as usize & 0xff) + 1] += 50;
        let model = Model {
            head: "test".into(),
            classes: vec!["a".into(), "b".into()],
            copies: true,
            any: false,
            pairs: false,
            bits: 8,
            scale: vec![0.1, 0.1],
            bias: vec![0.5, 0.0],
            tested: Vec::new(),
            rows: Rows::pack(&weights, 2),
        };
        let features = Features {
            grams: vec![7, 8, 9, 10],
            words: vec![1],
            signs: Vec::new(),
            pairs: vec![3],
        };
        let mut shared = [0.0; 2];
        model.scores(&features, None, &mut shared);
        // 10 · 0.1 / √4 + 30 · 0.1 + 0.5
        assert!(
            (shared[0] - 4.0).abs() < 1e-5 && shared[1] == 0.0,
            "{shared:?}"
        );
        let mut known = [0.0; 2];
        model.scores(&features, Some("en"), &mut known);
        let turned = if copy >> 31 == 0 { 1.0 } else { -1.0 };
        assert!((known[1] - turned * 50.0 * 0.1 * COPY_WEIGHT).abs() < 1e-5);
    }
}
