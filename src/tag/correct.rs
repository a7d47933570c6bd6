//! What a person says of a text → tags that follow it, and rows to learn from.
//!
//! Corrections lie in `corrections.ndjson` beside the catalogue, one JSON object a line, the last
//! word on each field of a text last. A text is known again whatever its capitals and spaces.

use super::link::Decision;
use super::normalise::Normalised;
use super::resolve::Resolution;
use crate::record::{Chances, Intents, LanguageGuess, Market, MarketGuess, Polarity, Sentiment};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// File name, beside the catalogue.
const FILE: &str = "corrections.ndjson";
/// Bytes of the file at most.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// What decided a market that a person names.
const EVIDENCE: &str = "corrected";

/// What a person says of one text; what is `None` stays as the tagger has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The text.
    pub text: String,
    /// Its language, BCP-47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The market it speaks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<Market>,
    /// How it feels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Polarity>,
    /// It asks something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<bool>,
    /// It wants to buy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<bool>,
    /// It complains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<bool>,
    /// What names in it mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Meant>,
}

/// What a name means in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meant {
    /// The name, as it is looked for.
    pub alias: String,
    /// The SKU; `None`: no product of the catalogue.
    pub sku: Option<String>,
}

/// Why corrections cannot be read or kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CorrectError {
    /// The file cannot be read or written.
    #[error("cannot read or write `{file}`: {source}\n  hint: close it in other programs")]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is too large.
    #[error("`{file}` has more than {BYTES_MAX} bytes\n  hint: delete the oldest lines")]
    TooLarge {
        /// The file.
        file: PathBuf,
    },
    /// A line is wrong.
    #[error("`{file}` line {line}: {source}\n  hint: mend or delete the line")]
    Line {
        /// The file.
        file: PathBuf,
        /// Its number, from 1.
        line: usize,
        /// What is wrong.
        source: serde_json::Error,
    },
}

/// Where the corrections beside a catalogue lie.
pub fn corrections_path(catalogue: &Path) -> PathBuf {
    catalogue.with_file_name(FILE)
}

/// Reads corrections, in their order; none where there is no file.
pub fn read_corrections(file: &Path) -> Result<Vec<Correction>, CorrectError> {
    let fail = |source| CorrectError::File {
        file: file.to_owned(),
        source,
    };
    let size = match std::fs::metadata(file) {
        Ok(facts) => facts.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(error)),
    };
    if size > BYTES_MAX {
        return Err(CorrectError::TooLarge {
            file: file.to_owned(),
        });
    }
    let text = std::fs::read_to_string(file).map_err(fail)?;
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|source| CorrectError::Line {
                file: file.to_owned(),
                line: number + 1,
                source,
            })
        })
        .collect()
}

/// Keeps one more correction at the end of a file.
pub fn keep_correction(file: &Path, correction: &Correction) -> Result<(), CorrectError> {
    let fail = |source| CorrectError::File {
        file: file.to_owned(),
        source,
    };
    let mut line = serde_json::to_vec(correction).map_err(|error| fail(error.into()))?;
    line.push(b'\n');
    let mut out = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .map_err(fail)?;
    out.write_all(&line).map_err(fail)
}

/// The corrections of all texts, by their normalised form.
#[derive(Debug, Default)]
pub struct Corrections {
    by_text: HashMap<String, Correction>,
}

impl Corrections {
    /// Merges corrections: of each field of a text the last one counts.
    pub fn new(corrections: &[Correction]) -> Corrections {
        let mut by_text: HashMap<String, Correction> = HashMap::new();
        for correction in corrections {
            let known = by_text
                .entry(Normalised::new(&correction.text).text)
                .or_default();
            let Correction {
                text,
                language,
                market,
                sentiment,
                question,
                purchase,
                complaint,
                mentions,
            } = correction.clone();
            known.text = text;
            known.language = language.or(known.language.take());
            known.market = market.or(known.market.take());
            known.sentiment = sentiment.or(known.sentiment);
            known.question = question.or(known.question);
            known.purchase = purchase.or(known.purchase);
            known.complaint = complaint.or(known.complaint);
            for meant in mentions {
                known.mentions.retain(|old| old.alias != meant.alias);
                known.mentions.push(meant);
            }
        }
        Corrections { by_text }
    }

    /// What is known of a normalised text.
    pub fn of(&self, text: &str) -> Option<&Correction> {
        if self.by_text.is_empty() {
            return None;
        }
        self.by_text.get(text)
    }

    /// What the corrections say of ambiguous names, for other texts to learn from; in the order of
    /// the texts.
    pub fn resolutions(&self) -> Vec<Resolution> {
        let meant = |correction: &Correction| -> Vec<Resolution> {
            let meant = correction.mentions.iter().map(|meant| Resolution {
                alias: meant.alias.clone(),
                sku: meant.sku.clone(),
                text: correction.text.clone(),
            });
            meant.collect()
        };
        self.in_order().into_iter().flat_map(meant).collect()
    }

    /// The corrections, one a text, in the order of the texts.
    pub fn in_order(&self) -> Vec<&Correction> {
        let mut texts: Vec<&Correction> = self.by_text.values().collect();
        texts.sort_by(|left, right| left.text.cmp(&right.text));
        texts
    }
}

impl Correction {
    /// The label of its sentiment, as labelled rows have it.
    pub fn label(&self) -> Option<&'static str> {
        self.sentiment.map(|sentiment| match sentiment {
            Polarity::Negative => "negative",
            Polarity::Neutral => "neutral",
            Polarity::Positive => "positive",
        })
    }

    /// The fields that are corrected, for people.
    pub fn words(&self) -> Vec<String> {
        let mut out = Vec::new();
        out.extend(
            self.language
                .as_ref()
                .map(|code| format!("language {code}")),
        );
        out.extend(
            self.market
                .as_ref()
                .map(|market| format!("market {market}")),
        );
        out.extend(self.label().map(|label| format!("sentiment {label}")));
        for (name, said) in [
            ("question", self.question),
            ("wants to buy", self.purchase),
            ("complaint", self.complaint),
        ] {
            out.extend(said.map(|holds| {
                let answer = if holds { "yes" } else { "no" };
                format!("{name} {answer}")
            }));
        }
        out.extend(self.mentions.iter().map(|meant| {
            let sku = meant.sku.as_deref().unwrap_or("no product");
            format!("“{}” means {sku}", meant.alias)
        }));
        out
    }

    /// The language as corrected.
    pub fn apply_language(&self, guess: &mut LanguageGuess) {
        if let Some(code) = &self.language {
            *guess = LanguageGuess {
                code: code.clone(),
                confidence: 1.0,
                abstain: false,
            };
        }
    }

    /// Sentiment and market as corrected.
    pub fn apply(&self, sentiment: &mut Sentiment, market: &mut MarketGuess) {
        if let Some(label) = self.sentiment {
            let sure = |other: Polarity| if label == other { 1.0 } else { 0.0 };
            *sentiment = Sentiment {
                label,
                negative: sure(Polarity::Negative),
                neutral: sure(Polarity::Neutral),
                positive: sure(Polarity::Positive),
                abstain: false,
            };
        }
        if let Some(code) = &self.market {
            market.market = code.clone();
            market.confidence = 1.0;
            market.evidence = EVIDENCE.to_owned();
        }
    }

    /// Intents as corrected, and sure.
    pub fn apply_intents(&self, intents: &mut Intents, chances: &mut Chances) {
        for (said, holds, chance) in [
            (self.question, &mut intents.question, &mut chances.question),
            (self.purchase, &mut intents.purchase, &mut chances.purchase),
            (
                self.complaint,
                &mut intents.complaint,
                &mut chances.complaint,
            ),
        ] {
            if let Some(said) = said {
                *holds = said;
                *chance = if said { 1.0 } else { 0.0 };
            }
        }
    }

    /// Decisions on names as corrected.
    pub fn apply_mentions(&self, decisions: &mut Vec<Decision>) {
        for meant in &self.mentions {
            decisions.retain_mut(|decision| {
                if decision.mention.alias != meant.alias {
                    return true;
                }
                decision.linked = meant.sku.as_ref() == Some(&decision.mention.sku);
                decision.mention.score = 1.0;
                decision.why = "corrected by you".to_owned();
                decision.linked
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correction(text: &str) -> Correction {
        Correction {
            text: text.into(),
            ..Correction::default()
        }
    }

    #[test]
    fn the_last_word_on_each_field_counts() {
        let first = Correction {
            language: Some("de".into()),
            sentiment: Some(Polarity::Negative),
            ..correction("Na toll")
        };
        let second = Correction {
            sentiment: Some(Polarity::Positive),
            ..correction("na  TOLL")
        };
        let all = Corrections::new(&[first, second]);
        let known = all.of("na toll").unwrap();
        assert_eq!(known.language.as_deref(), Some("de"));
        assert_eq!(known.sentiment, Some(Polarity::Positive));
        assert!(all.of("na so was").is_none());
    }

    #[test]
    fn corrections_come_back_from_their_file_and_wrong_lines_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = corrections_path(&folder.path().join("catalogue.csv"));
        assert_eq!(read_corrections(&file).unwrap(), []);
        let kept = Correction {
            complaint: Some(true),
            mentions: vec![Meant {
                alias: "switch".into(),
                sku: None,
            }],
            ..correction("time to \"switch\"\njobs")
        };
        keep_correction(&file, &kept).unwrap();
        keep_correction(&file, &correction("b")).unwrap();
        assert_eq!(read_corrections(&file).unwrap(), [kept, correction("b")]);
        std::fs::write(&file, "{\"text\":\"a\"}\n{\"text\":\"a\",\"mood\":1}\n").unwrap();
        let error = read_corrections(&file).unwrap_err().to_string();
        assert!(
            error.contains("line 2") && error.contains("mood"),
            "{error}"
        );
    }
}
