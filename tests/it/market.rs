//! The market of a post, on 300 recorded posts of real sites that a reader labelled. The posts are
//! no part of this repository: the labels stand under hashes.

use crate::program::{Home, shared};
use groundswell::record::Page;
use groundswell::source::Library;
use groundswell::tag::{Context, Hints, tag};
use std::collections::{BTreeMap, BTreeSet};

const LABELS: &str = include_str!("market/labels.tsv");

#[test]
fn the_market_of_labelled_posts_is_told_and_no_country_is_made_up() {
    let labels: BTreeMap<&str, &str> = LABELS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t')?.1.split_once('\t'))
        .collect();
    assert_eq!(labels.len(), 300);
    let Some(recordings) = shared("recordings") else {
        return;
    };
    let home = Home::new();
    let settings = std::fs::read_to_string(home.path().join("groundswell.toml")).expect("settings");
    // The recordings are years old: their texts must not expire.
    let settings = settings.replace("keep_text_days = 180", "keep_text_days = 3650");
    home.write("groundswell.toml", settings);
    let index = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings.toml");
    let folder = recordings.to_str().expect("path");
    home.run(&["crawl", "--replay", folder, "--replay-index", index]);

    let library = Library::load(None).expect("sources");
    let context = Context::new(&[]);
    let mut met = BTreeSet::new();
    let (mut right, mut undecided, mut decided, mut decided_right) = (0, 0, 0, 0);
    let (mut countries, mut found) = (0, 0);
    for line in home.expect(0, &["store", "export"]).lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let Ok(page) = serde_json::from_value::<Page>(entry["page"].clone()) else {
            continue;
        };
        let source = library.get(&page.source);
        let source = source.as_deref();
        for record in &page.records {
            let name = format!("{}\n{}\n{}", page.source, record.kind.word(), record.id);
            let hash = &blake3::hash(name.as_bytes()).to_hex()[..16];
            let Some(label) = labels.get(hash).filter(|_| met.insert(hash.to_owned())) else {
                continue;
            };
            let hints = Hints {
                market: source.and_then(|source| source.market.clone()),
                language: source.and_then(|source| source.lang.clone()),
                class: Some(page.class),
                ..Hints::default()
            };
            let tags = tag(record, &hints, &context);
            let market = tags.market.expect("a market or a zone").market;
            let is_zone = |code: &str| code.starts_with("lang:");
            let same = market.code() == *label;
            right += u32::from(same);
            undecided += u32::from(is_zone(market.code()));
            decided += u32::from(!is_zone(market.code()));
            decided_right += u32::from(!is_zone(market.code()) && same);
            countries += u32::from(!is_zone(label));
            found += u32::from(!is_zone(label) && same);
        }
    }
    let share = |part: u32, of: u32| 100.0 * f64::from(part) / f64::from(of.max(1));
    let total = met.len() as u32;
    eprintln!(
        "market of {total} posts: {:.1} % right (a zone counts as right where no reader can tell), \
         {:.1} % undecided; where a country was told it was right in {decided_right} of {decided}; \
         {found} of {countries} countries were found",
        share(right, total),
        share(undecided, total),
    );
    assert!(total >= 290, "{total} of 300 labelled posts were read");
    assert!(share(right, total) >= RIGHT_MIN, "{right} of {total}");
    assert!(
        share(decided_right, decided) >= DECIDED_RIGHT_MIN,
        "{decided_right} of {decided}"
    );
}

/// Below what was measured, by less than two posts in a hundred.
const RIGHT_MIN: f64 = 81.0;
const DECIDED_RIGHT_MIN: f64 = 90.0;
