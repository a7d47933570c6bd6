//! Posts a second of `tag --lines`, end to end: read, tagged by every head, printed as JSON.
//!
//! `cargo bench --bench tag`. Makes its own posts of about 100 characters in six languages and
//! catalogues of about 100,000 and 1,000,000 names, one post in four naming a product, and runs
//! the program on one thread. `GROUNDSWELL_BENCH_LINES` names a file of texts to use instead,
//! `GROUNDSWELL_BENCH_POSTS` sets how many posts (50000 without it). With
//! `GROUNDSWELL_BENCH_KEEP` set to a folder the texts and names stay there for
//! `tests/bench/tag_peers.py`, which measures other tools on them.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
const POST_CHARS: usize = 100;
/// Products whose names make about 100,000 and 1,000,000 names to look for.
const CATALOGUES: [usize; 2] = [22_000, 220_000];

/// Words of posts, by language; Chinese is written without spaces.
const WORDS: [&str; 6] = [
    "the my new this for with battery lamp really love bought broken great cheap cable arrived \
     yesterday never again works very well kitchen desk small quiet where can i find it please",
    "die meine neue diese für mit akku lampe wirklich liebe gekauft kaputt toll billig kabel kam \
     gestern nie wieder läuft sehr gut küche tisch klein leise wo finde ich das bitte",
    "la mi nueva esta para con batería lámpara realmente encanta compré rota genial barata cable \
     llegó ayer nunca más funciona muy bien cocina mesa pequeña silenciosa dónde está por favor",
    "yang saya baru ini untuk dengan baterai lampu benar suka beli rusak bagus murah kabel datang \
     kemarin tidak lagi jalan sangat baik dapur meja kecil sunyi di mana cari tolong",
    "새로 산 이 배터리 램프 정말 좋아요 샀는데 고장 최고 싼 케이블 어제 왔어요 다시는 안 사요 아주 잘 \
     돼요 부엌 책상 작은 조용한 어디서 찾나요 제발",
    "我 的 新 这个 电池 灯 真的 喜欢 买了 坏了 很好 便宜 数据线 昨天 到了 再也不 好用 厨房 书桌 小 安静 哪里 \
     可以 找到 请问 谢谢",
];
const CHINESE: usize = 5;

fn main() {
    let posts: usize = std::env::var("GROUNDSWELL_BENCH_POSTS")
        .ok()
        .and_then(|posts| posts.parse().ok())
        .unwrap_or(50_000);
    let kept = std::env::var_os("GROUNDSWELL_BENCH_KEEP").map(PathBuf::from);
    let temporary = tempfile::tempdir().expect("folder");
    let home = kept.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(home).expect("folder");
    println!("products    names    start s  posts/s, median of {ROUNDS}   peak MiB   load");
    for products in CATALOGUES {
        let mut random = ChaCha8Rng::seed_from_u64(products as u64);
        let names: Vec<String> = (0..products).map(|_| name(&mut random)).collect();
        let catalogue = home.join(format!("names-{products}.csv"));
        write_catalogue(&catalogue, &names);
        let lines = home.join(format!("posts-{products}.txt"));
        let texts = match std::env::var_os("GROUNDSWELL_BENCH_LINES") {
            Some(file) => std::fs::read_to_string(file).expect("texts"),
            None => texts(&mut random, posts, &names),
        };
        let count = texts.lines().count();
        std::fs::write(&lines, texts).expect("texts are written");
        let empty = home.join("empty.txt");
        std::fs::write(&empty, "").expect("a file");
        // Reading models and names is paid once; it is told apart by a run on nothing.
        let (start, _) = median(&empty, &catalogue);
        let (whole, peak) = median(&lines, &catalogue);
        let rate = count as f64 / whole.saturating_sub(start).as_secs_f64();
        println!(
            "{products:>8} {:>8}   {:>7.2} {rate:>24.0} {peak:>10}   {}",
            names_in(&catalogue),
            start.as_secs_f64(),
            load()
        );
    }
}

/// The median time of a run, and its peak memory in MiB.
fn median(lines: &Path, catalogue: &Path) -> (Duration, String) {
    let mut runs: Vec<(Duration, Option<u64>)> =
        (0..ROUNDS).map(|_| run(lines, catalogue)).collect();
    runs.sort_unstable();
    let (time, peak) = runs[ROUNDS / 2];
    (
        time,
        peak.map_or("unknown".into(), |kib| (kib / 1024).to_string()),
    )
}

fn run(lines: &Path, catalogue: &Path) -> (Duration, Option<u64>) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_groundswell"))
        .args(["tag", "--threads", "1", "--lines"])
        .arg(lines)
        .arg("--catalog")
        .arg(catalogue)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut peak = None;
    loop {
        peak = peak_kib(child.id()).or(peak);
        if let Some(status) = child.try_wait().expect("the program ends") {
            assert!(status.success(), "{status}");
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Where the system tells it (Linux).
fn peak_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

/// Names looked for, as the program counts them.
fn names_in(catalogue: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_groundswell"))
        .args(["tag", "--explain", "a", "--catalog"])
        .arg(catalogue)
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().rev().nth(1).unwrap_or(&"?").to_string()
}

/// A made-up product name of three words and a number.
fn name(random: &mut ChaCha8Rng) -> String {
    let mut out = String::new();
    for _ in 0..3 {
        for _ in 0..random.random_range(2..4) {
            let consonant = *b"bdfgklmnprstvz".choose(random).expect("not empty");
            let vowel = *b"aeiou".choose(random).expect("not empty");
            out.push(char::from(consonant));
            out.push(char::from(vowel));
        }
        out.push(' ');
    }
    let _ = write!(out, "{}", random.random_range(2..100));
    out
}

fn write_catalogue(path: &Path, names: &[String]) {
    let mut out = String::from("sku,name,brand,category\n");
    for (number, name) in names.iter().enumerate() {
        let brand = name.split(' ').next().unwrap_or("");
        let _ = writeln!(out, "S{number:06},{name},{brand},lamp");
    }
    std::fs::write(path, out).expect("the catalogue is written");
}

fn texts(random: &mut ChaCha8Rng, posts: usize, names: &[String]) -> String {
    let words: Vec<Vec<&str>> = WORDS
        .iter()
        .map(|w| w.split_whitespace().collect())
        .collect();
    let mut out = String::new();
    for number in 0..posts {
        let language = random.random_range(0..words.len());
        let mut text = String::new();
        if number % 4 == 0 {
            text.push_str(names.choose(random).expect("not empty"));
            text.push(' ');
        }
        while text.chars().count() < POST_CHARS {
            text.push_str(words[language].choose(random).expect("not empty"));
            if language != CHINESE {
                text.push(' ');
            }
        }
        let _ = writeln!(
            out,
            "{}{}",
            text.trim_end(),
            if number % 5 == 0 { "?" } else { "." }
        );
    }
    out
}
