use super::catalog::decision;
use super::{Exit, Global, out};
use crate::config;
use crate::record::{Market, Polarity};
use crate::tag::{
    Context, Correction, Meant, corrections_path, keep_correction, read_catalogue,
    read_corrections, read_resolved,
};
use clap::ValueEnum;
use std::path::PathBuf;

/// Say what the tagger got wrong about a text, so that it is right from now on
///
/// The correction is kept in corrections.ndjson beside the catalogue and shown by `tag --explain`.
/// It holds for this text from now on; `groundswell retag` applies it to what came before. What a
/// name means teaches other texts, too. `groundswell model train --with-corrections` learns from
/// languages and feelings, `groundswell model eval --corrections` measures on them.
#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("what").required(true).multiple(true),
    after_help = "Examples:\n  groundswell correct \"na toll, wieder kaputt\" --sentiment negative --complaint yes\n  groundswell correct \"my switch drifts\" --sku SW-1\n  groundswell correct \"time to switch jobs\" --none"
)]
pub struct Args {
    /// The text
    text: String,
    /// Its language (de, pt, zh …)
    #[arg(long, value_name = "CODE", group = "what")]
    language: Option<String>,
    /// The market it speaks for (de, us, lang:es …)
    #[arg(long, value_name = "MARKET", group = "what")]
    market: Option<String>,
    /// How it feels
    #[arg(long, value_name = "LABEL", group = "what")]
    sentiment: Option<Label>,
    /// Whether it asks something
    #[arg(long, value_name = "ANSWER", group = "what")]
    question: Option<Answer>,
    /// Whether its writer wants to buy
    #[arg(long, value_name = "ANSWER", group = "what")]
    purchase: Option<Answer>,
    /// Whether it complains
    #[arg(long, value_name = "ANSWER", group = "what")]
    complaint: Option<Answer>,
    /// The product that a name in it means
    #[arg(long, value_name = "SKU", group = "what")]
    sku: Option<String>,
    /// A name in it means no product of the catalogue
    #[arg(long, conflicts_with = "sku", group = "what")]
    none: bool,
    /// Which name, where the text has several
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// Catalogue file [default: the one of groundswell.toml]
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Label {
    Negative,
    Neutral,
    Positive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Answer {
    Yes,
    No,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let path = match args.catalog {
        Some(path) => path,
        None => config::load(&global.dir)?.catalogue,
    };
    let market = match &args.market {
        None => None,
        Some(code) => Some(Market::parse(code).ok_or_else(|| {
            anyhow::anyhow!(
                "`{code}` is no market\n  hint: give two letters of a country, or `lang:` and a language"
            )
        })?),
    };
    let file = corrections_path(&path);
    let mut mentions = Vec::new();
    if args.sku.is_some() || args.none {
        let catalogue = match read_catalogue(&path) {
            Ok(skus) => skus,
            Err(errors) => {
                for error in errors {
                    eprintln!("error: {error}");
                }
                return Ok(Exit::Config);
            }
        };
        // Without the corrections: a name that is said to mean nothing can be named again.
        let context = Context::new(&catalogue).with_resolved(&read_resolved(&path)?);
        let alias = args.alias.as_deref();
        let decided = decision(&context, &args.text, args.sku.as_deref(), alias)?;
        mentions.push(Meant {
            alias: decided.alias,
            sku: decided.sku,
        });
    }
    let is = |answer: Answer| answer == Answer::Yes;
    let correction = Correction {
        text: args.text,
        language: args.language,
        market,
        sentiment: args.sentiment.map(|label| match label {
            Label::Negative => Polarity::Negative,
            Label::Neutral => Polarity::Neutral,
            Label::Positive => Polarity::Positive,
        }),
        question: args.question.map(is),
        purchase: args.purchase.map(is),
        complaint: args.complaint.map(is),
        mentions,
    };
    // A file that cannot be read must not grow.
    read_corrections(&file)?;
    keep_correction(&file, &correction)?;
    let words = correction.words().join(", ");
    out!("kept in `{}`: {words}", file.display());
    Ok(Exit::Done)
}
