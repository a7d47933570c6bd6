//! One text, read once: normalised, cut into tokens, judged by every head.

use super::aspect;
use super::clause::Clauses;
use super::features::Features;
use super::link::Decision;
use super::marks::Mark;
use super::normalise::Normalised;
use super::phrases::{Atom, atoms};
use super::script::Spread;
use super::token::{self, Token};
use super::{
    Context, Hints, alias, cue, doubt, intent, keyphrase, language, link, market, marks, piece,
    sentiment, target,
};
use crate::record::{Aspect, Kind, Mention, Polarity, Record, Sentiment, SourceClass, Tags};
use std::borrow::Cow;
use std::ops::Range;

/// All that was found in a text, with what it rests on. Its memory serves for text after text.
#[derive(Debug, Default)]
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
    /// What in it shows its writer's intent.
    pub cues: cue::Cues,
    /// Every decision on a SKU.
    pub decisions: Vec<Decision>,
    /// The outcome.
    pub tags: Tags,
    /// Phrases wanted, where others than the context says.
    phrases_wanted: Option<usize>,
    chars: Vec<char>,
    atoms: Vec<Atom>,
    folded: Vec<u8>,
    phrases: keyphrase::Space,
    hits: Vec<aspect::Hit>,
    clauses: Clauses,
    target: target::Space,
}

impl Reading {
    /// Reads a record.
    pub fn of(record: &Record, hints: &Hints, context: &Context) -> Reading {
        let mut reading = Reading::default();
        reading.read(record, hints, context);
        reading
    }

    /// Reads a record, for up to `count` phrases.
    pub fn with_phrases(
        record: &Record,
        hints: &Hints,
        context: &Context,
        count: usize,
    ) -> Reading {
        let mut reading = Reading {
            phrases_wanted: Some(count),
            ..Reading::default()
        };
        reading.read(record, hints, context);
        reading
    }

    /// Reads another record.
    pub fn read(&mut self, record: &Record, hints: &Hints, context: &Context) {
        let raw = match (&record.title, &record.text) {
            (None, Some(text)) => Cow::Borrowed(text.as_str()),
            _ => Cow::Owned(record.full_text()),
        };
        self.normalised.read(&raw, &mut self.chars);
        let normalised = &self.normalised;
        let text = normalised.text.as_str();
        token::cut(text, &mut self.tokens);
        let tokens = self.tokens.as_slice();
        self.features.read(normalised, tokens);
        self.spread = Spread::of(text);
        let models = &context.models;

        let stated = record.lang.as_deref().or(hints.language.as_deref());
        let stated = stated.map(language::canonical);
        let corrected = context.corrections.of(text);
        let mut language = language::guess(
            &self.features,
            &self.spread,
            stated.as_deref(),
            &models.language,
        );
        if let Some(correction) = corrected {
            correction.apply_language(&mut language);
        }
        let known = (!language.abstain).then_some(language.code.as_str());

        let mut sentiment = sentiment::judge(&self.features, known, &models.sentiment);
        atoms(text, &mut self.atoms);
        marks::find(text, &self.atoms, known, &mut self.marks);
        let marks = self.marks.as_slice();
        self.cues.read(text, tokens, marks, known, &sentiment);
        let mut wants = intent::judge(
            &self.features,
            &self.spread,
            &self.cues,
            known,
            &models.intent,
        );
        let mut market = market::guess(record, hints, &language, text, marks);
        if let Some(correction) = corrected {
            correction.apply(&mut sentiment, &mut market);
            correction.apply_intents(&mut wants.intents, &mut wants.chances);
        }
        let doubt = match record.kind {
            Kind::Post | Kind::Comment | Kind::Chat | Kind::Review => {
                doubt::doubts(&raw, text, tokens, marks)
            }
            _ => Vec::new(),
        };

        self.folded.clear();
        self.folded.extend_from_slice(text.as_bytes());
        alias::fold_bytes(&mut self.folded);
        let candidates =
            context
                .matcher
                .candidates(text, &self.folded, &self.atoms, tokens, &models.background);
        let mut decisions = if candidates.is_empty() {
            Vec::new()
        } else {
            link::decide(
                &context.matcher,
                &candidates,
                &link::Scene {
                    normalised,
                    folded: &alias::fold_separators(text),
                    tokens,
                    thread: &hints.thread,
                    prices: &prices(text, marks),
                    nouns_have_capitals: language.code == "de",
                    learned: &context.learned,
                },
                &models.background,
            )
        };
        if let Some(correction) = corrected {
            correction.apply_mentions(&mut decisions);
        }
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
            .then(|| keyphrase::whole_title(normalised, &spans))
            .flatten();
        let wanted = self.phrases_wanted.unwrap_or(context.keyphrases);
        let keyphrases = match whole {
            Some(phrase) if wanted > 0 => vec![phrase],
            _ => keyphrase::keyphrases(
                &piece::Scene {
                    normalised,
                    tokens,
                    // For phrases the best guess is good enough.
                    language: Some(&language.code),
                    words: models.background.of(&language.code),
                    mentions: &spans,
                },
                wanted,
                &mut self.phrases,
            ),
        };
        let named: Vec<Range<usize>> = decisions
            .iter()
            .map(|decision| decision.range.clone())
            .collect();
        context
            .aspects
            .find(text, &self.atoms, known, &named, &mut self.hits);
        let mentions = |linked: bool| -> Vec<Mention> {
            decisions
                .iter()
                .filter(|decision| decision.linked == linked)
                .map(|decision| decision.mention.clone())
                .collect()
        };
        let (mut linked, open) = (mentions(true), mentions(false));
        let aspects = if spans.is_empty() && self.hits.is_empty() {
            Vec::new()
        } else {
            self.clauses.read(text, tokens, &self.atoms, known);
            let mut felt = Felt {
                scene: target::Scene {
                    normalised,
                    clauses: &self.clauses,
                    language: known,
                    sentiment: &models.sentiment,
                },
                model: &models.target,
                space: &mut self.target,
            };
            for (mention, range) in linked.iter_mut().zip(&spans) {
                mention.sentiment = felt.about(range, &named);
            }
            self.hits
                .iter()
                .map(|hit| {
                    let raw = normalised.raw(hit.range.clone());
                    Aspect {
                        aspect: context.aspects.name(hit.aspect).to_owned(),
                        polarity: felt.part(&hit.range, &sentiment),
                        start: raw.start,
                        end: raw.end,
                    }
                })
                .collect()
        };
        self.tags = Tags {
            market: Some(market),
            sentiment,
            intents: wants.intents,
            chances: wants.chances,
            reasons: wants.reasons,
            keyphrases,
            mentions: linked,
            ambiguous: open,
            doubt,
            aspects,
            language,
        };
        self.decisions = decisions;
    }

    /// How the text that was read last feels about the target at a raw range, in Unicode scalar
    /// values; about a target that is not named in it, as it feels on the whole.
    pub fn feels_about(&mut self, raw: Option<&Range<usize>>, context: &Context) -> Sentiment {
        let range = raw.map(|raw| self.normalised.of_raw(raw));
        let Some(range) = range.filter(|range| !range.is_empty()) else {
            return self.tags.sentiment.clone();
        };
        let text = self.normalised.text.as_str();
        // The best guess is better than none, though what rests on it is not to be counted.
        let language = &self.tags.language;
        let known = Some(language.code.as_str()).filter(|code| *code != "und");
        self.clauses.read(text, &self.tokens, &self.atoms, known);
        let scene = target::Scene {
            normalised: &self.normalised,
            clauses: &self.clauses,
            language: known,
            sentiment: &context.models.sentiment,
        };
        let model = &context.models.target;
        let mut felt = target::judge(&scene, &range, &[], model, &mut self.target);
        felt.abstain |= language.abstain;
        felt
    }
}

/// Judges target after target of one text.
struct Felt<'f> {
    scene: target::Scene<'f>,
    model: &'f super::linear::Model,
    space: &'f mut target::Space,
}

impl Felt<'_> {
    /// How the part of the text feels that an aspect stands in.
    fn part(&mut self, range: &Range<usize>, whole: &Sentiment) -> Option<Polarity> {
        target::feel_part(&self.scene, range, whole, self.space)
    }

    /// How the text feels about what stands at a range; `None` where that was never tested.
    fn about(&mut self, range: &Range<usize>, named: &[Range<usize>]) -> Option<Sentiment> {
        let language = self.scene.language?;
        target::is_tested(self.model, language)
            .then(|| target::judge(&self.scene, range, named, self.model, self.space))
    }
}

fn prices(text: &str, marks: &[Mark]) -> Vec<Range<usize>> {
    marks
        .iter()
        .filter(|mark| matches!(mark.sense, super::lexicon::Sense::Currency(_)))
        .filter_map(|mark| marks::amount_near(text, &mark.range))
        .collect()
}
