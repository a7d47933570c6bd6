//! What comparisons make of a target: the better one or the worse one.

use super::Scene;
use crate::tag::lexicon::contrast::{NOT_THAN_AFTER, NOT_THAN_BEFORE, TO, Turn, WORSE};
use std::ops::Range;

/// What a comparison makes of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The better one.
    Winner,
    /// The worse one.
    Loser,
}

/// The roles of a target in the comparisons of its sentence.
pub fn roles(scene: &Scene<'_>, span: &Range<usize>, sentence: &Range<usize>, out: &mut Vec<Role>) {
    /// Units between a comparison and what it compares.
    const GAP: usize = 3;
    /// Units between what was left behind and the new one.
    const GAP_TO: usize = 12;
    let clauses = scene.clauses;
    let text = scene.normalised.text.as_str();
    let word = |at: Option<usize>| {
        let unit = at.and_then(|at| clauses.units.get(at));
        unit.map_or("", |unit| unit.of(text))
    };
    for (range, turn) in &clauses.turns {
        let cue = clauses.span(range);
        if cue.start < sentence.start || cue.end > sentence.end || cue.is_empty() {
            continue;
        }
        let behind = span.start.checked_sub(cue.end);
        let follows = behind.is_some_and(|gap| gap <= GAP);
        let goes_to = behind.is_some_and(|gap| (1..=GAP_TO).contains(&gap))
            && TO.contains(&word(span.start.checked_sub(1)));
        let leads = span.end <= cue.start;
        let blamed = word(Some(span.end)).starts_with(WORSE);
        out.push(match turn {
            Turn::Beats if follows => Role::Loser,
            Turn::Beats if leads => Role::Winner,
            Turn::Loses if follows => Role::Winner,
            Turn::Loses if leads => Role::Loser,
            Turn::Left if goes_to => Role::Winner,
            Turn::Left if follows => Role::Loser,
            Turn::Chosen if follows => Role::Winner,
            // `比较`, `性价比`: no comparison.
            Turn::Than
                if word(Some(cue.end)).starts_with(NOT_THAN_AFTER)
                    || word(cue.start.checked_sub(1)).starts_with(NOT_THAN_BEFORE) =>
            {
                continue;
            }
            Turn::Than if follows && blamed => Role::Winner,
            Turn::Than if follows => Role::Loser,
            _ => continue,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::clause::{Clauses, Cut};
    use crate::tag::models::Models;
    use crate::tag::normalise::Normalised;
    use crate::tag::{phrases, token};

    fn role(raw: &str, target: &str, language: &str) -> Vec<Role> {
        let normalised = Normalised::new(raw);
        let text = normalised.text.as_str();
        let mut atoms = Vec::new();
        phrases::atoms(text, &mut atoms);
        let mut clauses = Clauses::default();
        clauses.read(text, &token::tokens(text), &atoms, Some(language));
        let at = text.find(target).unwrap();
        let span = clauses.span(&(at..at + target.len()));
        let sentence = clauses.around(&span, Cut::Sentence);
        let scene = Scene {
            normalised: &normalised,
            clauses: &clauses,
            language: Some(language),
            sentiment: &Models::embedded().sentiment,
        };
        let mut out = Vec::new();
        roles(&scene, &span, &sentence, &mut out);
        out
    }

    #[test]
    fn each_side_of_a_comparison_has_its_role() {
        use Role::{Loser, Winner};
        for (language, text, one, other) in [
            (
                "en",
                "the luma is better than the orbi",
                (Winner, "luma"),
                "orbi",
            ),
            ("en", "luma > orbi any day", (Winner, "luma"), "orbi"),
            (
                "en",
                "the luma is not as good as my orbi",
                (Loser, "luma"),
                "orbi",
            ),
            (
                "en",
                "i switched from luma to orbi",
                (Loser, "luma"),
                "orbi",
            ),
            (
                "de",
                "der luma ist besser als der orbi",
                (Winner, "luma"),
                "orbi",
            ),
            (
                "es",
                "el luma es mejor que el orbi",
                (Winner, "luma"),
                "orbi",
            ),
            (
                "fr",
                "le luma est pire que le orbi",
                (Loser, "luma"),
                "orbi",
            ),
            ("zh", "luma不如orbi", (Loser, "luma"), "orbi"),
        ] {
            let (first, name) = one;
            let second = if first == Winner { Loser } else { Winner };
            assert_eq!(role(text, name, language), [first], "{text}: {name}");
            assert_eq!(role(text, other, language), [second], "{text}: {other}");
        }
        assert_eq!(role("这个比luma好", "luma", "zh"), [Loser]);
        assert_eq!(role("性价比luma高", "luma", "zh"), []);
        assert_eq!(role("这个比luma差", "luma", "zh"), [Winner]);
        assert_eq!(
            role("the luma is good. better than ever. orbi", "luma", "en"),
            []
        );
    }
}
