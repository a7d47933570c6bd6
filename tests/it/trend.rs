//! The log read into alerts, on a real store: what is found, what is not, and that a replay
//! agrees to the byte.

use groundswell::config::{Engine, StoreConfig, TrendConfig};
use groundswell::gather::SourceFacts;
use groundswell::record::{
    Alert, AlertClass, AuthorKey, Calendar, Coverage, Day, Kind, Market, Mention, Page, Record,
    SourceClass, Subject, Tags,
};
use groundswell::run::{Projected, Projector, Tagger};
use groundswell::store::{self, AlertFilter, Store};
use groundswell::tag::Hints;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A tagger that needs no model: `sku:X` in a text mentions X, `phrase:Y` is a keyphrase.
struct Words;

impl Tagger for Words {
    fn tag(&self, record: &Record, _hints: &Hints) -> Tags {
        let mut tags = Tags::default();
        for word in record.full_text().split_whitespace() {
            if let Some(sku) = word.strip_prefix("sku:") {
                tags.mentions.push(Mention {
                    sku: sku.into(),
                    alias: sku.into(),
                    start: 0,
                    end: 1,
                    score: 1.0,
                    sentiment: None,
                });
            }
            if let Some(phrase) = word.strip_prefix("phrase:") {
                tags.keyphrases.push(groundswell::record::Keyphrase {
                    phrase: phrase.into(),
                    score: 1.0,
                });
            }
        }
        tags
    }

    fn model(&self) -> String {
        "words".into()
    }

    fn catalogue(&self) -> String {
        "none".into()
    }
}

const FIRST: Day = Day(20_500);
const DAYS: i32 = 80;

fn settings() -> TrendConfig {
    TrendConfig {
        close_after: Duration::from_secs(6 * 3_600),
        false_alarms_per_1000: 1.0,
        authors_min: 3,
        quiet_days: 7,
        phrase_alerts_per_day: 5,
    }
}

struct Home {
    _folder: tempfile::TempDir,
    store: Arc<dyn Store>,
}

fn home() -> Home {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store::open(&StoreConfig {
        engine: Engine::Sqlite,
        path: folder.path().join("data"),
    })
    .expect("a store");
    Home {
        _folder: folder,
        store,
    }
}

fn project(store: &dyn Store, threads: usize) -> Projected {
    let sources = facts();
    Projector {
        store,
        tagger: &Words,
        sources: &sources,
        trend: &settings(),
        calendar: Calendar::built_in(),
        threads,
    }
    .project(&mut |_| {})
    .expect("projected")
}

fn facts() -> BTreeMap<String, SourceFacts> {
    BTreeMap::from([(
        "board".to_owned(),
        SourceFacts {
            market: Market::parse("us"),
            language: Some("en".into()),
            class: Some(SourceClass::Social),
        },
    )])
}

fn alerts(store: &dyn Store) -> Vec<Alert> {
    let live = store.live().expect("live").expect("a generation");
    store
        .alerts(live.id, &AlertFilter::default())
        .expect("alerts")
}

fn of(alerts: &[Alert], subject: &Subject) -> Vec<(i32, AlertClass)> {
    let mut found: Vec<(i32, AlertClass)> = alerts
        .iter()
        .filter(|alert| alert.series.subject == *subject)
        .map(|alert| (alert.day.0 - FIRST.0, alert.class))
        .collect();
    found.sort();
    found
}

fn sku(name: &str) -> Subject {
    Subject::Sku(name.into())
}

/// A world of posts, made day by day; four pages a day.
struct World {
    random: ChaCha8Rng,
    authors: AuthorKey,
    posts: u64,
}

impl World {
    fn new(seed: u64) -> World {
        World {
            random: ChaCha8Rng::seed_from_u64(seed),
            authors: AuthorKey::new([7; 32]),
            posts: 0,
        }
    }

    /// A post of somebody new, in words nobody used before.
    fn post(&mut self, day: Day, tokens: &str) -> Record {
        let mut words = String::from(tokens);
        for _ in 0..9 {
            let number: u32 = self.random.random_range(0..50_000);
            words.push_str(&format!(" w{number}"));
        }
        let author = format!("person {}", self.posts);
        self.post_by(day, &author, &words)
    }

    fn post_by(&mut self, day: Day, author: &str, words: &str) -> Record {
        self.posts += 1;
        let mut record = Record::new(Kind::Post, format!("p{}", self.posts));
        record.author = Some(self.authors.hash("board", author));
        record.text = Some(words.to_owned());
        let second = self.random.random_range(0..86_400_i64);
        record.time = jiff::Timestamp::from_second(day.start().as_second() + second).ok();
        record
    }

    fn about(&mut self, day: Day, tokens: &str, mean: f64) -> Vec<Record> {
        let low = (mean * 0.6).floor() as u32;
        let high = (mean * 1.4).ceil() as u32;
        let count = self.random.random_range(low..=high);
        (0..count).map(|_| self.post(day, tokens)).collect()
    }
}

fn pages(day: Day, records: Vec<Record>) -> Vec<Page> {
    let mut parts: Vec<Vec<Record>> = vec![Vec::new(); 4];
    for record in records {
        let second = record.time.map_or(0, |time| time.as_second()) - day.start().as_second();
        parts[(second / 21_600).clamp(0, 3) as usize].push(record);
    }
    parts
        .into_iter()
        .enumerate()
        .map(|(part, records)| Page {
            source: "board".into(),
            query: String::new(),
            instance: None,
            class: SourceClass::Social,
            fetched_at: jiff::Timestamp::from_second(
                day.start().as_second() + 21_600 * (part as i64 + 1),
            )
            .expect("time"),
            imported_at: None,
            reading: None,
            coverage: Coverage {
                asked: 1,
                answered: 1,
                seen: Some(records.len() as u64),
                ..Coverage::default()
            },
            records,
            deleted: Vec::new(),
            position: None,
        })
        .collect()
}

const CHAIN: &str = "sku:COPIED everybody has to see what this thing did for my kitchen and I \
    cannot believe that nobody told me about it before today";

/// Eight SKUs at six posts a day and much other talk. One rises on day 60, one is pushed by
/// copies on day 55, one stays away during an outage on days 40 to 45, a phrase is born on day 64.
fn history(seed: u64) -> Vec<Page> {
    let mut world = World::new(seed);
    let mut all = Vec::new();
    for number in 0..DAYS {
        let day = FIRST.plus(number);
        let outage = (40..46).contains(&number);
        let seen = if outage { 0.1 } else { 1.0 };
        let mut records = Vec::new();
        for sku in 0..8 {
            let rise = if sku == 1 && number >= 60 { 5.0 } else { 1.0 };
            let tokens = format!("sku:S{sku}");
            records.extend(world.about(day, &tokens, 6.0 * rise * seen));
        }
        records.extend(world.about(day, "phrase:weather", 40.0 * seen));
        let rare = world.random.random_range(0..400);
        records.extend(world.about(day, &format!("phrase:rare{rare}"), 1.5 * seen));
        if number % 2 == 0 {
            records.extend(world.about(day, "sku:COPIED", 3.0 * seen));
        }
        if number == 55 {
            for bot in 0..150 {
                let author = format!("bot {bot}");
                records.push(world.post_by(day, &author, CHAIN));
            }
        }
        if number >= 64 {
            records.extend(world.about(day, "phrase:pebble-lamp", 30.0));
        }
        let mut day_pages = pages(day, records);
        if outage {
            for page in &mut day_pages {
                page.coverage.answered = 0;
                page.coverage.failed = 1;
            }
        }
        all.extend(day_pages);
    }
    all
}

#[test]
fn a_rise_is_found_in_two_days_and_copies_outages_and_quiet_series_are_not_taken_for_one() {
    let home = home();
    home.store.append(&history(1)).expect("append");
    project(&*home.store, 2);
    let found = alerts(&*home.store);
    let rise = of(&found, &sku("S1"));
    assert!(
        rise.first()
            .is_some_and(|(day, class)| (60..62).contains(day) && *class == AlertClass::Hit),
        "{rise:?}"
    );
    assert_eq!(
        of(&found, &sku("COPIED")),
        [(55, AlertClass::SuspiciousBurst)]
    );
    let born = of(&found, &Subject::Phrase("pebble-lamp".into()));
    assert!(
        born.first().is_some_and(|(day, _)| (64..66).contains(day)),
        "{born:?}"
    );
    for quiet in ["S0", "S2", "S3", "S4", "S5", "S6", "S7"] {
        assert_eq!(of(&found, &sku(quiet)), [], "{quiet}");
    }
    assert_eq!(of(&found, &Subject::Phrase("weather".into())), []);
    let rise = found
        .iter()
        .find(|alert| alert.series.subject == sku("S1"))
        .expect("the rise");
    assert!(rise.lift > 3.0 && rise.silent_below <= rise.observed);
    assert_eq!(rise.coverage, Some(1.0));
    assert_eq!(rise.sources.len(), 1);
    assert_eq!(rise.first_seen, FIRST);
    assert_eq!(rise.quotes.len(), 5);
}

#[test]
fn an_outage_does_not_hide_a_rise_that_goes_on_in_it() {
    let home = home();
    let mut world = World::new(5);
    for number in 0..60 {
        let day = FIRST.plus(number);
        let seen = if number >= 50 { 0.3 } else { 1.0 };
        let rise = if number >= 52 { 6.0 } else { 1.0 };
        let mut records = world.about(day, "sku:A", 10.0 * seen * rise);
        records.extend(world.about(day, "sku:B", 10.0 * seen));
        records.extend(world.about(day, "phrase:weather", 90.0 * seen));
        home.store.append(&pages(day, records)).expect("append");
    }
    project(&*home.store, 2);
    let found = alerts(&*home.store);
    assert!(
        of(&found, &sku("A"))
            .first()
            .is_some_and(|(day, _)| (52..55).contains(day)),
        "{found:#?}"
    );
    assert_eq!(of(&found, &sku("B")), []);
}

/// All that a generation holds of the series of the tests, as text.
fn dump(store: &dyn Store) -> String {
    let live = store.live().expect("live").expect("a generation");
    let mut text = format!("{:?} {:?}\n", live.offset, live.closed);
    for alert in alerts(store) {
        text.push_str(&serde_json::to_string(&alert).expect("json"));
        text.push('\n');
    }
    let mut keys = std::collections::BTreeSet::new();
    for number in 0..DAYS {
        keys.extend(store.active(live.id, FIRST.plus(number)).expect("active"));
    }
    for key in keys {
        let cells = store
            .cells(live.id, &key, FIRST..=FIRST.plus(DAYS))
            .expect("cells");
        let state = store.state(live.id, &key).expect("state");
        text.push_str(&format!(
            "{key} {} {}\n",
            serde_json::to_string(&cells).expect("json"),
            serde_json::to_string(&state).expect("json"),
        ));
    }
    text
}

#[test]
fn one_thread_and_two_all_at_once_and_piece_by_piece_and_rebuilt_agree_to_the_byte() {
    let history = history(3);
    let whole = home();
    whole.store.append(&history).expect("append");
    project(&*whole.store, 1);
    let expected = dump(&*whole.store);
    assert!(expected.contains("suspicious-burst"));

    let two = home();
    two.store.append(&history).expect("append");
    project(&*two.store, 2);
    assert!(dump(&*two.store) == expected, "two threads differ");

    let pieces = home();
    for part in history.chunks(13) {
        pieces.store.append(part).expect("append");
        project(&*pieces.store, 2);
    }
    assert!(dump(&*pieces.store) == expected, "piece by piece differs");

    let sources = facts();
    let trend = settings();
    Projector {
        store: &*pieces.store,
        tagger: &Words,
        sources: &sources,
        trend: &trend,
        calendar: Calendar::built_in(),
        threads: 2,
    }
    .rebuild(&mut |_| {})
    .expect("rebuilt");
    assert!(dump(&*pieces.store) == expected, "the rebuilt one differs");
    assert_eq!(project(&*pieces.store, 2).records, 0);
}

#[test]
fn every_alert_comes_out_of_the_log_again_to_the_byte() {
    let home = home();
    home.store.append(&history(1)).expect("append");
    project(&*home.store, 2);
    let sources = facts();
    let trend = settings();
    let projector = Projector {
        store: &*home.store,
        tagger: &Words,
        sources: &sources,
        trend: &trend,
        calendar: Calendar::built_in(),
        threads: 2,
    };
    let found = alerts(&*home.store);
    assert!(found.len() >= 3);
    for alert in &found {
        let again = projector.recompute(alert).expect("recomputed");
        assert_eq!(again.as_ref(), Some(alert));
    }
    // The scratch work is gone, and another rule would not have raised it.
    assert_eq!(home.store.generations().expect("generations").len(), 1);
    let strict = TrendConfig {
        authors_min: 10_000,
        ..settings()
    };
    let other = Projector {
        trend: &strict,
        ..projector
    };
    assert_eq!(other.recompute(&found[0]).expect("recomputed"), None);
}

#[test]
fn history_imported_from_before_the_last_closed_day_is_judged_in_its_place() {
    let history = history(4);
    let (early, late) = history.split_at(120);
    let expected = home();
    expected.store.append(&history).expect("append");
    project(&*expected.store, 2);

    let backfilled = home();
    backfilled.store.append(late).expect("append");
    project(&*backfilled.store, 2);
    let imported: Vec<Page> = early
        .iter()
        .map(|page| Page {
            imported_at: Some("2027-01-01T00:00:00Z".parse().expect("timestamp")),
            ..page.clone()
        })
        .collect();
    backfilled.store.append(&imported).expect("append");
    assert!(project(&*backfilled.store, 2).rebuilt);

    // Which alert is raised when is the same; only the log's numbers differ.
    let shown = |store: &dyn Store| -> Vec<(String, u32, f64)> {
        alerts(store)
            .into_iter()
            .map(|alert| (alert.id, alert.observed, alert.score))
            .collect()
    };
    assert_eq!(shown(&*backfilled.store), shown(&*expected.store));
}

#[test]
fn a_late_post_counts_on_its_own_day_and_a_new_version_of_it_nowhere() {
    let home = home();
    let mut world = World::new(9);
    let day = FIRST;
    let mut record = world.post(day, "sku:LATE");
    for number in 0..10 {
        let records = world.about(day.plus(number), "phrase:weather", 5.0);
        home.store
            .append(&pages(day.plus(number), records))
            .expect("append");
    }
    let last = day.plus(9);
    let mut page = pages(last, Vec::new()).pop().expect("a page");
    page.records.push(record.clone());
    home.store.append(&[page.clone()]).expect("append");
    project(&*home.store, 1);
    record.text = Some("sku:LATE sku:OTHER edited since then".into());
    page.records = vec![record];
    home.store.append(&[page]).expect("append");
    project(&*home.store, 1);

    let live = home.store.live().expect("live").expect("a generation");
    let series = |name: &str| {
        let keys = home.store.series_of(live.id, &sku(name)).expect("series");
        keys.into_iter().next()
    };
    let key = series("LATE").expect("the series");
    let cells = home.store.cells(live.id, &key, day..=last).expect("cells");
    assert_eq!(cells.len(), 1);
    assert_eq!((cells[0].0, cells[0].1.mentions), (day, 1));
    assert!(series("OTHER").is_none());
}
