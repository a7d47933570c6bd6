//! What can be wrong around the sources: settings, clock, disk, and nobody who crawls.

use super::{Planned, Workspace};
use crate::config::When;
use crate::crawl::schedule::Schedule;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// A clock further off than this makes wrong days.
const CLOCK_OFF: SignedDuration = SignedDuration::from_mins(5);
/// Less free disk than this may end the next crawl.
const DISK_MIN: u64 = 256 * 1_024 * 1_024;

/// Something wrong around the sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub next: String,
}

/// What is wrong with settings and surroundings.
pub(super) fn around(
    workspace: &Workspace,
    plan: &[Planned],
    clocks: &[Timestamp],
) -> Vec<Trouble> {
    let (config, now) = (&workspace.config, workspace.clock.now());
    let mut home = Vec::new();
    let mut trouble = |what: String, next: &str| {
        home.push(Trouble {
            what,
            next: next.to_owned(),
        });
    };
    if config.watches.is_empty() {
        trouble(
            "nothing is watched".into(),
            "add a [[watch]] to groundswell.toml; `groundswell source list` shows what there is",
        );
    } else if config.crawl.contact.is_empty() {
        trouble(
            "`contact` in [crawl] is empty, so that no site can reach you, and some refuse".into(),
            "write a mail address or a page of yours into it",
        );
    }
    let nearest = clocks
        .iter()
        .map(|theirs| now.duration_since(*theirs))
        .min_by_key(|off| off.abs());
    if let Some(off) = nearest.filter(|off| off.abs() > CLOCK_OFF) {
        let side = if off.is_positive() { "ahead" } else { "behind" };
        trouble(
            format!(
                "the clock of this machine is {} minutes {side}",
                off.abs().as_mins()
            ),
            "set it, best by NTP: posts would count for the wrong day",
        );
    }
    let future = now.checked_add(CLOCK_OFF).unwrap_or(Timestamp::MAX);
    let ahead = (*workspace.store).visits(future, Timestamp::MAX);
    if ahead.is_ok_and(|visits| !visits.is_empty()) {
        trouble(
            "the log holds pages from the future: the clock was set back".into(),
            "look at the clock of this machine",
        );
    }
    let folder = &config.store.path;
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    match std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => {}
        Err(why) => trouble(
            format!(
                "the data folder `{}` cannot be written: {why}",
                folder.display()
            ),
            "give this user the right to write there, or name another `path` in [store]",
        ),
    }
    if let Some(free) = fs4::available_space(folder)
        .ok()
        .filter(|free| *free < DISK_MIN)
    {
        trouble(
            format!(
                "only {} MB are free where `{}` lies",
                free / 1_000_000,
                folder.display()
            ),
            "make room before the next crawl: what cannot be kept is not fetched",
        );
    }
    // One is enough: they all wait for the same thing.
    if let Some((planned, due)) = late(workspace, plan, now).first() {
        trouble(
            format!(
                "{} was due at {} and again since, and nobody read it",
                format!("{} {}", planned.source, planned.query).trim_end(),
                due.strftime("%F %H:%M UTC")
            ),
            "keep `groundswell run` running, or let a timer call `groundswell crawl`",
        );
    }
    home
}

/// Questions that missed their turn twice.
fn late<'a>(
    workspace: &Workspace,
    plan: &'a [Planned],
    now: Timestamp,
) -> Vec<(&'a Planned, Timestamp)> {
    let missed = plan.iter().filter_map(|planned| {
        let due = planned.due?;
        let watches = &workspace.config.watches;
        let watch = watches
            .iter()
            .find(|watch| watch.source == planned.source)?;
        let again = match &watch.when {
            When::Schedule(text) => Schedule::parse(text, &watch.zone).ok()?.next_after(due)?,
            When::Adaptive { most, .. } => {
                let most = SignedDuration::try_from(*most).ok()?;
                due.checked_add(most).ok()?
            }
        };
        (again < now).then_some((planned, due))
    });
    missed.collect()
}
