//! A shop whose page changes under a seller's hands: what the crawl says, keeps and counts, day
//! by day, on a real server and a real store of either engine.

mod shop;

use crate::fault_server::Reply;
use crate::program::program;
use groundswell::crawl::health::Oddity;
use groundswell::record::Coverage;
use insta::assert_snapshot;
use shop::{Shop, list, page};

const ENGINES: [&str; 2] = ["sqlite", "sled"];

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_is_gone_is_told_with_its_day_and_counts_as_failed() {
    let mut told = Vec::new();
    for engine in ENGINES {
        let shop = Shop::open(engine).await;
        for day in 0..6 {
            shop.serves(page(&list(20, day), "span"));
            assert_eq!(shop.crawl_on(day).await.findings, []);
        }
        // The shop renames its price, and says so to nobody.
        shop.serves(page(&list(20, 6), "em"));
        shop.crawl_on(6).await;
        shop.serves(page(&list(20, 8), "em"));
        let line = shop.crawl_on(8).await;
        told.push(line.findings[0].what.clone());
        assert_eq!(line.findings[0].field.as_deref(), Some("price"));
        assert_eq!(
            (line.errors, line.records),
            (1, 20),
            "what was read is kept"
        );
        let visits = shop.visits();
        assert_eq!(
            visits[0].coverage,
            Coverage {
                asked: 1,
                failed: 1,
                ..Coverage::default()
            },
            "a gap, not an answer"
        );
        assert!(visits[5].coverage.answered == 1);
        let position = shop.position();
        assert_eq!(position.etag, None, "a 304 of it would pass for an answer");

        // Mended, it is well at once.
        shop.serves(page(&list(20, 9), "span"));
        let line = shop.crawl_on(9).await;
        assert_eq!((line.findings.len(), line.errors), (0, 0), "{line:?}");
    }
    assert_eq!(told[0], told[1]);
    assert_snapshot!(told[0], @"price empty since Friday (was filled in 100 % of items)");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_page_an_empty_one_and_new_ids_are_no_answers() {
    let mut both = Vec::new();
    for engine in ENGINES {
        let shop = Shop::open(engine).await;
        for day in 0..6 {
            shop.serves(page(&list(50, day), "span"));
            shop.crawl_on(day).await;
        }
        let mut told = String::new();
        let mut say = |line: &groundswell::crawl::SourceSummary| {
            for finding in &line.findings {
                told.push_str(&format!("{:?}: {}\n", finding.oddity, finding.what));
            }
        };
        shop.serves(page(&list(30, 6), "span"));
        say(&shop.crawl_on(6).await);
        shop.serves(page("", "span"));
        say(&shop.crawl_on(7).await);
        let other = list(50, 8).replace("item-", "https://shop.example/p/");
        shop.serves(page(&other, "span"));
        let line = shop.crawl_on(8).await;
        say(&line);
        assert_eq!(
            (line.records, line.new),
            (0, 0),
            "the known ones are not news"
        );
        let failed = shop
            .visits()
            .iter()
            .take(3)
            .all(|it| it.coverage.failed == 1);
        assert!(failed, "each is a gap");
        both.push(told);
    }
    assert_eq!(both[0], both[1]);
    assert_snapshot!(both[0], @r"
    FewerItems: 30 of 50 items: the last 6 good pages showed 50
    Empty: empty, though it looks like an answer: the last 6 good pages showed 50 items
    IdsChanged: ids look like `a://a.a/a/9`, they always looked like `a-9` (9 digits, a letters, x both): nothing is kept, because all that is known would count as new
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_often_empty_may_be_empty() {
    let shop = Shop::open("sqlite").await;
    for day in 0..8 {
        shop.serves(page(&list(day % 3, day), "span"));
        let line = shop.crawl_on(day).await;
        assert_eq!((line.findings.len(), line.errors), (0, 0), "{line:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_stops_to_answer_is_told_after_a_while() {
    let shop = Shop::open("sqlite").await;
    for day in 0..2 {
        shop.serves(page(&list(20, day), "span"));
        shop.crawl_on(day).await;
    }
    shop.replies(Reply::status(404));
    assert_eq!(shop.crawl_on(2).await.findings, []);
    let line = shop.crawl_on(4).await;
    assert_eq!(line.findings[0].oddity, Oddity::NoAnswer);
    assert_snapshot!(shop.plain(&line.findings[0].what), @"no answer since Monday (2 requests): `SHOP` answered 404");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_shown_against_the_last_good_page() {
    let shop = Shop::open("sqlite").await;
    for day in 0..6 {
        shop.serves(page(&list(20, day), "span"));
        shop.crawl_on(day).await;
    }
    shop.serves(page(&list(12, 6), "em"));
    let line = shop.crawl_on(6).await;
    let copy = line.findings[0].copy.clone().expect("a copy");
    let mut both = Vec::new();
    for arguments in [
        vec!["source", "test", "shop"],
        vec![
            "source",
            "test",
            "shop",
            "--page",
            copy.to_str().expect("path"),
        ],
    ] {
        let output = program()
            .arg("--dir")
            .arg(shop.home())
            .args(arguments)
            .output();
        let output = output.expect("runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        both.push(said);
    }
    assert_eq!(
        both[0], both[1],
        "without a page the newest odd one is read"
    );
    assert_snapshot!(both[0], @r"
    shop: 12 items on the page, 12 records
      no price in 12 of 12 items: `span` finds nothing
    against the last good page, of 2026-11-19 09:00 UTC:
      12 items, there were 20
      price in 0 of 12 records, it was in 20 of 20: `span` finds nothing now
    ");
    // Whoever wrote a review is nobody's business but the shop's.
    let mut body = String::new();
    let file = std::fs::File::open(&copy).expect("copy");
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut body)
        .expect("text");
    assert!(body.contains("Lamp 3"), "{body}");
    for secret in ["Jane", "jane@", "@jane"] {
        assert!(!body.contains(secret), "{secret} in {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_changed_for_good_is_learned_anew_when_a_person_says_so() {
    let shop = Shop::open("sqlite").await;
    for day in 0..6 {
        shop.serves(page(&list(50, day), "span"));
        shop.crawl_on(day).await;
    }
    shop.serves(page(&list(30, 6), "span"));
    assert_eq!(shop.crawl_on(6).await.errors, 1);
    shop.learns_anew();
    shop.serves(page(&list(30, 7), "span"));
    let line = shop.crawl_on(7).await;
    assert_eq!((line.findings.len(), line.errors), (0, 0), "{line:?}");
}
