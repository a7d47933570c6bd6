use super::{Exit, Global};
use crate::run::Workspace;

/// Read all of history again with today's catalogue, model and rules
///
/// Do this after you added products, corrected names, or installed a new version: figures of the
/// past then follow the new state too. Everybody goes on seeing the old figures until the new ones
/// are complete; then they change at once. The log itself is not touched.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code: 0 done, 2 could not run, 3 a file of yours is wrong")]
pub struct Args {}

pub fn run(_args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = Workspace::open(&global.dir)?;
    let mut told = 0;
    let done = workspace.retag(&mut |progress| {
        if progress.entries >= told + 1_000 {
            told = progress.entries;
            eprintln!("{} of {} pages read again", progress.entries, progress.of);
        }
    })?;
    eprintln!(
        "read {} records again, judged {} days, {} alerts; the new figures are live",
        done.records, done.days, done.alerts
    );
    Ok(Exit::Done)
}
