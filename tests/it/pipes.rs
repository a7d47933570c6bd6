//! A reader that goes away, of data or of words, ends no command early.

use crate::program::{Home, program};
use std::process::Stdio;

/// Standard error whose reader has gone.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

#[test]
fn a_closed_standard_error_ends_no_command() {
    let home = Home::new();
    let file = home.write("posts.csv", "time,text\n2026-11-01,A lamp\nnever,Another\n");
    let file = file.to_str().expect("path");
    for (arguments, code) in [
        (&["crawl", "--replay", "nowhere"][..], 2),
        (&["import", file, "--as", "posts", "--source", "mine"], 1),
        (&["explain", "no-such-alert"], 2),
        (&["source", "check", "no-such-file.toml"], 3),
        (&["report", "--format", "text"], 0),
        (&["restock"], 0),
        (&["tag", "--explain", "A lamp"], 0),
    ] {
        let output = program()
            .arg("--dir")
            .arg(home.path())
            .args(arguments)
            .stderr(closed())
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn a_closed_standard_output_is_no_failure() {
    let home = Home::new();
    for arguments in [
        &["source", "list"][..],
        &["trends"],
        &["crawl", "--dry-run"],
    ] {
        let status = program()
            .arg("--dir")
            .arg(home.path())
            .args(arguments)
            .stdout(closed())
            .stderr(Stdio::null())
            .status()
            .expect("runs");
        assert_eq!(status.code(), Some(0), "{arguments:?}");
    }
}
