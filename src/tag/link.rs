//! Decides which candidates name a SKU: support for ambiguous names, must and must-not words,
//! overlaps.

use super::matcher::{Candidate, Entry, Matcher, holds};
use super::normalise::Normalised;
use super::resolve::Learned;
use crate::record::Mention;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

/// Support that an ambiguous name needs.
const SUPPORT_MIN: f32 = 1.0;
/// Mentions of one text at most, and ambiguous ones at most.
const MENTIONS_MAX: usize = 50;
/// Bytes around a name in which a price counts as near.
const PRICE_BYTES: usize = 48;

/// What speaks for an ambiguous name.
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
    /// The name is written as a hashtag.
    Hashtag,
    /// A price stands near it.
    Price,
    /// It is written with a capital inside a sentence.
    Capital,
    /// A word stands in the text that a person's decisions tied to this meaning of the name.
    Learned,
    /// A word stands in the text that they tied to another meaning.
    LearnedAgainst,
}

impl Support {
    fn weight(self) -> f32 {
        match self {
            Support::Price | Support::Capital => 0.5,
            Support::LearnedAgainst => -1.0,
            _ => 1.0,
        }
    }

    /// The words shown to a user.
    pub fn words(self) -> &'static str {
        match self {
            Support::Brand => "brand in the text",
            Support::Category => "category word in the text",
            Support::OwnWord => "another word of its name in the text",
            Support::OtherName => "another name of it in the text",
            Support::Sibling => "another product of the brand in the text",
            Support::Hashtag => "written as a hashtag",
            Support::Price => "price nearby",
            Support::Capital => "capital inside a sentence",
            Support::Learned => "word of a text that you resolved",
            Support::LearnedAgainst => "word of a text that you resolved otherwise",
        }
    }
}

/// A candidate with the decision and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The mention, with offsets in the raw text.
    pub mention: Mention,
    /// Bytes of the normalised text.
    pub range: Range<usize>,
    /// Whether it counts, or waits among the ambiguous.
    pub linked: bool,
    /// What speaks for it.
    pub support: Vec<Support>,
    /// Why it was decided so, for people.
    pub why: String,
}

/// What the linker reads of a text.
pub struct Scene<'t> {
    /// The normalised text.
    pub normalised: &'t Normalised,
    /// The same with separators folded.
    pub folded: &'t str,
    /// The raw text.
    pub raw: &'t str,
    /// Byte ranges of prices in the normalised text.
    pub prices: &'t [Range<usize>],
    /// The language writes every noun with a capital.
    pub nouns_have_capitals: bool,
    /// What a person's decisions taught.
    pub learned: &'t Learned,
}

/// Decides all candidates of a text. Rejected ones are left out.
pub fn decide(matcher: &Matcher, candidates: &[Candidate], scene: &Scene<'_>) -> Vec<Decision> {
    if candidates.is_empty() {
        return Vec::new();
    }
    let sure: Vec<(usize, Range<usize>)> = candidates
        .iter()
        .filter(|candidate| !candidate.ambiguous && !candidate.shared)
        .map(|candidate| (candidate.entry, candidate.range.clone()))
        .collect();
    let judged: Vec<(&Candidate, &Entry, Vec<Support>)> = candidates
        .iter()
        .filter_map(|candidate| {
            let entry = matcher.entry(candidate.entry)?;
            allowed(entry, scene).then(|| {
                (
                    candidate,
                    entry,
                    support(matcher, candidate, entry, &sure, scene),
                )
            })
        })
        .collect();
    let mut order: Vec<usize> = (0..judged.len()).collect();
    let links: Vec<bool> = (0..judged.len()).map(|at| is_linked(&judged, at)).collect();
    let linked = |at: usize| links.get(at).copied().unwrap_or(false);
    // Linked before ambiguous, longer before shorter, earlier before later.
    order.sort_by_key(|at| {
        let (candidate, entry, _) = &judged[*at];
        (
            !linked(*at),
            usize::MAX - candidate.range.len(),
            candidate.range.start,
            entry.sku.clone(),
        )
    });
    let mut out: Vec<Decision> = Vec::new();
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut seen: HashSet<(usize, usize)> = HashSet::new();
    for at in order {
        let (candidate, entry, support) = &judged[at];
        let is_linked = linked(at);
        let overlaps = taken.iter().any(|other| {
            candidate.range.start < other.end
                && other.start < candidate.range.end
                && (is_linked || *other != candidate.range)
        });
        let count = out.iter().filter(|done| done.linked == is_linked).count();
        if overlaps
            || count >= MENTIONS_MAX
            || !seen.insert((candidate.range.start, candidate.entry))
        {
            continue;
        }
        taken.push(candidate.range.clone());
        out.push(decision(candidate, entry, support, is_linked, scene));
    }
    // An ambiguous name beside the same SKU linked elsewhere was linked by that support already;
    // what overlaps a link is no question any more.
    let spans: Vec<Range<usize>> = out
        .iter()
        .filter(|done| done.linked)
        .map(|done| done.range.clone())
        .collect();
    out.retain(|done| {
        done.linked
            || spans
                .iter()
                .all(|span| done.range.end <= span.start || span.end <= done.range.start)
    });
    out.sort_by(|left, right| {
        (left.range.start, &left.mention.sku).cmp(&(right.range.start, &right.mention.sku))
    });
    out
}

type Judged<'c> = (&'c Candidate, &'c Entry, Vec<Support>);

fn weight(support: &[Support]) -> f32 {
    support.iter().map(|support| support.weight()).sum()
}

/// An own, sure name links, unless only what a person decided speaks, and against it. An
/// ambiguous one needs support; a shared one needs more support than
/// every other holder of it has at the same place.
fn is_linked(judged: &[Judged<'_>], at: usize) -> bool {
    let (candidate, _, support) = &judged[at];
    if candidate.shared {
        let own = weight(support);
        let best_other = judged
            .iter()
            .filter(|(other, _, _)| {
                other.range == candidate.range && other.entry != candidate.entry
            })
            .map(|(_, _, support)| weight(support))
            .fold(0.0, f32::max);
        return own >= SUPPORT_MIN && own > best_other;
    }
    if candidate.ambiguous {
        weight(support) >= SUPPORT_MIN
    } else {
        weight(support) > -SUPPORT_MIN
    }
}

fn allowed(entry: &Entry, scene: &Scene<'_>) -> bool {
    let nowhere = usize::MAX..usize::MAX;
    let stands = |word: &String| holds(scene.folded, word, &nowhere);
    (entry.must.is_empty() || entry.must.iter().any(stands)) && !entry.must_not.iter().any(stands)
}

fn support(
    matcher: &Matcher,
    candidate: &Candidate,
    entry: &Entry,
    sure: &[(usize, Range<usize>)],
    scene: &Scene<'_>,
) -> Vec<Support> {
    let range = &candidate.range;
    let mut out = Vec::new();
    let stands = |word: &String| holds(scene.folded, word, range);
    if entry.brand.as_ref().is_some_and(stands) {
        out.push(Support::Brand);
    }
    if entry.category.iter().any(stands) {
        out.push(Support::Category);
    }
    let not_brand = |word: &&String| Some(*word) != entry.brand.as_ref();
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
    if scene.folded[..range.start].ends_with(['#', '＃']) {
        out.push(Support::Hashtag);
    }
    let near = |price: &Range<usize>| {
        price.start < range.end + PRICE_BYTES && range.start < price.end + PRICE_BYTES
    };
    if scene.prices.iter().any(near) {
        out.push(Support::Price);
    }
    if !scene.nouns_have_capitals && is_capital_inside(scene, range) {
        out.push(Support::Capital);
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
    out
}

/// The name starts with a capital although the sentence does not begin with it, in a text that
/// does not write everything in capitals.
fn is_capital_inside(scene: &Scene<'_>, range: &Range<usize>) -> bool {
    let normalised = scene.normalised;
    let shouting = normalised.capitals * 2 > normalised.cased;
    let before = normalised.text[..range.start].trim_end_matches(' ');
    let inside = before
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || c == ',');
    !shouting
        && inside
        && scene
            .raw
            .chars()
            .nth(normalised.raw(range.clone()).start)
            .is_some_and(char::is_uppercase)
}

fn decision(
    candidate: &Candidate,
    entry: &Entry,
    support: &[Support],
    linked: bool,
    scene: &Scene<'_>,
) -> Decision {
    let weight = weight(support);
    let score = match (linked, candidate.ambiguous || candidate.shared) {
        (true, false) => (0.9 + 0.03 * weight).min(0.99),
        (true, true) => (0.5 + 0.15 * weight).min(0.85),
        (false, _) => (0.2 + 0.2 * weight).min(0.45),
    };
    let raw = scene.normalised.raw(candidate.range.clone());
    let words: Vec<&str> = support.iter().map(|support| support.words()).collect();
    let found = if words.is_empty() {
        "no support in the text".to_owned()
    } else {
        words.join(", ")
    };
    let doubt = match (candidate.shared, candidate.ambiguous) {
        (true, _) => "several SKUs have this name",
        (false, true) => "a common or short word",
        (false, false) => "sure by itself",
    };
    Decision {
        mention: Mention {
            sku: entry.sku.clone(),
            alias: candidate.alias.clone(),
            start: raw.start,
            end: raw.end,
            score,
            sentiment: None,
        },
        range: candidate.range.clone(),
        linked,
        support: support.to_vec(),
        why: format!("{}; {doubt}; {found}", candidate.origin.words()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Sku;
    use crate::tag::alias::fold_separators;
    use crate::tag::background::Background;
    use crate::tag::token::tokens;

    fn catalogue() -> Vec<Sku> {
        let sku = |code: &str, name: &str, brand: &str, category: &str, models: &[&str]| Sku {
            sku: code.into(),
            name: name.into(),
            brand: Some(brand.into()),
            category: Some(category.into()),
            models: models.iter().map(|m| (*m).to_owned()).collect(),
            ..Sku::default()
        };
        vec![
            sku("GB2", "Lumo GlowBuds 2", "Lumo", "earphones", &["LG-B200"]),
            sku("SW", "Pivo Switch", "Pivo", "console", &["PV-7"]),
            sku("MOON", "Lumo 月球灯", "Lumo", "夜灯", &[]),
            sku("KAT", "Lumo スイッチボ", "Lumo", "照明", &[]),
        ]
    }

    fn background() -> Background {
        Background::pack(&[("en".into(), vec![("switch".into(), 4.6)])])
    }

    fn decisions(raw: &str) -> Vec<(String, bool, usize, usize)> {
        decisions_of(&catalogue(), raw)
    }

    fn decisions_of(catalogue: &[Sku], raw: &str) -> Vec<(String, bool, usize, usize)> {
        let matcher = Matcher::new(catalogue, &background());
        let normalised = Normalised::new(raw);
        let folded = fold_separators(&normalised.text);
        let tokens = tokens(&normalised.text);
        let mut atoms = Vec::new();
        crate::tag::phrases::atoms(&folded, &mut atoms);
        let candidates = matcher.candidates(&normalised.text, folded.as_bytes(), &atoms, &tokens);
        let scene = Scene {
            normalised: &normalised,
            folded: &folded,
            raw,
            prices: &[],
            nouns_have_capitals: false,
            learned: &Learned::default(),
        };
        decide(&matcher, &candidates, &scene)
            .into_iter()
            .map(|done| {
                let mention = done.mention;
                (mention.sku, done.linked, mention.start, mention.end)
            })
            .collect()
    }

    fn linked(raw: &str) -> Vec<String> {
        decisions(raw)
            .into_iter()
            .filter(|(_, linked, _, _)| *linked)
            .map(|(sku, ..)| sku)
            .collect()
    }

    #[test]
    fn names_are_found_in_all_their_spellings() {
        for raw in [
            "my glow-buds 2 arrived",
            "GlowBuds2!!",
            "ＧｌｏｗＢｕｄｓ ２ すごい",
            "love the LUMO GLOWBUDS 2",
            "is the LGB200 any good",
            "lg-b200 vs nothing",
            "昨天买了glowbuds 2真好",
        ] {
            assert_eq!(linked(raw), ["GB2"], "{raw}");
        }
        assert_eq!(linked("这个月球灯真好看"), ["MOON"]);
    }

    #[test]
    fn pieces_of_longer_words_are_not_names() {
        for raw in [
            "myglowbuds 2",
            "glowbuds 20",
            "lg-b2000",
            "スイッチボックス",
        ] {
            assert!(decisions(raw).is_empty(), "{raw}: {:?}", decisions(raw));
        }
        assert_eq!(linked("スイッチボを買った"), ["KAT"]);
        assert_eq!(linked("glowbuds 2를 샀어요"), ["GB2"]);
    }

    #[test]
    fn a_common_word_links_only_with_support() {
        let ambiguous = decisions("time to switch jobs");
        assert_eq!(ambiguous.len(), 1);
        assert!(!ambiguous[0].1);
        assert_eq!(linked("the pivo makes a switch"), ["SW"]);
        assert_eq!(linked("best console? the switch"), ["SW"]);
        assert_eq!(linked("new #Switch day"), ["SW"]);
        assert_eq!(linked("the switch (PV-7) is out"), ["SW", "SW"]);
    }

    #[test]
    fn offsets_count_characters_of_the_raw_text() {
        let raw = "👍🏽 @anna: ＧｌｏｗＢｕｄｓ ２ ok";
        let found = decisions(raw);
        let cut: String = raw
            .chars()
            .skip(found[0].2)
            .take(found[0].3 - found[0].2)
            .collect();
        assert_eq!(cut, "ＧｌｏｗＢｕｄｓ ２");
    }

    #[test]
    fn must_and_must_not_words_are_obeyed() {
        let mut catalogue = catalogue();
        catalogue[0].must_not = vec!["case".into()];
        catalogue[1].must = vec!["game".into(), "oled".into()];
        assert!(decisions_of(&catalogue, "case for glowbuds 2").is_empty());
        assert!(!decisions_of(&catalogue, "a showcase of glowbuds 2").is_empty());
        assert!(decisions_of(&catalogue, "pivo switch").is_empty());
        assert!(!decisions_of(&catalogue, "pivo switch games").is_empty());
    }

    #[test]
    fn a_name_that_two_skus_share_waits_for_what_tells_them_apart() {
        let mut catalogue = catalogue();
        catalogue.push(Sku {
            sku: "GB2W".into(),
            name: "Lumo GlowBuds 2".into(),
            brand: Some("Lumo".into()),
            category: Some("earphones".into()),
            line: Some("winter edition".into()),
            ..Sku::default()
        });
        let found = decisions_of(&catalogue, "got the glowbuds 2 today");
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|(_, linked, ..)| !linked));
        let found = decisions_of(&catalogue, "got the LG-B200, yes the glowbuds 2");
        assert!(
            found
                .iter()
                .any(|(sku, linked, ..)| sku == "GB2" && *linked)
        );
        assert!(
            !found
                .iter()
                .any(|(sku, linked, ..)| sku == "GB2W" && *linked)
        );
    }
}
