//! What a writer wants: to ask, to buy, to complain. Rules over the marks of a text.

use super::lexicon::Sense;
use super::marks::Mark;
use super::token::{Sort, Token};
use crate::record::{Intents, Polarity, Sentiment};

/// A complaint in a text that is this surely happy is somebody else's.
const HAPPY: f32 = 0.8;

/// The intents of a text.
pub fn intents(text: &str, tokens: &[Token], marks: &[Mark], sentiment: &Sentiment) -> Intents {
    let has = |sense: Sense| marks.iter().any(|mark| mark.sense == sense);
    let asks = tokens.iter().any(|token| {
        token.sort == Sort::Mark && matches!(token.of(text).chars().next(), Some('?' | '؟' | '？'))
    });
    let warns = has(Sense::Warning);
    let happy = sentiment.counted() == Some(Polarity::Positive) && sentiment.positive >= HAPPY;
    Intents {
        question: asks || has(Sense::Question),
        purchase: has(Sense::Purchase) && !warns,
        complaint: warns || has(Sense::Complaint) && !happy,
    }
}
