//! Temperatures that make probabilities mean what they say, and the scores of each language on
//! its dev split.

use super::score::{Judged, score};
use super::{Row, class_of};
use crate::tag::features::Features;
use crate::tag::language;
use crate::tag::linear::{Model, Tested, softmax};
use crate::tag::normalise::Normalised;
use crate::tag::script::Spread;
use crate::tag::sentiment::{self, CLASSES};
use crate::tag::token::tokens;
use std::collections::BTreeMap;

/// Rows a language needs on its dev split before it counts as tested.
const ROWS_MIN: usize = 60;

/// Scores of the classes and the class that is right.
pub(super) type Scored = ([f32; 3], usize);

/// The sentiment head by language: temperature from the dev splits, macro-F1 from them or, where
/// it is worse there, from the checks, which come from another source.
pub fn sentiment(model: &Model, dev: &[&Row], checks: &[Row]) -> Vec<Tested> {
    let checked = by_language(model, &checks.iter().collect::<Vec<_>>());
    by_language(model, dev)
        .into_iter()
        .filter(|(_, rows)| rows.len() >= ROWS_MIN)
        .map(|(language, rows)| {
            let temperature = best_temperature(&|temperature| {
                rows.iter()
                    .map(|(scores, class)| {
                        let mut scores = scores.map(|score| score / temperature);
                        softmax(&mut scores);
                        -f64::from(scores[*class].max(1e-9).ln())
                    })
                    .sum()
            });
            let (rows, macro_f1) = checked
                .get(language)
                .into_iter()
                .chain([&rows])
                .map(|rows| (rows.len() as u32, macro_f1(rows)))
                .min_by(|left, right| left.1.total_cmp(&right.1))
                .unwrap_or((0, 0.0));
            Tested {
                language: language.to_owned(),
                temperature,
                rows,
                macro_f1,
            }
        })
        .collect()
}

/// The temperature and the macro-F1 of a head on the dev rows of a language; `None` where they
/// are too few.
pub(super) fn tested(language: &str, rows: &[Scored]) -> Option<Tested> {
    if rows.len() < ROWS_MIN {
        return None;
    }
    let temperature = best_temperature(&|temperature| {
        rows.iter()
            .map(|(scores, class)| {
                let mut scores = scores.map(|score| score / temperature);
                softmax(&mut scores);
                -f64::from(scores[*class].max(1e-9).ln())
            })
            .sum()
    });
    Some(Tested {
        language: language.to_owned(),
        temperature,
        rows: rows.len() as u32,
        macro_f1: macro_f1(rows),
    })
}

fn by_language<'r>(model: &Model, rows: &[&'r Row]) -> BTreeMap<&'r str, Vec<Scored>> {
    let mut groups: BTreeMap<&str, Vec<Scored>> = BTreeMap::new();
    for row in rows {
        if let Some(class) = class_of(&row.label) {
            let features = read(&row.text).0;
            let scores = sentiment::scores(&features, Some(&row.language), model);
            let group = groups.entry(row.language.as_str()).or_default();
            group.push((scores, class));
        }
    }
    groups
}

fn macro_f1(rows: &[Scored]) -> f32 {
    let judged: Vec<Judged> = rows
        .iter()
        .map(|(scores, class)| {
            let said = (0..3).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
            Judged {
                gold: CLASSES[*class].into(),
                said: CLASSES[said.unwrap_or(1)].into(),
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
    let mut warm = language::Head::new(model.clone());
    let set = |head: &mut language::Head, temperature: f32, macro_f1: f32| {
        head.model.tested = vec![Tested {
            language: "*".into(),
            temperature,
            rows: read.len() as u32,
            macro_f1,
        }];
    };
    let temperature = best_temperature(&|temperature| {
        let mut head = language::Head::new(model.clone());
        set(&mut head, temperature, 0.0);
        read.iter()
            .map(|(features, spread, row)| {
                let ranked = language::ranked(features, spread, None, &head);
                let gold = model.classes.iter().position(|c| *c == row.language);
                let right = ranked.iter().find(|(class, _)| Some(*class) == gold);
                -f64::from(right.map_or(1e-9, |(_, p)| p.max(1e-9)).ln())
            })
            .sum()
    });
    set(&mut warm, temperature, 0.0);
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
    set(&mut warm, temperature, score(&judged).macro_f1 as f32);
    warm.model.tested
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
fn best_temperature(loss: &dyn Fn(f32) -> f64) -> f32 {
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
