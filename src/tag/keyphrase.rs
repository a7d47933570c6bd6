//! The phrases of a text that are worth counting, clean enough to print.
//!
//! A phrase is a row of one to three content words that stand together: no stop word at its
//! edges, no number alone, nothing out of a SKU mention, a handle or a link. It scores by how
//! rare its words are in the language, by hashtags and capitals, and by how early it stands.
//! Scripts without spaces are first cut into words by [`segment`](super::segment).

use super::background::{RARE_ZIPF, Words};
use super::normalise::Normalised;
use super::script::{Script, Spread};
use super::segment::segment;
use super::stopword::{GRAMMAR_ZIPF, StopWords};
use super::token::{Sort, Token};
use crate::record::Keyphrase;
use std::collections::BTreeMap;
use std::ops::Range;

/// Pieces of a text that are read.
const PIECES_MAX: usize = 1_500;
/// Words of a phrase at most, and words of an unspaced script.
const WORDS_MAX: usize = 3;
/// A title of at most this many words, or characters of an unspaced script, is one phrase.
const TITLE_WORDS_MAX: usize = 5;
const TITLE_CHARS_MAX: usize = 20;
/// Characters of a phrase at least and at most; an unspaced script says more with fewer.
const CHARS: Range<usize> = 3..41;
const UNSPACED_CHARS: Range<usize> = 2..13;

/// Words that may stand inside a phrase of three though they are stop words: `coffee of the
/// day` no, `máquina de café` yes.
const LINKS: &[&str] = &[
    "de", "du", "des", "da", "do", "dos", "das", "di", "del", "della", "la", "of", "à", "con",
    "para", "pour", "für", "a", "per", "d",
];

/// What a phrase is made of.
#[derive(Debug, Clone)]
struct Piece<'t> {
    word: &'t str,
    range: Range<usize>,
    unspaced: bool,
    /// Stop word, number or one letter: never at the edge of a phrase.
    weak: bool,
    number: bool,
    link: bool,
    hashtag: bool,
    capital: bool,
    zipf: f32,
    /// Nothing goes on from the piece before it.
    apart: bool,
}

/// What the finder reads.
pub struct Scene<'t> {
    /// The normalised text.
    pub normalised: &'t Normalised,
    /// Its tokens.
    pub tokens: &'t [Token],
    /// The raw text, for capitals.
    pub raw: &'t str,
    /// Its language, when known.
    pub language: Option<&'t str>,
    /// How common words are in that language.
    pub words: Option<Words<'t>>,
    /// Byte ranges of SKU mentions.
    pub mentions: &'t [Range<usize>],
}

/// The whole text as one phrase, if it is as short as the title of a ranking is.
pub fn whole_title(normalised: &Normalised, mentions: &[Range<usize>]) -> Option<Keyphrase> {
    let text = normalised.text.as_str();
    let phrase = clean_edges(text);
    let spread = Spread::of(phrase);
    let unspaced = spread.share(&[
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Thai,
        Script::Hangul,
    ]) > 0.5;
    let short = if unspaced {
        phrase.chars().count() <= TITLE_CHARS_MAX
    } else {
        phrase.split_whitespace().count() <= TITLE_WORDS_MAX && phrase.chars().count() <= 60
    };
    let fits = short
        && mentions.is_empty()
        && spread.total >= 2
        && !phrase.contains(['\n', '@'])
        && phrase
            .split_whitespace()
            .all(|word| word != super::normalise::LINK);
    fits.then(|| Keyphrase {
        phrase: phrase.to_owned(),
        score: 1.0,
    })
}

/// Strips marks and spaces from both ends.
fn clean_edges(text: &str) -> &str {
    text.trim_matches(|c: char| !super::script::is_word(c))
}

/// Up to `count` phrases, best first.
pub fn keyphrases(scene: &Scene<'_>, count: usize) -> Vec<Keyphrase> {
    let pieces = pieces(scene);
    let total = pieces.len().max(1) as f32;
    let mut found: BTreeMap<String, (f32, Range<usize>)> = BTreeMap::new();
    for start in 0..pieces.len() {
        for length in 1..=WORDS_MAX {
            let Some(row) = pieces.get(start..start + length) else {
                break;
            };
            if length > 1 && row[length - 1].apart {
                break;
            }
            let Some((phrase, score)) = judge(row) else {
                continue;
            };
            let early = 1.0 - 0.25 * (start as f32 / total);
            let range = row[0].range.start..row[length - 1].range.end;
            let entry = found.entry(phrase).or_insert((0.0, range));
            // A second occurrence adds a little.
            entry.0 = if entry.0 == 0.0 {
                score * early
            } else {
                (entry.0 * 1.1).max(score * early)
            };
        }
    }
    let mut ranked: Vec<(String, f32, Range<usize>)> = found
        .into_iter()
        .map(|(phrase, (score, range))| (phrase, score, range))
        .collect();
    ranked.sort_by(|left, right| {
        right
            .1
            .total_cmp(&left.1)
            .then_with(|| left.0.cmp(&right.0))
    });
    let mut out: Vec<Keyphrase> = Vec::new();
    let mut taken: Vec<Range<usize>> = Vec::new();
    for (phrase, score, range) in ranked {
        if out.len() == count {
            break;
        }
        let overlaps = taken
            .iter()
            .any(|other| range.start < other.end && other.start < range.end);
        let contained = out
            .iter()
            .any(|kept| kept.phrase.contains(&phrase) || phrase.contains(kept.phrase.as_str()));
        if overlaps || contained {
            continue;
        }
        taken.push(range);
        out.push(Keyphrase {
            phrase,
            score: score / (score + 6.0),
        });
    }
    out
}

/// The phrase of a row of pieces and its score, if it is fit to print.
fn judge(row: &[Piece<'_>]) -> Option<(String, f32)> {
    let (first, last) = (row.first()?, row.last()?);
    if first.weak || first.number || (last.weak && !last.number) {
        return None;
    }
    if row.len() == 1 && last.number {
        return None;
    }
    let inner = row.get(1..row.len() - 1).unwrap_or(&[]);
    if inner.iter().any(|piece| piece.weak && !piece.link) {
        return None;
    }
    if row.iter().any(|piece| piece.unspaced != first.unspaced) {
        // `glow 灯` is two phrases; a letter code before a word of an unspaced script is one.
        if !(row.len() == 2 && !first.unspaced && last.unspaced && first.word.len() <= 4) {
            return None;
        }
    }
    let mut phrase = String::new();
    for (at, piece) in row.iter().enumerate() {
        if at > 0 && !(piece.unspaced && row[at - 1].unspaced) {
            phrase.push(' ');
        }
        phrase.push_str(piece.word);
    }
    let chars = phrase.chars().count();
    let limits = if first.unspaced {
        UNSPACED_CHARS
    } else {
        CHARS
    };
    if !limits.contains(&chars) {
        return None;
    }
    let rarity = |piece: &Piece<'_>| {
        if piece.number || piece.link || piece.weak {
            0.5
        } else {
            (7.0 - piece.zipf).max(0.2)
        }
    };
    let sum: f32 = row.iter().map(rarity).sum();
    let content = row
        .iter()
        .filter(|piece| !piece.weak && !piece.number)
        .count() as f32;
    // A single word must be telling by itself; two words together tell most.
    let single = row.len() == 1;
    if single && first.zipf >= 4.6 && !first.hashtag {
        return None;
    }
    let mut score = sum / content.max(1.0).powf(0.55);
    if single && !first.hashtag && !first.capital {
        score *= 0.75;
    }
    if first.hashtag {
        score *= 1.3;
    }
    if row
        .iter()
        .all(|piece| piece.capital || piece.number || piece.link)
    {
        score *= 1.15;
    }
    if row.iter().any(|piece| piece.number) {
        score *= 0.9;
    }
    Some((phrase, score))
}

/// Cuts the text into words with what is known of each.
fn pieces<'t>(scene: &Scene<'t>) -> Vec<Piece<'t>> {
    let stop = StopWords::of(scene.language);
    let text = scene.normalised.text.as_str();
    let capitals = Capitals::of(scene);
    let mut out: Vec<Piece<'t>> = Vec::new();
    let mut apart = true;
    let mut hashtag = false;
    for token in scene.tokens {
        if out.len() >= PIECES_MAX {
            break;
        }
        let word = token.of(text);
        match token.sort {
            Sort::Word | Sort::Number | Sort::Run => {}
            // A hyphen inside a word joins: `air-fryer`.
            Sort::Mark if word == "-" && !token.spaced => continue,
            Sort::Mark => {
                hashtag = word == "#" || word == "＃";
                apart = true;
                continue;
            }
            _ => {
                hashtag = false;
                apart = true;
                continue;
            }
        }
        let inside = |range: &Range<usize>| {
            scene
                .mentions
                .iter()
                .any(|mention| range.start < mention.end && mention.start < range.end)
        };
        let parts: Vec<Range<usize>> = if token.sort == Sort::Run {
            segment(text, token.range(), scene.words)
        } else {
            vec![token.range()]
        };
        for range in parts {
            if inside(&range) {
                apart = true;
                continue;
            }
            let word = &text[range.clone()];
            let unspaced = token.sort == Sort::Run;
            let number = token.sort == Sort::Number;
            let word = if unspaced {
                word
            } else {
                trim_particle(word, scene)
            };
            let zipf = scene
                .words
                .and_then(|words| words.zipf(word))
                .unwrap_or(RARE_ZIPF);
            let chars = word.chars().count();
            let stopped = stop.contains(word) || zipf >= GRAMMAR_ZIPF;
            let tiny = if unspaced {
                chars < 2
            } else {
                chars < 2 && !number
            };
            // Hiragana between words is grammar.
            let kana = unspaced
                && word
                    .chars()
                    .all(|c| Script::of(c) == Some(Script::Hiragana));
            // A long number is an id, and a word with an apostrophe is a contraction.
            let odd = (number && chars > 4) || (word.contains(['\'', '’']) && chars < 6);
            out.push(Piece {
                capital: capitals.starts_at(range.start),
                word,
                unspaced,
                weak: (stopped || tiny || kana || odd) && !hashtag,
                number,
                link: LINKS.contains(&word),
                hashtag,
                zipf,
                apart,
                range,
            });
            apart = false;
        }
        // What follows a hashtag begins anew.
        apart |= hashtag;
        hashtag = false;
    }
    out
}

/// Korean adds particles to nouns without a space; the most frequent ones are cut off.
fn trim_particle<'w>(word: &'w str, scene: &Scene<'_>) -> &'w str {
    const PARTICLES: [&str; 16] = [
        "에서는",
        "에서",
        "으로",
        "이랑",
        "까지",
        "부터",
        "에게",
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "의",
        "에",
        "로",
    ];
    if scene.language != Some("ko") {
        return word.trim_end_matches("'s").trim_end_matches("’s");
    }
    PARTICLES
        .iter()
        .find_map(|particle| word.strip_suffix(particle))
        .filter(|stem| stem.chars().count() >= 2)
        .unwrap_or(word)
}

/// Which words of the raw text start with a capital that says something.
struct Capitals {
    places: Vec<usize>,
}

impl Capitals {
    fn of(scene: &Scene<'_>) -> Capitals {
        let normalised = scene.normalised;
        // In texts in capitals, or with a capital on every word, capitals say nothing.
        let telling = normalised.capitals * 4 < normalised.cased && scene.language != Some("de");
        let mut places = Vec::new();
        if telling && normalised.capitals > 0 {
            let mut raw = scene.raw.chars().enumerate();
            let mut next = raw.next();
            for token in scene.tokens {
                let at = normalised.raw(token.range()).start;
                while next.is_some_and(|(place, _)| place < at) {
                    next = raw.next();
                }
                if next.is_some_and(|(place, c)| place == at && c.is_uppercase()) {
                    places.push(token.start as usize);
                }
            }
        }
        Capitals { places }
    }

    fn starts_at(&self, byte: usize) -> bool {
        self.places.binary_search(&byte).is_ok()
    }
}
