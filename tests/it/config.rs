//! `init` and `check` as users type them, and settings as other stages load them.

use groundswell::config::{self, Error};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

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

fn groundswell(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_groundswell"))
        .args(arguments)
        .arg("--dir")
        .arg(home)
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8], home: &Path) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.replace(&home.display().to_string(), "HOME")
}

/// A snapshot of what `check` prints. How many sources there are is not its subject.
fn snapshot(name: &str, told: &str) {
    let settings = {
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"\d+ sources, \d+ of them", "N sources, N of them");
        settings
    };
    settings.bind(|| insta::assert_snapshot!(name, told));
}

/// A home folder as `init` makes it.
fn home() -> TempDir {
    let home = tempfile::tempdir().expect("folder");
    let made = groundswell(home.path(), &["init"]);
    assert!(made.status.success(), "{}", text(&made.stderr, home.path()));
    home
}

fn change(home: &Path, file: &str, from: &str, to: &str) {
    let path = home.join(file);
    let text = fs::read_to_string(&path).expect("read");
    assert!(text.contains(from), "{file} has `{from}`");
    fs::write(&path, text.replace(from, to)).expect("written");
}

#[test]
fn init_says_what_it_made_and_what_to_type_next() {
    let home = tempfile::tempdir().expect("folder");
    let made = groundswell(home.path(), &["init"]);
    insta::assert_snapshot!(text(&made.stdout, home.path()));
    let key = fs::read_to_string(home.path().join("data/author.key")).expect("a key");
    assert_eq!(key.trim().len(), 64);
}

#[test]
fn init_never_overwrites_and_names_what_is_in_the_way() {
    let home = tempfile::tempdir().expect("folder");
    fs::write(home.path().join("stock.csv"), "mine").expect("written");
    let refused = groundswell(home.path(), &["init"]);
    assert_eq!(refused.status.code(), Some(2));
    insta::assert_snapshot!(text(&refused.stderr, home.path()));
    let left: Vec<_> = fs::read_dir(home.path()).expect("folder").collect();
    assert_eq!(left.len(), 1, "nothing was written");
    assert_eq!(
        fs::read(home.path().join("stock.csv")).expect("kept"),
        b"mine"
    );
}

#[test]
fn a_fresh_folder_is_right_and_checking_it_changes_nothing() {
    let home = home();
    let files = |folder: &Path| -> Vec<_> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .expect("folder")
            .map(|entry| entry.expect("entry").path())
            .collect();
        names.sort();
        names
    };
    let before = (files(home.path()), files(&home.path().join("data")));
    let checked = groundswell(home.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(0));
    snapshot(
        "check_of_a_fresh_folder",
        &text(&checked.stdout, home.path()),
    );
    assert_eq!(
        before,
        (files(home.path()), files(&home.path().join("data")))
    );
}

#[test]
fn check_tells_what_is_wrong_in_every_file_at_once() {
    let home = home();
    let settings = "groundswell.toml";
    change(
        home.path(),
        settings,
        "source = \"mastodon-tag\"",
        "source = \"mastodon-tags\"",
    );
    change(
        home.path(),
        settings,
        "schedule = \"10 */4 * * *\"",
        "schedule = \"10 25 * * *\"",
    );
    change(
        home.path(),
        settings,
        "schedule = \"20 */4 * * *\"",
        "schedule = \"20 */4 * * *\"\nqueries = [\"tea\"]\nparams = { colour = \"red\" }",
    );
    change(
        home.path(),
        settings,
        "calendar = \"\"",
        "calendar = \"mine.toml\"",
    );
    change(home.path(), "catalogue.csv", "LANTERN-R2,", "MUG-ENAMEL,");
    change(
        home.path(),
        "stock.csv",
        "LANTERN-R2,us,95",
        "LANTERN-R2,us,many",
    );
    fs::write(
        home.path().join("subscribers.toml"),
        "[[subscriber]]\naddress = \"nobody\"\n",
    )
    .expect("written");
    fs::write(home.path().join("mine.toml"), "[[occasion]]\nname = \"x\"\nkind = \"demand\"\nmarkets = [\"usa\"]\nevery_year = \"01-01/01-02\"\n").expect("written");
    fs::write(
        home.path().join("sources/shop.toml"),
        "name = \"shop\"\nclas = \"social\"\n",
    )
    .expect("written");
    let checked = groundswell(home.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(3));
    snapshot(
        "check_of_a_folder_full_of_mistakes",
        &text(&checked.stdout, home.path()),
    );
    let json = groundswell(home.path(), &["check", "--format", "json"]);
    assert_eq!(json.status.code(), Some(3));
    let told: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(told["right"], false);
    let wrong = told["parts"].as_array().expect("parts").iter();
    let wrong = wrong.filter(|part| part["problems"] != serde_json::json!([]));
    assert_eq!(wrong.count(), 6);
}

#[test]
fn a_mistyped_key_ends_every_command_with_code_3() {
    let home = home();
    change(home.path(), "groundswell.toml", "timeout_s", "timeout_sec");
    for command in ["check", "serve", "run", "crawl"] {
        let refused = groundswell(home.path(), &[command]);
        assert_eq!(refused.status.code(), Some(3), "{command}");
        let told = text(&refused.stdout, home.path()) + &text(&refused.stderr, home.path());
        assert!(
            told.contains("did you mean `timeout_s`?"),
            "{command}: {told}"
        );
    }
}

#[test]
fn files_that_are_missing_are_noted_and_not_invented() {
    let home = home();
    for file in ["catalogue.csv", "stock.csv", "subscribers.toml"] {
        fs::remove_file(home.path().join(file)).expect("removed");
    }
    let checked = groundswell(home.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(0));
    let told = text(&checked.stdout, home.path());
    assert_eq!(told.matches("not there").count(), 3, "{told}");
    assert!(told.contains("stock unknown"), "{told}");
}
