use serde::{Deserialize, Serialize};

/// A price as a shop shows it: a decimal number in text, so that no digit is lost, and its
/// currency where the page tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Plain decimal: digits, at most one point, an optional leading minus. `1234.50`.
    pub amount: String,
    /// ISO 4217, upper case.
    pub currency: Option<String>,
}

impl Price {
    /// The amount as a number, for ratios only.
    pub fn value(&self) -> Option<f64> {
        self.amount.parse().ok()
    }
}
