//! What is written on a day in a market: daily life, product talk, and what events add.

use super::catalogue::{Catalogue, Product};
use super::dice::Dice;
use super::people::People;
use super::place::{Feed, Place, Taste};
use super::text::{Mood, Names, Voice, Voices};
use super::truth::{self, Event, Target, Truth, What};

/// Share of ordinary posts that talk about a product.
const TALK_SHARE: f64 = 0.3;
/// Share of product talk that is about somebody else's product.
const OTHERS_SHARE: f64 = 0.22;
/// Share of ordinary posts that use a product's name in its ordinary sense.
const ORDINARY_SHARE: f64 = 0.015;
/// Variance over mean of daily counts.
const DISPERSION: f64 = 1.35;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

/// A post as its site holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Id on its site, ascending with time; larger than a double can hold exactly.
    pub id: u64,
    /// Unix seconds.
    pub at: i64,
    /// Name of the writer.
    pub writer: String,
    /// Language of the text.
    pub language: &'static str,
    /// Text.
    pub text: String,
    /// The post it answers.
    pub thread: Option<u64>,
    /// When it was deleted.
    pub gone_at: Option<i64>,
    /// Likes.
    pub likes: usize,
}

/// What the writer of a market draws from.
pub struct Scene<'a> {
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

impl Scene<'_> {
    /// All posts of a day, by feed, in order of time, without ids.
    pub fn day(&self, day: i32) -> Vec<Vec<Post>> {
        let mut feeds = Vec::with_capacity(self.place.feeds.len());
        for feed in self.place.feeds {
            let name = format!(
                "posts {} {} {} {day}",
                self.place.code, feed.site, feed.room
            );
            let mut dice = Dice::new(self.seed, &name);
            let mut posts = Vec::new();
            if !self.is_down(feed.site, day) {
                self.ordinary_posts(feed, day, &mut dice, &mut posts);
                for (index, event) in self.truth.events.iter().enumerate() {
                    if event.market == self.place.code && event.posts(day) >= 0.02 {
                        self.event_posts(feed, day, index, event, &mut posts);
                    }
                }
            }
            posts.sort_by_key(|post| post.at);
            feeds.push(posts);
        }
        feeds
    }

    /// Nobody can write on a site that is down.
    fn is_down(&self, site: &str, day: i32) -> bool {
        self.truth.events.iter().any(|event| {
            event.what == What::Outage
                && event.interest(day) > 0.0
                && matches!(event.target, Target::Site(name) if name == site)
        })
    }

    /// How much more than usual is written because of a sales day, 0 on ordinary days.
    fn rush(&self, day: i32) -> f64 {
        self.truth
            .events
            .iter()
            .filter(|event| event.what == What::Holiday && event.market == self.place.code)
            .map(|event| match (event.onset + 2 - day).abs() {
                0 => 0.5,
                1 => 0.25,
                2 => 0.1,
                _ => 0.0,
            })
            .fold(0.0, f64::max)
    }

    fn ordinary_posts(&self, feed: &Feed, day: i32, dice: &mut Dice, posts: &mut Vec<Post>) {
        let weekday = truth::day(day).weekday();
        let week = self.place.week.get(weekday).copied().unwrap_or(1.0);
        let rush = self.rush(day);
        let mean = self.place.posts * feed.share * week * (1.0 + rush);
        let count = dice.crowd(mean, 1.0 + mean / 120.0);
        let weights = self.taste.on(day);
        let people = People::new(
            self.seed,
            feed.site,
            feed.room,
            self.place.posts * feed.share,
        );
        for _ in 0..count {
            let Some(voice) = self.voice(dice) else {
                continue;
            };
            let somewhere = Names {
                city: self.place.city(voice.language(), dice).to_owned(),
                ..Names::default()
            };
            let roll = dice.unit();
            let text = if roll < TALK_SHARE {
                let product = dice.weighted(&weights);
                self.background_talk(voice, product, dice)
            } else if roll < TALK_SHARE + ORDINARY_SHARE {
                voice
                    .ordinary(&somewhere, dice)
                    .unwrap_or_else(|| voice.chatter(&somewhere, dice))
            } else if dice.chance(rush * 0.5) {
                voice.talk(Mood::Rush, &somewhere, dice)
            } else {
                voice.chatter(&somewhere, dice)
            };
            posts.push(self.post(day, voice, text, people.anybody(dice), dice));
        }
    }

    /// A post at an hour of the day.
    fn post(&self, day: i32, voice: &Voice, text: String, writer: String, dice: &mut Dice) -> Post {
        let hour = self.place.hour(dice);
        Post {
            id: 0,
            at: start_of(day) + hour * HOUR_S + dice.whole(0, HOUR_S - 1),
            writer,
            language: voice.language(),
            text,
            thread: None,
            gone_at: None,
            likes: (dice.unit().powi(6) * 60.0) as usize,
        }
    }

    fn voice(&self, dice: &mut Dice) -> Option<&Voice> {
        let shares: Vec<f64> = self
            .place
            .languages
            .iter()
            .map(|(_, share)| *share)
            .collect();
        let (language, _) = self.place.languages.get(dice.weighted(&shares))?;
        self.voices.of(language)
    }

    fn background_talk(&self, voice: &Voice, product: usize, dice: &mut Dice) -> String {
        const MOODS: [Mood; 6] = [
            Mood::Praise,
            Mood::Gripe,
            Mood::Question,
            Mood::Wish,
            Mood::Compare,
            Mood::Plain,
        ];
        if dice.chance(OTHERS_SHARE) {
            let names = self.names(voice, None, dice);
            return voice.talk(Mood::Other, &names, dice);
        }
        let mood = MOODS[dice.weighted(&[30.0, 17.0, 17.0, 12.0, 8.0, 16.0]).min(5)];
        let names = self.names(voice, self.catalogue.products.get(product), dice);
        voice.talk(mood, &names, dice)
    }

    /// Words for the slots of a frame about a product; without one, about a rival's.
    fn names(&self, voice: &Voice, product: Option<&Product>, dice: &mut Dice) -> Names {
        let language = voice.language();
        let rival = dice.pick(&self.catalogue.rivals);
        let same_shelf: Vec<&Product> = self
            .catalogue
            .products
            .iter()
            .filter(|other| {
                product.is_some_and(|p| p.category == other.category && p.sku != other.sku)
            })
            .collect();
        let rival_name = rival
            .map(|r| format!("{} {}", r.brand, r.model))
            .unwrap_or_default();
        let other = match dice.pick(&same_shelf) {
            Some(other) if dice.chance(0.5) => other.spoken(language, dice),
            _ => rival_name,
        };
        let usd = product
            .map(|p| p.usd)
            .or(rival.map(|r| r.usd))
            .unwrap_or(20.0);
        let kind = match product {
            Some(product) => product.kind_in(language).to_owned(),
            None => rival
                .and_then(|r| r.kind.get(language).or_else(|| r.kind.get("en")))
                .cloned()
                .unwrap_or_default(),
        };
        Names {
            p: product
                .map(|p| p.spoken(language, dice))
                .unwrap_or_default(),
            p2: dice
                .pick(&same_shelf)
                .map(|p| p.spoken(language, dice))
                .unwrap_or_default(),
            q: other,
            kind,
            price: self.place.price_text(self.place.price(usd)),
            fault: String::new(),
            city: self.place.city(language, dice).to_owned(),
        }
    }

    fn event_posts(
        &self,
        feed: &Feed,
        day: i32,
        index: usize,
        event: &Event,
        posts: &mut Vec<Post>,
    ) {
        let name = format!("event {index} {} {} {day}", feed.site, feed.room);
        let mut dice = Dice::new(self.seed, &name);
        let count = dice.crowd(event.posts(day) * feed.share, DISPERSION);
        let people = People::new(
            self.seed,
            feed.site,
            feed.room,
            self.place.posts * feed.share,
        );
        let bot_start = start_of(day) + Dice::new(self.seed, &name).whole(6, 17) * HOUR_S;
        for _ in 0..count {
            // A bot writes in the main language of its market.
            let voice = match event.what {
                What::BotBurst => self
                    .place
                    .languages
                    .first()
                    .and_then(|(language, _)| self.voices.of(language)),
                _ => self.voice(&mut dice),
            };
            let Some(voice) = voice else { continue };
            let text = self.event_text(voice, index, event, &mut dice);
            if event.what == What::BotBurst {
                let writer = people.fresh(&mut dice);
                let mut post = self.post(day, voice, text, writer, &mut dice);
                post.at = bot_start + dice.whole(0, 4 * HOUR_S);
                post.gone_at = dice.chance(0.55).then_some(post.at + HOUR_S);
                posts.push(post);
            } else {
                posts.push(self.post(day, voice, text, people.anybody(&mut dice), &mut dice));
            }
        }
    }

    fn event_text(&self, voice: &Voice, index: usize, event: &Event, dice: &mut Dice) -> String {
        let moods: &[(Mood, f64)] = match event.what {
            What::Hit | What::Spread | What::Newcomer => &[
                (Mood::Buzz, 55.0),
                (Mood::Praise, 14.0),
                (Mood::Wish, 10.0),
                (Mood::Question, 12.0),
                (Mood::Plain, 9.0),
            ],
            What::BotBurst => &[(Mood::Bot, 1.0)],
            What::Giveaway => &[(Mood::Giveaway, 1.0)],
            What::PriceWar => &[
                (Mood::Bargain, 70.0),
                (Mood::Plain, 10.0),
                (Mood::Wish, 10.0),
                (Mood::Question, 10.0),
            ],
            What::Holiday => &[
                (Mood::Present, 60.0),
                (Mood::Plain, 12.0),
                (Mood::Praise, 12.0),
                (Mood::Wish, 16.0),
            ],
            What::Crisis => &[
                (Mood::Crisis, 82.0),
                (Mood::Gripe, 10.0),
                (Mood::Question, 8.0),
            ],
            What::Outage | What::Redesign => return String::new(),
        };
        let weights: Vec<f64> = moods.iter().map(|(_, weight)| *weight).collect();
        let mood = moods
            .get(dice.weighted(&weights))
            .map_or(Mood::Plain, |(mood, _)| *mood);
        let product = match &event.target {
            Target::Product(product) => self.catalogue.products.get(*product),
            _ => None,
        };
        let mut names = self.names(voice, product, dice);
        match (&event.target, product) {
            (Target::Thing(thing), _) => {
                names.p = thing.clone();
                names.kind = thing.clone();
            }
            (_, Some(product)) => {
                names.fault = voice.fault(&product.category, index);
                if event.what == What::PriceWar {
                    let price = self.place.price(product.usd * super::shelf::WAR_PRICE);
                    names.price = self.place.price_text(price);
                }
                if event.what == What::BotBurst {
                    names.p = product.line.clone();
                }
            }
            _ => {}
        }
        let mut text = voice.talk(mood, &names, dice);
        if event.what == What::BotBurst && dice.chance(0.6) {
            let tail = [" 🔥", " ✨✨", "!", "!!", " 💯", " 👉"];
            text.push_str(dice.pick(&tail).copied().unwrap_or_default());
        }
        text
    }
}

/// Unix second at which a simulated day begins.
pub fn start_of(day: i32) -> i64 {
    i64::from(truth::day(day).0) * DAY_S
}

/// Number the posts of a feed and let some of them answer an earlier one. Posts must be in order
/// of time.
pub fn number(seed: u64, feed: &Feed, posts: &mut [Post]) {
    let mut dice = Dice::new(seed, &format!("threads {} {}", feed.site, feed.room));
    // Two feeds of a site must not share an id.
    let room = feed
        .room
        .bytes()
        .fold(0_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 61);
    let mut last = 0;
    for index in 0..posts.len() {
        let answered = (index > 30 && dice.chance(0.15))
            .then(|| posts.get(index - 1 - dice.below(30)))
            .flatten()
            .map(|other| other.thread.unwrap_or(other.id));
        if let Some(post) = posts.get_mut(index) {
            post.id = ((post.at as u64 * 1_000) << 16 | room << 8).max(last + 1);
            post.thread = answered;
            last = post.id;
        }
    }
}
