//! Raw source file → checked [`Source`]. Every problem is found, with its line.

use super::charset::charset;
use super::check_read::check_read;
use super::check_stream::check_stream;
use super::cursor::{CursorRule, Next};
use super::definition::{Access, Param, Quota, RequestRule, Since, Source, Tier};
use super::error::Error;
use super::example::Example;
use super::path::Path;
use super::raw::{RawCursor, RawParam, RawQuota, RawRequest, RawSource};
use super::template::{Template, UrlTemplate};
use crate::record::{Kind, Market, Money, SourceClass};
use jiff::tz::TimeZone;
use scraper::Selector;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;

/// Placeholders that every source has.
const OWN_SLOTS: [&str; 8] = [
    "query", "market", "country", "lang", "cursor", "page", "since", "now",
];

/// The problems of one file, collected.
pub(super) struct Checker<'a> {
    file: &'a str,
    text: &'a str,
    pub problems: Vec<Error>,
}

impl Checker<'_> {
    /// Notes a problem at a place of the file.
    pub fn wrong(
        &mut self,
        span: Range<usize>,
        key: &str,
        problem: impl Into<String>,
        hint: Option<String>,
    ) {
        self.problems.push(Error::Definition {
            file: self.file.to_owned(),
            line: line_of(self.text, span.start),
            key: key.to_owned(),
            problem: problem.into(),
            hint,
        });
    }

    /// The value of a word from a fixed list.
    pub fn word<T>(
        &mut self,
        key: &str,
        word: &Spanned<String>,
        words: &[&str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let found = parse(word.get_ref());
        if found.is_none() {
            self.wrong(
                word.span(),
                key,
                format!("`{}` is none of {}", word.get_ref(), words.join(", ")),
                nearest(word.get_ref(), words),
            );
        }
        found
    }
}

/// What is true of every source that says nothing of its own.
const STANCE: &str = "Asked only as far as robots.txt allows.";

/// Reads one source file. `file` is the name shown in messages.
///
/// # Errors
/// Every problem of the file.
pub(super) fn check(file: &str, text: &str) -> Result<Source, Vec<Error>> {
    let raw: RawSource =
        toml::from_str(text).map_err(|error| vec![toml_error(file, text, &error)])?;
    let mut checker = Checker {
        file,
        text,
        problems: Vec::new(),
    };
    let source = build(raw, &mut checker);
    match source {
        Some(source) if checker.problems.is_empty() => Ok(source),
        _ => Err(checker.problems),
    }
}

fn build(raw: RawSource, checker: &mut Checker<'_>) -> Option<Source> {
    let name = raw.name.get_ref().clone();
    if !is_name(&name) {
        let hint = Some("use small letters, digits and dashes".to_owned());
        checker.wrong(raw.name.span(), "name", "not a name", hint);
    }
    let kinds = Kind::ALL.map(Kind::word);
    let classes = SourceClass::ALL.map(SourceClass::word);
    let class = checker.word("class", &raw.class, &classes, SourceClass::parse);
    let kind = checker.word("kind", &raw.kind, &kinds, Kind::parse);
    let access = match &raw.access {
        None => Some(Access::Crawl),
        Some(access) => checker.word("access", access, &Access::WORDS, |word| match word {
            "crawl" => Some(Access::Crawl),
            "documented-api" => Some(Access::DocumentedApi),
            _ => None,
        }),
    };
    let tiers = [
        Tier::None,
        Tier::FreeKey,
        Tier::Approval,
        Tier::OwnExport,
        Tier::PageFetch,
    ];
    let tier = match &raw.tier {
        None => Some(Tier::None),
        Some(tier) => checker.word("tier", tier, &Tier::WORDS, |word| {
            tiers.into_iter().find(|tier| tier.word() == word)
        }),
    };
    if let (Some(Access::DocumentedApi), Some(written), None) = (access, &raw.access, &raw.terms) {
        let problem = "a documented API needs the link to its terms";
        checker.wrong(
            written.span(),
            "access",
            problem,
            Some("add `terms = \"https://…\"`".into()),
        );
    }
    let links = [
        Some(("home", &raw.home)),
        raw.terms.as_ref().map(|terms| ("terms", terms)),
    ];
    for (key, link) in links.into_iter().flatten() {
        if url::Url::parse(link.get_ref()).is_err() {
            checker.wrong(link.span(), key, "not an address", None);
        }
    }
    let market = raw
        .market
        .as_ref()
        .and_then(|market| check_market(checker, "market", market));
    let params: Vec<Param> = raw
        .param
        .into_iter()
        .map(|param| check_param(checker, param))
        .collect();
    let (request, cursor) = check_request(checker, raw.request, raw.cursor, &params);
    let instance = raw
        .instance
        .and_then(|text| check_instance(checker, &text, &params));
    let quota = check_quota(checker, raw.quota, &name);
    let declared = raw.charset.and_then(|label| {
        let found = charset(label.get_ref());
        if found.is_none() {
            checker.wrong(label.span(), "charset", "not a charset of the web", None);
        }
        found
    });
    let merge = raw.combine.is_some_and(|word| {
        checker
            .word("combine", &word, &["first", "merge"], |word| match word {
                "first" => Some(false),
                "merge" => Some(true),
                _ => None,
            })
            .unwrap_or(false)
    });
    let reads: Vec<_> = raw
        .read
        .into_iter()
        .filter_map(|read| check_read(checker, read))
        .collect();
    if reads.is_empty() && checker.problems.is_empty() {
        let problem = "says nowhere how to read an answer";
        checker.wrong(0..0, "read", problem, Some("add a `[[read]]` table".into()));
    }
    let known = |name: &str| OWN_SLOTS.contains(&name) || params.iter().any(|p| p.name == name);
    let stream = match (raw.stream, &request) {
        (Some(stream), Some(request)) => check_stream(checker, stream, request, &reads, &known),
        _ => None,
    };
    if stream.is_some() && cursor.is_some() {
        let hint = Some("write the path of its place as `cursor` in [stream]".into());
        checker.wrong(0..0, "cursor", "a stream has no pages to turn", hint);
    }
    let is_ws = request.as_ref().is_some_and(|request| {
        request.shown.starts_with("ws://") || request.shown.starts_with("wss://")
    });
    if is_ws && stream.is_none() && checker.problems.is_empty() {
        let hint = Some("add a [stream] table with protocol = \"websocket\"".into());
        checker.wrong(0..0, "url", "a WebSocket has no pages to ask for", hint);
    }
    let examples = raw
        .example
        .into_iter()
        .filter_map(|example| Example::check(checker, example))
        .collect();
    Some(Source {
        site: raw.site.unwrap_or_else(|| name.clone()),
        name,
        instance,
        title: raw.title,
        home: raw.home.into_inner(),
        class: class?,
        kind: kind?,
        market,
        lang: raw.lang,
        access: access?,
        terms: raw.terms.map(Spanned::into_inner),
        tier: tier?,
        proven: raw.proven,
        off: raw.off,
        stance: raw.stance.unwrap_or_else(|| STANCE.to_owned()),
        query: raw.query,
        expected_silence: raw.expected_silence_h.map(hours),
        empty_statuses: raw.empty_statuses,
        params,
        quota,
        stream,
        request: request?,
        cursor,
        charset: declared,
        reads,
        merge,
        examples,
        file: checker.file.to_owned(),
    })
}

fn hours(hours: u32) -> Duration {
    Duration::from_secs(u64::from(hours) * 3_600)
}

fn check_market(checker: &mut Checker<'_>, key: &str, code: &Spanned<String>) -> Option<Market> {
    let market = Market::parse(code.get_ref());
    if market.is_none() {
        let hint = Some("write a two-letter country such as `de`".to_owned());
        checker.wrong(code.span(), key, "not a market", hint);
    }
    market
}

fn check_param(checker: &mut Checker<'_>, raw: RawParam) -> Param {
    let mut by_market = BTreeMap::new();
    for (code, value) in raw.by_market {
        let code = Spanned::new(value.span(), code);
        if let Some(market) = check_market(checker, "by_market", &code) {
            by_market.insert(market, value.into_inner());
        }
    }
    let name = raw.name.get_ref().clone();
    if OWN_SLOTS.contains(&name.as_str()) {
        checker.wrong(
            raw.name.span(),
            "name",
            "every source has this placeholder already",
            None,
        );
    }
    Param {
        name,
        help: raw.help,
        example: raw.example,
        default: raw.default,
        env: raw.env,
        secret: raw.secret,
        optional: raw.optional,
        by_market,
    }
}

fn check_quota(checker: &mut Checker<'_>, raw: RawQuota, name: &str) -> Quota {
    let resets = raw.resets.as_ref().and_then(|zone| {
        let found = TimeZone::get(zone.get_ref()).ok();
        if found.is_none() {
            let hint = Some("write it as `America/Los_Angeles`".to_owned());
            checker.wrong(zone.span(), "resets", "not a time zone", hint);
        }
        found
    });
    let price = raw.price.as_ref().and_then(|price| {
        let found = Money::parse(price.get_ref());
        if found.is_none() {
            let hint = Some("write it as `0.005 USD`".to_owned());
            checker.wrong(price.span(), "price", "not a price of one record", hint);
        }
        found
    });
    if let (Some(price), None) = (&raw.price, raw.records_per_call_max) {
        let problem = "what a call may cost cannot be told";
        let hint = Some("add `records_per_call_max`".to_owned());
        checker.wrong(price.span(), "price", problem, hint);
    }
    let bucket = match raw.bucket {
        None => name.to_owned(),
        Some(bucket) => {
            if !is_name(bucket.get_ref()) {
                let hint = Some("use small letters, digits and dashes".to_owned());
                checker.wrong(bucket.span(), "bucket", "not a name", hint);
            }
            bucket.into_inner()
        }
    };
    let cost = raw.cost.unwrap_or(1);
    Quota {
        bucket,
        resets: resets.unwrap_or(TimeZone::UTC),
        cost,
        cost_more: raw.cost_more.unwrap_or(cost),
        units_per_day: raw.units_per_day,
        calls_per_day: raw.calls_per_day,
        records_per_month: raw.records_per_month,
        price,
        records_per_call_max: raw.records_per_call_max.unwrap_or(0),
        free_again: raw.free_again,
        pause: raw.pause_ms.map(Duration::from_millis),
        note: raw.note,
    }
}

/// Whether a text may name a source or a bucket.
fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(plain)
}

fn check_instance(
    checker: &mut Checker<'_>,
    text: &Spanned<String>,
    params: &[Param],
) -> Option<Template> {
    let template = match Template::parse(text.get_ref()) {
        Ok(template) => template,
        Err(problem) => {
            checker.wrong(text.span(), "instance", problem, None);
            return None;
        }
    };
    let names: Vec<&str> = ["page_host", "query", "market"]
        .into_iter()
        .chain(params.iter().map(|param| param.name.as_str()))
        .collect();
    for slot in template.slots() {
        if !names.contains(&slot.name.as_str()) {
            let problem = format!("nothing fills `{{{}}}`", slot.name);
            let hint = nearest(&slot.name, &names)
                .or_else(|| Some(format!("what can name a site is {}", names.join(", "))));
            checker.wrong(text.span(), "instance", problem, hint);
        }
    }
    Some(template)
}

fn check_request(
    checker: &mut Checker<'_>,
    raw: RawRequest,
    raw_cursor: Option<Spanned<RawCursor>>,
    params: &[Param],
) -> (Option<RequestRule>, Option<CursorRule>) {
    let url = match UrlTemplate::parse(raw.url.get_ref()) {
        Ok(url) => url,
        Err(problem) => {
            checker.wrong(raw.url.span(), "url", problem, None);
            return (None, None);
        }
    };
    let known = |name: &str| OWN_SLOTS.contains(&name) || params.iter().any(|p| p.name == name);
    let names: Vec<&str> = OWN_SLOTS
        .into_iter()
        .chain(params.iter().map(|param| param.name.as_str()))
        .collect();
    let check_slot = |checker: &mut Checker<'_>, span: Range<usize>, key: &str, name: &str| {
        if !known(name) {
            let problem = format!("nothing fills `{{{name}}}`");
            let hint = nearest(name, &names)
                .or_else(|| Some(format!("add a `[[param]]` with name = \"{name}\"")));
            checker.wrong(span, key, problem, hint);
        }
    };
    for slot in url.slots() {
        check_slot(checker, raw.url.span(), "url", &slot.name);
    }
    let mut template = |key: &str, text: &Spanned<String>| match Template::parse(text.get_ref()) {
        Ok(template) => {
            for slot in template.slots() {
                check_slot(checker, text.span(), key, &slot.name);
            }
            Some(template)
        }
        Err(problem) => {
            checker.wrong(text.span(), key, problem, None);
            None
        }
    };
    let headers = raw
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_lowercase(), template(name, value)?)))
        .collect();
    let body = raw.body.as_ref().and_then(|body| template("body", body));
    let method = match &raw.method {
        None => "GET".to_owned(),
        Some(method) => checker
            .word("method", method, &["GET", "POST"], |word| {
                matches!(word, "GET" | "POST").then(|| word.to_owned())
            })
            .unwrap_or_default(),
    };
    let since = raw.since.map(|since| match since.get_ref().as_str() {
        "id" => Since::Id,
        format => Since::Time(format.to_owned()),
    });
    let key = url
        .key_of("cursor")
        .or(url.key_of("page"))
        .map(str::to_owned);
    let cursor = raw_cursor.and_then(|cursor| check_cursor(checker, cursor, key));
    let rule = RequestRule {
        method,
        shown: raw.url.into_inner(),
        url,
        headers,
        body,
        since,
        since_overlap: Duration::from_secs(u64::from(raw.since_overlap_s)),
    };
    (Some(rule), cursor)
}

fn check_cursor(
    checker: &mut Checker<'_>,
    raw: Spanned<RawCursor>,
    key: Option<String>,
) -> Option<CursorRule> {
    let span = raw.span();
    let raw = raw.into_inner();
    let path = |checker: &mut Checker<'_>, key: &str, text: Option<&Spanned<String>>| {
        let text = text?;
        match Path::parse(text.get_ref()) {
            Ok(path) => Some(path),
            Err(problem) => {
                checker.wrong(text.span(), key, problem, None);
                None
            }
        }
    };
    let next = match raw.next.get_ref().as_str() {
        "link-header" => Some(Next::Link),
        "path" => path(checker, "path", raw.path.as_ref()).map(Next::Path),
        "css" => raw.css.as_ref().and_then(|css| {
            let selector = Selector::parse(css.get_ref());
            if let Err(error) = &selector {
                checker.wrong(
                    css.span(),
                    "css",
                    format!("not a CSS selector: {error}"),
                    None,
                );
            }
            Some(Next::Css(
                selector.ok()?,
                raw.attr.clone().unwrap_or_else(|| "href".into()),
            ))
        }),
        "page" => Some(Next::Page {
            first: raw.first.unwrap_or(1),
            step: raw.step.unwrap_or(1),
            full: raw.full,
        }),
        "oldest" => raw.format.as_ref().map(|format| {
            let sample = jiff::Timestamp::UNIX_EPOCH.to_zoned_datetime(jiff::tz::TimeZone::UTC);
            if let Err(error) = jiff::fmt::strtime::format(format.get_ref(), &sample) {
                let problem = format!("not a time format: {error}");
                checker.wrong(format.span(), "format", problem, None);
            }
            Next::Oldest {
                format: format.get_ref().clone(),
                overlap: jiff::SignedDuration::from_secs(i64::from(raw.overlap_s)),
                full: raw.full,
            }
        }),
        _ => {
            let words = ["link-header", "path", "css", "page", "oldest"];
            checker.word::<()>("next", &raw.next, &words, |_| None);
            return None;
        }
    };
    let Some(next) = next else {
        if checker.problems.is_empty() {
            let key = match raw.next.get_ref().as_str() {
                "oldest" => "format",
                same => same,
            };
            let problem = format!("`next = \"{}\"` needs the key `{key}`", raw.next.get_ref());
            checker.wrong(span, "cursor", problem, None);
        }
        return None;
    };
    let place = match next {
        Next::Page { .. } => Some(("page number", "write `?page={page}` in the url")),
        Next::Oldest { .. } => Some(("time to go back from", "write `?until={cursor}` in the url")),
        _ => None,
    };
    if let (None, Some((what, hint))) = (&key, place) {
        let problem = format!("the address has no place for the {what}");
        checker.wrong(span, "cursor", problem, Some(hint.into()));
    }
    let more = path(checker, "more", raw.more.as_ref());
    Some(CursorRule {
        next,
        more,
        key,
        pages_max: raw.pages_max.max(1),
    })
}

/// Line of a byte, from 1.
pub(super) fn line_of(text: &str, place: usize) -> usize {
    let place = place.min(text.len());
    text.as_bytes()[..place]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// `did you mean …`, if one of the words is near enough.
pub(super) fn nearest(word: &str, words: &[&str]) -> Option<String> {
    words
        .iter()
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(distance, known)| *distance <= (known.len() / 3).max(2))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| format!("did you mean `{known}`?"))
}

/// An error of the TOML reader with its line and, for an unknown key, the nearest valid one.
fn toml_error(file: &str, text: &str, error: &toml::de::Error) -> Error {
    let message = error.message().trim();
    let start = error.span().map_or(0, |span| span.start);
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let unknown = message.starts_with("unknown field");
    let hint = match quoted.split_first() {
        Some((word, words)) if unknown => {
            nearest(word, words).or_else(|| Some(format!("the keys here are {}", words.join(", "))))
        }
        _ => None,
    };
    let (key, problem) = match quoted.first() {
        Some(word) if unknown => ((*word).to_owned(), "there is no such key".to_owned()),
        Some(word) if message.starts_with("missing field") => {
            ((*word).to_owned(), "this key is needed".to_owned())
        }
        _ => {
            let line = text.lines().nth(line_of(text, start) - 1).unwrap_or("");
            let key = line.split('=').next().unwrap_or("").trim();
            (key.to_owned(), message.replace('\n', " "))
        }
    };
    Error::Definition {
        file: file.to_owned(),
        line: line_of(text, start),
        key,
        problem,
        hint,
    }
}
