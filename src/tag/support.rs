//! What speaks for and against an ambiguous name where it stands.

use super::around::{Manner, around};
use super::background::Background;
use super::link::Scene;
use super::matcher::{Candidate, Entry, Matcher, holds};
use std::collections::BTreeSet;
use std::ops::Range;

/// Bytes around a name in which a price counts as near.
const PRICE_BYTES: usize = 48;

/// What speaks for an ambiguous name, or against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Support {
    /// The brand stands in the text.
    Brand,
    /// A word of the category stands in the text.
    Category,
    /// Another word of the product's name stands in the text.
    OwnWord,
    /// A sure name or model code of the same SKU stands in the text.
    OtherName,
    /// A sure name of another SKU of the same brand stands in the text.
    Sibling,
    /// The post that began the thread names the SKU.
    Thread,
    /// The name is written as a hashtag.
    Hashtag,
    /// A price stands near it.
    Price,
    /// It is written with a capital inside a sentence.
    Capital,
    /// It is no common word of any language.
    Rare,
    /// It is about as common in many languages, as names are.
    Travels,
    /// A number or an edition stands behind it.
    Number,
    /// So it does, and it is rather a name than a word.
    NamedNumber,
    /// A word of buying, selling or using stands near.
    Trade,
    /// A word that goes with its kind of product stands in the text.
    Kin,
    /// Several do.
    MoreKin,
    /// It stands in a row of names.
    Row,
    /// It stands behind a preposition, with a capital.
    Preposition,
    /// A word stands in the text that a person's decisions tied to this meaning of the name.
    Learned,
    /// A word stands in the text that they tied to another meaning.
    LearnedAgainst,
    /// It stands where a verb does.
    Verb,
    /// It is written small where names are written with capitals.
    Small,
    /// It ends a longer name.
    Tail,
}

impl Support {
    /// How much it weighs; a name links from 1 on.
    pub fn weight(self) -> f32 {
        match self {
            Support::LearnedAgainst | Support::Verb => -1.0,
            Support::Small | Support::Tail => -0.5,
            Support::Travels | Support::Row | Support::Preposition => 0.25,
            Support::Price
            | Support::Capital
            | Support::Rare
            | Support::Number
            | Support::Trade
            | Support::Kin => 0.5,
            Support::NamedNumber => 0.75,
            // More than what its siblings with the same name have.
            Support::OtherName => 1.5,
            _ => 1.0,
        }
    }

    /// It rests on the catalogue or on a person, not on the looks of the text.
    pub fn is_strong(self) -> bool {
        matches!(
            self,
            Support::Brand
                | Support::Category
                | Support::OwnWord
                | Support::OtherName
                | Support::Sibling
                | Support::Thread
                | Support::Learned
        )
    }

    /// The words shown to a user.
    pub fn words(self) -> &'static str {
        match self {
            Support::Brand => "brand in the text",
            Support::Category => "category word in the text",
            Support::OwnWord => "another word of its name in the text",
            Support::OtherName => "another name of it in the text",
            Support::Sibling => "another product of the brand in the text",
            Support::Thread => "named where the thread began",
            Support::Hashtag => "written as a hashtag",
            Support::Price => "price nearby",
            Support::Capital => "written with a capital",
            Support::Rare => "no common word of any language",
            Support::Travels => "as common in many languages as names are",
            Support::Number | Support::NamedNumber => "number or edition behind it",
            Support::Trade => "word of buying or using nearby",
            Support::Kin => "word of its kind of product in the text",
            Support::MoreKin => "words of its kind of product in the text",
            Support::Row => "in a row of names",
            Support::Preposition => "behind a preposition",
            Support::Learned => "word of a text that you resolved",
            Support::LearnedAgainst => "word of a text that you resolved otherwise",
            Support::Verb => "but where a verb stands",
            Support::Small => "but written small",
            Support::Tail => "but at the end of a longer name",
        }
    }
}

/// What all supports weigh together.
pub fn weight(support: &[Support]) -> f32 {
    support.iter().map(|support| support.weight()).sum()
}

/// What those weigh that rest on the catalogue or on a person.
pub fn strong_weight(support: &[Support]) -> f32 {
    let strong = support.iter().filter(|support| support.is_strong());
    strong.map(|support| support.weight()).sum()
}

/// All that speaks for and against a candidate. `sure`: the sure names of the text.
pub fn supports(
    matcher: &Matcher,
    candidate: &Candidate,
    entry: &Entry,
    sure: &[(usize, Range<usize>)],
    scene: &Scene<'_>,
    manner: &mut Option<Manner>,
    background: &Background,
) -> Vec<Support> {
    let range = &candidate.range;
    let mut out = Vec::new();
    let stands = |word: &String| holds(scene.folded, word, range);
    // A name that is repeated says nothing new, whatever it is the name of.
    let repeats = |word: &String| word.split(' ').all(|word| candidate.alias.contains(word));
    if entry
        .brand
        .as_ref()
        .is_some_and(|brand| !repeats(brand) && stands(brand))
    {
        out.push(Support::Brand);
    }
    let speaks = |word: &&String| !repeats(word);
    if entry.category.iter().filter(speaks).any(stands) {
        out.push(Support::Category);
    }
    let not_brand = |word: &&String| Some(*word) != entry.brand.as_ref() && !repeats(word);
    if entry.own_words.iter().filter(not_brand).any(stands) {
        out.push(Support::OwnWord);
    }
    let elsewhere = |other: &Range<usize>| other.end <= range.start || range.end <= other.start;
    if sure
        .iter()
        .any(|(other, place)| *other == candidate.entry && elsewhere(place))
    {
        out.push(Support::OtherName);
    }
    if let Some(brand) = &entry.brand
        && sure.iter().any(|(other, place)| {
            *other != candidate.entry
                && elsewhere(place)
                && matcher
                    .entry(*other)
                    .is_some_and(|other| other.brand.as_ref() == Some(brand))
        })
    {
        out.push(Support::Sibling);
    }
    if scene.thread.contains(&entry.sku) {
        out.push(Support::Thread);
    }
    if scene.folded[..range.start].ends_with(['#', '＃']) {
        out.push(Support::Hashtag);
    }
    let near = |price: &Range<usize>| {
        price.start < range.end + PRICE_BYTES && range.start < price.end + PRICE_BYTES
    };
    if scene.prices.iter().any(near) {
        out.push(Support::Price);
    }
    if let Some(meaning) = scene.learned.of(&candidate.alias) {
        let own = |words: &BTreeSet<String>| words.iter().any(stands);
        if meaning.speaks_for.get(&entry.sku).is_some_and(own) {
            out.push(Support::Learned);
        }
        if own(&meaning.speaks_against) {
            out.push(Support::LearnedAgainst);
        }
    }
    if (candidate.ambiguous || candidate.shared) && !candidate.near {
        let manner = manner.get_or_insert_with(|| Manner::of(scene));
        around(candidate, entry, scene, manner, background, &mut out);
    }
    out
}
