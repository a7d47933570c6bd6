use super::projection::{alert, crowd};
use super::{Home, at, page, post, sku, step};
use crate::config::StoreConfig;
use crate::record::{Day, Kind, Record};
use crate::store::{Error, Versions};

pub fn figures_agree_with_what_was_put_in(home: &Home) {
    let store = home.open();
    let empty = store.stats().expect("stats");
    assert_eq!((empty.entries, empty.series, empty.span), (0, 0, None));
    let records = vec![
        post("1", "a"),
        post("2", "b"),
        Record::new(Kind::Sale, "order-1"),
    ];
    store
        .append(&[page("forum", "2026-03-02T00:00:00Z", records)])
        .expect("append");
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let mut only = step(0, 1);
    only.cells = vec![
        (sku("A", "us"), Day(1), crowd(1)),
        (sku("A", "us"), Day(2), crowd(1)),
    ];
    only.alerts = vec![alert(sku("A", "us"), Day(2), 4.0)];
    store.commit(generation, &only).expect("commit");
    let stats = store.stats().expect("stats");
    assert_eq!(stats.records, [(Kind::Post, 2), (Kind::Sale, 1)]);
    assert_eq!(
        (stats.entries, stats.tombstones, stats.projected),
        (1, 0, 1)
    );
    assert_eq!((stats.series, stats.alerts), (1, 1));
    let span = (at("2026-03-01T08:00:00Z"), at("2026-03-02T00:00:00Z"));
    assert_eq!(stats.span, Some(span));
    assert!(stats.bytes > 0);
}

pub fn a_backup_is_a_store_of_its_own(home: &Home) {
    let store = home.open();
    let batch = |number: usize| {
        let records = (0..20)
            .map(|it| post(&format!("{number}-{it}"), "x"))
            .collect();
        page("forum", "2026-03-01T08:00:00Z", records)
    };
    store.append(&[batch(0)]).expect("append");
    let generation = store.begin(&Versions::default()).expect("begin");
    let to = home.folder.path().join("copy");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..20 {
                store
                    .append(&[batch(number)])
                    .expect("append beside the backup");
            }
        });
        store.backup(&to).expect("backup");
    });
    let copy = crate::store::open(&StoreConfig {
        path: to.clone(),
        ..home.config()
    })
    .expect("opens");
    assert_eq!(copy.check().expect("check"), Vec::<String>::new());
    assert_eq!(copy.live().expect("live"), Some(generation));
    let entries = copy.read(0, 100).expect("read");
    assert!(!entries.is_empty());
    let original = store.read(0, entries.len()).expect("read");
    assert_eq!(entries, original, "a whole beginning of the log");
    assert!(
        matches!(store.backup(&to), Err(Error::Backup { .. })),
        "never over another"
    );
}

pub fn a_sound_store_has_no_problems(home: &Home) {
    let store = home.open();
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
    let visit = page("forum", "2026-03-01T08:00:00Z", vec![post("1", "a")]);
    store.append(&[visit.clone(), visit]).expect("append");
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
}
