//! Files of watched folders → the log, each once by its content.

use super::{Counter, ImportError, Imported, Tell, Workspace};
use crate::config::Inbox;
use crate::crawl::Stop;
use crate::crawl::inbox::{Folder, Whole, put_away};
use crate::store;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Pause between two looks of the daemon.
const LOOK: Duration = Duration::from_secs(2);
/// Pause after a look that failed: a full disk does not mend in seconds.
const RETRY: Duration = Duration::from_secs(60);
/// Where files go that were read.
const DONE: &str = "done";
/// Where files go that make no sense as a whole.
const REFUSED: &str = "refused";

/// The watched folders of a home folder, and what was seen in them.
pub struct Inboxes {
    folders: Vec<(Inbox, PathBuf, Option<Folder>)>,
    /// Files that could not be moved away: read, and left alone from now on.
    stuck: BTreeSet<PathBuf>,
    /// Folders whose trouble was told.
    told: BTreeSet<PathBuf>,
}

/// What one look at all folders came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came {
    /// Something was taken.
    pub taken: bool,
    /// Nothing had to be left for later.
    pub all_well: bool,
}

/// Why a file was left where it is.
#[derive(Debug, thiserror::Error)]
enum Left {
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Inboxes {
    /// The folders that the settings of a workspace name.
    pub fn of(workspace: &Workspace) -> Inboxes {
        let inboxes = workspace.config.inboxes.iter();
        let folders = inboxes.filter_map(|inbox| {
            let path = inbox.folder.clone()?;
            Some((inbox.clone(), path, None))
        });
        Inboxes {
            folders: folders.collect(),
            stuck: BTreeSet::new(),
            told: BTreeSet::new(),
        }
    }

    /// Whether there is nothing to watch.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// Take every file that is whole; `tell` gets a line for each.
    pub fn take(&mut self, workspace: &Workspace, tell: &dyn Fn(&str)) -> Came {
        let mut came = Came {
            taken: false,
            all_well: true,
        };
        for (inbox, path, folder) in &mut self.folders {
            let look = match folder {
                Some(folder) => folder.look(workspace.clock.now()),
                None => Folder::open(path)
                    .and_then(|open| folder.insert(open).look(workspace.clock.now())),
            };
            let look = match look {
                Ok(look) => look,
                Err(error) => {
                    came.all_well = false;
                    if self.told.insert(path.clone()) {
                        tell(&format!("`{}` cannot be watched: {error}", path.display()));
                    }
                    continue;
                }
            };
            self.told.remove(path);
            for (file, why) in look.odd {
                tell(&format!("{}: left alone: {why}", file.display()));
            }
            for file in look.ready {
                if self.stuck.contains(&file) {
                    continue;
                }
                match take_file(workspace, inbox, &file, tell) {
                    Ok(Some(moved)) => {
                        came.taken = true;
                        if let Err(error) = moved {
                            tell(&format!(
                                "{}: was read but cannot be moved away: {error}",
                                file.display()
                            ));
                            self.stuck.insert(file);
                        }
                    }
                    Ok(None) => {}
                    Err(error) => {
                        came.all_well = false;
                        tell(&format!("{}: left for later: {error}", file.display()));
                    }
                }
            }
        }
        came
    }

    /// Look again and again until `stop` is thrown; what was taken wakes the counter.
    pub async fn watch(
        self,
        workspace: Arc<Workspace>,
        counter: Counter,
        tell: Arc<Tell>,
        stop: Stop,
    ) {
        let mut inboxes = self;
        while stop.get().is_none() {
            let (workspace, say) = (workspace.clone(), tell.clone());
            let look = tokio::task::spawn_blocking(move || {
                let came = inboxes.take(&workspace, &*say);
                (inboxes, came)
            });
            let came;
            (inboxes, came) = match look.await {
                Ok(came) => came,
                Err(broken) => {
                    tell(&format!("the folders are no longer watched: {broken}"));
                    return;
                }
            };
            if came.taken {
                counter.wake();
            }
            tokio::select! {
                () = tokio::time::sleep(if came.all_well { LOOK } else { RETRY }) => {}
                _ = stop.thrown() => {}
            }
        }
    }
}

/// Take one file. `None`: it is gone, or changed while it was read and comes again. The inner
/// result says whether it could be moved away.
fn take_file(
    workspace: &Workspace,
    inbox: &Inbox,
    path: &Path,
    tell: &dyn Fn(&str),
) -> Result<Option<io::Result<()>>, Left> {
    let Some(mut whole) = Whole::open(path)? else {
        return Ok(None);
    };
    let hash = hash_of(&mut whole.file)?;
    let note = format!("inbox {} {}", inbox.plan.source, &hash.to_hex()[..32]);
    let shown = path.display();
    if workspace.store.note(&note)?.is_some() {
        tell(&format!(
            "{shown}: was read before, under this or another name"
        ));
        return Ok(Some(put_away(path, DONE).map(drop)));
    }
    let imported = match workspace.import(&inbox.plan, whole.file.try_clone()?) {
        Ok(imported) => imported,
        Err(ImportError::Rows(error)) => {
            tell(&format!("{shown}: refused as a whole: {error}"));
            let moved = put_away(path, REFUSED);
            return Ok(Some(
                moved.and_then(|to| write_refused(&to, &[error.to_string()])),
            ));
        }
        Err(ImportError::Store(error)) => return Err(error.into()),
    };
    if !whole.is_unchanged()? || hash_of(&mut whole.file)? != hash {
        tell(&format!(
            "{shown}: changed while it was read, and is read again"
        ));
        return Ok(None);
    }
    // From here on the file is known; a crash before only reads it once more.
    let now = workspace.clock.now();
    workspace.store.put_note(&note, &now.to_string())?;
    tell(&format!("{shown}: {imported}"));
    Ok(Some(put_away(path, DONE).and_then(|to| {
        match lines_of(&imported) {
            lines if lines.is_empty() => Ok(()),
            lines => write_refused(&to, &lines),
        }
    })))
}

fn hash_of(file: &mut File) -> io::Result<blake3::Hash> {
    file.rewind()?;
    let mut hasher = blake3::Hasher::new();
    let mut part = vec![0; 64 * 1_024];
    loop {
        match file.read(&mut part)? {
            0 => break,
            read => hasher.update(part.get(..read).unwrap_or_default()),
        };
    }
    file.rewind()?;
    Ok(hasher.finalize())
}

/// What was wrong in a file, a line each.
fn lines_of(imported: &Imported) -> Vec<String> {
    let mut lines = imported.refused.clone();
    let more = imported.tally.refused - lines.len() as u64;
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    for (name, rows) in &imported.unknown_markets {
        lines.push(format!(
            "market `{name}` is not known; its {rows} rows are kept without a market"
        ));
    }
    lines
}

/// Write what was refused beside a file.
fn write_refused(file: &Path, lines: &[String]) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".refused.txt");
    fs::write(PathBuf::from(name), lines.join("\n") + "\n")
}
