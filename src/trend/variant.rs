//! One story told under several phrases: `power bank`, `powerbank` and `power banks`, or `bank`
//! where nearly all that say it say `power bank`. Also the phrases that are names of the seller's
//! own, which are no candidates for sourcing.

use crate::record::{Alert, Sku, Subject};
use std::collections::{BTreeMap, BTreeSet};

/// A piece of a longer phrase is that phrase's while it was seen at most so many times as often.
const AGREES: f64 = 4.0 / 3.0;
/// Phrases compared with each other at most; those beyond, the weakest, stand as they are.
const COMPARED_MAX: usize = 500;

/// Alerts on one story, the strongest phrase of it in front.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The alert that is shown.
    pub alert: Alert,
    /// The other phrases it goes by, with how often each was seen, most first.
    pub also_written: Vec<(String, u32)>,
}

/// Alerts with those on phrases that tell one story in one market and class put together. The
/// order stays; SKUs stand alone.
///
/// Counts are not added up: whoever writes both ways would count twice.
pub fn stories(alerts: Vec<Alert>) -> Vec<Story> {
    let phrases: Vec<Option<Phrase>> = alerts
        .iter()
        .enumerate()
        .map(|(at, alert)| match &alert.series.subject {
            Subject::Phrase(phrase) if at < COMPARED_MAX => Some(Phrase::of(phrase)),
            _ => None,
        })
        .collect();
    // What is pushed and what is only shown are two lists.
    let place = |alert: &Alert| (alert.series.class, alert.class.is_pushed());
    let fits = |one: &Alert, other: &Alert| {
        one.series.market == other.series.market && place(one) == place(other)
    };
    // Whose story each is told in: its own, or that of one it points to.
    let mut told_in: Vec<usize> = (0..alerts.len()).collect();
    for (at, own) in phrases.iter().enumerate() {
        let Some(own) = own else { continue };
        let better = phrases.iter().enumerate().filter_map(|(to, other)| {
            let other = other.as_ref().filter(|_| to != at)?;
            let (here, there) = (&alerts[at], &alerts[to]);
            if !fits(here, there) {
                return None;
            }
            let same = own.folded == other.folded && (there.observed, at) > (here.observed, to);
            let piece = own.folded != other.folded
                && other.holds(own)
                && f64::from(here.observed) <= AGREES * f64::from(there.observed);
            (same || piece).then_some((there.observed, std::cmp::Reverse(to), to))
        });
        if let Some((_, _, to)) = better.max() {
            told_in[at] = to;
        }
    }
    // A piece of a piece belongs to the whole; each step is to a longer or a stronger phrase.
    let root = |mut at: usize| {
        for _ in 0..told_in.len() {
            if told_in[at] == at {
                break;
            }
            at = told_in[at];
        }
        at
    };
    let mut others: BTreeMap<usize, Vec<(String, u32)>> = BTreeMap::new();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, alert) in alerts.iter().enumerate() {
        let whole = root(at);
        first.entry(whole).or_insert(at);
        if whole != at {
            let name = alert.series.subject.name().to_owned();
            others
                .entry(whole)
                .or_default()
                .push((name, alert.observed));
        }
    }
    // A story stands where its first phrase stood.
    let mut places: Vec<(usize, usize)> =
        first.into_iter().map(|(whole, at)| (at, whole)).collect();
    places.sort_unstable();
    let mut alerts: Vec<Option<Alert>> = alerts.into_iter().map(Some).collect();
    places
        .into_iter()
        .filter_map(|(_, whole)| {
            let mut also_written = others.remove(&whole).unwrap_or_default();
            also_written
                .sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
            let alert = alerts.get_mut(whole)?.take()?;
            Some(Story {
                alert,
                also_written,
            })
        })
        .collect()
}

/// What the seller's catalogue calls its own: names, brands, lines, models and aliases.
#[derive(Debug, Default)]
pub struct OwnNames {
    folded: BTreeSet<String>,
}

impl OwnNames {
    /// The names of a catalogue.
    pub fn of<'s>(catalogue: impl IntoIterator<Item = &'s Sku>) -> OwnNames {
        let folded = catalogue
            .into_iter()
            .flat_map(|sku| {
                [Some(&sku.name), sku.brand.as_ref(), sku.line.as_ref()]
                    .into_iter()
                    .flatten()
                    .chain(&sku.models)
                    .chain(sku.aliases.values().flatten())
            })
            .map(|name| Phrase::of(name))
            .flat_map(|name| [name.folded, name.whole])
            .filter(|name| !name.is_empty())
            .collect();
        OwnNames { folded }
    }

    /// Whether a phrase is one of them, however it is written.
    pub fn holds(&self, phrase: &str) -> bool {
        let phrase = Phrase::of(phrase);
        self.folded.contains(&phrase.folded) || self.folded.contains(&phrase.whole)
    }
}

/// A phrase as it is compared.
#[derive(Debug)]
struct Phrase {
    /// Words, singular.
    words: Vec<String>,
    /// The words in one.
    folded: String,
    /// The words in one, as they were.
    whole: String,
}

impl Phrase {
    fn of(phrase: &str) -> Phrase {
        let lower = phrase.to_lowercase();
        let whole: Vec<&str> = lower
            .split(|c: char| !c.is_alphanumeric() && !is_mark(c))
            .filter(|word| !word.is_empty())
            .collect();
        let words: Vec<String> = whole.iter().map(|word| singular(word).to_owned()).collect();
        Phrase {
            folded: words.concat(),
            whole: whole.concat(),
            words,
        }
    }

    /// Whether another phrase is a piece of it: whole words, or characters where words have no
    /// edges.
    fn holds(&self, part: &Phrase) -> bool {
        if part.words.is_empty() {
            return false;
        }
        self.words
            .windows(part.words.len())
            .any(|words| *words == *part.words)
            || !part.folded.is_ascii()
                && part.folded.chars().all(is_unspaced)
                && part.folded.chars().count() >= 2
                && self.folded.contains(&part.folded)
    }
}

/// Signs that belong to the letter before them, in Thai and Devanagari.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036f | 0x0900..=0x0903 | 0x093a..=0x094f | 0x0e31..=0x0e4e)
}

fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0e7f | 0x3040..=0x30ff | 0x3400..=0x9fff)
}

/// A word without the `s` of its plural.
fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 3 && stem.is_ascii() && !stem.ends_with(['s', 'u', 'i']) => {
            stem
        }
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trend::explain::tests::alert_on;

    fn told(alerts: &[(&str, &str, u32)]) -> Vec<String> {
        let alerts = alerts
            .iter()
            .map(|(phrase, market, observed)| alert_on(phrase, market, *observed))
            .collect();
        stories(alerts)
            .into_iter()
            .map(|story| {
                let also: Vec<String> = story
                    .also_written
                    .iter()
                    .map(|(phrase, count)| format!("{phrase} {count}"))
                    .collect();
                format!(
                    "{} {} ({})",
                    story.alert.series.subject.name(),
                    story.alert.observed,
                    also.join(", ")
                )
            })
            .collect()
    }

    #[test]
    fn spellings_and_pieces_of_one_phrase_are_one_story() {
        assert_eq!(
            told(&[
                ("powerbank", "de", 9),
                ("power banks", "de", 30),
                ("bank", "de", 33),
                ("power-bank", "de", 12),
                ("solar power bank", "de", 5),
                ("cold brew bag", "de", 8),
            ]),
            [
                "power banks 30 (bank 33, power-bank 12, powerbank 9)",
                "solar power bank 5 ()",
                "cold brew bag 8 ()",
            ]
        );
    }

    #[test]
    fn other_markets_and_words_that_only_look_alike_stay_apart() {
        assert_eq!(
            told(&[
                ("lamp", "de", 9),
                ("lamps", "us", 9),
                ("lampshade", "de", 9)
            ]),
            ["lamp 9 ()", "lamps 9 ()", "lampshade 9 ()"]
        );
        assert_eq!(
            told(&[("水壶", "cn", 20), ("折叠水壶", "cn", 19)]),
            ["折叠水壶 19 (水壶 20)"]
        );
        assert_eq!(
            told(&[("水壶", "cn", 90), ("折叠水壶", "cn", 19)]),
            ["水壶 90 ()", "折叠水壶 19 ()"]
        );
    }

    #[test]
    fn own_names_are_known_in_every_spelling() {
        let own = OwnNames::of(&[Sku {
            sku: "G1".into(),
            name: "GlowBuds 2".into(),
            brand: Some("Lumo".into()),
            aliases: BTreeMap::from([("zh".into(), vec!["发光耳机".into()])]),
            ..Sku::default()
        }]);
        for name in ["glow-buds 2", "glowbuds2", "lumo", "发光耳机"] {
            assert!(own.holds(name), "{name}");
        }
        assert!(!own.holds("glow lamp") && !own.holds(""));
    }
}
