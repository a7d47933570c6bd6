//! DAG-CBOR, as far as AT Protocol uses it: definite lengths, text keys, no tag but 42.

use super::cid::Cid;
use data_encoding::BASE64_NOPAD;
use minicbor::data::Type;
use minicbor::decode::{Decoder, Error};
use serde_json::{Map, Value, json};

/// Deepest nesting that is followed; records of people nest about ten deep.
const DEPTH_MAX: usize = 64;
/// Most values in one item, whatever its length prefixes promise.
const NODES_MAX: usize = 200_000;

/// A value that borrows its texts and bytes from the frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'b> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(&'b str),
    Bytes(&'b [u8]),
    List(Vec<Node<'b>>),
    Map(Vec<(&'b str, Node<'b>)>),
    Link(Cid<'b>),
}

impl<'b> Node<'b> {
    /// The first item of `bytes`, and what follows it.
    pub fn read(bytes: &'b [u8]) -> Result<(Node<'b>, &'b [u8]), String> {
        let mut reader = Reader {
            decoder: Decoder::new(bytes),
            nodes: 0,
        };
        let node = reader.node(0).map_err(|error| error.to_string())?;
        let rest = bytes.get(reader.decoder.position()..).unwrap_or_default();
        Ok((node, rest))
    }

    /// The member of a map.
    pub fn get(&self, key: &str) -> Option<&Node<'b>> {
        let Node::Map(members) = self else {
            return None;
        };
        let found = members.iter().find(|(name, _)| *name == key);
        found.map(|(_, node)| node)
    }

    /// The text of a member.
    pub fn text(&self, key: &str) -> Option<&'b str> {
        match self.get(key)? {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number of a member.
    pub fn integer(&self, key: &str) -> Option<i64> {
        match self.get(key)? {
            Node::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The bytes of a member.
    pub fn bytes(&self, key: &str) -> Option<&'b [u8]> {
        match self.get(key)? {
            Node::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The link of a member.
    pub fn link(&self, key: &str) -> Option<Cid<'b>> {
        match self.get(key)? {
            Node::Link(cid) => Some(*cid),
            _ => None,
        }
    }

    /// As the JSON of AT Protocol writes it: links as `$link`, bytes as `$bytes`.
    pub fn to_json(&self) -> Value {
        match self {
            Node::Null => Value::Null,
            Node::Bool(truth) => Value::from(*truth),
            Node::Integer(number) => Value::from(*number),
            Node::Float(number) => Value::from(*number),
            Node::Text(text) => Value::from(*text),
            Node::Bytes(bytes) => json!({"$bytes": BASE64_NOPAD.encode(bytes)}),
            Node::Link(cid) => json!({"$link": cid.to_string()}),
            Node::List(nodes) => nodes.iter().map(Node::to_json).collect(),
            Node::Map(members) => {
                let members = members.iter();
                let members = members.map(|(key, node)| ((*key).to_owned(), node.to_json()));
                Value::Object(members.collect::<Map<String, Value>>())
            }
        }
    }
}

struct Reader<'b> {
    decoder: Decoder<'b>,
    nodes: usize,
}

impl<'b> Reader<'b> {
    fn node(&mut self, depth: usize) -> Result<Node<'b>, Error> {
        self.nodes += 1;
        if depth > DEPTH_MAX {
            return Err(Error::message("nested too deeply"));
        }
        if self.nodes > NODES_MAX {
            return Err(Error::message("too many values"));
        }
        Ok(match self.decoder.datatype()? {
            Type::Null => {
                self.decoder.null()?;
                Node::Null
            }
            Type::Bool => Node::Bool(self.decoder.bool()?),
            Type::F64 => Node::Float(self.decoder.f64()?),
            Type::String => Node::Text(self.decoder.str()?),
            Type::Bytes => Node::Bytes(self.decoder.bytes()?),
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => Node::Integer(self.decoder.i64()?),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => Node::Integer(self.decoder.i64()?),
            Type::Array => {
                let mut nodes = Vec::new();
                for _ in 0..self.decoder.array()?.unwrap_or(0) {
                    nodes.push(self.node(depth + 1)?);
                }
                Node::List(nodes)
            }
            Type::Map => {
                let mut members = Vec::new();
                for _ in 0..self.decoder.map()?.unwrap_or(0) {
                    let key = self.decoder.str()?;
                    members.push((key, self.node(depth + 1)?));
                }
                Node::Map(members)
            }
            Type::Tag => {
                let tag = self.decoder.tag()?;
                let bytes = self.decoder.bytes()?;
                let cid = match bytes {
                    // A byte of history: the multibase prefix of "no base at all".
                    [0, cid @ ..] if tag.as_u64() == 42 => Cid::whole(cid),
                    _ => None,
                };
                Node::Link(cid.ok_or_else(|| Error::message("a tag that is no link"))?)
            }
            other => return Err(Error::message(format!("{other} has no place in DAG-CBOR"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_record_becomes_the_json_of_the_protocol() {
        let mut bytes = vec![0xa4];
        bytes.extend(b"\x61a\x82\x01\x20\x61b\xf6\x61c\x41\xff\x61d\xd8\x2a\x58\x25\x00");
        bytes.extend([1, 0x71, 0x12, 0x20]);
        bytes.extend([0; 32]);
        bytes.push(0xf5);
        let (node, rest) = Node::read(&bytes).expect("an item");
        let link = "bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        assert_eq!(
            node.to_json(),
            json!({"a": [1, -1], "b": null, "c": {"$bytes": "/w"}, "d": {"$link": link}})
        );
        assert_eq!(rest, [0xf5]);
    }

    #[test]
    fn what_would_eat_the_machine_is_refused() {
        let nested = vec![0x81; 100_000];
        assert!(Node::read(&nested).is_err_and(|why| why.contains("deep")));
        // An array that promises more than the frame holds.
        assert!(Node::read(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff").is_err());
        let mut many = vec![0x9a, 0x00, 0x10, 0x00, 0x00];
        many.resize(1_048_581, 0);
        assert!(Node::read(&many).is_err_and(|why| why.contains("many")));
        // Indefinite lengths, undefined, a number beyond 64 bits, a float of 16.
        for odd in [
            &b"\xbf\xff"[..],
            b"\x9f\xff",
            b"\x7f\xff",
            b"\xf7",
            b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\xf9\x00\x00",
        ] {
            assert!(Node::read(odd).is_err(), "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok((node, _)) = Node::read(&bytes) {
                node.to_json();
            }
        }
    }
}
