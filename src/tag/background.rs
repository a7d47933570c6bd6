//! How common words are in each language: what makes a phrase stand out and a product name
//! ambiguous. Made by `groundswell model train` from word lists; holds hashes, no words.
//!
//! File, little-endian: magic `GSWWORDS`, format version u32, language count u16, per language
//! its code (u8 length, text) and word count u32, then all words sorted within their language as
//! u32 (hash in the upper 24 bits, 30 × Zipf value in the lower 8), and BLAKE3 of all before it.

use super::hash::{fold, hash_text};
use super::linear::ModelError;

const MAGIC: &[u8; 8] = b"GSWWORDS";
const FORMAT_VERSION: u32 = 1;
const HASH_BYTES: usize = 32;
/// Steps of the stored value per unit of the Zipf scale.
const STEPS: f32 = 30.0;

/// Zipf value (log10 of occurrences in 10^9 words) that stands for words not in the list.
pub const RARE_ZIPF: f32 = 2.0;

/// Word frequencies by language.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Background {
    languages: Vec<(String, List)>,
}

/// The packed words of a language under their hashes; open addressing, 0 is empty.
#[derive(Debug, Clone, Default, PartialEq)]
struct List {
    slots: Vec<u32>,
    /// The lowest Zipf value, in steps.
    floor: Option<u32>,
}

impl List {
    fn new(words: &[u32]) -> List {
        let mut list = List {
            slots: vec![0; (words.len() * 2).next_power_of_two()],
            floor: words.iter().map(|word| word & 0xff).min(),
        };
        for word in words {
            let mut slot = list.first_slot(word >> 8);
            while list.slots[slot] != 0 {
                slot = (slot + 1) & (list.slots.len() - 1);
            }
            list.slots[slot] = *word;
        }
        list
    }

    fn first_slot(&self, key: u32) -> usize {
        key as usize & (self.slots.len() - 1)
    }

    /// In order.
    fn sorted(&self) -> Vec<u32> {
        let mut words: Vec<u32> = self
            .slots
            .iter()
            .copied()
            .filter(|word| *word != 0)
            .collect();
        words.sort_unstable();
        words
    }

    fn words(&self) -> Words<'_> {
        Words { list: self }
    }
}

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub struct Words<'b> {
    list: &'b List,
}

impl Background {
    /// Packs word lists: language, then words with their Zipf values.
    pub fn pack(lists: &[(String, Vec<(String, f32)>)]) -> Background {
        let languages = lists
            .iter()
            .map(|(language, words)| {
                let mut packed: Vec<u32> = words
                    .iter()
                    .map(|(word, zipf)| key(word) << 8 | (zipf * STEPS).clamp(0.0, 255.0) as u32)
                    .collect();
                // Of two words with one hash the more frequent counts.
                packed.sort_unstable_by_key(|entry| (entry >> 8, u32::MAX - entry));
                packed.dedup_by_key(|entry| *entry >> 8);
                (language.clone(), List::new(&packed))
            })
            .collect();
        Background { languages }
    }

    /// Reads a file; `name` is for messages.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Background, ModelError> {
        let name = || name.to_owned();
        if bytes.get(..MAGIC.len()) != Some(MAGIC.as_slice()) {
            return Err(ModelError::NotAModel { name: name() });
        }
        let cut = || ModelError::Cut {
            name: name(),
            bytes: bytes.len(),
        };
        let body_end = bytes
            .len()
            .checked_sub(HASH_BYTES)
            .filter(|end| *end >= MAGIC.len())
            .ok_or_else(cut)?;
        let (version, rest) = bytes[MAGIC.len()..body_end]
            .split_first_chunk::<4>()
            .ok_or_else(cut)?;
        let found = u32::from_le_bytes(*version);
        if found != FORMAT_VERSION {
            return Err(ModelError::Version {
                name: name(),
                what: "format",
                found,
                wanted: FORMAT_VERSION,
            });
        }
        let languages = read_languages(rest).ok_or_else(cut)?;
        if blake3::hash(&bytes[..body_end]).as_bytes() != &bytes[body_end..] {
            return Err(ModelError::Damaged {
                name: name(),
                why: "its hash does not fit its bytes",
            });
        }
        Ok(Background { languages })
    }

    /// The bytes of the file.
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        out.extend_from_slice(&(self.languages.len() as u16).to_le_bytes());
        let lists: Vec<Vec<u32>> = self
            .languages
            .iter()
            .map(|(_, list)| list.sorted())
            .collect();
        for ((language, _), words) in self.languages.iter().zip(&lists) {
            out.push(language.len() as u8);
            out.extend_from_slice(language.as_bytes());
            out.extend_from_slice(&(words.len() as u32).to_le_bytes());
        }
        for word in lists.iter().flatten() {
            out.extend_from_slice(&word.to_le_bytes());
        }
        let hash = blake3::hash(&out);
        out.extend_from_slice(hash.as_bytes());
        out
    }

    /// The words of a language, if there is a list; the list of its primary subtag otherwise.
    pub fn of(&self, language: &str) -> Option<Words<'_>> {
        // Romanised Hindi has nothing in common with the list in Devanagari.
        let wanted = match language {
            "hi-Latn" => return None,
            other => other.split('-').next().unwrap_or(other),
        };
        self.languages
            .iter()
            .find(|(code, _)| code == wanted)
            .map(|(_, list)| list.words())
    }

    /// The highest Zipf value of a normalised word in any language.
    pub fn anywhere(&self, word: &str) -> Option<f32> {
        let key = key(word);
        self.languages
            .iter()
            .filter_map(|(_, list)| list.words().by_key(key))
            .reduce(f32::max)
    }

    /// Languages with a list.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|(code, _)| code.as_str())
    }
}

impl Words<'_> {
    /// The lowest Zipf value of the words listed; `None`: none is.
    pub fn floor(&self) -> Option<f32> {
        self.list.floor.map(|steps| steps as f32 / STEPS)
    }

    /// The Zipf value of a normalised word; `None`: not among the words listed.
    pub fn zipf(&self, word: &str) -> Option<f32> {
        self.by_key(key(word))
    }

    /// The Zipf value of a word whose [`hash_word`] is known.
    pub fn zipf_of(&self, hash: u64) -> Option<f32> {
        self.by_key(fold(hash) >> 8)
    }

    fn by_key(&self, key: u32) -> Option<f32> {
        let slots = &self.list.slots;
        let mut slot = self.list.first_slot(key);
        // At least half of the slots are empty.
        let entry = loop {
            match slots.get(slot) {
                None | Some(0) => return None,
                Some(entry) if entry >> 8 == key => break entry,
                Some(_) => slot = (slot + 1) & (slots.len() - 1),
            }
        };
        Some((entry & 0xff) as f32 / STEPS)
    }
}

fn read_languages(rest: &[u8]) -> Option<Vec<(String, List)>> {
    let (count, mut rest) = rest.split_first_chunk::<2>()?;
    let mut heads = Vec::new();
    for _ in 0..u16::from_le_bytes(*count) {
        let (length, after) = rest.split_first()?;
        let (code, after) = after.split_at_checked(usize::from(*length))?;
        let (words, after) = after.split_first_chunk::<4>()?;
        let code = String::from_utf8(code.to_vec()).ok()?;
        heads.push((code, u32::from_le_bytes(*words) as usize));
        rest = after;
    }
    let mut languages = Vec::new();
    for (code, words) in heads {
        let (block, after) = rest.split_at_checked(words.checked_mul(4)?)?;
        let words: Vec<u32> = block
            .as_chunks::<4>()
            .0
            .iter()
            .map(|entry| u32::from_le_bytes(*entry))
            .collect();
        languages.push((code, List::new(&words)));
        rest = after;
    }
    rest.is_empty().then_some(languages)
}

/// The hash under which lists hold a normalised word.
pub fn hash_word(word: &str) -> u64 {
    hash_text(b'b', word)
}

/// 24 bits of a word.
fn key(word: &str) -> u32 {
    fold(hash_word(word)) >> 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Background {
        Background::pack(&[
            (
                "en".into(),
                vec![("the".into(), 7.7), ("blender".into(), 3.4)],
            ),
            ("de".into(), vec![("die".into(), 7.6)]),
        ])
    }

    #[test]
    fn words_come_back_with_their_frequency() {
        let background = Background::read("b", &small().write()).unwrap();
        assert_eq!(background, small());
        let english = background.of("en-GB").unwrap();
        assert!((english.zipf("blender").unwrap() - 3.4).abs() < 0.05);
        assert_eq!(english.zipf("glowbuds"), None);
        assert!(background.of("xx").is_none());
        assert!((background.anywhere("die").unwrap() - 7.6).abs() < 0.05);
    }

    #[test]
    fn cut_and_foreign_files_are_refused() {
        let bytes = small().write();
        for length in 8..bytes.len() {
            assert!(Background::read("b", &bytes[..length]).is_err(), "{length}");
        }
        assert!(matches!(
            Background::read("b", b"PK\x03\x04 something else"),
            Err(ModelError::NotAModel { .. })
        ));
    }
}
