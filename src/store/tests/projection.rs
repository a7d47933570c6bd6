use super::{Home, at, market, phrase, sku, step, with_entries};
use crate::record::{
    Alert, AlertClass, AuthorHash, Authors, Cell, Day, Doubt, LanguageGuess, MarketGuess, Mention,
    Quote, RecordKey, SentimentShare, SeriesKey, SeriesState, SourceClass, Subject, Tags,
};
use crate::store::{AlertFilter, Committed, Error, Step, Versions};

/// A cell with so many authors.
pub(super) fn crowd(count: u64) -> Cell {
    let mut cell = Cell {
        mentions: count as u32 + 1,
        ..Cell::default()
    };
    for author in 0..count {
        cell.authors
            .insert(AuthorHash(author.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    }
    cell
}

/// An alert with awkward but finite numbers.
pub(super) fn alert(series: SeriesKey, day: Day, score: f64) -> Alert {
    Alert {
        id: Alert::id_of(&series, day),
        series,
        day,
        raised_at: day.plus(1).start(),
        offset: 1,
        class: AlertClass::Hit,
        window_days: 3,
        observed: 12,
        expected: 0.1 + 0.2,
        band: (f64::MIN_POSITIVE, 1e300),
        dispersion: 1.0 / 3.0,
        score,
        p: 1e-320,
        threshold: 3.29,
        silent_below: 9,
        lift: 40.0,
        authors: 12,
        effective_authors: Some(11.5),
        mentions: 13,
        doubtful: 1,
        first_seen: day.plus(-9),
        sources: vec![("forum".into(), 12)],
        sentiment: SentimentShare::default(),
        sentiment_before: SentimentShare::default(),
        terms: vec!["折叠".into()],
        quotes: vec![Quote {
            record: RecordKey([3; 16]),
            source: "forum".into(),
            time: at("2026-03-01T08:00:00Z"),
        }],
        coverage: None,
        exposure: 1.0,
        rank: None,
        price: None,
        also: vec![SourceClass::Ranking],
        occasion: None,
    }
}

fn state(day: Day) -> SeriesState {
    SeriesState {
        first_day: day,
        last_day: day,
        level: [1.5, 0.0],
        slow: [0.1, 0.2],
        weekday: [[1.0, 1.0]; 7],
        dispersion: [1.0, 1.1, 1.2],
        levels: vec![0.1 + 0.2; 3],
        recent: vec![3, 0, 1],
        doubtful: 0.25,
        last_alert: None,
        peak: 7,
        market: None,
    }
}

pub fn a_step_from_the_wrong_offset_changes_nothing(home: &Home) {
    let store = home.open();
    with_entries(&store, 3);
    let versions = Versions {
        model: "m".into(),
        catalogue: "c".into(),
        rules: "r".into(),
    };
    let generation = store.begin(&versions).expect("begin");
    assert!(generation.live, "the first one is live at once");
    assert_eq!(generation.versions, versions);
    let series = sku("LAMP-1", "us");
    let mut first = step(0, 2);
    first.cells = vec![(series.clone(), Day(1), crowd(1))];
    assert_eq!(
        store.commit(generation.id, &first).expect("commit"),
        Committed::Done
    );
    let mut late = step(0, 3);
    late.cells = vec![
        (series.clone(), Day(1), crowd(9)),
        (series.clone(), Day(2), crowd(9)),
    ];
    late.closed = Some(Day(1));
    assert_eq!(
        store.commit(generation.id, &late).expect("commit"),
        Committed::Stale
    );
    assert_eq!(
        store.commit(99, &step(0, 0)).expect("commit"),
        Committed::Stale
    );
    let live = store.live().expect("live").expect("there");
    assert_eq!((live.offset, live.closed), (2, None));
    let cells = store
        .cells(generation.id, &series, Day(0)..=Day(9))
        .expect("cells");
    assert_eq!(cells, [(Day(1), crowd(1))]);
}

pub fn a_step_that_fails_changes_nothing(home: &Home) {
    let store = home.open();
    with_entries(&store, 1);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let series = sku("LAMP-1", "us");
    let whole = Step {
        to: 1,
        cells: vec![(series.clone(), Day(1), crowd(1))],
        ..Step::default()
    };
    let mut not_finite = state(Day(1));
    not_finite.levels.push(f64::NAN);
    let mut endless = alert(series.clone(), Day(1), 3.0);
    endless.lift = f64::INFINITY;
    let mut unsure = Tags::default();
    unsure.sentiment.positive = f32::NAN;
    let broken = [
        Step {
            states: vec![(series.clone(), not_finite)],
            ..whole.clone()
        },
        Step {
            alerts: vec![endless],
            ..whole.clone()
        },
        Step {
            tags: vec![(RecordKey([1; 16]), unsure)],
            ..whole.clone()
        },
    ];
    for step in broken {
        let failure = store.commit(generation, &step).expect_err("not finite");
        assert!(matches!(failure, Error::Damaged { .. }), "{failure}");
        assert_eq!(store.live().expect("live").expect("there").offset, 0);
        let days = Day(0)..=Day(9);
        assert!(
            store
                .cells(generation, &series, days)
                .expect("cells")
                .is_empty()
        );
        assert!(
            store
                .series_of(generation, &series.subject)
                .expect("series")
                .is_empty()
        );
    }
    // And the names met in a step that failed are found again in one that does not.
    store.commit(generation, &whole).expect("commit");
    assert_eq!(store.active(generation, Day(1)).expect("active"), [series]);
}

pub fn a_closed_day_is_never_opened_again(home: &Home) {
    let store = home.open();
    with_entries(&store, 2);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let closing = |day| Step {
        closed: Some(Day(day)),
        ..step(0, 0)
    };
    assert_eq!(
        store.commit(generation, &closing(5)).expect("commit"),
        Committed::Done
    );
    assert_eq!(
        store.commit(generation, &closing(6)).expect("commit"),
        Committed::Done
    );
    // A slower process that saw day 5 open at the same offset.
    assert_eq!(
        store.commit(generation, &closing(5)).expect("commit"),
        Committed::Stale
    );
    assert_eq!(
        store.commit(generation, &step(0, 1)).expect("commit"),
        Committed::Done
    );
    let live = store.live().expect("live").expect("there");
    assert_eq!((live.offset, live.closed), (1, Some(Day(6))));
}

pub fn counts_come_back_by_day_and_in_key_order(home: &Home) {
    let store = home.open();
    with_entries(&store, 2);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let keys = [
        SeriesKey {
            subject: Subject::Total,
            ..sku("", "us")
        },
        sku("A\u{0}", "us"),
        sku("A\u{0}B", "de"),
        sku("AB", "us"),
        SeriesKey {
            class: SourceClass::SocialSearch,
            ..sku("B", "us")
        },
        SeriesKey {
            class: SourceClass::Review,
            ..sku("B", "us")
        },
        phrase("A", "lang:es"),
        phrase("折叠灯", "us"),
    ];
    assert!(keys.is_sorted());
    let mut first = step(0, 1);
    for key in keys.iter().rev() {
        first.cells.push((key.clone(), Day(-1), crowd(2)));
        first.cells.push((key.clone(), Day(3), crowd(300)));
    }
    first.cells.push((keys[0].clone(), Day(20_000), crowd(0)));
    store.commit(generation, &first).expect("commit");
    let mut second = step(1, 2);
    second.cells.push((keys[1].clone(), Day(3), crowd(301)));
    store.commit(generation, &second).expect("commit");

    assert_eq!(store.active(generation, Day(3)).expect("active"), keys);
    assert_eq!(
        store.active(generation, Day(20_000)).expect("active"),
        keys[..1]
    );
    assert!(store.active(generation, Day(4)).expect("active").is_empty());
    let cells = |key: usize, days| store.cells(generation, &keys[key], days).expect("cells");
    let all = Day(i32::MIN)..=Day(i32::MAX);
    let everything = [
        (Day(-1), crowd(2)),
        (Day(3), crowd(300)),
        (Day(20_000), crowd(0)),
    ];
    assert_eq!(cells(0, all.clone()), everything);
    assert_eq!(
        cells(1, all.clone()),
        [(Day(-1), crowd(2)), (Day(3), crowd(301))]
    );
    assert_eq!(cells(2, Day(0)..=Day(13)), [(Day(3), crowd(300))]);
    assert!(matches!(
        cells(2, all.clone())[1].1.authors,
        Authors::Sketch(_)
    ));
    assert!(cells(2, Day(4)..=Day(13)).is_empty());
    #[allow(clippy::reversed_empty_ranges)] // An empty span is a question too.
    let none = cells(2, Day(5)..=Day(4));
    assert!(none.is_empty());
    // Many at once are the same as one by one.
    let wanted = [keys[1].clone(), sku("never", "us"), keys[0].clone()];
    let many = store
        .cells_of(generation, &wanted, all.clone())
        .expect("cells");
    assert_eq!(
        many,
        [cells(1, all.clone()), Vec::new(), cells(0, all.clone())]
    );
    let wanted = wanted.map(|key| (key, Day(3)));
    let single = store.cells_at(generation, &wanted).expect("cells");
    assert_eq!(single, [Some(crowd(301)), None, Some(crowd(300))]);
    let unknown = store.cells(generation, &sku("never", "us"), Day(0)..=Day(9));
    assert!(unknown.expect("cells").is_empty());
    let of_b = store
        .series_of(generation, &Subject::Sku("B".into()))
        .expect("series");
    assert_eq!(of_b, keys[4..6]);
}

pub fn top_sums_the_primary_count(home: &Home) {
    let store = home.open();
    with_entries(&store, 1);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let mut only = step(0, 1);
    for (series, day, count) in [
        (sku("A", "us"), 1, 5),
        (sku("A", "us"), 2, 5),
        (sku("B", "us"), 1, 10),
        (sku("C", "us"), 3, 99),
        (phrase("p", "us"), 1, 50),
    ] {
        only.cells.push((series, Day(day), crowd(count)));
    }
    // Without authors the mentions count.
    only.cells.push((sku("D", "de"), Day(2), crowd(0)));
    store.commit(generation, &only).expect("commit");
    let top = |sort, limit| {
        store
            .top(generation, sort, Day(1)..=Day(2), limit)
            .expect("top")
    };
    let expected = [
        (sku("A", "us"), 10),
        (sku("B", "us"), 10),
        (sku("D", "de"), 1),
    ];
    assert_eq!(top("sku", 10), expected);
    assert_eq!(top("sku", 1), expected[..1]);
    assert_eq!(top("phrase", 10), [(phrase("p", "us"), 50)]);
    assert!(top("total", 10).is_empty());
}

pub fn states_alerts_and_tags_come_back_equal(home: &Home) {
    let store = home.open();
    with_entries(&store, 1);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let series = phrase("折叠灯", "jp");
    let key = RecordKey([5; 16]);
    let tags = Tags {
        language: LanguageGuess {
            code: "ja".into(),
            confidence: 0.1 + 0.2,
            abstain: false,
        },
        market: Some(MarketGuess {
            market: market("jp"),
            confidence: 1.0 / 3.0,
            evidence: "stated".into(),
        }),
        mentions: vec![Mention {
            sku: "LAMP-1".into(),
            alias: "ランプ".into(),
            start: 0,
            end: 3,
            score: f32::MIN_POSITIVE,
            sentiment: None,
        }],
        doubt: vec![Doubt::NearDuplicate],
        ..Tags::default()
    };
    let raised = alert(series.clone(), Day(9), 1e-5);
    let only = Step {
        to: 1,
        states: vec![(series.clone(), state(Day(9)))],
        alerts: vec![raised.clone()],
        tags: vec![(key, tags.clone())],
        ..Step::default()
    };
    store.commit(generation, &only).expect("commit");
    assert_eq!(
        store.state(generation, &series).expect("state"),
        Some(state(Day(9)))
    );
    assert_eq!(
        store.state(generation, &phrase("x", "jp")).expect("state"),
        None
    );
    let both = [phrase("x", "jp"), series.clone()];
    let many = store.states(generation, &both).expect("states");
    assert_eq!(many, [None, Some(state(Day(9)))]);
    let many = store
        .tags_of(generation, &[key, RecordKey([6; 16]), key])
        .expect("tags");
    assert_eq!(many, [Some(tags.clone()), None, Some(tags.clone())]);
    assert_eq!(store.tags(generation, key).expect("tags"), Some(tags));
    assert_eq!(
        store.tags(generation, RecordKey([6; 16])).expect("tags"),
        None
    );
    let alerts = store
        .alerts(generation, &AlertFilter::default())
        .expect("alerts");
    assert_eq!(alerts, std::slice::from_ref(&raised));
    // The id decides: a changed alert replaces.
    let mut changed = raised;
    changed.class = AlertClass::Seasonal;
    let next = Step {
        from: 1,
        to: 1,
        alerts: vec![changed.clone()],
        ..Step::default()
    };
    store.commit(generation, &next).expect("commit");
    let alerts = store
        .alerts(generation, &AlertFilter::default())
        .expect("alerts");
    assert_eq!(alerts, [changed]);
}
