use crate::record::{Day, Market, StockLevel};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Two counts further apart than this say nothing of the days between them.
const APART_DAYS_MAX: i32 = 7;

/// Days remembered; older ones are forgotten.
const KEPT_DAYS: i32 = 400;

/// When each SKU was counted as in stock or out of it, as runs of days. Grows by one run each
/// time a SKU sells out or comes back, however often the stock is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StockHistory {
    runs: BTreeMap<String, Vec<Run>>,
}

/// First day, last day, whether it was out.
type Run = (Day, Day, bool);

fn place(sku: &str, market: &Market) -> String {
    format!("{market} {sku}")
}

impl StockHistory {
    /// Remembers a count. Counts older than the newest one of the SKU are ignored: history is
    /// written once, in the order in which it happens.
    pub fn observe(&mut self, level: &StockLevel) {
        let out = level.on_hand == 0;
        let day = level.counted_on;
        let runs = self
            .runs
            .entry(place(&level.sku, &level.market))
            .or_default();
        match runs.last_mut() {
            Some((_, last, _)) if day < *last => return,
            Some((_, last, was_out)) if *was_out == out && day.0 - last.0 <= APART_DAYS_MAX => {
                *last = day;
            }
            // Counted twice on a day, with goods the second time: it was not out all day.
            Some((first, last, was_out)) if day == *last => {
                if *was_out && !out {
                    if first == last {
                        runs.pop();
                    } else {
                        *last = last.plus(-1);
                    }
                    runs.push((day, day, false));
                }
            }
            _ => runs.push((day, day, out)),
        }
        runs.retain(|(_, last, _)| last.0 > day.0 - KEPT_DAYS);
    }

    /// Days on which a SKU is known to have been out of stock in a market.
    pub fn out(&self, sku: &str, market: &Market) -> Vec<RangeInclusive<Day>> {
        self.runs
            .get(&place(sku, market))
            .into_iter()
            .flatten()
            .filter(|(_, _, out)| *out)
            .map(|(first, last, _)| *first..=*last)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(day: i32, on_hand: u32) -> StockLevel {
        StockLevel {
            sku: "A".into(),
            market: Market::parse("us").expect("market"),
            counted_on: Day(day),
            on_hand,
            inbound: 0,
            inbound_on: None,
            lead: None,
            moq: None,
            carton: None,
            unit_cost: None,
        }
    }

    fn out(history: &StockHistory) -> Vec<(i32, i32)> {
        history
            .out("A", &Market::parse("us").expect("market"))
            .iter()
            .map(|days| (days.start().0, days.end().0))
            .collect()
    }

    #[test]
    fn runs_of_empty_shelves_are_kept_and_long_silences_are_not_filled() {
        let mut history = StockHistory::default();
        for (day, units) in [
            (1, 5),
            (2, 0),
            (4, 0),
            (9, 0),
            (10, 40),
            (20, 0),
            (40, 0),
            (41, 3),
        ] {
            history.observe(&level(day, units));
        }
        assert_eq!(out(&history), [(2, 9), (20, 20), (40, 40)]);
        // A repeated run of the command changes nothing.
        let before = history.clone();
        history.observe(&level(41, 3));
        history.observe(&level(12, 0));
        assert_eq!(history, before);
        let text = serde_json::to_string(&history).expect("json");
        assert_eq!(
            serde_json::from_str::<StockHistory>(&text).ok(),
            Some(history)
        );
    }

    #[test]
    fn a_day_on_which_goods_came_was_not_out() {
        let mut history = StockHistory::default();
        for (day, units) in [(3, 0), (4, 0), (4, 90)] {
            history.observe(&level(day, units));
        }
        assert_eq!(out(&history), [(3, 3)]);
    }
}
