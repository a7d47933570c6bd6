use crate::record::Day;

/// `spread_days` is read as "once in twenty orders it comes later than that": 1.645 standard
/// deviations of a normal lead time.
const SPREAD_SD: f64 = 1.645;

/// Stock is never reckoned further ahead than this.
pub const COVER_DAYS_MAX: f64 = 3_650.0;

/// The point below which a standard normal variable lies with probability `p` (0.5 to 1), by
/// Acklam's rational approximation (relative error below 1.2e-9).
pub fn normal_quantile(p: f64) -> f64 {
    const TAIL: f64 = 0.024_25;
    let p = p.clamp(0.5, 1.0 - 1e-9);
    if p <= 1.0 - TAIL {
        let q = p - 0.5;
        let r = q * q;
        let top = polynomial(
            r,
            &[
                -3.969_683_028_665_376e1,
                2.209_460_984_245_205e2,
                -2.759_285_104_469_687e2,
                1.383_577_518_672_69e2,
                -3.066_479_806_614_716e1,
                2.506_628_277_459_239,
            ],
        );
        let bottom = polynomial(
            r,
            &[
                -5.447_609_879_822_406e1,
                1.615_858_368_580_409e2,
                -1.556_989_798_598_866e2,
                6.680_131_188_771_972e1,
                -1.328_068_155_288_572e1,
                1.0,
            ],
        );
        return q * top / bottom;
    }
    let q = (-2.0 * (1.0 - p).ln()).sqrt();
    let top = polynomial(
        q,
        &[
            -7.784_894_002_430_293e-3,
            -3.223_964_580_411_365e-1,
            -2.400_758_277_161_838,
            -2.549_732_539_343_734,
            4.374_664_141_464_968,
            2.938_163_982_698_783,
        ],
    );
    let bottom = polynomial(
        q,
        &[
            7.784_695_709_041_462e-3,
            3.224_671_290_700_398e-1,
            2.445_134_137_142_996,
            3.754_408_661_907_416,
            1.0,
        ],
    );
    -top / bottom
}

/// A polynomial at `x`, the highest power first.
fn polynomial(x: f64, factors: &[f64]) -> f64 {
    factors.iter().fold(0.0, |sum, factor| sum * x + factor)
}

/// Standard deviation of a lead time that comes at most `spread_days` late nineteen times of
/// twenty.
pub fn lead_sd(spread_days: u16) -> f64 {
    f64::from(spread_days) / SPREAD_SD
}

/// Stock against chance in demand and lead time: z × √(L·σ² + d²·σ_L²), where demand is `rate` ± `sd`
/// units a day and the lead time `lead` ± `lead_sd` days.
pub fn safety_stock(z: f64, lead: f64, sd: f64, rate: f64, lead_sd: f64) -> f64 {
    z * (lead * sd * sd + rate * rate * lead_sd * lead_sd).sqrt()
}

/// What lies in the warehouse and what is on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holding {
    /// Units ready to sell today.
    pub on_hand: f64,
    /// Units on their way.
    pub inbound: f64,
    /// Days until they arrive; `None`: nobody said.
    pub arrives_in: Option<f64>,
}

/// How long a [`Holding`] lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cover {
    /// Days until the shelf is empty for want of a new order.
    pub days: f64,
    /// Days until the shelf is empty before the goods on their way arrive.
    pub gap_from: Option<f64>,
}

impl Holding {
    /// How long it lasts at `pace` units a day. Goods on their way whose arrival is not known
    /// are taken to come in time. Goods that arrive only after the shelf is empty leave a gap;
    /// where an order placed today would land earlier (`lead` days), they do not count as cover.
    pub fn cover(&self, pace: f64, lead: f64) -> Cover {
        let lasts = |units: f64| (units / pace.max(1e-9)).min(COVER_DAYS_MAX);
        let shelf = lasts(self.on_hand);
        match self.arrives_in {
            Some(arrival) if self.inbound > 0.0 && arrival > shelf => Cover {
                days: if lead < arrival {
                    shelf
                } else {
                    (arrival + lasts(self.inbound)).min(COVER_DAYS_MAX)
                },
                gap_from: Some(shelf),
            },
            _ => Cover {
                days: lasts(self.on_hand + self.inbound),
                gap_from: None,
            },
        }
    }

    /// Units there on day `at`, and those that still come after it. What cannot be sold because
    /// the shelf is empty is lost, not owed.
    pub fn left_on(&self, at: f64, pace: f64) -> f64 {
        let after = |units: f64, days: f64| (units - pace * days).max(0.0);
        match self.arrives_in {
            Some(arrival) if arrival <= at => {
                after(after(self.on_hand, arrival) + self.inbound, at - arrival)
            }
            Some(_) => after(self.on_hand, at) + self.inbound,
            None => after(self.on_hand + self.inbound, at),
        }
    }
}

/// `units` as an order: none, or at least `moq`, in whole cartons.
pub fn rounded(units: f64, moq: Option<u32>, carton: Option<u32>) -> u32 {
    if units < 0.5 {
        return 0;
    }
    // Far below u32::MAX, so that the next carton cannot overflow.
    let wanted = (units.ceil().min(1e9) as u32).max(moq.unwrap_or(0));
    let carton = carton.unwrap_or(1).max(1);
    wanted.div_ceil(carton).saturating_mul(carton)
}

/// The day that lies `days` (rounded down) after `today`.
pub fn day_after(today: Day, days: f64) -> Day {
    today.plus(days.clamp(-COVER_DAYS_MAX, COVER_DAYS_MAX).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_normal_quantile_agrees_with_the_table() {
        for (p, z) in [
            (0.5, 0.0),
            (0.9, 1.281_552),
            (0.95, 1.644_854),
            (0.99, 2.326_348),
            (0.999, 3.090_232),
        ] {
            assert!((normal_quantile(p) - z).abs() < 1e-6, "{p}");
        }
    }

    #[test]
    fn safety_stock_follows_the_published_formula() {
        // 1.6449 × √(30 × 4² + 10² × 5²) = 1.6449 × √2980
        let stock = safety_stock(1.6449, 30.0, 4.0, 10.0, 5.0);
        assert!((stock - 89.79).abs() < 0.01, "{stock}");
        assert_eq!(safety_stock(1.6449, 30.0, 0.0, 10.0, 0.0), 0.0);
    }

    #[test]
    fn goods_that_come_too_late_leave_a_gap() {
        let holding = Holding {
            on_hand: 100.0,
            inbound: 200.0,
            arrives_in: Some(30.0),
        };
        // 10 days on the shelf, empty for 20, then 20 more.
        let cover = holding.cover(10.0, 60.0);
        assert_eq!((cover.days, cover.gap_from), (50.0, Some(10.0)));
        // An order placed today would be there before them.
        assert_eq!(holding.cover(10.0, 20.0).days, 10.0);
        assert_eq!(holding.left_on(20.0, 10.0), 200.0);
        assert_eq!(holding.left_on(40.0, 10.0), 100.0);
    }

    proptest! {
        #[test]
        fn an_order_is_none_or_whole_cartons_of_at_least_the_minimum(
            units in 0.0_f64..1e7, moq in proptest::option::of(0_u32..10_000),
            carton in proptest::option::of(0_u32..1_000),
        ) {
            let order = rounded(units, moq, carton);
            if order > 0 {
                prop_assert!(f64::from(order) >= units.floor());
                prop_assert!(order >= moq.unwrap_or(0));
                prop_assert_eq!(order % carton.unwrap_or(1).max(1), 0);
                prop_assert!(f64::from(order) < units.max(f64::from(moq.unwrap_or(0))) + 1.0
                    + f64::from(carton.unwrap_or(1).max(1)));
            } else {
                prop_assert!(units < 0.5);
            }
        }

        #[test]
        fn more_stock_lasts_longer_and_leaves_more(
            on_hand in 0.0_f64..5_000.0, more in 0.0_f64..500.0, inbound in 0.0_f64..5_000.0,
            arrives in proptest::option::of(0.0_f64..200.0), pace in 0.1_f64..100.0,
            lead in 1.0_f64..150.0,
        ) {
            let less = Holding { on_hand, inbound, arrives_in: arrives };
            let bigger = Holding { on_hand: on_hand + more, ..less };
            prop_assert!(bigger.cover(pace, lead).days >= less.cover(pace, lead).days - 1e-9);
            prop_assert!(bigger.left_on(lead, pace) >= less.left_on(lead, pace) - 1e-9);
        }
    }
}
