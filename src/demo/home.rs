//! The home folder of the demo, as a seller would have it: settings, catalogue, stock, order
//! exports, readers, and one source file for each site.

use super::world::World;
use super::world::place::PLACES;
use super::world::posts::start_of;
use super::world::truth;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder with this file was made by the demo and may be made anew.
const MARK: &str = ".made-by-the-demo";

/// The source files, by name; `PORT_OF_site` stands for the address of a site.
const SOURCES: [(&str, &str); 7] = [
    ("plaza", include_str!("sources/plaza.toml")),
    ("minato", include_str!("sources/minato.toml")),
    ("stammtisch", include_str!("sources/stammtisch.toml")),
    ("warung", include_str!("sources/warung.toml")),
    ("bestmart", include_str!("sources/bestmart.toml")),
    ("toplist", include_str!("sources/toplist.toml")),
    (
        "toplist-reviews",
        include_str!("sources/toplist-reviews.toml"),
    ),
];

/// What is watched: source, query, market, and whether twice a day or once.
const WATCHES: [(&str, &str, &str, bool); 13] = [
    ("plaza", "us", "us", true),
    ("plaza", "de", "de", true),
    ("plaza", "id", "id", true),
    ("minato", "jp", "jp", true),
    ("stammtisch", "", "de", true),
    ("warung", "", "id", true),
    ("bestmart", "us", "us", false),
    ("bestmart", "jp", "jp", false),
    // robots.txt forbids it: it must show as refused, and must never be asked for.
    ("bestmart", "clearance", "us", false),
    ("toplist", "de", "de", false),
    ("toplist", "id", "id", false),
    ("toplist-reviews", "de", "de", false),
    ("toplist-reviews", "id", "id", false),
];

/// Why the home folder could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something else lies there.
    #[error(
        "`{path}` is not empty and was not made by the demo\nhint: choose another folder with --keep DIR"
    )]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// A file could not be written.
    #[error(
        "cannot write `{path}`: {source}\nhint: choose a folder you may write to with --keep DIR"
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A home folder of the demo.
#[derive(Debug, Clone)]
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// Make the folder, with everything but orders. A folder of an earlier demo is emptied first;
    /// any other that is not empty is refused. `hosts` gives `host:port` of each site.
    ///
    /// # Errors
    /// [`Error`].
    pub fn make(
        path: &Path,
        world: &World,
        hosts: &BTreeMap<&'static str, String>,
    ) -> Result<Home, Error> {
        let home = Home {
            path: path.to_owned(),
        };
        home.clear()?;
        home.write(
            MARK,
            "This folder was made by `groundswell demo`, which may empty it.\n",
        )?;
        home.write("groundswell.toml", &settings(world, hosts))?;
        home.write("catalogue.csv", &catalogue(world))?;
        home.write("stock.csv", &stock(world))?;
        home.write("subscribers.toml", READERS)?;
        for (name, text) in SOURCES {
            let mut text = text.to_owned();
            for (site, host) in hosts {
                text = text.replace(&format!("PORT_OF_{site}"), host);
            }
            home.write(&format!("sources/{name}.toml"), &text)?;
        }
        // A fixed key, so that the same seed gives the same pseudonyms: nobody real is behind
        // them.
        let key = blake3::hash(format!("pseudonyms of world {}", world.seed).as_bytes());
        home.write("data/author.key", &format!("{}\n", key.to_hex()))?;
        Ok(home)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Write the order export of a day; returns its path.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn export_orders(&self, world: &World, day: i32) -> Result<PathBuf, Error> {
        let (from, to) = (start_of(day), start_of(day + 1));
        let mut text = String::from("time,sku,market,customer,quantity,price,currency\n");
        for order in world
            .orders
            .iter()
            .filter(|order| (from..to).contains(&order.at))
        {
            let Some(product) = world.catalogue.products.get(order.product) else {
                continue;
            };
            let currency = crate::record::Market::parse(order.market)
                .and_then(|market| market.info())
                .map_or("", |info| info.currency);
            let time = Timestamp::from_second(order.at).unwrap_or_default();
            let _ = writeln!(
                text,
                "{time},{},{},{},{},{:.2},{currency}",
                product.sku, order.market, order.customer, order.quantity, order.price
            );
        }
        self.write(&format!("orders/{}.csv", truth::day(day)), &text)
    }

    fn clear(&self) -> Result<(), Error> {
        let failed = |source| Error::Write {
            path: self.path.clone(),
            source,
        };
        let first = fs::read_dir(&self.path).map(|mut files| files.next().is_some());
        match first {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(failed(source)),
            Ok(false) => Ok(()),
            Ok(true) if self.path.join(MARK).is_file() => {
                fs::remove_dir_all(&self.path).map_err(failed)
            }
            Ok(true) => Err(Error::Occupied {
                path: self.path.clone(),
            }),
        }
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text));
        match written {
            Ok(()) => Ok(path),
            Err(source) => Err(Error::Write { path, source }),
        }
    }
}

const READERS: &str = "\
# Who gets the report. These readers are made up, and no mail is sent: [mail] has no host.

[[subscriber]]
name = \"Buyer\"
address = \"buyer@example.com\"
language = \"zh\"

[[subscriber]]
name = \"Analyst\"
address = \"analyst@example.com\"
language = \"en\"
markets = [\"us\", \"de\"]
";

fn settings(world: &World, hosts: &BTreeMap<&'static str, String>) -> String {
    let private: Vec<String> = hosts.values().map(|host| format!("\"{host}\"")).collect();
    let mut text = format!(
        "# Settings of the demo's world, seed {}. The sites it names live only while the demo runs.\n\n\
         [crawl]\n\
         contact = \"demo@example.com\"\n\
         # One site after the other, so that two runs of a world are the same to the byte.\n\
         hosts_at_once_max = 1\n\
         host_pause_ms = 1000\n\
         # The sites of the demo are on this machine.\n\
         private_hosts = [{}]\n\n\
         [report]\n\
         title = \"Groundswell demo\"\n\
         language = \"en\"\n\
         days = 21\n",
        world.seed,
        private.join(", ")
    );
    for (source, query, market, often) in WATCHES {
        let schedule = if often { "0 */12 * * *" } else { "0 12 * * *" };
        let _ = write!(text, "\n[[watch]]\nsource = \"{source}\"\n");
        if !query.is_empty() {
            let _ = writeln!(text, "queries = [\"{query}\"]");
        }
        let _ = write!(
            text,
            "market = \"{market}\"\nschedule = \"{schedule}\"\nzone = \"UTC\"\n"
        );
    }
    text
}

/// A field of a CSV file.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn catalogue(world: &World) -> String {
    let mut text =
        String::from("sku,name,brand,line,models,category,aliases,aliases_ja,aliases_zh\n");
    for product in &world.catalogue.products {
        let aliases = product.aliases();
        let named = |language: &str| {
            aliases
                .get(language)
                .map_or(String::new(), |list| list.join("|"))
        };
        let row = [
            &product.sku,
            &product.name(),
            &product.brand,
            &product.line,
            &product.model,
            &product.category,
            &named("*"),
            &named("ja"),
            &named("zh"),
        ]
        .map(|field| cell(field));
        text.push_str(&row.join(","));
        text.push('\n');
    }
    text
}

fn stock(world: &World) -> String {
    let mut text = String::from(
        "sku,market,on_hand,inbound,inbound_on,production_days,freight_days,receiving_days,spread_days,moq,carton,unit_cost,counted_on\n",
    );
    for level in &world.stock {
        let or_empty = |number: Option<String>| number.unwrap_or_default();
        let Some(lead) = level.lead else { continue };
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{},{},{},{},{},{}",
            level.sku,
            level.market,
            level.on_hand,
            level.inbound,
            or_empty(level.inbound_on.map(|day| day.to_string())),
            lead.production_days,
            lead.freight_days,
            lead.receiving_days,
            lead.spread_days,
            or_empty(level.moq.map(|units| units.to_string())),
            or_empty(level.carton.map(|units| units.to_string())),
            or_empty(level.unit_cost.map(|cost| format!("{cost:.2}"))),
            level.counted_on,
        );
    }
    text
}

/// Sources that are read in a round, each host's together and in a fixed order.
pub fn rounds() -> (Vec<&'static str>, Vec<&'static str>) {
    let named = |often: bool| {
        let mut names: Vec<&'static str> = WATCHES
            .iter()
            .filter(|(_, _, _, twice)| *twice == often)
            .map(|(source, ..)| *source)
            .collect();
        names.dedup();
        names
    };
    let mut shops = named(false);
    shops.sort_unstable();
    shops.dedup();
    (named(true), shops)
}

/// The markets of the demo.
pub fn markets() -> Vec<&'static str> {
    PLACES.iter().map(|place| place.code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> BTreeMap<&'static str, String> {
        super::super::site::SITES
            .iter()
            .zip(4_000..)
            .map(|(site, port)| (site.name, format!("127.0.0.1:{port}")))
            .collect()
    }

    #[test]
    fn the_home_folder_is_one_that_the_program_accepts() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("home");
        let world = World::new(1, 10).expect("world");
        Home::make(&path, &world, &hosts()).expect("home");
        let config = crate::config::load(&path).expect("settings");
        assert_eq!(config.watches.len(), WATCHES.len());
        assert_eq!(config.crawl.private_hosts.len(), 6);
        for (name, _) in SOURCES {
            let text = fs::read_to_string(path.join(format!("sources/{name}.toml"))).expect("file");
            assert!(
                !text.contains("PORT_OF_") || text.matches("PORT_OF_").count() == 1,
                "{name}"
            );
        }
    }

    #[test]
    fn only_a_folder_of_the_demo_is_emptied() {
        let folder = tempfile::tempdir().expect("folder");
        let world = World::new(1, 10).expect("world");
        let path = folder.path().join("mine");
        fs::create_dir(&path).expect("folder");
        fs::write(path.join("letter.txt"), "dear").expect("file");
        let refused = Home::make(&path, &world, &hosts());
        assert!(matches!(refused, Err(Error::Occupied { .. })));
        assert!(path.join("letter.txt").exists());
        let ours = folder.path().join("ours");
        Home::make(&ours, &world, &hosts()).expect("first");
        fs::write(ours.join("data/old"), "x").expect("file");
        Home::make(&ours, &world, &hosts()).expect("second");
        assert!(!ours.join("data/old").exists());
    }

    #[test]
    fn orders_are_exported_day_by_day_without_loss() {
        let folder = tempfile::tempdir().expect("folder");
        let world = World::new(1, 5).expect("world");
        let home = Home::make(&folder.path().join("h"), &world, &hosts()).expect("home");
        let mut lines = 0;
        for day in 0..5 {
            let path = home.export_orders(&world, day).expect("file");
            lines += fs::read_to_string(path).expect("text").lines().count() - 1;
        }
        assert_eq!(lines, world.orders.len());
    }
}
