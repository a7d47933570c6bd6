use super::Workspace;
use crate::config::Config;
use crate::record::{
    Calendar, CalendarError, Day, Market, SeriesKey, Sku, SourceClass, StockLevel, Subject,
};
use crate::restock::{
    Inputs, Item, Line, Mood, Sales, StockError, StockHistory, Tally, Trace, Waves, plan,
    read_stock,
};
use crate::store::{self, AlertFilter, GenerationId, Store};
use jiff::Timestamp;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// How far back sales and alerts are read.
const HISTORY_DAYS: i32 = 400;

/// A SKU without stock and without a sale for so long is left out of the sheet.
const FORGOTTEN_DAYS: i32 = 90;

/// Days of the two windows in which complaints are compared.
const MOOD_DAYS: [i32; 2] = [14, 56];

/// Series of SKUs looked at, at most.
const SERIES_MAX: usize = 200_000;

/// Stock and calendar files larger than this are not what they are taken for.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// The note that keeps when SKUs were out of stock.
const HISTORY_NOTE: &str = "stock-history";

/// Why no restock sheet can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestockError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The catalogue is wrong.
    #[error(transparent)]
    Catalogue(#[from] super::Error),
    /// The stock file is wrong.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// The seller's own calendar is wrong.
    #[error("`{path}`", path = path.display())]
    Calendar {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: CalendarError,
    },
    /// A file cannot be read.
    #[error("cannot read `{path}`", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl RestockError {
    /// Whether a file of the user's is wrong, not the run.
    pub fn is_config(&self) -> bool {
        match self {
            RestockError::Catalogue(error) => error.is_config(),
            RestockError::Store(_) => false,
            RestockError::Stock(_) | RestockError::Calendar { .. } | RestockError::Read { .. } => {
                true
            }
        }
    }
}

impl Workspace {
    /// The restock sheet of a market, or of all, most urgent first.
    ///
    /// # Errors
    /// [`RestockError`] when a file of the seller's cannot be used or the store fails.
    pub fn restock(&self, market: Option<&Market>) -> Result<Vec<Line>, RestockError> {
        let now = self.clock.now();
        let skus = self.catalogue()?;
        restock(&*self.store, &self.config, &skus, now, market)
    }

    /// The built-in calendar with the seller's own.
    ///
    /// # Errors
    /// [`RestockError`] when the seller's calendar file cannot be used.
    pub fn calendar(&self) -> Result<Calendar, RestockError> {
        calendar(&self.config)
    }
}

/// The restock sheet from a store. The stock file is read first; its levels are kept in the
/// store, and what it tells of days without stock is added to what was known.
pub(super) fn restock(
    store: &dyn Store,
    config: &Config,
    catalogue: &[Sku],
    now: Timestamp,
    market: Option<&Market>,
) -> Result<Vec<Line>, RestockError> {
    let calendar = calendar(config)?;
    let (levels, history) = stock(store, config, Day::of(now))?;
    let mut reading = Reading {
        store,
        generation: store.live()?.map(|live| live.id),
        closed: store.live()?.and_then(|live| live.closed),
        today: Day::of(now),
        sales_days: BTreeMap::new(),
    };
    let items = reading.items(catalogue, levels, &history, market)?;
    let inputs = Inputs {
        items,
        waves: reading.waves()?,
        calendar: &calendar,
    };
    Ok(plan(&inputs, &config.restock, Day::of(now)))
}

/// The built-in calendar with the one that the settings name.
pub(super) fn calendar(config: &Config) -> Result<Calendar, RestockError> {
    let Some(path) = &config.restock.calendar else {
        return Ok(Calendar::built_in().clone());
    };
    let (bytes, _) = read(path)?.ok_or_else(|| RestockError::Read {
        path: path.clone(),
        source: ErrorKind::NotFound.into(),
    })?;
    let wrong = |source| RestockError::Calendar {
        path: path.clone(),
        source,
    };
    let own = Calendar::parse(&String::from_utf8_lossy(&bytes)).map_err(wrong)?;
    Ok(Calendar::built_in().with(&own))
}

/// Bytes of a file, and the day it was written where the system tells.
type Written = (Vec<u8>, Option<Day>);

/// A file of the seller's; `None` when there is none.
fn read(path: &Path) -> Result<Option<Written>, RestockError> {
    let cannot = |source| RestockError::Read {
        path: path.to_owned(),
        source,
    };
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot(error)),
    };
    if about.len() > FILE_BYTES_MAX {
        return Err(cannot(std::io::Error::other("the file is too large")));
    }
    let written = about
        .modified()
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok())
        .map(Day::of);
    Ok(Some((fs::read(path).map_err(cannot)?, written)))
}

/// The newest level of each SKU and market, and the days they were out. Without a stock file,
/// what the store holds.
fn stock(
    store: &dyn Store,
    config: &Config,
    today: Day,
) -> Result<(Vec<StockLevel>, StockHistory), RestockError> {
    let known = store.note(HISTORY_NOTE)?;
    let mut history: StockHistory = known
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let Some((bytes, written)) = read(&config.stock)? else {
        return Ok((store.stock()?, history));
    };
    let counted_on = written.unwrap_or(today).min(today);
    let levels = read_stock(&bytes, &config.stock.display().to_string(), counted_on)?;
    let mut newest: BTreeMap<(String, Market), StockLevel> = BTreeMap::new();
    for level in levels {
        history.observe(&level);
        newest.insert((level.sku.clone(), level.market.clone()), level);
    }
    let newest: Vec<StockLevel> = newest.into_values().collect();
    if store.stock()? != newest {
        store.put_stock(&newest)?;
    }
    // A history is a map of strings and numbers: it can always be written.
    if let Ok(text) = serde_json::to_string(&history)
        && known.as_deref() != Some(&text)
    {
        store.put_note(HISTORY_NOTE, &text)?;
    }
    Ok((newest, history))
}

/// What is read from the projections.
struct Reading<'a> {
    store: &'a dyn Store,
    generation: Option<GenerationId>,
    closed: Option<Day>,
    today: Day,
    /// Days that the order lines of a market cover.
    sales_days: BTreeMap<Market, Option<(Day, Day)>>,
}

impl Reading<'_> {
    fn items(
        &mut self,
        catalogue: &[Sku],
        levels: Vec<StockLevel>,
        history: &StockHistory,
        market: Option<&Market>,
    ) -> Result<Vec<Item>, RestockError> {
        let skus: BTreeMap<&str, &Sku> = catalogue
            .iter()
            .map(|sku| (sku.sku.as_str(), sku))
            .collect();
        let mut classes: BTreeMap<(String, Market), BTreeSet<SourceClass>> = BTreeMap::new();
        let mut wanted: BTreeSet<(String, Market)> = levels
            .iter()
            .map(|level| (level.sku.clone(), level.market.clone()))
            .collect();
        for series in self.series()? {
            let place = (series.subject.name().to_owned(), series.market);
            classes.entry(place).or_default().insert(series.class);
        }
        for series in self.recent()? {
            wanted.insert((series.subject.name().to_owned(), series.market));
        }
        let levels: BTreeMap<(String, Market), StockLevel> = levels
            .into_iter()
            .map(|level| ((level.sku.clone(), level.market.clone()), level))
            .collect();
        let mut items = Vec::new();
        for (sku, at) in wanted {
            // Stock lies in countries; what nobody can place in one cannot be planned.
            if at.code().len() != 2 || market.is_some_and(|market| *market != at) {
                continue;
            }
            let place = (sku, at);
            let classes = classes.get(&place);
            let (sku, at) = place.clone();
            let known = skus.get(sku.as_str());
            items.push(Item {
                name: known
                    .map(|known| known.name.clone())
                    .filter(|n| !n.is_empty()),
                category: known.and_then(|known| known.category.clone()),
                stock: levels.get(&place).cloned(),
                out: history.out(&sku, &at),
                sales: self.sales(&sku, &at)?,
                mood: self.mood(&sku, &at, classes)?,
                sku,
                market: at,
            });
        }
        Ok(items)
    }

    /// Series of SKUs of the whole time looked at.
    fn series(&self) -> Result<Vec<SeriesKey>, RestockError> {
        self.top(HISTORY_DAYS)
    }

    /// Series of SKUs that are worth a line: recent sales, or a live alert.
    fn recent(&self) -> Result<Vec<SeriesKey>, RestockError> {
        let mut series = self.top(FORGOTTEN_DAYS)?;
        series.retain(|series| series.class == SourceClass::Sales);
        for alert in self.alerts(crate::restock::LIVE_DAYS)? {
            if alert.class.is_pushed() {
                series.push(alert.series);
            }
        }
        Ok(series)
    }

    /// Counted back from the newest day judged, so that imported history is not forgotten.
    fn top(&self, days: i32) -> Result<Vec<SeriesKey>, RestockError> {
        let (Some(generation), Some(closed)) = (self.generation, self.closed) else {
            return Ok(Vec::new());
        };
        let days = closed.plus(1 - days)..=self.today.max(closed);
        let top = self.store.top(generation, "sku", days, SERIES_MAX)?;
        Ok(top.into_iter().map(|(series, _)| series).collect())
    }

    fn alerts(&self, days: i32) -> Result<Vec<crate::record::Alert>, RestockError> {
        let Some(generation) = self.generation else {
            return Ok(Vec::new());
        };
        let filter = AlertFilter {
            sort: Some("sku".into()),
            from: Some(self.today.plus(1 - days)),
            ..AlertFilter::default()
        };
        Ok(self.store.alerts(generation, &filter)?)
    }

    fn sales(&mut self, sku: &str, market: &Market) -> Result<Option<Sales>, RestockError> {
        let Some(generation) = self.generation else {
            return Ok(None);
        };
        let days = self.covered(generation, market)?;
        let Some((first, last)) = days else {
            return Ok(None);
        };
        let series = SeriesKey {
            subject: Subject::Sku(sku.to_owned()),
            market: market.clone(),
            class: SourceClass::Sales,
        };
        let cells = self.store.cells(generation, &series, first..=last)?;
        Ok(Some(Sales {
            days: first..=last,
            units: cells
                .into_iter()
                .map(|(day, cell)| (day, cell.units))
                .collect(),
        }))
    }

    /// First and last day with order lines in a market.
    fn covered(
        &mut self,
        generation: GenerationId,
        market: &Market,
    ) -> Result<Option<(Day, Day)>, RestockError> {
        if let Some(known) = self.sales_days.get(market) {
            return Ok(*known);
        }
        let total = SeriesKey {
            subject: Subject::Total,
            market: market.clone(),
            class: SourceClass::Sales,
        };
        let end = self.today.max(self.closed.unwrap_or(self.today));
        let start = self.closed.unwrap_or(self.today).plus(-HISTORY_DAYS);
        let cells = self.store.cells(generation, &total, start..=end)?;
        let days = cells
            .first()
            .zip(cells.last())
            .map(|((first, _), (last, _))| (*first, *last));
        self.sales_days.insert(market.clone(), days);
        Ok(days)
    }

    fn mood(
        &self,
        sku: &str,
        market: &Market,
        classes: Option<&BTreeSet<SourceClass>>,
    ) -> Result<Mood, RestockError> {
        let mut mood = Mood::default();
        let (Some(generation), Some(closed)) = (self.generation, self.closed) else {
            return Ok(mood);
        };
        let [recent, before] = MOOD_DAYS;
        let turn = closed.plus(1 - recent);
        for class in classes.into_iter().flatten() {
            if !matches!(
                class,
                SourceClass::Social
                    | SourceClass::SocialSearch
                    | SourceClass::Review
                    | SourceClass::Voice
            ) {
                continue;
            }
            let series = SeriesKey {
                subject: Subject::Sku(sku.to_owned()),
                market: market.clone(),
                class: *class,
            };
            let days = turn.plus(-before)..=closed;
            for (day, cell) in self.store.cells(generation, &series, days)? {
                let tally = Tally {
                    complaints: cell.complaints,
                    mentions: cell.mentions,
                };
                match day >= turn {
                    true => mood.recent.add(tally),
                    false => mood.before.add(tally),
                }
            }
        }
        Ok(mood)
    }

    fn waves(&self) -> Result<Waves, RestockError> {
        let (Some(generation), Some(closed)) = (self.generation, self.closed) else {
            return Ok(Waves::default());
        };
        let mut waves = Waves::default();
        for alert in self.alerts(HISTORY_DAYS)? {
            if !alert.class.is_pushed() {
                continue;
            }
            let place = (alert.series.market.clone(), alert.series.class);
            if let Entry::Vacant(free) = waves.read.entry(place) {
                free.insert(self.read_days(generation, &alert.series, closed)?);
            }
            let window = i32::from(alert.window_days);
            let days = alert.day.plus(-window)..=closed;
            let cells = self.store.cells(generation, &alert.series, days)?;
            waves.traces.push(Trace {
                alert: alert.id,
                series: alert.series,
                day: alert.day,
                class: alert.class,
                window_days: alert.window_days,
                band_high: alert.band.1,
                lift: alert.lift,
                score: alert.score,
                counts: cells
                    .into_iter()
                    .map(|(day, cell)| (day, cell.primary()))
                    .collect(),
            });
        }
        Ok(waves)
    }

    /// Closed days on which anything was read in the market and class of a series.
    fn read_days(
        &self,
        generation: GenerationId,
        series: &SeriesKey,
        closed: Day,
    ) -> Result<BTreeSet<Day>, RestockError> {
        let total = SeriesKey {
            subject: Subject::Total,
            ..series.clone()
        };
        let days = self.today.min(closed).plus(-HISTORY_DAYS - 30)..=closed;
        let cells = self.store.cells(generation, &total, days)?;
        Ok(cells.into_iter().map(|(day, _)| day).collect())
    }
}
