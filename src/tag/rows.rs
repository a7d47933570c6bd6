//! The weights of a linear model as they lie in memory: one row per feature, one byte per class,
//! added up several classes at a time.
//!
//! A byte holds a weight plus 128. The bytes of a word are parted into its even and its odd ones,
//! which leaves 16 bits for each sum; that is enough for [`SUM_FEATURES`] features. A feature of
//! negative sign turns its bytes over: 255 − (w + 128) = −w + 127.

/// Features that a 16-bit sum of bytes can hold.
const SUM_FEATURES: usize = 256;
/// Classes that fit into a row of 32 bits.
const NARROW: usize = 4;
/// Classes that fit into one word of 64 bits.
const WORD: usize = 8;
/// Most words of a row: a model has at most 255 classes.
const WORDS_MAX: usize = 32;
/// What a byte holds more than its weight.
const BIAS: i32 = 128;

const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
const NARROW_EVEN: u32 = 0x00ff_00ff;

/// Rows of weights.
#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    /// Up to four classes.
    Narrow(Vec<u32>),
    /// More, in so many words a row.
    Wide(usize, Vec<u64>),
}

impl Rows {
    /// Packs weights, `classes` a row.
    pub fn pack(weights: &[i8], classes: usize) -> Rows {
        let byte = |weight: &i8| weight.cast_unsigned() ^ 0x80;
        let rows = weights.chunks_exact(classes.max(1));
        if classes <= NARROW {
            let pack = |row: &[i8]| {
                let bytes = row.iter().map(byte).enumerate();
                bytes.fold(0, |word, (at, byte)| word | u32::from(byte) << (8 * at))
            };
            return Rows::Narrow(rows.map(pack).collect());
        }
        let words = classes.div_ceil(WORD);
        let mut out = Vec::with_capacity(rows.len() * words);
        for row in rows {
            out.extend(row.chunks(WORD).map(|part| {
                let bytes = part.iter().map(byte).enumerate();
                bytes.fold(0, |word, (at, byte)| word | u64::from(byte) << (8 * at))
            }));
        }
        Rows::Wide(words, out)
    }

    /// The weights again, `classes` a row.
    pub fn unpack(&self, classes: usize) -> Vec<i8> {
        let weight = |byte: u8| (byte ^ 0x80).cast_signed();
        match self {
            Rows::Narrow(rows) => rows
                .iter()
                .flat_map(|row| row.to_le_bytes().into_iter().take(classes).map(weight))
                .collect(),
            Rows::Wide(words, rows) => rows
                .chunks_exact(*words)
                .flat_map(|row| {
                    let bytes = row.iter().flat_map(|word| word.to_le_bytes());
                    bytes.take(classes).map(weight)
                })
                .collect(),
        }
    }

    /// Adds the rows of features to sums, one per class. The rows lie from `base` on, and `mask`
    /// is their number, a power of two, less one; the highest bit of a feature is its sign.
    #[inline]
    pub fn add(
        &self,
        base: usize,
        mask: usize,
        features: impl Iterator<Item = u32>,
        sums: &mut [i32],
    ) {
        match self {
            Rows::Narrow(rows) => add_narrow(rows, base, mask, features, sums),
            Rows::Wide(1, rows) => add_wide::<1>(rows, base, mask, features, sums),
            Rows::Wide(2, rows) => add_wide::<2>(rows, base, mask, features, sums),
            Rows::Wide(3, rows) => add_wide::<3>(rows, base, mask, features, sums),
            Rows::Wide(4, rows) => add_wide::<4>(rows, base, mask, features, sums),
            Rows::Wide(words, rows) => {
                add_any(*words, rows, base, mask, features, sums);
            }
        }
    }
}

/// All ones where the sign of a feature is set.
#[inline]
fn sign(feature: u32) -> u32 {
    (feature.cast_signed() >> 31).cast_unsigned()
}

#[inline]
fn add_narrow(
    rows: &[u32],
    base: usize,
    mask: usize,
    mut features: impl Iterator<Item = u32>,
    sums: &mut [i32],
) {
    let Some(rows) = rows.get(base..=base + mask) else {
        return;
    };
    loop {
        let (mut even, mut odd) = (0_u32, 0_u32);
        let (mut count, mut turned) = (0, 0_u32);
        for feature in features.by_ref().take(SUM_FEATURES) {
            let sign = sign(feature);
            let row = rows[feature as usize & mask] ^ sign;
            even += row & NARROW_EVEN;
            odd += row >> 8 & NARROW_EVEN;
            turned += sign & 1;
            count += 1;
        }
        let lanes = [even & 0xffff, odd & 0xffff, even >> 16, odd >> 16];
        spill(&lanes, count, turned, sums);
        if count < SUM_FEATURES as i32 {
            return;
        }
    }
}

#[inline]
fn add_wide<const WORDS: usize>(
    rows: &[u64],
    base: usize,
    mask: usize,
    mut features: impl Iterator<Item = u32>,
    sums: &mut [i32],
) {
    let rows = rows.as_chunks::<WORDS>().0;
    let Some(rows) = rows.get(base..=base + mask) else {
        return;
    };
    loop {
        let (mut even, mut odd) = ([0_u64; WORDS], [0_u64; WORDS]);
        let (mut count, mut turned) = (0, 0_u32);
        for feature in features.by_ref().take(SUM_FEATURES) {
            let sign = sign(feature);
            let wide = u64::from(sign) << 32 | u64::from(sign);
            let row = &rows[feature as usize & mask];
            for at in 0..WORDS {
                let word = row[at] ^ wide;
                even[at] += word & EVEN;
                odd[at] += word >> 8 & EVEN;
            }
            turned += sign & 1;
            count += 1;
        }
        for at in 0..WORDS {
            let from = (at * WORD).min(sums.len());
            spill(&lanes(even[at], odd[at]), count, turned, &mut sums[from..]);
        }
        if count < SUM_FEATURES as i32 {
            return;
        }
    }
}

/// Rows of a width that no model of this program has.
fn add_any(
    words: usize,
    rows: &[u64],
    base: usize,
    mask: usize,
    features: impl Iterator<Item = u32>,
    sums: &mut [i32],
) {
    for feature in features {
        let row = (base + (feature as usize & mask)) * words;
        let Some(row) = rows.get(row..row + words.min(WORDS_MAX)) else {
            return;
        };
        let sign = sign(feature);
        let wide = u64::from(sign) << 32 | u64::from(sign);
        for (sums, word) in sums.chunks_mut(WORD).zip(row) {
            let word = word ^ wide;
            spill(&lanes(word & EVEN, word >> 8 & EVEN), 1, sign & 1, sums);
        }
    }
}

/// The sums of the eight bytes of a word, in their order.
#[inline]
fn lanes(even: u64, odd: u64) -> [u32; WORD] {
    std::array::from_fn(|at| {
        let half = if at % 2 == 0 { even } else { odd };
        (half >> (16 * (at / 2))) as u32 & 0xffff
    })
}

/// Takes out what the bytes hold more than their weights.
#[inline]
fn spill(lanes: &[u32], count: i32, turned: u32, sums: &mut [i32]) {
    let more = BIAS * count - turned.cast_signed();
    for (sum, lane) in sums.iter_mut().zip(lanes) {
        *sum += lane.cast_signed() - more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_are_those_of_plain_arithmetic(
            classes in 1..41_usize,
            weights in prop::collection::vec(any::<i8>(), 8 * 41),
            features in prop::collection::vec(any::<u32>(), 0..700),
        ) {
            let weights = &weights[..8 * classes];
            let rows = Rows::pack(weights, classes);
            prop_assert_eq!(rows.unpack(classes), weights);
            let (base, mask) = (4, 3);
            let mut sums = vec![7; classes];
            rows.add(base, mask, features.iter().copied(), &mut sums);
            let mut plain = vec![7; classes];
            for feature in features {
                let row = (base + (feature as usize & mask)) * classes;
                for (class, sum) in plain.iter_mut().enumerate() {
                    let weight = i32::from(weights[row + class]);
                    *sum += if feature >> 31 == 0 { weight } else { -weight };
                }
            }
            prop_assert_eq!(sums, plain);
        }
    }
}
