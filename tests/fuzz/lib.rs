//! What the targets share: sources, and answers made of foreign bytes.

use groundswell::record::{AuthorKey, Market};
use groundswell::source::{Answer, Ask, Library, Source};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A moment in the year the program was written for.
pub const NOW: Timestamp = Timestamp::constant(1_795_430_000, 0);

/// Every built-in source.
pub static LIBRARY: LazyLock<Library> =
    LazyLock::new(|| Library::load(None).expect("the built-in sources are valid"));

/// The built-in sources that read a format.
pub fn sources_of(format: &str) -> Vec<Arc<Source>> {
    LIBRARY
        .iter()
        .filter(|source| source.formats().contains(&format))
        .cloned()
        .collect()
}

/// An answer with this body.
pub fn answer(content_type: &str, body: &[u8]) -> Answer {
    Answer {
        url: "https://shop.example/list/page".parse().expect("url"),
        status: 200,
        headers: vec![("content-type".into(), content_type.into())],
        body: body.to_vec(),
        fetched_at: NOW,
    }
}

/// Reads a page by a source, and checks what must hold of every record, whatever the page says.
pub fn read(source: &Source, answer: &Answer) {
    let ask = Ask {
        query: "kettle".into(),
        market: Market::parse("de"),
        params: BTreeMap::new(),
        now: NOW,
    };
    let Ok(extract) = source.extract(answer, &ask, &AuthorKey::new([3; 32])) else {
        return;
    };
    for record in &extract.records {
        assert!(!record.id.is_empty(), "a record without an id");
        if let Some(url) = &record.url {
            url::Url::parse(url).expect("an absolute address");
        }
        assert!(
            record.rating.is_none_or(f64::is_finite),
            "a rating of no size"
        );
        assert_ne!(record.rank, Some(0), "a rank before the first");
    }
}
