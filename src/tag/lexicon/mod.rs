//! The phrases that rules go by, written by us, per language.
//!
//! Phrases are separated by `|`. `^` and `$` hold a phrase to the beginning or end of a sentence,
//! `~` marks a weak one that counts only together with another. `*` stands for every language.

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sense {
    /// Asks something.
    Question,
    /// Wants to buy.
    Purchase,
    /// Speaks against buying.
    Warning,
    /// Complains.
    Complaint,
    /// A prize for sharing.
    Giveaway,
    /// An advert.
    Advert,
    /// A currency; the market that uses it, empty where several do.
    Currency(&'static str),
    /// A place in a market.
    Place(&'static str),
}

mod asia;
pub mod aspects;
pub mod contrast;
mod europe;
mod everywhere;

/// Language, meaning, phrases.
pub type Entry = (&'static str, Sense, &'static str);

/// Every entry.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    europe::PHRASES
        .iter()
        .chain(asia::PHRASES)
        .chain(everywhere::PHRASES)
}
