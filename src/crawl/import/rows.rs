use super::Error;
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;
use std::io::{BufRead, BufReader, Read};

/// Bytes looked at to tell the encoding and the format.
const PEEK_BYTES: usize = 64 * 1024;

/// The longest line of NDJSON.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// One row: values by column name, as the file writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Line in the file, the first is 1.
    pub line: u64,
    /// Values in the order of [`Rows::columns`]; an absent value is empty.
    pub values: Vec<String>,
}

/// The rows of a CSV or NDJSON file, read one by one.
pub struct Rows {
    columns: Vec<String>,
    inner: Inner,
}

enum Inner {
    Csv(Box<csv::Reader<Box<dyn BufRead>>>),
    Ndjson {
        reader: Box<dyn BufRead>,
        line: u64,
        held: Option<Row>,
    },
}

impl Rows {
    /// Open a file's bytes: gzip is undone, GB 18030 recognised, CSV told from NDJSON by its
    /// first letter.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when the head of the file makes no sense.
    pub fn open(raw: impl BufRead + 'static) -> Result<Rows, Error> {
        let mut raw: Box<dyn BufRead> = Box::new(raw);
        if peek(&mut raw)?.starts_with(&[0x1f, 0x8b]) {
            raw = Box::new(BufReader::with_capacity(
                PEEK_BYTES,
                MultiGzDecoder::new(raw),
            ));
        } else {
            raw = Box::new(BufReader::with_capacity(PEEK_BYTES, raw));
        }
        let head = peek(&mut raw)?;
        let encoding = (!is_utf8(head)).then_some(encoding_rs::GB18030);
        let decoded = DecodeReaderBytesBuilder::new()
            .encoding(encoding)
            .bom_override(true)
            .build(raw);
        let mut text: Box<dyn BufRead> = Box::new(BufReader::with_capacity(PEEK_BYTES, decoded));
        let first = peek(&mut text)?
            .iter()
            .copied()
            .find(|byte| !byte.is_ascii_whitespace());
        match first {
            None => Err(Error::Unreadable {
                line: 1,
                why: "the file is empty".into(),
            }),
            Some(b'{') => Rows::ndjson(text),
            Some(_) => Rows::csv(text),
        }
    }

    fn csv(text: Box<dyn BufRead>) -> Result<Rows, Error> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
        let columns = reader
            .headers()
            .map_err(|error| unreadable(1, &error))?
            .iter()
            .map(str::to_owned)
            .collect();
        Ok(Rows {
            columns,
            inner: Inner::Csv(Box::new(reader)),
        })
    }

    fn ndjson(reader: Box<dyn BufRead>) -> Result<Rows, Error> {
        let mut rows = Rows {
            columns: Vec::new(),
            inner: Inner::Ndjson {
                reader,
                line: 0,
                held: None,
            },
        };
        let first = rows.next_row()?;
        if let Inner::Ndjson { held, .. } = &mut rows.inner {
            *held = first;
        }
        Ok(rows)
    }

    /// The columns known so far: the header of a CSV, the keys met in an NDJSON.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Row`] for a broken row (reading can go on), [`Error::Unreadable`] when it cannot.
    pub fn next_row(&mut self) -> Result<Option<Row>, Error> {
        match &mut self.inner {
            Inner::Csv(reader) => {
                let mut record = csv::StringRecord::new();
                let line = reader.position().line();
                if !reader
                    .read_record(&mut record)
                    .map_err(|error| unreadable(line, &error))?
                {
                    return Ok(None);
                }
                let line = record.position().map_or(line, csv::Position::line);
                if record.len() > self.columns.len() {
                    return Err(Error::Row {
                        line,
                        field: "row",
                        why: format!(
                            "{} values for {} columns; is a comma inside a value not quoted?",
                            record.len(),
                            self.columns.len()
                        ),
                    });
                }
                Ok(Some(Row {
                    line,
                    values: record.iter().map(str::to_owned).collect(),
                }))
            }
            Inner::Ndjson { reader, line, held } => {
                if let Some(row) = held.take() {
                    return Ok(Some(row));
                }
                loop {
                    let mut text = Vec::new();
                    let read = reader
                        .by_ref()
                        .take(LINE_BYTES_MAX + 1)
                        .read_until(b'\n', &mut text)
                        .map_err(|error| unreadable(*line + 1, &error))?;
                    if read == 0 {
                        return Ok(None);
                    }
                    *line += 1;
                    if read as u64 > LINE_BYTES_MAX {
                        let why = format!("the line is longer than {LINE_BYTES_MAX} bytes");
                        return Err(Error::Unreadable { line: *line, why });
                    }
                    if text.iter().all(u8::is_ascii_whitespace) {
                        continue;
                    }
                    return json_row(&mut self.columns, *line, &text).map(Some);
                }
            }
        }
    }
}

fn json_row(columns: &mut Vec<String>, line: u64, text: &[u8]) -> Result<Row, Error> {
    let broken = |why: String| Error::Row {
        line,
        field: "row",
        why,
    };
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(text)
        .map_err(|error| broken(format!("not a JSON object: {error}")))?;
    let mut values = vec![String::new(); columns.len()];
    for (key, value) in object {
        let text = match value {
            serde_json::Value::Null => continue,
            serde_json::Value::String(text) => text,
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => continue,
            other => other.to_string(),
        };
        match columns.iter().position(|column| *column == key) {
            Some(place) => {
                if let Some(value) = values.get_mut(place) {
                    *value = text;
                }
            }
            None => {
                columns.push(key);
                values.push(text);
            }
        }
    }
    Ok(Row { line, values })
}

fn peek(reader: &mut Box<dyn BufRead>) -> Result<&[u8], Error> {
    reader.fill_buf().map_err(|error| unreadable(1, &error))
}

/// Whether the head of a file is UTF-8, a letter cut at its end aside.
fn is_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

fn unreadable(line: u64, error: &dyn std::fmt::Display) -> Error {
    Error::Unreadable {
        line,
        why: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn all(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
        let mut rows = Rows::open(std::io::Cursor::new(bytes.to_vec())).expect("opens");
        let mut values = Vec::new();
        while let Some(row) = rows.next_row().expect("row") {
            values.push(row.values);
        }
        (rows.columns().to_vec(), values)
    }

    #[test]
    fn csv_ndjson_and_gzip_say_the_same() {
        let csv = b"sku,qty\nA,1\nB,2\n";
        let json = b"{\"sku\":\"A\",\"qty\":1}\n\n{\"sku\":\"B\",\"qty\":\"2\"}\n";
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped.write_all(csv).expect("zips");
        let expected = vec![
            vec!["A".to_owned(), "1".into()],
            vec!["B".into(), "2".into()],
        ];
        assert_eq!(all(csv).1, expected);
        assert_eq!(all(&zipped.finish().expect("zips")).1, expected);
        let (columns, mut rows) = all(json);
        let sku = columns
            .iter()
            .position(|column| column == "sku")
            .expect("sku");
        rows.iter_mut().for_each(|row| row.rotate_left(sku));
        assert_eq!(rows, expected);
    }

    #[test]
    fn gb18030_is_recognised() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("货号,名称\nA,保温杯\n");
        assert_eq!(all(&bytes).1, vec![vec!["A".to_owned(), "保温杯".into()]]);
    }

    #[test]
    fn a_broken_line_is_named_and_the_next_one_still_comes() {
        let bytes = b"{\"a\":1}\n{\"a\":\n{\"a\":3}\n".to_vec();
        let mut rows = Rows::open(std::io::Cursor::new(bytes)).expect("opens");
        assert!(rows.next_row().expect("first").is_some());
        let error = rows.next_row().expect_err("second is broken");
        assert!(error.to_string().starts_with("line 2"), "{error}");
        assert_eq!(
            rows.next_row().expect("third").expect("third").values,
            ["3"]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            if let Ok(mut rows) = Rows::open(std::io::Cursor::new(bytes)) {
                for _ in 0..100 {
                    match rows.next_row() {
                        Ok(None) | Err(Error::Unreadable { .. }) => break,
                        Ok(Some(_)) | Err(_) => {}
                    }
                }
            }
        }
    }
}
