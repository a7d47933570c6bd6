//! One way to find a value in an item: select, then clean. No regular expressions.

use super::html::{plain_text, text_of, tidy};
use super::moment::Format;
use super::money::MoneyRule;
use super::path::Path;
use super::template::{Encode, Template};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use scraper::{ElementRef, Selector};
use serde_json::Value;

/// A checked rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub take: Take,
    /// Look in the whole page instead of in the item.
    pub page: bool,
    pub clean: Clean,
    pub expect: Option<Expect>,
    pub formats: Vec<Format>,
    pub zone: TimeZone,
    pub money: MoneyRule,
    /// The local value that tells how many places of the amount are minor units: `2`, or `100`.
    pub minor_from: Option<String>,
    /// The selector as it was written, for messages.
    pub shown: String,
}

/// Where a value comes from.
#[derive(Debug)]
pub(super) enum Take {
    Path(Path),
    /// Without a selector: the item itself. Without an attribute: its text.
    Css(Option<Selector>, Option<String>),
    Template(Template),
    Value(String),
    /// The item's place on the page; the number is the size of a page.
    Position(u32),
}

/// What is done to a value once it is found.
#[derive(Debug, Default)]
pub(super) struct Clean {
    pub html: bool,
    pub after: Option<String>,
    /// Cut at the first of these marks.
    pub before: Vec<String>,
    pub remove: Vec<String>,
    pub prefix: Option<String>,
    pub join: Option<String>,
    pub sum: bool,
}

/// What a value must be for a condition to hold.
#[derive(Debug)]
pub(super) enum Expect {
    Equals(String),
    Contains(String),
    Lacks(String),
}

/// A part of a page that a record is read from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    Json(&'a Value),
    Html(ElementRef<'a>),
}

/// A value as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub text: String,
    /// A JSON number, or a JSON string that is one: its point is the decimal point.
    pub exact: bool,
}

/// What a rule may look at.
pub(super) struct Scope<'a> {
    pub item: Item<'a>,
    pub page: Item<'a>,
    /// Place of the item in the list the page is a part of, from 1; by page size.
    pub position: &'a dyn Fn(u32) -> u32,
    pub now: Timestamp,
    pub value: &'a dyn Fn(&str) -> Option<String>,
}

impl Rule {
    /// Every value the rule finds, cleaned, the empty ones left out.
    pub fn texts(&self, scope: &Scope<'_>) -> Vec<Text> {
        let from = if self.page { scope.page } else { scope.item };
        let mut found: Vec<Text> = match (&self.take, from) {
            (Take::Path(path), Item::Json(value)) => {
                path.find(value).into_iter().flat_map(scalars).collect()
            }
            (Take::Css(selector, attr), Item::Html(element)) => {
                elements(selector.as_ref(), element)
                    .into_iter()
                    .filter_map(|hit| match attr {
                        Some(attr) => hit.value().attr(attr).map(str::to_owned),
                        None => Some(text_of(hit)),
                    })
                    .map(|text| Text { text, exact: false })
                    .collect()
            }
            (Take::Template(template), _) => template
                .fill(Encode::Plain, scope.now, scope.value)
                .ok()
                .filter(|filled| filled.empty.is_empty())
                .map(|filled| Text {
                    text: filled.text,
                    exact: false,
                })
                .into_iter()
                .collect(),
            (Take::Value(text), _) => vec![Text {
                text: text.clone(),
                exact: false,
            }],
            (Take::Position(size), _) => vec![Text {
                text: (scope.position)(*size).to_string(),
                exact: true,
            }],
            _ => Vec::new(),
        };
        // The condition looks at the value as it was found, the record gets it as it was cut.
        found.retain_mut(|text| {
            self.clean.flatten(text);
            let fits = self
                .expect
                .as_ref()
                .is_none_or(|expect| expect.holds(&text.text));
            self.clean.cut(text);
            fits && !text.text.is_empty()
        });
        if let Some(glue) = &self.clean.join
            && !found.is_empty()
        {
            let parts: Vec<String> = found.into_iter().map(|part| part.text).collect();
            return vec![Text {
                text: parts.join(glue),
                exact: false,
            }];
        }
        found
    }

    /// Whether the rule, read as a condition, holds: something is there that is not `false`.
    pub fn holds(&self, scope: &Scope<'_>) -> bool {
        if self.expect.is_none()
            && let Take::Path(path) = &self.take
            && let Item::Json(value) = if self.page { scope.page } else { scope.item }
        {
            return path.find(value).into_iter().any(|hit| match hit {
                Value::Null | Value::Bool(false) => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(list) => !list.is_empty(),
                _ => true,
            });
        }
        if let (None, Take::Css(selector, None)) = (&self.expect, &self.take) {
            let from = if self.page { scope.page } else { scope.item };
            return match from {
                Item::Html(element) => !elements(selector.as_ref(), element).is_empty(),
                Item::Json(_) => false,
            };
        }
        self.texts(scope).iter().any(|text| text.text != "false")
    }
}

impl Expect {
    fn holds(&self, text: &str) -> bool {
        match self {
            Expect::Equals(wanted) => text == wanted,
            Expect::Contains(wanted) => text.contains(wanted.as_str()),
            Expect::Lacks(unwanted) => !text.contains(unwanted.as_str()),
        }
    }
}

impl Clean {
    fn flatten(&self, text: &mut Text) {
        let raw = std::mem::take(&mut text.text);
        text.text = if self.html {
            plain_text(&raw)
        } else {
            tidy(&raw)
        };
    }

    fn cut(&self, text: &mut Text) {
        let mut value = std::mem::take(&mut text.text);
        if let Some(mark) = &self.after
            && let Some(place) = value.rfind(mark.as_str())
        {
            value.drain(..place + mark.len());
        }
        let marks = self.before.iter();
        if let Some(place) = marks.filter_map(|mark| value.find(mark.as_str())).min() {
            value.truncate(place);
        }
        for word in &self.remove {
            if value.contains(word.as_str()) {
                value = value.replace(word.as_str(), "");
            }
        }
        let trimmed = value.trim();
        text.text = match &self.prefix {
            Some(prefix) if !trimmed.is_empty() => format!("{prefix}{trimmed}"),
            _ => trimmed.to_owned(),
        };
    }
}

fn elements<'a>(selector: Option<&Selector>, from: ElementRef<'a>) -> Vec<ElementRef<'a>> {
    match selector {
        Some(selector) => from.select(selector).collect(),
        None => vec![from],
    }
}

/// Strings, numbers and truth values; an array stands for its members, an object for nothing.
fn scalars(value: &Value) -> Vec<Text> {
    match value {
        Value::String(text) => vec![Text {
            exact: is_plain_number(text),
            text: text.clone(),
        }],
        Value::Number(number) => vec![Text {
            text: number.to_string(),
            exact: true,
        }],
        Value::Bool(truth) => vec![Text {
            text: truth.to_string(),
            exact: false,
        }],
        Value::Array(list) => list
            .iter()
            .filter(|member| !member.is_array())
            .flat_map(scalars)
            .collect(),
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(part)
}
