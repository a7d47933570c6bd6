//! A running program, and connections of senders to it.

use groundswell::config::{Engine, StoreConfig};
use groundswell::record::{Day, Kind, Record, SourceClass, Subject, Tags};
use groundswell::store::{self, Held, Store};
use jiff::Timestamp;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const SETTINGS: &str = "[push]\naddress = \"127.0.0.1:0\"\nbody_bytes_max = 262144\nlines_max = 5000\n\
    [[inbox]]\nsource = \"livechat\"\nas = \"posts\"\nkind = \"chat\"\nmarket = \"us\"\n";

/// The time of all events: now, once, so that a body can be sent again.
fn now() -> Timestamp {
    static NOW: OnceLock<Timestamp> = OnceLock::new();
    *NOW.get_or_init(Timestamp::now)
}

/// One chat line of a customer.
pub fn event(number: usize) -> String {
    let line = serde_json::json!({
        "id": format!("m{number}"),
        "time": now(),
        "role": "customer",
        "author": format!("visitor {number}"),
        "text": format!("{number}: is the Glimmerfox Cup dishwasher safe?"),
    });
    format!("{line}\n")
}

/// `groundswell run` on a folder of its own.
pub struct Daemon {
    home: tempfile::TempDir,
    child: Child,
    address: String,
    store: OnceLock<Arc<dyn Store>>,
}

fn spawn(home: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_groundswell"))
        .args(["run", "--dir"])
        .arg(home)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started")
}

/// The address of pushes, as the program tells it.
fn address_of(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stderr.take().expect("stderr")).lines();
    for line in lines.by_ref() {
        let line = line.expect("a line");
        if let Some(rest) = line.strip_prefix("events are taken at http://") {
            let address = rest.trim_end_matches("/inbox/").to_owned();
            // Somebody must go on listening.
            std::thread::spawn(move || lines.for_each(drop));
            return address;
        }
    }
    panic!("no address was printed");
}

impl Daemon {
    pub fn start() -> Daemon {
        let home = tempfile::tempdir().expect("folder");
        std::fs::write(home.path().join("groundswell.toml"), SETTINGS).expect("written");
        std::fs::write(
            home.path().join("catalogue.csv"),
            "sku,name\nMUG-1,Glimmerfox Cup\n",
        )
        .expect("written");
        let mut child = spawn(home.path());
        let address = address_of(&mut child);
        Daemon {
            home,
            child,
            address,
            store: OnceLock::new(),
        }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    pub fn restart(&mut self) {
        self.child = spawn(self.home.path());
        self.address = address_of(&mut self.child);
    }

    /// What a second start says, which must fail.
    pub fn start_again(&self) -> String {
        let output = spawn(self.home.path()).wait_with_output().expect("ended");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    pub fn connect(&self) -> Sender {
        let token = std::fs::read_to_string(self.home.path().join("data/push.token"));
        let stream = TcpStream::connect(&self.address).expect("connected");
        stream
            .set_read_timeout(Some(Duration::from_secs(120)))
            .expect("set");
        Sender {
            address: self.address.clone(),
            token: token.expect("a token").trim().to_owned(),
            stream: BufReader::new(stream),
        }
    }

    /// The store, as a second process sees it.
    fn store(&self) -> &dyn Store {
        let open = || {
            let path = self.home.path().join("data");
            let engine = Engine::Sqlite;
            store::open(&StoreConfig { engine, path }).expect("opens")
        };
        &**self.store.get_or_init(open)
    }

    pub fn head(&self) -> u64 {
        self.store().head().expect("head")
    }

    pub fn record(&self, id: &str) -> Option<Held> {
        let key = Record::new(Kind::Chat, id).key("livechat", Timestamp::UNIX_EPOCH);
        self.store().record(key).expect("store")
    }

    /// The tags of chat lines, once all of them have some. The daemon works on its own; a machine
    /// under load may take its time.
    pub fn tags_of(&self, ids: impl IntoIterator<Item = String>) -> Vec<Tags> {
        let key = |id| Record::new(Kind::Chat, id).key("livechat", Timestamp::UNIX_EPOCH);
        let keys: Vec<_> = ids.into_iter().map(key).collect();
        let mut missing = keys.len();
        for _ in 0..1_200 {
            if let Some(live) = self.store().live().expect("live") {
                let tags = self.store().tags_of(live.id, &keys).expect("tags");
                missing = tags.iter().filter(|tags| tags.is_none()).count();
                if missing == 0 {
                    return tags.into_iter().flatten().collect();
                }
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{missing} of {} lines were never tagged", keys.len());
    }

    /// How often a SKU was named on the day of the events.
    pub fn mentions(&self, sku: &str) -> u32 {
        let live = self.store().live().expect("live").expect("a generation");
        let of = self
            .store()
            .series_of(live.id, &Subject::Sku(sku.into()))
            .expect("series");
        let series = of
            .iter()
            .find(|it| it.class == SourceClass::Voice)
            .expect("a series");
        let day = Day::of(now());
        let cells = self
            .store()
            .cells(live.id, series, day..=day)
            .expect("cells");
        cells
            .iter()
            .map(|(_, cell)| cell.mentions + cell.doubtful)
            .sum()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that is kept open from one request to the next.
pub struct Sender {
    address: String,
    token: String,
    stream: BufReader<TcpStream>,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

impl Sender {
    pub fn post(&mut self, path: &str, headers: &[&str], body: &[u8]) -> Answer {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n",
            self.address,
            self.token,
            body.len()
        );
        for header in headers {
            head.push_str(&format!("{header}\r\n"));
        }
        self.send(head + "\r\n", body)
    }

    pub fn post_as(&mut self, authorization: &str, path: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {authorization}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        self.send(head, body)
    }

    /// In chunks of seven bytes, so that lines and letters are cut.
    pub fn post_in_chunks(&mut self, path: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\r\n",
            self.address, self.token
        );
        let mut chunked = Vec::new();
        for part in body.chunks(7) {
            chunked.extend(format!("{:x}\r\n", part.len()).bytes());
            chunked.extend(part);
            chunked.extend(b"\r\n");
        }
        chunked.extend(b"0\r\n\r\n");
        self.send(head, &chunked)
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.send(head, b"")
    }

    fn send(&mut self, head: String, body: &[u8]) -> Answer {
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes()).expect("asked");
        // A body that is refused by its head may meet a closed door.
        let _ = stream.write_all(body);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.stream.read_line(&mut head).expect("answered");
            assert!(read > 0, "the connection ended: {head}");
        }
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let lower = head.to_lowercase();
        let length = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length = length
            .and_then(|length| length.trim().parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a whole answer");
        Answer {
            status: status.expect("a status"),
            head,
            body: String::from_utf8(body).expect("text"),
        }
    }
}
