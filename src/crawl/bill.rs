//! The bill of one page: charged before each request, settled when its records are known.

use super::ledger::{Bucket, Charge, Short};
use super::{Error, Memory, memory};
use crate::record::{Account, Day, Position, Spent};
use crate::source::Extract;
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};

/// The bill of one page: each request for it is charged, and what it brought is settled.
#[derive(Debug, Clone)]
pub(super) struct Bill {
    pub bucket: Bucket,
    pub charge: Charge,
    /// The last request that was charged and is not settled, with its day.
    open: Arc<Mutex<Option<(Day, Spent)>>>,
}

impl Bill {
    pub(super) fn new(bucket: Bucket, charge: Charge) -> Bill {
        Bill {
            bucket,
            charge,
            open: Arc::default(),
        }
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Option<(Day, Spent)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Charges one request, or says why it cannot be sent.
    pub(super) fn reserve(&self, account: &mut Account, now: Timestamp) -> Result<(), Short> {
        if let Some(short) = self.bucket.short(account, self.charge, now) {
            return Err(short);
        }
        let (day, spent) = (self.bucket.day(now), self.bucket.spent(self.charge));
        account.spend(day, &spent);
        *self.open() = Some((day, spent));
        Ok(())
    }

    /// Gives back what the last request was charged too much, now that it is known what it
    /// brought: so many records, of which `ids` are known by name.
    pub(super) fn settle(&self, account: &mut Account, records: u64, ids: &[u64]) {
        let Some((day, charged)) = self.open().take() else {
            return;
        };
        let named = ids.len() as u64;
        let unpaid = if self.bucket.free_again {
            account.pay(day, ids.iter().copied())
        } else {
            named
        };
        let unpaid = records.saturating_sub(named) + unpaid;
        let due = Spent {
            records: unpaid,
            ..self.bucket.spent(Charge {
                units: charged.units,
                records: unpaid,
            })
        };
        let held = account.days.entry(day).or_default();
        held.give_back(&charged);
        held.add(&due);
    }

    /// Refuses what cannot be paid before it takes a turn from somebody else.
    pub(super) async fn look(&self, memory: &Arc<dyn Memory>, now: Timestamp) -> Result<(), Error> {
        let name = self.bucket.name.clone();
        let account = memory::ask(memory, move |memory| memory.account(&name)).await?;
        match self.bucket.short(&account, self.charge, now) {
            None => Ok(()),
            Some(short) => Err(self.refused(&short)),
        }
    }

    /// Charges one request, in one transaction, or refuses it.
    pub(super) async fn charge(
        &self,
        memory: &Arc<dyn Memory>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let bill = self.clone();
        let charged = memory::ask(memory, move |memory| {
            let mut charged = Ok(());
            memory.update_account(&bill.bucket.name, &mut |account| {
                charged = bill.reserve(account, now);
            })?;
            Ok(charged)
        })
        .await?;
        charged.map_err(|short| self.refused(&short))
    }

    /// Gives back what the last request was charged too much, where records are counted: it
    /// brought so many, of which `ids` are known by name.
    pub(super) async fn pay(
        &self,
        memory: &Arc<dyn Memory>,
        records: u64,
        ids: Vec<u64>,
    ) -> Result<(), Error> {
        if self.bucket.is_by_record() {
            let bill = self.clone();
            memory::ask(memory, move |memory| {
                memory.update_account(&bill.bucket.name, &mut |account| {
                    bill.settle(account, records, &ids);
                })
            })
            .await?;
        }
        Ok(())
    }

    /// Gives back what a page was charged too much, now that it is read.
    pub(super) async fn pay_for(
        &self,
        extract: &Extract,
        memory: &Arc<dyn Memory>,
    ) -> Result<(), Error> {
        let ids = extract.records.iter().map(|record| number_of(&record.id));
        self.pay(memory, extract.items as u64, ids.collect()).await
    }

    /// The position of a question after a request that came to nothing, for its next turn at the
    /// bucket; `None` when nothing was asked.
    pub(super) fn turn(&self, held: &Position, error: &Error, now: Timestamp) -> Option<Position> {
        match error {
            Error::Budget { .. } => Some(Position {
                left_out_at: Some(now),
                ..held.clone()
            }),
            Error::Ask { .. }
            | Error::Address { .. }
            | Error::NoRobots { .. }
            | Error::Closed { .. }
            | Error::NotBefore { .. } => None,
            _ => Some(Position {
                last_asked: Some(now),
                left_out_at: None,
                ..held.clone()
            }),
        }
    }

    fn refused(&self, short: &Short) -> Error {
        Error::Budget {
            why: short.words(&self.bucket),
        }
    }
}

/// A record's id as a number, for the account of what was paid.
fn number_of(id: &str) -> u64 {
    let hash = blake3::hash(id.as_bytes());
    hash.as_bytes()[..8]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
