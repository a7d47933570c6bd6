//! The daemon's chores in a home folder: crawl and count, mail reports, make the restock sheet.

use super::crawl::{CrawlOrder, Planned, crawl_due, listen, planned};
use super::daemon::{Chore, ChoreError, Chores};
use super::{Counter, CrawlError, Outcome, Projected, Workspace};
use crate::crawl::{Event, Keys, Site, Stop, Summary};
use crate::serve::{Restock, Sheet, SheetError};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Where the store remembers when reports were last sent by schedule.
const REPORTED: &str = "daemon.reported";

/// Pause before the streams are opened again after something of ours broke.
const LISTEN_AGAIN: Duration = Duration::from_secs(60);

/// Lines for whoever watches the daemon.
pub type Tell = dyn Fn(&str) + Send + Sync;

/// The chores of a home folder.
pub struct HomeChores {
    workspace: Arc<Workspace>,
    tell: Arc<Tell>,
    told_outdated: AtomicBool,
}

impl HomeChores {
    /// Chores in a workspace; `tell` gets a line for each thing done.
    pub fn new(workspace: Arc<Workspace>, tell: Arc<Tell>) -> HomeChores {
        HomeChores {
            workspace,
            tell,
            told_outdated: AtomicBool::new(false),
        }
    }

    /// What is read when, soonest first.
    ///
    /// # Errors
    /// A watch whose source or schedule cannot be used, or a store that cannot be read.
    pub fn plan(&self) -> Result<Vec<Planned>, CrawlError> {
        let workspace = &self.workspace;
        let (plan, _) = planned(workspace, &site_of(workspace), &CrawlOrder::default())?;
        Ok(plan)
    }

    /// Keeps the streams open until `stop` is thrown, and has what they bring counted at once.
    pub async fn listen(&self, counter: &Counter, stop: &Stop) {
        loop {
            let sites = site_of(&self.workspace);
            let events = |event| self.tell_event(event, counter);
            let listened = listen(&self.workspace, &sites, stop, &events).await;
            let Err(why) = listened else { return };
            (self.tell)(&format!(
                "the streams were left: {why}; opening them again soon"
            ));
            tokio::select! {
                () = self.workspace.clock.sleep(LISTEN_AGAIN) => {}
                _ = stop.thrown() => return,
            }
        }
    }

    /// Brings the figures up to date whenever the counter is woken, until `stop` is thrown.
    pub async fn count(&self, counter: &Counter, stop: &Stop) {
        let count = || async {
            let counted = self.aside(|workspace| Ok(workspace.project(&mut |_| {})?));
            self.tell_counted(&counted.await?);
            Ok(())
        };
        counter.work(count, &*self.tell, stop).await;
    }

    fn tell_event(&self, event: Event, counter: &Counter) {
        match event {
            Event::Page {
                why: Some(why),
                source,
                ..
            } => (self.tell)(&format!("{source}: {why}")),
            Event::Page { .. } => counter.wake(),
            Event::Closed { host, until, .. } => {
                let until = until.strftime("%H:%M UTC");
                (self.tell)(&format!("{host} is left alone until {until}"));
            }
            _ => {}
        }
    }

    /// Do something slow away from the threads that keep time.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Workspace) -> Result<T, ChoreError> + Send + 'static,
    ) -> Result<T, ChoreError> {
        let workspace = self.workspace.clone();
        tokio::task::spawn_blocking(move || work(&workspace)).await?
    }

    async fn crawl_and_count(&self, stop: &Stop) -> Result<(), ChoreError> {
        let order = CrawlOrder {
            wait: true,
            skip_streams: true,
            ..CrawlOrder::default()
        };
        let sites = site_of(&self.workspace);
        let summary = crawl_due(&self.workspace, &sites, &order, stop, &|_| {}).await?;
        self.tell_summary(&summary);
        // Also after a stop: what was appended is there, and counting it is quick.
        let counted = self
            .aside(|workspace| Ok(workspace.project(&mut |_| {})?))
            .await?;
        self.tell_counted(&counted);
        Ok(())
    }

    fn tell_summary(&self, summary: &Summary) {
        for line in &summary.sources {
            let mut text = format!(
                "{}: {} records, {} new",
                line.source, line.records, line.new
            );
            if line.refused > 0 {
                text.push_str(&format!(", {} refused", line.refused));
            }
            if line.errors > 0 {
                text.push_str(&format!(", {} failed", line.errors));
            }
            if let Some(reason) = line.reasons.first() {
                text.push_str(&format!(" ({})", reason.why));
            }
            (self.tell)(&text);
            for finding in &line.findings {
                let name = format!("{} {}", line.source, finding.query);
                (self.tell)(&format!("{}: {}", name.trim_end(), finding.what));
            }
        }
    }

    fn tell_counted(&self, counted: &Projected) {
        if counted.days > 0 {
            (self.tell)(&format!(
                "judged {} days: {} alerts; `groundswell trends` shows them",
                counted.days, counted.alerts
            ));
        }
        // Once: what comes in by itself is counted many times an hour.
        if !self.told_outdated.swap(counted.outdated, Ordering::Relaxed) && counted.outdated {
            (self.tell)(
                "catalogue, models or rules have changed; `groundswell retag` applies them to \
                 what was read before",
            );
        }
    }

    async fn mail_reports(&self, now: Timestamp) -> Result<(), ChoreError> {
        let tell = self.tell.clone();
        self.aside(move |workspace| {
            let variable = workspace.config.mail.password_env.as_deref();
            let password = variable.and_then(|name| std::env::var(name).ok());
            let holder = format!("daemon-{}", std::process::id());
            let mut failed = Vec::new();
            for delivery in workspace.send_reports(password, &holder, false)? {
                let reader = &delivery.reader.name;
                match &delivery.outcome {
                    Outcome::Sent(subject) => tell(&format!("mailed {reader}: {subject}")),
                    Outcome::Unnoted(subject, why) => tell(&format!(
                        "mailed {reader}: {subject}; it could not be noted and may be sent again \
                         ({why})"
                    )),
                    Outcome::Failed(why) => failed.push(format!("{reader}: {why}")),
                    Outcome::Nothing | Outcome::Would(..) => {}
                }
            }
            if !failed.is_empty() {
                return Err(failed.join("; ").into());
            }
            Ok(workspace.store.put_note(REPORTED, &now.to_string())?)
        })
        .await
    }
}

fn site_of(workspace: &Workspace) -> impl Fn(&str) -> Option<Arc<dyn Site>> + Send + Sync + '_ {
    |name| workspace.site(name, Keys::Environment)
}

impl Chores for HomeChores {
    fn next_crawl(&self) -> Chore<'_, Option<Timestamp>> {
        Box::pin(self.aside(|workspace| {
            let order = CrawlOrder {
                skip_streams: true,
                ..CrawlOrder::default()
            };
            let (plan, _) = planned(workspace, &site_of(workspace), &order)?;
            let now = workspace.clock.now();
            Ok(plan.iter().map(|planned| planned.due.unwrap_or(now)).min())
        }))
    }

    fn crawl<'a>(&'a self, stop: &'a Stop) -> Chore<'a, ()> {
        Box::pin(self.crawl_and_count(stop))
    }

    fn reported(&self) -> Chore<'_, Option<Timestamp>> {
        Box::pin(self.aside(|workspace| {
            let note = workspace.store.note(REPORTED)?;
            // A note that cannot be read is as good as none.
            Ok(note.and_then(|text| text.parse().ok()))
        }))
    }

    fn report(&self, now: Timestamp) -> Chore<'_, ()> {
        Box::pin(self.mail_reports(now))
    }

    fn failed(&self, chore: &'static str, why: &ChoreError, again: Timestamp) {
        let again = again.strftime("%H:%M UTC");
        (self.tell)(&format!("{chore}: {why}; trying again at {again}"));
    }
}

impl Restock for Workspace {
    fn sheet(&self, _now: Timestamp) -> Result<Sheet, SheetError> {
        // The shortest view: its sheet and deadlines do not depend on how far it looks back.
        let view = self.view(None, 1)?;
        Ok(Sheet {
            lines: view.lines,
            deadlines: view.deadlines,
        })
    }
}
