//! The phrases of a text that are worth counting, clean enough to print.
//!
//! A phrase is a row of one to three content words that stand together: no stop word at its
//! edges, no number alone, nothing out of a SKU mention, a handle or a link. It scores by how
//! rare its words are in the language, by hashtags and capitals, and by how early it stands.
//! The words come from [`piece`](super::piece).

use super::hash::step;
use super::normalise::Normalised;
use super::piece::{Piece, Scene, pieces};
use super::script::{Script, Spread};
use crate::record::Keyphrase;
use std::ops::Range;

/// Words of a phrase at most, and words of an unspaced script.
const WORDS_MAX: usize = 3;
/// A title of at most this many words, or characters of an unspaced script, is one phrase.
const TITLE_WORDS_MAX: usize = 5;
const TITLE_CHARS_MAX: usize = 20;
/// Characters of a phrase at least and at most; an unspaced script says more with fewer.
const CHARS: Range<usize> = 3..41;
const UNSPACED_CHARS: Range<usize> = 2..13;

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
    let total = pieces.len().max(1) as f32;
    let found = &mut space.found;
    found.clear();
    for start in 0..pieces.len() {
        for length in 1..=WORDS_MAX {
            let Some(row) = pieces.get(start..start + length) else {
                break;
            };
            if length > 1 && row[length - 1].apart {
                break;
            }
            let Some(score) = judge(text, row) else {
                continue;
            };
            let early = 1.0 - 0.25 * (start as f32 / total);
            found.push(Found {
                hash: hash_of(text, row),
                row: start..start + length,
                score: score * early,
            });
        }
    }
    // Rows of one phrase become one: the first of them, and a second occurrence adds a little.
    found.sort_by_key(|found| found.hash);
    found.dedup_by(|next, kept| {
        let same = next.hash == kept.hash;
        if same {
            kept.score = (kept.score * 1.1).max(next.score);
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
        let contained = out
            .iter()
            .any(|kept| kept.phrase.contains(&phrase) || phrase.contains(kept.phrase.as_str()));
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

/// The hash of the text of a row of pieces.
fn hash_of(text: &str, row: &[Piece]) -> u64 {
    let mut hash = 0;
    for (at, piece) in row.iter().enumerate() {
        if parted(row, at) {
            hash = step(hash, u64::from(b' '));
        }
        // Chinese words join without a space, however they are cut.
        for byte in piece.word(text).bytes() {
            hash = step(hash, u64::from(byte));
        }
    }
    hash
}

/// The score of a row of pieces, if its phrase is fit to print.
fn judge(text: &str, row: &[Piece]) -> Option<f32> {
    let (first, last) = (row.first()?, row.last()?);
    if first.weak || first.number || (last.weak && !last.number) {
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
    let rarity = |piece: &Piece| {
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
