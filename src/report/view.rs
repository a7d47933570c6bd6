use crate::record::{Alert, AlertClass, Coverage, Day, Market};
use crate::restock::{Deadline, Line};
use jiff::Timestamp;
use serde::Serialize;

/// All that a report says, before it is put into words: one value, from which page, text and
/// mail are made in any language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// Shown at the top, the seller's own words.
    pub title: String,
    /// The last day that was judged; `None` while nothing has been read into trends.
    pub day: Option<Day>,
    /// When the report was made.
    pub made_at: Timestamp,
    /// IANA zone in which times are shown.
    pub zone: String,
    /// How many days it looks back.
    pub days: u16,
    /// The markets it is about; empty: all.
    pub markets: Vec<Market>,
    /// What was asked of the world, and what came back.
    pub coverage: CoverageView,
    /// Last days to order for occasions and closures, soonest first.
    pub deadlines: Vec<Deadline>,
    /// Alerts on SKUs that are pushed, strongest first.
    pub alerts: Vec<AlertView>,
    /// Alerts on SKUs that are shown but never pushed.
    pub quiet: Vec<AlertView>,
    /// Alerts on phrases that no SKU matches.
    pub rising: Vec<AlertView>,
    /// The restock sheet, most urgent first.
    pub lines: Vec<Line>,
    /// How good past alerts were, where the truth is known.
    pub scorecard: Option<Scorecard>,
}

/// Coverage of the days of a report.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CoverageView {
    /// All requests.
    pub total: Coverage,
    /// By source, by name.
    pub sources: Vec<SourceCoverage>,
    /// By market, where the market of a request is known, worst first.
    pub markets: Vec<(Market, Coverage)>,
}

/// Coverage of one source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceCoverage {
    /// The source.
    pub source: String,
    /// The markets it is read for, where known.
    pub markets: Vec<Market>,
    /// What came of its requests.
    pub coverage: Coverage,
    /// Whether it has stopped answering.
    pub dark: Option<Dark>,
}

/// Since when a source has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dark {
    /// It answered until the day before.
    Since(Day),
    /// It never answered in the days of the report.
    Never,
}

/// An alert with what is needed to show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertView {
    /// The alert.
    pub alert: Alert,
    /// Name of the SKU, where the catalogue has one.
    pub name: Option<String>,
    /// Category of the SKU, where the catalogue has one.
    pub category: Option<String>,
    /// The reader has not been told of it yet.
    pub is_new: bool,
    /// Records that show it, in the order of the alert.
    pub quotes: Vec<QuoteView>,
    /// Primary count by day, up to the last day judged; `None`: nothing was read that day.
    pub series: Vec<(Day, Option<u32>)>,
    /// Occasion near it, in English and Chinese.
    pub occasion: Option<(String, String)>,
}

impl AlertView {
    /// What the baseline expects on one day, and its band, from those of the window.
    pub fn expected_a_day(&self) -> (f64, (f64, f64)) {
        let days = f64::from(self.alert.window_days.max(1));
        let (low, high) = self.alert.band;
        (self.alert.expected / days, (low / days, high / days))
    }
}

/// A record that is quoted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuoteView {
    /// Its text as fetched; `None` when it is gone. Not yet masked or shortened.
    pub text: Option<String>,
    /// Language, BCP-47; `und` when nobody can tell.
    pub language: String,
    /// Its source.
    pub source: String,
    /// When it was written.
    pub time: Timestamp,
    /// Where it stands.
    pub url: Option<String>,
}

/// How good the alerts were, held against a known truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scorecard {
    /// Rises that were found.
    pub found: u32,
    /// Rises that were not.
    pub missed: u32,
    /// Alerts without a rise.
    pub false_alarms: u32,
    /// Days between the alert and the moment everybody could see it, median over those found.
    pub lead_days: Option<f64>,
    /// What the truth is: one sentence in English and Chinese.
    pub against: (String, String),
}

impl View {
    /// How many of the pushed alerts are of a class; only new ones for a reader's mail.
    pub fn count(&self, class: AlertClass) -> usize {
        self.alerts
            .iter()
            .filter(|alert| alert.alert.class == class)
            .count()
    }
}
