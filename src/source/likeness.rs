//! What a body looks like, for the message when it is not what was declared, and the signs of a
//! page that keeps programs out.

use std::borrow::Cow;

/// How far into a page the signs are looked for.
const LOOK_BYTES: usize = 65_536;

/// What stands in block pages and nowhere else, folded to lower case.
const SIGNS: &[(&str, &str)] = &[
    ("api-services-support@amazon.com", "a robot check"),
    ("/errors/validatecaptcha", "a captcha"),
    ("<title>just a moment...", "a browser check"),
    ("cf-browser-verification", "a browser check"),
    ("challenges.cloudflare.com", "a browser check"),
    ("_incapsula_resource", "a browser check"),
    ("px-captcha", "a captcha"),
    ("captcha-delivery.com", "a captcha"),
    ("<title>robot check", "a robot check"),
    ("<title>access denied", "access denied"),
    ("<title>attention required", "a browser check"),
    (
        "our systems have detected unusual traffic",
        "unusual traffic",
    ),
    ("pardon our interruption", "a browser check"),
    ("please verify you are a human", "a captcha"),
    ("verify you are human", "a captcha"),
    ("class=\"g-recaptcha\"", "a captcha"),
    ("class=\"h-captcha\"", "a captcha"),
    ("whoa there, pardner", "blocked by the network's policy"),
];

/// The sign by which a body gives itself away as a block page.
pub(super) fn block_sign(body: &[u8]) -> Option<&'static str> {
    let head = String::from_utf8_lossy(&body[..body.len().min(LOOK_BYTES)]).to_lowercase();
    SIGNS
        .iter()
        .find(|(sign, _)| head.contains(sign))
        .map(|(_, name)| *name)
}

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

    #[test]
    fn block_pages_give_themselves_away() {
        let page = b"<html><head><title>Robot Check</title></head></html>";
        assert_eq!(block_sign(page), Some("a robot check"));
        assert_eq!(block_sign(b"<html><title>Best captcha games</title>"), None);
    }
}
