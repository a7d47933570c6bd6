use super::{Home, at, market, page, post};
use crate::record::{
    AuthorHash, Counts, Coverage, Day, Intents, Kind, Page, Position, Price, Record, RecordKey,
    Residue, SourceClass, Subject, Tags,
};
use crate::store::{Step, Versions};
use std::sync::Arc;

/// A record with every field set, and one with none.
fn full_and_bare() -> Vec<Record> {
    let full = Record {
        kind: Kind::Product,
        id: "B0\u{0}ünïque".into(),
        url: Some("https://shop.example/b0?x=1&y=2".into()),
        title: Some("折叠灯 \"lamp\"".into()),
        text: Some("line\nline\t\u{1F4A1}".into()),
        author: Some(AuthorHash(u64::MAX)),
        time: Some(at("2026-03-01T07:59:59.123456Z")),
        lang: Some("zh-Hans".into()),
        market: Some(market("lang:zh")),
        thread: Some("t1".into()),
        sku: Some("LAMP-1".into()),
        list: Some("best sellers".into()),
        rank: Some(u32::MAX),
        paid: true,
        price: Some(Price {
            amount: "1234.50".into(),
            currency: None,
        }),
        rating: Some(4.3),
        rating_scale: Some(5.0),
        counts: Counts {
            reviews: Some(0),
            likes: Some(u64::MAX),
            comments: Some(2),
            shares: Some(3),
            views: Some(4),
            sold: Some(5),
        },
        quantity: Some(-3),
        residue: None,
    };
    vec![full, Record::new(Kind::Sale, "")]
}

pub fn pages_come_back_exactly_as_they_went_in(home: &Home) {
    let store = home.open();
    let mut first = page("shop", "2026-03-01T08:00:00.000001Z", full_and_bare());
    first.query = "lamp".into();
    first.instance = Some("shop.example".into());
    first.class = SourceClass::Ranking;
    first.imported_at = Some(at("2026-04-01T00:00:00Z"));
    first.deleted = vec!["gone-1".into(), "gone-2".into()];
    first.position = Some(Position {
        cursor: Some("c".into()),
        newest_time: Some(at("2026-03-01T07:59:59.123456Z")),
        ..Position::default()
    });
    let second = page("forum", "2026-03-01T07:00:00Z", vec![post("1", "hello")]);
    let appended = store
        .append(&[first.clone(), second.clone()])
        .expect("append");
    let offsets: Vec<_> = appended.iter().map(|it| (it.offset, it.new)).collect();
    assert_eq!(offsets, [(1, 2), (2, 1)]);
    assert_eq!(store.head().expect("head"), 2);
    let entries = store.read(0, 10).expect("read");
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].offset, 1);
    assert_eq!(entries[0].page, first);
    assert_eq!(entries[1].page, second);
    assert_eq!(store.read(1, 10).expect("read")[..], entries[1..]);
    assert_eq!(store.read(0, 1).expect("read")[..], entries[..1]);
    assert!(store.read(2, 10).expect("read").is_empty());
    let key = first.key(&first.records[0]);
    let held = store.record(key).expect("read").expect("held");
    assert_eq!(held.record, first.records[0]);
    assert_eq!((held.key, held.source), (key, "shop".into()));
    assert_eq!(
        (held.fetched_at, held.class),
        (first.fetched_at, first.class)
    );
    assert_eq!(store.record(RecordKey([7; 16])).expect("read"), None);
}

pub fn records_held_already_are_not_stored_again(home: &Home) {
    let store = home.open();
    let visit = page(
        "forum",
        "2026-03-01T08:00:00Z",
        vec![post("1", "a"), post("2", "b"), post("1", "a")],
    );
    let first = store.append(std::slice::from_ref(&visit)).expect("append");
    assert_eq!((first[0].new, first[0].known, first[0].edited), (2, 1, 0));
    let mut again = visit.clone();
    again.fetched_at = at("2026-03-01T09:00:00Z");
    again.records[0].counts.likes = Some(99);
    again.records.push(post("3", "c"));
    let second = store.append(&[again]).expect("append");
    assert_eq!(
        (second[0].new, second[0].known, second[0].edited),
        (1, 3, 0)
    );
    let entries = store.read(1, 10).expect("read");
    assert_eq!(entries[0].page.records, [post("3", "c")]);
    // The same id from another source, or of another kind, is another record.
    let mut other = visit.clone();
    other.source = "blog".into();
    assert_eq!(store.append(&[other]).expect("append")[0].new, 2);
    // The same id at another site of the source, too.
    let mut elsewhere = visit.clone();
    elsewhere.instance = Some("b.example".into());
    let appended = store.append(&[elsewhere.clone(), elsewhere.clone()]);
    let counts = appended.expect("append").into_iter();
    assert_eq!(
        counts.map(|it| (it.new, it.known)).collect::<Vec<_>>(),
        [(2, 1), (0, 3)]
    );
    let (here, there) = (&visit.records[0], &elsewhere.records[0]);
    assert_ne!(visit.key(here), elsewhere.key(there));
    let held = store.record(elsewhere.key(there)).expect("read");
    assert_eq!(held.expect("held").source, "forum");
    // An observation made later is another observation.
    let ranked = Record {
        rank: Some(1),
        list: Some("best".into()),
        ..Record::new(Kind::Rank, "B0")
    };
    let early = page("shop", "2026-03-01T08:00:00Z", vec![ranked.clone()]);
    let late = page("shop", "2026-03-01T20:00:00Z", vec![ranked]);
    let ranks = store.append(&[early.clone(), late, early]).expect("append");
    let counts: Vec<_> = ranks.iter().map(|it| (it.new, it.known)).collect();
    assert_eq!(counts, [(1, 0), (1, 0), (0, 1)]);
}

pub fn an_edit_is_a_newer_version_and_the_log_keeps_both(home: &Home) {
    let store = home.open();
    let before = page("forum", "2026-03-01T08:00:00Z", vec![post("1", "love it")]);
    let after = page("forum", "2026-03-02T08:00:00Z", vec![post("1", "hate it")]);
    let appended = store
        .append(&[before.clone(), after.clone()])
        .expect("append");
    assert_eq!((appended[1].new, appended[1].edited), (0, 1));
    let entries = store.read(0, 10).expect("read");
    assert_eq!(entries[0].page.records, before.records);
    assert_eq!(entries[1].page.records, after.records);
    let key = post("1", "").key("forum", before.fetched_at);
    let held = store.record(key).expect("read").expect("held");
    assert_eq!(held.record.text.as_deref(), Some("hate it"));
    assert_eq!(held.fetched_at, before.fetched_at, "first fetch");
    assert_eq!(store.append(&[after]).expect("append")[0].known, 1);
    assert_eq!(store.stats().expect("stats").records, [(Kind::Post, 1)]);
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
}

pub fn a_request_that_failed_is_an_entry_too(home: &Home) {
    let store = home.open();
    let mut refused = page("forum", "2026-03-01T08:00:00Z", Vec::new());
    refused.coverage = Coverage {
        asked: 1,
        refused: 1,
        ..Coverage::default()
    };
    store
        .append(std::slice::from_ref(&refused))
        .expect("append");
    assert_eq!(store.read(0, 10).expect("read")[0].page, refused);
    assert!(store.append(&[]).expect("append of nothing").is_empty());
    assert_eq!(store.head().expect("head"), 1);
}

pub fn positions_and_coverage_commit_with_their_page(home: &Home) {
    let store = home.open();
    assert_eq!(store.position("forum", "").expect("position"), None);
    let at_cursor = |cursor: &str| {
        Some(Position {
            cursor: Some(cursor.into()),
            ..Position::default()
        })
    };
    let mut first = page("forum", "2026-03-01T08:10:00Z", vec![post("1", "a")]);
    first.position = at_cursor("one");
    let mut second = page("forum", "2026-03-01T08:59:59.999999Z", vec![post("2", "b")]);
    second.position = at_cursor("two");
    second.coverage.seen = Some(40);
    let mut search = page("forum", "2026-03-01T09:00:00Z", Vec::new());
    search.query = "lamp".into();
    search.coverage = Coverage {
        asked: 1,
        empty: 1,
        ..Coverage::default()
    };
    store
        .append(&[first, second, search.clone()])
        .expect("append");
    assert_eq!(
        store.position("forum", "").expect("position"),
        at_cursor("two")
    );
    // A page without a position leaves it.
    assert_eq!(store.position("forum", "lamp").expect("position"), None);
    store
        .append(&[page("forum", "2026-03-01T10:00:00Z", Vec::new())])
        .expect("append");
    assert_eq!(
        store.position("forum", "").expect("position"),
        at_cursor("two")
    );
    let hours = store
        .coverage(at("2026-03-01T08:00:00Z"), at("2026-03-01T10:00:00Z"))
        .expect("coverage");
    assert_eq!(hours.len(), 2);
    assert_eq!(hours[0].hour, at("2026-03-01T08:00:00Z"));
    assert_eq!(hours[0].coverage.asked, 2);
    assert_eq!(hours[0].coverage.seen, Some(41));
    assert_eq!(hours[1].query, "lamp");
    assert_eq!(hours[1].coverage, search.coverage);
}

pub fn a_new_generation_reads_in_ingest_order(home: &Home) {
    let store = home.open();
    let hours = [5, 1, 3, 1, 4, 0, 3];
    let pages: Vec<Page> = hours
        .iter()
        .enumerate()
        .map(|(number, hour)| {
            page(
                "forum",
                &format!("2026-03-01T{hour:02}:00:00Z"),
                vec![post(&number.to_string(), "x")],
            )
        })
        .collect();
    store.append(&pages).expect("append");
    store
        .append(&[page("forum", "2026-02-01T00:00:00Z", Vec::new())])
        .expect("append after the head");
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let entries = store.replay(after, 7, 2).expect("replay");
        let Some(last) = entries.last() else { break };
        after = Some((last.page.fetched_at, last.offset));
        assert!(entries.len() <= 2);
        seen.extend(entries);
    }
    let order: Vec<u64> = seen.iter().map(|entry| entry.offset).collect();
    assert_eq!(order, [6, 2, 4, 3, 7, 5, 1]);
    for entry in &seen {
        assert_eq!(entry.page, pages[entry.offset as usize - 1]);
    }
}

pub fn a_reader_never_sees_half_an_append(home: &Home) {
    let store = home.open();
    let writer = Arc::clone(&store);
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || {
            for batch in 0..20 {
                let pages: Vec<Page> = (0..3)
                    .map(|number| {
                        let records = (0..5)
                            .map(|it| post(&format!("{batch}-{number}-{it}"), "x"))
                            .collect();
                        page("forum", "2026-03-01T08:00:00Z", records)
                    })
                    .collect();
                writer.append(&pages).expect("append");
            }
        });
        loop {
            let over = writing.is_finished();
            let entries = store.read(0, 1_000).expect("read");
            assert_eq!(entries.len() % 3, 0, "whole batches");
            assert!(entries.iter().all(|entry| entry.page.records.len() == 5));
            if over {
                assert_eq!(entries.len(), 60);
                break;
            }
        }
    });
}

pub fn threads_that_append_at_once_lose_nothing(home: &Home) {
    let store = home.open();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..10 {
                    // Every record is offered by two threads; one of them stores it.
                    let id = format!("{}-{number}", thread / 2);
                    let visit = page("forum", "2026-03-01T08:00:00Z", vec![post(&id, "x")]);
                    store.append(&[visit]).expect("append");
                }
            });
        }
    });
    let entries = store.read(0, 100).expect("read");
    let offsets: Vec<u64> = entries.iter().map(|entry| entry.offset).collect();
    assert_eq!(offsets, (1..=40).collect::<Vec<u64>>());
    let records: usize = entries.iter().map(|entry| entry.page.records.len()).sum();
    assert_eq!(records, 20);
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
}

fn residue() -> Residue {
    Residue {
        why: "forgotten".into(),
        at: at("2026-06-01T00:00:00Z"),
        subjects: vec![
            Subject::Sku("LAMP-1".into()),
            Subject::Phrase("desk lamp".into()),
        ],
        market: market("us"),
        class: SourceClass::Social,
        day: Day::of(at("2026-03-01T08:00:00Z")),
        polarity: None,
        intents: Intents::default(),
        doubtful: false,
        prints: vec![1, u64::MAX],
    }
}

fn tags_with(phrases: &[&str]) -> Tags {
    Tags {
        keyphrases: phrases
            .iter()
            .map(|phrase| crate::record::Keyphrase {
                phrase: (*phrase).into(),
                score: 0.5,
            })
            .collect(),
        ..Tags::default()
    }
}

pub fn a_buried_record_leaves_its_residue_everywhere(home: &Home) {
    let store = home.open();
    let mut secret = post("1", "my address is 12 Privet Drive");
    secret.title = Some("secret".into());
    secret.url = Some("https://forum.example/1".into());
    let mut edited = secret.clone();
    edited.text = Some("[edited] 12 Privet Drive".into());
    let first = page(
        "forum",
        "2026-03-01T08:00:00Z",
        vec![secret.clone(), post("2", "b")],
    );
    let second = page("forum", "2026-03-02T08:00:00Z", vec![edited.clone()]);
    store.append(&[first.clone(), second]).expect("append");
    let key = secret.key("forum", first.fetched_at);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let step = Step {
        to: 2,
        tags: vec![(key, tags_with(&["desk lamp", "privet drive"]))],
        ..Step::default()
    };
    store.commit(generation, &step).expect("commit");

    let graves = [(key, residue()), (RecordKey([9; 16]), residue())];
    assert_eq!(store.bury(&graves).expect("bury"), 1);
    assert_eq!(store.bury(&graves).expect("bury again"), 0);

    let mut tombstone = secret.clone();
    tombstone.title = None;
    tombstone.text = None;
    tombstone.url = None;
    tombstone.residue = Some(Box::new(residue()));
    let entries = store.read(0, 10).expect("read");
    assert_eq!(entries[0].page.records, [tombstone.clone(), post("2", "b")]);
    assert_eq!(entries[1].page.records, [tombstone.clone()]);
    assert_eq!(store.replay(None, 2, 10).expect("replay"), entries);
    assert_eq!(
        store.record(key).expect("read").expect("held").record,
        tombstone
    );
    assert_eq!(
        tombstone.key("forum", first.fetched_at),
        key,
        "still recognised"
    );
    let tags = store.tags(generation, key).expect("tags");
    assert_eq!(tags, Some(tags_with(&["desk lamp"])));

    // Reading the page again does not bring it back, nor does an edit of it.
    let mut again = edited;
    again.text = Some("12 Privet Drive again".into());
    let visit = page("forum", "2026-03-03T08:00:00Z", vec![secret, again]);
    assert_eq!(store.append(&[visit]).expect("append")[0].known, 2);
    let stats = store.stats().expect("stats");
    assert_eq!((stats.tombstones, stats.records[0].1), (1, 2));
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
}

pub fn old_texts_and_authors_are_found_to_be_buried(home: &Home) {
    let store = home.open();
    let aged = |id: &str, day: u8, author: u64| Record {
        time: Some(at(&format!("2026-03-{day:02}T08:00:00Z"))),
        author: Some(AuthorHash(author)),
        ..post(id, "x")
    };
    let ranked = Record {
        title: Some("lamp".into()),
        time: Some(at("2026-03-01T00:00:00Z")),
        ..Record::new(Kind::Rank, "B0")
    };
    let visit = page(
        "forum",
        "2026-03-09T08:00:00Z",
        vec![aged("3", 3, 7), aged("1", 1, 8), aged("5", 5, 7), ranked],
    );
    store.append(std::slice::from_ref(&visit)).expect("append");
    let ids = |held: Vec<crate::store::Held>| -> Vec<String> {
        held.into_iter().map(|held| held.record.id).collect()
    };
    let before = at("2026-03-05T08:00:00Z");
    assert_eq!(ids(store.older_than(before, 10).expect("old")), ["1", "3"]);
    assert_eq!(ids(store.older_than(before, 1).expect("old")), ["1"]);
    let mut mine = ids(store.by_author(AuthorHash(7), 10).expect("author"));
    mine.sort();
    assert_eq!(mine, ["3", "5"]);
    let key = visit.records[0].key("forum", visit.fetched_at);
    store.bury(&[(key, residue())]).expect("bury");
    assert_eq!(ids(store.older_than(before, 10).expect("old")), ["1"]);
    assert_eq!(
        ids(store.by_author(AuthorHash(7), 10).expect("author")),
        ["5"]
    );
}

pub fn everything_is_there_after_opening_again(home: &Home) {
    let visit = page("forum", "2026-03-01T08:00:00Z", full_and_bare());
    let store = home.open();
    store.append(std::slice::from_ref(&visit)).expect("append");
    let generation = store.begin(&Versions::default()).expect("begin");
    store.put_note("mailed", "42").expect("note");
    drop(store);
    let store = home.open();
    assert_eq!(store.read(0, 10).expect("read")[0].page, visit);
    assert_eq!(store.live().expect("live"), Some(generation));
    assert_eq!(store.note("mailed").expect("note").as_deref(), Some("42"));
    let appended = store.append(&[visit]).expect("append");
    assert_eq!((appended[0].offset, appended[0].known), (2, 2));
}
