//! Saved pages and exports, read with the reader of their source and kept as if they had been
//! fetched when they were saved.

use super::{Exit, saved};
use crate::record::{Coverage, Market, Page, SourceClass};
use crate::run::Workspace;
use crate::source::{Ask, Source};
use anyhow::Context;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A saved page is read once and by hand, so it may take its time.
const BUDGET: Duration = Duration::from_secs(30);

/// How deep a folder of pages may be nested.
const DEPTH_MAX: usize = 4;

/// Endings of files that can be pages; what a browser saves beside a page is left alone.
const ENDINGS: [&str; 8] = [
    "html", "htm", "mhtml", "mht", "json", "ndjson", "xml", "txt",
];

/// What is known of the pages beside themselves.
pub struct Facts {
    /// The address they were saved from, where they do not tell it.
    pub url: Option<String>,
    /// When they were saved; `None`: each at the date of its file.
    pub at: Option<Timestamp>,
    /// What was asked: the word, tag or list.
    pub query: String,
    /// The market that was asked about.
    pub market: Option<Market>,
}

/// Imports files, and all pages in folders.
///
/// # Errors
/// When there is no such source, a folder cannot be listed or the store cannot be written. A page
/// that cannot be read is named and left out.
pub fn run(
    workspace: &Workspace,
    name: &str,
    paths: &[PathBuf],
    facts: &Facts,
) -> anyhow::Result<Exit> {
    let source = workspace.sources.get(name).with_context(|| {
        let near = workspace.sources.nearest(name);
        let hint = near.map_or(
            "`groundswell source list` shows them all".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        format!("there is no source `{name}`\n  hint: {hint}")
    })?;
    let mut files = Vec::new();
    for path in paths {
        collect(path, 0, &mut files)?;
    }
    let (mut pages, mut refused) = (Vec::new(), 0);
    for file in &files {
        match page(workspace, &source, file, facts) {
            Ok(page) => pages.push((page, file)),
            Err(error) => {
                refused += 1;
                eprintln!("{}: refused: {error:#}", file.display());
            }
        }
    }
    // A replay meets them in the order in which they were saved.
    pages.sort_by_key(|(page, _)| page.fetched_at);
    for (page, file) in pages {
        let appended = workspace.store.append(&[page])?;
        let sum = |count: fn(&crate::record::Appended) -> usize| {
            appended.iter().map(count).sum::<usize>()
        };
        eprintln!(
            "{}: {} records taken, {} were there already",
            file.display(),
            sum(|a| a.new + a.edited),
            sum(|a| a.known),
        );
    }
    if files.is_empty() {
        eprintln!("no page was found; files end in {}", ENDINGS.join(", "));
    }
    Ok(if refused == 0 && !files.is_empty() {
        Exit::Done
    } else {
        Exit::Partly
    })
}

/// One file as a page of the log.
fn page(
    workspace: &Workspace,
    source: &Source,
    file: &Path,
    facts: &Facts,
) -> anyhow::Result<Page> {
    let mut answer = saved::read(file, facts.url.as_deref(), None)?;
    let now = workspace.clock.now();
    answer.fetched_at = facts.at.unwrap_or(answer.fetched_at).min(now);
    let ask = Ask {
        query: facts.query.clone(),
        market: facts.market.clone(),
        params: source.complete(&BTreeMap::new(), &|_| None),
        now: answer.fetched_at,
    };
    let extract = source.extract_within(&answer, &ask, &workspace.authors, BUDGET)?;
    if extract.records.is_empty() {
        anyhow::bail!(
            "`{}` finds nothing on it; is it a page of that source?",
            source.name
        );
    }
    // What a search shows is no share of all that was said.
    let seen = extract.records.len() as u64;
    let seen = (source.class != SourceClass::SocialSearch).then_some(seen);
    Ok(Page {
        source: source.name.clone(),
        query: facts.query.clone(),
        instance: extract.instance,
        class: source.class,
        fetched_at: answer.fetched_at,
        imported_at: Some(now),
        records: extract.records,
        deleted: extract.deleted,
        position: None,
        coverage: Coverage {
            asked: 1,
            answered: 1,
            seen,
            ..Coverage::default()
        },
        reading: None,
    })
}

/// A file, or the pages of a folder in the order of their names. The folder that a browser keeps
/// beside a page for its pictures ends in `_files`.
fn collect(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)
        .with_context(|| format!("could not list `{}`", path.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        let name = entry
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        let ending = name
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending)
            .to_lowercase();
        if entry.is_dir() {
            if depth < DEPTH_MAX && !name.ends_with("_files") && !name.starts_with('.') {
                collect(&entry, depth + 1, files)?;
            }
        } else if ENDINGS.contains(&ending.as_str())
            && !name.ends_with(".meta.json")
            && !name.starts_with('.')
        {
            files.push(entry);
        }
    }
    Ok(())
}
