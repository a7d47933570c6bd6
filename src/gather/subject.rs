//! Where a record counts: its market, its day, its subjects.

use super::SourceFacts;
use crate::record::{Kind, Market, Record, Subject, Tags};

/// Phrases of one record that are counted, best first.
const PHRASES_MAX: usize = 5;
/// Characters of a title that is counted as a phrase.
const PHRASE_CHARS_MAX: usize = 80;

/// The market of a record: what it states, what its tags say, what its source is known for, and
/// last the zone of its language.
pub fn market(record: &Record, tags: &Tags, facts: Option<&SourceFacts>) -> Market {
    record
        .market
        .clone()
        .or_else(|| tags.market.as_ref().map(|guess| guess.market.clone()))
        .or_else(|| facts.and_then(|facts| facts.market.clone()))
        .unwrap_or_else(|| Market::zone_of(record.lang.as_deref().unwrap_or(&tags.language.code)))
}

/// The subjects a record counts in, each once, the total first. None for a product page: it
/// shows a price, not demand.
pub fn subjects(record: &Record, tags: &Tags) -> Vec<Subject> {
    if record.kind == Kind::Product {
        return Vec::new();
    }
    let mut skus: Vec<&str> = record.sku.as_deref().into_iter().collect();
    // What the seller's own system states needs no guess from the text.
    if skus.is_empty() {
        skus.extend(tags.mentions.iter().map(|mention| mention.sku.as_str()));
    }
    skus.sort_unstable();
    skus.dedup();
    let mut subjects = vec![Subject::Total];
    let named = !skus.is_empty();
    subjects.extend(skus.into_iter().map(|sku| Subject::Sku(sku.to_owned())));
    match record.kind {
        Kind::Sale => {}
        Kind::Rank | Kind::Count => {
            if !named && let Some(phrase) = title_phrase(record) {
                subjects.push(Subject::Phrase(phrase));
            }
        }
        _ => {
            let mut phrases: Vec<&str> = tags
                .keyphrases
                .iter()
                .map(|keyphrase| keyphrase.phrase.as_str())
                .filter(|phrase| !phrase.is_empty() && !names_a_sku(phrase, tags))
                .take(PHRASES_MAX)
                .collect();
            phrases.sort_unstable();
            phrases.dedup();
            subjects.extend(
                phrases
                    .into_iter()
                    .map(|phrase| Subject::Phrase(phrase.to_owned())),
            );
        }
    }
    subjects
}

/// Whether a phrase is, or lies in, a name by which a SKU was found.
fn names_a_sku(phrase: &str, tags: &Tags) -> bool {
    let phrase = phrase.to_lowercase();
    tags.mentions.iter().any(|mention| {
        let alias = mention.alias.to_lowercase();
        !alias.is_empty() && (phrase.contains(&alias) || alias.contains(&phrase))
    })
}

/// The title of a list entry as a phrase: lower case, single spaces, bounded.
pub fn title_phrase(record: &Record) -> Option<String> {
    let title = record.title.as_deref().or(record.text.as_deref())?;
    let mut phrase = String::new();
    for word in title.split_whitespace() {
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.extend(word.chars().flat_map(char::to_lowercase));
    }
    if let Some((end, _)) = phrase.char_indices().nth(PHRASE_CHARS_MAX) {
        phrase.truncate(end);
        phrase.truncate(phrase.trim_end().len());
    }
    (!phrase.is_empty()).then_some(phrase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Keyphrase, MarketGuess, Mention};

    fn mention(sku: &str, alias: &str) -> Mention {
        Mention {
            sku: sku.into(),
            alias: alias.into(),
            start: 0,
            end: 1,
            score: 1.0,
            sentiment: None,
        }
    }

    fn phrases(words: &[&str]) -> Vec<Keyphrase> {
        words
            .iter()
            .map(|phrase| Keyphrase {
                phrase: (*phrase).into(),
                score: 1.0,
            })
            .collect()
    }

    fn names(record: &Record, tags: &Tags) -> Vec<String> {
        subjects(record, tags)
            .iter()
            .map(|subject| format!("{} {}", subject.sort(), subject.name()))
            .collect()
    }

    #[test]
    fn a_post_counts_once_for_each_sku_and_for_phrases_that_name_none() {
        let tags = Tags {
            mentions: vec![
                mention("L1", "Moon Lamp"),
                mention("L1", "moonlamp"),
                mention("A0", "dock"),
            ],
            keyphrases: phrases(&["moon lamp", "warm light", "warm light", "lamp"]),
            ..Tags::default()
        };
        assert_eq!(
            names(&Record::new(Kind::Post, "1"), &tags),
            ["total ", "sku A0", "sku L1", "phrase warm light"]
        );
    }

    #[test]
    fn what_the_seller_states_is_not_guessed_again() {
        let mut record = Record::new(Kind::Chat, "1");
        record.sku = Some("S9".into());
        let tags = Tags {
            mentions: vec![mention("L1", "moon lamp")],
            ..Tags::default()
        };
        assert_eq!(names(&record, &tags), ["total ", "sku S9"]);
    }

    #[test]
    fn a_list_entry_counts_by_its_title_where_no_sku_is_known() {
        let mut record = Record::new(Kind::Rank, "1");
        record.title = Some("  Moon   LAMP ".into());
        let tags = Tags {
            keyphrases: phrases(&["lamp"]),
            ..Tags::default()
        };
        assert_eq!(names(&record, &tags), ["total ", "phrase moon lamp"]);
        record.title = Some("灯".repeat(500));
        let long = title_phrase(&record).expect("a phrase");
        assert_eq!(long.chars().count(), PHRASE_CHARS_MAX);
        assert!(subjects(&Record::new(Kind::Product, "1"), &tags).is_empty());
    }

    #[test]
    fn the_stated_market_beats_the_guess_and_the_guess_the_source() {
        let code = |text: &str| Market::parse(text).expect("market");
        let facts = SourceFacts {
            market: Some(code("us")),
            ..SourceFacts::default()
        };
        let mut tags = Tags::default();
        tags.language.code = "es".into();
        let mut record = Record::new(Kind::Post, "1");
        assert_eq!(market(&record, &tags, None).code(), "lang:es");
        assert_eq!(market(&record, &tags, Some(&facts)).code(), "us");
        tags.market = Some(MarketGuess {
            market: code("mx"),
            confidence: 0.9,
            evidence: "place".into(),
        });
        assert_eq!(market(&record, &tags, Some(&facts)).code(), "mx");
        record.market = Some(code("cl"));
        assert_eq!(market(&record, &tags, Some(&facts)).code(), "cl");
    }
}
