/// Complaints among the mentions of a SKU in a market: now, and before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mood {
    /// The last two weeks.
    pub recent: Tally,
    /// The eight weeks before them.
    pub before: Tally,
}

/// Complaints, returns among them, and all mentions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Mentions that complain.
    pub complaints: u32,
    /// All mentions.
    pub mentions: u32,
}

impl Tally {
    /// The share of complaints; `None` without mentions.
    pub fn share(&self) -> Option<f64> {
        (self.mentions > 0).then(|| f64::from(self.complaints) / f64::from(self.mentions))
    }

    /// Adds another tally.
    pub fn add(&mut self, other: Tally) {
        self.complaints += other.complaints;
        self.mentions += other.mentions;
    }
}

/// Fewer recent complaints than this are not a trend.
const COMPLAINTS_MIN: u32 = 5;

/// One-sided 1 % point of the standard normal.
const Z: f64 = 2.326;

impl Mood {
    /// The share before and now, when complaints rose by more than chance explains: at least
    /// five of them, half as much again as before, and a two-proportion z above the one-sided
    /// 1 % point.
    pub fn worsened(&self) -> Option<(f64, f64)> {
        let (now, before) = (self.recent.share()?, self.before.share()?);
        let (n, m) = (
            f64::from(self.recent.mentions),
            f64::from(self.before.mentions),
        );
        let pooled = f64::from(self.recent.complaints + self.before.complaints) / (n + m);
        let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
        (self.recent.complaints >= COMPLAINTS_MIN
            && now >= 1.5 * before
            && now - before > Z * error)
            .then_some((before, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_must_rise_clearly_and_not_only_by_a_few() {
        let mood = |recent: (u32, u32), before: (u32, u32)| Mood {
            recent: Tally {
                complaints: recent.0,
                mentions: recent.1,
            },
            before: Tally {
                complaints: before.0,
                mentions: before.1,
            },
        };
        assert_eq!(mood((20, 100), (20, 400)).worsened(), Some((0.05, 0.2)));
        assert_eq!(mood((4, 10), (5, 400)).worsened(), None, "four are too few");
        assert_eq!(mood((6, 100), (20, 400)).worsened(), None, "6 % after 5 %");
        assert_eq!(mood((9, 10), (0, 0)).worsened(), None, "nothing to compare");
        assert_eq!(mood((10, 10), (400, 400)).worsened(), None, "always bad");
    }
}
