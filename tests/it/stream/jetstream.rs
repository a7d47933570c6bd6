//! A Jetstream of one writer: real WebSocket frames, replay from a cursor, a log that outlives
//! the server.

use futures_util::{SinkExt as _, StreamExt as _};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// How a client asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub cursor: Option<u64>,
    pub agent: String,
}

#[derive(Default)]
struct Shared {
    log: Mutex<Vec<(u64, String)>>,
    asked: Mutex<Vec<Asked>>,
    sent: Mutex<usize>,
    left: Mutex<usize>,
    /// The connection breaks off after so many more messages.
    cut_after: Mutex<Option<usize>>,
    clients: Mutex<Vec<JoinHandle<()>>>,
}

impl Shared {
    /// Whether the connection breaks here.
    fn is_cut(&self) -> bool {
        let mut left = self.cut_after.lock().expect("cut");
        match *left {
            Some(0) => left.take().is_some(),
            Some(more) => {
                *left = Some(more - 1);
                false
            }
            None => false,
        }
    }
}

/// The server, which may die and come back at the same address.
pub struct Jetstream {
    address: String,
    shared: Arc<Shared>,
    grown: watch::Sender<()>,
    task: Option<JoinHandle<()>>,
}

impl Jetstream {
    pub async fn start() -> Jetstream {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let address = listener.local_addr().expect("address").to_string();
        let mut server = Jetstream {
            address,
            shared: Arc::default(),
            grown: watch::Sender::new(()),
            task: None,
        };
        server.listen(listener);
        server
    }

    fn listen(&mut self, listener: TcpListener) {
        let (shared, grown) = (self.shared.clone(), self.grown.clone());
        self.task = Some(tokio::spawn(async move {
            loop {
                let Ok((socket, _)) = listener.accept().await else {
                    return;
                };
                let client = tokio::spawn(talk(socket, shared.clone(), grown.subscribe()));
                shared.clients.lock().expect("clients").push(client);
            }
        }));
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Everything stops, connections break.
    pub async fn kill(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            let _ = task.await;
        }
        let clients = std::mem::take(&mut *self.shared.clients.lock().expect("clients"));
        for client in clients {
            client.abort();
            let _ = client.await;
        }
    }

    pub async fn revive(&mut self) {
        let listener = TcpListener::bind(&self.address).await.expect("bound again");
        self.listen(listener);
    }

    /// The next message but so many breaks the connection.
    pub fn cut_after(&self, messages: usize) {
        *self.shared.cut_after.lock().expect("cut") = Some(messages);
    }

    /// The writer posts; the ids.
    pub fn post(&self, count: usize) -> BTreeSet<String> {
        (0..count)
            .map(|_| {
                let key = self.shared.log.lock().expect("log").len() + 1;
                let record = format!("\"record\":{{\"text\":\"post {key}\",\"langs\":[\"en\"]}}");
                self.write(
                    &key.to_string(),
                    &format!("\"operation\":\"create\",{record}"),
                );
                format!("at://did:plc:writer/app.bsky.feed.post/{key}")
            })
            .collect()
    }

    /// The writer deletes a post.
    pub fn delete(&self, key: &str) {
        self.write(key, "\"operation\":\"delete\"");
    }

    fn write(&self, key: &str, commit: &str) {
        let mut log = self.shared.log.lock().expect("log");
        let now = u64::try_from(jiff::Timestamp::now().as_microsecond()).expect("now");
        let time = log.last().map_or(now, |(last, _)| now.max(last + 1));
        let text = format!(
            "{{\"did\":\"did:plc:writer\",\"time_us\":{time},\"kind\":\"commit\",\"commit\":{{\
             \"collection\":\"app.bsky.feed.post\",\"rkey\":\"{key}\",{commit}}}}}"
        );
        log.push((time, text));
        drop(log);
        self.grown.send_replace(());
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().expect("asked").clone()
    }

    /// Clients that took leave.
    pub fn left(&self) -> usize {
        *self.shared.left.lock().expect("left")
    }

    /// Waits for the so-manieth client.
    pub async fn connected(&self, clients: usize) {
        super::until("a client", || self.asked().len() >= clients).await;
    }

    /// Waits until so many messages went out.
    pub async fn sent(&self, messages: usize) {
        let sent = || *self.shared.sent.lock().expect("sent");
        super::until("messages sent", || sent() >= messages).await;
    }
}

impl Drop for Jetstream {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

async fn talk(socket: TcpStream, shared: Arc<Shared>, mut grown: watch::Receiver<()>) {
    let mut asked = None;
    #[allow(clippy::result_large_err)]
    let read = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let query = request.uri().query().unwrap_or_default();
        let cursor = url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == "cursor")
            .and_then(|(_, value)| value.parse().ok());
        let agent = request.headers().get("user-agent");
        asked = Some(Asked {
            cursor,
            agent: agent
                .and_then(|agent| agent.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
        });
        Ok(response)
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(socket, read).await else {
        return;
    };
    let Some(asked) = asked else { return };
    let mut next = {
        let log = shared.log.lock().expect("log");
        match asked.cursor {
            Some(cursor) => log.partition_point(|(time, _)| *time < cursor),
            None => log.len(),
        }
    };
    shared.asked.lock().expect("asked").push(asked);
    loop {
        grown.borrow_and_update();
        loop {
            let text = shared
                .log
                .lock()
                .expect("log")
                .get(next)
                .map(|(_, text)| text.clone());
            let Some(text) = text else { break };
            if shared.is_cut() {
                // A frame that promises more than comes.
                use tokio::io::AsyncWriteExt as _;
                let _ = socket
                    .get_mut()
                    .write_all(&[0x81, 0x7e, 0x01, 0x00, b'{'])
                    .await;
                return;
            }
            if socket.send(Message::text(text)).await.is_err() {
                return;
            }
            next += 1;
            *shared.sent.lock().expect("sent") += 1;
        }
        tokio::select! {
            _ = grown.changed() => {}
            said = socket.next() => match said {
                Some(Ok(Message::Close(_))) => {
                    *shared.left.lock().expect("left") += 1;
                    let _ = socket.close(None).await;
                    return;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}
