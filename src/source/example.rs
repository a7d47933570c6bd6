//! The examples a source file carries: a page made by its author and what must come of it.

use super::check::Checker;
use super::definition::Source;
use super::error::Error;
use super::exchange::{Answer, Ask};
use super::line::Line;
use super::raw::RawExample;
use crate::record::{AuthorKey, Market};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use toml::Spanned;

/// The key examples are hashed with; nothing is ever stored under it.
const EXAMPLE_KEY: [u8; 32] = [7; 32];

/// Examples are short and trusted; a busy machine must not fail them.
const EXAMPLE_BUDGET: Duration = Duration::from_secs(60);

/// A checked example.
#[derive(Debug)]
pub(super) struct Example {
    about: String,
    answer: Answer,
    ask: Ask,
    records: Vec<BTreeMap<String, Value>>,
    next: Option<String>,
    instance: Option<String>,
    missing: Vec<String>,
    deleted: Vec<String>,
}

impl Example {
    pub(super) fn check(checker: &mut Checker<'_>, raw: Spanned<RawExample>) -> Option<Example> {
        let span = raw.span();
        let raw = raw.into_inner();
        let url = match raw.url.parse() {
            Ok(url) => url,
            Err(_) => {
                checker.wrong(span, "url", "not an address", None);
                return None;
            }
        };
        let now = match raw.now.as_deref().unwrap_or("2026-03-01T12:00:00Z").parse() {
            Ok(now) => now,
            Err(_) => {
                let hint = Some("write one such as `2026-03-01T12:00:00Z`".to_owned());
                checker.wrong(span, "now", "not a time", hint);
                return None;
            }
        };
        let headers = raw
            .headers
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        let records = raw
            .records
            .into_iter()
            .map(|record| {
                let json = |value| serde_json::to_value(value).unwrap_or(Value::Null);
                record
                    .into_iter()
                    .map(|(key, value)| (key, json(value)))
                    .collect()
            })
            .collect();
        Some(Example {
            about: raw.about,
            answer: Answer {
                url,
                status: raw.status.unwrap_or(200),
                headers,
                body: raw.page.into_bytes(),
                fetched_at: now,
            },
            ask: Ask {
                query: raw.query,
                market: raw.market.as_deref().and_then(Market::parse),
                params: raw.params,
                now,
            },
            records,
            next: raw.next,
            instance: raw.instance,
            missing: raw.missing,
            deleted: raw.deleted,
        })
    }
}

impl Source {
    /// Runs the examples of the file, without network.
    ///
    /// # Errors
    /// One [`Error::Example`] for each example that does not come out as the file says.
    pub fn run_examples(&self) -> Result<usize, Vec<Error>> {
        let mut problems = Vec::new();
        for (place, example) in self.examples.iter().enumerate() {
            if let Err(problem) = self.run(example) {
                problems.push(Error::Example {
                    file: self.file.clone(),
                    number: place + 1,
                    about: example.about.clone(),
                    problem,
                });
            }
        }
        if problems.is_empty() {
            Ok(self.examples.len())
        } else {
            Err(problems)
        }
    }

    fn run(&self, example: &Example) -> Result<(), String> {
        let key = AuthorKey::new(EXAMPLE_KEY);
        let extract = self
            .extract_within(&example.answer, &example.ask, &key, EXAMPLE_BUDGET)
            .map_err(|error| error.to_string())?;
        if extract.records.len() != example.records.len() {
            return Err(format!(
                "{} records expected, {} found",
                example.records.len(),
                extract.records.len()
            ));
        }
        for (place, (record, wanted)) in extract.records.iter().zip(&example.records).enumerate() {
            let mut found = serde_json::to_value(Line::from(record)).unwrap_or(Value::Null);
            found["list"] = Value::from(record.list.clone());
            found["thread"] = Value::from(record.thread.clone());
            found["paid"] = Value::from(record.paid);
            for (field, value) in wanted {
                let got = found.get(field).cloned().unwrap_or(Value::Null);
                let value = match (field.as_str(), value.as_str()) {
                    // An example names the author; the record holds the pseudonym.
                    ("author", Some(name)) => Value::from(key.hash(&self.site, name).to_string()),
                    _ => value.clone(),
                };
                let got = if field == "author" {
                    found["author_hash"].clone()
                } else {
                    got
                };
                if !same(&got, &value) {
                    return Err(format!(
                        "record {}: `{field}` should be {value}, but is {got}",
                        place + 1
                    ));
                }
            }
        }
        if extract.next != example.next {
            let word = |next: &Option<String>| next.clone().unwrap_or_else(|| "none".into());
            return Err(format!(
                "the next cursor should be {}, but is {}",
                word(&example.next),
                word(&extract.next)
            ));
        }
        if example.instance.is_some() && extract.instance != example.instance {
            return Err(format!("the instance is {:?}", extract.instance));
        }
        if extract.deleted != example.deleted {
            return Err(format!("deleted ids are {:?}", extract.deleted));
        }
        for field in &example.missing {
            if !extract
                .missing
                .iter()
                .any(|missing| missing.field == *field)
            {
                return Err(format!("`{field}` should be named as missing"));
            }
        }
        Ok(())
    }
}

/// An empty string in an example stands for `null`, which TOML does not have.
fn same(got: &Value, wanted: &Value) -> bool {
    match (got, wanted) {
        (Value::Null, Value::String(text)) => text.is_empty(),
        (Value::Number(got), Value::Number(wanted)) => got.as_f64() == wanted.as_f64(),
        _ => got == wanted,
    }
}
