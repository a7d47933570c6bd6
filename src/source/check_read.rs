//! Checks of the `[[read]]` tables: formats, selectors, fields.

use super::check::Checker;
use super::moment::Format as TimeFormat;
use super::money::MoneyRule;
use super::path::Path;
use super::raw::{RawCut, RawField, RawMinor, RawRead, RawRule};
use super::read::{Cut, Field, Format, Items, Name, Read};
use super::rule::{Clean, Expect, Rule, Take};
use super::template::Template;
use crate::record::Kind;
use jiff::tz::TimeZone;
use scraper::Selector;
use std::ops::Range;
use toml::Spanned;

/// Checks one way of reading.
pub(super) fn check_read(checker: &mut Checker<'_>, raw: RawRead) -> Option<Read> {
    let format = checker.word("format", &raw.format, &Format::WORDS, |word| {
        Format::ALL.into_iter().find(|format| format.word() == word)
    })?;
    let kinds = Kind::ALL.map(Kind::word);
    let kind = raw
        .kind
        .as_ref()
        .and_then(|kind| checker.word("kind", kind, &kinds, Kind::parse));
    let cut = raw.cut.and_then(|cut| check_cut(checker, cut));
    if format == Format::HtmlJson && cut.is_none() {
        let hint = Some("add `cut = { css = \"script#…\" }`".to_owned());
        checker.wrong(
            raw.format.span(),
            "format",
            "says nowhere where the JSON stands",
            hint,
        );
    }
    let items_shown = match &raw.items {
        Some(items) => items.get_ref().clone(),
        None if format == Format::Feed => "$.entries[*]".to_owned(),
        None if format == Format::Html => "html".to_owned(),
        None => "$[*]".to_owned(),
    };
    let span = raw.items.as_ref().map_or(raw.format.span(), Spanned::span);
    let items = if format == Format::Html {
        selector(checker, &span, "items", &items_shown).map(Items::Css)
    } else {
        path(checker, &span, "items", &items_shown).map(Items::Path)
    };
    let mut conditions = |key: &str, rules: Vec<Spanned<RawRule>>| -> Vec<Rule> {
        rules
            .into_iter()
            .filter_map(|rule| check_rule(checker, key, &rule.span(), rule.get_ref(), format))
            .collect()
    };
    let keep = conditions("keep", raw.keep);
    let skip = conditions("skip", raw.skip);
    let gone = raw
        .gone
        .and_then(|rule| check_rule(checker, "gone", &rule.span(), rule.get_ref(), format));
    let locals = raw
        .locals
        .into_iter()
        .map(|(name, field)| (name.clone(), check_field(checker, &name, &field, format)))
        .collect();
    let mut fields = Vec::new();
    for (word, field) in raw.fields {
        let word = Spanned::new(field.span(), word);
        if let Some(name) = checker.word("fields", &word, Name::WORDS, Name::parse) {
            fields.push((name, check_field(checker, name.word(), &field, format)));
        }
    }
    fields.sort_by_key(|(name, _)| *name);
    if fields.first().is_none_or(|(name, _)| *name != Name::Id) {
        let hint = Some("without an id nothing can be told apart".to_owned());
        checker.wrong(raw.format.span(), "fields", "no field `id`", hint);
    }
    Some(Read {
        format,
        kind,
        guards: raw.guards,
        cut,
        items: items?,
        outermost: raw.outermost,
        items_shown,
        keep,
        skip,
        gone,
        locals,
        fields,
    })
}

fn check_cut(checker: &mut Checker<'_>, raw: Spanned<RawCut>) -> Option<Cut> {
    let span = raw.span();
    let raw = raw.into_inner();
    Some(Cut {
        css: selector(checker, &span, "cut", &raw.css)?,
        attr: raw.attr,
        after: raw.after,
        inner: match &raw.inner {
            Some(text) => Some(path(checker, &span, "inner", text)?),
            None => None,
        },
        all: raw.all,
    })
}

fn check_field(
    checker: &mut Checker<'_>,
    key: &str,
    raw: &Spanned<RawField>,
    format: Format,
) -> Field {
    let span = raw.span();
    let rules = raw
        .get_ref()
        .0
        .iter()
        .filter_map(|rule| check_rule(checker, key, &span, rule, format))
        .collect();
    let optional = raw.get_ref().0.iter().any(|rule| rule.optional);
    Field { rules, optional }
}

fn check_rule(
    checker: &mut Checker<'_>,
    key: &str,
    span: &Range<usize>,
    raw: &RawRule,
    format: Format,
) -> Option<Rule> {
    let take = check_take(checker, key, span, raw, format)?;
    let mut formats = Vec::new();
    for word in &raw.formats {
        match TimeFormat::parse(word) {
            Some(format) => formats.push(format),
            None => {
                let hint = "iso, rfc2822, epoch, epoch-s, epoch-ms, epoch-us, relative, written, or a \
                            pattern such as `%d.%m.%Y`";
                let problem = format!("`{word}` is not a time format");
                checker.wrong(span.clone(), key, problem, Some(hint.to_owned()));
            }
        }
    }
    let zone = match &raw.zone {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(name).unwrap_or_else(|_| {
            let hint = Some("write one such as `Asia/Tokyo`".to_owned());
            checker.wrong(
                span.clone(),
                key,
                format!("`{name}` is not a time zone"),
                hint,
            );
            TimeZone::UTC
        }),
    };
    let decimal = raw.decimal.as_ref().and_then(|mark| mark.chars().next());
    if decimal.is_some_and(|mark| !matches!(mark, '.' | ',')) {
        checker.wrong(span.clone(), key, "`decimal` is `.` or `,`", None);
    }
    let expect = match (&raw.equals, &raw.contains, &raw.lacks) {
        (Some(text), _, _) => Some(Expect::Equals(text.clone())),
        (None, Some(text), _) => Some(Expect::Contains(text.clone())),
        (None, None, Some(text)) => Some(Expect::Lacks(text.clone())),
        (None, None, None) => None,
    };
    let (minor, minor_from) = match &raw.minor {
        None => (None, None),
        Some(RawMinor::Places(places)) => (Some(*places), None),
        Some(RawMinor::Told(name)) => (None, Some(name.clone())),
    };
    Some(Rule {
        shown: shown(raw),
        take,
        page: raw.page,
        clean: Clean {
            html: raw.html,
            after: raw.after.clone(),
            before: raw.before.words(),
            remove: raw.remove.clone(),
            prefix: raw.prefix.clone(),
            join: raw.join.clone(),
            sum: raw.sum,
        },
        expect,
        formats,
        zone,
        money: MoneyRule { minor, decimal },
        minor_from,
    })
}

fn check_take(
    checker: &mut Checker<'_>,
    key: &str,
    span: &Range<usize>,
    raw: &RawRule,
    format: Format,
) -> Option<Take> {
    let html = format == Format::Html;
    let css = raw.css.as_ref().or(raw.bare.as_ref().filter(|_| html));
    let json = raw.path.as_ref().or(raw.bare.as_ref().filter(|_| !html));
    let ways = [
        css.is_some() || (raw.attr.is_some() && html),
        json.is_some(),
        raw.template.is_some(),
        raw.value.is_some(),
        raw.position.is_some(),
    ];
    if ways.iter().filter(|way| **way).count() != 1 {
        let problem = "one of `path`, `css`, `template`, `value`, `position` is needed";
        checker.wrong(span.clone(), key, problem, None);
        return None;
    }
    if let Some(text) = json {
        if html {
            checker.wrong(
                span.clone(),
                key,
                "a page is read by `css`, not by `path`",
                None,
            );
            return None;
        }
        return path(checker, span, key, text).map(Take::Path);
    }
    if let Some(text) = &raw.template {
        return match Template::parse(text) {
            Ok(template) => Some(Take::Template(template)),
            Err(problem) => {
                checker.wrong(span.clone(), key, problem, None);
                None
            }
        };
    }
    if let Some(text) = &raw.value {
        return Some(Take::Value(text.clone()));
    }
    if let Some(size) = raw.position {
        return Some(Take::Position(size));
    }
    if !html {
        checker.wrong(
            span.clone(),
            key,
            "JSON is read by `path`, not by `css`",
            None,
        );
        return None;
    }
    let selector = match css {
        Some(text) => Some(selector(checker, span, key, text)?),
        None => None,
    };
    Some(Take::Css(selector, raw.attr.clone()))
}

fn path(checker: &mut Checker<'_>, span: &Range<usize>, key: &str, text: &str) -> Option<Path> {
    Path::parse(text)
        .map_err(|problem| {
            let problem = format!("`{text}` is not a JSON path: {problem}");
            checker.wrong(span.clone(), key, problem.replace('\n', " "), None);
        })
        .ok()
}

fn selector(
    checker: &mut Checker<'_>,
    span: &Range<usize>,
    key: &str,
    text: &str,
) -> Option<Selector> {
    Selector::parse(text)
        .map_err(|problem| {
            let problem = format!("`{text}` is not a CSS selector: {problem}");
            checker.wrong(span.clone(), key, problem, None);
        })
        .ok()
}

/// A rule's selector as a user would recognise it.
fn shown(raw: &RawRule) -> String {
    let attr = raw
        .attr
        .as_ref()
        .map_or(String::new(), |attr| format!("@{attr}"));
    let place = [&raw.bare, &raw.path, &raw.css, &raw.template, &raw.value]
        .into_iter()
        .flatten()
        .next()
        .cloned()
        .unwrap_or_default();
    match raw.position {
        Some(_) => "position on the page".to_owned(),
        None => format!("{place}{attr}"),
    }
}
