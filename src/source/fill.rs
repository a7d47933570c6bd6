//! One item → one record: each field by its rule, each value by its type.

use super::count;
use super::currency;
use super::definition::Source;
use super::exchange::{Answer, Ask};
use super::moment::{self, Format};
use super::money;
use super::read::{Field, Name, Read};
use super::rule::{Item, Rule, Scope, Take, Text};
use crate::record::{AuthorKey, Market, Record};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Longest text kept, in characters.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// Longest title kept, in characters.
pub const TITLE_CHARS_MAX: usize = 1_000;
/// Longest id or name kept, in characters.
pub const ID_CHARS_MAX: usize = 500;
/// Longest address kept, in characters.
pub const URL_CHARS_MAX: usize = 4_000;

/// All that a record is made from.
pub(super) struct Filler<'a> {
    pub source: &'a Source,
    pub read: &'a Read,
    pub whole: Item<'a>,
    pub base: &'a url::Url,
    pub answer: &'a Answer,
    pub ask: &'a Ask,
    pub authors: &'a AuthorKey,
    /// By field of the read: in how many items it was not found.
    pub tally: &'a mut BTreeMap<usize, usize>,
}

impl Filler<'_> {
    /// Whether a condition of the read holds for an item.
    pub fn condition(&self, rule: &Rule, item: Item<'_>) -> bool {
        let none = RefCell::new(BTreeMap::new());
        self.with_scope(item, 0, &none, |scope| rule.holds(scope))
    }

    /// The record of an item; `None` when it has no id. `place` counts from 1.
    pub fn record(&mut self, item: Item<'_>, place: u32, gone: bool) -> Option<Record> {
        let locals = self.locals(item, place);
        let mut record = Record::new(self.read.kind.unwrap_or(self.source.kind), "");
        record.market = self.market();
        record.lang = self.source.lang.clone();
        let mut absent = Vec::new();
        for (index, (name, field)) in self.read.fields.iter().enumerate() {
            let known = self.with_scope(item, place, &locals, |scope| {
                self.fill(&mut record, *name, field, scope)
            });
            // A list's name is made from the question, which the page is not to blame for.
            if !known && !field.optional && *name != Name::List {
                absent.push(index);
            }
            if *name == Name::Id {
                locals
                    .borrow_mut()
                    .insert("id".to_owned(), record.id.clone());
            }
        }
        if !gone {
            for index in absent {
                *self.tally.entry(index).or_default() += 1;
            }
        }
        // A place that was paid for says nothing of what people want.
        if record.paid && self.ranks_by_place() {
            record.rank = None;
        }
        // A currency without an amount is no price.
        record.price = record.price.filter(|price| !price.amount.is_empty());
        // A scale without a rating says nothing.
        record.rating_scale = record.rating_scale.filter(|_| record.rating.is_some());
        (!record.id.is_empty()).then_some(record)
    }

    /// Whether ranks are places on the page rather than numbers that stand on it.
    fn ranks_by_place(&self) -> bool {
        let by_place = |rule: &Rule| matches!(rule.take, Take::Position(_));
        let mut fields = self.read.fields.iter();
        fields.any(|(name, field)| *name == Name::Rank && field.rules.iter().any(by_place))
    }

    /// The author of an item as the page writes it.
    pub fn author(&self, item: Item<'_>, place: u32) -> Option<String> {
        let mut fields = self.read.fields.iter();
        let (_, field) = fields.find(|(name, _)| *name == Name::Author)?;
        let locals = self.locals(item, place);
        self.with_scope(item, place, &locals, |scope| field.text(scope))
    }

    fn locals(&self, item: Item<'_>, place: u32) -> RefCell<BTreeMap<String, String>> {
        let locals = RefCell::new(BTreeMap::new());
        for (name, field) in &self.read.locals {
            let found = self.with_scope(item, place, &locals, |scope| field.text(scope));
            if let Some(found) = found {
                locals.borrow_mut().insert(name.clone(), found);
            }
        }
        locals
    }

    fn with_scope<T>(
        &self,
        item: Item<'_>,
        place: u32,
        locals: &RefCell<BTreeMap<String, String>>,
        look: impl FnOnce(&Scope<'_>) -> T,
    ) -> T {
        let position = |size: u32| place.saturating_add(self.offset(size));
        let value = |name: &str| {
            page_value(self.answer, name)
                .or_else(|| locals.borrow().get(name).cloned())
                .or_else(|| self.source.value(self.ask, name))
        };
        look(&Scope {
            item,
            page: self.whole,
            position: &position,
            now: self.answer.fetched_at,
            value: &value,
        })
    }

    /// Items on the pages before this one.
    fn offset(&self, size: u32) -> u32 {
        let Some(cursor) = &self.source.cursor else {
            return 0;
        };
        match cursor.next {
            super::cursor::Next::Page { first, step, .. } if step > 0 => {
                let page = cursor.page_of(&self.answer.url, first);
                (page.saturating_sub(first) / step).saturating_mul(size)
            }
            _ => 0,
        }
    }

    /// The market asked for; else the one whose host the page came from; else the source's own.
    fn market(&self) -> Option<Market> {
        let host = self.answer.url.host_str().unwrap_or("");
        let by_host = self
            .source
            .params
            .iter()
            .flat_map(|param| &param.by_market)
            .find(|(_, value)| value.contains('.') && value.as_str() == host)
            .map(|(market, _)| market.clone());
        self.ask
            .market
            .clone()
            .or(by_host)
            .or_else(|| self.source.market.clone())
    }

    /// Fills one field; `false` when no rule finds a value of its type.
    fn fill(&self, record: &mut Record, name: Name, field: &Field, scope: &Scope<'_>) -> bool {
        // A condition is never missing: absent means no.
        if name == Name::Paid {
            record.paid = field.rules.iter().any(|rule| rule.holds(scope));
            return true;
        }
        for rule in &field.rules {
            let texts = rule.texts(scope);
            if self.set(record, name, rule, &texts, scope) {
                return true;
            }
        }
        false
    }

    fn set(
        &self,
        record: &mut Record,
        name: Name,
        rule: &Rule,
        all: &[Text],
        scope: &Scope<'_>,
    ) -> bool {
        let Some(first) = all.first() else {
            return false;
        };
        let text = first.text.as_str();
        match name {
            Name::Id => record.id = short(text, ID_CHARS_MAX),
            Name::Url => record.url = self.absolute(text),
            Name::Title => record.title = Some(short(text, TITLE_CHARS_MAX)),
            Name::Text => record.text = Some(short(text, TEXT_CHARS_MAX)),
            Name::Author => record.author = Some(self.authors.hash(&self.source.site, text)),
            Name::Time => record.time = self.time(rule, text),
            Name::Lang => record.lang = language(text).or(record.lang.take()),
            Name::Market => record.market = Market::parse(text).or(record.market.take()),
            Name::Thread => record.thread = Some(short(text, ID_CHARS_MAX)),
            Name::List => record.list = Some(short(text, ID_CHARS_MAX)),
            Name::Sku => record.sku = Some(short(text, ID_CHARS_MAX)),
            Name::Rank => record.rank = count::parse(text).and_then(|n| u32::try_from(n).ok()),
            Name::Paid => record.paid = true,
            Name::Price => self.price(record, rule, first, scope),
            Name::Currency => {
                let code = currency::code(text, record.market.as_ref());
                record.price.get_or_insert_with(unpriced).currency = code;
            }
            Name::Rating => record.rating = number(first),
            Name::RatingScale => record.rating_scale = number(first),
            Name::Reviews => record.counts.reviews = counted(rule, all),
            Name::Likes => record.counts.likes = counted(rule, all),
            Name::Comments => record.counts.comments = counted(rule, all),
            Name::Shares => record.counts.shares = counted(rule, all),
            Name::Views => record.counts.views = counted(rule, all),
            Name::Sold => record.counts.sold = counted(rule, all),
            Name::Quantity => record.quantity = text.parse().ok(),
        }
        is_set(record, name)
    }

    fn price(&self, record: &mut Record, rule: &Rule, found: &Text, scope: &Scope<'_>) {
        let mut how = rule.money;
        if let Some(name) = &rule.minor_from {
            how.minor = (scope.value)(name).as_deref().and_then(places);
        }
        if found.exact && how.decimal.is_none() {
            how.decimal = Some('.');
        }
        let stated = record.price.take().and_then(|price| price.currency);
        record.price = money::parse(&found.text, how, record.market.as_ref());
        if let (Some(price), Some(_)) = (&mut record.price, &stated) {
            // A sign beside the number that means one thing everywhere beats what stands apart.
            let own = money::parse(&found.text, how, None).and_then(|price| price.currency);
            price.currency = own.or(stated);
        }
    }

    fn time(&self, rule: &Rule, text: &str) -> Option<jiff::Timestamp> {
        let formats: &[Format] = match rule.formats.as_slice() {
            [] => &Format::USUAL,
            formats => formats,
        };
        moment::parse(text, formats, &rule.zone, self.answer.fetched_at)
    }

    fn absolute(&self, text: &str) -> Option<String> {
        let url = self.base.join(text).ok()?;
        let text = url.as_str();
        (matches!(url.scheme(), "http" | "https") && text.len() <= URL_CHARS_MAX)
            .then(|| text.to_owned())
    }
}

/// What a placeholder that speaks of the page itself stands for.
pub(super) fn page_value(answer: &Answer, name: &str) -> Option<String> {
    match name {
        "page_url" => Some(answer.url.to_string()),
        "page_path" => Some(answer.url.path().to_owned()),
        "page_host" => answer.url.host_str().map(str::to_owned),
        _ => None,
    }
}

fn is_set(record: &Record, name: Name) -> bool {
    match name {
        Name::Id => !record.id.is_empty(),
        Name::Url => record.url.is_some(),
        Name::Time => record.time.is_some(),
        Name::Lang => record.lang.is_some(),
        Name::Market => record.market.is_some(),
        Name::Rank => record.rank.is_some(),
        Name::Price => record.price.is_some(),
        Name::Currency => record.price.as_ref().is_some_and(|p| p.currency.is_some()),
        Name::Rating => record.rating.is_some(),
        Name::RatingScale => record.rating_scale.is_some(),
        Name::Reviews => record.counts.reviews.is_some(),
        Name::Likes => record.counts.likes.is_some(),
        Name::Comments => record.counts.comments.is_some(),
        Name::Shares => record.counts.shares.is_some(),
        Name::Views => record.counts.views.is_some(),
        Name::Sold => record.counts.sold.is_some(),
        Name::Quantity => record.quantity.is_some(),
        Name::Title
        | Name::Text
        | Name::Author
        | Name::Thread
        | Name::List
        | Name::Sku
        | Name::Paid => true,
    }
}

/// A currency that was read before its price.
fn unpriced() -> crate::record::Price {
    crate::record::Price {
        amount: String::new(),
        currency: None,
    }
}

/// Places of minor units: told as such (`2`) or as the number to divide by (`100`).
fn places(told: &str) -> Option<u32> {
    let number: u32 = told.parse().ok()?;
    match number {
        0..=9 => Some(number),
        _ => (10_u32.pow(number.ilog10()) == number).then_some(number.ilog10()),
    }
}

fn counted(rule: &Rule, all: &[Text]) -> Option<u64> {
    if !rule.clean.sum {
        return all.first().and_then(|text| count::parse(&text.text));
    }
    let counts: Vec<u64> = all
        .iter()
        .filter_map(|text| count::parse(&text.text))
        .collect();
    (!counts.is_empty()).then(|| counts.iter().sum())
}

fn number(found: &Text) -> Option<f64> {
    let value = if found.exact {
        found.text.parse().ok()
    } else {
        count::decimal(&found.text)
    };
    value.filter(|value: &f64| value.is_finite())
}

/// `en_US` → `en-US`; anything that is no language tag → `None`.
fn language(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let primary = tag.split('-').next().unwrap_or("");
    let plain = tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (plain && (2..=3).contains(&primary.len()) && tag.len() <= 35 && tag != "und").then_some(tag)
}

/// At most `limit` characters.
fn short(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}
