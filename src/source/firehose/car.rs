//! CAR, version 1: blocks, each behind its length and address.

use super::cid::{Cid, varint};
use super::dag_cbor::Node;
use std::collections::HashMap;

/// The blocks of an archive by address, each checked against it.
pub(super) fn blocks(bytes: &[u8]) -> Result<HashMap<Cid<'_>, &[u8]>, String> {
    let (header, mut rest) = section(bytes)?;
    let (header, _) = Node::read(header)?;
    if header.integer("version") != Some(1) {
        return Err("an archive of another version than 1".to_owned());
    }
    let mut blocks = HashMap::new();
    while !rest.is_empty() {
        let (part, next) = section(rest)?;
        let (cid, block) = Cid::read(part).ok_or("a block without an address")?;
        if !cid.is_of(block) {
            return Err(format!("a block is not what its address {cid} says"));
        }
        blocks.insert(cid, block);
        rest = next;
    }
    Ok(blocks)
}

fn section(bytes: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let cut = || "an archive that breaks off".to_owned();
    let (length, rest) = varint(bytes).ok_or_else(cut)?;
    let length = usize::try_from(length).map_err(|_| cut())?;
    rest.split_at_checked(length).ok_or_else(cut)
}
