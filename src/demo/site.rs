//! How the six sites show the world: two JSON APIs, two feeds, two shops in HTML.

use super::world::World;
use super::world::place::PLACES;
use super::world::posts::Post;
use super::world::shelf::{Item, Review};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Posts on a page of an API.
const API_PAGE: usize = 80;
/// Items of a feed.
const FEED_PAGE: usize = 60;
/// How many pages back a feed goes: what is older can no longer be read.
const FEED_PAGES_MAX: usize = 6;
/// Items on a page of a list.
const LIST_PAGE: usize = 50;
/// Reviews on a page.
const REVIEW_PAGE: usize = 30;

/// A site of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Path no crawler may read.
    pub forbidden: &'static str,
    /// Seconds between two requests that it asks for.
    pub delay_s: u32,
    /// It counts requests and says how many are left.
    pub metered: bool,
}

/// The six sites.
pub const SITES: [Site; 6] = [
    Site {
        name: "plaza",
        about: "social network, JSON API: us, de, id",
        forbidden: "/api/v1/accounts",
        delay_s: 1,
        metered: true,
    },
    Site {
        name: "minato",
        about: "social network, JSON API: jp",
        forbidden: "/v2/search",
        delay_s: 1,
        metered: true,
    },
    Site {
        name: "stammtisch",
        about: "forum, RSS feed: de",
        forbidden: "/intern/",
        delay_s: 5,
        metered: false,
    },
    Site {
        name: "warung",
        about: "forum, Atom feed: id",
        forbidden: "/admin/",
        delay_s: 3,
        metered: false,
    },
    Site {
        name: "bestmart",
        about: "shop, HTML best-sellers: us, jp",
        forbidden: "/best/clearance",
        delay_s: 4,
        metered: false,
    },
    Site {
        name: "toplist",
        about: "shop, HTML best-sellers and reviews: de, id",
        forbidden: "/api/",
        delay_s: 2,
        metered: false,
    },
];

/// What a site answers when nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// The page.
    pub body: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

impl Shown {
    fn new(content_type: &'static str, body: String) -> Shown {
        Shown {
            content_type,
            body,
            headers: Vec::new(),
        }
    }
}

/// Values of a query string.
pub type Query = BTreeMap<String, String>;

impl Site {
    /// The site of a name.
    pub fn of(name: &str) -> Option<&'static Site> {
        SITES.iter().find(|site| site.name == name)
    }

    /// robots.txt.
    pub fn robots(&self) -> Shown {
        let text = format!(
            "# {}\nUser-agent: *\nDisallow: {}\nCrawl-delay: {}\n",
            self.about, self.forbidden, self.delay_s
        );
        Shown::new("text/plain; charset=utf-8", text)
    }

    /// The page at a path as it stands at `now` (Unix seconds); `None`: there is no such page.
    pub fn page(&self, world: &World, path: &str, query: &Query, now: i64) -> Option<Shown> {
        match self.name {
            "plaza" => plaza(world, path, query, now),
            "minato" => minato(world, path, query, now),
            "stammtisch" => stammtisch(world, path, query, now),
            "warung" => warung(world, path, query, now),
            "bestmart" => bestmart(world, path, query, now),
            _ => toplist(world, path, query, now),
        }
    }
}

fn number(query: &Query, key: &str) -> Option<u64> {
    query.get(key).and_then(|value| value.parse().ok())
}

fn page_number(query: &Query) -> usize {
    number(query, "page").map_or(1, |page| (page as usize).max(1))
}

fn iso(at: i64) -> String {
    Timestamp::from_second(at).map_or_else(|_| String::new(), |time| time.to_string())
}

fn rfc2822(at: i64) -> String {
    Timestamp::from_second(at).map_or_else(
        |_| String::new(),
        |time| time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

/// `GET /api/v1/timelines/public?region=&limit=&max_id=&since_id=`: newest first, ids as text.
fn plaza(world: &World, path: &str, query: &Query, now: i64) -> Option<Shown> {
    if path != "/api/v1/timelines/public" {
        return None;
    }
    let region = query.get("region").map_or("us", String::as_str);
    let below = number(query, "max_id").unwrap_or(u64::MAX);
    let above = number(query, "since_id").unwrap_or(0);
    let limit = number(query, "limit").map_or(API_PAGE, |limit| limit as usize);
    let posts: Vec<&Post> = world
        .posts("plaza", region, now)?
        .filter(|post| post.id < below && post.id > above)
        .take(limit.clamp(1, API_PAGE))
        .collect();
    let statuses: Vec<serde_json::Value> = posts
        .iter()
        .map(|post| {
            json!({
                "id": post.id.to_string(),
                "created_at": iso(post.at),
                "language": post.language,
                "url": format!("https://plaza.example/@{}/{}", post.writer, post.id),
                "content": format!("<p>{}</p>", escaped(&post.text)),
                "in_reply_to_id": post.thread.map(|id| id.to_string()),
                "favourites_count": post.likes,
                "account": { "acct": post.writer, "bot": false },
            })
        })
        .collect();
    let body = serde_json::Value::Array(statuses).to_string();
    let mut shown = Shown::new("application/json; charset=utf-8", body);
    if let Some(last) = posts.last() {
        let next = format!(
            "<{path}?region={region}&limit={limit}&max_id={}>; rel=\"next\"",
            last.id
        );
        shown.headers.push(("link", next));
    }
    Some(shown)
}

/// `GET /v2/rooms/ROOM/posts?size=&cursor=`: an envelope, milliseconds, an opaque cursor.
fn minato(world: &World, path: &str, query: &Query, now: i64) -> Option<Shown> {
    let room = path.strip_prefix("/v2/rooms/")?.strip_suffix("/posts")?;
    let below = match query.get("cursor") {
        Some(cursor) => u64::from_str_radix(cursor.strip_prefix("m-")?, 36).ok()?,
        None => u64::MAX,
    };
    let size = number(query, "size").map_or(API_PAGE, |size| size as usize);
    let posts: Vec<&Post> = world
        .posts("minato", room, now)?
        .filter(|post| post.id < below)
        .take(size.clamp(1, API_PAGE) + 1)
        .collect();
    let shown = posts
        .get(..size.clamp(1, API_PAGE).min(posts.len()))
        .unwrap_or_default();
    let next = shown
        .last()
        .filter(|_| posts.len() > shown.len())
        .map(|post| format!("m-{}", base36(post.id)));
    let items: Vec<serde_json::Value> = shown
        .iter()
        .map(|post| {
            json!({
                "key": post.id.to_string(),
                "body": post.text,
                "lang": post.language,
                "posted_ms": post.at * 1_000,
                "user": { "uid": post.writer },
                "replying_to": post.thread.map(|id| id.to_string()),
                "stats": { "likes": post.likes },
            })
        })
        .collect();
    let body = json!({ "data": { "items": items, "next": next } }).to_string();
    Some(Shown::new("application/json", body))
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((number % 36) as u32, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}

fn feed_page<'a>(
    world: &'a World,
    site: &'static str,
    query: &Query,
    now: i64,
) -> Option<(Vec<&'a Post>, bool)> {
    let page = page_number(query);
    if page > FEED_PAGES_MAX {
        return None;
    }
    let mut posts: Vec<&Post> = world
        .posts(site, "", now)?
        .skip((page - 1) * FEED_PAGE)
        .take(FEED_PAGE + 1)
        .collect();
    let more = posts.len() > FEED_PAGE && page < FEED_PAGES_MAX;
    posts.truncate(FEED_PAGE);
    Some((posts, more))
}

/// `GET /feed.xml?page=`: RSS 2.0, the oldest form that still is everywhere.
fn stammtisch(world: &World, path: &str, query: &Query, now: i64) -> Option<Shown> {
    if path != "/feed.xml" {
        return None;
    }
    let (posts, _) = feed_page(world, "stammtisch", query, now)?;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\
         <title>Stammtisch – neue Beiträge</title><link>https://stammtisch.example/</link><description>Alle neuen Beiträge</description>",
    );
    for post in &posts {
        let _ = write!(
            xml,
            "<item><guid isPermaLink=\"false\">st-{}</guid><link>https://stammtisch.example/b/{}</link><dc:creator>{}</dc:creator><pubDate>{}</pubDate><description><![CDATA[<p>{}</p>]]></description></item>",
            post.id,
            post.thread.unwrap_or(post.id),
            escaped(&post.writer),
            rfc2822(post.at),
            escaped(&post.text),
        );
    }
    xml.push_str("</channel></rss>");
    let mut shown = Shown::new("application/rss+xml; charset=utf-8", xml);
    if let Some(newest) = posts.first() {
        let at = Timestamp::from_second(newest.at).unwrap_or_default();
        let date = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        shown.headers.push(("last-modified", date));
    }
    Some(shown)
}

/// `GET /atom.xml?page=`: Atom with links to older pages (RFC 5005).
fn warung(world: &World, path: &str, query: &Query, now: i64) -> Option<Shown> {
    if path != "/atom.xml" {
        return None;
    }
    let (posts, more) = feed_page(world, "warung", query, now)?;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Warung Kita</title>\
         <id>tag:warung.example,2025:forum</id>",
    );
    let updated = posts.first().map_or(now, |post| post.at);
    let _ = write!(xml, "<updated>{}</updated>", iso(updated));
    if more {
        let _ = write!(
            xml,
            "<link rel=\"next\" href=\"/atom.xml?page={}\"/>",
            page_number(query) + 1
        );
    }
    for post in &posts {
        let _ = write!(
            xml,
            "<entry xml:lang=\"{}\"><id>tag:warung.example,2025:{}</id><link href=\"https://warung.example/t/{}\"/><author><name>{}</name></author><published>{}</published><updated>{}</updated><title/><content type=\"html\">{}</content></entry>",
            post.language,
            post.id,
            post.thread.unwrap_or(post.id),
            escaped(&post.writer),
            iso(post.at),
            iso(post.at),
            escaped(&format!("<p>{}</p>", escaped(&post.text))),
        );
    }
    xml.push_str("</feed>");
    Some(Shown::new("application/atom+xml", xml))
}

/// The part of a list on a page; `None` behind its end.
fn list_page<'a>(
    world: &'a World,
    market: &str,
    query: &Query,
    now: i64,
) -> Option<(usize, &'a [Item])> {
    let first = (page_number(query) - 1) * LIST_PAGE;
    let list = world.list(market, now)?;
    let items = list.get(first..(first + LIST_PAGE).min(list.len()))?;
    (!items.is_empty()).then_some((first, items))
}

fn price_text(market: &str, price: f64) -> String {
    PLACES
        .iter()
        .find(|place| place.code == market)
        .map_or_else(|| price.to_string(), |place| place.price_text(price))
}

fn html(title: &str, body: &str) -> Shown {
    let page = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><nav><a href=\"/\">Home</a></nav>{body}</body></html>"
    );
    Shown::new("text/html; charset=utf-8", page)
}

/// `GET /best/MARKET?page=`: an ordered list, as large shops write it.
fn bestmart(world: &World, path: &str, query: &Query, now: i64) -> Option<Shown> {
    let market = path.strip_prefix("/best/")?;
    if !["us", "jp"].contains(&market) {
        return None;
    }
    let (first, items) = list_page(world, market, query, now)?;
    let mut list = String::from("<h1>Best sellers</h1><ol class=\"grid\">");
    for (index, item) in items.iter().enumerate() {
        let badge = if item.paid {
            "<span class=\"ad\">Sponsored</span>"
        } else {
            ""
        };
        let _ = write!(
            list,
            "<li class=\"cell\" data-item=\"{id}\"><span class=\"badge\">#{rank}</span>{badge}<a class=\"title\" href=\"/p/{id}\">{title}</a><span class=\"stars\">{stars:.1} out of 5</span><a class=\"count\" href=\"/p/{id}#r\">{reviews}</a><span class=\"price\">{price}</span></li>",
            id = item.id,
            rank = first + index + 1,
            title = escaped(&item.title),
            stars = item.stars,
            reviews = item.reviews,
            price = escaped(&price_text(market, item.price)),
        );
    }
    list.push_str("</ol>");
    Some(html("Best sellers", &list))
}

/// `GET /charts/MARKET?page=` and `GET /reviews/MARKET?page=`, before and after the redesign.
fn toplist(world: &World, path: &str, query: &Query, now: i64) -> Option<Shown> {
    let new = world.is_redesigned("toplist", now);
    if let Some(market) = path.strip_prefix("/charts/") {
        if !["de", "id"].contains(&market) {
            return None;
        }
        let (first, items) = list_page(world, market, query, now)?;
        let rows: String = items
            .iter()
            .enumerate()
            .map(|(index, item)| chart_row(market, first + index + 1, item, new))
            .collect();
        return Some(html(
            "Charts",
            &format!("<div class=\"chart\">{rows}</div>"),
        ));
    }
    let market = path.strip_prefix("/reviews/")?;
    if !["de", "id"].contains(&market) {
        return None;
    }
    let page = page_number(query);
    let rows: String = world
        .reviews(market, now)?
        .skip((page - 1) * REVIEW_PAGE)
        .take(REVIEW_PAGE)
        .map(|review| review_row(review, new))
        .collect();
    Some(html(
        "Reviews",
        &format!("<section id=\"reviews\">{rows}</section>"),
    ))
}

/// A line of the chart. The redesign renames the parts, splits the price and drops the number of
/// reviews; the position stays in the markup, for the shop's own scripts.
fn chart_row(market: &str, rank: usize, item: &Item, new: bool) -> String {
    let title = escaped(&item.title);
    let price = price_text(market, item.price);
    let (id, paid) = (&item.id, item.paid);
    if new {
        let (whole, rest) = price.split_once([',', '.']).unwrap_or((&price, ""));
        let ad = if paid {
            "<i class=\"promo\">Anzeige</i>"
        } else {
            ""
        };
        format!(
            "<article class=\"tile\" data-id=\"{id}\" data-pos=\"{rank}\">{ad}<h3><a href=\"/a/{id}\">{title}</a></h3><div class=\"amount\"><b>{whole}</b><sup>{rest}</sup></div></article>"
        )
    } else {
        let ad = if paid {
            "<em class=\"sponsored\">Anzeige</em>"
        } else {
            ""
        };
        format!(
            "<div class=\"row\" data-id=\"{id}\"><span class=\"rank\">{rank}.</span>{ad}<a class=\"name\" href=\"/a/{id}\">{title}</a><span class=\"price\">{price}</span><span class=\"reviews\">({})</span></div>",
            item.reviews
        )
    }
}

/// A review. After the redesign the boxes are still there, but the number and the text of a
/// review have moved to where the old names do not reach.
fn review_row(review: &Review, new: bool) -> String {
    let (product, text, writer) = (
        escaped(&review.product),
        escaped(&review.text),
        escaped(&review.writer),
    );
    let (item, stars, at) = (&review.item, review.stars, iso(review.at));
    if new {
        format!(
            "<div class=\"review\"><header data-rid=\"{}\"><a href=\"/a/{item}\">{product}</a><span class=\"by\">{writer}</span><span>{stars}★</span></header><p class=\"rv-copy\">{text}</p><footer data-when=\"{at}\"></footer></div>",
            review.id
        )
    } else {
        format!(
            "<div class=\"review\" data-review-id=\"{}\"><a class=\"product\" href=\"/a/{item}\">{product}</a><span class=\"author\">{writer}</span><span class=\"rating\">{stars}/5</span><time datetime=\"{at}\"></time><p class=\"text\">{text}</p></div>",
            review.id
        )
    }
}
