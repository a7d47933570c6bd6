//! Texts that are learned from and measured on at once: they make any score a lie.

use super::Row;
use crate::tag::hash::{SEED, step};
use std::collections::HashMap;

/// Letters and digits below which a text is too common to tell anything: `thank you`.
const CHARS_MIN: usize = 12;

/// What stays the same of a text when it is copied about: its letters and digits in lower case,
/// hashed. `None` for a text of fewer than twelve.
pub fn key(text: &str) -> Option<u64> {
    let mut count = 0;
    let mut hash = SEED;
    let letters = text.chars().flat_map(char::to_lowercase);
    for c in letters.filter(|c| c.is_alphanumeric()) {
        hash = step(hash, u64::from(c));
        count += 1;
    }
    (count >= CHARS_MIN).then_some(hash)
}

/// Texts by what stays the same of them, each with a name of its place.
#[derive(Debug, Default)]
pub struct Seen {
    places: HashMap<u64, (u32, u32)>,
}

impl Seen {
    /// Remembers the rows of a file, which has a number.
    pub fn learn<'r>(&mut self, file: usize, rows: impl IntoIterator<Item = &'r Row>) {
        for (number, row) in rows.into_iter().enumerate() {
            if let Some(key) = key(&row.text) {
                let place = (file as u32, number as u32 + 1);
                self.places.entry(key).or_insert(place);
            }
        }
    }

    /// The number of the file and of the row in it, from 1, where a text was seen.
    pub fn find(&self, text: &str) -> Option<(usize, usize)> {
        let (file, row) = self.places.get(&key(text)?)?;
        Some((*file as usize, *row as usize))
    }
}

/// Leaves out the rows of `train` whose text is measured on, and says how many those were.
pub fn leave_out(train: &mut Vec<Row>, measured: &Seen) -> usize {
    let before = train.len();
    train.retain(|row| measured.find(&row.text).is_none());
    before - train.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Row {
        Row {
            language: "en".into(),
            label: "neutral".into(),
            text: text.into(),
        }
    }

    #[test]
    fn copies_are_found_whatever_their_case_marks_and_spaces() {
        let mut seen = Seen::default();
        seen.learn(3, &[row("short one"), row("The LAMP works, really!")]);
        assert_eq!(seen.find("the lamp works ... REALLY"), Some((3, 2)));
        assert_eq!(seen.find("the lamp works, not really"), None);
        assert_eq!(seen.find("short one"), None, "too short to tell");
        let mut train = vec![row("the lamp works really"), row("another lamp works")];
        assert_eq!(leave_out(&mut train, &seen), 1);
        assert_eq!(train[0].text, "another lamp works");
    }
}
