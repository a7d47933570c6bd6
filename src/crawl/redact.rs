//! Secrets in addresses: never shown, never recorded.

use serde_json::Value;
use url::Url;

/// What stands where a secret stood.
pub(super) const REDACTED: &str = "REDACTED";

/// Words that make a query parameter a secret, in the spellings of the documented APIs.
const SECRET_WORDS: [&str; 14] = [
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
    "session",
    "cookie",
    "jwt",
    "hmac",
];

/// Words that make a token a place in a list: a recording without it could not be replayed.
const PLACES: [&str; 7] = [
    "page",
    "pagination",
    "next",
    "prev",
    "continuation",
    "cursor",
    "sync",
];

/// Whether a query parameter's value must not be shown.
pub(super) fn is_secret(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if name.ends_with("token") && PLACES.iter().any(|word| name.contains(word)) {
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

/// Every spelling in which an answer may repeat a secret: as it is, encoded for an address, inside
/// JSON.
pub(super) fn spellings(secret: &str) -> Vec<String> {
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut spellings = vec![
        secret.to_owned(),
        encoded.replace('+', "%20"),
        encoded,
        secret.replace('/', "\\/"),
    ];
    spellings.sort();
    spellings.dedup();
    spellings
}

/// The secrets in a body that is sent: values of secret fields in JSON or in a form.
pub(super) fn of_body(body: &str) -> Vec<String> {
    let mut secrets = Vec::new();
    match serde_json::from_str(body) {
        Ok(json) => of_json(&json, &mut secrets),
        Err(_) => secrets.extend(
            url::form_urlencoded::parse(body.as_bytes())
                .filter(|(name, _)| is_secret(name))
                .map(|(_, value)| value.into_owned()),
        ),
    }
    secrets
}

/// The secrets that a JSON answer hands out: keys, tokens, passwords.
pub(super) fn of_json(value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_secret(name) => secrets.push(text.clone()),
                    _ => of_json(value, secrets),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| of_json(item, secrets)),
        _ => {}
    }
}

/// Whether a value looks as if it were drawn by a machine; a word that happens to stand in a field
/// called `session` is none that must be hidden wherever it stands.
pub(super) fn is_random(value: &str) -> bool {
    value.len() >= 16
        && !value.contains("://")
        && !value.contains(char::is_whitespace)
        && value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
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
    fn places_in_lists_are_no_secrets() {
        for name in [
            "next_token",
            "pagination_token",
            "nextPageToken",
            "continuation",
            "sync-token",
        ] {
            assert!(!is_secret(name), "{name}");
        }
        for name in [
            "token",
            "access_token",
            "X-Amz-Security-Token",
            "sessionid",
            "client_secret",
        ] {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_are_found_in_bodies() {
        assert_eq!(of_body("a=1&client_secret=s%2F1&b=2"), ["s/1"]);
        assert_eq!(
            of_body(r#"{"auth": {"password": "p"}, "q": "lamp"}"#),
            ["p"]
        );
        assert_eq!(spellings("a/b+c"), ["a%2Fb%2Bc", "a/b+c", "a\\/b+c"]);
    }

    #[test]
    fn an_address_without_secrets_is_shown_byte_for_byte() {
        let url: Url = "https://example.org/a%20b?q=%E7%81%AF&flag"
            .parse()
            .expect("url");
        assert_eq!(shown(&url), url.to_string());
    }
}
