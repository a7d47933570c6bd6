//! What a run of the demo prints: the world, the hits with their evidence, what to order, the
//! score, what the crawl met, and what to type next.

use super::tour::{Outcome, SourceLine};
use super::world::truth::What;
use crate::record::{Alert, Subject};
use crate::report::{self, AlertView, Card, Language, shown, shown_name};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Products shown of each market; the report has all.
const SHOWN_MAX: usize = 6;
/// Phrases shown of each market.
const PHRASES_MAX: usize = 3;
/// Lines of the restock sheet that are shown.
const LINES_MAX: usize = 12;
/// Letters of a quote.
const QUOTE_LETTERS: usize = 110;
/// Letters of a reason.
const REASON_LETTERS: usize = 120;

/// The whole text.
pub fn text(outcome: &Outcome) -> String {
    let mut text = String::new();
    world(&mut text, outcome);
    for market in super::home::markets() {
        hits(&mut text, outcome, market);
    }
    heading(&mut text, "What to order first");
    let lines = outcome
        .view
        .lines
        .get(..LINES_MAX.min(outcome.view.lines.len()));
    text.push_str(&report::table(lines.unwrap_or_default(), Language::English));
    more(
        &mut text,
        outcome.view.lines.len(),
        LINES_MAX,
        "lines: groundswell restock",
    );
    heading(
        &mut text,
        "How good was it? Held against what really happened",
    );
    text.push_str(&outcome.scorecard.table());
    crawled(&mut text, outcome);
    next(&mut text, outcome);
    text
}

fn heading(text: &mut String, title: &str) {
    let _ = write!(text, "\n{title}\n{}\n", "─".repeat(title.chars().count()));
}

fn more(text: &mut String, all: usize, shown: usize, what: &str) {
    if all > shown {
        let _ = writeln!(text, "… and {} more {what}", all - shown);
    }
}

fn world(text: &mut String, outcome: &Outcome) {
    let world = &outcome.world;
    heading(text, &format!("World {}", world.seed));
    let first = super::world::truth::day(0);
    let last = super::world::truth::day(world.days - 1);
    let count = |wanted: &[What]| {
        let events = world.truth.events.iter();
        events.filter(|event| wanted.contains(&event.what)).count()
    };
    let _ = writeln!(
        text,
        "{} days, {first} to {last}. Four markets: us, de, jp, id. Six sites, {} posts in seven\n\
         languages, {} products with stock, {} order lines. Most posts name no product.",
        world.days,
        world.post_count(),
        world.catalogue.products.len(),
        world.orders.len(),
    );
    let _ = writeln!(
        text,
        "Hidden in it: {} hits, {} quality crisis; and to mislead: {} bot burst, {} giveaway, {} price\n\
         war, {} presents of a sales day, {} site down for a week, {} redesigned.",
        count(&[What::Hit, What::Spread, What::Newcomer]),
        count(&[What::Crisis]),
        count(&[What::BotBurst]),
        count(&[What::Giveaway]),
        count(&[What::PriceWar]),
        count(&[What::Holiday]),
        count(&[What::Outage]),
        count(&[What::Redesign]),
    );
    let _ = writeln!(
        text,
        "{} records were read through the same crawler, tagger and detector as everything else.",
        outcome.records
    );
    if outcome.stopped {
        text.push_str("The run was stopped; what follows is judged by what was read until then.\n");
    }
}

/// The first alert of each subject, by day.
fn stories<'a>(alerts: &'a [AlertView], market: &str) -> Vec<&'a AlertView> {
    let mut of_market: Vec<&AlertView> = alerts
        .iter()
        .filter(|view| view.alert.market().code() == market && view.alert.class.is_pushed())
        .collect();
    of_market.sort_by(|a, b| {
        a.alert
            .day
            .cmp(&b.alert.day)
            .then(a.alert.id.cmp(&b.alert.id))
    });
    let mut seen = BTreeSet::new();
    of_market.retain(|view| seen.insert(view.alert.series.subject.clone()));
    of_market
}

fn hits(text: &mut String, outcome: &Outcome, market: &str) {
    let name = crate::record::Market::parse(market)
        .and_then(|market| market.info())
        .map_or(market, |info| info.name);
    heading(text, &format!("{name}: what was pushed, when it began"));
    let products = stories(&outcome.view.alerts, market);
    let phrases = stories(&outcome.view.rising, market);
    if products.is_empty() && phrases.is_empty() {
        text.push_str("nothing\n");
    }
    let shown_products = products
        .get(..SHOWN_MAX.min(products.len()))
        .unwrap_or_default();
    let shown_phrases = phrases
        .get(..PHRASES_MAX.min(phrases.len()))
        .unwrap_or_default();
    for view in shown_products.iter().chain(shown_phrases) {
        told(text, view);
    }
    more(text, products.len(), SHOWN_MAX, "products in the report");
    more(text, phrases.len(), PHRASES_MAX, "phrases in the report");
}

/// Two or three lines: what, the evidence, a voice.
fn told(text: &mut String, view: &AlertView) {
    let alert = &view.alert;
    let card = Card::new(view, Language::English, &TimeZone::UTC, 1);
    let name = match alert.series.subject {
        Subject::Phrase(_) => format!("“{}”, which no product of yours matches", card.name),
        _ => card.name.clone(),
    };
    let _ = writeln!(
        text,
        "{}  {}: {name}  [{}]",
        alert.day, card.class, alert.id
    );
    let mut facts = vec![card.headline.clone()];
    facts.push(sources(alert));
    if let Some(feeling) = &card.feeling {
        facts.push(format!("{} {}", feeling.value, feeling.label));
    }
    if let Some(rank) = alert.rank {
        let place =
            |rank: Option<f64>| rank.map_or("not in the list".into(), |rank| format!("#{rank:.0}"));
        facts.push(format!(
            "best-sellers {} → {}",
            place(rank.before),
            place(rank.now)
        ));
    }
    let _ = writeln!(text, "    {}", facts.join("; "));
    if let Some(quote) = view.quotes.iter().find_map(|quote| quote.text.as_deref()) {
        let _ = writeln!(text, "    “{}”", shown(quote, QUOTE_LETTERS));
    }
}

fn sources(alert: &Alert) -> String {
    let parts: Vec<String> = alert
        .sources
        .iter()
        .take(3)
        .map(|(source, count)| format!("{} {count}", shown_name(source)))
        .collect();
    format!("from {}", parts.join(", "))
}

fn crawled(text: &mut String, outcome: &Outcome) {
    heading(text, "What the crawl met");
    let rows: Vec<Vec<String>> = std::iter::once(
        [
            "source",
            "asked",
            "answered",
            "nothing new",
            "refused",
            "failed",
        ]
        .map(str::to_owned)
        .to_vec(),
    )
    .chain(outcome.sources.iter().map(|line| {
        let coverage = &line.coverage;
        let mut row = vec![line.source.clone()];
        row.extend(
            [
                coverage.asked,
                coverage.answered,
                coverage.empty,
                coverage.refused,
                coverage.failed,
            ]
            .map(|count| count.to_string()),
        );
        row
    }))
    .collect();
    text.push_str(&super::score::aligned(&rows));
    for line in &outcome.sources {
        troubles(text, line);
    }
    let sum = |count: fn(&super::server::Traffic) -> usize| {
        outcome.traffic.values().map(count).sum::<usize>()
    };
    let _ = writeln!(
        text,
        "The sites saw {} requests: {} times \"too many\" with a time to wait for, {} times \"unchanged\",\n\
         {} while down, {} for a page that robots.txt forbids.",
        sum(|t| t.requests),
        sum(|t| t.busy),
        sum(|t| t.unchanged),
        sum(|t| t.down),
        sum(|t| t.forbidden),
    );
}

fn troubles(text: &mut String, line: &SourceLine) {
    for (why, (times, first, last)) in &line.troubles {
        let _ = writeln!(
            text,
            "  {}, {times} times, {first} to {last}: {}",
            line.source,
            shown(why, REASON_LETTERS)
        );
    }
}

fn next(text: &mut String, outcome: &Outcome) {
    heading(text, "Next");
    let home = outcome.home.display();
    let _ = write!(
        text,
        "The report: {}\n\
         Look around in this world: groundswell --dir {home} trends\n\n\
         With your own products, three lines:\n\
         \x20 groundswell init my-shop\n\
         \x20 groundswell --dir my-shop crawl\n\
         \x20 groundswell --dir my-shop report --out report.html\n",
        outcome.report.display(),
    );
}
