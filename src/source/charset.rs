//! Bytes → text. The order of trust: byte order mark, a declaration that fits the bytes, UTF-8 if
//! the bytes are UTF-8, and at last what the letters look like, as browsers guess.

mod rare;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// A character set a source declares for its pages.
pub(super) type Charset = &'static Encoding;

/// How many bytes are searched for a declaration inside the page.
const DECLARATION_BYTES: usize = 4_096;

/// How many bytes a guess looks at.
const GUESS_BYTES: usize = 65_536;

/// The charset of a label such as `euc-jp`.
pub(super) fn charset(label: &str) -> Option<Charset> {
    Encoding::for_label(label.trim().as_bytes())
}

/// Decodes a body, given its `Content-Type` and the charset its source declares.
pub(super) fn decode<'a>(
    body: &'a [u8],
    content_type: Option<&str>,
    declared: Option<Charset>,
) -> Cow<'a, str> {
    if let Some(text) = rare::decode(body) {
        return Cow::Owned(text);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        return encoding.decode_without_bom_handling(&body[mark..]).0;
    }
    let candidates = [content_type.and_then(in_header), in_page(body), declared];
    // A body that is valid UTF-8 and not plain ASCII is UTF-8, whatever its server says: no
    // other charset forms valid sequences by chance.
    if let Ok(text) = std::str::from_utf8(body)
        && (!text.is_ascii() || candidates.iter().flatten().all(|c| c.is_ascii_compatible()))
        && !is_escaped_japanese(text, &candidates)
    {
        return Cow::Borrowed(text);
    }
    for encoding in candidates.into_iter().flatten() {
        let (text, failed) = encoding.decode_without_bom_handling(body);
        if !failed {
            return text;
        }
    }
    // Every declaration was wrong somewhere: prefer one that is wrong to a guess, unless it is
    // UTF-8, whose replacement characters would eat every accent.
    let known = candidates.into_iter().flatten().find(|c| *c != UTF_8);
    let bad = body.iter().filter(|byte| **byte >= 0x80).count();
    let (utf8, _) = UTF_8.decode_without_bom_handling(body);
    let lost = utf8.matches('\u{fffd}').count();
    if known.is_none() && lost * 8 < bad {
        return utf8;
    }
    known
        .unwrap_or_else(|| guess(body))
        .decode_without_bom_handling(body)
        .0
}

/// The charset that the letters of an undeclared body fit best; windows-1252 reads anything.
fn guess(body: &[u8]) -> Charset {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // Only the bytes from the first one that is not ASCII on tell anything.
    let start = body.iter().position(|byte| *byte >= 0x80).unwrap_or(0);
    let end = body.len().min(start + GUESS_BYTES);
    detector.feed(&body[start..end], end == body.len());
    detector.guess(None, Utf8Detection::Deny)
}

/// ISO-2022-JP is written in ASCII bytes; only its escape sequences give it away.
fn is_escaped_japanese(text: &str, candidates: &[Option<Charset>]) -> bool {
    text.contains('\u{1b}')
        && candidates
            .iter()
            .flatten()
            .any(|c| *c == encoding_rs::ISO_2022_JP)
}

fn in_header(content_type: &str) -> Option<Charset> {
    content_type
        .split(';')
        .find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case("charset").then_some(value)
        })
        .and_then(|label| charset(label.trim_matches(['"', '\'', ' '])))
}

/// `<?xml encoding="…"?>`, `<meta charset="…">`, `<meta content="…; charset=…">`.
fn in_page(body: &[u8]) -> Option<Charset> {
    let head = String::from_utf8_lossy(&body[..body.len().min(DECLARATION_BYTES)]);
    let head = head.to_ascii_lowercase();
    ["encoding=", "charset="].iter().find_map(|word| {
        if *word == "encoding=" && !head.trim_start().starts_with("<?xml") {
            return None;
        }
        let after = head
            .split(word)
            .nth(1)?
            .trim_start_matches(['"', '\'', ' ']);
        let end = after
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')))
            .unwrap_or(after.len());
        charset(&after[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_page_without_a_header_is_read_by_its_own_declaration() {
        let (body, _, _) = encoding_rs::EUC_JP.encode("<meta charset=euc-jp><p>日本語の商品</p>");
        assert!(decode(&body, None, None).contains("日本語の商品"));
        let (bare, _, _) = encoding_rs::SHIFT_JIS.encode("順位 1 位");
        assert_eq!(decode(&bare, None, charset("shift_jis")), "順位 1 位");
    }

    #[test]
    fn utf8_wins_over_a_server_that_says_latin() {
        let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>größer</a>";
        let header = Some("text/xml; charset=iso-8859-1");
        assert!(decode(text.as_bytes(), header, None).contains("größer"));
    }

    #[test]
    fn undeclared_latin_is_not_eaten() {
        assert_eq!(decode(b"caf\xe9 cr\xe8me", None, None), "café crème");
        assert_eq!(
            decode(b"caf\xe9", Some("text/html; charset=UTF-8"), None),
            "café"
        );
    }

    #[test]
    fn undeclared_letters_are_known_by_their_look() {
        for (encoding, text) in [
            (
                encoding_rs::KOI8_R,
                "Как пережить новогоднюю ночь без потерь",
            ),
            (
                encoding_rs::WINDOWS_1251,
                "Новый чайник шумит сильнее старого",
            ),
            (
                encoding_rs::EUC_JP,
                "新しい電気ケトルはとても静かです。おすすめ",
            ),
            (
                encoding_rs::SHIFT_JIS,
                "新しい電気ケトルはとても静かです。おすすめ",
            ),
            (encoding_rs::GBK, "这个新的电热水壶非常安静，值得推荐"),
            (encoding_rs::EUC_KR, "새 전기 주전자는 아주 조용합니다"),
        ] {
            let (body, _, _) = encoding.encode(text);
            assert_eq!(decode(&body, None, None), text, "{}", encoding.name());
        }
    }

    #[test]
    fn one_broken_byte_does_not_spoil_a_utf8_page() {
        let mut body = "größer, schöner, süßer, köstlich, fröhlich, Öl, Übermut, ähnlich"
            .as_bytes()
            .to_vec();
        body.push(0xff);
        assert!(decode(&body, None, None).starts_with("größer"));
    }
}
