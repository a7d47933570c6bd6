//! Pages saved by a browser, by `crawl --record`, or as copies of odd pages.

use crate::source::Answer;
use anyhow::Context as _;
use jiff::Timestamp;
use std::io::Read as _;
use std::path::Path;

/// More of a saved page is not read.
const BODY_BYTES_MAX: u64 = 256 * 1_024 * 1_024;

/// The answer that a page was saved from. `url` and `content_type` stand for what was not saved
/// beside it.
pub(super) fn read(
    page: &Path,
    url: Option<&str>,
    content_type: Option<&str>,
) -> anyhow::Result<Answer> {
    let body =
        body_of(page).with_context(|| format!("could not read the page `{}`", page.display()))?;
    let meta = meta_of(page)?;
    let url = url.map(str::to_owned).or(meta.url).context(
        "the address of the page is not known\n  hint: add --url https://… as it stood in \
         the browser",
    )?;
    let url = url::Url::parse(&url).with_context(|| {
        format!("`{url}` is not an address\n  hint: write it whole, with https://")
    })?;
    let mut headers = meta.headers;
    if let Some(content_type) = content_type {
        headers.retain(|(name, _)| name != "content-type");
        headers.push(("content-type".to_owned(), content_type.to_owned()));
    }
    Ok(Answer {
        url,
        status: meta.status.unwrap_or(200),
        headers,
        body,
        fetched_at: meta.recorded_at.unwrap_or_else(Timestamp::now),
    })
}

/// The body of a file; unpacked where its name says that it is packed.
fn body_of(page: &Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(page)?;
    let mut body = Vec::new();
    if page.extension().is_some_and(|ending| ending == "gz") {
        let unzipped = flate2::read::MultiGzDecoder::new(file);
        unzipped.take(BODY_BYTES_MAX).read_to_end(&mut body)?;
    } else {
        file.take(BODY_BYTES_MAX).read_to_end(&mut body)?;
    }
    Ok(body)
}

#[derive(Default)]
struct Meta {
    url: Option<String>,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    recorded_at: Option<Timestamp>,
}

/// `a.body.json` and `a.json` both go with `a.meta.json`.
fn meta_of(page: &Path) -> anyhow::Result<Meta> {
    let name = page
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    let stem = name.split(".body").next().unwrap_or(name);
    let short = stem.rsplit_once('.').map_or(stem, |(short, _)| short);
    let beside = [stem, name, short]
        .map(|stem| page.with_file_name(format!("{stem}.meta.json")))
        .into_iter()
        .find(|path| path.is_file());
    let Some(path) = beside else {
        return Ok(Meta::default());
    };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("could not read `{}`", path.display()))?;
    let json: serde_json::Value =
        serde_json::from_str(&text).with_context(|| format!("`{}` is not JSON", path.display()))?;
    let url = json["url"].as_str().or(json["uri"].as_str());
    let mut headers = Vec::new();
    for (name, value) in json["headers"].as_object().into_iter().flatten() {
        let values: Vec<&str> = match value {
            serde_json::Value::Array(values) => values.iter().filter_map(|v| v.as_str()).collect(),
            other => other.as_str().into_iter().collect(),
        };
        headers.extend(
            values
                .into_iter()
                .map(|value| (name.to_lowercase(), value.to_owned())),
        );
    }
    Ok(Meta {
        // A recorder behind a local server notes only the path.
        url: url.filter(|url| url.contains("://")).map(str::to_owned),
        status: json["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok()),
        headers,
        recorded_at: json["recorded_at"]
            .as_str()
            .and_then(|time| time.parse().ok()),
    })
}
