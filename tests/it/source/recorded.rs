//! Source files on recorded answers of real sites. The recordings are not part of the repository;
//! without them the tests say that they skip.

use super::{BUDGET, OWN, answer, ask, key, library, own};
use groundswell::source::{Answer, Ask, Line};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folder of recordings, or `None` with a word why not.
pub(super) fn recordings() -> Option<PathBuf> {
    let Some(shared) = std::env::var_os("GROUNDSWELL_SHARED") else {
        eprintln!("skipped: GROUNDSWELL_SHARED is not set, so there are no recordings");
        return None;
    };
    Some(Path::new(&shared).join("recordings"))
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    exchange: Vec<Exchange>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    file: String,
    page: Option<String>,
    url: String,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    source: String,
    query: String,
    #[serde(default)]
    params: BTreeMap<String, String>,
    records: usize,
    #[serde(default)]
    filled: Vec<String>,
    #[serde(default)]
    most: Vec<String>,
    next: Option<String>,
    refused: Option<String>,
}

/// Saved pages and exports.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    page: Vec<SavedPage>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedPage {
    file: String,
    blake3: String,
    url: String,
    source: String,
    records: usize,
    filled: Vec<String>,
    #[serde(default)]
    most: Vec<String>,
    #[serde(default)]
    parsed: bool,
}

fn saved() -> Vec<SavedPage> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages.toml");
    let text = std::fs::read_to_string(file).expect("table");
    toml::from_str::<Saved>(&text).expect("table").page
}

#[test]
fn every_saved_page_and_export_gives_the_records_that_a_person_counts_on_it() {
    let Some(folder) = recordings() else { return };
    let library = library();
    let mut wrong = Vec::new();
    for page in saved() {
        let path = folder.join(&page.file);
        let body = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let hash = blake3::hash(&body).to_hex();
        assert_eq!(
            hash.as_str(),
            page.blake3,
            "{} is another file than was counted",
            page.file
        );
        let source = library.get(&page.source).expect("a source of the table");
        let extract =
            match source.extract_within(&answer(&page.url, body), &ask(""), &key(), BUDGET) {
                Ok(extract) => extract,
                Err(error) => {
                    wrong.push(format!("{}: {error}", page.file));
                    continue;
                }
            };
        let count = extract.records.len();
        if count != page.records {
            wrong.push(format!(
                "{}: {count} records, {} counted",
                page.file, page.records
            ));
        }
        let lines: Vec<Value> = extract
            .records
            .iter()
            .map(|record| serde_json::to_value(Line::from(record)).expect("line"))
            .collect();
        let wanted = page.filled.iter().map(|field| (field, 10));
        for (field, tenths) in wanted.chain(page.most.iter().map(|field| (field, 9))) {
            let filled = lines.iter().filter(|line| !line[field].is_null()).count();
            if filled * 10 < count * tenths {
                wrong.push(format!(
                    "{} by {}: `{field}` in {filled} of {count}",
                    page.file, page.source
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn index() -> Vec<Exchange> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings.toml");
    let text = std::fs::read_to_string(file).expect("index");
    toml::from_str::<Index>(&text).expect("index").exchange
}

impl Exchange {
    fn answer(&self, folder: &Path) -> Answer {
        let path = folder.join(&self.file);
        let body = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        if let Some(page) = &self.page {
            let hash = blake3::hash(&body).to_hex();
            assert!(
                hash.starts_with(page.as_str()),
                "{} is another page",
                self.file
            );
        }
        let mut answer = answer(&self.url, body);
        answer.status = self.status.unwrap_or(200);
        if let Some((stem, _)) = self.file.split_once(".body")
            && let Ok(meta) = std::fs::read_to_string(folder.join(format!("{stem}.meta.json")))
        {
            let meta: Value = serde_json::from_str(&meta).expect("meta");
            for (name, values) in meta["headers"].as_object().expect("headers") {
                for value in values.as_array().into_iter().flatten() {
                    let value = value.as_str().unwrap_or("").to_owned();
                    answer.headers.push((name.to_lowercase(), value));
                }
            }
        }
        if let Some(content_type) = &self.content_type {
            answer
                .headers
                .push(("content-type".into(), content_type.clone()));
        }
        for (name, value) in &self.headers {
            answer.headers.push((name.to_lowercase(), value.clone()));
        }
        answer
    }

    fn ask(&self) -> Ask {
        Ask {
            params: self.params.clone(),
            ..ask(&self.query)
        }
    }
}

#[test]
fn every_recorded_answer_gives_the_records_that_a_person_counts_on_it() {
    let Some(folder) = recordings() else { return };
    let library = library();
    let mut wrong = Vec::new();
    let mut tally: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for exchange in index() {
        let source = library
            .get(&exchange.source)
            .expect("a source of the index");
        let found =
            source.extract_within(&exchange.answer(&folder), &exchange.ask(), &key(), BUDGET);
        let extract = match (found, &exchange.refused) {
            (Err(error), Some(word)) if error.to_string().contains(word) => continue,
            (Err(error), _) => {
                wrong.push(format!("{}: {error}", exchange.file));
                continue;
            }
            (Ok(extract), None) => extract,
            (Ok(_), Some(word)) => {
                wrong.push(format!("{}: was read, but is {word}", exchange.file));
                continue;
            }
        };
        let count = extract.records.len();
        if count != exchange.records {
            wrong.push(format!(
                "{}: {count} records, {} counted",
                exchange.file, exchange.records
            ));
        }
        if extract.next != exchange.next {
            wrong.push(format!("{}: next is {:?}", exchange.file, extract.next));
        }
        let lines: Vec<Value> = extract
            .records
            .iter()
            .map(|record| serde_json::to_value(Line::from(record)).expect("line"))
            .collect();
        let wanted = exchange.filled.iter().map(|field| (field, 10));
        for (field, tenths) in wanted.chain(exchange.most.iter().map(|field| (field, 9))) {
            let filled = lines.iter().filter(|line| !line[field].is_null()).count();
            if filled * 10 < count * tenths {
                wrong.push(format!(
                    "{}: `{field}` in {filled} of {count}",
                    exchange.file
                ));
            }
        }
        let entry = tally.entry(exchange.source.clone()).or_default();
        entry.0 += 1;
        entry.1 += count;
    }
    for (source, (answers, records)) in &tally {
        eprintln!("{source}: {records} records of {answers} answers");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let proven: BTreeSet<String> = tally
        .iter()
        .filter(|(name, (_, records))| *records > 0 && library.get(name).is_some_and(|s| s.proven))
        .map(|(name, _)| name.clone())
        .chain(
            saved()
                .into_iter()
                .filter(|page| !page.parsed && page.records > 0)
                .map(|page| page.source),
        )
        // Its answers are binary: recorded frames prove it, below.
        .chain(["bluesky-firehose".to_owned()])
        .collect();
    let claimed: BTreeSet<String> = library
        .iter()
        .filter(|source| source.proven)
        .map(|source| source.name.clone())
        .collect();
    assert_eq!(proven, claimed, "`proven` says what this test shows");
}

#[test]
fn a_crawl_would_ask_for_exactly_what_was_recorded() {
    let library = library();
    for exchange in index() {
        let source = library
            .get(&exchange.source)
            .expect("a source of the index");
        let recorded: url::Url = exchange.url.parse().expect("url");
        assert_eq!(exchange.method.as_deref().unwrap_or("GET"), "GET");
        let mut asked = exchange.ask();
        asked.params = source.complete(&asked.params, &|_| Some("replay".to_owned()));
        let cursor = recorded
            .query_pairs()
            .find(|(name, _)| name == "max_id")
            .map(|(_, value)| value.into_owned());
        let request = source
            .request(&asked, None, cursor.as_deref())
            .expect("a request");
        assert_eq!(
            request.url.host_str(),
            recorded.host_str(),
            "{}",
            exchange.file
        );
        assert_eq!(request.url.path(), recorded.path(), "{}", exchange.file);
        let sent: BTreeMap<String, String> = request.url.query_pairs().into_owned().collect();
        for (name, value) in recorded.query_pairs() {
            assert_eq!(
                sent.get(name.as_ref()).map(String::as_str),
                Some(&*value),
                "{}",
                exchange.file
            );
        }
    }
}

#[test]
fn prices_of_a_thousand_shops_are_read() {
    let Some(folder) = recordings() else { return };
    let text = std::fs::read_to_string(folder.join("price-strings/test_price_parsing.py"))
        .expect("price strings");
    let source = own(OWN).expect("a source");
    let (mut right, mut all) = (0, 0);
    let mut wrong = Vec::new();
    for case in python_examples(&text) {
        let [_, Some(written), _, _, expected, ..] = case.as_slice() else {
            continue;
        };
        // A page declares its decimal separator in its source file, not in the string.
        if case.len() > 5 && case[5].as_deref().is_some_and(|mark| mark == "€") {
            continue;
        }
        all += 1;
        let body = json!({"items": [{"id": "x", "price": format!("{written}\u{200b}")}]});
        let extract = source
            .extract(
                &answer("https://shop.example/search", body.to_string()),
                &ask("x"),
                &key(),
            )
            .expect("a record");
        let read = extract.records[0]
            .price
            .as_ref()
            .and_then(|price| price.value());
        let expected = expected
            .as_deref()
            .and_then(|text| text.parse::<f64>().ok());
        if read == expected {
            right += 1;
        } else {
            wrong.push(format!("{written:?}: {read:?}, expected {expected:?}"));
        }
    }
    eprintln!(
        "{right} of {all} prices read as expected\n{}",
        wrong.join("\n")
    );
    assert!(all > 1_000, "{all} cases found");
    assert!(right * 100 >= all * 97, "{right} of {all}");
}

/// The arguments of every `Example(…)` call in a Python file, as text; `None` stays `None`.
fn python_examples(text: &str) -> Vec<Vec<Option<String>>> {
    let mut cases = Vec::new();
    for call in text.split(" Example(").skip(1) {
        let mut arguments = Vec::new();
        let mut chars = call.chars().peekable();
        let mut word = String::new();
        let mut depth = 0;
        while let Some(c) = chars.next() {
            match c {
                '"' | '\'' => {
                    while let Some(inner) = chars.next() {
                        match inner {
                            '\\' => match chars.next() {
                                Some('n') => word.push('\n'),
                                Some('t') => word.push('\t'),
                                Some('x') => {
                                    let hex: String = chars.by_ref().take(2).collect();
                                    let code = u32::from_str_radix(&hex, 16).unwrap_or(32);
                                    word.extend(char::from_u32(code));
                                }
                                Some('u') => {
                                    let hex: String = chars.by_ref().take(4).collect();
                                    let code = u32::from_str_radix(&hex, 16).unwrap_or(32);
                                    word.extend(char::from_u32(code));
                                }
                                Some(other) => word.push(other),
                                None => {}
                            },
                            inner if inner == c => break,
                            inner => word.push(inner),
                        }
                    }
                }
                '#' => while chars.next_if(|c| *c != '\n').is_some() {},
                '(' => {
                    depth += 1;
                    word.clear();
                }
                ')' if depth > 0 => depth -= 1,
                ',' | ')' => {
                    let given = word.rsplit('=').next().unwrap_or("").to_owned();
                    let given = if word.starts_with("decimal_separator") {
                        given
                    } else {
                        word.clone()
                    };
                    arguments.push((given != "None" && !given.is_empty()).then_some(given));
                    word.clear();
                    if c == ')' {
                        break;
                    }
                }
                c if c.is_whitespace() => {}
                c => word.push(c),
            }
        }
        cases.push(arguments);
    }
    cases
}

#[test]
fn recorded_frames_of_a_real_server_give_the_posts_that_were_written_there() {
    use groundswell::source::firehose::{FrameError, lines};
    let Some(recordings) = recordings() else {
        return;
    };
    let frame = |name: &str| {
        let file = recordings.join("bluesky/local-network/A").join(name);
        std::fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
    };
    let collections = ["app.bsky.feed.post".to_owned()];
    let mut told = Vec::new();
    for number in 0..13 {
        let frame = frame(&format!("subscribeRepos.frame.{number:02}.cbor"));
        for line in lines(&frame, &collections).expect("a frame") {
            let commit = &line["commit"];
            let text = commit["record"]["text"].as_str().map(str::len);
            assert_eq!(
                text.is_some_and(|bytes| bytes > 20),
                line["kind"] == "commit"
            );
            told.push(format!(
                "{} {} {} {}",
                line["seq"], line["kind"], commit["operation"], commit["record"]["langs"],
            ));
        }
    }
    // Two accounts, four posts; the like, the commits without a record and `#sync` are no lines.
    assert_eq!(
        told.join("\n").replace('"', ""),
        "1 identity null null\n2 account null null\n5 commit create [en]\n\
         6 commit create [ja]\n7 commit create [es]\n8 identity null null\n\
         9 account null null\n12 commit create [en]"
    );
    assert_eq!(
        lines(&frame("subscribeRepos.future-cursor.0.cbor"), &collections),
        Err(FrameError::Ended {
            name: "FutureCursor".to_owned(),
            message: Some("Cursor in the future.".to_owned()),
        })
    );
}
