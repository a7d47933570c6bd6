//! The four markets: who lives there, when they write, what they like.

use super::catalogue::SKUS;
use super::dice::Dice;

/// One feed of a social site: the part of a market that it shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feed {
    /// The site.
    pub site: &'static str,
    /// The part of the site: a region or a room; empty where the site is one feed.
    pub room: &'static str,
    /// Share of the market's posts.
    pub share: f64,
}

/// A market of the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Market code.
    pub code: &'static str,
    /// Posts on an ordinary day, over all its feeds.
    pub posts: f64,
    /// Languages and their shares.
    pub languages: &'static [(&'static str, f64)],
    /// Its cities, as its languages write them; `*` for every other language.
    pub cities: &'static [(&'static str, &'static [&'static str])],
    /// Its social feeds.
    pub feeds: &'static [Feed],
    /// The site with its best-seller list.
    pub shop: &'static str,
    /// Hours ahead of UTC.
    pub utc_h: i64,
    /// Factor on volume, Monday first.
    pub week: [f64; 7],
    /// Units of the currency for a US dollar, and the step prices are rounded to.
    pub money: (f64, f64),
    /// The seller's own orders on an ordinary day.
    pub orders: f64,
}

/// The four markets.
pub const PLACES: [Place; 4] = [
    Place {
        code: "us",
        posts: 220.0,
        languages: &[("en", 0.82), ("es", 0.14), ("zh", 0.04)],
        cities: &[
            (
                "*",
                &[
                    "Seattle",
                    "Denver",
                    "Pittsburgh",
                    "Austin",
                    "Boston",
                    "Queens",
                    "Houston",
                    "Miami",
                    "El Paso",
                    "Chicago",
                    "Phoenix",
                    "San Diego",
                ],
            ),
            ("zh", &["法拉盛", "湾区", "西雅图", "休斯顿", "尔湾"]),
        ],
        feeds: &[Feed {
            site: "plaza",
            room: "us",
            share: 1.0,
        }],
        shop: "bestmart",
        utc_h: -5,
        week: [1.02, 1.0, 1.0, 1.03, 1.04, 0.97, 0.94],
        money: (1.0, 0.0),
        orders: 60.0,
    },
    Place {
        code: "de",
        posts: 180.0,
        languages: &[("de", 0.8), ("tr", 0.12), ("en", 0.08)],
        cities: &[(
            "*",
            &[
                "Köln",
                "Leipzig",
                "Hannover",
                "Kassel",
                "Bremen",
                "Stuttgart",
                "Dresden",
                "Duisburg",
                "Nürnberg",
                "Mannheim",
                "Berlin",
            ],
        )],
        feeds: &[
            Feed {
                site: "stammtisch",
                room: "",
                share: 0.55,
            },
            Feed {
                site: "plaza",
                room: "de",
                share: 0.45,
            },
        ],
        shop: "toplist",
        utc_h: 1,
        week: [1.05, 1.04, 1.0, 1.0, 0.94, 0.93, 1.04],
        money: (0.93, 0.0),
        orders: 45.0,
    },
    Place {
        code: "jp",
        posts: 170.0,
        languages: &[("ja", 0.95), ("zh", 0.03), ("en", 0.02)],
        cities: &[
            ("*", &["Tokyo", "Osaka", "Sendai", "Fukuoka", "Nagoya"]),
            (
                "ja",
                &[
                    "横浜",
                    "大阪",
                    "仙台",
                    "福岡",
                    "名古屋",
                    "札幌",
                    "吉祥寺",
                    "神戸",
                ],
            ),
            ("zh", &["东京", "大阪", "池袋", "横滨"]),
        ],
        feeds: &[Feed {
            site: "minato",
            room: "jp",
            share: 1.0,
        }],
        shop: "bestmart",
        utc_h: 9,
        week: [0.96, 0.97, 0.97, 0.98, 1.02, 1.08, 1.02],
        money: (149.0, 10.0),
        orders: 40.0,
    },
    Place {
        code: "id",
        posts: 170.0,
        languages: &[("id", 0.88), ("en", 0.1), ("zh", 0.02)],
        cities: &[
            (
                "*",
                &[
                    "Bandung", "Surabaya", "Bogor", "Medan", "Jogja", "Depok", "Semarang",
                    "Makassar",
                ],
            ),
            ("zh", &["雅加达", "泗水", "棉兰"]),
        ],
        feeds: &[
            Feed {
                site: "warung",
                room: "",
                share: 0.5,
            },
            Feed {
                site: "plaza",
                room: "id",
                share: 0.5,
            },
        ],
        shop: "toplist",
        utc_h: 7,
        week: [1.0, 0.98, 1.0, 1.0, 0.96, 1.02, 1.04],
        money: (15_800.0, 1_000.0),
        orders: 40.0,
    },
];

impl Place {
    /// A US-dollar price in the market's money, as a shop rounds it.
    pub fn price(&self, usd: f64) -> f64 {
        let (rate, step) = self.money;
        if step > 0.0 {
            (usd * rate / step).round() * step
        } else {
            (usd * rate).floor() + 0.99
        }
    }

    /// A price as people there write it.
    pub fn price_text(&self, price: f64) -> String {
        match self.code {
            "us" => format!("${price:.2}"),
            "de" => format!("{price:.2} €").replace('.', ","),
            "jp" => format!("{}円", grouped(price, ',')),
            _ => format!("Rp{}", grouped(price, '.')),
        }
    }

    /// A city of the market, as a language writes it.
    pub fn city(&self, language: &str, dice: &mut Dice) -> &'static str {
        let named = |wanted: &str| self.cities.iter().find(|(held, _)| *held == wanted);
        named(language)
            .or_else(|| named("*"))
            .and_then(|(_, cities)| dice.pick(cities))
            .copied()
            .unwrap_or_default()
    }

    /// A UTC hour at which somebody there writes: few at night, most in the evening.
    pub fn hour(&self, dice: &mut Dice) -> i64 {
        const LOCAL: [f64; 24] = [
            2.0, 1.0, 0.6, 0.4, 0.4, 0.8, 2.0, 4.0, 5.0, 4.5, 4.0, 4.5, 6.0, 5.0, 4.0, 4.0, 4.5,
            5.5, 6.5, 7.5, 8.5, 8.5, 7.0, 4.5,
        ];
        (dice.weighted(&LOCAL) as i64 - self.utc_h).rem_euclid(24)
    }
}

fn grouped(number: f64, mark: char) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// How much each product is talked about in a market, and how that drifts over the weeks.
#[derive(Debug, Clone)]
pub struct Taste {
    /// Share of product talk, by product; they add up to one.
    base: Vec<f64>,
    /// Logarithm of the drift, by week and product.
    drift: Vec<Vec<f64>>,
}

impl Taste {
    /// The taste of a market over so many days.
    pub fn new(seed: u64, place: &Place, days: i32) -> Taste {
        let mut dice = Dice::new(seed, &format!("taste {}", place.code));
        let mut order: Vec<usize> = (0..SKUS).collect();
        dice.shuffle(&mut order);
        let mut base = vec![0.0; SKUS];
        for (rank, product) in order.into_iter().enumerate() {
            if let Some(share) = base.get_mut(product) {
                *share = 1.0 / (rank as f64 + 3.0).powf(0.95);
            }
        }
        let total: f64 = base.iter().sum();
        base.iter_mut().for_each(|share| *share /= total);
        let mut drift = vec![vec![0.0; SKUS]];
        for _ in 0..=days.max(0) / 7 + 1 {
            let next = drift
                .last()
                .into_iter()
                .flatten()
                .map(|log: &f64| 0.93 * log + 0.1 * dice.normal())
                .collect();
            drift.push(next);
        }
        Taste { base, drift }
    }

    /// The weight of each product on a day.
    pub fn on(&self, day: i32) -> Vec<f64> {
        let week = (day.max(0) / 7) as usize;
        let part = f64::from(day.max(0) % 7) / 7.0;
        self.base
            .iter()
            .enumerate()
            .map(|(product, share)| {
                let log = |week: usize| {
                    self.drift
                        .get(week)
                        .and_then(|logs| logs.get(product))
                        .copied()
                        .unwrap_or(0.0)
                };
                share * (log(week) * (1.0 - part) + log(week + 1) * part).exp()
            })
            .collect()
    }

    /// Products, most talked about first.
    pub fn ranked(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.base.len()).collect();
        order.sort_by(|a, b| {
            let share = |product: &usize| self.base.get(*product).copied().unwrap_or(0.0);
            share(b).total_cmp(&share(a)).then(a.cmp(b))
        });
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_languages_and_feeds_add_up_to_one() {
        for place in PLACES {
            let languages: f64 = place.languages.iter().map(|(_, share)| share).sum();
            let feeds: f64 = place.feeds.iter().map(|feed| feed.share).sum();
            assert!((languages - 1.0).abs() < 1e-9, "{}", place.code);
            assert!((feeds - 1.0).abs() < 1e-9, "{}", place.code);
            let week: f64 = place.week.iter().sum();
            assert!((week - 7.0).abs() < 0.03, "{}: {week}", place.code);
        }
    }

    #[test]
    fn prices_are_written_as_each_market_writes_them() {
        let texts = PLACES.map(|place| place.price_text(place.price(49.99)));
        assert_eq!(texts, ["$49.99", "46,99 €", "7,450円", "Rp790.000"]);
    }

    #[test]
    fn taste_drifts_slowly_and_stays_long_tailed() {
        let taste = Taste::new(1, &PLACES[0], 90);
        let top = taste.ranked()[0];
        let share = |day| taste.on(day)[top];
        assert!(share(0) > 0.05);
        for day in 1..90 {
            let change = share(day) / share(day - 1);
            assert!((0.85..1.18).contains(&change), "day {day}: {change}");
        }
    }
}
