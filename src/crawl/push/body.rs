//! The bytes of a body → records and refusals. Bounded: by bytes after unpacking, and by lines.

use super::answer::{Problem, Refusal};
use crate::config::Plan;
use crate::crawl::import::{Converter, Rows, Tally, read};
use crate::record::{AuthorKey, Record};
use axum::http::{HeaderMap, StatusCode, header};
use flate2::bufread::MultiGzDecoder;
use std::convert::Infallible;
use std::io::{Cursor, Read};

/// Refused lines that are told one by one.
const TOLD_MAX: usize = 100;

const GZIP: &[u8] = &[0x1f, 0x8b];

/// How recordings of sound and film begin.
const SOUND: [&[u8]; 9] = [
    b"RIFF",
    b"ID3",
    b"OggS",
    b"fLaC",
    b"#!AMR",
    b"\x1a\x45\xdf\xa3",
    b"\xff\xfb",
    b"\xff\xf1",
    b"FORM",
];

/// How large a body may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes, as sent and unpacked.
    pub bytes: usize,
    /// Lines.
    pub lines: usize,
}

/// What a body holds.
pub(super) struct Reading {
    pub records: Vec<Record>,
    pub tally: Tally,
    pub refused: Vec<Refusal>,
}

/// Refuse by its headers what cannot be lines of JSON.
pub(super) fn check(headers: &HeaderMap, limits: Limits) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    if ["audio/", "video/"].iter().any(|it| kind.starts_with(it)) {
        return Err(no_sound());
    }
    if ["image/", "multipart/"]
        .iter()
        .any(|it| kind.starts_with(it))
    {
        let detail = "send the events as the body itself, one JSON object a line";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let packed = text(header::CONTENT_ENCODING).unwrap_or("identity").trim();
    if !["identity", "gzip", "x-gzip"]
        .iter()
        .any(|it| packed.eq_ignore_ascii_case(it))
    {
        let detail = "a body may be packed as gzip or not at all";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    match length {
        Some(length) if length > limits.bytes as u64 => Err(too_large(limits)),
        _ => Ok(()),
    }
}

/// Why a body is too large.
pub(super) fn too_large(limits: Limits) -> Problem {
    let detail = format!(
        "a body holds at most {} bytes, unpacked, and {} lines; send it in parts",
        limits.bytes, limits.lines
    );
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

fn no_sound() -> Problem {
    let detail = "sound is not taken: send the words of its transcript, one JSON object a line";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
}

/// Read a body, line by line.
pub(super) fn open(
    body: Vec<u8>,
    limits: Limits,
    plan: &Plan,
    authors: &AuthorKey,
) -> Result<Reading, Problem> {
    let text = unpacked(body, limits)?;
    if SOUND.iter().any(|start| text.starts_with(start)) || text.get(4..8) == Some(b"ftyp") {
        return Err(no_sound());
    }
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(Problem::new(StatusCode::BAD_REQUEST, "the body is empty")),
        Some(b'[') => {
            let detail = "send one JSON object a line (NDJSON), not a list";
            return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
        }
        Some(_) => {}
    }
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    if lines > limits.lines {
        return Err(too_large(limits));
    }
    let mut records = Vec::new();
    let mut refused = Vec::new();
    let Ok(tally) = read::<Infallible>(
        &mut Rows::lines(Cursor::new(text)),
        &mut Converter::of_any(plan, authors),
        &mut |record| {
            records.push(record);
            Ok(())
        },
        &mut |error| {
            if refused.len() < TOLD_MAX {
                let (line, field, why) = error.parts();
                refused.push(Refusal { line, field, why });
            }
        },
    );
    Ok(Reading {
        records,
        tally,
        refused,
    })
}

/// Undo gzip, told by its first bytes, up to the limit.
fn unpacked(body: Vec<u8>, limits: Limits) -> Result<Vec<u8>, Problem> {
    if !body.starts_with(GZIP) {
        return Ok(body);
    }
    let mut text = Vec::new();
    let allowed = limits.bytes as u64;
    let unpacking = MultiGzDecoder::new(body.as_slice())
        .take(allowed + 1)
        .read_to_end(&mut text);
    if let Err(error) = unpacking {
        let detail = format!("the gzip of the body is broken: {error}");
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
    }
    match text.len() as u64 > allowed {
        true => Err(too_large(limits)),
        false => Ok(text),
    }
}
