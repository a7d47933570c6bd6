//! How well a head does on labelled rows: macro-F1, accuracy, calibration, confusion.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};

/// Draws of rows that an interval rests on.
const DRAWS: usize = 1_000;
/// The share of the draws that an interval leaves out on each side.
const TAIL: f64 = 0.025;

/// A judged row: what it is, what the head said, how sure it was, whether it abstained.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The label of the row.
    pub gold: String,
    /// The label of the head.
    pub said: String,
    /// Its probability.
    pub confidence: f32,
    /// It marked the label as not to be counted.
    pub abstain: bool,
}

/// Scores of a group of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Number of rows.
    pub rows: usize,
    /// Mean F1 over the labels that occur among the rows.
    pub macro_f1: f64,
    /// Share of the rows that are right.
    pub accuracy: f64,
    /// Expected calibration error over ten bins of confidence.
    pub calibration_error: f64,
    /// Share of the rows on which the head abstained.
    pub abstained: f64,
    /// Rows by (label, said).
    pub confusion: BTreeMap<(String, String), usize>,
}

/// Scores rows. Abstained rows count with their best guess.
pub fn score(judged: &[Judged]) -> Scores {
    let mut confusion: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut bins = [(0_usize, 0_usize, 0.0_f64); 10];
    let mut right = 0;
    let mut abstained = 0;
    for row in judged {
        let key = (row.gold.clone(), row.said.clone());
        *confusion.entry(key).or_default() += 1;
        let hit = row.gold == row.said;
        right += usize::from(hit);
        abstained += usize::from(row.abstain);
        let bin = &mut bins[((row.confidence * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += usize::from(hit);
        bin.2 += f64::from(row.confidence);
    }
    let rows = judged.len();
    let share = |count: usize| count as f64 / rows.max(1) as f64;
    let error: f64 = bins
        .iter()
        .map(|(_, hits, confidence)| (*hits as f64 - confidence).abs())
        .sum();
    Scores {
        rows,
        macro_f1: macro_f1(&confusion),
        accuracy: share(right),
        calibration_error: error / rows.max(1) as f64,
        abstained: share(abstained),
        confusion,
    }
}

fn macro_f1(confusion: &BTreeMap<(String, String), usize>) -> f64 {
    let labels: BTreeSet<&str> = confusion.keys().map(|(gold, _)| gold.as_str()).collect();
    let sum: f64 = labels.iter().map(|label| f1(confusion, label)).sum();
    sum / labels.len().max(1) as f64
}

/// F1 of one label: the harmonic mean of how many of its rows were found and how many of the
/// rows said to be it are.
pub fn f1(confusion: &BTreeMap<(String, String), usize>, label: &str) -> f64 {
    let count = |fits: &dyn Fn(&(String, String)) -> bool| -> usize {
        let rows = confusion.iter().filter(|(key, _)| fits(key));
        rows.map(|(_, count)| count).sum()
    };
    let hits = count(&|(gold, said)| gold == label && said == label);
    let golds = count(&|(gold, _)| gold == label);
    let answers = count(&|(_, said)| said == label);
    2.0 * hits as f64 / (golds + answers).max(1) as f64
}

/// A range that a figure falls into in 95 of 100 samples like the one at hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Intervals of the macro-F1 of each group and of their mean, by the bootstrap (Efron, 1979): rows
/// of each group are drawn again with replacement. The same rows and seed give the same intervals.
///
/// With `by_label` the groups are the labels themselves, and the figure of a group is the F1 of
/// its label among all rows.
pub fn intervals(
    groups: &BTreeMap<String, Vec<Judged>>,
    by_label: bool,
    seed: u64,
) -> (BTreeMap<String, Interval>, Interval) {
    let names: BTreeSet<&str> = groups
        .values()
        .flatten()
        .flat_map(|row| [row.gold.as_str(), row.said.as_str()])
        .chain(groups.keys().map(String::as_str))
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    let place = |name: &str| names.binary_search(&name).unwrap_or(0);
    let pairs: Vec<Vec<(usize, usize)>> = groups
        .values()
        .map(|rows| {
            rows.iter()
                .map(|row| (place(&row.gold), place(&row.said)))
                .collect()
        })
        .collect();
    let labels: Vec<usize> = groups.keys().map(|name| place(name)).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut draws: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); groups.len() + 1];
    let mut counts = Counts::default();
    for _ in 0..DRAWS {
        counts.clear(names.len());
        let mut figures = Vec::with_capacity(groups.len());
        for rows in &pairs {
            if !by_label {
                counts.clear(names.len());
            }
            for _ in rows {
                let (gold, said) = rows[random.random_range(0..rows.len())];
                counts.add(gold, said);
            }
            if !by_label {
                figures.push(counts.macro_f1());
            }
        }
        if by_label {
            figures.extend(labels.iter().map(|label| counts.f1(*label)));
        }
        let mean = figures.iter().sum::<f64>() / figures.len().max(1) as f64;
        for (draws, figure) in draws.iter_mut().zip(figures.into_iter().chain([mean])) {
            draws.push(figure);
        }
    }
    let mut ranges = draws.into_iter().map(|mut draws| {
        draws.sort_by(f64::total_cmp);
        let at = |share: f64| draws[((DRAWS - 1) as f64 * share).round() as usize];
        Interval {
            low: at(TAIL),
            high: at(1.0 - TAIL),
        }
    });
    let by_group = groups.keys().cloned().zip(ranges.by_ref()).collect();
    let mean = ranges.next().unwrap_or(Interval {
        low: 0.0,
        high: 0.0,
    });
    (by_group, mean)
}

/// Rows of each label, answers of each label, and answers that are right.
#[derive(Default)]
struct Counts {
    labels: Vec<[u32; 3]>,
}

impl Counts {
    fn clear(&mut self, labels: usize) {
        self.labels.clear();
        self.labels.resize(labels, [0; 3]);
    }

    fn add(&mut self, gold: usize, said: usize) {
        self.labels[gold][0] += 1;
        self.labels[said][1] += 1;
        self.labels[gold][2] += u32::from(gold == said);
    }

    fn f1(&self, label: usize) -> f64 {
        let [golds, answers, hits] = self.labels[label].map(f64::from);
        2.0 * hits / (golds + answers).max(1.0)
    }

    fn macro_f1(&self) -> f64 {
        let labels = (0..self.labels.len()).filter(|label| self.labels[*label][0] > 0);
        let (sum, count) = labels.fold((0.0, 0), |(sum, count), label| {
            (sum + self.f1(label), count + 1)
        });
        sum / f64::from(count.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(gold: &str, said: &str, confidence: f32) -> Judged {
        Judged {
            gold: gold.into(),
            said: said.into(),
            confidence,
            abstain: confidence < 0.5,
        }
    }

    #[test]
    fn scores_agree_with_a_table_worked_by_hand() {
        // a: 2 of 3 found, 1 false: F1 = 2·2/(3+3). b: 1 of 2 found, 1 false: F1 = 2·1/(2+2).
        let scores = score(&[
            row("a", "a", 1.0),
            row("a", "a", 1.0),
            row("a", "b", 0.4),
            row("b", "b", 1.0),
            row("b", "a", 1.0),
        ]);
        assert!((scores.macro_f1 - (2.0 / 3.0 + 0.5) / 2.0).abs() < 1e-9);
        assert!((scores.accuracy - 0.6).abs() < 1e-9);
        assert!((scores.abstained - 0.2).abs() < 1e-9);
        // Top bin: 3 right of 4 at confidence 1; another bin: 0 right of 1 at 0.4.
        assert!((scores.calibration_error - (1.0 + 0.4) / 5.0).abs() < 1e-6);
    }

    #[test]
    fn intervals_hold_the_figure_are_narrower_with_more_rows_and_repeat() {
        let rows = |count: usize| -> Vec<Judged> {
            (0..count)
                .map(|i| {
                    let (gold, other) = if i % 2 == 0 { ("a", "b") } else { ("b", "a") };
                    row(gold, if i % 5 == 0 { other } else { gold }, 0.9)
                })
                .collect()
        };
        let groups = |count| BTreeMap::from([("en".to_owned(), rows(count))]);
        let width = |count| {
            let (by_group, mean) = intervals(&groups(count), false, 7);
            let range = by_group["en"];
            let figure = score(&rows(count)).macro_f1;
            assert!(
                range.low < figure && figure < range.high,
                "{range:?} {figure}"
            );
            assert_eq!(range, mean);
            assert_eq!(intervals(&groups(count), false, 7).0["en"], range);
            range.high - range.low
        };
        let (few, many) = (width(100), width(1_600));
        // Four times narrower: the square root of sixteen.
        assert!((few / many - 4.0).abs() < 0.8, "{few} {many}");
    }

    #[test]
    fn where_groups_are_labels_their_f1_sees_the_rows_of_the_others() {
        let groups = BTreeMap::from([
            ("de".to_owned(), vec![row("de", "de", 1.0); 50]),
            ("nl".to_owned(), vec![row("nl", "de", 1.0); 50]),
        ]);
        let (by_group, _) = intervals(&groups, true, 1);
        assert_eq!(by_group["nl"].high, 0.0);
        // All German rows are found, half of the answers are wrong.
        let range = by_group["de"];
        assert!((range.low - 2.0 / 3.0).abs() < 1e-9 && (range.high - 2.0 / 3.0).abs() < 1e-9);
    }
}
