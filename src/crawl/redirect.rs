//! Where a redirect leads, and what it may take along.

use super::{Error, shown};
use crate::source::{Answer, Request};

/// The request a redirect leads to; `None` when the answer is not one.
pub(super) fn redirected(request: &Request, answer: &Answer) -> Result<Option<Request>, Error> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let wrong = |why: &str| Error::Redirect {
        url: shown(&request.url),
        why: why.to_owned(),
    };
    let place = answer
        .header("location")
        .ok_or_else(|| wrong("to nowhere: there is no Location"))?;
    let mut url = request
        .url
        .join(place)
        .map_err(|_| wrong("to something that is not an address"))?;
    url.set_fragment(None);
    if request.url.scheme() == "https" && url.scheme() == "http" {
        return Err(wrong(
            "from https to http, which could be read by others on the way",
        ));
    }
    let mut next = request.clone();
    if url.origin() != request.url.origin() {
        // Whatever the source sends may be a key for the first site only.
        next.headers.retain(|(name, _)| {
            name.eq_ignore_ascii_case("accept") || name.eq_ignore_ascii_case("accept-language")
        });
    }
    if matches!(answer.status, 301..=303) && !next.method.eq_ignore_ascii_case("GET") {
        next.method = "GET".into();
        next.body = None;
        next.headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
    next.url = url;
    Ok(Some(next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn hop(from: &str, status: u16, to: &str) -> Result<Option<Request>, Error> {
        let request = Request {
            method: "POST".into(),
            url: from.parse().expect("url"),
            headers: vec![
                ("Authorization".into(), "Bearer secret".into()),
                ("Accept".into(), "application/json".into()),
            ],
            body: Some("{}".into()),
        };
        let answer = Answer {
            url: request.url.clone(),
            status,
            headers: vec![("location".into(), to.into())],
            body: Vec::new(),
            fetched_at: Timestamp::UNIX_EPOCH,
        };
        redirected(&request, &answer)
    }

    #[test]
    fn a_redirect_to_another_site_takes_no_keys_along() {
        let next = hop("https://a.example/x", 307, "https://b.example/y")
            .expect("hop")
            .expect("next");
        assert_eq!(
            next.headers,
            [("Accept".to_owned(), "application/json".to_owned())]
        );
        assert_eq!(
            (next.method.as_str(), next.body.as_deref()),
            ("POST", Some("{}"))
        );
        let same = hop("https://a.example/x", 307, "/y#part")
            .expect("hop")
            .expect("next");
        assert_eq!(same.url.as_str(), "https://a.example/y");
        assert_eq!(same.headers.len(), 2);
    }

    #[test]
    fn a_post_becomes_a_get_where_the_status_says_so() {
        let next = hop("https://a.example/x", 303, "/y")
            .expect("hop")
            .expect("next");
        assert_eq!((next.method.as_str(), next.body), ("GET", None));
    }

    #[test]
    fn a_redirect_out_of_encryption_is_refused() {
        assert!(hop("https://a.example/x", 302, "http://a.example/x").is_err());
        assert!(hop("http://a.example/x", 302, "https://a.example/x").is_ok());
    }
}
