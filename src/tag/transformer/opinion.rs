//! A model's opinion → sentiment.

use super::labels::Opinion;
use crate::record::{Polarity, Sentiment};

/// Below this probability the label is marked as not to be counted, as with the built-in model.
const PROBABILITY_MIN: f32 = 0.5;
/// The built-in model saw no text to judge where its neutral is this sure and it abstains.
const NOTHING_SEEN: f32 = 0.999;

/// The sentiment that a model's opinion comes to, beside what the built-in model said.
///
/// A model without a neutral only divides what is not neutral: how much is neutral is still the
/// built-in model's to say. Where that saw no text, such a model says nothing (`None`).
pub fn sentiment(opinion: Opinion, built_in: &Sentiment) -> Option<Sentiment> {
    let (negative, neutral, positive) = match opinion.neutral {
        Some(neutral) => (opinion.negative, neutral, opinion.positive),
        None => {
            let neutral = built_in.neutral;
            if built_in.abstain && neutral >= NOTHING_SEEN {
                return None;
            }
            let rest = 1.0 - neutral;
            (opinion.negative * rest, neutral, opinion.positive * rest)
        }
    };
    let (label, best) = [
        (Polarity::Neutral, neutral),
        (Polarity::Negative, negative),
        (Polarity::Positive, positive),
    ]
    .into_iter()
    .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    Some(Sentiment {
        label,
        negative,
        neutral,
        positive,
        abstain: best < PROBABILITY_MIN,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn built_in(negative: f32, neutral: f32, positive: f32) -> Sentiment {
        Sentiment {
            label: Polarity::Neutral,
            negative,
            neutral,
            positive,
            abstain: true,
        }
    }

    fn opinion(negative: f32, neutral: Option<f32>, positive: f32) -> Opinion {
        Opinion {
            negative,
            neutral,
            positive,
        }
    }

    #[test]
    fn a_model_of_three_says_it_all() {
        let found = sentiment(opinion(0.7, Some(0.2), 0.1), &built_in(0.1, 0.1, 0.8)).unwrap();
        assert_eq!((found.label, found.abstain), (Polarity::Negative, false));
        assert_eq!(
            (found.negative, found.neutral, found.positive),
            (0.7, 0.2, 0.1)
        );
        let close = sentiment(opinion(0.4, Some(0.35), 0.25), &built_in(0.1, 0.1, 0.8)).unwrap();
        assert!(close.abstain);
    }

    #[test]
    fn a_model_of_two_divides_what_is_not_neutral() {
        let found = sentiment(opinion(0.9, None, 0.1), &built_in(0.3, 0.4, 0.3)).unwrap();
        assert_eq!(found.neutral, 0.4);
        assert!((found.negative - 0.54).abs() < 1e-6);
        assert_eq!((found.label, found.abstain), (Polarity::Negative, false));
        let calm = sentiment(opinion(0.9, None, 0.1), &built_in(0.1, 0.8, 0.1)).unwrap();
        assert_eq!(calm.label, Polarity::Neutral);
        assert_eq!(
            sentiment(opinion(0.9, None, 0.1), &Sentiment::default()),
            None
        );
    }

    proptest! {
        #[test]
        fn probabilities_add_up(
            first in 0.0_f32..=1.0,
            share in 0.0_f32..=1.0,
            neutral in 0.0_f32..=0.99,
            three: bool,
        ) {
            let (given, rest) = if three { (Some(neutral), 1.0 - neutral) } else { (None, 1.0) };
            let asked = opinion(rest * share, given, rest * (1.0 - share));
            let own = built_in(first * (1.0 - neutral), neutral, (1.0 - first) * (1.0 - neutral));
            let found = sentiment(asked, &own).unwrap();
            let sum = found.negative + found.neutral + found.positive;
            prop_assert!((sum - 1.0).abs() < 1e-5);
        }
    }
}
