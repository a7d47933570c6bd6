use super::{Exit, Global};

/// demo
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: Args, _global: &Global) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
