use super::super::bill::Bill;
use super::*;
use std::sync::Mutex;

fn at(text: &str) -> Timestamp {
    text.parse().expect("timestamp")
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("money")
}

fn quota() -> Quota {
    Quota {
        bucket: "search".into(),
        resets: TimeZone::get("America/Los_Angeles").expect("zone"),
        cost: 1,
        cost_more: 1,
        units_per_day: None,
        calls_per_day: Some(3),
        records_per_month: None,
        price: None,
        records_per_call_max: 0,
        free_again: false,
        pause: None,
        note: None,
    }
}

fn paid() -> Quota {
    Quota {
        resets: TimeZone::UTC,
        calls_per_day: None,
        price: Some(money("0.005 USD")),
        records_per_call_max: 100,
        free_again: true,
        ..quota()
    }
}

fn budget(day: Option<&str>, month: Option<&str>) -> Budget {
    Budget {
        bucket: "search".into(),
        calls_per_day: None,
        units_per_day: None,
        money_per_day: day.map(money),
        money_per_month: month.map(money),
    }
}

fn bill(quota: &Quota, budgets: &[Budget]) -> Bill {
    let bucket = Bucket::of(quota, budgets).expect("limited");
    Bill::new(bucket, Bucket::charge(quota, true))
}

#[test]
fn a_day_of_calls_ends_at_midnight_of_the_bucket() {
    let (bill, mut account) = (bill(&quota(), &[]), Account::default());
    // 23:30 in Los Angeles, already the next day in UTC.
    let late = at("2026-11-24T07:30:00Z");
    for _ in 0..3 {
        bill.reserve(&mut account, late).expect("fits");
    }
    let short = bill.reserve(&mut account, late).expect_err("spent");
    assert_eq!(
        short.words(&bill.bucket),
        "the budget of `search` is spent (0 of 3 calls left today); it is full again at \
         2026-11-24T08:00:00Z"
    );
    bill.reserve(&mut account, at("2026-11-24T08:00:00Z"))
        .expect("a new day");
}

#[test]
fn the_users_own_limit_stands_for_the_sites() {
    let budgets = [Budget {
        calls_per_day: Some(1),
        ..budget(None, None)
    }];
    let (bill, mut account) = (bill(&quota(), &budgets), Account::default());
    let now = at("2026-11-24T10:00:00Z");
    bill.reserve(&mut account, now).expect("fits");
    assert!(bill.reserve(&mut account, now).is_err());
}

#[test]
fn nothing_is_paid_without_a_budget_in_its_currency() {
    let now = at("2026-11-24T10:00:00Z");
    let none = bill(&paid(), &[]);
    let short = none.reserve(&mut Account::default(), now);
    assert_eq!(short, Err(Short::NoBudget));
    let euros = bill(&paid(), &[budget(None, Some("20 EUR"))]);
    let short = euros.reserve(&mut Account::default(), now);
    assert_eq!(short, Err(Short::Currency));
}

#[test]
fn the_most_is_charged_before_and_what_came_after() {
    let bill = bill(&paid(), &[budget(Some("1 USD"), None)]);
    let (mut account, now) = (Account::default(), at("2026-11-24T10:00:00Z"));
    let spent = |account: &Account| account.on(bill.bucket.day(now)).micros["USD"];
    bill.reserve(&mut account, now).expect("fits");
    assert_eq!(
        spent(&account),
        500_000,
        "a crash here would leave it charged"
    );
    bill.settle(&mut account, 3, &[1, 2, 3]);
    assert_eq!(spent(&account), 15_000);
    // The same record is free for the rest of the day; one that could not be named is not.
    bill.reserve(&mut account, now).expect("fits");
    bill.settle(&mut account, 4, &[2, 3, 4]);
    assert_eq!(spent(&account), 25_000);
    // The next day it is paid again.
    let tomorrow = at("2026-11-25T10:00:00Z");
    bill.reserve(&mut account, tomorrow).expect("fits");
    bill.settle(&mut account, 1, &[2]);
    assert_eq!(account.on(bill.bucket.day(tomorrow)).micros["USD"], 5_000);
    // Nothing is settled twice.
    bill.settle(&mut account, 9, &[]);
    assert_eq!(account.on(bill.bucket.day(tomorrow)).calls, 1);
}

#[test]
fn a_request_that_could_cost_more_than_is_left_is_not_sent() {
    let bill = bill(&paid(), &[budget(None, Some("1.20 USD"))]);
    let (mut account, now) = (Account::default(), at("2026-11-24T10:00:00Z"));
    bill.reserve(&mut account, now).expect("fits");
    bill.reserve(&mut account, now).expect("fits");
    let short = bill
        .reserve(&mut account, now)
        .expect_err("0.20 is left, 0.50 asked");
    let Short::Spent { of, until } = short else {
        panic!("{short:?}");
    };
    assert_eq!(of, "0.20 USD of 1.20 USD left this month");
    assert_eq!(until, at("2026-12-01T00:00:00Z"));
}

#[test]
fn two_threads_never_send_more_than_there_is() {
    let account = Mutex::new(Account::default());
    let quota = Quota {
        calls_per_day: Some(50),
        ..quota()
    };
    let now = at("2026-11-24T10:00:00Z");
    let sent = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let bill = bill(&quota, &[]);
                for _ in 0..50 {
                    if bill
                        .reserve(&mut account.lock().expect("account"), now)
                        .is_ok()
                    {
                        sent.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(sent.into_inner(), 50);
}
