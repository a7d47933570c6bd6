//! record → tags: language, market, sentiment, intent, keyphrases, SKU mentions.
//! A pure function of a record and a context value.
//!
//! One text goes one way: `normalise` and cut into `token`s once, hashed `features` once,
//! then every head reads those: `language`, `sentiment`, `marks` (intents, doubts, market),
//! `matcher` and `link` (SKUs), `aspect`, `clause` and `target` (how it feels about each of
//! these), `keyphrase`. Titles of listings go by `listing` instead, which compares them with the
//! catalogue's own. Where the settings name a `transformer`, it may look again at what these heads
//! left open. No I/O, no clock, no state.

mod alias;
mod around;
mod aspect;
mod background;
mod catalogue;
mod clause;
mod context;
mod correct;
mod cue;
mod doubt;
mod explain;
mod features;
mod hash;
mod intent;
mod kana;
mod keyphrase;
mod kin;
mod language;
mod lexicon;
mod linear;
mod link;
pub mod listing;
mod market;
mod marks;
mod matcher;
pub mod models;
mod names;
mod near;
mod normalise;
mod own_aspects;
mod phrases;
mod piece;
mod reading;
mod renown;
mod resolve;
mod rows;
mod scores;
mod script;
mod segment;
mod sentiment;
mod spelling;
mod stopword;
mod support;
mod target;
mod token;
pub mod train;
mod transformer;
mod verb;

pub use alias::{Alias, Ambiguity, Origin, expand};
pub use aspect::{AspectWords, Aspects};
pub use background::Background;
pub use catalogue::{Error as CatalogueError, parse as parse_catalogue, read_catalogue};
pub use context::{Context, KEYPHRASES};
pub use correct::{
    CorrectError, Correction, Corrections, Meant, corrections_path, keep_correction,
    read_corrections,
};
pub use explain::explain;
pub use linear::ModelError;
pub use names::{NameOf, SHARED_MAX, names_of};
pub use own_aspects::{AspectsError, aspects_path, read_aspects};
pub use resolve::{Resolution, ResolveError, keep_resolved, read_resolved, resolved_path};
pub use target::put_target;
pub use transformer::{Transformer, TransformerError};

use crate::record::{
    Chances, LanguageGuess, Market, ReasonGuess, Record, Sentiment, SourceClass, Tags,
};
use std::ops::Range;

/// Characters of a text that are read; the rest of a longer one is not. It bounds the time and
/// the memory that a hostile text can take.
pub const TEXT_CHARS_MAX: usize = 16_000;

/// What is known of a text's source before the text is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// The source's default market.
    pub market: Option<Market>,
    /// The source's language, BCP-47.
    pub language: Option<String>,
    /// The class of the source.
    pub class: Option<SourceClass>,
    /// SKUs that the post names which began the thread.
    pub thread: Vec<String>,
}

/// Tags a record. Pure: the same record, hints and context give the same tags on any thread.
///
/// Never panics, whatever the text; time is bounded by [`TEXT_CHARS_MAX`]. Offsets of mentions
/// count Unicode scalar values of [`Record::full_text`].
pub fn tag(record: &Record, hints: &Hints, context: &Context) -> Tags {
    reading::Reading::of(record, hints, context).tags
}

/// Tags record after record in the same memory: what to use where there are many.
#[derive(Debug)]
pub struct Tagger<'c> {
    context: &'c Context,
    reading: reading::Reading,
}

impl<'c> Tagger<'c> {
    /// A tagger of a context; each thread has its own.
    pub fn new(context: &'c Context) -> Tagger<'c> {
        Tagger {
            context,
            reading: reading::Reading::default(),
        }
    }

    /// Tags a record, as [`tag`] does.
    pub fn tag(&mut self, record: &Record, hints: &Hints) -> &Tags {
        self.reading.read(record, hints, self.context);
        &self.reading.tags
    }

    /// Tags a record, and lets the transformer of the context look again where there is one.
    pub fn tag_twice(&mut self, record: &Record, hints: &Hints) -> &Tags {
        self.reading.read(record, hints, self.context);
        self.context
            .look_again(record, hints, &mut self.reading.tags);
        &self.reading.tags
    }
    /// The tags of the record tagged last.
    pub fn tags(&self) -> &Tags {
        &self.reading.tags
    }

    /// How the record tagged last feels about one target: where it stands in the text, in Unicode
    /// scalar values, or `None` where it is not named.
    pub fn feels_about(&mut self, target: Option<&Range<usize>>) -> Sentiment {
        self.reading.feels_about(target, self.context)
    }
}

/// What the learned heads alone say of a text: what `model eval` measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Its language.
    pub language: LanguageGuess,
    /// How it feels.
    pub sentiment: Sentiment,
    /// What it wants.
    pub chances: Chances,
    /// Why what it speaks of would be sent back.
    pub reasons: Vec<ReasonGuess>,
}

impl Judgement {
    /// Judges a text. `stated`: its language as its source states it.
    pub fn of(text: &str, stated: Option<&str>, models: &models::Models) -> Judgement {
        let normalised = normalise::Normalised::new(text);
        let tokens = token::tokens(&normalised.text);
        let features = features::Features::of(&normalised, &tokens);
        let spread = script::Spread::of(&normalised.text);
        let stated = stated.map(language::canonical);
        let language = language::guess(&features, &spread, stated.as_deref(), &models.language);
        let known = (!language.abstain).then_some(language.code.as_str());
        let sentiment = sentiment::judge(&features, known, &models.sentiment);
        let (mut atoms, mut marks) = (Vec::new(), Vec::new());
        phrases::atoms(&normalised.text, &mut atoms);
        marks::find(&normalised.text, &atoms, known, &mut marks);
        let mut cues = cue::Cues::default();
        cues.read(&normalised.text, &tokens, &marks, known, &sentiment);
        let wants = intent::judge(&features, &spread, &cues, known, &models.intent);
        Judgement {
            language,
            sentiment,
            chances: wants.chances,
            reasons: wants.reasons,
        }
    }

    /// How a text feels about the target at a range of it, in Unicode scalar values; about one
    /// that it does not name, as it feels on the whole.
    pub fn of_target(
        text: &str,
        target: Option<&Range<usize>>,
        stated: Option<&str>,
        models: &models::Models,
    ) -> Sentiment {
        let judgement = Judgement::of(text, stated, models);
        let Some(target) = target else {
            return judgement.sentiment;
        };
        let language = judgement.language;
        let known = Some(language.code.as_str()).filter(|code| *code != "und");
        let felt = target::judge_alone(text, target, known, models);
        Sentiment {
            abstain: felt.abstain || language.abstain,
            ..felt
        }
    }
}

/// A head of any name, as `model train` writes it, outside the ones that every text goes through.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherHead {
    model: linear::Model,
}

impl OtherHead {
    /// Reads the file of a head; `name` is for messages.
    pub fn read(name: &str, bytes: &[u8]) -> Result<OtherHead, ModelError> {
        let model = linear::Model::read(name, bytes)?;
        Ok(OtherHead { model })
    }

    /// Its classes.
    pub fn classes(&self) -> &[String] {
        &self.model.classes
    }

    /// Each class holds or not by itself; else exactly one does.
    pub fn any(&self) -> bool {
        self.model.any
    }

    /// The probability of each class. `language`: that of the text.
    pub fn judge(&self, text: &str, language: &str) -> Vec<f32> {
        let normalised = normalise::Normalised::new(text);
        let features = features::Features::of(&normalised, &token::tokens(&normalised.text));
        let tested = self.model.tested(language);
        let mut scores = vec![0.0; self.model.classes.len()];
        let known = tested.map(|tested| tested.language.as_str());
        self.model.scores(&features, known, &mut scores);
        for score in &mut scores {
            *score /= tested.map_or(1.0, |tested| tested.temperature);
        }
        self.model.probabilities(&mut scores);
        scores
    }
}
