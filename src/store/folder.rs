//! The data folder: made when missing, refused clearly when it cannot be written.

use super::{Error, Result};
use std::path::Path;

/// Makes the folder and proves that a file can be written in it.
pub(super) fn make(path: &Path) -> Result<()> {
    let refused = |source| Error::Folder {
        path: path.to_owned(),
        source,
    };
    std::fs::create_dir_all(path).map_err(refused)?;
    let probe = path.join(format!(".probe-{}", std::process::id()));
    std::fs::write(&probe, b"").map_err(refused)?;
    // Another thread of this process may have probed and removed it already.
    match std::fs::remove_file(&probe) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(refused(why)),
        _ => Ok(()),
    }
}

/// Makes the folder a backup goes to; it must be new or empty.
pub(super) fn make_for_backup(path: &Path) -> Result<()> {
    let refused = |why: String| Error::Backup {
        path: path.to_owned(),
        why,
    };
    std::fs::create_dir_all(path).map_err(|why| refused(why.to_string()))?;
    let mut files = std::fs::read_dir(path).map_err(|why| refused(why.to_string()))?;
    match files.next() {
        None => Ok(()),
        Some(_) => Err(refused("the folder is not empty".into())),
    }
}

/// Bytes of all files below a folder.
pub(super) fn bytes(path: &Path) -> u64 {
    let Ok(files) = std::fs::read_dir(path) else {
        return 0;
    };
    files
        .flatten()
        .map(|file| match file.metadata() {
            Ok(about) if about.is_dir() => bytes(&file.path()),
            Ok(about) => about.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_place_of_the_folder_is_refused_with_its_path() {
        let home = tempfile::tempdir().expect("folder");
        let path = home.path().join("data");
        std::fs::write(&path, b"in the way").expect("file");
        let error = make(&path).expect_err("not a folder");
        assert!(matches!(error, Error::Folder { .. }), "{error}");
        assert!(error.to_string().contains("data`"), "{error}");
    }

    #[test]
    fn a_backup_never_writes_into_a_full_folder() {
        let home = tempfile::tempdir().expect("folder");
        std::fs::write(home.path().join("precious"), b"1").expect("file");
        assert!(matches!(
            make_for_backup(home.path()),
            Err(Error::Backup { .. })
        ));
        assert_eq!(bytes(home.path()), 1);
    }
}
