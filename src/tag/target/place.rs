//! Where a target stands in a text.

use crate::tag::phrases::is_whole;
use std::ops::Range;

/// Stands for the target in a text.
const PLACE: &str = "$T$";

/// A text with a target put in the place of [`PLACE`], or as it is where it names the target by
/// itself, and where the target stands, in Unicode scalar values.
pub fn put_target(text: &str, name: &str) -> (String, Option<Range<usize>>) {
    let bytes = match text.find(PLACE) {
        Some(at) => Some((text.replacen(PLACE, name, 1), at..at + name.len())),
        None => find_name(text, name).map(|range| (text.to_owned(), range)),
    };
    match bytes {
        None => (text.to_owned(), None),
        Some((text, range)) => {
            let start = text[..range.start].chars().count();
            let length = text[range].chars().count();
            (text, Some(start..start + length))
        }
    }
}

/// Where a name stands in a text: as a word of its own if it can, whatever its case in ASCII.
fn find_name(text: &str, name: &str) -> Option<Range<usize>> {
    if name.is_empty() {
        return None;
    }
    let (folded, wanted) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut found = folded
        .match_indices(&wanted)
        .map(|(at, _)| at..at + name.len());
    let first = found.clone().next();
    found.find(|range| is_whole(text, range)).or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_target_is_put_in_its_place_or_found_as_a_word() {
        assert_eq!(
            put_target("der $T$ hält", "Akku"),
            ("der Akku hält".into(), Some(4..8))
        );
        // Not the `tea` in `team`.
        assert_eq!(put_target("Team Tea", "tea").1, Some(5..8));
        assert_eq!(put_target("电池很好", "电池").1, Some(0..2));
        assert_eq!(put_target("nothing here", "cup").1, None);
        assert_eq!(put_target("nothing here", "").1, None);
    }

    proptest! {
        #[test]
        fn a_place_lies_in_the_text_and_holds_the_name(text in "\\PC{0,30}", name in "\\PC{0,8}") {
            let (text, place) = put_target(&text, &name);
            if let Some(place) = place {
                let held: String = text.chars().skip(place.start).take(place.len()).collect();
                prop_assert!(held.eq_ignore_ascii_case(&name));
            }
        }
    }
}
