//! A page or an answer that somebody saved → an answer as if it had just been fetched: what was
//! asked and when stands in a `.meta.json` beside it, in the file itself, or in its date.

use crate::source::Answer;
use anyhow::{Context, bail};
use jiff::Timestamp;
use std::io::Read as _;
use std::path::Path;

/// The largest file that is read.
const BYTES_MAX: u64 = 64 << 20;

/// What browsers write before the address when they save a page; the length of the address stands
/// between brackets.
const SAVED_FROM: &str = "saved from url=(";

/// Reads a saved page. `url` and `content_type` win over what the file tells.
///
/// # Errors
/// When the file cannot be read, is too large, or its address is not known.
pub fn read(page: &Path, url: Option<&str>, content_type: Option<&str>) -> anyhow::Result<Answer> {
    let facts = std::fs::metadata(page)
        .with_context(|| format!("could not read the page `{}`", page.display()))?;
    if facts.len() > BYTES_MAX {
        bail!(
            "`{}` is larger than {} MiB",
            page.display(),
            BYTES_MAX >> 20
        );
    }
    let mut body =
        body_of(page).with_context(|| format!("could not read the page `{}`", page.display()))?;
    let mut meta = meta_of(page)?;
    if let Some(archive) = Archive::open(&body)? {
        meta.url = meta.url.or(archive.url);
        meta.headers
            .push(("content-type".to_owned(), archive.content_type));
        body = archive.body;
    }
    let url = url
        .map(str::to_owned)
        .or(meta.url)
        .or_else(|| saved_from(&body))
        .context(
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
    let written = facts
        .modified()
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok());
    Ok(Answer {
        url,
        status: meta.status.unwrap_or(200),
        headers,
        body,
        fetched_at: meta
            .recorded_at
            .or(written)
            .unwrap_or(Timestamp::UNIX_EPOCH),
    })
}

/// The body of a file; unpacked where its name says that it is packed.
fn body_of(page: &Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(page)?;
    let mut body = Vec::new();
    if page.extension().is_some_and(|ending| ending == "gz") {
        let unzipped = flate2::read::MultiGzDecoder::new(file);
        unzipped.take(BYTES_MAX).read_to_end(&mut body)?;
    } else {
        file.take(BYTES_MAX).read_to_end(&mut body)?;
    }
    Ok(body)
}

/// The address in the comment that a browser writes at the top of a page it saves:
/// `<!-- saved from url=(0027)https://shop.example/k2 -->`.
fn saved_from(body: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&body[..body.len().min(4_096)]).into_owned();
    let (_, rest) = head.split_once(SAVED_FROM)?;
    let (_, rest) = rest.split_once(')')?;
    let url = rest.split([' ', '\n', '\r']).next()?;
    url.contains("://")
        .then(|| url.trim_end_matches("-->").to_owned())
}

/// A page that a browser saved as one file (MHTML): a mail whose first HTML part is the page.
struct Archive {
    url: Option<String>,
    content_type: String,
    body: Vec<u8>,
}

impl Archive {
    /// `None` for what is no archive.
    fn open(bytes: &[u8]) -> anyhow::Result<Option<Archive>> {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(8_192)]).into_owned();
        if !start.trim_start().starts_with("From:") || !start.contains("multipart/related") {
            return Ok(None);
        }
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let text = text.replace("\r\n", "\n");
        let (head, rest) = text.split_once("\n\n").context("the archive breaks off")?;
        let boundary = field(head, "boundary=").context("the archive names no boundary")?;
        for part in rest.split(&format!("--{boundary}")) {
            let Some((part_head, part_body)) = part.trim_start().split_once("\n\n") else {
                continue;
            };
            let content_type = field(part_head, "Content-Type:").unwrap_or_default();
            if !content_type.starts_with("text/html") {
                continue;
            }
            let how = field(part_head, "Content-Transfer-Encoding:").unwrap_or_default();
            let body = match how.to_lowercase().as_str() {
                "quoted-printable" => unquoted(part_body),
                "base64" => bail!("the page in the archive is in base64; save it as HTML"),
                _ => part_body.chars().map(|c| c as u8).collect(),
            };
            let url = field(head, "Snapshot-Content-Location:")
                .or_else(|| field(part_head, "Content-Location:"));
            return Ok(Some(Archive {
                url,
                content_type,
                body,
            }));
        }
        bail!("the archive holds no page")
    }
}

/// What stands behind a name in the head of a mail, up to the end of its line.
fn field(head: &str, name: &str) -> Option<String> {
    let place = head.find(name)?;
    let value = head[place + name.len()..].lines().next()?.trim();
    Some(value.trim_matches(|c| matches!(c, '"' | ';')).to_owned())
}

/// Quoted-printable (RFC 2045): `=3D` is a byte, `=` at the end of a line joins it to the next.
fn unquoted(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, coded)) = rest.split_once('=') {
        out.extend(plain.chars().map(|c| c as u8));
        let byte = coded
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match byte {
            Some(byte) => {
                out.push(byte);
                &coded[2..]
            }
            None => coded.strip_prefix('\n').unwrap_or(coded),
        };
    }
    out.extend(rest.chars().map(|c| c as u8));
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_gives_its_page_and_address() {
        let text = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://shop.example/k2\r\n\
            Content-Type: multipart/related;\r\n\tboundary=\"--x\"\r\n\r\n----x\r\nContent-Type: text/html\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\n<p title=3D\"a\">K=\r\nessel =E2=82=AC</p>\r\n----x--";
        let archive = Archive::open(text.as_bytes())
            .expect("readable")
            .expect("an archive");
        assert_eq!(archive.url.as_deref(), Some("https://shop.example/k2"));
        let body = String::from_utf8(archive.body).expect("UTF-8");
        assert_eq!(body.trim(), "<p title=\"a\">Kessel €</p>");
    }

    #[test]
    fn the_comment_of_a_browser_tells_the_address() {
        let page =
            b"<!DOCTYPE html>\n<!-- saved from url=(0023)https://shop.example/k2 -->\n<html>";
        assert_eq!(saved_from(page).as_deref(), Some("https://shop.example/k2"));
        assert_eq!(saved_from(b"<html>"), None);
    }
}
