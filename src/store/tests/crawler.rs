use super::{Home, at, market};
use crate::record::{Day, Leg, Sku, StockLevel};
use std::time::Duration;

pub fn a_host_is_updated_by_one_thread_at_a_time(home: &Home) {
    let store = home.open();
    assert_eq!(store.host("a.example").expect("host").failures, 0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    store
                        .update_host("a.example", &mut |host| host.failures += 1)
                        .expect("update");
                }
            });
        }
    });
    let written = store
        .update_host("a.example", &mut |host| {
            host.robots = Some("User-agent: *\nDisallow: /x".into());
            host.next_request = Some(at("2026-03-01T08:00:00.5Z"));
        })
        .expect("update");
    assert_eq!(written.failures, 100);
    assert_eq!(store.host("a.example").expect("host"), written);
    assert_eq!(store.host("a.example:81").expect("host").failures, 0);
}

pub fn a_lease_has_one_holder_until_it_ends(home: &Home) {
    let store = home.open();
    let now = at("2026-03-01T08:00:00Z");
    let later = at("2026-03-01T08:01:00Z");
    let minute = Duration::from_secs(60);
    let take = |holder, now| store.lease("crawl", holder, now, minute).expect("lease");
    assert!(take("one", now));
    assert!(take("one", now), "the holder may renew");
    assert!(!take("two", now));
    assert!(
        store
            .lease("retag", "two", now, minute)
            .expect("another name")
    );
    store.release("crawl", "two").expect("not the holder");
    assert!(!take("two", now));
    assert!(take("two", later), "the first one has ended");
    assert!(!take("one", later));
    store.release("crawl", "two").expect("release");
    assert!(take("one", later));
}

pub fn notes_are_remembered(home: &Home) {
    let store = home.open();
    assert_eq!(store.note("mailed").expect("note"), None);
    store.put_note("mailed", "1").expect("write");
    store.put_note("mailed", "zwei 二").expect("write");
    assert_eq!(
        store.note("mailed").expect("note").as_deref(),
        Some("zwei 二")
    );
}

pub fn catalogue_and_stock_are_replaced_whole(home: &Home) {
    let store = home.open();
    assert!(store.catalogue().expect("catalogue").is_empty());
    let lamp = Sku {
        sku: "LAMP-1".into(),
        name: "Lamp 台灯".into(),
        aliases: [("*".to_owned(), vec!["desk lamp".to_owned()])].into(),
        must: vec!["light".into()],
        ..Sku::default()
    };
    let cup = Sku {
        sku: "CUP-1".into(),
        ..Sku::default()
    };
    store
        .put_catalogue(&[lamp.clone(), cup.clone()])
        .expect("write");
    assert_eq!(store.catalogue().expect("catalogue"), [cup, lamp.clone()]);
    store
        .put_catalogue(std::slice::from_ref(&lamp))
        .expect("write");
    assert_eq!(store.catalogue().expect("catalogue"), [lamp]);

    let level = |sku: &str, code: &str| StockLevel {
        sku: sku.into(),
        market: market(code),
        counted_on: Day(20_000),
        on_hand: 10,
        inbound: 5,
        inbound_on: Some(Day(20_010)),
        lead: Some(Leg {
            production_days: 10,
            freight_days: 30,
            receiving_days: 3,
            spread_days: 7,
        }),
        moq: None,
        carton: Some(12),
        unit_cost: Some(3.1),
    };
    let levels = [level("A", "us"), level("A", "de"), level("B", "us")];
    store.put_stock(&levels).expect("write");
    let sorted = [level("A", "de"), level("A", "us"), level("B", "us")];
    assert_eq!(store.stock().expect("stock"), sorted);

    // A reader sees the old table or the new one, never a part.
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for round in 0..20 {
                let count = if round % 2 == 0 { 1 } else { 3 };
                store.put_stock(&levels[..count]).expect("write");
            }
        });
        while !writing.is_finished() {
            assert!([1, 3].contains(&store.stock().expect("stock").len()));
        }
    });
}
