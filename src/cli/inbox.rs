use super::{Exit, Global, out};
use crate::config::{self, Shape};
use crate::crawl::import::fields;

/// Show the ways in for data of your own, and the fields it may have
///
/// Each `[[inbox]]` of groundswell.toml takes support tickets, chats, calls in words, returns,
/// reviews, live-stream chat, sign-ups or orders by itself: as CSV or NDJSON files in a folder
/// (looked at by `crawl` and `run`), or line by line over HTTP (`run`, with `address` in `[push]`).
/// Sending or dropping the same thing twice changes nothing. Sound is not taken, only its words.
///
/// A pushed body is NDJSON, one event a line, plain or gzip. The answer comes when it is durable:
/// {"accepted":2,"known":0,"agents":1,"refused_lines":1,"refused":[{"line":4,"field":"time",
/// "why":"is empty"}]}. With ?strict=1 a body with a wrong line is refused whole (422). 503 with
/// Retry-After means: nothing was taken, send it again. In conversations say whose line it is in
/// `role`: an agent's or a bot's line is no demand and is left out.
///
/// A file is read once nothing has changed in it for five seconds, then moved to `done` beside it;
/// NAME.refused.txt there names the rows that were wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  groundswell inbox
  groundswell inbox --fields posts
  curl http://127.0.0.1:7879/inbox/livechat \\
    -H \"Authorization: Bearer $(cat data/push.token)\" --data-binary @- <<'END'
  {\"id\":\"m1\",\"time\":\"2026-11-23T08:00:00Z\",\"role\":\"customer\",\"text\":\"In stock?\"}
  END
From another machine: put a reverse proxy with TLS in front, and let it keep the Authorization header")]
pub struct Args {
    /// List the fields of a shape and the columns they are recognised by
    #[arg(long, value_enum, value_name = "SHAPE", num_args = 0..=1, default_missing_value = "posts")]
    fields: Option<Shape>,
}

pub fn run(args: Args, global: &Global) -> anyhow::Result<Exit> {
    if let Some(shape) = args.fields {
        for (field, columns) in fields(shape) {
            out!("{}", format!("{field:14}{}", columns.join(", ")).trim_end());
        }
        return Ok(Exit::Done);
    }
    let config = config::load(&global.dir)?;
    if config.inboxes.is_empty() {
        out!("there is no [[inbox]] in groundswell.toml; the sample there shows one");
    }
    for inbox in &config.inboxes {
        out!("{} ({})", inbox.plan.source, inbox.plan.class().word());
        if let Some(folder) = &inbox.folder {
            out!("  folder  {}", folder.display());
        }
        if let Some(address) = config.push.address {
            out!("  push    http://{address}/inbox/{}", inbox.plan.source);
        }
        if inbox.folder.is_none() && config.push.address.is_none() {
            out!("  no way in: give it a `folder`, or set `address` in [push]");
        }
    }
    Ok(Exit::Done)
}
