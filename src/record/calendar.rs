use super::{Day, Market};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// The table that is compiled in: config/calendar.toml.
const BUILT_IN: &str = include_str!("../../config/calendar.toml");

/// Years that `every_year` entries are written out for.
const YEARS: RangeInclusive<i16> = 2005..=2045;

/// Whether a market buys more on these days, or stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OccasionKind {
    /// People buy more: a feast, a sales day, a season.
    Demand,
    /// Plants, carriers or warehouses stand still.
    Closure,
}

/// Days of one market on which something is known to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// Demand or closure.
    pub kind: OccasionKind,
    /// English name.
    pub name: String,
    /// Chinese name.
    pub name_zh: String,
    /// The markets it holds in; `*` is everywhere.
    pub markets: Vec<Market>,
    /// First day.
    pub first: Day,
    /// Last day, included.
    pub last: Day,
}

impl Occasion {
    /// Whether it holds in a market.
    pub fn holds_in(&self, market: &Market) -> bool {
        self.markets
            .iter()
            .any(|own| own == market || own.code() == "*")
    }

    /// Whether it touches the days.
    pub fn touches(&self, days: &RangeInclusive<Day>) -> bool {
        self.first <= *days.end() && self.last >= *days.start()
    }
}

/// Occasions of all markets, ascending by first day: the built-in ones and the seller's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    occasions: Vec<Occasion>,
}

/// Why a calendar file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// Not TOML, or an unknown or missing key.
    #[error("the calendar cannot be read: {0}")]
    Toml(Box<toml::de::Error>),
    /// A market code that is none.
    #[error(
        "`{market}` of the occasion `{name}` is no market\nhint: use a country code such as `us`, or `*` for everywhere"
    )]
    Market {
        /// Name of the occasion.
        name: String,
        /// The code.
        market: String,
    },
    /// Days that are none, or that end before they begin.
    #[error(
        "`{days}` of the occasion `{name}` is no range of days\nhint: write `2026-02-10/2026-02-27`, or `12-24/01-01` for every_year"
    )]
    Days {
        /// Name of the occasion.
        name: String,
        /// The text.
        days: String,
    },
    /// Neither days nor every_year.
    #[error("the occasion `{name}` has no days\nhint: give `days` or `every_year`")]
    Empty {
        /// Name of the occasion.
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    occasion: Vec<RawOccasion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOccasion {
    name: String,
    name_zh: Option<String>,
    kind: OccasionKind,
    markets: Vec<String>,
    #[serde(default)]
    days: Vec<String>,
    every_year: Option<String>,
}

impl Calendar {
    /// The table compiled into the program.
    pub fn built_in() -> &'static Calendar {
        // A broken table would be our own mistake; a test reads it, so it cannot ship.
        static TABLE: LazyLock<Calendar> =
            LazyLock::new(|| Calendar::parse(BUILT_IN).unwrap_or_default());
        &TABLE
    }

    /// A calendar from TOML in the format of config/calendar.toml.
    ///
    /// # Errors
    /// [`CalendarError`] names the occasion and the text that cannot be used.
    pub fn parse(text: &str) -> Result<Calendar, CalendarError> {
        let raw: RawFile =
            toml::from_str(text).map_err(|error| CalendarError::Toml(Box::new(error)))?;
        let mut occasions = Vec::new();
        for entry in raw.occasion {
            let spans = spans(&entry)?;
            let mut markets = Vec::new();
            for code in &entry.markets {
                markets.push(Market::parse(code).ok_or_else(|| CalendarError::Market {
                    name: entry.name.clone(),
                    market: code.clone(),
                })?);
            }
            for (first, last) in spans {
                occasions.push(Occasion {
                    kind: entry.kind,
                    name: entry.name.clone(),
                    name_zh: entry.name_zh.clone().unwrap_or_else(|| entry.name.clone()),
                    markets: markets.clone(),
                    first,
                    last,
                });
            }
        }
        occasions.sort_by_key(|occasion| (occasion.first, occasion.last));
        Ok(Calendar { occasions })
    }

    /// This calendar with another one's occasions added.
    pub fn with(&self, more: &Calendar) -> Calendar {
        let mut occasions = self.occasions.clone();
        occasions.extend(more.occasions.iter().cloned());
        occasions.sort_by_key(|occasion| (occasion.first, occasion.last));
        Calendar { occasions }
    }

    /// Occasions of a kind that touch the days in a market, ascending by first day.
    pub fn over<'a>(
        &'a self,
        market: &'a Market,
        kind: OccasionKind,
        days: RangeInclusive<Day>,
    ) -> impl Iterator<Item = &'a Occasion> {
        self.occasions.iter().filter(move |occasion| {
            occasion.kind == kind && occasion.touches(&days) && occasion.holds_in(market)
        })
    }
}

/// The ranges of days of one entry.
fn spans(entry: &RawOccasion) -> Result<Vec<(Day, Day)>, CalendarError> {
    let wrong = |days: &str| CalendarError::Days {
        name: entry.name.clone(),
        days: days.to_owned(),
    };
    let mut spans = Vec::new();
    for days in &entry.days {
        let span = days.split_once('/').and_then(|(first, last)| {
            let first: Date = first.trim().parse().ok()?;
            let last: Date = last.trim().parse().ok()?;
            (first <= last).then(|| (Day::from_date(first), Day::from_date(last)))
        });
        spans.push(span.ok_or_else(|| wrong(days))?);
    }
    if let Some(days) = &entry.every_year {
        let (first, last) = days
            .split_once('/')
            .and_then(|(first, last)| Some((month_day(first)?, month_day(last)?)))
            .ok_or_else(|| wrong(days))?;
        for year in YEARS {
            let end_year = if last < first { year + 1 } else { year };
            // 29 February is simply skipped in the years that have none.
            if let (Ok(first), Ok(last)) = (
                Date::new(year, first.0, first.1),
                Date::new(end_year, last.0, last.1),
            ) {
                spans.push((Day::from_date(first), Day::from_date(last)));
            }
        }
    }
    if spans.is_empty() {
        return Err(CalendarError::Empty {
            name: entry.name.clone(),
        });
    }
    Ok(spans)
}

/// `12-24` as month and day.
fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.trim().split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // 2024 is a leap year, so 02-29 is allowed.
    Date::new(2024, month, day).ok().map(|_| (month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::from_date(text.parse().expect("date"))
    }

    fn names(market: &str, kind: OccasionKind, first: &str, last: &str) -> Vec<String> {
        let market = Market::parse(market).expect("market");
        Calendar::built_in()
            .over(&market, kind, day(first)..=day(last))
            .map(|occasion| occasion.name.clone())
            .collect()
    }

    #[test]
    fn the_table_that_ships_can_be_read() {
        let table = Calendar::parse(BUILT_IN).expect("config/calendar.toml");
        assert_eq!(&table, Calendar::built_in());
        assert!(table.occasions.len() > 500);
    }

    #[test]
    fn an_occasion_is_found_from_its_first_to_its_last_day_in_its_market_only() {
        let demand = OccasionKind::Demand;
        assert_eq!(
            names("us", demand, "2026-11-27", "2026-11-27"),
            ["Black Friday and Cyber Monday"]
        );
        assert_eq!(
            names("us", demand, "2026-12-01", "2026-12-01"),
            ["Christmas"]
        );
        assert!(names("id", demand, "2026-11-27", "2026-11-27").is_empty());
        assert_eq!(
            names("id", demand, "2026-12-12", "2026-12-12"),
            ["Harbolnas 12.12"]
        );
    }

    #[test]
    fn a_closure_over_new_year_reaches_into_the_next_year() {
        let closure = OccasionKind::Closure;
        assert_eq!(
            names("jp", closure, "2027-01-02", "2027-01-02"),
            ["Year end"]
        );
        assert_eq!(
            names("cn", closure, "2027-01-01", "2027-02-28"),
            ["Spring Festival"]
        );
    }

    #[test]
    fn a_calendar_of_ones_own_is_checked_and_added() {
        let own = Calendar::parse(
            "[[occasion]]\nname = \"Shop birthday\"\nkind = \"demand\"\nmarkets = [\"*\"]\ndays = [\"2026-03-03/2026-03-04\"]\n",
        )
        .expect("calendar");
        let market = Market::parse("de").expect("market");
        let both = Calendar::built_in().with(&own);
        let found: Vec<_> = both
            .over(
                &market,
                OccasionKind::Demand,
                day("2026-03-04")..=day("2026-03-04"),
            )
            .map(|occasion| occasion.name_zh.as_str())
            .collect();
        assert_eq!(found, ["Shop birthday"]);
        let entry = |more: &str| {
            Calendar::parse(&format!(
                "[[occasion]]\nname = \"X\"\nkind = \"closure\"\n{more}"
            ))
            .expect_err("must be refused")
            .to_string()
        };
        assert!(entry("markets = [\"usa\"]\nevery_year = \"01-01/01-02\"").contains("`usa`"));
        assert!(
            entry("markets = [\"us\"]\ndays = [\"2026-02-02/2026-02-01\"]").contains("2026-02-02")
        );
        assert!(entry("markets = [\"us\"]").contains("no days"));
    }
}
