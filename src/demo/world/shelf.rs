//! Best-seller lists and reviews: what the shops show.

use super::catalogue::{Catalogue, Product};
use super::dice::Dice;
use super::people::People;
use super::place::{Place, Taste};
use super::posts::start_of;
use super::text::{Mood, Names, Voices};
use super::truth::{Event, Target, Truth, What};

/// Items of a list.
pub const LIST_ITEMS: usize = 50;
/// What is left of a price in a price war.
pub const WAR_PRICE: f64 = 0.62;
/// Days by which buying follows talking.
const BUYING_LAG: i32 = 3;
/// Days by which a review follows talking.
const REVIEW_LAG: i32 = 8;
/// Reviews a day in a market.
const REVIEWS: f64 = 9.0;

/// A line of a best-seller list.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The shop's id.
    pub id: String,
    /// Title as sellers write it.
    pub title: String,
    /// Price in the market's money.
    pub price: f64,
    /// Reviews shown.
    pub reviews: usize,
    /// Stars, 1 to 5.
    pub stars: f64,
    /// The place was paid for.
    pub paid: bool,
}

/// A review of one of the seller's products.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The shop's id.
    pub id: String,
    /// Unix seconds.
    pub at: i64,
    /// Who bought it.
    pub writer: String,
    /// Product name.
    pub product: String,
    /// Id of the product in the lists.
    pub item: String,
    /// Stars, 1 to 5.
    pub stars: u8,
    /// Text.
    pub text: String,
}

/// The lists of a market, one for each day.
pub fn lists(
    seed: u64,
    days: i32,
    place: &Place,
    taste: &Taste,
    catalogue: &Catalogue,
    truth: &Truth,
) -> Vec<Vec<Item>> {
    let mut dice = Dice::new(seed, &format!("shelf {}", place.code));
    let rivals: Vec<f64> = {
        let mut order: Vec<usize> = (0..catalogue.rivals.len()).collect();
        dice.shuffle(&mut order);
        order
            .iter()
            .map(|rank| 0.45 / (*rank as f64 + 4.0))
            .collect()
    };
    let first: Vec<f64> = (0..catalogue.products.len() + rivals.len())
        .map(|_| dice.between(30.0, 1_500.0))
        .collect();
    (0..days)
        .map(|day| {
            let own = taste.on(day);
            let mut all: Vec<(f64, Item)> = Vec::new();
            for (index, product) in catalogue.products.iter().enumerate() {
                let push = factor(truth, place.code, index, day);
                let share = own.get(index).copied().unwrap_or(0.0);
                let item = Item {
                    id: format!("{}{:05}", place.code.to_uppercase(), 10_000 + index * 37),
                    title: title(product, place),
                    price: price(truth, place, index, product.usd, day),
                    reviews: grown(&first, index, share * push, day),
                    stars: stars(index),
                    paid: false,
                };
                all.push(((share * push).ln() + 0.18 * dice.normal(), item));
            }
            for (index, rival) in catalogue.rivals.iter().enumerate() {
                let share = rivals.get(index).copied().unwrap_or(0.0);
                let language = place
                    .languages
                    .first()
                    .map_or("en", |(language, _)| language);
                let kind = rival.kind.get(language).cloned().unwrap_or_default();
                let item = Item {
                    id: format!("{}{:05}", place.code.to_uppercase(), 50_000 + index * 41),
                    title: format!("{} {} – {kind}", rival.brand, rival.model),
                    price: place.price(rival.usd),
                    reviews: grown(&first, catalogue.products.len() + index, share * 0.2, day),
                    stars: stars(index + 7),
                    paid: false,
                };
                all.push((share.ln() + 0.18 * dice.normal(), item));
            }
            all.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut list: Vec<Item> = all.into_iter().map(|(_, item)| item).collect();
            // Two paid places a day, of items that would not be there.
            for place in [3, 17] {
                let from = LIST_ITEMS + dice.below(60);
                if from < list.len() {
                    let mut item = list.remove(from);
                    item.paid = true;
                    list.insert(place, item);
                }
            }
            list.truncate(LIST_ITEMS);
            list
        })
        .collect()
}

/// How much more a product is bought because of what happens.
fn factor(truth: &Truth, market: &str, product: usize, day: i32) -> f64 {
    concerning(truth, market, product)
        .map(|event| match event.what {
            What::Hit | What::Spread => 1.0 + event.posts(day - BUYING_LAG) / 3.0,
            What::PriceWar => 1.0 + 4.0 * event.interest(day - 1),
            What::Holiday => 1.0 + 2.0 * event.interest(day),
            What::Crisis => 1.0 - 0.5 * event.interest(day - 4),
            _ => 1.0,
        })
        .product()
}

fn concerning<'a>(
    truth: &'a Truth,
    market: &'a str,
    product: usize,
) -> impl Iterator<Item = &'a Event> {
    truth
        .events
        .iter()
        .filter(move |event| event.market == market && event.target == Target::Product(product))
}

fn price(truth: &Truth, place: &Place, product: usize, usd: f64, day: i32) -> f64 {
    let at_war = concerning(truth, place.code, product)
        .any(|event| event.what == What::PriceWar && event.interest(day) > 0.0);
    place.price(if at_war { usd * WAR_PRICE } else { usd })
}

fn grown(first: &[f64], index: usize, share: f64, day: i32) -> usize {
    let start = first.get(index).copied().unwrap_or(100.0);
    (start + f64::from(day) * share * 90.0) as usize
}

fn stars(index: usize) -> f64 {
    3.6 + (index * 7 % 13) as f64 / 10.0
}

/// Brand, line, model, and what it is, in the market's language.
fn title(product: &Product, place: &Place) -> String {
    let language = place
        .languages
        .first()
        .map_or("en", |(language, _)| language);
    format!("{} – {}", product.name(), product.kind_in(language))
}

/// What the reviews of a market are made of.
pub struct Reviewing<'a> {
    /// Seed of the world.
    pub seed: u64,
    /// The market.
    pub place: &'a Place,
    /// What it likes.
    pub taste: &'a Taste,
    /// What is for sale.
    pub catalogue: &'a Catalogue,
    /// How people write.
    pub voices: &'a Voices,
    /// What happens.
    pub truth: &'a Truth,
}

impl Reviewing<'_> {
    /// Reviews of a day, by time.
    pub fn day(&self, day: i32) -> Vec<Review> {
        let mut dice = Dice::new(self.seed, &format!("reviews {} {day}", self.place.code));
        let mut drawn: Vec<(usize, bool, Option<usize>)> = Vec::new();
        let weights = self.taste.on(day);
        for _ in 0..dice.crowd(REVIEWS, 1.4) {
            drawn.push((dice.weighted(&weights), dice.chance(0.74), None));
        }
        for (number, event) in self.truth.events.iter().enumerate() {
            let Target::Product(product) = event.target else {
                continue;
            };
            if event.market != self.place.code {
                continue;
            }
            let (mean, glad) = match event.what {
                What::Hit | What::Spread => (event.posts(day - REVIEW_LAG) * 0.12, true),
                What::Crisis => (event.posts(day) * 0.25, false),
                _ => continue,
            };
            for _ in 0..dice.poisson(mean) {
                drawn.push((product, glad, (!glad).then_some(number)));
            }
        }
        let mut reviews: Vec<Review> = drawn
            .into_iter()
            .filter_map(|(product, glad, fault)| self.review(day, product, glad, fault, &mut dice))
            .collect();
        reviews.sort_by_key(|review| review.at);
        for (index, review) in reviews.iter_mut().enumerate() {
            review.id = format!("r{}-{day:03}-{index:02}", self.place.code);
        }
        reviews
    }

    fn review(
        &self,
        day: i32,
        product: usize,
        glad: bool,
        fault: Option<usize>,
        dice: &mut Dice,
    ) -> Option<Review> {
        let thing = self.catalogue.products.get(product)?;
        let (language, _) = self.place.languages.first()?;
        let voice = self.voices.of(language)?;
        let names = Names {
            p: thing.line.clone(),
            kind: thing.kind_in(language).to_owned(),
            fault: fault
                .map(|number| voice.fault(&thing.category, number))
                .unwrap_or_default(),
            ..Names::default()
        };
        let mood = match (glad, fault) {
            (true, _) => Mood::Content,
            (false, None) => Mood::Cross,
            (false, Some(_)) => Mood::Crisis,
        };
        let people = People::new(self.seed, "reviews", self.place.code, 60.0);
        Some(Review {
            id: String::new(),
            at: start_of(day) + self.place.hour(dice) * 3_600 + dice.whole(0, 3_599),
            writer: people.anybody(dice),
            product: thing.name(),
            item: format!(
                "{}{:05}",
                self.place.code.to_uppercase(),
                10_000 + product * 37
            ),
            stars: if glad {
                4 + dice.below(2) as u8
            } else {
                1 + dice.below(2) as u8
            },
            text: voice.talk(mood, &names, dice),
        })
    }
}
