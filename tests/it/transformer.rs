//! A transformer beside the built-in models. What a program built without one says; and, with the
//! feature `bert`, real loading and reading by libtorch, on tiny models made here.

#[cfg(feature = "bert")]
mod loaded;
#[cfg(feature = "bert")]
mod tiny;

use crate::program::Home;

#[cfg(not(feature = "bert"))]
#[test]
fn a_program_without_bert_says_so_where_the_settings_ask_for_it() {
    let home = Home::new();
    home.write(
        "groundswell.toml",
        "[transformer]\nsentiment = \"models/xlm-t\"\n",
    );
    let said = home.expect(3, &["check"]);
    assert!(said.contains("line 2"), "{said}");
    assert!(
        said.contains("cargo build --release --features bert"),
        "{said}"
    );
    let output = home.run(&["tag", "--transformer", "--explain", "good"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("built without bert"), "{said}");
}

#[test]
fn settings_without_a_model_need_no_bert() {
    let home = Home::new();
    assert!(!home.expect(0, &["check"]).contains("transformer"));
    let output = home.run(&["tag", "--transformer", "--explain", "good"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("names no model"), "{said}");
}
