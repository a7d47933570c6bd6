//! Checks of the `[stream]` table.

use super::check::Checker;
use super::definition::RequestRule;
use super::path::Path;
use super::raw::RawStream;
use super::read::{Format, Read};
use super::stream::{Decode, Protocol, Stream};
use super::template::Template;
use std::ops::RangeInclusive;
use std::time::Duration;
use toml::Spanned;

/// Seconds a source file may state, and what they are when it states none.
const PAGE_S: (RangeInclusive<u32>, u32) = (1..=300, 5);
const IDLE_S: (RangeInclusive<u32>, u32) = (5..=3_600, 60);
const LISTEN_S: (RangeInclusive<u32>, u32) = (1..=3_600, 60);

/// Checks how a source is listened to. `known` says which placeholders have a value.
pub(super) fn check_stream(
    checker: &mut Checker<'_>,
    raw: Spanned<RawStream>,
    request: &RequestRule,
    reads: &[Read],
    known: &dyn Fn(&str) -> bool,
) -> Option<Stream> {
    let span = raw.span();
    let raw = raw.into_inner();
    let protocol = checker.word("protocol", &raw.protocol, &Protocol::WORDS, |word| {
        let all = [Protocol::WebSocket, Protocol::Sse];
        all.into_iter().find(|protocol| protocol.word() == word)
    })?;
    let decode = match &raw.decode {
        None => Some(Decode::Json),
        Some(word) => checker.word("decode", word, &Decode::WORDS, |word| match word {
            "json" => Some(Decode::Json),
            "irc" => Some(Decode::Irc),
            "atproto" => Some(Decode::Atproto {
                collections: raw.collections.clone(),
            }),
            _ => None,
        }),
    };
    let is_atproto = matches!(decode, Some(Decode::Atproto { .. }));
    if is_atproto == raw.collections.is_empty() {
        let problem = "`decode = \"atproto\"` and `collections` go together";
        let hint = Some("write `collections = [\"app.bsky.feed.post\"]`".to_owned());
        checker.wrong(span.clone(), "collections", problem, hint);
    }
    let is_ws = request.shown.starts_with("ws://") || request.shown.starts_with("wss://");
    if is_ws != (protocol == Protocol::WebSocket) {
        let (scheme, word) = match protocol {
            Protocol::WebSocket => ("wss", "a WebSocket"),
            Protocol::Sse => ("https", "a stream of events"),
        };
        let problem = format!("the address of {word} starts with `{scheme}://`");
        checker.wrong(span.clone(), "stream", problem, None);
    }
    if reads.iter().any(|read| read.format != Format::Ndjson) {
        let problem = "what arrives is read as `format = \"ndjson\"`, a message a line";
        checker.wrong(span.clone(), "stream", problem, None);
    }
    let mut say = Vec::new();
    for line in &raw.say {
        match Template::parse(line.get_ref()) {
            Ok(template) => {
                if let Some(slot) = template.slots().find(|slot| !known(&slot.name)) {
                    let problem = format!("nothing fills `{{{}}}`", slot.name);
                    checker.wrong(line.span(), "say", problem, None);
                }
                say.push(template);
            }
            Err(problem) => checker.wrong(line.span(), "say", problem, None),
        }
    }
    if protocol == Protocol::Sse && !say.is_empty() {
        let problem = "a stream of events goes one way, nothing can be said";
        checker.wrong(span.clone(), "say", problem, None);
    }
    let cursor = raw.cursor.as_ref().and_then(|text| {
        let path = Path::parse(text.get_ref());
        if let Err(problem) = &path {
            checker.wrong(text.span(), "cursor", problem.clone(), None);
        }
        path.ok()
    });
    if cursor.is_some() && !request.has_place_for("cursor") {
        let hint = Some("write `?cursor={cursor}` in the url, or a header with it".into());
        let problem = "the request has no place for the cursor";
        checker.wrong(span.clone(), "cursor", problem, hint);
    }
    let mut seconds =
        |key: &str, given: Option<u32>, (range, default): (RangeInclusive<u32>, u32)| {
            if let Some(given) = given.filter(|given| !range.contains(given)) {
                let problem = format!("{given} is not from {} to {}", range.start(), range.end());
                checker.wrong(span.clone(), key, problem, None);
            }
            Duration::from_secs(u64::from(given.unwrap_or(default)))
        };
    Some(Stream {
        protocol,
        decode: decode?,
        page: seconds("page_s", raw.page_s, PAGE_S),
        idle: seconds("idle_s", raw.idle_s, IDLE_S),
        listen: seconds("listen_s", raw.listen_s, LISTEN_S),
        say,
        cursor,
        overlap: raw.overlap,
    })
}
