//! The user's own aspects, in `aspects.toml` beside the catalogue:
//!
//! ```toml
//! [[aspect]]
//! name = "blade"
//! words = { en = ["blade", "blades"], de = ["Klinge"], "*" = ["X-Blade"] }
//! ```

use super::aspect::AspectWords;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// File name, beside the catalogue.
const FILE: &str = "aspects.toml";
/// Bytes of the file at most.
const BYTES_MAX: u64 = 1024 * 1024;

/// Why the user's aspects cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AspectsError {
    /// The file cannot be read.
    #[error("cannot read `{file}`: {source}")]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It says something that is no aspect.
    #[error(
        "`{file}`: {why}\n  hint: write [[aspect]], name = \"blade\", words = {{ en = [\"blade\"] }}"
    )]
    Wrong {
        /// The file.
        file: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    aspect: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    words: BTreeMap<String, Vec<String>>,
}

/// Where the user's aspects lie.
pub fn aspects_path(catalogue: &Path) -> PathBuf {
    catalogue.with_file_name(FILE)
}

/// Reads the user's aspects beside a catalogue; none where there is no file.
pub fn read_aspects(catalogue: &Path) -> Result<Vec<AspectWords>, AspectsError> {
    let file = aspects_path(catalogue);
    let fail = |source| AspectsError::File {
        file: file.clone(),
        source,
    };
    let wrong = |why: String| AspectsError::Wrong {
        file: file.clone(),
        why,
    };
    match std::fs::metadata(&file) {
        Ok(facts) if facts.len() > BYTES_MAX => {
            return Err(wrong(format!("has more than {BYTES_MAX} bytes")));
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(error)),
    }
    let text = std::fs::read_to_string(&file).map_err(fail)?;
    let parsed: File =
        toml::from_str(&text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
    let mut out = Vec::with_capacity(parsed.aspect.len());
    for Entry { name, words } in parsed.aspect {
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(wrong(format!("`{}` is no name", name.escape_debug())));
        }
        if words.values().all(Vec::is_empty) {
            return Err(wrong(format!("`{name}` has no words")));
        }
        out.push(AspectWords {
            name: name.trim().to_owned(),
            words,
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<AspectWords>, AspectsError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        read_aspects(&folder.path().join("catalogue.csv"))
    }

    #[test]
    fn words_are_read_and_mistakes_are_named() {
        let own = read("[[aspect]]\nname = \"blade\"\nwords = { en = [\"blade\"] }").unwrap();
        assert_eq!(own[0].name, "blade");
        assert_eq!(own[0].words["en"], ["blade"]);
        for (text, word) in [
            ("[[aspect]]\nname = \"blade\"", "words"),
            (
                "[[aspect]]\nname = \"\"\nwords = { en = [\"a\"] }",
                "no name",
            ),
            ("[[aspect]]\nname = \"blade\"\nwords = {}", "no words"),
            ("[[aspekt]]", "aspekt"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(word) && error.contains("hint:"), "{error}");
        }
    }

    #[test]
    fn no_file_means_no_aspects_of_the_own() {
        assert_eq!(
            read_aspects(Path::new("/no/such/catalogue.csv")).unwrap(),
            []
        );
    }
}
