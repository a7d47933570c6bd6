//! The world: who writes and sells what, when; and what really happens in it.

pub mod catalogue;
pub mod dice;
pub mod people;
pub mod place;
pub mod posts;
pub mod sales;
pub mod shelf;
pub mod text;
pub mod truth;

use crate::record::StockLevel;
use catalogue::Catalogue;
use place::{PLACES, Taste};
use posts::{Post, Scene};
use sales::Order;
use shelf::{Item, Review, Reviewing};
use std::collections::BTreeMap;
use text::Voices;
use truth::{Target, Truth, What};

/// A whole world, computed from its seed: what stands on every site at every moment.
#[derive(Debug)]
pub struct World {
    /// Its seed.
    pub seed: u64,
    /// Simulated days.
    pub days: i32,
    /// What the seller has.
    pub catalogue: Catalogue,
    /// What really happens.
    pub truth: Truth,
    /// How people write.
    pub voices: Voices,
    /// The seller's order lines, by time.
    pub orders: Vec<Order>,
    /// The seller's stock on the last day.
    pub stock: Vec<StockLevel>,
    rooms: BTreeMap<(&'static str, &'static str), Vec<Post>>,
    lists: BTreeMap<&'static str, Vec<Vec<Item>>>,
    reviews: BTreeMap<&'static str, Vec<Review>>,
}

impl World {
    /// The world of `seed` over so many days.
    pub fn new(seed: u64, days: i32) -> Result<World, toml::de::Error> {
        let catalogue = Catalogue::new(seed)?;
        let voices = Voices::new()?;
        let tastes: Vec<Taste> = PLACES
            .iter()
            .map(|place| Taste::new(seed, place, days))
            .collect();
        let truth = Truth::new(seed, days, &tastes);
        let mut world = World {
            seed,
            days,
            stock: sales::stock(seed, truth::day(days - 1), &tastes, &catalogue),
            catalogue,
            truth,
            voices,
            orders: Vec::new(),
            rooms: BTreeMap::new(),
            lists: BTreeMap::new(),
            reviews: BTreeMap::new(),
        };
        for (place, taste) in PLACES.iter().zip(&tastes) {
            let scene = Scene {
                seed,
                place,
                taste,
                catalogue: &world.catalogue,
                voices: &world.voices,
                truth: &world.truth,
            };
            let reviewing = Reviewing {
                seed,
                place,
                taste,
                catalogue: &world.catalogue,
                voices: &world.voices,
                truth: &world.truth,
            };
            for day in 0..days {
                for (feed, posts) in place.feeds.iter().zip(scene.day(day)) {
                    let room = world.rooms.entry((feed.site, feed.room)).or_default();
                    room.extend(posts);
                }
                let lines = sales::orders(seed, day, place, taste, &world.catalogue, &world.truth);
                world.orders.extend(lines);
                let reviews = world.reviews.entry(place.code).or_default();
                reviews.extend(reviewing.day(day));
            }
            let lists = shelf::lists(seed, days, place, taste, &world.catalogue, &world.truth);
            world.lists.insert(place.code, lists);
            for feed in place.feeds {
                if let Some(room) = world.rooms.get_mut(&(feed.site, feed.room)) {
                    posts::number(seed, feed, room);
                }
            }
        }
        world.orders.sort_by_key(|order| order.at);
        Ok(world)
    }

    /// Posts of a room that can be read at `now`, newest first; `None`: there is no such room.
    pub fn posts(&self, site: &str, room: &str, now: i64) -> Option<impl Iterator<Item = &Post>> {
        let posts = self
            .rooms
            .iter()
            .find(|((held, name), _)| *held == site && *name == room)
            .map(|(_, posts)| posts)?;
        let shown = posts.partition_point(|post| post.at <= now);
        Some(
            posts
                .get(..shown)
                .unwrap_or_default()
                .iter()
                .rev()
                .filter(move |post| post.gone_at.is_none_or(|gone| gone > now)),
        )
    }

    /// The best-seller list of a market as it stands at `now`.
    pub fn list(&self, market: &str, now: i64) -> Option<&[Item]> {
        let day = self.day_at(now);
        let days = self.lists.get(market)?;
        days.get(day.clamp(0, self.days - 1) as usize)
            .map(Vec::as_slice)
    }

    /// Reviews of a market at `now`, newest first.
    pub fn reviews(&self, market: &str, now: i64) -> Option<impl Iterator<Item = &Review>> {
        let reviews = self.reviews.get(market)?;
        let shown = reviews.partition_point(|review| review.at <= now);
        Some(reviews.get(..shown).unwrap_or_default().iter().rev())
    }

    /// Whether a site is down at `now`.
    pub fn is_down(&self, site: &str, now: i64) -> bool {
        self.happens(What::Outage, site, now)
    }

    /// Whether a site has changed its pages by `now`.
    pub fn is_redesigned(&self, site: &str, now: i64) -> bool {
        self.happens(What::Redesign, site, now)
    }

    fn happens(&self, what: What, site: &str, now: i64) -> bool {
        self.truth.events.iter().any(|event| {
            event.what == what
                && matches!(event.target, Target::Site(name) if name == site)
                && event.interest(self.day_at(now)) > 0.0
        })
    }

    /// Posts of all rooms together.
    pub fn post_count(&self) -> usize {
        self.rooms.values().map(Vec::len).sum()
    }

    /// The simulated day of an instant, 0 for the first.
    fn day_at(&self, now: i64) -> i32 {
        (now.div_euclid(86_400) - i64::from(truth::day(0).0)) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn small() -> World {
        World::new(5, 12).expect("world")
    }

    #[test]
    fn the_same_seed_makes_the_same_world_and_another_seed_another() {
        let text = |seed| format!("{:?}", World::new(seed, 3).expect("world"));
        assert_eq!(text(1), text(1));
        assert_ne!(text(1), text(2));
    }

    #[test]
    fn a_page_shows_only_what_exists_at_that_moment_newest_first() {
        let world = small();
        let noon = posts::start_of(6) + 43_200;
        let times: Vec<i64> = world
            .posts("plaza", "us", noon)
            .expect("room")
            .map(|p| p.at)
            .collect();
        assert!(times.len() > 1_000);
        assert!(times.iter().all(|at| *at <= noon));
        assert!(times.windows(2).all(|pair| pair[0] >= pair[1]));
        assert!(world.posts("plaza", "fr", noon).is_none());
    }

    #[test]
    fn ids_are_unique_on_a_site_and_rise_with_time() {
        let world = small();
        let end = posts::start_of(12);
        let mut ids = BTreeSet::new();
        let mut count = 0;
        for room in ["us", "de", "id"] {
            let of_room: Vec<u64> = world
                .posts("plaza", room, end)
                .expect("room")
                .map(|p| p.id)
                .collect();
            assert!(of_room.windows(2).all(|pair| pair[0] > pair[1]), "{room}");
            count += of_room.len();
            ids.extend(of_room);
        }
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn most_posts_name_no_product_of_the_seller() {
        let world = small();
        let end = posts::start_of(12);
        let names: Vec<String> = world
            .catalogue
            .products
            .iter()
            .flat_map(|p| {
                [
                    p.family.to_lowercase(),
                    p.kana.clone(),
                    p.hanzi.clone(),
                    p.model.to_lowercase(),
                ]
            })
            .collect();
        let posts: Vec<&Post> = world.posts("minato", "jp", end).expect("room").collect();
        let naming = posts
            .iter()
            .filter(|post| {
                names
                    .iter()
                    .any(|name| post.text.to_lowercase().contains(name.as_str()))
            })
            .count();
        let share = naming as f64 / posts.len() as f64;
        assert!((0.1..0.4).contains(&share), "{share}");
    }

    #[test]
    fn deleted_posts_are_gone_after_an_hour() {
        let world = (0..40)
            .map(|seed| World::new(seed, 12).expect("world"))
            .find(|world| world.truth.events.iter().any(|e| e.what == What::BotBurst))
            .expect("a world with bots");
        let gone: Vec<&Post> = world
            .rooms
            .values()
            .flatten()
            .filter(|post| post.gone_at.is_some())
            .collect();
        assert!(gone.len() > 20, "{}", gone.len());
        assert!(
            gone.iter()
                .all(|post| post.gone_at == Some(post.at + 3_600))
        );
    }

    #[test]
    fn sales_rise_after_talk_and_by_the_promised_factor() {
        let world = World::new(1, 90).expect("world");
        let event = world
            .truth
            .events
            .iter()
            .filter(|event| event.what == What::Hit)
            .max_by(|a, b| a.size.total_cmp(&b.size))
            .expect("a hit");
        let Target::Product(product) = event.target else {
            panic!("a hit has a product")
        };
        let sold = |from: i32, to: i32| {
            let span = posts::start_of(from)..posts::start_of(to);
            world
                .orders
                .iter()
                .filter(|o| {
                    o.product == product && o.market == event.market && span.contains(&o.at)
                })
                .count() as f64
                / f64::from(to - from)
        };
        let top = event.peak() + event.echo.expect("echo").lag;
        assert!(sold(top - 3, (top + 4).min(90)) > sold(0, event.onset) * 1.5);
    }
}
