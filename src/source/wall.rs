//! Pages that stand in front of the page that was asked for: captchas, checks for humans, blocks,
//! consent forms. Recognised by what only such a page holds, never by words alone: a forum that
//! talks of captchas is a forum.

use super::exchange::Answer;
use super::html::plain_text;
use url::Url;

/// Only the beginning of a page is looked at.
const LOOK_BYTES: usize = 64 * 1024;

/// A wall has little to say. A page with more text than this is the page itself, whatever it
/// quotes.
const WALL_CHARS_MAX: usize = 3_000;

/// A page that only sets a cookie and loads itself again has no more bytes and letters than this.
const RELOAD_BYTES_MAX: usize = 16 * 1024;
const RELOAD_CHARS_MAX: usize = 200;

/// What stands on a wall and not on the page behind it, in lower case, with the name it is
/// reported by. Scripts that stand on good pages too (reCAPTCHA at a log-in form, the beacons of
/// Cloudflare, DataDome and PerimeterX) are left out on purpose.
const MARKS: &[(&str, &str)] = &[
    ("<title>just a moment...</title>", "a Cloudflare check"),
    ("window._cf_chl_opt", "a Cloudflare check"),
    ("cf-browser-verification", "a Cloudflare check"),
    (
        "<title>attention required! | cloudflare",
        "a Cloudflare block",
    ),
    (
        "used cloudflare to restrict access</title>",
        "a Cloudflare block",
    ),
    ("/errors/validatecaptcha", "an Amazon captcha"),
    ("/errors_page/validatecaptcha", "an Amazon captcha"),
    ("api-services-support@amazon.com", "an Amazon block"),
    (
        "to discuss automated access to amazon data",
        "an Amazon block",
    ),
    ("<title>robot check</title>", "a robot check"),
    ("<title>robot or human?</title>", "a robot check"),
    ("captcha-delivery.com/", "a DataDome captcha"),
    ("id=\"px-captcha\"", "a PerimeterX captcha"),
    (
        "<title>access to this page has been denied",
        "a PerimeterX block",
    ),
    ("<title>pardon our interruption", "an Imperva block"),
    ("_incapsula_resource?", "an Imperva check"),
    ("incapsula incident id", "an Imperva block"),
    ("errors.edgesuite.net", "an Akamai block"),
    ("sec-if-cpt-container", "an Akamai check"),
    ("bm-verify=", "an Akamai check"),
    ("window.gokuprops", "an AWS WAF check"),
    ("ips.js?kp_uidz", "a Kasada check"),
    (
        "unusual traffic from your computer network",
        "a Google check",
    ),
    ("action=\"https://consent.google.", "a Google consent page"),
    ("action=\"https://consent.youtube.", "a Google consent page"),
    (
        "consent.yahoo.com/v2/collectconsent",
        "a Yahoo consent page",
    ),
    ("_wafchallengeid", "a TikTok check"),
    ("<title>captcha interception", "an AliExpress captcha"),
    ("/_____tmd_____/punish", "an AliExpress captcha"),
    ("/splashui/captcha", "an eBay captcha"),
    ("whoa there, pardner", "a Reddit block"),
    ("blocked by network security", "a Reddit block"),
    ("<title>sucuri website firewall", "a Sucuri block"),
    ("<title>ddos-guard</title>", "a DDoS-Guard check"),
    ("<title>vercel security checkpoint", "a Vercel check"),
    ("id=\"anubis_challenge\"", "an Anubis check"),
    ("<title>verify you are human", "a check for humans"),
    ("<title>security verification", "a check for humans"),
    ("<title>human verification", "a check for humans"),
];

/// Signs that stand on good pages too; they tell only where a page shows nothing else.
const SIGNS: &[(&str, &str)] = &[
    ("challenges.cloudflare.com", "a Cloudflare check"),
    ("awswaf.com", "an AWS WAF check"),
    ("class=\"g-recaptcha", "a captcha"),
    ("class=\"h-captcha", "a captcha"),
    ("hcaptcha.com/1/api.js", "a captcha"),
    ("<title>access denied", "a page that denies access"),
    ("please verify you are a human", "a check for humans"),
    ("verify you are human", "a check for humans"),
];

/// Headers by which a wall tells what it is: name, value, name it is reported by.
const HEADERS: &[(&str, &str, &str)] = &[
    ("cf-mitigated", "challenge", "a Cloudflare check"),
    ("x-amzn-waf-action", "challenge", "an AWS WAF check"),
    ("x-amzn-waf-action", "captcha", "an AWS WAF captcha"),
    ("x-vercel-mitigated", "challenge", "a Vercel check"),
];

/// Where redirects to a wall lead: the beginning of a host, the beginning of a path, its name.
const PLACES: &[(&str, &str, &str)] = &[
    ("consent.", "/", "a consent page"),
    ("guce.", "/", "a consent page"),
    ("", "/sorry/", "a Google check"),
    ("", "/errors/validatecaptcha", "an Amazon captcha"),
    ("", "/splashui/captcha", "an eBay captcha"),
    ("", "/_____tmd_____/", "an AliExpress captcha"),
    ("", "/gz/account-verification", "a check for humans"),
    ("", "/verify/traffic", "a check for humans"),
    ("", "/.well-known/sgcaptcha", "a captcha"),
    ("", "/blocked", "a block page"),
    ("", "/captcha", "a captcha"),
    ("", "/challenge", "a check for humans"),
];

/// Where redirects to a log-in lead: beginnings of paths.
const LOGINS: &[&str] = &[
    "/login",
    "/log-in",
    "/signin",
    "/sign-in",
    "/accounts/login",
    "/account/login",
    "/users/sign_in",
    "/ap/signin",
    "/authwall",
    "/checkpoint",
    "/oauth/authorize",
];

/// The name of the wall an answer is, if it is one.
pub fn wall(answer: &Answer) -> Option<&'static str> {
    let told = HEADERS.iter().find(|(name, value, _)| {
        answer
            .header(name)
            .is_some_and(|held| held.trim().eq_ignore_ascii_case(value))
    });
    if let Some((_, _, name)) = told {
        return Some(name);
    }
    let head = folded(&answer.body);
    if !is_html(answer.header("content-type"), &head) {
        return None;
    }
    let found = MARKS.iter().find(|(mark, _)| head.contains(mark));
    if found.is_none() && !(answer.body.len() <= RELOAD_BYTES_MAX && reloads(&head)) {
        return None;
    }
    let shown = plain_text(&head).chars().count();
    match found {
        Some((_, name)) if shown <= WALL_CHARS_MAX => Some(name),
        None if shown <= RELOAD_CHARS_MAX => Some("a check that wants a cookie"),
        _ => None,
    }
}

/// The name of the wall that a page without a single item probably is.
pub(super) fn probable_wall(body: &[u8]) -> Option<&'static str> {
    let head = folded(body);
    MARKS
        .iter()
        .chain(SIGNS)
        .find(|(mark, _)| head.contains(mark))
        .map(|(_, name)| *name)
}

/// The name of the wall that a redirect from one page to another leads to.
pub fn wall_at(from: &Url, to: &Url) -> Option<&'static str> {
    let place = |url: &Url| {
        let (host, path) = (
            url.host_str().unwrap_or_default(),
            url.path().to_lowercase(),
        );
        PLACES
            .iter()
            .find(|(at, prefix, _)| host.starts_with(at) && begins(&path, prefix))
            .map(|(_, _, name)| *name)
    };
    place(to).filter(|_| place(from).is_none())
}

/// Whether a redirect leads from a page to where people log in.
pub fn is_login(from: &Url, to: &Url) -> bool {
    let asks = |url: &Url| {
        let path = url.path().to_lowercase();
        LOGINS.iter().any(|prefix| begins(&path, prefix))
    };
    asks(to) && !asks(from)
}

/// Whether a path begins with another, at the end of a word: `/login.php`, not `/loginwear`.
fn begins(path: &str, with: &str) -> bool {
    path.strip_prefix(with).is_some_and(|rest| {
        with.ends_with('/') || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-')
    })
}

fn folded(body: &[u8]) -> String {
    let head = body.get(..LOOK_BYTES).unwrap_or(body).to_ascii_lowercase();
    String::from_utf8_lossy(&head).into_owned()
}

/// A post in JSON or a feed may quote anything: only a page of mark-up can be a wall.
fn is_html(content_type: Option<&str>, head: &str) -> bool {
    let start = head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    let is_feed = ["<?xml", "<rss", "<feed", "<rdf:"]
        .iter()
        .any(|tag| start.starts_with(tag));
    let says_html = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    says_html || (start.starts_with('<') && !is_feed)
}

/// A script that sets a cookie and loads the page again, or a check that waits for one.
fn reloads(head: &str) -> bool {
    let again = [
        "location.reload",
        "location.href",
        "location.replace",
        "location=",
    ];
    head.contains("document.cookie") && again.iter().any(|way| head.contains(way))
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

    fn page(body: &str) -> Option<&'static str> {
        wall(&answer("text/html; charset=utf-8", body))
    }

    #[test]
    fn walls_are_recognised_in_their_dialects() {
        for (body, name) in [
            (
                "<html><head><title>Just a moment...</title>",
                "a Cloudflare check",
            ),
            (
                "<script>window._cf_chl_opt={cvId:'3'}</script>",
                "a Cloudflare check",
            ),
            (
                "<title>Attention Required! | Cloudflare</title>",
                "a Cloudflare block",
            ),
            (
                "<title>Access denied | shop.example used Cloudflare to restrict access</title>",
                "a Cloudflare block",
            ),
            (
                "<form method=\"get\" action=\"/errors/validateCaptcha\">",
                "an Amazon captcha",
            ),
            (
                "<!-- To discuss automated access to Amazon data please contact -->",
                "an Amazon block",
            ),
            (
                "<title>Robot or human?</title><div>Press & hold</div>",
                "a robot check",
            ),
            (
                "<script src=\"https://ct.captcha-delivery.com/c.js\"></script>",
                "a DataDome captcha",
            ),
            ("<div id=\"px-captcha\"></div>", "a PerimeterX captcha"),
            ("<title>Pardon Our Interruption</title>", "an Imperva block"),
            (
                "<iframe src=\"/_Incapsula_Resource?SWUDNSAI=31\">Request unsuccessful. Incapsula incident ID: 1</iframe>",
                "an Imperva check",
            ),
            (
                "<H1>Access Denied</H1> Reference #18.1 https://errors.edgesuite.net/18.1",
                "an Akamai block",
            ),
            (
                "<meta http-equiv=\"refresh\" content=\"5; URL='/?bm-verify=AAQ'\">",
                "an Akamai check",
            ),
            (
                "<script>window.gokuProps = {\"key\":\"A\"};</script>",
                "an AWS WAF check",
            ),
            (
                "<script>window.KPSDK={};</script><script src=\"/1/2/ips.js?KP_UIDz=0\"></script>",
                "a Kasada check",
            ),
            (
                "Our systems have detected unusual traffic from your computer network.",
                "a Google check",
            ),
            (
                "<form action=\"https://consent.google.com/save\" method=\"POST\">",
                "a Google consent page",
            ),
            (
                "<p id=\"wci\" class=\"_wafchallengeid\"></p>",
                "a TikTok check",
            ),
            (
                "<title>Captcha Interception</title>",
                "an AliExpress captcha",
            ),
            ("<body>whoa there, pardner!</body>", "a Reddit block"),
            (
                "<html><script>document.cookie='k=1';location.reload()</script></html>",
                "a check that wants a cookie",
            ),
        ] {
            assert_eq!(page(body), Some(name), "{body}");
        }
        let mut told = answer("text/html", "<html></html>");
        told.headers
            .push(("x-amzn-waf-action".into(), "challenge".into()));
        assert_eq!(wall(&told), Some("an AWS WAF check"));
    }

    #[test]
    fn a_page_that_only_talks_of_walls_is_none() {
        let long = "A long thread about crawling, with many opinions. ".repeat(100);
        for quoted in [
            "to discuss automated access to Amazon data",
            "unusual traffic from your computer network",
            "&lt;script src=\"https://ct.captcha-delivery.com/c.js\"&gt;",
        ] {
            assert_eq!(
                page(&format!("<html><p>{quoted}</p><p>{long}</p>")),
                None,
                "{quoted}"
            );
        }
        for good in [
            "<title>How to solve a captcha</title><p>Robot check, pardon our interruption</p>",
            "<script src=\"/cdn-cgi/challenge-platform/x.js\"></script><li>Lamp</li>",
            "<form><div class=\"g-recaptcha\"></div></form><li>Lamp</li>",
            "<script src=\"https://www.google.com/recaptcha/api.js\"></script><li>Lamp</li>",
            "<script>document.cookie='seen=1'</script><li>Lamp</li>",
        ] {
            assert_eq!(page(good), None, "{good}");
        }
        let json = "{\"text\": \"<form action=/errors/validateCaptcha>\"}";
        assert_eq!(wall(&answer("application/json", json)), None);
        let feed = "<?xml version=\"1.0\"?><rss><item><title>Just a moment...</title></item></rss>";
        assert_eq!(wall(&answer("application/rss+xml", feed)), None);
    }

    #[test]
    fn a_wall_in_place_of_an_api_answer_is_recognised_by_its_mark_up() {
        let wrong = answer(
            "application/json",
            "<!DOCTYPE html><title>Just a moment...</title>",
        );
        assert_eq!(wall(&wrong), Some("a Cloudflare check"));
    }

    #[test]
    fn redirects_to_walls_and_log_ins_are_known_by_where_they_lead() {
        let url = |text: &str| -> Url { text.parse().expect("url") };
        let from = url("https://shop.example/s?k=lamp");
        for (to, name) in [
            (
                "https://consent.shop.example/m?continue=x",
                Some("a consent page"),
            ),
            (
                "https://www.google.com/sorry/index?continue=x",
                Some("a Google check"),
            ),
            ("https://shop.example/blocked?url=abc", Some("a block page")),
            ("https://shop.example/captcha", Some("a captcha")),
            ("https://shop.example/captcha-books", None),
            ("https://shop.example/s/2", None),
        ] {
            assert_eq!(wall_at(&from, &url(to)), name, "{to}");
        }
        assert!(is_login(
            &from,
            &url("https://shop.example/accounts/login/?next=/x")
        ));
        assert!(is_login(&from, &url("https://shop.example/login.php")));
        assert!(!is_login(&from, &url("https://shop.example/loginwear")));
        let login = url("https://shop.example/login");
        assert!(
            !is_login(&login, &login),
            "a source may ask for that page itself"
        );
    }

    #[test]
    fn no_real_page_is_taken_for_a_wall_and_real_walls_are() {
        let Ok(shared) = std::env::var("GROUNDSWELL_SHARED") else {
            eprintln!("skipped: GROUNDSWELL_SHARED does not name the folder that holds recordings");
            return;
        };
        let mut folders = vec![std::path::Path::new(&shared).join("recordings")];
        let (mut pages, mut walls) = (0, Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("folder") {
                let path = entry.expect("entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let body = std::fs::read(&path).expect("file");
                let head = folded(&body);
                let kind = if is_html(None, &head) {
                    "text/html"
                } else {
                    "text/plain"
                };
                pages += 1;
                if let Some(name) = wall(&answer(kind, &head)) {
                    let file = path.file_name().unwrap_or_default().to_string_lossy();
                    walls.push(format!("{file}: {name}"));
                }
            }
        }
        assert!(pages > 4_000, "{pages}");
        // Two that were recorded in place of a robots.txt are walls indeed.
        walls.sort();
        assert_eq!(
            walls,
            [
                "www.economist.com: an Imperva check",
                "www.efirstbank.com: an Imperva check"
            ]
        );
    }
}
