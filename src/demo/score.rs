//! Alerts held against what really happened: found, missed, false, and by how many days ahead.

use super::world::World;
use super::world::truth::{self, Target, What};
use crate::record::{Alert, AlertClass, Day, Market, SourceClass, Subject};
use serde::Serialize;
use std::collections::BTreeSet;

/// An alert this many days after an event is over is still about it: sales follow talk.
const AFTER_DAYS: i32 = 14;
/// Shorter pieces of a name say too little to tie a phrase to an event.
const LETTERS_MIN: usize = 4;
/// The same for scripts in which a letter is a word or half of one.
const SIGNS_MIN: usize = 2;

/// An event as the score needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    /// What happened.
    pub what: What,
    /// Where.
    pub market: Market,
    /// To which SKU, if to one.
    pub sku: Option<String>,
    /// Name for the reader.
    pub name: String,
    /// Words that tie a phrase to it, lower case.
    pub words: Vec<String>,
    /// First day.
    pub onset: Day,
    /// Strongest day.
    pub peak: Day,
    /// Last day.
    pub last: Day,
    /// First day on which sales are half above their usual level.
    pub sales_rise: Option<Day>,
    /// Posts that it adds up to the end of the run.
    pub posts: u32,
}

/// What the product made of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "as")]
pub enum Verdict {
    /// Told, and read rightly.
    Found,
    /// Told, but read as something else.
    Misread(AlertClass),
    /// Seen, but held back as this.
    HeldBack(AlertClass),
    /// Not seen.
    Missed,
    /// Rightly not told, and named for what it is.
    SeenThrough(AlertClass),
    /// Rightly not told: it never stood out.
    Quiet,
    /// Told, though nobody should have been.
    Fooled(AlertClass),
}

impl Verdict {
    /// Whether the product did what it should.
    pub fn is_right(self) -> bool {
        matches!(
            self,
            Verdict::Found | Verdict::SeenThrough(_) | Verdict::Quiet
        )
    }

    fn words(self) -> String {
        match self {
            Verdict::Found => "found".into(),
            Verdict::Misread(class) => format!("told as {}", class.word()),
            Verdict::HeldBack(class) => format!("missed: held back as {}", class.word()),
            Verdict::Missed => "missed".into(),
            Verdict::SeenThrough(class) => format!("not pushed: {}", class.word()),
            Verdict::Quiet => "not pushed".into(),
            Verdict::Fooled(class) => format!("fooled: pushed as {}", class.word()),
        }
    }
}

/// An event and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// What happened, in words.
    pub what: &'static str,
    /// Where.
    pub market: Market,
    /// To what.
    pub name: String,
    /// First day.
    pub onset: Day,
    /// Strongest day.
    pub peak: Day,
    /// Posts that it added.
    pub posts: u32,
    /// What the product made of it.
    pub verdict: Verdict,
    /// The alert that told first.
    pub alert: Option<String>,
    /// The day a buyer could know: when the alert was raised.
    pub told: Option<Day>,
    /// Days from then to the peak; negative: after it.
    pub before_peak: Option<i32>,
    /// Days from then to the rise of sales.
    pub before_sales: Option<i32>,
    /// Whether a buyer should have been told.
    #[serde(skip)]
    is_news: bool,
}

/// An alert that was pushed and that nothing stands behind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FalseAlarm {
    /// The first alert of it.
    pub alert: String,
    /// Its market.
    pub market: Market,
    /// Its class of evidence.
    pub class: SourceClass,
    /// What it was about.
    pub subject: String,
    /// Its day.
    pub day: Day,
    /// The event that fooled it, if one did.
    pub because: Option<&'static str>,
}

/// The score of a market.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarketScore {
    /// The market.
    pub market: Market,
    /// Events a buyer should hear of, and how many were found.
    pub news: (usize, usize),
    /// Events a buyer should not be bothered with, and how many were rightly not pushed.
    pub noise: (usize, usize),
    /// Things pushed that nothing stands behind.
    pub false_alarms: usize,
    /// Median days before the peak.
    pub before_peak: Option<f64>,
    /// Median days before sales rose.
    pub before_sales: Option<f64>,
}

/// Everything that was planted and everything that was pushed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scorecard {
    /// Seed of the world.
    pub seed: u64,
    /// Simulated days.
    pub days: i32,
    /// Events, by onset.
    pub events: Vec<Line>,
    /// What was pushed for nothing, by day.
    pub false_alarms: Vec<FalseAlarm>,
    /// By market.
    pub markets: Vec<MarketScore>,
    /// All markets together, under `*`.
    pub total: MarketScore,
}

/// What the world of a run holds, as the score needs it.
pub fn planted(world: &World) -> Vec<Planted> {
    let last_day = world.days - 1;
    world
        .truth
        .events
        .iter()
        .filter_map(|event| {
            let product = match &event.target {
                Target::Product(index) => world.catalogue.products.get(*index),
                _ => None,
            };
            let name = match &event.target {
                Target::Product(_) => product.map(super::world::catalogue::Product::name)?,
                Target::Thing(name) => format!("“{name}”"),
                Target::Site(site) => (*site).to_owned(),
            };
            let posts: f64 = (event.onset..=event.last().min(last_day))
                .map(|day| event.posts(day))
                .sum();
            Some(Planted {
                what: event.what,
                market: Market::parse(event.market)?,
                sku: product.map(|product| product.sku.clone()),
                name,
                words: world.truth.words(event, &world.catalogue, &world.voices),
                onset: truth::day(event.onset),
                peak: truth::day(event.peak()),
                last: truth::day(event.last().min(last_day)),
                sales_rise: event
                    .sales_rise()
                    .filter(|day| *day <= last_day)
                    .map(truth::day),
                posts: posts.round() as u32,
            })
        })
        .collect()
}

impl Planted {
    /// Whether an alert is about this event.
    fn explains(&self, alert: &Alert) -> bool {
        let in_time = alert.day >= self.onset && alert.day <= self.last.plus(AFTER_DAYS);
        in_time
            && *alert.market() == self.market
            && match &alert.series.subject {
                Subject::Total => false,
                Subject::Sku(sku) => self.sku.as_ref() == Some(sku),
                Subject::Phrase(phrase) => self.has_words_of(phrase),
            }
    }

    fn has_words_of(&self, phrase: &str) -> bool {
        let phrase = phrase.to_lowercase();
        let long_enough = |text: &str| {
            let least = if text.is_ascii() {
                LETTERS_MIN
            } else {
                SIGNS_MIN
            };
            text.chars().count() >= least
        };
        self.words.iter().any(|word| {
            word == &phrase
                || (long_enough(word) && phrase.contains(word.as_str()))
                || (long_enough(&phrase) && word.contains(phrase.as_str()))
        })
    }

    /// Whether an alert of this class tells what happened.
    fn is_read_rightly(&self, class: AlertClass) -> bool {
        match self.what {
            What::Crisis => class == AlertClass::Crisis,
            _ => matches!(class, AlertClass::Hit | AlertClass::Mixed),
        }
    }

    /// Whether an alert that nothing else explains is this trouble's doing.
    fn is_blamed_for(&self, alert: &Alert) -> bool {
        matches!(self.what, What::Outage | What::Redesign)
            && *alert.market() == self.market
            && alert.day >= self.onset
            && alert.day <= self.last.min(self.onset.plus(7)).plus(3)
    }
}

/// Hold alerts against what was planted.
pub fn score(seed: u64, days: i32, planted: &[Planted], alerts: &[Alert]) -> Scorecard {
    let mut by_time: Vec<&Alert> = alerts.iter().collect();
    by_time.sort_by(|a, b| a.raised_at.cmp(&b.raised_at).then(a.id.cmp(&b.id)));
    let mut false_alarms: Vec<FalseAlarm> = Vec::new();
    let mut told = BTreeSet::new();
    for alert in by_time.iter().filter(|alert| alert.class.is_pushed()) {
        let mut about = planted.iter().filter(|event| event.explains(alert));
        if about.clone().any(|event| event.what.is_news()) {
            continue;
        }
        let because = about
            .next()
            .or_else(|| planted.iter().find(|event| event.is_blamed_for(alert)))
            .map(|event| event.what.word());
        // A story told twice is one false alarm.
        if told.insert((alert.market().clone(), alert.series.subject.clone())) {
            false_alarms.push(FalseAlarm {
                alert: alert.id.clone(),
                market: alert.market().clone(),
                class: alert.series.class,
                subject: alert.series.subject.to_string(),
                day: alert.day,
                because,
            });
        }
    }
    let events: Vec<Line> = planted
        .iter()
        .map(|event| line(event, &by_time, &false_alarms))
        .collect();
    let mut markets: Vec<Market> = planted.iter().map(|event| event.market.clone()).collect();
    markets.extend(false_alarms.iter().map(|alarm| alarm.market.clone()));
    markets.sort();
    markets.dedup();
    let markets = markets
        .into_iter()
        .map(|market| sum(market, &events, &false_alarms))
        .collect();
    Scorecard {
        seed,
        days,
        total: sum(Market::all(), &events, &false_alarms),
        markets,
        events,
        false_alarms,
    }
}

fn line(event: &Planted, by_time: &[&Alert], false_alarms: &[FalseAlarm]) -> Line {
    let about: Vec<&Alert> = by_time
        .iter()
        .copied()
        .filter(|alert| event.explains(alert))
        .collect();
    let first_of =
        |wanted: &dyn Fn(&Alert) -> bool| about.iter().copied().find(|alert| wanted(alert));
    let pushed = first_of(&|alert| alert.class.is_pushed());
    let right = first_of(&|alert| event.is_read_rightly(alert.class));
    let held = first_of(&|alert| !alert.class.is_pushed());
    let (verdict, alert) = if event.what.is_news() {
        match (right, pushed, held) {
            (Some(right), _, _) => (Verdict::Found, Some(right)),
            (None, Some(pushed), _) => (Verdict::Misread(pushed.class), Some(pushed)),
            (None, None, Some(held)) => (Verdict::HeldBack(held.class), None),
            (None, None, None) => (Verdict::Missed, None),
        }
    } else {
        let blamed = false_alarms.iter().find(|alarm| {
            event.sku.is_none()
                && alarm.market == event.market
                && alarm.because == Some(event.what.word())
        });
        match (pushed, blamed, held) {
            (Some(pushed), _, _) => (Verdict::Fooled(pushed.class), Some(pushed)),
            (None, Some(_), _) => (Verdict::Fooled(AlertClass::Hit), None),
            (None, None, Some(held)) => (Verdict::SeenThrough(held.class), Some(held)),
            (None, None, None) => (Verdict::Quiet, None),
        }
    };
    let told = alert.map(|alert| Day::of(alert.raised_at));
    let ahead = |day: Day| {
        told.filter(|_| event.what.is_news())
            .map(|told| day.0 - told.0)
    };
    Line {
        what: event.what.word(),
        market: event.market.clone(),
        name: event.name.clone(),
        onset: event.onset,
        peak: event.peak,
        posts: event.posts,
        verdict,
        alert: alert.map(|alert| alert.id.clone()),
        told,
        before_peak: ahead(event.peak),
        before_sales: event.sales_rise.and_then(ahead),
        is_news: event.what.is_news(),
    }
}

fn sum(market: Market, events: &[Line], false_alarms: &[FalseAlarm]) -> MarketScore {
    let ours = |other: &Market| market.code() == "*" || *other == market;
    let lines: Vec<&Line> = events.iter().filter(|line| ours(&line.market)).collect();
    let count = |news: bool| {
        let all = lines.iter().filter(|line| line.is_news == news);
        (
            all.clone().count(),
            all.filter(|line| line.verdict.is_right()).count(),
        )
    };
    MarketScore {
        news: count(true),
        noise: count(false),
        false_alarms: false_alarms
            .iter()
            .filter(|alarm| ours(&alarm.market))
            .count(),
        before_peak: median(lines.iter().filter_map(|line| line.before_peak)),
        before_sales: median(lines.iter().filter_map(|line| line.before_sales)),
        market,
    }
}

fn median(values: impl Iterator<Item = i32>) -> Option<f64> {
    let mut values: Vec<i32> = values.collect();
    values.sort_unstable();
    let upper = values.get(values.len() / 2)?;
    let lower = values.get(values.len().saturating_sub(1) / 2)?;
    Some(f64::from(upper + lower) / 2.0)
}

impl Scorecard {
    /// The scorecard as a table for a terminal.
    pub fn table(&self) -> String {
        let mut rows = vec![
            [
                "what happened",
                "where",
                "to what",
                "began",
                "posts",
                "peak",
                "told",
                "before peak",
                "before sales",
                "verdict",
            ]
            .map(str::to_owned)
            .to_vec(),
        ];
        for line in &self.events {
            let days =
                |days: Option<i32>| days.map_or("–".to_owned(), |days| format!("{days} d"));
            rows.push(vec![
                line.what.to_owned(),
                line.market.to_string(),
                line.name.clone(),
                short(line.onset),
                if line.posts > 0 {
                    line.posts.to_string()
                } else {
                    "–".into()
                },
                if line.posts > 0 {
                    short(line.peak)
                } else {
                    "–".into()
                },
                line.told.map_or("–".to_owned(), short),
                days(line.before_peak),
                days(line.before_sales),
                line.verdict.words(),
            ]);
        }
        let mut text = aligned(&rows);
        text.push('\n');
        let mut rows = vec![
            [
                "market",
                "worth telling: found",
                "not worth telling: not pushed",
                "false alarms",
                "median before peak",
                "median before sales",
            ]
            .map(str::to_owned)
            .to_vec(),
        ];
        for score in self.markets.iter().chain([&self.total]) {
            let days =
                |days: Option<f64>| days.map_or("–".to_owned(), |days| format!("{days} d"));
            rows.push(vec![
                if score.market.code() == "*" {
                    "all".into()
                } else {
                    score.market.to_string()
                },
                format!("{} of {}", score.news.1, score.news.0),
                format!("{} of {}", score.noise.1, score.noise.0),
                score.false_alarms.to_string(),
                days(score.before_peak),
                days(score.before_sales),
            ]);
        }
        text.push_str(&aligned(&rows));
        if !self.false_alarms.is_empty() {
            text.push_str("\nFalse alarms:\n");
            let rows: Vec<Vec<String>> = self
                .false_alarms
                .iter()
                .map(|alarm| {
                    vec![
                        format!("  {}", short(alarm.day)),
                        alarm.market.to_string(),
                        alarm.class.to_string(),
                        alarm.subject.clone(),
                        alarm
                            .because
                            .map_or("chance".to_owned(), |why| format!("fooled by: {why}")),
                        alarm.alert.clone(),
                    ]
                })
                .collect();
            text.push_str(&aligned(&rows));
        }
        text
    }
}

/// `10-23`: the year is the same all along.
fn short(day: Day) -> String {
    day.to_string().chars().skip(5).collect()
}

/// Rows as columns of equal width, as a terminal shows them.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    use unicode_width::UnicodeWidthStr;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.width() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
