use super::chart::{self, LineChart};
use super::locale::Language;
use super::page::Pair;
use super::safe::{QUOTE_LETTERS_MAX, shown, shown_link, shown_name};
use super::view::{AlertView, QuoteView};
use crate::record::{AlertClass, Change, Day, SentimentShare, SourceClass, Subject};
use jiff::tz::TimeZone;
use serde::Serialize;

/// A lift above this is not a number anybody can use: the thing is simply new.
const LIFT_SHOWN_MAX: f64 = 99.0;

/// An alert in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// Id of the alert.
    pub id: String,
    /// `good`, `bad`, `mixed` or `calm`: colours.
    pub tone: &'static str,
    /// Name of its class.
    pub class: String,
    /// What the class means.
    pub means: String,
    /// Product name, or the phrase.
    pub name: String,
    /// SKU code; empty for a phrase.
    pub sku: String,
    /// Market.
    pub market: String,
    /// Market and kind of evidence.
    pub place: String,
    /// The reader has not been told of it yet.
    pub is_new: bool,
    /// The finding in one line.
    pub headline: String,
    /// Observed count with its unit.
    pub observed: Pair,
    /// Lift and what it is held against.
    pub lift: Pair,
    /// Share of positive mentions, where the tagger did not abstain on all.
    pub feeling: Option<Pair>,
    /// How it was counted.
    pub counting: Vec<Pair>,
    /// How it was judged.
    pub judging: Vec<Pair>,
    /// How people feel, in the window and before.
    pub feelings: Vec<Pair>,
    /// The series as SVG.
    pub chart: String,
    /// What the chart shows.
    pub chart_title: String,
    /// The series as blocks.
    pub spark: String,
    /// First and last day of the series.
    pub span: String,
    /// Sources as SVG bars.
    pub source_bars: String,
    /// Phrases that rise with it.
    pub terms: String,
    /// Records that show it.
    pub quotes: Vec<QuoteWords>,
    /// How to see all of it.
    pub explain: String,
}

/// A quote, ready to be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuoteWords {
    /// The text, masked and shortened; empty when it is gone.
    pub text: String,
    /// Its language in the reader's words.
    pub language: String,
    /// BCP-47, for the `lang` attribute.
    pub code: String,
    /// Source and day.
    pub source: String,
    /// Where it stands.
    pub link: Option<String>,
    /// It was taken down.
    pub is_gone: bool,
}

impl Card {
    /// Puts an alert into words.
    pub fn new(view: &AlertView, language: Language, zone: &TimeZone, quotes: usize) -> Card {
        let words = Words { view, language };
        let alert = &view.alert;
        let (name, sku) = match &alert.series.subject {
            Subject::Sku(sku) => (
                view.name.as_deref().map_or(sku.as_str(), |name| name),
                sku.as_str(),
            ),
            Subject::Phrase(phrase) => (phrase.as_str(), ""),
            Subject::Total => ("", ""),
        };
        let evidence = language.evidence(alert.series.class);
        let market = language.market(&alert.series.market);
        let (labels, chart) = words.chart();
        Card {
            id: shown_name(&alert.id),
            tone: tone(alert.class),
            class: language.class(alert.class).to_owned(),
            means: language
                .words(&format!("means.{}", alert.class.word()))
                .to_owned(),
            name: shown_name(name),
            sku: shown_name(sku),
            place: language.say("alert.where", &[&market, evidence]),
            market,
            is_new: view.is_new,
            headline: words.headline(),
            observed: Pair::new(words.unit(), language.units(alert.observed)),
            lift: Pair::new(language.words("alert.why_lift"), words.lift()),
            feeling: words.feeling(&alert.sentiment),
            counting: words.counting(zone),
            judging: words.judging(),
            feelings: words.feelings(),
            chart,
            chart_title: words.chart_title(),
            spark: chart::spark(&view.series.iter().map(|(_, n)| *n).collect::<Vec<_>>()),
            span: labels,
            source_bars: words.source_bars(),
            terms: words.terms(),
            quotes: view
                .quotes
                .iter()
                .take(quotes)
                .map(|quote| QuoteWords::new(quote, language))
                .collect(),
            explain: language.say("alert.explain", &[&shown_name(&alert.id)]),
        }
    }
}

fn tone(class: AlertClass) -> &'static str {
    match class {
        AlertClass::Hit => "good",
        AlertClass::Mixed => "mixed",
        AlertClass::Crisis => "bad",
        AlertClass::Seasonal | AlertClass::PriceWar | AlertClass::SuspiciousBurst => "calm",
    }
}

impl QuoteWords {
    fn new(quote: &QuoteView, language: Language) -> QuoteWords {
        let text = quote.text.as_deref().unwrap_or("");
        let day = language.short_date(Day::of(quote.time));
        let is_code = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let code = match quote.language.bytes().all(is_code) && quote.language.len() <= 12 {
            true => quote.language.as_str(),
            false => "und",
        };
        QuoteWords {
            text: shown(text, QUOTE_LETTERS_MAX),
            language: language.language(code),
            code: code.to_owned(),
            source: format!("{} · {day}", shown_name(&quote.source)),
            link: quote.url.as_deref().and_then(shown_link),
            is_gone: quote.text.is_none(),
        }
    }
}

/// The words of one alert.
struct Words<'a> {
    view: &'a AlertView,
    language: Language,
}

impl Words<'_> {
    /// What is counted: people where authors are known, else what the class holds.
    fn unit(&self) -> String {
        let alert = &self.view.alert;
        let key = match alert.series.class {
            _ if alert.authors > 0 && alert.effective_authors.is_some() => "counted.people",
            SourceClass::Sales => "counted.sales",
            SourceClass::Ranking => "counted.ranking",
            SourceClass::Interest => "counted.interest",
            _ => "counted.records",
        };
        let count = alert.observed.to_string();
        self.language.say(key, &[&count])
    }

    fn has_baseline(&self) -> bool {
        let alert = &self.view.alert;
        alert.lift.is_finite() && alert.lift <= LIFT_SHOWN_MAX && alert.expected >= 0.05
    }

    fn lift(&self) -> String {
        match self.has_baseline() {
            true => self.language.times(self.view.alert.lift),
            false => format!("> {}", self.language.times(LIFT_SHOWN_MAX)),
        }
    }

    fn headline(&self) -> String {
        let alert = &self.view.alert;
        let days = alert.window_days.to_string();
        let observed = self.language.units(alert.observed);
        let unit = self.unit();
        match self.has_baseline() {
            true => self.language.say(
                "alert.headline",
                &[
                    &observed,
                    &unit,
                    &days,
                    &self.language.rate(alert.expected),
                    &self.lift(),
                ],
            ),
            false => self
                .language
                .say("alert.new_thing", &[&observed, &unit, &days]),
        }
    }

    fn label(&self, key: &str) -> String {
        self.language.words(&format!("fact.{key}")).to_owned()
    }

    fn pair(&self, key: &str, value: String) -> Pair {
        Pair::new(self.label(key), value)
    }

    /// A pair whose value is a sentence of its own: `fact.KEY_value`.
    fn said(&self, key: &str, values: &[&str]) -> Pair {
        self.pair(key, self.language.say(&format!("fact.{key}_value"), values))
    }

    fn counting(&self, zone: &TimeZone) -> Vec<Pair> {
        let (alert, language) = (&self.view.alert, self.language);
        let first = alert.day.plus(1 - i32::from(alert.window_days.max(1)));
        let window = match first == alert.day {
            true => language.date(first),
            false => language.say(
                "report.period",
                &[&language.date(first), &language.date(alert.day)],
            ),
        };
        let mut rows = vec![
            self.pair("window", window),
            self.said("observed", &[&language.units(alert.observed), &self.unit()]),
            self.said(
                "mentions",
                &[
                    &language.units(alert.mentions),
                    &language.units(alert.doubtful),
                ],
            ),
        ];
        if let Some(effective) = alert.effective_authors {
            rows.push(self.said(
                "authors",
                &[
                    &language.units(alert.authors),
                    &language.number(effective, 1),
                ],
            ));
        }
        rows.push(self.pair("sources", self.sources()));
        rows.push(match alert.coverage {
            Some(share) => self.said("coverage", &[&language.percent(share)]),
            None => self.pair("coverage", self.label("coverage_none")),
        });
        rows.push(self.said("exposure", &[&language.times(alert.exposure)]));
        rows.push(self.pair("first_seen", language.date(alert.first_seen)));
        let offset = language.units(i64::try_from(alert.offset).unwrap_or(i64::MAX));
        rows.push(self.said(
            "raised",
            &[&language.instant(alert.raised_at, zone), &offset],
        ));
        rows
    }

    fn judging(&self) -> Vec<Pair> {
        let (alert, language) = (&self.view.alert, self.language);
        let mut rows = vec![
            self.said(
                "expected",
                &[
                    &language.rate(alert.expected),
                    &language.rate(alert.band.0),
                    &language.rate(alert.band.1),
                ],
            ),
            self.pair("lift", self.lift()),
            self.said(
                "score",
                &[
                    &language.number(alert.score, 1),
                    &language.number(alert.threshold, 1),
                    &probability(alert.p),
                ],
            ),
            self.pair("silent", language.units(alert.silent_below)),
            self.said("dispersion", &[&language.number(alert.dispersion, 1)]),
        ];
        if let Some(rank) = &alert.rank {
            rows.push(self.pair("rank", self.change(rank, 0)));
        }
        if let Some(price) = &alert.price {
            rows.push(self.pair("price", self.change(price, 2)));
        }
        if !alert.also.is_empty() {
            let also: Vec<&str> = alert
                .also
                .iter()
                .map(|class| language.evidence(*class))
                .collect();
            rows.push(self.pair("also", also.join(language.words("report.separator"))));
        }
        if let Some((english, chinese)) = &self.view.occasion {
            let name = match language {
                Language::Chinese => chinese,
                Language::English => english,
            };
            rows.push(self.pair("occasion", shown_name(name)));
        }
        rows
    }

    fn change(&self, change: &Change, places: usize) -> String {
        let value = |value: Option<f64>| match value {
            Some(value) => self.language.number(value, places),
            None => self.label("absent"),
        };
        let (before, now) = (value(change.before), value(change.now));
        self.language.say("fact.change", &[&before, &now])
    }

    fn sources(&self) -> String {
        let count = |(source, count): &(String, u32)| {
            let (name, count) = (shown_name(source), self.language.units(*count));
            self.language.say("fact.source_count", &[&name, &count])
        };
        let sources: Vec<String> = self.view.alert.sources.iter().take(8).map(count).collect();
        sources.join(self.language.words("report.separator"))
    }

    fn source_bars(&self) -> String {
        let rows: Vec<_> = self
            .view
            .alert
            .sources
            .iter()
            .take(8)
            .map(|(source, count)| {
                (
                    shown(source, 22),
                    f64::from(*count),
                    self.language.units(*count),
                )
            })
            .collect();
        chart::bars(&rows, self.language.words("fact.sources"))
    }

    fn feeling(&self, share: &SentimentShare) -> Option<Pair> {
        let all = share.positive + share.neutral + share.negative;
        (all > 0).then(|| {
            Pair::new(
                self.language.words("alert.feeling_tile"),
                self.language
                    .percent(f64::from(share.positive) / f64::from(all)),
            )
        })
    }

    fn feelings(&self) -> Vec<Pair> {
        let language = self.language;
        let told = |share: &SentimentShare| match share.positive + share.neutral + share.negative {
            0 => language.words("sentiment.none").to_owned(),
            _ => language.say(
                "fact.feeling_value",
                &[
                    &language.units(share.positive),
                    &language.units(share.neutral),
                    &language.units(share.negative),
                ],
            ),
        };
        let alert = &self.view.alert;
        vec![
            self.pair("feeling", told(&alert.sentiment)),
            self.pair("feeling_before", told(&alert.sentiment_before)),
        ]
    }

    fn terms(&self) -> String {
        let terms: Vec<String> = self
            .view
            .alert
            .terms
            .iter()
            .take(10)
            .map(|term| shown_name(term))
            .collect();
        terms.join(self.language.words("report.separator"))
    }

    fn chart_title(&self) -> String {
        let unit = match self.view.alert.effective_authors {
            Some(_) => self.language.say("counted.people", &["2"]),
            None => self.unit(),
        };
        self.language.say("alert.chart", &[&unit])
    }

    /// The span of the series in words, and its chart.
    fn chart(&self) -> (String, String) {
        let language = self.language;
        let series = &self.view.series;
        let (Some((first, _)), Some((last, _))) = (series.first(), series.last()) else {
            return (String::new(), String::new());
        };
        let (expected, band) = self.view.expected_a_day();
        let values: Vec<Option<u32>> = series.iter().map(|(_, count)| *count).collect();
        let mark = series
            .iter()
            .position(|(day, _)| *day == self.view.alert.day);
        let ends = (language.short_date(*first), language.short_date(*last));
        let chart = LineChart {
            values: &values,
            expected,
            band,
            mark,
            mark_label: language.words("alert.chart_mark"),
            ends: (&ends.0, &ends.1),
            title: &self.chart_title(),
        };
        let span = language.say("report.period", &[&ends.0, &ends.1]);
        (span, chart.svg())
    }
}

/// A probability: `0.003`, or `3 × 10⁻⁹` where decimals would be noughts.
fn probability(p: f64) -> String {
    if !p.is_finite() || p <= 0.0 {
        return "< 10⁻³⁰⁰".to_owned();
    }
    if p >= 1e-3 {
        return format!("{p:.3}");
    }
    let exponent = p.log10().floor();
    let digits: String = format!("{}", -exponent)
        .chars()
        .map(|digit| match digit {
            '0' => '⁰',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            _ => '⁹',
        })
        .collect();
    format!("{:.0} × 10⁻{digits}", (p / 10_f64.powf(exponent)).floor())
}

#[cfg(test)]
mod tests {
    use super::probability;

    #[test]
    fn small_probabilities_are_written_as_powers() {
        assert_eq!(probability(0.0123), "0.012");
        assert_eq!(probability(3.4e-9), "3 × 10⁻⁹");
        assert_eq!(probability(1.2e-25), "1 × 10⁻²⁵");
        assert_eq!(probability(0.0), "< 10⁻³⁰⁰");
    }
}
