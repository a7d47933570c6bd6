//! Heads of answers: walls, and how long a site wants to be left alone. Lines of
//! `name: value`, an empty line, a body.
#![no_main]

use groundswell::crawl::foreign;
use groundswell_fuzz::{NOW, answer};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let end = data
        .windows(2)
        .position(|two| two == b"\n\n")
        .unwrap_or(data.len());
    let mut answer = answer("text/html", data.get(end + 2..).unwrap_or_default());
    let head = String::from_utf8_lossy(&data[..end]).to_ascii_lowercase();
    answer.headers = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let _ = groundswell::source::wall(&answer);
    if let Some(until) = foreign::not_before(&answer, NOW) {
        assert!(until > NOW, "a wait that is over");
    }
});
