use super::*;
use crate::record::{AlertClass, AuthorHash, Keyphrase, Market, Polarity, Subject};

const DAY: Day = Day(20_500);

fn evidence(number: u64, author: Option<u64>, doubtful: bool) -> Evidence {
    let time = Timestamp::from_second(DAY.start().as_second() + number as i64).expect("time");
    Evidence {
        record: RecordKey(u128::from(number).to_be_bytes()),
        day: DAY,
        time,
        source: if number.is_multiple_of(3) {
            "forum"
        } else {
            "board"
        }
        .into(),
        author: author.map(AuthorHash),
        polarity: Some(Polarity::Positive),
        doubtful,
    }
}

fn tags(phrases: &[&str]) -> Tags {
    Tags {
        keyphrases: phrases
            .iter()
            .map(|phrase| Keyphrase {
                phrase: (*phrase).into(),
                score: 1.0,
            })
            .collect(),
        ..Tags::default()
    }
}

fn point(day: Day, item: &str, rank: u32, price: &str) -> RankPoint {
    RankPoint {
        source: "shop".into(),
        list: "lamps".into(),
        market: Market::parse("us").expect("market"),
        item: item.into(),
        time: day.start(),
        rank: Some(rank),
        paid: false,
        price: Some(price.into()),
        reviews: None,
        sku: Some("LAMP".into()),
    }
}

fn dossier() -> Dossier {
    let mut cell = Cell::default();
    cell.authors.extend((0..30).map(AuthorHash));
    cell.mentions = 30;
    cell.positive = 20;
    cell.neutral = 10;
    let mut usual = Cell::default();
    usual.authors.extend([AuthorHash(1), AuthorHash(2)]);
    usual.mentions = 2;
    usual.neutral = 2;
    Dossier {
        series: SeriesKey {
            subject: Subject::Sku("LAMP".into()),
            market: Market::parse("us").expect("market"),
            class: SourceClass::Social,
        },
        day: DAY,
        raised_at: DAY.plus(1).start(),
        offset: 77,
        verdict: Verdict {
            window: 0,
            observed: 30,
            expected: 2.0,
            band: (0.0, 5.0),
            over: 1.4,
            score: 9.0,
            p: 1e-19,
            threshold: 3.3,
            silent_below: 9,
            exposure: 1.0,
            birth: false,
            doubted: false,
            peak: 30,
        },
        first_seen: DAY.plus(-60),
        cells: vec![(DAY.plus(-3), usual), (DAY, cell)],
        market: SentimentShare::default(),
        evidence: (0..30).map(|n| evidence(n, Some(n), false)).collect(),
        threads: BTreeMap::new(),
        tags: vec![tags(&["warm light", "lamp", "gift"]); 10],
        tags_before: vec![tags(&["lamp", "gift"]); 10],
        coverage: Some(0.9),
        ranks: vec![
            point(DAY.plus(-5), "B1", 80, "30.00"),
            point(DAY.plus(-2), "B1", 60, "30.00"),
            point(DAY, "B1", 9, "29.50"),
            point(DAY, "B2", 1, "5.00"),
        ],
        also: vec![SourceClass::Ranking],
        volume: 1.0,
        share_up: None,
        authors_min: 3,
    }
}

/// An alert on a phrase.
pub(in crate::trend) fn alert_on(phrase: &str, market: &str, observed: u32) -> Alert {
    let mut dossier = dossier();
    dossier.series.subject = Subject::Phrase(phrase.to_owned());
    dossier.series.market = Market::parse(market).expect("market");
    dossier.verdict.observed = observed;
    explain(&dossier, Calendar::built_in())
}

#[test]
fn an_alert_says_what_the_records_say() {
    let alert = explain(&dossier(), Calendar::built_in());
    assert_eq!(alert.class, AlertClass::Hit);
    assert_eq!((alert.authors, alert.mentions), (30, 30));
    assert_eq!(alert.effective_authors, Some(30.0));
    assert_eq!(
        alert.sources,
        [("board".to_owned(), 20), ("forum".to_owned(), 10)]
    );
    assert_eq!(alert.sentiment_before.neutral, 2);
    assert_eq!(alert.lift, 15.0);
    assert_eq!(alert.quotes.len(), 5);
    assert_eq!(alert.quotes[0].record, evidence(29, None, false).record);
    assert_eq!(
        alert.rank,
        Some(Change {
            before: Some(60.0),
            now: Some(9.0)
        })
    );
    assert_eq!(alert.terms.first().map(String::as_str), Some("warm light"));
}

#[test]
fn one_loud_author_is_one_author() {
    let mut dossier = dossier();
    dossier.evidence = (0..30).map(|n| evidence(n, Some(4), false)).collect();
    let alert = explain(&dossier, Calendar::built_in());
    assert_eq!(alert.effective_authors, Some(1.0));
    assert_eq!(alert.class, AlertClass::SuspiciousBurst);
    assert_eq!(alert.quotes.len(), 1);
}

#[test]
fn one_thread_going_round_is_not_a_market() {
    let mut dossier = dossier();
    dossier.threads = dossier
        .evidence
        .iter()
        .map(|record| (record.record, "t1".to_owned()))
        .collect();
    let alert = explain(&dossier, Calendar::built_in());
    assert_eq!(alert.class, AlertClass::SuspiciousBurst);
    dossier.series.class = SourceClass::Review;
    let alert = explain(&dossier, Calendar::built_in());
    assert_eq!(alert.class, AlertClass::Hit);
}

#[test]
fn doubtful_records_show_only_where_they_made_the_burst() {
    let mut dossier = dossier();
    dossier.evidence = (0..20).map(|n| evidence(n, Some(n), n >= 3)).collect();
    let alert = explain(&dossier, Calendar::built_in());
    assert_eq!(alert.quotes.len(), 3);
    dossier.verdict.doubted = true;
    let alert = explain(&dossier, Calendar::built_in());
    assert_eq!(
        (alert.quotes.len(), alert.class),
        (5, AlertClass::SuspiciousBurst)
    );
}

#[test]
fn what_no_list_showed_has_no_rank_and_what_left_has_none_now() {
    let mut dossier = dossier();
    dossier.ranks.clear();
    assert_eq!(explain(&dossier, Calendar::built_in()).rank, None);
    dossier.ranks = vec![point(DAY.plus(-2), "B1", 60, "30.00")];
    assert_eq!(
        explain(&dossier, Calendar::built_in()).rank,
        Some(Change {
            before: Some(60.0),
            now: None
        })
    );
}

#[test]
fn an_alert_reads_back_from_its_stored_form_to_the_byte() {
    let alert = explain(&dossier(), Calendar::built_in());
    let stored = serde_json::to_string(&alert).expect("json");
    let back: Alert = serde_json::from_str(&stored).expect("alert");
    assert_eq!(back, alert);
    assert_eq!(serde_json::to_string(&back).expect("json"), stored);
}
