//! Source files: whatever their text, they are accepted or refused in words.
#![no_main]

use groundswell::source::Library;
use groundswell_fuzz::{answer, read};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match Library::parse("fuzz.toml", text) {
        Ok(source) => {
            let _ = source.run_examples();
            read(
                &source,
                &answer(
                    "application/json",
                    br#"{"items": [{"id": 1, "title": "a"}]}"#,
                ),
            );
            read(
                &source,
                &answer("text/html", b"<ul><li><a href=/x>a</a></ul>"),
            );
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                let _ = problem.to_string();
            }
        }
    }
});
