//! Every decision on a text with what it rests on, as lines for a person.

use super::features::Features;
use super::lexicon::Sense;
use super::reading::Reading;
use super::token::Sort;
use super::{Context, Hints, language, sentiment};
use crate::record::{Polarity, ReasonGuess, Record, Sentiment};

/// An intent less probable than this is not shown.
const SHOWN_MIN: f32 = 0.2;
/// Words shown for a decision.
const WORDS_SHOWN: usize = 6;

/// Explains the tags of a record: a heading and its lines, in the order in which they are decided.
pub fn explain(
    record: &Record,
    hints: &Hints,
    context: &Context,
) -> Vec<(&'static str, Vec<String>)> {
    let reading = Reading::of(record, hints, context);
    let mut out = vec![
        ("Read as", vec![reading.normalised.text.clone()]),
        ("Language", language_lines(&reading, record, hints, context)),
        ("Market", market_lines(&reading)),
        ("Sentiment", sentiment_lines(&reading, context)),
        ("Intents", intent_lines(&reading, context)),
        ("Reasons", reason_lines(&reading)),
        ("Products", product_lines(&reading, context)),
        ("Aspects", aspect_lines(&reading)),
        ("Keyphrases", keyphrase_lines(&reading)),
        ("Doubts", doubt_lines(&reading)),
    ];
    if let Some(correction) = context.corrections.of(&reading.normalised.text) {
        out.push(("Corrected", vec![correction.words().join(", ")]));
    }
    out
}

fn language_lines(
    reading: &Reading,
    record: &Record,
    hints: &Hints,
    context: &Context,
) -> Vec<String> {
    let guess = &reading.tags.language;
    let sure = if guess.abstain {
        ", not to be relied on"
    } else {
        ""
    };
    let mut lines = vec![format!(
        "{} ({:.0} %){sure}",
        guess.code,
        guess.confidence * 100.0
    )];
    let stated = record.lang.as_deref().or(hints.language.as_deref());
    let code = stated.map(language::canonical);
    let head = &context.models.language;
    let next: Vec<String> =
        language::ranked(&reading.features, &reading.spread, code.as_deref(), head)
            .into_iter()
            .skip(1)
            .take(2)
            .filter(|(_, share)| *share >= 0.005)
            .filter_map(|(class, share)| {
                Some(format!(
                    "{} ({:.0} %)",
                    head.model.classes.get(class)?,
                    share * 100.0
                ))
            })
            .collect();
    if !next.is_empty() {
        lines.push(format!("next: {}", next.join(", ")));
    }
    if let Some(stated) = stated {
        lines.push(format!("the source states {stated}"));
    }
    lines
}

fn market_lines(reading: &Reading) -> Vec<String> {
    match &reading.tags.market {
        Some(guess) => vec![format!(
            "{} ({:.0} %), decided by: {}",
            guess.market,
            guess.confidence * 100.0,
            guess.evidence
        )],
        None => vec!["not known".into()],
    }
}

fn sentiment_lines(reading: &Reading, context: &Context) -> Vec<String> {
    let feeling = &reading.tags.sentiment;
    let label = word(feeling.label);
    let mut lines = vec![format!(
        "{label} (negative {:.0} %, neutral {:.0} %, positive {:.0} %){}",
        feeling.negative * 100.0,
        feeling.neutral * 100.0,
        feeling.positive * 100.0,
        if feeling.abstain { ", not counted" } else { "" }
    )];
    let code = reading.tags.language.code.as_str();
    let model = &context.models.sentiment;
    match model.tested(code) {
        Some(tested) => lines.push(format!(
            "measured in {code}: macro-F1 {:.0} on {} texts{}",
            tested.macro_f1 * 100.0,
            tested.rows,
            if tested.macro_f1 < sentiment::MACRO_F1_MIN {
                ", too weak to be counted"
            } else {
                ""
            }
        )),
        None => lines.push(format!("untested in {code}: there were no labelled texts")),
    }
    let text = reading.normalised.text.as_str();
    let mut words: Vec<(f32, &str)> = reading
        .tokens
        .iter()
        .filter(|token| matches!(token.sort, Sort::Word | Sort::Run))
        .map(|token| {
            let word = token.of(text);
            let features = Features::of_word(word, token.sort == Sort::Word);
            let mut scores = [0.0; sentiment::CLASSES.len()];
            model.scores(&features, Some(code), &mut scores);
            let [negative, _, positive] = scores;
            (positive - negative, word)
        })
        .collect();
    words.sort_by(|left, right| right.0.abs().total_cmp(&left.0.abs()));
    words.dedup_by(|next, kept| next.1 == kept.1);
    let shown: Vec<String> = words
        .iter()
        .take(WORDS_SHOWN)
        .filter(|(lean, _)| lean.abs() > 0.2)
        .map(|(lean, word)| format!("{word} {}", if *lean > 0.0 { "+" } else { "−" }))
        .collect();
    if !shown.is_empty() {
        lines.push(format!("words that weigh most: {}", shown.join(", ")));
    }
    lines
}

fn intent_lines(reading: &Reading, context: &Context) -> Vec<String> {
    let (intents, chances) = (reading.tags.intents, reading.tags.chances);
    let code = reading.tags.language.code.as_str();
    let mut lines = Vec::new();
    for (class, holds, chance, name, senses) in [
        (
            0,
            intents.question,
            chances.question,
            "question",
            &[Sense::Question][..],
        ),
        (
            1,
            intents.purchase,
            chances.purchase,
            "wants to buy",
            &[Sense::Purchase],
        ),
        (
            2,
            intents.complaint,
            chances.complaint,
            "complaint",
            &[Sense::Complaint, Sense::Warning],
        ),
    ] {
        let mut why = Vec::new();
        let found = phrases(reading, senses);
        if !found.is_empty() {
            why.push(found);
        }
        if class == 0 && reading.normalised.text.contains(['?', '؟', '？']) {
            why.push("question mark".to_owned());
        }
        why.push(if context.models.intent.reads(class, code) {
            "its words".to_owned()
        } else {
            format!("untested in {code}, so not its words")
        });
        if holds || chance >= SHOWN_MIN {
            lines.push(format!(
                "{name} ({:.0} %){}: {}",
                chance * 100.0,
                if holds { "" } else { ", not counted" },
                why.join("; ")
            ));
        }
    }
    if lines.is_empty() {
        lines.push("none".into());
    }
    lines
}

fn reason_lines(reading: &Reading) -> Vec<String> {
    let line = |guess: &ReasonGuess| {
        let strong = phrases(reading, &[Sense::Reason(guess.reason)]);
        let unkind = phrases(reading, &[Sense::Bad]);
        let with = if unkind.is_empty() {
            String::new()
        } else {
            format!(", beside {unkind}")
        };
        format!(
            "{} ({:.0} %): {strong}{with}",
            guess.reason.name(),
            guess.probability * 100.0
        )
    };
    let lines: Vec<String> = reading.tags.reasons.iter().map(line).collect();
    if lines.is_empty() {
        vec!["none".into()]
    } else {
        lines
    }
}

fn phrases(reading: &Reading, senses: &[Sense]) -> String {
    let mut found: Vec<String> = reading
        .marks
        .iter()
        .filter(|mark| senses.contains(&mark.sense))
        .map(|mark| format!("“{}”", mark.phrase))
        .collect();
    found.dedup();
    found.join(", ")
}

fn product_lines(reading: &Reading, context: &Context) -> Vec<String> {
    if context.names() == 0 {
        return vec!["no catalogue given".into()];
    }
    let lines: Vec<String> = reading
        .decisions
        .iter()
        .map(|decision| {
            let mention = &decision.mention;
            let mentions = &reading.tags.mentions;
            let felt = mentions
                .iter()
                .find(|own| (&own.sku, own.start) == (&mention.sku, mention.start))
                .and_then(|own| own.sentiment.as_ref());
            format!(
                "{} {} “{}” (characters {} to {}, score {:.2}): {}{}",
                mention.sku,
                if decision.linked {
                    "linked by"
                } else {
                    "left open at"
                },
                mention.alias,
                mention.start,
                mention.end,
                mention.score,
                decision.why,
                felt.map_or(String::new(), |felt| format!("; {}", feeling(felt)))
            )
        })
        .collect();
    if lines.is_empty() {
        vec![format!("none of {} names", context.names())]
    } else {
        lines
    }
}

/// How a text feels about one thing in it.
fn feeling(felt: &Sentiment) -> String {
    let share = match felt.label {
        Polarity::Negative => felt.negative,
        Polarity::Neutral => felt.neutral,
        Polarity::Positive => felt.positive,
    };
    let sure = if felt.abstain { ", not counted" } else { "" };
    format!("{} ({:.0} %){sure}", word(felt.label), share * 100.0)
}

fn word(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::Negative => "negative",
        Polarity::Neutral => "neutral",
        Polarity::Positive => "positive",
    }
}

fn aspect_lines(reading: &Reading) -> Vec<String> {
    let lines: Vec<String> = reading
        .tags
        .aspects
        .iter()
        .map(|own| {
            let felt = own.polarity.map_or("not to be told how", word);
            format!(
                "{} (characters {} to {}): {felt}",
                own.aspect, own.start, own.end
            )
        })
        .collect();
    if lines.is_empty() {
        vec!["none".into()]
    } else {
        lines
    }
}

fn keyphrase_lines(reading: &Reading) -> Vec<String> {
    let lines: Vec<String> = reading
        .tags
        .keyphrases
        .iter()
        .map(|phrase| format!("{} ({:.2})", phrase.phrase, phrase.score))
        .collect();
    if lines.is_empty() {
        vec!["none".into()]
    } else {
        lines
    }
}

fn doubt_lines(reading: &Reading) -> Vec<String> {
    use crate::record::Doubt;
    let lines: Vec<String> = reading
        .tags
        .doubt
        .iter()
        .filter_map(|doubt| {
            let (name, sense) = match doubt {
                Doubt::Giveaway => ("prize draw", Sense::Giveaway),
                Doubt::Advert => ("advert", Sense::Advert),
                _ => return None,
            };
            let found = phrases(reading, &[sense]);
            let why = if found.is_empty() {
                "a link that pays its sender".to_owned()
            } else {
                found
            };
            Some(format!("{name}: {why}"))
        })
        .collect();
    if lines.is_empty() {
        vec!["none".into()]
    } else {
        lines
    }
}
