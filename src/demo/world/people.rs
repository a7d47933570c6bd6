//! Who writes: each site has its own people, a few of them busy, most of them rarely heard.

use super::dice::Dice;

/// The people of one feed.
#[derive(Debug, Clone, Copy)]
pub struct People {
    seed: u64,
    site: &'static str,
    room: &'static str,
    count: usize,
}

const STARTS: [&str; 40] = [
    "mar", "lin", "jo", "ka", "bren", "sato", "yu", "dewi", "agus", "kem", "elif", "tim", "anna",
    "lu", "paco", "rosa", "nils", "ines", "hana", "ryo", "budi", "siti", "max", "leo", "mia",
    "omar", "zey", "chen", "wei", "ken", "tom", "eva", "finn", "noa", "pia", "raj", "sol", "ute",
    "vic", "ayu",
];
const MIDDLES: [&str; 24] = [
    "", "", "", "_", ".", "der", "san", "chan", "loves", "and", "el", "mas", "bun", "xo", "the",
    "im", "real", "not", "just", "cafe", "cat", "run", "hh", "ly",
];
const ENDS: [&str; 28] = [
    "berg", "moto", "ito", "wati", "putra", "mann", "oglu", "ez", "ina", "ko", "son", "ling",
    "bear", "fox", "tea", "bread", "sky", "moon", "pix", "drums", "knits", "bikes", "dad", "mum",
    "plays", "reads", "nord", "sur",
];

impl People {
    /// The people of a room of a site; `posts` a day tells how many there must be so that most
    /// posts of a day have their own writer.
    pub fn new(seed: u64, site: &'static str, room: &'static str, posts: f64) -> People {
        People {
            seed,
            site,
            room,
            count: (posts * 45.0) as usize + 200,
        }
    }

    /// Somebody who writes today: the busy ones more often.
    pub fn anybody(&self, dice: &mut Dice) -> String {
        let place = dice.unit().powf(1.35) * self.count as f64;
        self.name(place as usize)
    }

    /// The name of one of them.
    fn name(&self, index: usize) -> String {
        let mut dice = Dice::new(
            self.seed,
            &format!("{} {} person {index}", self.site, self.room),
        );
        let mut name = String::new();
        for parts in [&STARTS[..], &MIDDLES[..], &ENDS[..]] {
            name.push_str(dice.pick(parts).copied().unwrap_or_default());
        }
        // The index keeps two people from sharing a name.
        format!("{name}{index}")
    }

    /// An account made today to push something: a word and many digits.
    pub fn fresh(&self, dice: &mut Dice) -> String {
        let word = dice.pick(&STARTS).copied().unwrap_or_default();
        format!("{word}{:08}", dice.below(100_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn most_posts_of_a_day_have_their_own_writer() {
        let people = People::new(1, "plaza", "us", 220.0);
        let mut dice = Dice::new(1, "day");
        let writers: BTreeSet<String> = (0..220).map(|_| people.anybody(&mut dice)).collect();
        assert!(writers.len() > 205, "{}", writers.len());
    }
}
