use super::restock::{config_wrong, market, print};
use super::{Exit, Global};
use crate::record::{Alert, Coverage, Day, Market, SourceClass, Subject};
use crate::report::shown_name;
use crate::run::Workspace;
use crate::store::AlertFilter;
use crate::trend::variant::{OwnNames, Story, stories};
use anyhow::Context as _;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// What is rising, where, and how sure that is
///
/// One line for each SKU or phrase that left its usual level: how many people were seen against
/// how many were expected, how much of the web was read, and which other kind of evidence
/// confirms it. Phrases that no SKU of yours matches stand below: they may be your next product.
/// Spellings and pieces of one phrase share a line; names of your own products are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell trends                            the last 14 days, all markets
  groundswell trends --market de --subject sku
  groundswell trends --subject phrase           what people want that you do not sell
  groundswell trends --as-of 2026-03-01         what was known on that morning
  groundswell trends --all --format json        also bursts that are never pushed")]
pub struct Args {
    /// Only this market (us, de, jp ...)
    #[arg(long, value_name = "CODE")]
    market: Option<String>,
    /// Only SKUs, or only phrases that no SKU matches
    #[arg(long, value_enum)]
    subject: Option<Sort>,
    /// Only this kind of evidence: social, social-search, review, ranking, interest, voice, sales
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Look back so many days from the last day that was judged
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: u16,
    /// Only what was known then: a date or an instant (2026-03-01, 2026-03-01T08:00:00Z)
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// At most so many lines of each sort, strongest first
    #[arg(long, value_name = "N", default_value_t = 30)]
    limit: usize,
    /// Also what is shown but never pushed: holidays, price wars, suspicious bursts
    #[arg(long)]
    all: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Sort {
    /// SKUs of the catalogue
    Sku,
    /// Phrases that no SKU matches
    Phrase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// What was found, and in which days.
struct Found {
    from: Day,
    to: Option<Day>,
    stories: Vec<Story>,
    names: BTreeMap<String, String>,
    coverage: Coverage,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let market = market(args.market.as_deref())?;
    let class = class(args.class.as_deref())?;
    let as_of = args.as_of.as_deref().map(instant).transpose()?;
    let workspace = match Workspace::open(&global.dir) {
        Ok(workspace) => workspace,
        Err(error) if error.is_config() => return Ok(config_wrong(&error.into())),
        Err(error) => return Err(error.into()),
    };
    let found = find(&workspace, &args, market, class, as_of)?;
    let text = match args.format {
        Format::Table => table(&found, &args),
        Format::Json => serde_json::to_string_pretty(&as_json(&found))? + "\n",
        Format::Csv => as_csv(&found)?,
    };
    print(text.as_bytes())?;
    Ok(Exit::Done)
}

fn class(word: Option<&str>) -> anyhow::Result<Option<SourceClass>> {
    let Some(word) = word else { return Ok(None) };
    SourceClass::parse(word).map(Some).with_context(|| {
        format!(
            "--class `{word}` is none of {}",
            crate::config::class_words()
        )
    })
}

/// An instant, or the first instant of a date.
fn instant(text: &str) -> anyhow::Result<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let date: Date = text.parse().with_context(|| {
        format!("--as-of `{text}` is no time; write 2026-03-01 or 2026-03-01T08:00:00Z")
    })?;
    Ok(Day::from_date(date).start())
}

fn find(
    workspace: &Workspace,
    args: &Args,
    market: Option<Market>,
    class: Option<SourceClass>,
    as_of: Option<Timestamp>,
) -> anyhow::Result<Found> {
    let store = &*workspace.store;
    let live = store.live()?;
    let closed = live.as_ref().and_then(|live| live.closed);
    // An instant in the past had not seen its own day close.
    let to = match as_of {
        Some(time) => closed.map(|closed| closed.min(Day::of(time).plus(-1))),
        None => closed,
    };
    let last = to.unwrap_or_else(|| Day::of(workspace.clock.now()));
    let from = last.plus(1 - i32::from(args.days));
    let mut alerts = match &live {
        None => Vec::new(),
        Some(live) => store.alerts(
            live.id,
            &AlertFilter {
                sort: args.subject.map(|sort| match sort {
                    Sort::Sku => "sku".to_owned(),
                    Sort::Phrase => "phrase".to_owned(),
                }),
                market: market.clone(),
                class,
                from: Some(from),
                to,
                as_of,
                ..AlertFilter::default()
            },
        )?,
    };
    alerts.retain(|alert| args.all || alert.class.is_pushed());
    // Newest first: of several alerts on one series the newest tells the most.
    let mut seen = BTreeSet::new();
    alerts.retain(|alert| seen.insert(alert.series.clone()));
    alerts.sort_by(|left, right| {
        let ahead = |alert: &Alert| alert.score - alert.threshold;
        ahead(right)
            .total_cmp(&ahead(left))
            .then_with(|| left.series.cmp(&right.series))
    });
    let catalogue = store.catalogue()?;
    let own = OwnNames::of(&catalogue);
    alerts.retain(|alert| match &alert.series.subject {
        Subject::Phrase(phrase) => !own.holds(phrase),
        _ => true,
    });
    let mut stories = stories(alerts);
    let mut kept = BTreeMap::new();
    stories.retain(|story| {
        let count: &mut usize = kept.entry(story.alert.series.subject.sort()).or_default();
        *count += 1;
        *count <= args.limit
    });
    let mut coverage = Coverage::default();
    for hour in store.coverage(from.start(), last.plus(1).start())? {
        coverage.add(&hour.coverage);
    }
    Ok(Found {
        from,
        to,
        stories,
        names: catalogue
            .into_iter()
            .map(|sku| (sku.sku, sku.name))
            .collect(),
        coverage,
    })
}

fn table(found: &Found, args: &Args) -> String {
    let mut text = String::new();
    let Some(to) = found.to else {
        return "No day has been judged yet: a day is judged some hours after it ended.\n\
                hint: read something with `groundswell crawl` or `groundswell import`\n"
            .to_owned();
    };
    let (skus, phrases): (Vec<&Story>, Vec<&Story>) = found
        .stories
        .iter()
        .partition(|story| matches!(story.alert.series.subject, Subject::Sku(_)));
    let wants = |sort: Sort| args.subject.is_none_or(|own| own == sort);
    if found.stories.is_empty() {
        let _ = writeln!(text, "Nothing stands out from {} to {to}.", found.from);
    }
    if wants(Sort::Sku) && !skus.is_empty() {
        let _ = writeln!(text, "Your SKUs, {} to {to}\n", found.from);
        text.push_str(&rows(&skus, found));
    }
    if wants(Sort::Phrase) && !phrases.is_empty() {
        if !skus.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "Rising phrases that no SKU matches, {} to {to}\n",
            found.from
        );
        text.push_str(&rows(&phrases, found));
    }
    let _ = writeln!(text, "\n{}", read(&found.coverage));
    if let Some(first) = found.stories.first() {
        let _ = writeln!(
            text,
            "All about one of them: groundswell explain {}",
            first.alert.id
        );
    }
    text
}

/// How much was read.
fn read(coverage: &Coverage) -> String {
    match coverage.share() {
        None => "No request was due in these days.".to_owned(),
        Some(share) => format!(
            "{} of {} requests were answered ({}).",
            coverage.answered + coverage.empty,
            coverage.asked,
            percent(share)
        ),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

const HEADS: [&str; 11] = [
    "id",
    "what",
    "where",
    "evidence",
    "reading",
    "day",
    "seen / expected",
    "people",
    "first seen",
    "coverage",
    "confirmed by",
];

fn rows(stories: &[&Story], found: &Found) -> String {
    let mut lines: Vec<Vec<String>> = vec![HEADS.map(str::to_owned).to_vec()];
    for story in stories {
        lines.push(row(story, found));
    }
    let widths: Vec<usize> = (0..HEADS.len())
        .map(|column| {
            lines
                .iter()
                .filter_map(|line| line.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for line in lines {
        let mut out = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            out.push_str(cell);
            out.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        text.push_str(out.trim_end());
        text.push('\n');
    }
    text
}

fn row(story: &Story, found: &Found) -> Vec<String> {
    let alert = &story.alert;
    let days = match alert.window_days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    // Where no author is known, the count is one of records, not of people.
    let people = match alert.effective_authors {
        Some(_) => alert.authors.to_string(),
        None => "not known".to_owned(),
    };
    vec![
        alert.id.clone(),
        what(story, found),
        alert.series.market.to_string(),
        alert.series.class.to_string(),
        alert.class.word().to_owned(),
        alert.day.to_string(),
        format!(
            "{} / {} in {days} ({})",
            alert.observed,
            short(alert.expected),
            lift(alert.lift)
        ),
        people,
        alert.first_seen.to_string(),
        alert
            .coverage
            .map_or_else(|| "not known".to_owned(), percent),
        confirmed(alert),
    ]
}

fn what(story: &Story, found: &Found) -> String {
    let alert = &story.alert;
    let subject = shown_name(alert.series.subject.name());
    match found.names.get(alert.series.subject.name()) {
        Some(name) if !name.is_empty() && matches!(alert.series.subject, Subject::Sku(_)) => {
            format!("{subject} {}", shown_name(name))
        }
        _ if story.also_written.is_empty() => subject,
        _ => format!("{subject} (also {})", also_written(story)),
    }
}

/// The other phrases of a story, most seen first.
fn also_written(story: &Story) -> String {
    let names: Vec<String> = story
        .also_written
        .iter()
        .map(|(phrase, _)| shown_name(phrase))
        .collect();
    names.join(", ")
}

fn confirmed(alert: &Alert) -> String {
    let mut by: Vec<&str> = alert.also.iter().map(|class| class.word()).collect();
    let climbed = alert
        .rank
        .is_some_and(|rank| match (rank.before, rank.now) {
            (Some(before), Some(now)) => now < before,
            (None, Some(_)) => true,
            _ => false,
        });
    if climbed {
        by.push("rank");
    }
    if by.is_empty() {
        "-".to_owned()
    } else {
        by.join(", ")
    }
}

fn short(number: f64) -> String {
    if number < 10.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}

fn lift(lift: f64) -> String {
    if lift > 99.0 {
        "new".to_owned()
    } else {
        format!("×{}", short(lift))
    }
}

fn as_json(found: &Found) -> Value {
    let alerts: Vec<Value> = found
        .stories
        .iter()
        .map(|story| {
            let mut alert = json!(story.alert);
            if !story.also_written.is_empty() {
                alert["also_written"] = story
                    .also_written
                    .iter()
                    .map(|(phrase, observed)| json!({"phrase": phrase, "observed": observed}))
                    .collect();
            }
            alert
        })
        .collect();
    json!({
        "from": found.from.to_string(),
        "to": found.to.map(|day| day.to_string()),
        "coverage": found.coverage,
        "alerts": alerts,
    })
}

fn as_csv(found: &Found) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "id",
        "sort",
        "subject",
        "name",
        "market",
        "evidence",
        "reading",
        "day",
        "window_days",
        "observed",
        "expected",
        "lift",
        "score",
        "p",
        "authors",
        "effective_authors",
        "mentions",
        "doubtful",
        "coverage",
        "confirmed_by",
        "first_seen",
        "also_written",
    ])?;
    for story in &found.stories {
        let alert = &story.alert;
        let subject = &alert.series.subject;
        let optional = |value: Option<f64>| value.map(|value| value.to_string());
        writer.write_record([
            alert.id.clone(),
            subject.sort().to_owned(),
            cell(subject.name()),
            cell(found.names.get(subject.name()).map_or("", String::as_str)),
            alert.series.market.to_string(),
            alert.series.class.to_string(),
            alert.class.word().to_owned(),
            alert.day.to_string(),
            alert.window_days.to_string(),
            alert.observed.to_string(),
            alert.expected.to_string(),
            alert.lift.to_string(),
            alert.score.to_string(),
            alert.p.to_string(),
            alert.authors.to_string(),
            optional(alert.effective_authors).unwrap_or_default(),
            alert.mentions.to_string(),
            alert.doubtful.to_string(),
            optional(alert.coverage).unwrap_or_default(),
            confirmed(alert),
            alert.first_seen.to_string(),
            cell(&also_written(story)),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A name for a spreadsheet: what begins like a formula must not run as one.
fn cell(text: &str) -> String {
    let text = shown_name(text);
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{text}")
    } else {
        text
    }
}
