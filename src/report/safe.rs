use unicode_segmentation::UnicodeSegmentation;

/// Letters shown of a quote.
pub const QUOTE_LETTERS_MAX: usize = 280;

/// Letters shown of a name, a phrase or a source.
pub const NAME_LETTERS_MAX: usize = 80;

/// A letter with more marks on it than this is a picture, not writing.
const SCALARS_IN_LETTER_MAX: usize = 10;

/// Outside text, fit to be shown to people anywhere: page, mail or terminal.
///
/// Control characters, marks that turn the direction of writing, invisible characters and letters
/// piled up with marks are taken out; spaces and line breaks become one space; @handles, mail
/// addresses and phone numbers are masked; what is longer than `letters` is cut. The result is
/// still text, not markup: whoever writes HTML escapes it.
pub fn shown(text: &str, letters: usize) -> String {
    // Bounded before anything else: a text can be as long as a page.
    let text: String = text.chars().take(letters.saturating_mul(20)).collect();
    let mut clean = String::with_capacity(text.len());
    for letter in text.graphemes(true) {
        if letter.chars().any(char::is_whitespace) {
            if !clean.is_empty() && !clean.ends_with(' ') {
                clean.push(' ');
            }
            continue;
        }
        clean.extend(
            letter
                .chars()
                .filter(|scalar| !is_hidden(*scalar))
                .take(SCALARS_IN_LETTER_MAX),
        );
    }
    let masked = crate::record::mask(clean.trim_end());
    let mut shown: String = masked.graphemes(true).take(letters).collect();
    if shown.len() < masked.len() {
        shown.truncate(shown.trim_end().len());
        shown.push('…');
    }
    shown
}

/// A name or code: as [`shown`], at the length of names.
pub fn shown_name(text: &str) -> String {
    shown(text, NAME_LETTERS_MAX)
}

/// A link that may be followed: http or https, without a user in it, of bearable length.
pub fn shown_link(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none();
    let text = url.to_string();
    (is_plain && text.len() <= 500).then_some(text)
}

/// Characters that change how the text around them looks, or cannot be seen. The joiners U+200C
/// and U+200D stay: Hindi, Persian and emoji are written with them.
fn is_hidden(scalar: char) -> bool {
    scalar.is_control()
        || matches!(scalar,
            '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'
            | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_could_disturb_a_screen_is_taken_out() {
        assert_eq!(shown("a\u{202E}b\u{2066}c\u{200B}d\u{FEFF}", 50), "abcd");
        assert_eq!(shown("\u{1b}[31mred\u{7}\u{9b}2J", 50), "[31mred2J");
        assert_eq!(shown("one\r\n\t two\u{2028}three ", 50), "one two three");
        let pile = format!("Z{}o", "\u{0301}".repeat(200));
        assert!(shown(&pile, 50).chars().count() <= 12);
        assert_eq!(shown("👩‍👩‍👧‍👦 ok", 50), "👩‍👩‍👧‍👦 ok");
    }

    #[test]
    fn handles_and_addresses_are_masked_even_when_taken_apart_by_invisible_marks() {
        let text = shown("ask @an\u{200B}na_b or anna@exam\u{200B}ple.com", 80);
        assert!(
            !text.contains("anna") && !text.contains("example"),
            "{text}"
        );
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(shown("保温杯很好用", 3), "保温杯…");
        assert_eq!(shown("ab cd", 3), "ab…");
        assert_eq!(shown("abc", 3), "abc");
    }

    #[test]
    fn only_plain_web_links_are_followed() {
        assert_eq!(
            shown_link("https://shop.example/a?b=<c>").as_deref(),
            Some("https://shop.example/a?b=%3Cc%3E")
        );
        for wrong in [
            "javascript:alert(1)",
            "data:text/html,x",
            "/a",
            "https://user@bank.example/",
            "not a link",
        ] {
            assert_eq!(shown_link(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn nothing_hidden_survives_and_length_is_bounded(text in any::<String>(), max in 1_usize..60) {
            let shown = shown(&text, max);
            prop_assert!(!shown.chars().any(is_hidden));
            prop_assert!(shown.graphemes(true).count() <= max + 1);
        }
    }
}
