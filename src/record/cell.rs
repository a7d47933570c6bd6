use super::AuthorHash;
use datasketches::hll::{HllSketch, HllType, HllUnion};
use serde::{Deserialize, Serialize};

/// Up to this many authors a bucket knows each one; above it keeps a sketch.
pub const EXACT_AUTHORS_MAX: usize = 256;

/// log2 of the registers of the sketch: 1,024 registers, about 3 % standard error, 1 KiB.
const SKETCH_LG_K: u8 = 10;

/// Distinct authors of a bucket. They do not add up over buckets: merge sets, never numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Authors {
    /// Every author, ascending.
    Exact(Vec<AuthorHash>),
    /// HyperLogLog registers in the Apache DataSketches format.
    Sketch(Vec<u8>),
}

impl Default for Authors {
    fn default() -> Self {
        Authors::Exact(Vec::new())
    }
}

impl Authors {
    /// Count an author. Inserting twice changes nothing.
    pub fn insert(&mut self, author: AuthorHash) {
        match self {
            Authors::Exact(authors) => {
                if let Err(place) = authors.binary_search(&author) {
                    authors.insert(place, author);
                    if authors.len() > EXACT_AUTHORS_MAX
                        && let Ok(mut sketch) = HllSketch::new(SKETCH_LG_K, HllType::Hll8)
                    {
                        for author in authors.iter() {
                            sketch.update(author.0);
                        }
                        *self = Authors::Sketch(sketch.serialize());
                    }
                }
            }
            Authors::Sketch(bytes) => {
                if let Ok(mut sketch) = HllSketch::deserialize(bytes) {
                    sketch.update(author.0);
                    *bytes = sketch.serialize();
                }
            }
        }
    }

    /// Count authors in turn. The same as inserting them one by one, without unpacking a sketch
    /// for each.
    pub fn extend(&mut self, authors: impl IntoIterator<Item = AuthorHash>) {
        let mut authors = authors.into_iter();
        while self.is_exact() {
            match authors.next() {
                Some(author) => self.insert(author),
                None => return,
            }
        }
        if let Authors::Sketch(bytes) = self
            && let Ok(mut sketch) = HllSketch::deserialize(bytes)
        {
            for author in authors {
                sketch.update(author.0);
            }
            *bytes = sketch.serialize();
        }
    }

    /// Take in the authors of another bucket: the union of both sets.
    pub fn merge(&mut self, other: &Authors) {
        match (&mut *self, other) {
            (_, Authors::Exact(authors)) => {
                for author in authors {
                    self.insert(*author);
                }
            }
            (Authors::Exact(own), Authors::Sketch(_)) => {
                let own = std::mem::take(own);
                *self = other.clone();
                for author in own {
                    self.insert(author);
                }
            }
            (Authors::Sketch(own), Authors::Sketch(more)) => {
                if let (Ok(left), Ok(right), Ok(mut union)) = (
                    HllSketch::deserialize(own),
                    HllSketch::deserialize(more),
                    HllUnion::new(SKETCH_LG_K),
                ) {
                    union.update(&left);
                    union.update(&right);
                    *own = union.to_sketch(HllType::Hll8).serialize();
                }
            }
        }
    }

    /// How many there are: exact up to [`EXACT_AUTHORS_MAX`], an estimate above.
    pub fn count(&self) -> u32 {
        match self {
            Authors::Exact(authors) => authors.len() as u32,
            Authors::Sketch(bytes) => {
                HllSketch::deserialize(bytes).map_or(0, |sketch| sketch.estimate().round() as u32)
            }
        }
    }

    /// Whether the count is exact.
    pub fn is_exact(&self) -> bool {
        matches!(self, Authors::Exact(_))
    }
}

/// What one series counted on one day. Integers only: floats change at day close.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cell {
    /// Distinct authors after duplicates and doubtful posts were set apart: the primary count.
    pub authors: Authors,
    /// Records counted, doubtful ones not included.
    pub mentions: u32,
    /// Records set apart as doubtful.
    pub doubtful: u32,
    /// Mentions by sentiment; those the tagger abstained on are in none of the three.
    pub negative: u32,
    /// See `negative`.
    pub neutral: u32,
    /// See `negative`.
    pub positive: u32,
    /// Mentions that ask something.
    pub questions: u32,
    /// Mentions that want to buy.
    pub purchases: u32,
    /// Mentions that complain.
    pub complaints: u32,
    /// Units of order lines, returns subtracted; the number of an imported count.
    pub units: i64,
}

impl Cell {
    /// The number the detector works on: distinct authors, or, where a class has none (a
    /// ranking, a count), the mentions.
    pub fn primary(&self) -> u32 {
        match self.authors.count() {
            0 => self.mentions,
            authors => authors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(range: std::ops::Range<u64>) -> impl Iterator<Item = AuthorHash> {
        // Spread the numbers as a keyed hash would.
        range.map(|number| AuthorHash(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    fn of(range: std::ops::Range<u64>) -> Authors {
        let mut authors = Authors::default();
        authors.extend(people(range));
        authors
    }

    #[test]
    fn counting_in_turn_equals_counting_one_by_one() {
        for total in [10, 256, 257, 900] {
            let mut single = Authors::default();
            for author in people(0..total) {
                single.insert(author);
            }
            assert_eq!(single, of(0..total), "{total}");
            let mut parts = of(0..total / 3);
            parts.extend(people(total / 3..total));
            assert_eq!(single, parts, "{total}");
        }
    }

    #[test]
    fn a_union_counts_each_author_once_whatever_the_form() {
        for (left, right, both) in [
            (of(0..20), of(10..30), 30.0),
            (of(0..20), of(0..1_000), 1_000.0),
            (of(0..1_000), of(0..20), 1_000.0),
            (of(0..1_000), of(500..1_500), 1_500.0),
        ] {
            let mut union = left.clone();
            union.merge(&right);
            let error = (f64::from(union.count()) - both).abs() / both;
            assert!(error < 0.1, "{} for {both}", union.count());
        }
    }
}
