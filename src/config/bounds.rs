//! What a single value may be: ranges, words, zones, schedules. What is wrong is told to the
//! reader with the place it stands at.

use super::keys;
use super::raw::Value;
use super::reader::Reader;
use crate::record::Market;
use std::ops::RangeInclusive;
use std::time::Duration;
use toml::Spanned;

impl Reader<'_> {
    fn outside(&mut self, section: &str, key: &str, at: std::ops::Range<usize>, must: String) {
        let title = keys::title(section);
        self.wrong(at, format!("`{key}` in {title} must be {must}"));
    }

    pub(super) fn whole<T: TryFrom<i64>>(
        &mut self,
        section: &str,
        key: &str,
        value: &Value<i64>,
        allowed: RangeInclusive<i64>,
        target: &mut T,
    ) {
        let Some(value) = value else { return };
        let number = *value.get_ref();
        match T::try_from(number) {
            Ok(number_fits) if allowed.contains(&number) => *target = number_fits,
            _ => {
                let (low, high) = (allowed.start(), allowed.end());
                let must = format!("from {low} to {high}, found {number}");
                self.outside(section, key, value.span(), must);
            }
        }
    }

    pub(super) fn number(
        &mut self,
        section: &str,
        key: &str,
        value: &Value<f64>,
        allowed: RangeInclusive<f64>,
        target: &mut f64,
    ) {
        let Some(value) = value else { return };
        if allowed.contains(value.get_ref()) {
            *target = *value.get_ref();
            return;
        }
        let (low, high) = (allowed.start(), allowed.end());
        let must = format!("from {low} to {high}, found {}", value.get_ref());
        self.outside(section, key, value.span(), must);
    }

    pub(super) fn seconds(
        &mut self,
        section: &str,
        key: &str,
        value: &Value<i64>,
        allowed: RangeInclusive<i64>,
        target: &mut Duration,
    ) {
        let mut seconds = target.as_secs();
        self.whole(section, key, value, allowed, &mut seconds);
        *target = Duration::from_secs(seconds);
    }

    pub(super) fn millis(
        &mut self,
        section: &str,
        key: &str,
        value: &Value<i64>,
        allowed: RangeInclusive<i64>,
        target: &mut Duration,
    ) {
        let mut millis = u64::try_from(target.as_millis()).unwrap_or(u64::MAX);
        self.whole(section, key, value, allowed, &mut millis);
        *target = Duration::from_millis(millis);
    }

    /// A span of time in words: `15m`, `6h`, `2d`.
    pub(super) fn span(
        &mut self,
        section: &str,
        key: &str,
        value: &Spanned<String>,
        allowed: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        let text = value.get_ref().trim();
        let span = text.parse::<jiff::Span>().ok().and_then(|span| {
            let days = jiff::SpanRelativeTo::days_are_24_hours();
            let span = span.to_duration(days).ok()?;
            Duration::try_from(span).ok()
        });
        let found = span.filter(|span| allowed.contains(span));
        if found.is_none() {
            let must = format!("a time from 1m to 31d such as `15m`, `6h` or `2d`, found `{text}`");
            self.outside(section, key, value.span(), must);
        }
        found
    }

    pub(super) fn word<'w>(
        &mut self,
        section: &str,
        key: &str,
        value: &Value<String>,
        allowed: &[&'w str],
    ) -> Option<&'w str> {
        let value = value.as_ref()?;
        let found = allowed
            .iter()
            .find(|word| *word == value.get_ref())
            .copied();
        if found.is_none() {
            let must = format!(
                "one of {}, found `{}`",
                keys::quoted(allowed),
                value.get_ref()
            );
            self.outside(section, key, value.span(), must);
        }
        found
    }

    pub(super) fn market(&mut self, section: &str, value: &Value<String>) -> Option<Market> {
        let value = value.as_ref()?;
        let market = Market::parse(value.get_ref()).filter(|market| *market != Market::all());
        if market.is_none() {
            let must = format!(
                "a country of two letters such as `us`, `de` or `jp`, or `lang:` and a language \
                 such as `lang:es`, found `{}`",
                value.get_ref()
            );
            self.outside(section, "market", value.span(), must);
        }
        market
    }

    pub(super) fn zone(&mut self, section: &str, value: &Spanned<String>) -> Option<String> {
        let name = value.get_ref().trim();
        if jiff::tz::TimeZone::get(name).is_ok() {
            return Some(name.to_owned());
        }
        let must = format!(
            "a time zone by city such as `Asia/Shanghai`, `America/New_York` or `UTC`, found `{name}`"
        );
        self.outside(section, "zone", value.span(), must);
        None
    }

    /// Whether a schedule has the shape of five-field cron or of its short words; whether the
    /// fields make sense is the scheduler's to say.
    pub(super) fn cron(&mut self, section: &str, value: &Spanned<String>) {
        let text = value.get_ref().trim();
        let fields = text.split_whitespace().count();
        let letters = |letter: char| letter.is_ascii_alphanumeric() || "*/,-? ".contains(letter);
        let is_word = matches!(
            text,
            "@hourly" | "@daily" | "@midnight" | "@weekly" | "@monthly" | "@yearly" | "@annually"
        );
        if !is_word && (fields != 5 || !text.chars().all(letters)) {
            let must = format!(
                "five fields, minute hour day month weekday, such as \"0 9 * * 1\" for Mondays at \
                 9:00, or a word such as `@daily`, found `{text}`"
            );
            self.outside(section, "schedule", value.span(), must);
        }
    }
}
