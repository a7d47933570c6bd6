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
    /// Day of the last alert.
    pub last_alert: Option<Day>,
}
