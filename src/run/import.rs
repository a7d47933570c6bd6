//! The rows of a file → pages of the log.

use super::Workspace;
use crate::crawl::import::{self, Batcher, Converter, Plan, Rows, Tally, read};
use crate::record::Page;
use crate::store;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::BufReader;

/// Pages that are appended in one transaction.
const PAGES_AT_ONCE: usize = 50;

/// Refused rows that are remembered with their reasons.
const REFUSED_MAX: usize = 10_000;

/// Why a file was not imported. What was appended before stays: importing it again changes
/// nothing that is there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file as a whole makes no sense.
    #[error(transparent)]
    Rows(#[from] import::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What a file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Its rows.
    pub tally: Tally,
    /// Records that are new, or newer than what was held.
    pub new: usize,
    /// Records held already.
    pub known: usize,
    /// What is wrong with the first rows that were refused.
    pub refused: Vec<String>,
    /// Names of markets that nobody knows, with their rows; those are kept without a market.
    pub unknown_markets: BTreeMap<String, u64>,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (new, known, refused) = (self.new, self.known, self.tally.refused);
        write!(
            f,
            "{new} rows taken, {known} were there already, {refused} refused"
        )?;
        match self.tally.agents {
            0 => Ok(()),
            lines => write!(f, ", {lines} lines of agents left out"),
        }
    }
}

impl Workspace {
    /// Take the rows of a file into the log. They are counted with the next
    /// [`Workspace::project`].
    ///
    /// # Errors
    /// [`ImportError`]; single rows that are wrong are in [`Imported::refused`].
    pub fn import(&self, plan: &Plan, file: File) -> Result<Imported, ImportError> {
        let (mut new, mut known) = (0, 0);
        let mut pages = Vec::new();
        let mut flush = |pages: &mut Vec<Page>| -> Result<(), ImportError> {
            for appended in self.store.append(pages)? {
                new += appended.new + appended.edited;
                known += appended.known;
            }
            pages.clear();
            Ok(())
        };
        let imported = self.rows(plan, file, &mut |page| {
            pages.push(page);
            match pages.len() >= PAGES_AT_ONCE {
                true => flush(&mut pages),
                false => Ok(()),
            }
        })?;
        flush(&mut pages)?;
        Ok(Imported {
            new,
            known,
            ..imported
        })
    }

    /// Read the rows of a file and take none.
    ///
    /// # Errors
    /// As [`Workspace::import`].
    pub fn read_rows(&self, plan: &Plan, file: File) -> Result<Imported, ImportError> {
        self.rows(plan, file, &mut |_| Ok(()))
    }

    fn rows(
        &self,
        plan: &Plan,
        file: File,
        take: &mut dyn FnMut(Page) -> Result<(), ImportError>,
    ) -> Result<Imported, ImportError> {
        let mut rows = Rows::open(BufReader::new(file))?;
        let mut converter = Converter::new(plan, &self.authors, rows.columns())?;
        let close_after = self.config.trend.close_after;
        let mut batcher = Batcher::new(plan, self.clock.now(), close_after);
        let mut refused = Vec::new();
        let tally = read(
            &mut rows,
            &mut converter,
            &mut |record| batcher.push(record).map_or(Ok(()), &mut *take),
            &mut |error| {
                if refused.len() < REFUSED_MAX {
                    refused.push(error.to_string());
                }
            },
        )?;
        for page in [batcher.finish(), batcher.end(close_after)]
            .into_iter()
            .flatten()
        {
            take(page)?;
        }
        Ok(Imported {
            tally,
            refused,
            unknown_markets: converter.unknown_markets().clone(),
            ..Imported::default()
        })
    }
}
