use std::path::PathBuf;
use std::time::Duration;

/// What can go wrong between a source file and the records of a page.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A source file or folder could not be read.
    #[error("could not read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A source file says something that cannot be meant.
    #[error("{file}:{line}: `{key}`: {problem}{}", hint_line(hint))]
    Definition {
        /// The file, as the user knows it.
        file: String,
        /// Line of the key, from 1.
        line: usize,
        /// The key.
        key: String,
        /// What is wrong with it.
        problem: String,
        /// What to write instead.
        hint: Option<String>,
    },
    /// One of a file's own examples does not come out as it says.
    #[error("{file}: example {number} (`{about}`): {problem}")]
    Example {
        /// The file.
        file: String,
        /// Which example, from 1.
        number: usize,
        /// What the example is about.
        about: String,
        /// Where page and expectation differ.
        problem: String,
    },
    /// A value that the source cannot do without was not given.
    #[error("source `{name}` needs a value for `{param}`\n  hint: {hint}")]
    Param {
        /// Name of the source.
        name: String,
        /// Name of the value.
        param: String,
        /// What it is and where to put it.
        hint: String,
    },
    /// The address that came out of the template cannot be asked.
    #[error("source `{name}`: `{url}` is not an address that can be asked: {why}")]
    Url {
        /// Name of the source.
        name: String,
        /// What came out.
        url: String,
        /// Why not.
        why: String,
    },
    /// The body is not of the declared format.
    #[error("source `{name}`: expected {wanted}, but the answer looks like {found}")]
    Format {
        /// Name of the source.
        name: String,
        /// The declared format.
        wanted: &'static str,
        /// What it looks like.
        found: String,
    },
    /// The site showed a page that keeps programs out. It is never read as data.
    #[error(
        "source `{name}`: the site answered with a block page ({sign})\n  hint: ask less often, or use the site's official access; nothing was read from this page"
    )]
    Blocked {
        /// Name of the source.
        name: String,
        /// What gave it away.
        sign: &'static str,
    },
    /// The page took too long to read, which is a way to hurt a crawler.
    #[error("source `{name}`: the page was not read within {} ms and was given up", budget.as_millis())]
    Slow {
        /// Name of the source.
        name: String,
        /// The time it was given.
        budget: Duration,
    },
}

fn hint_line(hint: &Option<String>) -> String {
    hint.as_ref()
        .map_or_else(String::new, |hint| format!("\n  hint: {hint}"))
}
