//! The target head: learned from texts with one target marked.

use super::calibrate;
use super::data::{self, Row};
use super::learn::quantised;
use super::recipe::TARGET;
use super::{HeadRecipe, Recipe, SetRecipe, TrainError, Variant, find};
use crate::tag::linear::{Model, softmax};
use crate::tag::sentiment::CLASSES;
use crate::tag::target::{
    self, COLUMNS, FAMILIES, GATE, Reader, Register, TEXT_FAMILIES, TargetFeatures,
};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

/// Posts are fewer and noisier than reviews, so that smaller steps do them good.
const POST_RATE: f32 = 0.4;

/// Its share of the seed of all.
const SEED: u64 = 2;

/// Where a language has both, reviews outnumber posts by about so much.
const POST_BALANCE: f32 = 3.5;

/// A labelled target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRow {
    /// The whole text with its label for this target.
    pub row: Row,
    /// The target in the text, in Unicode scalar values; `None` where it is not named.
    pub target: Option<Range<usize>>,
}

/// Labelled targets of a set.
#[derive(Debug, Default)]
pub struct TargetSplit {
    /// To learn from.
    pub train: Vec<TargetRow>,
    /// To measure on.
    pub dev: Vec<TargetRow>,
}

/// Reads the rows of a set; all rows of one text go to the same side.
pub fn read_set(set: &SetRecipe, folders: &[PathBuf]) -> Result<TargetSplit, TrainError> {
    let rows = read_rows(&find(folders, &set.train)?)?;
    let (dev, train) = rows
        .into_iter()
        .partition(|row| data::is_dev(&row.row.text, set.dev_percent));
    Ok(TargetSplit { train, dev })
}

/// Reads the labelled targets of a file.
pub fn read_rows(path: &std::path::Path) -> Result<Vec<TargetRow>, TrainError> {
    Ok(data::read_columns(path)?
        .into_iter()
        .filter(|(row, _)| class_of(&row.label).is_some())
        .map(|(mut row, name)| {
            let (text, target) = target::put_target(&row.text, name.as_deref().unwrap_or(""));
            row.text = text;
            TargetRow { row, target }
        })
        .collect())
}

/// The place of a label among the classes.
fn class_of(label: &str) -> Option<usize> {
    CLASSES.iter().position(|class| *class == label)
}

/// The features of a row.
pub fn features_of<'r>(
    row: &TargetRow,
    sentiment: &Model,
    reader: &'r mut Reader,
) -> &'r TargetFeatures {
    let language = row.row.language.as_str();
    reader.features(&row.row.text, row.target.as_ref(), language, sentiment)
}

struct Packed {
    start: usize,
    ends: [u32; FAMILIES],
    shares: [f32; FAMILIES],
    register: Register,
    /// Whether it teaches to tell the registers apart.
    gate: bool,
    class: usize,
    weight: f32,
}

/// The model being learned: multinomial logistic regression with rows of its own for each register, and
/// a logistic regression that tells the registers apart. AdaGrad, averaged weights, 8 bits.
struct Learner {
    head: HeadRecipe,
    seed: u64,
    pool: Vec<u32>,
    examples: Vec<Packed>,
    weights: Vec<f32>,
    squares: Vec<f32>,
    average: Vec<f32>,
    averaged: usize,
}

impl Learner {
    fn new(head: HeadRecipe, seed: u64) -> Learner {
        let size = COLUMNS << head.bits;
        Learner {
            head,
            seed,
            pool: Vec::new(),
            examples: Vec::new(),
            weights: vec![0.0; size],
            squares: vec![0.0; size],
            average: vec![0.0; size],
            averaged: 0,
        }
    }

    fn add(&mut self, features: &TargetFeatures, told: Packed) {
        let start = self.pool.len();
        let mut packed = Packed { start, ..told };
        for (number, (family, share)) in features.families().into_iter().enumerate() {
            self.pool.extend_from_slice(family);
            packed.ends[number] = (self.pool.len() - start) as u32;
            packed.shares[number] = share;
        }
        self.examples.push(packed);
    }

    fn run(&mut self, say: &mut dyn FnMut(usize, f64)) {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let mut order: Vec<usize> = (0..self.examples.len()).collect();
        let mut active: Vec<(u32, f32)> = Vec::new();
        for epoch in 1..=self.head.epochs {
            order.shuffle(&mut random);
            let mut loss = 0.0;
            for number in &order {
                loss += self.learn(*number, &mut active);
            }
            say(epoch, loss / order.len().max(1) as f64);
            if epoch * 2 > self.head.epochs {
                for (sum, weight) in self.average.iter_mut().zip(&self.weights) {
                    *sum += weight;
                }
                self.averaged += 1;
            }
        }
    }

    /// One step on one row; returns its loss before the step.
    fn learn(&mut self, number: usize, active: &mut Vec<(u32, f32)>) -> f64 {
        let row = &self.examples[number];
        let half = 1_u32 << (self.head.bits - 1);
        let base = match row.register {
            Register::Review => 0,
            Register::Post => half,
        };
        let (class, weight, gate) = (row.class, row.weight, row.gate);
        let is_review = row.register == Register::Review;
        let rate = self.head.rate * if is_review { 1.0 } else { POST_RATE };
        let balance = if is_review { 1.0 } else { POST_BALANCE };
        active.clear();
        let mut from = 0;
        let mut words = 0..0;
        for (number, (end, share)) in row.ends.iter().zip(&row.shares).enumerate() {
            let first = active.len();
            for feature in &self.pool[row.start + from as usize..row.start + *end as usize] {
                let value = if feature >> 31 == 0 { *share } else { -*share };
                active.push((feature & (half - 1), value));
            }
            if number == TEXT_FAMILIES.start {
                words = first..first;
            }
            if TEXT_FAMILIES.contains(&number) {
                words.end = active.len();
            }
            from = *end;
        }
        let mut scores = [0.0_f32; CLASSES.len()];
        for (place, value) in active.iter() {
            let at = (base | place) as usize * COLUMNS;
            for (score, w) in scores.iter_mut().zip(&self.weights[at..]) {
                *score += value * w;
            }
        }
        softmax(&mut scores);
        let loss = -f64::from(scores[class].max(1e-9).ln()) * f64::from(weight);
        scores[class] -= 1.0;
        for (place, value) in active.iter() {
            let at = (base | place) as usize * COLUMNS;
            for (column, error) in scores.iter().enumerate() {
                self.pull(at + column, error * weight * value, rate);
            }
        }
        if gate {
            let sum: f32 = active[words.clone()]
                .iter()
                .map(|(place, value)| value * self.weights[*place as usize * COLUMNS + GATE])
                .sum::<f32>()
                * target::STEEPNESS;
            let error = 1.0 / (1.0 + (-sum).exp()) - if is_review { 1.0 } else { 0.0 };
            for (place, value) in &active[words] {
                let gradient = error * balance * value * target::STEEPNESS;
                self.pull(*place as usize * COLUMNS + GATE, gradient, rate);
            }
        }
        loss
    }

    fn pull(&mut self, at: usize, gradient: f32, rate: f32) {
        let decay = self.head.decay;
        let w = self.weights[at];
        let gradient = gradient + decay * w;
        let square = self.squares[at] + gradient * gradient;
        self.squares[at] = square;
        self.weights[at] = w - rate * gradient / (square.sqrt() + 1e-6);
    }

    fn finish(mut self) -> Model {
        if self.averaged > 0 {
            let share = 1.0 / self.averaged as f32;
            for (weight, sum) in self.weights.iter_mut().zip(&self.average) {
                *weight = sum * share;
            }
        }
        let (scale, rows) = quantised(&self.weights, COLUMNS);
        Model {
            head: TARGET.into(),
            classes: target::COLUMN_NAMES.map(String::from).to_vec(),
            copies: false,
            any: false,
            pairs: false,
            bits: self.head.bits,
            scale,
            bias: vec![0.0; COLUMNS],
            tested: Vec::new(),
            rows,
        }
    }
}

/// Learns the target head from the sets of a recipe; what the sentiment head says of the parts
/// of a text is among its features.
pub(super) fn model(
    recipe: &Recipe,
    variant: Variant,
    folders: &[PathBuf],
    sentiment: &Model,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Model, TrainError> {
    let mut reader = Reader::default();
    let head = recipe.heads[TARGET].clone();
    let mut learner = Learner::new(head, recipe.seed + SEED);
    let mut dev = Vec::new();
    let taught = recipe.sets.iter().filter(|set| set.teaches(TARGET));
    for set in taught.filter(|set| !set.restricted || variant == Variant::All) {
        let split = read_set(set, folders)?;
        for row in &split.train {
            let (Some(class), true) = (class_of(&row.row.label), row.target.is_some()) else {
                continue;
            };
            let register = if set.posts {
                Register::Post
            } else {
                Register::Review
            };
            let told = Packed {
                start: 0,
                ends: [0; FAMILIES],
                shares: [0.0; FAMILIES],
                register,
                gate: target::has_posts(&row.row.language),
                class,
                weight: set.target_weight,
            };
            learner.add(features_of(row, sentiment, &mut reader), told);
        }
        dev.extend(split.dev);
    }
    say(&format!("{TARGET}: {} rows", learner.examples.len()));
    learner.run(&mut |epoch, loss| say(&format!("{TARGET}: pass {epoch}, loss {loss:.4}")));
    let mut model = learner.finish();
    let mut groups: BTreeMap<String, Vec<calibrate::Scored>> = BTreeMap::new();
    for row in &dev {
        if let (Some(class), true) = (class_of(&row.row.label), row.target.is_some()) {
            let features = features_of(row, sentiment, &mut reader);
            let language = row.row.language.as_str();
            let scores = target::scores(features, Some(language), &model);
            let group = groups.entry(language.to_owned()).or_default();
            group.push((scores.to_vec(), 1 << class));
        }
    }
    let tested = groups
        .iter()
        .filter_map(|(language, rows)| calibrate::tested(&model, language, rows))
        .collect();
    model.tested = tested;
    Ok(model)
}
