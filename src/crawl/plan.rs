//! What the questions that are due may cost, and which of them can be paid now.
//!
//! Questions that share a bucket take turns: whoever was asked longest ago comes first. One that
//! cannot be paid is refused once in each of the bucket's days, so that the gap is known, and
//! comes first when the bucket is full again.

use super::ledger::{Bucket, Short};
use super::{Error, Job, Memory, Site};
use crate::config::Budget;
use crate::record::{Account, Money, Position};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;

/// A question that is due.
pub struct Due {
    /// The question.
    pub job: Job,
    /// How far it was read.
    pub position: Position,
}

/// The most that one whole pass of a question can cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The bucket it is paid from.
    pub bucket: String,
    /// Calls, one a page.
    pub calls: u64,
    /// Units.
    pub units: u64,
    /// Money.
    pub money: Option<Money>,
}

impl Cost {
    /// What a question to `site` can cost; `None` where nothing is limited.
    pub fn of(site: &dyn Site, budgets: &[Budget]) -> Option<Cost> {
        let quota = site.quota()?;
        let bucket = Bucket::of(quota, budgets)?;
        let pages = u64::from(site.max_pages().max(1));
        let (first, more) = (Bucket::charge(quota, true), Bucket::charge(quota, false));
        Some(Cost {
            calls: pages,
            units: first.units + more.units.saturating_mul(pages - 1),
            money: bucket.price_of(first.records.saturating_mul(pages)),
            bucket: bucket.name,
        })
    }
}

/// What a bucket gives in this run.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The bucket.
    pub bucket: Bucket,
    /// What is left of it, in words: `12 of 100 calls left today`.
    pub left: Vec<String>,
    /// Questions that are due.
    pub due: usize,
    /// How many of them are asked now.
    pub now: usize,
    /// The most that these can cost.
    pub most: Cost,
    /// Why the others are not asked.
    pub short: Option<Short>,
}

/// The run that a plan comes to.
pub struct Plan {
    /// What is asked, in the order of their turns. Those that cannot be paid are at the end, to be
    /// refused; those that were refused in this day of their bucket already are not in it.
    pub jobs: Vec<Job>,
    /// What each bucket gives.
    pub shares: Vec<Share>,
    /// The questions that cannot be paid now, by source and query.
    pub unpaid: BTreeMap<(String, String), Unpaid>,
}

/// A question that cannot be paid now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unpaid {
    /// When it may be again.
    pub until: Timestamp,
    /// That it was refused is in the log for this day of its bucket.
    pub is_noted: bool,
}

/// Shares out what is left of the buckets among the questions that are due. Nothing is spent.
///
/// # Errors
/// [`Error::Memory`] when the accounts cannot be read.
pub fn share_out(
    due: Vec<Due>,
    budgets: &[Budget],
    memory: &dyn Memory,
    now: Timestamp,
) -> Result<Plan, Error> {
    let mut plan = Plan {
        jobs: Vec::with_capacity(due.len()),
        shares: Vec::new(),
        unpaid: BTreeMap::new(),
    };
    let mut by_bucket: BTreeMap<String, Vec<Due>> = BTreeMap::new();
    for question in due {
        match Cost::of(question.job.site.as_ref(), budgets) {
            Some(cost) => by_bucket.entry(cost.bucket).or_default().push(question),
            None => plan.jobs.push(question.job),
        }
    }
    let mut refused = Vec::new();
    for (name, mut questions) in by_bucket {
        // The sort is stable: those asked at the same time keep the order of the watches.
        questions.sort_by_key(|question| question.position.last_asked);
        let account = memory.account(&name).map_err(Error::Memory)?;
        refused.extend(plan.share(questions, budgets, account, now));
    }
    plan.jobs.extend(refused);
    Ok(plan)
}

impl Plan {
    /// Shares out one bucket; returns the questions that are to be refused.
    fn share(
        &mut self,
        questions: Vec<Due>,
        budgets: &[Budget],
        mut account: Account,
        now: Timestamp,
    ) -> Vec<Job> {
        let mut refused = Vec::new();
        let mut share: Option<Share> = None;
        for Due { job, position } in questions {
            let Some(quota) = job.site.quota() else {
                continue;
            };
            let (bucket, cost) = match (
                Bucket::of(quota, budgets),
                Cost::of(job.site.as_ref(), budgets),
            ) {
                (Some(bucket), Some(cost)) => (bucket, cost),
                _ => continue,
            };
            let charge = Bucket::charge(quota, true);
            let share = share.get_or_insert_with(|| Share {
                left: bucket
                    .left(&account, charge, now)
                    .map(|left| left.into_iter().map(|left| left.words).collect())
                    .unwrap_or_default(),
                bucket: bucket.clone(),
                due: 0,
                now: 0,
                most: Cost {
                    calls: 0,
                    units: 0,
                    money: None,
                    bucket: bucket.name.clone(),
                },
                short: None,
            });
            share.due += 1;
            match bucket.short(&account, charge, now) {
                None => {
                    share.now += 1;
                    share.most.calls += cost.calls;
                    share.most.units += cost.units;
                    if let Some(money) = cost.money {
                        let sum = share.most.money.get_or_insert(money.times(0));
                        sum.micros = sum.micros.saturating_add(money.micros);
                    }
                    account.spend(bucket.day(now), &bucket.spent(charge));
                    self.jobs.push(job);
                }
                Some(short) => {
                    let day = bucket.day(now);
                    let is_noted = position.left_out_at.map(|at| bucket.day(at)) == Some(day);
                    let until = match &short {
                        Short::Spent { until, .. } => *until,
                        Short::NoBudget | Short::Currency => bucket.tomorrow(now),
                    };
                    let name = (job.site.name().to_owned(), job.query.clone());
                    self.unpaid.insert(name, Unpaid { until, is_noted });
                    share.short.get_or_insert(short);
                    if !is_noted {
                        refused.push(job);
                    }
                }
            }
        }
        self.shares.extend(share);
        refused
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.bucket.name;
        match &self.short {
            Some(short @ (Short::NoBudget | Short::Currency)) => {
                let words = short.words(&self.bucket);
                return write!(f, "{name}: {} not asked: {words}", questions(self.due));
            }
            _ => write!(
                f,
                "{name}: {}; {} due",
                self.left.join(", "),
                questions(self.due)
            )?,
        }
        if self.now > 0 {
            write!(f, ", at most {} calls", self.most.calls)?;
            if self.most.units != self.most.calls {
                write!(f, ", {} units", self.most.units)?;
            }
            if let Some(money) = &self.most.money {
                write!(f, ", {money}")?;
            }
        }
        if let Some(Short::Spent { until, .. }) = &self.short {
            let until = until.to_zoned_datetime(self.bucket.zone().clone());
            write!(
                f,
                "; {} asked now, the other {} first from {}",
                self.now,
                self.due - self.now,
                until.strftime("%F %H:%M %Z")
            )?;
        }
        Ok(())
    }
}

fn questions(count: usize) -> String {
    match count {
        1 => "1 question".to_owned(),
        _ => format!("{count} questions"),
    }
}
