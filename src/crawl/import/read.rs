use super::{Converter, Error, Rows};
use crate::record::Record;

/// What reading rows came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that became records.
    pub taken: u64,
    /// Lines of the seller's own people and programs: read, and left out.
    pub agents: u64,
    /// Rows that are wrong.
    pub refused: u64,
}

/// Read all rows: each goes to `take`, or says to `refuse` what is wrong with it.
///
/// # Errors
/// What `take` says; reading ends there.
pub fn read<E>(
    rows: &mut Rows,
    converter: &mut Converter<'_>,
    take: &mut dyn FnMut(Record) -> Result<(), E>,
    refuse: &mut dyn FnMut(Error),
) -> Result<Tally, E> {
    let mut tally = Tally::default();
    loop {
        let row = match rows.next_row() {
            Ok(None) => return Ok(tally),
            Ok(Some(row)) => row,
            Err(error) => {
                tally.refused += 1;
                let go_on = matches!(error, Error::Row { .. });
                refuse(error);
                if go_on {
                    continue;
                }
                return Ok(tally);
            }
        };
        match converter.record(&row, rows.columns()) {
            Ok(Some(record)) => {
                take(record)?;
                tally.taken += 1;
            }
            Ok(None) => tally.agents += 1,
            Err(error) => {
                tally.refused += 1;
                refuse(error);
            }
        }
    }
}
