//! Fingerprints of a text: equal ones mean nearly equal texts.
//!
//! MinHash (Broder 1997) over shingles of three words, in bands: two texts that share 90 % of
//! their shingles share a band with a chance of 0.96, at 50 % with 0.18, at 20 % with 0.005.
//!
//! What campaigns vary is not read at all: case, width and style of letters, punctuation, emoji,
//! links, handles, numbers in any script, and hashtags, as long as words enough are left.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Bands, each one fingerprint.
const BANDS: usize = 3;
/// Minima in a band: all of them must agree.
const ROWS: usize = 4;
/// Words in a shingle.
const SHINGLE: usize = 3;
/// A shorter text says the same as others by chance.
const WORDS_MIN: usize = 6;
/// The same in scripts without spaces, where each character is a word of its own: people wish
/// each other a happy new year in seven.
const CHARS_MIN: usize = 12;
/// Words read; what follows changes nothing.
const WORDS_MAX: usize = 400;
/// Characters read, so that a hostile text costs no more than a long one.
const CHARS_MAX: usize = 16_000;

/// The fingerprints of a text; none for a text too short to be a copy of another.
pub fn prints(text: &str) -> Vec<u64> {
    let plain: String = text
        .chars()
        .take(CHARS_MAX)
        .filter(|c| !is_unseen(*c))
        .nfkc()
        .flat_map(char::to_lowercase)
        .collect();
    let mut words: Vec<u64> = Vec::new();
    let mut hashtags: Vec<u64> = Vec::new();
    // Words as they count towards the least number: a character of Chinese or Thai is half of one.
    let mut weight = 0;
    for chunk in plain.split_whitespace() {
        let chunk =
            chunk.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '#'));
        if chunk.starts_with('@') || is_link(chunk) || words.len() >= WORDS_MAX {
            continue;
        }
        // Digits in any script, alone or beside a mark or a unit, say how much, not what.
        let mut own = chunk
            .unicode_words()
            .filter(|word| !word.chars().any(char::is_numeric));
        if chunk.starts_with('#') {
            hashtags.extend(own.map(|word| fnv(word.as_bytes())));
        } else if words.is_empty() && chunk == "rt" {
            // A repost by hand.
        } else {
            own.try_for_each(|word| {
                weight += if is_unspaced(word) {
                    WORDS_MIN
                } else {
                    CHARS_MIN
                };
                words.push(fnv(word.as_bytes()));
                (words.len() < WORDS_MAX).then_some(())
            });
        }
    }
    if weight < WORDS_MIN * CHARS_MIN {
        // A text of hashtags is known by which they are, in whatever order.
        hashtags.sort_unstable();
        hashtags.dedup();
        words.extend(hashtags.into_iter().take(WORDS_MAX));
        if words.len() < CHARS_MIN {
            return Vec::new();
        }
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

/// Characters that nobody sees: joiners, marks of direction, soft hyphens, variation selectors.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// An address, with its scheme or without: `https://a.example`, `www.a.example`, `t.me/offers`.
fn is_link(chunk: &str) -> bool {
    let bare = |chunk: &str| {
        chunk
            .split_once('/')
            .is_some_and(|(host, _)| host.contains('.') && host.is_ascii())
    };
    chunk.contains("://") || chunk.starts_with("www.") || bare(chunk)
}

/// Whether each character of a script is cut off as a word.
fn is_unspaced(word: &str) -> bool {
    word.chars().next().is_some_and(|c| {
        matches!(u32::from(c), 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff
            | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
    })
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
    fn what_campaigns_vary_makes_no_difference() {
        let original = "Our new portable blender makes smoothies anywhere, order today for $15.99 \
            and get free shipping to your door #blender #kitchen #smoothie #deal";
        for copy in [
            "RT @shop: Our new portable blender makes smoothies anywhere, order today for $12.50 \
             and get free shipping to your door #deal #smoothie #kitchen #blender",
            "🔥🔥 Our new portable blender makes smoothies anywhere 🍓 order today for ١٢ and get \
             free shipping to your door 👉 t.me/deals www.shop.example",
            "Ｏｕｒ ｎｅｗ portable blender makes smoothies anywhere, order today for 20% and get \
             free ship\u{200b}ping to your door",
            "𝐎𝐮𝐫 𝐧𝐞𝐰 𝐩𝐨𝐫𝐭𝐚𝐛𝐥𝐞 blender makes smoothies anywhere, order today for and get free \
             shipping to your door #other #tags #entirely",
        ] {
            assert!(share(original, copy), "{copy}");
        }
        let tags =
            "#a1 #lamp #light #desk #home #decor #room #cosy #night #gift #warm #reading #led #new";
        let shuffled =
            "#reading #new #desk #home #led #room #cosy #light #gift #night #warm #decor #lamp";
        assert!(share(tags, shuffled));
        assert!(share(
            "新款便携榨汁机 3 天发货,随时随地喝鲜榨果汁,现在下单立减 50 元 #榨汁机 #好物",
            "新款便携榨汁机 ５ 天发货,随时随地喝鲜榨果汁,现在下单立减 30 元 🍊 #好物推荐"
        ));
    }

    #[test]
    fn a_text_of_one_letter_takes_no_time_and_marks_alone_have_none() {
        assert!(prints(&"a".repeat(1 << 20)).is_empty());
        assert!(prints(&"\u{202e}\u{200b}!?".repeat(1 << 18)).is_empty());
        assert!(prints(&"#tag ".repeat(10_000)).is_empty());
        assert!(prints("新年快乐万事如意").is_empty());
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
