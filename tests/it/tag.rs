//! The tagger as a library and as a command. Every sentence here was written for this file.

mod target;

use assert_cmd::Command;
use groundswell::record::{Doubt, Kind, Market, Polarity, Record, Sku, SourceClass};
use groundswell::tag::{Context, Hints, TEXT_CHARS_MAX, tag};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

static CONTEXT: LazyLock<Context> = LazyLock::new(|| Context::new(&catalogue()));

fn catalogue() -> Vec<Sku> {
    let sku = |code: &str, name: &str, brand: &str, category: &str| Sku {
        sku: code.into(),
        name: name.into(),
        brand: Some(brand.into()),
        category: Some(category.into()),
        ..Sku::default()
    };
    let mut skus = vec![
        sku("NB-01", "Nuvio BreezeCup 3", "Nuvio", "fan"),
        sku("TG-02", "Tarn Target", "Tarn", "kettle"),
        sku("YD-03", "Yudo 折叠水壶", "Yudo", "水壶"),
    ];
    skus[0].models = vec!["BC-310X".into()];
    skus
}

fn post(text: &str) -> Record {
    let mut record = Record::new(Kind::Post, "1");
    record.text = Some(text.to_owned());
    record
}

fn tags(text: &str) -> groundswell::record::Tags {
    tag(&post(text), &Hints::default(), &CONTEXT)
}

#[test]
fn the_language_of_plain_sentences_is_told() {
    for (language, text) in [
        ("ar", "اشتريت هذه المروحة الصغيرة الأسبوع الماضي وهي هادئة"),
        (
            "de",
            "Gestern kam endlich der kleine Ventilator für den Schreibtisch an",
        ),
        (
            "en",
            "The small fan for my desk finally arrived yesterday evening",
        ),
        (
            "es",
            "Ayer por fin llegó el ventilador pequeño para mi escritorio",
        ),
        (
            "fr",
            "Le petit ventilateur pour mon bureau est enfin arrivé hier soir",
        ),
        ("hi", "कल शाम मेरी मेज़ के लिए छोटा पंखा आखिर आ गया"),
        (
            "hi-Latn",
            "bhai kal hi chota wala pankha aaya hai, ekdum mast chal raha hai",
        ),
        (
            "id",
            "kemarin kipas kecil buat meja kerjaku akhirnya sudah datang juga",
        ),
        (
            "it",
            "Ieri finalmente è arrivato il piccolo ventilatore per la scrivania",
        ),
        ("ja", "きのう机に置く小さな扇風機がようやく届きました"),
        ("ko", "어제 책상에 놓을 작은 선풍기가 드디어 도착했어요"),
        (
            "ms",
            "semalam kipas kecil untuk meja saya akhirnya sampai juga, senyap betul",
        ),
        (
            "nl",
            "Gisteren is eindelijk de kleine ventilator voor mijn bureau aangekomen",
        ),
        (
            "pl",
            "Wczoraj wreszcie przyszedł mały wiatrak na moje biurko",
        ),
        (
            "pt",
            "Ontem finalmente chegou o pequeno ventilador para a minha mesa",
        ),
        (
            "ru",
            "Вчера наконец пришёл маленький вентилятор на мой стол",
        ),
        ("th", "พัดลมตัวเล็กสำหรับโต๊ะทำงานมาถึงเมื่อวานนี้แล้ว"),
        (
            "tr",
            "Masam için aldığım küçük vantilatör dün akşam nihayet geldi",
        ),
        (
            "vi",
            "Chiếc quạt nhỏ để bàn của tôi hôm qua cuối cùng đã đến",
        ),
        ("zh", "放在书桌上的小风扇昨天终于到了"),
    ] {
        let guess = tags(text).language;
        assert_eq!(guess.code, language, "{text}");
        assert!(!guess.abstain, "{text}");
    }
}

#[test]
fn a_stated_language_decides_only_where_the_text_leaves_it_open() {
    let mut open = post("ok");
    open.lang = Some("pt-BR".into());
    assert_eq!(tag(&open, &Hints::default(), &CONTEXT).language.code, "pt");
    let hints = Hints {
        language: Some("fr".into()),
        ..Hints::default()
    };
    let clear = post("The small fan for my desk finally arrived yesterday evening");
    assert_eq!(tag(&clear, &hints, &CONTEXT).language.code, "en");
    let none = tags("123 !!! 😀");
    assert_eq!(none.language.code, "und");
    assert!(none.language.abstain);
}

#[test]
fn clear_feelings_are_told_in_several_languages() {
    for (text, label) in [
        (
            "I absolutely love this little fan, best thing I own",
            Polarity::Positive,
        ),
        (
            "this fan is terrible, I hate it and it makes me so angry",
            Polarity::Negative,
        ),
        (
            "Ich liebe diesen Ventilator, einfach wunderbar und so schön leise",
            Polarity::Positive,
        ),
        (
            "Me encanta este ventilador, es una maravilla, muy feliz",
            Polarity::Positive,
        ),
        (
            "Quelle horreur, je déteste ce ventilateur, très déçu",
            Polarity::Negative,
        ),
        (
            "kecewa sekali, kipas ini jelek dan pelayanan sangat buruk",
            Polarity::Negative,
        ),
        ("ชอบมาก ดีที่สุด ประทับใจ ขอบคุณค่ะ", Polarity::Positive),
        (
            "정말 최고예요 너무 재미있고 감동적입니다",
            Polarity::Positive,
        ),
    ] {
        let sentiment = tags(text).sentiment;
        assert_eq!(sentiment.label, label, "{text}: {sentiment:?}");
        let sum = sentiment.negative + sentiment.neutral + sentiment.positive;
        assert!((sum - 1.0).abs() < 1e-4);
    }
}

#[test]
fn a_language_without_labelled_texts_is_never_counted() {
    for text in [
        "この扇風機は本当に最高です、大好きです",
        "Ten wiatrak jest naprawdę wspaniały, jestem bardzo zadowolony",
        "Chiếc quạt này thật tuyệt vời, tôi rất thích nó",
    ] {
        assert_eq!(tags(text).sentiment.counted(), None, "{text}");
    }
}

#[test]
fn questions_wishes_and_complaints_are_told_apart() {
    let of = |text: &str| {
        let intents = tags(text).intents;
        (intents.question, intents.purchase, intents.complaint)
    };
    assert_eq!(of("Where can I buy this little fan?"), (true, true, false));
    assert_eq!(
        of("does anyone know how loud this fan gets"),
        (true, false, false)
    );
    assert_eq!(
        of("My fan stopped working after two days, I want a refund"),
        (false, false, true)
    );
    assert_eq!(
        of("Sat in the garden with a cup of tea today."),
        (false, false, false)
    );
    assert_eq!(
        of("Please don't buy this fan, waste of money"),
        (false, false, true)
    );
    assert_eq!(
        of("Wo kann ich diesen Ventilator kaufen"),
        (true, true, false)
    );
    assert_eq!(of("この扇風機、どこで買えますか。"), (true, true, false));
    assert_eq!(of("小风扇用了两天就坏了，要求退款"), (false, false, true));
    assert_eq!(
        of("kipasnya rusak, minta uang kembali dong kak"),
        (false, false, true)
    );
    assert!(of("พัดลมตัวนี้ซื้อที่ไหนคะ อยากได้มาก").1);
}

#[test]
fn a_market_is_evidence_or_a_language_zone() {
    let market = |text: &str| tags(text).market.map(|guess| guess.market.to_string());
    assert_eq!(
        market("just paid £30 for a desk fan").as_deref(),
        Some("gb")
    );
    assert_eq!(
        market("It is a very nice desk fan and I like it").as_deref(),
        Some("lang:en")
    );
    assert_eq!(
        market("きのう机に置く小さな扇風機が届きました").as_deref(),
        Some("jp")
    );
    let hints = Hints {
        market: Market::parse("mx"),
        ..Hints::default()
    };
    let guess = tag(&post("me gusta este ventilador"), &hints, &CONTEXT)
        .market
        .unwrap();
    assert_eq!(
        (guess.market.code(), guess.evidence.as_str()),
        ("mx", "source")
    );
}

#[test]
fn products_are_linked_with_offsets_in_the_raw_text() {
    let text = "😀 the Ｂｒｅｅｚｅ－Cup 3 beats my old fan";
    let found = tags(text);
    let mention = &found.mentions[0];
    assert_eq!(mention.sku, "NB-01");
    let cut: String = text
        .chars()
        .skip(mention.start)
        .take(mention.end - mention.start)
        .collect();
    assert_eq!(cut, "Ｂｒｅｅｚｅ－Cup 3");
    assert!(
        found
            .keyphrases
            .iter()
            .all(|k| !k.phrase.contains("breeze"))
    );
    assert_eq!(tags("got the bc310x").mentions[0].sku, "NB-01");
    assert_eq!(tags("我买了一个折叠水壶很好用").mentions[0].sku, "YD-03");
}

#[test]
fn a_common_word_waits_among_the_ambiguous() {
    let plain = tags("we hit our sales target this month");
    assert!(plain.mentions.is_empty());
    assert_eq!(plain.ambiguous[0].sku, "TG-02");
    let supported = tags("my tarn kettle, the target, boils in two minutes");
    assert_eq!(supported.mentions[0].sku, "TG-02");
    assert!(supported.ambiguous.is_empty());
}

#[test]
fn prize_draws_and_adverts_are_set_apart_and_plain_posts_are_not() {
    let doubt = |text: &str| tags(text).doubt;
    assert_eq!(
        doubt("GIVEAWAY time! Follow and retweet to win a desk fan"),
        [Doubt::Giveaway]
    );
    assert_eq!(
        doubt("Use my code BREEZE10 at checkout https://shop.example/x"),
        [Doubt::Advert]
    );
    assert_eq!(doubt("转发抽一位送小风扇"), [Doubt::Giveaway]);
    assert_eq!(
        doubt("フォロー&リツイートで扇風機が当たる"),
        [Doubt::Giveaway]
    );
    assert_eq!(
        doubt("I ordered the fan and it came with free shipping"),
        []
    );
    assert_eq!(doubt("das ist mein neuer Ventilator"), []);
}

#[test]
fn a_short_ranking_title_is_one_phrase() {
    let mut record = Record::new(Kind::Rank, "1");
    record.title = Some("Foldable Water Kettle".into());
    let hints = Hints {
        class: Some(SourceClass::Ranking),
        ..Hints::default()
    };
    let phrases = tag(&record, &hints, &CONTEXT).keyphrases;
    assert_eq!(phrases.len(), 1);
    assert_eq!(phrases[0].phrase, "foldable water kettle");
}

#[test]
fn texts_made_to_hurt_are_tagged_like_any_other() {
    let words: String = (0..40_000).map(|i| format!("w{i} ")).collect();
    let tags_many: String = (0..10_000).map(|i| format!("#tag{i} ")).collect();
    for text in [
        "a".repeat(1_000_000),
        "灯".repeat(300_000),
        "ก็".repeat(300_000),
        "e\u{301}\u{302}\u{303}".repeat(100_000),
        tags_many,
        words,
        "target ".repeat(20_000),
        "@".repeat(100_000),
        "a.".repeat(100_000),
        "\u{202e}desrever\u{202c} \u{200b}\u{200d}\u{feff}".repeat(10_000),
        "\0\u{1b}[2J\u{7f}".repeat(1_000),
        "ﷺ".repeat(50_000),
        String::new(),
    ] {
        let length = text.chars().count();
        let found = tags(&text);
        for mention in found.mentions.iter().chain(&found.ambiguous) {
            assert!(mention.start < mention.end && mention.end <= length.min(TEXT_CHARS_MAX));
        }
    }
}

#[test]
fn the_context_is_shared_by_threads_and_names_its_versions() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&*CONTEXT);
    let (model, catalogue_hash) = CONTEXT.versions();
    assert_eq!(model.len(), 16);
    let mut changed = catalogue();
    changed[0].name.push('!');
    let other = Context::new(&changed);
    assert_eq!(other.versions().0, model);
    assert_ne!(other.versions().1, catalogue_hash);
}

proptest! {
    #[test]
    fn any_text_is_tagged_and_the_same_way_twice(text in any::<String>()) {
        let first = tags(&text);
        prop_assert_eq!(&first, &tags(&text));
        let length = text.chars().count();
        for mention in first.mentions.iter().chain(&first.ambiguous) {
            prop_assert!(mention.start < mention.end && mention.end <= length);
        }
        for phrase in &first.keyphrases {
            prop_assert!(!phrase.phrase.trim().is_empty());
            prop_assert!(!phrase.phrase.starts_with(' ') && !phrase.phrase.ends_with(' '));
        }
    }

    #[test]
    fn names_are_found_wherever_they_stand(
        before in "[ -~あ-ん]{0,20}",
        after in "[ -~あ-ん]{0,20}",
    ) {
        let text = format!("{before} BreezeCup 3 {after}");
        prop_assume!(!before.contains(['@', '/', '.', ':']));
        let found = tags(&text);
        let here = before.chars().count() + 1;
        prop_assert!(
            found.mentions.iter().any(|m| m.sku == "NB-01" && m.start == here && m.end == here + 11),
            "{text:?}: {found:?}"
        );
    }
}

fn program() -> Command {
    Command::cargo_bin("groundswell").unwrap()
}

fn folder_with_catalogue() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("catalogue.csv"),
        "sku,name,brand,category\nNB-01,Nuvio BreezeCup 3,Nuvio,fan\n",
    )
    .unwrap();
    folder
}

#[test]
fn every_line_of_a_file_yields_one_object_in_order() {
    let folder = folder_with_catalogue();
    let lines = b"I love the breezecup 3\n\n\xff\xfe broken \xe4\nsep\xe2\x80\xa8inside #a\xc2\x85b\nlast line";
    std::fs::write(folder.path().join("posts.txt"), lines).unwrap();
    let run = |threads: &str| {
        let output = program()
            .current_dir(folder.path())
            .args(["tag", "--lines", "posts.txt", "--catalog", "catalogue.csv"])
            .args([
                "--keyphrases",
                "2",
                "--format",
                "ndjson",
                "--threads",
                threads,
            ])
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let text = run("1");
    assert_eq!(text, run("3"));
    assert!(!text.contains(['\u{2028}', '\u{2029}', '\u{85}']));
    let objects: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), 5);
    let first = &objects[0];
    assert_eq!(first["mentions"][0]["sku"], "NB-01");
    assert_eq!(first["mentions"][0]["start"], 11);
    assert_eq!(first["mentions"][0]["sentiment"]["label"], "positive");
    assert_eq!(first["language"]["code"], "en");
    assert_eq!(first["sentiment"]["label"], "positive");
    assert!(first["intents"]["question"].as_f64().unwrap() < 0.5);
    let empty = &objects[1];
    assert_eq!(empty["language"]["code"], "und");
    assert_eq!(empty["sentiment"]["abstain"], true);
    assert_eq!(empty["sentiment"]["label"], "neutral");
}

#[test]
fn a_decision_is_explained_in_words() {
    let folder = folder_with_catalogue();
    let output = program()
        .current_dir(folder.path())
        .args(["tag", "--catalog", "catalogue.csv", "--explain"])
        .arg("Where can I buy the BreezeCup 3 in London?\u{1b}[2J")
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "Language    en",
        "gb (60 %), decided by: place",
        "%): “where can i buy”",
        "NB-01 linked by “breezecup 3” (characters 20 to 31",
        "macro-F1",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn a_broken_catalogue_is_a_clear_error_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.csv");
    std::fs::write(&path, "sku,name\nA,Lamp\nA,Lamp again\n").unwrap();
    let output = program()
        .args(["tag", "--explain", "x", "--catalog"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("line 3") && text.contains("`A`") && text.contains("hint:"),
        "{text}"
    );
}
