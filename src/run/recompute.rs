//! An alert computed once more, from the log alone.

use super::project::{Pass, ProjectError, Projector, READ_ENTRIES};
use crate::record::{Alert, Offset};
use crate::store::{AlertFilter, GenerationId};
use jiff::Timestamp;

impl Projector<'_> {
    /// Compute an alert once more from the pages that were known when it was raised: a scratch
    /// generation reads them from the first, closes the same day, and is thrown away.
    ///
    /// `None`: those pages raise no such alert. With the same models, catalogue, settings and
    /// texts the outcome equals the stored one to the byte.
    ///
    /// # Errors
    /// As for [`Projector::rebuild`].
    pub fn recompute(&self, alert: &Alert) -> Result<Option<Alert>, ProjectError> {
        let generation = self.store.begin(&self.versions())?;
        let outcome = self.recompute_in(generation.id, alert);
        self.store.discard(generation.id)?;
        outcome
    }

    fn recompute_in(&self, id: GenerationId, alert: &Alert) -> Result<Option<Alert>, ProjectError> {
        let generation = self.generation(id)?;
        let mut pass = Pass::replaying(self, &generation, alert.offset);
        let mut after: Option<(Timestamp, Offset)> = None;
        loop {
            let mut entries = self.store.replay(after, alert.offset, READ_ENTRIES)?;
            let Some(last) = entries.last() else { break };
            after = Some((last.page.fetched_at, last.offset));
            let read = entries.len();
            // The page that closed the day, and what was fetched after it, came too late.
            entries.retain(|entry| entry.page.fetched_at < alert.raised_at);
            let is_over = entries.len() < read;
            if !pass.take(entries, &mut |_| {})? {
                return Err(ProjectError::Superseded);
            }
            if is_over {
                break;
            }
        }
        if !pass.close_through(Some(alert.day), alert.raised_at)? {
            return Err(ProjectError::Superseded);
        }
        let filter = AlertFilter {
            id: Some(alert.id.clone()),
            ..AlertFilter::default()
        };
        Ok(self.store.alerts(id, &filter)?.into_iter().next())
    }
}
