//! Which files belong to the crate, and which of them to its tests only.

use std::collections::BTreeMap;

/// Every file that `lib.rs` or `main.rs` reaches through `mod` lines, and whether only tests
/// reach it.
pub fn modules(files: &BTreeMap<String, String>) -> BTreeMap<String, bool> {
    let mut reached = BTreeMap::new();
    let mut queue = vec![("lib.rs".to_owned(), false), ("main.rs".to_owned(), false)];
    while let Some((path, is_test)) = queue.pop() {
        let Some(text) = files.get(&path) else {
            continue;
        };
        if reached
            .get(&path)
            .is_some_and(|known: &bool| !*known || is_test)
        {
            continue;
        }
        reached.insert(path.clone(), is_test);
        let (folder, stem) = path.rsplit_once('/').unwrap_or(("", &path));
        for declared in declarations(text) {
            let is_test = is_test || declared.is_test;
            let at = |name: String| {
                let below = name.trim_start_matches('/').to_owned();
                if folder.is_empty() {
                    below
                } else {
                    format!("{folder}/{below}")
                }
            };
            if let Some(own) = declared.path {
                queue.push((at(own), is_test));
                continue;
            }
            let name = match stem {
                "mod.rs" | "lib.rs" | "main.rs" => declared.name,
                file => format!("{}/{}", file.trim_end_matches(".rs"), declared.name),
            };
            queue.push((at(format!("{name}.rs")), is_test));
            queue.push((at(format!("{name}/mod.rs")), is_test));
        }
    }
    reached
}

/// A `mod name;` line with its attributes.
struct Declared {
    name: String,
    path: Option<String>,
    is_test: bool,
}

fn declarations(text: &str) -> Vec<Declared> {
    let mut found = Vec::new();
    let mut attributes = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            attributes.push_str(line);
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [.., "mod", name] = words[..]
            && let Some(name) = name.strip_suffix(';')
            && words.len() <= 3
            && (words.len() == 2 || words[0].starts_with("pub"))
        {
            let path = attributes.split("path = \"").nth(1);
            found.push(Declared {
                name: name.to_owned(),
                path: path
                    .and_then(|rest| rest.split('"').next())
                    .map(str::to_owned),
                is_test: attributes.contains("cfg(test)"),
            });
        }
        if !line.starts_with("//") {
            attributes.clear();
        }
    }
    found
}
