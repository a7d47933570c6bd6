//! A line of JSON each, as streams and exports send them.
#![no_main]

use groundswell::source::{Library, Source};
use groundswell_fuzz::{answer, read};
use std::sync::LazyLock;

static SOURCE: LazyLock<Source> =
    LazyLock::new(|| Library::parse("own.toml", include_str!("../own.toml")).expect("source"));

libfuzzer_sys::fuzz_target!(|body: &[u8]| read(&SOURCE, &answer("application/x-ndjson", body)));
