use super::projection::alert;
use super::{Home, at, market, phrase, sku, step, with_entries};
use crate::record::{
    AuthorHash, Day, Evidence, Fingerprint, Polarity, RankPoint, RecordKey, SeriesKey, SourceClass,
};
use crate::store::{AlertFilter, Store, Versions};
use std::sync::Arc;

fn seen(record: u8, day: i32, second: i64) -> Evidence {
    Evidence {
        record: RecordKey([record; 16]),
        day: Day(day),
        time: jiff::Timestamp::from_second(i64::from(day) * 86_400 + second).expect("in range"),
        source: "forum".into(),
        author: Some(AuthorHash(u64::from(record))),
        polarity: Some(Polarity::Negative),
        doubtful: record.is_multiple_of(2),
    }
}

pub fn evidence_comes_by_time_and_leads_back_to_its_series(home: &Home) {
    let store = home.open();
    with_entries(&store, 2);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let (lamp, term) = (sku("LAMP-1", "us"), phrase("desk lamp", "us"));
    let mut plain = seen(1, 10, 5);
    plain.author = None;
    plain.polarity = None;
    let mut first = step(0, 1);
    for evidence in [
        seen(3, 10, 9),
        plain.clone(),
        seen(2, 200, 0),
        seen(4, 10, 5),
    ] {
        first.evidence.push((lamp.clone(), evidence));
    }
    first.evidence.push((term.clone(), plain.clone()));
    store.commit(generation, &first).expect("commit");
    let read = |days, limit| {
        store
            .evidence(generation, &lamp, days, limit)
            .expect("evidence")
    };
    let all = [
        plain.clone(),
        seen(4, 10, 5),
        seen(3, 10, 9),
        seen(2, 200, 0),
    ];
    assert_eq!(read(Day(0)..=Day(400), 10), all);
    assert_eq!(read(Day(0)..=Day(400), 2), all[..2]);
    assert_eq!(read(Day(10)..=Day(10), 10), all[..3]);
    assert!(read(Day(11)..=Day(199), 10).is_empty());
    // Judged again, it replaces itself.
    let mut again = step(1, 2);
    let mut doubtful = plain.clone();
    doubtful.doubtful = true;
    again.evidence.push((lamp.clone(), doubtful.clone()));
    store.commit(generation, &again).expect("commit");
    assert_eq!(read(Day(10)..=Day(10), 1), [doubtful.clone()]);
    let counted = store
        .counted(generation, RecordKey([1; 16]), Day(10))
        .expect("counted");
    assert_eq!(counted, [(lamp, doubtful), (term, plain)]);
    let nowhere = store.counted(generation, RecordKey([1; 16]), Day(11));
    assert!(nowhere.expect("counted").is_empty());
}

pub fn fingerprints_name_their_earliest_holder(home: &Home) {
    let store = home.open();
    with_entries(&store, 2);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let holder = |print, day, record: u8| Fingerprint {
        print,
        day: Day(day),
        record: RecordKey([record; 16]),
        author: (record > 1).then_some(AuthorHash(9)),
    };
    let mut first = step(0, 1);
    first.fingerprints = vec![holder(u64::MAX, 5, 2), holder(0, 5, 3), holder(0, 5, 4)];
    store.commit(generation, &first).expect("commit");
    let mut second = step(1, 2);
    second.fingerprints = vec![holder(u64::MAX, 9, 5), holder(0, 5, 6), holder(0, 2, 1)];
    store.commit(generation, &second).expect("commit");
    let read = |prints: &[u64], since| {
        store
            .fingerprints(generation, prints, Day(since))
            .expect("prints")
    };
    assert_eq!(
        read(&[0, 1, u64::MAX], 0),
        [holder(0, 2, 1), holder(u64::MAX, 5, 2)]
    );
    assert_eq!(
        read(&[0, u64::MAX], 3),
        [holder(0, 5, 3), holder(u64::MAX, 5, 2)]
    );
    assert_eq!(read(&[0, u64::MAX], 6), [holder(u64::MAX, 9, 5)]);
}

pub fn ranks_are_found_by_item_and_by_sku(home: &Home) {
    let store = home.open();
    with_entries(&store, 2);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let point = |item: &str, code: &str, time: &str, rank, linked: bool| RankPoint {
        source: "shop".into(),
        list: "best".into(),
        market: market(code),
        item: item.into(),
        time: at(time),
        rank,
        paid: rank.is_none(),
        price: Some("19.90".into()),
        reviews: Some(u64::MAX),
        sku: linked.then(|| "LAMP-1".into()),
    };
    let late = point("B0", "us", "1970-01-03T23:59:59Z", Some(2), true);
    let early = point("B0", "us", "1970-01-02T00:00:00Z", Some(9), false);
    let paid = point("B0", "us", "1970-01-02T00:00:00Z", None, false);
    let other = point("B00", "us", "1970-01-02T12:00:00Z", Some(4), true);
    let abroad = point("B0", "de", "1970-01-02T12:00:00Z", Some(1), true);
    let mut first = step(0, 1);
    let points = [&late, &early, &paid, &other, &abroad];
    first.ranks = points.into_iter().cloned().collect();
    store.commit(generation, &first).expect("commit");
    let us = market("us");
    let of_item = |days| store.ranks(generation, &us, "B0", days).expect("ranks");
    assert_eq!(
        of_item(Day(0)..=Day(9)),
        [early.clone(), paid, late.clone()]
    );
    assert_eq!(of_item(Day(2)..=Day(i32::MAX)), std::slice::from_ref(&late));
    let of_sku = |days| {
        store
            .ranks_of_sku(generation, &us, "LAMP-1", days)
            .expect("ranks")
    };
    assert_eq!(of_sku(Day(0)..=Day(9)), [other.clone(), late.clone()]);
    assert_eq!(of_sku(Day(1)..=Day(1)), [other]);
    // Linked to a SKU later on, the point is written again.
    let linked = RankPoint {
        sku: Some("LAMP-1".into()),
        ..early
    };
    let mut second = step(1, 2);
    second.ranks.push(linked.clone());
    store.commit(generation, &second).expect("commit");
    assert_eq!(of_sku(Day(1)..=Day(1))[0], linked);
    assert_eq!(of_item(Day(0)..=Day(9)).len(), 3);
}

pub fn alerts_are_filtered_and_ordered(home: &Home) {
    let store = home.open();
    with_entries(&store, 1);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let ranking = SeriesKey {
        class: SourceClass::Ranking,
        ..sku("CUP-1", "de")
    };
    let alerts = [
        alert(sku("LAMP-1", "us"), Day(9), 4.0),
        alert(phrase("LAMP-1", "us"), Day(9), 3.5),
        alert(ranking.clone(), Day(8), 9.0),
        alert(sku("LAMP-1", "de"), Day(7), 5.0),
    ];
    let mut only = step(0, 1);
    only.alerts = alerts.iter().rev().cloned().collect();
    store.commit(generation, &only).expect("commit");
    let read = |filter: AlertFilter| -> Vec<usize> {
        let found = Store::alerts(&*Arc::clone(&store), generation, &filter).expect("alerts");
        found
            .iter()
            .map(|one| alerts.iter().position(|it| it == one).expect("one of them"))
            .collect()
    };
    let any = AlertFilter::default;
    assert_eq!(read(any()), [0, 1, 2, 3]);
    assert_eq!(
        read(AlertFilter {
            limit: Some(2),
            ..any()
        }),
        [0, 1]
    );
    assert_eq!(
        read(AlertFilter {
            sort: Some("sku".into()),
            ..any()
        }),
        [0, 2, 3]
    );
    assert_eq!(
        read(AlertFilter {
            subject: Some(alerts[0].series.subject.clone()),
            ..any()
        }),
        [0, 3]
    );
    assert_eq!(
        read(AlertFilter {
            market: Some(market("de")),
            ..any()
        }),
        [2, 3]
    );
    assert_eq!(
        read(AlertFilter {
            class: Some(SourceClass::Ranking),
            ..any()
        }),
        [2]
    );
    assert_eq!(
        read(AlertFilter {
            from: Some(Day(8)),
            to: Some(Day(8)),
            ..any()
        }),
        [2]
    );
    let prefix = alerts[3].id[..6].to_owned();
    assert_eq!(
        read(AlertFilter {
            id: Some(prefix),
            ..any()
        }),
        [3]
    );
    assert!(
        read(AlertFilter {
            id: Some("%".into()),
            ..any()
        })
        .is_empty()
    );
    // Day 8 was closed at the start of day 9 and could be known then, day 9 could not.
    let as_of = Some(at("1970-01-10T00:00:00Z"));
    assert_eq!(read(AlertFilter { as_of, ..any() }), [2, 3]);
    assert_eq!(store.stats().expect("stats").alerts, 4);
}
