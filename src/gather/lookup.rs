use crate::record::{Cell, Day, Fingerprint, RecordKey, SeriesKey, Tags};

/// Why something could not be looked up; the batch is given up, nothing was counted.
pub type LookupError = Box<dyn std::error::Error + Send + Sync>;

/// What gathering must look up. Whoever runs it answers from the store.
pub trait Lookup {
    /// The tags of records that were counted before, in the order asked for; `None`: never met.
    fn tags(&self, records: &[RecordKey]) -> Result<Vec<Option<Tags>>, LookupError>;
    /// The earliest holder of each fingerprint seen on or after a day.
    fn holders(&self, prints: &[u64], since: Day) -> Result<Vec<Fingerprint>, LookupError>;
    /// The cells as they stand, in the order asked for; `None` where there is none yet.
    fn cells(&self, wanted: &[(SeriesKey, Day)]) -> Result<Vec<Option<Cell>>, LookupError>;
}
