//! How well a head does on labelled rows: macro-F1, accuracy, calibration, confusion.

use std::collections::{BTreeMap, BTreeSet};

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
}
