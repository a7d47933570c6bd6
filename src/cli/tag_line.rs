use crate::record::{Chances, Doubt, Keyphrase, LanguageGuess, MarketGuess, Mention, Polarity};
use crate::record::{ReasonGuess, Sentiment, Tags};
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The tags of a line as `tag --lines` prints them.
pub struct Line<'t> {
    /// All of them.
    pub tags: &'t Tags,
    /// How it feels about a target that the caller named.
    pub target: Option<&'t Sentiment>,
}

impl Line<'_> {
    /// Writes the line of JSON and its end.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        // Plain values into memory: this cannot fail.
        let _ = serde_json::to_writer(&mut *out, self);
        if !out[start..].is_ascii() {
            escape_line_ends(out, start);
        }
        out.push(b'\n');
    }
}

/// Escapes the characters that would end the line for many readers: U+2028, U+2029, U+0085.
pub(super) fn escape_line_ends(out: &mut Vec<u8>, start: usize) {
    let escape = |bytes: &[u8]| match bytes {
        [0xe2, 0x80, 0xa8, ..] => Some((3, b"\\u2028")),
        [0xe2, 0x80, 0xa9, ..] => Some((3, b"\\u2029")),
        [0xc2, 0x85, ..] => Some((2, b"\\u0085")),
        _ => None,
    };
    let line = &out[start..];
    if !(0..line.len()).any(|at| line[at] >= 0xc2 && escape(&line[at..]).is_some()) {
        return;
    }
    let line = out.split_off(start);
    let mut rest = line.as_slice();
    while let Some(first) = rest.first() {
        match escape(rest) {
            Some((length, escaped)) => {
                out.extend_from_slice(escaped);
                rest = &rest[length..];
            }
            None => {
                out.push(*first);
                rest = &rest[1..];
            }
        }
    }
}

/// Four digits after the point say all there is to say.
fn short(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tags = self.tags;
        let mut out = serializer.serialize_struct("Line", 11)?;
        out.serialize_field("language", &Language(&tags.language))?;
        out.serialize_field("market", &tags.market.as_ref().map(Market))?;
        out.serialize_field("sentiment", &Feeling(&tags.sentiment))?;
        if let Some(target) = self.target {
            out.serialize_field("target_sentiment", &Feeling(target))?;
        }
        out.serialize_field("intents", &Wants(&tags.chances))?;
        out.serialize_field("return_reasons", &Reasons(&tags.reasons))?;
        out.serialize_field("keyphrases", &Each(&tags.keyphrases, Phrase))?;
        out.serialize_field("aspects", &tags.aspects)?;
        out.serialize_field("mentions", &Each(&tags.mentions, Named))?;
        out.serialize_field("ambiguous", &Each(&tags.ambiguous, Named))?;
        out.serialize_field::<[Doubt]>("doubt", &tags.doubt)?;
        out.end()
    }
}

/// A list whose items are printed in a form of their own.
struct Each<'t, T, F>(&'t [T], F);

impl<'t, T, F, P> Serialize for Each<'t, T, F>
where
    F: Fn(&'t T) -> P,
    P: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

struct Language<'t>(&'t LanguageGuess);

impl Serialize for Language<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Language", 3)?;
        out.serialize_field("code", &self.0.code)?;
        out.serialize_field("confidence", &short(self.0.confidence))?;
        out.serialize_field("abstain", &self.0.abstain)?;
        out.end()
    }
}

struct Market<'t>(&'t MarketGuess);

impl Serialize for Market<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Market", 3)?;
        out.serialize_field("code", &self.0.market)?;
        out.serialize_field("confidence", &short(self.0.confidence))?;
        out.serialize_field("evidence", &self.0.evidence)?;
        out.end()
    }
}

struct Feeling<'t>(&'t Sentiment);

impl Serialize for Feeling<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Feeling(sentiment) = self;
        let label = match sentiment.label {
            Polarity::Negative => "negative",
            Polarity::Neutral => "neutral",
            Polarity::Positive => "positive",
        };
        let mut out = serializer.serialize_struct("Sentiment", 3)?;
        out.serialize_field("label", label)?;
        out.serialize_field("probabilities", &Probabilities(sentiment))?;
        out.serialize_field("abstain", &sentiment.abstain)?;
        out.end()
    }
}

struct Probabilities<'t>(&'t Sentiment);

impl Serialize for Probabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Probabilities", 3)?;
        out.serialize_field("negative", &short(self.0.negative))?;
        out.serialize_field("neutral", &short(self.0.neutral))?;
        out.serialize_field("positive", &short(self.0.positive))?;
        out.end()
    }
}

struct Wants<'t>(&'t Chances);

impl Serialize for Wants<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Chances", 3)?;
        out.serialize_field("question", &short(self.0.question))?;
        out.serialize_field("purchase", &short(self.0.purchase))?;
        out.serialize_field("complaint", &short(self.0.complaint))?;
        out.end()
    }
}

struct Reasons<'t>(&'t [ReasonGuess]);

impl Serialize for Reasons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pair = |guess: &ReasonGuess| (guess.reason.name(), short(guess.probability));
        serializer.collect_map(self.0.iter().map(pair))
    }
}

struct Phrase<'t>(&'t Keyphrase);

impl Serialize for Phrase<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Phrase", 2)?;
        out.serialize_field("phrase", &self.0.phrase)?;
        out.serialize_field("score", &short(self.0.score))?;
        out.end()
    }
}

struct Named<'t>(&'t Mention);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Mention", 6)?;
        out.serialize_field("sku", &self.0.sku)?;
        out.serialize_field("alias", &self.0.alias)?;
        out.serialize_field("start", &self.0.start)?;
        out.serialize_field("end", &self.0.end)?;
        out.serialize_field("score", &short(self.0.score))?;
        out.serialize_field("sentiment", &self.0.sentiment.as_ref().map(Feeling))?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_holds_a_character_that_ends_it_elsewhere() {
        let mut tags = Tags::default();
        tags.language.code = "a\u{2028}b\u{2029}c\u{85}é\u{20ac}".into();
        let mut out = b"before\n".to_vec();
        Line {
            tags: &tags,
            target: None,
        }
        .write(&mut out);
        let text = String::from_utf8(out).unwrap();
        let line = text.strip_prefix("before\n").unwrap();
        assert!(!line.contains(['\u{2028}', '\u{2029}', '\u{85}']), "{line}");
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["language"]["code"], tags.language.code);
    }
}
