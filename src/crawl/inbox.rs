//! A folder that is watched for files: which are whole, and where they go when they were read.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A file is whole when nothing has changed in it for so long.
const SETTLED: SignedDuration = SignedDuration::from_secs(5);
/// Files taken at one look.
const FILES_AT_ONCE: usize = 1_000;
/// What names of files begin or end with that are still being written.
const UNFINISHED: [&str; 8] = [
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".filepart",
    ".swp",
    "~",
];
/// What names of files end with that can be read.
const READABLE: [&str; 4] = [".csv", ".ndjson", ".jsonl", ".json"];
/// What names of recordings end with.
const SOUND: [&str; 8] = [
    ".wav", ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".mp4", ".webm",
];

/// A watched folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Files as they were last seen, and since when they are so.
    seen: BTreeMap<OsString, (Mark, Timestamp)>,
}

/// What tells that a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    bytes: u64,
    changed: Option<Timestamp>,
}

/// What one look at a folder found.
#[derive(Debug, Default)]
pub struct Look {
    /// Whole files, by name.
    pub ready: Vec<PathBuf>,
    /// Files that seem to be written still.
    pub unfinished: usize,
    /// Files that nobody can read, and why; each is told once.
    pub odd: Vec<(PathBuf, &'static str)>,
}

impl Folder {
    /// A folder, made when it is missing.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Folder> {
        fs::create_dir_all(path)?;
        Ok(Folder {
            path: path.to_owned(),
            seen: BTreeMap::new(),
        })
    }

    /// Look for files that are whole. Links, folders and names of unfinished files are left alone.
    ///
    /// # Errors
    /// What the system says of the folder; a file that vanishes meanwhile is no error.
    pub fn look(&mut self, now: Timestamp) -> io::Result<Look> {
        let mut look = Look::default();
        let mut names: Vec<OsString> = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            names.push(entry?.file_name());
        }
        names.sort();
        self.seen
            .retain(|name, _| names.binary_search(name).is_ok());
        for name in names {
            let path = self.path.join(&name);
            let Some(metadata) = plain_file(&path)? else {
                continue;
            };
            let lower = name.to_string_lossy().to_lowercase();
            let ends = |any: &[&str]| any.iter().any(|end| lower.ends_with(end));
            if lower.starts_with(['.', '~']) || ends(&UNFINISHED) {
                look.unfinished += 1;
                continue;
            }
            let mark = Mark::of(&metadata);
            let known = self.seen.get(&name).filter(|(held, _)| *held == mark);
            let since = known.map_or(now, |(_, since)| *since);
            let is_new = known.is_none();
            self.seen.insert(name, (mark, since));
            if !READABLE
                .iter()
                .any(|end| lower.trim_end_matches(".gz").ends_with(end))
            {
                if is_new {
                    let why = match ends(&SOUND) {
                        true => "sound is not taken: put the words of its transcript here",
                        false => "only CSV and NDJSON files are read, plain or .gz",
                    };
                    look.odd.push((path, why));
                }
            } else if mark.bytes > 0 && mark.is_settled(since, now) {
                look.ready.push(path);
            } else {
                look.unfinished += 1;
            }
        }
        look.ready.truncate(FILES_AT_ONCE);
        Ok(look)
    }
}

impl Mark {
    fn of(metadata: &Metadata) -> Mark {
        let changed = metadata.modified().ok();
        Mark {
            bytes: metadata.len(),
            changed: changed.and_then(|time| Timestamp::try_from(time).ok()),
        }
    }

    /// Whether nothing has changed for long: by the file's own time, or since it was first seen so.
    fn is_settled(self, since: Timestamp, now: Timestamp) -> bool {
        let is_old = |time: Timestamp| now.duration_since(time) >= SETTLED;
        is_old(since) || self.changed.is_some_and(is_old)
    }
}

/// What is known of a file; `None` for a link, a folder, and what is not there any more.
fn plain_file(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(metadata.is_file().then_some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file that is being read, and how it was when that began.
#[derive(Debug)]
pub struct Whole {
    /// The file, at its start.
    pub file: File,
    mark: Mark,
}

impl Whole {
    /// Open a file of a watched folder; `None` when it is gone or became a link.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Option<Whole>> {
        let Some(named) = plain_file(path)? else {
            return Ok(None);
        };
        let file = File::open(path)?;
        let opened = file.metadata()?;
        // Between the two looks somebody may have put a link in its place.
        let mark = Mark::of(&opened);
        let same = opened.is_file() && is_same(&named, &opened) && mark == Mark::of(&named);
        Ok(same.then_some(Whole { file, mark }))
    }

    /// Whether the file is still as it was when it was opened.
    ///
    /// # Errors
    /// What the system says.
    pub fn is_unchanged(&self) -> io::Result<bool> {
        Ok(Mark::of(&self.file.metadata()?) == self.mark)
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Move a file that was read into a folder beside it, under a name that is free; returns where it
/// is now.
///
/// # Errors
/// What the system says.
pub fn put_away(path: &Path, into: &str) -> io::Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(".")).join(into);
    fs::create_dir_all(&folder)?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut to = folder.join(&name);
    let mut number = 2;
    while fs::symlink_metadata(&to).is_ok() {
        to = folder.join(format!("{number}-{name}"));
        number += 1;
    }
    fs::rename(path, &to)?;
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Clock as _, SimClock};

    fn names(paths: &[PathBuf]) -> Vec<String> {
        let name = |path: &PathBuf| path.file_name().map(|it| it.to_string_lossy().into_owned());
        paths.iter().filter_map(name).collect()
    }

    fn later(clock: &SimClock, seconds: i64) {
        clock.advance_to(clock.now() + SignedDuration::from_secs(seconds));
    }

    #[test]
    fn a_file_is_taken_when_it_no_longer_changes() {
        let home = tempfile::tempdir().expect("folder");
        let root = home.path().join("in");
        let mut folder = Folder::open(&root).expect("made");
        // A clock before all file times: only what is seen to stand still counts.
        let clock = SimClock::new("2000-01-01T00:00:00Z".parse().expect("time"));
        fs::write(root.join("a.csv"), "time,text\n").expect("written");
        assert!(folder.look(clock.now()).expect("look").ready.is_empty());
        later(&clock, 3);
        fs::write(root.join("a.csv"), "time,text\n1,x\n").expect("written");
        assert_eq!(folder.look(clock.now()).expect("look").unfinished, 1);
        later(&clock, 3);
        assert!(folder.look(clock.now()).expect("look").ready.is_empty());
        later(&clock, 3);
        assert_eq!(
            names(&folder.look(clock.now()).expect("look").ready),
            ["a.csv"]
        );
    }

    #[test]
    fn an_old_file_is_taken_at_once_and_names_of_unfinished_ones_never() {
        let home = tempfile::tempdir().expect("folder");
        let root = home.path();
        let mut folder = Folder::open(root).expect("open");
        for name in [
            "b.csv.gz",
            "c.NDJSON",
            "d.csv.part",
            ".e.csv",
            "f.wav",
            "g.docx",
            "empty.csv",
        ] {
            fs::write(root.join(name), if name == "empty.csv" { "" } else { "x" })
                .expect("written");
        }
        fs::create_dir(root.join("done")).expect("made");
        fs::write(root.join("done/old.csv"), "x").expect("written");
        let clock = SimClock::new("2100-01-01T00:00:00Z".parse().expect("time"));
        let look = folder.look(clock.now()).expect("look");
        assert_eq!(names(&look.ready), ["b.csv.gz", "c.NDJSON"]);
        assert_eq!(look.unfinished, 3);
        let odd: Vec<&str> = look.odd.iter().map(|(_, why)| *why).collect();
        assert_eq!(odd.len(), 2);
        assert!(odd[0].starts_with("sound is not taken"), "{odd:?}");
        assert!(
            folder.look(clock.now()).expect("look").odd.is_empty(),
            "told once"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let home = tempfile::tempdir().expect("folder");
        let root = home.path().join("in");
        let mut folder = Folder::open(&root).expect("made");
        fs::write(home.path().join("secret.csv"), "x").expect("written");
        let link = root.join("a.csv");
        std::os::unix::fs::symlink(home.path().join("secret.csv"), &link).expect("linked");
        let clock = SimClock::new("2100-01-01T00:00:00Z".parse().expect("time"));
        assert!(folder.look(clock.now()).expect("look").ready.is_empty());
        assert!(Whole::open(&link).expect("looked").is_none());
    }

    #[test]
    fn files_of_one_name_are_put_away_side_by_side() {
        let home = tempfile::tempdir().expect("folder");
        let path = home.path().join("a.csv");
        let mut at = Vec::new();
        for text in ["one", "two"] {
            fs::write(&path, text).expect("written");
            at.push(put_away(&path, "done").expect("moved"));
        }
        assert_eq!(names(&at), ["a.csv", "2-a.csv"]);
        assert_eq!(fs::read_to_string(&at[0]).expect("kept"), "one");
    }
}
