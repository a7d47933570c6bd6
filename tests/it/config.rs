//! `init` and `check` as users type them, and settings as other stages load them.

use groundswell::config::{self, Error};

#[test]
fn a_folder_without_settings_is_named_with_the_command_that_helps() {
    let folder = tempfile::tempdir().expect("folder");
    let error = config::load(folder.path()).expect_err("nothing there");
    assert!(matches!(error, Error::Missing { .. }));
    let dir = folder.path().display();
    assert_eq!(error.to_string(), format!("no groundswell.toml in `{dir}`"));
    let hint = error.hint().expect("a hint");
    assert!(hint.contains(&format!("groundswell init {dir}")), "{hint}");
}

#[test]
fn a_file_in_another_encoding_is_refused_with_its_line() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("groundswell.toml");
    // "中文" in GB 18030, as an editor on a Chinese machine may save it.
    std::fs::write(&file, b"# one\n# \xd6\xd0\xce\xc4\n").expect("written");
    let error = config::load(folder.path()).expect_err("refused");
    assert!(
        error.to_string().contains("line 2: is not UTF-8"),
        "{error}"
    );
}

#[test]
fn a_byte_order_mark_is_no_problem() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("groundswell.toml");
    std::fs::write(&file, "\u{feff}[report]\ntitle = \"Shop\"\n").expect("written");
    let config = config::load(folder.path()).expect("read");
    assert_eq!(config.report.title, "Shop");
}
