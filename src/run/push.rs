//! Pushed pages → the log: as many as wait, in one transaction.

use super::{Counter, Error, Workspace};
use crate::config;
use crate::crawl::Stop;
use crate::crawl::push::{self, Kept, Parts, Pushed};
use crate::record::{Page, Record, RecordKey};
use crate::store::{self, Store};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Pages that may wait for the store.
const WAITING_MAX: usize = 64;
/// Pages that are appended in one transaction.
const PAGES_AT_ONCE: usize = 64;

/// Take events on `listener` until `stop` is thrown; each page that is kept wakes the counter.
///
/// # Errors
/// [`Error::Config`] where there is no token.
pub async fn take_pushes(
    workspace: &Arc<Workspace>,
    listener: TcpListener,
    counter: Counter,
    stop: Stop,
) -> Result<(), Error> {
    let settings = &workspace.config.push;
    let (keeper, waiting) = mpsc::channel(WAITING_MAX);
    let inboxes = workspace.config.inboxes.iter();
    let router = push::router(Parts {
        inboxes: inboxes.map(|inbox| inbox.plan.clone()).collect(),
        authors: workspace.authors.clone(),
        clock: workspace.clock.clone(),
        token: config::load_or_create_push_token(settings)?,
        body_bytes_max: settings.body_bytes_max,
        lines_max: settings.lines_max,
        keeper,
    });
    let store = workspace.store.clone();
    let keeping = tokio::task::spawn_blocking(move || keep(&*store, waiting, &counter));
    push::serve(listener, router, async {
        stop.thrown().await;
    })
    .await;
    // The last sender went with the router: what was handed over is kept, then this ends.
    let _ = keeping.await;
    Ok(())
}

/// Append what comes until nobody can send any more.
fn keep(store: &dyn Store, mut waiting: mpsc::Receiver<Pushed>, counter: &Counter) {
    while let Some(first) = waiting.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < PAGES_AT_ONCE
            && let Ok(next) = waiting.try_recv()
        {
            batch.push(next);
        }
        let (pages, done): (Vec<Page>, Vec<_>) =
            batch.into_iter().map(|it| (it.page, it.done)).unzip();
        let kept = append(store, pages);
        counter.wake();
        for (place, done) in done.into_iter().enumerate() {
            let answer = match &kept {
                Ok(kept) => Ok(kept.get(place).copied().unwrap_or_default()),
                Err(error) => Err(error.to_string()),
            };
            // A sender that went away meanwhile may send again: nothing is stored twice.
            let _ = done.send(answer);
        }
    }
}

/// Append pages without what is held already, so that a body sent again leaves no trace: neither
/// in the log nor in what was seen.
fn append(store: &dyn Store, mut pages: Vec<Page>) -> store::Result<Vec<Kept>> {
    let mut kept = Vec::with_capacity(pages.len());
    let mut met: HashMap<RecordKey, Record> = HashMap::new();
    for page in &mut pages {
        let mut fresh = Vec::with_capacity(page.records.len());
        let mut known = 0;
        for record in std::mem::take(&mut page.records) {
            let key = page.key(&record);
            let is_known = match met.get(&key) {
                Some(earlier) => store::is_known(&record, earlier),
                None => match store.record(key)? {
                    Some(held) => store::is_known(&record, &held.record),
                    None => false,
                },
            };
            if is_known {
                known += 1;
            } else {
                met.insert(key, record.clone());
                fresh.push(record);
            }
        }
        page.coverage.seen = Some(fresh.len() as u64);
        let accepted = fresh.len();
        page.records = fresh;
        kept.push(Kept { accepted, known });
    }
    pages.retain(|page| !page.records.is_empty());
    if !pages.is_empty() {
        store.append(&pages)?;
    }
    Ok(kept)
}
