use super::Market;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of evidence a source gives. Series of different classes are never added up: ten
/// buyers are not ten posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceClass {
    /// Posts of a whole site, tag or channel: the total seen is known.
    Social,
    /// Posts found by keyword: no total, so no share can be told.
    SocialSearch,
    /// Reviews and product questions.
    Review,
    /// Ranking lists.
    Ranking,
    /// Search or page-view interest.
    Interest,
    /// The seller's own customers: chat, tickets, returns, sign-ups.
    Voice,
    /// The seller's own order lines.
    Sales,
}

impl SourceClass {
    /// Every class.
    pub const ALL: [SourceClass; 7] = [
        SourceClass::Social,
        SourceClass::SocialSearch,
        SourceClass::Review,
        SourceClass::Ranking,
        SourceClass::Interest,
        SourceClass::Voice,
        SourceClass::Sales,
    ];

    /// The word used in files and output.
    pub fn word(self) -> &'static str {
        match self {
            SourceClass::Social => "social",
            SourceClass::SocialSearch => "social-search",
            SourceClass::Review => "review",
            SourceClass::Ranking => "ranking",
            SourceClass::Interest => "interest",
            SourceClass::Voice => "voice",
            SourceClass::Sales => "sales",
        }
    }

    /// The class of a word.
    pub fn parse(word: &str) -> Option<SourceClass> {
        SourceClass::ALL
            .into_iter()
            .find(|class| class.word() == word)
    }
}

impl fmt::Display for SourceClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a series counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Everything seen in the market and class: the denominator.
    Total,
    /// A SKU of the catalogue.
    Sku(String),
    /// A phrase, normalised, that no SKU matches.
    Phrase(String),
}

impl Subject {
    /// `total`, `sku` or `phrase`.
    pub fn sort(&self) -> &'static str {
        match self {
            Subject::Total => "total",
            Subject::Sku(_) => "sku",
            Subject::Phrase(_) => "phrase",
        }
    }

    /// The SKU or the phrase; empty for the total.
    pub fn name(&self) -> &str {
        match self {
            Subject::Total => "",
            Subject::Sku(name) | Subject::Phrase(name) => name,
        }
    }

    /// The subject of a sort and a name.
    pub fn parse(sort: &str, name: &str) -> Option<Subject> {
        match sort {
            "total" => Some(Subject::Total),
            "sku" => Some(Subject::Sku(name.to_owned())),
            "phrase" => Some(Subject::Phrase(name.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Total => f.write_str("total"),
            Subject::Sku(sku) => f.write_str(sku),
            Subject::Phrase(phrase) => write!(f, "“{phrase}”"),
        }
    }
}

/// Key of one series: subject × market × class. Ordered, so that a day closes in key order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeriesKey {
    /// What is counted.
    pub subject: Subject,
    /// Where.
    pub market: Market,
    /// By which kind of evidence.
    pub class: SourceClass,
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} ({})", self.subject, self.market, self.class)
    }
}
