use std::time::Duration;

/// The first pause before asking again.
const FIRST: Duration = Duration::from_secs(1);
/// No pause before asking again is longer.
const LONGEST: Duration = Duration::from_secs(60);

/// Statuses that may go away by themselves: time-outs, overload, a gateway between.
pub(super) fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 520..=524 | 529 | 530)
}

/// Pause before attempt `attempt` (1 is the first repetition): doubling from one second to one
/// minute, times 0.5 to 1.5 by `chance` (0 to 1), so that many clients do not come back at once.
pub(super) fn pause(attempt: u32, chance: f64) -> Duration {
    let doubled = FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(10));
    doubled.min(LONGEST).mul_f64(0.5 + chance.clamp(0.0, 1.0))
}

/// A number from 0 to 1 that depends only on its arguments. Randomness for jitter is passed in
/// as a seed, so a run can be repeated exactly.
pub(super) fn chance(seed: u64, what: &str, turn: u64) -> f64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_be_bytes());
    hasher.update(&turn.to_be_bytes());
    hasher.update(what.as_bytes());
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    // 53 bits: as many as an f64 holds exactly.
    (u64::from_be_bytes(bytes) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_within_their_jitter_and_stop_growing() {
        assert_eq!(pause(1, 0.0), Duration::from_millis(500));
        assert_eq!(pause(1, 1.0), Duration::from_millis(1_500));
        assert_eq!(pause(3, 0.5), Duration::from_secs(4));
        assert_eq!(pause(u32::MAX, 0.5), LONGEST);
    }

    #[test]
    fn chance_is_spread_over_the_unit_interval_and_repeatable() {
        let draws: Vec<f64> = (0..1_000).map(|turn| chance(7, "host", turn)).collect();
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        let mean = draws.iter().sum::<f64>() / 1_000.0;
        assert!((mean - 0.5).abs() < 0.05, "{mean}");
        assert_eq!(chance(7, "host", 3), chance(7, "host", 3));
        assert_ne!(chance(7, "host", 3), chance(8, "host", 3));
    }

    #[test]
    fn an_answer_that_will_not_change_is_not_asked_for_again() {
        for status in [400, 401, 403, 404, 410, 451, 501, 505] {
            assert!(!is_transient(status), "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504, 522] {
            assert!(is_transient(status), "{status}");
        }
    }
}
