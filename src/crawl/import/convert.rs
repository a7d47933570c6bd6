use super::shape::{FIELDS, Shape, folded};
use super::{Error, Row, parse_time};
use crate::record::{AuthorKey, Counts, Kind, Market, Price, Record, SourceClass};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};

/// How the rows of a file are to be read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the rows are.
    pub shape: Shape,
    /// Name of the source in the store; authors of two sources are never the same person.
    pub source: String,
    /// Class, where the shape's own is not meant.
    pub class: Option<SourceClass>,
    /// Market of rows that state none.
    pub market: Option<Market>,
    /// Ranking list of rows that state none.
    pub list: Option<String>,
    /// Currency of rows that state none, ISO 4217.
    pub currency: Option<String>,
    /// Kind of rows that state none (shape `posts` only).
    pub kind: Option<Kind>,
    /// Zone of times that state none.
    pub zone: TimeZone,
    /// Field → column, where the column's name does not tell.
    pub columns: BTreeMap<String, String>,
}

impl Plan {
    /// The class the rows count in.
    pub fn class(&self) -> SourceClass {
        self.class.unwrap_or(match self.shape {
            Shape::Posts => match self.kind {
                Some(Kind::Review) => SourceClass::Review,
                Some(Kind::Chat | Kind::Return | Kind::Signup) => SourceClass::Voice,
                _ => SourceClass::Social,
            },
            Shape::Ranks => SourceClass::Ranking,
            Shape::Sales => SourceClass::Sales,
            Shape::Counts => SourceClass::Interest,
        })
    }
}

/// Turns rows into records.
pub struct Converter<'a> {
    plan: &'a Plan,
    authors: &'a AuthorKey,
    /// Field → place in the row.
    places: BTreeMap<&'static str, usize>,
    columns: usize,
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
            plan,
            authors,
            places: BTreeMap::new(),
            columns: 0,
            twins: HashMap::new(),
            unknown_markets: BTreeMap::new(),
        };
        converter.learn(columns)?;
        for group in plan.shape.needed() {
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

    /// Find the fields among the columns. NDJSON may bring new columns in later rows.
    fn learn(&mut self, columns: &[String]) -> Result<(), Error> {
        self.columns = columns.len();
        let names: Vec<String> = columns.iter().map(|column| folded(column)).collect();
        for field in FIELDS {
            let place = match self.plan.columns.get(field.name) {
                Some(column) => {
                    let wanted = folded(column);
                    Some(
                        names
                            .iter()
                            .position(|name| *name == wanted)
                            .ok_or_else(|| Error::NoColumn {
                                field: field.name,
                                found: listed(columns),
                            })?,
                    )
                }
                None => field
                    .columns
                    .iter()
                    .find_map(|known| names.iter().position(|name| *name == folded(known))),
            };
            if let Some(place) = place {
                self.places.insert(field.name, place);
            }
        }
        Ok(())
    }

    /// Fields that were found and the columns they are read from.
    pub fn mapping<'b>(&self, columns: &'b [String]) -> Vec<(&'static str, &'b str)> {
        self.places
            .iter()
            .filter_map(|(field, place)| Some((*field, columns.get(*place)?.as_str())))
            .collect()
    }

    /// Market names that nobody knew, with their rows; those rows were kept without a market.
    pub fn unknown_markets(&self) -> &BTreeMap<String, u64> {
        &self.unknown_markets
    }

    /// The record of a row.
    ///
    /// # Errors
    /// [`Error::Row`] names the line and the field; the row is not taken.
    pub fn record(&mut self, row: &Row, columns: &[String]) -> Result<Record, Error> {
        if columns.len() != self.columns {
            self.learn(columns)?;
        }
        let wrong = |field: &'static str, why: String| Error::Row {
            line: row.line,
            field,
            why,
        };
        let value = |field: &str| {
            let place = self.places.get(field)?;
            row.values
                .get(*place)
                .map(|text| text.trim())
                .filter(|text| !text.is_empty())
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
        let mut record = Record::new(self.kind(value("kind"), row.line)?, "");
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
                if record.text.is_none() && record.title.is_none() {
                    return Err(wrong("text", "is empty".into()));
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
        Ok(record)
    }

    fn kind(&self, stated: Option<&str>, line: u64) -> Result<Kind, Error> {
        match (self.plan.shape, stated) {
            (Shape::Ranks, _) => Ok(Kind::Rank),
            (Shape::Sales, _) => Ok(Kind::Sale),
            (Shape::Counts, _) => Ok(Kind::Count),
            (Shape::Posts, None) => Ok(self.plan.kind.unwrap_or(Kind::Post)),
            (Shape::Posts, Some(word)) => Kind::parse(&word.to_lowercase()).ok_or_else(|| {
                let words = Kind::ALL.map(Kind::word).join(", ");
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

    /// The id of a row: its own; the name of what a list or a count shows; else a hash of the row
    /// and how many equal rows came before it, so that importing a file twice changes nothing.
    fn id(&mut self, stated: Option<String>, record: &Record, row: &Row) -> String {
        let named = match self.plan.shape {
            Shape::Posts => stated,
            Shape::Ranks => stated.or_else(|| record.title.clone()),
            Shape::Counts => record.sku.clone().or_else(|| record.title.clone()),
            Shape::Sales => None,
        };
        named.unwrap_or_else(|| {
            let mut hasher = blake3::Hasher::new();
            for value in &row.values {
                hasher.update(value.as_bytes()).update(&[0]);
            }
            let hash = hasher.finalize().to_hex();
            let short = u64::from_str_radix(&hash[..16], 16).unwrap_or(0);
            let twin = self.twins.entry(short).or_default();
            *twin += 1;
            format!("{}-{twin}", &hash[..16])
        })
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
mod tests {
    use super::*;

    fn plan(shape: Shape) -> Plan {
        Plan {
            shape,
            source: "shop".into(),
            class: None,
            market: None,
            list: None,
            currency: None,
            kind: None,
            zone: TimeZone::UTC,
            columns: BTreeMap::new(),
        }
    }

    fn convert(plan: &Plan, columns: &[&str], rows: &[&[&str]]) -> Vec<Result<Record, Error>> {
        let key = AuthorKey::new([7; 32]);
        let columns: Vec<String> = columns.iter().map(|text| (*text).to_owned()).collect();
        let mut converter = Converter::new(plan, &key, &columns).expect("columns");
        let row = |(place, values): (usize, &&[&str])| Row {
            line: place as u64 + 2,
            values: values.iter().map(|text| (*text).to_owned()).collect(),
        };
        let rows: Vec<Row> = rows.iter().enumerate().map(row).collect();
        rows.iter()
            .map(|row| converter.record(row, &columns))
            .collect()
    }

    #[test]
    fn two_equal_order_lines_are_two_sales_and_the_same_two_the_next_time() {
        let plan = plan(Shape::Sales);
        let columns = ["ts", "invoice", "sku", "qty", "customer", "country"];
        let line = ["2026-01-05 09:00", "77", "A", "2", "c1", "United Kingdom"];
        let ids = || -> Vec<String> {
            convert(&plan, &columns, &[&line, &line])
                .into_iter()
                .map(|record| record.expect("record").id)
                .collect()
        };
        let first = ids();
        assert_ne!(first[0], first[1]);
        assert_eq!(first, ids());
        let record = convert(&plan, &columns, &[&line])
            .remove(0)
            .expect("record");
        assert_eq!(record.market, Market::parse("gb"));
        assert_eq!(record.quantity, Some(2));
        assert!(
            !format!("{record:?}").contains("c1"),
            "the name of a buyer stays outside"
        );
    }

    #[test]
    fn a_wrong_value_names_its_line_and_field() {
        let results = convert(
            &plan(Shape::Ranks),
            &["date", "position", "title"],
            &[
                &["2026-01-05", "0", "x"],
                &["5 Jan", "1", "x"],
                &["2026-01-05", "1", ""],
            ],
        );
        let errors: Vec<String> = results
            .iter()
            .map(|result| {
                result
                    .as_ref()
                    .err()
                    .map_or("fine".into(), ToString::to_string)
            })
            .collect();
        assert_eq!(
            errors[0],
            "line 2, `rank`: is empty or zero; the top of a list is 1"
        );
        assert!(
            errors[1].starts_with("line 3, `time`: `5 Jan` is not a time"),
            "{}",
            errors[1]
        );
        assert_eq!(errors[2], "fine");
    }

    #[test]
    fn a_missing_column_is_named_with_those_that_are_there() {
        let key = AuthorKey::new([7; 32]);
        let columns = ["when".to_owned(), "sku".into()];
        let error = Converter::new(&plan(Shape::Sales), &key, &columns)
            .err()
            .expect("refused");
        assert_eq!(
            error.to_string(),
            "no column for `time`; the file has `when`, `sku`"
        );
    }
}
