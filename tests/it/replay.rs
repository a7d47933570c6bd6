//! The normal crawl on answers that others recorded of real sites.

use crate::program::{Home, shared};
use groundswell::source::Library;
use std::collections::BTreeSet;

#[test]
fn recorded_answers_of_at_least_eight_real_sites_in_four_formats_yield_records() {
    let Some(recordings) = shared("recordings") else {
        return;
    };
    let home = Home::new();
    let index = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings.toml");
    let folder = recordings.to_str().expect("path");
    let output = home.run(&[
        "crawl",
        "--replay",
        folder,
        "--replay-index",
        index,
        "--format",
        "json",
    ]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let library = Library::load(None).expect("sources");
    let (mut sites, mut formats) = (BTreeSet::new(), BTreeSet::new());
    for line in told.as_array().expect("one object a source") {
        let records = line["records"].as_u64().expect("records");
        let kinds = line["kinds"].as_object().expect("kinds");
        let counted: u64 = kinds.values().filter_map(serde_json::Value::as_u64).sum();
        assert_eq!(records, counted, "{line}");
        let source = library
            .get(line["source"].as_str().expect("name"))
            .expect("known");
        if records > 0 {
            sites.insert(source.site.clone());
            formats.extend(source.formats());
        }
    }
    assert!(sites.len() >= 8, "{sites:?}: {said}");
    assert!(formats.len() >= 4, "{formats:?}");
}
