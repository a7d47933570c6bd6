use super::Store;
use crate::crawl::{Memory, MemoryError};
use crate::record::{Account, Appended, HostMemory, Page, Position, Visit};
use jiff::Timestamp;

impl<S: Store + ?Sized> Memory for S {
    fn position(&self, source: &str, query: &str) -> Result<Option<Position>, MemoryError> {
        Ok(Store::position(self, source, query)?)
    }

    fn visits(&self, source: &str, query: &str, limit: usize) -> Result<Vec<Visit>, MemoryError> {
        let mut visits = Store::visits_of(self, source, query, limit)?;
        // What is usual is learned anew from the instant that a person has set.
        let anew = self.note(&crate::crawl::health::anew(source))?;
        if let Some(since) = anew.and_then(|text| text.parse::<Timestamp>().ok()) {
            visits.retain(|visit| visit.at >= since);
        }
        Ok(visits)
    }

    fn host(&self, host: &str) -> Result<HostMemory, MemoryError> {
        Ok(Store::host(self, host)?)
    }

    fn update_host(
        &self,
        host: &str,
        change: &mut dyn FnMut(&mut HostMemory),
    ) -> Result<HostMemory, MemoryError> {
        Ok(Store::update_host(self, host, change)?)
    }

    fn account(&self, bucket: &str) -> Result<Account, MemoryError> {
        Ok(Store::account(self, bucket)?)
    }

    fn update_account(
        &self,
        bucket: &str,
        change: &mut dyn FnMut(&mut Account),
    ) -> Result<(), MemoryError> {
        Ok(Store::update_account(self, bucket, change)?)
    }

    fn append(&self, pages: &[Page]) -> Result<Vec<Appended>, MemoryError> {
        Ok(Store::append(self, pages)?)
    }
}
