//! The seller's catalogue file → SKUs. CSV or NDJSON, UTF-8 or GBK.

use crate::record::Sku;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Bytes of a catalogue file at most: room for a million SKUs.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Characters of one field at most.
const FIELD_CHARS_MAX: usize = 2_000;
/// Errors that are reported at most; a file that is wrong everywhere is wrong in one way.
const ERRORS_MAX: usize = 20;

/// Why a catalogue, or a line of it, cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error(
        "cannot read the catalogue `{file}`: {source}\n  hint: check the path and that the file is not open in another program"
    )]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is too large.
    #[error(
        "the catalogue `{file}` has {bytes} bytes, more than {FILE_BYTES_MAX}\n  hint: leave out columns that are not needed, such as descriptions"
    )]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// Neither UTF-8 nor GBK.
    #[error(
        "`{file}` is neither UTF-8 nor GBK text\n  hint: in Excel choose “Save as” and “CSV UTF-8”; an .xlsx file itself cannot be read"
    )]
    Encoding {
        /// The file.
        file: PathBuf,
    },
    /// No usable head line.
    #[error(
        "`{file}` line 1 has no column `{column}`; its columns are {found}\n  hint: the first line must name the columns, at least sku,name"
    )]
    Column {
        /// The file.
        file: PathBuf,
        /// The column that is missing.
        column: &'static str,
        /// The columns there are.
        found: String,
    },
    /// A column that no rule reads.
    #[error(
        "`{file}` line 1 has a column `{column}` that is not known{nearest}\n  hint: known columns are sku, name, brand, line, models, category, aliases, aliases_xx (xx a language such as de), must, must_not"
    )]
    Unknown {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
        /// `; did you mean …?`
        nearest: String,
    },
    /// A line that cannot be read.
    #[error("`{file}` line {line}: {why}")]
    Line {
        /// The file.
        file: PathBuf,
        /// Its number, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// Two lines with one SKU.
    #[error(
        "`{file}` line {line}: the SKU `{sku}` stands already in line {first}\n  hint: every SKU may stand once; put further names into the column aliases"
    )]
    Duplicate {
        /// The file.
        file: PathBuf,
        /// The second line.
        line: u64,
        /// The first line.
        first: u64,
        /// The SKU.
        sku: String,
    },
}

/// Reads a catalogue file.
///
/// CSV needs a head line with at least `sku` and `name`; `brand`, `line`, `models`, `category`,
/// `aliases`, `aliases_xx` (xx a language), `must` and `must_not` are read where given, several
/// values separated by `|`. NDJSON has one object a line with the same keys; lists may be JSON
/// lists. Returns all errors it finds, up to twenty, each with file and line.
pub fn read_catalogue(path: impl AsRef<Path>) -> Result<Vec<Sku>, Vec<Error>> {
    let path = path.as_ref();
    let fail = |source| {
        vec![Error::Read {
            file: path.to_owned(),
            source,
        }]
    };
    let bytes = std::fs::metadata(path).map_err(fail)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(vec![Error::TooLarge {
            file: path.to_owned(),
            bytes,
        }]);
    }
    let bytes = std::fs::read(path).map_err(fail)?;
    parse(path, &bytes)
}

/// Parses the bytes of a catalogue; `path` is for messages.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Sku>, Vec<Error>> {
    let text = decode(path, bytes).map_err(|error| vec![error])?;
    let json = text.trim_start().starts_with('{');
    let lines = if json {
        read_ndjson(path, &text)
    } else {
        read_csv(path, &text)
    };
    let mut errors = Vec::new();
    let mut skus = Vec::new();
    let mut first_line: HashMap<String, u64> = HashMap::new();
    for (line, row) in lines {
        match row.and_then(|sku| checked(path, line, sku)) {
            Ok(sku) => match first_line.get(&sku.sku) {
                Some(first) => errors.push(Error::Duplicate {
                    file: path.to_owned(),
                    line,
                    first: *first,
                    sku: sku.sku,
                }),
                None => {
                    first_line.insert(sku.sku.clone(), line);
                    skus.push(sku);
                }
            },
            Err(error) => errors.push(error),
        }
        if errors.len() >= ERRORS_MAX {
            break;
        }
    }
    if errors.is_empty() {
        Ok(skus)
    } else {
        Err(errors)
    }
}

type Rows = Vec<(u64, Result<Sku, Error>)>;

fn decode(path: &Path, bytes: &[u8]) -> Result<String, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        if text.contains('\0') {
            return Err(Error::Encoding {
                file: path.to_owned(),
            });
        }
        return Ok(text.to_owned());
    }
    encoding_rs::GBK
        .decode_without_bom_handling_and_without_replacement(bytes)
        .filter(|text| !text.contains('\0'))
        .map(|text| text.into_owned())
        .ok_or_else(|| Error::Encoding {
            file: path.to_owned(),
        })
}

fn read_csv(path: &Path, text: &str) -> Rows {
    // Excel in some countries writes semicolons, copied tables have tabs.
    let head = text.lines().next().unwrap_or("");
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|mark| {
            (
                head.bytes().filter(|byte| byte == mark).count(),
                *mark == b',',
            )
        })
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let line_error = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let why = error.to_string();
        (
            line,
            Error::Line {
                file: path.to_owned(),
                line,
                why,
            },
        )
    };
    let head: Vec<String> = match reader.headers() {
        Ok(head) => head.iter().map(column_name).collect(),
        Err(error) => {
            let (line, error) = line_error(&error);
            return vec![(line, Err(error))];
        }
    };
    if let Err(error) = check_columns(path, &head) {
        return vec![(1, Err(error))];
    }
    let mut rows = Rows::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let (line, error) = line_error(&error);
                rows.push((line, Err(error)));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if record.len() != head.len() {
            let why = format!(
                "{} fields, but the first line names {} columns\n  hint: a field with a comma must stand in \"double quotes\"",
                record.len(),
                head.len()
            );
            rows.push((
                line,
                Err(Error::Line {
                    file: path.to_owned(),
                    line,
                    why,
                }),
            ));
            continue;
        }
        let mut sku = Sku::default();
        for (column, field) in head.iter().zip(record.iter()) {
            set(&mut sku, column, split(field));
        }
        rows.push((line, Ok(sku)));
    }
    rows
}

fn read_ndjson(path: &Path, text: &str) -> Rows {
    let mut rows = Rows::new();
    for (number, text) in text.lines().enumerate() {
        let line = number as u64 + 1;
        if text.trim().is_empty() {
            continue;
        }
        let error = |why: String| Error::Line {
            file: path.to_owned(),
            line,
            why,
        };
        let row = match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => {
                let mut sku = Sku::default();
                let mut wrong = None;
                for (key, value) in &fields {
                    let column = column_name(key);
                    if !is_column(&column) {
                        wrong = Some(error(format!(
                            "the key `{key}` is not known{}",
                            nearest(&column)
                        )));
                    } else if column == "aliases" && value.is_object() {
                        let lists = value.as_object().into_iter().flatten();
                        for (language, names) in lists {
                            set(&mut sku, &format!("aliases_{language}"), values(names));
                        }
                    } else {
                        set(&mut sku, &column, values(value));
                    }
                }
                wrong.map_or(Ok(sku), Err)
            }
            Ok(_) => Err(error("not a JSON object".into())),
            Err(cause) => Err(error(format!("not JSON: {cause}"))),
        };
        rows.push((line, row));
    }
    rows
}

fn values(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => split(text),
        Value::Number(number) => vec![number.to_string()],
        Value::Array(list) => list.iter().flat_map(values).collect(),
        _ => Vec::new(),
    }
}

fn split(field: &str) -> Vec<String> {
    field
        .split(['|', '｜'])
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

const COLUMNS: [&str; 9] = [
    "sku", "name", "brand", "line", "models", "category", "aliases", "must", "must_not",
];

fn column_name(name: &str) -> String {
    let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
    match name.replace([' ', '-'], "_").as_str() {
        "model" => "models".into(),
        "alias" => "aliases".into(),
        other => other.to_owned(),
    }
}

fn is_column(name: &str) -> bool {
    COLUMNS.contains(&name)
        || name
            .strip_prefix("aliases_")
            .is_some_and(|language| !language.is_empty())
}

fn nearest(column: &str) -> String {
    COLUMNS
        .iter()
        .map(|known| (strsim::damerau_levenshtein(known, column), known))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, known)| format!("; did you mean `{known}`?"))
        .unwrap_or_default()
}

fn check_columns(path: &Path, head: &[String]) -> Result<(), Error> {
    for column in ["sku", "name"] {
        if !head.iter().any(|name| name == column) {
            return Err(Error::Column {
                file: path.to_owned(),
                column,
                found: head.join(", "),
            });
        }
    }
    match head.iter().find(|name| !is_column(name)) {
        Some(column) => Err(Error::Unknown {
            file: path.to_owned(),
            column: column.clone(),
            nearest: nearest(column),
        }),
        None => Ok(()),
    }
}

fn set(sku: &mut Sku, column: &str, values: Vec<String>) {
    let joined = || values.join("|");
    let one = || (!values.is_empty()).then(joined);
    match column {
        "sku" => sku.sku = joined(),
        "name" => sku.name = joined(),
        "brand" => sku.brand = one(),
        "line" => sku.line = one(),
        "category" => sku.category = one(),
        "models" => sku.models = values,
        "must" => sku.must = values,
        "must_not" => sku.must_not = values,
        "aliases" => extend(&mut sku.aliases, "*", values),
        other => {
            if let Some(language) = other.strip_prefix("aliases_") {
                extend(&mut sku.aliases, &language.replace('_', "-"), values);
            }
        }
    }
}

fn extend(aliases: &mut BTreeMap<String, Vec<String>>, language: &str, values: Vec<String>) {
    if !values.is_empty() {
        aliases
            .entry(language.to_owned())
            .or_default()
            .extend(values);
    }
}

fn checked(path: &Path, line: u64, sku: Sku) -> Result<Sku, Error> {
    let why = if sku.sku.is_empty() {
        "the SKU is empty".to_owned()
    } else if sku.name.is_empty() {
        format!("the SKU `{}` has no name", sku.sku)
    } else if sku.sku.chars().any(char::is_control) {
        "the SKU holds an invisible control character".to_owned()
    } else if [&sku.sku, &sku.name]
        .iter()
        .any(|field| field.chars().count() > FIELD_CHARS_MAX)
    {
        format!("a field is longer than {FIELD_CHARS_MAX} characters")
    } else {
        return Ok(sku);
    };
    Err(Error::Line {
        file: path.to_owned(),
        line,
        why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &[u8]) -> Result<Vec<Sku>, Vec<String>> {
        parse(Path::new("shop.csv"), text)
            .map_err(|errors| errors.iter().map(Error::to_string).collect())
    }

    #[test]
    fn two_columns_are_enough_and_all_others_are_read() {
        let skus = read(b"sku,name\nA1,Moon Lamp\n").unwrap();
        assert_eq!(skus[0].name, "Moon Lamp");
        let text = "sku,name,brand,models,aliases,aliases_de,must_not,category\n\
                    A1,\"Lumo Moon Lamp, white\",Lumo,ML-200|ML200W,moonlamp|moon light,Mondlampe,sticker,lamp\n";
        let sku = &read(text.as_bytes()).unwrap()[0];
        assert_eq!(sku.models, ["ML-200", "ML200W"]);
        assert_eq!(sku.aliases["*"], ["moonlamp", "moon light"]);
        assert_eq!(sku.aliases["de"], ["Mondlampe"]);
        assert_eq!(sku.must_not, ["sticker"]);
    }

    #[test]
    fn objects_and_old_chinese_encoding_are_read_too() {
        let skus = read(
            "{\"sku\":\"B2\",\"name\":\"月球灯\",\"aliases\":{\"en\":[\"moon lamp\"]}}\n"
                .as_bytes(),
        )
        .unwrap();
        assert_eq!(skus[0].aliases["en"], ["moon lamp"]);
        let (gbk, _, _) = encoding_rs::GBK.encode("sku,name\nB2,月球灯\n");
        assert_eq!(read(&gbk).unwrap()[0].name, "月球灯");
    }

    #[test]
    fn every_error_names_file_and_line() {
        let errors = read(b"sku,name\nA1,Lamp\nA1,Lamp again\n,Nameless\nA2\n").unwrap_err();
        assert_eq!(errors.len(), 3);
        assert!(errors[0].contains("`shop.csv` line 3") && errors[0].contains("line 2"));
        assert!(errors[1].contains("line 4") && errors[1].contains("empty"));
        assert!(errors[2].contains("line 5") && errors[2].contains("fields"));
        let errors = read(b"sku,nmae\nA1,x\n").unwrap_err();
        assert!(errors[0].contains("`name`"), "{errors:?}");
        let errors = read(b"sku,name,barnd\nA1,x,y\n").unwrap_err();
        assert!(errors[0].contains("did you mean `brand`"), "{errors:?}");
        let errors = read(b"PK\x03\x04\x00\x00\xff\xff").unwrap_err();
        assert!(errors[0].contains("UTF-8 nor GBK"), "{errors:?}");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let _ = read(&[b"sku,name\n".as_slice(), &bytes].concat());
        }
    }
}
