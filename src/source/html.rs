//! HTML → tree within a time budget, and HTML → plain text.

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use scraper::node::Node;
use scraper::{ElementRef, Html, HtmlTreeSink};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// Bytes given to the tree builder between two looks at the time.
const PIECE_BYTES: usize = 4_096;

/// Builds the tree of a page, or gives up after `budget`: the time that HTML takes grows with
/// the square of its nesting depth, so a small hostile page can hold a crawler for hours.
pub(super) fn parse(text: &str, budget: Duration) -> Option<Html> {
    let started = Instant::now();
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = html5ever::parse_document(sink, html5ever::ParseOpts::default());
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(PIECE_BYTES);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, after) = rest.split_at(end);
        parser.process(StrTendril::from_slice(piece));
        rest = after;
        if started.elapsed() > budget {
            return None;
        }
    }
    Some(parser.finish())
}

/// The text of an element as a reader sees it: scripts left out, blocks on lines of their own.
pub(super) fn text_of(element: ElementRef<'_>) -> String {
    let mut out = String::new();
    let mut node = Some(*element);
    let root = element.id();
    // By hand and without recursion: depth is the page's choice, the stack is ours.
    while let Some(current) = node {
        let mut descend = true;
        match current.value() {
            Node::Text(text) => out.push_str(text),
            Node::Element(tag) => {
                descend = !is_silent(tag.name());
                if is_block(tag.name()) {
                    out.push('\n');
                }
            }
            _ => {}
        }
        node = if descend { current.first_child() } else { None };
        let mut up = current;
        while node.is_none() {
            if up.id() == root {
                break;
            }
            if up
                .value()
                .as_element()
                .is_some_and(|tag| is_block(tag.name()))
            {
                out.push('\n');
            }
            node = up.next_sibling();
            if node.is_none() {
                match up.parent() {
                    Some(parent) => up = parent,
                    None => break,
                }
            }
        }
    }
    tidy(&out)
}

/// Plain text of a piece of HTML that stands in a string. Linear in its length: only the
/// tokenizer of html5ever runs, no tree is built.
pub(super) fn plain_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return tidy(html);
    }
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(TextSink::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tidy(&tokenizer.sink.text.take())
}

#[derive(Default)]
struct TextSink {
    text: RefCell<String>,
    silent: Cell<bool>,
}

impl TokenSink for TextSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(piece) if !self.silent.get() => {
                self.text.borrow_mut().push_str(&piece);
            }
            Token::TagToken(tag) => {
                let opens = tag.kind == TagKind::StartTag;
                if is_silent(&tag.name) {
                    self.silent.set(opens && !tag.self_closing);
                    if opens && !tag.self_closing {
                        return match &*tag.name {
                            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                            "style" | "noscript" => TokenSinkResult::RawData(RawKind::Rawtext),
                            _ => TokenSinkResult::Continue,
                        };
                    }
                } else if is_block(&tag.name) {
                    self.text.borrow_mut().push('\n');
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn is_silent(tag: &str) -> bool {
    matches!(
        tag,
        "script" | "style" | "noscript" | "template" | "head" | "svg"
    )
}

fn is_block(tag: &str) -> bool {
    matches!(
        tag,
        "p" | "div"
            | "br"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dd"
            | "dt"
            | "tr"
            | "table"
            | "hr"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "pre"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "figure"
            | "option"
            | "title"
    )
}

/// Runs of blanks become one, runs of line ends one line end, control characters vanish.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = None;
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => gap = Some('\n'),
            c if c.is_whitespace() => gap = gap.or(Some(' ')),
            c if c.is_control() || is_invisible(c) => {}
            c => {
                if let Some(blank) = gap.take()
                    && !out.is_empty()
                {
                    out.push(blank);
                }
                out.push(c);
            }
        }
    }
    out
}

/// Characters that only steer the direction of writing or hide text from a reader. The joiners
/// U+200C and U+200D stay: Persian, Hindi and emoji need them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_lines_and_entities_become_characters() {
        let html = "<p>I &lt;3 my <b>new</b>&nbsp;kettle</p><p>really<br>hot</p>\
            <script>var x = '</p>';</script><style>p{}</style>";
        assert_eq!(plain_text(html), "I <3 my new kettle\nreally\nhot");
        let tree = parse(html, Duration::from_secs(9)).expect("in time");
        assert_eq!(
            text_of(tree.root_element()),
            "I <3 my new kettle\nreally\nhot"
        );
    }

    #[test]
    fn text_without_markup_is_only_tidied() {
        assert_eq!(plain_text("  a \u{7} b\t\n\n c\u{202e}d "), "a b\ncd");
    }

    #[test]
    fn a_page_that_nests_forever_is_given_up() {
        let nested = "<div><a>".repeat(200_000);
        assert!(parse(&nested, Duration::from_millis(50)).is_none());
    }

    #[test]
    fn a_deep_tree_is_read_without_recursion() {
        let nested = format!("{}deep", "<b>".repeat(3_000));
        let tree = parse(&nested, Duration::from_secs(60)).expect("in time");
        assert_eq!(text_of(tree.root_element()), "deep");
    }
}
