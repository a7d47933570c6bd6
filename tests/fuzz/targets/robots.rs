//! robots.txt: a path on the first line, the file after it.
#![no_main]

use groundswell::crawl::foreign;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (path, file) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (&b"/"[..], data),
    };
    let path = String::from_utf8_lossy(path);
    let Ok(url) = url::Url::parse("https://shop.example/")
        .expect("url")
        .join(&path)
    else {
        return;
    };
    let _ = foreign::robots(file, &url);
});
