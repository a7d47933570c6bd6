//! Texts that must not count as demand: prize draws and adverts. What only shows over several
//! posts (copies, campaigns) is found later, where they are seen together.

use super::lexicon::Sense;
use super::marks::Mark;
use super::token::{Sort, Token};
use crate::record::Doubt;

/// A strong phrase is worth this; weak ones are worth 1 each.
const STRONG: u32 = 2;
/// Worth that a doubt needs.
const WORTH_MIN: u32 = 2;
/// Hashtags above this are how adverts are spread.
const HASHTAGS_MANY: usize = 12;

/// Pieces of links that pay their sender.
const AFFILIATE: &[&str] = &[
    "amzn.to/",
    "amazon-adsystem",
    "&tag=",
    "?tag=",
    "affid=",
    "aff_id",
    "aff_fcid",
    "affiliate",
    "s.click.aliexpress",
    "shope.ee/",
    "s.shopee.",
    "rstyle.me",
    "ltk.app",
    "liketk.it",
    "shareasale",
    "awin1.com",
    "a.r10.to",
    "hb.afl.rakuten",
    "link.coupang.com",
    "temu.to/",
    "utm_medium=affiliate",
];

/// The doubts that a text alone raises, in the order of [`Doubt`].
pub fn doubts(raw: &str, text: &str, tokens: &[Token], marks: &[Mark]) -> Vec<Doubt> {
    let worth = |sense: Sense| -> u32 {
        if marks.is_empty() {
            return 0;
        }
        let mut phrases: Vec<(&str, bool)> = marks
            .iter()
            .filter(|mark| mark.sense == sense)
            .map(|mark| (mark.phrase, mark.weak))
            .collect();
        phrases.sort_unstable();
        phrases.dedup();
        phrases
            .iter()
            .map(|(_, weak)| if *weak { 1 } else { STRONG })
            .sum()
    };
    let links = tokens.iter().any(|token| token.sort == Sort::Link);
    let mut advert = worth(Sense::Advert);
    if links && advert > 0 {
        advert += 1;
    }
    if links && has_affiliate_link(raw) {
        advert += STRONG;
    }
    let hashtags = tokens
        .iter()
        .filter(|token| token.sort == Sort::Mark && token.of(text) == "#")
        .count();
    if hashtags > HASHTAGS_MANY {
        advert += 1;
    }
    let mut doubts = Vec::new();
    if worth(Sense::Giveaway) >= WORTH_MIN {
        doubts.push(Doubt::Giveaway);
    }
    if advert >= WORTH_MIN {
        doubts.push(Doubt::Advert);
    }
    doubts
}

fn has_affiliate_link(raw: &str) -> bool {
    let start: String = raw.chars().take(super::TEXT_CHARS_MAX).collect();
    let lower = start.to_ascii_lowercase();
    AFFILIATE.iter().any(|piece| lower.contains(piece))
}
