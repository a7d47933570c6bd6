use crate::record::{AlertClass, Day, Market, SourceClass};
use crate::restock::{Advice, Fact, Value};
use jiff::{Timestamp, tz::TimeZone};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The languages a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

static ENGLISH: LazyLock<Table> = LazyLock::new(|| table(include_str!("locale/en.toml")));
static CHINESE: LazyLock<Table> = LazyLock::new(|| table(include_str!("locale/zh.toml")));

type Table = BTreeMap<String, String>;

/// The sentences of a locale file, by `section.key`.
fn table(text: &str) -> Table {
    // A broken file would be our own mistake; a test reads both, so it cannot ship.
    let sections: BTreeMap<String, Table> = toml::from_str(text).unwrap_or_default();
    sections
        .into_iter()
        .flat_map(|(section, keys)| {
            keys.into_iter()
                .map(move |(key, words)| (format!("{section}.{key}"), words))
        })
        .collect()
}

impl Language {
    /// The language of a code: `zh`, `zh-CN`, `en` …
    pub fn parse(code: &str) -> Option<Language> {
        match code.split(['-', '_']).next().unwrap_or("").trim() {
            "zh" | "ZH" => Some(Language::Chinese),
            "en" | "EN" => Some(Language::English),
            _ => None,
        }
    }

    /// BCP-47 code.
    pub fn code(self) -> &'static str {
        match self {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    fn table(self) -> &'static Table {
        match self {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        }
    }

    /// The words of a key; the key itself where there are none, so that a gap is seen.
    pub fn words(self, key: &str) -> &str {
        self.table().get(key).map_or(key, String::as_str)
    }

    /// All words, by `section.key`, for templates.
    pub fn all(self) -> &'static BTreeMap<String, String> {
        self.table()
    }

    /// The words of a key with `values` in place of `{0}`, `{1}` …
    pub fn say(self, key: &str, values: &[&str]) -> String {
        fill(self.words(key), values)
    }

    /// A number with thousands separated and `places` decimals; trailing zeros are dropped.
    pub fn number(self, number: f64, places: usize) -> String {
        if !number.is_finite() {
            return self.words("line.unknown").to_owned();
        }
        let text = format!("{number:.places$}");
        let text = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => text.as_str(),
        };
        let (sign, text) = match text.strip_prefix('-') {
            Some("0") => ("", "0"),
            Some(rest) => ("−", rest),
            None => ("", text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        match fraction {
            "" => format!("{sign}{grouped}"),
            _ => format!("{sign}{grouped}.{fraction}"),
        }
    }

    /// A whole number.
    pub fn units(self, units: impl Into<i64>) -> String {
        self.number(units.into() as f64, 0)
    }

    /// A rate: two decimals below 1, one below 100, none above.
    pub fn rate(self, rate: f64) -> String {
        let places = match rate.abs() {
            small if small < 1.0 => 2,
            middle if middle < 100.0 => 1,
            _ => 0,
        };
        self.number(rate, places)
    }

    /// A share as whole percent; below one percent says so.
    pub fn percent(self, share: f64) -> String {
        let percent = share * 100.0;
        if percent > 0.0 && percent < 1.0 {
            return "< 1 %".replace(' ', if self == Language::Chinese { "" } else { " " });
        }
        let space = if self == Language::Chinese { "" } else { " " };
        format!("{}{space}%", self.number(percent.floor(), 0))
    }

    /// A multiple, as `6.9×` or `6.9 倍`.
    pub fn times(self, times: f64) -> String {
        let places = if times < 10.0 { 1 } else { 0 };
        self.say("format.times", &[&self.number(times, places)])
    }

    fn dated(self, key: &str, day: Day) -> String {
        let date = day.date();
        let month = self.words(&format!("month.{}", date.month())).to_owned();
        let (year, number) = (date.year().to_string(), date.day().to_string());
        match key {
            "format.date" => self.say(key, &[&year, &month, &number]),
            _ => self.say(key, &[&month, &number]),
        }
    }

    /// `23 Nov 2026`, `2026年11月23日`.
    pub fn date(self, day: Day) -> String {
        self.dated("format.date", day)
    }

    /// `23 Nov`, `11月23日`.
    pub fn short_date(self, day: Day) -> String {
        self.dated("format.short", day)
    }

    /// `Mon 23 Nov`, `11月23日（周一）`.
    pub fn weekday(self, day: Day) -> String {
        let name = self.words(&format!("weekday.{}", day.weekday())).to_owned();
        self.say("format.weekday", &[&name, &self.short_date(day)])
    }

    /// A point in time, in a zone: date, hours and minutes, and the zone's offset.
    pub fn instant(self, time: Timestamp, zone: &TimeZone) -> String {
        let local = time.to_zoned_datetime(zone.clone());
        let date = self.date(Day::from_date(local.date()));
        format!(
            "{date} {:02}:{:02} (UTC{})",
            local.hour(),
            local.minute(),
            local.offset()
        )
    }

    /// The name of a market; the code where the country is not one of ours.
    pub fn market(self, market: &Market) -> String {
        if let Some(info) = market.info() {
            return match self {
                Language::Chinese => info.name_zh,
                Language::English => info.name,
            }
            .to_owned();
        }
        match market.code().strip_prefix("lang:") {
            Some(language) => self.say("format.zone", &[&self.language(language)]),
            None if market.code() == "*" => self.words("format.all_markets").to_owned(),
            None => market.code().to_uppercase(),
        }
    }

    /// The name of a language; its code where it is not one of ours.
    pub fn language(self, code: &str) -> String {
        let primary = code.split('-').next().unwrap_or(code);
        let key = format!("lang.{primary}");
        match self.words(&key) {
            words if words == key => code.chars().take(12).collect(),
            words => words.to_owned(),
        }
    }

    /// The name of an alert class.
    pub fn class(self, class: AlertClass) -> &'static str {
        self.named("class", class.word())
    }

    /// The name of a kind of evidence.
    pub fn evidence(self, class: SourceClass) -> &'static str {
        self.named("evidence", class.word())
    }

    /// The name of an advice.
    pub fn advice(self, advice: Advice) -> &'static str {
        self.named("advice", advice.word())
    }

    fn named(self, section: &str, word: &'static str) -> &'static str {
        self.table()
            .get(&format!("{section}.{word}"))
            .map_or(word, String::as_str)
    }

    /// A reason in words.
    pub fn fact(self, fact: &Fact) -> String {
        let values: Vec<String> = fact.values.iter().map(|value| self.value(value)).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.say(&format!("why.{}", fact.key), &values)
    }

    fn value(self, value: &Value) -> String {
        match value {
            Value::Units(units) | Value::Days(units) => self.units(*units),
            Value::Rate(rate) => self.rate(*rate),
            Value::Day(day) => self.date(*day),
            Value::Times(times) => self.times(*times),
            Value::Share(share) => self.percent(*share),
            Value::Name(english, chinese) => match self {
                Language::Chinese => chinese.clone(),
                Language::English => english.clone(),
            },
            Value::Class(class) => self.class(*class).to_owned(),
            Value::Evidence(class) => self.evidence(*class).to_owned(),
        }
    }
}

/// Puts `values` in place of `{0}`, `{1}` …; `{0:one|many}` chooses by whether value 0 is `1`,
/// and both forms may hold placeholders. Values are never read as placeholders themselves.
fn fill(words: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    let mut rest = words;
    while let Some(start) = rest.find('{') {
        let Some(end) = closing(&rest[start..]) else {
            break;
        };
        out.push_str(&rest[..start]);
        let inner = &rest[start + 1..start + end];
        let (number, forms) = match inner.split_once(':') {
            Some((number, forms)) => (number, Some(forms)),
            None => (inner, None),
        };
        let value = number
            .parse::<usize>()
            .ok()
            .and_then(|number| values.get(number))
            .copied()
            .unwrap_or("");
        match forms.map(|forms| forms.split_once('|').unwrap_or((forms, forms))) {
            Some((one, _)) if value == "1" => out.push_str(&fill(one, values)),
            Some((_, many)) => out.push_str(&fill(many, values)),
            None => out.push_str(value),
        }
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    out
}

/// Place of the brace that closes the one `text` begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::MARKETS;
    use std::collections::BTreeSet;

    /// The values a sentence names, and those it cannot do without: a value that only chooses
    /// a form, as in `{0:day|days}`, has no place in a language without such forms.
    fn holes(words: &str) -> (BTreeSet<u8>, BTreeSet<u8>) {
        let holes = words.as_bytes().windows(3);
        let holes = holes.filter(|part| part[0] == b'{' && part[1].is_ascii_digit());
        let (mut named, mut needed) = (BTreeSet::new(), BTreeSet::new());
        for part in holes {
            named.insert(part[1]);
            if part[2] == b'}' {
                needed.insert(part[1]);
            }
        }
        (named, needed)
    }

    #[test]
    fn both_languages_have_every_key_and_no_value_the_other_has_not() {
        let (english, chinese) = (Language::English.all(), Language::Chinese.all());
        assert!(english.len() > 200, "the table was not read");
        let keys = |table: &Table| table.keys().cloned().collect::<BTreeSet<_>>();
        let only = |left: &Table, right: &Table| {
            keys(left)
                .difference(&keys(right))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(only(english, chinese), [""; 0], "missing in zh.toml");
        assert_eq!(only(chinese, english), [""; 0], "missing in en.toml");
        for (key, words) in english {
            assert!(!words.trim().is_empty(), "{key} is empty");
            let other = &chinese[key];
            assert!(!other.trim().is_empty(), "{key} is empty in zh.toml");
            let ((named, needed), (other_named, other_needed)) = (holes(words), holes(other));
            assert!(
                needed.is_subset(&other_named),
                "{key}: zh.toml lacks a value"
            );
            assert!(
                other_needed.is_subset(&named),
                "{key}: en.toml lacks a value"
            );
        }
    }

    #[test]
    fn every_class_evidence_and_advice_has_words() {
        for language in [Language::Chinese, Language::English] {
            for class in [
                AlertClass::Hit,
                AlertClass::Mixed,
                AlertClass::Crisis,
                AlertClass::Seasonal,
                AlertClass::PriceWar,
                AlertClass::SuspiciousBurst,
            ] {
                assert_ne!(language.class(class), class.word());
                assert!(
                    language
                        .all()
                        .contains_key(&format!("means.{}", class.word()))
                );
            }
            for class in SourceClass::ALL {
                assert!(language.all().contains_key(&format!("evidence.{class}")));
            }
            for advice in Advice::ALL {
                assert_ne!(language.advice(advice), advice.word());
            }
            for info in MARKETS {
                for code in info.languages {
                    assert_ne!(language.language(code), *code);
                }
            }
        }
    }

    #[test]
    fn numbers_and_days_are_written_the_readers_way() {
        let day = Day::from_date("2026-11-23".parse().expect("date"));
        let (zh, en) = (Language::Chinese, Language::English);
        assert_eq!(en.number(1_234_567.5, 1), "1,234,567.5");
        assert_eq!(en.number(-0.04, 1), "0");
        assert_eq!(zh.number(-1200.0, 0), "−1,200");
        assert_eq!(en.number(f64::INFINITY, 0), "not known");
        assert_eq!(
            (en.rate(0.257), en.rate(12.34), en.rate(1234.5)),
            ("0.26".into(), "12.3".into(), "1,234".into())
        );
        assert_eq!(
            (en.percent(0.629), zh.percent(0.629)),
            ("62 %".into(), "62%".into())
        );
        assert_eq!(
            (en.percent(0.001), en.percent(0.0)),
            ("< 1 %".into(), "0 %".into())
        );
        assert_eq!(
            (en.times(6.94), zh.times(6.94)),
            ("6.9×".into(), "6.9 倍".into())
        );
        assert_eq!(
            (en.date(day), zh.date(day)),
            ("23 Nov 2026".into(), "2026年11月23日".into())
        );
        assert_eq!(
            (en.weekday(day), zh.weekday(day)),
            ("Mon 23 Nov".into(), "11月23日（周一）".into())
        );
        let market = |code| Market::parse(code).expect("market");
        assert_eq!(zh.market(&market("de")), "德国");
        assert_eq!(zh.market(&market("lang:es")), "西班牙语语区");
        assert_eq!(en.market(&market("zz")), "ZZ");
        let shanghai = TimeZone::get("Asia/Shanghai").expect("zone");
        let time = "2026-11-23T18:05:00Z".parse().expect("time");
        assert_eq!(zh.instant(time, &shanghai), "2026年11月24日 02:05 (UTC+08)");
    }

    #[test]
    fn a_value_is_never_read_as_a_placeholder() {
        assert_eq!(fill("{0} and {1}", &["{1}", "two"]), "{1} and two");
        assert_eq!(fill("{0:a day|{0} days}", &["1"]), "a day");
        assert_eq!(fill("in {0:a day|{0} days}!", &["3"]), "in 3 days!");
        assert_eq!(fill("{9} {", &[]), " {");
    }
}
