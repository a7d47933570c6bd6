//! `[[inbox]]` and `[push]`: how the seller's own data comes in, and how its rows are read.

use super::raw::{RawInbox, RawPush, Value};
use super::reader::Reader;
use super::{Config, keys};
use crate::record::{Kind, Market, SourceClass};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shape {
    /// Posts, comments, reviews, chat lines, returns, sign-ups: one text a row
    Posts,
    /// Lines of ranking lists: one item at one rank and time a row
    Ranks,
    /// Order lines of the seller's own shop
    Sales,
    /// Numbers somebody else counted: searches, views, mentions
    Counts,
}

impl Shape {
    /// Every shape with its word.
    const WORDS: [(&'static str, Shape); 4] = [
        ("posts", Shape::Posts),
        ("ranks", Shape::Ranks),
        ("sales", Shape::Sales),
        ("counts", Shape::Counts),
    ];
}

/// The fields a row may have, by name.
pub const FIELDS: [&str; 29] = [
    "time",
    "id",
    "text",
    "reason",
    "title",
    "author",
    "role",
    "kind",
    "url",
    "lang",
    "market",
    "thread",
    "sku",
    "subject",
    "quantity",
    "count",
    "rank",
    "list",
    "paid",
    "price",
    "currency",
    "rating",
    "rating_scale",
    "reviews",
    "likes",
    "comments",
    "shares",
    "views",
    "sold",
];

/// Kinds of what people write, in the order they are told.
pub const SPOKEN: [Kind; 6] = [
    Kind::Chat,
    Kind::Review,
    Kind::Return,
    Kind::Signup,
    Kind::Comment,
    Kind::Post,
];

/// The kind of what people write, by a word as sellers and their tools use it.
pub fn kind_named(word: &str) -> Option<Kind> {
    let word = word.trim().to_lowercase();
    let own = SPOKEN.into_iter().find(|kind| kind.word() == word);
    own.or_else(|| {
        Some(match word.as_str() {
            "ticket" | "call" | "message" | "conversation" | "livestream" => Kind::Chat,
            "rating" => Kind::Review,
            "refund" => Kind::Return,
            "preorder" | "presale" | "waitlist" => Kind::Signup,
            _ => return None,
        })
    })
}

/// How rows of the seller's own data are to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What the rows are.
    pub shape: Shape,
    /// Name of the source in the store; authors of two sources are never the same person.
    pub source: String,
    /// Class, where the shape's own is not meant.
    pub class: Option<SourceClass>,
    /// Market of rows that state none.
    pub market: Option<Market>,
    /// Ranking list of rows that state none.
    pub list: Option<String>,
    /// Currency of rows that state none, ISO 4217.
    pub currency: Option<String>,
    /// Kind of rows that state none (shape `posts` only).
    pub kind: Option<Kind>,
    /// Lines of a conversation that do not say who speaks are customers'.
    pub customers: bool,
    /// Authors who are the seller's own people and programs, in lower case; everybody else is a
    /// customer. Empty: not known.
    pub agents: BTreeSet<String>,
    /// Zone of times that state none.
    pub zone: TimeZone,
    /// Field → column, where the column's name does not tell.
    pub columns: BTreeMap<String, String>,
}

impl Plan {
    /// A plan without defaults for what rows leave out.
    pub fn new(shape: Shape, source: impl Into<String>) -> Plan {
        Plan {
            shape,
            source: source.into(),
            class: None,
            market: None,
            list: None,
            currency: None,
            kind: None,
            customers: false,
            agents: BTreeSet::new(),
            zone: TimeZone::UTC,
            columns: BTreeMap::new(),
        }
    }

    /// The class the rows count in.
    pub fn class(&self) -> SourceClass {
        self.class.unwrap_or(match self.shape {
            Shape::Posts => match self.kind {
                Some(Kind::Review) => SourceClass::Review,
                Some(Kind::Chat | Kind::Return | Kind::Signup) => SourceClass::Voice,
                _ => SourceClass::Social,
            },
            Shape::Ranks => SourceClass::Ranking,
            Shape::Sales => SourceClass::Sales,
            Shape::Counts => SourceClass::Interest,
        })
    }
}

/// `[[inbox]]`: data of the seller's own that comes in by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbox {
    /// How its rows are read; the name of its source is also its address for pushes.
    pub plan: Plan,
    /// `folder`: watched for files. `None`: what comes is pushed.
    pub folder: Option<PathBuf>,
}

/// `[push]`
#[derive(Debug, Clone, PartialEq)]
pub struct PushConfig {
    /// `address`: where events are taken; `None`: nowhere.
    pub address: Option<SocketAddr>,
    /// `token_env`: name of the environment variable that holds the token.
    pub token_env: Option<String>,
    /// `token_file`: holds the token where no variable does; made when it is missing.
    pub token_file: PathBuf,
    /// `body_bytes_max`, after decompression.
    pub body_bytes_max: usize,
    /// `lines_max` of one body.
    pub lines_max: usize,
}

/// Write what the file says of inboxes into `config`.
pub(super) fn inboxes(raw: Vec<RawInbox>, reader: &mut Reader<'_>, config: &mut Config) {
    for (number, raw) in raw.into_iter().enumerate() {
        let Some(source) = super::checked::filled(&raw.source) else {
            reader.missing(format!(
                "[[inbox]] number {} has no `source`; any name will do, such as `helpdesk`",
                number + 1
            ));
            continue;
        };
        let at = source.span();
        let name = source.get_ref().trim();
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if name.len() > 64 || !name.bytes().all(letters) {
            let what = "`source` in [[inbox]] is part of an address: letters a-z, digits, `-`, \
                        `_` and `.`, at most 64";
            reader.wrong(at, what);
        } else if config.inboxes.iter().any(|it| it.plan.source == name) {
            reader.wrong(at, format!("two [[inbox]] have the source `{name}`"));
        } else if let Some(plan) = plan(&raw, name, reader, at) {
            let folder = super::checked::filled(&raw.folder);
            let folder = folder.map(|folder| config.home.join(folder.get_ref().trim()));
            config.inboxes.push(Inbox { plan, folder });
        }
    }
}

fn plan(
    raw: &RawInbox,
    source: &str,
    reader: &mut Reader<'_>,
    at: std::ops::Range<usize>,
) -> Option<Plan> {
    let words = Shape::WORDS.map(|(word, _)| word);
    if raw.shape.is_none() {
        let what = format!(
            "[[inbox]] of `{source}` has no `as`: one of {}",
            keys::quoted(&words)
        );
        reader.wrong(at.clone(), what);
    }
    let word = reader.word("inbox", "as", &raw.shape, &words)?;
    let (_, shape) = Shape::WORDS.into_iter().find(|(it, _)| *it == word)?;
    let mut plan = Plan::new(shape, source);
    plan.market = reader.market("inbox", &raw.market);
    plan.list = text(&raw.list);
    plan.currency = text(&raw.currency);
    plan.customers = reader
        .word("inbox", "role", &raw.role, &["customer"])
        .is_some();
    if shape == Shape::Posts && raw.kind.is_none() {
        let what = format!(
            "[[inbox]] of `{source}` holds posts but has no `kind`: chat, ticket, call, review, \
             return, signup, comment or post"
        );
        reader.wrong(at, what);
    }
    if let Some(kind) = super::checked::filled(&raw.kind) {
        plan.kind = kind_named(kind.get_ref());
        if plan.kind.is_none() {
            let known = keys::quoted(&SPOKEN.map(Kind::word));
            let what = format!(
                "`kind` in [[inbox]] must be one of {known} or a word for one of them such as \
                 `ticket`, found `{}`",
                kind.get_ref()
            );
            reader.wrong(kind.span(), what);
        }
    }
    let classes = SourceClass::ALL.map(SourceClass::word);
    plan.class = reader
        .word("inbox", "class", &raw.class, &classes)
        .and_then(SourceClass::parse);
    if let Some(agents) = &raw.agents {
        let names = agents.get_ref().iter();
        plan.agents = names.map(|name| name.trim().to_lowercase()).collect();
    }
    if let Some(zone) = raw.zone.as_ref().and_then(|it| reader.zone("inbox", it)) {
        plan.zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    }
    if let Some(map) = &raw.map {
        for field in map.get_ref().keys() {
            if !FIELDS.contains(&field.as_str()) {
                let what = match keys::nearest(field, &FIELDS) {
                    Some(meant) => {
                        format!("`map` in [[inbox]]: no field `{field}`; did you mean `{meant}`?")
                    }
                    None => format!(
                        "`map` in [[inbox]]: no field `{field}`; `groundswell inbox --fields` \
                         lists them"
                    ),
                };
                reader.wrong(map.span(), what);
            }
        }
        plan.columns.clone_from(map.get_ref());
    }
    Some(plan)
}

/// Write what the file says of pushes into `config`.
pub(super) fn push(raw: &RawPush, reader: &mut Reader<'_>, config: &mut Config) {
    let to = &mut config.push;
    let bytes = &raw.body_bytes_max;
    let target = &mut to.body_bytes_max;
    reader.whole("push", "body_bytes_max", bytes, 1_024..=67_108_864, target);
    let lines = &raw.lines_max;
    reader.whole("push", "lines_max", lines, 1..=50_000, &mut to.lines_max);
    to.token_env = text(&raw.token_env);
    if let Some(file) = super::checked::filled(&raw.token_file) {
        to.token_file = config.home.join(file.get_ref().trim());
    }
    let Some(address) = super::checked::filled(&raw.address) else {
        return;
    };
    match super::checked::socket(address.get_ref()) {
        Ok(found) => to.address = Some(found),
        Err(why) => reader.wrong(address.span(), format!("`address` in [push] {why}")),
    }
    if config.inboxes.is_empty() {
        let what = "`address` in [push] is set, but nothing may be pushed: add an [[inbox]]";
        reader.wrong(address.span(), what);
    }
}

fn text(value: &Value<String>) -> Option<String> {
    super::checked::filled(value).map(|value| value.get_ref().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use std::path::Path;

    #[test]
    fn an_inbox_says_how_its_rows_are_read() {
        let config = read(
            "[push]\naddress = \"localhost:7879\"\n[[inbox]]\nsource = \"helpdesk\"\nas = \"posts\"\n\
             kind = \"ticket\"\nmarket = \"de\"\nfolder = \"inbox/tickets\"\nagents = [\"Li Wei\"]\n\
             zone = \"Europe/Berlin\"\nmap = { time = \"Created\" }\n",
            Path::new("/home"),
        )
        .expect("right");
        let inbox = &config.inboxes[0];
        assert_eq!(inbox.plan.kind, Some(Kind::Chat));
        assert_eq!(inbox.plan.class(), SourceClass::Voice);
        assert!(inbox.plan.agents.contains("li wei"));
        assert_eq!(
            inbox.folder.as_deref(),
            Some(Path::new("/home/inbox/tickets"))
        );
        let address = config.push.address.expect("an address");
        assert_eq!(address.to_string(), "127.0.0.1:7879");
    }

    #[test]
    fn what_cannot_be_meant_is_told_with_its_line() {
        let problems = read(
            "[push]\naddress = \"here\"\nlines_max = 0\n[[inbox]]\nsource = \"a b\"\n[[inbox]]\nas = \"posts\"\n\
             [[inbox]]\nsource = \"x\"\nas = \"chats\"\n[[inbox]]\nsource = \"y\"\nas = \"posts\"\n\
             kind = \"note\"\nrole = \"agent\"\nmap = { tiem = \"a\" }\n[[inbox]]\nsource = \"y\"\n",
            Path::new("."),
        )
        .expect_err("refused");
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
