use super::{Home, page, sku, step, with_entries};
use crate::record::{
    AuthorHash, Authors, Cell, Cohort, Counts, Day, Kind, Market, MarketState, Price, Record,
    SeriesState,
};
use crate::store::Versions;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Cases that each write to disk; the store is one and the same, so ids never repeat.
fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

fn words() -> impl Strategy<Value = Option<String>> {
    option::of("\\PC{0,40}|[\\x00-\\x1f]{1,4}")
}

fn instants() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800_000_000_i64..253_402_200_000_000_000)
        .prop_map(|micros| Timestamp::from_microsecond(micros).expect("in range"))
}

fn counts() -> impl Strategy<Value = Counts> {
    let number = || option::of(any::<u64>());
    (number(), number(), number(), number(), number(), number()).prop_map(
        |(reviews, likes, comments, shares, views, sold)| Counts {
            reviews,
            likes,
            comments,
            shares,
            views,
            sold,
        },
    )
}

fn records() -> impl Strategy<Value = Record> {
    let told = (
        words(),
        words(),
        words(),
        words(),
        words(),
        words(),
        words(),
    );
    let numbers = (
        option::of(any::<u32>()),
        any::<bool>(),
        option::of((-1e12..1e12, 0.0..100.0)),
        option::of(any::<i64>()),
        option::of(any::<u64>()),
        counts(),
    );
    let price = option::of(("[0-9]{1,9}(\\.[0-9]{1,4})?", option::of("[A-Z]{3}")));
    let market = option::of(prop_oneof![
        "[a-z]{2}",
        "lang:[a-z]{2,3}",
        Just("*".to_owned())
    ]);
    (
        0..Kind::ALL.len(),
        told,
        numbers,
        option::of(instants()),
        price,
        market,
    )
        .prop_map(|(kind, told, numbers, time, price, market)| {
            let (url, title, text, lang, thread, sku, list) = told;
            let (rank, paid, ratings, quantity, author, counts) = numbers;
            Record {
                url,
                title,
                text,
                lang,
                thread,
                sku,
                list,
                rank,
                paid,
                quantity,
                counts,
                author: author.map(AuthorHash),
                rating: ratings.map(|(rating, _)| rating),
                rating_scale: ratings.map(|(_, scale)| scale),
                time,
                price: price.map(|(amount, currency)| Price { amount, currency }),
                market: market.and_then(|code| Market::parse(&code)),
                ..Record::new(Kind::ALL[kind], "")
            }
        })
}

pub fn any_record_survives_the_log(home: &Home) {
    let store = home.open();
    let id = std::cell::Cell::new(0);
    runner(24)
        .run(&vec(records(), 0..12), |mut records| {
            for record in &mut records {
                id.set(id.get() + 1);
                record.id = format!("{}", id.get());
            }
            let visit = page("forum", "2026-03-01T08:00:00Z", records);
            let appended = store.append(std::slice::from_ref(&visit)).expect("append");
            prop_assert_eq!(appended[0].new, visit.records.len());
            let entries = store.read(appended[0].offset - 1, 1).expect("read");
            prop_assert_eq!(&entries[0].page, &visit);
            Ok(())
        })
        .expect("every record survives");
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
}

fn numbers() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO
}

fn states() -> impl Strategy<Value = SeriesState> {
    (
        vec(numbers(), 25),
        vec(numbers(), 0..30),
        any::<i32>(),
        option::of(any::<i32>()),
    )
        .prop_map(|(fixed, levels, day, last)| SeriesState {
            first_day: Day(day),
            last_day: Day(day),
            level: [fixed[0], fixed[1]],
            slow: [fixed[2], fixed[3]],
            weekday: std::array::from_fn(|it| [fixed[4 + 2 * it], fixed[5 + 2 * it]]),
            dispersion: [fixed[18], fixed[19], fixed[20]],
            market: last.map(|_| {
                Box::new(MarketState {
                    exposures: levels.clone(),
                    skus: Cohort {
                        young: levels.clone(),
                        dispersion: [fixed[21], fixed[22], fixed[23]],
                        grown: fixed[24],
                    },
                    phrases: Cohort::default(),
                })
            }),
            levels,
            recent: vec![day.unsigned_abs(); 6],
            doubtful: fixed[24],
            last_alert: last.map(Day),
            peak: day.unsigned_abs(),
        })
}

fn cells() -> impl Strategy<Value = Cell> {
    let crowd = vec(any::<u64>(), 0..600);
    (crowd, any::<[u32; 8]>(), any::<i64>()).prop_map(|(crowd, counts, units)| {
        let mut authors = Authors::default();
        for author in crowd {
            authors.insert(AuthorHash(author));
        }
        let [
            mentions,
            doubtful,
            negative,
            neutral,
            positive,
            questions,
            purchases,
            complaints,
        ] = counts;
        Cell {
            authors,
            mentions,
            doubtful,
            negative,
            neutral,
            positive,
            questions,
            purchases,
            complaints,
            units,
        }
    })
}

pub fn any_crowd_and_any_state_survive_a_commit(home: &Home) {
    let store = home.open();
    with_entries(&store, 1);
    let generation = store.begin(&Versions::default()).expect("begin").id;
    let series = sku("LAMP-1", "us");
    runner(24)
        .run(
            &(cells(), states(), -40_000..40_000_i32),
            |(cell, state, day)| {
                let mut step = step(0, 0);
                step.cells = vec![(series.clone(), Day(day), cell.clone())];
                step.states = vec![(series.clone(), state.clone())];
                store.commit(generation, &step).expect("commit");
                let found = store
                    .cells(generation, &series, Day(day)..=Day(day))
                    .expect("cells");
                prop_assert_eq!(found, vec![(Day(day), cell)]);
                let found = store
                    .state(generation, &series)
                    .expect("state")
                    .expect("there");
                // Not only equal: the same bits, or a replay would drift.
                prop_assert_eq!(format!("{found:?}"), format!("{state:?}"));
                Ok(())
            },
        )
        .expect("every crowd and state survives");
    assert_eq!(store.check().expect("check"), Vec::<String>::new());
}
