//! How one kind of answer is read: format, where the items are, what their fields are.

use super::path::Path;
use super::rule::{Rule, Scope, Text};
use crate::record::Kind;
use scraper::Selector;

/// One way to read an answer.
#[derive(Debug)]
pub(super) struct Read {
    pub format: Format,
    /// Kind of its records, where it is not that of the source.
    pub kind: Option<Kind>,
    pub guards: Vec<String>,
    pub cut: Option<Cut>,
    pub items: Items,
    /// Leave out items that stand inside another item: variants of a product, answers to a post.
    pub outermost: bool,
    /// The items selector as it was written.
    pub items_shown: String,
    /// Items count only if one of these holds; empty: all do.
    pub keep: Vec<Rule>,
    pub skip: Vec<Rule>,
    pub gone: Option<Rule>,
    pub locals: Vec<(String, Field)>,
    pub fields: Vec<(Name, Field)>,
}

/// Format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Html,
    /// JSON that stands inside a page.
    HtmlJson,
    Feed,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    pub const WORDS: [&str; 5] = ["json", "html", "html+json", "feed", "ndjson"];

    pub const ALL: [Format; 5] = [
        Format::Json,
        Format::Html,
        Format::HtmlJson,
        Format::Feed,
        Format::Ndjson,
    ];

    pub fn word(self) -> &'static str {
        Format::WORDS[self as usize]
    }
}

/// Where in a page the JSON stands.
#[derive(Debug)]
pub(super) struct Cut {
    pub css: Selector,
    pub attr: Option<String>,
    /// The JSON begins after this text.
    pub after: Option<String>,
    /// Path of a string inside the JSON that is JSON itself.
    pub inner: Option<Path>,
    /// Take every place, as an array, instead of the first.
    pub all: bool,
}

/// Where the items are.
#[derive(Debug)]
pub(super) enum Items {
    Path(Path),
    Css(Selector),
}

/// A field: rules that are tried in order.
#[derive(Debug)]
pub(super) struct Field {
    pub rules: Vec<Rule>,
    /// Often absent for good reason, so its absence is not reported.
    pub optional: bool,
}

impl Field {
    /// What the first rule that finds something finds, and that rule.
    pub fn find(&self, scope: &Scope<'_>) -> Option<(&Rule, Vec<Text>)> {
        self.rules.iter().find_map(|rule| {
            let texts = rule.texts(scope);
            (!texts.is_empty()).then_some((rule, texts))
        })
    }

    /// The first value as text.
    pub fn text(&self, scope: &Scope<'_>) -> Option<String> {
        self.find(scope)
            .and_then(|(_, texts)| texts.into_iter().next())
            .map(|found| found.text)
    }

    /// Its selectors as they were written.
    pub fn shown(&self) -> String {
        let shown: Vec<&str> = self.rules.iter().map(|rule| rule.shown.as_str()).collect();
        shown.join(" | ")
    }
}

macro_rules! names {
    ($($name:ident $word:literal),+ $(,)?) => {
        /// Fields a source file may fill.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Name { $($name),+ }

        impl Name {
            /// Every name, as written in source files.
            pub const WORDS: &[&str] = &[$($word),+];

            /// The name of a word.
            pub fn parse(word: &str) -> Option<Name> {
                match word { $($word => Some(Name::$name),)+ _ => None }
            }

            /// The word of a name.
            pub fn word(self) -> &'static str {
                match self { $(Name::$name => $word),+ }
            }
        }
    };
}

// The order is the order of filling: a price reads the currency before it.
names! {
    Id "id", Url "url", Title "title", Text "text", Author "author", Time "time", Lang "lang",
    Market "market", Thread "thread", List "list", Sku "sku", Rank "rank", Paid "paid",
    Currency "currency", Price "price", Rating "rating", RatingScale "rating_scale",
    Reviews "reviews", Likes "likes", Comments "comments", Shares "shares", Views "views",
    Sold "sold", Quantity "quantity",
}
