//! Boosted decision trees over the numbers of a pair: a handful of kilobytes, read in one pass.
//!
//! File, little-endian: magic `GSWTREES`, format version u32, feature count u32, threshold f32,
//! bias f32, tree count u32, node count u32, root of each tree u32, then the nodes (feature u32, threshold or
//! value f32, left child u32; the right child follows the left), and BLAKE3 of all before it.

use super::compare::FEATURES;
use crate::tag::linear::ModelError;

const MAGIC: &[u8; 8] = b"GSWTREES";
const FORMAT_VERSION: u32 = 1;
const HASH_BYTES: usize = 32;
/// In place of a feature: the node is a leaf.
const LEAF: u32 = u32::MAX;
const NODE_BYTES: usize = 12;

/// A fork or a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Which number is asked; [`Node::leaf`] has none.
    feature: u32,
    /// Up to this value the way goes left; of a leaf, what it adds.
    value: f32,
    /// Left child; the right one follows it.
    left: u32,
}

impl Node {
    /// A leaf.
    pub fn leaf(value: f32) -> Node {
        Node {
            feature: LEAF,
            value,
            left: 0,
        }
    }

    /// A fork.
    pub fn fork(feature: usize, value: f32, left: usize) -> Node {
        Node {
            feature: feature as u32,
            value,
            left: left as u32,
        }
    }
}

/// Trees whose leaves add up to log odds.
#[derive(Debug, Clone, PartialEq)]
pub struct Trees {
    /// Log odds before the first tree.
    pub bias: f32,
    /// Probability from which two listings count as the same product.
    pub threshold: f32,
    /// Where each tree begins.
    pub roots: Vec<u32>,
    /// All nodes.
    pub nodes: Vec<Node>,
}

impl Trees {
    /// Probability that a pair is the same product.
    pub fn probability(&self, numbers: &[f32; FEATURES]) -> f32 {
        let odds: f32 = self.bias
            + self
                .roots
                .iter()
                .map(|root| self.leaf(*root, numbers))
                .sum::<f32>();
        1.0 / (1.0 + (-odds).exp())
    }

    /// What the leaf adds that the numbers lead to. Children stand behind their parents, which
    /// [`Trees::read`] checks, so that every way ends.
    pub fn leaf(&self, root: u32, numbers: &[f32; FEATURES]) -> f32 {
        let mut at = root as usize;
        loop {
            let Some(node) = self.nodes.get(at) else {
                return 0.0;
            };
            let Some(number) = numbers.get(node.feature as usize) else {
                return node.value;
            };
            at = node.left as usize + usize::from(*number > node.value);
        }
    }

    /// Reads a file; `name` is for messages.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Trees, ModelError> {
        let name = || name.to_owned();
        if bytes.get(..MAGIC.len()) != Some(MAGIC.as_slice()) {
            return Err(ModelError::NotAModel { name: name() });
        }
        let cut = || ModelError::Cut {
            name: name(),
            bytes: bytes.len(),
        };
        let end = bytes
            .len()
            .checked_sub(HASH_BYTES)
            .filter(|end| *end >= MAGIC.len())
            .ok_or_else(cut)?;
        let words: Vec<[u8; 4]> = bytes[MAGIC.len()..end].as_chunks::<4>().0.to_vec();
        let word = |at: usize| words.get(at).map(|word| u32::from_le_bytes(*word));
        let float = |at: usize| words.get(at).map(|word| f32::from_le_bytes(*word));
        for (at, what, wanted) in [
            (0, "format", FORMAT_VERSION),
            (1, "feature", FEATURES as u32),
        ] {
            let found = word(at).ok_or_else(cut)?;
            if found != wanted {
                return Err(ModelError::Version {
                    name: name(),
                    what,
                    found,
                    wanted,
                });
            }
        }
        if blake3::hash(&bytes[..end]).as_bytes() != &bytes[end..] {
            return Err(ModelError::Cut {
                name: name(),
                bytes: bytes.len(),
            });
        }
        let damaged = |why| ModelError::Damaged { name: name(), why };
        let head = (float(2), float(3), word(4), word(5));
        let (Some(threshold), Some(bias), Some(trees), Some(count)) = head else {
            return Err(cut());
        };
        let roots: Vec<u32> = words
            .iter()
            .skip(6)
            .take(trees as usize)
            .map(|word| u32::from_le_bytes(*word))
            .collect();
        let nodes: Vec<Node> = words
            .get(6 + roots.len()..)
            .unwrap_or_default()
            .as_chunks::<3>()
            .0
            .iter()
            .map(|[feature, value, left]| Node {
                feature: u32::from_le_bytes(*feature),
                value: f32::from_le_bytes(*value),
                left: u32::from_le_bytes(*left),
            })
            .collect();
        if nodes.len() != count as usize || roots.len() != trees as usize {
            return Err(damaged("it holds another number of nodes than it says"));
        }
        let holds = |(at, node): (usize, &Node)| {
            node.feature == LEAF
                || (node.feature < FEATURES as u32
                    && node.left as usize > at
                    && (node.left as usize) + 1 < nodes.len())
        };
        if !nodes.iter().enumerate().all(holds) {
            return Err(damaged("a node leads nowhere"));
        }
        Ok(Trees {
            bias,
            threshold,
            roots,
            nodes,
        })
    }

    /// The bytes of the file.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + NODE_BYTES * self.nodes.len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        out.extend_from_slice(&(FEATURES as u32).to_le_bytes());
        out.extend_from_slice(&self.threshold.to_le_bytes());
        out.extend_from_slice(&self.bias.to_le_bytes());
        out.extend_from_slice(&(self.roots.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.nodes.len() as u32).to_le_bytes());
        for root in &self.roots {
            out.extend_from_slice(&root.to_le_bytes());
        }
        for node in &self.nodes {
            out.extend_from_slice(&node.feature.to_le_bytes());
            out.extend_from_slice(&node.value.to_le_bytes());
            out.extend_from_slice(&node.left.to_le_bytes());
        }
        let hash = blake3::hash(&out);
        out.extend_from_slice(hash.as_bytes());
        out
    }
}
