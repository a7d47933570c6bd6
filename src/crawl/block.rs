//! Captcha and block pages: recognised, reported, never parsed as data.

use crate::source::Answer;

/// Only the beginning of a page is looked at.
const LOOK_AT: usize = 64 * 1024;

/// Words that stand on a block page and not on the page it hides, with the name it is reported
/// by. Lower case. Scripts that stand on good pages too (reCAPTCHA at a log-in form,
/// Cloudflare's beacon) are left out on purpose.
const MARKS: [(&str, &str); 13] = [
    ("<title>just a moment...</title>", "a Cloudflare check"),
    (
        "<title>attention required! | cloudflare",
        "a Cloudflare block",
    ),
    ("/errors/validatecaptcha", "an Amazon captcha"),
    (
        "to discuss automated access to amazon data",
        "an Amazon block",
    ),
    ("<title>robot check</title>", "a robot check"),
    ("captcha-delivery.com", "a DataDome captcha"),
    ("id=\"px-captcha\"", "a PerimeterX captcha"),
    ("<title>pardon our interruption", "an Imperva block"),
    ("_incapsula_resource?swudnsai", "an Imperva check"),
    (
        "unusual traffic from your computer network",
        "a Google check",
    ),
    ("errors.edgesuite.net", "an Akamai block"),
    ("<title>verify you are human", "a check for humans"),
    ("<title>security verification", "a check for humans"),
];

/// The name of the block page an answer is, if it is one.
pub(super) fn recognise(answer: &Answer) -> Option<&'static str> {
    if answer
        .header("cf-mitigated")
        .is_some_and(|value| value.eq_ignore_ascii_case("challenge"))
    {
        return Some("a Cloudflare check");
    }
    let head = answer
        .body
        .get(..LOOK_AT)
        .unwrap_or(&answer.body)
        .to_ascii_lowercase();
    // A post may quote these words: only a page of mark-up can be a block page.
    let is_html = match answer.header("content-type") {
        Some(kind) => kind.to_ascii_lowercase().contains("html"),
        None => head.trim_ascii_start().starts_with(b"<"),
    };
    if !is_html {
        return None;
    }
    let head = String::from_utf8_lossy(&head);
    MARKS
        .iter()
        .find(|(mark, _)| head.contains(mark))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: &str, body: &str) -> Answer {
        Answer {
            url: "https://shop.example/".parse().expect("url"),
            status: 200,
            headers: vec![("content-type".into(), kind.into())],
            body: body.into(),
            fetched_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_captcha_page_is_recognised_and_a_page_that_talks_of_one_is_not() {
        let captcha = "<html><form action=\"/errors/validateCaptcha\">";
        assert_eq!(
            recognise(&answer("text/html", captcha)),
            Some("an Amazon captcha")
        );
        let quoted = "{\"text\": \"it links to /errors/validateCaptcha\"}";
        assert_eq!(recognise(&answer("application/json", quoted)), None);
        let good = "<html><script src=\"/cdn-cgi/challenge-platform/x.js\"></script><li>Lamp</li>";
        assert_eq!(recognise(&answer("text/html; charset=utf-8", good)), None);
    }
}
