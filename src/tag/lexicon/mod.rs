//! The phrases that rules go by, written by us, per language.
//!
//! Phrases are separated by `|`. `^` and `$` hold a phrase to the beginning or end of a sentence,
//! `~` marks a weak one that counts only together with another. `*` stands for every language.

use crate::record::Reason;

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
    /// Why something would be returned.
    Reason(Reason),
    /// An unkind word, which turns a matter near it into a reason.
    Bad,
    /// A prize for sharing.
    Giveaway,
    /// An advert.
    Advert,
    /// A currency; the market that uses it, empty where several do.
    Currency(&'static str),
    /// A place in a market.
    Place(&'static str),
    /// A word that only people of a market use.
    Local(&'static str),
}

mod asia;
pub mod aspects;
pub mod contrast;
mod endings;
mod europe;
mod everywhere;
mod local;
mod reasons;

pub use endings::asks;

/// Language, meaning, phrases.
pub type Entry = (&'static str, Sense, &'static str);

/// Every entry.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    europe::PHRASES
        .iter()
        .chain(asia::PHRASES)
        .chain(everywhere::PHRASES)
        .chain(reasons::phrases())
        .chain(local::PHRASES)
}
