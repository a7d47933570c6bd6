//! Charsets: a content type on the first line, the bytes after it.
#![no_main]

use groundswell_fuzz::{LIBRARY, answer, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let content_type = String::from_utf8_lossy(&data[..end]);
    let body = data.get(end + 1..).unwrap_or_default();
    for source in ["rakuten-ranking", "feed"] {
        read(
            &LIBRARY.get(source).expect("source"),
            &answer(&content_type, body),
        );
    }
});
