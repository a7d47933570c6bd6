use super::*;
use minicbor::Encoder;
use proptest::prelude::*;

const POST: &str = "app.bsky.feed.post";

type Bytes = Encoder<Vec<u8>>;

fn item(write: impl FnOnce(&mut Bytes)) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder);
    encoder.into_writer()
}

fn cid_of(block: &[u8]) -> Vec<u8> {
    let hash = ring::digest::digest(&ring::digest::SHA256, block);
    [&[1, 0x71, 0x12, 0x20], hash.as_ref()].concat()
}

fn link(encoder: &mut Bytes, cid: &[u8]) {
    let tag = minicbor::data::Tag::new(42);
    let _ = encoder
        .tag(tag)
        .and_then(|e| e.bytes(&[&[0], cid].concat()));
}

fn text(encoder: &mut Bytes, key: &str, text: &str) {
    let _ = encoder.str(key).and_then(|e| e.str(text));
}

fn record(words: &str) -> Vec<u8> {
    item(|e| {
        let _ = e.map(2);
        text(e, "text", words);
        text(e, "$type", POST);
    })
}

fn archive(blocks: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let header = item(|e| {
        let _ = e
            .map(2)
            .and_then(|e| e.str("roots"))
            .and_then(|e| e.array(0));
        let _ = e.str("version").and_then(|e| e.u8(1));
    });
    let mut bytes = Vec::new();
    let mut section = |part: &[u8]| {
        let mut length = part.len();
        while length > 0x7f {
            bytes.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend(part);
    };
    section(&header);
    for (cid, block) in blocks {
        section(&[cid.as_slice(), block.as_slice()].concat());
    }
    bytes
}

/// A frame of a type with the members that `write` adds to `count`.
fn frame(kind: &str, count: u64, write: impl FnOnce(&mut Bytes)) -> Vec<u8> {
    item(|e| {
        let _ = e.map(2);
        text(e, "t", kind);
        let _ = e.str("op").and_then(|e| e.i8(1)).and_then(|e| e.map(count));
        write(e);
    })
}

type Op<'a> = (&'a str, &'a str, Option<Vec<u8>>);

fn commit_frame(ops: &[Op<'_>], blocks: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    frame("#commit", 6, |e| {
        text(e, "repo", "did:plc:aaa");
        text(e, "rev", "3k9");
        text(e, "time", "2026-03-01T09:00:00.000Z");
        let _ = e.str("seq").and_then(|e| e.u64(41));
        let _ = e.str("blocks").and_then(|e| e.bytes(&archive(blocks)));
        let _ = e.str("ops").and_then(|e| e.array(ops.len() as u64));
        for (action, path, cid) in ops {
            let _ = e.map(3);
            text(e, "action", action);
            text(e, "path", path);
            let _ = e.str("cid");
            match cid {
                Some(cid) => link(e, cid),
                None => {
                    let _ = e.null();
                }
            }
        }
    })
}

fn read(frame: &[u8]) -> Result<Vec<Value>, FrameError> {
    lines(frame, &[POST.to_owned()])
}

#[test]
fn each_operation_on_a_post_is_a_line_and_the_rest_is_left_out() {
    let (first, second) = (record("my kettle sings"), record("it leaks"));
    let like = record("not a post");
    let ops = [
        ("create", "app.bsky.feed.post/3k1", Some(cid_of(&first))),
        ("create", "app.bsky.feed.like/3k2", Some(cid_of(&like))),
        ("update", "app.bsky.feed.post/3k3", Some(cid_of(&second))),
        ("delete", "app.bsky.feed.post/3k4", None),
    ];
    let blocks = [&first, &second, &like].map(|block| (cid_of(block), block.clone()));
    let lines = read(&commit_frame(&ops, &blocks)).expect("lines");
    let said: Vec<String> = lines.iter().map(Value::to_string).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    {"commit":{"cid":"bafyreia25frabllu6bhjqa7fu4qul5gisrc3xjq4a42cqifrfdmoqczxo4","collection":"app.bsky.feed.post","operation":"create","record":{"$type":"app.bsky.feed.post","text":"my kettle sings"},"rev":"3k9","rkey":"3k1"},"did":"did:plc:aaa","kind":"commit","seq":41,"time":"2026-03-01T09:00:00.000Z","uri":"at://did:plc:aaa/app.bsky.feed.post/3k1"}
    {"commit":{"cid":"bafyreihxqkbpmh6kcqbn6sn3uuaeqwshi7mij52upw2lufxatbjiveoy4i","collection":"app.bsky.feed.post","operation":"update","record":{"$type":"app.bsky.feed.post","text":"it leaks"},"rev":"3k9","rkey":"3k3"},"did":"did:plc:aaa","kind":"commit","seq":41,"time":"2026-03-01T09:00:00.000Z","uri":"at://did:plc:aaa/app.bsky.feed.post/3k3"}
    {"commit":{"collection":"app.bsky.feed.post","operation":"delete","rev":"3k9","rkey":"3k4"},"did":"did:plc:aaa","kind":"commit","seq":41,"time":"2026-03-01T09:00:00.000Z","uri":"at://did:plc:aaa/app.bsky.feed.post/3k4"}
    "#);
}

#[test]
fn a_block_that_is_not_what_its_address_says_is_never_read() {
    let (said, held) = (record("love it"), record("hate it"));
    let ops = [("create", "app.bsky.feed.post/3k1", Some(cid_of(&said)))];
    let told = |blocks: &[(Vec<u8>, Vec<u8>)]| {
        let error = read(&commit_frame(&ops, blocks)).expect_err("a broken frame");
        error.to_string()
    };
    assert!(told(&[(cid_of(&said), held.clone())]).contains("not what its address"));
    assert!(told(&[(cid_of(&held), held)]).contains("not in its commit"));
    let ops = [("create", "app.bsky.feed.post/3k1", None)];
    let error = read(&commit_frame(&ops, &[])).expect_err("a broken frame");
    assert!(error.to_string().contains("without a record"), "{error}");
}

#[test]
fn accounts_that_close_and_words_of_the_server_are_lines_too() {
    let account = frame("#account", 4, |e| {
        text(e, "did", "did:plc:aaa");
        text(e, "status", "deleted");
        let _ = e.str("active").and_then(|e| e.bool(false));
        let _ = e.str("seq").and_then(|e| e.u64(42));
    });
    let lines = read(&account).expect("a line");
    assert_eq!(lines[0]["kind"], "account");
    assert_eq!(lines[0]["did"], "did:plc:aaa");
    assert_eq!(lines[0]["account"]["status"], "deleted");
    let info = frame("#info", 1, |e| text(e, "name", "OutdatedCursor"));
    assert_eq!(
        read(&info).expect("a line"),
        [json!({"kind": "info", "info": {"name": "OutdatedCursor"}})]
    );
    let new = frame("#tomorrow", 0, |_| {});
    assert_eq!(read(&new), Ok(Vec::new()));
}

#[test]
fn an_error_frame_ends_the_stream_in_the_words_of_the_server() {
    let frame = item(|e| {
        let _ = e.map(1).and_then(|e| e.str("op")).and_then(|e| e.i8(-1));
        let _ = e.map(1);
        text(e, "error", "ConsumerTooSlow");
    });
    let error = read(&frame).expect_err("the end");
    assert_eq!(
        error.to_string(),
        "the server ends the stream: ConsumerTooSlow"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_bytes_break_the_decoder(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_damage_to_a_good_frame_breaks_the_decoder_or_changes_a_record(
        place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let block = record("my kettle sings");
        let ops = [("create", "app.bsky.feed.post/3k1", Some(cid_of(&block)))];
        let good = commit_frame(&ops, &[(cid_of(&block), block)]);
        let mut bad = good.clone();
        bad[place.index(good.len())] = byte;
        for line in read(&bad).unwrap_or_default() {
            if line["kind"] == "commit" && line["commit"]["operation"] == "create" {
                prop_assert_eq!(&line["commit"]["record"]["text"], "my kettle sings");
            }
        }
        let _ = read(&good[..cut.index(good.len())]);
    }
}
