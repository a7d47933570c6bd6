//! One address for the many a post goes by, so that what two sources of a site show is one post.

use url::Url;

/// Parameters that say how a reader came, not what is read.
const TRACKS: [&str; 20] = [
    "fbclid", "gclid", "dclid", "msclkid", "yclid", "twclid", "ttclid", "igshid", "igsh", "mc_cid",
    "mc_eid", "ref", "ref_src", "ref_url", "spm", "scm", "si", "_ga", "amp", "share_id",
];

/// Hosts that show the same pages in another dress.
const DRESSES: [&str; 5] = ["www.", "m.", "mobile.", "amp.", "old."];

/// The address without scheme, dress, tracks, place of reading and closing slash. `None`: it is
/// none of a page.
pub(super) fn canonical(address: &str) -> Option<String> {
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    let host = DRESSES
        .iter()
        .find_map(|dress| host.strip_prefix(dress).filter(|rest| rest.contains('.')))
        .unwrap_or(host);
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/amp").unwrap_or(path);
    let mut out = format!("{host}{path}");
    if let Some(port) = url.port() {
        out.push_str(&format!(":{port}"));
    }
    let mut pairs: Vec<(String, String)> = url
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| !name.starts_with("utm_") && !TRACKS.contains(&name.as_str()))
        .collect();
    pairs.sort_unstable();
    for (name, value) in pairs {
        out.push_str(&format!("&{name}={value}"));
    }
    // `#post-5` is another post of the page, `#comments` a place on it.
    if let Some(part) = url
        .fragment()
        .filter(|part| part.contains(|c: char| c.is_ascii_digit()))
    {
        out.push_str(&format!("#{part}"));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_page_has_one_address() {
        let one = canonical("https://shop.example/blog/lamp");
        assert!(one.is_some());
        for same in [
            "http://www.shop.example/blog/lamp/",
            "https://m.shop.example/blog/lamp?utm_source=x&fbclid=1",
            "https://amp.shop.example/blog/lamp#comments",
            "https://shop.example/blog/lamp/amp?amp=1",
        ] {
            assert_eq!(canonical(same), one, "{same}");
        }
        for other in [
            "https://shop.example/blog/lamp?page=2",
            "https://shop.example/blog/lamp#post-5",
            "https://shop.example:8080/blog/lamp",
            "https://shop.example/blog",
            "https://m.example/blog/lamp",
        ] {
            assert_ne!(canonical(other), one, "{other}");
        }
        assert_eq!(
            canonical("https://shop.example/?b=2&a=1"),
            canonical("https://shop.example?a=1&b=2&utm_medium=feed")
        );
        assert_eq!(canonical("at://did:plc:x/app.bsky.feed.post/1"), None);
        assert_eq!(canonical("not an address"), None);
    }
}
