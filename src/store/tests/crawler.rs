use super::{Home, at, market, page, post};
use crate::record::{
    Account, Day, Exchange, Found, Leg, Page, Reading, Sku, Spent, StockLevel, Visit,
};
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
    store.update_host("b.example", &mut |_| {}).expect("update");
    assert_eq!(store.hosts().expect("hosts"), ["a.example", "b.example"]);
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

pub fn an_account_is_updated_by_one_thread_at_a_time(home: &Home) {
    let (one, day) = (
        Spent {
            calls: 1,
            units: 5,
            records: 2,
            micros: [("USD".to_owned(), 10_000)].into(),
        },
        Day(20_000),
    );
    let store = home.open();
    assert_eq!(
        store.account("search").expect("account"),
        Account::default()
    );
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    store
                        .update_account("search", &mut |account| account.spend(day, &one))
                        .expect("update");
                }
            });
        }
    });
    store
        .update_account("search", &mut |account| {
            account.pay(day, [1, u64::MAX]);
        })
        .expect("update");
    let spent = store.account("search").expect("account");
    drop(store);
    let again = home.open();
    assert_eq!(again.account("search").expect("account"), spent);
    assert_eq!(again.account("units").expect("account"), Account::default());
    let sum = spent.on(day);
    assert_eq!(
        (sum.calls, sum.units, sum.records, sum.micros["USD"]),
        (100, 500, 200, 1_000_000)
    );
    assert_eq!(spent.paid.len(), 2);
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

pub fn visits_tell_how_each_question_was_read(home: &Home) {
    let store = home.open();
    let reading = |items| Reading {
        exchanges: vec![Exchange {
            host: "shop.example".into(),
            at: at("2026-03-01T08:00:00.000001Z"),
            status: 200,
            ms: 120,
            bytes: 2_000,
            pause_ms: 2_000,
            not_before: Some(at("2026-03-01T08:05:00Z")),
            closed_until: None,
            robots: false,
            moved_to: Some("https://shop.example/new".into()),
        }],
        found: Some(Found::of(&[post("1", "lamp")], items, true)),
        why: Some("fewer than ever".into()),
    };
    let visited = |query: &str, time: &str, items| Page {
        query: query.into(),
        reading: Some(reading(items)),
        ..page("shop", time, vec![post("1", "lamp")])
    };
    let imported = Page {
        imported_at: Some(at("2026-03-05T00:00:00Z")),
        ..visited("lamp", "2026-03-01T09:30:00Z", 9)
    };
    let pages = [
        visited("lamp", "2026-03-01T10:00:00Z", 3),
        visited("lamp", "2026-03-01T09:00:00Z", 2),
        visited("fan", "2026-03-01T11:00:00Z", 5),
        imported,
        page("shop", "2026-03-01T12:00:00Z", Vec::new()),
    ];
    store.append(&pages).expect("append");
    // A second time, all records are known: what the page held is remembered all the same.
    let again = visited("lamp", "2026-03-01T11:00:00Z", 4);
    store.append(std::slice::from_ref(&again)).expect("append");
    assert_eq!(
        store.read(5, 1).expect("read")[0].page.reading,
        again.reading
    );

    let items = |visits: &[Visit]| {
        let found = visits.iter().map(|visit| visit.reading.found.as_ref());
        found
            .map(|found| found.map_or(0, |found| found.items))
            .collect::<Vec<_>>()
    };
    let of = |query, limit| store.visits_of("shop", query, limit).expect("visits");
    assert_eq!(items(&of("lamp", 10)), [4, 3, 2], "newest first, no import");
    assert_eq!(items(&of("lamp", 2)), [4, 3]);
    assert_eq!(items(&of("lam", 10)), [0; 0]);
    let newest = &of("lamp", 1)[0];
    assert_eq!(Some(&newest.reading), again.reading.as_ref());
    assert_eq!(
        (newest.at, newest.coverage),
        (again.fetched_at, again.coverage)
    );
    let within = store.visits(at("2026-03-01T09:00:00Z"), at("2026-03-01T11:00:00Z"));
    assert_eq!(
        items(&within.expect("visits")),
        [2, 3],
        "the end is not in it"
    );
}
