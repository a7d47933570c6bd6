//! A text → the words that phrases are made of, with what is known of each: stop word, hashtag,
//! capital, how common. Scripts without spaces are cut into words by
//! [`segment`](super::segment).

use super::background::{RARE_ZIPF, Words, hash_word};
use super::normalise::Normalised;
use super::script::{Script, is_mark};
use super::segment::segment;
use super::stopword::{GRAMMAR_ZIPF, StopWords};
use super::token::{Sort, Token};
use super::verb::{self, Form};
use std::ops::Range;

/// Pieces of a text that are read.
const PIECES_MAX: usize = 1_500;

/// What a phrase is made of.
#[derive(Debug, Clone)]
pub struct Piece {
    /// First byte of the normalised text.
    start: u32,
    /// One past the last byte.
    end: u32,
    /// Bytes at its end that are a particle and no part of the word.
    particle: u32,
    /// Its length in characters.
    pub chars: usize,
    /// Of a script without spaces.
    pub unspaced: bool,
    /// Stop word, number or one letter: never at the edge of a phrase.
    pub weak: bool,
    /// Digits only.
    pub number: bool,
    /// May stand inside a phrase though it is a stop word.
    pub link: bool,
    /// Part of a hashtag.
    pub hashtag: bool,
    /// Begins with a capital that says something.
    pub capital: bool,
    /// Not a noun, by the rules of the language.
    pub small: bool,
    /// A participle or an adverb: it may begin a phrase, never end one or be one.
    pub tail: bool,
    /// Its edges were probably cut wrongly.
    pub ragged: bool,
    /// How common it is.
    pub zipf: f32,
    /// The hash of the word, singular.
    pub key: u64,
    /// Nothing goes on from the piece before it.
    pub apart: bool,
}

impl Piece {
    /// Its bytes in the normalised text.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Its text, without particles and clitics.
    pub fn word<'t>(&self, text: &'t str) -> &'t str {
        let end = self.end - self.particle;
        text.get(self.start as usize..end as usize).unwrap_or("")
    }
}

/// What the finder reads.
pub struct Scene<'t> {
    /// The normalised text.
    pub normalised: &'t Normalised,
    /// Its tokens.
    pub tokens: &'t [Token],
    /// Its language, when known.
    pub language: Option<&'t str>,
    /// How common words are in that language.
    pub words: Option<Words<'t>>,
    /// Byte ranges of SKU mentions.
    pub mentions: &'t [Range<usize>],
}

/// Cuts the text into words with what is known of each; `out` is emptied before.
pub fn pieces(scene: &Scene<'_>, out: &mut Vec<Piece>) {
    out.clear();
    let text = scene.normalised.text.as_str();
    let mut maker = Maker {
        scene,
        stop: StopWords::of(scene.language),
        capitals: Capitals::of(scene),
        out,
        apart: true,
        joined: false,
    };
    let hyphen = |token: Option<&Token>| {
        token
            .is_some_and(|token| token.sort == Sort::Mark && !token.spaced && token.of(text) == "-")
    };
    let mut hashtag = false;
    for (at, token) in scene.tokens.iter().enumerate() {
        if maker.out.len() >= PIECES_MAX {
            break;
        }
        match (token.sort, token.of(text)) {
            // A hyphen or underscore inside a word joins: `air-fryer`, `#fan_art`.
            (Sort::Mark, "-" | "_") if !token.spaced => continue,
            (Sort::Mark, mark) => {
                hashtag = matches!(mark, "#" | "＃");
                maker.apart = true;
            }
            (Sort::Run, _) => {
                maker.joined = false;
                for range in segment(text, token.range(), scene.words) {
                    maker.push(range, token.sort, hashtag);
                }
            }
            (Sort::Word | Sort::Number, word) => {
                let before = at.checked_sub(1).and_then(|at| scene.tokens.get(at));
                maker.joined = !token.spaced && hyphen(before) || hyphen(scene.tokens.get(at + 1));
                // A space ends a hashtag.
                hashtag &= !token.spaced || maker.apart;
                if hashtag {
                    for range in maker.capitals.parts(token) {
                        maker.push(range, token.sort, hashtag);
                    }
                } else {
                    let range = maker.without_clitic(word, token.start as usize);
                    maker.push(range, token.sort, hashtag);
                }
            }
            _ => {
                hashtag = false;
                maker.apart = true;
            }
        }
    }
    mark_ragged(text, maker.out);
}

struct Maker<'s, 't> {
    scene: &'s Scene<'t>,
    stop: StopWords,
    capitals: Capitals<'s>,
    out: &'s mut Vec<Piece>,
    apart: bool,
    /// A hyphen without spaces stands before or behind the word.
    joined: bool,
}

impl Maker<'_, '_> {
    fn push(&mut self, range: Range<usize>, sort: Sort, hashtag: bool) {
        let scene = self.scene;
        let mentioned =
            |mention: &Range<usize>| range.start < mention.end && mention.start < range.end;
        if scene.mentions.iter().any(mentioned) {
            self.apart = true;
            return;
        }
        let Some(word) = scene.normalised.text.get(range.clone()) else {
            return;
        };
        let unspaced = sort == Sort::Run;
        let number = sort == Sort::Number;
        let word = if unspaced {
            word
        } else {
            trim_particle(word, scene.language)
        };
        let hash = hash_word(word);
        let listed = self.stop.find(hash);
        let zipf = scene.words.and_then(|words| words.zipf_of(hash));
        let zipf = zipf.unwrap_or(RARE_ZIPF);
        let chars = if word.is_ascii() {
            word.len()
        } else {
            word.chars().count()
        };
        // A part of a compound means something: `time-variant`, `non-stick`.
        let stopped = (listed.stopped || zipf >= GRAMMAR_ZIPF) && !(self.joined && chars > 2);
        let told = stopped || hashtag || number;
        // Nothing more is asked of a stop word.
        let asked = !stopped || hashtag;
        let tiny = chars < 2 && !number;
        // Hiragana between words is grammar.
        let kana = unspaced
            && asked
            && word
                .chars()
                .all(|c| Script::of(c) == Some(Script::Hiragana));
        // A long number is an id.
        let id = number && chars > 4;
        // Where nothing is known of the words, only what the writer set off is trusted.
        let capital = asked && self.capitals.starts_at(range.start);
        let blind = scene.words.is_none() && !unspaced && !number && !capital;
        let language = scene.language.unwrap_or("");
        // German nouns have capitals; a small word is a verb or an adjective.
        let small = language == "de" && self.capitals.telling && !capital && !number;
        let form = if told || unspaced || capital && language != "ko" {
            Form::Other
        } else {
            verb::form(word, hash, language)
        };
        let verb = !told
            && (form == Form::Verb && !self.joined
                || unspaced && verb::is_bent(word, language)
                || verb::is_outcry(word));
        let singular = if asked { singular(word) } else { word };
        // A space before a hashtag's word, or an end of one, parts it from its neighbour.
        let was_hashtag = self.out.last().is_some_and(|last| last.hashtag);
        self.out.push(Piece {
            start: range.start as u32,
            end: range.end as u32,
            particle: (range.len() - word.len()) as u32,
            chars,
            unspaced,
            weak: (stopped || tiny || kana || id || blind || verb) && !hashtag,
            number,
            link: listed.link,
            hashtag,
            capital,
            small,
            tail: form == Form::Participle,
            ragged: false,
            zipf,
            key: if singular.len() == word.len() {
                hash
            } else {
                hash_word(singular)
            },
            apart: self.apart || was_hashtag != hashtag,
        });
        self.apart = false;
    }

    /// The part of a word that means something: `injonction` of `l'injonction`, `ekibi` of
    /// `ekibi'nin`; a stop word such as `isn't` stays whole.
    fn without_clitic(&self, word: &str, start: usize) -> Range<usize> {
        let whole = start..start + word.len();
        // The first byte of the typographic one is enough to look closer.
        if !word.bytes().any(|byte| matches!(byte, b'\'' | 0xe2)) {
            return whole;
        }
        let clitic = word.char_indices().find(|(_, c)| matches!(c, '\'' | '’'));
        match clitic {
            Some((before, mark)) if !self.stop.contains(&word.replace('’', "'")) => {
                if word[..before].chars().count() <= 2 {
                    start + before + mark.len_utf8()..whole.end
                } else {
                    start..start + before
                }
            }
            _ => whole,
        }
    }
}

/// Thai beside a lone letter was cut wrongly: such words are not printed.
fn mark_ragged(text: &str, pieces: &mut [Piece]) {
    let thai =
        |piece: &Piece| piece.word(text).chars().next().and_then(Script::of) == Some(Script::Thai);
    for at in 0..pieces.len() {
        let alone = pieces[at]
            .word(text)
            .chars()
            .filter(|c| !is_mark(*c))
            .count()
            == 1;
        if !alone || !thai(&pieces[at]) {
            continue;
        }
        if at > 0 && !pieces[at].apart {
            pieces[at - 1].ragged = true;
        }
        if let Some(next) = pieces.get_mut(at + 1)
            && !next.apart
        {
            next.ragged = true;
        }
    }
}

/// A word without the `s` that many European languages make plurals with.
fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 3 && !stem.ends_with(['s', 'u', 'i']) => stem,
        _ => word,
    }
}

/// Korean adds particles to nouns without a space; the most frequent ones are cut off.
fn trim_particle<'w>(word: &'w str, language: Option<&str>) -> &'w str {
    const PARTICLES: [&str; 19] = [
        "에서는",
        "에게만",
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
        "와",
        "과",
    ];
    if language != Some("ko") {
        return word;
    }
    PARTICLES
        .iter()
        .find_map(|particle| word.strip_suffix(particle))
        .filter(|stem| stem.chars().count() >= 2)
        .unwrap_or(word)
}

/// Capitals of the raw text.
struct Capitals<'n> {
    /// They are used as the language uses them: not everywhere, not nowhere.
    telling: bool,
    /// Bytes of the normalised text whose raw character is a capital.
    places: &'n [u32],
}

impl Capitals<'_> {
    fn of<'n>(scene: &Scene<'n>) -> Capitals<'n> {
        let normalised = scene.normalised;
        Capitals {
            telling: normalised.capitals > 1 && normalised.capitals * 3 < normalised.cased,
            places: &normalised.capital_places,
        }
    }

    fn is_capital(&self, byte: usize) -> bool {
        self.places.binary_search(&(byte as u32)).is_ok()
    }

    fn starts_at(&self, byte: usize) -> bool {
        self.telling && self.is_capital(byte)
    }

    /// A token parted before its inner capitals: `#RetroConsole`. All in capitals it stays whole.
    fn parts(&self, token: &Token) -> Vec<Range<usize>> {
        let range = token.range();
        let inner: Vec<usize> = self
            .places
            .iter()
            .map(|byte| *byte as usize)
            .filter(|byte| range.start < *byte && *byte < range.end && !self.is_capital(byte - 1))
            .collect();
        let mut parts = Vec::with_capacity(inner.len() + 1);
        let mut from = range.start;
        for byte in inner {
            parts.push(from..byte);
            from = byte;
        }
        parts.push(from..range.end);
        parts
    }
}
