//! What people say of the parts of a product, counted from the records of its series.

use super::{Error, Workspace};
use crate::record::{
    Day, Market, Mention, Polarity, Record, RecordKey, SourceClass, Subject, Tags,
};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Records of one series that are read.
const RECORDS_MAX: usize = 50_000;

/// One aspect of a SKU in one market.
#[derive(Debug, Clone, PartialEq)]
pub struct AspectCount {
    /// The aspect.
    pub aspect: String,
    /// Where.
    pub market: Market,
    /// Records that speak of it; doubtful ones are left out.
    pub records: u32,
    /// Those that praise it.
    pub positive: u32,
    /// Those that neither praise nor blame it.
    pub neutral: u32,
    /// Those that blame it. What cannot be told is in none of the three.
    pub negative: u32,
    /// The newest records of each polarity, blame first.
    pub quotes: Vec<AspectQuote>,
}

/// A record that speaks of an aspect.
#[derive(Debug, Clone, PartialEq)]
pub struct AspectQuote {
    /// The record.
    pub record: RecordKey,
    /// Its source.
    pub source: String,
    /// Its kind of evidence.
    pub class: SourceClass,
    /// How it feels about the aspect; `None` where that is not to be told.
    pub polarity: Option<Polarity>,
    /// Its text as fetched, not yet masked; `None` when it is gone.
    pub text: Option<String>,
}

impl Workspace {
    /// The aspects of a SKU by market, those spoken of most first, with up to `quotes` quotes
    /// each.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn aspects(
        &self,
        sku: &str,
        market: Option<&Market>,
        days: RangeInclusive<Day>,
        quotes: usize,
    ) -> Result<Vec<AspectCount>, Error> {
        let store = &*self.store;
        let Some(live) = store.live()? else {
            return Ok(Vec::new());
        };
        let mut counts: BTreeMap<(Market, String), AspectCount> = BTreeMap::new();
        for series in store.series_of(live.id, &Subject::Sku(sku.to_owned()))? {
            if market.is_some_and(|market| *market != series.market) {
                continue;
            }
            let mut evidence = store.evidence(live.id, &series, days.clone(), RECORDS_MAX)?;
            evidence.retain(|evidence| !evidence.doubtful);
            let keys: Vec<RecordKey> = evidence.iter().map(|evidence| evidence.record).collect();
            let tags = store.tags_of(live.id, &keys)?;
            // The newest first, for the quotes.
            for (evidence, tags) in evidence.iter().zip(tags).rev() {
                let Some(tags) = tags.filter(|tags| !tags.aspects.is_empty()) else {
                    continue;
                };
                let held = store.record(evidence.record)?;
                let record = held.map(|held| held.record);
                let stated = record.as_ref().and_then(|record| record.sku.as_deref());
                for (aspect, polarity) in of_sku(&tags, sku, stated == Some(sku)) {
                    let count = counts
                        .entry((series.market.clone(), aspect.to_owned()))
                        .or_insert_with(|| AspectCount {
                            aspect: aspect.to_owned(),
                            market: series.market.clone(),
                            records: 0,
                            positive: 0,
                            neutral: 0,
                            negative: 0,
                            quotes: Vec::new(),
                        });
                    count.records += 1;
                    match polarity {
                        Some(Polarity::Positive) => count.positive += 1,
                        Some(Polarity::Neutral) => count.neutral += 1,
                        Some(Polarity::Negative) => count.negative += 1,
                        None => {}
                    }
                    let same = |quote: &&AspectQuote| quote.polarity == polarity;
                    if count.quotes.iter().filter(same).count() < quotes {
                        count.quotes.push(AspectQuote {
                            record: evidence.record,
                            source: evidence.source.clone(),
                            class: series.class,
                            polarity,
                            text: record.as_ref().and_then(text_of),
                        });
                    }
                }
            }
        }
        let mut counts: Vec<AspectCount> = counts.into_values().collect();
        for count in &mut counts {
            count.quotes.sort_by_key(|quote| match quote.polarity {
                Some(Polarity::Negative) => 0,
                Some(Polarity::Positive) => 1,
                Some(Polarity::Neutral) => 2,
                None => 3,
            });
            count.quotes.truncate(quotes);
        }
        counts.sort_by(|left, right| {
            let key = |count: &AspectCount| (std::cmp::Reverse(count.records), count.negative);
            (key(left).0, &left.market, &left.aspect).cmp(&(
                key(right).0,
                &right.market,
                &right.aspect,
            ))
        });
        Ok(counts)
    }
}

fn text_of(record: &Record) -> Option<String> {
    record
        .residue
        .is_none()
        .then(|| record.full_text())
        .filter(|text| !text.trim().is_empty())
}

/// The aspects of a record that belong to a SKU, each once: all where the record is about this
/// SKU alone, else those that its mention stands nearest to.
fn of_sku<'t>(tags: &'t Tags, sku: &str, stated: bool) -> Vec<(&'t str, Option<Polarity>)> {
    let mut found: BTreeMap<&str, Vec<Option<Polarity>>> = BTreeMap::new();
    for aspect in &tags.aspects {
        let distance = |mention: &&Mention| {
            let gap = if mention.end <= aspect.start {
                aspect.start - mention.end
            } else {
                mention.start.saturating_sub(aspect.end)
            };
            // Of two as near, the one that was named before.
            (gap, mention.start > aspect.start)
        };
        let nearest = tags.mentions.iter().min_by_key(distance);
        if stated || nearest.is_none_or(|mention| mention.sku == sku) {
            found
                .entry(aspect.aspect.as_str())
                .or_default()
                .push(aspect.polarity);
        }
    }
    found
        .into_iter()
        .map(|(aspect, told)| {
            // Praise and blame of one thing in one record tell nothing together.
            let mut told = told.into_iter().flatten();
            let first = told.next();
            let agreed = told.all(|polarity| Some(polarity) == first);
            (aspect, first.filter(|_| agreed))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Aspect;

    fn mention(sku: &str, start: usize) -> Mention {
        Mention {
            sku: sku.into(),
            alias: sku.into(),
            start,
            end: start + 2,
            score: 1.0,
            sentiment: None,
        }
    }

    fn aspect(name: &str, polarity: Option<Polarity>, start: usize) -> Aspect {
        Aspect {
            aspect: name.into(),
            polarity,
            start,
            end: start + 4,
        }
    }

    #[test]
    fn an_aspect_belongs_to_the_nearest_mention_and_counts_once() {
        let (bad, good) = (Some(Polarity::Negative), Some(Polarity::Positive));
        let tags = Tags {
            mentions: vec![mention("A1", 0), mention("B2", 40)],
            aspects: vec![
                aspect("battery", bad, 8),
                aspect("battery", bad, 15),
                aspect("price", good, 50),
                aspect("size", good, 4),
                aspect("size", bad, 10),
            ],
            ..Tags::default()
        };
        assert_eq!(
            of_sku(&tags, "A1", false),
            [("battery", bad), ("size", None)]
        );
        assert_eq!(of_sku(&tags, "B2", false), [("price", good)]);
        assert_eq!(of_sku(&tags, "C3", true).len(), 3);
    }
}
