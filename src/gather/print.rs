//! Fingerprints of a text: equal ones mean nearly equal texts.
//!
//! MinHash (Broder 1997) over shingles of three words, in bands: two texts that share 90 % of
//! their shingles share a band with a chance of 0.96, at 50 % with 0.18, at 20 % with 0.005.

use unicode_segmentation::UnicodeSegmentation;

/// Bands, each one fingerprint.
const BANDS: usize = 3;
/// Minima in a band: all of them must agree.
const ROWS: usize = 4;
/// Words in a shingle.
const SHINGLE: usize = 3;
/// A shorter text says the same as others by chance.
const WORDS_MIN: usize = 6;
/// Words read; what follows changes nothing.
const WORDS_MAX: usize = 400;

/// The fingerprints of a text; none for a text too short to be a copy of another.
///
/// Case, punctuation, links, @handles and numbers make no difference: campaigns vary them.
pub fn prints(text: &str) -> Vec<u64> {
    let lower = text.to_lowercase();
    let words: Vec<u64> = lower
        .split_whitespace()
        .filter(|word| !word.starts_with('@') && !word.contains("://"))
        .flat_map(str::unicode_words)
        .filter(|word| !word.chars().all(|letter| letter.is_ascii_digit()))
        .take(WORDS_MAX)
        .map(|word| fnv(word.as_bytes()))
        .collect();
    if words.len() < WORDS_MIN {
        return Vec::new();
    }
    let mut least = [[u64::MAX; ROWS]; BANDS];
    for shingle in words.windows(SHINGLE) {
        let hash = shingle
            .iter()
            .fold(0, |hash: u64, word| mix(hash.rotate_left(23) ^ word));
        for (band, rows) in least.iter_mut().enumerate() {
            for (row, least) in rows.iter_mut().enumerate() {
                let seed = (band * ROWS + row + 1) as u64;
                *least = (*least).min(mix(hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
            }
        }
    }
    least
        .iter()
        .enumerate()
        .map(|(band, rows)| {
            rows.iter()
                .fold(band as u64 + 1, |hash, row| mix(hash.rotate_left(17) ^ row))
        })
        .collect()
}

/// The fingerprint of a post at its address: two records of one address that begin alike are one
/// post that two sources show, however short it is and wherever one of them cuts it.
pub fn at_address(address: &str, text: &str) -> u64 {
    let lower = text.to_lowercase();
    let words = lower.unicode_words().take(SHINGLE);
    words.fold(mix(fnv(address.as_bytes())), |hash, word| {
        mix(hash.rotate_left(23) ^ fnv(word.as_bytes()))
    })
}

/// FNV-1a: fixed for ever, unlike the standard library's hasher.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The finaliser of SplitMix64.
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(left: &str, right: &str) -> bool {
        let left = prints(left);
        prints(right).iter().any(|print| left.contains(print))
    }

    const PRAISE: &str = "This little lamp changed my evenings completely, the light is warm and \
        the battery lasts for a whole week of reading in bed, I ordered two more for my sisters";

    #[test]
    fn a_copy_is_known_whatever_its_case_link_handle_or_number() {
        let copy = format!(
            "@maria {} https://spam.example/77 12345!!!",
            PRAISE.to_uppercase()
        );
        assert!(share(PRAISE, &copy));
    }

    #[test]
    fn texts_on_the_same_thing_in_own_words_are_not_copies() {
        assert!(!share(
            PRAISE,
            "Got the lamp yesterday. Light is warm, but the battery of mine died after two days, \
             so I am sending it back and asking for my money"
        ));
    }

    #[test]
    fn a_short_exclamation_is_nobody_s_copy() {
        assert!(prints("love this lamp so much").is_empty());
        assert!(prints("好喜欢").is_empty());
        assert!(share(
            "这款小夜灯真的太好用了,晚上看书特别舒服",
            "这款小夜灯真的太好用了,晚上看书特别舒服!"
        ));
    }

    proptest! {
        #[test]
        fn any_text_has_none_or_all_bands(text in "\\PC{0,300}") {
            let count = prints(&text).len();
            prop_assert!(count == 0 || count == BANDS);
            prop_assert_eq!(prints(&text), prints(&text));
        }
    }
}
