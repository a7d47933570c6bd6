//! The seller's own books: order lines that follow the hits, and what lies in the warehouses.

use super::catalogue::Catalogue;
use super::dice::Dice;
use super::place::{PLACES, Place, Taste};
use super::posts::start_of;
use super::truth::{Target, Truth};
use crate::record::{Day, Leg, Market, StockLevel};

/// An order line.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Unix seconds.
    pub at: i64,
    /// Place of the product in the catalogue.
    pub product: usize,
    /// Market code.
    pub market: &'static str,
    /// The seller's number of the customer.
    pub customer: String,
    /// Units.
    pub quantity: i64,
    /// Price of a unit in the market's money.
    pub price: f64,
}

/// Order lines of a market on a day, by time.
pub fn orders(
    seed: u64,
    day: i32,
    place: &Place,
    taste: &Taste,
    catalogue: &Catalogue,
    truth: &Truth,
) -> Vec<Order> {
    let mut dice = Dice::new(seed, &format!("orders {} {day}", place.code));
    let weekday = super::truth::day(day).weekday();
    let week = place.week.get(weekday).copied().unwrap_or(1.0);
    let mut lines = Vec::new();
    for (product, share) in taste.on(day).into_iter().enumerate() {
        let push: f64 = truth
            .events
            .iter()
            .filter(|event| event.market == place.code && event.target == Target::Product(product))
            .map(|event| event.sales(day))
            .product();
        // Own sales follow the taste of the market less steeply than talk does, and a product
        // that becomes known sells from a floor, not from nothing.
        let usual = place.orders * (0.7 * share + 0.3 / catalogue.products.len() as f64);
        for _ in 0..buyers(usual * push * week, &mut dice) {
            let usd = catalogue
                .products
                .get(product)
                .map_or(0.0, |product| product.usd);
            lines.push(Order {
                at: start_of(day) + place.hour(&mut dice) * 3_600 + dice.whole(0, 3_599),
                product,
                market: place.code,
                customer: format!("{}-{:06}", place.code, dice.below(40_000)),
                quantity: if dice.chance(0.08) { 2 } else { 1 },
                price: place.price(usd),
            });
        }
    }
    lines.sort_by_key(|line| (line.at, line.product));
    lines
}

/// How many buy: each on their own, but what a day is like they share.
fn buyers(mean: f64, dice: &mut Dice) -> usize {
    dice.crowd(mean, 1.0 + 0.15 * mean)
}

/// What lies in the warehouses on a day, with lead times: by product and market.
pub fn stock(
    seed: u64,
    counted_on: Day,
    tastes: &[Taste],
    catalogue: &Catalogue,
) -> Vec<StockLevel> {
    let mut dice = Dice::new(seed, "stock");
    let mut levels = Vec::new();
    for (index, product) in catalogue.products.iter().enumerate() {
        let production_days = dice.whole(7, 21) as u16;
        for (place, taste) in PLACES.iter().zip(tastes) {
            let Some(market) = Market::parse(place.code) else {
                continue;
            };
            let share = taste.on(0).get(index).copied().unwrap_or(0.0);
            let daily = place.orders * (0.7 * share + 0.3 / catalogue.products.len() as f64);
            let cover = dice.between(12.0, 110.0);
            let by_air = dice.chance(0.3);
            let (freight, spread) = if by_air { (6, 3) } else { (32, 9) };
            let carton = [6, 10, 12, 20, 24][dice.below(5).min(4)];
            let inbound = dice.chance(0.25);
            levels.push(StockLevel {
                sku: product.sku.clone(),
                market,
                counted_on,
                on_hand: (daily * cover).round().max(0.0) as u32,
                inbound: if inbound {
                    carton * dice.whole(1, 6) as u32
                } else {
                    0
                },
                inbound_on: inbound.then(|| counted_on.plus(dice.whole(4, 30) as i32)),
                lead: Some(Leg {
                    production_days,
                    freight_days: freight,
                    receiving_days: dice.whole(2, 5) as u16,
                    spread_days: spread,
                }),
                moq: Some(carton * dice.whole(1, 4) as u32),
                carton: Some(carton),
                unit_cost: Some((product.usd * 34.0).round() / 100.0),
            });
        }
    }
    levels
}
