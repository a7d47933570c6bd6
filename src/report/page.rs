use super::card::Card;
use super::locale::Language;
use super::row::Row;
use super::safe::{shown, shown_name};
use super::view::{AlertView, CoverageView, Dark, Scorecard, SourceCoverage, View};
use crate::record::{AlertClass, Coverage, Day};
use crate::restock::{Advice, Deadline};
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::BTreeMap;

/// How much of each list is shown; the rest is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Cards of rising products.
    pub alerts: usize,
    /// Rows of phrases and of what is shown but not pushed.
    pub phrases: usize,
    /// Rows of the restock sheet.
    pub lines: usize,
    /// Quotes of one alert.
    pub quotes: usize,
}

impl Limits {
    /// For a page or a text that is read at a desk.
    pub const FULL: Limits = Limits {
        alerts: 60,
        phrases: 40,
        lines: 1_000,
        quotes: 6,
    };

    /// For a mail: mail readers cut long ones off.
    pub const MAIL: Limits = Limits {
        alerts: 8,
        phrases: 8,
        lines: 15,
        quotes: 2,
    };
}

/// Below this share of answered requests, a market is named at the top.
const COVERED_WELL: f64 = 0.9;

/// A [`View`] in the words of a language: every string is ready to be shown, none is markup.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// BCP-47, for the `lang` attribute.
    pub language: String,
    /// The seller's title.
    pub title: String,
    /// What the report is.
    pub subtitle: String,
    /// Day, look-back, markets and when it was made.
    pub about: Vec<String>,
    /// Who it is for, in a mail.
    pub reader: Option<String>,
    /// Figures at the top.
    pub tiles: Vec<Tile>,
    /// Coverage in sentences, worst first.
    pub coverage: Vec<Notice>,
    /// Requests by source and market.
    pub coverage_rows: Vec<Pair>,
    /// The same as bars: share answered, by source.
    pub coverage_bars: String,
    /// Order deadlines.
    pub deadlines: Vec<DeadlineRow>,
    /// Rising products.
    pub alerts: Vec<Card>,
    /// Shown, not pushed.
    pub quiet: Vec<Card>,
    /// Phrases.
    pub rising: Vec<Card>,
    /// Restock lines that ask for something.
    pub lines: Vec<Row>,
    /// Restock lines that do not.
    pub held: Vec<Row>,
    /// `12 SKUs with enough stock`.
    pub held_count: String,
    /// Scorecard rows and the sentence that says against what.
    pub scorecard: Option<(Vec<Pair>, String)>,
    /// `and 7 more`, by section; empty where all is shown.
    pub more: BTreeMap<&'static str, String>,
    /// What stands in place of an empty section, by section.
    pub empty: BTreeMap<&'static str, String>,
    /// How to read it.
    pub notes: Vec<String>,
    /// All fixed words, by section and key.
    pub words: BTreeMap<String, BTreeMap<String, String>>,
}

/// A figure with its label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tile {
    /// The figure.
    pub value: String,
    /// What it counts.
    pub label: String,
    /// `good`, `bad`, `act` or `calm`: colours.
    pub tone: &'static str,
}

/// A sentence with a tone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// `bad` or `calm`.
    pub tone: &'static str,
}

/// A label and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Label.
    pub label: String,
    /// Value.
    pub value: String,
}

impl Pair {
    /// A pair.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Pair {
        Pair {
            label: label.into(),
            value: value.into(),
        }
    }
}

/// An order deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadlineRow {
    /// The last day, with its weekday.
    pub day: String,
    /// How long that is from now.
    pub left: String,
    /// What for.
    pub text: String,
    /// `act` in the next seven days, else `calm`.
    pub tone: &'static str,
}

impl Page {
    /// Puts a view into words.
    pub fn new(view: &View, language: Language, limits: Limits) -> Page {
        let zone = TimeZone::get(&view.zone).unwrap_or(TimeZone::UTC);
        let today = Day::of(view.made_at);
        let cards = |alerts: &[AlertView], most: usize| {
            alerts
                .iter()
                .take(most)
                .map(|alert| Card::new(alert, language, &zone, limits.quotes))
                .collect::<Vec<Card>>()
        };
        let (pushed, held): (Vec<_>, Vec<_>) = view
            .lines
            .iter()
            .partition(|line| line.advice != Advice::Hold);
        let rows = |lines: &[&crate::restock::Line]| {
            lines
                .iter()
                .take(limits.lines)
                .map(|line| Row::new(line, language))
                .collect::<Vec<Row>>()
        };
        let mut more = BTreeMap::new();
        for (section, all, most) in [
            ("alerts", view.alerts.len(), limits.alerts),
            ("quiet", view.quiet.len(), limits.phrases),
            ("rising", view.rising.len(), limits.phrases),
            ("lines", pushed.len(), limits.lines),
            ("held", held.len(), limits.lines),
        ] {
            if all > most {
                let left = language.units((all - most) as i64);
                more.insert(section, language.say("report.more", &[&left]));
            }
        }
        let coverage = CoverageWords {
            language,
            view: &view.coverage,
        };
        Page {
            language: language.code().to_owned(),
            title: shown_name(&view.title),
            subtitle: language.words("report.title").to_owned(),
            about: about(view, language, &zone),
            reader: None,
            tiles: tiles(view, language),
            coverage: coverage.notices(),
            coverage_rows: coverage.rows(),
            coverage_bars: coverage.bars(),
            deadlines: view
                .deadlines
                .iter()
                .map(|deadline| deadline_row(deadline, today, language))
                .collect(),
            alerts: cards(&view.alerts, limits.alerts),
            quiet: cards(&view.quiet, limits.phrases),
            rising: cards(&view.rising, limits.phrases),
            lines: rows(&pushed),
            held_count: language.say("line.held", &[&language.units(held.len() as i64)]),
            held: rows(&held),
            scorecard: view
                .scorecard
                .as_ref()
                .map(|score| scorecard(score, language)),
            more,
            empty: empty(view, language),
            notes: ["evidence", "quotes", "range", "no_forecast"]
                .map(|key| language.words(&format!("note.{key}")).to_owned())
                .into(),
            words: sections(language),
        }
    }
}

/// The fixed words by section and key, the way templates name them: `w.section.alerts`.
fn sections(language: Language) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut sections: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (name, words) in language.all() {
        if let Some((section, key)) = name.split_once('.') {
            sections
                .entry(section.to_owned())
                .or_default()
                .insert(key.to_owned(), words.clone());
        }
    }
    sections
}

fn about(view: &View, language: Language, zone: &TimeZone) -> Vec<String> {
    let markets: Vec<String> = view.markets.iter().map(|m| language.market(m)).collect();
    let markets = match markets.is_empty() {
        true => language.words("report.markets_all").to_owned(),
        false => markets.join(language.words("report.separator")),
    };
    let mut about = Vec::new();
    if let Some(day) = view.day {
        about.push(language.say("report.day", &[&language.date(day)]));
    }
    about.push(language.say("report.days", &[&view.days.to_string()]));
    about.push(language.say("report.markets", &[&markets]));
    let made = language.instant(view.made_at, zone);
    about.push(language.say("report.made", &[&made]));
    about
}

fn tiles(view: &View, language: Language) -> Vec<Tile> {
    let orders = |advice| {
        view.lines
            .iter()
            .filter(|line| line.advice == advice)
            .count()
    };
    let tile = |value: usize, key: &str, tone| Tile {
        value: language.units(value as i64),
        label: language.say(key, &[&value.to_string()]),
        tone: if value == 0 { "calm" } else { tone },
    };
    let hits = view.count(AlertClass::Hit) + view.count(AlertClass::Mixed);
    vec![
        tile(hits, "tile.hits", "good"),
        tile(view.count(AlertClass::Crisis), "tile.crises", "bad"),
        tile(orders(Advice::OrderNow), "tile.now", "act"),
        tile(orders(Advice::OrderSoon), "tile.soon", "calm"),
    ]
}

fn empty(view: &View, language: Language) -> BTreeMap<&'static str, String> {
    let mut empty = BTreeMap::new();
    let mut say = |section, key: &str| {
        empty.insert(section, language.words(key).to_owned());
    };
    if view.day.is_none() {
        say("alerts", "empty.data");
    } else if view.alerts.is_empty() {
        say("alerts", "empty.alerts");
    }
    if view.rising.is_empty() {
        say("rising", "empty.rising");
    }
    if view.lines.is_empty() {
        say("lines", "empty.restock");
    }
    empty
}

fn deadline_row(deadline: &Deadline, today: Day, language: Language) -> DeadlineRow {
    let left = deadline.order_by.0 - today.0;
    let name = match language {
        Language::Chinese => &deadline.name_zh,
        Language::English => &deadline.name,
    };
    let key = match deadline.closure {
        true => "deadline.closure",
        false => "deadline.demand",
    };
    DeadlineRow {
        day: language.weekday(deadline.order_by),
        left: match left {
            0 => language.words("deadline.today").to_owned(),
            days => language.say("deadline.left", &[&days.to_string()]),
        },
        text: language.say(
            key,
            &[
                &language.market(&deadline.market),
                &shown_name(name),
                &language.short_date(deadline.first),
            ],
        ),
        tone: if left <= 7 { "act" } else { "calm" },
    }
}

fn scorecard(score: &Scorecard, language: Language) -> (Vec<Pair>, String) {
    let word = |key: &str| language.words(key).to_owned();
    let lead = match score.lead_days {
        Some(days) => language.number(days, 1),
        None => word("score.unknown"),
    };
    let against = match language {
        Language::Chinese => &score.against.1,
        Language::English => &score.against.0,
    };
    let rows = vec![
        Pair::new(word("score.found"), language.units(score.found)),
        Pair::new(word("score.missed"), language.units(score.missed)),
        Pair::new(
            word("score.false_alarms"),
            language.units(score.false_alarms),
        ),
        Pair::new(word("score.lead"), lead),
    ];
    (rows, shown(against, 300))
}

/// Coverage in words.
struct CoverageWords<'a> {
    language: Language,
    view: &'a CoverageView,
}

impl CoverageWords<'_> {
    /// What is missing, worst first; a calm sentence when nothing is.
    fn notices(&self) -> Vec<Notice> {
        let language = self.language;
        if self.view.total.asked == 0 {
            return vec![Notice {
                text: language.words("empty.coverage").to_owned(),
                tone: "bad",
            }];
        }
        let dark = self.view.sources.iter().filter_map(|source| {
            let name = shown_name(&source.source);
            Some(match source.dark? {
                Dark::Since(day) => language.say("coverage.dark", &[&name, &language.weekday(day)]),
                Dark::Never => {
                    let asked = language.units(source.coverage.asked);
                    language.say("coverage.never", &[&name, &asked])
                }
            })
        });
        let markets = self.view.markets.iter().filter_map(|(market, coverage)| {
            let share = coverage.share().filter(|share| *share < COVERED_WELL)?;
            Some(language.say(
                "coverage.market",
                &[&language.market(market), &language.percent(share)],
            ))
        });
        let mut notices: Vec<Notice> = dark
            .chain(markets)
            .map(|text| Notice { text, tone: "bad" })
            .collect();
        if notices.is_empty() {
            let total = &self.view.total;
            notices.push(Notice {
                text: language.say(
                    "coverage.all_well",
                    &[&answered(total, language), &language.units(total.asked)],
                ),
                tone: "calm",
            });
        }
        notices
    }

    fn rows(&self) -> Vec<Pair> {
        let language = self.language;
        let markets = self.view.markets.iter().map(|(market, coverage)| {
            let values = [answered(coverage, language), language.units(coverage.asked)];
            Pair::new(
                language.market(market),
                language.say("coverage.market_row", &[&values[0], &values[1]]),
            )
        });
        let sources = self.view.sources.iter().map(|source| {
            let coverage = &source.coverage;
            let values = [
                language.units(coverage.asked),
                answered(coverage, language),
                language.units(coverage.refused),
                language.units(coverage.failed),
            ];
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            Pair::new(
                shown_name(&source.source),
                language.say("coverage.source_row", &values),
            )
        });
        markets.chain(sources).collect()
    }

    fn bars(&self) -> String {
        let row = |source: &SourceCoverage| {
            let share = source.coverage.share()?;
            Some((
                shown(&source.source, 22),
                share,
                self.language.percent(share),
            ))
        };
        let rows: Vec<_> = self.view.sources.iter().take(40).filter_map(row).collect();
        super::chart::bars(&rows, self.language.words("coverage.rows"))
    }
}

fn answered(coverage: &Coverage, language: Language) -> String {
    language.units(coverage.answered + coverage.empty)
}
