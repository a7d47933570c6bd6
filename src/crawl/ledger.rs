//! What may be spent: calls, units, records and money, by the day of the bucket they come from.
//!
//! A request is charged in one transaction of the memory *before* it is sent, for the most it can
//! cost, so that neither another process nor a retry nor a crash can send one more than there is.
//! When its records are known, what was charged too much is given back; where no answer came, or
//! the program ended in between, it stays: it may have been billed.

use crate::config::Budget;
use crate::record::{Account, Day, Money, Spent};
use crate::source::Quota;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt;

/// A bucket with its limits: what the site gives, or what the user wants to spend of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Where its day begins at midnight.
    zone: TimeZone,
    calls_per_day: Option<u64>,
    units_per_day: Option<u64>,
    records_per_month: Option<u64>,
    /// Price of a record.
    price: Option<Money>,
    pub(super) free_again: bool,
    money_per_day: Option<Money>,
    money_per_month: Option<Money>,
}

/// The most that one request can cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Units.
    pub units: u64,
    /// Records, where they are limited or paid.
    pub records: u64,
}

/// Why a request may not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Short {
    /// It costs money and the user has not said how much may be spent.
    NoBudget,
    /// The budget is in another currency than the price.
    Currency,
    /// Not enough is left of something.
    Spent {
        /// What of, with its limit.
        of: String,
        /// When there is more.
        until: Timestamp,
    },
}

/// What is left of one thing that is limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// How much, in words: `12 of 100 calls left today`.
    pub words: String,
    /// When it is full again.
    pub full_at: Timestamp,
    /// How many more requests it lasts for.
    pub requests: u64,
}

impl Bucket {
    /// The bucket of a source; `None` where nothing is limited.
    pub fn of(quota: &Quota, budgets: &[Budget]) -> Option<Bucket> {
        let own = budgets.iter().find(|budget| budget.bucket == quota.bucket);
        if own.is_none() && !quota.is_limited() {
            return None;
        }
        Some(Bucket {
            name: quota.bucket.clone(),
            zone: quota.resets.clone(),
            calls_per_day: own
                .and_then(|own| own.calls_per_day)
                .or(quota.calls_per_day),
            units_per_day: own
                .and_then(|own| own.units_per_day)
                .or(quota.units_per_day),
            records_per_month: quota.records_per_month,
            price: quota.price.clone(),
            free_again: quota.free_again,
            money_per_day: own.and_then(|own| own.money_per_day.clone()),
            money_per_month: own.and_then(|own| own.money_per_month.clone()),
        })
    }

    /// The most a page can cost: the first one, or a further one.
    pub fn charge(quota: &Quota, is_first: bool) -> Charge {
        let units = if is_first {
            quota.cost
        } else {
            quota.cost_more
        };
        Charge {
            units: u64::from(units),
            records: u64::from(quota.records_per_call_max),
        }
    }

    /// What so many records cost.
    pub fn price_of(&self, records: u64) -> Option<Money> {
        self.price.as_ref().map(|price| price.times(records))
    }

    /// The day of the bucket at an instant.
    pub fn day(&self, now: Timestamp) -> Day {
        Day::from_date(self.zone.to_datetime(now).date())
    }

    /// The wall clock of the bucket.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// When a day begins there.
    fn start(&self, date: jiff::civil::Date) -> Timestamp {
        self.zone
            .to_timestamp(date.at(0, 0, 0, 0))
            .unwrap_or(Timestamp::MAX)
    }

    /// When its next day begins.
    pub(super) fn tomorrow(&self, now: Timestamp) -> Timestamp {
        let today = self.zone.to_datetime(now).date();
        today
            .tomorrow()
            .map_or(Timestamp::MAX, |date| self.start(date))
    }

    fn next_month(&self, now: Timestamp) -> Timestamp {
        let last = self.zone.to_datetime(now).date().last_of_month();
        last.tomorrow()
            .map_or(Timestamp::MAX, |date| self.start(date))
    }

    /// What is left of everything that is limited, for requests that cost `charge` each.
    ///
    /// # Errors
    /// [`Short::NoBudget`] and [`Short::Currency`], which no waiting mends.
    pub fn left(
        &self,
        account: &Account,
        charge: Charge,
        now: Timestamp,
    ) -> Result<Vec<Left>, Short> {
        let day = self.day(now);
        let (today, month) = (account.on(day), account.in_month_of(day));
        let (tomorrow, next_month) = (self.tomorrow(now), self.next_month(now));
        let mut found = Vec::new();
        let mut count = |limit: Option<u64>, spent, each: u64, thing: &str, when: &str, full_at| {
            let Some(limit) = limit else { return };
            let left = limit.saturating_sub(spent);
            found.push(Left {
                words: format!("{left} of {limit} {thing} left {when}"),
                full_at,
                requests: left / each.max(1),
            });
        };
        let (calls, units) = (self.calls_per_day, self.units_per_day);
        count(calls, today.calls, 1, "calls", "today", tomorrow);
        count(units, today.units, charge.units, "units", "today", tomorrow);
        let (records, each) = (self.records_per_month, charge.records);
        count(
            records,
            month.records,
            each,
            "records",
            "this month",
            next_month,
        );
        let Some(price) = &self.price else {
            return Ok(found);
        };
        let limits = [
            (&self.money_per_day, &today, "today", tomorrow),
            (&self.money_per_month, &month, "this month", next_month),
        ];
        if limits.iter().all(|(limit, ..)| limit.is_none()) {
            return Err(Short::NoBudget);
        }
        for (limit, spent, when, full_at) in limits {
            let Some(limit) = limit else { continue };
            if limit.currency != price.currency {
                return Err(Short::Currency);
            }
            let spent = spent.micros.get(&price.currency).copied().unwrap_or(0);
            let left = Money {
                micros: limit.micros.saturating_sub(spent),
                currency: limit.currency.clone(),
            };
            let each = price.times(charge.records).micros.max(1);
            found.push(Left {
                requests: left.micros / each,
                words: format!("{left} of {limit} left {when}"),
                full_at,
            });
        }
        Ok(found)
    }

    /// Why a request cannot be paid now; `None`: it can.
    pub fn short(&self, account: &Account, charge: Charge, now: Timestamp) -> Option<Short> {
        let left = match self.left(account, charge, now) {
            Ok(left) => left,
            Err(short) => return Some(short),
        };
        let emptiest = left.into_iter().filter(|left| left.requests == 0);
        // What is full again last decides when it goes on.
        let last = emptiest.max_by_key(|left| left.full_at)?;
        Some(Short::Spent {
            of: last.words,
            until: last.full_at,
        })
    }

    /// Whether anything depends on how many records come.
    pub(super) fn is_by_record(&self) -> bool {
        self.price.is_some() || self.records_per_month.is_some()
    }

    /// What one request may cost, as a sum.
    pub(super) fn spent(&self, charge: Charge) -> Spent {
        let price = self.price_of(charge.records);
        Spent {
            calls: 1,
            units: charge.units,
            records: charge.records,
            micros: price
                .map(|price| (price.currency, price.micros))
                .into_iter()
                .collect(),
        }
    }
}

impl Short {
    /// What to say of a bucket that is short.
    pub fn words(&self, bucket: &Bucket) -> String {
        let name = &bucket.name;
        match self {
            Short::NoBudget => format!(
                "every record of `{name}` costs {} and no budget says how much may be spent; hint: \
                 write [[budget]] with bucket = \"{name}\" and money_per_month into groundswell.toml",
                bucket
                    .price
                    .as_ref()
                    .map_or_else(String::new, Money::to_string)
            ),
            Short::Currency => format!(
                "the budget of `{name}` is in another currency than its price, {}; hint: correct \
                 [[budget]] in groundswell.toml",
                bucket
                    .price
                    .as_ref()
                    .map_or_else(String::new, Money::to_string)
            ),
            Short::Spent { of, until } => {
                format!("the budget of `{name}` is spent ({of}); it is full again at {until}")
            }
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests;
