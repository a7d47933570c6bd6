//! Two listings → the numbers that tell whether they sell the same product.

use super::sketch::Sketch;
use super::weigh::Weights;

/// Numbers of a pair, in the order of [`compare`].
pub const FEATURES: usize = 36;

/// How a pair stands among the others of its listings: cosine less the best of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rivals {
    /// Among the pairs with the same left listing; 1 where there is no other.
    pub left: f32,
    /// Among the pairs with the same right listing.
    pub right: f32,
}

/// Sums over two sorted lists of hashes.
#[derive(Debug, Clone, Copy, Default)]
struct Overlap {
    shared: f32,
    left: f32,
    right: f32,
    squares: (f32, f32, f32),
    rarest_left: f32,
    rarest_right: f32,
    missing_left: f32,
    missing_right: f32,
    rarest_shared: f32,
}

impl Overlap {
    fn of(left: &[u32], right: &[u32], weight: impl Fn(u32) -> f32) -> Overlap {
        let mut sums = Overlap::default();
        let (mut at, mut to) = (0, 0);
        loop {
            match (left.get(at), right.get(to)) {
                (None, None) => return sums,
                (Some(one), Some(other)) if one == other => {
                    let weight = weight(*one);
                    sums.shared += weight;
                    sums.left += weight;
                    sums.right += weight;
                    let square = weight * weight;
                    sums.squares.0 += square;
                    sums.squares.1 += square;
                    sums.squares.2 += square;
                    sums.rarest_shared = sums.rarest_shared.max(weight);
                    at += 1;
                    to += 1;
                }
                (Some(one), other) if other.is_none_or(|other| one < other) => {
                    let weight = weight(*one);
                    sums.left += weight;
                    sums.squares.1 += weight * weight;
                    sums.missing_left += weight;
                    sums.rarest_left = sums.rarest_left.max(weight);
                    at += 1;
                }
                (_, Some(other)) => {
                    let weight = weight(*other);
                    sums.right += weight;
                    sums.squares.2 += weight * weight;
                    sums.missing_right += weight;
                    sums.rarest_right = sums.rarest_right.max(weight);
                    to += 1;
                }
                (Some(_), None) => at += 1,
            }
        }
    }

    fn cosine(&self) -> f32 {
        ratio(self.squares.0, (self.squares.1 * self.squares.2).sqrt())
    }
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Similarity of two listings by weighted words and runs of letters, 0 to 1.
pub fn similarity(left: &Sketch, right: &Sketch, weights: &Weights) -> f32 {
    let words = Overlap::of(&left.words, &right.words, |word| weights.word(word));
    let grams = Overlap::of(&left.grams, &right.grams, |gram| weights.gram(gram));
    (words.cosine() + grams.cosine()) / 2.0
}

/// The numbers of a pair. What cannot be told is −1.
pub fn compare(
    left: &Sketch,
    right: &Sketch,
    weights: &Weights,
    rivals: Rivals,
) -> [f32; FEATURES] {
    let words = Overlap::of(&left.words, &right.words, |word| weights.word(word));
    let grams = Overlap::of(&left.grams, &right.grams, |gram| weights.gram(gram));
    let all = Overlap::of(&left.all, &right.all, |word| weights.word(word));
    let named_in = |names: &[u32], text: &[u32]| {
        let hits = names.iter().filter(|name| text.binary_search(name).is_ok());
        ratio(hits.count() as f32, names.len() as f32)
    };
    let brand = match (left.brand.is_empty(), right.brand.is_empty()) {
        (true, true) => -1.0,
        (false, false) => {
            named_in(&left.brand, &right.words).max(named_in(&right.brand, &left.words))
        }
        (false, true) => named_in(&left.brand, &right.words),
        (true, false) => named_in(&right.brand, &left.words),
    };
    let first = match (left.first, right.first) {
        (Some(one), Some(other)) if one == other => 1.0,
        (Some(one), Some(other))
            if right.words.binary_search(&one).is_ok()
                || left.words.binary_search(&other).is_ok() =>
        {
            0.5
        }
        (Some(_), Some(_)) => 0.0,
        _ => -1.0,
    };
    let codes = Codes::of(left, right);
    let (amounts_same, amounts_differ) = amounts(&left.amounts, &right.amounts);
    let numbers = Overlap::of_numbers(&left.numbers, &right.numbers);
    let price = match (left.price, right.price) {
        (Some(one), Some(other)) => (one.min(other) / one.max(other)) as f32,
        _ => -1.0,
    };
    let colours = match (left.colours, right.colours) {
        (0, 0) => -1.0,
        (0, _) | (_, 0) => 0.5,
        (one, other) if one == other => 1.0,
        (one, other) if one & other != 0 => 0.75,
        _ => 0.0,
    };
    let (short, long) = {
        let (one, other) = (left.words.len() as f32, right.words.len() as f32);
        (one.min(other), one.max(other))
    };
    [
        words.cosine(),
        grams.cosine(),
        all.cosine(),
        ratio(words.shared, words.left),
        ratio(words.shared, words.right),
        ratio(words.shared, words.left.min(words.right)),
        ratio(grams.shared, grams.left),
        ratio(grams.shared, grams.right),
        ratio(all.shared, all.left.min(all.right)),
        words.rarest_left,
        words.rarest_right,
        words.rarest_shared,
        words.missing_left,
        words.missing_right,
        words.missing_left.min(words.missing_right),
        words.shared,
        ratio(short, long),
        short,
        brand,
        first,
        codes.same,
        codes.prefix,
        codes.inside,
        codes.unmatched_left,
        codes.unmatched_right,
        codes.unmatched_left.min(codes.unmatched_right),
        codes.elsewhere,
        amounts_same,
        amounts_differ,
        numbers.0,
        numbers.1,
        numbers.2,
        price,
        colours,
        rivals.left,
        rivals.right,
    ]
}

impl Overlap {
    /// Bare numbers: shared, only left, only right.
    fn of_numbers(left: &[u64], right: &[u64]) -> (f32, f32, f32) {
        let shared = left.iter().filter(|number| right.contains(number)).count();
        (
            shared as f32,
            (left.len() - shared) as f32,
            (right.len() - shared) as f32,
        )
    }
}

/// Model codes of two titles.
#[derive(Debug, Clone, Copy)]
struct Codes {
    /// Letters of the longest code both have; −1 where one side has none.
    same: f32,
    /// Longest common beginning of two codes, as a share of the longer.
    prefix: f32,
    /// Longest code that is a piece of one on the other side, as a share of that one.
    inside: f32,
    /// Codes with no likeness on the other side.
    unmatched_left: f32,
    unmatched_right: f32,
    /// Letters of the longest code of one title that stands in the other's description.
    elsewhere: f32,
}

impl Codes {
    fn of(left: &Sketch, right: &Sketch) -> Codes {
        let same = left
            .codes
            .iter()
            .filter(|code| right.codes.binary_search(code).is_ok())
            .map(String::len)
            .max();
        let (mut prefix, mut inside) = (0.0_f32, 0.0_f32);
        for one in &left.codes {
            for other in &right.codes {
                let common = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b);
                let longer = one.len().max(other.len()) as f32;
                prefix = prefix.max(common.count() as f32 / longer);
                if one.contains(other.as_str()) || other.contains(one.as_str()) {
                    inside = inside.max(one.len().min(other.len()) as f32 / longer);
                }
            }
        }
        let elsewhere = |codes: &[String], others: &[String]| {
            let hits = codes.iter().filter(|code| others.contains(code));
            hits.map(String::len).max().unwrap_or(0)
        };
        let elsewhere = elsewhere(&left.codes, &right.other_codes)
            .max(elsewhere(&right.codes, &left.other_codes));
        let none = left.codes.is_empty() || right.codes.is_empty();
        Codes {
            same: if none { -1.0 } else { same.unwrap_or(0) as f32 },
            prefix: if none { -1.0 } else { prefix },
            inside: if none { -1.0 } else { inside },
            unmatched_left: unmatched(&left.codes, &right.codes),
            unmatched_right: unmatched(&right.codes, &left.codes),
            elsewhere: elsewhere as f32,
        }
    }
}

fn unmatched(codes: &[String], others: &[String]) -> f32 {
    let alike = |code: &String| {
        others
            .iter()
            .any(|other| code.contains(other.as_str()) || other.contains(code.as_str()))
    };
    codes.iter().filter(|code| !alike(code)).count() as f32
}

/// Whether two listings state what tells the variations of one product apart, differently: a
/// colour, or an amount in one unit.
pub fn variant_differs(left: &Sketch, right: &Sketch) -> bool {
    let colours = left.colours != 0 && right.colours != 0 && left.colours & right.colours == 0;
    colours || amounts(&left.amounts, &right.amounts).1 > 0.0
}

/// Amounts both state, and units in which they state different ones only.
fn amounts(left: &[(u8, u64)], right: &[(u8, u64)]) -> (f32, f32) {
    let same = left.iter().filter(|amount| right.contains(amount)).count();
    let mut differ = 0;
    let mut last = 0;
    for (unit, _) in left {
        let of = |list: &[(u8, u64)]| -> Vec<u64> {
            let list = list.iter().filter(|(other, _)| other == unit);
            list.map(|(_, value)| *value).collect()
        };
        let others = of(right);
        if *unit != last
            && !others.is_empty()
            && of(left).iter().all(|value| !others.contains(value))
        {
            differ += 1;
        }
        last = *unit;
    }
    (same as f32, differ as f32)
}
