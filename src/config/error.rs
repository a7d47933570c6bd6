use std::fmt;
use std::path::PathBuf;

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder holds no groundswell.toml.
    #[error("no groundswell.toml in `{}`", dir.display())]
    Missing {
        /// The folder.
        dir: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file was read, but it says things that cannot be meant. All of them are here.
    #[error("{}", listed(file, problems))]
    Wrong {
        /// The file.
        file: PathBuf,
        /// What is wrong, in the order of its lines.
        problems: Vec<Problem>,
    },
    /// The key of pseudonyms is not one.
    #[error("`{}` is not a key of 64 hexadecimal digits", path.display())]
    Key {
        /// The key file.
        path: PathBuf,
    },
    /// The token of pushes is missing or too weak.
    #[error("{place} holds no token of at least 16 letters and digits")]
    Token {
        /// Where it should be.
        place: String,
    },
    /// The operating system gave no random bytes.
    #[error("the system gave no random bytes: {why}")]
    Random {
        /// Its words.
        why: String,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Missing { dir } => Some(format!(
                "`groundswell init {}` writes one, with every setting explained",
                dir.display()
            )),
            Error::Wrong { file, .. } => Some(format!(
                "edit {} and run `groundswell check`; `groundswell init NEWDIR` writes a \
                 complete sample to compare with",
                file.display()
            )),
            Error::Key { path } => Some(format!(
                "put the original file back from a backup; without it authors seen before and \
                 after cannot be told to be the same. Moving {} away starts a new key",
                path.display()
            )),
            Error::Token { .. } => Some(
                "`openssl rand -hex 32` makes a good one; or leave `token_env` empty and remove \
                 the file: then one is made"
                    .into(),
            ),
            Error::Read { source, .. } | Error::Write { source, .. }
                if source.kind() == std::io::ErrorKind::PermissionDenied =>
            {
                Some("the file belongs to another user of this machine, or is read-only".into())
            }
            _ => None,
        }
    }
}

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, counted from 1; `None` when something is missing that has no line.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

fn listed(file: &std::path::Path, problems: &[Problem]) -> String {
    match problems {
        [only] => format!("{}: {only}", file.display()),
        many => {
            let mut text = format!("{}: {} problems", file.display(), many.len());
            for problem in many {
                text.push_str(&format!("\n  {problem}"));
            }
            text
        }
    }
}
