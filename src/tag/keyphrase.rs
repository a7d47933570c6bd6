//! The phrases of a text that are worth counting, clean enough to print.
//!
//! A phrase is a row of one to four content words that stand together: no stop word or verb at its
//! edges, no number alone, nothing out of a SKU mention, a handle or a link. It scores by how
//! rare its words are in the language, how often they stand in the text, whether the row is all
//! that stands between two edges, by hashtags and capitals, and by how early it stands.
//! The words come from [`piece`](super::piece).

use super::hash::{SEED, step};
use super::normalise::Normalised;
use super::piece::{Piece, Scene, pieces};
use super::script::{Script, Spread};
use crate::record::Keyphrase;
use std::ops::Range;

/// Words of a phrase at most. The longest must be all that stands between two edges.
const WORDS_MAX: usize = 4;
/// Words of a text from which on it is worth counting how often each stands in it.
const COUNTED_MIN: usize = 24;
/// A title of at most this many words, or characters of an unspaced script, is one phrase.
const TITLE_WORDS_MAX: usize = 5;
const TITLE_CHARS_MAX: usize = 20;
/// Characters of a phrase at least and at most; an unspaced script says more with fewer.
const CHARS: Range<usize> = 3..41;
const UNSPACED_CHARS: Range<usize> = 2..13;

/// A word as common as this or commoner is none by itself; each further time a long text says it
/// makes up for some of that, twice at most.
const SINGLE_ZIPF: f32 = 4.6;
const SINGLE_ZIPF_MORE: f32 = 0.5;
/// The Zipf value at which a word would tell nothing.
const COMMON_ZIPF: f32 = 9.0;
/// What a stop word or number in a phrase adds.
const RARITY_WEAK: f32 = 0.2;
/// What it adds that a word comes again, by the logarithm of how often.
const OFTEN: f32 = 0.35;
/// What the sum of the words of a phrase is divided by, between sum and mean: their number to the
/// power of 3/4.
const LENGTH: [f32; WORDS_MAX + 1] = [1.0, 1.0, 1.682, 2.280, 2.828];
/// What is left of the score of a phrase with one edge, or both, in the middle of a longer one.
const OPEN: [f32; 3] = [1.0, 0.4, 0.35];
/// What is left of the score of the last phrase of a text, against the first.
const LATE: f32 = 0.75;
/// Factors of a phrase with an inner stop word, that begins with a participle, of one word, with
/// a number.
const LINKED: f32 = 0.55;
const PARTICIPLE: f32 = 0.6;
const SINGLE: f32 = 0.9;
const NUMBERED: f32 = 0.5;
/// Factors of a hashtag, of capitals, and of each further time a phrase stands in the text.
const HASHTAG: f32 = 1.3;
const CAPITALS: f32 = 1.3;
const AGAIN: f32 = 1.1;

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

/// Working space of the finder, used again for text after text.
#[derive(Debug, Default)]
pub struct Space {
    pieces: Vec<Piece>,
    /// Hashes of the words of a long text, sorted.
    often: Vec<u64>,
    found: Vec<Found>,
}

/// A row of pieces that makes a phrase.
#[derive(Debug)]
struct Found {
    /// Hash of its phrase.
    hash: u64,
    /// Places of its pieces.
    row: Range<usize>,
    score: f32,
}

/// Up to `count` phrases, best first.
pub fn keyphrases(scene: &Scene<'_>, count: usize, space: &mut Space) -> Vec<Keyphrase> {
    if count == 0 {
        return Vec::new();
    }
    let text = scene.normalised.text.as_str();
    pieces(scene, &mut space.pieces);
    let pieces = space.pieces.as_slice();
    space.often.clear();
    if pieces.len() >= COUNTED_MIN {
        space.often.extend(pieces.iter().map(|piece| piece.key));
        space.often.sort_unstable();
    }
    let often = space.often.as_slice();
    let total = pieces.len().max(1) as f32;
    let found = &mut space.found;
    found.clear();
    for start in 0..pieces.len() {
        if pieces[start].weak || pieces[start].number {
            continue;
        }
        for length in 1..=WORDS_MAX {
            let end = start + length;
            let Some(row) = pieces.get(start..end) else {
                break;
            };
            let inner = row.get(length.wrapping_sub(2)).filter(|_| length > 2);
            if length > 1 && row[length - 1].apart
                || inner.is_some_and(|inner| inner.weak && !inner.link)
            {
                break;
            }
            let open = usize::from(goes_on(pieces, start)) + usize::from(goes_on(pieces, end));
            let Some(score) = judge(text, row, open, often) else {
                continue;
            };
            let early = 1.0 - (1.0 - LATE) * (start as f32 / total);
            found.push(Found {
                hash: hash_of(row),
                row: start..end,
                score: score * early,
            });
        }
    }
    // Rows of one phrase become one: the first of them, and each further one adds a little.
    found.sort_by_key(|found| found.hash);
    found.dedup_by(|next, kept| {
        let same = next.hash == kept.hash;
        if same {
            kept.score = kept.score.max(next.score) * AGAIN;
        }
        same
    });
    let phrase_of = |found: &Found| phrase_of(text, &pieces[found.row.clone()]);
    found.sort_unstable_by(|left, right| {
        right
            .score
            .total_cmp(&left.score)
            .then_with(|| phrase_of(left).cmp(&phrase_of(right)))
    });
    let mut out: Vec<Keyphrase> = Vec::with_capacity(count.min(found.len()));
    let mut taken: Vec<Range<usize>> = Vec::with_capacity(out.capacity());
    for found in found.iter() {
        if out.len() == count {
            break;
        }
        let row = &pieces[found.row.clone()];
        let range = row[0].range().start..row[row.len() - 1].range().end;
        let overlaps = taken
            .iter()
            .any(|other| range.start < other.end && other.start < range.end);
        if overlaps {
            continue;
        }
        let phrase = phrase_of(found);
        // Thai cries are drawn out over what looks like several words.
        if row[0].unspaced && super::verb::is_outcry(&phrase) {
            continue;
        }
        let contained = out
            .iter()
            .any(|kept| holds(&kept.phrase, &phrase) || holds(&phrase, &kept.phrase));
        if contained {
            continue;
        }
        taken.push(range);
        out.push(Keyphrase {
            phrase,
            score: found.score / (found.score + 6.0),
        });
    }
    out
}

/// Whether words that mean something stand on both sides of a place, so that a phrase cut there
/// is a piece of a longer one.
fn goes_on(pieces: &[Piece], at: usize) -> bool {
    let (Some(before), Some(after)) = (
        at.checked_sub(1).and_then(|at| pieces.get(at)),
        pieces.get(at),
    ) else {
        return false;
    };
    !after.apart && !before.weak && !after.weak
}

/// Whether a phrase stands in another, whole words only where words have edges.
fn holds(phrase: &str, part: &str) -> bool {
    phrase.len() >= part.len()
        && phrase.contains(part)
        && phrase
            .match_indices(part)
            .any(|(start, _)| super::phrases::is_whole(phrase, &(start..start + part.len())))
}

/// Whether a space stands before a piece of a row when it is printed.
fn parted(row: &[Piece], at: usize) -> bool {
    at > 0 && !(row[at].unspaced && row[at - 1].unspaced)
}

/// The text of a row of pieces.
fn phrase_of(text: &str, row: &[Piece]) -> String {
    let mut phrase = String::with_capacity(row.iter().map(|piece| piece.range().len() + 1).sum());
    for (at, piece) in row.iter().enumerate() {
        if parted(row, at) {
            phrase.push(' ');
        }
        phrase.push_str(piece.word(text));
    }
    phrase
}

/// What a phrase and its plurals have in common.
fn hash_of(row: &[Piece]) -> u64 {
    row.iter().fold(SEED, |hash, piece| step(hash, piece.key))
}

/// How often a word stands in the text.
fn count_of(often: &[u64], key: u64) -> usize {
    let from = often.partition_point(|other| *other < key);
    often[from..]
        .iter()
        .take_while(|other| **other == key)
        .count()
}

/// The score of a row of pieces, if its phrase is fit to print. `open`: how many of its two edges
/// are cut out of the middle of a longer phrase; `often`: the words of a long text, sorted.
fn judge(text: &str, row: &[Piece], open: usize, often: &[u64]) -> Option<f32> {
    let (first, last) = (row.first()?, row.last()?);
    if first.weak || first.number || (last.weak && !last.number) || last.tail {
        return None;
    }
    if row.len() == WORDS_MAX && (open > 0 || first.unspaced) {
        return None;
    }
    if row.len() == 1 && last.number || last.small || row.iter().any(|piece| piece.ragged) {
        return None;
    }
    let inner = row.get(1..row.len() - 1).unwrap_or(&[]);
    if inner.iter().any(|piece| piece.weak && !piece.link) {
        return None;
    }
    if row.iter().any(|piece| piece.unspaced != first.unspaced) {
        // `glow 灯` is two phrases; a letter code before a word of an unspaced script is one.
        if !(row.len() == 2 && !first.unspaced && last.unspaced && first.word(text).len() <= 4) {
            return None;
        }
    }
    let spaces = (0..row.len()).filter(|at| parted(row, *at)).count();
    let chars = spaces + row.iter().map(|piece| piece.chars).sum::<usize>();
    let limits = if first.unspaced {
        UNSPACED_CHARS
    } else {
        CHARS
    };
    if !limits.contains(&chars) {
        return None;
    }
    let single = row.len() == 1;
    let count = |piece: &Piece| match often {
        [] => 1,
        often => count_of(often, piece.key),
    };
    // A single word must be telling by itself, or be what the text keeps coming back to.
    if single && !first.hashtag {
        let more = if often.is_empty() {
            0.0
        } else {
            (count(first) - 1).min(2) as f32 * SINGLE_ZIPF_MORE
        };
        if first.zipf >= SINGLE_ZIPF + more {
            return None;
        }
    }
    let rarity = |piece: &Piece| {
        if piece.number || piece.link || piece.weak {
            RARITY_WEAK
        } else {
            let rare = COMMON_ZIPF - piece.zipf;
            if often.is_empty() {
                rare
            } else {
                rare * (1.0 + OFTEN * (count(piece) as f32).ln())
            }
        }
    };
    let sum: f32 = row.iter().map(rarity).sum();
    let content = row
        .iter()
        .filter(|piece| !piece.weak && !piece.number)
        .count();
    let mut score = sum / LENGTH[content.min(WORDS_MAX)];
    score *= OPEN[open.min(2)];
    if inner.iter().any(|piece| piece.link) {
        score *= LINKED;
    }
    if first.tail {
        score *= PARTICIPLE;
    }
    if single && !first.hashtag && !first.capital {
        score *= SINGLE;
    }
    if first.hashtag {
        score *= HASHTAG;
    }
    if row
        .iter()
        .all(|piece| piece.capital || piece.number || piece.link)
    {
        score *= CAPITALS;
    }
    if row.iter().any(|piece| piece.number) {
        score *= NUMBERED;
    }
    Some(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::background::Background;
    use crate::tag::token::tokens;

    fn background() -> Background {
        let english = [
            ("the", 7.7),
            ("and", 7.4),
            ("is", 7.1),
            ("new", 6.1),
            ("battery", 4.6),
            ("life", 5.6),
            ("portable", 4.1),
            ("blender", 3.4),
            ("coffee", 5.0),
            ("machine", 5.0),
            ("cold", 5.2),
            ("brew", 3.9),
            ("bag", 4.8),
        ];
        let german = [
            ("die", 7.6),
            ("lampe", 4.0),
            ("leuchtet", 3.6),
            ("schön", 5.3),
        ];
        let chinese = [
            ("这", 6.5),
            ("个", 6.8),
            ("折叠", 4.0),
            ("水壶", 3.6),
            ("很", 6.3),
            ("好用", 4.1),
            ("了", 7.1),
        ];
        let list = |words: &[(&str, f32)]| -> Vec<(String, f32)> {
            words
                .iter()
                .map(|(word, zipf)| ((*word).to_owned(), *zipf))
                .collect()
        };
        Background::pack(&[
            ("en".into(), list(&english)),
            ("de".into(), list(&german)),
            ("zh".into(), list(&chinese)),
        ])
    }

    fn phrases(raw: &str, language: &str, mentions: &[Range<usize>]) -> Vec<String> {
        let background = background();
        let normalised = Normalised::new(raw);
        let tokens = tokens(&normalised.text);
        let scene = Scene {
            normalised: &normalised,
            tokens: &tokens,
            language: Some(language),
            words: background.of(language),
            mentions,
        };
        keyphrases(&scene, 3, &mut Space::default())
            .into_iter()
            .map(|phrase| phrase.phrase)
            .collect()
    }

    #[test]
    fn phrases_are_whole_and_without_grammar_at_their_edges() {
        assert_eq!(
            phrases("the portable blender is new", "en", &[]),
            ["portable blender"]
        );
        assert_eq!(phrases("3 lids and the", "en", &[]), ["lids"]);
        assert!(phrases("the and 2024 12345678", "en", &[]).is_empty());
        let hashtags = phrases("#ColdBrewBag and #cold_brew!", "en", &[]);
        assert!(
            hashtags.contains(&"cold brew bag".to_owned()),
            "{hashtags:?}"
        );
    }

    #[test]
    fn a_small_german_word_is_no_noun() {
        assert_eq!(
            phrases("Die Lampe leuchtet und Die Katze", "de", &[])[0],
            "katze"
        );
        let all = phrases("Die Lampe leuchtet und Die Katze", "de", &[]);
        assert!(
            !all.iter().any(|phrase| phrase.contains("leuchtet")),
            "{all:?}"
        );
    }

    #[test]
    fn chinese_words_join_into_one_phrase() {
        assert_eq!(phrases("这个折叠水壶很好用了", "zh", &[])[0], "折叠水壶");
    }

    #[test]
    fn text_inside_a_mention_is_no_phrase() {
        let raw = "portable blender machine";
        assert!(
            phrases(raw, "en", std::slice::from_ref(&(0..16)))
                .iter()
                .all(|p| !p.contains("blender"))
        );
    }

    #[test]
    fn a_short_title_is_one_phrase_and_a_long_one_is_not() {
        let whole = |text: &str| whole_title(&Normalised::new(text), &[]).map(|p| p.phrase);
        assert_eq!(whole("【折叠水壶】").as_deref(), Some("折叠水壶"));
        assert_eq!(whole("Cold Brew Bag").as_deref(), Some("cold brew bag"));
        assert_eq!(whole("one two three four five six"), None);
        assert_eq!(whole("123"), None);
    }
}
