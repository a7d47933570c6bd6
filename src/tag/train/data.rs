//! Reading labelled rows: `language<TAB>label<TAB>text`, plain or gzip.

use super::{Recipe, SetRecipe, TrainError, Variant, find};
use crate::tag::language::canonical;
use crate::tag::script::{Script, Spread};
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The words of praise and blame that are part of the program, under this name in a recipe.
const OWN_WORDS: (&str, &str) = ("polarity.tsv", include_str!("../../../models/polarity.tsv"));

/// A labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Language code as the models use it.
    pub language: String,
    /// Label.
    pub label: String,
    /// Text.
    pub text: String,
}

/// The rows of a set.
#[derive(Debug, Default)]
pub struct Split {
    /// To learn from.
    pub train: Vec<Row>,
    /// To measure on; never learned from.
    pub dev: Vec<Row>,
}

/// Reads the sets of a recipe that a variant learns from.
pub fn read_sets<'r>(
    recipe: &'r Recipe,
    variant: Variant,
    folders: &[PathBuf],
) -> Result<Vec<(&'r SetRecipe, Split)>, TrainError> {
    let sets = recipe.sets.iter();
    sets.filter(|set| variant == Variant::All || !set.restricted)
        .map(|set| Ok((set, read_set(set, folders)?)))
        .collect()
}

/// Reads the check sets of a recipe. One that is not there is left out and named by `say`: a
/// check needs no licence to train, but not everybody has it.
pub fn read_checks(
    recipe: &Recipe,
    variant: Variant,
    folders: &[PathBuf],
    say: &(dyn Fn(&str) + Sync),
) -> Result<Vec<Row>, TrainError> {
    let mut rows = Vec::new();
    for check in &recipe.checks {
        if check.open_only && variant == Variant::All {
            continue;
        }
        match find(folders, &check.file) {
            Ok(path) => rows.extend(read_rows(&path)?),
            Err(_) => say(&format!("{}: not there, so not checked", check.name)),
        }
    }
    Ok(rows)
}

fn read_set(set: &SetRecipe, folders: &[PathBuf]) -> Result<Split, TrainError> {
    let open = |file: &str| -> Result<_, TrainError> {
        let mut columns = match find(folders, file) {
            Err(TrainError::Missing { .. }) if file == OWN_WORDS.0 => {
                columns(OWN_WORDS.1, Path::new(OWN_WORDS.0))?
            }
            found => read_columns(&found?)?,
        };
        for (row, fourth) in columns.iter_mut().filter(|_| set.fourth) {
            if let Some(label) = fourth.as_ref().filter(|label| !label.is_empty()) {
                row.label.clone_from(label);
            }
        }
        Ok(columns)
    };
    let wanted = |row: &Row| set.languages.is_empty() || set.languages.contains(&row.language);
    let mut rows = unify(open(&set.train)?, set.target);
    rows.retain(wanted);
    if let Some(cap) = set.cap {
        thin(&mut rows, cap);
    }
    if let Some(dev) = &set.dev {
        let mut dev = unify(open(dev)?, set.target);
        dev.retain(wanted);
        return Ok(Split { train: rows, dev });
    }
    let (dev, train) = rows
        .into_iter()
        .partition(|row| is_dev(&row.text, set.dev_percent));
    Ok(Split { train, dev })
}

/// Whether a text is one of the so many of a hundred that are only measured on.
pub(super) fn is_dev(text: &str, percent: u32) -> bool {
    u32::from(blake3::hash(text.as_bytes()).as_bytes()[0]) * 100 / 256 < percent
}

/// Keeps `cap` rows, spread evenly over the file.
fn thin(rows: &mut Vec<Row>, cap: usize) {
    let total = rows.len();
    if total > cap {
        let mut number = 0;
        rows.retain(|_| {
            number += 1;
            number * cap / total > (number - 1) * cap / total
        });
    }
}

/// One row a text: targets are put back into the text, and a text that feels differently about
/// its targets is left out, because it has no one label.
fn unify(columns: Vec<(Row, Option<String>)>, target: bool) -> Vec<Row> {
    if !target {
        return columns.into_iter().map(|(row, _)| row).collect();
    }
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut rows: Vec<(Row, bool)> = Vec::new();
    for (mut row, name) in columns {
        row.text = row.text.replace("$T$", name.as_deref().unwrap_or(""));
        match place.get(&row.text) {
            Some(at) => rows[*at].1 &= rows[*at].0.label == row.label,
            None => {
                place.insert(row.text.clone(), rows.len());
                rows.push((row, true));
            }
        }
    }
    rows.into_iter()
        .filter(|(_, agreed)| *agreed)
        .map(|(row, _)| row)
        .collect()
}

/// Reads the rows of a labelled file.
pub fn read_rows(path: &Path) -> Result<Vec<Row>, TrainError> {
    Ok(read_columns(path)?
        .into_iter()
        .map(|(row, _)| row)
        .collect())
}

pub(super) fn read_columns(path: &Path) -> Result<Vec<(Row, Option<String>)>, TrainError> {
    columns(&read_text(path)?, path)
}

/// The rows of a text, which is that of the file `path`.
fn columns(text: &str, path: &Path) -> Result<Vec<(Row, Option<String>)>, TrainError> {
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() {
            continue;
        }
        let mut columns = line.split('\t');
        let (Some(language), Some(label), Some(text)) =
            (columns.next(), columns.next(), columns.next())
        else {
            return Err(TrainError::Line {
                path: path.to_owned(),
                line: number + 1,
            });
        };
        let row = Row {
            language: canonical_for(language, text),
            label: label.to_owned(),
            text: text.to_owned(),
        };
        rows.push((row, columns.next().map(str::to_owned)));
    }
    Ok(rows)
}

/// Reads a whole file, unpacking gzip; invalid UTF-8 is replaced.
pub fn read_text(path: &Path) -> Result<String, TrainError> {
    let fail = |source| TrainError::Read {
        path: path.to_owned(),
        source,
    };
    let bytes = std::fs::read(path).map_err(fail)?;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut plain)
            .map_err(fail)?;
        plain
    } else {
        bytes
    };
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// The code the models use for a row: Hindi in Latin letters is a language of its own, and a
/// code-mixed one (`hi-en`) is it.
pub fn canonical_for(language: &str, text: &str) -> String {
    let code = canonical(language);
    if code == "hi" && Spread::of(text).share(&[Script::Latin]) > 0.5 {
        return "hi-Latn".to_owned();
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: &str, text: &str, target: &str) -> (Row, Option<String>) {
        let row = Row {
            language: "en".into(),
            label: label.into(),
            text: text.into(),
        };
        (row, Some(target.into()))
    }

    #[test]
    fn texts_that_disagree_about_their_targets_are_left_out() {
        let rows = unify(
            vec![
                row("positive", "nice $T$, bad lid", "cup"),
                row("negative", "nice cup, bad $T$", "lid"),
                row("positive", "the $T$ holds", "handle"),
            ],
            true,
        );
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].text, "the handle holds");
    }

    #[test]
    fn plain_and_packed_files_read_the_same_and_bad_lines_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, packed) = (folder.path().join("a.tsv"), folder.path().join("b.tsv.gz"));
        let text = "de\tpositive\tSchöne Lampe\nhi\tneutral\tkal aayega\n";
        std::fs::write(&plain, text).unwrap();
        let file = std::fs::File::create(&packed).unwrap();
        let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        std::io::Write::write_all(&mut out, text.as_bytes()).unwrap();
        out.finish().unwrap();
        let rows = read_rows(&plain).unwrap();
        assert_eq!(rows, read_rows(&packed).unwrap());
        assert_eq!(rows[1].language, "hi-Latn");
        std::fs::write(&plain, "de\tpositive\n").unwrap();
        let error = read_rows(&plain).unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }

    #[test]
    fn thinning_keeps_the_number_asked_for() {
        let mut rows: Vec<Row> = (0..100)
            .map(|i| row("neutral", &i.to_string(), "").0)
            .collect();
        thin(&mut rows, 30);
        assert_eq!(rows.len(), 30);
    }
}
