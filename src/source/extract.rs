//! An answer → its records. Pure: the same answer gives the same records, always.

use super::cursor;
use super::definition::Source;
use super::document::{Body, Document, Refused};
use super::error::Error;
use super::exchange::{Answer, Ask, Extract, Missing};
use super::fill::{Filler, page_value};
use super::likeness::describe;
use super::read::{Format, Read};
use super::rule::Rule;
use super::template::Encode;
use super::wall::probable_wall;
use crate::record::{AuthorKey, Record};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// The time one page may take when nobody says otherwise.
pub const PARSE_MAX: Duration = Duration::from_millis(500);

/// Most items that are read from one page.
pub const ITEMS_MAX: usize = 5_000;

/// What one read made of a page.
struct Taken {
    records: Vec<Record>,
    deleted: Vec<String>,
    items: usize,
    next: Option<String>,
    missing: Vec<Missing>,
}

impl Source {
    /// Reads an answer within [`PARSE_MAX`]; see [`Source::extract_within`].
    ///
    /// # Errors
    /// As [`Source::extract_within`].
    pub fn extract(
        &self,
        answer: &Answer,
        ask: &Ask,
        authors: &AuthorKey,
    ) -> Result<Extract, Error> {
        self.extract_within(answer, ask, authors, PARSE_MAX)
    }

    /// Reads an answer: its records in page order, authors hashed, addresses absolute, texts
    /// plain. A page without items is a value; a field that is not found is named in
    /// [`Extract::missing`] and voids nothing else.
    ///
    /// # Errors
    /// [`Error::Format`] when the body is not of the declared format, [`Error::Blocked`] when it
    /// is a page that keeps programs out, [`Error::Slow`] when building its tree takes longer
    /// than `budget`.
    pub fn extract_within(
        &self,
        answer: &Answer,
        ask: &Ask,
        authors: &AuthorKey,
        budget: Duration,
    ) -> Result<Extract, Error> {
        let body = Body::new(
            &answer.body,
            answer.header("content-type"),
            self.charset,
            &answer.url,
            budget,
        );
        let mut taken = Vec::new();
        let mut refused = None;
        for read in &self.reads {
            match body.open(read) {
                Ok(document) => {
                    let one = self.take(read, &document, &body.base(), answer, ask, authors);
                    let found = one.items > 0;
                    taken.push(one);
                    if found && !self.merge {
                        break;
                    }
                }
                Err(why) => {
                    refused.get_or_insert((why, read.format));
                }
            }
        }
        let nothing = taken.iter().all(|one| one.items == 0);
        if nothing && let Some(sign) = probable_wall(&answer.body) {
            return Err(Error::Blocked {
                name: self.name.clone(),
                sign,
            });
        }
        if let (true, Some((why, format))) = (taken.is_empty(), refused) {
            return Err(self.refusal(why, format, &answer.body, budget));
        }
        let extract = if self.merge {
            merge(taken)
        } else {
            first(taken)
        };
        Ok(Extract {
            instance: self.instance(answer, ask),
            ..extract
        })
    }

    /// The site that the ids of an answer belong to. Names of hosts are the same in any case.
    fn instance(&self, answer: &Answer, ask: &Ask) -> Option<String> {
        let value = |name: &str| page_value(answer, name).or_else(|| self.value(ask, name));
        let filled = self
            .instance
            .as_ref()?
            .fill(Encode::Plain, answer.fetched_at, &value)
            .ok()?;
        filled.empty.is_empty().then(|| filled.text.to_lowercase())
    }

    /// Authors of a page as it writes them: what a copy that is kept must lose. Nobody else may
    /// ask.
    pub(crate) fn author_names(&self, answer: &Answer, ask: &Ask, budget: Duration) -> Vec<String> {
        let body = Body::new(
            &answer.body,
            answer.header("content-type"),
            self.charset,
            &answer.url,
            budget,
        );
        // Names are what is looked for here, so nothing has to be hashed.
        let key = AuthorKey::new([0; 32]);
        let mut names = Vec::new();
        for read in &self.reads {
            let Ok(document) = body.open(read) else {
                continue;
            };
            let filler = Filler {
                source: self,
                read,
                whole: document.whole(),
                base: &body.base(),
                answer,
                ask,
                authors: &key,
                tally: &mut BTreeMap::new(),
            };
            let items = document.items(read);
            let items = items.iter().take(ITEMS_MAX).zip(1..);
            names.extend(items.filter_map(|(item, place)| filler.author(*item, place)));
        }
        names
    }

    fn take(
        &self,
        read: &Read,
        document: &Document<'_>,
        base: &url::Url,
        answer: &Answer,
        ask: &Ask,
        authors: &AuthorKey,
    ) -> Taken {
        let whole = document.whole();
        let mut items = document.items(read);
        let mut taken = Taken {
            records: Vec::new(),
            deleted: Vec::new(),
            items: 0,
            next: None,
            missing: Vec::new(),
        };
        let mut tally: BTreeMap<usize, usize> = BTreeMap::new();
        let mut filler = Filler {
            source: self,
            read,
            whole,
            base,
            answer,
            ask,
            authors,
            tally: &mut tally,
        };
        if !read.keep.is_empty() {
            items.retain(|item| read.keep.iter().any(|rule| filler.condition(rule, *item)));
        }
        taken.items = items.len();
        let mut place = 0;
        for item in items.iter().take(ITEMS_MAX) {
            let plain = |rule: &Rule| filler.condition(rule, *item);
            if read.skip.iter().any(plain) {
                taken.items -= 1;
                continue;
            }
            let gone = read.gone.as_ref().is_some_and(plain);
            let record = filler.record(*item, place + 1, gone);
            // A paid place moves nobody's rank.
            place += u32::from(record.as_ref().is_none_or(|record| !record.paid));
            match record {
                Some(record) if gone => taken.deleted.push(record.id),
                Some(record) => taken.records.push(record),
                None => {}
            }
        }
        taken.missing = missing(read, &tally, items.len());
        let held = cursor::Held {
            items: items.len(),
            oldest: taken.records.iter().filter_map(|record| record.time).min(),
        };
        taken.next = match (&self.stream, &self.cursor) {
            (Some(stream), _) => stream.place(&items),
            (None, Some(cursor)) => cursor.next(answer, document, held),
            (None, None) => None,
        };
        taken
    }

    fn refusal(&self, why: Refused, format: Format, body: &[u8], budget: Duration) -> Error {
        let name = self.name.clone();
        if why == Refused::Slow {
            return Error::Slow { name, budget };
        }
        let found = match (format, describe(body)) {
            (Format::Json | Format::Ndjson, found) if found == "JSON" => {
                "JSON that is broken or breaks off".to_owned()
            }
            (_, found) => found,
        };
        Error::Format {
            name,
            wanted: format.word(),
            found,
        }
    }
}

/// Fields in the order of how often they were not found.
fn missing(read: &Read, tally: &BTreeMap<usize, usize>, items: usize) -> Vec<Missing> {
    if items == 0 {
        return vec![Missing {
            field: "items".to_owned(),
            selector: read.items_shown.clone(),
            items: 0,
        }];
    }
    let mut missing: Vec<Missing> = tally
        .iter()
        .filter_map(|(place, count)| {
            let (name, field) = read.fields.get(*place)?;
            Some(Missing {
                field: name.word().to_owned(),
                selector: field.shown(),
                items: *count,
            })
        })
        .collect();
    missing.sort_by_key(|field| std::cmp::Reverse(field.items));
    missing
}

/// The first read that found items, else the first one.
fn first(taken: Vec<Taken>) -> Extract {
    let best = taken.iter().position(|one| one.items > 0).unwrap_or(0);
    taken
        .into_iter()
        .nth(best)
        .map(|one| Extract {
            records: one.records,
            deleted: one.deleted,
            items: one.items,
            next: one.next,
            missing: one.missing,
            instance: None,
        })
        .unwrap_or_default()
}

/// All reads are views of the same items: records of one id become one, and what the first view
/// does not tell is taken from the next.
fn merge(taken: Vec<Taken>) -> Extract {
    let mut out = Extract::default();
    let mut place: HashMap<String, usize> = HashMap::new();
    for one in taken {
        out.items = out.items.max(one.items);
        out.next = out.next.or(one.next);
        out.deleted.extend(one.deleted);
        if one.items > 0 || out.missing.is_empty() {
            out.missing.extend(one.missing);
        }
        for record in one.records {
            match place
                .get(&record.id)
                .and_then(|at| out.records.get_mut(*at))
            {
                Some(held) => complete(held, record),
                None => {
                    place.insert(record.id.clone(), out.records.len());
                    out.records.push(record);
                }
            }
        }
    }
    if !out.records.is_empty() {
        out.missing.retain(|missing| missing.field != "items");
    }
    // What another view gave is not missing.
    let lacks = |field: &str| match field {
        "url" => out.records.iter().filter(|r| r.url.is_none()).count(),
        "title" => out.records.iter().filter(|r| r.title.is_none()).count(),
        "rank" => out.records.iter().filter(|r| r.rank.is_none()).count(),
        "price" => out.records.iter().filter(|r| r.price.is_none()).count(),
        "rating" => out.records.iter().filter(|r| r.rating.is_none()).count(),
        _ => usize::MAX,
    };
    for missing in &mut out.missing {
        missing.items = missing.items.min(lacks(&missing.field));
    }
    out.missing
        .retain(|missing| missing.items > 0 || missing.field == "items");
    out
}

/// Fills what a record does not tell from another view of the same item.
fn complete(held: &mut Record, other: Record) {
    held.url = held.url.take().or(other.url);
    held.title = held.title.take().or(other.title);
    held.text = held.text.take().or(other.text);
    held.author = held.author.or(other.author);
    held.time = held.time.or(other.time);
    held.lang = held.lang.take().or(other.lang);
    held.market = held.market.take().or(other.market);
    held.thread = held.thread.take().or(other.thread);
    held.list = held.list.take().or(other.list);
    held.rank = held.rank.or(other.rank);
    held.paid |= other.paid;
    held.price = held.price.take().or(other.price);
    held.rating = held.rating.or(other.rating);
    held.rating_scale = held.rating_scale.or(other.rating_scale);
    let (counts, more) = (&mut held.counts, other.counts);
    counts.reviews = counts.reviews.or(more.reviews);
    counts.likes = counts.likes.or(more.likes);
    counts.comments = counts.comments.or(more.comments);
    counts.shares = counts.shares.or(more.shares);
    counts.views = counts.views.or(more.views);
    counts.sold = counts.sold.or(more.sold);
}
