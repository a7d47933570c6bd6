use super::landing::Way;
use crate::record::{Calendar, Day, Leg, Market, OccasionKind};
use serde::Serialize;

/// Deadlines further away than this are not shown.
const AHEAD_DAYS: i32 = 45;

/// Occasions further away than this are not looked at.
const OCCASIONS_DAYS: i32 = 300;

/// A shorter closure of the plants needs no countdown.
const CLOSURE_DAYS_MIN: i32 = 5;

/// The last day to order for an occasion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Deadline {
    /// Order on this day or before.
    pub order_by: Day,
    /// Where the goods go.
    pub market: Market,
    /// English name of the occasion.
    pub name: String,
    /// Chinese name.
    pub name_zh: String,
    /// Its first day.
    pub first: Day,
    /// The plants close: goods must have left by then. Otherwise people buy: goods must be there.
    pub closure: bool,
}

/// Order deadlines of the next weeks, soonest first: one for each sales occasion of a market, and
/// one for each long closure of the plants. `legs` holds the lead time of each market to reckon
/// with; the slowest is the safe one.
pub fn deadlines(
    legs: &[(Market, Leg)],
    ships_from: &Market,
    calendar: &Calendar,
    today: Day,
) -> Vec<Deadline> {
    let ahead = today..=today.plus(AHEAD_DAYS);
    let occasions = today.plus(1)..=today.plus(OCCASIONS_DAYS);
    let mut found = Vec::new();
    for (market, leg) in legs {
        let way = Way::new(*leg, ships_from, market, calendar, today);
        let demand = calendar
            .over(market, OccasionKind::Demand, occasions.clone())
            .map(|occasion| (occasion, way.last_order_for(occasion.first.plus(-1)), false));
        let closures = calendar
            .over(ships_from, OccasionKind::Closure, occasions.clone())
            .filter(|occasion| occasion.last.0 - occasion.first.0 + 1 >= CLOSURE_DAYS_MIN)
            .map(|occasion| {
                (
                    occasion,
                    way.last_order_to_leave_by(occasion.first.plus(-1)),
                    true,
                )
            });
        for (occasion, order_by, closure) in demand.chain(closures) {
            if let Some(order_by) = order_by.filter(|day| ahead.contains(day)) {
                found.push(Deadline {
                    order_by,
                    market: market.clone(),
                    name: occasion.name.clone(),
                    name_zh: occasion.name_zh.clone(),
                    first: occasion.first,
                    closure,
                });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_countdown_names_the_last_order_day_before_spring_festival_and_black_friday() {
        let market = |code| Market::parse(code).expect("market");
        let day = |text: &str| Day::from_date(text.parse().expect("date"));
        let leg = Leg {
            production_days: 20,
            freight_days: 35,
            receiving_days: 5,
            spread_days: 7,
        };
        let legs = [(market("us"), leg)];
        let found = |today| deadlines(&legs, &market("cn"), Calendar::built_in(), day(today));
        let closure = found("2026-12-20")
            .into_iter()
            .find(|deadline| deadline.closure)
            .expect("Spring Festival");
        // Twenty days of making must end on 29 January 2027 at the latest.
        assert_eq!(
            (closure.name_zh.as_str(), closure.order_by),
            ("春节停工", day("2027-01-09"))
        );
        let friday = found("2026-09-01")
            .into_iter()
            .find(|deadline| deadline.name.starts_with("Black Friday"))
            .expect("Black Friday");
        // 60 days before 22 November, and the seven days of Golden Week in the making.
        assert_eq!(friday.order_by, day("2026-09-16"));
        assert!(!friday.closure);
    }
}
