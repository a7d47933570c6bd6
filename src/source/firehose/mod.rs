//! The event stream of an AT Protocol server (`com.atproto.sync.subscribeRepos`): one binary
//! frame → lines of JSON in the shape of Jetstream, so that both are read by the same rules.
//!
//! Blocks are checked against their addresses, so a record is what its operation names. Whether
//! the account signed it is not checked: that needs its key, and who sends the stream is trusted
//! as the host of an API is.

mod car;
mod cid;
mod dag_cbor;

use dag_cbor::Node;
use serde_json::{Value, json};

/// Why a frame gives no lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The server says why it ends the stream.
    #[error("the server ends the stream: {name}{}", message.as_deref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Ended {
        /// `FutureCursor`, `ConsumerTooSlow` and the like.
        name: String,
        /// In its words.
        message: Option<String>,
    },
    /// The frame cannot be read.
    #[error("a frame that cannot be read: {0}")]
    Broken(String),
}

/// The lines of a frame: one for each operation on a record of `collections`, one for each change
/// of an account or its name. A frame of a type that is not known gives none.
///
/// # Errors
/// [`FrameError::Ended`] for an error frame, [`FrameError::Broken`] for bytes that are no frame.
pub fn lines(frame: &[u8], collections: &[String]) -> Result<Vec<Value>, FrameError> {
    let (header, body) = Node::read(frame).map_err(FrameError::Broken)?;
    let (body, _) = Node::read(body).map_err(FrameError::Broken)?;
    let broken = |what: &str| FrameError::Broken(what.to_owned());
    match header.integer("op") {
        Some(1) => {}
        Some(-1) => {
            let text = |key| body.text(key).map(str::to_owned);
            return Err(FrameError::Ended {
                name: text("error").unwrap_or_else(|| "no reason".to_owned()),
                message: text("message"),
            });
        }
        _ => return Err(broken("it has no operation")),
    }
    match header.text("t").ok_or(broken("it has no type"))? {
        "#commit" => commit(&body, collections).map_err(FrameError::Broken),
        "#account" => Ok(vec![event(&body, "account", "did", body.to_json())]),
        "#identity" => Ok(vec![event(&body, "identity", "did", body.to_json())]),
        "#info" => Ok(vec![json!({"kind": "info", "info": body.to_json()})]),
        // `#sync` tells that a repository was set anew, without saying to what.
        _ => Ok(Vec::new()),
    }
}

fn commit(body: &Node<'_>, collections: &[String]) -> Result<Vec<Value>, String> {
    let Some(Node::List(ops)) = body.get("ops") else {
        return Err("a commit without operations".to_owned());
    };
    let wanted = |op: &&Node<'_>| {
        let collection = op.text("path").and_then(|path| path.split_once('/'));
        collection.is_some_and(|(collection, _)| collections.iter().any(|one| one == collection))
    };
    let ops: Vec<&Node<'_>> = ops.iter().filter(wanted).collect();
    if ops.is_empty() {
        return Ok(Vec::new());
    }
    let blocks = car::blocks(body.bytes("blocks").unwrap_or_default())?;
    let repo = body.text("repo").ok_or("a commit without a repository")?;
    let mut lines = Vec::new();
    for op in ops {
        let path = op.text("path").unwrap_or_default();
        let action = op.text("action").ok_or("an operation without an action")?;
        let (collection, rkey) = path.split_once('/').unwrap_or_default();
        let mut said = json!({
            "rev": body.text("rev"),
            "operation": action,
            "collection": collection,
            "rkey": rkey,
        });
        if let Some(cid) = op.link("cid") {
            let block = blocks
                .get(&cid)
                .ok_or("a record that is not in its commit")?;
            let (record, _) = Node::read(block)?;
            said["cid"] = Value::from(cid.to_string());
            said["record"] = record.to_json();
        } else if action != "delete" {
            return Err(format!("a {action} without a record"));
        }
        let mut line = event(body, "commit", "repo", said);
        line["uri"] = Value::from(format!("at://{repo}/{path}"));
        lines.push(line);
    }
    Ok(lines)
}

fn event(body: &Node<'_>, kind: &str, did: &str, said: Value) -> Value {
    json!({
        "seq": body.integer("seq"),
        "time": body.text("time"),
        "did": body.text(did),
        "kind": kind,
        kind: said,
    })
}

#[cfg(test)]
mod tests;
