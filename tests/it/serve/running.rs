//! A program that serves, and the plainest client there is.

use super::filled::{HOSTILE, NOW, at, day, fill, market};
use groundswell::config::{Config, Watch, When};
use groundswell::record::{Day, SimClock};
use groundswell::restock::{Advice, Deadline, Line};
use groundswell::serve::{self, Restock, Sheet, SheetError, Views};
use groundswell::store::{self, Store};
use jiff::Timestamp;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use tokio::sync::oneshot;

/// A sheet that is known beforehand; the room that makes real ones has its own tests.
#[derive(Default)]
pub struct Known {
    pub fails: bool,
    /// Told when a sheet is begun; then waited for before it is done.
    pub held: Option<(mpsc::Sender<()>, Mutex<mpsc::Receiver<()>>)>,
}

impl Restock for Known {
    fn sheet(&self, now: Timestamp) -> Result<Sheet, SheetError> {
        if let Some((begun, go_on)) = &self.held {
            begun.send(()).expect("somebody waits");
            go_on.lock().expect("one reader").recv().expect("go on");
        }
        if self.fails {
            return Err("stock.csv is broken in /home/secret".into());
        }
        let line = Line {
            sku: "MUG-1".into(),
            name: Some(format!("Mug {HOSTILE}")),
            category: None,
            market: market("us"),
            advice: Advice::OrderSoon,
            velocity: Some(4.25),
            velocity_sd: None,
            sold: Some((119, 28)),
            uplift: 1.0,
            on_hand: Some(120),
            inbound: None,
            days_of_cover: Some(28.2),
            lead_days: Some(20),
            safety_stock: None,
            reorder_point: None,
            order_by: Some(Day::of(now).plus(6)),
            quantity: Some((48, 96, 144)),
            cost: None,
            landing: None,
            wave: None,
            why: Vec::new(),
        };
        let unknown = Line {
            sku: "LAMP-2".into(),
            market: market("de"),
            advice: Advice::StockUnknown,
            on_hand: None,
            quantity: None,
            order_by: None,
            days_of_cover: None,
            ..line.clone()
        };
        Ok(Sheet {
            lines: vec![line, unknown],
            deadlines: vec![Deadline {
                order_by: Day::of(now).plus(3),
                market: market("us"),
                name: "Valentine's Day".into(),
                name_zh: "情人节".into(),
                first: day("2027-02-14"),
                closure: false,
            }],
        })
    }
}

/// A program that serves, and the folder it reads.
pub struct Running {
    pub address: SocketAddr,
    pub store: Arc<dyn Store>,
    pub stop: Option<oneshot::Sender<()>>,
    pub thread: Option<std::thread::JoinHandle<()>>,
    _home: tempfile::TempDir,
}

impl Running {
    pub fn start(restock: Known) -> Running {
        let home = tempfile::tempdir().expect("folder");
        let mut config = Config::default_at(home.path());
        config.report.language = "en".into();
        config.watches.push(Watch {
            source: "forum".into(),
            queries: vec!["mug".into()],
            market: Some(market("us")),
            when: When::Schedule("15 * * * *".into()),
            zone: "America/New_York".into(),
            params: Default::default(),
        });
        let store = store::open(&config.store).expect("store");
        fill(&*store);
        let clock = Arc::new(SimClock::new(at(NOW)));
        let views = Arc::new(Views::new(store.clone(), clock, config, Arc::new(restock)));
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("runtime");
            runtime.block_on(async {
                let listener = serve::bind("127.0.0.1:0".parse().expect("address"))
                    .await
                    .expect("bound");
                tell.send(listener.local_addr().expect("address"))
                    .expect("told");
                let stop = async {
                    let _ = stopped.await;
                };
                serve::serve(listener, views, stop).await.expect("served");
            });
        });
        Running {
            address: told.recv().expect("address"),
            store,
            stop: Some(stop),
            thread: Some(thread),
            _home: home,
        }
    }

    pub fn quick() -> Running {
        Running::start(Known::default())
    }

    pub fn get(&self, path: &str) -> Reply {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        ask(self.address, &head).expect("an answer")
    }

    pub fn json(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        serde_json::from_str(&reply.body).expect("JSON")
    }

    pub fn problem(&self, path: &str) -> (u16, String) {
        let reply = self.get(path);
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
        let problem: Value = serde_json::from_str(&reply.body).expect("JSON");
        assert_eq!(problem["status"], reply.status);
        (
            reply.status,
            problem["detail"].as_str().expect("detail").to_owned(),
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}

pub struct Reply {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// One request, written by hand so that nothing of it is made right on the way.
pub fn ask(address: SocketAddr, head: &str) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .expect("a status");
    Ok(Reply {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}
