//! Many phrases looked for in a text at once, whole words only.
//!
//! A phrase of ASCII words begins and ends where an ASCII word of the text does, so it is found
//! by hashes of rows of words: the time does not depend on how many phrases there are. All other
//! phrases, such as Chinese ones, are found by an Aho-Corasick automaton, which a text of ASCII
//! alone never enters.

use super::hash::{SEED, step};
use super::script::{Script, is_mark, is_word};
use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::Range;

/// Stands for a row of words that begins phrases but is none.
const NO_PHRASE: u32 = u32::MAX;

/// A row of ASCII letters and digits in a text.
#[derive(Debug, Clone, Copy)]
pub struct Atom {
    start: u32,
    end: u32,
    hash: u64,
}

/// Finds the atoms of a text; `out` is emptied before.
pub fn atoms(text: &str, out: &mut Vec<Atom>) {
    out.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut hash = SEED;
        while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric()) {
            hash = step(hash, u64::from(*byte));
            at += 1;
        }
        if at > start {
            out.push(Atom {
                start: start as u32,
                end: at as u32,
                hash,
            });
        } else {
            at += 1;
        }
    }
}

/// A set of different phrases; each is known by its place in the order they were given in.
#[derive(Debug, Default)]
pub struct Phrases {
    /// All phrases, one after another.
    pool: String,
    /// Where each ends in the pool.
    ends: Vec<u32>,
    /// Rows of words that phrases are or begin with; open addressing.
    rows: Vec<Row>,
    /// The phrases that are no rows of ASCII words, and which they are.
    others: Option<(AhoCorasick, Vec<u32>)>,
    /// A text without any of these bytes holds none of those: the first byte outside ASCII of
    /// each, or all bytes where one has none.
    needed: Vec<bool>,
}

/// A row of words under its hash.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// 0 is an empty place; the lowest bit says that longer phrases begin with this row.
    hash: u32,
    /// The phrase, or [`NO_PHRASE`].
    phrase: u32,
}

const LONGER: u32 = 1;
/// Atoms that are looked up together.
const AHEAD: usize = 32;

impl Phrases {
    /// A set of phrases without duplicates, their separators folded as those of the texts are.
    pub fn new<'p>(phrases: impl Iterator<Item = &'p str>) -> Phrases {
        let mut out = Phrases {
            needed: vec![false; 256],
            ..Phrases::default()
        };
        let mut others = Vec::new();
        let mut parts = Vec::new();
        // Rows that this phrase does not share with the one before it: all, if they are sorted.
        let mut count = 0;
        let (mut before, mut now): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
        for phrase in phrases {
            out.pool.push_str(phrase);
            out.ends.push(out.pool.len() as u32);
            if !is_row(phrase) {
                others.push(out.ends.len() as u32 - 1);
                match phrase.bytes().find(|byte| !byte.is_ascii()) {
                    Some(byte) => out.needed[usize::from(byte)] = true,
                    None => out.needed.fill(true),
                }
            } else {
                atoms(phrase, &mut parts);
                now.clear();
                now.extend(row_hashes(phrase.as_bytes(), &parts));
                let shared = now.iter().zip(&before).take_while(|(now, old)| now == old);
                count += now.len() - shared.count();
                std::mem::swap(&mut now, &mut before);
            }
        }
        out.ends.shrink_to_fit();
        out.pool.shrink_to_fit();
        out.rows = vec![
            Row {
                hash: 0,
                phrase: NO_PHRASE
            };
            (count * 3 / 2 + 1).next_power_of_two()
        ];
        for phrase in 0..out.ends.len() {
            let text = out.text(phrase);
            if is_row(text) {
                atoms(text, &mut parts);
                let hashes = row_hashes(text.as_bytes(), &parts);
                let last = parts.len() - 1;
                for (at, hash) in hashes.collect::<Vec<_>>().into_iter().enumerate() {
                    out.insert(hash, (at == last).then_some(phrase as u32));
                }
            }
        }
        if !others.is_empty() {
            // Overlapping search: the longest phrase may fail at its edge where a shorter holds.
            // The builder only fails beyond 2^31 states, far above what a catalogue file can hold.
            let texts = others.iter().map(|phrase| out.text(*phrase as usize));
            out.others = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(texts)
                .ok()
                .map(|automaton| (automaton, others));
        }
        out
    }

    /// Number of phrases.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a phrase; empty where there is none.
    pub fn text(&self, phrase: usize) -> &str {
        let start = match phrase.checked_sub(1) {
            Some(before) => self.ends.get(before).copied(),
            None => Some(0),
        };
        let end = self.ends.get(phrase).copied();
        let range = start
            .zip(end)
            .map(|(start, end)| start as usize..end as usize);
        range.and_then(|range| self.pool.get(range)).unwrap_or("")
    }

    /// Tells `hit` of every phrase that stands whole in a text, until it answers `false`.
    ///
    /// `folded` is the text with its separators folded, byte for byte; `atoms` are its words.
    pub fn find(
        &self,
        text: &str,
        folded: &[u8],
        atoms: &[Atom],
        mut hit: impl FnMut(usize, Range<usize>) -> bool,
    ) {
        let mut begins = [false; AHEAD];
        for (at, first) in atoms.iter().enumerate() {
            if at % AHEAD == 0 {
                self.look_ahead(&atoms[at..], &mut begins);
            }
            if !begins[at % AHEAD] {
                continue;
            }
            let start = first.start as usize;
            for (hash, last) in row_hashes(folded, &atoms[at..]).zip(&atoms[at..]) {
                let Some(row) = self.row(hash) else {
                    break;
                };
                let range = start..last.end as usize;
                if row.phrase != NO_PHRASE
                    && folded.get(range.clone()) == Some(self.text(row.phrase as usize).as_bytes())
                    && (has_ascii_edges(folded, &range) || is_whole(text, &range))
                    && !hit(row.phrase as usize, range)
                {
                    return;
                }
                if row.hash & LONGER == 0 {
                    break;
                }
            }
        }
        let Some((automaton, phrases)) = &self.others else {
            return;
        };
        if !folded.iter().any(|byte| self.needed[usize::from(*byte)]) {
            return;
        }
        for found in automaton.find_overlapping_iter(folded) {
            let range = found.start()..found.end();
            if let Some(phrase) = phrases.get(found.pattern().as_usize())
                && is_whole(text, &range)
                && !hit(*phrase as usize, range)
            {
                return;
            }
        }
    }

    /// Which of the next atoms may begin a phrase. Nothing here waits for what was read before,
    /// so the memory is asked for all of them at once.
    fn look_ahead(&self, atoms: &[Atom], begins: &mut [bool; AHEAD]) {
        for (begins, atom) in begins.iter_mut().zip(atoms) {
            let (place, _) = self.place(step(SEED, atom.hash));
            *begins = self.rows.get(place).is_some_and(|row| row.hash != 0);
        }
    }

    fn row(&self, hash: u64) -> Option<Row> {
        let (mut place, key) = self.place(hash);
        loop {
            let row = *self.rows.get(place)?;
            if row.hash & !LONGER == key {
                return Some(row);
            }
            if row.hash == 0 {
                return None;
            }
            place = (place + 1) & (self.rows.len() - 1);
        }
    }

    /// Enters a row of words: a phrase, or only the beginning of one.
    fn insert(&mut self, hash: u64, phrase: Option<u32>) {
        let (mut place, key) = self.place(hash);
        while self.rows[place].hash != 0 && self.rows[place].hash & !LONGER != key {
            place = (place + 1) & (self.rows.len() - 1);
        }
        let row = &mut self.rows[place];
        row.hash |= key;
        match phrase {
            Some(phrase) => row.phrase = phrase,
            None => row.hash |= LONGER,
        }
    }

    /// The place that a hash is looked for at first, and the part of it that is kept there.
    fn place(&self, hash: u64) -> (usize, u32) {
        let mixed = (hash ^ hash >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let key = (mixed >> 32) as u32 & !LONGER;
        (mixed as usize & (self.rows.len() - 1), key.max(2))
    }
}

/// Whether a phrase begins and ends with an ASCII letter or digit and is of ASCII alone.
fn is_row(phrase: &str) -> bool {
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    phrase.is_ascii() && edge(phrase.bytes().next()) && edge(phrase.bytes().next_back())
}

/// The hash of the first atom, of the first two with what is between them, and so on.
fn row_hashes<'t>(text: &'t [u8], atoms: &'t [Atom]) -> impl Iterator<Item = u64> + use<'t> {
    let mut hash = SEED;
    let mut end = atoms.first().map_or(0, |first| first.start as usize);
    atoms.iter().map(move |atom| {
        for byte in text.get(end..atom.start as usize).unwrap_or(&[]) {
            hash = step(hash, u64::from(*byte));
        }
        end = atom.end as usize;
        hash = step(hash, atom.hash);
        hash
    })
}

/// Whether a range between atoms has only ASCII beside it, so that it is whole for sure.
fn has_ascii_edges(text: &[u8], range: &Range<usize>) -> bool {
    let ascii = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii);
    let before = range.start.checked_sub(1);
    ascii(before.and_then(|before| text.get(before))) && ascii(text.get(range.end))
}

/// Whether a range of a text is not a piece of a longer word.
///
/// In scripts with spaces both edges must be word edges. Chinese, Thai and hiragana have no
/// edges to ask for; katakana words end where another script begins; Korean adds its particles
/// behind a name without a space.
pub fn is_whole(folded: &str, range: &Range<usize>) -> bool {
    let (Some(before), Some(inside), Some(after)) = (
        folded.get(..range.start),
        folded.get(range.clone()),
        folded.get(range.end..),
    ) else {
        return false;
    };
    let (before, after) = (before.chars().next_back(), after.chars().next());
    let (Some(first), Some(last)) = (inside.chars().next(), inside.chars().next_back()) else {
        return false;
    };
    if after.is_some_and(is_mark) {
        return false;
    }
    let starts = before.is_none_or(|before| is_edge(before, first));
    let ends = after.is_none_or(|after| {
        is_edge(last, after) || (Script::of(after) == Some(Script::Hangul) && is_word(last))
    });
    starts && ends
}

fn is_edge(left: char, right: char) -> bool {
    if !is_word(left) || !is_word(right) {
        return true;
    }
    match (Script::of(left), Script::of(right)) {
        (Some(Script::Katakana), Some(Script::Katakana)) => false,
        (Some(left), Some(right)) => left.is_unspaced() || right.is_unspaced(),
        (Some(script), None) | (None, Some(script)) => script.is_unspaced(),
        // Two digits are one number.
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrases: &[&str], text: &str) -> Vec<String> {
        let set = Phrases::new(phrases.iter().copied());
        let mut parts = Vec::new();
        atoms(text, &mut parts);
        let mut out = Vec::new();
        set.find(text, text.as_bytes(), &parts, |phrase, range| {
            assert_eq!(&text[range], phrases[phrase]);
            out.push(phrases[phrase].to_owned());
            true
        });
        out.sort();
        out
    }

    #[test]
    fn rows_of_words_are_found_whole_and_inside_each_other() {
        let set = [
            "glow",
            "glow buds",
            "glow buds 2",
            "buds",
            "don't buy",
            "c++",
            "灯",
            "50% off",
        ];
        assert_eq!(
            found(&set, "my glow buds 2, don't buy c++"),
            [
                "buds",
                "c++",
                "don't buy",
                "glow",
                "glow buds",
                "glow buds 2"
            ]
        );
        assert_eq!(
            found(&set, "glow, buds myglow glows don t buy"),
            ["buds", "glow"]
        );
        assert_eq!(found(&set, "买了glow灯 50% off"), ["50% off", "glow", "灯"]);
        assert!(found(&set, "églow glowé").is_empty());
        assert_eq!(found(&set, "glow를"), ["glow"]);
        assert!(found(&[], "glow").is_empty());
    }

    #[test]
    fn a_finder_that_has_enough_is_told_no_more() {
        let set = Phrases::new(["a", "灯"].into_iter());
        let text = "a a a 灯 灯";
        let mut parts = Vec::new();
        atoms(text, &mut parts);
        let mut count = 0;
        set.find(text, text.as_bytes(), &parts, |_, _| {
            count += 1;
            count < 2
        });
        assert_eq!(count, 2);
    }
}
