use super::restock::{config_wrong, language, print};
use super::{Exit, Global};
use crate::record::Alert;
use crate::report::{Card, Language, Pair};
use crate::run::Workspace;
use crate::store::AlertFilter;
use anyhow::bail;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::fmt::Write as _;

/// Quotes shown.
const QUOTES: usize = 10;

/// Everything an alert rests on: counts, baseline, sources, quotes, and what would have kept it silent
///
/// Every figure was stored when the alert was raised. --recompute reads the log again from its
/// first page up to that moment and says whether it comes to the same alert, to the byte.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell explain 3fa9c1d2e0
  groundswell explain 3fa9 --lang zh            the first letters are enough
  groundswell explain 3fa9 --recompute

Exit code: 0 done, 1 recomputed and not the same, 2 could not run")]
pub struct Args {
    /// Id of the alert, or its first letters
    #[arg(value_name = "ALERT")]
    alert: String,
    /// Compute it again from the log and compare
    #[arg(long)]
    recompute: bool,
    /// Language: zh or en; without it, that of groundswell.toml
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// For programs
    Json,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = match Workspace::open(&global.dir) {
        Ok(workspace) => workspace,
        Err(error) if error.is_config() => return Ok(config_wrong(&error.into())),
        Err(error) => return Err(error.into()),
    };
    let language = language(args.lang.as_deref(), &workspace)?;
    let alert = find(&workspace, &args.alert)?;
    if args.recompute {
        return recompute(&workspace, &alert);
    }
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&alert)? + "\n",
        Format::Text => text(&workspace, alert, language)?,
    };
    print(text.as_bytes())?;
    Ok(Exit::Done)
}

/// The alert whose id begins so.
fn find(workspace: &Workspace, id: &str) -> anyhow::Result<Alert> {
    let hint = "hint: `groundswell trends --all` lists them with their ids";
    let shown: String = id.chars().filter(|letter| !letter.is_control()).collect();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("`{shown}` is no id of an alert\n{hint}");
    }
    let Some(live) = workspace.store.live()? else {
        bail!("nothing has been read yet, so there is no alert\n{hint}");
    };
    let filter = AlertFilter {
        id: Some(id.to_ascii_lowercase()),
        limit: Some(2),
        ..AlertFilter::default()
    };
    let mut alerts = workspace.store.alerts(live.id, &filter)?;
    if alerts.len() > 1 {
        bail!("several alerts begin with `{shown}`\nhint: give more letters of the id");
    }
    match alerts.pop() {
        Some(alert) => Ok(alert),
        None => bail!("there is no alert `{shown}`\n{hint}"),
    }
}

fn text(workspace: &Workspace, alert: Alert, language: Language) -> anyhow::Result<String> {
    let zone = TimeZone::get(&workspace.config.report.zone).unwrap_or(TimeZone::UTC);
    let view = workspace.alert_view(alert)?;
    let card = Card::new(&view, language, &zone, QUOTES);
    let mut out = String::new();
    let title = match card.sku.is_empty() || card.sku == card.name {
        true => card.name.clone(),
        false => format!("{} ({})", card.name, card.sku),
    };
    writeln!(out, "{title} · {} · {}", card.place, card.class)?;
    writeln!(out, "{}", card.means)?;
    writeln!(out, "\n{}", card.headline)?;
    if !card.spark.trim().is_empty() {
        writeln!(out, "{}  {}", card.spark, card.span)?;
    }
    for pairs in [&card.counting, &card.judging, &card.feelings] {
        if !pairs.is_empty() {
            writeln!(out)?;
        }
        for Pair { label, value } in pairs {
            writeln!(out, "  {label}: {value}")?;
        }
    }
    if !card.terms.is_empty() {
        writeln!(out, "\n  {}", card.terms)?;
    }
    // An order line has no words to quote.
    let said: Vec<_> = card
        .quotes
        .iter()
        .filter(|quote| !quote.text.is_empty())
        .collect();
    if !said.is_empty() {
        writeln!(out)?;
    }
    for quote in said {
        writeln!(out, "  “{}”", quote.text)?;
        writeln!(out, "    {} · {}", quote.source, quote.language)?;
    }
    Ok(out)
}

fn recompute(workspace: &Workspace, stored: &Alert) -> anyhow::Result<Exit> {
    let versions = workspace.store.live()?.map(|live| live.versions);
    let mut current = None;
    let again = workspace.with_projector(|projector| {
        current = Some(projector.versions());
        projector.recompute(stored)
    })?;
    let Some(again) = again else {
        super::out!("{}: not the same: the log raises no such alert", stored.id);
        return differs(versions != current);
    };
    let (left, right) = (
        serde_json::to_string(stored)?,
        serde_json::to_string(&again)?,
    );
    if left == right {
        super::out!(
            "{}: the same to the byte, computed from {} log entries",
            stored.id,
            stored.offset
        );
        return Ok(Exit::Done);
    }
    super::out!(
        "{}: not the same in: {}",
        stored.id,
        changed(stored, &again)?
    );
    differs(versions != current)
}

fn differs(outdated: bool) -> anyhow::Result<Exit> {
    if outdated {
        eprintln!(
            "hint: catalogue, models or settings have changed since it was raised; \
             `groundswell retag` applies them to all of history"
        );
    } else {
        eprintln!("hint: texts that were deleted or have expired since cannot be read again");
    }
    Ok(Exit::Partly)
}

/// Names of the fields that differ.
fn changed(left: &Alert, right: &Alert) -> anyhow::Result<String> {
    let (left, right) = (serde_json::to_value(left)?, serde_json::to_value(right)?);
    let (Value::Object(left), Value::Object(right)) = (left, right) else {
        bail!("an alert is not an object");
    };
    let names: Vec<&str> = left
        .iter()
        .filter(|(name, value)| right.get(*name) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect();
    Ok(names.join(", "))
}
