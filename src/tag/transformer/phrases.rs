//! Which phrases say most of a post, by sentence embeddings.
//!
//! The candidates are the built-in finder's, so they are as clean as ever; only the choice among
//! them is the model's: near to the whole text, and not near to each other (maximal marginal
//! relevance, Carbonell and Goldstein 1998).

use super::Embedder;
use crate::record::Keyphrase;

/// Candidates that are compared, at most.
pub const CANDIDATES_MAX: usize = 20;
/// What nearness to the text counts; the rest is distance from what was chosen before.
const RELEVANCE: f32 = 0.7;

/// The best `count` of the candidates, best first. Scores are cosines with the text, 0 to 1.
/// `None` where there is nothing to choose from, or the model failed.
pub fn choose(
    model: &dyn Embedder,
    text: &str,
    candidates: &[Keyphrase],
    count: usize,
) -> Option<Vec<Keyphrase>> {
    if candidates.len() < 2 || count == 0 {
        return None;
    }
    let phrases: Vec<&str> = candidates
        .iter()
        .map(|found| found.phrase.as_str())
        .collect();
    let whole = units(model.embed(&[text])?, 1)?;
    let parts = units(model.embed(&phrases)?, phrases.len())?;
    let whole = whole.first()?;
    if parts.iter().any(|part| part.len() != whole.len()) {
        return None;
    }
    let near: Vec<f32> = parts
        .iter()
        .map(|part| dot(part, whole).clamp(0.0, 1.0))
        .collect();
    let mut left: Vec<usize> = (0..parts.len()).collect();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < count && !left.is_empty() {
        let worth = |at: usize| {
            let alike = chosen.iter().map(|other| dot(&parts[at], &parts[*other]));
            let alike = alike.fold(0.0_f32, f32::max);
            RELEVANCE * near[at] - (1.0 - RELEVANCE) * alike
        };
        // The first of equals: candidates come best first.
        let mut best = 0;
        for place in 1..left.len() {
            if worth(left[place]) > worth(left[best]) {
                best = place;
            }
        }
        chosen.push(left.remove(best));
    }
    let mut out: Vec<Keyphrase> = chosen
        .into_iter()
        .map(|at| Keyphrase {
            phrase: candidates[at].phrase.clone(),
            score: near[at],
        })
        .collect();
    out.sort_by(|left, right| right.score.total_cmp(&left.score));
    Some(out)
}

/// Vectors of length one; `None` where they are not as many as wanted, or no vectors.
fn units(mut vectors: Vec<Vec<f32>>, wanted: usize) -> Option<Vec<Vec<f32>>> {
    if vectors.len() != wanted {
        return None;
    }
    for vector in &mut vectors {
        let length = dot(vector, vector).sqrt();
        if !(length.is_finite() && length > 0.0) {
            return None;
        }
        vector.iter_mut().for_each(|number| *number /= length);
    }
    Some(vectors)
}

fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows a few texts.
    #[derive(Debug)]
    struct Known(&'static [(&'static str, [f32; 3])]);

    impl Embedder for Known {
        fn embed(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>> {
            let of = |text: &&str| {
                let found = self.0.iter().find(|(known, _)| known == text);
                found.map(|(_, vector)| vector.to_vec())
            };
            texts.iter().map(of).collect()
        }
    }

    const MODEL: Known = Known(&[
        ("the text", [2.0, 0.0, 0.0]),
        ("far", [0.0, 1.0, 0.0]),
        ("near", [3.0, 1.2, 0.0]),
        ("nearly the same", [3.0, 1.21, 0.0]),
        ("other", [1.0, 0.0, 0.5]),
        ("nothing", [0.0, 0.0, 0.0]),
        ("broken", [f32::NAN, 0.0, 0.0]),
    ]);

    fn chosen(phrases: &[&str], count: usize) -> Option<Vec<String>> {
        let candidates: Vec<Keyphrase> = phrases
            .iter()
            .map(|phrase| Keyphrase {
                phrase: (*phrase).to_owned(),
                score: 0.5,
            })
            .collect();
        let found = choose(&MODEL, "the text", &candidates, count)?;
        assert!(
            found
                .iter()
                .all(|phrase| (0.0..=1.0).contains(&phrase.score))
        );
        Some(found.into_iter().map(|found| found.phrase).collect())
    }

    #[test]
    fn what_is_near_is_chosen_and_nothing_twice() {
        let all = ["far", "near", "nearly the same", "other"];
        assert_eq!(chosen(&all, 1).unwrap(), ["near"]);
        assert_eq!(chosen(&all, 2).unwrap(), ["near", "other"]);
        assert_eq!(chosen(&all, 9).unwrap().len(), 4);
    }

    #[test]
    fn a_model_that_fails_chooses_nothing() {
        assert_eq!(chosen(&["near"], 3), None);
        assert_eq!(chosen(&["near", "unknown"], 3), None);
        assert_eq!(chosen(&["near", "nothing"], 3), None);
        assert_eq!(chosen(&["near", "broken"], 3), None);
        assert_eq!(chosen(&["near", "far"], 0), None);
    }
}
