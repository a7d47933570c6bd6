//! Who holds the store: sled locks its folder but does not tell who did.

use super::failed;
use crate::store::{Error, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Name of the file with process number and command of the holder.
const FILE: &str = "sled.holder";

/// sled lets go of its lock a moment after the store was closed, so opening tries again so
/// often, with a pause, before it calls the store held.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// The note this process leaves while it holds the store.
pub(super) struct Holder(PathBuf);

impl Holder {
    /// Leaves the note. It only helps others to read a refusal, so failing to write it is no
    /// reason not to work.
    pub(super) fn write(folder: &Path) -> Holder {
        let file = folder.join(FILE);
        let command: Vec<String> = std::env::args_os()
            .take(3)
            .enumerate()
            .map(|(place, word)| match place {
                // The program's own path says more than is needed.
                0 => Path::new(&word)
                    .file_name()
                    .unwrap_or(&word)
                    .display()
                    .to_string(),
                _ => word.display().to_string(),
            })
            .collect();
        let words = format!("process {} (`{}`)", std::process::id(), command.join(" "));
        if let Err(why) = std::fs::write(&file, words) {
            tracing::debug!(%why, "cannot note who holds the store");
        }
        Holder(file)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // Left behind, it is overwritten by the next holder.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Opens sled; when another process keeps it, says which.
pub(super) fn open(folder: &Path, open: impl Fn() -> sled::Result<sled::Db>) -> Result<sled::Db> {
    for tries_left in (0..TRIES).rev() {
        match open() {
            Ok(tree) => return Ok(tree),
            Err(why) if !is_locked(&why) => return Err(failed("opening the store")(why)),
            Err(_) if tries_left > 0 => std::thread::sleep(PAUSE),
            Err(_) => {}
        }
    }
    Err(Error::Held {
        path: folder.to_owned(),
        holder: std::fs::read_to_string(folder.join(FILE))
            .map(|words| {
                words
                    .chars()
                    .filter(|it| !it.is_control())
                    .take(200)
                    .collect()
            })
            .unwrap_or_else(|_| "another program".into()),
    })
}

/// sled has no kind of error for this, only words.
fn is_locked(why: &sled::Error) -> bool {
    matches!(why, sled::Error::Io(why) if why.to_string().contains("could not acquire lock"))
}
