//! Which keys a section has, and which of them a mistyped one was meant to be.

use super::raw::{
    Raw, RawBudget, RawCrawl, RawFile, RawInbox, RawLead, RawMail, RawPrivacy, RawPush, RawReport,
    RawRestock, RawServe, RawStore, RawTransformer, RawTrend, RawWatch,
};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor, value};

/// Every section with its keys, as the raw types name them.
pub(super) fn sections() -> [(&'static str, &'static [&'static str]); 17] {
    [
        ("", keys_of::<Raw>()),
        ("store", keys_of::<RawStore>()),
        ("crawl", keys_of::<RawCrawl>()),
        ("watch", keys_of::<RawWatch>()),
        ("inbox", keys_of::<RawInbox>()),
        ("push", keys_of::<RawPush>()),
        ("budget", keys_of::<RawBudget>()),
        ("catalogue", keys_of::<RawFile>()),
        ("stock", keys_of::<RawFile>()),
        ("transformer", keys_of::<RawTransformer>()),
        ("trend", keys_of::<RawTrend>()),
        ("restock", keys_of::<RawRestock>()),
        ("restock.lead", keys_of::<RawLead>()),
        ("report", keys_of::<RawReport>()),
        ("mail", keys_of::<RawMail>()),
        ("serve", keys_of::<RawServe>()),
        ("privacy", keys_of::<RawPrivacy>()),
    ]
}

/// The title of a section as it is written in the file.
pub(super) fn title(section: &str) -> String {
    match section {
        "" => "the file".to_owned(),
        "watch" | "budget" | "inbox" => format!("[[{section}]]"),
        name => format!("[{name}]"),
    }
}

/// What to say of a key that does not exist: the nearest one, the section it belongs to, or
/// all that there are.
pub(super) fn unknown(section: &str, key: &str, known: &[&str]) -> String {
    let thing = if section.is_empty() { "section" } else { "key" };
    let wrong = if section.is_empty() {
        format!("unknown {thing} `{key}`")
    } else {
        format!("unknown {thing} `{key}` in {}", title(section))
    };
    if let Some(nearest) = nearest(key, known) {
        return format!("{wrong}; did you mean `{nearest}`?");
    }
    let home = sections()
        .into_iter()
        .find(|(name, keys)| !name.is_empty() && keys.contains(&key));
    if let Some((home, _)) = home {
        return format!("{wrong}; it belongs in {}", title(home));
    }
    format!("{wrong}; allowed are {}", quoted(known))
}

/// The word a mistyped one is nearest to, if it is near at all.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1.max(candidate.len() / 3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Words as a list in backticks.
pub(super) fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// The keys a raw type declares.
pub(super) fn keys_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut keys: &'static [&'static str] = &[];
    // The type asks for its fields by name, and that is all we want of it.
    let _ = T::deserialize(Ask(&mut keys));
    keys
}

/// A deserializer that holds no data; it only notes which fields it is asked for.
struct Ask<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Ask<'_> {
    type Error = value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(value::Error::custom("only the fields were asked for"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Self::Error> {
        Err(value::Error::custom("not a section"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_a_section_are_its_fields() {
        assert_eq!(keys_of::<RawStore>(), ["engine", "path"]);
        assert_eq!(keys_of::<RawServe>(), ["address"]);
    }

    #[test]
    fn a_typo_finds_its_key_and_a_stranger_does_not() {
        let keys = keys_of::<RawWatch>();
        assert_eq!(nearest("shedule", keys), Some("schedule"));
        assert_eq!(nearest("Market", keys), Some("market"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn a_key_in_the_wrong_section_is_sent_home() {
        assert_eq!(
            unknown("mail", "timeout_s", keys_of::<RawMail>()),
            "unknown key `timeout_s` in [mail]; it belongs in [crawl]"
        );
    }
}
