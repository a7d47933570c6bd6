//! L2-regularised multinomial logistic regression, learned by AdaGrad (Duchi, Hazan and Singer,
//! 2011) with averaged weights, then quantised to 8 bits.

use super::HeadRecipe;
use crate::tag::features::{Features, for_language};
use crate::tag::language;
use crate::tag::linear::{Model, softmax};
use crate::tag::normalise::Normalised;
use crate::tag::rows::Rows;
use crate::tag::scores::{COPY_WEIGHT, language_key};
use crate::tag::token::tokens;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// How a model is learned.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Sizes and steps.
    pub head: HeadRecipe,
    /// Number of classes.
    pub classes: usize,
    /// Seed of the order of rows.
    pub seed: u64,
}

/// A text as a learner sees it.
pub struct Example {
    grams: Vec<u32>,
    words: Vec<u32>,
    cues: Vec<u32>,
    language: Option<u32>,
    truth: u32,
    known: u32,
    weight: f32,
}

impl Example {
    /// A row of the language head.
    pub fn for_language(text: &str, class: usize, weight: f32) -> Example {
        let features = read(text);
        let (grams, words) = language::read(&features);
        Example {
            grams: [grams, words].concat(),
            words: Vec::new(),
            cues: Vec::new(),
            language: None,
            truth: 1 << class,
            known: u32::MAX,
            weight,
        }
    }

    /// A row of any other head; bit by bit, `truth` says which classes hold. `pairs`: the head
    /// reads word pairs.
    pub fn new(text: &str, language: &str, pairs: bool, truth: u32, weight: f32) -> Example {
        let mut features = read(text);
        features.words.append(&mut features.signs);
        if pairs {
            features.words.append(&mut features.pairs);
        }
        Example {
            grams: features.grams,
            words: features.words,
            cues: Vec::new(),
            language: Some(language_key(language)),
            truth,
            known: u32::MAX,
            weight,
        }
    }

    /// A row of features in three families, of which the cues count fully, however many there
    /// are. Only classes whose bit is set in `known` learn from it.
    pub fn of_cues(
        [words, edges, cues]: [Vec<u32>; 3],
        truth: u32,
        known: u32,
        weight: f32,
    ) -> Example {
        Example {
            grams: words,
            words: edges,
            cues,
            language: None,
            truth,
            known,
            weight,
        }
    }
}

fn read(text: &str) -> Features {
    let normalised = Normalised::new(text);
    Features::of(&normalised, &tokens(&normalised.text))
}

/// One active weight row of an example: place and signed value.
type Active = (u32, f32);

/// A model that is being learned.
pub struct Learner {
    settings: Settings,
    /// All features of all examples, one after another.
    pool: Vec<u32>,
    examples: Vec<Packed>,
    weights: Vec<f32>,
    squares: Vec<f32>,
    average: Vec<f32>,
    averaged: usize,
    bias: Vec<f32>,
    bias_squares: Vec<f32>,
}

struct Packed {
    start: usize,
    words_at: usize,
    cues_at: usize,
    end: usize,
    language: Option<u32>,
    truth: u32,
    known: u32,
    weight: f32,
}

impl Learner {
    /// An empty learner.
    pub fn new(settings: Settings) -> Learner {
        let classes = settings.classes;
        let size = classes << settings.head.bits;
        Learner {
            settings,
            pool: Vec::new(),
            examples: Vec::new(),
            weights: vec![0.0; size],
            squares: vec![0.0; size],
            average: vec![0.0; size],
            averaged: 0,
            bias: vec![0.0; classes],
            bias_squares: vec![0.0; classes],
        }
    }

    /// Adds a row.
    pub fn add(&mut self, example: Example) {
        let start = self.pool.len();
        self.pool.extend_from_slice(&example.grams);
        let words_at = self.pool.len();
        self.pool.extend_from_slice(&example.words);
        let cues_at = self.pool.len();
        self.pool.extend_from_slice(&example.cues);
        self.examples.push(Packed {
            start,
            words_at,
            cues_at,
            end: self.pool.len(),
            language: example.language,
            truth: example.truth,
            known: example.known,
            weight: example.weight,
        });
    }

    /// Rows so far.
    pub fn len(&self) -> usize {
        self.examples.len()
    }

    /// Learns; `say` hears the number and the mean loss of each pass.
    pub fn run(&mut self, say: &mut dyn FnMut(usize, f64)) {
        let mut random = ChaCha8Rng::seed_from_u64(self.settings.seed);
        let mut order: Vec<usize> = (0..self.examples.len()).collect();
        let mut active: Vec<Active> = Vec::new();
        for epoch in 1..=self.settings.head.epochs {
            order.shuffle(&mut random);
            let mut loss = 0.0;
            for number in &order {
                loss += self.learn(*number, &mut active);
            }
            say(epoch, loss / order.len().max(1) as f64);
            // The mean over the later passes is steadier than the last weights alone.
            if epoch * 2 > self.settings.head.epochs {
                for (sum, weight) in self.average.iter_mut().zip(&self.weights) {
                    *sum += weight;
                }
                self.averaged += 1;
            }
        }
    }

    fn activate(&self, example: &Packed, active: &mut Vec<Active>) {
        active.clear();
        let mask = (1_u32 << self.settings.head.bits) - 1;
        let signed = |feature: u32, norm: f32| {
            let value = if feature >> 31 == 0 { norm } else { -norm };
            (feature & mask, value)
        };
        let norm = |range: std::ops::Range<usize>| 1.0 / (range.len().max(1) as f32).sqrt();
        let grams = norm(example.start..example.words_at);
        let words = norm(example.words_at..example.cues_at);
        for feature in &self.pool[example.start..example.words_at] {
            active.push(signed(*feature, grams));
        }
        let language = example.language.filter(|_| self.settings.head.copies);
        for feature in &self.pool[example.cues_at..example.end] {
            active.push(signed(*feature, 1.0));
        }
        for feature in &self.pool[example.words_at..example.cues_at] {
            active.push(signed(*feature, words));
            if let Some(language) = language {
                active.push(signed(
                    for_language(*feature, language),
                    words * COPY_WEIGHT,
                ));
            }
        }
    }

    /// One step on one row; returns its loss before the step.
    fn learn(&mut self, number: usize, active: &mut Vec<Active>) -> f64 {
        let classes = self.settings.classes;
        let HeadRecipe {
            rate,
            decay,
            any,
            smoothing,
            ..
        } = self.settings.head;
        let others = if any { 2 } else { classes.max(2) } - 1;
        let (held, open) = (1.0 - smoothing, smoothing / others as f32);
        self.activate(&self.examples[number], active);
        let Packed {
            truth,
            known,
            weight,
            ..
        } = self.examples[number];
        let mut scores = self.bias.clone();
        for (place, value) in active.iter() {
            let row = *place as usize * classes;
            for (score, w) in scores.iter_mut().zip(&self.weights[row..row + classes]) {
                *score += value * w;
            }
        }
        if any {
            for score in &mut scores {
                *score = 1.0 / (1.0 + (-*score).exp());
            }
        } else {
            softmax(&mut scores);
        }
        let mut loss = 0.0;
        for (class, score) in scores.iter_mut().enumerate() {
            let holds = truth >> class & 1 == 1;
            if known >> class & 1 == 0 {
                *score = 0.0;
                continue;
            }
            if holds {
                loss -= f64::from(score.max(1e-9).ln());
            } else if any {
                loss -= f64::from((1.0 - *score).max(1e-9).ln());
            }
            *score -= if holds { held } else { open };
        }
        loss *= f64::from(weight);
        if scores.iter().all(|error| error.abs() < 2e-3) {
            return loss;
        }
        for error in &mut scores {
            *error *= weight;
        }
        for (place, value) in active.iter() {
            let row = *place as usize * classes;
            let weights = &mut self.weights[row..row + classes];
            let squares = &mut self.squares[row..row + classes];
            for ((w, square), error) in weights.iter_mut().zip(squares).zip(&scores) {
                let gradient = error * value + decay * *w;
                *square += gradient * gradient;
                *w -= rate * gradient / (square.sqrt() + 1e-6);
            }
        }
        for ((b, square), error) in self
            .bias
            .iter_mut()
            .zip(&mut self.bias_squares)
            .zip(&scores)
        {
            *square += error * error;
            *b -= 0.2 * rate * error / (square.sqrt() + 1e-6);
        }
        loss
    }

    /// Quantises to 8 bits: one step width per class.
    pub fn finish(mut self, name: &str, classes: Vec<String>) -> Model {
        let count = classes.len();
        if self.averaged > 0 {
            let share = 1.0 / self.averaged as f32;
            for (weight, sum) in self.weights.iter_mut().zip(&self.average) {
                *weight = sum * share;
            }
        }
        let (scale, rows) = quantised(&self.weights, count);
        Model {
            head: name.to_owned(),
            classes,
            copies: self.settings.head.copies,
            any: self.settings.head.any,
            pairs: self.settings.head.pairs,
            bits: self.settings.head.bits,
            scale,
            bias: self.bias,
            tested: Vec::new(),
            rows,
        }
    }
}

/// Weights in 8 bits, with the width of one step for each column.
pub(super) fn quantised(weights: &[f32], columns: usize) -> (Vec<f32>, Rows) {
    let mut scale = Vec::with_capacity(columns);
    for column in 0..columns {
        let of_column = weights.iter().skip(column).step_by(columns);
        let mut sizes: Vec<f32> = of_column.map(|weight| weight.abs()).collect();
        // The few largest weights are clipped, so that the many others keep their shades.
        let at = sizes.len().saturating_sub(1 + sizes.len() / 20_000);
        let (_, top, _) = sizes.select_nth_unstable_by(at, f32::total_cmp);
        scale.push((*top / 127.0).max(1e-9));
    }
    let step = |(place, weight): (usize, &f32)| {
        (weight / scale[place % columns])
            .round()
            .clamp(-127.0, 127.0) as i8
    };
    let steps: Vec<i8> = weights.iter().enumerate().map(step).collect();
    let rows = Rows::pack(&steps, columns);
    (scale, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(any: bool) -> HeadRecipe {
        HeadRecipe {
            classes: Vec::new(),
            any,
            copies: any,
            pairs: false,
            bits: 10,
            epochs: 8,
            rate: 0.2,
            decay: 1e-6,
            smoothing: 0.0,
        }
    }

    fn learned() -> Model {
        let mut learner = Learner::new(Settings {
            head: recipe(false),
            classes: 2,
            seed: 3,
        });
        for _ in 0..10 {
            learner.add(Example::for_language("the lamp is on the desk", 0, 1.0));
            learner.add(Example::for_language("die Lampe ist auf dem Tisch", 1, 1.0));
        }
        learner.run(&mut |_, _| {});
        learner.finish("language", vec!["en".into(), "de".into()])
    }

    #[test]
    fn the_same_rows_and_seed_give_the_same_bytes() {
        assert_eq!(learned().write(), learned().write());
    }

    #[test]
    fn what_was_learned_can_be_told_apart_again() {
        let model = learned();
        let mut sums = [0; 2];
        model.add(read("the desk").grams.into_iter(), &mut sums);
        assert!(sums[0] > sums[1]);
        let mut sums = [0; 2];
        model.add(read("dem Tisch").grams.into_iter(), &mut sums);
        assert!(sums[1] > sums[0]);
    }

    #[test]
    fn classes_that_may_hold_together_are_learned_each_by_itself() {
        let mut learner = Learner::new(Settings {
            head: recipe(true),
            classes: 2,
            seed: 3,
        });
        for _ in 0..10 {
            learner.add(Example::new("it came late", "en", false, 0b01, 1.0));
            learner.add(Example::new("it came broken", "en", false, 0b10, 1.0));
            learner.add(Example::new("late and broken", "en", false, 0b11, 1.0));
            learner.add(Example::new("it came today", "en", false, 0b00, 1.0));
        }
        learner.run(&mut |_, _| {});
        let model = learner.finish("reason", vec!["late".into(), "defect".into()]);
        let says = |text: &str| {
            let mut scores = [0.0; 2];
            model.scores(&read(text), Some("en"), &mut scores);
            model.probabilities(&mut scores);
            scores.map(|score| score > 0.5)
        };
        assert_eq!(says("late and broken"), [true, true]);
        assert_eq!(says("it came late"), [true, false]);
        assert_eq!(says("it came today"), [false, false]);
    }
}
