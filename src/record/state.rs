use super::Day;
use serde::{Deserialize, Serialize};

/// The detector's memory of one series between two day closes. Only `trend` reads its meaning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesState {
    /// First day with a count.
    pub first_day: Day,
    /// Last day that was closed into the state.
    pub last_day: Day,
    /// Discounted sum of counts and of weekday factors: the level is their ratio.
    pub level: [f64; 2],
    /// The same with a long half-life.
    pub slow: [f64; 2],
    /// The same for each weekday, Monday first.
    pub weekday: [[f64; 2]; 7],
    /// Variance over mean for windows of 1, 3 and 7 days.
    pub dispersion: [f64; 3],
    /// Levels at the close of the last days, newest last: the baseline a window is held against
    /// must be older than the window.
    pub levels: Vec<f64>,
    /// Counts of the last six days, newest last: a window of a silent day reaches back to them.
    #[serde(default)]
    pub recent: Vec<u32>,
    /// Discounted mean of records a day that were set apart as doubtful.
    #[serde(default)]
    pub doubtful: f64,
    /// Day of the last alert, or the last day on which its event still stood out.
    pub last_alert: Option<Day>,
    /// The most in one day of the week before the alert: within the quiet days it must be clearly
    /// passed.
    #[serde(default)]
    pub peak: u32,
    /// What is known of the whole market and class; only the total has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<Box<MarketState>>,
}

impl SeriesState {
    /// Whether every number is finite: what is not cannot be kept, and must not be.
    pub fn is_finite(&self) -> bool {
        let sums = self
            .level
            .iter()
            .chain(&self.slow)
            .chain(self.weekday.iter().flatten());
        let market = self.market.iter().flat_map(|market| {
            let cohorts = [&market.skus, &market.phrases]
                .into_iter()
                .flat_map(|cohort| {
                    cohort
                        .young
                        .iter()
                        .chain(&cohort.dispersion)
                        .chain([&cohort.grown])
                });
            market.exposures.iter().chain(cohorts)
        });
        sums.chain(&self.dispersion)
            .chain(&self.levels)
            .chain([&self.doubtful])
            .chain(market)
            .all(|number| number.is_finite())
    }
}

/// What the total of a market and class remembers beside its own level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MarketState {
    /// Volume against its own baseline on each of the last days, newest last.
    pub exposures: Vec<f64>,
    /// How SKUs begin and spread here.
    pub skus: Cohort,
    /// How phrases begin and spread here.
    pub phrases: Cohort,
}

/// What series of one sort usually look like in a market and class: the prior of a new one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cohort {
    /// Discounted histogram of the levels of young series, in half-octaves.
    pub young: Vec<f64>,
    /// Discounted sum of the logarithms of the dispersions of grown series, by window.
    pub dispersion: [f64; 3],
    /// Discounted number of grown series in that sum.
    pub grown: f64,
}
