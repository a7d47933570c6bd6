//! Texts with one target each, read by themselves: for learning and measuring.

use super::read::read;
use super::{Scene, Space, TargetFeatures, judge};
use crate::record::Sentiment;
use crate::tag::clause::Clauses;
use crate::tag::linear::Model;
use crate::tag::models::Models;
use crate::tag::normalise::Normalised;
use crate::tag::phrases::{self, Atom};
use crate::tag::token::{self, Token};
use std::ops::Range;

/// Judges one target of a text that was not read yet: its range is in Unicode scalar values.
pub fn judge_alone(
    raw: &str,
    target: &Range<usize>,
    language: Option<&str>,
    models: &Models,
) -> Sentiment {
    let mut reader = Reader::default();
    let range = reader.cut(raw, Some(target), language);
    let scene = Scene {
        normalised: &reader.normalised,
        clauses: &reader.clauses,
        language,
        sentiment: &models.sentiment,
    };
    judge(&scene, &range, &[], &models.target, &mut reader.space)
}

/// Reads texts with one target each in the same memory.
#[derive(Debug, Default)]
pub struct Reader {
    normalised: Normalised,
    chars: Vec<char>,
    tokens: Vec<Token>,
    atoms: Vec<Atom>,
    clauses: Clauses,
    space: Space,
}

impl Reader {
    /// Cuts a text; returns the bytes of the target in the normalised text, its end where the
    /// target is not named.
    fn cut(
        &mut self,
        raw: &str,
        target: Option<&Range<usize>>,
        language: Option<&str>,
    ) -> Range<usize> {
        self.normalised.read(raw, &mut self.chars);
        let text = self.normalised.text.as_str();
        token::cut(text, &mut self.tokens);
        phrases::atoms(text, &mut self.atoms);
        self.clauses.read(text, &self.tokens, &self.atoms, language);
        match target {
            Some(target) => self.normalised.of_raw(target),
            None => text.len()..text.len(),
        }
    }

    /// The features of a target of a text.
    pub fn features(
        &mut self,
        raw: &str,
        target: Option<&Range<usize>>,
        language: &str,
        sentiment: &Model,
    ) -> &TargetFeatures {
        let range = self.cut(raw, target, Some(language));
        let span = self.clauses.span(&range);
        let scene = Scene {
            normalised: &self.normalised,
            clauses: &self.clauses,
            language: Some(language),
            sentiment,
        };
        let mut features = std::mem::take(&mut self.space.read);
        read(&scene, &span, &[], &mut self.space, &mut features);
        self.space.read = features;
        &self.space.read
    }
}
