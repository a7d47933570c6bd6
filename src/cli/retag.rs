use super::restock::config_wrong;
use super::{Exit, Global};
use crate::run::Workspace;

/// Read the whole history again with today's catalogue, models and settings
///
/// A new SKU, a corrected alias or a new setting applies to what comes next. This command applies
/// it to all that came before, too: tags, counts and alerts are built anew beside the ones in use
/// and take their place at once, so that nobody ever sees half of each. The pages themselves are
/// not fetched again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  groundswell retag

Exit code: 0 done, 2 could not run, 3 a file of yours is wrong")]
pub struct Args {}

pub fn run(_args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = match Workspace::open(&global.dir) {
        Ok(workspace) => workspace,
        Err(error) if error.is_config() => return Ok(config_wrong(&error.into())),
        Err(error) => return Err(error.into()),
    };
    let mut shown = 0;
    let outcome = workspace.retag(&mut |progress| {
        let tenth = (progress.entries * 10)
            .checked_div(progress.of)
            .unwrap_or(0);
        if tenth > shown {
            shown = tenth;
            eprintln!(
                "read {} of {} pages, {} records",
                progress.entries, progress.of, progress.records
            );
        }
    });
    match outcome {
        Ok(done) => {
            super::out!(
                "read {} records of {} pages, judged {} days, raised {} alerts; the new figures are in use",
                done.records,
                done.entries,
                done.days,
                done.alerts
            );
            Ok(Exit::Done)
        }
        Err(error) if error.is_config() => Ok(config_wrong(&error.into())),
        Err(error) => Err(error.into()),
    }
}
