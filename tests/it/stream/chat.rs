//! Server-sent events and IRC from servers that speak them, with our own words and with what
//! others recorded.

use super::{Listening, batch, coverage, job, position, quick, unique, until};
use crate::board::Kept;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;

type Heard = Arc<Mutex<Vec<String>>>;

/// A folder of recordings, where this machine has it.
fn recording(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("GROUNDSWELL_SHARED") else {
        eprintln!("skipped: GROUNDSWELL_SHARED is not set, `{name}` is not read");
        return None;
    };
    let path = PathBuf::from(folder).join("recordings").join(name);
    Some(std::fs::read_to_string(path).expect("a recording"))
}

/// A server that sends these events to everybody, in pieces, and then stays silent. What it was
/// asked goes into `heard`.
async fn events(text: String, heard: Heard) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("address").to_string();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(send_events(socket, text.clone(), heard.clone()));
        }
    });
    address
}

async fn send_events(mut socket: TcpStream, text: String, heard: Heard) {
    let mut head = vec![0; 4_096];
    let Ok(read) = socket.read(&mut head).await else {
        return;
    };
    let asked = String::from_utf8_lossy(&head[..read]).into_owned();
    heard.lock().expect("heard").push(asked);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:)\n\n";
    let _ = socket.write_all(head.as_bytes()).await;
    // Pieces that end in the middle of lines and letters.
    for piece in text.as_bytes().chunks(997) {
        if socket.write_all(piece).await.is_err() {
            return;
        }
    }
    let _ = socket.read(&mut [0; 16]).await;
}

fn update(event: &str, status: &Value) -> String {
    format!("event: {event}\ndata: {status}\n\n")
}

fn status(id: &str, text: &str) -> Value {
    serde_json::json!({
        "id": id, "created_at": "2026-03-01T10:00:00.000Z", "language": "en",
        "url": format!("https://m.example/@ana/{id}"), "content": format!("<p>{text}</p>"),
        "account": {"url": "https://m.example/@ana"}, "replies_count": 0, "reblogs_count": 0,
        "favourites_count": 0, "spoiler_text": "",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_corrections_and_deletions_of_mastodon_are_followed() {
    let text = [
        update("update", &status("1", "my kettle sings")),
        update("update", &status("2", "gone soon")),
        ":thump\n".to_owned(),
        update("status.update", &status("1", "my kettle whistles")),
        "event: delete\ndata: 2\n\n".to_owned(),
        "event: filters_changed\ndata: \n\n".to_owned(),
    ];
    let heard = Heard::default();
    let address = events(text.concat(), heard.clone()).await;
    let memory = Arc::<Kept>::default();
    let settings = quick(&address);
    let job = job("mastodon-tag-streaming", "kettle", &address);
    let summary = batch(&memory, &settings, &job).await;
    assert!(summary.is_complete(), "{summary:?}");
    let pages = memory.pages();
    assert_eq!(memory.ids(), ["1", "2", "1"]);
    let texts: Vec<_> = pages[0]
        .records
        .iter()
        .filter_map(|record| record.text.as_deref())
        .collect();
    assert_eq!(
        texts,
        ["my kettle sings", "gone soon", "my kettle whistles"]
    );
    assert_eq!(pages[0].deleted, ["2"]);
    let asked = heard.lock().expect("heard")[0].clone();
    assert!(
        asked.starts_with("GET /api/v1/streaming/hashtag?tag=kettle HTTP/1.1"),
        "{asked}"
    );
    assert!(asked.contains("accept: text/event-stream"), "{asked}");
    assert!(asked.contains("authorization: Bearer recorded"), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stream_without_a_cursor_missed_is_a_gap() {
    let address = events(update("update", &status("1", "a")), Heard::default()).await;
    let memory = Arc::<Kept>::default();
    let settings = quick(&address);
    let job = job("mastodon-streaming", "", &address);
    batch(&memory, &settings, &job).await;
    assert_eq!(
        coverage(&memory).failed,
        0,
        "before the first time nothing was missed"
    );
    // As if that had been an hour ago.
    {
        let mut pages = memory.pages.lock().expect("pages");
        let newest = pages
            .last_mut()
            .and_then(|page| page.position.as_mut())
            .expect("a position");
        let hour = jiff::SignedDuration::from_hours(1);
        newest.last_run = newest.last_run.map(|time| time - hour);
    }
    let summary = batch(&memory, &settings, &job).await;
    assert!(summary.is_complete(), "a gap is no failure of this run");
    let sum = coverage(&memory);
    assert!((60..=61).contains(&sum.failed), "{sum:?}");
    assert_eq!(sum.asked, sum.failed + sum.answered + sum.empty);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recorded_public_stream_of_a_server_is_read_whole() {
    let Some(lines) = recording("mastodon/mastodonsocial.json") else {
        return;
    };
    let statuses: Vec<Value> = lines
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let ids: BTreeSet<String> = statuses
        .iter()
        .filter_map(|status| Some(status["id"].as_str()?.to_owned()))
        .collect();
    assert!(ids.len() > 10, "{} statuses", ids.len());
    let text: String = statuses
        .iter()
        .map(|status| update("update", status))
        .collect();
    let address = events(text, Heard::default()).await;
    let memory = Arc::<Kept>::default();
    let job = job("mastodon-streaming", "", &address);
    batch(&memory, &quick(&address), &job).await;
    assert_eq!(unique(&memory), ids);
    let pages = memory.pages();
    let records = || pages.iter().flat_map(|page| &page.records);
    for record in records() {
        assert!(record.author.is_some() && record.time.is_some() && record.url.is_some());
    }
    // A post may be a picture and nothing else.
    let has_words = |status: &&Value| {
        let is_said = |field: &str| !status[field].as_str().unwrap_or_default().is_empty();
        is_said("content") || is_said("spoiler_text")
    };
    let with_words = records().filter(|record| record.text.is_some() || record.title.is_some());
    assert_eq!(
        with_words.count(),
        statuses.iter().filter(has_words).count()
    );
    eprintln!(
        "mastodon-streaming: {} posts of the recorded stream",
        ids.len()
    );
}

/// A chat server in the manner of Twitch: lines go to whoever is welcomed and has joined.
async fn chat(lines: Vec<String>, heard: Heard) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("address").to_string();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(talk(socket, lines.clone(), heard.clone()));
        }
    });
    address
}

async fn talk(socket: TcpStream, lines: Vec<String>, heard: Heard) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(socket).await else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        let Ok(said) = message.to_text() else {
            continue;
        };
        heard.lock().expect("heard").push(said.to_owned());
        if said.starts_with("NICK ") {
            let welcome = ":tmi.twitch.tv 001 justinfan64209 :Welcome, GLHF!\r\n\
                           :tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands\r\n";
            let _ = socket.send(Message::text(welcome)).await;
        }
        if said.starts_with("JOIN ") {
            let names =
                ":tmi.twitch.tv 353 justinfan64209 = #shop :ana bo\r\nPING :tmi.twitch.tv\r\n";
            let _ = socket.send(Message::text(names)).await;
            // Several lines may share a message.
            for two in lines.chunks(2) {
                let text = two
                    .iter()
                    .map(|line| format!("{line}\r\n"))
                    .collect::<String>();
                if socket.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chat_is_read_without_an_account_and_what_is_taken_back_is_deleted() {
    let lines = [
        "@id=a-1;tmi-sent-ts=1772359200123;user-id=77 :ana!ana@x PRIVMSG #shop :is the mug safe?",
        "@id=a-2;tmi-sent-ts=1772359201000;user-id=78;reply-parent-msg-id=a-1 :bo!bo@x PRIVMSG #shop :\u{1}ACTION nods\u{1}",
        "@login=cy;target-msg-id=a-0;tmi-sent-ts=1772359202000 :tmi.twitch.tv CLEARMSG #shop :spam",
        ":dee!dee@x JOIN #shop",
    ];
    let heard = Heard::default();
    let address = chat(lines.map(str::to_owned).to_vec(), heard.clone()).await;
    let memory = Arc::<Kept>::default();
    let job = job("twitch-chat", "shop", &address);
    let listening = Listening::start(&memory, &quick(&address), &job);
    until("both lines", || unique(&memory).len() == 2).await;
    until("the answer to the ping", || {
        heard
            .lock()
            .expect("heard")
            .iter()
            .any(|said| said == "PONG :tmi.twitch.tv")
    })
    .await;
    listening.end().await;
    let said = heard.lock().expect("heard").clone();
    let expected = [
        "CAP REQ :twitch.tv/tags twitch.tv/commands",
        "NICK justinfan64209",
        "JOIN #shop",
    ];
    assert_eq!(said[..3], expected);
    let pages = memory.pages();
    let records: Vec<_> = pages.iter().flat_map(|page| &page.records).collect();
    assert_eq!(records[0].text.as_deref(), Some("is the mug safe?"));
    assert_eq!(records[1].text.as_deref(), Some("nods"));
    assert_eq!(records[1].thread.as_deref(), Some("a-1"));
    let deleted: Vec<_> = pages.iter().flat_map(|page| &page.deleted).collect();
    assert_eq!(deleted, ["a-0"]);
    assert_eq!(position(&memory).newest_id.as_deref(), Some("a-2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recorded_chat_of_a_channel_is_read_whole() {
    let Some(text) = recording("twitch/recentmessages-nymn.json") else {
        return;
    };
    let recorded: Value = serde_json::from_str(&text).expect("a recording");
    let lines: Vec<String> = recorded["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .filter_map(|line| Some(line.as_str()?.to_owned()))
        .collect();
    let said = lines
        .iter()
        .filter(|line| line.contains(" PRIVMSG #"))
        .count();
    let taken_back = lines
        .iter()
        .filter(|line| line.contains(" CLEARMSG #"))
        .count();
    assert!(said > 700, "{said} of {}", lines.len());
    let address = chat(lines, Heard::default()).await;
    let memory = Arc::<Kept>::default();
    batch(
        &memory,
        &quick(&address),
        &job("twitch-chat", "nymn", &address),
    )
    .await;
    assert_eq!(unique(&memory).len(), said);
    let pages = memory.pages();
    for record in pages.iter().flat_map(|page| &page.records) {
        assert!(record.author.is_some() && record.time.is_some() && record.text.is_some());
    }
    let deleted: usize = pages.iter().map(|page| page.deleted.len()).sum();
    assert_eq!(deleted, taken_back);
    eprintln!("twitch-chat: {said} lines said and {deleted} taken back of the recorded chat");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_not_there_is_told_in_the_words_of_the_server() {
    let lines = vec![":irc 403 justinfan64209 #shop :No such channel".to_owned()];
    let address = chat(lines, Heard::default()).await;
    let memory = Arc::<Kept>::default();
    let mut settings = quick(&address);
    settings.retries_max = 0;
    let summary = batch(&memory, &settings, &job("twitch-chat", "shop", &address)).await;
    let why = &summary.sources[0].reasons[0].why;
    assert!(
        why.contains("the server says 403") && why.contains("No such channel"),
        "{why}"
    );
}
