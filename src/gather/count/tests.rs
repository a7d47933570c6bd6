use super::super::{SourceFacts, item};
use super::*;
use crate::record::{Kind, Market, Mention, Record, SourceClass};
use jiff::Timestamp;
use std::cell::RefCell;

/// What batches came to so far: the part of a store that gathering reads.
#[derive(Default)]
struct Past {
    tags: RefCell<HashMap<RecordKey, Tags>>,
    cells: RefCell<BTreeMap<(SeriesKey, Day), Cell>>,
    prints: RefCell<Vec<Fingerprint>>,
    evidence: RefCell<Vec<(SeriesKey, Evidence)>>,
}

impl Lookup for Past {
    fn tags(&self, records: &[RecordKey]) -> Result<Vec<Option<Tags>>, LookupError> {
        let tags = self.tags.borrow();
        Ok(records.iter().map(|key| tags.get(key).cloned()).collect())
    }

    fn holders(&self, prints: &[u64], since: Day) -> Result<Vec<Fingerprint>, LookupError> {
        let mut found: Vec<Fingerprint> = Vec::new();
        for print in prints {
            found.extend(
                self.prints
                    .borrow()
                    .iter()
                    .filter(|holder| holder.print == *print && holder.day >= since)
                    .min_by_key(|holder| holder.day),
            );
        }
        Ok(found)
    }

    fn cells(&self, wanted: &[(SeriesKey, Day)]) -> Result<Vec<Option<Cell>>, LookupError> {
        let cells = self.cells.borrow();
        Ok(wanted
            .iter()
            .map(|place| cells.get(place).cloned())
            .collect())
    }
}

impl Past {
    fn take(&self, items: Vec<Item>) -> Batch {
        let batch = gather(items, self).expect("gathered");
        self.tags.borrow_mut().extend(batch.tags.iter().cloned());
        for (series, day, cell) in batch.cells.clone() {
            self.cells.borrow_mut().insert((series, day), cell);
        }
        self.prints.borrow_mut().extend(&batch.fingerprints);
        self.evidence.borrow_mut().extend(batch.evidence.clone());
        batch
    }

    fn sku(&self, sku: &str) -> Cell {
        self.cells
            .borrow()
            .iter()
            .filter(|((series, _), _)| series.subject == Subject::Sku(sku.into()))
            .map(|(_, cell)| cell.clone())
            .next()
            .unwrap_or_default()
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("timestamp")
}

fn lamp() -> Tags {
    Tags {
        mentions: vec![Mention {
            sku: "LAMP".into(),
            alias: "lamp".into(),
            start: 0,
            end: 4,
            score: 1.0,
            sentiment: None,
        }],
        ..Tags::default()
    }
}

fn post(id: u64, author: u64, text: &str) -> Record {
    let mut record = Record::new(Kind::Post, id.to_string());
    record.author = Some(AuthorHash(author));
    record.text = Some(text.into());
    record.time = Some(at("2026-03-02T08:00:00Z"));
    record
}

fn read(record: &Record, tags: Tags) -> Item {
    let facts = SourceFacts {
        market: Market::parse("us"),
        ..SourceFacts::default()
    };
    let fetched_at = at("2026-03-02T09:00:00Z");
    item(
        record.key("board", fetched_at),
        "board",
        SourceClass::Social,
        fetched_at,
        record,
        tags,
        Some(&facts),
    )
}

const CHAIN: &str = "You must see this little lamp, it changed the way my whole family spends its \
    evenings and everybody who visits us asks where we bought it";

#[test]
fn people_are_counted_once_and_posts_each_time() {
    let past = Past::default();
    past.take(vec![
        read(&post(1, 7, "my lamp is bright"), lamp()),
        read(&post(2, 7, "and my lamp is warm"), lamp()),
        read(&post(3, 8, "which lamp is it"), lamp()),
    ]);
    let cell = past.sku("LAMP");
    assert_eq!((cell.authors.count(), cell.mentions), (2, 3));
}

#[test]
fn the_copies_of_a_campaign_are_set_apart_whoever_posts_them() {
    let past = Past::default();
    past.take(vec![read(&post(1, 1, CHAIN), lamp())]);
    let copies = (2..40)
        .map(|id| {
            read(
                &post(id, id, &format!("{CHAIN} https://x.example/{id}")),
                lamp(),
            )
        })
        .collect();
    let batch = past.take(copies);
    let cell = past.sku("LAMP");
    assert_eq!((cell.authors.count(), cell.doubtful), (1, 38));
    assert!(
        batch
            .tags
            .iter()
            .all(|(_, tags)| tags.doubt == [Doubt::NearDuplicate])
    );
    assert!(
        past.evidence.borrow()[1..]
            .iter()
            .all(|(_, evidence)| evidence.doubtful)
    );
}

#[test]
fn one_post_that_two_sources_show_counts_once() {
    let past = Past::default();
    let seen_at = |id: u64, url: &str, text: &str| {
        let mut record = post(id, 7, text);
        record.url = Some(url.to_owned());
        read(&record, lamp())
    };
    past.take(vec![seen_at(
        1,
        "https://www.board.example/p/9?utm_source=feed",
        "Love my lamp",
    )]);
    past.take(vec![
        seen_at(2, "https://m.board.example/p/9/", "Love my lamp"),
        // The same page, and another post: an import where every row names the shop.
        seen_at(3, "https://board.example/p/9", "Where is the lamp from"),
    ]);
    let cell = past.sku("LAMP");
    assert_eq!((cell.mentions, cell.doubtful), (2, 1));
}

#[test]
fn an_edit_replaces_tags_and_changes_no_count() {
    let past = Past::default();
    past.take(vec![
        read(&post(1, 1, CHAIN), lamp()),
        read(&post(2, 2, CHAIN), lamp()),
    ]);
    let before = past.cells.borrow().clone();
    let mut tags = lamp();
    tags.intents.complaint = true;
    past.take(vec![read(
        &post(2, 2, "it broke after a day, never again"),
        tags,
    )]);
    assert_eq!(*past.cells.borrow(), before);
    let key = read(&post(2, 2, ""), Tags::default()).key;
    let kept = past.tags.borrow()[&key].clone();
    assert!(kept.intents.complaint);
    assert_eq!(kept.doubt, [Doubt::NearDuplicate]);
}

#[test]
fn orders_count_buyers_and_returns_only_take_units_back() {
    let past = Past::default();
    let sale = |id: u64, customer: Option<u64>, order: &str, quantity: i64| {
        let mut record = Record::new(Kind::Sale, id.to_string());
        record.sku = Some("LAMP".into());
        record.author = customer.map(AuthorHash);
        record.thread = Some(order.into());
        record.quantity = Some(quantity);
        record.time = Some(at("2026-03-02T08:00:00Z"));
        read(&record, Tags::default())
    };
    past.take(vec![
        sale(1, Some(5), "A", 3),
        sale(2, Some(5), "B", 1),
        sale(3, None, "C", 2),
        sale(4, None, "C", 2),
        sale(5, Some(9), "D", -4),
    ]);
    let cell = past.sku("LAMP");
    assert_eq!((cell.authors.count(), cell.mentions, cell.units), (2, 4, 4));
}

#[test]
fn a_paid_place_is_doubtful_and_still_a_point_of_the_list() {
    let past = Past::default();
    let mut record = Record::new(Kind::Rank, "B01");
    record.rank = Some(3);
    record.paid = true;
    record.title = Some("Moon Lamp".into());
    let batch = past.take(vec![read(&record, lamp())]);
    assert_eq!(
        (past.sku("LAMP").mentions, past.sku("LAMP").doubtful),
        (0, 1)
    );
    assert!(batch.ranks[0].paid);
    assert_eq!(batch.ranks[0].sku.as_deref(), Some("LAMP"));
}

#[test]
fn a_number_counts_as_many_and_in_its_own_time() {
    let past = Past::default();
    let mut record = Record::new(Kind::Count, "lamp");
    record.sku = Some("LAMP".into());
    record.counts.views = Some(410);
    past.take(vec![read(&record, Tags::default())]);
    assert_eq!(
        (past.sku("LAMP").primary(), past.sku("LAMP").units),
        (410, 410)
    );
}

#[test]
fn a_record_whose_text_is_gone_counts_as_it_did() {
    let whole = Past::default();
    let mut tags = lamp();
    tags.intents.purchase = true;
    tags.sentiment.abstain = false;
    tags.sentiment.label = Polarity::Positive;
    let texts = [
        post(1, 1, CHAIN),
        post(2, 2, CHAIN),
        post(3, 3, "some other words on this lamp"),
    ];
    whole.take(
        texts
            .iter()
            .map(|record| read(record, tags.clone()))
            .collect(),
    );
    let buried = Past::default();
    let items = texts.iter().map(|record| {
        let key = read(record, Tags::default()).key;
        let held = whole.tags.borrow()[&key].clone();
        let facts = SourceFacts {
            market: Market::parse("us"),
            ..SourceFacts::default()
        };
        let fetched_at = at("2026-03-02T09:00:00Z");
        let item = super::super::item(
            record.key("board", fetched_at),
            "board",
            SourceClass::Social,
            fetched_at,
            record,
            held,
            Some(&facts),
        );
        let residue = super::super::residue("expired", fetched_at, item);
        let mut grave = Record::new(Kind::Post, record.id.clone());
        grave.author = record.author;
        grave.time = record.time;
        grave.residue = Some(Box::new(residue));
        read(&grave, Tags::default())
    });
    buried.take(items.collect());
    assert_eq!(*whole.cells.borrow(), *buried.cells.borrow());
    assert_eq!(*whole.evidence.borrow(), *buried.evidence.borrow());
    assert_eq!(*whole.prints.borrow(), *buried.prints.borrow());
}

#[test]
fn ten_thousand_copies_are_one_voice_and_leave_three_prints() {
    let past = Past::default();
    let mut doubtful = 0;
    for batch in 0..20_u64 {
        let items = (0..500).map(|place| {
            let id = batch * 500 + place;
            let words = format!("{CHAIN} https://t.example/{id} @friend{id} #{id} 🎁");
            read(&post(id, id, &words), lamp())
        });
        let batch = past.take(items.collect());
        doubtful += batch
            .tags
            .iter()
            .filter(|(_, tags)| tags.doubt == [Doubt::NearDuplicate])
            .count();
    }
    assert_eq!(doubtful, 9_999);
    assert_eq!(past.prints.borrow().len(), 3);
    let cell = past.sku("LAMP");
    assert_eq!(
        (cell.mentions, cell.doubtful),
        (1, 9_999),
        "none is dropped"
    );
}

#[test]
fn batches_may_be_cut_anywhere() {
    let items: Vec<Item> = (0..300_u64)
        .map(|id| {
            let words = match id % 3 {
                0 => CHAIN.to_owned(),
                1 => format!(
                    "number {id} tells of the lamp she got in week {}",
                    id * 7919
                ),
                _ => format!("lamp {}", "x".repeat(id as usize % 50)),
            };
            let mut record = post(id, id * 31 % 290, &words);
            let day = 1 + (id * 13 % 27);
            record.time = Some(at(&format!("2026-02-{day:02}T08:00:00Z")));
            read(&record, lamp())
        })
        .collect();
    let whole = Past::default();
    whole.take(items.clone());
    for size in [1, 7, 64] {
        let cut = Past::default();
        for batch in items.chunks(size) {
            cut.take(batch.to_vec());
        }
        assert_eq!(*whole.cells.borrow(), *cut.cells.borrow(), "{size}");
        assert_eq!(*whole.tags.borrow(), *cut.tags.borrow(), "{size}");
    }
}
