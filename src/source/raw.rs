//! The source file as it is written. Checked in `check`; nothing else reads these types.

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor, value};
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSource {
    pub name: Spanned<String>,
    pub title: String,
    pub home: Spanned<String>,
    pub site: Option<String>,
    pub instance: Option<Spanned<String>>,
    pub class: Spanned<String>,
    pub kind: Spanned<String>,
    pub market: Option<Spanned<String>>,
    pub lang: Option<String>,
    pub access: Option<Spanned<String>>,
    pub terms: Option<Spanned<String>>,
    pub tier: Option<Spanned<String>>,
    #[serde(default)]
    pub proven: bool,
    pub off: Option<String>,
    pub stance: Option<String>,
    pub query: Option<String>,
    pub expected_silence_h: Option<u32>,
    #[serde(default)]
    pub empty_statuses: Vec<u16>,
    pub charset: Option<Spanned<String>>,
    pub combine: Option<Spanned<String>>,
    #[serde(default)]
    pub param: Vec<RawParam>,
    pub request: RawRequest,
    pub cursor: Option<Spanned<RawCursor>>,
    pub stream: Option<Spanned<RawStream>>,
    #[serde(default)]
    pub quota: RawQuota,
    pub read: Vec<RawRead>,
    #[serde(default)]
    pub example: Vec<Spanned<RawExample>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawParam {
    pub name: Spanned<String>,
    pub help: String,
    pub example: String,
    pub default: Option<String>,
    pub env: Option<String>,
    #[serde(default)]
    pub secret: bool,
    #[serde(default)]
    pub optional: bool,
    #[serde(default)]
    pub by_market: BTreeMap<String, Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRequest {
    pub method: Option<Spanned<String>>,
    pub url: Spanned<String>,
    #[serde(default)]
    pub headers: BTreeMap<String, Spanned<String>>,
    pub body: Option<Spanned<String>>,
    pub since: Option<Spanned<String>>,
    #[serde(default)]
    pub since_overlap_s: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCursor {
    pub next: Spanned<String>,
    pub path: Option<Spanned<String>>,
    pub css: Option<Spanned<String>>,
    pub attr: Option<String>,
    pub first: Option<u32>,
    pub step: Option<u32>,
    pub full: Option<u32>,
    pub format: Option<Spanned<String>>,
    #[serde(default)]
    pub overlap_s: u32,
    pub more: Option<Spanned<String>>,
    pub pages_max: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStream {
    pub protocol: Spanned<String>,
    pub decode: Option<Spanned<String>>,
    #[serde(default)]
    pub collections: Vec<String>,
    #[serde(default)]
    pub say: Vec<Spanned<String>>,
    pub cursor: Option<Spanned<String>>,
    #[serde(default)]
    pub overlap: u64,
    pub page_s: Option<u32>,
    pub idle_s: Option<u32>,
    pub listen_s: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawQuota {
    pub bucket: Option<Spanned<String>>,
    pub resets: Option<Spanned<String>>,
    pub cost: Option<u32>,
    pub cost_more: Option<u32>,
    pub units_per_day: Option<u64>,
    pub calls_per_day: Option<u64>,
    pub records_per_month: Option<u64>,
    pub price: Option<Spanned<String>>,
    pub records_per_call_max: Option<u32>,
    #[serde(default)]
    pub free_again: bool,
    pub pause_ms: Option<u64>,
    pub note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRead {
    pub format: Spanned<String>,
    pub kind: Option<Spanned<String>>,
    #[serde(default)]
    pub guards: Vec<String>,
    pub cut: Option<Spanned<RawCut>>,
    pub items: Option<Spanned<String>>,
    #[serde(default)]
    pub keep: Vec<Spanned<RawRule>>,
    #[serde(default)]
    pub outermost: bool,
    #[serde(default)]
    pub skip: Vec<Spanned<RawRule>>,
    pub gone: Option<Spanned<RawRule>>,
    #[serde(default, rename = "let")]
    pub locals: BTreeMap<String, Spanned<RawField>>,
    pub fields: BTreeMap<String, Spanned<RawField>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCut {
    pub css: String,
    pub attr: Option<String>,
    pub after: Option<String>,
    pub inner: Option<String>,
    #[serde(default)]
    pub all: bool,
}

/// One way to find a value. A bare string is a JSON path or a CSS selector, by format.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRule {
    pub path: Option<String>,
    pub css: Option<String>,
    pub attr: Option<String>,
    pub template: Option<String>,
    pub value: Option<String>,
    pub position: Option<u32>,
    pub page: bool,
    pub html: bool,
    pub after: Option<String>,
    pub before: OneOrMany,
    pub remove: Vec<String>,
    pub prefix: Option<String>,
    pub join: Option<String>,
    pub sum: bool,
    pub equals: Option<String>,
    pub contains: Option<String>,
    pub lacks: Option<String>,
    pub formats: Vec<String>,
    pub zone: Option<String>,
    pub minor: Option<RawMinor>,
    pub decimal: Option<String>,
    pub optional: bool,
    /// Set for a bare string, whose meaning the format decides.
    #[serde(skip)]
    pub bare: Option<String>,
}

/// One word, or several.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub fn words(&self) -> Vec<String> {
        match self {
            OneOrMany::None => Vec::new(),
            OneOrMany::One(word) => vec![word.clone()],
            OneOrMany::Many(words) => words.clone(),
        }
    }
}

/// How many places of an amount are minor units, or the local value that tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum RawMinor {
    Places(u32),
    Told(String),
}

/// A field: one rule, or several that are tried in order.
#[derive(Debug, Clone)]
pub(super) struct RawField(pub Vec<RawRule>);

impl<'de> Deserialize<'de> for RawField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rules;
        impl<'de> Visitor<'de> for Rules {
            type Value = RawField;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a selector, a table, or a list of them")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RawField, E> {
                Ok(RawField(vec![RawRule {
                    bare: Some(text.to_owned()),
                    ..RawRule::default()
                }]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawField, A::Error> {
                RawRule::deserialize(value::MapAccessDeserializer::new(map))
                    .map(|rule| RawField(vec![rule]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawField, A::Error> {
                let mut rules = Vec::new();
                while let Some(RawField(mut inner)) = seq.next_element()? {
                    rules.append(&mut inner);
                }
                Ok(RawField(rules))
            }
        }
        deserializer.deserialize_any(Rules)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExample {
    pub about: String,
    pub url: String,
    #[serde(default)]
    pub status: Option<u16>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub query: String,
    pub market: Option<String>,
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    pub now: Option<String>,
    pub page: String,
    pub records: Vec<BTreeMap<String, toml::Value>>,
    pub next: Option<String>,
    pub instance: Option<String>,
    #[serde(default)]
    pub missing: Vec<String>,
    #[serde(default)]
    pub deleted: Vec<String>,
}
