//! Second looks by a slow model keep to their budget by the minutes of the log, so that the same
//! log gives the same tags at once, piece by piece and in a rebuild.

use groundswell::config::{Engine, StoreConfig, TrendConfig};
use groundswell::record::{
    Calendar, Coverage, Keyphrase, Kind, Page, Record, RecordKey, SourceClass, Tags,
};
use groundswell::run::{Projector, Tagger};
use groundswell::store::{self, Store};
use groundswell::tag::Hints;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const PER_MINUTE: u32 = 3;

/// Wants to look again at every text that holds a question mark, and leaves a mark of its own.
struct Slow;

impl Tagger for Slow {
    fn tag(&self, _record: &Record, _hints: &Hints) -> Tags {
        Tags::default()
    }

    fn model(&self) -> String {
        "slow".into()
    }

    fn catalogue(&self) -> String {
        "none".into()
    }

    fn second_looks(&self) -> Option<u32> {
        Some(PER_MINUTE)
    }

    fn wants_second_look(&self, record: &Record, _tags: &Tags) -> bool {
        record.full_text().contains('?')
    }

    fn look_again(&self, _record: &Record, _hints: &Hints, tags: &mut Tags) {
        tags.keyphrases.push(Keyphrase {
            phrase: "looked at".into(),
            score: 1.0,
        });
    }
}

fn store() -> (tempfile::TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store::open(&StoreConfig {
        engine: Engine::Sqlite,
        path: folder.path().join("data"),
    })
    .expect("a store");
    (folder, store)
}

/// Pages of three posts, two of them worth a second look, every 20 seconds.
fn pages() -> Vec<Page> {
    let start: jiff::Timestamp = "2026-03-01T10:00:00Z".parse().expect("an instant");
    (0..40)
        .map(|number| {
            let fetched_at = start
                .checked_add(jiff::SignedDuration::from_secs(20 * number))
                .expect("an instant");
            let records = (0..3)
                .map(|place| Record {
                    text: Some(if place == 1 { "plain" } else { "open?" }.to_owned()),
                    time: Some(fetched_at),
                    ..Record::new(Kind::Post, format!("{number}-{place}"))
                })
                .collect();
            Page {
                source: "board".into(),
                query: String::new(),
                instance: None,
                class: SourceClass::Social,
                fetched_at,
                imported_at: None,
                records,
                deleted: Vec::new(),
                position: None,
                coverage: Coverage::default(),
                reading: None,
            }
        })
        .collect()
}

fn project(store: &dyn Store, rebuild: bool, threads: usize) {
    let trend = TrendConfig {
        close_after: Duration::from_secs(6 * 3_600),
        false_alarms_per_1000: 1.0,
        authors_min: 3,
        quiet_days: 7,
        phrase_alerts_per_day: 5,
    };
    let projector = Projector {
        store,
        tagger: &Slow,
        sources: &BTreeMap::new(),
        trend: &trend,
        calendar: Calendar::built_in(),
        threads,
    };
    let done = if rebuild {
        projector.rebuild(&mut |_| {})
    } else {
        projector.project(&mut |_| {})
    };
    done.expect("projected");
}

/// Which posts were looked at, in the order of the log.
fn looked_at(store: &dyn Store, pages: &[Page]) -> Vec<bool> {
    let live = store.live().expect("live").expect("a generation");
    let keys: Vec<RecordKey> = pages
        .iter()
        .flat_map(|page| page.records.iter().map(|record| page.key(record)))
        .collect();
    store
        .tags_of(live.id, &keys)
        .expect("tags")
        .into_iter()
        .map(|tags| !tags.expect("tagged").keyphrases.is_empty())
        .collect()
}

#[test]
fn the_budget_goes_by_the_minutes_of_the_log_however_it_is_read() {
    let pages = pages();
    let (_whole_folder, whole) = store();
    whole.append(&pages).expect("append");
    project(&*whole, false, 1);
    let expected = looked_at(&*whole, &pages);
    // Three pages a minute, six posts that want it, three that get it: the first ones.
    for (minute, posts) in expected.chunks(9).enumerate() {
        let first = [true, false, true, true, false, false, false, false, false];
        assert_eq!(posts, &first[..posts.len()], "minute {minute}");
    }

    for size in [1, 2, 7] {
        let (_folder, pieces) = store();
        for part in pages.chunks(size) {
            pieces.append(part).expect("append");
            project(&*pieces, false, 2);
        }
        assert_eq!(
            looked_at(&*pieces, &pages),
            expected,
            "{size} pages at a time"
        );
        project(&*pieces, true, 2);
        assert_eq!(looked_at(&*pieces, &pages), expected, "{size} and rebuilt");
    }
}
