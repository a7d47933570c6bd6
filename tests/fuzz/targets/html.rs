//! Pages, by every source that reads pages: the first byte says which.
#![no_main]

use groundswell::source::Source;
use groundswell_fuzz::{answer, read, sources_of};
use std::sync::{Arc, LazyLock};

static SOURCES: LazyLock<Vec<Arc<Source>>> = LazyLock::new(|| {
    let mut sources = sources_of("html");
    sources.extend(sources_of("html+json"));
    sources
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some((first, body)) = data.split_first() {
        let source = &SOURCES[usize::from(*first) % SOURCES.len()];
        read(source, &answer("text/html; charset=utf-8", body));
    }
});
