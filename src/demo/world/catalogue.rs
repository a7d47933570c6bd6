//! The seller's 200 made-up products, and the way people write their names.

use super::dice::Dice;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How many SKUs the seller has.
pub const SKUS: usize = 200;
/// SKUs of a category: 8 × 25 = 200.
const PER_CATEGORY: usize = 25;
/// Variants of a line beside the plain one.
const VARIANTS: [&str; 5] = ["Pro", "Mini", "2", "Max", "Lite"];

/// The language code → word table of the data file.
pub type Words = BTreeMap<String, String>;

#[derive(Debug, Deserialize)]
struct Data {
    brands: Vec<String>,
    rivals: Vec<String>,
    category: Vec<CategoryData>,
}

#[derive(Debug, Deserialize)]
struct CategoryData {
    name: String,
    price: [f64; 2],
    types: Vec<Words>,
    lines: Vec<(String, String, String, usize)>,
}

/// A product of the seller.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// The seller's code.
    pub sku: String,
    /// Brand.
    pub brand: String,
    /// Line with its variant: `AirLoop Pro`.
    pub line: String,
    /// The line alone: `AirLoop`.
    pub family: String,
    /// Variant, empty for the plain model.
    pub variant: String,
    /// Model code: `AL-310`.
    pub model: String,
    /// Category.
    pub category: String,
    /// What it is, by language.
    pub kind: Words,
    /// Name in katakana, variant included.
    pub kana: String,
    /// Name in Chinese, variant included.
    pub hanzi: String,
    /// Price in US dollars.
    pub usd: f64,
    /// The line is also an ordinary word.
    pub common: bool,
}

impl Product {
    /// The name a shop shows: brand, line, model.
    pub fn name(&self) -> String {
        format!("{} {} {}", self.brand, self.line, self.model)
    }

    /// What it is, in a language; English where the language has no word.
    pub fn kind_in(&self, language: &str) -> &str {
        self.kind
            .get(language)
            .or_else(|| self.kind.get("en"))
            .map_or("", String::as_str)
    }

    /// Names people may use, by language, as the seller would write them down: not every typo
    /// and shortening of the posts is among them.
    pub fn aliases(&self) -> BTreeMap<String, Vec<String>> {
        let any = vec![
            self.line.clone(),
            self.model.clone(),
            self.model.replace('-', ""),
        ];
        BTreeMap::from([
            ("*".to_owned(), any),
            ("ja".to_owned(), vec![self.kana.clone()]),
            ("zh".to_owned(), vec![self.hanzi.clone()]),
        ])
    }

    /// The name as one writer types it in a language.
    pub fn spoken(&self, language: &str, dice: &mut Dice) -> String {
        let roll = dice.unit();
        match language {
            "ja" if roll < 0.5 => self.kana.clone(),
            "zh" if roll < 0.55 => self.hanzi.clone(),
            _ if self.common && roll < 0.75 => format!("{} {}", self.brand, self.line),
            _ => match dice.weighted(&[44.0, 16.0, 7.0, 16.0, 5.0, 12.0]) {
                0 => self.line.clone(),
                1 => format!("{} {}", self.brand, self.line),
                2 => self.model.clone(),
                3 => self.line.to_lowercase(),
                4 => self.model.replace('-', "").to_lowercase(),
                _ => self.written_loosely(dice),
            },
        }
    }

    /// With a typo, in one word, or as a hashtag.
    fn written_loosely(&self, dice: &mut Dice) -> String {
        match dice.below(3) {
            0 => format!("#{}", self.line.replace(' ', "").to_lowercase()),
            1 => self.line.replace(' ', "-"),
            _ => {
                let mut letters: Vec<char> = self.line.chars().collect();
                if letters.len() > 4 {
                    let place = 1 + dice.below(letters.len() - 3);
                    letters.swap(place, place + 1);
                }
                letters.into_iter().collect()
            }
        }
    }
}

/// A product of somebody else, that stands in the rankings and is named in posts.
#[derive(Debug, Clone, PartialEq)]
pub struct Rival {
    /// Brand.
    pub brand: String,
    /// Model name.
    pub model: String,
    /// What it is, by language.
    pub kind: Words,
    /// Price in US dollars.
    pub usd: f64,
}

/// The range of the seller and what else is on the market.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// The seller's products, by code.
    pub products: Vec<Product>,
    /// What others sell.
    pub rivals: Vec<Rival>,
}

/// Lines that are ordinary words somewhere.
const COMMON: [&str; 17] = [
    "Pebble", "Ember", "Mint", "Breeze", "Cloud", "Tempo", "Scout", "Spark", "Anchor", "Orbit",
    "Drift", "Sora", "Kilat", "Deniz", "Feder", "Brisa", "小鹿",
];

impl Catalogue {
    /// The range of the world of `seed`.
    pub fn new(seed: u64) -> Result<Catalogue, toml::de::Error> {
        let data: Data = toml::from_str(include_str!("catalogue.toml"))?;
        let mut dice = Dice::new(seed, "catalogue");
        let mut products = Vec::with_capacity(SKUS);
        let mut rivals = Vec::new();
        for category in &data.category {
            range_of(category, &data.brands, &mut dice, &mut products);
            for kind in &category.types {
                for _ in 0..4 {
                    rivals.push(Rival {
                        brand: dice.pick(&data.rivals).cloned().unwrap_or_default(),
                        model: format!(
                            "{}{}{}",
                            char::from(b'A' + dice.below(26) as u8),
                            char::from(b'A' + dice.below(26) as u8),
                            dice.whole(2, 99) * 10
                        ),
                        kind: kind.clone(),
                        usd: price(&mut dice, category.price),
                    });
                }
            }
        }
        Ok(Catalogue { products, rivals })
    }
}

fn price(dice: &mut Dice, range: [f64; 2]) -> f64 {
    // Most things are cheap: the square keeps the upper end rare.
    (range[0] + (range[1] - range[0]) * dice.unit().powi(2)).floor() + 0.99
}

/// The 25 products of a category: each line once, then variants of some.
fn range_of(category: &CategoryData, brands: &[String], dice: &mut Dice, out: &mut Vec<Product>) {
    let mut plan: Vec<(usize, &str)> = (0..category.lines.len()).map(|line| (line, "")).collect();
    let mut free: Vec<(usize, &str)> = (0..category.lines.len())
        .flat_map(|line| VARIANTS.map(|variant| (line, variant)))
        .collect();
    dice.shuffle(&mut free);
    plan.extend(
        free.into_iter()
            .take(PER_CATEGORY.saturating_sub(plan.len())),
    );
    plan.sort_by_key(|(line, _)| *line);
    let makers: Vec<String> = category
        .lines
        .iter()
        .map(|_| dice.pick(brands).cloned().unwrap_or_default())
        .collect();
    let mut last_number = vec![0; category.lines.len()];
    for (line, variant) in plan.into_iter().take(PER_CATEGORY) {
        let Some((family, kana, hanzi, kind)) = category.lines.get(line) else {
            continue;
        };
        let brand = makers.get(line).cloned().unwrap_or_default();
        let initials: String = brand
            .chars()
            .take(1)
            .chain(family.chars().filter(char::is_ascii_alphanumeric).take(1))
            .chain(category.name.chars().take(1))
            .collect::<String>()
            .to_uppercase();
        let mut number = match last_number.get(line) {
            Some(0) | None => dice.whole(11, 89) * 10,
            Some(number) => number + 5,
        };
        while out
            .iter()
            .any(|other| other.model == format!("{initials}-{number}"))
        {
            number += 5;
        }
        if let Some(place) = last_number.get_mut(line) {
            *place = number;
        }
        let join = |name: &str| match variant {
            "" => name.to_owned(),
            variant => format!("{name} {variant}"),
        };
        out.push(Product {
            sku: format!("{}{:03}", category.name[..2].to_uppercase(), out.len() + 1),
            line: join(family),
            family: family.clone(),
            variant: variant.to_owned(),
            model: format!("{initials}-{number}"),
            category: category.name.clone(),
            kind: category.types.get(*kind).cloned().unwrap_or_default(),
            kana: join(kana),
            hanzi: join(hanzi),
            usd: price(dice, category.price),
            common: variant.is_empty() && COMMON.contains(&family.as_str()),
            brand,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_world_has_two_hundred_products_with_their_own_codes_and_names() {
        for seed in 0..20 {
            let catalogue = Catalogue::new(seed).expect("data file");
            assert_eq!(catalogue.products.len(), SKUS);
            let distinct = |name: fn(&Product) -> String| {
                catalogue
                    .products
                    .iter()
                    .map(name)
                    .collect::<BTreeSet<_>>()
                    .len()
            };
            assert_eq!(distinct(|p| p.sku.clone()), SKUS, "codes of seed {seed}");
            assert_eq!(distinct(|p| p.line.clone()), SKUS, "lines of seed {seed}");
            assert_eq!(distinct(|p| p.model.clone()), SKUS, "models of seed {seed}");
            assert_eq!(distinct(|p| p.kana.clone()), SKUS, "kana of seed {seed}");
            assert_eq!(distinct(|p| p.hanzi.clone()), SKUS, "hanzi of seed {seed}");
        }
    }

    #[test]
    fn every_type_has_a_word_in_all_seven_languages() {
        let data: Data = toml::from_str(include_str!("catalogue.toml")).expect("data file");
        for category in &data.category {
            assert!(category.lines.len() <= PER_CATEGORY);
            for kind in &category.types {
                for language in super::super::text::LANGUAGES {
                    assert!(kind.contains_key(*language), "{language}: {kind:?}");
                }
            }
            for line in &category.lines {
                assert!(line.3 < category.types.len(), "{line:?}");
            }
        }
    }
}
