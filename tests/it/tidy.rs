//! Rules of the house that a compiler does not check: data travels one way, files stay short,
//! nothing panics on outside data, the clock is asked in one place, no file is forgotten.

mod lexer;
mod modules;

use lexer::{code_only, tokens, without_tests};
use modules::modules;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The rooms in the order data travels. A room may import those on earlier lines and itself.
const ROOMS: [&[&str]; 13] = [
    &["record"],
    &["config"],
    &["source"],
    &["crawl"],
    &["tag"],
    &["gather"],
    &["store"],
    &["trend"],
    &["restock"],
    &["report", "serve"],
    &["run"],
    &["demo"],
    &["cli"],
];

const LINES_MAX: usize = 600;

/// What may stand nowhere in the code.
const BANNED: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];

/// What may stand only in tests: outside data must not be able to end the program.
const PANICS: [&str; 2] = [".unwrap()", ".expect("];

/// Places that may panic all the same: the file, the code, and why nothing from outside can
/// reach it.
const MAY_PANIC: [(&str, &str, &str); 0] = [];

/// Where the machine's clock is read. Every other place is handed a `Clock` or an instant.
const CLOCK_FILE: &str = "record/clock.rs";
const CLOCK_READS: [&str; 3] = ["Timestamp::now(", "Zoned::now(", "SystemTime::now("];

#[test]
fn the_house_keeps_its_rules() {
    let files = rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(files.len() > 40, "the sources were not found");
    let mut problems = Vec::new();
    let modules = modules(&files);
    for (path, text) in &files {
        let is_test = modules.get(path) == Some(&true);
        problems.extend(problems_of(path, text, is_test));
    }
    problems.extend(forgotten(&files, &modules));
    problems.extend(unranked(&files));
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// All Rust files under a folder: path from the folder, with `/`, and text.
fn rust_files(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path: PathBuf = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).expect("inside").to_string_lossy();
                let text = std::fs::read_to_string(&path).expect("readable text");
                files.insert(name.replace('\\', "/"), text);
            }
        }
    }
    files
}

/// What is wrong in one file, each with its line. A file that only tests declare may panic.
fn problems_of(path: &str, text: &str, is_test: bool) -> Vec<String> {
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if lines > LINES_MAX {
        problems.push(format!("{path}: {lines} lines, the limit is {LINES_MAX}"));
    }
    let code = code_only(text);
    for (line, room) in runs_back(path, &code) {
        problems.push(format!(
            "{path}:{line}: imports `{room}`, which comes later in the flow"
        ));
    }
    for word in BANNED {
        for line in places(&code, word) {
            problems.push(format!("{path}:{line}: `{word}`"));
        }
    }
    if path != CLOCK_FILE {
        for word in CLOCK_READS {
            for line in places(&code, word) {
                problems.push(format!(
                    "{path}:{line}: `{word})`: take a clock or an instant"
                ));
            }
        }
    }
    if !is_test {
        let code = without_tests(&code);
        for word in PANICS {
            for line in places(&code, word) {
                let source = text.lines().nth(line - 1).unwrap_or_default().trim();
                let allowed = MAY_PANIC
                    .iter()
                    .any(|(file, part, _)| *file == path && source.contains(part));
                if !allowed {
                    problems.push(format!("{path}:{line}: `{word}` outside tests: {source}"));
                }
            }
        }
    }
    problems
}

/// Lines on which a piece of code stands, as a word of its own.
fn places(code: &str, word: &str) -> Vec<usize> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(word)
        .filter(|(at, _)| word.starts_with('.') || !code[..*at].ends_with(is_name))
        .map(|(at, _)| line_of(code, at))
        .collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].bytes().filter(|byte| *byte == b'\n').count() + 1
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

/// Imports of a room that comes later, or beside: line and room. `crate::X`, `crate::{X, ..}`
/// and chains of `super` that climb out of the room all count, in `use` lines and elsewhere.
fn runs_back(path: &str, code: &str) -> Vec<(usize, String)> {
    let own = path.split('/').next().unwrap_or_default();
    let Some(own_rank) = rank(own) else {
        return Vec::new();
    };
    let is_back = |room: &str| match rank(room) {
        Some(rank) => room != own && rank >= own_rank,
        None => false,
    };
    rooms_named(path, code)
        .into_iter()
        .filter(|(_, room)| is_back(room))
        .collect()
}

/// Every module at the top of the crate that the code names.
fn rooms_named(path: &str, code: &str) -> Vec<(usize, String)> {
    let tokens = tokens(code);
    let word = |place: usize| tokens.get(place).map_or("", |(_, token)| *token);
    // How many steps `super` may go before it stands at the top of the crate.
    let mut depth = path.split('/').count();
    if path.ends_with("/mod.rs") {
        depth -= 1;
    }
    let mut modules: Vec<usize> = Vec::new();
    let mut braces = 0;
    let mut found = Vec::new();
    for place in 0..tokens.len() {
        match word(place) {
            "{" => {
                braces += 1;
                if place >= 2 && word(place - 2) == "mod" {
                    modules.push(braces);
                }
            }
            "}" => {
                if modules.last() == Some(&braces) {
                    modules.pop();
                }
                braces -= 1;
            }
            "crate" if word(place + 1) == "::" => found.extend(heads(&tokens, place + 2)),
            "super" if place == 0 || word(place - 1) != "::" => {
                let mut steps = 1;
                let mut next = place + 1;
                while word(next) == "::" && word(next + 1) == "super" {
                    steps += 1;
                    next += 2;
                }
                if steps >= depth + modules.len() && word(next) == "::" {
                    found.extend(heads(&tokens, next + 1));
                }
            }
            _ => {}
        }
    }
    found
        .into_iter()
        .map(|(at, room)| (line_of(code, at), room))
        .collect()
}

/// The first names of a path or of each path of a group in braces.
fn heads(tokens: &[(usize, &str)], start: usize) -> Vec<(usize, String)> {
    let Some((at, first)) = tokens.get(start).copied() else {
        return Vec::new();
    };
    if first != "{" {
        return vec![(at, first.to_owned())];
    }
    let mut found = Vec::new();
    let mut depth = 0;
    for (place, (at, token)) in tokens.iter().enumerate().skip(start) {
        match *token {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            _ => {
                let before = tokens[place - 1].1;
                if depth == 1 && (before == "{" || before == ",") {
                    found.push((*at, (*token).to_owned()));
                }
            }
        }
    }
    found
}

/// Files that no module declares: they are not compiled, and nobody notices.
fn forgotten(files: &BTreeMap<String, String>, modules: &BTreeMap<String, bool>) -> Vec<String> {
    files
        .keys()
        .filter(|path| !modules.contains_key(*path))
        .map(|path| format!("{path}: no module declares it"))
        .collect()
}

/// Rooms at the top of the crate that have no place in the flow yet.
fn unranked(files: &BTreeMap<String, String>) -> Vec<String> {
    let lib = files.get("lib.rs").map(String::as_str).unwrap_or_default();
    let code = code_only(lib);
    let tokens = tokens(&code);
    tokens
        .windows(2)
        .filter(|two| two[0].1 == "mod" && rank(two[1].1).is_none())
        .map(|two| format!("lib.rs: `{}` has no place in the flow", two[1].1))
        .collect()
}

#[test]
fn an_import_that_runs_back_is_found_in_every_shape() {
    let back = |path: &str, code: &str| -> Vec<String> {
        let found = runs_back(path, &code_only(code));
        found
            .into_iter()
            .map(|(line, room)| format!("{line} {room}"))
            .collect()
    };
    assert_eq!(back("tag/mod.rs", "use crate::store::Store;"), ["1 store"]);
    assert_eq!(
        back(
            "tag/a.rs",
            "\nuse crate::{record::Sku, trend::{Alert, store}};"
        ),
        ["2 trend"]
    );
    assert_eq!(
        back("tag/a.rs", "fn f(x: &crate::run::Workspace) {}"),
        ["1 run"]
    );
    assert_eq!(
        back("tag/a.rs", "mod tests { use crate::cli::Exit; }"),
        ["1 cli"]
    );
    assert_eq!(back("tag/mod.rs", "use super::store;"), ["1 store"]);
    assert_eq!(
        back("tag/a.rs", "use super::super::{gather, record};"),
        ["1 gather"]
    );
    assert_eq!(
        back(
            "tag/a.rs",
            "mod t { mod u { use super::super::super::super::gather; } }"
        ),
        ["1 gather"]
    );
    assert_eq!(back("report/a.rs", "use crate::serve::page;"), ["1 serve"]);
    assert_eq!(
        back("record/a.rs", "pub use crate :: { self , config as c };"),
        ["1 config"]
    );
}

#[test]
fn an_import_that_runs_along_the_flow_is_left_alone() {
    for (path, code) in [
        (
            "store/memory.rs",
            "use crate::crawl::{Memory, MemoryError}; use super::store;",
        ),
        (
            "tag/a.rs",
            "// use crate::store::Store;\nlet x = \"crate::store::Store\";",
        ),
        ("tag/a.rs", "use crate::tag::store; use super::store::x;"),
        ("tag/a.rs", "mod tests { use super::super::store; }"),
        ("cli/run.rs", "use crate::run::Workspace;"),
        ("lib.rs", "pub mod cli; use crate::cli;"),
        ("tag/a.rs", "use crate::record::{config, store};"),
    ] {
        assert_eq!(runs_back(path, &code_only(code)), [], "{path}: {code}");
    }
}

#[test]
fn a_bad_file_is_told_all_that_is_wrong_with_it() {
    let mut text = String::from(
        "fn f(a: Option<u8>) {\n    a.unwrap();\n    a.expect(\"b\");\n    todo!();\n    dbg!(a);\n    \
         unimplemented!();\n    let now = jiff::Timestamp::now();\n}\n",
    );
    text.push_str(&"//\n".repeat(LINES_MAX));
    let mut problems = problems_of("crawl/bad.rs", &text, false);
    problems.sort();
    assert_eq!(
        problems,
        [
            "crawl/bad.rs: 608 lines, the limit is 600",
            "crawl/bad.rs:2: `.unwrap()` outside tests: a.unwrap();",
            "crawl/bad.rs:3: `.expect(` outside tests: a.expect(\"b\");",
            "crawl/bad.rs:4: `todo!`",
            "crawl/bad.rs:5: `dbg!`",
            "crawl/bad.rs:6: `unimplemented!`",
            "crawl/bad.rs:7: `Timestamp::now()`: take a clock or an instant",
        ]
    );
}

#[test]
fn words_in_comments_texts_and_tests_are_no_code() {
    let text = "// todo! a.unwrap()\n/* dbg! /* nested */ .expect( */\nconst A: &str = r#\"x\".unwrap()\"#;\n\
                const B: char = '\"'; const C: &str = \"\\\".unwrap()\"; fn d<'a>(e: &'a str) {}\n\
                #[cfg(test)]\nmod tests {\n    fn f() { a.unwrap(); }\n}\n";
    assert_eq!(
        problems_of("crawl/good.rs", text, false),
        Vec::<String>::new()
    );
    let after = format!("{text}fn g() {{ a.unwrap(); }}\n");
    assert_eq!(problems_of("crawl/good.rs", &after, false).len(), 1);
    assert_eq!(
        problems_of("record/clock.rs", "fn f() { Timestamp::now(); }", false),
        Vec::<String>::new()
    );
}

#[test]
fn a_file_nobody_declares_is_found() {
    let files = |list: &[(&str, &str)]| -> BTreeMap<String, String> {
        list.iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    };
    let house = files(&[
        ("lib.rs", "pub mod tag;\n"),
        ("main.rs", ""),
        (
            "tag/mod.rs",
            "mod sku;\n// mod lost;\n#[cfg(test)]\nmod close_tests;\n",
        ),
        (
            "tag/sku.rs",
            "pub(crate) mod alias;\n#[cfg(test)]\n#[path = \"sku_tests.rs\"]\nmod tests;\n",
        ),
        ("tag/sku/alias.rs", ""),
        ("tag/sku_tests.rs", ""),
        ("tag/close_tests.rs", ""),
        ("tag/lost.rs", ""),
    ]);
    let modules = modules(&house);
    assert_eq!(
        forgotten(&house, &modules),
        ["tag/lost.rs: no module declares it"]
    );
    let tests: Vec<&str> = modules
        .iter()
        .filter(|(_, is_test)| **is_test)
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(tests, ["tag/close_tests.rs", "tag/sku_tests.rs"]);
    assert!(problems_of("tag/close_tests.rs", "fn f() { a.unwrap(); }", true).is_empty());
    let house = files(&[("lib.rs", "pub mod tag; mod helpers;")]);
    assert_eq!(
        unranked(&house),
        ["lib.rs: `helpers` has no place in the flow"]
    );
}
