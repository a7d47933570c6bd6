//! Events that come in over a socket, and what becomes of them: real connections to the program.

#[path = "push/sender.rs"]
mod sender;

use flate2::write::GzEncoder;
use sender::{Daemon, event};
use serde_json::json;
use std::io::Write as _;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), flate2::Compression::best());
    zip.write_all(text).expect("zips");
    zip.finish().expect("zips")
}

#[test]
fn a_thousand_chat_lines_over_one_socket_are_each_tagged() {
    let daemon = Daemon::start();
    let mut sender = daemon.connect();
    for chunk in 0..100 {
        let lines: String = (0..10).map(|line| event(chunk * 10 + line)).collect();
        let answer = sender.post("/inbox/livechat", &[], lines.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()["accepted"], 10);
    }
    let tags = daemon.tags_of((0..1_000).map(|number| format!("m{number}")));
    assert_eq!(tags.len(), 1_000);
    assert!(
        tags.iter()
            .all(|tags| tags.mentions[0].sku == "MUG-1" && tags.intents.question),
        "each was read"
    );
    let counted = daemon.mentions("MUG-1");
    assert_eq!(counted, 1_000, "each counts once");
}

#[test]
fn a_body_sent_again_changes_nothing_and_an_edit_is_news() {
    let daemon = Daemon::start();
    let mut sender = daemon.connect();
    let lines = event(1) + &event(2);
    assert_eq!(
        sender.post("/inbox/livechat", &[], lines.as_bytes()).json()["accepted"],
        2
    );
    let head = daemon.head();
    let again = sender.post("/inbox/livechat", &[], lines.as_bytes()).json();
    assert_eq!(
        (&again["accepted"], &again["known"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(daemon.head(), head, "no trace in the log");
    let twice = event(3) + &event(3);
    let answer = sender.post("/inbox/livechat", &[], twice.as_bytes()).json();
    assert_eq!(
        (&answer["accepted"], &answer["known"]),
        (&json!(1), &json!(1))
    );
    let edited = event(3).replace("safe", "tight");
    let answer = sender.post("/inbox/livechat", &[], edited.as_bytes());
    assert_eq!(answer.json()["accepted"], 1, "{}", answer.body);
}

#[test]
fn wrong_lines_are_named_and_the_good_ones_kept_or_all_refused_if_asked() {
    let daemon = Daemon::start();
    let mut sender = daemon.connect();
    let mut body = event(1).into_bytes();
    body.extend(b"{\"id\":\"x\",\"role\":\"customer\",\"text\":\"no time\"}\n");
    body.extend(b"{\"id\":\"y\",\"time\":\"2026-01-05\",\"text\":\"who speaks?\"}\n");
    body.extend(
        b"{\"id\":\"z\",\"time\":\"2026-01-05\",\"role\":\"customer\",\"text\":\"\xff\"}\n",
    );
    body.extend(
        b"{\"id\":\"b\",\"time\":\"2026-01-05\",\"role\":\"bot\",\"text\":\"The mug is great!\"}\n",
    );
    body.extend(b"\n{\"id\":\"h\",\"time\":\"2026-01-0");
    let strict = sender.post("/inbox/livechat?strict=1", &[], &body);
    assert_eq!(strict.status, 422);
    assert_eq!(daemon.head(), 0, "nothing was kept");
    let answer = sender.post("/inbox/livechat", &[], &body);
    assert_eq!(answer.status, 200);
    insta::assert_json_snapshot!(answer.json());
    assert_eq!(daemon.tags_of(["m1".to_owned()]).len(), 1);
    assert!(daemon.record("b").is_none(), "a bot's line is no demand");
    let nothing = sender.post("/inbox/livechat", &[], b"not json\n");
    assert_eq!(nothing.status, 422, "{}", nothing.body);
}

#[test]
fn gzip_and_chunks_are_read_and_bombs_strangers_and_sound_are_refused() {
    let daemon = Daemon::start();
    let mut sender = daemon.connect();
    let zipped = gzip((event(1) + &event(2)).as_bytes());
    let answer = sender.post("/inbox/livechat", &["Content-Encoding: gzip"], &zipped);
    assert_eq!(answer.json()["accepted"], 2);
    let answer = sender.post_in_chunks("/inbox/livechat", event(3).as_bytes());
    assert_eq!(answer.json()["accepted"], 1, "{}", answer.body);

    let bomb = gzip(&vec![b' '; 50_000_000]);
    assert!(bomb.len() < 100_000, "small on the wire");
    let refused = |headers: &[&str], body: &[u8], status: u16, says: &str| {
        // A body that is not read to its end closes the connection: each has its own.
        let answer = daemon.connect().post("/inbox/livechat", headers, body);
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(says), "{}", answer.body);
        assert!(
            answer.head.contains("application/problem+json"),
            "{}",
            answer.head
        );
    };
    refused(&["Content-Encoding: gzip"], &bomb, 413, "send it in parts");
    refused(&[], &vec![b'x'; 300_000], 413, "at most 262144 bytes");
    refused(&[], "{}\n".repeat(5_001).as_bytes(), 413, "5000 lines");
    refused(
        &["Content-Encoding: gzip"],
        b"\x1f\x8b\x08broken",
        400,
        "gzip",
    );
    refused(&["Content-Encoding: br"], b"{}", 415, "gzip or not at all");
    refused(
        &["Content-Type: audio/wav"],
        b"RIFF",
        415,
        "sound is not taken",
    );
    refused(&[], b"OggS\0\0", 415, "sound is not taken");
    refused(&[], b"[{}]", 400, "not a list");
    refused(&[], b" \n", 400, "empty");

    for token in ["Bearer wrong", "Basic abc", ""] {
        let answer = daemon
            .connect()
            .post_as(token, "/inbox/livechat", event(9).as_bytes());
        assert_eq!(answer.status, 401, "{token}");
        assert!(
            answer
                .head
                .to_lowercase()
                .contains("www-authenticate: bearer")
        );
        assert!(
            !answer.body.contains("livechat"),
            "a stranger learns nothing"
        );
    }
    let lost = sender.post("/inbox/other", &[], event(9).as_bytes());
    assert_eq!(lost.status, 404);
    assert!(lost.body.contains("livechat"), "{}", lost.body);
    assert_eq!(daemon.connect().get("/inbox/livechat").status, 405);
    assert!(daemon.record("m9").is_none());
}

#[test]
fn fifty_senders_at_once_are_all_served() {
    let daemon = Daemon::start();
    std::thread::scope(|scope| {
        for sender in 0..50 {
            let daemon = &daemon;
            scope.spawn(move || {
                let mut connection = daemon.connect();
                for line in 0..4 {
                    let body = event(sender * 4 + line);
                    // Told to wait is an answer too: the sender comes again.
                    let mut answer = connection.post("/inbox/livechat", &[], body.as_bytes());
                    while answer.status == 503 {
                        assert!(answer.head.to_lowercase().contains("retry-after: "));
                        std::thread::sleep(std::time::Duration::from_millis(100));
                        answer = connection.post("/inbox/livechat", &[], body.as_bytes());
                    }
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
            });
        }
    });
    assert_eq!(
        daemon
            .tags_of((0..200).map(|number| format!("m{number}")))
            .len(),
        200
    );
}

#[test]
fn what_was_answered_with_200_survives_a_kill() {
    let mut daemon = Daemon::start();
    for round in 0..5 {
        let mut sender = daemon.connect();
        let lines: String = (0..20).map(|line| event(round * 20 + line)).collect();
        assert_eq!(
            sender.post("/inbox/livechat", &[], lines.as_bytes()).status,
            200
        );
        daemon.kill();
        for line in 0..20 {
            let id = format!("m{}", round * 20 + line);
            assert!(daemon.record(&id).is_some(), "{id} was lost");
        }
        daemon.restart();
    }
    let tags = daemon.tags_of((0..100).map(|number| format!("m{number}")));
    assert_eq!(tags.len(), 100, "counted by the next start");
}

#[cfg(unix)]
#[test]
fn a_start_without_a_fit_token_or_with_a_taken_port_says_what_to_do() {
    let daemon = Daemon::start();
    std::fs::write(daemon.home().join("data/push.token"), "short\n").expect("written");
    let said = daemon.start_again();
    assert!(
        said.contains("at least 16") && said.contains("hint: "),
        "{said}"
    );
    assert!(!said.contains("short"), "{said}");
}
