use crate::record::Day;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// What the order lines of a market say of one SKU.
#[derive(Debug, Clone, PartialEq)]
pub struct Sales {
    /// First and last day that the order lines of this market cover. A day inside without a line
    /// of the SKU is a day on which none was sold; a day outside is not known.
    pub days: RangeInclusive<Day>,
    /// Units by day, returns subtracted.
    pub units: BTreeMap<Day, i64>,
}

/// How fast a SKU sells, and what that was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Velocity {
    /// Units a day, over the days it could sell; never below zero.
    pub per_day: f64,
    /// Sample standard deviation of daily units over the same days; `None` below two days.
    pub sd: Option<f64>,
    /// Units in those days, returns subtracted.
    pub sold: i64,
    /// The days that count.
    pub days: u32,
    /// Days left out because there was nothing to sell.
    pub days_out: u32,
    /// First and last day of the window.
    pub window: RangeInclusive<Day>,
}

impl Velocity {
    /// Reads the velocity from the last `window` days that the order lines cover.
    ///
    /// The window ends on the last day with order lines, not today: days that were not imported
    /// yet are not days without sales. It begins no earlier than the SKU's first sale, so that a
    /// new product is not diluted by the time before it existed. A day on which stock was known
    /// to be out (`out`) and nothing sold is left out: nobody could buy. `None` when no day is
    /// left, or the SKU never sold.
    pub fn read(sales: &Sales, out: &[RangeInclusive<Day>], window: u16) -> Option<Velocity> {
        let last = *sales.days.end();
        let launched = sales
            .units
            .iter()
            .find(|(_, units)| **units > 0)
            .map(|(day, _)| *day)?;
        let first = last
            .plus(1 - i32::from(window.max(1)))
            .max(*sales.days.start())
            .max(launched);
        let mut units = Vec::new();
        let mut days_out = 0;
        for number in first.0..=last.0 {
            let day = Day(number);
            let sold = sales.units.get(&day).copied().unwrap_or(0);
            if sold <= 0 && out.iter().any(|days| days.contains(&day)) {
                days_out += 1;
            } else {
                units.push(sold);
            }
        }
        if units.is_empty() {
            return None;
        }
        let count = units.len() as f64;
        let sold: i64 = units.iter().sum();
        let mean = sold as f64 / count;
        let sd = (units.len() > 1).then(|| {
            let squares: f64 = units.iter().map(|n| (*n as f64 - mean).powi(2)).sum();
            (squares / (count - 1.0)).sqrt()
        });
        Some(Velocity {
            per_day: mean.max(0.0),
            sd,
            sold,
            days: units.len() as u32,
            days_out,
            window: first..=last,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sales(first: i32, last: i32, units: &[(i32, i64)]) -> Sales {
        Sales {
            days: Day(first)..=Day(last),
            units: units.iter().map(|(day, n)| (Day(*day), *n)).collect(),
        }
    }

    #[test]
    fn days_without_stock_are_left_out_unless_something_sold_on_them() {
        let sales = sales(0, 9, &[(0, 4), (1, 4), (2, 4), (3, 4), (5, 4), (9, 4)]);
        let plain = Velocity::read(&sales, &[], 10).expect("velocity");
        assert_eq!((plain.sold, plain.days, plain.days_out), (24, 10, 0));
        // Days 4 to 8 were counted as empty; day 5 sold nevertheless, so it counts.
        let cleaned = Velocity::read(&sales, &[Day(4)..=Day(8)], 10).expect("velocity");
        assert_eq!((cleaned.sold, cleaned.days, cleaned.days_out), (24, 6, 4));
        assert_eq!(cleaned.per_day, 4.0);
        assert_eq!(cleaned.sd, Some(0.0));
    }

    #[test]
    fn the_window_starts_at_the_first_sale_and_ends_with_the_order_lines() {
        let sales = sales(0, 99, &[(90, 10), (99, 10)]);
        let velocity = Velocity::read(&sales, &[], 28).expect("velocity");
        assert_eq!(velocity.window, Day(90)..=Day(99));
        assert_eq!(velocity.per_day, 2.0);
    }

    #[test]
    fn returns_never_make_a_velocity_negative_and_no_sale_gives_none() {
        let returned = sales(0, 9, &[(0, 2), (5, -8)]);
        assert_eq!(
            Velocity::read(&returned, &[], 10).map(|v| (v.per_day, v.sold)),
            Some((0.0, -6))
        );
        assert_eq!(Velocity::read(&sales(0, 9, &[]), &[], 10), None);
    }
}
