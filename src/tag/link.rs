//! Decides which candidates name a SKU: support for ambiguous names, must and must-not words,
//! overlaps.

use super::background::Background;
use super::matcher::{Candidate, Entry, Matcher, holds};
use super::normalise::Normalised;
use super::resolve::Learned;
use super::support::{Support, strong_weight, supports, weight};
use super::token::Token;
use crate::record::Mention;
use std::collections::HashSet;
use std::ops::Range;

/// Support that an ambiguous name needs.
const SUPPORT_MIN: f32 = 1.0;
/// Mentions of one text at most, and ambiguous ones at most.
const MENTIONS_MAX: usize = 50;

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
    /// Its tokens.
    pub tokens: &'t [Token],
    /// SKUs that the post names which began the thread.
    pub thread: &'t [String],
    /// Byte ranges of prices in the normalised text.
    pub prices: &'t [Range<usize>],
    /// The language writes every noun with a capital.
    pub nouns_have_capitals: bool,
    /// What a person's decisions taught.
    pub learned: &'t Learned,
}

/// Decides all candidates of a text. Rejected ones are left out.
pub fn decide(
    matcher: &Matcher,
    candidates: &[Candidate],
    scene: &Scene<'_>,
    background: &Background,
) -> Vec<Decision> {
    if candidates.is_empty() {
        return Vec::new();
    }
    let sure: Vec<(usize, Range<usize>)> = candidates
        .iter()
        .filter(|candidate| !candidate.ambiguous && !candidate.shared)
        .map(|candidate| (candidate.entry, candidate.range.clone()))
        .collect();
    let mut manner = None;
    let mut judged: Vec<Judged<'_>> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let Some(entry) = matcher.entry(candidate.entry) else {
            continue;
        };
        if allowed(entry, scene) {
            let (sure, manner) = (sure.as_slice(), &mut manner);
            let support = supports(matcher, candidate, entry, sure, scene, manner, background);
            // A misspelling is a name only where the catalogue speaks for it, and no question.
            if !candidate.near || strong_weight(&support) >= SUPPORT_MIN {
                judged.push((candidate, entry, support));
            }
        }
    }
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
        (false, _) => (0.2 + 0.2 * weight).clamp(0.05, 0.45),
    };
    let raw = scene.normalised.raw(candidate.range.clone());
    let words: Vec<&str> = support.iter().map(|support| support.words()).collect();
    let found = if words.is_empty() {
        "no support in the text".to_owned()
    } else {
        words.join(", ")
    };
    let doubt = match (candidate.shared, candidate.ambiguous) {
        _ if candidate.near => "a letter of it is wrong",
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
        let candidates = matcher.candidates(
            &normalised.text,
            folded.as_bytes(),
            &atoms,
            &tokens,
            &background(),
        );
        let scene = Scene {
            normalised: &normalised,
            folded: &folded,
            tokens: &tokens,
            thread: &[],
            prices: &[],
            nouns_have_capitals: false,
            learned: &Learned::default(),
        };
        decide(&matcher, &candidates, &scene, &background())
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
    fn a_wrong_letter_is_forgiven_where_the_catalogue_speaks_for_the_name() {
        assert_eq!(linked("my glowbudz 2 from lumo broke"), ["GB2"]);
        assert_eq!(linked("glwobuds 2: best earphones ever"), ["GB2"]);
        assert!(decisions("my glowbudz 2 broke").is_empty());
        // Not the first letter, not a short name, not a number.
        assert!(decisions("my blowbuds 2 from lumo broke").is_empty());
        assert!(decisions("the swich by pivo is a console").is_empty());
        assert!(decisions("my glowbuds 3 from lumo broke").is_empty());
        let found = decisions("by lumo: 🎧 glowbudz-2!");
        assert_eq!(found, [("GB2".to_owned(), true, 11, 21)]);
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
