//! The program as a user starts it, on a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A home folder made by `groundswell init`.
pub struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    /// A fresh one, with the sample catalogue and no watches of its own.
    pub fn new() -> Home {
        let folder = tempfile::tempdir().expect("folder");
        let home = Home { folder };
        let output = program()
            .arg("init")
            .arg(home.path())
            .output()
            .expect("runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        home
    }

    /// The folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("shop")
    }

    /// Write a file into it; returns its path.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    /// Run a command on it.
    pub fn run(&self, arguments: &[&str]) -> Output {
        program()
            .arg("--dir")
            .arg(self.path())
            .args(arguments)
            .output()
            .expect("runs")
    }

    /// Run a command that must end with this exit code; returns what it printed as data.
    pub fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        text(&output.stdout)
    }

    /// As [`Home::expect`], for data in JSON.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.expect(0, arguments)).expect("JSON")
    }
}

/// The program itself.
pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_groundswell"))
}

/// A folder that holds nothing but a catalogue.
pub fn shop(catalogue: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("catalogue.csv"), catalogue).expect("written");
    folder
}

/// Runs the program in a folder; whether it went well, and what it printed, or what was wrong.
pub fn run_in(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = program().current_dir(folder).args(arguments).output();
    let output = output.expect("runs");
    let stream = if output.status.success() {
        output.stdout
    } else {
        output.stderr
    };
    let said = String::from_utf8(stream).expect("UTF-8");
    (output.status.success(), said)
}

/// The folder of shared recordings and series, or a word on standard error that the test skips.
pub fn shared(what: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("GROUNDSWELL_SHARED").map(PathBuf::from) else {
        eprintln!("skipped: GROUNDSWELL_SHARED does not name the folder that holds {what}");
        return None;
    };
    let path = folder.join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no {what} in {}", folder.display());
    None
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
