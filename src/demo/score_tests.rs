use super::*;
use crate::record::{SentimentShare, SeriesKey};

fn market(code: &str) -> Market {
    Market::parse(code).expect("market")
}

fn alert(subject: Subject, code: &str, day: i32, class: AlertClass) -> Alert {
    let series = SeriesKey {
        subject,
        market: market(code),
        class: SourceClass::Social,
    };
    let day = truth::day(day);
    Alert {
        id: Alert::id_of(&series, day),
        series,
        day,
        // The next morning, when the day was closed.
        raised_at: day.plus(1).start() + jiff::SignedDuration::from_hours(6),
        offset: 1,
        class,
        window_days: 3,
        observed: 12,
        expected: 2.0,
        band: (0.0, 5.0),
        dispersion: 1.2,
        score: 6.0,
        p: 1e-9,
        threshold: 4.0,
        silent_below: 9,
        lift: 6.0,
        authors: 12,
        effective_authors: Some(12.0),
        mentions: 12,
        doubtful: 0,
        first_seen: day,
        sources: vec![("plaza".into(), 12)],
        sentiment: SentimentShare::default(),
        sentiment_before: SentimentShare::default(),
        terms: Vec::new(),
        quotes: Vec::new(),
        coverage: Some(1.0),
        exposure: 1.0,
        rank: None,
        price: None,
        also: Vec::new(),
        occasion: None,
    }
}

fn event(what: What, code: &str, sku: &str, onset: i32, peak: i32, last: i32) -> Planted {
    Planted {
        what,
        market: market(code),
        sku: Some(sku.to_owned()),
        name: format!("Thing {sku}"),
        words: vec!["gizmora".into(), "gizmora pro".into()],
        onset: truth::day(onset),
        peak: truth::day(peak),
        last: truth::day(last),
        sales_rise: Some(truth::day(peak + 2)),
        posts: 80,
    }
}

fn sku(code: &str) -> Subject {
    Subject::Sku(code.to_owned())
}

#[test]
fn the_lead_counts_from_the_day_a_buyer_could_know() {
    let planted = [event(What::Hit, "us", "A1", 30, 40, 60)];
    let alerts = [
        alert(sku("A1"), "us", 38, AlertClass::Hit),
        alert(sku("A1"), "us", 33, AlertClass::Hit),
    ];
    let card = score(1, 90, &planted, &alerts);
    let line = &card.events[0];
    assert_eq!(line.verdict, Verdict::Found);
    assert_eq!(line.told, Some(truth::day(34)));
    assert_eq!((line.before_peak, line.before_sales), (Some(6), Some(8)));
    assert_eq!(card.total.news, (1, 1));
    assert!(card.false_alarms.is_empty());
}

#[test]
fn an_alert_before_the_event_or_in_another_market_is_a_false_alarm_and_the_event_is_missed() {
    let planted = [event(What::Hit, "us", "A1", 30, 40, 60)];
    let alerts = [
        alert(sku("A1"), "us", 29, AlertClass::Hit),
        alert(sku("A1"), "de", 35, AlertClass::Hit),
    ];
    let card = score(1, 90, &planted, &alerts);
    assert_eq!(card.events[0].verdict, Verdict::Missed);
    assert_eq!(card.false_alarms.len(), 2);
    assert_eq!(card.total.news, (1, 0));
    assert_eq!(card.total.before_peak, None);
}

#[test]
fn what_is_held_back_wrongly_is_missed_and_what_is_held_back_rightly_is_seen_through() {
    let planted = [
        event(What::Hit, "us", "A1", 30, 40, 60),
        event(What::BotBurst, "us", "B2", 30, 30, 30),
        event(What::Giveaway, "jp", "C3", 30, 32, 33),
    ];
    let suspicious = AlertClass::SuspiciousBurst;
    let alerts = [
        alert(sku("A1"), "us", 35, suspicious),
        alert(sku("B2"), "us", 30, suspicious),
    ];
    let card = score(1, 90, &planted, &alerts);
    let verdicts: Vec<Verdict> = card.events.iter().map(|line| line.verdict).collect();
    assert_eq!(
        verdicts,
        [
            Verdict::HeldBack(suspicious),
            Verdict::SeenThrough(suspicious),
            Verdict::Quiet
        ]
    );
    assert_eq!((card.total.news, card.total.noise), ((1, 0), (2, 2)));
}

#[test]
fn a_pushed_trap_is_fooled_and_counts_as_one_false_alarm_however_often_it_is_told() {
    let planted = [event(What::PriceWar, "id", "A1", 30, 32, 35)];
    let alerts = [
        alert(sku("A1"), "id", 31, AlertClass::Hit),
        alert(sku("A1"), "id", 34, AlertClass::Hit),
    ];
    let card = score(1, 90, &planted, &alerts);
    assert_eq!(card.events[0].verdict, Verdict::Fooled(AlertClass::Hit));
    assert_eq!(card.events[0].before_peak, None);
    assert_eq!(card.false_alarms.len(), 1);
    assert_eq!(card.false_alarms[0].because, Some("price war"));
}

#[test]
fn a_crisis_told_as_a_hit_is_misread_and_a_later_right_alert_finds_it() {
    let planted = [event(What::Crisis, "us", "A1", 30, 33, 50)];
    let wrong = alert(sku("A1"), "us", 31, AlertClass::Hit);
    let card = score(1, 90, &planted, std::slice::from_ref(&wrong));
    assert_eq!(card.events[0].verdict, Verdict::Misread(AlertClass::Hit));
    assert_eq!(card.total.news, (1, 0));
    let right = alert(sku("A1"), "us", 34, AlertClass::Crisis);
    let card = score(1, 90, &planted, &[wrong, right]);
    assert_eq!(card.events[0].verdict, Verdict::Found);
    assert_eq!(card.events[0].before_peak, Some(-2));
}

#[test]
fn a_phrase_belongs_to_an_event_whose_name_it_shares_and_to_no_other() {
    let planted = [event(What::Newcomer, "us", "-", 30, 36, 60)];
    let phrase = |text: &str| Subject::Phrase(text.to_owned());
    let card = score(
        1,
        90,
        &planted,
        &[
            alert(phrase("the gizmora"), "us", 33, AlertClass::Hit),
            alert(phrase("rainy monday"), "us", 33, AlertClass::Hit),
            alert(phrase("pro"), "us", 34, AlertClass::Hit),
        ],
    );
    assert_eq!(card.events[0].verdict, Verdict::Found);
    let subjects: Vec<&str> = card
        .false_alarms
        .iter()
        .map(|alarm| alarm.subject.as_str())
        .collect();
    assert_eq!(subjects, ["“rainy monday”", "“pro”"]);
}

#[test]
fn an_alarm_that_nothing_explains_is_laid_to_the_outage_it_falls_into() {
    let mut down = event(What::Outage, "de", "-", 30, 33, 36);
    down.sku = None;
    down.words.clear();
    let card = score(
        1,
        90,
        &[down.clone()],
        &[alert(sku("A1"), "de", 38, AlertClass::Hit)],
    );
    assert!(!card.events[0].verdict.is_right());
    assert_eq!(card.false_alarms[0].because, Some("site down"));
    let card = score(
        1,
        90,
        &[down],
        &[alert(sku("A1"), "de", 60, AlertClass::Hit)],
    );
    assert_eq!(card.events[0].verdict, Verdict::Quiet);
    assert_eq!(card.false_alarms[0].because, None);
}

#[test]
fn the_table_shows_misses_as_plainly_as_finds() {
    let planted = [
        event(What::Hit, "us", "A1", 30, 40, 60),
        event(What::Hit, "jp", "B2", 35, 45, 60),
        event(What::BotBurst, "us", "C3", 50, 50, 50),
    ];
    let alerts = [
        alert(sku("A1"), "us", 33, AlertClass::Hit),
        alert(sku("C3"), "us", 50, AlertClass::SuspiciousBurst),
        alert(sku("Z9"), "jp", 70, AlertClass::Hit),
    ];
    insta::assert_snapshot!(score(1, 90, &planted, &alerts).table());
}

#[test]
fn every_event_of_a_world_is_on_the_card() {
    let world = World::new(4, 90).expect("world");
    let planted = planted(&world);
    assert_eq!(planted.len(), world.truth.events.len());
    let card = score(4, 90, &planted, &[]);
    assert_eq!(card.total.news.1, 0);
    assert_eq!(card.total.noise.0, card.total.noise.1);
    assert!(card.markets.len() == 4);
}
