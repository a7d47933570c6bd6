//! A report made up for tests: every section filled, and in the texts all that should not harm.

use groundswell::record::{
    Alert, AlertClass, Change, Coverage, Day, Market, Quote, RecordKey, SentimentShare, SeriesKey,
    SourceClass, Subject,
};
use groundswell::report::{
    AlertView, CoverageView, Dark, QuoteView, Scorecard, SourceCoverage, View,
};
use groundswell::restock::{Advice, Deadline, Delay, Fact, Landing, Line, Share, Value, Wave};

/// A name that tries everything a page, a mail and a terminal could fall for.
pub const HOSTILE: &str =
    "Mug <script>alert(1)</script>\u{202E}gpj.exe\u{2066} \u{1b}[2J\u{0}\"'&{{ p.title }}";

pub fn day(text: &str) -> Day {
    Day::from_date(text.parse().expect("date"))
}

pub fn market(code: &str) -> Market {
    Market::parse(code).expect("market")
}

fn coverage(asked: u32, answered: u32, refused: u32, failed: u32) -> Coverage {
    Coverage {
        asked,
        answered,
        empty: 0,
        refused,
        failed,
        seen: None,
    }
}

fn alert(subject: Subject, code: &str, class: AlertClass) -> Alert {
    let series = SeriesKey {
        subject,
        market: market(code),
        class: SourceClass::Social,
    };
    let day = day("2026-11-21");
    Alert {
        id: Alert::id_of(&series, day),
        series,
        day,
        raised_at: "2026-11-22T06:10:00Z".parse().expect("time"),
        offset: 4_211,
        class,
        window_days: 3,
        observed: 62,
        expected: 9.1,
        band: (3.0, 17.0),
        dispersion: 1.7,
        score: 6.4,
        p: 7.8e-11,
        threshold: 3.29,
        silent_below: 24,
        lift: 6.81,
        authors: 62,
        effective_authors: Some(55.3),
        mentions: 81,
        doubtful: 4,
        first_seen: self::day("2026-08-30"),
        sources: vec![("mastodon".into(), 60), ("lemmy".into(), 21)],
        sentiment: SentimentShare {
            negative: 6,
            neutral: 20,
            positive: 44,
        },
        sentiment_before: SentimentShare {
            negative: 5,
            neutral: 30,
            positive: 15,
        },
        terms: vec!["camping".into(), "keeps warm".into()],
        quotes: vec![Quote {
            record: RecordKey([7; 16]),
            source: "mastodon".into(),
            time: "2026-11-21T19:02:00Z".parse().expect("time"),
        }],
        coverage: Some(0.94),
        exposure: 1.1,
        rank: Some(Change {
            before: Some(84.0),
            now: Some(12.0),
        }),
        price: None,
        also: vec![SourceClass::Review],
        occasion: Some("Black Friday and Cyber Monday".into()),
    }
}

fn quote(text: Option<&str>, language: &str, url: Option<&str>) -> QuoteView {
    QuoteView {
        text: text.map(str::to_owned),
        language: language.into(),
        source: "mastodon".into(),
        time: "2026-11-21T19:02:00Z".parse().expect("time"),
        url: url.map(str::to_owned),
    }
}

fn card(alert: Alert, name: Option<&str>, quotes: Vec<QuoteView>) -> AlertView {
    let series = (-14..=1)
        .map(|back| {
            let count = match back {
                -5 => None,
                -2..=0 => Some((20 + back * 3) as u32),
                _ => Some(3),
            };
            (alert.day.plus(back), count)
        })
        .collect();
    AlertView {
        name: name.map(str::to_owned),
        category: Some("Kitchen".into()),
        is_new: false,
        quotes,
        series,
        occasion: alert
            .occasion
            .clone()
            .map(|english| (english, "黑五网一".into())),
        alert,
    }
}

fn fact(key: &'static str, values: Vec<Value>) -> Fact {
    Fact { key, values }
}

fn line(sku: &str, name: &str, code: &str, advice: Advice) -> Line {
    Line {
        sku: sku.into(),
        name: Some(name.into()),
        category: Some("Kitchen".into()),
        market: market(code),
        advice,
        velocity: Some(12.4),
        velocity_sd: Some(3.9),
        sold: Some((347, 28)),
        uplift: 1.0,
        on_hand: Some(900),
        inbound: Some(0),
        days_of_cover: Some(72.6),
        lead_days: Some(58),
        safety_stock: Some(110),
        reorder_point: Some(830),
        order_by: Some(day("2026-11-28")),
        quantity: Some((0, 0, 0)),
        cost: None,
        landing: Some(Landing {
            earliest: day("2027-01-20"),
            latest: day("2027-02-24"),
            closures: Vec::new(),
        }),
        wave: None,
        why: vec![fact(
            "sold",
            vec![
                Value::Units(347),
                Value::Days(28),
                Value::Day(day("2026-10-25")),
                Value::Day(day("2026-11-21")),
                Value::Rate(12.4),
            ],
        )],
    }
}

fn lines(rising: &str) -> Vec<Line> {
    let mut now = line("MUG-01", HOSTILE, "us", Advice::OrderNow);
    now.quantity = Some((720, 1_440, 2_880));
    now.cost = Some(18_720.0);
    now.uplift = 2.0;
    now.days_of_cover = Some(31.0);
    now.order_by = Some(day("2026-11-12"));
    now.landing = Some(Landing {
        earliest: day("2027-01-20"),
        latest: day("2027-02-24"),
        closures: vec![Delay {
            name: "Spring Festival".into(),
            name_zh: "春节停工".into(),
            days: 18,
        }],
    });
    now.wave = Some(Wave {
        alert: rising.into(),
        class: AlertClass::Hit,
        evidence: SourceClass::Social,
        lift: 6.81,
        age_days: 2,
        uplift: 2.0,
        still_up: Some(Share {
            up: 4,
            of: 9,
            days: 60,
            same_market: true,
        }),
    });
    now.why.extend([
        fact(
            "trend",
            vec![
                Value::Evidence(SourceClass::Social),
                Value::Times(6.81),
                Value::Days(2),
                Value::Class(AlertClass::Hit),
            ],
        ),
        fact(
            "wave-share",
            vec![Value::Units(4), Value::Units(9), Value::Days(60)],
        ),
        fact(
            "closure",
            vec![
                Value::Name("Spring Festival".into(), "春节停工".into()),
                Value::Days(18),
            ],
        ),
        fact(
            "complaints",
            vec![Value::Share(0.05), Value::Share(0.2), Value::Units(20)],
        ),
    ]);
    let mut unknown = line("LAMP-02", "Lamp", "de", Advice::StockUnknown);
    unknown.on_hand = None;
    unknown.inbound = None;
    unknown.days_of_cover = None;
    unknown.order_by = None;
    unknown.quantity = None;
    unknown.safety_stock = None;
    unknown.reorder_point = None;
    unknown.why.insert(0, fact("stock-none", Vec::new()));
    vec![now, unknown, line("CUP-03", "Cup", "us", Advice::Hold)]
}

/// The report.
pub fn view() -> View {
    let mug = alert(Subject::Sku("MUG-01".into()), "us", AlertClass::Hit);
    let lines = lines(&mug.id);
    let mut lamp = alert(Subject::Sku("LAMP-02".into()), "de", AlertClass::Crisis);
    lamp.effective_authors = None;
    lamp.authors = 0;
    lamp.coverage = None;
    lamp.expected = 0.0;
    lamp.lift = f64::INFINITY;
    let phrase = alert(
        Subject::Phrase("heated <b>vest</b>".into()),
        "us",
        AlertClass::Hit,
    );
    let burst = alert(
        Subject::Sku("CUP-03".into()),
        "us",
        AlertClass::SuspiciousBurst,
    );
    View {
        title: "Harbour <Goods>".into(),
        day: Some(day("2026-11-21")),
        made_at: "2026-11-22T06:30:00Z".parse().expect("time"),
        zone: "Asia/Shanghai".into(),
        days: 7,
        markets: Vec::new(),
        coverage: CoverageView {
            total: coverage(420, 371, 40, 9),
            sources: vec![
                SourceCoverage {
                    source: "mastodon".into(),
                    markets: vec![market("us")],
                    coverage: coverage(340, 331, 0, 9),
                    dark: None,
                },
                SourceCoverage {
                    source: "reddit".into(),
                    markets: Vec::new(),
                    coverage: coverage(80, 40, 40, 0),
                    dark: Some(Dark::Since(day("2026-11-17"))),
                },
            ],
            markets: vec![
                (market("de"), coverage(100, 62, 38, 0)),
                (market("us"), coverage(320, 309, 2, 9)),
            ],
        },
        deadlines: vec![
            Deadline {
                order_by: day("2026-11-26"),
                market: market("jp"),
                name: "Valentine's Day".into(),
                name_zh: "情人节".into(),
                first: day("2027-02-01"),
                closure: false,
            },
            Deadline {
                order_by: day("2027-01-09"),
                market: market("us"),
                name: "Spring Festival".into(),
                name_zh: "春节停工".into(),
                first: day("2027-01-30"),
                closure: true,
            },
        ],
        alerts: vec![
            card(
                mug,
                Some(HOSTILE),
                vec![
                    quote(
                        Some(
                            "Finally a mug that keeps tea warm <img src=x onerror=alert(1)> ask @anna.smith or anna@example.org",
                        ),
                        "en",
                        Some("https://social.example/@x/1?a=1&b=2"),
                    ),
                    quote(
                        Some("Endlich eine Tasse, die dicht ist! \u{202E}evil"),
                        "de",
                        Some("javascript:alert(1)"),
                    ),
                    quote(None, "und", None),
                ],
            ),
            card(lamp, None, Vec::new()),
        ],
        quiet: vec![card(burst, Some("Cup"), Vec::new())],
        rising: vec![card(
            phrase,
            None,
            vec![quote(Some("暖かいベスト欲しい"), "ja", None)],
        )],
        lines,
        scorecard: Some(Scorecard {
            found: 7,
            missed: 1,
            false_alarms: 0,
            lead_days: Some(4.5),
            against: (
                "Held against the events of a made-up world.".into(),
                "与虚构世界中的事件对照。".into(),
            ),
        }),
    }
}
