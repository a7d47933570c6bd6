use super::*;
use crate::record::{Keyphrase, LanguageGuess, Polarity};
use crate::tag::tag;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Always of one opinion; remembers what it was asked.
#[derive(Debug)]
struct Sure(Vec<f32>, std::sync::Arc<Mutex<Vec<String>>>);

impl Classifier for Sure {
    fn probabilities(&self, text: &str) -> Option<Vec<f32>> {
        if let Ok(mut asked) = self.1.lock() {
            asked.push(text.to_owned());
        }
        (!self.0.is_empty()).then(|| self.0.clone())
    }
}

/// Finds that the later a letter comes in the alphabet, the more it says.
#[derive(Debug)]
struct Alphabet;

impl Embedder for Alphabet {
    fn embed(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>> {
        let of = |text: &&str| match text.chars().next() {
            Some(first) if !text.contains(',') => vec![f32::from(first as u8 - b'a') + 1.0, 20.0],
            _ => vec![1.0, 0.0],
        };
        Some(texts.iter().map(of).collect())
    }
}

fn labels() -> Labels {
    let names = ["positive", "neutral", "negative"].map(str::to_owned);
    Labels::of(&names, &BTreeMap::new(), std::path::Path::new("")).unwrap()
}

type Asked = std::sync::Arc<Mutex<Vec<String>>>;

fn sentiment(answer: &[f32], posts: Posts, languages: &[&str]) -> (Context, Asked) {
    let asked = Asked::default();
    let transformer = Transformer {
        sentiment: Some(SentimentHead {
            model: Box::new(Sure(answer.to_vec(), asked.clone())),
            labels: labels(),
            languages: languages.iter().map(|code| (*code).to_owned()).collect(),
            posts,
        }),
        keyphrases: None,
        per_minute: 5,
        hash: "test".into(),
    };
    let context = Context::new(&[]).with_transformer(Some(std::sync::Arc::new(transformer)));
    (context, asked)
}

fn phrases(posts: Posts) -> Context {
    let transformer = Transformer {
        sentiment: None,
        keyphrases: Some(PhraseHead {
            model: Box::new(Alphabet),
            posts,
        }),
        per_minute: 5,
        hash: "test".into(),
    };
    Context::new(&[]).with_transformer(Some(std::sync::Arc::new(transformer)))
}

fn post(text: &str) -> Record {
    Record {
        text: Some(text.to_owned()),
        ..Record::new(Kind::Post, "1")
    }
}

fn look(record: &Record, context: &Context) -> (Tags, Tags) {
    let first = tag(record, &Hints::default(), context);
    let mut second = first.clone();
    context.look_again(record, &Hints::default(), &mut second);
    (first, second)
}

#[test]
fn the_models_own_order_of_labels_decides_and_nothing_else_changes() {
    let (context, _) = sentiment(&[0.1, 0.2, 0.7], Posts::All, &[]);
    let record = post("I love this blender, it is great and I am so happy with it");
    let (first, second) = look(&record, &context);
    assert_eq!(first.sentiment.label, Polarity::Positive);
    assert_eq!(second.sentiment.label, Polarity::Negative);
    assert!((second.sentiment.negative - 0.7).abs() < 1e-6);
    assert!(!second.sentiment.abstain);
    let unchanged = Tags {
        sentiment: first.sentiment.clone(),
        ..second
    };
    assert_eq!(unchanged, first);
}

#[test]
fn where_the_built_in_model_is_sure_only_all_posts_are_asked() {
    let record = post("I love this blender, it is great and I am so happy with it");
    let (unsure, asked) = sentiment(&[0.1, 0.2, 0.7], Posts::Unsure, &[]);
    let (first, second) = look(&record, &unsure);
    assert!(!first.sentiment.abstain);
    assert!(!unsure.would_look_again(&record, &first));
    assert_eq!(second, first);
    assert!(asked.lock().unwrap().is_empty());

    let open = post("vesi vanhin voitehista, sanoi mummo saunassa eilen illalla");
    let (first, second) = look(&open, &unsure);
    assert!(first.sentiment.abstain && unsure.would_look_again(&open, &first));
    assert_eq!(second.sentiment.label, Polarity::Negative);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[test]
fn only_words_of_people_in_its_languages_are_asked() {
    let (context, asked) = sentiment(&[0.1, 0.2, 0.7], Posts::All, &["EN", "hi-Latn"]);
    let german = post("Der Mixer ist nach zwei Tagen kaputt gegangen und keiner antwortet");
    assert_eq!(
        tag(&german, &Hints::default(), &context).language.code,
        "de"
    );
    let english = "the blender broke after two days and nobody answers";
    let listed = Record {
        title: Some(english.to_owned()),
        ..Record::new(Kind::Rank, "2")
    };
    for record in [&german, &listed, &post(""), &post(" \n ")] {
        let (first, second) = look(record, &context);
        assert_eq!(first, second);
        assert!(!context.would_look_again(record, &first), "{record:?}");
    }
    assert!(asked.lock().unwrap().is_empty());
    look(&post(english), &context);
    assert_eq!(*asked.lock().unwrap(), [english]);

    let head = |code: &str| {
        let (context, _) = sentiment(&[], Posts::All, &["en", "zh-Hant"]);
        let transformer = context.transformer.unwrap();
        transformer.sentiment.as_ref().unwrap().reads(code)
    };
    let reads = ["en", "en-GB", "eng", "zh", "zh-Hant", "e", "", "日本"].map(head);
    assert_eq!(reads, [true, true, false, false, true, false, false, false]);
}

#[test]
fn a_model_that_fails_leaves_what_was_there() {
    let (context, asked) = sentiment(&[], Posts::All, &[]);
    let (first, second) = look(&post("the blender broke after two days"), &context);
    assert_eq!(first, second);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[test]
fn phrases_are_chosen_anew_among_the_clean_ones() {
    let text =
        "portable blender, cold brew bag, ceramic grinder, travel kettle, zester, milk frother";
    let record = post(text);
    let context = phrases(Posts::All);
    let (first, second) = look(&record, &context);
    assert_eq!(first.keyphrases.len(), 3);
    assert_eq!(second.keyphrases.len(), 3);
    assert_eq!(second.keyphrases[0].phrase, "zester");
    let wide = Reading::with_phrases(&record, &Hints::default(), &context, 20);
    for found in &second.keyphrases {
        let known = wide.tags.keyphrases.iter();
        assert!(
            known.clone().any(|other| other.phrase == found.phrase),
            "{found:?}"
        );
    }
}

#[test]
fn phrases_are_in_doubt_where_the_list_is_full_and_close() {
    let context = phrases(Posts::Unsure);
    let record = post("words");
    let tags = |scores: &[f32]| Tags {
        keyphrases: scores
            .iter()
            .map(|score| Keyphrase {
                phrase: "x".into(),
                score: *score,
            })
            .collect(),
        language: LanguageGuess::default(),
        ..Tags::default()
    };
    for (scores, wanted) in [
        (&[0.5, 0.49, 0.48][..], true),
        (&[0.5, 0.49, 0.3], false),
        (&[0.5, 0.49], false),
        (&[], false),
    ] {
        let found = context.would_look_again(&record, &tags(scores));
        assert_eq!(found, wanted, "{scores:?}");
    }
}

#[test]
fn settings_that_name_nothing_load_nothing_and_the_version_tells_who_looked() {
    assert!(
        Transformer::load(&TransformerConfig::default())
            .unwrap()
            .is_none()
    );
    assert_eq!(
        Transformer::check(&TransformerConfig::default()).unwrap(),
        None
    );
    let plain = Context::new(&[]);
    let (with, _) = sentiment(&[], Posts::All, &[]);
    assert_eq!(with.versions().0, format!("{}+test", plain.versions().0));
    assert_eq!(with.transformer().map(Transformer::per_minute), Some(5));
}

#[cfg(not(feature = "bert"))]
#[test]
fn a_program_without_bert_loads_no_model() {
    let settings = TransformerConfig {
        keyphrases: Some(ModelFrom::Download("all-minilm-l6-v2")),
        ..TransformerConfig::default()
    };
    let error = Transformer::load(&settings).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("cargo build --release --features bert"),
        "{error}"
    );
}
