//! Numbers, money and times as sites write them: one text, read as each.
#![no_main]

use groundswell::crawl::import::parse_time;
use groundswell::source::{Library, Source};
use groundswell_fuzz::{answer, read};
use std::sync::LazyLock;

static SOURCE: LazyLock<Source> =
    LazyLock::new(|| Library::parse("own.toml", include_str!("../own.toml")).expect("source"));

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut line = String::from("{\"id\":\"1\",\"text\":\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => line.extend(['\\', letter]),
            '\0'..='\u{1f}' => line.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => line.push(letter),
        }
    }
    line.push_str("\"}");
    read(&SOURCE, &answer("application/x-ndjson", line.as_bytes()));
    let _ = parse_time(text, &jiff::tz::TimeZone::UTC);
});
