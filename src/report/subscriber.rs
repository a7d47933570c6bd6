use super::locale::Language;
use crate::record::{AlertClass, Market};
use lettre::Address;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// Readers at most: one mail to each, one after the other.
const READERS_MAX: usize = 500;

/// Who gets the report, in which language, about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// How the mail greets the reader.
    pub name: String,
    /// Mail address.
    pub address: Address,
    /// Language; `None`: that of the settings.
    pub language: Option<Language>,
    /// Only these markets; empty: all.
    pub markets: Vec<Market>,
    /// Only SKUs of these categories, in the words of the catalogue; empty: all.
    pub categories: Vec<String>,
    /// Only alerts of these classes; empty: those that are pushed.
    pub classes: Vec<AlertClass>,
}

/// Why a subscribers file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubscriberError {
    /// Not TOML or CSV, or an unknown or missing field.
    #[error("`{file}`, line {line}: {why}")]
    Shape {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// A value that cannot be used.
    #[error("`{file}`, line {line}, field `{field}`: `{value}` is not {wanted}")]
    Field {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// The field.
        field: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        wanted: String,
    },
    /// An address that stands there twice would get everything once only.
    #[error(
        "`{file}`, line {line}: `{address}` stands there twice\nhint: put its markets into one entry"
    )]
    Twice {
        /// The file.
        file: String,
        /// The later line.
        line: usize,
        /// The address.
        address: String,
    },
    /// More readers than can be meant.
    #[error("`{file}` names more than {READERS_MAX} readers")]
    Many {
        /// The file.
        file: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    subscriber: Vec<RawSubscriber>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSubscriber {
    #[serde(default)]
    name: Option<String>,
    address: Spanned<String>,
    #[serde(default)]
    language: Option<Spanned<String>>,
    #[serde(default)]
    markets: Vec<Spanned<String>>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    classes: Vec<Spanned<String>>,
}

/// A value with the line it stands on.
struct Placed<'a> {
    text: &'a str,
    line: usize,
}

/// Reads a subscribers file. A name that ends in `.csv` is read as CSV with the columns name,
/// address, language, markets, categories, classes (several values of a field apart by spaces or
/// semicolons); anything else as TOML with one `[[subscriber]]` for each reader.
///
/// # Errors
/// [`SubscriberError`], naming the file, the line and the field.
pub fn read_subscribers(text: &str, file: &str) -> Result<Vec<Subscriber>, SubscriberError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let found = match file.to_lowercase().ends_with(".csv") {
        true => from_csv(text, file)?,
        false => from_toml(text, file)?,
    };
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    if found.len() > READERS_MAX {
        return Err(SubscriberError::Many { file: file.into() });
    }
    let mut readers = Vec::with_capacity(found.len());
    for (line, reader) in found {
        if seen
            .insert(reader.address.to_string().to_lowercase(), ())
            .is_some()
        {
            return Err(SubscriberError::Twice {
                file: file.into(),
                line,
                address: reader.address.to_string(),
            });
        }
        readers.push(reader);
    }
    Ok(readers)
}

fn line_of(text: &str, place: usize) -> usize {
    let before = text.as_bytes().get(..place).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

fn from_toml(text: &str, file: &str) -> Result<Vec<(usize, Subscriber)>, SubscriberError> {
    let raw: RawFile = toml::from_str(text).map_err(|error| SubscriberError::Shape {
        file: file.into(),
        line: error
            .span()
            .map_or(1, |Range { start, .. }| line_of(text, start)),
        why: error.message().to_owned(),
    })?;
    let placed =
        |value: &Spanned<String>| (line_of(text, value.span().start), value.get_ref().clone());
    let mut readers = Vec::new();
    for entry in &raw.subscriber {
        let (line, address) = placed(&entry.address);
        let fields = Fields {
            file,
            line,
            name: entry.name.clone().unwrap_or_default(),
            address,
            language: entry.language.as_ref().map(placed),
            markets: entry.markets.iter().map(placed).collect(),
            categories: entry.categories.clone(),
            classes: entry.classes.iter().map(placed).collect(),
        };
        readers.push((line, fields.check()?));
    }
    Ok(readers)
}

fn from_csv(text: &str, file: &str) -> Result<Vec<(usize, Subscriber)>, SubscriberError> {
    const COLUMNS: [&str; 6] = [
        "name",
        "address",
        "language",
        "markets",
        "categories",
        "classes",
    ];
    let shape = |line: usize, why: String| SubscriberError::Shape {
        file: file.into(),
        line,
        why,
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| shape(1, error.to_string()))?
        .clone();
    for title in &header {
        if !COLUMNS.contains(&title) {
            let title: String = title.chars().take(40).collect();
            let why = format!("unknown column `{title}`, expected {}", COLUMNS.join(", "));
            return Err(shape(1, why));
        }
    }
    if !header.iter().any(|title| title == "address") {
        return Err(shape(1, "the column `address` is missing".into()));
    }
    let mut readers = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, |place| place.line() as usize);
            shape(line, error.to_string())
        })?;
        let line = record.position().map_or(0, |place| place.line() as usize);
        let text = |column: &str| {
            let place = header.iter().position(|title| title == column)?;
            record.get(place).filter(|text| !text.is_empty())
        };
        let list = |column: &str| -> Vec<(usize, String)> {
            text(column)
                .unwrap_or("")
                .split([' ', ';', ',', '、', '；'])
                .filter(|part| !part.is_empty())
                .map(|part| (line, part.to_owned()))
                .collect()
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let fields = Fields {
            file,
            line,
            name: text("name").unwrap_or("").to_owned(),
            address: text("address").unwrap_or("").to_owned(),
            language: text("language").map(|text| (line, text.to_owned())),
            markets: list("markets"),
            // A category may have a space in its name.
            categories: text("categories")
                .unwrap_or("")
                .split([';', '；'])
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect(),
            classes: list("classes"),
        };
        readers.push((line, fields.check()?));
    }
    Ok(readers)
}

/// The fields of an entry before they are checked, with their lines.
struct Fields<'a> {
    file: &'a str,
    line: usize,
    name: String,
    address: String,
    language: Option<(usize, String)>,
    markets: Vec<(usize, String)>,
    categories: Vec<String>,
    classes: Vec<(usize, String)>,
}

impl Fields<'_> {
    fn wrong(&self, field: &'static str, placed: &Placed<'_>, wanted: String) -> SubscriberError {
        SubscriberError::Field {
            file: self.file.to_owned(),
            line: placed.line,
            field,
            value: placed.text.chars().take(60).collect(),
            wanted,
        }
    }

    fn check(&self) -> Result<Subscriber, SubscriberError> {
        let address: Address = self.address.trim().parse().map_err(|_| {
            let placed = Placed {
                text: &self.address,
                line: self.line,
            };
            self.wrong("address", &placed, "a mail address".into())
        })?;
        let language = match &self.language {
            None => None,
            Some((line, text)) => Some(Language::parse(text).ok_or_else(|| {
                let placed = Placed { text, line: *line };
                self.wrong("language", &placed, "`zh` or `en`".into())
            })?),
        };
        let mut markets = Vec::new();
        for (line, text) in &self.markets {
            let placed = Placed { text, line: *line };
            markets.push(Market::parse(text).ok_or_else(|| {
                self.wrong("markets", &placed, "a country code such as `us`".into())
            })?);
        }
        // `*` is everything, whatever stands beside it.
        if markets.iter().any(|market| market.code() == "*") {
            markets.clear();
        }
        let mut classes = Vec::new();
        for (line, text) in &self.classes {
            let placed = Placed { text, line: *line };
            let known = CLASSES.iter().find(|class| class.word() == text);
            classes.push(*known.ok_or_else(|| {
                let words = CLASSES.map(AlertClass::word).join(", ");
                self.wrong("classes", &placed, format!("one of {words}"))
            })?);
        }
        Ok(Subscriber {
            name: match self.name.trim() {
                "" => address.user().to_owned(),
                name => name.to_owned(),
            },
            address,
            language,
            markets,
            categories: self.categories.clone(),
            classes,
        })
    }
}

/// Every class, in the order of its declaration.
const CLASSES: [AlertClass; 6] = [
    AlertClass::Hit,
    AlertClass::Mixed,
    AlertClass::Crisis,
    AlertClass::Seasonal,
    AlertClass::PriceWar,
    AlertClass::SuspiciousBurst,
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOML: &str = r#"
# readers
[[subscriber]]
name = "王敏"
address = "min@shop.example"
language = "zh"
markets = ["us", "DE"]
categories = ["Kitchen"]
classes = ["hit", "crisis"]

[[subscriber]]
address = "ops@shop.example"
"#;

    #[test]
    fn toml_and_csv_say_the_same() {
        let toml = read_subscribers(TOML, "subscribers.toml").expect("TOML");
        let csv = "name,address,language,markets,categories,classes\n王敏,min@shop.example,zh,us DE,Kitchen,hit;crisis\n,ops@shop.example,,,,\n";
        assert_eq!(read_subscribers(csv, "readers.CSV").expect("CSV"), toml);
        assert_eq!(toml[0].language, Some(Language::Chinese));
        assert_eq!(toml[0].markets.len(), 2);
        assert_eq!((toml[1].name.as_str(), toml[1].markets.len()), ("ops", 0));
        assert_eq!(read_subscribers("", "s.toml").expect("empty"), []);
    }

    #[test]
    fn errors_name_file_line_and_field() {
        let toml = |more: &str| {
            read_subscribers(&format!("{TOML}\n[[subscriber]]\n{more}"), "s.toml")
                .expect_err(more)
                .to_string()
        };
        for (more, says) in [
            (
                "address = \"nobody\"",
                "`s.toml`, line 15, field `address`: `nobody`",
            ),
            (
                "address = \"a@b.example\"\nlanguage = \"fr\"",
                "line 16, field `language`: `fr`",
            ),
            (
                "address = \"a@b.example\"\nmarkets = [\"us\",\n\"usa\"]",
                "line 17, field `markets`",
            ),
            (
                "address = \"a@b.example\"\nclasses = [\"boom\"]",
                "one of hit, mixed, crisis",
            ),
            (
                "address = \"a@b.example\"\nmarket = \"us\"",
                "line 16: unknown field `market`",
            ),
            ("address = \"OPS@shop.example\"", "stands there twice"),
            ("name = \"x\"", "line 14: missing field `address`"),
        ] {
            let error = toml(more);
            assert!(error.contains(says), "{error}");
        }
        let csv = |text: &str| read_subscribers(text, "s.csv").expect_err(text).to_string();
        assert!(csv("name,mail\nx,y").contains("line 1: unknown column `mail`"));
        assert!(
            csv("address,markets\na@b.example,us\nc@d.example,xyz")
                .contains("line 3, field `markets`")
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = read_subscribers(&text, "s.toml");
            let _ = read_subscribers(&format!("address,markets\n{text}"), "s.csv");
        }
    }
}
