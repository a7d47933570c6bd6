//! Temperatures that make probabilities mean what they say, and the scores of each language on
//! its dev split.

use super::score::{Judged, score};
use super::{HeadRecipe, Row};
use crate::tag::features::Features;
use crate::tag::language;
use crate::tag::linear::{Model, Tested};
use crate::tag::normalise::Normalised;
use crate::tag::script::Spread;
use crate::tag::token::tokens;
use std::collections::BTreeMap;

/// Rows a language needs on its dev split before it counts as tested.
const ROWS_MIN: usize = 60;

/// Scores of the classes and which of them hold, bit by bit.
pub(super) type Scored = (Vec<f32>, u32);

/// Any head but the language by language: temperature from the dev splits, macro-F1 from them or,
/// where it is worse there, from the checks, which come from another source.
pub fn labelled(
    model: &Model,
    head: &HeadRecipe,
    dev: &[(&str, &Row)],
    checks: &[(&str, &Row)],
) -> Vec<Tested> {
    let checked = by_language(model, head, checks);
    by_language(model, head, dev)
        .into_iter()
        .filter_map(|(language, rows)| {
            let own = tested(model, language, &rows)?;
            let (rows, macro_f1) = checked
                .get(language)
                .map(|rows| (rows.len() as u32, macro_f1(model, rows)))
                .filter(|(_, macro_f1)| *macro_f1 <= own.macro_f1)
                .unwrap_or((own.rows, own.macro_f1));
            Some(Tested {
                rows,
                macro_f1,
                ..own
            })
        })
        .collect()
}

/// The temperature and the macro-F1 of a head on the dev rows of a language; `None` where they
/// are too few.
pub(super) fn tested(model: &Model, language: &str, rows: &[Scored]) -> Option<Tested> {
    if rows.len() < ROWS_MIN {
        return None;
    }
    let temperature = best_temperature(&|temperature| {
        rows.iter()
            .map(|(scores, truth)| {
                let mut scores: Vec<f32> = scores.iter().map(|score| score / temperature).collect();
                model.probabilities(&mut scores);
                loss(&scores, *truth, model.any)
            })
            .sum()
    });
    Some(Tested {
        language: language.to_owned(),
        temperature,
        rows: rows.len() as u32,
        macro_f1: macro_f1(model, rows),
    })
}

fn loss(probabilities: &[f32], truth: u32, any: bool) -> f64 {
    let classes = probabilities.iter().enumerate();
    classes
        .map(|(class, p)| match truth >> class & 1 == 1 {
            true => -f64::from(p.max(1e-9).ln()),
            false if any => -f64::from((1.0 - p).max(1e-9).ln()),
            false => 0.0,
        })
        .sum()
}

fn by_language<'r>(
    model: &Model,
    head: &HeadRecipe,
    rows: &[(&str, &'r Row)],
) -> BTreeMap<&'r str, Vec<Scored>> {
    let mut groups: BTreeMap<&str, Vec<Scored>> = BTreeMap::new();
    for (label, row) in rows {
        if let Some(truth) = head.truth(label) {
            let features = read(&row.text).0;
            let mut scores = vec![0.0; model.classes.len()];
            model.scores(&features, Some(&row.language), &mut scores);
            let group = groups.entry(row.language.as_str()).or_default();
            group.push((scores, truth));
        }
    }
    groups
}

/// The mean F1 of the classes: of each against the others, or of each by itself.
fn macro_f1(model: &Model, rows: &[Scored]) -> f32 {
    // The classes that have a score; a model may have columns that are none.
    let classes = 0..rows.first().map_or(0, |(scores, _)| scores.len());
    if model.any {
        let f1 = |class: usize| {
            let counts = rows.iter().map(|(scores, truth)| {
                let (said, holds) = (scores[class] > 0.0, truth >> class & 1 == 1);
                (
                    usize::from(said && holds),
                    usize::from(said) + usize::from(holds),
                )
            });
            let sum = counts.fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
            2.0 * sum.0 as f32 / sum.1.max(1) as f32
        };
        return classes.clone().map(f1).sum::<f32>() / classes.len().max(1) as f32;
    }
    let name = |class: usize| model.classes[class].clone();
    let judged: Vec<Judged> = rows
        .iter()
        .map(|(scores, truth)| {
            let said = classes
                .clone()
                .max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
            Judged {
                gold: name(truth.trailing_zeros() as usize),
                said: name(said.unwrap_or(0)),
                confidence: 1.0,
                abstain: false,
            }
        })
        .collect();
    score(&judged).macro_f1 as f32
}

/// The language head: one temperature for all, under the name `*`.
pub fn language(model: &Model, dev: &[Row]) -> Vec<Tested> {
    let read: Vec<(Features, Spread, &Row)> = dev
        .iter()
        .map(|row| {
            let (features, spread) = read(&row.text);
            (features, spread, row)
        })
        .collect();
    let tested = |temperature: f32, macro_f1: f32| {
        vec![Tested {
            language: "*".into(),
            temperature,
            rows: read.len() as u32,
            macro_f1,
        }]
    };
    let head = |temperature: f32| {
        language::Head::new(Model {
            tested: tested(temperature, 0.0),
            ..model.clone()
        })
    };
    let temperature = best_temperature(&|temperature| {
        let head = head(temperature);
        read.iter()
            .map(|(features, spread, row)| {
                let ranked = language::ranked(features, spread, None, &head);
                let gold = model.classes.iter().position(|c| *c == row.language);
                let right = ranked.iter().find(|(class, _)| Some(*class) == gold);
                -f64::from(right.map_or(1e-9, |(_, p)| p.max(1e-9)).ln())
            })
            .sum()
    });
    let warm = head(temperature);
    let judged: Vec<Judged> = read
        .iter()
        .map(|(features, spread, row)| {
            let guess = language::guess(features, spread, None, &warm);
            Judged {
                gold: row.language.clone(),
                said: guess.code,
                confidence: guess.confidence,
                abstain: guess.abstain,
            }
        })
        .collect();
    tested(temperature, score(&judged).macro_f1 as f32)
}

fn read(text: &str) -> (Features, Spread) {
    let normalised = Normalised::new(text);
    let tokens = tokens(&normalised.text);
    (
        Features::of(&normalised, &tokens),
        Spread::of(&normalised.text),
    )
}

/// The temperature with the smallest loss, by golden-section search on its logarithm.
pub fn best_temperature(loss: &dyn Fn(f32) -> f64) -> f32 {
    let (mut low, mut high) = (-2.5_f32, 2.5_f32);
    let ratio = 0.618_034;
    for _ in 0..14 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if loss(left.exp()) < loss(right.exp()) {
            high = right;
        } else {
            low = left;
        }
    }
    ((low + high) / 2.0).exp()
}
