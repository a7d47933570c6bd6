use super::line::{Delay, Landing};
use crate::record::{Calendar, Day, Leg, Market, Occasion, OccasionKind};

/// No way takes longer than this, whatever a calendar closes.
const WAY_DAYS_MAX: i32 = 1_500;

/// The way from a plant to a market, with the days on which it stands still.
///
/// Making goods and loading them stop on closures of the country they ship from; a ship that has
/// left sails on; customs and check-in stop on closures of the market.
#[derive(Debug, Clone)]
pub struct Way<'a> {
    leg: Leg,
    from: Vec<&'a Occasion>,
    to: Vec<&'a Occasion>,
}

impl<'a> Way<'a> {
    /// A way with the closures of `calendar` around `today`.
    pub fn new(
        leg: Leg,
        from: &'a Market,
        to: &'a Market,
        calendar: &'a Calendar,
        today: Day,
    ) -> Way<'a> {
        let days = today.plus(-2 * WAY_DAYS_MAX)..=today.plus(2 * WAY_DAYS_MAX);
        let closures = |market| {
            calendar
                .over(market, OccasionKind::Closure, days.clone())
                .collect()
        };
        Way {
            leg,
            from: closures(from),
            to: closures(to),
        }
    }

    /// The day on which goods ordered on `order` are sellable if nothing is late.
    pub fn lands(&self, order: Day) -> Day {
        self.walk(order, 0, &mut Vec::new())
    }

    /// The landing of goods ordered on `order`. Late goods are late in the making, where a
    /// closure can double the delay.
    pub fn landing(&self, order: Day) -> Landing {
        let mut closures = Vec::new();
        let earliest = self.walk(order, 0, &mut closures);
        Landing {
            earliest,
            latest: self.walk(order, self.leg.spread_days, &mut Vec::new()),
            closures,
        }
    }

    /// The last day to order so that goods are sellable on `needed` or before. It may lie in the
    /// past; `None` when even an order four years ago would be too late.
    pub fn last_order_for(&self, needed: Day) -> Option<Day> {
        last_in_time(needed, |order| self.lands(order))
    }

    /// The last day to order so that goods are made and loaded on `day` or before.
    pub fn last_order_to_leave_by(&self, day: Day) -> Option<Day> {
        last_in_time(day, |order| self.leaves(order, 0, &mut Vec::new()))
    }

    fn leaves(&self, order: Day, late: u16, delays: &mut Vec<Delay>) -> Day {
        let making = u32::from(self.leg.production_days) + u32::from(late);
        let made = open_days(order, making, &self.from, delays);
        next_open(made, &self.from, delays)
    }

    fn walk(&self, order: Day, late: u16, delays: &mut Vec<Delay>) -> Day {
        let arrived = self
            .leaves(order, late, delays)
            .plus(i32::from(self.leg.freight_days));
        open_days(
            arrived,
            u32::from(self.leg.receiving_days),
            &self.to,
            delays,
        )
    }
}

/// The last day whose `outcome` is not after `needed`. A later order never comes earlier, so it
/// is found by halving.
fn last_in_time(needed: Day, outcome: impl Fn(Day) -> Day) -> Option<Day> {
    let (mut good, mut late) = (needed.plus(-WAY_DAYS_MAX), needed.plus(1));
    if outcome(good) > needed {
        return None;
    }
    while late.0 - good.0 > 1 {
        let middle = Day(good.0 + (late.0 - good.0) / 2);
        if outcome(middle) <= needed {
            good = middle;
        } else {
            late = middle;
        }
    }
    Some(good)
}

/// The day on which `count` open days after `start` have passed.
fn open_days(start: Day, count: u32, closures: &[&Occasion], delays: &mut Vec<Delay>) -> Day {
    let mut day = start;
    for _ in 0..count {
        day = next_open(day.plus(1), closures, delays);
    }
    day
}

/// The first day from `day` on which nothing is closed; the days skipped are noted.
fn next_open(mut day: Day, closures: &[&Occasion], delays: &mut Vec<Delay>) -> Day {
    let first = day;
    while let Some(closure) = closures
        .iter()
        .find(|closure| closure.first <= day && day <= closure.last)
    {
        let skipped = (closure.last.0 - day.0 + 1) as u32;
        match delays.iter_mut().find(|delay| delay.name == closure.name) {
            Some(delay) => delay.days += skipped,
            None => delays.push(Delay {
                name: closure.name.clone(),
                name_zh: closure.name_zh.clone(),
                days: skipped,
            }),
        }
        day = closure.last.plus(1);
        if day.0 - first.0 > WAY_DAYS_MAX {
            break;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::from_date(text.parse().expect("date"))
    }

    fn market(code: &str) -> Market {
        Market::parse(code).expect("market")
    }

    fn leg(production: u16, freight: u16, receiving: u16, spread: u16) -> Leg {
        Leg {
            production_days: production,
            freight_days: freight,
            receiving_days: receiving,
            spread_days: spread,
        }
    }

    #[test]
    fn spring_festival_2027_stops_making_but_not_a_ship_at_sea() {
        // Built-in closure: 2027-01-30 to 2027-02-16, 18 days.
        let calendar = Calendar::built_in();
        let (cn, us) = (market("cn"), market("us"));
        let today = day("2027-01-20");
        let way = Way::new(leg(15, 30, 5, 7), &cn, &us, calendar, today);
        // Nine open days (21 to 29 January), the shutdown, six more (17 to 22 February).
        let landing = way.landing(today);
        assert_eq!(landing.earliest, day("2027-03-29"));
        assert_eq!(
            landing.closures,
            [Delay {
                name: "Spring Festival".into(),
                name_zh: "春节停工".into(),
                days: 18
            }]
        );
        // Finished before the shutdown: the ship has left, nothing is added.
        let early = way.landing(day("2027-01-10"));
        assert_eq!(early.earliest, day("2027-03-01"));
        assert!(early.closures.is_empty());
        // A week late in the making, the same order meets the shutdown.
        assert_eq!(early.latest, day("2027-03-26"));
    }

    #[test]
    fn goods_made_but_not_loaded_wait_for_the_end_of_the_shutdown() {
        let (cn, us) = (market("cn"), market("us"));
        let way = Way::new(
            leg(0, 30, 0, 0),
            &cn,
            &us,
            Calendar::built_in(),
            day("2027-02-01"),
        );
        assert_eq!(way.lands(day("2027-01-29")), day("2027-02-28"));
        assert_eq!(way.lands(day("2027-01-30")), day("2027-03-19"));
    }

    #[test]
    fn a_closed_warehouse_in_the_market_holds_up_check_in_only() {
        let (cn, jp) = (market("cn"), market("jp"));
        let way = Way::new(
            leg(10, 10, 3, 0),
            &cn,
            &jp,
            Calendar::built_in(),
            day("2027-07-20"),
        );
        // Made on 30 July, arrives 9 August, one day of check-in, Obon from the 11th to the 16th.
        let landing = way.landing(day("2027-07-20"));
        assert_eq!(landing.earliest, day("2027-08-18"));
        assert_eq!(landing.closures.len(), 1);
        assert_eq!(landing.closures[0].days, 6);
    }

    #[test]
    fn a_calendar_that_closes_everything_does_not_hang() {
        let always = Calendar::parse(
            "[[occasion]]\nname = \"X\"\nkind = \"closure\"\nmarkets = [\"*\"]\ndays = [\"2020-01-01/2040-01-01\"]\n",
        )
        .expect("calendar");
        let (cn, us) = (market("cn"), market("us"));
        let way = Way::new(leg(30, 30, 5, 3), &cn, &us, &always, day("2027-01-01"));
        assert_eq!(way.last_order_for(day("2027-06-01")), None);
    }

    proptest! {
        #[test]
        fn a_later_order_never_lands_earlier_and_the_last_order_day_is_the_last(
            start in 20_000_i32..22_000, production in 0_u16..90, freight in 0_u16..60,
            receiving in 0_u16..20, spread in 0_u16..30,
        ) {
            let (cn, jp) = (market("cn"), market("jp"));
            let today = Day(start);
            let way = Way::new(
                leg(production, freight, receiving, spread), &cn, &jp, Calendar::built_in(), today,
            );
            prop_assert!(way.lands(today.plus(1)) >= way.lands(today));
            let landing = way.landing(today);
            prop_assert!(landing.latest >= landing.earliest);
            let total = i32::from(production) + i32::from(freight) + i32::from(receiving);
            prop_assert!(landing.earliest.0 - today.0 >= total);
            let last = way.last_order_for(landing.earliest).expect("today works");
            prop_assert!(last >= today);
            prop_assert!(way.lands(last) <= landing.earliest);
            prop_assert!(way.lands(last.plus(1)) > landing.earliest);
        }
    }
}
