//! Listing titles → SKUs; pairs of listings → the same product or not.
//!
//! A title is sketched once (words, letter runs, model codes, amounts, colours, price). An index
//! over the catalogue's sketches finds the few listings most like it; boosted trees over the
//! numbers of each pair verify them. The trees are learned from labelled pairs by
//! [`train::pairs`](super::train::pairs).

mod compare;
mod fields;
pub mod grow;
mod index;
pub mod pairs;
mod sketch;
mod trees;
mod weigh;

pub use trees::Trees;

use super::linear::ModelError;
use crate::record::Sku;
use fields::Fields;
use index::{Found, Index};
use sketch::Sketch;
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// File name of the trees, in the folder `models/`.
pub const FILE: &str = "pairs.bin";

static TREES: &[u8] = include_bytes!("../../../models/pairs.bin");

/// SKUs that are named for a title.
pub const TOP: usize = 10;
/// How much the verdict of the trees counts beside the plain similarity.
const VERDICT_WEIGHT: f32 = 0.5;
/// Probability from which a title is linked: the right product may not be in the catalogue at
/// all, so more is asked than of a pair.
const LINK_MIN: f32 = 0.5;

impl Trees {
    /// The trees that are compiled in.
    pub fn embedded() -> Arc<Trees> {
        static READ: LazyLock<Arc<Trees>> = LazyLock::new(|| {
            // Not foreign input: these bytes are part of the program, and a test reads them.
            let trees = Trees::read(FILE, TREES)
                .unwrap_or_else(|error| panic!("the trees inside the program: {error}"));
            Arc::new(trees)
        });
        Arc::clone(&READ)
    }

    /// Trees from a folder that `groundswell model train-match` wrote to.
    pub fn from_folder(folder: &Path) -> std::io::Result<Result<Trees, ModelError>> {
        std::fs::read(folder.join(FILE)).map(|bytes| Trees::read(FILE, &bytes))
    }
}

/// What two listings are to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Probability that they sell the same product.
    pub score: f32,
    /// Whether it is high enough.
    pub same: bool,
}

/// Judges the pairs of one file together: how rare a word is, and which rival is likelier, is
/// told by the other pairs.
pub fn judge(pairs: &[(&str, &str)], trees: &Trees) -> Vec<Verdict> {
    pairs::numbers(pairs)
        .iter()
        .map(|numbers| {
            let score = trees.probability(numbers);
            Verdict {
                score,
                same: score >= trees.threshold,
            }
        })
        .collect()
}

/// What a title means.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Up to [`TOP`] products of the catalogue by place, the likeliest first, with a score from
    /// 0 to 1.
    pub top: Vec<(usize, f32)>,
    /// The one it is, if it is sure enough.
    pub linked: Option<usize>,
}

/// A catalogue, ready to be asked which SKU a listing title means.
#[derive(Debug)]
pub struct Listings {
    index: Index,
    count: usize,
    trees: Arc<Trees>,
}

impl Listings {
    /// Prepares a catalogue.
    pub fn new(catalogue: &[Sku], trees: Arc<Trees>) -> Listings {
        Listings {
            index: Index::new(catalogue.iter().map(sketch_of).collect()),
            count: catalogue.len(),
            trees,
        }
    }

    /// Which SKUs a title may mean, and which one it means.
    pub fn rank(&self, title: &str) -> Ranked {
        let title = Sketch::of(title);
        let mut found: Vec<(Found, f32, f32)> = self
            .index
            .find(&title)
            .into_iter()
            .map(|found| {
                let probability = self.trees.probability(&found.numbers);
                let score =
                    (found.similarity + VERDICT_WEIGHT * probability) / (1.0 + VERDICT_WEIGHT);
                (found, probability, score)
            })
            .collect();
        found.sort_by(|left, right| right.2.total_cmp(&left.2).then(left.0.at.cmp(&right.0.at)));
        let linked = found.first().and_then(|(best, probability, _)| {
            let sure = *probability >= self.trees.threshold.max(LINK_MIN) && !best.is_sibling();
            sure.then_some(best.at)
        });
        let mut top: Vec<(usize, f32)> = found
            .iter()
            .take(TOP)
            .map(|(found, _, score)| (found.at, *score))
            .collect();
        let named: HashSet<usize> = top.iter().map(|(at, _)| *at).collect();
        let others = (0..self.count).filter(|at| !named.contains(at));
        let missing = TOP - top.len();
        top.extend(others.take(missing).map(|at| (at, 0.0)));
        Ranked { top, linked }
    }
}

/// A product of the catalogue as a listing. A name may itself be written in fields.
fn sketch_of(sku: &Sku) -> Sketch {
    let mut fields = Fields::parse(&sku.name);
    let add = |field: &mut String, text: &str| {
        field.push(' ');
        field.push_str(text);
    };
    add(&mut fields.brand, sku.brand.as_deref().unwrap_or_default());
    for model in &sku.models {
        add(&mut fields.model, model);
    }
    for text in [&sku.line, &sku.category].into_iter().flatten() {
        add(&mut fields.rest, text);
    }
    for alias in sku.aliases.values().flatten() {
        add(&mut fields.rest, alias);
    }
    Sketch::of_fields(&fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Vec<Sku> {
        [
            ("A1", "Lumo GlowBuds 2 wireless earphones LG-B200 black"),
            ("A2", "Lumo GlowBuds 2 wireless earphones LG-B200 white"),
            ("A3", "Lumo GlowBuds 3 wireless earphones LG-B300 black"),
            ("B1", "Pivo portable blender 400 ml PV-B40"),
            ("B2", "Pivo portable blender 600 ml PV-B60"),
            ("C1", "Yudo 折叠水壶 0.8L 白色"),
        ]
        .iter()
        .map(|(sku, name)| Sku {
            sku: (*sku).into(),
            name: (*name).into(),
            ..Sku::default()
        })
        .collect()
    }

    fn linked(title: &str) -> Option<String> {
        let catalogue = catalogue();
        let listings = Listings::new(&catalogue, Trees::embedded());
        let linked = listings.rank(title).linked;
        linked.map(|at| catalogue[at].sku.clone())
    }

    fn first(title: &str) -> String {
        let catalogue = catalogue();
        let listings = Listings::new(&catalogue, Trees::embedded());
        catalogue[listings.rank(title).top[0].0].sku.clone()
    }

    #[test]
    fn the_trees_inside_the_program_can_be_read() {
        let trees = Trees::embedded();
        assert_eq!(Trees::read("t", &trees.write()).unwrap(), *trees);
        assert!((0.2..0.8).contains(&trees.threshold));
    }

    #[test]
    fn a_title_finds_its_sku_among_its_siblings() {
        assert_eq!(first("lumo glow buds 2 LGB200 white in-ear"), "A2");
        assert_eq!(first("Lumo LG-B300 earphones"), "A3");
        assert_eq!(first("Pivo blender portable 600ml"), "B2");
        assert_eq!(first("Yudo 折叠水壶 白色 正品"), "C1");
    }

    #[test]
    fn another_colour_or_size_is_another_product() {
        let title = "Lumo GlowBuds 2 wireless earphones LG-B200";
        assert_eq!(linked(&format!("{title} white")).as_deref(), Some("A2"));
        assert_eq!(linked(&format!("{title} red")), None);
        assert_eq!(linked("Pivo portable blender 900 ml"), None);
        assert_eq!(linked("garden hose 20 m green"), None);
    }

    #[test]
    fn ten_are_named_even_for_an_empty_title() {
        let catalogue: Vec<Sku> = catalogue().into_iter().cycle().take(24).collect();
        let listings = Listings::new(&catalogue, Trees::embedded());
        for title in ["", "🔥", "Lumo", "zzzz"] {
            let ranked = listings.rank(title);
            assert_eq!(ranked.top.len(), TOP, "{title}");
            assert!(title == "Lumo" || ranked.linked.is_none(), "{title}");
        }
    }

    #[test]
    fn files_that_were_cut_or_changed_are_refused() {
        let bytes = Trees::embedded().write();
        for length in [0, 7, 8, 20, 100, bytes.len() - 1] {
            assert!(Trees::read("t", &bytes[..length]).is_err(), "{length}");
        }
        let mut changed = bytes;
        changed[40] ^= 1;
        assert!(Trees::read("t", &changed).is_err());
    }
}
