use super::Workspace;
use super::restock::{RestockError, calendar, restock};
use crate::record::{Alert, Calendar, Day, Leg, Market, OccasionKind, SeriesKey, Sku, Subject};
use crate::report::{
    AlertView, CoverageView, Language, MailError, Mailed, Outbox, QuoteView, Subscriber,
    SubscriberError, View, coverage, letter, read_subscribers, select,
};
use crate::restock::{Deadline, deadlines};
use crate::store::{self, AlertFilter, GenerationId, Store};
use crate::trend::variant::{OwnNames, Story, stories};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Days before an alert that its chart shows.
const CHART_DAYS: i32 = 56;

/// Alerts read for one report, at most.
const ALERTS_MAX: usize = 1_000;

/// The lease that keeps two processes from mailing the same report at once, and its length:
/// longer than a mail server can keep us waiting for one reader.
const LEASE: &str = "mail";
const LEASE_SPAN: Duration = Duration::from_secs(300);

/// Why no report can be made or sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The restock sheet cannot be made.
    #[error(transparent)]
    Restock(#[from] RestockError),
    /// The subscribers file is wrong.
    #[error(transparent)]
    Subscribers(#[from] SubscriberError),
    /// The subscribers file cannot be read.
    #[error("cannot read `{path}`\nhint: `groundswell init` writes a sample, `subscribers` in [report] names the file", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Mail cannot be sent at all.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Another process is mailing.
    #[error("another groundswell is sending mails just now\nhint: wait until it is done")]
    Busy,
}

impl ReportError {
    /// Whether a file or setting of the user's is wrong, not the run.
    pub fn is_config(&self) -> bool {
        match self {
            ReportError::Restock(error) => error.is_config(),
            ReportError::Store(_) | ReportError::Busy => false,
            ReportError::Subscribers(_) | ReportError::Read { .. } | ReportError::Mail(_) => true,
        }
    }
}

/// What became of the report of one reader.
#[derive(Debug)]
pub struct Delivery {
    /// The reader.
    pub reader: Subscriber,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a mail.
#[derive(Debug)]
pub enum Outcome {
    /// There was nothing new to say.
    Nothing,
    /// It would be sent, with this subject and so many alerts and restock lines.
    Would(String, usize, usize),
    /// The mail server took it; its subject.
    Sent(String),
    /// It could not be sent; nothing is forgotten, the next run tries again.
    Failed(MailError),
    /// The mail server took it, but that could not be noted: it may come a second time, with the
    /// same Message-ID.
    Unnoted(String, store::Error),
}

impl Workspace {
    /// All that a report says, for a market or for all, over the last `days` days judged.
    ///
    /// # Errors
    /// [`ReportError`] when a file of the seller's cannot be used or the store fails.
    pub fn view(&self, market: Option<&Market>, days: u16) -> Result<View, ReportError> {
        let now = self.clock.now();
        let skus = self.catalogue().map_err(RestockError::from)?;
        let lines = restock(&*self.store, &self.config, &skus, now, market)?;
        let calendar = calendar(&self.config)?;
        let live = self.store.live()?;
        let closed = live.as_ref().and_then(|live| live.closed);
        // Looked back from the newest day judged, so that imported history can be reported too.
        let today = Day::of(now);
        let from = closed.unwrap_or(today).plus(1 - i32::from(days.max(1)));
        let mut view = View {
            title: self.config.report.title.clone(),
            day: closed,
            made_at: now,
            zone: self.config.report.zone.clone(),
            days,
            markets: market.into_iter().cloned().collect(),
            coverage: self.covered(from, now, market)?,
            deadlines: self.countdown(&calendar, today, market)?,
            alerts: Vec::new(),
            quiet: Vec::new(),
            rising: Vec::new(),
            lines,
            scorecard: None,
        };
        if let (Some(live), Some(closed)) = (live, closed) {
            let skus = skus.into_iter();
            let mut reading = Reading {
                store: &*self.store,
                generation: live.id,
                closed,
                skus: skus.map(|sku| (sku.sku.clone(), sku)).collect(),
                read: BTreeMap::new(),
                calendar: &calendar,
            };
            reading.fill(&mut view, from, market)?;
        }
        Ok(view)
    }

    /// An alert with what is needed to show it: name, quotes, counts by day.
    ///
    /// # Errors
    /// [`ReportError`] when a file of the seller's cannot be used or the store fails.
    pub fn alert_view(&self, alert: Alert) -> Result<AlertView, ReportError> {
        let calendar = calendar(&self.config)?;
        let live = self.store.live()?;
        let closed = live.as_ref().and_then(|live| live.closed);
        let skus = self.store.catalogue()?;
        let mut reading = Reading {
            store: &*self.store,
            generation: live.map_or(0, |live| live.id),
            closed: closed.unwrap_or(alert.day),
            skus: skus.into_iter().map(|sku| (sku.sku.clone(), sku)).collect(),
            read: BTreeMap::new(),
            calendar: &calendar,
        };
        reading.alert(alert)
    }

    /// The readers of the subscribers file.
    ///
    /// # Errors
    /// [`ReportError::Read`] or [`ReportError::Subscribers`].
    pub fn subscribers(&self) -> Result<Vec<Subscriber>, ReportError> {
        let path = &self.config.report.subscribers;
        let text = fs::read_to_string(path).map_err(|source| ReportError::Read {
            path: path.clone(),
            source,
        })?;
        Ok(read_subscribers(&text, &path.display().to_string())?)
    }

    /// Mails each reader what is new for them since their last mail; with `dry_run`, only says
    /// what would be sent. `password` is the value of the variable that `[mail]` names, `holder`
    /// names this process in the lease.
    ///
    /// What a reader has been told is noted after the mail server has taken the mail. A program
    /// that dies in between sends that one mail again on its next run, with the same Message-ID;
    /// it never loses one.
    ///
    /// # Errors
    /// [`ReportError`] when nobody could be served; failures of single readers are outcomes.
    pub fn send_reports(
        &self,
        password: Option<String>,
        holder: &str,
        dry_run: bool,
    ) -> Result<Vec<Delivery>, ReportError> {
        let readers = self.subscribers()?;
        let outbox = match dry_run {
            true => None,
            false => Some(Outbox::new(&self.config.mail, password)?),
        };
        if !dry_run {
            self.hold_lease(holder)?;
        }
        let deliveries = self.deliver(readers, outbox.as_ref(), holder);
        if !dry_run {
            self.store.release(LEASE, holder)?;
        }
        deliveries
    }

    fn hold_lease(&self, holder: &str) -> Result<(), ReportError> {
        let now = self.clock.now();
        match self.store.lease(LEASE, holder, now, LEASE_SPAN)? {
            true => Ok(()),
            false => Err(ReportError::Busy),
        }
    }

    fn deliver(
        &self,
        readers: Vec<Subscriber>,
        outbox: Option<&Outbox>,
        holder: &str,
    ) -> Result<Vec<Delivery>, ReportError> {
        let now = self.clock.now();
        let days = self.config.report.days;
        let mut told = Vec::with_capacity(readers.len());
        let mut longest = days;
        for reader in readers {
            let note = self.store.note(&Mailed::note(&reader))?;
            // A note that cannot be read is as good as none: better told twice than not at all.
            let mailed: Mailed = note
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default();
            longest = longest.max(mailed.days(days, now));
            told.push((reader, mailed));
        }
        let view = self.view(None, longest)?;
        let mut deliveries = Vec::with_capacity(told.len());
        for (reader, mailed) in told {
            if outbox.is_some() {
                self.hold_lease(holder)?;
            }
            let days = mailed.days(days, now);
            let outcome = match select(&view, &reader, &mailed, days) {
                None => Outcome::Nothing,
                Some(own) => self.mail(&View { days, ..own }, &reader, &mailed, outbox),
            };
            deliveries.push(Delivery { reader, outcome });
        }
        Ok(deliveries)
    }

    fn mail(
        &self,
        own: &View,
        reader: &Subscriber,
        mailed: &Mailed,
        outbox: Option<&Outbox>,
    ) -> Outcome {
        let language = reader.language.unwrap_or_else(|| self.language());
        let from = match self.config.mail.from.as_str() {
            // A dry run shows who would get what before mail is set up.
            "" if outbox.is_none() => "groundswell@localhost",
            from => from,
        };
        let letter = match letter(own, reader, language, from) {
            Ok(letter) => letter,
            Err(error) => return Outcome::Failed(error),
        };
        let Some(outbox) = outbox else {
            let alerts = own.alerts.len() + own.rising.len() + own.quiet.len();
            return Outcome::Would(letter.subject, alerts, own.lines.len());
        };
        if let Err(error) = outbox.send(&letter) {
            return Outcome::Failed(error);
        }
        let note = serde_json::to_string(&mailed.after(own)).unwrap_or_default();
        match self.store.put_note(&Mailed::note(reader), &note) {
            Ok(()) => Outcome::Sent(letter.subject),
            Err(error) => Outcome::Unnoted(letter.subject, error),
        }
    }

    /// Coverage since a day, of one market or of all. The market of a request is that of its
    /// watch, or, where the watch names none, that of its source.
    fn covered(
        &self,
        from: Day,
        now: Timestamp,
        market: Option<&Market>,
    ) -> Result<CoverageView, ReportError> {
        let market_of = |source: &str, query: &str| {
            let watches = self.config.watches.iter();
            watches
                .filter(|watch| watch.source == source)
                .filter(|watch| query.is_empty() || watch.queries.iter().any(|own| own == query))
                .find_map(|watch| watch.market.clone())
                .or_else(|| self.sources.get(source)?.market.clone())
        };
        let mut hours = self.store.coverage(from.start(), now)?;
        if let Some(market) = market {
            hours.retain(|hour| {
                market_of(&hour.source, &hour.query).is_none_or(|known| known == *market)
            });
        }
        Ok(coverage(&hours, &market_of))
    }

    /// Order deadlines of every market with stock, by its slowest lead time.
    fn countdown(
        &self,
        calendar: &Calendar,
        today: Day,
        market: Option<&Market>,
    ) -> Result<Vec<Deadline>, ReportError> {
        let total = |leg: &Leg| {
            u32::from(leg.production_days)
                + u32::from(leg.freight_days)
                + u32::from(leg.receiving_days)
        };
        let settings = &self.config.restock;
        let mut slowest: BTreeMap<Market, Leg> = BTreeMap::new();
        for level in self.store.stock()? {
            if market.is_some_and(|market| *market != level.market) {
                continue;
            }
            if let Some(leg) = level.lead.or(settings.lead) {
                let known = slowest.entry(level.market).or_insert(leg);
                if total(&leg) > total(known) {
                    *known = leg;
                }
            }
        }
        let legs: Vec<(Market, Leg)> = slowest.into_iter().collect();
        Ok(deadlines(&legs, &settings.ships_from, calendar, today))
    }

    /// The language of the settings.
    pub fn language(&self) -> Language {
        Language::parse(&self.config.report.language).unwrap_or(Language::Chinese)
    }
}

/// What is read of the alerts.
struct Reading<'a> {
    store: &'a dyn Store,
    generation: GenerationId,
    closed: Day,
    skus: BTreeMap<String, Sku>,
    /// Days on which anything was read, by the total series of a market and class.
    read: BTreeMap<SeriesKey, BTreeSet<Day>>,
    calendar: &'a Calendar,
}

impl Reading<'_> {
    fn fill(
        &mut self,
        view: &mut View,
        from: Day,
        market: Option<&Market>,
    ) -> Result<(), ReportError> {
        let filter = AlertFilter {
            market: market.cloned(),
            from: Some(from),
            limit: Some(ALERTS_MAX),
            ..AlertFilter::default()
        };
        let mut alerts = self.store.alerts(self.generation, &filter)?;
        // Newest first: of several alerts on one series the newest tells the most.
        let mut seen = BTreeSet::new();
        alerts.retain(|alert| seen.insert(alert.series.clone()));
        alerts.sort_by(|left, right| right.score.total_cmp(&left.score));
        let own = OwnNames::of(self.skus.values());
        for Story { alert, .. } in stories(alerts) {
            let list = match (&alert.series.subject, alert.class.is_pushed()) {
                (Subject::Total, _) => continue,
                (Subject::Phrase(phrase), _) if own.holds(phrase) => continue,
                (Subject::Phrase(_), true) => &mut view.rising,
                (_, true) => &mut view.alerts,
                (_, false) => &mut view.quiet,
            };
            list.push(self.alert(alert)?);
        }
        Ok(())
    }

    fn alert(&mut self, alert: Alert) -> Result<AlertView, ReportError> {
        let sku = match &alert.series.subject {
            Subject::Sku(sku) => self.skus.get(sku),
            Subject::Phrase(_) | Subject::Total => None,
        };
        let (name, category) = match sku {
            Some(sku) => (
                Some(sku.name.clone()).filter(|name| !name.is_empty()),
                sku.category.clone(),
            ),
            None => (None, None),
        };
        Ok(AlertView {
            name,
            category,
            is_new: false,
            quotes: self.quotes(&alert)?,
            series: self.series(&alert)?,
            occasion: self.occasion(&alert),
            alert,
        })
    }

    fn quotes(&self, alert: &Alert) -> Result<Vec<QuoteView>, ReportError> {
        let mut quotes = Vec::with_capacity(alert.quotes.len());
        for quote in &alert.quotes {
            let held = self.store.record(quote.record)?;
            let tags = self.store.tags(self.generation, quote.record)?;
            let record = held.map(|held| held.record);
            let text = record
                .as_ref()
                .filter(|record| record.residue.is_none())
                .map(crate::record::Record::full_text)
                .filter(|text| !text.trim().is_empty());
            let told = tags.filter(|tags| !tags.language.abstain);
            let stated = record.as_ref().and_then(|record| record.lang.clone());
            let language = told.map(|tags| tags.language.code).or(stated);
            quotes.push(QuoteView {
                url: record
                    .and_then(|record| record.url)
                    .filter(|_| text.is_some()),
                text,
                language: language.unwrap_or_else(|| "und".into()),
                source: quote.source.clone(),
                time: quote.time,
            });
        }
        Ok(quotes)
    }

    /// The primary count by day; a day on which the market and class read nothing is a gap.
    fn series(&mut self, alert: &Alert) -> Result<Vec<(Day, Option<u32>)>, ReportError> {
        let total = SeriesKey {
            subject: Subject::Total,
            ..alert.series.clone()
        };
        let first = alert.day.plus(-CHART_DAYS);
        if !self.read.contains_key(&total) {
            let days = self.closed.plus(-3 * CHART_DAYS)..=self.closed;
            let cells = self.store.cells(self.generation, &total, days)?;
            let days = cells.into_iter().map(|(day, _)| day).collect();
            self.read.insert(total.clone(), days);
        }
        let cells = self
            .store
            .cells(self.generation, &alert.series, first..=self.closed)?;
        let counts: BTreeMap<Day, u32> = cells
            .into_iter()
            .map(|(day, cell)| (day, cell.primary()))
            .collect();
        let read = self.read.get(&total);
        let count = |day: Day| match counts.get(&day) {
            Some(count) => Some(*count),
            None => read.is_some_and(|read| read.contains(&day)).then_some(0),
        };
        Ok((first.0..=self.closed.0)
            .map(|number| (Day(number), count(Day(number))))
            .collect())
    }

    /// The occasion of an alert with its Chinese name, which the alert does not carry.
    fn occasion(&self, alert: &Alert) -> Option<(String, String)> {
        let english = alert.occasion.clone()?;
        let days = alert.day.plus(-30)..=alert.day.plus(30);
        let chinese = self
            .calendar
            .over(&alert.series.market, OccasionKind::Demand, days)
            .find(|occasion| occasion.name == english)
            .map(|occasion| occasion.name_zh.clone());
        Some((english.clone(), chinese.unwrap_or(english)))
    }
}
