use super::Market;
use serde::{Deserialize, Serialize};

/// What the tagger says of one record. A pure function of the record's text and the tagger's
/// context; the store keeps it with the versions of that context.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tags {
    /// Language of the text.
    pub language: LanguageGuess,
    /// Market it speaks for.
    pub market: Option<MarketGuess>,
    /// How it feels.
    pub sentiment: Sentiment,
    /// What it wants.
    pub intents: Intents,
    /// How probable each of those is.
    #[serde(default)]
    pub chances: Chances,
    /// Why what it speaks of would be returned, most probable first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonGuess>,
    /// Phrases worth counting, best first.
    pub keyphrases: Vec<Keyphrase>,
    /// SKUs it names.
    pub mentions: Vec<Mention>,
    /// Names that may be a SKU but have no support in the text.
    pub ambiguous: Vec<Mention>,
    /// Reasons to set the post apart.
    pub doubt: Vec<Doubt>,
    /// What of a product it speaks of, in the order of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<Aspect>,
}

/// A language with its confidence. The code is always the best guess; `abstain` says that the
/// guess should not be relied on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LanguageGuess {
    /// BCP-47.
    pub code: String,
    /// 0 to 1.
    pub confidence: f32,
    /// Too close to call.
    pub abstain: bool,
}

impl Default for LanguageGuess {
    fn default() -> Self {
        LanguageGuess {
            code: "und".into(),
            confidence: 0.0,
            abstain: true,
        }
    }
}

/// A market with its confidence and the evidence that decided it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarketGuess {
    /// The market, or the language zone of the undecided.
    pub market: Market,
    /// 0 to 1.
    pub confidence: f32,
    /// What decided: `stated`, `source`, `site`, `stated place`, `words`,
    /// `currency`, `place`, `language`.
    pub evidence: String,
}

/// Negative, neutral or positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// Unhappy.
    Negative,
    /// Neither.
    Neutral,
    /// Happy.
    Positive,
}

/// Sentiment with its probabilities, which add up to one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentiment {
    /// The most probable.
    pub label: Polarity,
    /// Probability of each.
    pub negative: f32,
    /// See `negative`.
    pub neutral: f32,
    /// See `negative`.
    pub positive: f32,
    /// Not to be counted: too close, or a language the model was never tested on.
    pub abstain: bool,
}

impl Default for Sentiment {
    fn default() -> Self {
        Sentiment {
            label: Polarity::Neutral,
            negative: 0.0,
            neutral: 1.0,
            positive: 0.0,
            abstain: true,
        }
    }
}

impl Sentiment {
    /// The label, unless the tagger abstained.
    pub fn counted(&self) -> Option<Polarity> {
        (!self.abstain).then_some(self.label)
    }
}

/// What the writer wants; several may hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Intents {
    /// Asks something.
    pub question: bool,
    /// Wants to buy.
    pub purchase: bool,
    /// Complains.
    pub complaint: bool,
}

/// How probable each intent is, 0 to 1; each by itself. All are 0 where no tagger looked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chances {
    /// That it asks something.
    pub question: f32,
    /// That its writer wants to buy.
    pub purchase: f32,
    /// That it complains.
    pub complaint: f32,
}

/// Why a product is sent back, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Does not work, breaks, is badly made.
    Defect,
    /// Other than its pictures or description, or not genuine.
    NotAsDescribed,
    /// Too small, too large, does not fit.
    SizeOrFit,
    /// Broken when it arrived.
    DamagedInTransit,
    /// Came late or never.
    LateOrLost,
    /// Another product, colour or number than ordered.
    WrongItem,
    /// Costs more than it is worth, or less elsewhere.
    Price,
    /// The seller's people or their help.
    Service,
    /// Not wanted any more, through nobody's fault.
    ChangedMind,
}

impl Reason {
    /// All reasons, in the order of their declaration.
    pub const ALL: [Reason; 9] = [
        Reason::Defect,
        Reason::NotAsDescribed,
        Reason::SizeOrFit,
        Reason::DamagedInTransit,
        Reason::LateOrLost,
        Reason::WrongItem,
        Reason::Price,
        Reason::Service,
        Reason::ChangedMind,
    ];

    /// Its name, as it is written in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Defect => "defect",
            Reason::NotAsDescribed => "not-as-described",
            Reason::SizeOrFit => "size-or-fit",
            Reason::DamagedInTransit => "damaged-in-transit",
            Reason::LateOrLost => "late-or-lost",
            Reason::WrongItem => "wrong-item",
            Reason::Price => "price",
            Reason::Service => "service",
            Reason::ChangedMind => "changed-mind",
        }
    }

    /// The reason of a name.
    pub fn of(name: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// A reason with its probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReasonGuess {
    /// The reason.
    pub reason: Reason,
    /// 0 to 1.
    pub probability: f32,
}

/// A phrase and how much it stands out, 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Keyphrase {
    /// Normalised text.
    pub phrase: String,
    /// Higher is better.
    pub score: f32,
}

/// A SKU named in a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// The SKU.
    pub sku: String,
    /// The alias that matched.
    pub alias: String,
    /// First character, in Unicode scalar values of the text.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// 0 to 1.
    pub score: f32,
    /// How the text feels about it; `None` in languages where that was never tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
}

/// An aspect of a product that a text speaks of: battery, size, smell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aspect {
    /// Its name, in English or as the user calls it.
    pub aspect: String,
    /// How the text feels about it; `None` where that is not to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polarity: Option<Polarity>,
    /// First character, in Unicode scalar values of the text.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// Why a post is set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Says nearly the same as another author's post.
    NearDuplicate,
    /// A prize for sharing.
    Giveaway,
    /// An advert or affiliate link.
    Advert,
    /// Deleted within hours of posting.
    ShortLived,
    /// A paid place in a list.
    Paid,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_were_stored_before_there_were_chances_can_be_read() {
        let mut value = serde_json::to_value(Tags::default()).unwrap();
        let fields = value.as_object_mut().unwrap();
        fields.remove("chances").unwrap();
        assert!(!fields.contains_key("reasons"));
        let tags: Tags = serde_json::from_value(value).unwrap();
        assert_eq!(tags, Tags::default());
    }

    #[test]
    fn a_reason_is_written_as_it_is_named() {
        for reason in Reason::ALL {
            let written = serde_json::to_value(reason).unwrap();
            assert_eq!(written, reason.name());
            assert_eq!(Reason::of(reason.name()), Some(reason));
            assert_eq!(Reason::ALL[reason as usize], reason);
        }
        assert_eq!(Reason::of("weather"), None);
    }
}
