//! What a source usually looks like, learned from its good pages, and what is odd about a new
//! one. Pure: the same history and page give the same findings, in words that say what they were
//! read from.

use crate::record::{Found, Visit};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Visits that are looked back on.
pub const HISTORY_MAX: usize = 60;
/// So old they tell nothing of today. A source that has changed for good is learned anew then.
const OLD: SignedDuration = SignedDuration::from_hours(60 * 24);
/// Good pages before anything is expected.
const GOOD_MIN: usize = 5;
/// A page with fewer items than this share of the fewest so far is not a small one, but a part.
const PART: f64 = 0.75;
/// Fewer items than this vary by themselves.
const ITEMS_MIN: u32 = 4;
/// A question that always found fewer is not surprising when it finds nothing once.
const EMPTY_MIN: u32 = 3;
/// So many pages that were never empty make an empty one odd, however short they were.
const NEVER_EMPTY: usize = 40;
/// A field is expected when at least this share of the records had it.
const USUAL: f64 = 0.5;
/// Records that a page must have before a share of its fields says anything.
const RECORDS_MIN: u32 = 5;
/// A chance that small is none.
const CHANCE: f64 = 0.001;
/// Requests in a row without an answer, or the time they span, before it is told.
const UNANSWERED_MIN: usize = 3;
const UNANSWERED_SPAN: SignedDuration = SignedDuration::from_hours(24);
/// A page is never called old before.
const SAME_MIN: SignedDuration = SignedDuration::from_hours(48);

/// Name of the note that says since when a source is learned anew.
pub fn anew(source: &str) -> String {
    format!("learn-anew.{source}")
}

/// What sort of oddity it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Oddity {
    /// The page shows a part of its usual items.
    FewerItems,
    /// Items are there, but records cannot be made of them.
    Unread,
    /// A field that was there is gone.
    FieldGone,
    /// Nothing, where there always was something.
    Empty,
    /// Ids look different, so that everything known would count as new.
    IdsChanged,
    /// The same content as days ago, from a source that changes faster.
    SamePage,
    /// No usable answer for a while.
    NoAnswer,
    /// Answers, but nothing new for longer than the source file expects.
    Silent,
}

/// Something odd about how a source reads, in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What sort.
    pub oddity: Oddity,
    /// Query, as the log names it.
    pub query: String,
    /// The field, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// When it was first so.
    pub since: Timestamp,
    /// What is odd, with what it was read from.
    pub what: String,
    /// A copy of the page, where one was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<PathBuf>,
}

impl Finding {
    /// Whether the page cannot be trusted to show what the site has: it counts as failed. The
    /// others are worth a look.
    pub fn is_broken(&self) -> bool {
        !matches!(
            self.oddity,
            Oddity::SamePage | Oddity::NoAnswer | Oddity::Silent
        )
    }
}

/// Whether a visit may be learned from.
fn is_good(visit: &Visit) -> bool {
    visit.coverage.failed + visit.coverage.refused == 0 && visit.reading.found.is_some()
}

/// Visits not too old, with what they found; newest first as they came.
fn pages(history: &[Visit], now: Timestamp) -> impl Iterator<Item = (&Visit, &Found)> {
    history
        .iter()
        .filter(move |visit| now.duration_since(visit.at) < OLD)
        .filter_map(|visit| Some((visit, visit.reading.found.as_ref()?)))
}

/// What is odd about a page that was read at `now`, by the visits before it (newest first).
/// Nothing is, until there were enough good pages to know what is usual.
pub fn judge(query: &str, found: &Found, now: Timestamp, history: &[Visit]) -> Vec<Finding> {
    let good: Vec<(&Visit, &Found)> = pages(history, now)
        .filter(|(visit, _)| is_good(visit))
        .collect();
    if good.len() < GOOD_MIN {
        return Vec::new();
    }
    let judged = Judged {
        query,
        found,
        now,
        history,
        good,
    };
    let mut findings = Vec::new();
    findings.extend(judged.items());
    findings.extend(judged.unread());
    findings.extend(judged.fields());
    findings.extend(judged.ids());
    findings.extend(judged.same());
    findings
}

/// A page beside what went before.
struct Judged<'a> {
    query: &'a str,
    found: &'a Found,
    now: Timestamp,
    history: &'a [Visit],
    good: Vec<(&'a Visit, &'a Found)>,
}

impl Judged<'_> {
    fn finding(&self, oddity: Oddity, since: Timestamp, what: String) -> Finding {
        Finding {
            oddity,
            query: self.query.to_owned(),
            field: None,
            since,
            what,
            copy: None,
        }
    }

    /// Since when pages have been like this one, without a break.
    fn since(&self, is_like: impl Fn(&Found) -> bool) -> Timestamp {
        pages(self.history, self.now)
            .take_while(|(_, found)| is_like(found))
            .last()
            .map_or(self.now, |(visit, _)| visit.at)
    }

    /// Fewest and most items of first pages; later ones are as long as what is left.
    fn usual_items(&self) -> Option<(u32, u32, usize)> {
        let items: Vec<u32> = self
            .good
            .iter()
            .filter(|(_, found)| found.first)
            .map(|(_, found)| found.items)
            .collect();
        let (low, high) = (items.iter().min()?, items.iter().max()?);
        (items.len() >= GOOD_MIN).then_some((*low, *high, items.len()))
    }

    fn items(&self) -> Option<Finding> {
        let (low, high, pages) = self.usual_items().filter(|_| self.found.first)?;
        let items = self.found.items;
        let usual = match low == high {
            true => format!("{low}"),
            false => format!("{low} to {high}"),
        };
        if items == 0 {
            let odd = low >= EMPTY_MIN || (low > 0 && (low == high || pages >= NEVER_EMPTY));
            return odd.then(|| {
                let since = self.since(|found| !found.first || found.items == 0);
                let what = format!(
                    "empty, though it looks like an answer: the last {pages} good pages showed \
                     {usual} items{}",
                    self.from(since)
                );
                self.finding(Oddity::Empty, since, what)
            });
        }
        let is_part = |items: u32| f64::from(items) < PART * f64::from(low);
        (low >= ITEMS_MIN && is_part(items)).then(|| {
            let since = self.since(|found| !found.first || is_part(found.items));
            let what = format!(
                "{items} of {usual} items: the last {pages} good pages showed {usual}{}",
                self.from(since)
            );
            self.finding(Oddity::FewerItems, since, what)
        })
    }

    fn unread(&self) -> Option<Finding> {
        let share = |found: &Found| f64::from(found.records) / f64::from(found.items.max(1));
        let full = |found: &Found| found.items >= RECORDS_MIN;
        let usual = self
            .good
            .iter()
            .filter(|(_, found)| full(found))
            .map(|(_, found)| share(found))
            .min_by(f64::total_cmp)?;
        let is_odd = |found: &Found| full(found) && share(found) < PART * usual;
        is_odd(self.found).then(|| {
            let since = self.since(is_odd);
            let what = format!(
                "only {} of {} items could be read: it was never less than {}{}",
                self.found.records,
                self.found.items,
                percent(usual),
                self.from(since)
            );
            self.finding(Oddity::Unread, since, what)
        })
    }

    fn fields(&self) -> Vec<Finding> {
        if self.found.records == 0 {
            return Vec::new();
        }
        let named = self.good.iter().flat_map(|(_, found)| found.filled.keys());
        let named: BTreeSet<&String> = named.collect();
        named
            .into_iter()
            .filter_map(|field| self.field(field))
            .collect()
    }

    fn field(&self, field: &str) -> Option<Finding> {
        let filled = |found: &Found| found.filled.get(field).copied().unwrap_or(0);
        let share = |found: &Found| f64::from(filled(found)) / f64::from(found.records.max(1));
        let with_records = || self.good.iter().filter(|(_, found)| found.records > 0);
        // Pages of one item tell nothing alone; a run of them does.
        let run: Vec<&Found> = with_records()
            .map(|(_, found)| *found)
            .take_while(|found| filled(found) == 0)
            .collect();
        let before: Vec<&Found> = with_records()
            .skip(run.len())
            .map(|(_, found)| *found)
            .collect();
        if before.len() < GOOD_MIN {
            return None;
        }
        let sum = |number: &dyn Fn(&Found) -> u32| -> f64 {
            before.iter().map(|found| f64::from(number(found))).sum()
        };
        let (had, all) = (sum(&filled), sum(&|found| found.records));
        let usual = had / all;
        if usual < USUAL {
            return None;
        }
        let full = before.iter().filter(|found| found.records >= RECORDS_MIN);
        let shares: Vec<f64> = full.map(|found| share(found)).collect();
        let lowest = shares
            .iter()
            .copied()
            .min_by(f64::total_cmp)
            .filter(|_| shares.len() >= GOOD_MIN);
        let now = filled(self.found);
        let is_odd = |found: &Found| {
            let is_less = lowest.is_some_and(|lowest| share(found) < USUAL * lowest);
            found.records > 0 && (filled(found) == 0 || is_less)
        };
        let odd = if now == 0 {
            let records = run.iter().map(|found| found.records).sum::<u32>() + self.found.records;
            let missing = 1.0 - (had + 1.0) / (all + 2.0);
            // A field that a whole page has lacked before may lack in another one.
            lowest.is_none_or(|lowest| lowest > 0.0) && missing.powf(f64::from(records)) < CHANCE
        } else {
            self.found.records >= RECORDS_MIN && is_odd(self.found)
        };
        odd.then(|| {
            let since = self.since(|found| found.records == 0 || is_odd(found));
            let shown = match now {
                0 => "empty".to_owned(),
                _ => format!("in {} of {} items", now, self.found.records),
            };
            let what = format!(
                "{field} {shown} since {} (was filled in {} of items)",
                day(since, self.now),
                percent(usual)
            );
            Finding {
                field: Some(field.to_owned()),
                ..self.finding(Oddity::FieldGone, since, what)
            }
        })
    }

    fn ids(&self) -> Option<Finding> {
        let of = |found: &Found| {
            let enough = found.records >= RECORDS_MIN;
            enough.then(|| found.id_form.clone())
        };
        let now = of(self.found)??;
        let forms: Vec<Option<String>> = self.good.iter().filter_map(|(_, f)| of(f)).collect();
        let usual = forms.first()?.clone()?;
        let always = forms.iter().all(|form| form.as_ref() == Some(&usual));
        (forms.len() >= GOOD_MIN && always && now != usual).then(|| {
            let since = self.since(|found| found.id_form.as_ref() == Some(&now));
            let what = format!(
                "ids look like `{now}`, they always looked like `{usual}` (9 digits, a letters, x \
                 both): nothing is kept, because all that is known would count as new{}",
                self.from(since)
            );
            self.finding(Oddity::IdsChanged, since, what)
        })
    }

    /// The same content as long ago, where content never stayed nearly as long.
    fn same(&self) -> Option<Finding> {
        if self.found.records == 0 {
            return None;
        }
        let oldest = self
            .good
            .iter()
            .filter(|(_, found)| found.print == self.found.print)
            .map(|(visit, _)| visit.at)
            .min()?;
        let age = self.now.duration_since(oldest);
        let others: Vec<_> = self
            .good
            .iter()
            .filter(|(_, found)| found.first == self.found.first)
            .filter(|(_, found)| found.print != self.found.print)
            .collect();
        let kinds: BTreeSet<u64> = others.iter().map(|(_, found)| found.print).collect();
        let lived = |print: &u64| {
            let times = others.iter().filter(|(_, found)| found.print == *print);
            let times: Vec<Timestamp> = times.map(|(visit, _)| visit.at).collect();
            let (first, last) = (times.iter().min(), times.iter().max());
            first
                .zip(last)
                .map_or(SignedDuration::ZERO, |(first, last)| {
                    last.duration_since(*first)
                })
        };
        let longest = kinds.iter().map(lived).max()?;
        let is_old = age >= SAME_MIN && age > longest.saturating_mul(3);
        (kinds.len() >= GOOD_MIN && is_old).then(|| {
            let what = format!(
                "the same page as {}: it used to change, is it a stale copy?",
                day(oldest, self.now)
            );
            self.finding(Oddity::SamePage, oldest, what)
        })
    }

    /// ` (since Tuesday)`, where it is not only now.
    fn from(&self, since: Timestamp) -> String {
        match since == self.now {
            true => String::new(),
            false => format!("; so since {}", day(since, self.now)),
        }
    }
}

/// What the visits of a question (newest first) say against it as it stands.
pub fn standing(query: &str, now: Timestamp, visits: &[Visit]) -> Vec<Finding> {
    let newest = visits.split_first().and_then(|(newest, before)| {
        let found = newest.reading.found.as_ref()?;
        Some(judge(query, found, newest.at, before))
    });
    let mut findings = newest.unwrap_or_default();
    findings.extend(unanswered(query, now, visits));
    findings
}

/// Whether a question has had no usable answer for a while, by its visits (newest first).
pub fn unanswered(query: &str, now: Timestamp, history: &[Visit]) -> Option<Finding> {
    let is_answered = |visit: &&Visit| visit.coverage.answered + visit.coverage.empty > 0;
    let run: Vec<&Visit> = history
        .iter()
        .take_while(|visit| !is_answered(visit))
        // A page that came but is doubted tells its own story.
        .filter(|visit| visit.reading.found.is_none())
        .collect();
    let (newest, oldest) = (run.first()?, run.last()?);
    let lasts = now.duration_since(oldest.at) >= UNANSWERED_SPAN;
    (run.len() >= UNANSWERED_MIN || lasts).then(|| {
        let ever = history.iter().find(is_answered);
        let times = match run.len() {
            1 => "1 request".to_owned(),
            n => format!("{n} requests"),
        };
        let mut what = match ever {
            Some(_) => format!("no answer since {} ({times})", day(oldest.at, now)),
            None => format!("never answered ({times} since {})", day(oldest.at, now)),
        };
        if let Some(why) = &newest.reading.why {
            what = format!("{what}: {why}");
        }
        Finding {
            oddity: Oddity::NoAnswer,
            query: query.to_owned(),
            field: None,
            since: oldest.at,
            what,
            copy: None,
        }
    })
}

/// When a page last had records, by visits (newest first).
pub fn last_records(history: &[Visit]) -> Option<Timestamp> {
    let mut visits = history.iter();
    let last = visits.find(|visit| {
        let found = visit.reading.found.as_ref();
        found.is_some_and(|found| found.records > 0)
    });
    last.map(|visit| visit.at)
}

/// Whether a source that answers has had nothing new for longer than its file expects. `newest`:
/// when the newest post seen was written, or, where posts have no time, last came.
pub fn silent(
    query: &str,
    now: Timestamp,
    newest: Option<Timestamp>,
    expected: Option<std::time::Duration>,
) -> Option<Finding> {
    let (newest, expected) = (newest?, SignedDuration::try_from(expected?).ok()?);
    (now.duration_since(newest) > expected).then(|| Finding {
        oddity: Oddity::Silent,
        query: query.to_owned(),
        field: None,
        since: newest,
        what: format!(
            "nothing new since {}, its file expects something every {} h",
            day(newest, now),
            expected.as_hours()
        ),
        copy: None,
    })
}

/// A day as people say it: today's hour, a weekday within a week, else the date; all in UTC.
pub fn day(time: Timestamp, now: Timestamp) -> String {
    let (time, now) = (
        time.to_zoned_datetime(TimeZone::UTC),
        now.to_zoned_datetime(TimeZone::UTC),
    );
    let days = now.timestamp().duration_since(time.timestamp()).as_hours() / 24;
    let form = match days {
        _ if time.date() == now.date() => "%H:%M UTC",
        0..6 => "%A",
        _ => "%F",
    };
    time.strftime(form).to_string()
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests;
