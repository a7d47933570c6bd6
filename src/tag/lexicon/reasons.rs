//! Why something would be returned: the phrases of `reasons.txt`.

use super::{Entry, Sense};
use crate::record::Reason;
use std::sync::LazyLock;

/// Lines of language, reason and phrases; `bad` stands for unkind words.
static TEXT: &str = include_str!("reasons.txt");

static PHRASES: LazyLock<Vec<Entry>> = LazyLock::new(|| TEXT.lines().filter_map(entry).collect());

/// Entries of this file.
pub fn phrases() -> &'static [Entry] {
    &PHRASES
}

/// The entry of a line; comments, empty lines and unknown reasons have none.
fn entry(line: &'static str) -> Option<Entry> {
    let (language, rest) = line.split_once(' ')?;
    let (name, phrases) = rest.split_once(' ')?;
    let sense = match name {
        "bad" => Sense::Bad,
        name => Sense::Reason(Reason::of(name)?),
    };
    (language != "#").then_some((language, sense, phrases))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_line_is_read_and_every_language_has_every_reason() {
        let lines = TEXT
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'));
        assert_eq!(lines.clone().count(), phrases().len());
        let languages: BTreeSet<&str> = phrases().iter().map(|entry| entry.0).collect();
        assert!(languages.len() >= 18, "{languages:?}");
        for language in languages {
            let own = || phrases().iter().filter(|entry| entry.0 == language);
            assert!(own().any(|entry| entry.1 == Sense::Bad), "{language}");
            for reason in Reason::ALL {
                let strong = own().any(|(_, sense, phrases)| {
                    *sense == Sense::Reason(reason) && !phrases.starts_with('~')
                });
                assert!(strong, "{language} has no phrase for {}", reason.name());
            }
        }
        for (language, _, phrases) in phrases() {
            for phrase in phrases.split('|') {
                assert_eq!(phrase, phrase.trim(), "{language}");
                assert!(
                    phrase.trim_start_matches('~').len() > 1,
                    "{language}: {phrase}"
                );
            }
        }
    }
}
