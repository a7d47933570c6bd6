//! Servers that mean harm, or do not know better.

use super::{JET, batch, coverage, job, quick, unique, until};
use crate::board::Kept;
use futures_util::{SinkExt as _, StreamExt as _};
use groundswell::crawl::Summary;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;

/// A server that does the same to everybody; its address.
async fn serve<F: Future<Output = ()> + Send + 'static>(
    talk: impl Fn(TcpStream) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("address").to_string();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(talk(socket));
        }
    });
    address
}

/// Shakes hands as a WebSocket server does, and hands the bare connection out.
async fn shaken(socket: TcpStream) -> Option<TcpStream> {
    let socket = tokio_tungstenite::accept_async(socket).await.ok()?;
    Some(socket.into_inner())
}

/// Reads a head and answers with this text, whatever was asked.
async fn answer(mut socket: TcpStream, text: String) {
    let mut head = [0; 4_096];
    let _ = socket.read(&mut head).await;
    let _ = socket.write_all(text.as_bytes()).await;
    let _ = socket.shutdown().await;
}

async fn listen_to(name: &str, query: &str, address: &str) -> (Summary, Arc<Kept>) {
    let memory = Arc::<Kept>::default();
    let mut settings = quick(address);
    settings.retries_max = 0;
    let summary = batch(&memory, &settings, &job(name, query, address)).await;
    (summary, memory)
}

/// Why nothing came, in words; what did come is in the log as a failure.
fn why(summary: &Summary, memory: &Kept) -> String {
    let sum = coverage(memory);
    assert!(sum.failed + sum.refused > 0, "a gap, not a zero: {sum:?}");
    assert!(unique(memory).is_empty());
    summary.sources[0].reasons[0].why.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_end_is_given_up() {
    let address = serve(|socket| async {
        let Some(mut socket) = shaken(socket).await else {
            return;
        };
        // The first piece of a message in pieces, and ever more of them.
        let piece = [&[0x00, 0x7e, 0xff, 0xff][..], &[b'x'; 65_535]].concat();
        let _ = socket.write_all(&[0x01, 0x01, b'x']).await;
        while socket.write_all(&piece).await.is_ok() {}
    })
    .await;
    let (summary, memory) = listen_to(JET, "", &address).await;
    let why = why(&summary, &memory);
    assert!(why.contains("larger than 5242880 bytes"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_end_is_given_up() {
    let address = serve(|mut socket| async move {
        // An answer before the question is another fault.
        let _ = socket.read(&mut [0; 4_096]).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ";
        let _ = socket.write_all(head.as_bytes()).await;
        while socket.write_all(&[b'x'; 65_536]).await.is_ok() {}
    })
    .await;
    let (summary, memory) = listen_to("mastodon-streaming", "", &address).await;
    let why = why(&summary, &memory);
    assert!(why.contains("larger than 5242880 bytes"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_none_ends_the_connection() {
    let address = serve(|socket| async {
        let Some(mut socket) = shaken(socket).await else {
            return;
        };
        let _ = socket.write_all(&[0x81, 0x02, 0xc3, 0x28]).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let (summary, memory) = listen_to(JET, "", &address).await;
    let why = why(&summary, &memory);
    assert!(why.to_lowercase().contains("utf-8"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_tiny_messages_are_pages_of_a_thousand() {
    let address = serve(|socket| async {
        let Ok(mut socket) = tokio_tungstenite::accept_async(socket).await else { return };
        for number in 1..=100_000 {
            let text = format!(
                "{{\"did\":\"d\",\"time_us\":{number},\"kind\":\"commit\",\"commit\":{{\"rkey\":\"{number}\"}}}}"
            );
            if socket.feed(Message::text(text)).await.is_err() {
                return;
            }
        }
        let _ = socket.close(None).await;
    })
    .await;
    let (summary, memory) = listen_to(JET, "", &address).await;
    assert!(summary.is_complete(), "{summary:?}");
    let pages = memory.pages();
    let records: usize = pages.iter().map(|page| page.records.len()).sum();
    assert_eq!(records, 100_000);
    assert!(pages.iter().all(|page| page.records.len() <= 1_000));
    let cursor = pages.last().and_then(|page| page.position.clone()?.cursor);
    assert_eq!(cursor.as_deref(), Some("100000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_alone_are_a_connection_on_which_nothing_is_said() {
    let address = serve(|socket| async {
        let Ok(mut socket) = tokio_tungstenite::accept_async(socket).await else {
            return;
        };
        while socket.send(Message::Ping("hello".into())).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let (summary, memory) = listen_to(JET, "", &address).await;
    assert!(summary.is_complete(), "{summary:?}");
    let sum = coverage(&memory);
    assert!(
        sum.empty >= 1 && sum.failed == 0 && sum.answered == 0,
        "{sum:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_is_never_answered_ends_in_time() {
    let address = serve(|socket| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(socket);
    })
    .await;
    let (summary, memory) = listen_to(JET, "", &address).await;
    let why = why(&summary, &memory);
    assert!(
        why.contains("did not finish its answer within 2 s"),
        "{why}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_stream_is_told_as_what_it_is() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi";
    let address = serve(move |socket| answer(socket, page.to_owned())).await;
    let (summary, memory) = listen_to(JET, "", &address).await;
    let told = why(&summary, &memory);
    assert!(
        told.contains("does not speak WebSocket there (status 200)"),
        "{told}"
    );
    let (summary, memory) = listen_to("mastodon-streaming", "", &address).await;
    let told = why(&summary, &memory);
    assert!(
        told.contains("does not send events there, but `text/html`"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_says_no_is_left_alone() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let address = serve(move |socket| {
        count.fetch_add(1, Ordering::SeqCst);
        let no = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
        answer(socket, no.to_owned())
    })
    .await;
    let memory = Arc::<Kept>::default();
    let settings = quick(&address);
    let job = job(JET, "", &address);
    let first = batch(&memory, &settings, &job).await;
    assert!(why(&first, &memory).contains("answered 403"));
    let second = batch(&memory, &settings, &job).await;
    assert!(why(&second, &memory).contains("is left alone until"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let reached = Arc::new(AtomicUsize::new(0));
    let count = reached.clone();
    let inner = serve(move |socket| {
        count.fetch_add(1, Ordering::SeqCst);
        answer(socket, String::new())
    })
    .await;
    let head =
        format!("HTTP/1.1 302 Found\r\nlocation: http://{inner}/\r\ncontent-length: 0\r\n\r\n");
    let address = serve(move |socket| answer(socket, head.clone())).await;
    for source in [JET, "mastodon-streaming"] {
        let (summary, memory) = listen_to(source, "", &address).await;
        let why = why(&summary, &memory);
        assert!(why.contains("the address is this machine"), "{why}");
    }
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_nobody_answers_is_dead() {
    let address = serve(|socket| async {
        let Some(mut socket) = shaken(socket).await else {
            return;
        };
        // Reads, so that the pings arrive, and says nothing.
        let mut bytes = [0; 1_024];
        while socket.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    let memory = Arc::<Kept>::default();
    let job = super::job_with(JET, "", &address, "idle_s = 5\n");
    let listening = super::Listening::start(&memory, &quick(&address), &job);
    until("it is given up", || coverage(&memory).failed > 0).await;
    listening.end().await;
    let pages = memory.pages();
    let reading = pages.iter().find_map(|page| page.reading.clone()?.why);
    assert!(reading.expect("a reason").contains("within 5 s"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_leave_says_why() {
    let address = serve(|socket| async {
        use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
        let Ok(mut socket) = tokio_tungstenite::accept_async(socket).await else {
            return;
        };
        let frame = CloseFrame {
            code: CloseCode::Policy,
            reason: "consumer too slow".into(),
        };
        let _ = socket.close(Some(frame)).await;
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let (summary, memory) = listen_to(JET, "", &address).await;
    let why = why(&summary, &memory);
    assert!(
        why.contains("it closed the stream: consumer too slow"),
        "{why}"
    );
}
