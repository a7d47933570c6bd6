//! The demo, driven as a user drives it: the program in one process, what it left behind read by
//! another.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

fn demo(home: &Path, seed: &str, days: &str) -> Value {
    let output = Command::cargo_bin("groundswell")
        .expect("program")
        .args(["demo", "--format", "json", "--seed", seed, "--days", days])
        .arg("--keep")
        .arg(home)
        .output()
        .expect("run");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).expect("json on stdout, nothing else")
}

/// All alerts of a home folder, as the store holds them.
fn alerts(home: &Path) -> String {
    let workspace = groundswell::run::Workspace::open(home).expect("home folder");
    let live = workspace
        .store
        .live()
        .expect("store")
        .expect("a projection");
    let filter = groundswell::store::AlertFilter::default();
    let alerts = workspace.store.alerts(live.id, &filter).expect("alerts");
    serde_json::to_string(&alerts).expect("json")
}

#[test]
fn every_alert_can_be_computed_again_from_the_log_in_a_second_process() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    demo(&home, "1", "45");
    let told = alerts(&home);
    let count = serde_json::from_str::<Vec<Value>>(&told)
        .expect("json")
        .len();
    assert!(
        count >= 3,
        "a world in which nothing happened proves nothing"
    );
    // This process, which never saw the demo run, throws all projections away and reads the log
    // from its beginning.
    groundswell::run::Workspace::open(&home)
        .expect("home folder")
        .retag(&mut |_| {})
        .expect("projections");
    assert_eq!(told, alerts(&home), "the log tells another story");
}

#[test]
fn the_same_seed_gives_the_same_world_and_the_same_alerts() {
    let folder = tempfile::tempdir().expect("folder");
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    assert_eq!(demo(&first, "2", "14"), demo(&second, "2", "14"));
    assert_eq!(
        alerts(&first),
        alerts(&second),
        "two runs of one world differ"
    );
}

#[test]
fn the_sites_are_read_with_manners_and_what_they_refuse_is_known() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("home");
    let output = Command::cargo_bin("groundswell")
        .expect("program")
        .args(["demo", "--days", "14", "--keep"])
        .arg(&home)
        .output()
        .expect("run");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success());
    assert!(
        text.contains("0 for a page that robots.txt forbids"),
        "{text}"
    );
    assert!(
        text.contains("robots.txt of the site does not allow"),
        "{text}"
    );
    for part in [
        "World 1",
        "What to order first",
        "How good was it",
        "groundswell init",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    assert!(home.join("report.html").is_file());
    let progress = String::from_utf8(output.stderr).expect("text");
    assert_eq!(progress.matches("records read").count(), 2, "{progress}");
}

#[test]
fn a_folder_that_is_somebody_elses_is_left_alone() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("thesis.txt"), "years of work").expect("file");
    let output = Command::cargo_bin("groundswell")
        .expect("program")
        .args(["demo", "--days", "7", "--keep"])
        .arg(folder.path())
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).expect("text");
    assert!(told.contains("--keep DIR"), "{told}");
    assert!(folder.path().join("thesis.txt").is_file());
}
