//! The program itself, killed in mid-stream.

use super::{JET, Jetstream, source_file, until};
use groundswell::run::Workspace;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The daemon in a home folder.
struct Daemon(Child);

impl Daemon {
    fn start(home: &Path) -> Daemon {
        let mut command = Command::new(env!("CARGO_BIN_EXE_groundswell"));
        command.arg("run").arg("--dir").arg(home);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Daemon(command.spawn().expect("started"))
    }

    fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }

    fn end(mut self) -> Option<i32> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .status();
        assert!(asked.expect("kill runs").success());
        self.0.wait().expect("it ends").code()
    }
}

/// How often each id is in the log; and whether all of them are tagged.
fn kept(workspace: &Workspace) -> (BTreeMap<String, usize>, bool) {
    let store = &workspace.store;
    let live = store.live().expect("a store");
    let mut ids = BTreeMap::new();
    let mut all_tagged = true;
    for entry in store.read(0, 100_000).expect("a log") {
        for record in &entry.page.records {
            *ids.entry(record.id.clone()).or_default() += 1;
            let key = entry.page.key(record);
            let tags = live
                .as_ref()
                .and_then(|live| store.tags(live.id, key).expect("tags"));
            all_tagged &= tags.is_some();
        }
    }
    (ids, all_tagged)
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_goes_on_where_it_was_killed_and_tags_what_comes() {
    let mut server = Jetstream::start().await;
    let home = tempfile::tempdir().expect("folder");
    std::fs::create_dir(home.path().join("sources")).expect("folder");
    let source = home.path().join("sources/jetstream.toml");
    std::fs::write(source, source_file(JET)).expect("written");
    let settings = format!(
        "[report]\nlanguage = \"en\"\n[crawl]\ncontact = \"shop@example.com\"\nprivate_hosts = \
         [\"{host}\"]\nhost_pause_ms = 100\n[[watch]]\nsource = \"{JET}\"\nmarket = \"us\"\nschedule = \"@hourly\"\n\
         params.host = \"{host}\"\n",
        host = server.address()
    );
    std::fs::write(home.path().join("groundswell.toml"), settings).expect("written");
    let workspace = Workspace::open(home.path()).expect("a workspace");
    let ids = || kept(&workspace).0;

    let daemon = Daemon::start(home.path());
    server.connected(1).await;
    let mut posted = server.post(50);
    until("fifty are there and tagged", || {
        let (ids, all_tagged) = kept(&workspace);
        ids.len() == 50 && all_tagged
    })
    .await;
    // Killed with a page half full, or half written.
    posted.extend(server.post(1_500));
    server.sent(1_200).await;
    daemon.kill();
    posted.extend(server.post(50));
    let daemon = Daemon::start(home.path());
    until("all are there", || ids().len() == posted.len()).await;
    // A batch beside it leaves the stream to the daemon.
    let beside = Command::new(env!("CARGO_BIN_EXE_groundswell"))
        .args(["crawl", "--all", "--wait", "--dir"])
        .arg(home.path())
        .output()
        .expect("crawled");
    assert!(beside.status.success(), "{beside:?}");
    let connections = server.asked().len();
    server.kill().await;
    posted.extend(server.post(50));
    server.revive().await;
    until("all are there again", || ids().len() == posted.len()).await;
    assert_eq!(connections, 2, "one for each daemon, none for the batch");
    assert_eq!(daemon.end(), Some(0));
    let ids = ids();
    assert!(
        posted.iter().eq(ids.keys()),
        "nothing lost, nothing invented"
    );
    assert!(ids.values().all(|times| *times == 1), "nothing doubled");
}
