//! The six sites on six local ports, with the manners and the troubles of real ones.

use super::site::{Query, SITES, Shown, Site};
use super::world::World;
use super::world::dice::Dice;
use crate::record::{Clock, SimClock};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Pages are made anew each full hour, as behind a cache: what is written at 10:20 can be read
/// from 11:00 on.
const FRESH_S: i64 = 3_600;
/// A site may be busy in each span of this length.
const SLOT_S: i64 = 21_600;
/// How often it is.
const BUSY_CHANCE: f64 = 0.02;
/// Requests a metered site allows in each quarter of an hour.
const METER: usize = 120;
/// See [`METER`].
const METER_S: i64 = 900;
/// Bodies below this are not worth packing.
const PACKED_MIN: usize = 1_024;

/// What a site was asked and how it answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests.
    pub requests: usize,
    /// Pages sent.
    pub pages: usize,
    /// Answered with "unchanged" (304).
    pub unchanged: usize,
    /// Answered with "too many requests" (429).
    pub busy: usize,
    /// Refused because the site was down (503).
    pub down: usize,
    /// Asked for a page that is not there (404).
    pub missing: usize,
    /// Requests for a path that robots.txt forbids.
    pub forbidden: usize,
}

/// What a site remembers between requests.
#[derive(Debug, Default)]
struct Desk {
    traffic: Traffic,
    /// The span it was last busy in, and until when.
    busy: Option<(i64, i64)>,
    /// The current quarter of an hour and the requests in it.
    meter: (i64, usize),
}

struct Door {
    site: &'static Site,
    world: Arc<World>,
    clock: SimClock,
    desk: Mutex<Desk>,
}

/// The running sites; they close when this is dropped.
pub struct Server {
    doors: Vec<(SocketAddr, Arc<Door>)>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Server {
    /// Open the six sites on free ports of this machine. `clock` is their time.
    pub async fn start(world: Arc<World>, clock: SimClock) -> std::io::Result<Server> {
        let mut server = Server {
            doors: Vec::new(),
            tasks: Vec::new(),
        };
        for site in &SITES {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            let door = Arc::new(Door {
                site,
                world: world.clone(),
                clock: clock.clone(),
                desk: Mutex::default(),
            });
            server.doors.push((listener.local_addr()?, door.clone()));
            let app = Router::new().fallback(answer).with_state(door);
            server.tasks.push(tokio::spawn(async move {
                // The task ends with the server; a listener that breaks shows as failed requests.
                let _ = axum::serve(listener, app).await;
            }));
        }
        Ok(server)
    }

    /// `host:port` of each site.
    pub fn hosts(&self) -> BTreeMap<&'static str, String> {
        self.doors
            .iter()
            .map(|(address, door)| (door.site.name, address.to_string()))
            .collect()
    }

    /// What each site saw.
    pub fn traffic(&self) -> BTreeMap<&'static str, Traffic> {
        self.doors
            .iter()
            .map(|(_, door)| (door.site.name, door.desk().traffic))
            .collect()
    }
}

impl Door {
    fn desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds to wait if the site is busy now. Being busy begins with the first request of a
    /// span that chance has chosen.
    fn busy_for(&self, now: i64) -> Option<(i64, bool)> {
        let slot = now.div_euclid(SLOT_S);
        let mut desk = self.desk();
        let until = match desk.busy {
            Some((last, until)) if last == slot => until,
            _ => {
                let mut dice =
                    Dice::new(self.world.seed, &format!("busy {} {slot}", self.site.name));
                let wait = if dice.chance(BUSY_CHANCE) {
                    dice.whole(15, 90)
                } else {
                    0
                };
                desk.busy = Some((slot, now + wait));
                now + wait
            }
        };
        // Every other site writes the time at which to come back instead of the seconds.
        (now < until).then_some((until - now, slot % 2 == 0))
    }

    /// Requests left in this quarter of an hour, this one counted, and its end; `None`: none.
    fn metered(&self, now: i64) -> Option<(usize, i64)> {
        let span = now.div_euclid(METER_S);
        let mut desk = self.desk();
        if desk.meter.0 != span {
            desk.meter = (span, 0);
        }
        desk.meter.1 += 1;
        METER
            .checked_sub(desk.meter.1)
            .map(|left| (left, (span + 1) * METER_S))
    }
}

async fn answer(State(door): State<Arc<Door>>, request: Request) -> Response<Body> {
    let now = door.clock.now().as_second();
    let path = request.uri().path().to_owned();
    let site = door.site;
    {
        let mut desk = door.desk();
        desk.traffic.requests += 1;
        if path.starts_with(site.forbidden) {
            desk.traffic.forbidden += 1;
        }
    }
    if door.world.is_down(site.name, now) {
        door.desk().traffic.down += 1;
        return plain(StatusCode::SERVICE_UNAVAILABLE, "back soon");
    }
    if path == "/robots.txt" {
        return sent(site.robots(), request.headers(), &door);
    }
    if let Some((wait, dated)) = door.busy_for(now) {
        door.desk().traffic.busy += 1;
        return too_many(now, wait, dated);
    }
    let mut meter = Vec::new();
    if site.metered {
        match door.metered(now) {
            Some((left, reset)) => {
                meter.push(("x-ratelimit-limit", METER.to_string()));
                meter.push(("x-ratelimit-remaining", left.to_string()));
                let reset = Timestamp::from_second(reset).unwrap_or_default();
                meter.push(("x-ratelimit-reset", reset.to_string()));
            }
            None => {
                door.desk().traffic.busy += 1;
                return too_many(now, METER_S - now.rem_euclid(METER_S), false);
            }
        }
    }
    let query: Query = request
        .uri()
        .query()
        .map(|text| {
            url::form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect()
        })
        .unwrap_or_default();
    let shown_at = now - now.rem_euclid(FRESH_S);
    match site.page(&door.world, &path, &query, shown_at) {
        Some(mut shown) => {
            shown.headers.extend(meter);
            sent(shown, request.headers(), &door)
        }
        None => {
            door.desk().traffic.missing += 1;
            plain(StatusCode::NOT_FOUND, "there is no such page")
        }
    }
}

fn too_many(now: i64, wait: i64, dated: bool) -> Response<Body> {
    let mut response = plain(StatusCode::TOO_MANY_REQUESTS, "too many requests");
    let value = if dated {
        let at = Timestamp::from_second(now + wait).unwrap_or_default();
        at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    } else {
        wait.to_string()
    };
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}

/// The page with its tag, or "unchanged", packed where the reader can unpack.
fn sent(shown: Shown, asked: &HeaderMap, door: &Door) -> Response<Body> {
    let tag = format!(
        "\"{}\"",
        &blake3::hash(shown.body.as_bytes()).to_hex()[..16]
    );
    let known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|held| held.trim() == tag));
    let mut response = Response::builder().header(header::ETAG, &tag);
    for (name, value) in &shown.headers {
        response = response.header(*name, value);
    }
    if known {
        door.desk().traffic.unchanged += 1;
        return response
            .status(StatusCode::NOT_MODIFIED)
            .body(Body::empty())
            .unwrap_or_default();
    }
    door.desk().traffic.pages += 1;
    response = response.header(header::CONTENT_TYPE, shown.content_type);
    let may_pack = asked
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|ways| ways.contains("gzip"));
    let body = shown.body.into_bytes();
    match (may_pack && body.len() >= PACKED_MIN)
        .then(|| packed(&body))
        .flatten()
    {
        Some(bytes) => response
            .header(header::CONTENT_ENCODING, "gzip")
            .body(Body::from(bytes)),
        None => response.body(Body::from(body)),
    }
    .unwrap_or_default()
}

fn packed(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::world::posts::start_of;

    struct Visit {
        server: Server,
        clock: SimClock,
        client: reqwest::Client,
    }

    impl Visit {
        async fn new(seed: u64, days: i32) -> Visit {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let world = Arc::new(World::new(seed, days).expect("world"));
            let clock = SimClock::new(Timestamp::from_second(start_of(0)).expect("time"));
            let server = Server::start(world, clock.clone()).await.expect("ports");
            Visit {
                server,
                clock,
                client: reqwest::Client::builder()
                    .no_proxy()
                    .build()
                    .expect("client"),
            }
        }

        fn at(&self, day: i32, hour: i64) {
            let time = Timestamp::from_second(start_of(day) + hour * 3_600).expect("time");
            self.clock.advance_to(time);
        }

        async fn get(&self, site: &str, path: &str) -> reqwest::Response {
            let host = &self.server.hosts()[site];
            for _ in 0..3 {
                let answer = self
                    .client
                    .get(format!("http://{host}{path}"))
                    .send()
                    .await
                    .expect("answer");
                if answer.status() != 429 {
                    return answer;
                }
                let later = self.clock.now() + jiff::SignedDuration::from_secs(100);
                self.clock.advance_to(later);
            }
            panic!("{site}{path} is always busy")
        }

        async fn text(&self, site: &str, path: &str) -> String {
            let answer = self.get(site, path).await;
            assert_eq!(answer.status(), 200, "{site}{path}");
            answer.text().await.expect("text")
        }
    }

    #[tokio::test]
    async fn every_site_has_robots_txt_with_a_forbidden_path_and_a_delay() {
        let visit = Visit::new(1, 30).await;
        for site in &SITES {
            let robots = visit.text(site.name, "/robots.txt").await;
            let forbidden = format!("Disallow: {}", site.forbidden);
            assert!(robots.contains(&forbidden), "{robots}");
            assert!(robots.contains("Crawl-delay: "), "{robots}");
        }
    }

    #[tokio::test]
    async fn an_api_can_be_read_page_by_page_without_losing_or_doubling_a_post() {
        let visit = Visit::new(1, 30).await;
        visit.at(2, 0);
        let mut ids = Vec::new();
        let mut path = "/api/v1/timelines/public?region=us".to_owned();
        loop {
            let page: serde_json::Value =
                serde_json::from_str(&visit.text("plaza", &path).await).expect("json");
            let page = page.as_array().expect("list").clone();
            let Some(last) = page.last() else { break };
            path = format!(
                "/api/v1/timelines/public?region=us&max_id={}",
                last["id"].as_str().expect("id")
            );
            ids.extend(
                page.iter()
                    .map(|post| post["id"].as_str().expect("id").to_owned()),
            );
        }
        assert!(ids.len() > 250, "{}", ids.len());
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        let newest = ids.first().expect("posts").clone();
        let since = format!("/api/v1/timelines/public?region=us&since_id={newest}");
        assert_eq!(visit.text("plaza", &since).await, "[]");
    }

    #[tokio::test]
    async fn the_opaque_cursor_leads_to_the_last_page() {
        let visit = Visit::new(1, 30).await;
        visit.at(2, 0);
        let (mut cursor, mut count) = (String::new(), 0);
        loop {
            let path = format!("/v2/rooms/jp/posts?size=50{cursor}");
            let page: serde_json::Value =
                serde_json::from_str(&visit.text("minato", &path).await).expect("json");
            count += page["data"]["items"].as_array().expect("items").len();
            match page["data"]["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert!(count > 200, "{count}");
    }

    #[tokio::test]
    async fn an_unchanged_page_is_not_sent_twice_and_a_new_hour_changes_it() {
        let visit = Visit::new(1, 30).await;
        visit.at(1, 8);
        let first = visit.get("stammtisch", "/feed.xml").await;
        let tag = first.headers()["etag"].clone();
        let again = |tag: reqwest::header::HeaderValue| {
            let host = visit.server.hosts()["stammtisch"].clone();
            let client = visit.client.clone();
            async move {
                client
                    .get(format!("http://{host}/feed.xml"))
                    .header("if-none-match", tag)
                    .send()
                    .await
                    .expect("answer")
                    .status()
            }
        };
        assert_eq!(again(tag.clone()).await, 304);
        visit.at(1, 20);
        assert_eq!(again(tag).await, 200);
    }

    #[tokio::test]
    async fn feeds_are_real_feeds_and_end() {
        let visit = Visit::new(1, 30).await;
        visit.at(2, 0);
        for (site, path) in [("stammtisch", "/feed.xml"), ("warung", "/atom.xml")] {
            let text = visit.text(site, path).await;
            let feed = feed_rs::parser::parse(text.as_bytes()).expect("feed");
            assert_eq!(feed.entries.len(), FEED_ITEMS, "{site}");
            let last = visit.get(site, &format!("{path}?page=99")).await;
            assert_eq!(last.status(), 404, "{site}");
        }
    }
    const FEED_ITEMS: usize = 60;

    #[tokio::test]
    async fn a_site_that_is_down_says_so_and_comes_back() {
        let visit = Visit::new(2, 60).await;
        let world = World::new(2, 60).expect("world");
        let event = world
            .truth
            .events
            .iter()
            .find(|event| event.what == crate::demo::world::truth::What::Outage)
            .expect("outage");
        let site = match &event.target {
            crate::demo::world::truth::Target::Site(site) => *site,
            other => panic!("{other:?} is no site"),
        };
        let path = if site == "warung" {
            "/atom.xml"
        } else {
            "/feed.xml"
        };
        visit.at(event.onset, 5);
        assert_eq!(visit.get(site, path).await.status(), 503);
        visit.at(event.onset + 7, 5);
        assert_eq!(visit.get(site, path).await.status(), 200);
    }

    #[tokio::test]
    async fn a_busy_site_says_when_to_come_back_and_then_answers() {
        let visit = Visit::new(3, 30).await;
        let host = visit.server.hosts()["bestmart"].clone();
        for slot in 0..120 {
            visit.at(slot / 4, i64::from(slot % 4) * 6);
            let ask = || visit.client.get(format!("http://{host}/best/us")).send();
            let answer = ask().await.expect("answer");
            if answer.status() != 429 {
                continue;
            }
            assert!(answer.headers().contains_key("retry-after"));
            let later = visit.clock.now() + jiff::SignedDuration::from_secs(91);
            visit.clock.advance_to(later);
            assert_eq!(ask().await.expect("answer").status(), 200);
            assert_eq!(visit.server.traffic()["bestmart"].busy, 1);
            return;
        }
        panic!("the shop was never busy in a month");
    }

    #[tokio::test]
    async fn the_redesign_keeps_the_boxes_and_moves_what_is_in_them() {
        let visit = Visit::new(1, 80).await;
        visit.at(20, 0);
        let before = visit.text("toplist", "/reviews/de").await;
        visit.at(79, 0);
        let after = visit.text("toplist", "/reviews/de").await;
        assert_eq!(before.matches("class=\"review\"").count(), 30);
        assert_eq!(after.matches("class=\"review\"").count(), 30);
        assert!(before.contains("data-review-id") && !after.contains("data-review-id"));
        assert!(
            visit
                .text("toplist", "/charts/de")
                .await
                .contains("data-pos=\"1\"")
        );
    }
}
