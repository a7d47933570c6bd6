//! Mails on their way: the program sends, a small mail server in this process receives.

use super::sample;
use assert_cmd::Command;
use groundswell::config;
use groundswell::record::{Cell, Day, SeriesKey, SourceClass, Subject};
use groundswell::store::{self, Step, Versions};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A mail as the server took it.
#[derive(Debug, Clone, Default)]
struct Received {
    to: String,
    auth: String,
    data: String,
}

/// A mail server (RFC 5321) on a port of its own. It wants the user `shop` with the password
/// `open sesame`, and knows nobody called `gone`.
struct MailServer {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

impl MailServer {
    fn start() -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("address").port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that breaks off ends its own talk only.
                let _ = talk(stream.expect("connection"), &taken);
            }
        });
        MailServer { port, received }
    }

    fn mails(&self) -> Vec<Received> {
        self.received.lock().expect("received").clone()
    }
}

fn talk(stream: TcpStream, taken: &Mutex<Vec<Received>>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut mail = Received::default();
    out.write_all(b"220 mail.test ready\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?;
        let verb = line.split(' ').next().unwrap_or("").to_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
            "AUTH" => {
                mail.auth = line.rsplit(' ').next().unwrap_or("").to_owned();
                match decoded(&mail.auth) == "\0shop\0open sesame" {
                    true => "235 welcome\r\n",
                    false => "535 5.7.8 wrong user or password\r\n",
                }
            }
            "RCPT" if line.contains("<gone@") => "550 5.1.1 no such mailbox\r\n",
            "MAIL" | "RCPT" => {
                if verb == "RCPT" {
                    mail.to = line.clone();
                }
                "250 ok\r\n"
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    // A leading dot was doubled on the way.
                    mail.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.data.push('\n');
                }
                taken.lock().expect("taken").push(std::mem::take(&mut mail));
                "250 taken\r\n"
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                break;
            }
            _ => "250 ok\r\n",
        };
        out.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Base64, as text.
fn decoded(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes() {
        let Some(value) = LETTERS.iter().position(|own| *own == letter) else {
            continue;
        };
        bits = bits << 6 | value as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Whole quoted-printable or base64 parts of a mail, decoded: content type and text.
fn parts(mail: &str) -> Vec<(String, String)> {
    let boundary = mail
        .split_once("boundary=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("a boundary")
        .0;
    let edge = format!("--{boundary}");
    let parts = mail.split(edge.as_str()).skip(1);
    let parts = parts.filter(|part| !part.starts_with("--"));
    parts
        .map(|part| {
            let (head, body) = part.trim_start().split_once("\n\n").expect("a head");
            let value = |name: &str| {
                let line = head.lines().find_map(|line| line.strip_prefix(name));
                line.expect("header").trim().to_owned()
            };
            let text = match value("Content-Transfer-Encoding:").as_str() {
                "base64" => decoded(body),
                "quoted-printable" => unquoted(body),
                _ => body.to_owned(),
            };
            (value("Content-Type:"), text)
        })
        .collect()
}

fn unquoted(text: &str) -> String {
    let text = text.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'=', [high, low, tail @ ..]) => {
                let code = [*high, *low];
                let code = std::str::from_utf8(&code).expect("hex");
                bytes.push(u8::from_str_radix(code, 16).expect("hex"));
                rest = tail;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn groundswell(home: &Path) -> Command {
    let mut command = Command::cargo_bin("groundswell").expect("the program");
    command
        .arg("--dir")
        .arg(home)
        .env("SHOP_MAIL", "open sesame");
    command
}

/// A home with one alert, four weeks of sales, an empty shelf, and four readers.
fn home(port: u16) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path();
    groundswell(home).arg("init").assert().success();
    let settings = format!(
        "[report]\ntitle = \"Harbour Goods\"\nlanguage = \"zh\"\nsubscribers = \"readers.toml\"\n\
         [mail]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nuser = \"shop\"\n\
         password_env = \"SHOP_MAIL\"\nfrom = \"Trends <trends@shop.example>\"\n"
    );
    let write = |name: &str, text: &str| std::fs::write(home.join(name), text).expect("written");
    write("groundswell.toml", &settings);
    write(
        "stock.csv",
        "sku,market,on_hand,production_days,freight_days\nMUG-01,us,0,15,30\n",
    );
    write("catalogue.csv", "sku,name\nMUG-01,Travel mug\n");
    write(
        "readers.toml",
        r#"
[[subscriber]]
name = "王敏"
address = "min@shop.example"

[[subscriber]]
name = "Ops"
address = "ops@shop.example"
language = "en"
markets = ["us"]

[[subscriber]]
name = "Berlin"
address = "berlin@shop.example"
markets = ["de"]

[[subscriber]]
address = "gone@shop.example"
"#,
    );
    seed(home);
    folder
}

/// What crawling, counting and judging would have left in the store.
fn seed(home: &Path) {
    let config = config::load(home).expect("settings");
    let store = store::open(&config.store).expect("store");
    let generation = store.begin(&Versions::default()).expect("generation").id;
    let alert = sample::view().alerts[0].alert.clone();
    let series = |subject: Subject, class| SeriesKey {
        subject,
        market: sample::market("us"),
        class,
    };
    let mut cells = Vec::new();
    for back in 0..28 {
        let day: Day = alert.day.plus(-back);
        for subject in [Subject::Total, Subject::Sku("MUG-01".into())] {
            let cell = Cell {
                mentions: 4,
                units: 10,
                ..Cell::default()
            };
            cells.push((series(subject, SourceClass::Sales), day, cell));
        }
        let total = Cell {
            mentions: 500,
            ..Cell::default()
        };
        cells.push((series(Subject::Total, SourceClass::Social), day, total));
    }
    let step = Step {
        closed: Some(alert.day),
        cells,
        alerts: vec![alert],
        ..Step::default()
    };
    store.commit(generation, &step).expect("committed");
}

fn send(home: &Path, more: &[&str]) -> (i32, String, String) {
    let output = groundswell(home)
        .args(["report", "--send"])
        .args(more)
        .output()
        .expect("ran");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (
        output.status.code().expect("a code"),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn each_reader_is_mailed_once_and_one_who_cannot_be_reached_is_tried_again() {
    let server = MailServer::start();
    let folder = home(server.port);
    let home = folder.path();

    let (code, would, errors) = send(home, &["--dry-run"]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(server.mails().len(), 0, "a dry run sends nothing");
    assert_eq!(would.matches("would send").count(), 3, "{would}");
    assert!(
        would.contains("nothing new  Berlin <berlin@shop.example>"),
        "{would}"
    );

    let (code, sent, errors) = send(home, &[]);
    assert_eq!(code, 1, "one reader failed: {sent}{errors}");
    assert_eq!(sent.matches("sent ").count(), 2, "{sent}");
    assert!(errors.contains("gone@shop.example"), "{errors}");
    assert!(errors.contains("refused the mail"), "{errors}");
    assert!(!errors.contains("sesame") && !sent.contains("sesame"));

    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    let chinese = mails
        .iter()
        .find(|mail| mail.to.contains("min@"))
        .expect("zh");
    assert!(
        chinese
            .data
            .contains("Content-Type: multipart/alternative;")
    );
    assert!(chinese.data.contains("Auto-Submitted: auto-generated"));
    let bodies = parts(&chinese.data);
    assert_eq!(bodies[0].0, "text/plain; charset=utf-8");
    assert_eq!(bodies[1].0, "text/html; charset=utf-8");
    for (_, body) in &bodies {
        for fact in ["Travel mug", "立即下单", "62", "社交帖子", "王敏"] {
            assert!(body.contains(fact), "{fact} is missing in {body}");
        }
    }
    let english = mails
        .iter()
        .find(|mail| mail.to.contains("ops@"))
        .expect("en");
    assert!(parts(&english.data)[0].1.contains("Order now"));

    // Nothing has changed: nobody is told twice, the one who failed is tried again.
    let (code, again, errors) = send(home, &[]);
    assert_eq!(code, 1, "{errors}");
    assert_eq!(again.matches("nothing new").count(), 3, "{again}");
    assert_eq!(server.mails().len(), 2);
}

#[test]
fn a_mail_that_was_sent_but_not_noted_comes_again_with_the_same_id() {
    let server = MailServer::start();
    let folder = home(server.port);
    send(folder.path(), &[]);
    // What a program leaves that dies between the server's answer and its note.
    let config = config::load(folder.path()).expect("settings");
    let store = store::open(&config.store).expect("store");
    store
        .put_note("mail:min@shop.example", "")
        .expect("forgotten");
    drop(store);
    send(folder.path(), &[]);
    let mails = server.mails();
    let ids: Vec<&str> = mails
        .iter()
        .filter(|mail| mail.to.contains("min@"))
        .filter_map(|mail| {
            mail.data
                .lines()
                .find(|line| line.starts_with("Message-ID:"))
        })
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn a_wrong_password_a_missing_one_and_a_dead_server_are_told_apart() {
    let server = MailServer::start();
    let folder = home(server.port);
    let with = |password: Option<&str>| {
        let mut command = groundswell(folder.path());
        match password {
            Some(password) => command.env("SHOP_MAIL", password),
            None => command.env_remove("SHOP_MAIL"),
        };
        let output = command.args(["report", "--send"]).output().expect("ran");
        let errors = String::from_utf8(output.stderr).expect("UTF-8");
        (output.status.code().expect("a code"), errors)
    };
    let (code, errors) = with(Some("guess"));
    assert_eq!(code, 1);
    assert!(
        errors.contains("did not accept user and password"),
        "{errors}"
    );
    assert!(!errors.contains("guess"), "{errors}");
    let (code, errors) = with(None);
    assert_eq!(code, 3);
    assert!(errors.contains("`SHOP_MAIL`"), "{errors}");

    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = closed.local_addr().expect("address").port();
    drop(closed);
    let folder = home(port);
    let (code, _, errors) = send(folder.path(), &[]);
    assert_eq!(code, 1);
    assert!(errors.contains("cannot be reached"), "{errors}");
    assert!(errors.contains(&format!("127.0.0.1:{port}")), "{errors}");
}

#[test]
fn report_and_restock_print_what_the_store_holds() {
    let folder = home(1);
    let home = folder.path();
    let out = |args: &[&str]| {
        let output = groundswell(home).args(args).output().expect("ran");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        output.stdout
    };
    let text = String::from_utf8(out(&["report", "--lang", "en"])).expect("UTF-8");
    assert!(text.contains("62 people in 3 days; 9.1 expected"), "{text}");
    assert!(text.contains("[Order now] MUG-01  Travel mug"), "{text}");
    let page = home.join("report.html");
    out(&["report", "--out", page.to_str().expect("path")]);
    let page = std::fs::read_to_string(page).expect("page");
    assert!(page.starts_with("<!doctype html>") && page.contains("<html lang=\"zh-CN\">"));
    assert!(page.contains("Travel mug"));

    let lines: serde_json::Value =
        serde_json::from_slice(&out(&["restock", "--format", "json"])).expect("JSON");
    assert_eq!(lines[0]["advice"], "order-now");
    assert_eq!(lines[0]["velocity"], 10.0);
    assert!(out(&["restock", "--format", "csv"]).starts_with(b"\xef\xbb\xbfsku,"));
    let table = String::from_utf8(out(&["restock", "--lang", "en"])).expect("UTF-8");
    assert!(table.contains("Order now"), "{table}");
    assert_eq!(out(&["restock", "--market", "de"]), b"");

    std::fs::write(
        home.join("stock.csv"),
        "sku,market,on_hand\nMUG-01,us,lots\n",
    )
    .expect("written");
    let broken = groundswell(home).arg("restock").output().expect("ran");
    assert_eq!(broken.status.code(), Some(3));
    let errors = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert!(
        errors.contains("line 2, column `on_hand`: `lots`"),
        "{errors}"
    );
}
