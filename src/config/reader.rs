//! Text of groundswell.toml → raw sections. Goes on after a problem, so that one run tells all.

use super::error::Problem;
use super::keys;
use super::raw::{Raw, RawLead, RawRestock};
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Reads one file and collects what is wrong in it.
pub(super) struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Reader<'a> {
        Reader {
            text,
            problems: Vec::new(),
        }
    }

    /// Note a problem at a place of the file.
    pub(super) fn wrong(&mut self, at: Range<usize>, what: impl Into<String>) {
        let upto = self.text.as_bytes().get(..at.start).unwrap_or_default();
        let line = super::newlines(upto) + 1;
        self.problems.push(Problem {
            line: Some(line),
            what: what.into(),
        });
    }

    /// Note a problem that has no place: something is missing.
    pub(super) fn missing(&mut self, what: impl Into<String>) {
        self.problems.push(Problem {
            line: None,
            what: what.into(),
        });
    }

    /// What is wrong, in the order of the lines.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.line);
        self.problems
    }

    /// The sections of the file. Text that is not TOML gives only its errors: what would be
    /// read from the rest of it could mislead.
    pub(super) fn document(&mut self) -> Raw {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        if !errors.is_empty() {
            for error in errors {
                let end = self.text.len();
                let what = format!("cannot be read: {}", plain(error.message()));
                self.wrong(error.span().unwrap_or(end..end), what);
            }
            return Raw::default();
        }
        let mut raw = Raw::default();
        for (key, value) in document.into_inner() {
            match key.get_ref().as_ref() {
                "store" => raw.store = self.section("store", value),
                "crawl" => raw.crawl = self.section("crawl", value),
                "watch" => raw.watch = self.tables("watch", value),
                "budget" => raw.budget = self.tables("budget", value),
                "inbox" => raw.inbox = self.tables("inbox", value),
                "push" => raw.push = self.section("push", value),
                "catalogue" => raw.catalogue = self.section("catalogue", value),
                "stock" => raw.stock = self.section("stock", value),
                "transformer" => raw.transformer = self.section("transformer", value),
                "trend" => raw.trend = self.section("trend", value),
                "restock" => raw.restock = self.restock(value),
                "report" => raw.report = self.section("report", value),
                "mail" => raw.mail = self.section("mail", value),
                "serve" => raw.serve = self.section("serve", value),
                "privacy" => raw.privacy = self.section("privacy", value),
                other => {
                    let what = keys::unknown("", other, keys::keys_of::<Raw>());
                    self.wrong(key.span(), what);
                }
            }
        }
        raw
    }

    /// Sections that may stand several times.
    fn tables<T: Default + DeserializeOwned>(
        &mut self,
        name: &str,
        value: Spanned<DeValue<'_>>,
    ) -> Vec<T> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(tables) => tables
                .into_iter()
                .map(|table| self.section(name, table))
                .collect(),
            _ => {
                let title = keys::title(name);
                self.wrong(
                    span,
                    format!("each {name} is written under its own line {title}"),
                );
                Vec::new()
            }
        }
    }

    fn restock(&mut self, value: Spanned<DeValue<'_>>) -> RawRestock {
        let span = value.span();
        let DeValue::Table(mut table) = value.into_inner() else {
            self.wrong(span, not_a_section("restock"));
            return RawRestock::default();
        };
        let lead = table.remove("lead");
        let mut raw: RawRestock =
            self.section("restock", Spanned::new(span, DeValue::Table(table)));
        if let Some(lead) = lead {
            raw.lead = self.section::<RawLead>("restock.lead", lead);
        }
        raw
    }

    /// One section. A key that is unknown or holds the wrong kind of value is noted and left
    /// out; the others still count.
    fn section<T: Default + DeserializeOwned>(
        &mut self,
        name: &str,
        value: Spanned<DeValue<'_>>,
    ) -> T {
        let span = value.span();
        let DeValue::Table(given) = value.into_inner() else {
            self.wrong(span, not_a_section(name));
            return T::default();
        };
        let known = keys::keys_of::<T>();
        let (mut table, unknown): (DeTable<'_>, DeTable<'_>) = given
            .into_iter()
            .partition(|(key, _)| known.contains(&key.get_ref().as_ref()));
        for (key, value) in unknown {
            self.wrong(key.span(), keys::unknown(name, key.get_ref(), known));
            // Read it as the key it was meant to be, so that the right one is not called
            // missing as well.
            if let Some(meant) = keys::nearest(key.get_ref(), known) {
                let meant = Spanned::new(key.span(), meant.into());
                table.entry(meant).or_insert(value);
            }
        }
        // Each round either succeeds or takes one key out.
        loop {
            let rest = Spanned::new(span.clone(), DeValue::Table(table.clone()));
            let error = match T::deserialize(ValueDeserializer::from(rest)) {
                Ok(raw) => return raw,
                Err(error) => error,
            };
            let at = error.span().unwrap_or_else(|| span.clone());
            let guilty = table
                .iter()
                .find(|(_, value)| value.span().start <= at.start && at.end <= value.span().end)
                .map(|(key, _)| key.clone());
            let Some(key) = guilty else {
                self.wrong(at, plain(error.message()));
                return T::default();
            };
            let title = keys::title(name);
            let what = format!("`{}` in {title}: {}", key.get_ref(), plain(error.message()));
            self.wrong(at, what);
            table.remove(&key);
        }
    }
}

fn not_a_section(name: &str) -> String {
    format!(
        "`{name}` is a section: write {} on its own line",
        keys::title(name)
    )
}

/// A message of the TOML reader in words for people who do not program.
fn plain(message: &str) -> String {
    if message.contains("escaped value") {
        return "a backslash must be doubled (\"C:\\\\data\"), or the text put into 'single \
                quotes'"
            .to_owned();
    }
    let mut text = message.trim().to_owned();
    for (theirs, ours) in [
        ("invalid type: string ", "found the text "),
        ("invalid type: integer ", "found the number "),
        ("invalid type: floating point ", "found the number "),
        ("invalid type: boolean ", "found "),
        ("invalid type: sequence", "found a list"),
        ("invalid type: map", "found a table"),
        ("expected i64", "expected a whole number, without quotes"),
        ("expected f64", "expected a number, without quotes"),
        ("expected a string", "expected text in \"quotes\""),
        (
            "expected a sequence",
            "expected a list such as [\"one\", \"two\"]",
        ),
        (
            "expected a map",
            "expected a table such as { name = \"value\" }",
        ),
    ] {
        text = text.replace(theirs, ours);
    }
    text
}
