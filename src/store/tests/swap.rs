use super::projection::{alert, crowd};
use super::{Home, at, sku, step, with_entries};
use crate::record::{Day, Evidence, Fingerprint, RankPoint, RecordKey, Tags};
use crate::store::{AlertFilter, Committed, Error, GenerationId, Step, Store, Versions};
use std::sync::Arc;

fn versions(catalogue: &str) -> Versions {
    Versions {
        catalogue: catalogue.into(),
        ..Versions::default()
    }
}

/// A step that writes to every table.
fn full(count: u64) -> Step {
    let series = sku("LAMP-1", "us");
    let record = RecordKey([count as u8; 16]);
    Step {
        to: 1,
        closed: Some(Day(1)),
        tags: vec![(record, Tags::default())],
        cells: vec![(series.clone(), Day(1), crowd(count))],
        evidence: vec![(
            series.clone(),
            Evidence {
                record,
                day: Day(1),
                time: at("1970-01-02T08:00:00Z"),
                source: "forum".into(),
                author: None,
                polarity: None,
                doubtful: false,
            },
        )],
        fingerprints: vec![Fingerprint {
            print: 77,
            day: Day(1),
            record,
            author: None,
        }],
        ranks: vec![RankPoint {
            source: "shop".into(),
            list: "best".into(),
            market: series.market.clone(),
            item: "B0".into(),
            time: at("1970-01-02T08:00:00Z"),
            rank: Some(count as u32),
            paid: false,
            price: None,
            reviews: None,
            sku: Some("LAMP-1".into()),
        }],
        states: Vec::new(),
        alerts: vec![alert(series, Day(1), count as f64)],
        ..step(0, 1)
    }
}

/// What a reader finds of [`full`]: its count in every table, or nothing in any.
fn found(store: &Arc<dyn Store>, id: GenerationId, count: u64) -> Option<u64> {
    let series = sku("LAMP-1", "us");
    let days = Day(0)..=Day(2);
    let record = RecordKey([count as u8; 16]);
    let cells = store.cells(id, &series, days.clone()).expect("cells");
    let pieces = [
        cells
            .iter()
            .filter(|(_, cell)| *cell == crowd(count))
            .count(),
        store.tags(id, record).expect("tags").into_iter().count(),
        store
            .evidence(id, &series, days.clone(), 9)
            .expect("evidence")
            .len(),
        store.fingerprints(id, &[77], Day(0)).expect("prints").len(),
        store
            .ranks(id, &series.market, "B0", days.clone())
            .expect("ranks")
            .len(),
        store
            .ranks_of_sku(id, &series.market, "LAMP-1", days)
            .expect("ranks")
            .len(),
        store
            .alerts(id, &AlertFilter::default())
            .expect("alerts")
            .len(),
        store.series_of(id, &series.subject).expect("series").len(),
    ];
    match pieces {
        [1, 1, 1, 1, 1, 1, 1, 1] => Some(count),
        [0, 0, 0, 0, 0, 0, 0, 0] => None,
        mixed => panic!("half a generation: {mixed:?}"),
    }
}

pub fn two_generations_never_mix(home: &Home) {
    let store = home.open();
    with_entries(&store, 1);
    let old = store.begin(&versions("old")).expect("begin").id;
    store.commit(old, &full(3)).expect("commit");
    let new = store.begin(&versions("new")).expect("begin");
    assert!(!new.live && new.id != old);
    assert_eq!(found(&store, new.id, 5), None);
    store.commit(new.id, &full(5)).expect("commit");
    assert_eq!(found(&store, old, 3), Some(3));
    assert_eq!(found(&store, new.id, 5), Some(5));
    let ids = |store: &Arc<dyn Store>| -> Vec<(GenerationId, bool)> {
        let all = store.generations().expect("generations");
        all.into_iter().map(|it| (it.id, it.live)).collect()
    };
    assert_eq!(ids(&store), [(old, true), (new.id, false)]);
    store.swap(new.id).expect("swap");
    assert_eq!(ids(&store), [(new.id, true)]);
    let live = store.live().expect("live").expect("there");
    assert_eq!(
        (live.id, live.offset, live.closed),
        (new.id, 1, Some(Day(1)))
    );
    assert_eq!(live.versions, versions("new"));
    assert_eq!(found(&store, new.id, 5), Some(5));
    assert_eq!(
        store.commit(old, &step(1, 1)).expect("commit"),
        Committed::Stale
    );
    assert!(matches!(store.swap(old), Err(Error::Generation { .. })));
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
}

pub fn a_reader_ends_on_the_generation_it_began_on(home: &Home) {
    let store = home.open();
    with_entries(&store, 1);
    let first = store.begin(&versions("1")).expect("begin").id;
    store.commit(first, &full(1)).expect("commit");
    let second = store.begin(&versions("2")).expect("begin").id;
    store.commit(second, &full(2)).expect("commit");
    store.swap(second).expect("swap");
    assert_eq!(
        found(&store, first, 1),
        Some(1),
        "still whole for who began on it"
    );
    let third = store.begin(&versions("3")).expect("begin").id;
    assert!(third > second, "numbers are never used again");
    store.commit(third, &full(3)).expect("commit");
    store.swap(third).expect("swap");
    assert_eq!(found(&store, first, 1), None, "gone with the next swap");
    assert_eq!(found(&store, second, 2), Some(2));
    assert_eq!(found(&store, third, 3), Some(3));
    store
        .swap(third)
        .expect("swapping the live one changes nothing");
    assert_eq!(found(&store, second, 2), Some(2));
}

pub fn a_discarded_generation_leaves_nothing(home: &Home) {
    let store = home.open();
    with_entries(&store, 1);
    let live = store.begin(&versions("1")).expect("begin").id;
    store.commit(live, &full(1)).expect("commit");
    let tried = store.begin(&versions("2")).expect("begin").id;
    store.commit(tried, &full(2)).expect("commit");
    assert!(matches!(store.discard(live), Err(Error::Generation { .. })));
    store.discard(tried).expect("discard");
    store.discard(tried).expect("twice is once");
    assert_eq!(found(&store, tried, 2), None);
    assert_eq!(found(&store, live, 1), Some(1));
    assert_eq!(store.generations().expect("generations").len(), 1);
    let next = store.begin(&versions("3")).expect("begin").id;
    assert!(next > tried, "numbers are never used again");
}
