//! Feeds as they are in the world: 1,810 recorded ones against what feedparser finds in them, and
//! our own in every encoding.

use super::recorded::recordings;
use super::{BUDGET, answer, ask, key, library};
use groundswell::record::Record;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What another reader found in a feed.
struct Found {
    entries: usize,
    title: Option<String>,
}

fn table() -> BTreeMap<String, Found> {
    include_str!("../../feeds.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut words = line.split(' ').map(str::to_owned);
            let hash = words.next().expect("hash");
            let entries = words.next().and_then(|n| n.parse().ok()).expect("entries");
            let title = words.next();
            (hash, Found { entries, title })
        })
        .collect()
}

fn read(body: Vec<u8>) -> Result<Vec<Record>, groundswell::source::Error> {
    let source = library().get("feed").expect("source");
    let answer = answer("https://feeds.example/x", body);
    let extract = source.extract_within(&answer, &ask("x"), &key(), BUDGET)?;
    Ok(extract.records)
}

#[test]
fn every_recorded_feed_gives_at_least_the_entries_that_feedparser_finds() {
    let Some(folder) = recordings() else { return };
    let table = table();
    let mut folders: Vec<PathBuf> = vec![folder.join("feeds")];
    let (mut files, mut entries, mut titles) = (0, 0, 0);
    let mut wrong = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let body = std::fs::read(&path).expect("feed");
            let hash = blake3::hash(&body).to_hex();
            let Some(wanted) = table.get(&hash[..12]) else {
                wrong.push(format!("{}: not in the table", path.display()));
                continue;
            };
            files += 1;
            // What is no feed at all is refused in words, never in a panic.
            let records = read(body).unwrap_or_default();
            entries += records.len();
            if records.len() < wanted.entries {
                let (few, many) = (records.len(), wanted.entries);
                wrong.push(format!("{}: {few} of {many} entries", path.display()));
                continue;
            }
            if let (Some(wanted), Some(first)) = (&wanted.title, records.first()) {
                titles += 1;
                let mut title = first.title.clone().unwrap_or_default();
                title.retain(|c| !c.is_whitespace());
                if !blake3::hash(title.as_bytes()).to_hex().starts_with(wanted) {
                    wrong.push(format!("{}: the title is {title:?}", path.display()));
                }
            }
        }
    }
    eprintln!("{entries} entries of {files} feeds, {titles} titles compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files >= 1_800, "{files} feeds found");
}

#[test]
fn a_feed_is_read_in_whatever_encoding_it_comes() {
    let feed = |label: &str, title: &str| {
        format!(
            "<?xml version=\"1.0\"{label}?><rss version=\"2.0\"><channel><title>x</title>\
             <item><guid>1</guid><title>{title}</title></item></channel></rss>"
        )
    };
    let russian = "Новый чайник закипает тихо и быстро";
    let japanese = "新しい電気ケトルはとても静かです";
    let german = "Größe und Gewicht überzeugen";
    let encoded = |encoding: &'static encoding_rs::Encoding, label: &str, title: &str| {
        encoding.encode(&feed(label, title)).0.into_owned()
    };
    let wide = |big: bool, mark: &[u8], title: &str| -> Vec<u8> {
        let units = feed("", title);
        let bytes = units.encode_utf16().flat_map(|unit| match big {
            true => unit.to_be_bytes(),
            false => unit.to_le_bytes(),
        });
        mark.iter().copied().chain(bytes).collect()
    };
    let widest: Vec<u8> = feed("", japanese)
        .chars()
        .flat_map(|c| u32::from(c).to_be_bytes())
        .collect();
    for (how, body, title) in [
        (
            "KOI8-R, declared",
            encoded(encoding_rs::KOI8_R, " encoding=\"koi8-r\"", russian),
            russian,
        ),
        (
            "KOI8-R, not declared",
            encoded(encoding_rs::KOI8_R, "", russian),
            russian,
        ),
        (
            "windows-1251, declared",
            encoded(
                encoding_rs::WINDOWS_1251,
                " encoding='windows-1251'",
                russian,
            ),
            russian,
        ),
        (
            "EUC-JP, declared",
            encoded(encoding_rs::EUC_JP, " encoding=\"EUC-JP\"", japanese),
            japanese,
        ),
        (
            "EUC-JP, not declared",
            encoded(encoding_rs::EUC_JP, "", japanese),
            japanese,
        ),
        (
            "Latin-1, not declared",
            encoded(encoding_rs::WINDOWS_1252, "", german),
            german,
        ),
        (
            "Latin-1, declared as UTF-8",
            encoded(encoding_rs::WINDOWS_1252, " encoding=\"utf-8\"", german),
            german,
        ),
        (
            "UTF-8, declared as Latin-1",
            feed(" encoding=\"iso-8859-1\"", german).into_bytes(),
            german,
        ),
        (
            "UTF-16 with a mark",
            wide(true, &[0xfe, 0xff], japanese),
            japanese,
        ),
        ("UTF-16 without one", wide(false, &[], japanese), japanese),
        ("UTF-32", widest, japanese),
    ] {
        let records = read(body).unwrap_or_else(|e| panic!("{how}: {e}"));
        let found: Vec<_> = records.iter().filter_map(|r| r.title.as_deref()).collect();
        assert_eq!(found, [title], "{how}");
    }
}
