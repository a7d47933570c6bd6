//! The features of a target.

use super::Scene;
use super::compare::{Role, roles};
use crate::record::{Polarity, Sentiment};
use crate::tag::clause::{Cut, Unit};
use crate::tag::features::{self, Features};
use crate::tag::hash::{combine, fold, hash_text};
use crate::tag::sentiment;
use crate::tag::token::{Sort, Token};
use std::ops::Range;

/// Units on each side that are read by their distance.
const NEAR: usize = 7;
/// Longest row of words and of characters of a script without spaces.
const ROW_WORDS: usize = 2;
const ROW_CHARS: usize = 3;
/// Steps by which a number becomes features.
const STEPS: [f32; 15] = [
    -3.2, -2.2, -1.5, -1.0, -0.7, -0.4, -0.15, 0.0, 0.15, 0.4, 0.7, 1.0, 1.5, 2.2, 3.2,
];
/// Weight of one such feature.
const LEVEL: f32 = 0.12;
/// Features that every target has.
const BIASES: u64 = 4;
/// Parts of the text that the sentiment head is asked about.
const PARTS: usize = 11;
/// Words after a negation that it turns.
const NEGATED: usize = 3;

/// Families of features.
pub const FAMILIES: usize = 5;
/// Those that hold the whole text: its words and its character n-grams.
pub const TEXT_FAMILIES: Range<usize> = 2..4;

/// Features of one target, by families that are weighed apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TargetFeatures {
    /// Words by side and distance.
    pub near: Vec<u32>,
    /// Words of the clause.
    pub clause: Vec<u32>,
    /// Words of all that is in reach.
    pub text: Vec<u32>,
    /// Its character n-grams.
    pub grams: Vec<u32>,
    /// What the sentiment head says of the parts, in steps.
    pub levels: Vec<u32>,
    /// What comparisons make of it.
    pub(super) roles: Vec<Role>,
}

impl TargetFeatures {
    /// Each family with the weight of one feature of it.
    pub fn families(&self) -> [(&[u32], f32); FAMILIES] {
        let even = |list: &Vec<u32>| 1.0 / (list.len().max(1) as f32).sqrt();
        [
            (&self.near, even(&self.near)),
            (&self.clause, even(&self.clause)),
            (&self.text, even(&self.text)),
            (&self.grams, even(&self.grams)),
            (&self.levels, LEVEL),
        ]
    }
}

/// Working space, used again for target after target.
#[derive(Debug, Clone, Default)]
pub struct Space {
    tokens: Vec<Token>,
    features: Features,
    pub(super) read: TargetFeatures,
    pub(super) others: Vec<Range<usize>>,
}

/// Reads the features of the target at `span`, in units.
///
/// `others`: the spans of other targets; what stands beyond one is its own.
pub fn read(
    scene: &Scene<'_>,
    span: &Range<usize>,
    others: &[Range<usize>],
    space: &mut Space,
    out: &mut TargetFeatures,
) {
    for list in [
        &mut out.near,
        &mut out.clause,
        &mut out.text,
        &mut out.grams,
        &mut out.levels,
    ] {
        list.clear();
    }
    let units = scene.clauses.units.as_slice();
    let bound = |range: Range<usize>| bounded(units, range, span, others);
    let all = scene.clauses.around(span, Cut::Beyond);
    let sentence = bound(scene.clauses.around(span, Cut::Sentence));
    let clause = bound(scene.clauses.around(span, Cut::Clause));
    let phrase = bound(scene.clauses.around(span, Cut::Phrase));
    near(scene, span, &sentence, &mut out.near);
    bag(scene, &clause, span, 0xc1, &mut out.clause);

    let window = |reach: usize| {
        let reach = reach * if is_run(units, span) { 2 } else { 1 };
        span.start.saturating_sub(reach).max(sentence.start)..(span.end + reach).min(sentence.end)
    };
    let (small, large) = (window(3), window(6));
    let left = |range: &Range<usize>| range.start..span.start;
    let right = |range: &Range<usize>| span.end..range.end;
    let nothing = span.end..span.end;
    let parts: [(Range<usize>, Range<usize>); PARTS] = [
        (left(&all), right(&all)),
        (left(&sentence), right(&sentence)),
        (left(&clause), right(&clause)),
        (left(&phrase), right(&phrase)),
        (left(&small), right(&small)),
        (left(&large), right(&large)),
        (left(&clause), nothing.clone()),
        (nothing.clone(), right(&clause)),
        (left(&small), nothing.clone()),
        (nothing.clone(), right(&small)),
        (left(&all), nothing),
    ];
    let mut leans = [(0_usize, 0_usize); PARTS];
    let mut felts = [None; PARTS];
    for (number, (before, after)) in parts.iter().enumerate() {
        // In a short text many parts are the same.
        let same = |(one, two): &(Range<usize>, Range<usize>)| one == before && two == after;
        let felt = match parts[..number].iter().position(same) {
            Some(earlier) => felts[earlier],
            None => feel(scene, before, after, space),
        };
        felts[number] = felt;
        if number == 0 {
            out.text.extend_from_slice(&space.features.words);
            out.text.extend_from_slice(&space.features.signs);
            out.grams.extend_from_slice(&space.features.grams);
        }
        let base = 0x1e_0000 + number as u64 * 0x100;
        match felt {
            None => out.levels.push(fold(combine(base, 0xff))),
            Some([negative, neutral, positive]) => {
                let lean = positive - negative;
                let heat = positive.max(negative) - neutral;
                leans[number] = (
                    step(lean, base, &mut out.levels),
                    step(heat, base + 0x40, &mut out.levels),
                );
            }
        }
    }
    for (left, right) in [(0, 2), (2, 3), (6, 7), (8, 9), (2, 4), (3, 4), (0, 5)] {
        let pair = combine(leans[left].0 as u64 / 2, leans[right].0 as u64 / 2);
        let key = combine(0x2e_0000 + left as u64 * 16 + right as u64, pair);
        out.levels.push(fold(key));
    }
    for part in [0, 2, 3, 5] {
        let pair = combine(leans[part].0 as u64 / 2, leans[part].1 as u64 / 2);
        out.levels
            .push(fold(combine(0x3e_0000 + part as u64, pair)));
    }
    // What a register is inclined to without any word.
    out.levels
        .extend((0..BIASES).map(|number| fold(combine(0x6e_0000, number))));
    out.roles.clear();
    roles(scene, span, &sentence, &mut out.roles);
    for role in &out.roles {
        out.levels.push(fold(combine(0x4e_0000, *role as u64)));
    }
}

/// The range without what belongs to other targets.
fn bounded(
    units: &[Unit],
    range: Range<usize>,
    span: &Range<usize>,
    others: &[Range<usize>],
) -> Range<usize> {
    let Range { mut start, mut end } = range;
    for other in others {
        if other.start >= span.end {
            end = end.min(other.start);
        } else if other.end <= span.start && other.end > start {
            // What stands between two targets goes with the first, up to the last cut.
            let cut = (other.end..=span.start)
                .rev()
                .find(|at| units.get(*at).is_some_and(|unit| unit.cut > Cut::None));
            start = cut.unwrap_or(span.start);
        }
    }
    start.min(span.start)..end.max(span.end)
}

fn is_run(units: &[Unit], span: &Range<usize>) -> bool {
    let beside = [span.start.checked_sub(1), Some(span.end)];
    beside
        .into_iter()
        .flatten()
        .filter_map(|at| units.get(at))
        .any(|unit| unit.sort == Sort::Run)
}

/// Words on both sides of the target by side and distance.
fn near(scene: &Scene<'_>, span: &Range<usize>, within: &Range<usize>, out: &mut Vec<u32>) {
    let text = scene.normalised.text.as_str();
    let units = scene.clauses.units.as_slice();
    for (side, after) in [(1_u64, false), (2, true)] {
        let mut distance = 0;
        let mut previous = 0_u64;
        let mut before = 0_u64;
        for step in 0.. {
            let at = if after {
                span.end + step
            } else {
                match (span.start).checked_sub(1 + step) {
                    Some(at) => at,
                    None => break,
                }
            };
            if !within.contains(&at) || distance >= NEAR * 2 {
                break;
            }
            let unit = &units[at];
            if unit.sort == Sort::Mark {
                continue;
            }
            distance += if unit.sort == Sort::Run { 1 } else { 2 };
            let bucket = match distance.div_ceil(2) {
                0 | 1 => 1,
                2 | 3 => 2,
                4 | 5 => 3,
                _ => 4,
            };
            let hash = hash_text(b'w', unit.of(text));
            let place = side * 8 + bucket;
            out.push(fold(combine(place, hash)));
            out.push(fold(combine(side, hash)));
            // A row begins where the text begins it, whichever way it is walked.
            let row = |left: u64, right: u64| {
                if after {
                    combine(left, right)
                } else {
                    combine(right, left)
                }
            };
            if previous != 0 {
                out.push(fold(combine(place + 0x100, row(previous, hash))));
                out.push(fold(combine(side + 0x100, row(previous, hash))));
            }
            if unit.sort == Sort::Run && before != 0 {
                out.push(fold(combine(
                    side + 0x200,
                    row(before, row(previous, hash)),
                )));
            }
            before = previous;
            previous = hash;
        }
    }
}

/// Words and rows of words of a range without the target, negated ones again as such.
fn bag(
    scene: &Scene<'_>,
    range: &Range<usize>,
    span: &Range<usize>,
    family: u64,
    out: &mut Vec<u32>,
) {
    let text = scene.normalised.text.as_str();
    let mut rows = [0_u64; ROW_CHARS];
    let mut negated = 0;
    let mut mark = 0;
    for at in range.clone() {
        if span.contains(&at) {
            rows = [0; ROW_CHARS];
            continue;
        }
        let unit = &scene.clauses.units[at];
        let word = unit.of(text);
        if !unit.speaks() {
            negated = 0;
            // Two marks in a row may be an emoticon.
            let hash = hash_text(b'm', word);
            out.push(fold(combine(family + 2, hash)));
            out.push(fold(combine(family + 2, combine(mark, hash))));
            mark = hash;
            continue;
        }
        mark = 0;
        let hash = hash_text(b'w', word);
        let longest = if unit.sort == Sort::Run {
            ROW_CHARS
        } else {
            ROW_WORDS
        };
        rows.rotate_right(1);
        rows[0] = hash;
        let mut row = hash;
        out.push(fold(combine(family, row)));
        for earlier in rows[1..longest].iter().take_while(|hash| **hash != 0) {
            row = combine(*earlier, row);
            out.push(fold(combine(family, row)));
        }
        if negated > 0 {
            negated -= 1;
            out.push(fold(combine(family + 1, hash)));
        }
        if features::is_negation(hash) {
            negated = NEGATED;
        }
    }
    out.sort_unstable();
    out.dedup();
}

/// What the sentiment head says of two ranges read as one text; `None` where nothing stands.
fn feel(
    scene: &Scene<'_>,
    before: &Range<usize>,
    after: &Range<usize>,
    space: &mut Space,
) -> Option<[f32; 3]> {
    gather(scene, before.clone().chain(after.clone()), space);
    if space.tokens.is_empty() {
        return None;
    }
    let model = scene.sentiment;
    let tested = scene.language.and_then(|code| model.tested(code));
    let language = tested.and(scene.language);
    let mut scores = [0.0; sentiment::CLASSES.len()];
    model.scores(&space.features, language, &mut scores);
    for score in &mut scores {
        *score /= tested.map_or(1.0, |tested| tested.temperature);
    }
    Some(scores)
}

/// Reads the features of some units as one text.
fn gather(scene: &Scene<'_>, units: impl Iterator<Item = usize>, space: &mut Space) {
    space.tokens.clear();
    for at in units {
        let unit = &scene.clauses.units[at];
        if unit.sort == Sort::Run
            && let Some(last) = space.tokens.last_mut()
            && last.sort == Sort::Run
            && last.end == unit.start
        {
            last.end = unit.end;
            continue;
        }
        space.tokens.push(Token {
            sort: unit.sort,
            start: unit.start,
            end: unit.end,
            spaced: unit.spaced,
        });
    }
    space.features.read(scene.normalised, &space.tokens);
}

/// How the part of a text feels in which a range stands, its own words included: the phrase
/// between commas where that says something, else the clause. `whole`: how the text feels.
pub fn feel_part(
    scene: &Scene<'_>,
    range: &Range<usize>,
    whole: &Sentiment,
    space: &mut Space,
) -> Option<Polarity> {
    let span = scene.clauses.span(range);
    let phrase = scene.clauses.around(&span, Cut::Phrase);
    let clause = scene.clauses.around(&span, Cut::Clause);
    if clause == (0..scene.clauses.units.len()) && phrase == clause {
        return whole.counted();
    }
    let mut felt = |part: Range<usize>| {
        gather(scene, part, space);
        sentiment::judge(&space.features, scene.language, scene.sentiment).counted()
    };
    if phrase != clause && phrase != span {
        let told = felt(phrase);
        if told.is_some_and(|told| told != Polarity::Neutral) {
            return told;
        }
    }
    if clause == (0..scene.clauses.units.len()) {
        return whole.counted();
    }
    felt(clause)
}

/// A number as the steps that it is above; returns how many.
fn step(value: f32, base: u64, out: &mut Vec<u32>) -> usize {
    let above = STEPS.iter().take_while(|step| value > **step).count();
    for number in 0..above {
        out.push(fold(combine(base, number as u64)));
    }
    above
}
