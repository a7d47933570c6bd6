use super::{Exit, Global, out};
use crate::crawl::Keys;
use crate::run::{self, Checkup, CheckupOrder, Trouble, Workspace, check_up};

/// Ask each watched source once and say which are broken, and what to do
///
/// Each source of a `[[watch]]` is asked one question, as politely as in a crawl: robots.txt, the
/// pause of its host and an open circuit count as ever, and nothing is kept. What comes is held
/// against what the source usually shows. Settings and surroundings are looked at too: contact,
/// clock, disk, and whether anybody reads what is due.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell doctor
  groundswell doctor --source hackernews
  groundswell doctor --offline           what the log knows, without network

Exit code: 0 all is well, 1 something is wrong, 2 could not run, 3 the settings are wrong")]
pub struct Args {
    /// How to print it
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Only this source; may be given several times
    #[arg(long = "source", value_name = "NAME")]
    sources: Vec<String>,
    /// Ask nobody; judge by what the log holds
    #[arg(long)]
    offline: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines for people
    Table,
    /// One JSON object
    Json,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = match Workspace::open(&global.dir) {
        // The first thing a doctor is called for.
        Err(run::Error::Store(error)) => {
            let checkup = Checkup {
                sources: Vec::new(),
                home: vec![Trouble {
                    what: format!("the store cannot be opened: {error}"),
                    next: "mend that first: without the store nothing can be read or kept".into(),
                }],
            };
            return show(&checkup, args.format);
        }
        opened => opened?,
    };
    let order = CheckupOrder {
        sources: args.sources,
        offline: args.offline,
    };
    let sites = |name: &str| workspace.site(name, Keys::Environment);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let checkup = runtime.block_on(check_up(&workspace, &sites, &order));
    // A parser that was given up may still run; it is not waited for.
    runtime.shutdown_background();
    match checkup {
        Err(error) if error.is_config() => {
            eprintln!("error: {error}");
            Ok(Exit::Config)
        }
        checkup => show(&checkup?, args.format),
    }
}

fn show(checkup: &Checkup, format: Format) -> anyhow::Result<Exit> {
    match format {
        Format::Json => {
            let mut json = serde_json::to_value(checkup)?;
            json["well"] = checkup.is_well().into();
            out!("{}", serde_json::to_string_pretty(&json)?);
        }
        Format::Table => table(checkup),
    }
    Ok(match checkup.is_well() {
        true => Exit::Done,
        false => Exit::Partly,
    })
}

fn table(checkup: &Checkup) {
    let names = checkup.sources.iter().map(|source| source.source.len());
    let width = names.max().unwrap_or(0);
    for source in &checkup.sources {
        let verdict = source.verdict.word();
        let name = &source.source;
        out!("{verdict:<11}  {name:width$}  {}", plain(&source.what));
        // The first one is the verdict already.
        for finding in source.findings.iter().filter(|it| it.what != source.what) {
            let told = format!("{} {}", finding.query, finding.what);
            let is_told = source.what == format!("{}: {}", finding.query, finding.what);
            if !is_told {
                out!("{:<11}  {:width$}  also: {}", "", "", plain(told.trim()));
            }
        }
        if let Some(next) = &source.next {
            out!("{:<11}  {:width$}  → {}", "", "", plain(next));
        }
    }
    for trouble in &checkup.home {
        out!("{:<11}  {}", "home", plain(&trouble.what));
        out!("{:<11}  → {}", "", plain(&trouble.next));
    }
    if checkup.is_well() {
        out!("all is well");
    }
}

/// Text from outside, without the control characters that would steer a terminal.
fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}
