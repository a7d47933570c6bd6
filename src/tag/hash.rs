//! Hashes that models and word lists are kept under: the same on every machine and for ever, for
//! trained files depend on them.

use std::hash::{BuildHasher, Hasher};

/// Where every hash begins.
pub const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash that has seen one more value.
#[inline]
pub fn step(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(23) ^ value).wrapping_mul(0x9fb2_1c65_1e98_df25)
}

/// Hash of a text in a namespace.
#[inline]
pub fn hash_text(space: u8, text: &str) -> u64 {
    hash_bytes(step(SEED, u64::from(space) + 0x100), text.as_bytes())
}

/// A hash that has seen more bytes, seven at a time with their number in front.
#[inline]
fn hash_bytes(mut hash: u64, mut bytes: &[u8]) -> u64 {
    while let Some((eight, _)) = bytes.split_first_chunk::<8>() {
        hash = step(hash, 7 << 56 | u64::from_be_bytes(*eight) >> 8);
        bytes = &bytes[7..];
    }
    if bytes.is_empty() {
        return hash;
    }
    let value = bytes.iter().fold(bytes.len() as u64, |value, byte| {
        value << 8 | u64::from(*byte)
    });
    step(hash, value)
}

/// Hash of two hashes in order.
#[inline]
pub fn combine(left: u64, right: u64) -> u64 {
    step(step(SEED ^ 0x5bd1, left), right)
}

/// The 32 bits of a hash that models see; never 0.
#[inline]
pub fn fold(hash: u64) -> u32 {
    let mixed = (hash ^ hash >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed >> 32) as u32).max(1)
}

/// For sets of words that are part of the program, where nobody can choose words that collide.
#[derive(Debug, Clone, Copy, Default)]
pub struct WordHash;

impl BuildHasher for WordHash {
    type Hasher = Steps;

    fn build_hasher(&self) -> Steps {
        Steps(SEED)
    }
}

/// The state of a [`WordHash`].
#[derive(Debug)]
pub struct Steps(u64);

impl Hasher for Steps {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_bytes(self.0, bytes);
    }

    // What the standard library adds behind a text.
    fn write_u8(&mut self, value: u8) {
        self.0 = step(self.0, u64::from(value));
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_hash_for_ever() {
        // Trained files hold hashes: a change here would make them say something else.
        let hashes: Vec<u32> = [
            "",
            "a",
            "glowbud",
            "glowbuds",
            "portable blender",
            "折叠水壶",
        ]
        .iter()
        .map(|text| fold(hash_text(b'w', text)))
        .collect();
        assert_eq!(hashes, HASHES);
    }

    const HASHES: [u32; 6] = [
        0x6d43778, 0x7bcc842, 0x209b2a3f, 0x5d32dd2c, 0xa880c2cc, 0xd7ed1eb4,
    ];
}
