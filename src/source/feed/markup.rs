//! The tolerant reader of RSS, Atom and RDF. Half of all feeds break a rule of XML, so this reads
//! tags as a browser does: an open tag, a bare `&` or a sudden end costs nothing but itself.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::time::{Duration, Instant};
use url::Url;

/// Bytes given to the tokenizer between two looks at the time.
const PIECE_BYTES: usize = 4_096;
/// Elements that may be open at once; deeper ones are passed over.
const OPEN_MAX: usize = 64;
/// Steps a value's path may have, and values that are kept of one entry.
const STEPS_MAX: usize = 5;
const VALUES_MAX: usize = 400;
/// Longest name of an element or attribute.
const NAME_CHARS_MAX: usize = 80;
/// Entries that are kept of one feed.
const ENTRIES_MAX: usize = 20_000;

/// What a feed holds.
#[derive(Debug, Default)]
pub(super) struct Feed {
    /// Values about the feed itself.
    pub about: Values,
    /// Its entries, in the order of the feed.
    pub entries: Vec<Values>,
}

/// What stands below one element: texts by path (`author/name`), attributes by path and name
/// (`enclosure@url`), all in lower case. The first of a path counts.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub texts: Map<String, Value>,
    pub links: Vec<Link>,
    /// Language by `xml:lang`, its own or that of an element around it.
    pub lang: Option<String>,
}

/// An address an entry points to, absolute.
#[derive(Debug)]
pub(super) struct Link {
    pub rel: String,
    pub href: String,
}

/// Reads a feed; `Ok(None)`: it is none. `Err`: it took longer than `budget`.
pub(super) fn read(text: &str, base: &Url, budget: Duration) -> Result<Option<Feed>, ()> {
    let started = Instant::now();
    let sink = Sink(RefCell::new(Reader::new(base)));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(PIECE_BYTES);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, after) = rest.split_at(end);
        queue.push_back(StrTendril::from_slice(piece));
        let _ = tokenizer.feed(&queue);
        rest = after;
        if started.elapsed() > budget {
            return Err(());
        }
    }
    tokenizer.end();
    Ok(tokenizer.sink.0.into_inner().finish())
}

struct Sink(RefCell<Reader>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => reader.open(&tag),
            Token::TagToken(tag) => reader.close(&tag.name),
            Token::CharacterTokens(piece) => reader.text(&piece),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    /// Makes the tokenizer read `<![CDATA[…]]>`, which HTML itself does not have.
    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        true
    }
}

struct Reader {
    root: Option<String>,
    is_feed: bool,
    base: Url,
    open: Vec<Open>,
    prose: Option<Prose>,
    feed: Feed,
}

/// An element that is open.
struct Open {
    name: String,
    /// Namespaces it declares: prefix and the short name we use.
    spaces: Vec<(String, Option<&'static str>)>,
    base: Option<Url>,
    lang: Option<String>,
    text: String,
    /// The entry that begins with it.
    entry: Option<usize>,
}

/// An element whose content is text for people, markup and all.
struct Prose {
    name: String,
    text: String,
    /// Elements of the same name that are open inside.
    nested: usize,
    /// Its markup is markup; otherwise it stands there escaped.
    inline: bool,
    /// Its content is no text: a picture, base64.
    silent: bool,
}

impl Reader {
    fn new(base: &Url) -> Reader {
        Reader {
            root: None,
            is_feed: false,
            base: base.clone(),
            open: Vec::new(),
            prose: None,
            feed: Feed::default(),
        }
    }

    fn finish(mut self) -> Option<Feed> {
        self.end_prose();
        self.close_down_to(0);
        let html = self.root.as_deref() == Some("html");
        (self.is_feed || (!html && !self.feed.entries.is_empty())).then_some(self.feed)
    }

    fn open(&mut self, tag: &Tag) {
        let spaces = declared(tag);
        let name = self.short(&tag.name, &spaces);
        let entry = is_entry(&name);
        if entry {
            self.end_prose();
        }
        if let Some(prose) = &mut self.prose {
            prose.nested += usize::from(prose.name == name && !tag.self_closing);
            let end = if tag.self_closing { "/>" } else { ">" };
            prose.markup(&["<", local(&name), end]);
            return;
        }
        self.root.get_or_insert_with(|| name.clone());
        self.is_feed |= is_root(&name);
        if is_markup(&name) {
            return;
        }
        if self.open.len() >= OPEN_MAX || name.len() > NAME_CHARS_MAX {
            return;
        }
        let entry = (entry && self.feed.entries.len() < ENTRIES_MAX).then(|| {
            self.feed.entries.push(Values::default());
            self.feed.entries.len() - 1
        });
        let attr = |wanted: &str| attribute(tag, wanted);
        self.open.push(Open {
            base: attr("xml:base").and_then(|base| self.base().join(base).ok()),
            lang: attr("xml:lang").map(str::to_owned),
            spaces,
            text: String::new(),
            entry,
            name,
        });
        self.keep_attributes(tag);
        if let Some(place) = entry {
            let lang = self.open.iter().rev().find_map(|open| open.lang.clone());
            self.feed.entries[place].lang = lang;
        } else if self.in_entry().is_none() && self.feed.about.lang.is_none() {
            self.feed.about.lang = attr("xml:lang").map(str::to_owned);
        }
        if tag.self_closing {
            self.close_down_to(self.open.len() - 1);
        } else if let Some(open) = self.open.last()
            && is_prose(&open.name)
        {
            self.prose = Some(Prose::new(&open.name, tag));
        }
    }

    fn close(&mut self, tag: &str) {
        let name = self.short(tag, &[]);
        if let Some(prose) = &mut self.prose {
            if prose.name == name && prose.nested > 0 {
                prose.nested -= 1;
            } else if prose.name == name || is_entry(&name) || is_root(&name) {
                self.end_prose();
                return self.close(tag);
            }
            if let Some(prose) = &mut self.prose {
                prose.markup(&["</", local(&name), ">"]);
            }
            return;
        }
        // A stray end tag inside an entry must not close what is around the entry.
        let floor = match is_entry(&name) || is_root(&name) {
            true => 0,
            false => self.in_entry().map_or(0, |(place, _)| place + 1),
        };
        let found = self.open[floor..]
            .iter()
            .rposition(|open| open.name == name);
        if let Some(place) = found {
            self.close_down_to(floor + place);
        }
    }

    fn text(&mut self, piece: &str) {
        if let Some(prose) = &mut self.prose {
            prose.push(piece);
        } else if let Some(open) = self.open.last_mut() {
            open.text.push_str(piece);
        }
    }

    fn end_prose(&mut self) {
        if let Some(prose) = self.prose.take()
            && let Some(open) = self.open.last_mut()
        {
            open.text = prose.text;
        }
    }

    /// Closes every element from a place on, and keeps what they said.
    fn close_down_to(&mut self, place: usize) {
        while self.open.len() > place {
            let path = self.path();
            if let Some(open) = self.open.pop()
                && open.entry.is_none()
                && let Some(path) = path
            {
                self.keep(path, &open.text);
            }
        }
    }

    fn keep_attributes(&mut self, tag: &Tag) {
        let path = self.path();
        let mut link = (String::new(), None);
        for attr in &tag.attrs {
            let name = &*attr.name.local;
            if name.starts_with("xmlns") || name.len() > NAME_CHARS_MAX {
                continue;
            }
            match name {
                "rel" => attr.value.trim().clone_into(&mut link.0),
                "href" | "url" => link.1 = Some(attr.value.to_string()),
                _ => {}
            }
            let key = match &path {
                Some(path) if !path.is_empty() => format!("{path}@{name}"),
                _ => name.to_owned(),
            };
            if path.is_some() {
                self.keep(key, &attr.value);
            }
        }
        let rel = match self.open.last().map(|open| open.name.as_str()) {
            Some("link") => link.0,
            Some("enclosure" | "media:content") => "enclosure".to_owned(),
            _ => return,
        };
        if let Some(href) = link.1.filter(|href| !href.trim().is_empty()) {
            let href = self.absolute(&href);
            if let Some(values) = self.values() {
                values.links.push(Link { rel, href });
            }
        }
    }

    /// Where the element that is open last stands below its entry, or below the feed.
    fn path(&self) -> Option<String> {
        let from = match self.in_entry() {
            Some((place, _)) => place + 1,
            None => self
                .open
                .iter()
                .take_while(|open| is_root(&open.name))
                .count(),
        };
        let names: Vec<&str> = self.open[from..].iter().map(|o| o.name.as_str()).collect();
        (names.len() <= STEPS_MAX).then(|| names.join("/"))
    }

    fn keep(&mut self, path: String, text: &str) {
        let text = text.trim();
        if path.is_empty() || text.is_empty() {
            return;
        }
        let value = match path.as_str() {
            "link" | "guid" | "comments" if !text.contains(char::is_whitespace) => {
                self.absolute(text)
            }
            _ => text.to_owned(),
        };
        if let Some(values) = self.values()
            && values.texts.len() < VALUES_MAX
        {
            values.texts.entry(path).or_insert(Value::from(value));
        }
    }

    /// An address as it is meant; only `xml:base` changes it here, the page's own address does
    /// so for every field.
    fn absolute(&self, text: &str) -> String {
        let base = self.open.iter().rev().find_map(|open| open.base.as_ref());
        let joined = base.and_then(|base| base.join(text.trim()).ok());
        joined.map_or_else(|| text.trim().to_owned(), String::from)
    }

    fn base(&self) -> &Url {
        let declared = self.open.iter().rev().find_map(|open| open.base.as_ref());
        declared.unwrap_or(&self.base)
    }

    fn in_entry(&self) -> Option<(usize, usize)> {
        let mut open = self.open.iter().enumerate().rev();
        open.find_map(|(place, open)| open.entry.map(|entry| (place, entry)))
    }

    fn values(&mut self) -> Option<&mut Values> {
        match self.in_entry() {
            Some((_, entry)) => self.feed.entries.get_mut(entry),
            None => Some(&mut self.feed.about),
        }
    }

    /// The name of an element by its namespace: feeds are free to choose their prefixes.
    fn short(&self, name: &str, own: &[(String, Option<&'static str>)]) -> String {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let space = own
            .iter()
            .chain(self.open.iter().rev().flat_map(|open| &open.spaces))
            .find(|(declared, _)| declared == prefix)
            .map(|(_, space)| *space);
        match space {
            Some(Some("")) => local.to_owned(),
            Some(Some(space)) => format!("{space}:{local}"),
            // Undeclared prefixes are taken at their word.
            _ if matches!(prefix, "atom" | "atom03" | "rss") => local.to_owned(),
            _ => name.to_owned(),
        }
    }
}

impl Prose {
    fn new(name: &str, tag: &Tag) -> Prose {
        let kind = attribute(tag, "type").unwrap_or("").to_ascii_lowercase();
        let mode = attribute(tag, "mode").unwrap_or("");
        let is_text = !kind.contains('/') || kind.contains("html") || kind.starts_with("text/");
        Prose {
            name: name.to_owned(),
            text: String::new(),
            nested: 0,
            inline: kind == "xhtml" || mode == "xml" || name.starts_with("xhtml:"),
            silent: mode == "base64" || !(is_text || mode == "escaped" || mode == "xml"),
        }
    }

    fn push(&mut self, piece: &str) {
        if self.silent {
            return;
        }
        if self.inline {
            let escaped = piece.replace('&', "&amp;").replace('<', "&lt;");
            self.text.push_str(&escaped);
        } else {
            self.text.push_str(piece);
        }
    }

    fn markup(&mut self, parts: &[&str]) {
        if !self.silent {
            self.text.extend(parts.iter().copied());
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn is_entry(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

fn is_root(name: &str) -> bool {
    matches!(name, "rss" | "feed" | "rdf:rdf" | "channel")
}

/// Markup outside any text is astray, and mostly never closed.
fn is_markup(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "br"
            | "center"
            | "div"
            | "em"
            | "font"
            | "hr"
            | "i"
            | "img"
            | "p"
            | "span"
            | "strong"
    )
}

/// Elements that hold text for people.
fn is_prose(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "subtitle"
            | "tagline"
            | "summary"
            | "description"
            | "content"
            | "fullitem"
            | "abstract"
            | "content:encoded"
            | "xhtml:body"
            | "dc:title"
            | "dc:description"
            | "media:title"
            | "media:description"
            | "media:text"
            | "itunes:summary"
            | "itunes:subtitle"
    )
}

fn attribute<'t>(tag: &'t Tag, wanted: &str) -> Option<&'t str> {
    tag.attrs
        .iter()
        .find(|attr| &*attr.name.local == wanted)
        .map(|attr| &*attr.value)
}

/// The namespaces a tag declares.
fn declared(tag: &Tag) -> Vec<(String, Option<&'static str>)> {
    tag.attrs
        .iter()
        .filter_map(|attr| {
            let rest = attr.name.local.strip_prefix("xmlns")?;
            let prefix = match rest.strip_prefix(':') {
                Some(prefix) => prefix,
                None if rest.is_empty() => "",
                None => return None,
            };
            Some((prefix.to_owned(), space(&attr.value)))
        })
        .collect()
}

/// The short name of a namespace; RSS and Atom themselves have none.
fn space(uri: &str) -> Option<&'static str> {
    let uri = uri.trim().to_ascii_lowercase();
    let plain = [
        "http://www.w3.org/2005/atom",
        "http://purl.org/atom/",
        "http://example.com/newformat",
        "http://example.com/necho",
        "http://purl.org/echo/",
        "uri/of/echo/namespace",
        "http://purl.org/pie/",
        "http://purl.org/rss/1.0",
        "http://purl.org/net/rss1.1",
        "http://channel.netscape.com/rdf/simple",
        "http://my.netscape.com/rdf/simple",
        "http://my.netscape.com/publish/formats/rss",
        "http://backend.userland.com/rss",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://cyber.law.harvard.edu/rss",
    ];
    // `http://purl.org/rss/1.0/modules/…` are extensions, not the format.
    if plain.iter().any(|known| uri.starts_with(known)) && !uri.contains("/modules/") {
        return Some("");
    }
    let known = [
        ("http://purl.org/dc/terms", "dcterms"),
        ("http://purl.org/dc/", "dc"),
        ("http://purl.org/rss/1.0/modules/content", "content"),
        ("http://purl.org/rss/1.0/modules/slash", "slash"),
        ("http://purl.org/syndication/thread", "thr"),
        ("http://search.yahoo.com/mrss", "media"),
        ("http://www.itunes.com/dtds/podcast", "itunes"),
        ("http://www.itunes.com/", "itunes"),
        ("http://itunes.apple.com/rss", "im"),
        ("http://www.youtube.com/xml/schemas", "yt"),
        ("https://trends.google.com/trending", "ht"),
        ("https://trends.google.com/trends", "ht"),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
        ("http://www.w3.org/1999/xhtml", "xhtml"),
    ];
    known
        .iter()
        .find(|(start, _)| uri.starts_with(start))
        .map(|(_, short)| *short)
}
