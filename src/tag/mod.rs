//! record → tags: language, market, sentiment, intent, keyphrases, SKU mentions.
//! A pure function of a record and a context value.

mod background;
mod features;
mod language;
mod linear;
pub mod models;
mod normalise;
mod script;
mod sentiment;
mod token;
pub mod train;

use crate::record::{LanguageGuess, Sentiment};

/// Characters of a text that are read; the rest of a longer one is not. It bounds the time a
/// hostile text can take.
pub const TEXT_CHARS_MAX: usize = 16_000;

/// What is known of a text's source before the text is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// The source's default market.
    pub market: Option<crate::record::Market>,
    /// The source's language, BCP-47.
    pub language: Option<String>,
    /// The class of the source.
    pub class: Option<crate::record::SourceClass>,
}

/// What the learned heads say of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Its language.
    pub language: LanguageGuess,
    /// How it feels.
    pub sentiment: Sentiment,
}

impl Judgement {
    /// Judges a text by the learned heads alone.
    pub fn of(
        text: &str,
        stated: Option<&str>,
        review: bool,
        models: &models::Models,
    ) -> Judgement {
        let normalised = normalise::Normalised::new(text);
        let tokens = token::tokens(&normalised.text);
        let features = features::Features::of(&normalised, &tokens);
        let spread = script::Spread::of(&normalised.text);
        let stated = stated.map(language::canonical);
        let language = language::guess(&features, &spread, stated.as_deref(), &models.language);
        let known = (!language.abstain).then_some(language.code.as_str());
        let sentiment = sentiment::judge(&features, known, review, &models.sentiment);
        Judgement {
            language,
            sentiment,
        }
    }
}

/// Context.
#[derive(Debug, Default)]
pub struct Context;

/// Tags of a record.
pub fn tag(_record: &crate::record::Record, _hints: &Hints, _context: &Context) -> crate::record::Tags {
    crate::record::Tags::default()
}

