use super::shape::{self, FIELDS, folded, is_used, needed};
use super::speaker::Speaker;
use super::{Error, Row, parse_time};
use crate::config::{Plan, SPOKEN, Shape, kind_named};
use crate::record::{AuthorKey, Counts, Kind, Market, Price, Record};
use std::collections::{BTreeMap, HashMap};

/// Turns rows into records.
pub struct Converter<'a> {
    plan: &'a Plan,
    authors: &'a AuthorKey,
    /// Field → places in the row, most telling first. Rows of one NDJSON may differ, and the first
    /// place that holds something counts.
    places: BTreeMap<&'static str, Vec<usize>>,
    columns: usize,
    /// Whether every column must be there from the start.
    strict: bool,
    /// How often a row without an id was met: two equal order lines are two sales.
    twins: HashMap<u64, u32>,
    unknown_markets: BTreeMap<String, u64>,
}

impl<'a> Converter<'a> {
    /// A converter for a file with these columns.
    ///
    /// # Errors
    /// [`Error::NoColumn`] when a needed field, or a column named in the plan, is not there.
    pub fn new(plan: &'a Plan, authors: &'a AuthorKey, columns: &[String]) -> Result<Self, Error> {
        let mut converter = Converter {
            strict: true,
            ..Converter::of_any(plan, authors)
        };
        converter.learn(columns)?;
        for group in needed(plan.shape) {
            if !group
                .iter()
                .any(|field| converter.places.contains_key(field))
            {
                let field = group.first().copied().unwrap_or("row");
                return Err(Error::NoColumn {
                    field,
                    found: listed(columns),
                });
            }
        }
        Ok(converter)
    }

    /// A converter for rows that may each have other columns: what a row lacks is told of that row.
    pub fn of_any(plan: &'a Plan, authors: &'a AuthorKey) -> Self {
        Converter {
            plan,
            authors,
            places: BTreeMap::new(),
            columns: 0,
            strict: false,
            twins: HashMap::new(),
            unknown_markets: BTreeMap::new(),
        }
    }

    /// Find the fields among the columns. NDJSON may bring new columns in later rows.
    fn learn(&mut self, columns: &[String]) -> Result<(), Error> {
        self.columns = columns.len();
        let names: Vec<String> = columns.iter().map(|column| folded(column)).collect();
        for field in FIELDS
            .iter()
            .filter(|field| is_used(field.name, self.plan.shape))
        {
            let places: Vec<usize> = match self.plan.columns.get(field.name) {
                Some(column) => {
                    let wanted = folded(column);
                    let place = names.iter().position(|name| *name == wanted);
                    if place.is_none() && self.strict {
                        return Err(Error::NoColumn {
                            field: field.name,
                            found: listed(columns),
                        });
                    }
                    place.into_iter().collect()
                }
                None => shape::columns(field, self.plan.shape)
                    .filter_map(|known| names.iter().position(|name| *name == folded(known)))
                    .collect(),
            };
            if !places.is_empty() {
                self.places.insert(field.name, places);
            }
        }
        Ok(())
    }

    /// Market names that nobody knew, with their rows; those rows were kept without a market.
    pub fn unknown_markets(&self) -> &BTreeMap<String, u64> {
        &self.unknown_markets
    }

    /// The record of a row; `None` where the seller's own people or programs speak: that is no
    /// demand.
    ///
    /// # Errors
    /// [`Error::Row`] names the line and the field; the row is not taken.
    pub fn record(&mut self, row: &Row, columns: &[String]) -> Result<Option<Record>, Error> {
        if columns.len() != self.columns {
            self.learn(columns)?;
        }
        let wrong = |field: &'static str, why: String| Error::Row {
            line: row.line,
            field,
            why,
        };
        let value = |field: &str| {
            let places = self.places.get(field)?.iter();
            let values = places.filter_map(|place| row.values.get(*place));
            let mut texts = values.map(|text| text.trim());
            texts.find(|text| !text.is_empty())
        };
        let text = |field: &str| value(field).map(str::to_owned);
        let needed =
            |field: &'static str| value(field).ok_or_else(|| wrong(field, "is empty".into()));
        let number = |field: &'static str| match value(field) {
            None => Ok(None),
            Some(text) => text
                .replace(',', "")
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite())
                .map(Some)
                .ok_or_else(|| wrong(field, format!("`{text}` is not a number"))),
        };
        let count = |field: &'static str| match number(field)? {
            None => Ok(None),
            Some(number) if number >= 0.0 => Ok(Some(number.round() as u64)),
            Some(number) => Err(wrong(field, format!("`{number}` is below zero"))),
        };

        let when = needed("time")?;
        let time = parse_time(when, &self.plan.zone).ok_or_else(|| {
            wrong(
                "time",
                format!("`{when}` is not a time; write it like 2026-11-23T08:00:00Z"),
            )
        })?;
        let kind = self.kind(value("kind"), row.line)?;
        if self.plan.shape == Shape::Posts {
            match self.speaker(kind, value("role"), value("author")) {
                Ok(Speaker::Customer) => {}
                Ok(Speaker::Agent) => return Ok(None),
                Err(why) => return Err(wrong("role", why)),
            }
        }
        let mut record = Record::new(kind, "");
        record.time = Some(time);
        record.title = text("title");
        record.text = text("text");
        record.url = text("url");
        record.lang = text("lang");
        record.thread = text("thread");
        record.sku = text("sku");
        record.author = value("author").map(|name| self.authors.hash(&self.plan.source, name));
        record.paid = value("paid").is_some_and(is_yes);
        record.rating = number("rating")?;
        record.rating_scale = number("rating_scale")?;
        record.counts = Counts {
            reviews: count("reviews")?,
            likes: count("likes")?,
            comments: count("comments")?,
            shares: count("shares")?,
            views: count("views")?,
            sold: count("sold")?,
        };
        if let Some(amount) = number("price")? {
            let currency = text("currency").or_else(|| self.plan.currency.clone());
            record.price = Some(Price {
                amount: amount.to_string(),
                currency,
            });
        }
        match self.plan.shape {
            Shape::Posts => {
                record.text = said(value("reason"), record.text);
                // Who asks to be told, or sends back, says so without a word.
                let needs_words = !matches!(kind, Kind::Signup | Kind::Return);
                if record.text.is_none()
                    && record.title.is_none()
                    && (needs_words || record.sku.is_none())
                {
                    let why = match self.has_sound(row, columns) {
                        true => NO_SOUND,
                        false => "is empty",
                    };
                    return Err(wrong("text", why.into()));
                }
                if record.text.as_deref().is_some_and(is_sound) {
                    return Err(wrong("text", NO_SOUND.into()));
                }
            }
            Shape::Ranks => {
                let rank = count("rank")?.and_then(|rank| u32::try_from(rank).ok());
                record.rank = Some(rank.filter(|rank| *rank > 0).ok_or_else(|| {
                    wrong("rank", "is empty or zero; the top of a list is 1".into())
                })?);
                record.list = text("list").or_else(|| self.plan.list.clone());
            }
            Shape::Sales => {
                needed("sku")?;
                let quantity = number("quantity")?;
                record.quantity =
                    Some(quantity.ok_or_else(|| wrong("quantity", "is empty".into()))? as i64);
            }
            Shape::Counts => {
                let subject = text("subject").or_else(|| text("title"));
                if subject.is_none() && record.sku.is_none() {
                    return Err(wrong("subject", "is empty".into()));
                }
                record.title = subject;
                record.counts.views =
                    Some(count("count")?.ok_or_else(|| wrong("count", "is empty".into()))?);
            }
        }
        let stated = text("market");
        let id = text("id");
        record.market = self.market(stated.as_deref());
        record.id = self.id(id, &record, row);
        Ok(Some(record))
    }

    /// Whether a row without words brings a recording of them.
    fn has_sound(&self, row: &Row, columns: &[String]) -> bool {
        columns.iter().zip(&row.values).any(|(column, value)| {
            let name = folded(column);
            let sounds = ["audio", "recording", "voice"].iter();
            !value.is_empty() && sounds.clone().any(|sound| name.starts_with(sound))
        })
    }

    /// Whose line it is, or why that cannot be told. A conversation has two sides, so there it
    /// must be said; whoever writes a post, a review or a return is a customer.
    fn speaker(
        &self,
        kind: Kind,
        role: Option<&str>,
        author: Option<&str>,
    ) -> Result<Speaker, String> {
        if let Some(role) = role {
            return Speaker::of_role(role)
                .ok_or_else(|| format!("`{role}` is neither a customer nor an agent"));
        }
        let agents = &self.plan.agents;
        if author.is_some_and(|name| agents.contains(&name.to_lowercase())) {
            return Ok(Speaker::Agent);
        }
        let told = self.plan.customers || (!agents.is_empty() && author.is_some());
        if kind == Kind::Chat && !told {
            return Err(
                "is empty: say whose line it is, customer or agent; or say once that all are \
                 customers' (role), or who the agents are (agents)"
                    .into(),
            );
        }
        Ok(Speaker::Customer)
    }

    fn kind(&self, stated: Option<&str>, line: u64) -> Result<Kind, Error> {
        match (self.plan.shape, stated) {
            (Shape::Ranks, _) => Ok(Kind::Rank),
            (Shape::Sales, _) => Ok(Kind::Sale),
            (Shape::Counts, _) => Ok(Kind::Count),
            (Shape::Posts, None) => Ok(self.plan.kind.unwrap_or(Kind::Post)),
            (Shape::Posts, Some(word)) => kind_named(word).ok_or_else(|| {
                let words = SPOKEN.map(Kind::word).join(", ");
                Error::Row {
                    line,
                    field: "kind",
                    why: format!("`{word}` is none of {words}"),
                }
            }),
        }
    }

    fn market(&mut self, stated: Option<&str>) -> Option<Market> {
        let Some(stated) = stated else {
            return self.plan.market.clone();
        };
        let market = Market::parse(stated).or_else(|| Market::named(stated));
        if market.is_none() {
            *self.unknown_markets.entry(stated.to_owned()).or_default() += 1;
        }
        market
    }

    /// The id of a row: its own; the name of what a list or a count shows; else a hash and how many
    /// equal rows came before it, so that importing a file twice changes nothing. The hash is of an
    /// order line as a whole, and of who said what and when: a ticket whose status has changed
    /// since is no new one.
    fn id(&mut self, stated: Option<String>, record: &Record, row: &Row) -> String {
        let named = match self.plan.shape {
            Shape::Posts => stated,
            Shape::Ranks => stated.or_else(|| record.title.clone()),
            Shape::Counts => record.sku.clone().or_else(|| record.title.clone()),
            Shape::Sales => None,
        };
        named.unwrap_or_else(|| {
            let mut hasher = blake3::Hasher::new();
            if self.plan.shape == Shape::Posts {
                let author = record.author.map(|author| author.to_string());
                let time = record.time.map(|time| time.to_string());
                let parts = [&time, &author, &record.thread, &record.sku, &record.text];
                for part in parts.into_iter().chain([&record.title]) {
                    hasher.update(part.as_deref().unwrap_or("").as_bytes());
                    hasher.update(&[0]);
                }
            } else {
                for value in &row.values {
                    hasher.update(value.as_bytes()).update(&[0]);
                }
            }
            let hash = hasher.finalize().to_hex();
            let short = u64::from_str_radix(&hash[..16], 16).unwrap_or(0);
            let twin = self.twins.entry(short).or_default();
            *twin += 1;
            format!("{}-{twin}", &hash[..16])
        })
    }
}

/// Why sound is refused.
pub(super) const NO_SOUND: &str =
    "is sound, and sound is not taken: send the words of its transcript";

/// Sound or a film, packed into a text.
fn is_sound(text: &str) -> bool {
    ["data:audio/", "data:video/"].iter().any(|start| {
        text.get(..start.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(start))
    })
}

/// The reason somebody chose from a list (`DEFECTIVE`, `NOT_AS_DESCRIBED`) and what was written
/// beside it, as one text.
fn said(reason: Option<&str>, text: Option<String>) -> Option<String> {
    let Some(reason) = reason else { return text };
    let is_code = reason.bytes().all(|byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
    });
    let reason = match is_code {
        true => reason.replace(['_', '-'], " ").to_lowercase(),
        false => reason.to_owned(),
    };
    match text {
        Some(text) if text != reason => Some(format!("{reason}: {text}")),
        _ => Some(reason),
    }
}

fn is_yes(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "1" | "true" | "yes" | "y" | "是"
    )
}

fn listed(columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;
