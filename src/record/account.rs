use super::Day;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Millionths in one unit of a currency.
const MICROS: u64 = 1_000_000;
/// Days an account looks back on: this month whole, and the one before.
const DAYS_KEPT: i32 = 62;
/// Records of a day that are remembered as paid; more of them are paid again.
const PAID_MAX: usize = 20_000;

/// An amount of money that is added up: exact to a millionth, never negative. As text it is a
/// decimal number and a currency, `0.005 USD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Millionths of the currency's unit.
    pub micros: u64,
    /// ISO 4217, upper case.
    pub currency: String,
}

impl Money {
    /// Reads `0.005 USD`; at most six decimals.
    pub fn parse(text: &str) -> Option<Money> {
        let (amount, currency) = text.trim().split_once(' ')?;
        let currency = currency.trim();
        let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        Some(Money {
            micros: micros(amount)?,
            currency: is_code.then(|| currency.to_owned())?,
        })
    }

    /// So many times the amount.
    pub fn times(&self, count: u64) -> Money {
        Money {
            micros: self.micros.saturating_mul(count),
            currency: self.currency.clone(),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", decimal(self.micros), self.currency)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Money::parse(&text).ok_or_else(|| D::Error::custom("not money such as `0.005 USD`"))
    }
}

fn micros(amount: &str) -> Option<u64> {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 6 {
        return None;
    }
    let part: u64 = format!("{part:0<6}").parse().ok()?;
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(MICROS)?.checked_add(part)
}

/// At least two decimals, as money is written, and no zero at the end beyond them.
fn decimal(micros: u64) -> String {
    let part = format!("{:06}", micros % MICROS);
    let kept = part.trim_end_matches('0').len().max(2);
    format!("{}.{}", micros / MICROS, &part[..kept])
}

/// What was spent in one day of a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spent {
    /// Requests sent.
    pub calls: u64,
    /// Units they cost.
    pub units: u64,
    /// Records they gave.
    pub records: u64,
    /// Millionths of money, by currency.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub micros: BTreeMap<String, u64>,
}

impl Spent {
    /// Adds another sum.
    pub fn add(&mut self, other: &Spent) {
        self.calls = self.calls.saturating_add(other.calls);
        self.units = self.units.saturating_add(other.units);
        self.records = self.records.saturating_add(other.records);
        for (currency, micros) in &other.micros {
            let held = self.micros.entry(currency.clone()).or_default();
            *held = held.saturating_add(*micros);
        }
    }

    /// Takes a part of the sum back.
    pub fn give_back(&mut self, other: &Spent) {
        self.calls = self.calls.saturating_sub(other.calls);
        self.units = self.units.saturating_sub(other.units);
        self.records = self.records.saturating_sub(other.records);
        for (currency, micros) in &other.micros {
            if let Some(held) = self.micros.get_mut(currency) {
                *held = held.saturating_sub(*micros);
            }
        }
    }
}

/// What was spent of a bucket, by its own days: kept between runs and shared by all processes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// By the day at the place where the bucket is filled again.
    pub days: BTreeMap<Day, Spent>,
    /// The day that [`Account::paid`] is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_on: Option<Day>,
    /// Records paid on that day, where the same one is free for the rest of it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub paid: BTreeSet<u64>,
}

impl Account {
    /// What was spent on a day.
    pub fn on(&self, day: Day) -> Spent {
        self.days.get(&day).cloned().unwrap_or_default()
    }

    /// What was spent in the month of a day.
    pub fn in_month_of(&self, day: Day) -> Spent {
        let first = Day::from_date(day.date().first_of_month());
        let last = Day::from_date(day.date().last_of_month());
        let mut sum = Spent::default();
        for spent in self.days.range(first..=last).map(|(_, spent)| spent) {
            sum.add(spent);
        }
        sum
    }

    /// Spends on a day, and forgets what is too long ago to matter.
    pub fn spend(&mut self, day: Day, spent: &Spent) {
        self.days.entry(day).or_default().add(spent);
        self.days.retain(|held, _| *held > day.plus(-DAYS_KEPT));
    }

    /// Notes records as paid on a day; returns how many of them were not paid yet.
    pub fn pay(&mut self, day: Day, records: impl IntoIterator<Item = u64>) -> u64 {
        if self.paid_on != Some(day) {
            self.paid_on = Some(day);
            self.paid.clear();
        }
        let mut unpaid = 0;
        for record in records {
            if self.paid.contains(&record) {
                continue;
            }
            unpaid += 1;
            if self.paid.len() < PAID_MAX {
                self.paid.insert(record);
            }
        }
        unpaid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact_and_written_as_people_write_it() {
        for (text, shown) in [
            ("0.005 USD", "0.005 USD"),
            ("20 EUR", "20.00 EUR"),
            ("1.50 USD", "1.50 USD"),
            ("0.000001 USD", "0.000001 USD"),
        ] {
            assert_eq!(Money::parse(text).expect(text).to_string(), shown);
        }
        for wrong in [
            "",
            "5",
            "USD",
            "-1 USD",
            "1,5 USD",
            "1 usd",
            "0.0000001 USD",
            "1. USD",
            "1e3 USD",
            "99999999999999999999 USD",
        ] {
            assert_eq!(Money::parse(wrong), None, "{wrong}");
        }
        let price = Money::parse("0.005 USD").expect("money");
        assert_eq!(price.times(3).to_string(), "0.015 USD");
    }

    #[test]
    fn a_month_is_the_sum_of_its_days_and_old_days_are_forgotten() {
        let mut account = Account::default();
        let day = |text: &str| Day::from_date(text.parse().expect("date"));
        let one = Spent {
            calls: 1,
            micros: BTreeMap::from([("USD".to_owned(), 5_000)]),
            ..Spent::default()
        };
        for text in ["2026-09-01", "2026-10-31", "2026-11-01", "2026-11-30"] {
            account.spend(day(text), &one);
        }
        let november = account.in_month_of(day("2026-11-15"));
        assert_eq!((november.calls, november.micros["USD"]), (2, 10_000));
        assert_eq!(account.on(day("2026-10-31")).calls, 1);
        assert_eq!(account.on(day("2026-09-01")).calls, 0, "long ago");
        account
            .days
            .entry(day("2026-11-30"))
            .or_default()
            .give_back(&one);
        assert_eq!(account.in_month_of(day("2026-11-15")).calls, 1);
    }

    #[test]
    fn a_record_is_paid_once_a_day() {
        let mut account = Account::default();
        assert_eq!(account.pay(Day(1), [7, 8, 7]), 2);
        assert_eq!(account.pay(Day(1), [8, 9]), 1);
        assert_eq!(account.pay(Day(2), [8]), 1);
    }
}
