//! The program on a network of its own: encrypted servers, and a proxy by the standard variables.

use crate::program::{Home, program};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>\
    <item><guid>a</guid><title>A lamp</title></item></channel></rss>";

/// Reads a request; returns its first line.
fn asked(stream: impl Read) -> Option<String> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    // The head has to be read to its end: closing earlier would reset the connection.
    lines
        .find(|line| line.as_ref().is_ok_and(String::is_empty))?
        .ok()?;
    Some(first)
}

fn answer(first: &str) -> String {
    let (status, head, body) = if first.contains("/robots.txt") {
        ("404 Not Found", String::new(), "")
    } else if let Some((_, to)) = first.split_once("/away?to=") {
        let to = to.split(' ').next().unwrap_or_default();
        ("302 Found", format!("location: http://{to}/\r\n"), "")
    } else {
        ("200 OK", String::new(), FEED)
    };
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{head}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// A home that watches feeds at these addresses, and may reach this host of the machine.
fn home(addresses: &[&str], private: &str) -> Home {
    let home = Home::new();
    let settings = format!(
        "[crawl]\ncontact = \"ops@shop.example\"\nprivate_hosts = [\"{private}\"]\nhost_pause_ms = 100\n\
         retries_max = 0\n\n[[watch]]\nsource = \"feed\"\nqueries = {addresses:?}\nmarket = \"us\"\n\
         schedule = \"0 * * * *\"\nzone = \"UTC\"\n"
    );
    home.write("groundswell.toml", settings);
    home
}

/// Crawls, in an environment with these variables; returns the summary of the one source.
fn crawl(home: &Home, variables: &[(&str, &str)]) -> Value {
    let mut command = program();
    for name in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command
        .envs(variables.iter().copied())
        .arg("--dir")
        .arg(home.path())
        .args(["crawl", "--all", "--format", "json"])
        .output()
        .expect("runs");
    let told: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    told[0].clone()
}

/// An HTTPS server with a certificate that nobody has signed; its address and certificate.
fn encrypted() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).expect("certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.expect("key"))
        .expect("settings");
    let settings = Arc::new(settings);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("address").to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(settings.clone()).expect("connection");
            let mut stream = rustls::StreamOwned::new(connection, stream);
            // A client that does not trust us hangs up: that is what is tested.
            if let Some(first) = asked(&mut stream) {
                let _ = stream.write_all(answer(&first).as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (address, made.cert.pem())
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (address, certificate) = encrypted();
    let url = format!("https://{address}/feed.xml");
    let home = home(&[&url], &address);
    let told = crawl(&home, &[]);
    assert_eq!(
        (&told["records"], &told["refused"]),
        (&0.into(), &1.into()),
        "{told}"
    );
    let why = told["reasons"][0]["why"].to_string();
    assert!(
        why.contains("could not be read"),
        "no robots.txt, no page: {why}"
    );

    // The same server, once this machine is told to trust it.
    let file = home.write("trusted.pem", certificate);
    let trusted = file.to_str().expect("path");
    let host = home.path().join("data");
    std::fs::remove_dir_all(host).expect("forgotten");
    let told = crawl(&home, &[("SSL_CERT_FILE", trusted)]);
    assert_eq!(told["records"], 1, "{told}");
}

/// An HTTP proxy that plays the whole internet; its port and what it was asked.
fn proxy() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("address").port();
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let seen_of = seen.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            if let Some(first) = asked(&stream) {
                seen_of.lock().expect("seen").push(first.clone());
                let _ = stream.write_all(answer(&first).as_bytes());
            }
        }
    });
    (port, seen)
}

#[test]
fn a_proxy_is_used_and_opens_no_way_into_the_private_network() {
    let (port, seen) = proxy();
    let at_proxy = format!("http://shop.example/away?to=localhost:{port}");
    let home = home(
        &[
            "http://shop.example/feed.xml",
            "http://shop.example/away?to=127.0.0.1:9",
            &at_proxy,
        ],
        "elsewhere.example",
    );
    let address = format!("http://localhost:{port}");
    let told = crawl(&home, &[("HTTP_PROXY", &address), ("http_proxy", &address)]);
    assert_eq!(told["records"], 1, "{told}");
    let reasons = told["reasons"].to_string();
    assert!(reasons.contains("the address is this machine"), "{reasons}");
    assert!(reasons.contains("it is the proxy"), "{reasons}");
    let asked = seen.lock().expect("seen").clone();
    assert!(
        asked.contains(&"GET http://shop.example/feed.xml HTTP/1.1".to_owned()),
        "{asked:?}"
    );
    assert!(
        asked
            .iter()
            .all(|line| line.contains("http://shop.example/")),
        "{asked:?}"
    );
}

#[test]
fn a_host_named_by_no_proxy_is_asked_without_one() {
    let (port, seen) = proxy();
    let home = home(&["http://shop.invalid/feed.xml"], "elsewhere.example");
    let address = format!("http://127.0.0.1:{port}");
    let told = crawl(
        &home,
        &[("http_proxy", &address), ("no_proxy", "shop.invalid")],
    );
    assert_eq!(told["records"], 0, "no such host: {told}");
    assert!(seen.lock().expect("seen").is_empty());
}
