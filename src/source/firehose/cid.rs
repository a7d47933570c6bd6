use data_encoding::BASE32_NOPAD;
use std::fmt;

/// Code of SHA-256 in a multihash.
const SHA_256: u64 = 0x12;

/// The address of a block: a hash of its bytes, with what they are (CID, version 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Cid<'b>(&'b [u8]);

impl<'b> Cid<'b> {
    /// The CID that `bytes` start with, and what follows it.
    pub fn read(bytes: &'b [u8]) -> Option<(Cid<'b>, &'b [u8])> {
        let (version, rest) = varint(bytes)?;
        let (_codec, rest) = varint(rest)?;
        let (_hash, rest) = varint(rest)?;
        let (length, rest) = varint(rest)?;
        let length = usize::try_from(length).ok()?;
        let end = bytes.len().checked_sub(rest.len())?.checked_add(length)?;
        let (cid, rest) = bytes.split_at_checked(end)?;
        (version == 1).then_some((Cid(cid), rest))
    }

    /// A CID and nothing else.
    pub fn whole(bytes: &'b [u8]) -> Option<Cid<'b>> {
        let (cid, rest) = Cid::read(bytes)?;
        rest.is_empty().then_some(cid)
    }

    /// Whether it is the address of these bytes; a hash other than SHA-256 cannot be checked and
    /// is not believed.
    pub fn is_of(&self, block: &[u8]) -> bool {
        let hash = varint(self.0)
            .and_then(|(_, rest)| varint(rest))
            .and_then(|(_, rest)| varint(rest));
        let Some((SHA_256, rest)) = hash else {
            return false;
        };
        let digest = ring::digest::digest(&ring::digest::SHA256, block);
        varint(rest).is_some_and(|(_, hash)| hash == digest.as_ref())
    }
}

impl fmt::Display for Cid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b{}", BASE32_NOPAD.encode(self.0).to_ascii_lowercase())
    }
}

/// An unsigned LEB128 number and what follows it.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    // Nine bytes hold 63 bits, which is the most that the multiformats allow.
    for (place, byte) in bytes.iter().enumerate().take(9) {
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_variable_length_are_read_and_endless_ones_are_not() {
        assert_eq!(varint(&[0x05, 9]), Some((5, &[9][..])));
        assert_eq!(varint(&[0xac, 0x02]), Some((300, &[][..])));
        assert_eq!(varint(&[0xff; 20]), None);
        assert_eq!(varint(&[0x80]), None);
    }

    #[test]
    fn a_block_is_known_by_its_hash() {
        // The empty map, as `ipfs` and every AT Protocol library address it.
        let mut bytes = vec![1, 0x71, 0x12, 0x20];
        bytes.extend(ring::digest::digest(&ring::digest::SHA256, b"\xa0").as_ref());
        let cid = Cid::whole(&bytes).expect("a CID");
        assert_eq!(
            cid.to_string(),
            "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"
        );
        assert!(cid.is_of(b"\xa0") && !cid.is_of(b"\xa1"));
        assert_eq!(Cid::whole(&bytes[..20]), None);
        bytes[2] = 0x13;
        assert!(!Cid::whole(&bytes).expect("a CID").is_of(b"\xa0"));
    }
}
