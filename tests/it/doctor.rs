//! `doctor` as a seller runs it: sites that are well, and sites that are not, each in its own way.

use crate::fault_server::{FaultServer, Reply};
use crate::program::Home;
use insta::assert_snapshot;
use serde_json::json;

/// A source file that reads `{"items": …}` of a server.
fn source(name: &str, address: &str, more: &str) -> String {
    format!(
        r#"
name = "{name}"
title = "{name}"
home = "https://shop.example"
class = "social"
kind = "post"
access = "crawl"
tier = "none"
proven = false
stance = "ours"
{more}

[request]
url = "http://{address}/new"

[[read]]
format = "json"
items = "items[*]"

[read.fields]
id = "id"
title = "title"
"#
    )
}

fn posts(count: usize) -> Reply {
    let items: Vec<_> = (0..count)
        .map(|number| json!({"id": number.to_string(), "title": format!("Lamp {number}")}))
        .collect();
    Reply::json(json!({ "items": items }))
}

/// A home that watches these sources, each at a server of its own.
struct Ward {
    home: Home,
    servers: Vec<(String, FaultServer)>,
}

impl Ward {
    async fn of(patients: &[(&str, Reply, &str)], settings: &str) -> Ward {
        let home = Home::new();
        std::fs::create_dir_all(home.path().join("sources")).expect("folder");
        let (mut servers, mut hosts, mut watches) = (Vec::new(), Vec::new(), String::new());
        for (name, reply, more) in patients {
            let server = FaultServer::start().await;
            server.on("/new", [reply.clone()]);
            home.write(
                &format!("sources/{name}.toml"),
                source(name, server.address(), more),
            );
            hosts.push(format!("\"{}\"", server.address()));
            watches.push_str(&format!(
                "\n[[watch]]\nsource = \"{name}\"\nschedule = \"@hourly\"\n"
            ));
            servers.push(((*name).to_owned(), server));
        }
        let hosts = hosts.join(", ");
        home.write(
            "groundswell.toml",
            format!(
                "[crawl]\nhost_pause_ms = 100\nprivate_hosts = [{hosts}]\n{settings}\n{watches}"
            ),
        );
        Ward { home, servers }
    }

    fn server(&self, name: &str) -> &FaultServer {
        let found = self.servers.iter().find(|(known, _)| known == name);
        &found.expect("a server").1
    }

    /// Words without the ports, which the system gives.
    fn plain(&self, text: &str) -> String {
        self.servers
            .iter()
            .fold(text.to_owned(), |text, (name, server)| {
                text.replace(server.address(), &format!("{name}.example"))
            })
    }
}

const CONTACT: &str = "contact = \"ops@shop.example\"";

#[tokio::test(flavor = "multi_thread")]
async fn each_ailment_has_its_name_and_its_remedy_and_no_site_is_asked_twice() {
    let captcha = "<html><form action=\"/errors/validateCaptcha\">";
    let html =
        |body: &str| Reply::Plain(200, vec![("content-type", "text/html".into())], body.into());
    let moved = Reply::Plain(301, vec![("location", "/newer".into())], String::new());
    let key = "[[param]]\nname = \"key\"\nhelp = \"from https://shop.example/keys\"\n\
               example = \"abc\"\nenv = \"GROUNDSWELL_NO_SUCH_KEY\"\nsecret = true\n";
    let ward = Ward::of(
        &[
            ("captcha", html(captcha), ""),
            (
                "changed",
                Reply::json(json!({"items": [{"name": "Lamp"}, {"name": "Fan"}]})),
                "",
            ),
            ("down", Reply::status(503), ""),
            ("expired", Reply::status(401), ""),
            ("forbidden", Reply::status(403), ""),
            ("gone", Reply::status(404), ""),
            ("keyless", posts(3), key),
            (
                "limited",
                Reply::Plain(429, vec![("retry-after", "60".into())], String::new()),
                "",
            ),
            ("moved", moved, ""),
            ("page", html("<p>a new front page</p>"), ""),
            ("private", posts(3), ""),
            (
                "stale",
                Reply::status(401),
                &key.replace("secret", "default = \"abc\"\nsecret"),
            ),
            ("well", posts(3), ""),
        ],
        CONTACT,
    )
    .await;
    ward.server("moved").on("/newer", [posts(3)]);
    let robots = "User-agent: *\nDisallow: /n\n";
    let robots = Reply::Plain(200, Vec::new(), robots.into());
    ward.server("private").on("/robots.txt", [robots]);
    let said = ward.home.expect(1, &["doctor"]);
    assert_snapshot!(ward.plain(&said), @r"
    blocked      captcha    `captcha.example` sent a block page (an Amazon captcha) instead of the page
                            → leave it alone: ask less often (`schedule` of its [[watch]]), or use the site's official access
    broken       changed    the page `http://changed.example/new` cannot be read: it shows 2 items and none could be read; not found: `id` by `id`, `title` by `title`
                            → see what changed with `groundswell source test changed` and mend its file; if the site has changed for good and reads well, `groundswell source relearn changed`
    unreachable  down       `down.example` answered 503
                            → nothing yet: the site is in trouble; look again in an hour
    key-wrong    expired    `expired.example` answered 401: it wants a key, or the key is wrong or has expired
                            → the site wants a key, and this source has none: see its home page for its official access
    blocked      forbidden  `forbidden.example` answered 403: it does not want to be asked
                            → leave it alone: ask less often (`schedule` of its [[watch]]), or use the site's official access
    broken       gone       `gone.example` answered 404
                            → look whether the address still exists: `groundswell source show` prints what is asked
    key-missing  keyless    it needs a key, and GROUNDSWELL_NO_SUCH_KEY is not set
                            → set the environment variable GROUNDSWELL_NO_SUCH_KEY: from https://shop.example/keys
    not-due      limited    `limited.example` answered 429: too many requests, it wants a pause
                            → nothing: the next crawl waits for its turn by itself
    moved        moved      it has moved for good, to http://moved.example/newer
                            → put the new address into the source file; `groundswell source show moved` prints it
    broken       page       the page `http://page.example/new` cannot be read: source `page`: expected json, but the answer looks like HTML or XML
                            → see what changed with `groundswell source test page` and mend its file; if the site has changed for good and reads well, `groundswell source relearn page`
    blocked      private    robots.txt of the site does not allow `http://private.example/new` (`Disallow: /n`)
                            → remove its [[watch]], or use the site's official access: what robots.txt forbids is not read
    key-wrong    stale      `stale.example` answered 401: it wants a key, or the key is wrong or has expired
                            → put a new key into GROUNDSWELL_NO_SUCH_KEY: from https://shop.example/keys
    ok           well       3 items
    ");
    for (name, server) in &ward.servers {
        let asked: &[&str] = match name.as_str() {
            "keyless" => &[],
            "private" => &["/robots.txt"],
            "moved" => &["/robots.txt", "/new", "/newer"],
            _ => &["/robots.txt", "/new"],
        };
        assert_eq!(server.seen(), asked, "{name}");
    }
    let stats = ward.home.json(&["store", "stats", "--format", "json"]);
    assert_eq!(stats["entries"], 0, "a probe is no data");

    // A second look so soon finds circuits open and asks nobody who does not want to be asked.
    let json = ward
        .home
        .expect(1, &["doctor", "--format", "json", "--source", "captcha"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["well"], false);
    assert_eq!(json["sources"][0]["verdict"], "blocked");
    assert_eq!(ward.server("captcha").seen().len(), 2);

    // What was asked is told among our manners, though it left no page.
    let manners = ward
        .home
        .json(&["source", "politeness", "--format", "json"]);
    let hosts = manners.as_array().expect("hosts");
    let of = |name: &str| {
        let address = ward.server(name).address();
        hosts
            .iter()
            .find(|host| host["host"] == address)
            .expect("a host")
    };
    assert_eq!(
        (&of("well")["requests"], &of("well")["robots"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(of("well")["pauses_broken"], 0);
    assert_eq!(
        (&of("captcha")["closed"], &of("limited")["waits"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(of("forbidden")["refusals"], 1);
    assert!(
        hosts
            .iter()
            .all(|host| host["host"] != ward.server("keyless").address())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_home_is_well_and_what_is_odd_is_held_against_what_was() {
    let ward = Ward::of(&[("well", posts(20), "")], CONTACT).await;
    assert_snapshot!(ward.home.expect(0, &["doctor", "--offline"]), @r"
    not-asked    well  it was never read
                       → run `groundswell crawl`
    all is well
    ");
    for _ in 0..5 {
        ward.home.expect(0, &["crawl", "--all"]);
    }
    assert_snapshot!(ward.home.expect(0, &["doctor"]), @r"
    ok           well  20 items
    all is well
    ");
    ward.server("well").on("/new", [posts(9)]);
    assert_snapshot!(ward.home.expect(1, &["doctor"]), @r"
    broken       well  9 of 20 items: the last 5 good pages showed 20
                       → see what changed with `groundswell source test well` and mend its file; if the site has changed for good and reads well, `groundswell source relearn well`
    ");
    // A crawl tells the same, and remembers it.
    let said = ward.home.expect(1, &["crawl", "--all"]);
    let copy = ward.home.path().join("data").display().to_string();
    let said = said.replace(&copy, "DATA");
    let said: Vec<&str> = said
        .lines()
        .map(|line| line.split("/well/").next().expect("a line"))
        .collect();
    assert_snapshot!(said.join("\n"), @r"
    source  records    new  refused  errors  kinds
    well          9      0        0       1  9 post

    well: 9 of 20 items: the last 5 good pages showed 20
      see what changed: groundswell source test well --page DATA/drift
    ");
    let before = ward.server("well").seen().len();
    assert_snapshot!(ward.home.expect(1, &["doctor", "--offline"]), @r"
    broken       well  9 of 20 items: the last 5 good pages showed 20
                       → see what changed with `groundswell source test well` and mend its file; if the site has changed for good and reads well, `groundswell source relearn well`
    ");
    assert_eq!(ward.server("well").seen().len(), before, "nobody was asked");
    // It is so for good: somebody says so.
    ward.home.expect(0, &["source", "relearn", "well"]);
    ward.home.expect(0, &["doctor"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_without_contact_or_watch_is_told_what_to_write() {
    let ward = Ward::of(&[("well", posts(3), "")], "").await;
    let said = ward.home.expect(1, &["doctor", "--offline"]);
    assert_snapshot!(said, @r"
    not-asked    well  it was never read
                       → run `groundswell crawl`
    home         `contact` in [crawl] is empty, so that no site can reach you, and some refuse
                 → write a mail address or a page of yours into it
    ");
    ward.home.write("groundswell.toml", "");
    assert_snapshot!(ward.home.expect(1, &["doctor"]), @r"
    home         nothing is watched
                 → add a [[watch]] to groundswell.toml; `groundswell source list` shows what there is
    ");
    let unknown = ward.home.run(&["doctor", "--source", "nobody"]);
    assert_eq!(unknown.status.code(), Some(3));
    ward.home
        .write("groundswell.toml", "[crawl]\ncontakt = 1\n");
    assert_eq!(ward.home.run(&["doctor"]).status.code(), Some(3));
}
