use super::{Exit, Global, out};
use crate::config::{self, sample};
use anyhow::{Context as _, bail};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Make a folder with settings, a sample catalogue, stock and subscribers
///
/// Writes groundswell.toml with every setting explained, sample files to put your own products,
/// stock and readers into, and the secret key that turns names of authors into numbers. A file
/// that is there already is never overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  groundswell init shop
  groundswell check --dir shop")]
pub struct Args {
    /// Folder to make; without it, the folder of --dir
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let home = args.folder.unwrap_or_else(|| global.dir.clone());
    let in_the_way: Vec<String> = sample::SAMPLES
        .iter()
        .map(|sample| home.join(sample.path))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| format!("`{}`", path.display()))
        .collect();
    if !in_the_way.is_empty() {
        bail!(
            "nothing was written, because {} {} there already\n\nhint: choose another folder, or \
             move {} away first",
            in_the_way.join(", "),
            if in_the_way.len() == 1 { "is" } else { "are" },
            if in_the_way.len() == 1 { "it" } else { "them" },
        );
    }
    out!("Made in {}:", home.display());
    for sample in &sample::SAMPLES {
        write_new(&home.join(sample.path), sample.text)?;
        out!("  {:<20} {}", sample.path, sample.about);
    }
    let data = config::Config::default_at(&home).store.path;
    config::load_or_create_author_key(&data)?;
    out!(
        "  {:<20} {}",
        "data/author.key",
        "the key that hides names of authors; back it up with data/"
    );
    out!("\nNext:");
    for line in next_lines(&home) {
        out!("  {line}");
    }
    Ok(Exit::Done)
}

/// Write a file that does not exist yet, and the folders above it.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let cannot = || format!("cannot write `{}`", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(cannot)?;
    file.write_all(text.as_bytes()).with_context(cannot)
}

fn next_lines(home: &Path) -> Vec<String> {
    let dir = match home.to_str() {
        Some(".") => String::new(),
        _ => format!(" --dir {}", quoted(home)),
    };
    vec![
        format!(
            "put your address into `contact` in {}",
            home.join(config::FILE_NAME).display()
        ),
        "and your products into catalogue.csv; then".to_owned(),
        format!("groundswell check{dir}"),
        format!("groundswell crawl{dir}"),
        format!("groundswell trends{dir}"),
    ]
}

/// A path as it can be typed into a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./\\:~".contains(letter);
    if text.chars().all(is_plain) {
        text
    } else {
        format!("\"{text}\"")
    }
}
