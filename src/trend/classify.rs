//! How an alert is to be read. Sentiment never decides whether there is one.

use crate::record::{AlertClass, Change, SentimentShare};

/// From this share of doubtful records on, a burst is suspicious.
const DOUBTFUL_SHARE: f64 = 0.5;
/// From this share of one thread on, it is one conversation and not a market.
const THREAD_SHARE: f64 = 0.8;
/// Fewer judged mentions than this tell nothing of a mood.
const JUDGED_MIN: u32 = 8;
/// A crisis: at least this share unhappy, this much more than before, and a score that chance
/// passes once in twenty. Caution comes cheap here: a crisis read as a hit orders goods that nobody
/// wants.
const CRISIS: (f64, f64, f64) = (0.4, 0.2, 1.64);
/// The same for a mixed reception; chance passes it once in ten.
const MIXED: (f64, f64, f64) = (0.25, 0.1, 1.28);
/// A price that fell by this share brings its own buyers.
const PRICE_DROP: f64 = 0.15;
/// Market-wide: this much more volume than usual, or this share of series well up.
const MARKET_RISE: (f64, f64) = (1.25, 0.4);
/// Judged mentions that the mood of the whole market is worth as a prior.
const MOOD_WEIGHT: f64 = 20.0;

/// What decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// It stands out only because of its doubtful records.
    pub doubted: bool,
    /// Effective number of authors, where authors are known.
    pub effective_authors: Option<f64>,
    /// Fewer effective authors than this are a burst of few.
    pub authors_min: u32,
    /// Records counted in the window.
    pub mentions: u32,
    /// Records set apart in the window.
    pub doubtful: u32,
    /// The largest share of the window's records in one thread, where threads mean anything.
    pub thread_share: Option<f64>,
    /// Mood in the window.
    pub now: SentimentShare,
    /// Mood before it.
    pub before: SentimentShare,
    /// Mood of the whole market and class before it.
    pub market: SentimentShare,
    /// Asking price.
    pub price: Option<Change>,
    /// An occasion of the market lies over the window.
    pub occasion: bool,
    /// Volume of the market and class against its baseline.
    pub volume: f64,
    /// Share of the market's series that were well up.
    pub share_up: Option<f64>,
}

/// The class of an alert.
pub fn classify(facts: &Facts) -> AlertClass {
    let few = facts
        .effective_authors
        .is_some_and(|effective| effective < f64::from(facts.authors_min));
    let all = facts.mentions.saturating_add(facts.doubtful).max(1);
    let doubtful = f64::from(facts.doubtful) / f64::from(all) >= DOUBTFUL_SHARE;
    let one_thread = facts
        .thread_share
        .is_some_and(|share| share >= THREAD_SHARE);
    if facts.doubted || few || doubtful || one_thread {
        return AlertClass::SuspiciousBurst;
    }
    if soured(facts, CRISIS) {
        return AlertClass::Crisis;
    }
    if price_fell(facts.price) {
        return AlertClass::PriceWar;
    }
    let wide =
        facts.volume >= MARKET_RISE.0 || facts.share_up.is_some_and(|share| share >= MARKET_RISE.1);
    if facts.occasion && wide {
        return AlertClass::Seasonal;
    }
    if soured(facts, MIXED) {
        return AlertClass::Mixed;
    }
    AlertClass::Hit
}

/// Whether the mood fell, by share, by rise and by a two-sample test against the series' own
/// past, which leans on the mood of its market while it is short.
fn soured(facts: &Facts, (share, rise, score): (f64, f64, f64)) -> bool {
    let judged = |mood: SentimentShare| f64::from(mood.negative + mood.neutral + mood.positive);
    let count = judged(facts.now);
    if count < f64::from(JUDGED_MIN) {
        return false;
    }
    let market = (f64::from(facts.market.negative) + 1.0) / (judged(facts.market) + 5.0);
    let past = judged(facts.before) + MOOD_WEIGHT;
    let usual = (f64::from(facts.before.negative) + MOOD_WEIGHT * market) / past;
    let now = f64::from(facts.now.negative) / count;
    let both = (now * count + usual * past) / (count + past);
    let error = (both * (1.0 - both) * (1.0 / count + 1.0 / past)).sqrt();
    now >= share && now - usual >= rise && (now - usual) / error.max(1e-9) >= score
}

fn price_fell(price: Option<Change>) -> bool {
    match price {
        Some(Change {
            before: Some(before),
            now: Some(now),
        }) => before > 0.0 && now <= before * (1.0 - PRICE_DROP),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mood(negative: u32, neutral: u32, positive: u32) -> SentimentShare {
        SentimentShare {
            negative,
            neutral,
            positive,
        }
    }

    fn hit() -> Facts {
        Facts {
            doubted: false,
            effective_authors: Some(38.0),
            authors_min: 3,
            mentions: 40,
            doubtful: 1,
            thread_share: None,
            now: mood(4, 20, 16),
            before: mood(6, 40, 30),
            market: mood(100, 600, 300),
            price: None,
            occasion: false,
            volume: 1.0,
            share_up: Some(0.02),
        }
    }

    #[test]
    fn each_class_has_its_reason() {
        let class = |change: &dyn Fn(&mut Facts)| {
            let mut facts = hit();
            change(&mut facts);
            classify(&facts)
        };
        assert_eq!(class(&|_| {}), AlertClass::Hit);
        let suspicious = AlertClass::SuspiciousBurst;
        assert_eq!(
            class(&|facts| facts.effective_authors = Some(1.2)),
            suspicious
        );
        assert_eq!(class(&|facts| facts.doubtful = 60), suspicious);
        assert_eq!(class(&|facts| facts.thread_share = Some(0.95)), suspicious);
        assert_eq!(
            class(&|facts| facts.now = mood(30, 6, 4)),
            AlertClass::Crisis
        );
        assert_eq!(
            class(&|facts| facts.now = mood(13, 10, 17)),
            AlertClass::Mixed
        );
        let cheap = Some(Change {
            before: Some(40.0),
            now: Some(29.9),
        });
        assert_eq!(class(&|facts| facts.price = cheap), AlertClass::PriceWar);
        let season = |facts: &mut Facts| {
            facts.occasion = true;
            facts.volume = 1.6;
        };
        assert_eq!(class(&season), AlertClass::Seasonal);
    }

    #[test]
    fn a_holiday_alone_explains_nothing() {
        let mut facts = hit();
        facts.occasion = true;
        assert_eq!(classify(&facts), AlertClass::Hit);
    }

    #[test]
    fn a_product_that_was_always_disliked_is_no_crisis() {
        let mut facts = hit();
        facts.now = mood(24, 10, 6);
        facts.before = mood(120, 50, 30);
        assert_eq!(classify(&facts), AlertClass::Hit);
    }

    #[test]
    fn unknown_authors_are_not_few_authors() {
        let mut facts = hit();
        facts.effective_authors = None;
        assert_eq!(classify(&facts), AlertClass::Hit);
    }
}
