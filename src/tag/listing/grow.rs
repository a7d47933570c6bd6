//! Labelled pairs → trees. Deterministic: the same pairs in the same order give the same trees.

use super::compare::FEATURES;
use super::trees::{Node, Trees};

/// Trees that are grown.
const TREES: usize = 260;
/// Forks on one way through a tree.
const DEPTH: usize = 5;
/// Share of each tree that is believed.
const RATE: f32 = 0.06;
/// Values that a number is cut into.
const BINS: usize = 64;
/// Curvature that a leaf holds at least: no leaf for two or three odd pairs.
const LEAF_MIN: f32 = 4.0;
/// Pulls leaves towards nothing.
const SHRINK: f32 = 2.0;
/// Of how many pairs each tree leaves one out, to be less sure of what it saw.
const LEFT_OUT: u64 = 4;

/// A pair with its label.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// The numbers of [`compare`](super::compare::compare).
    pub numbers: [f32; FEATURES],
    /// Whether it is the same product.
    pub same: bool,
}

/// Grows trees. The threshold is left at one half.
pub fn grow(pairs: &[Labelled]) -> Trees {
    let edges: Vec<Vec<f32>> = (0..FEATURES).map(|feature| cuts(pairs, feature)).collect();
    let bins: Vec<[u8; FEATURES]> = pairs
        .iter()
        .map(|pair| {
            std::array::from_fn(|feature| {
                edges[feature].partition_point(|edge| *edge < pair.numbers[feature]) as u8
            })
        })
        .collect();
    let positive = pairs.iter().filter(|pair| pair.same).count() as f32;
    let share = ((positive + 1.0) / (pairs.len() as f32 + 2.0)).clamp(0.01, 0.99);
    let bias = (share / (1.0 - share)).ln();
    let mut odds = vec![bias; pairs.len()];
    let mut trees = Trees {
        bias,
        threshold: 0.5,
        roots: Vec::new(),
        nodes: Vec::new(),
    };
    for tree in 0..TREES {
        let slopes: Vec<(f32, f32)> = pairs
            .iter()
            .zip(&odds)
            .map(|(pair, odds)| {
                let probability = 1.0 / (1.0 + (-odds).exp());
                let label = f32::from(u8::from(pair.same));
                (label - probability, probability * (1.0 - probability))
            })
            .collect();
        let rows: Vec<u32> = (0..pairs.len() as u32)
            .filter(|row| !mixed(u64::from(*row), tree as u64).is_multiple_of(LEFT_OUT))
            .collect();
        let root = trees.nodes.len();
        trees.nodes.push(Node::leaf(0.0));
        let ground = Ground {
            bins: &bins,
            edges: &edges,
            slopes: &slopes,
        };
        ground.fork(&mut trees.nodes, root, rows, 0);
        trees.roots.push(root as u32);
        for (pair, odds) in pairs.iter().zip(&mut odds) {
            *odds += trees.leaf(root as u32, &pair.numbers);
        }
    }
    trees
}

/// The probability, in hundredths, from which the mean F1 of several judged sets is best.
pub fn best_threshold(sets: &[Vec<(f32, bool)>]) -> f32 {
    let f1 = |set: &Vec<(f32, bool)>, threshold: f32| {
        let said = set.iter().filter(|(score, _)| *score >= threshold);
        let right = said.clone().filter(|(_, same)| *same).count() as f32;
        let gold = set.iter().filter(|(_, same)| *same).count();
        2.0 * right / (said.count() + gold).max(1) as f32
    };
    let mut best = (0.0, 0.5);
    for hundredth in 20..80 {
        let threshold = hundredth as f32 / 100.0;
        let sum: f32 = sets.iter().map(|set| f1(set, threshold)).sum();
        if sum > best.0 {
            best = (sum, threshold);
        }
    }
    best.1
}

/// Values that part the pairs into about equal shares.
fn cuts(pairs: &[Labelled], feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = pairs.iter().map(|pair| pair.numbers[feature]).collect();
    values.sort_by(f32::total_cmp);
    let mut cuts: Vec<f32> = (1..BINS)
        .filter_map(|bin| values.get(bin * values.len() / BINS).copied())
        .collect();
    cuts.dedup();
    cuts
}

/// SplitMix64 over a row and a tree.
fn mixed(row: u64, tree: u64) -> u64 {
    let mut z = (row << 20 | tree).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What one tree grows on.
struct Ground<'p> {
    bins: &'p [[u8; FEATURES]],
    edges: &'p [Vec<f32>],
    slopes: &'p [(f32, f32)],
}

impl Ground<'_> {
    /// Turns a leaf into a fork where that pays.
    fn fork(&self, nodes: &mut Vec<Node>, at: usize, rows: Vec<u32>, depth: usize) {
        let whole = rows.iter().fold((0.0, 0.0), |sum, row| {
            let slope = self.slopes[*row as usize];
            (sum.0 + slope.0, sum.1 + slope.1)
        });
        nodes[at] = Node::leaf(RATE * whole.0 / (whole.1 + SHRINK));
        if depth == DEPTH {
            return;
        }
        let Some((feature, bin)) = self.best(&rows, whole) else {
            return;
        };
        let (left, right): (Vec<u32>, Vec<u32>) = rows
            .into_iter()
            .partition(|row| self.bins[*row as usize][feature] <= bin);
        let child = nodes.len();
        nodes.push(Node::leaf(0.0));
        nodes.push(Node::leaf(0.0));
        nodes[at] = Node::fork(feature, self.edges[feature][usize::from(bin)], child);
        self.fork(nodes, child, left, depth + 1);
        self.fork(nodes, child + 1, right, depth + 1);
    }

    /// The feature and the last bin of its left side that part the rows best.
    fn best(&self, rows: &[u32], whole: (f32, f32)) -> Option<(usize, u8)> {
        let worth = |sum: (f32, f32)| sum.0 * sum.0 / (sum.1 + SHRINK);
        let mut best: Option<(f32, usize, u8)> = None;
        for feature in 0..FEATURES {
            let mut sums = [(0.0_f32, 0.0_f32); BINS];
            for row in rows {
                let bin = usize::from(self.bins[*row as usize][feature]);
                let slope = self.slopes[*row as usize];
                sums[bin].0 += slope.0;
                sums[bin].1 += slope.1;
            }
            let mut left = (0.0, 0.0);
            for (bin, sum) in sums.iter().enumerate().take(self.edges[feature].len()) {
                left = (left.0 + sum.0, left.1 + sum.1);
                let right = (whole.0 - left.0, whole.1 - left.1);
                if left.1 < LEAF_MIN || right.1 < LEAF_MIN {
                    continue;
                }
                let gain = worth(left) + worth(right) - worth(whole);
                if gain > 1e-3 && best.is_none_or(|(most, ..)| gain > most) {
                    best = Some((gain, feature, bin as u8));
                }
            }
        }
        best.map(|(_, feature, bin)| (feature, bin))
    }
}
