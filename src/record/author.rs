use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// An author as a keyed hash. The name itself never leaves the parser that read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorHash(pub u64);

impl fmt::Display for AuthorHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for AuthorHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AuthorHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16)
            .map(AuthorHash)
            .map_err(D::Error::custom)
    }
}

/// The secret that turns names into [`AuthorHash`]es. A new key starts a new epoch: hashes of
/// different epochs are unrelated, so a key must outlive the longest counting window.
#[derive(Clone)]
pub struct AuthorKey([u8; 32]);

impl AuthorKey {
    /// A key from its 32 secret bytes.
    pub fn new(secret: [u8; 32]) -> AuthorKey {
        AuthorKey(secret)
    }

    /// The pseudonym of `name` on `site`. The same name on two sites gives two pseudonyms.
    pub fn hash(&self, site: &str, name: &str) -> AuthorHash {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(site.as_bytes());
        hasher.update(&[0]);
        hasher.update(name.trim().as_bytes());
        let mut bytes = [0_u8; 8];
        bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        AuthorHash(u64::from_be_bytes(bytes))
    }
}

impl fmt::Debug for AuthorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorKey(secret)")
    }
}
