use super::landing::Way;
use super::line::{Advice, Fact, Landing, Line, Value, Wave};
use super::mood::Mood;
use super::order::{Cover, Holding, day_after, lead_sd, normal_quantile, rounded, safety_stock};
use super::velocity::{Sales, Velocity};
use super::wave::Waves;
use crate::config::RestockConfig;
use crate::record::{AlertClass, Calendar, Day, Market, StockLevel};
use std::ops::RangeInclusive;

/// Velocity read from fewer days than this is shown but not planned with.
const SALES_DAYS_MIN: u32 = 7;

/// An order that must go out within so many days is "soon".
const SOON_DAYS: i32 = 14;

/// More than this multiple of what lead time and cover ask for is too much.
const TOO_MUCH: f64 = 1.5;

/// Nothing is called unsaleable on fewer days than this.
const CLEAR_OUT_DAYS_MIN: u32 = 28;

/// A rise is not chased when at most this share of past ones were still up when goods landed.
const CHASE_SHARE_MIN: f64 = 1.0 / 3.0;

/// Half-width of a central 80 % interval, in standard errors.
const RANGE_Z: f64 = 1.2816;

/// All that is known of one SKU in one market.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The seller's code.
    pub sku: String,
    /// Product name.
    pub name: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// The market.
    pub market: Market,
    /// What lies there, if the seller has said.
    pub stock: Option<StockLevel>,
    /// Days on which it is known to have been out of stock.
    pub out: Vec<RangeInclusive<Day>>,
    /// What its order lines say; `None` when the market has none.
    pub sales: Option<Sales>,
    /// Complaints about it, now and before.
    pub mood: Mood,
}

/// All that a plan is made of.
#[derive(Debug, Clone)]
pub struct Inputs<'a> {
    /// The SKUs to plan, by market.
    pub items: Vec<Item>,
    /// Alerts and what became of them.
    pub waves: Waves,
    /// Closures and occasions.
    pub calendar: &'a Calendar,
}

/// The restock sheet: what to order, by when, how much and why, most urgent first.
///
/// Velocity, cover and reorder point follow the textbook: safety stock = z·√(L·σ² + d²·σ_L²),
/// reorder point = d·L + safety stock. Goods ordered today are to last `cover_days` after they
/// land; what is left by then is taken off, so the time until landing never inflates an order.
/// Three quantities are given: *low*, sales at the lower end of what the past allows and no rise;
/// *base*, sales as they are, a live rise counted until goods land and after that only by the
/// share of past rises that lasted so long (not at all while that is not known); *high*, sales at
/// the upper end and a rise that lasts. The range of sales is a central 80 % interval of the mean.
pub fn plan(inputs: &Inputs<'_>, settings: &RestockConfig, today: Day) -> Vec<Line> {
    let mut lines: Vec<Line> = inputs
        .items
        .iter()
        .map(|item| plan_item(item, inputs, settings, today))
        .collect();
    lines.sort_by(|left, right| {
        urgency(left.advice)
            .cmp(&urgency(right.advice))
            .then_with(|| {
                let day = |line: &Line| line.order_by.unwrap_or(Day(i32::MAX));
                day(left).cmp(&day(right))
            })
            .then_with(|| {
                let lift = |line: &Line| line.wave.as_ref().map_or(0.0, |wave| wave.lift);
                lift(right).total_cmp(&lift(left))
            })
            .then_with(|| {
                let speed = |line: &Line| line.velocity.unwrap_or(0.0);
                speed(right).total_cmp(&speed(left))
            })
            .then_with(|| (&left.sku, &left.market).cmp(&(&right.sku, &right.market)))
    });
    lines
}

fn urgency(advice: Advice) -> u8 {
    match advice {
        Advice::OrderNow => 0,
        Advice::OrderSoon => 1,
        Advice::DoNotChase => 2,
        Advice::ClearOut => 3,
        Advice::StockUnknown => 4,
        Advice::LeadUnknown => 5,
        Advice::SalesUnknown => 6,
        Advice::Hold => 7,
    }
}

fn fact(key: &'static str, values: impl Into<Vec<Value>>) -> Fact {
    Fact {
        key,
        values: values.into(),
    }
}

/// Plans one item in steps, each of which needs the one before: sales, stock, lead time, order.
fn plan_item(item: &Item, inputs: &Inputs<'_>, settings: &RestockConfig, today: Day) -> Line {
    let velocity = item
        .sales
        .as_ref()
        .and_then(|sales| Velocity::read(sales, &item.out, settings.velocity_days));
    let stock = item.stock.as_ref();
    let leg = stock.and_then(|stock| stock.lead).or(settings.lead);
    let way = leg.map(|leg| {
        Way::new(
            leg,
            &settings.ships_from,
            &item.market,
            inputs.calendar,
            today,
        )
    });
    let landing = way.as_ref().map(|way| way.landing(today));
    let wave = inputs
        .waves
        .live(&item.sku, &item.market, today)
        .map(|live| {
            let lands = landing.as_ref().map(|landing| landing.earliest);
            inputs.waves.wave(live, today, lands, settings.uplift_max)
        });
    let mut line = Line {
        sku: item.sku.clone(),
        name: item.name.clone(),
        category: item.category.clone(),
        market: item.market.clone(),
        advice: Advice::Hold,
        velocity: velocity.as_ref().map(|velocity| velocity.per_day),
        velocity_sd: velocity.as_ref().and_then(|velocity| velocity.sd),
        sold: velocity.as_ref().map(|v| (v.sold, v.days)),
        uplift: 1.0,
        on_hand: stock.map(|stock| stock.on_hand),
        inbound: stock.map(|stock| stock.inbound),
        days_of_cover: None,
        lead_days: landing
            .as_ref()
            .map(|landing| (landing.earliest.0 - today.0).max(0) as u32),
        safety_stock: None,
        reorder_point: None,
        order_by: None,
        quantity: None,
        cost: None,
        landing,
        wave,
        why: Vec::new(),
    };
    sales_facts(item, velocity.as_ref(), today, &mut line);
    wave_facts(&mut line);
    let Some(stock) = stock else {
        line.advice = Advice::StockUnknown;
        line.why.insert(0, fact("stock-none", []));
        return line;
    };
    let holding = holding(item, stock, today, &mut line);
    let Some(velocity) = velocity.filter(|velocity| velocity.days >= SALES_DAYS_MIN) else {
        line.advice = Advice::SalesUnknown;
        return line;
    };
    let (Some(way), Some(leg), Some(landing)) = (way, leg, line.landing.clone()) else {
        line.advice = Advice::LeadUnknown;
        line.days_of_cover = Some(holding.cover(velocity.per_day, f64::MAX).days);
        line.why.insert(0, fact("lead-none", []));
        return line;
    };
    let reckoning = Reckoning {
        velocity: &velocity,
        holding,
        way: &way,
        lead: f64::from(line.lead_days.unwrap_or(0)),
        lead_sd: lead_sd(leg.spread_days),
        z: normal_quantile(settings.service_level),
        cover_days: f64::from(settings.cover_days),
        today,
    };
    reckoning.advise(stock, item.mood, &landing, &mut line);
    line
}

fn sales_facts(item: &Item, velocity: Option<&Velocity>, today: Day, line: &mut Line) {
    let Some(velocity) = velocity else {
        let key = match item.sales {
            None => "sales-none",
            Some(_) => "sales-never",
        };
        line.why.push(fact(key, []));
        return;
    };
    line.why.push(fact(
        "sold",
        [
            Value::Units(velocity.sold),
            Value::Days(i64::from(velocity.days)),
            Value::Day(*velocity.window.start()),
            Value::Day(*velocity.window.end()),
            Value::Rate(velocity.per_day),
        ],
    ));
    if velocity.days_out > 0 {
        let days = Value::Days(i64::from(velocity.days_out));
        line.why.push(fact("days-out", [days]));
    }
    if velocity.days < SALES_DAYS_MIN {
        line.why
            .push(fact("sales-few", [Value::Days(i64::from(SALES_DAYS_MIN))]));
    }
    if velocity.window.end().0 < today.0 - SOON_DAYS {
        let newest = Value::Day(*velocity.window.end());
        line.why.push(fact("sales-old", [newest]));
    }
}

fn wave_facts(line: &mut Line) {
    let Some(wave) = &line.wave else {
        return;
    };
    line.why.push(fact(
        "trend",
        [
            Value::Evidence(wave.evidence),
            Value::Times(wave.lift),
            Value::Days(i64::from(wave.age_days)),
            Value::Class(wave.class),
        ],
    ));
    match wave.still_up {
        Some(share) => line.why.push(fact(
            if share.same_market {
                "wave-share"
            } else {
                "wave-share-all"
            },
            [
                Value::Units(i64::from(share.up)),
                Value::Units(i64::from(share.of)),
                Value::Days(i64::from(share.days)),
            ],
        )),
        None if line.landing.is_some() => line.why.push(fact("wave-unknown", [])),
        None => {}
    }
}

/// What is there today: the count, less what has been sold since.
fn holding(item: &Item, stock: &StockLevel, today: Day, line: &mut Line) -> Holding {
    let since: i64 = item.sales.as_ref().map_or(0, |sales| {
        sales
            .units
            .range(stock.counted_on.plus(1)..=today.max(stock.counted_on.plus(1)))
            .map(|(_, units)| *units)
            .sum()
    });
    let sold = since.max(0);
    if sold > 0 {
        line.why.push(fact(
            "counted",
            [Value::Day(stock.counted_on), Value::Units(sold)],
        ));
    } else if today.0 - stock.counted_on.0 > SOON_DAYS {
        line.why
            .push(fact("count-old", [Value::Day(stock.counted_on)]));
    }
    let arrives_in = stock
        .inbound_on
        .filter(|_| stock.inbound > 0)
        .map(|day| f64::from(day.0 - today.0))
        .filter(|days| *days >= 0.0);
    if stock.inbound > 0 {
        let units = Value::Units(i64::from(stock.inbound));
        line.why.push(match stock.inbound_on {
            Some(day) if day >= today => fact("inbound", [units, Value::Day(day)]),
            Some(day) => fact("inbound-late", [units, Value::Day(day)]),
            None => fact("inbound-undated", [units]),
        });
    }
    Holding {
        on_hand: (f64::from(stock.on_hand) - sold as f64).max(0.0),
        inbound: f64::from(stock.inbound),
        arrives_in,
    }
}

/// The numbers an order is reckoned from.
struct Reckoning<'a> {
    velocity: &'a Velocity,
    holding: Holding,
    way: &'a Way<'a>,
    lead: f64,
    lead_sd: f64,
    z: f64,
    cover_days: f64,
    today: Day,
}

/// When to order at some pace of sales.
struct Timing {
    cover: Cover,
    order_by: Option<Day>,
    advice: Advice,
}

impl Reckoning<'_> {
    fn safety(&self) -> f64 {
        let sd = self.velocity.sd.unwrap_or(0.0);
        safety_stock(self.z, self.lead, sd, self.velocity.per_day, self.lead_sd)
    }

    /// Lower end, middle and upper end of the velocity.
    fn velocities(&self) -> (f64, f64, f64) {
        let rate = self.velocity.per_day;
        let error = self.velocity.sd.unwrap_or(0.0) / f64::from(self.velocity.days).sqrt();
        let half = RANGE_Z * error;
        ((rate - half).max(0.0), rate, rate + half)
    }

    fn timing(&self, uplift: f64) -> Timing {
        let pace = self.velocity.per_day * uplift;
        let cover = self.holding.cover(pace, self.lead);
        let safety_days = self.safety() / pace.max(1e-9);
        // Nothing sells: nothing runs out, so there is no day to order by.
        let order_by = (pace > 0.0)
            .then(|| day_after(self.today, cover.days - safety_days))
            .and_then(|needed| self.way.last_order_for(needed));
        let advice = match order_by {
            Some(day) if day <= self.today => Advice::OrderNow,
            Some(day) if day <= self.today.plus(SOON_DAYS) => Advice::OrderSoon,
            None if pace > 0.0 => Advice::OrderNow,
            _ => Advice::Hold,
        };
        Timing {
            cover,
            order_by,
            advice,
        }
    }

    /// Units to order today so that they last after landing: sales at `until` a day before they
    /// land and `after` a day then.
    fn need(&self, until: f64, after: f64) -> f64 {
        let left = self.holding.left_on(self.lead, until);
        (after * self.cover_days + self.safety() - left).max(0.0)
    }

    /// Whether there is more than the brightest reading of lead time and cover could sell.
    fn is_too_much(&self, uplift: f64) -> bool {
        let position = self.holding.on_hand + self.holding.inbound;
        let (_, _, high) = self.velocities();
        let target = high * uplift * (self.lead + self.cover_days) + self.safety();
        self.velocity.days >= CLEAR_OUT_DAYS_MIN && position > 0.0 && position > TOO_MUCH * target
    }

    fn advise(&self, stock: &StockLevel, mood: Mood, landing: &Landing, line: &mut Line) {
        let plain = self.timing(1.0);
        let uplift = line.wave.as_ref().map_or(1.0, |wave| wave.uplift);
        let lifted = self.timing(uplift);
        let unhappy = self.unhappy(mood, line);
        let over = line.wave.as_ref().is_some_and(is_over_by_landing);
        let chased = !unhappy && !over;
        let timing = if chased { &lifted } else { &plain };
        let wants = |advice| matches!(advice, Advice::OrderNow | Advice::OrderSoon);
        line.uplift = if chased { uplift } else { 1.0 };
        line.advice = if self.is_too_much(uplift) {
            Advice::ClearOut
        } else if (unhappy && (wants(plain.advice) || wants(lifted.advice)))
            || (over && !wants(plain.advice) && wants(lifted.advice))
        {
            Advice::DoNotChase
        } else {
            timing.advice
        };
        line.days_of_cover = (self.velocity.per_day > 0.0).then_some(timing.cover.days);
        line.safety_stock = Some(self.safety().ceil() as u32);
        let pace = self.velocity.per_day * line.uplift;
        line.reorder_point = Some((pace * self.lead + self.safety()).ceil() as u32);
        line.order_by = timing.order_by;
        self.set_quantity(stock, uplift, chased, line);
        if over && !unhappy {
            line.why.push(fact("wave-gone", []));
        }
        self.timing_facts(timing, &lifted, landing, line);
    }

    /// Whether people are unhappy with the SKU; says why.
    fn unhappy(&self, mood: Mood, line: &mut Line) -> bool {
        let crisis = line
            .wave
            .as_ref()
            .is_some_and(|wave| wave.class == AlertClass::Crisis);
        if crisis {
            line.why.insert(0, fact("crisis", []));
        }
        let worsened = mood.worsened();
        if let Some((before, now)) = worsened {
            let complaints = Value::Units(i64::from(mood.recent.complaints));
            line.why.insert(
                0,
                fact(
                    "complaints",
                    [Value::Share(before), Value::Share(now), complaints],
                ),
            );
        }
        crisis || worsened.is_some()
    }

    fn set_quantity(&self, stock: &StockLevel, uplift: f64, chased: bool, line: &mut Line) {
        if !matches!(line.advice, Advice::OrderNow | Advice::OrderSoon) {
            line.quantity = Some((0, 0, 0));
            return;
        }
        let (low, rate, high) = self.velocities();
        let uplift = if chased { uplift } else { 1.0 };
        let lasting = line
            .wave
            .as_ref()
            .and_then(|wave| wave.still_up)
            .map_or(0.0, |share| share.value());
        let needs = [
            self.need(low, low),
            self.need(rate * uplift, rate * (1.0 + (uplift - 1.0) * lasting)),
            self.need(high * uplift, high * uplift),
        ];
        let [low, base, high] = needs.map(|units| rounded(units, stock.moq, stock.carton));
        line.quantity = Some((low, base, high));
        line.cost = stock.unit_cost.map(|cost| cost * f64::from(base));
        let asked = needs[1].ceil() as i64;
        if base == 0 {
            // What is left when goods land already lasts long enough.
            line.advice = Advice::Hold;
            line.quantity = Some((0, 0, 0));
            line.cost = None;
        } else if i64::from(base) > asked {
            line.why.push(fact(
                "rounded",
                [Value::Units(asked), Value::Units(i64::from(base))],
            ));
        }
    }

    fn timing_facts(&self, timing: &Timing, lifted: &Timing, landing: &Landing, line: &mut Line) {
        if let Some(days) = line.days_of_cover {
            let until = day_after(self.today, days);
            line.why.push(fact(
                "cover",
                [Value::Days(days.floor() as i64), Value::Day(until)],
            ));
        }
        if line.uplift == 1.0 && lifted.cover.days < timing.cover.days {
            let until = day_after(self.today, lifted.cover.days);
            line.why.push(fact("cover-if-lasts", [Value::Day(until)]));
        } else if line.uplift > 1.0 {
            line.why.push(fact("uplift", [Value::Times(line.uplift)]));
        }
        if let Some(gap) = timing.cover.gap_from {
            let from = day_after(self.today, gap);
            line.why.push(fact("gap", [Value::Day(from)]));
        }
        line.why.push(fact(
            "lead",
            [
                Value::Days(i64::from(line.lead_days.unwrap_or(0))),
                Value::Day(landing.earliest),
                Value::Day(landing.latest),
            ],
        ));
        for closure in &landing.closures {
            line.why.push(fact(
                "closure",
                [
                    Value::Name(closure.name.clone(), closure.name_zh.clone()),
                    Value::Days(i64::from(closure.days)),
                ],
            ));
        }
        if let Some(day) = line.order_by.filter(|day| *day < self.today) {
            line.why.push(fact("too-late", [Value::Day(day)]));
        }
        self.change_fact(line);
    }

    /// What would change the advice.
    fn change_fact(&self, line: &mut Line) {
        let position = self.holding.on_hand + self.holding.inbound;
        let safety_days = self.safety() / self.velocity.per_day.max(1e-9);
        let days = self.lead + f64::from(SOON_DAYS) + safety_days;
        let turning = Value::Rate(position / days.max(1.0));
        match line.advice {
            Advice::OrderNow | Advice::OrderSoon if position > 0.0 => {
                line.why.push(fact("change-order", [turning]));
            }
            Advice::Hold if self.velocity.per_day > 0.0 => {
                line.why.push(fact("change-hold", [turning]));
            }
            _ => {}
        }
    }
}

fn is_over_by_landing(wave: &Wave) -> bool {
    wave.still_up
        .is_some_and(|share| share.value() <= CHASE_SHARE_MIN)
}
