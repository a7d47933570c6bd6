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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::marks::found;
    use crate::tag::normalise::Normalised;
    use crate::tag::token::tokens;

    fn doubts_of(raw: &str, language: &str) -> Vec<Doubt> {
        let normalised = Normalised::new(raw);
        let marks = found(&normalised.text, Some(language));
        doubts(raw, &normalised.text, &tokens(&normalised.text), &marks)
    }

    #[test]
    fn prize_draws_and_adverts_are_known_in_many_languages() {
        let draws = [
            (
                "GIVEAWAY! Follow and retweet, winner will be announced on Friday",
                "en",
            ),
            (
                "Gewinnspiel: liken und teilen, Teilnahmeschluss ist Sonntag",
                "de",
            ),
            (
                "Sorteo de un blender: etiqueta a un amigo y participa",
                "es",
            ),
            ("フォロー&リツイートで応募!抽選で10名様に", "ja"),
            ("转发抽一位送出一台榨汁机", "zh"),
            ("Giveaway blender, tag 2 teman dan like dan share", "id"),
            ("팔로우하고 댓글 남겨주시면 추첨을 통해 드려요", "ko"),
            ("curta e compartilhe e marque um amigo para o sorteio", "pt"),
        ];
        for (text, language) in draws {
            assert_eq!(doubts_of(text, language), [Doubt::Giveaway], "{text}");
        }
        let adverts = [
            ("This blender changed my life, use my code ANNA10", "en"),
            ("my favourite blender https://amzn.to/3abc", "en"),
            ("Portable blender, shop now, free shipping!", "en"),
            ("Der Mixer ist genial, mit dem Code ANNA10 #werbung", "de"),
            ("私のお気に入りミキサー クーポンコードあり #PR", "ja"),
            ("榨汁机太好用了,复制打开淘口令领券", "zh"),
            ("blender kece, pakai kode ANNA10, link di bio", "id"),
        ];
        for (text, language) in adverts {
            assert_eq!(doubts_of(text, language), [Doubt::Advert], "{text}");
        }
    }

    #[test]
    fn ordinary_posts_that_use_such_words_are_not_doubted() {
        let posts = [
            ("any chance of a promo code for my next flight?", "en"),
            ("I hope they don't let him win, what a race", "en"),
            ("the bank would not allow me to enter my pin", "en"),
            ("用了优惠券买的,很划算", "zh"),
            ("وحظوظا للفوز بالسباق", "ar"),
            ("Garanti iş birliği ile eğitim bugün başlıyor", "tr"),
            (
                "I bought the blender on sale and it arrived today https://amazon.example/x",
                "en",
            ),
            ("", "en"),
        ];
        for (text, language) in posts {
            assert_eq!(doubts_of(text, language), [], "{text}");
        }
    }
}
