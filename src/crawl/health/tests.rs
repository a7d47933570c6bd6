use super::*;
use crate::record::{Coverage, Reading};

fn at(text: &str) -> Timestamp {
    text.parse().expect("timestamp")
}

const NOW: &str = "2026-11-27T10:00:00Z";

fn page(items: u32, price: u32) -> Found {
    Found {
        first: true,
        items,
        records: items,
        filled: [("title".into(), items), ("price".into(), price)]
            .into_iter()
            .filter(|(_, filled)| *filled > 0)
            .collect(),
        id_form: Some("x".into()),
        print: u64::from(items) * 1_000 + u64::from(price),
    }
}

/// A visit so many hours before [`NOW`].
fn visit(hours: i64, found: Option<Found>, is_good: bool) -> Visit {
    Visit {
        source: "shop".into(),
        query: "lamp".into(),
        at: at(NOW) - SignedDuration::from_hours(hours),
        coverage: Coverage {
            asked: 1,
            answered: u32::from(is_good),
            failed: u32::from(!is_good),
            ..Coverage::default()
        },
        reading: Reading {
            found,
            why: (!is_good).then(|| "`shop.example` answered 503".into()),
            ..Reading::default()
        },
    }
}

/// Good pages a day apart, the newest of them `hours` ago; each has a print of its own.
fn good(hours: i64, pages: &[Found]) -> Vec<Visit> {
    let days = pages.iter().enumerate();
    days.map(|(place, found)| {
        let found = Found {
            print: place as u64,
            ..found.clone()
        };
        visit(hours + 24 * place as i64, Some(found), true)
    })
    .collect()
}

fn told(found: &Found, history: &[Visit]) -> Vec<String> {
    let findings = judge("lamp", found, at(NOW), history);
    findings.into_iter().map(|finding| finding.what).collect()
}

#[test]
fn a_part_of_the_usual_items_is_told_with_what_is_usual() {
    let history = good(24, &vec![page(50, 49); 12]);
    assert_eq!(
        told(&page(30, 30), &history),
        ["30 of 50 items: the last 12 good pages showed 50"]
    );
    assert_eq!(told(&page(45, 45), &history), [""; 0]);
    let varying = good(
        24,
        &[
            page(20, 20),
            page(48, 48),
            page(31, 31),
            page(25, 25),
            page(40, 40),
        ],
    );
    assert_eq!(told(&page(16, 16), &varying), [""; 0]);
    assert_eq!(
        told(&page(9, 9), &varying),
        ["9 of 20 to 48 items: the last 5 good pages showed 20 to 48"]
    );
    assert_eq!(told(&page(1, 1), &history[..4]), [""; 0], "too few to know");
}

#[test]
fn later_pages_are_as_long_as_what_is_left() {
    let history = good(24, &vec![page(50, 49); 12]);
    let rest = Found {
        first: false,
        ..page(3, 3)
    };
    assert_eq!(told(&rest, &history), [""; 0]);
}

#[test]
fn a_field_that_is_gone_is_told_with_the_day_and_the_usual_share() {
    let mut history = vec![
        visit(24, Some(page(50, 0)), false),
        visit(48, Some(page(50, 0)), false),
        visit(60, None, false),
        visit(72, Some(page(50, 0)), false),
    ];
    history.extend(good(96, &vec![page(50, 49); 12]));
    assert_eq!(
        told(&page(50, 0), &history),
        ["price empty since Tuesday (was filled in 98 % of items)"]
    );
    assert_eq!(
        told(&page(50, 9), &history),
        ["price in 9 of 50 items since Tuesday (was filled in 98 % of items)"]
    );
    assert_eq!(told(&page(50, 40), &history), [""; 0]);
}

#[test]
fn pages_of_one_item_are_judged_by_the_run_of_them() {
    let mut history = vec![
        visit(1, Some(page(1, 0)), true),
        visit(2, Some(page(1, 0)), true),
    ];
    history.extend(good(24, &vec![page(1, 1); 30]));
    assert_eq!(
        told(&page(1, 0), &history),
        ["price empty since 08:00 UTC (was filled in 100 % of items)"]
    );
    assert_eq!(
        told(&page(1, 0), &history[2..]),
        [""; 0],
        "one alone tells nothing"
    );
}

#[test]
fn a_field_that_often_lacks_is_not_missed() {
    let history = good(
        24,
        &[
            page(20, 20),
            page(20, 0),
            page(20, 18),
            page(20, 20),
            page(20, 20),
            page(20, 20),
        ],
    );
    assert_eq!(told(&page(20, 0), &history), [""; 0]);
}

#[test]
fn an_empty_page_is_odd_only_where_there_always_was_something() {
    let history = good(
        24,
        &[
            page(20, 20),
            page(18, 18),
            page(19, 19),
            page(20, 20),
            page(20, 20),
        ],
    );
    assert_eq!(
        told(&page(0, 0), &history),
        ["empty, though it looks like an answer: the last 5 good pages showed 18 to 20 items"]
    );
    let rare = good(
        24,
        &[
            page(0, 0),
            page(2, 2),
            page(1, 1),
            page(3, 3),
            page(0, 0),
            page(5, 5),
        ],
    );
    assert_eq!(told(&page(0, 0), &rare), [""; 0]);
    let product = good(24, &vec![page(1, 1); 6]);
    assert_eq!(told(&page(0, 0), &product).len(), 1);
}

#[test]
fn broken_pages_are_never_learned_from() {
    let mut history: Vec<Visit> = (1..40)
        .map(|day| visit(day, Some(page(30, 0)), false))
        .collect();
    history.extend(good(24 * 3, &vec![page(50, 50); 6]));
    let told = told(&page(30, 0), &history);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("30 of 50 items"), "{told:?}");
}

#[test]
fn ids_of_another_form_are_seen() {
    let history = good(24, &vec![page(20, 20); 8]);
    let other = Found {
        id_form: Some("a:/a/9".into()),
        ..page(20, 20)
    };
    let findings = judge("lamp", &other, at(NOW), &history);
    assert_eq!(findings[0].oddity, Oddity::IdsChanged);
    assert!(findings[0].is_broken());
}

#[test]
fn a_page_that_stands_still_is_odd_where_pages_used_to_change() {
    let still = Found {
        print: 77,
        ..page(20, 20)
    };
    let mut history: Vec<Visit> = (1..4)
        .map(|day| visit(24 * day, Some(still.clone()), true))
        .collect();
    history.extend(good(24 * 4, &vec![page(20, 20); 8]));
    let findings = judge("lamp", &still, at(NOW), &history);
    assert_eq!(
        findings[0].what,
        "the same page as Tuesday: it used to change, is it a stale copy?"
    );
    assert!(!findings[0].is_broken());
    let fresh = Found { print: 78, ..still };
    assert_eq!(told(&fresh, &history), [""; 0]);
}

#[test]
fn no_answer_is_told_after_three_requests_or_a_day() {
    let mut history = vec![visit(0, None, false), visit(1, None, false)];
    history.extend(good(24, &vec![page(20, 20); 3]));
    assert_eq!(unanswered("lamp", at(NOW), &history), None);
    history.insert(2, visit(20, None, false));
    let finding = unanswered("lamp", at(NOW), &history).expect("three in a row");
    assert_eq!(
        finding.what,
        "no answer since Thursday (3 requests): `shop.example` answered 503"
    );
    let never: Vec<Visit> = vec![visit(0, None, false), visit(30, None, false)];
    let finding = unanswered("lamp", at(NOW), &never).expect("a day and more");
    assert!(
        finding
            .what
            .starts_with("never answered (2 requests since Thursday)"),
        "{}",
        finding.what
    );
}

#[test]
fn silence_is_measured_against_what_the_file_expects() {
    let hours = |hours: u64| Some(std::time::Duration::from_secs(hours * 3_600));
    let newest = Some(at("2026-11-25T09:00:00Z"));
    assert_eq!(silent("lamp", at(NOW), newest, hours(72)), None);
    assert_eq!(silent("lamp", at(NOW), None, hours(1)), None);
    let finding = silent("lamp", at(NOW), newest, hours(24)).expect("too long");
    assert_eq!(
        finding.what,
        "nothing new since Wednesday, its file expects something every 24 h"
    );
}
