//! `run` and `serve` as programs: what they print, answer, and how they end.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A home folder that watches nothing: this test has no network.
fn quiet_home() -> TempDir {
    let home = tempfile::tempdir().expect("folder");
    fs::write(
        home.path().join("groundswell.toml"),
        "[report]\nlanguage = \"en\"\n",
    )
    .expect("written");
    home
}

fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundswell"));
    command.args(arguments).arg("--dir").arg(home);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Lines of a stream up to the one that names an address; the address.
fn address_in(lines: impl std::io::Read) -> String {
    for line in BufReader::new(lines).lines() {
        let line = line.expect("a line");
        let line = line.trim_start_matches("pages at ");
        if let Some(rest) = line.strip_prefix("http://") {
            return rest.trim_end_matches('/').to_owned();
        }
    }
    panic!("no address was printed");
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

#[cfg(unix)]
fn end(mut child: Child) -> Option<i32> {
    let ended = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(ended.expect("kill runs").success());
    child.wait().expect("it ends").code()
}

#[cfg(unix)]
#[test]
fn the_daemon_ends_in_good_order_when_the_system_asks_even_if_its_terminal_is_gone() {
    let home = quiet_home();
    let mut child = command(home.path(), &["run", "--serve", "--address", "127.0.0.1:0"])
        .spawn()
        .expect("started");
    // The stream is closed behind the address: whatever is printed later meets nobody.
    let address = address_in(child.stderr.take().expect("stderr"));
    let health = get(&address, "/api/v1/health");
    assert!(
        health.starts_with("HTTP/1.1 200") && health.contains("\"status\":\"ok\""),
        "{health}"
    );
    assert_eq!(end(child), Some(0));
}

/// A site with one feed, for as long as the test lasts; its address.
fn site() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = listener.local_addr().expect("address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut first = String::new();
            let mut head = BufReader::new(&stream);
            if head.read_line(&mut first).is_err() {
                continue;
            }
            // The rest of the head, so that closing does not cut the answer off.
            let mut line = String::from("x");
            while line.trim() != "" {
                line.clear();
                if head.read_line(&mut line).is_err() {
                    break;
                }
            }
            let (status, body) = match first.contains("/feed.xml") {
                true => ("200 OK", FEED),
                false => ("404 Not Found", ""),
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\nContent-Length: \
                 {length}\r\nConnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Camp talk</title>\
    <item><guid>1</guid><title>Best enamel mug?</title><description>Mine chipped.</description>\
    <pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>";

#[cfg(unix)]
#[test]
fn the_daemon_reads_what_is_due_and_counts_it() {
    let site = site();
    let home = quiet_home();
    let settings = format!(
        "[crawl]\ncontact = \"shop@example.com\"\nprivate_hosts = [\"{site}\"]\nhost_pause_ms = 100\n\
         [[watch]]\nsource = \"feed\"\nqueries = [\"http://{site}/feed.xml\"]\nmarket = \"us\"\n\
         schedule = \"@hourly\"\n"
    );
    fs::write(home.path().join("groundswell.toml"), settings).expect("written");
    let mut child = command(home.path(), &["run", "--serve", "--address", "127.0.0.1:0"])
        .spawn()
        .expect("started");
    let address = address_in(child.stderr.take().expect("stderr"));
    // The daemon works on its own; a machine under load may take its time.
    let mut health = String::new();
    for _ in 0..600 {
        health = get(&address, "/api/v1/health");
        if !health.contains("\"counted\":0") && health.contains("\"status\":\"ok\"") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(!health.contains("\"counted\":0"), "{health}");
    let coverage = get(&address, "/api/v1/coverage");
    assert!(
        coverage.contains("\"answered\":1") && coverage.contains("\"seen\":1"),
        "{coverage}"
    );
    assert!(get(&address, "/api/v1/sources").contains("feed.xml"));
    assert_eq!(end(child), Some(0));
}

#[cfg(unix)]
#[test]
fn serve_prints_its_address_and_shows_what_an_import_brings_meanwhile() {
    let home = quiet_home();
    let mut child = command(home.path(), &["serve", "--address", "127.0.0.1:0"])
        .spawn()
        .expect("started");
    let address = address_in(child.stdout.take().expect("stdout"));
    assert!(get(&address, "/api/v1/health").contains("\"pages\":0"));
    let orders = home.path().join("orders.csv");
    fs::write(
        &orders,
        "date,sku,quantity\n2026-01-02,MUG-1,3\n2026-01-03,MUG-1,4\n",
    )
    .expect("written");
    let orders = orders.display().to_string();
    let imported = command(
        home.path(),
        &[
            "import", &orders, "--as", "sales", "--source", "shop", "--market", "us",
        ],
    )
    .output()
    .expect("imported");
    assert!(
        imported.status.success(),
        "{}",
        String::from_utf8_lossy(&imported.stderr)
    );
    let health = get(&address, "/api/v1/health");
    assert!(
        !health.contains("\"pages\":0") && health.contains("\"status\":\"ok\""),
        "{health}"
    );
    assert!(get(&address, "/api/v1/restock").starts_with("HTTP/1.1 200"));
    assert_eq!(end(child), Some(0));
}

#[test]
fn a_port_in_use_is_told_with_what_to_do() {
    let home = quiet_home();
    let taken = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = taken.local_addr().expect("address").to_string();
    for arguments in [
        vec!["serve", "--address", &address],
        vec!["run", "--serve", "--address", &address],
    ] {
        let ended = command(home.path(), &arguments).output().expect("ended");
        assert_eq!(ended.status.code(), Some(2));
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(
            told.contains("in use by another program") && told.contains("hint: "),
            "{told}"
        );
    }
}

#[test]
fn an_address_of_a_network_is_refused_with_the_reason() {
    let home = quiet_home();
    let ended = command(home.path(), &["serve", "--address", "0.0.0.0:7878"])
        .output()
        .expect("ended");
    assert_eq!(ended.status.code(), Some(2));
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(
        told.contains("no password") && told.contains("ssh -L"),
        "{told}"
    );
}
