//! RSS, Atom and JSON Feed.
#![no_main]

use groundswell_fuzz::{LIBRARY, answer, read};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    read(
        &LIBRARY.get("feed").expect("source"),
        &answer("application/xml", body),
    );
});
