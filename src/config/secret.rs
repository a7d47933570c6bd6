use super::{Error, PushConfig};
use crate::record::AuthorKey;
use rand::TryRng as _;
use rand::rngs::SysRng;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Name of the key file in the data folder.
const KEY_FILE: &str = "author.key";

/// The key of pseudonyms of a data folder: read from `author.key`, or made there from the
/// operating system's random bytes when there is none.
///
/// The file holds 64 hexadecimal digits and is readable by its owner only. Two processes that
/// start at once end up with the same key: only one of them can create the file.
pub fn load_or_create_author_key(data: &Path) -> Result<AuthorKey, Error> {
    let path = data.join(KEY_FILE);
    if let Some(key) = load(&path)? {
        return Ok(key);
    }
    fs::create_dir_all(data).map_err(|source| write_error(data, source))?;
    let secret = random::<32>()?;
    if create(&path, &secret)? {
        return Ok(AuthorKey::new(secret));
    }
    load(&path)?.ok_or(Error::Key { path })
}

/// Fewest letters of a token.
const TOKEN_MIN: usize = 16;

/// The token that senders of events must show: from the environment variable that the settings
/// name, else from their file, which is made with random letters when there is none.
pub fn load_or_create_push_token(push: &PushConfig) -> Result<String, Error> {
    if let Some(name) = &push.token_env {
        let token = std::env::var(name).unwrap_or_default();
        return strong(&token).ok_or_else(|| Error::Token {
            place: format!("the environment variable `{name}` of [push]"),
        });
    }
    let path = &push.token_file;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|source| write_error(folder, source))?;
    }
    if !path.exists() {
        // Whoever was first, the file holds a token afterwards.
        create(path, &random::<32>()?)?;
    }
    let text = text_of(path)?.unwrap_or_default();
    strong(&text).ok_or_else(|| Error::Token {
        place: format!("`{}`", path.display()),
    })
}

fn strong(token: &str) -> Option<String> {
    let token = token.trim();
    let is_fit = token.len() >= TOKEN_MIN && token.bytes().all(|byte| byte.is_ascii_graphic());
    is_fit.then(|| token.to_owned())
}

fn text_of(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

fn load(path: &Path) -> Result<Option<AuthorKey>, Error> {
    let Some(text) = text_of(path)? else {
        return Ok(None);
    };
    let secret = unhex(text.trim()).ok_or_else(|| Error::Key {
        path: path.to_owned(),
    })?;
    Ok(Some(AuthorKey::new(secret)))
}

/// Write the key whole and durable under another name, then link it into place, so that no
/// reader ever sees half a key. `false` when another process was first.
fn create(path: &Path, secret: &[u8; 32]) -> Result<bool, Error> {
    let part = path.with_extension(format!("{}.part", hex(&random::<8>()?)));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options
        .open(&part)
        .map_err(|source| write_error(&part, source))?;
    let written = writeln!(file, "{}", hex(secret)).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&part, path));
    let removed = fs::remove_file(&part);
    match linked {
        Ok(()) => removed
            .map(|()| true)
            .map_err(|source| write_error(&part, source)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(source) => Err(write_error(path, source)),
    }
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0_u8; N];
    match SysRng.try_fill_bytes(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(Error::Random {
            why: error.to_string(),
        }),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write_error(path: &Path, source: std::io::Error) -> Error {
    Error::Write {
        path: path.to_owned(),
        source,
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut secret = [0_u8; 32];
    for (place, byte) in secret.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().expect("folder");
        let data = folder.path().join("data");
        let first = load_or_create_author_key(&data).expect("made");
        let second = load_or_create_author_key(&data).expect("found");
        assert_eq!(first.hash("site", "ann"), second.hash("site", "ann"));
        let names: Vec<_> = fs::read_dir(&data).expect("folder").collect();
        assert_eq!(names.len(), 1, "nothing but the key is left");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("folder");
        load_or_create_author_key(folder.path()).expect("made");
        let file = fs::metadata(folder.path().join(KEY_FILE)).expect("key file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_token_is_made_once_and_a_weak_one_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let mut push = super::super::Config::default_at(folder.path()).push;
        let first = load_or_create_push_token(&push).expect("made");
        assert_eq!(first.len(), 64);
        assert_eq!(load_or_create_push_token(&push).expect("found"), first);
        fs::write(&push.token_file, "secret\n").expect("written");
        let error = load_or_create_push_token(&push).expect_err("weak");
        assert!(!error.to_string().contains("secret"), "{error}");
        push.token_env = Some("GROUNDSWELL_NO_SUCH_VARIABLE".into());
        let error = load_or_create_push_token(&push).expect_err("unset");
        assert!(
            error.to_string().contains("GROUNDSWELL_NO_SUCH_VARIABLE"),
            "{error}"
        );
    }

    #[test]
    fn two_folders_have_two_keys() {
        let one = tempfile::tempdir().expect("folder");
        let two = tempfile::tempdir().expect("folder");
        let one = load_or_create_author_key(one.path()).expect("made");
        let two = load_or_create_author_key(two.path()).expect("made");
        assert_ne!(one.hash("site", "ann"), two.hash("site", "ann"));
    }

    #[test]
    fn a_damaged_key_is_never_replaced() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(KEY_FILE);
        for wrong in ["", "zz", &"g".repeat(64), &"é".repeat(32)] {
            fs::write(&path, wrong).expect("written");
            let error = load_or_create_author_key(folder.path()).expect_err("refused");
            assert!(matches!(error, Error::Key { .. }), "{wrong}");
            assert_eq!(fs::read_to_string(&path).expect("kept"), wrong);
        }
    }

    #[test]
    fn many_starting_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().expect("folder");
        let hashes: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| load_or_create_author_key(folder.path())))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("thread").map(|key| key.hash("s", "n")))
                .collect()
        });
        let keys: std::collections::BTreeSet<_> =
            hashes.into_iter().map(|hash| hash.expect("key")).collect();
        assert_eq!(keys.len(), 1);
    }
}
