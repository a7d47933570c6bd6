//! A small web server that behaves badly on demand, on a port of its own.

use flate2::{Compression, write::GzEncoder};
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does when it is asked for a path.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status, headers and a body.
    Plain(u16, Vec<(&'static str, String)>, String),
    /// 200 with an ETag; 304 to whoever sends it back.
    Tagged(&'static str, String),
    /// A gzip body that unpacks to so many bytes.
    Bomb(usize),
    /// A body in a coding of its own.
    Coded(&'static str, Vec<u8>),
    /// A head that never ends.
    Heads,
    /// A body that never ends.
    Endless,
    /// Headers, then a byte now and then, without end.
    Drip,
    /// Half a body, then the connection is gone.
    Cut,
    /// Nothing at all.
    Hang,
}

impl Reply {
    /// 200 with a JSON body.
    pub fn json(body: impl ToString) -> Reply {
        Reply::Plain(
            200,
            vec![("content-type", "application/json".into())],
            body.to_string(),
        )
    }

    /// A status without a body.
    pub fn status(status: u16) -> Reply {
        Reply::Plain(status, Vec::new(), String::new())
    }

    /// A redirect.
    pub fn redirect(to: impl ToString) -> Reply {
        Reply::Plain(302, vec![("location", to.to_string())], String::new())
    }
}

type Plan = Arc<Mutex<HashMap<String, Vec<Reply>>>>;
type Seen = Arc<Mutex<Vec<String>>>;

/// A running server; it ends when it is dropped.
pub struct FaultServer {
    address: String,
    plan: Plan,
    seen: Seen,
    task: JoinHandle<()>,
}

impl FaultServer {
    /// A server that answers 404 to everything.
    pub async fn start() -> FaultServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("address").to_string();
        let (plan, seen) = (Plan::default(), Seen::default());
        let (plan_of, seen_of) = (plan.clone(), seen.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, plan_of.clone(), seen_of.clone()));
            }
        });
        FaultServer {
            address,
            plan,
            seen,
            task,
        }
    }

    /// Answer `path` (with its query) with these replies in turn, then with the last one.
    pub fn on(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let mut replies: Vec<Reply> = replies.into_iter().collect();
        replies.reverse();
        self.plan.lock().expect("plan").insert(path.into(), replies);
    }

    /// `127.0.0.1:port`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The paths that were asked for, in order.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("seen").clone()
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, plan: Plan, seen: Seen) {
    let mut stream = BufReader::new(stream);
    // A peer that hangs up ends the conversation; there is nobody to tell.
    while let Some((path, head)) = read_head(&mut stream).await {
        seen.lock().expect("seen").push(path.clone());
        let reply = {
            let mut plan = plan.lock().expect("plan");
            match plan.get_mut(&path) {
                Some(replies) if replies.len() > 1 => replies.pop().expect("one"),
                Some(replies) => replies.first().expect("one").clone(),
                None => Reply::status(404),
            }
        };
        if answer(&mut stream, reply, &head).await.is_none() {
            return;
        }
    }
}

async fn read_head(stream: &mut BufReader<TcpStream>) -> Option<(String, String)> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        // Header names in lower case; the request line as it is, paths have case.
        match line.split_once(": ") {
            Some((name, value)) => {
                head.push_str(&format!("{}: {value}", name.to_ascii_lowercase()))
            }
            None => head.push_str(&line),
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.trim().parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    Some((path, head))
}

/// `None`: the connection is done.
async fn answer(stream: &mut BufReader<TcpStream>, reply: Reply, head: &str) -> Option<()> {
    match reply {
        Reply::Plain(status, headers, body) => {
            send(stream, status, &headers, body.as_bytes()).await
        }
        Reply::Tagged(tag, body) => {
            let headers = [("etag", tag.to_owned())];
            if head.contains(&format!("if-none-match: {tag}")) {
                send(stream, 304, &headers, b"").await
            } else {
                send(stream, 200, &headers, body.as_bytes()).await
            }
        }
        Reply::Bomb(size) => {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(&vec![b' '; size]).expect("memory");
            let body = gzip.finish().expect("memory");
            let headers = [("content-encoding", "gzip".to_owned())];
            send(stream, 200, &headers, &body).await
        }
        Reply::Coded(coding, body) => {
            let headers = [("content-encoding", coding.to_owned())];
            send(stream, 200, &headers, &body).await
        }
        Reply::Heads => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await.ok()?;
            loop {
                let line = format!("x-more: {}\r\n", "a".repeat(1_000));
                stream.write_all(line.as_bytes()).await.ok()?;
            }
        }
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
            loop {
                stream.write_all(&[b' '; 4_096]).await.ok()?;
            }
        }
        Reply::Drip => {
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
            stream.write_all(head).await.ok()?;
            loop {
                stream.write_all(b" ").await.ok()?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Reply::Cut => {
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"items\":";
            stream.write_all(head).await.ok()?;
            None
        }
        Reply::Hang => std::future::pending().await,
    }
}

async fn send(
    stream: &mut BufReader<TcpStream>,
    status: u16,
    headers: &[(&str, String)],
    body: &[u8],
) -> Option<()> {
    let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    if status != 304 {
        stream.write_all(body).await.ok()?;
    }
    Some(())
}
