use crate::tag::train::SetRecipe;
use crate::tag::{Corrections, Judgement, models::Models, read_corrections};
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// How much a corrected text counts beside one of the recipe's sets.
const WEIGHT: u32 = 4;

/// Corrections as files of labelled rows, which are gone when this is dropped.
pub struct Rows {
    folder: PathBuf,
    /// The corrected languages.
    pub language: PathBuf,
    /// The corrected feelings, in the corrected language or the one they seem to be in.
    pub sentiment: PathBuf,
}

impl Rows {
    /// Writes the rows of a file of corrections.
    pub fn write(file: &Path) -> anyhow::Result<Rows> {
        if !file.is_file() {
            anyhow::bail!(
                "there is no file `{}`\n  hint: `groundswell correct` writes corrections.ndjson beside the catalogue",
                file.display()
            );
        }
        let corrections = Corrections::new(&read_corrections(file)?);
        let models = Models::embedded();
        let (mut languages, mut feelings) = (String::new(), String::new());
        for correction in corrections.in_order() {
            let text: String = correction
                .text
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            if let Some(code) = &correction.language {
                languages.push_str(&format!("{code}\t{code}\t{text}\n"));
            }
            if let Some(label) = correction.label() {
                let guessed = || Judgement::of(&text, None, &models).language.code;
                let code = correction.language.clone().unwrap_or_else(guessed);
                feelings.push_str(&format!("{code}\t{label}\t{text}\n"));
            }
        }
        // The texts are the user's own and stay where the corrections lie.
        let folder = file.with_extension(format!("{}.rows", std::process::id()));
        let rows = Rows {
            language: folder.join("language.tsv"),
            sentiment: folder.join("sentiment.tsv"),
            folder,
        };
        let failed = || format!("cannot write to `{}`", rows.folder.display());
        std::fs::create_dir_all(&rows.folder).with_context(failed)?;
        std::fs::write(&rows.language, languages).with_context(failed)?;
        std::fs::write(&rows.sentiment, feelings).with_context(failed)?;
        Ok(rows)
    }

    /// The rows of a head.
    pub fn of(&self, head: &str) -> anyhow::Result<&Path> {
        match head {
            "language" => Ok(&self.language),
            "sentiment" => Ok(&self.sentiment),
            _ => anyhow::bail!(
                "corrections hold no labels of `{head}`\n  hint: they hold those of language and sentiment"
            ),
        }
    }

    /// The rows as sets of a recipe, all to learn from.
    pub fn sets(&self) -> anyhow::Result<Vec<SetRecipe>> {
        [("language", &self.language), ("sentiment", &self.sentiment)]
            .into_iter()
            .map(|(head, path)| {
                // As a recipe would say it; an absolute path stands for itself in every folder.
                let path = std::path::absolute(path)?;
                let set = serde_json::json!({
                    "name": format!("corrections of the {head}"),
                    "source": "own",
                    "licence": "own",
                    "train": path,
                    "dev_percent": 0,
                    "heads": [head],
                    "weight": WEIGHT,
                });
                Ok(serde_json::from_value(set)?)
            })
            .collect()
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        // Nothing depends on it; what cannot be removed is two small files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
