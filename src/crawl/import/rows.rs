use super::Error;
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;
use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

/// Bytes looked at to tell the encoding and the format.
const PEEK_BYTES: usize = 64 * 1024;

/// The longest line of NDJSON, and the longest record of a CSV.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// Columns of an NDJSON, over all its rows.
const COLUMNS_MAX: usize = 256;

/// How deep an object inside an object is read: `author.name` is two deep.
const DEPTH_MAX: usize = 4;

/// Broken lines that may stand before the first good one.
const HELD_MAX: usize = 1_000;

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
    Csv {
        reader: Box<csv::Reader<Allowed>>,
        left: Rc<Cell<u64>>,
    },
    Ndjson {
        reader: Box<dyn BufRead>,
        line: u64,
        held: VecDeque<Result<Row, Error>>,
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
            Some(b'{') => Ok(Rows::ndjson(text)),
            Some(_) => Rows::csv(text),
        }
    }

    fn csv(text: Box<dyn BufRead>) -> Result<Rows, Error> {
        let left = Rc::new(Cell::new(LINE_BYTES_MAX));
        let allowed = Allowed {
            inner: text,
            left: left.clone(),
        };
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(allowed);
        let columns = reader
            .headers()
            .map_err(|error| unreadable(1, &error))?
            .iter()
            .map(str::to_owned)
            .collect();
        Ok(Rows {
            columns,
            inner: Inner::Csv {
                reader: Box::new(reader),
                left,
            },
        })
    }

    /// The rows of an NDJSON in UTF-8, whose columns are met as they come.
    pub fn lines(reader: impl BufRead + 'static) -> Rows {
        Rows {
            columns: Vec::new(),
            inner: Inner::Ndjson {
                reader: Box::new(reader),
                line: 0,
                held: VecDeque::new(),
            },
        }
    }

    /// The same, read up to the first good row, so that its columns are known.
    fn ndjson(reader: Box<dyn BufRead>) -> Rows {
        let mut rows = Rows::lines(reader);
        let mut first = VecDeque::new();
        while let Some(row) = rows.next_row().transpose() {
            let go_on = matches!(row, Err(Error::Row { .. })) && first.len() < HELD_MAX;
            first.push_back(row);
            if !go_on {
                break;
            }
        }
        if let Inner::Ndjson { held, .. } = &mut rows.inner {
            *held = first;
        }
        rows
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
            Inner::Csv { reader, left } => {
                left.set(LINE_BYTES_MAX);
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
                if let Some(row) = held.pop_front() {
                    return row.map(Some);
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
                        reader
                            .skip_until(b'\n')
                            .map_err(|error| unreadable(*line, &error))?;
                        return Err(Error::Row {
                            line: *line,
                            field: "row",
                            why: format!("is longer than {LINE_BYTES_MAX} bytes"),
                        });
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

/// Gives out no more than is left of what one record may take: a quote that is never closed makes
/// the rest of a file one value.
struct Allowed {
    inner: Box<dyn BufRead>,
    left: Rc<Cell<u64>>,
}

impl Read for Allowed {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => {
                self.left.set(left);
                Ok(read)
            }
            None => Err(std::io::Error::other(format!(
                "a row is longer than {LINE_BYTES_MAX} bytes; is a quote not closed?"
            ))),
        }
    }
}

fn json_row(columns: &mut Vec<String>, line: u64, text: &[u8]) -> Result<Row, Error> {
    let broken = |why: String| Error::Row {
        line,
        field: "row",
        why,
    };
    let text = std::str::from_utf8(text)
        .map_err(|error| broken(format!("is not UTF-8 after byte {}", error.valid_up_to())))?;
    let object: Object = serde_json::from_str(text)
        .map_err(|error| broken(format!("not a JSON object on one line: {error}")))?;
    let mut row = Cells {
        values: vec![String::new(); columns.len()],
        columns,
    };
    if !row.put("", object, DEPTH_MAX) {
        return Err(broken(format!("more than {COLUMNS_MAX} different keys")));
    }
    let values = row.values;
    Ok(Row { line, values })
}

type Object = serde_json::Map<String, serde_json::Value>;

/// The values of one JSON object under the columns they stand in.
struct Cells<'a> {
    columns: &'a mut Vec<String>,
    values: Vec<String>,
}

impl Cells<'_> {
    /// Put an object's values in, those of an object inside it as `outer.inner`; `false` when there
    /// are too many columns. Lists say several things at once and are left out.
    fn put(&mut self, under: &str, object: Object, depth: usize) -> bool {
        object.into_iter().all(|(key, value)| {
            let column = match under {
                "" => key,
                under => format!("{under}.{key}"),
            };
            match value {
                serde_json::Value::Null | serde_json::Value::Array(_) => true,
                serde_json::Value::Object(inner) => {
                    depth <= 1 || self.put(&column, inner, depth - 1)
                }
                serde_json::Value::String(text) => self.cell(column, text),
                other => self.cell(column, other.to_string()),
            }
        })
    }

    fn cell(&mut self, column: String, text: String) -> bool {
        match self.columns.iter().position(|known| *known == column) {
            Some(place) => {
                if let Some(value) = self.values.get_mut(place) {
                    *value = text;
                }
                true
            }
            None if self.columns.len() >= COLUMNS_MAX => false,
            None => {
                self.columns.push(column);
                self.values.push(text);
                true
            }
        }
    }
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

    #[test]
    fn what_lies_inside_an_object_has_a_name_of_two_words() {
        let line = br#"{"id":1,"author":{"id":"a7","type":"user"},"parts":[1,2],"body":"hi"}"#;
        let (columns, rows) = all(line);
        let value = |name: &str| {
            let place = columns.iter().position(|column| column == name)?;
            rows[0].get(place).map(String::as_str)
        };
        assert_eq!(value("author.id"), Some("a7"));
        assert_eq!(value("author.type"), Some("user"));
        assert_eq!(value("parts"), None);
    }

    #[test]
    fn a_first_line_that_is_broken_too_long_or_too_wide_does_not_hide_the_others() {
        let mut bytes = b"{\"a\":\n".to_vec();
        bytes.extend(format!("{{\"a\":\"{}\"}}\n", "x".repeat(LINE_BYTES_MAX as usize)).bytes());
        bytes.extend(b"{\"a\":\"\xff\"}\n");
        let keys: Vec<String> = (0..=COLUMNS_MAX).map(|it| format!("\"k{it}\":1")).collect();
        bytes.extend(format!("{{{}}}\n{{\"k1\":3}}", keys.join(",")).bytes());
        let mut rows = Rows::lines(std::io::Cursor::new(bytes));
        let mut said = Vec::new();
        loop {
            match rows.next_row() {
                Ok(None) => break,
                Ok(Some(row)) => said.push(format!("line {} is fine", row.line)),
                Err(error) => said.push(error.to_string()),
            }
        }
        let starts = [
            "line 1, `row`: not a JSON object on one line",
            "line 2, `row`: is longer than 1048576 bytes",
            "line 3, `row`: is not UTF-8 after byte 6",
            "line 4, `row`: more than 256 different keys",
            "line 5 is fine",
        ];
        assert_eq!(said.len(), starts.len(), "{said:?}");
        for (said, start) in said.iter().zip(starts) {
            assert!(said.starts_with(start), "{said}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_swallow_a_whole_file() {
        let mut bytes = b"sku,name\nA,mug\nB,\"cup\n".to_vec();
        bytes.resize(3 * LINE_BYTES_MAX as usize, b'x');
        let mut rows = Rows::open(std::io::Cursor::new(bytes)).expect("opens");
        assert_eq!(
            rows.next_row().expect("first").expect("first").values,
            ["A", "mug"]
        );
        let error = rows.next_row().expect_err("endless").to_string();
        assert!(
            error.contains("line 3") && error.contains("is a quote not closed?"),
            "{error}"
        );
        // Many rows are no long row.
        let many = "sku,name\n".to_owned() + &"A,mug\n".repeat(400_000);
        assert_eq!(all(many.as_bytes()).1.len(), 400_000);
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
