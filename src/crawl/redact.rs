//! Secrets in addresses: never shown, never recorded.

use url::Url;

/// What stands where a secret stood.
pub(super) const REDACTED: &str = "REDACTED";

/// Words that make a query parameter a secret, in the spellings of the documented APIs.
const SECRET_WORDS: [&str; 10] = [
    "apikey",
    "accesskey",
    "token",
    "secret",
    "password",
    "passwd",
    "signature",
    "applicationid",
    "credential",
    "authorization",
];

/// Whether a query parameter's value must not be shown.
pub(super) fn is_secret(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    // A page token is a cursor, not a secret, and a recording without it could not be replayed.
    if matches!(
        name.as_str(),
        "pagetoken" | "nextpagetoken" | "continuationtoken"
    ) {
        return false;
    }
    matches!(name.as_str(), "key" | "sig" | "auth" | "appid")
        || SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// The address with secret values and user names taken out, and the values that were taken.
pub(super) fn split(url: &Url) -> (Url, Vec<String>) {
    let mut clean = url.clone();
    let mut secrets = Vec::new();
    // Fails only for addresses that cannot have a user name.
    let _ = clean.set_username("");
    let _ = clean.set_password(None);
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in url.query_pairs() {
            if is_secret(&name) {
                secrets.push(value.into_owned());
                query.append_pair(&name, REDACTED);
            } else {
                query.append_pair(&name, &value);
            }
        }
        clean.set_query(Some(&query.finish()));
    }
    (clean, secrets)
}

/// The address as messages show it: without secrets, and not longer than a line.
pub fn shown(url: &Url) -> String {
    let text = split(url).0.to_string();
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_leave_the_address_and_cursors_stay() {
        let url: Url = "https://me:pw@api.example/v1?q=led+lamp&api_key=abc123&pageToken=CAUQ&access_token=zz&x_signature=1"
            .parse()
            .expect("url");
        assert_eq!(
            shown(&url),
            "https://api.example/v1?q=led+lamp&api_key=REDACTED&pageToken=CAUQ&access_token=REDACTED&x_signature=REDACTED"
        );
        assert_eq!(split(&url).1, ["abc123", "zz", "1"]);
    }

    #[test]
    fn an_address_without_secrets_is_shown_byte_for_byte() {
        let url: Url = "https://example.org/a%20b?q=%E7%81%AF&flag"
            .parse()
            .expect("url");
        assert_eq!(shown(&url), url.to_string());
    }
}
