//! What a body looks like, for the message when it is not what was declared.

use std::borrow::Cow;

/// What a body looks like, in words for a person.
pub(super) fn describe(body: &[u8]) -> String {
    let told: Cow<'static, str> = match body {
        [] => "nothing at all".into(),
        [0x1f, 0x8b, ..] => "bytes still compressed with gzip".into(),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "bytes still compressed with zstd".into(),
        [b'P', b'K', 3, 4, ..] => "a zip archive".into(),
        [b'%', b'P', b'D', b'F', ..] => "a PDF".into(),
        _ if is_garbled(body) => "compressed or binary bytes, not text".into(),
        _ => {
            let head = String::from_utf8_lossy(&body[..body.len().min(1_024)]);
            let start = head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
            let lower = start.to_lowercase();
            if start.is_empty() {
                "blank space".into()
            } else if lower.starts_with("<!doctype html") || lower.contains("<html") {
                "an HTML page".into()
            } else if start.starts_with("<?xml") || start.starts_with("<rss") {
                "XML".into()
            } else if start.starts_with(['{', '[']) {
                "JSON".into()
            } else if start.starts_with('<') {
                "HTML or XML".into()
            } else {
                "plain text".into()
            }
        }
    };
    told.into_owned()
}

/// Whether a body is not text: too many control or replacement characters at its start.
pub(super) fn is_garbled(body: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&body[..body.len().min(4_096)]).into_owned();
    let (mut all, mut bad) = (0_usize, 0_usize);
    for c in head.chars() {
        all += 1;
        let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1b}');
        if control {
            bad += 1;
        }
    }
    // Replacement characters alone may be another charset; control characters never are text.
    all > 0 && bad * 50 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_told_apart() {
        for (body, told) in [
            (&b"\x1f\x8b\x08\x00"[..], "gzip"),
            (b"<!DOCTYPE html><p>", "HTML page"),
            (b"  {\"a\":1}", "JSON"),
            (b"<?xml version='1.0'?><rss/>", "XML"),
            (b"", "nothing"),
            (b"hello", "plain text"),
            (b"\x01\x02\x03\x04abc\x05", "binary"),
        ] {
            assert!(describe(body).contains(told), "{told}: {}", describe(body));
        }
    }

    #[test]
    fn a_compressed_body_that_was_saved_as_text_is_seen() {
        let spoilt =
            "\u{fffd}S\u{fffd}%\u{fffd}\u{e}\u{fffd}:\u{1}\u{0}\u{fffd}p\u{7f}L[".repeat(40);
        assert!(is_garbled(spoilt.as_bytes()));
        assert!(!is_garbled("普通の日本語、そして кириллица".as_bytes()));
        let (koi, _, _) = encoding_rs::KOI8_R.encode("обычный русский текст без разметки");
        assert!(!is_garbled(&koi));
    }
}
