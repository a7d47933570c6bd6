use super::{Exit, Global, out};
use crate::config;
use crate::record::{Kind, Mention, Record, Sku};
use crate::tag::models::Models;
use crate::tag::{
    Context, Hints, NameOf, Resolution, keep_resolved, names_of, read_catalogue, read_resolved,
    resolved_path, tag,
};
use clap::{Subcommand, ValueEnum};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use unicode_width::UnicodeWidthStr as _;

/// See under which names a product is looked for, and settle what ambiguous names mean
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Catalogue file [default: the one of groundswell.toml]
    #[arg(long, global = true, value_name = "FILE")]
    catalog: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Every name a product is looked for under
    ///
    /// Spaces, hyphens, accents, full-width letters and capitals make no difference anyway. What
    /// is listed beyond your own names: the name without the brand, joined words, plurals,
    /// numerals (ii, 2, 二), kana in the other syllabary and in Latin letters. Chinese names are
    /// not looked for in pinyin, which too many words share. An ambiguous name counts only where
    /// something else in the text speaks for the product.
    #[command(after_help = "Example:\n  groundswell catalog aliases LANTERN-R2")]
    Aliases {
        /// The product's SKU
        sku: String,
        /// How to print
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Say what an ambiguous name means in a text, so that it is known from now on
    ///
    /// The decision is kept in resolved.csv beside the catalogue. Words of the text that tell this
    /// meaning from the others decide later texts; `groundswell retag` applies it to earlier ones.
    #[command(
        after_help = "Examples:\n  groundswell catalog resolve --sku SW-1 \"my switch drifts, new joycons?\"\n  groundswell catalog resolve --none \"time to switch jobs\""
    )]
    Resolve {
        /// The text with the ambiguous name
        text: String,
        /// The product it means
        #[arg(long, value_name = "SKU", required_unless_present = "none")]
        sku: Option<String>,
        /// It means no product of the catalogue
        #[arg(long, conflicts_with = "sku")]
        none: bool,
        /// Which name, where the text has several
        #[arg(long, value_name = "NAME")]
        alias: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let path = match args.catalog {
        Some(path) => path,
        None => config::load(&global.dir)?.catalogue,
    };
    let catalogue = match read_catalogue(&path) {
        Ok(skus) => skus,
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            return Ok(Exit::Config);
        }
    };
    match args.command {
        Command::Aliases { sku, format } => aliases(&catalogue, &sku, format),
        Command::Resolve {
            text, sku, alias, ..
        } => {
            let decisions = read_resolved(&path)?;
            let context = Context::new(&catalogue).with_resolved(&decisions);
            let decision = decision(&context, &text, sku.as_deref(), alias.as_deref())?;
            keep_resolved(&path, &decision)?;
            let meaning = decision.sku.as_deref().unwrap_or("no product");
            out!(
                "kept in `{}`: in this text `{}` means {meaning}",
                resolved_path(&path).display(),
                decision.alias
            );
            Ok(Exit::Done)
        }
    }
}

fn aliases(catalogue: &[Sku], sku: &str, format: Format) -> anyhow::Result<Exit> {
    let models = Models::embedded();
    let Some((names, codes)) = names_of(catalogue, sku, &models.background) else {
        anyhow::bail!(
            "the catalogue has no SKU `{sku}`{}",
            nearest(catalogue, sku)
        );
    };
    if format == Format::Json {
        let names: Vec<_> = names
            .iter()
            .map(|name| {
                json!({
                    "name": name.text,
                    "from": name.origin.words(),
                    "languages": name.languages,
                    "ambiguous": name.ambiguity.is_some() || !name.shared.is_empty(),
                    "why": why(name),
                    "shared_with": name.shared,
                })
            })
            .collect();
        out!(
            "{}",
            json!({"sku": sku, "names": names, "model_codes": codes})
        );
        return Ok(Exit::Done);
    }
    let width = names.iter().map(|name| name.text.width()).max();
    let width = width.unwrap_or_default().min(40);
    let padded = |text: &str| format!("{text}{}", " ".repeat(width.saturating_sub(text.width())));
    for name in &names {
        let from = if name.languages.is_empty() {
            name.origin.words().to_owned()
        } else {
            let languages: Vec<&str> = name.languages.iter().map(String::as_str).collect();
            format!("{} ({})", name.origin.words(), languages.join(", "))
        };
        match why(name) {
            None => out!("{}  {from}", padded(&name.text)),
            Some(why) => out!("{}  {from}; ambiguous: {why}", padded(&name.text)),
        }
    }
    for code in codes {
        out!("{}  model code, with or without hyphens", padded(&code));
    }
    Ok(Exit::Done)
}

/// Why a name is ambiguous.
fn why(name: &NameOf) -> Option<String> {
    let mut reasons: Vec<String> = Vec::new();
    reasons.extend(name.ambiguity.map(|ambiguity| ambiguity.words().to_owned()));
    if !name.shared.is_empty() {
        reasons.push(format!("also a name of {}", name.shared.join(", ")));
    }
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

fn nearest(catalogue: &[Sku], sku: &str) -> String {
    catalogue
        .iter()
        .map(|other| (strsim::damerau_levenshtein(&other.sku, sku), &other.sku))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, other)| format!("; did you mean `{other}`?"))
        .unwrap_or_default()
}

/// What a person says of a text, as a decision on one name in it.
pub(super) fn decision(
    context: &Context,
    text: &str,
    sku: Option<&str>,
    alias: Option<&str>,
) -> anyhow::Result<Resolution> {
    let mut record = Record::new(Kind::Post, "");
    record.text = Some(text.to_owned());
    let tags = tag(&record, &Hints::default(), context);
    let found: Vec<&Mention> = tags.ambiguous.iter().chain(&tags.mentions).collect();
    let names: BTreeSet<&str> = found
        .iter()
        .filter(|mention| sku.is_none_or(|sku| mention.sku == sku))
        .map(|mention| mention.alias.as_str())
        .filter(|name| alias.is_none_or(|alias| alias.to_lowercase() == **name))
        .collect();
    let mut several = names.iter();
    match (several.next(), several.next()) {
        (Some(name), None) => Ok(Resolution {
            alias: (*name).to_owned(),
            sku: sku.map(str::to_owned),
            text: text.to_owned(),
        }),
        (Some(_), Some(_)) => {
            let names: Vec<&str> = names.into_iter().collect();
            anyhow::bail!(
                "the text has several names: `{}`\n  hint: choose one with --alias",
                names.join("`, `")
            )
        }
        (None, _) => {
            let of = sku.map_or("any product".to_owned(), |sku| format!("`{sku}`"));
            anyhow::bail!(
                "no name of {of} stands in the text\n  hint: `groundswell catalog aliases SKU` shows the names that are looked for"
            )
        }
    }
}
