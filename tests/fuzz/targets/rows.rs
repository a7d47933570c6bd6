//! Files of the seller's: CSV and NDJSON, plain or gzip, in UTF-8 or GB 18030.
#![no_main]

use groundswell::crawl::import::{Converter, Error, Plan, Rows, Shape};
use groundswell::record::AuthorKey;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else {
        return;
    };
    let shapes = [Shape::Posts, Shape::Ranks, Shape::Sales, Shape::Counts];
    let plan = Plan {
        list: Some("list".into()),
        // Both ways: lines that say nothing of their speaker are refused without the word.
        customers: first & 0x80 != 0,
        ..Plan::new(shapes[usize::from(*first) % shapes.len()], "file")
    };
    let authors = AuthorKey::new([3; 32]);
    let Ok(mut rows) = Rows::open(std::io::Cursor::new(bytes.to_vec())) else {
        return;
    };
    let Ok(mut converter) = Converter::new(&plan, &authors, rows.columns()) else {
        return;
    };
    loop {
        match rows.next_row() {
            Ok(Some(row)) => {
                let _ = converter.record(&row, rows.columns());
            }
            Ok(None) | Err(Error::Unreadable { .. }) => break,
            Err(_) => {}
        }
    }
});
