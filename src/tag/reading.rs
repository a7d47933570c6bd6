//! One text, read once: normalised, cut into tokens, judged by every head.

use super::link::Decision;
use super::marks::Mark;
use super::normalise::Normalised;
use super::script::Spread;
use super::token::{Token, tokens};
use super::{
    Context, Hints, alias, doubt, features::Features, intent, keyphrase, language, link, market,
    marks, piece, sentiment,
};
use crate::record::{Kind, Record, SourceClass, Tags};
use std::ops::Range;

/// All that was found in a text, with what it rests on.
pub struct Reading {
    /// The normalised text.
    pub normalised: Normalised,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Its features.
    pub features: Features,
    /// Its scripts.
    pub spread: Spread,
    /// Phrases of the lexicon in it.
    pub marks: Vec<Mark>,
    /// Every decision on a SKU.
    pub decisions: Vec<Decision>,
    /// The outcome.
    pub tags: Tags,
}

impl Reading {
    /// Reads a record.
    pub fn of(record: &Record, hints: &Hints, context: &Context) -> Reading {
        let raw = record.full_text();
        let normalised = Normalised::new(&raw);
        let tokens = tokens(&normalised.text);
        let features = Features::of(&normalised, &tokens);
        let spread = Spread::of(&normalised.text);
        let models = &context.models;

        let stated = record.lang.as_deref().or(hints.language.as_deref());
        let stated = stated.map(language::canonical);
        let language = language::guess(&features, &spread, stated.as_deref(), &models.language);
        let known = (!language.abstain).then_some(language.code.as_str());

        let sentiment = sentiment::judge(&features, known, &models.sentiment);
        let marks = marks::find(&normalised.text, known);
        let intents = intent::intents(&normalised.text, &tokens, &marks, &sentiment);
        let market = market::guess(record, hints, &language, &marks);
        let doubt = match record.kind {
            Kind::Post | Kind::Comment | Kind::Chat | Kind::Review => {
                doubt::doubts(&raw, &normalised.text, &tokens, &marks)
            }
            _ => Vec::new(),
        };

        let folded = alias::fold_separators(&normalised.text);
        let candidates = context.matcher.candidates(&folded, &tokens);
        let prices = prices(&normalised.text, &marks);
        let decisions = link::decide(
            &context.matcher,
            &candidates,
            &link::Scene {
                normalised: &normalised,
                folded: &folded,
                raw: &raw,
                prices: &prices,
                nouns_have_capitals: language.code == "de",
            },
        );
        let spans: Vec<Range<usize>> = decisions
            .iter()
            .filter(|decision| decision.linked)
            .map(|decision| decision.range.clone())
            .collect();

        let listing = matches!(record.kind, Kind::Rank | Kind::Count)
            || matches!(
                hints.class,
                Some(SourceClass::Ranking | SourceClass::Interest)
            );
        let whole = listing
            .then(|| keyphrase::whole_title(&normalised, &spans))
            .flatten();
        let keyphrases = match whole {
            Some(phrase) if context.keyphrases > 0 => vec![phrase],
            _ => keyphrase::keyphrases(
                &piece::Scene {
                    normalised: &normalised,
                    tokens: &tokens,
                    raw: &raw,
                    // For phrases the best guess is good enough.
                    language: Some(&language.code),
                    words: models.background.of(&language.code),
                    mentions: &spans,
                },
                context.keyphrases,
            ),
        };
        let (linked, open): (Vec<&Decision>, Vec<&Decision>) =
            decisions.iter().partition(|decision| decision.linked);
        let mentions = |decisions: Vec<&Decision>| {
            decisions
                .into_iter()
                .map(|decision| decision.mention.clone())
                .collect()
        };
        let tags = Tags {
            market: Some(market),
            sentiment,
            intents,
            keyphrases,
            mentions: mentions(linked),
            ambiguous: mentions(open),
            doubt,
            language,
        };
        Reading {
            normalised,
            tokens,
            features,
            spread,
            marks,
            decisions,
            tags,
        }
    }
}

fn prices(text: &str, marks: &[Mark]) -> Vec<Range<usize>> {
    marks
        .iter()
        .filter(|mark| matches!(mark.sense, super::lexicon::Sense::Currency(_)))
        .filter_map(|mark| marks::amount_near(text, &mark.range))
        .collect()
}
