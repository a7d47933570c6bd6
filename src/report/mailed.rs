use super::subscriber::Subscriber;
use super::view::{AlertView, Dark, View};
use crate::record::{Day, Market};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Ids are kept so long after their day, so that a late repeat is still known.
const KEPT_DAYS: i32 = 120;

/// What a reader has been told already. Kept in the store under [`Mailed::note`], written after
/// each mail that the mail server took.
///
/// Alerts are remembered by id, not by "everything up to a time": a day can be closed late and
/// bring alerts older than the newest one mailed, and none of them may be lost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mailed {
    /// When the last mail went out.
    pub at: Option<Timestamp>,
    /// Ids of alerts told, with their day.
    pub alerts: BTreeMap<String, Day>,
    /// Advice told, by `market sku`.
    pub advice: BTreeMap<String, String>,
    /// Sources said to be dark.
    pub dark: BTreeSet<String>,
}

impl Mailed {
    /// The name of the note of a reader.
    pub fn note(reader: &Subscriber) -> String {
        format!("mail:{}", reader.address.to_string().to_lowercase())
    }

    /// How far back a report for this reader must look: as far as the settings say, and further
    /// when the last mail is longer ago than that, so that nothing falls between two mails.
    pub fn days(&self, days: u16, now: Timestamp) -> u16 {
        let since = self
            .at
            .map_or(0, |at| Day::of(now).0 - Day::of(at).0 + i32::from(days));
        u16::try_from(since.clamp(0, KEPT_DAYS))
            .unwrap_or(days)
            .max(days)
    }

    /// The memory after `view` has been mailed.
    pub fn after(&self, view: &View) -> Mailed {
        let today = Day::of(view.made_at);
        let mut alerts = self.alerts.clone();
        alerts.extend(all_alerts(view).map(|alert| (alert.alert.id.clone(), alert.alert.day)));
        alerts.retain(|_, day| day.0 > today.0 - KEPT_DAYS);
        Mailed {
            at: Some(view.made_at),
            alerts,
            advice: advice(view),
            dark: dark(view),
        }
    }
}

fn all_alerts(view: &View) -> impl Iterator<Item = &AlertView> {
    view.alerts.iter().chain(&view.quiet).chain(&view.rising)
}

fn advice(view: &View) -> BTreeMap<String, String> {
    view.lines
        .iter()
        .filter(|line| line.advice.is_pushed())
        .map(|line| {
            (
                format!("{} {}", line.market, line.sku),
                line.advice.word().to_owned(),
            )
        })
        .collect()
}

fn dark(view: &View) -> BTreeSet<String> {
    view.coverage
        .sources
        .iter()
        .filter(|source| matches!(source.dark, Some(Dark::Since(_) | Dark::Never)))
        .map(|source| source.source.clone())
        .collect()
}

/// The part of a view that is a reader's business: their markets, categories and classes, only
/// alerts they have not been told of, and the restock lines that ask for something. `None` when
/// there is nothing new in it: no alert, no changed advice, no source gone dark. Alerts of the
/// last `days` days count, as [`Mailed::days`] has it.
pub fn select(view: &View, reader: &Subscriber, mailed: &Mailed, days: u16) -> Option<View> {
    let since = view
        .day
        .map_or(Day(i32::MAX), |day| day.plus(1 - i32::from(days)));
    let in_market = |market: &Market| reader.markets.is_empty() || reader.markets.contains(market);
    let in_category = |category: Option<&str>| {
        reader.categories.is_empty()
            || category.is_some_and(|own| {
                reader
                    .categories
                    .iter()
                    .any(|wanted| wanted.to_lowercase() == own.to_lowercase())
            })
    };
    let wanted = |alert: &&AlertView| {
        let own = &alert.alert;
        // A phrase belongs to no category: whoever asks for one does not ask for phrases.
        own.day >= since
            && in_market(&own.series.market)
            && in_category(alert.category.as_deref())
            && (reader.classes.is_empty() || reader.classes.contains(&own.class))
            && !mailed.alerts.contains_key(&own.id)
    };
    let fresh = |alerts: &[AlertView]| -> Vec<AlertView> {
        alerts
            .iter()
            .filter(wanted)
            .cloned()
            .map(|alert| AlertView {
                is_new: true,
                ..alert
            })
            .collect()
    };
    let mut own = view.clone();
    own.alerts = fresh(&view.alerts);
    own.rising = fresh(&view.rising);
    // What is never pushed is mailed only to those who ask for its class.
    own.quiet = match reader.classes.is_empty() {
        true => Vec::new(),
        false => fresh(&view.quiet),
    };
    own.lines.retain(|line| {
        in_market(&line.market) && in_category(line.category.as_deref()) && line.advice.is_pushed()
    });
    own.deadlines.retain(|deadline| in_market(&deadline.market));
    own.coverage.markets.retain(|(market, _)| in_market(market));
    own.coverage
        .sources
        .retain(|source| source.markets.is_empty() || source.markets.iter().any(&in_market));
    if !reader.markets.is_empty() {
        own.markets = reader.markets.clone();
    }
    let has_news = all_alerts(&own).next().is_some()
        || advice(&own)
            .iter()
            .any(|(place, word)| mailed.advice.get(place) != Some(word))
        || !dark(&own).is_subset(&mailed.dark);
    has_news.then_some(own)
}
