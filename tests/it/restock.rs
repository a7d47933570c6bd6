//! The restock sheet, through its public API.

use groundswell::config::RestockConfig;
use groundswell::record::{
    AlertClass, Calendar, Day, Leg, Market, SeriesKey, SourceClass, StockLevel, Subject,
};
use groundswell::restock::{
    Advice, Inputs, Item, Line, Mood, Sales, Tally, Trace, Waves, Way, plan,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn day(text: &str) -> Day {
    Day::from_date(text.parse().expect("date"))
}

fn market(code: &str) -> Market {
    Market::parse(code).expect("market")
}

fn settings() -> RestockConfig {
    RestockConfig {
        service_level: 0.95,
        cover_days: 45,
        velocity_days: 28,
        uplift_max: 2.0,
        ships_from: market("cn"),
        lead: None,
        calendar: None,
    }
}

fn stock(today: Day, on_hand: u32) -> StockLevel {
    StockLevel {
        sku: "MUG-01".into(),
        market: market("us"),
        counted_on: today,
        on_hand,
        inbound: 0,
        inbound_on: None,
        lead: Some(Leg {
            production_days: 15,
            freight_days: 30,
            receiving_days: 5,
            spread_days: 7,
        }),
        moq: Some(200),
        carton: Some(24),
        unit_cost: Some(2.5),
    }
}

/// Ten units a day, every day of the last 60 up to yesterday.
fn sales(today: Day) -> Sales {
    Sales {
        days: today.plus(-60)..=today.plus(-1),
        units: (1..=60).map(|back| (today.plus(-back), 10)).collect(),
    }
}

fn item(stock: Option<StockLevel>, sales: Option<Sales>) -> Item {
    Item {
        sku: "MUG-01".into(),
        name: Some("Travel mug".into()),
        category: None,
        market: market("us"),
        stock,
        out: Vec::new(),
        sales,
        mood: Mood::default(),
    }
}

/// An alert raised on `raised` on `sku`, above its band for `lasts` days.
fn trace(id: &str, sku: &str, class: AlertClass, raised: Day, lasts: i32) -> Trace {
    Trace {
        alert: id.into(),
        series: SeriesKey {
            subject: Subject::Sku(sku.into()),
            market: market("us"),
            class: SourceClass::Social,
        },
        day: raised,
        class,
        window_days: 1,
        band_high: 6.0,
        lift: 5.0,
        score: 6.0,
        counts: (0..=lasts).map(|n| (raised.plus(n), 20)).collect(),
    }
}

fn waves(traces: Vec<Trace>, today: Day) -> Waves {
    let read: BTreeSet<Day> = (today.0 - 500..today.0).map(Day).collect();
    Waves {
        traces,
        read: BTreeMap::from([((market("us"), SourceClass::Social), read)]),
    }
}

fn one(item: Item, waves: Waves, today: Day) -> Line {
    let inputs = Inputs {
        items: vec![item],
        waves,
        calendar: Calendar::built_in(),
    };
    plan(&inputs, &settings(), today)
        .pop()
        .expect("one line for one item")
}

fn keys(line: &Line) -> Vec<&'static str> {
    line.why.iter().map(|fact| fact.key).collect()
}

#[test]
fn a_plain_line_follows_the_textbook() {
    let today = day("2026-06-01");
    let line = one(
        item(Some(stock(today, 700)), Some(sales(today))),
        Waves::default(),
        today,
    );
    assert_eq!(line.velocity, Some(10.0));
    assert_eq!(line.sold, Some((280, 28)));
    assert_eq!(line.velocity_sd, Some(0.0));
    assert_eq!(line.lead_days, Some(50));
    // 1.645 × √(50·0² + 10²·(7 / 1.645)²) = 70 units, 7 days.
    assert_eq!(line.safety_stock, Some(70));
    assert_eq!(line.reorder_point, Some(570));
    assert_eq!(line.days_of_cover, Some(70.0));
    // 70 days of cover less 7 of safety, less 50 on the way.
    assert_eq!(line.order_by, Some(today.plus(13)));
    assert_eq!(line.advice, Advice::OrderSoon);
    // 45 × 10 + 70 − (700 − 500) = 320, in cartons of 24: 336.
    assert_eq!(line.quantity, Some((336, 336, 336)));
    assert_eq!(line.cost, Some(840.0));
}

#[test]
fn spring_festival_brings_the_order_day_forward() {
    let today = day("2026-12-20");
    let at = |on_hand| {
        one(
            item(Some(stock(today, on_hand)), Some(sales(today))),
            Waves::default(),
            today,
        )
    };
    // 95 days of cover end on 25 March, less 7 of safety: needed on 18 March. Making takes 15 open
    // days, shipping and check-in 35, so goods must leave on 11 February: in the shutdown, hence
    // before it, on 29 January at the latest.
    let line = at(950);
    assert_eq!(line.order_by, Some(day("2027-01-14")));
    assert_eq!(line.advice, Advice::Hold);
    // With the stock of a single day more than nothing changes while the shutdown is in between.
    assert_eq!(at(960).order_by, Some(day("2027-01-14")));
    // Goods ordered on 20 January land after the shutdown, and the line says so.
    let later = day("2027-01-20");
    let line = one(
        item(Some(stock(later, 500)), Some(sales(later))),
        Waves::default(),
        later,
    );
    assert_eq!(line.advice, Advice::OrderNow);
    assert_eq!(
        line.landing.as_ref().map(|landing| landing.earliest),
        Some(day("2027-03-29"))
    );
    assert!(keys(&line).contains(&"closure"));
    assert!(line.order_by.is_some_and(|by| by < later));
    assert!(keys(&line).contains(&"too-late"));
}

#[test]
fn what_is_not_known_is_said_and_nothing_is_made_up() {
    let today = day("2026-06-01");
    let line = one(item(None, Some(sales(today))), Waves::default(), today);
    assert_eq!(line.advice, Advice::StockUnknown);
    assert_eq!((line.velocity, line.quantity), (Some(10.0), None));
    assert_eq!(keys(&line), ["stock-none", "sold"]);

    let line = one(item(Some(stock(today, 50)), None), Waves::default(), today);
    assert_eq!(line.advice, Advice::SalesUnknown);
    assert_eq!((line.velocity, line.days_of_cover), (None, None));
    assert_eq!(keys(&line), ["sales-none"]);

    let mut bare = stock(today, 50);
    bare.lead = None;
    let line = one(
        item(Some(bare), Some(sales(today))),
        Waves::default(),
        today,
    );
    assert_eq!(line.advice, Advice::LeadUnknown);
    assert_eq!((line.days_of_cover, line.order_by), (Some(5.0), None));
    assert!(keys(&line).contains(&"lead-none"));
}

#[test]
fn a_rise_without_a_past_to_learn_from_raises_pace_and_range_but_not_the_base_beyond_landing() {
    let today = day("2026-06-01");
    let calm = one(
        item(Some(stock(today, 700)), Some(sales(today))),
        Waves::default(),
        today,
    );
    let live = trace("live", "MUG-01", AlertClass::Hit, today.plus(-3), 2);
    let line = one(
        item(Some(stock(today, 700)), Some(sales(today))),
        waves(vec![live], today),
        today,
    );
    let wave = line.wave.as_ref().expect("wave");
    assert_eq!((wave.lift, wave.uplift, wave.still_up), (5.0, 2.0, None));
    assert_eq!((line.velocity, line.uplift), (Some(10.0), 2.0));
    assert_eq!(line.days_of_cover, Some(35.0));
    assert_eq!(line.advice, Advice::OrderNow);
    assert!(keys(&line).contains(&"wave-unknown"));
    let (low, base, high) = line.quantity.expect("quantity");
    // Low: no rise. Base: nothing is left at landing, 45 days as before. High: it lasts.
    assert_eq!(Some(low), calm.quantity.map(|(_, base, _)| base));
    assert_eq!((base, high), (528, 984));
}

#[test]
fn a_rise_of_the_kind_that_never_lasted_is_not_chased() {
    let today = day("2026-06-01");
    let mut traces: Vec<Trace> = (0..6)
        .map(|n| {
            let id = format!("past{n}");
            trace(&id, &id, AlertClass::Hit, today.plus(-200 + n), 10)
        })
        .collect();
    traces.push(trace("live", "MUG-01", AlertClass::Hit, today.plus(-3), 2));
    let line = one(
        item(Some(stock(today, 1_000)), Some(sales(today))),
        waves(traces, today),
        today,
    );
    let share = line.wave.as_ref().and_then(|wave| wave.still_up);
    assert_eq!(
        share.map(|share| (share.up, share.of, share.days)),
        Some((0, 6, 53))
    );
    assert_eq!(line.advice, Advice::DoNotChase);
    assert_eq!((line.uplift, line.quantity), (1.0, Some((0, 0, 0))));
    assert!(keys(&line).contains(&"wave-gone"));
}

#[test]
fn a_crisis_or_rising_complaints_lower_the_advice_and_say_why() {
    let today = day("2026-06-01");
    let crisis = trace("bad", "MUG-01", AlertClass::Crisis, today.plus(-2), 1);
    let line = one(
        item(Some(stock(today, 100)), Some(sales(today))),
        waves(vec![crisis], today),
        today,
    );
    assert_eq!(line.advice, Advice::DoNotChase);
    assert_eq!(line.why[0].key, "crisis");

    let mut unhappy = item(Some(stock(today, 100)), Some(sales(today)));
    unhappy.mood = Mood {
        recent: Tally {
            complaints: 20,
            mentions: 100,
        },
        before: Tally {
            complaints: 20,
            mentions: 400,
        },
    };
    let line = one(unhappy, Waves::default(), today);
    assert_eq!(line.advice, Advice::DoNotChase);
    assert_eq!(line.quantity, Some((0, 0, 0)));
    assert_eq!(line.why[0].key, "complaints");
}

#[test]
fn far_too_much_stock_is_to_be_cleared_out() {
    let today = day("2026-06-01");
    let line = one(
        item(Some(stock(today, 2_000)), Some(sales(today))),
        Waves::default(),
        today,
    );
    assert_eq!(line.advice, Advice::ClearOut);
}

#[test]
fn stock_sold_since_it_was_counted_is_taken_off() {
    let today = day("2026-06-01");
    let mut level = stock(today, 700);
    level.counted_on = today.plus(-6);
    let line = one(
        item(Some(level), Some(sales(today))),
        Waves::default(),
        today,
    );
    assert_eq!(line.days_of_cover, Some(65.0));
    assert!(keys(&line).contains(&"counted"));
}

#[test]
fn the_sheet_is_ordered_most_urgent_first() {
    let today = day("2026-06-01");
    let named = |sku: &str, on_hand: Option<u32>| Item {
        sku: sku.into(),
        ..item(on_hand.map(|units| stock(today, units)), Some(sales(today)))
    };
    let inputs = Inputs {
        items: vec![
            named("hold", Some(900)),
            named("unknown", None),
            named("soon", Some(650)),
            named("worst", Some(10)),
            named("now", Some(400)),
            named("clear", Some(9_000)),
        ],
        waves: Waves::default(),
        calendar: Calendar::built_in(),
    };
    let order: Vec<String> = plan(&inputs, &settings(), today)
        .into_iter()
        .map(|line| line.sku)
        .collect();
    assert_eq!(order, ["worst", "now", "soon", "clear", "unknown", "hold"]);
}

prop_compose! {
    fn stocks()(
        on_hand in 0_u32..4_000, inbound in 0_u32..2_000,
        arrives in proptest::option::of(-10_i32..120), production in 0_u16..60,
        freight in 0_u16..60, spread in 0_u16..30, moq in proptest::option::of(1_u32..900),
        carton in proptest::option::of(1_u32..60),
    ) -> StockLevel {
        let today = day("2026-11-23");
        StockLevel {
            on_hand,
            inbound,
            inbound_on: arrives.map(|days| today.plus(days)),
            lead: Some(Leg { production_days: production, freight_days: freight, receiving_days: 5,
                spread_days: spread }),
            moq,
            carton,
            ..stock(today, 0)
        }
    }
}

prop_compose! {
    fn any_sales()(units in proptest::collection::vec(-3_i64..40, 10..80)) -> Sales {
        let today = day("2026-11-23");
        let first = today.plus(-(units.len() as i32));
        Sales {
            days: first..=today.plus(-1),
            units: units.iter().enumerate().map(|(n, units)| (first.plus(n as i32), *units)).collect(),
        }
    }
}

proptest! {
    #[test]
    fn order_days_and_quantities_keep_their_promises(
        level in stocks(), sales in any_sales(), more in 1_u32..500, rising in any::<bool>(),
        crisis in any::<bool>(),
    ) {
        let today = day("2026-11-23");
        let class = if crisis { AlertClass::Crisis } else { AlertClass::Hit };
        let traces = if rising {
            vec![trace("live", "MUG-01", class, today.plus(-3), 2)]
        } else {
            Vec::new()
        };
        let plan = |level: &StockLevel| {
            one(item(Some(level.clone()), Some(sales.clone())), waves(traces.clone(), today), today)
        };
        let line = plan(&level);
        if let (Some(by), Some(cover)) = (line.order_by, line.days_of_cover) {
            prop_assert!(by <= today.plus(cover.floor() as i32), "{by} is after the cover ends");
            let leg = level.lead.expect("leg");
            let (cn, us) = (market("cn"), market("us"));
            let way = Way::new(leg, &cn, &us, Calendar::built_in(), today);
            prop_assert!(way.lands(by) <= today.plus(cover.floor() as i32), "lands too late");
        }
        let (low, base, high) = line.quantity.unwrap_or((0, 0, 0));
        prop_assert!(low <= base && base <= high, "{low} {base} {high}");
        for units in [low, base, high] {
            prop_assert!(units == 0 || units >= level.moq.unwrap_or(0));
            prop_assert_eq!(units % level.carton.unwrap_or(1), 0);
        }
        let richer = plan(&StockLevel { on_hand: level.on_hand + more, ..level.clone() });
        let (richer_low, richer_base, richer_high) = richer.quantity.unwrap_or((0, 0, 0));
        prop_assert!(richer_low <= low && richer_base <= base && richer_high <= high);
    }
}
