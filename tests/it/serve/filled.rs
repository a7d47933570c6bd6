//! A store as a crawl, a projection and a day close leave it.

use groundswell::record::{
    Alert, AlertClass, AuthorHash, Authors, Cell, Change, Coverage, Day, Kind, Market, Page,
    Position, Quote, Record, Residue, SentimentShare, SeriesKey, Sku, SourceClass, Subject,
};
use groundswell::store::{Committed, GenerationId, Step, Store, Versions};
use jiff::Timestamp;

pub const NOW: &str = "2026-11-23T08:00:00Z";
pub const HOSTILE: &str = "<script>alert('x')</script>\"&";

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("timestamp")
}

pub fn day(text: &str) -> Day {
    Day::from_date(text.parse().expect("date"))
}

pub fn market(code: &str) -> Market {
    Market::parse(code).expect("market")
}

pub fn series(subject: Subject, code: &str, class: SourceClass) -> SeriesKey {
    SeriesKey {
        subject,
        market: market(code),
        class,
    }
}

pub fn alert(series: SeriesKey, on: &str, class: AlertClass, score: f64) -> Alert {
    let day = day(on);
    let share = |negative, neutral, positive| SentimentShare {
        negative,
        neutral,
        positive,
    };
    Alert {
        id: Alert::id_of(&series, day),
        series,
        day,
        raised_at: day.plus(1).start() + jiff::SignedDuration::from_hours(7),
        offset: 1,
        class,
        window_days: 3,
        observed: 48,
        expected: 9.5,
        band: (4.0, 17.0),
        dispersion: 1.4,
        score,
        p: 1e-9,
        threshold: 4.1,
        silent_below: 26,
        lift: 5.05,
        authors: 45,
        effective_authors: Some(41.5),
        mentions: 52,
        doubtful: 6,
        first_seen: day.plus(-60),
        sources: vec![("forum".into(), 40), ("tags".into(), 12)],
        sentiment: share(3, 20, 22),
        sentiment_before: share(4, 30, 16),
        terms: vec!["enamel".into()],
        quotes: Vec::new(),
        coverage: Some(0.97),
        exposure: 1.1,
        rank: Some(Change {
            before: None,
            now: Some(14.0),
        }),
        price: None,
        also: vec![SourceClass::Review],
        occasion: None,
    }
}

pub fn page(number: usize, time: &str, records: Vec<Record>) -> Page {
    Page {
        source: "forum".into(),
        query: HOSTILE.into(),
        instance: None,
        class: SourceClass::Social,
        fetched_at: at(time),
        imported_at: None,
        reading: None,
        deleted: Vec::new(),
        position: Some(Position {
            newest_id: Some(number.to_string()),
            last_run: Some(at(time)),
            ..Position::default()
        }),
        coverage: Coverage {
            asked: 1,
            answered: u32::from(!records.is_empty()),
            failed: u32::from(records.is_empty()),
            seen: Some(records.len() as u64),
            ..Coverage::default()
        },
        records,
    }
}

pub fn post(id: &str, text: &str, time: &str) -> Record {
    Record {
        text: Some(text.into()),
        time: Some(at(time)),
        author: Some(AuthorHash(7)),
        url: Some(format!("https://forum.example/{id}")),
        ..Record::new(Kind::Post, id)
    }
}

/// What a crawl, a projection and a day close would have left.
pub fn fill(store: &dyn Store) -> GenerationId {
    let spoken = post(
        "1",
        &format!("{HOSTILE} love it @jane.doe mail me jane@example.com\u{1b}[31m"),
        "2026-11-22T10:00:00Z",
    );
    let forgotten = post("2", "I am gone", "2026-11-22T11:00:00Z");
    let fetched = at("2026-11-22T12:00:00Z");
    let keys = [&spoken, &forgotten].map(|record| record.key("forum", fetched));
    store
        .append(&[
            page(1, "2026-11-22T12:00:00Z", vec![spoken, forgotten]),
            page(2, "2026-11-22T13:00:00Z", Vec::new()),
        ])
        .expect("appended");
    let residue = Residue {
        why: "deleted".into(),
        at: at(NOW),
        subjects: Vec::new(),
        market: market("us"),
        class: SourceClass::Social,
        day: day("2026-11-22"),
        polarity: None,
        intents: Default::default(),
        doubtful: false,
        prints: Vec::new(),
    };
    store.bury(&[(keys[1], residue)]).expect("buried");
    store
        .put_catalogue(&[Sku {
            sku: "MUG-1".into(),
            name: format!("Mug {HOSTILE}"),
            ..Sku::default()
        }])
        .expect("catalogue");
    let mug = series(Subject::Sku("MUG-1".into()), "us", SourceClass::Social);
    let mut hit = alert(mug.clone(), "2026-11-22", AlertClass::Hit, 9.0);
    hit.quotes = keys
        .iter()
        .map(|record| Quote {
            record: *record,
            source: "forum".into(),
            time: at("2026-11-22T10:00:00Z"),
        })
        .collect();
    let phrase = Subject::Phrase(HOSTILE.into());
    let mut cell = Cell {
        mentions: 3,
        positive: 2,
        ..Cell::default()
    };
    cell.authors = Authors::Exact(vec![AuthorHash(1), AuthorHash(2)]);
    let live = store.begin(&Versions::default()).expect("generation").id;
    let step = Step {
        from: 0,
        to: 2,
        closed: Some(day("2026-11-22")),
        cells: vec![(mug, day("2026-11-22"), cell)],
        alerts: vec![
            hit,
            alert(
                series(phrase, "de", SourceClass::SocialSearch),
                "2026-11-21",
                AlertClass::Crisis,
                6.0,
            ),
            alert(
                series(
                    Subject::Phrase("slow cooker".into()),
                    "us",
                    SourceClass::Social,
                ),
                "2026-11-10",
                AlertClass::Mixed,
                5.0,
            ),
            alert(
                series(
                    Subject::Phrase("win a mug".into()),
                    "us",
                    SourceClass::Social,
                ),
                "2026-11-22",
                AlertClass::SuspiciousBurst,
                8.0,
            ),
        ],
        ..Step::default()
    };
    assert_eq!(
        store.commit(live, &step).expect("committed"),
        Committed::Done
    );
    live
}
