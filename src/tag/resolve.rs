//! What a person decided about ambiguous names → support that the linker learns.
//!
//! The decisions lie in `resolved.csv` beside the catalogue: `alias,sku,text`, the SKU empty where
//! the name meant none. A word that stands in texts where a name meant a SKU, and in none where it
//! did not, speaks for it from then on; the other way round it speaks against it.

use super::alias::fold_name;
use super::background::Background;
use super::script::{Script, is_word};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// File name, beside the catalogue.
const FILE: &str = "resolved.csv";
/// Bytes of the file at most.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// A word this common (Zipf value) tells nothing of what a name means.
const COMMON: f32 = 5.5;

/// One decision of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The name, as it is looked for.
    pub alias: String,
    /// The SKU it meant; `None`: none of the catalogue.
    pub sku: Option<String>,
    /// The text it stood in.
    pub text: String,
}

/// Why the decisions cannot be read or kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The file cannot be read or written.
    #[error("cannot read or write `{file}`: {source}\n  hint: close it in other programs")]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is too large.
    #[error("`{file}` has more than {BYTES_MAX} bytes\n  hint: delete the oldest lines")]
    TooLarge {
        /// The file.
        file: PathBuf,
    },
    /// A line is wrong.
    #[error("`{file}` line {line}: {why}; the columns are alias,sku,text")]
    Line {
        /// The file.
        file: PathBuf,
        /// Its number, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
}

/// Where the decisions on the names of a catalogue lie.
pub fn resolved_path(catalogue: &Path) -> PathBuf {
    catalogue.with_file_name(FILE)
}

/// Reads the decisions beside a catalogue; none where there is no file.
pub fn read_resolved(catalogue: &Path) -> Result<Vec<Resolution>, ResolveError> {
    let file = resolved_path(catalogue);
    let fail = |source| ResolveError::File {
        file: file.clone(),
        source,
    };
    let size = match std::fs::metadata(&file) {
        Ok(facts) => facts.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(error)),
    };
    if size > BYTES_MAX {
        return Err(ResolveError::TooLarge { file });
    }
    let bytes = std::fs::read(&file).map_err(fail)?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(bytes.as_slice());
    let mut out = Vec::new();
    for row in reader.records() {
        let wrong = |line, why: &str| ResolveError::Line {
            file: file.clone(),
            line,
            why: why.to_owned(),
        };
        let row = row.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            wrong(line, "is not CSV in UTF-8")
        })?;
        let line = row.position().map_or(1, csv::Position::line);
        let (Some(alias), Some(sku), Some(text)) = (row.get(0), row.get(1), row.get(2)) else {
            return Err(wrong(line, "has fewer than three fields"));
        };
        out.push(Resolution {
            alias: fold_name(alias),
            sku: (!sku.is_empty()).then(|| sku.to_owned()),
            text: text.to_owned(),
        });
    }
    Ok(out)
}

/// Keeps one more decision beside a catalogue.
pub fn keep_resolved(catalogue: &Path, decision: &Resolution) -> Result<(), ResolveError> {
    let file = resolved_path(catalogue);
    let fail = |source| ResolveError::File {
        file: file.clone(),
        source,
    };
    let is_new = !file.exists();
    let out = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&file)
        .map_err(fail)?;
    let mut writer = csv::Writer::from_writer(out);
    let sku = decision.sku.as_deref().unwrap_or_default();
    let rows = [
        ["alias", "sku", "text"],
        [&decision.alias, sku, &decision.text],
    ];
    for row in rows.iter().skip(usize::from(!is_new)) {
        writer
            .write_record(row)
            .map_err(|error| fail(std::io::Error::other(error)))?;
    }
    writer.flush().map_err(fail)
}

/// What speaks for and against the meanings of one name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// Words that speak for a SKU, by SKU.
    pub speaks_for: BTreeMap<String, BTreeSet<String>>,
    /// Words that speak against every SKU.
    pub speaks_against: BTreeSet<String>,
}

/// What was learned of all names.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Learned {
    by_alias: BTreeMap<String, Meaning>,
}

impl Learned {
    /// Learns from decisions; their order does not matter.
    pub fn new(decisions: &[Resolution], background: &Background) -> Learned {
        let mut seen: BTreeMap<&str, BTreeMap<Option<&str>, BTreeSet<String>>> = BTreeMap::new();
        for decision in decisions {
            let words = telling_words(&decision.text, &decision.alias, background);
            let meanings = seen.entry(&decision.alias).or_default();
            let known = meanings.entry(decision.sku.as_deref()).or_default();
            known.extend(words);
        }
        let by_alias = seen
            .into_iter()
            .map(|(alias, meanings)| (alias.to_owned(), meaning(&meanings)))
            .collect();
        Learned { by_alias }
    }

    /// What is known of a name.
    pub fn of(&self, alias: &str) -> Option<&Meaning> {
        self.by_alias.get(alias)
    }
}

/// The words of each meaning that no other meaning has.
fn meaning(meanings: &BTreeMap<Option<&str>, BTreeSet<String>>) -> Meaning {
    let mut out = Meaning::default();
    for (sku, words) in meanings {
        let elsewhere = |word: &String| {
            let others = meanings.iter().filter(|(other, _)| *other != sku);
            others.clone().any(|(_, words)| words.contains(word))
        };
        let own = words.iter().filter(|word| !elsewhere(word)).cloned();
        match sku {
            Some(sku) => drop(out.speaks_for.insert((*sku).to_owned(), own.collect())),
            None => out.speaks_against.extend(own),
        }
    }
    out
}

/// The words of a text that may tell what a name means; of scripts without spaces, pairs of
/// characters.
fn telling_words(text: &str, alias: &str, background: &Background) -> BTreeSet<String> {
    let folded = fold_name(text).replace(alias, " ");
    let runs = folded.split(|c: char| !is_word(c));
    let mut out = BTreeSet::new();
    for run in runs.filter(|run| !run.is_empty()) {
        let chars: Vec<char> = run.chars().collect();
        let unspaced = chars
            .iter()
            .all(|c| Script::of(*c).is_some_and(Script::is_unspaced));
        if unspaced {
            out.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else if chars.len() >= 3 && chars.iter().any(|c| c.is_alphabetic()) {
            out.insert(run.to_owned());
        }
    }
    out.retain(|word| background.anywhere(word).is_none_or(|zipf| zipf < COMMON));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(sku: Option<&str>, text: &str) -> Resolution {
        Resolution {
            alias: "switch".into(),
            sku: sku.map(str::to_owned),
            text: text.into(),
        }
    }

    #[test]
    fn words_that_only_one_meaning_has_tell_it_from_the_others() {
        let background = Background::pack(&[("en".into(), vec![("the".into(), 7.7)])]);
        let learned = Learned::new(
            &[
                decision(Some("SW"), "the switch joycon drifts again"),
                decision(None, "the light switch again"),
            ],
            &background,
        );
        let meaning = learned.of("switch").unwrap();
        let words = &meaning.speaks_for["SW"];
        assert!(
            words.contains("joycon") && !words.contains("again"),
            "{words:?}"
        );
        assert!(!words.contains("the"));
        assert!(meaning.speaks_against.contains("light"));
    }

    #[test]
    fn decisions_are_kept_in_a_file_that_a_person_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let catalogue = folder.path().join("catalogue.csv");
        assert_eq!(read_resolved(&catalogue).unwrap(), []);
        let decisions = [
            decision(Some("SW"), "the switch, \"joycon\"\nline two"),
            decision(None, "light switch"),
        ];
        for decision in &decisions {
            keep_resolved(&catalogue, decision).unwrap();
        }
        assert_eq!(read_resolved(&catalogue).unwrap(), decisions);
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(text.starts_with("alias,sku,text\nswitch,SW,"), "{text}");
        std::fs::write(folder.path().join(FILE), "alias,sku,text\nswitch\n").unwrap();
        let error = read_resolved(&catalogue).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }
}
