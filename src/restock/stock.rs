use crate::record::{Day, Leg, Market, StockLevel};
use csv::StringRecord;
use encoding_rs::GB18030;
use std::collections::BTreeMap;

/// Columns of the stock file, and the names that exports in Chinese give them. Only the first
/// three are needed.
const COLUMNS: [(&str, &[&str]); 13] = [
    ("sku", &["商家编码", "货号"]),
    ("market", &["市场", "国家", "站点"]),
    ("on_hand", &["库存", "可用库存", "在库"]),
    ("inbound", &["在途", "在途库存"]),
    ("inbound_on", &["到货日期", "预计到货"]),
    ("production_days", &["生产天数", "备货天数"]),
    ("freight_days", &["运输天数", "头程天数"]),
    ("receiving_days", &["入仓天数", "上架天数"]),
    ("spread_days", &["波动天数"]),
    ("moq", &["起订量", "最小起订量"]),
    ("carton", &["装箱数", "箱规"]),
    ("unit_cost", &["单位成本", "采购价"]),
    ("counted_on", &["盘点日期"]),
];

/// Lines read at most: far above 200 SKUs in 36 markets, far below what would fill the memory.
const LINES_MAX: usize = 200_000;

/// Why a stock file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StockError {
    /// Neither UTF-8 nor GBK.
    #[error("`{file}` is neither UTF-8 nor GBK text\nhint: save it as CSV (UTF-8)")]
    Encoding {
        /// The file.
        file: String,
    },
    /// A needed column is not there.
    #[error(
        "`{file}`, line 1: the column `{column}` is missing\nhint: the first line must name the columns; sku, market and on_hand are needed"
    )]
    Column {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// A column whose name is nearly one of ours.
    #[error(
        "`{file}`, line 1: the column `{column}` is not known\nhint: did you mean `{nearest}`?"
    )]
    Misspelt {
        /// The file.
        file: String,
        /// What stands there.
        column: String,
        /// The nearest column.
        nearest: &'static str,
    },
    /// The same column twice.
    #[error("`{file}`, line 1: the column `{column}` stands there twice")]
    Twice {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// A value that cannot be read.
    #[error("`{file}`, line {line}, column `{column}`: `{value}` is not {wanted}")]
    Field {
        /// The file.
        file: String,
        /// The line, the header being line 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        wanted: &'static str,
    },
    /// Two counts of one SKU in one market on one day.
    #[error(
        "`{file}`, line {line}: `{sku}` in `{market}` was counted on {day} in line {first} already\nhint: keep one of the two lines, or add up several warehouses"
    )]
    Duplicate {
        /// The file.
        file: String,
        /// The later line.
        line: u64,
        /// The SKU.
        sku: String,
        /// The market.
        market: Market,
        /// The day.
        day: Day,
        /// The earlier line.
        first: u64,
    },
    /// Broken CSV.
    #[error("`{file}`: {why}")]
    Csv {
        /// The file.
        file: String,
        /// What the reader says, with the line.
        why: String,
    },
    /// More lines than can be meant.
    #[error("`{file}` has more than {LINES_MAX} lines")]
    Long {
        /// The file.
        file: String,
    },
}

/// Reads a stock file: CSV with comma, semicolon or tab, UTF-8 or GBK, first line naming the
/// columns. A SKU may stand there several times for a market with different `counted_on`: the
/// newest is its level, the older ones tell when it was out of stock.
///
/// `file` is used in messages; `counted_on` stands in where the file does not say when the stock
/// was counted (the day the file was written). An empty file holds no stock. Returned in the
/// order of counting.
///
/// # Errors
/// [`StockError`], naming the file, the line and the column.
pub fn read_stock(
    bytes: &[u8],
    file: &str,
    counted_on: Day,
) -> Result<Vec<StockLevel>, StockError> {
    let text = decoded(bytes).ok_or_else(|| StockError::Encoding { file: file.into() })?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let broken = |error: csv::Error| StockError::Csv {
        file: file.into(),
        why: error.to_string(),
    };
    let header = reader.headers().map_err(broken)?.clone();
    let places = places(&header, file)?;
    let mut seen: BTreeMap<(String, Market, Day), u64> = BTreeMap::new();
    let mut levels = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if levels.len() >= LINES_MAX {
            return Err(StockError::Long { file: file.into() });
        }
        let row = Row {
            file,
            line: record.position().map_or(0, csv::Position::line),
            places: &places,
            record: &record,
        };
        let level = row.level(counted_on)?;
        let key = (level.sku.clone(), level.market.clone(), level.counted_on);
        if let Some(first) = seen.insert(key, row.line) {
            return Err(StockError::Duplicate {
                file: file.into(),
                line: row.line,
                sku: level.sku,
                market: level.market,
                day: level.counted_on,
                first,
            });
        }
        levels.push(level);
    }
    levels.sort_by_key(|level| level.counted_on);
    Ok(levels)
}

/// UTF-8 with or without mark, else GBK (as GB 18030, which contains it).
fn decoded(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| text.into_owned())
}

/// The separator that the first line uses most.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or("");
    let count = |byte: u8| first.bytes().filter(|own| *own == byte).count();
    // The last of equals wins, so the comma stands last.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|byte| count(*byte))
        .unwrap_or(b',')
}

/// Where each known column stands. Other columns are left alone, unless they look like a
/// misspelt one.
fn places(header: &StringRecord, file: &str) -> Result<BTreeMap<&'static str, usize>, StockError> {
    let mut places = BTreeMap::new();
    for (place, title) in header.iter().enumerate() {
        let title = title.trim().to_lowercase().replace([' ', '-'], "_");
        let known = COLUMNS
            .iter()
            .find(|(column, others)| title == *column || others.contains(&title.as_str()));
        let Some((column, _)) = known else {
            let near = COLUMNS
                .iter()
                .map(|(column, _)| (strsim::damerau_levenshtein(column, &title), *column))
                .min();
            match near {
                Some((distance, nearest)) if distance > 0 && distance * 3 <= title.len() => {
                    return Err(StockError::Misspelt {
                        file: file.into(),
                        column: title.chars().take(40).collect(),
                        nearest,
                    });
                }
                _ => continue,
            }
        };
        if places.insert(*column, place).is_some() {
            return Err(StockError::Twice {
                file: file.into(),
                column,
            });
        }
    }
    for (column, _) in &COLUMNS[..3] {
        if !places.contains_key(column) {
            return Err(StockError::Column {
                file: file.into(),
                column,
            });
        }
    }
    Ok(places)
}

/// One line of the file.
struct Row<'a> {
    file: &'a str,
    line: u64,
    places: &'a BTreeMap<&'static str, usize>,
    record: &'a StringRecord,
}

impl Row<'_> {
    fn level(&self, counted_on: Day) -> Result<StockLevel, StockError> {
        let sku = self.text("sku").unwrap_or("");
        if sku.is_empty() || sku.chars().count() > 100 {
            return Err(self.wrong("sku", "a SKU of 1 to 100 characters"));
        }
        let market = self
            .text("market")
            .and_then(Market::parse)
            .filter(|market| market.code().len() == 2)
            .ok_or_else(|| self.wrong("market", "a country code such as `us`"))?;
        let on_hand = self
            .units("on_hand")?
            .ok_or_else(|| self.wrong("on_hand", "a whole number"))?;
        Ok(StockLevel {
            sku: sku.to_owned(),
            market,
            counted_on: self.day("counted_on")?.unwrap_or(counted_on),
            on_hand,
            inbound: self.units("inbound")?.unwrap_or(0),
            inbound_on: self.day("inbound_on")?,
            lead: self.lead()?,
            moq: self.units("moq")?.filter(|units| *units > 0),
            carton: self.units("carton")?.filter(|units| *units > 0),
            unit_cost: self.cost()?,
        })
    }

    /// The lead time, if any of its legs is given; the other legs then take no time.
    fn lead(&self) -> Result<Option<Leg>, StockError> {
        let legs = [
            self.days("production_days")?,
            self.days("freight_days")?,
            self.days("receiving_days")?,
        ];
        let spread_days = self.days("spread_days")?.unwrap_or(0);
        Ok(legs.iter().any(Option::is_some).then(|| Leg {
            production_days: legs[0].unwrap_or(0),
            freight_days: legs[1].unwrap_or(0),
            receiving_days: legs[2].unwrap_or(0),
            spread_days,
        }))
    }

    fn text(&self, column: &str) -> Option<&str> {
        let text = self.record.get(*self.places.get(column)?)?.trim();
        (!text.is_empty()).then_some(text)
    }

    fn wrong(&self, column: &'static str, wanted: &'static str) -> StockError {
        StockError::Field {
            file: self.file.to_owned(),
            line: self.line,
            column,
            value: self.text(column).unwrap_or("").chars().take(60).collect(),
            wanted,
        }
    }

    /// A whole number of pieces; `1,200` and `12.0` are read as people mean them.
    fn units(&self, column: &'static str) -> Result<Option<u32>, StockError> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        let plain = text.replace(',', "");
        let whole = match plain.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
            _ => plain.as_str(),
        };
        match whole.parse() {
            Ok(units) => Ok(Some(units)),
            Err(_) => Err(self.wrong(column, "a whole number, zero or more")),
        }
    }

    fn days(&self, column: &'static str) -> Result<Option<u16>, StockError> {
        match self.units(column)? {
            None => Ok(None),
            Some(days) if days <= 730 => Ok(Some(days as u16)),
            Some(_) => Err(self.wrong(column, "a number of days up to 730")),
        }
    }

    fn day(&self, column: &'static str) -> Result<Option<Day>, StockError> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        // Excel writes 2026/1/5 where people wrote 2026-01-05.
        let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
        let date = match parts.as_slice() {
            [year, month, day] if year.len() == 4 => year
                .parse()
                .ok()
                .zip(month.parse().ok())
                .zip(day.parse().ok())
                .and_then(|((year, month), day)| jiff::civil::Date::new(year, month, day).ok()),
            _ => None,
        };
        match date {
            Some(date) => Ok(Some(Day::from_date(date))),
            None => Err(self.wrong(column, "a date such as 2026-11-23")),
        }
    }

    fn cost(&self) -> Result<Option<f64>, StockError> {
        let Some(text) = self.text("unit_cost") else {
            return Ok(None);
        };
        match text.replace(',', "").parse::<f64>() {
            Ok(cost) if cost.is_finite() && cost >= 0.0 => Ok(Some(cost)),
            _ => Err(self.wrong("unit_cost", "an amount such as 12.50")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Vec<StockLevel>, String> {
        read_stock(text.as_bytes(), "stock.csv", Day(20_000)).map_err(|error| error.to_string())
    }

    #[test]
    fn three_columns_are_enough_and_the_rest_is_not_known() {
        let levels = read("sku,market,on_hand\nA-1,US,\"1,200\"\n\nA-2,de,0.0\n").expect("stock");
        assert_eq!(levels.len(), 2);
        assert_eq!(
            (levels[0].on_hand, levels[0].counted_on),
            (1_200, Day(20_000))
        );
        assert_eq!(levels[0].lead, None);
        assert_eq!(levels[1].market.code(), "de");
    }

    #[test]
    fn a_gbk_export_with_chinese_titles_is_read() {
        let text = "货号;市场;可用库存;在途;到货日期;生产天数;头程天数;备注\n保温杯-01;us;120;300;2026/12/1;20;35;春节前\n";
        let (bytes, _, _) = GB18030.encode(text);
        assert!(std::str::from_utf8(&bytes).is_err());
        let levels = read_stock(&bytes, "库存.csv", Day(20_000)).expect("stock");
        assert_eq!(levels[0].sku, "保温杯-01");
        assert_eq!(
            levels[0].inbound_on.map(|day| day.to_string()),
            Some("2026-12-01".into())
        );
        assert_eq!(levels[0].lead.map(|leg| leg.freight_days), Some(35));
        assert_eq!(read(text).expect("UTF-8").len(), 1);
    }

    #[test]
    fn errors_name_file_line_and_column() {
        for (text, says) in [
            (
                "sku,on_hand\nA,1",
                "`stock.csv`, line 1: the column `market` is missing",
            ),
            (
                "sku,market,on_hand,cartn\nA,us,1,2",
                "did you mean `carton`?",
            ),
            (
                "sku,market,on_hand\nA,us,1\nB,us,many",
                "line 3, column `on_hand`: `many` is not a whole number",
            ),
            ("sku,market,on_hand\nA,us,-5", "`-5` is not"),
            ("sku,market,on_hand\nA,usa,5", "column `market`: `usa`"),
            ("sku,market,on_hand\n,us,5", "column `sku`"),
            (
                "sku,market,on_hand,inbound_on\nA,us,5,next week",
                "`next week` is not a date",
            ),
            (
                "sku,market,on_hand,unit_cost\nA,us,5,NaN",
                "column `unit_cost`",
            ),
            ("sku,market,on_hand\nA,us,5\nA,us,6", "in line 2 already"),
            ("sku,market,on_hand,sku\nA,us,5,B", "twice"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(says), "{error}");
        }
        assert!(read_stock(b"sku,market,on_hand\n\xff\xff\xff", "x", Day(0)).is_err());
    }

    #[test]
    fn several_counts_of_a_sku_are_history() {
        let levels = read(
            "sku,market,on_hand,counted_on\nA,us,5,2026-11-20\nA,us,0,2026-11-10\nA,de,1,2026-11-20\n",
        )
        .expect("stock");
        let days: Vec<String> = levels.iter().map(|l| l.counted_on.to_string()).collect();
        assert_eq!(days, ["2026-11-10", "2026-11-20", "2026-11-20"]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_stock(&bytes, "x", Day(0));
            let mut with_header = b"sku,market,on_hand,inbound_on,moq\n".to_vec();
            with_header.extend_from_slice(&bytes);
            let _ = read_stock(&with_header, "x", Day(0));
        }
    }
}
