//! What really happens in the world: the answer sheet that the detector never sees.

use super::catalogue::Catalogue;
use super::dice::Dice;
use super::place::{PLACES, Taste};
use super::text::{LANGUAGES, Voices};
use crate::record::Day;
use jiff::civil::{Date, date};

/// The first simulated day, a Monday.
pub const FIRST: Date = date(2025, 9, 8);

/// What kind of thing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// People discover a product.
    Hit,
    /// A hit that another market had first.
    Spread,
    /// A product nobody sells yet is talked about: to be found as a phrase.
    Newcomer,
    /// Many fresh accounts post nearly the same text within hours.
    BotBurst,
    /// Real people share to win a prize.
    Giveaway,
    /// Somebody sells it far cheaper, and people tell each other.
    PriceWar,
    /// A sales day: everybody talks more about everything, and much more about presents.
    Holiday,
    /// A fault: many unhappy buyers of one product.
    Crisis,
    /// A site answers nothing for a week.
    Outage,
    /// A site changes its pages.
    Redesign,
}

impl What {
    /// The word used in the scorecard.
    pub fn word(self) -> &'static str {
        match self {
            What::Hit => "hit",
            What::Spread => "hit, second market",
            What::Newcomer => "hit, not in the catalogue",
            What::BotBurst => "bot burst",
            What::Giveaway => "giveaway",
            What::PriceWar => "price war",
            What::Holiday => "sales day",
            What::Crisis => "quality crisis",
            What::Outage => "site down",
            What::Redesign => "site redesigned",
        }
    }

    /// Whether a buyer should be told without asking.
    pub fn is_news(self) -> bool {
        matches!(
            self,
            What::Hit | What::Spread | What::Newcomer | What::Crisis
        )
    }
}

/// Whom it happens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A product of the seller, by its place in the catalogue.
    Product(usize),
    /// A thing that is not in the catalogue, by the name people give it.
    Thing(String),
    /// A site.
    Site(&'static str),
}

/// How interest moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Up in two days, then halving every so many days.
    Spike(f64),
    /// Exponential growth over so many days, then slow decay.
    Ramp(i32),
    /// Up within so many days, then it stays.
    Step(i32),
    /// The same on each of so many days, then over.
    Block(i32),
}

/// How sales follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Echo {
    /// Days after interest.
    pub lag: i32,
    /// Factor on sales when interest is at its peak; below 1 they fall.
    pub lift: f64,
}

/// Something that happens in one market.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What.
    pub what: What,
    /// Market code.
    pub market: &'static str,
    /// To whom.
    pub target: Target,
    /// First day with extra posts, counted from the first simulated day.
    pub onset: i32,
    /// Extra posts on the strongest day.
    pub size: f64,
    /// How interest moves.
    pub shape: Shape,
    /// How sales follow, if they do.
    pub echo: Option<Echo>,
}

impl Event {
    /// Day of the greatest interest.
    pub fn peak(&self) -> i32 {
        self.onset
            + match self.shape {
                Shape::Spike(_) => 2,
                Shape::Ramp(days) | Shape::Step(days) => days,
                Shape::Block(days) => (days - 1) / 2,
            }
    }

    /// Interest on a day, 1 at the peak.
    pub fn interest(&self, day: i32) -> f64 {
        if day < self.onset {
            return 0.0;
        }
        let before = f64::from(self.peak() - day);
        match self.shape {
            Shape::Spike(_) if before > 0.0 => 1.0 - before / 3.0,
            Shape::Spike(half) => 0.5_f64.powf(-before / half),
            Shape::Ramp(days) if before > 0.0 => (-3.2 * before / f64::from(days)).exp(),
            Shape::Ramp(_) => 0.5_f64.powf(-before / 8.0),
            Shape::Step(days) if before > 0.0 => 1.0 - before / f64::from(days + 1),
            Shape::Step(_) => 0.5_f64.powf(-before / 60.0),
            Shape::Block(days) => f64::from(u8::from(day < self.onset + days)),
        }
    }

    /// Extra posts expected on a day.
    pub fn posts(&self, day: i32) -> f64 {
        self.size * self.interest(day)
    }

    /// Last day with at least a tenth of the peak.
    pub fn last(&self) -> i32 {
        (self.peak()..self.peak() + 400)
            .take_while(|day| self.interest(*day) >= 0.1)
            .last()
            .unwrap_or(self.peak())
    }

    /// Factor on the seller's own sales on a day.
    pub fn sales(&self, day: i32) -> f64 {
        self.echo.map_or(1.0, |echo| {
            1.0 + (echo.lift - 1.0) * self.interest(day - echo.lag)
        })
    }

    /// The first day on which sales are half above their usual level.
    pub fn sales_rise(&self) -> Option<i32> {
        (self.onset..self.onset + 120).find(|day| self.sales(*day) >= 1.5)
    }
}

/// The calendar day of a simulated day.
pub fn day(index: i32) -> Day {
    Day::from_date(FIRST).plus(index)
}

/// Sales days of 2025 that a world may have, with their market.
const SALES_DAYS: [(&str, Date); 3] = [
    ("us", date(2025, 11, 28)),
    ("de", date(2025, 11, 28)),
    ("id", date(2025, 11, 11)),
];

/// What people call them.
const SALES_WORDS: [&str; 6] = [
    "black friday",
    "cyber week",
    "thanksgiving",
    "black week",
    "11.11",
    "tanggal kembar",
];

/// Things nobody sells yet.
const NEWCOMERS: [(&str, &str); 6] = [
    ("us", "moon jar lamp"),
    ("us", "cereal cup"),
    ("de", "Taschenkamin"),
    ("de", "Kissenradio"),
    ("id", "rak lipat ajaib"),
    ("id", "botol kabut"),
];

/// Everything that happens in a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// Events, by onset.
    pub events: Vec<Event>,
}

/// Draws events one after the other and keeps them from sharing a product.
struct Plan<'a> {
    dice: Dice,
    days: i32,
    tastes: &'a [Taste],
    taken: Vec<usize>,
    events: Vec<Event>,
}

impl Truth {
    /// What happens in the world of `seed` in so many days.
    pub fn new(seed: u64, days: i32, tastes: &[Taste]) -> Truth {
        let mut plan = Plan {
            dice: Dice::new(seed, "truth"),
            days,
            tastes,
            taken: Vec::new(),
            events: Vec::new(),
        };
        for place in 0..PLACES.len() {
            plan.hits(place);
        }
        plan.spread();
        plan.newcomer();
        plan.traps();
        plan.holiday();
        plan.sites();
        let mut events = plan.events;
        events.retain(|event| event.onset + 2 < days);
        events.sort_by(|a, b| a.onset.cmp(&b.onset).then(a.market.cmp(b.market)));
        Truth { events }
    }

    /// The words by which a phrase can be recognised as this event's, lower case.
    pub fn words(&self, event: &Event, catalogue: &Catalogue, voices: &Voices) -> Vec<String> {
        let mut words: Vec<String> = match &event.target {
            Target::Product(index) => catalogue.products.get(*index).map_or_else(Vec::new, |p| {
                [&p.family, &p.line, &p.brand, &p.model, &p.kana, &p.hanzi]
                    .map(|name| name.to_lowercase())
                    .into_iter()
                    .chain(p.kind.values().map(|kind| kind.to_lowercase()))
                    .collect()
            }),
            Target::Thing(name) => vec![name.to_lowercase()],
            Target::Site(_) => Vec::new(),
        };
        if let (What::Crisis, Target::Product(index)) = (event.what, &event.target)
            && let Some(product) = catalogue.products.get(*index)
            && let Some(number) = self.events.iter().position(|other| other == event)
        {
            let faults = LANGUAGES.iter().filter_map(|language| voices.of(language));
            words.extend(faults.map(|voice| voice.fault(&product.category, number).to_lowercase()));
        }
        if event.what == What::Holiday {
            words.extend(SALES_WORDS.map(str::to_owned));
        }
        words
    }
}

impl Plan<'_> {
    /// A day of onset, given as shares of the run.
    fn onset(&mut self, from: f64, to: f64) -> i32 {
        let days = f64::from(self.days);
        self.dice.whole((from * days) as i64, (to * days) as i64) as i32
    }

    /// A product nothing else happens to, from these places of the market's popularity.
    fn product(&mut self, place: usize, from: usize, to: usize) -> usize {
        let ranked = self
            .tastes
            .get(place)
            .map(Taste::ranked)
            .unwrap_or_default();
        loop {
            let rank = self.dice.whole(from as i64, to as i64) as usize;
            let product = ranked.get(rank).copied().unwrap_or(0);
            if !self.taken.contains(&product) {
                self.taken.push(product);
                return product;
            }
        }
    }

    /// Three hits: one fast, one slow, one that stays; of different sizes.
    fn hits(&mut self, place: usize) {
        let half = self.dice.between(3.0, 6.0);
        let ramp = self.dice.whole(16, 24) as i32;
        let step = self.dice.whole(4, 8) as i32;
        for (shape, low, high) in [
            (Shape::Spike(half), 12.0, 34.0),
            (Shape::Ramp(ramp), 12.0, 30.0),
            (Shape::Step(step), 6.0, 14.0),
        ] {
            let onset = match shape {
                Shape::Ramp(_) => self.onset(0.34, 0.55),
                _ => self.onset(0.36, 0.76),
            };
            let product = self.product(place, 12, 150);
            let size = self.dice.between(low, high);
            let echo = self.echo();
            self.events.push(Event {
                what: What::Hit,
                market: code_of(place),
                target: Target::Product(product),
                onset,
                size,
                shape,
                echo: Some(echo),
            });
        }
    }

    fn echo(&mut self) -> Echo {
        Echo {
            lag: self.dice.whole(5, 17) as i32,
            lift: self.dice.between(3.0, 6.5),
        }
    }

    /// A hit in the first market that the second has weeks later.
    fn spread(&mut self) {
        let product = self.product(0, 30, 120);
        let onset = self.onset(0.34, 0.45);
        let later = onset + self.dice.whole(14, 22) as i32;
        for (what, place, onset, size) in
            [(What::Hit, 0, onset, 26.0), (What::Spread, 1, later, 18.0)]
        {
            let size = size * self.dice.between(0.8, 1.2);
            let echo = self.echo();
            self.events.push(Event {
                what,
                market: code_of(place),
                target: Target::Product(product),
                onset,
                size,
                shape: Shape::Ramp(12),
                echo: Some(echo),
            });
        }
    }

    fn newcomer(&mut self) {
        let (market, name) = self.dice.pick(&NEWCOMERS).copied().unwrap_or(NEWCOMERS[0]);
        let place = place_of(market);
        let onset = self.onset(0.4, 0.65);
        let size = self.dice.between(14.0, 24.0);
        self.events.push(Event {
            what: What::Newcomer,
            market: code_of(place),
            target: Target::Thing(name.to_owned()),
            onset,
            size,
            shape: Shape::Ramp(9),
            echo: None,
        });
    }

    /// What looks like a hit and is none, and the crisis.
    fn traps(&mut self) {
        let mut places: Vec<usize> = (0..PLACES.len()).collect();
        self.dice.shuffle(&mut places);
        let at = |index: usize| places.get(index).copied().unwrap_or(index);
        let (bots, prize, price, crisis) = (at(0), at(1), at(2), at(3));

        let product = self.product(bots, 40, 190);
        let onset = self.onset(0.4, 0.85);
        let size = self.dice.between(70.0, 120.0);
        self.events.push(Event {
            what: What::BotBurst,
            market: code_of(bots),
            target: Target::Product(product),
            onset,
            size,
            shape: Shape::Block(1),
            echo: None,
        });

        let product = self.product(prize, 20, 120);
        let onset = self.onset(0.4, 0.85);
        let size = self.dice.between(25.0, 45.0);
        let days = self.dice.whole(3, 4) as i32;
        self.events.push(Event {
            what: What::Giveaway,
            market: code_of(prize),
            target: Target::Product(product),
            onset,
            size,
            shape: Shape::Block(days),
            echo: None,
        });

        let product = self.product(price, 5, 40);
        let onset = self.onset(0.4, 0.8);
        let size = self.dice.between(14.0, 22.0);
        let days = self.dice.whole(5, 8) as i32;
        let fall = Echo { lag: 1, lift: 0.7 };
        self.events.push(Event {
            what: What::PriceWar,
            market: code_of(price),
            target: Target::Product(product),
            onset,
            size,
            shape: Shape::Block(days),
            echo: Some(fall),
        });

        let product = self.product(crisis, 2, 30);
        let onset = self.onset(0.45, 0.8);
        let size = self.dice.between(14.0, 26.0);
        let fall = Echo { lag: 4, lift: 0.45 };
        self.events.push(Event {
            what: What::Crisis,
            market: code_of(crisis),
            target: Target::Product(product),
            onset,
            size,
            shape: Shape::Spike(6.0),
            echo: Some(fall),
        });
    }

    /// A sales day on its real date: four products that are presents.
    fn holiday(&mut self) {
        let first = Day::from_date(FIRST);
        let reached: Vec<(&str, i32)> = SALES_DAYS
            .iter()
            .map(|(market, date)| (*market, Day::from_date(*date).0 - first.0))
            .filter(|(_, index)| *index + 3 < self.days)
            .collect();
        let Some((market, index)) = self.dice.pick(&reached).copied() else {
            return;
        };
        let place = place_of(market);
        for _ in 0..4 {
            let product = self.product(place, 0, 20);
            let size = self.dice.between(7.0, 12.0);
            let rush = Echo { lag: 0, lift: 2.5 };
            self.events.push(Event {
                what: What::Holiday,
                market: code_of(place),
                target: Target::Product(product),
                onset: index - 2,
                size,
                shape: Shape::Block(5),
                echo: Some(rush),
            });
        }
    }

    /// A forum is down for a week, and a shop changes its pages.
    fn sites(&mut self) {
        let (site, market) = if self.dice.chance(0.5) {
            ("stammtisch", "de")
        } else {
            ("warung", "id")
        };
        let onset = self.onset(0.3, 0.6);
        self.events.push(Event {
            what: What::Outage,
            market: code_of(place_of(market)),
            target: Target::Site(site),
            onset,
            size: 0.0,
            shape: Shape::Block(7),
            echo: None,
        });
        let onset = self.onset(0.6, 0.75);
        self.events.push(Event {
            what: What::Redesign,
            market: code_of(place_of("de")),
            target: Target::Site("toplist"),
            onset,
            size: 0.0,
            shape: Shape::Block(400),
            echo: None,
        });
    }
}

/// Market code of a place.
fn code_of(place: usize) -> &'static str {
    PLACES.get(place).map_or("us", |place| place.code)
}

/// The place of a market in [`PLACES`].
fn place_of(market: &str) -> usize {
    PLACES
        .iter()
        .position(|place| place.code == market)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(seed: u64, days: i32) -> Truth {
        let tastes: Vec<Taste> = PLACES
            .iter()
            .map(|place| Taste::new(seed, place, days))
            .collect();
        Truth::new(seed, days, &tastes)
    }

    #[test]
    fn every_world_has_every_kind_of_event_and_none_before_the_detector_is_warm() {
        for seed in 0..50 {
            let truth = truth(seed, 90);
            for what in [
                What::Hit,
                What::Spread,
                What::Newcomer,
                What::BotBurst,
                What::Giveaway,
                What::PriceWar,
                What::Holiday,
                What::Crisis,
                What::Outage,
                What::Redesign,
            ] {
                let there = truth.events.iter().any(|event| event.what == what);
                assert!(there, "seed {seed} has no {}", what.word());
            }
            assert!(truth.events.iter().all(|event| event.onset >= 26));
        }
    }

    #[test]
    fn interest_is_one_at_the_peak_and_nothing_before_the_onset() {
        for event in &truth(3, 90).events {
            assert!(event.interest(event.onset - 1) == 0.0);
            assert!(
                (event.interest(event.peak()) - 1.0).abs() < 1e-9,
                "{event:?}"
            );
            assert!(event.last() >= event.peak());
        }
    }

    #[test]
    fn the_second_market_follows_the_first_with_the_same_product() {
        for seed in 0..20 {
            let truth = truth(seed, 90);
            let later = truth
                .events
                .iter()
                .find(|e| e.what == What::Spread)
                .expect("spread");
            let first = truth
                .events
                .iter()
                .find(|e| e.what == What::Hit && e.target == later.target)
                .expect("first market");
            assert_eq!((first.market, later.market), ("us", "de"));
            assert!(first.onset + 14 <= later.onset);
        }
    }

    #[test]
    fn a_short_run_only_plans_what_it_reaches() {
        assert!(truth(1, 20).events.iter().all(|event| event.onset < 18));
    }
}
