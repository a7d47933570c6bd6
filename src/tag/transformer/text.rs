//! A text as models learned on posts expect it: handles and links stand for themselves.

/// Characters of a text that are read, at most. A post is shorter, and a page of text says no
/// more about its feeling; it bounds the time.
const CHARS_MAX: usize = 2_000;

/// The text on one line, with `@user` for a handle and `http` for a link, as the tweets were that
/// the common sentiment models were tuned on. Names of strangers decide nothing.
pub fn prepared(raw: &str) -> String {
    let start: String = raw.chars().take(CHARS_MAX).collect();
    let mut out = String::with_capacity(start.len());
    for word in start.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        let is_link = word.starts_with("http://") || word.starts_with("https://");
        match word.strip_prefix('@') {
            Some(name) if !name.is_empty() => out.push_str("@user"),
            _ if is_link => out.push_str("http"),
            _ => out.push_str(word),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn handles_and_links_lose_their_names() {
        assert_eq!(
            prepared("@anna_k look:\n https://shop.example/x?y=1  @ 5 pm"),
            "@user look: http @ 5 pm"
        );
        assert_eq!(prepared(" \u{a0}\n"), "");
        assert_eq!(prepared(&"é".repeat(1_000_000)).chars().count(), CHARS_MAX);
    }

    proptest! {
        #[test]
        fn twice_is_once(raw in "\\PC{0,200}") {
            let once = prepared(&raw);
            prop_assert_eq!(prepared(&once), once);
        }
    }
}
