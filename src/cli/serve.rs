use super::{Exit, Global, out};
use crate::config::Config;
use crate::run::Workspace;
use crate::serve::{self, Views};
use anyhow::bail;
use std::net::SocketAddr;
use std::sync::Arc;

/// Show trends, order deadlines and coverage as pages on this machine
///
/// Opens one overview page and a read-only JSON API for programs, described at
/// /api/v1/openapi.json. Only this machine can see them. `crawl`, `import` and all other
/// commands may run at the same time. Ctrl-C ends it; requests under way are finished.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell serve
  groundswell serve --address 127.0.0.1:8080
From another computer:
  ssh -L 7878:127.0.0.1:7878 THIS-MACHINE, then open http://127.0.0.1:7878/ there")]
pub struct Args {
    /// Address of this machine and port; default: `address` in [serve]
    #[arg(long, value_name = "ADDRESS:PORT")]
    address: Option<String>,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    let workspace = Arc::new(Workspace::open(&global.dir)?);
    let address = address(args.address, &workspace.config)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = bind(address).await?;
        out!("http://{}/", listener.local_addr()?);
        serve::serve(listener, views(&workspace), serve::asked_to_stop()).await?;
        Ok(Exit::Done)
    })
}

/// The address asked for, or that of the settings.
pub(super) fn address(asked: Option<String>, config: &Config) -> anyhow::Result<SocketAddr> {
    let mut settings = config.serve.clone();
    if let Some(asked) = asked {
        settings.address = asked;
    }
    match settings.socket() {
        Ok(address) => Ok(address),
        Err(why) => bail!("the address {why}"),
    }
}

/// Take the address, or say what to do when it is taken.
pub(super) async fn bind(address: SocketAddr) -> anyhow::Result<tokio::net::TcpListener> {
    match serve::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) => match error.hint() {
            Some(hint) => bail!("{error}\nhint: {hint}"),
            None => Err(error.into()),
        },
    }
}

/// Views over an open home folder.
pub(super) fn views(workspace: &Arc<Workspace>) -> Arc<Views> {
    Arc::new(Views::new(
        workspace.store.clone(),
        workspace.clock.clone(),
        workspace.config.clone(),
        workspace.clone(),
    ))
}
