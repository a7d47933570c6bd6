//! Folders with models of a few hundred numbers, as Hugging Face lays them out.
//!
//! They are built so that their answer can be told beforehand: each word they know points along an
//! axis of its own, attention takes the mean of all words, and the labels read the axes of `good`,
//! `bad` and `okay`. What these axes are called, and in which order, is the test's choice.

use std::path::Path;

const SIZE: usize = 8;
/// The words of a tiny model with their axes; all others point along the last one.
const WORDS: [(&str, usize); 3] = [("good", 0), ("bad", 1), ("okay", 2)];
const OTHERS: [&str; 4] = ["the", "blender", "is", "a"];

/// Weights by name: shape and numbers.
type Weights = Vec<(String, Vec<usize>, Vec<f32>)>;

/// A DistilBERT with these names of its labels, which read `good`, `bad` and `okay` in that order.
pub fn distilbert(folder: &Path, labels: &[&str]) {
    std::fs::create_dir_all(folder).expect("a folder");
    let mut vocabulary = vec!["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    vocabulary.extend(WORDS.map(|(word, _)| word));
    vocabulary.extend(OTHERS);
    write(folder, "vocab.txt", vocabulary.join("\n").as_bytes());
    let config = serde_json::json!({
        "model_type": "distilbert", "activation": "gelu", "attention_dropout": 0.1, "dim": SIZE,
        "dropout": 0.1, "hidden_dim": SIZE, "initializer_range": 0.02,
        "max_position_embeddings": 64, "n_heads": 2, "n_layers": 1, "qa_dropout": 0.1,
        "seq_classif_dropout": 0.2, "sinusoidal_pos_embds": false, "tie_weights_": true,
        "vocab_size": vocabulary.len(), "id2label": numbered(labels),
    });
    write(folder, "config.json", config.to_string().as_bytes());
    let mut weights = Weights::new();
    let at = "distilbert.embeddings";
    embeddings(&mut weights, &format!("{at}.word_embeddings"), &vocabulary);
    zeros(
        &mut weights,
        &format!("{at}.position_embeddings.weight"),
        &[64, SIZE],
    );
    norm(&mut weights, &format!("{at}.LayerNorm"));
    let at = "distilbert.transformer.layer.0";
    for (name, scale) in [
        ("q_lin", 0.0),
        ("k_lin", 0.0),
        ("v_lin", 1.0),
        ("out_lin", 1.0),
    ] {
        linear(&mut weights, &format!("{at}.attention.{name}"), scale, 0.0);
    }
    norm(&mut weights, &format!("{at}.sa_layer_norm"));
    linear(&mut weights, &format!("{at}.ffn.lin1"), 0.0, 0.0);
    linear(&mut weights, &format!("{at}.ffn.lin2"), 0.0, 0.0);
    norm(&mut weights, &format!("{at}.output_layer_norm"));
    // What is below zero would be cut off, so it is lifted.
    linear(&mut weights, "pre_classifier", 1.0, 3.0);
    reader(&mut weights, "classifier", labels.len());
    write(folder, "model.safetensors", &safetensors(&weights));
}

/// An XLM-RoBERTa of `places` places, made in the same way.
pub fn xlm_roberta(folder: &Path, labels: &[&str], places: usize) {
    std::fs::create_dir_all(folder).expect("a folder");
    let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).chain(OTHERS).collect();
    write(folder, "sentencepiece.bpe.model", &sentencepiece(&words));
    let mut vocabulary = vec!["<s>", "<pad>", "</s>", "<unk>"];
    vocabulary.extend(&words);
    vocabulary.push("<mask>");
    let config = serde_json::json!({
        "model_type": "xlm-roberta", "hidden_act": "gelu", "attention_probs_dropout_prob": 0.1,
        "hidden_dropout_prob": 0.1, "hidden_size": SIZE, "initializer_range": 0.02,
        "intermediate_size": SIZE, "max_position_embeddings": places, "num_attention_heads": 2,
        "num_hidden_layers": 1, "type_vocab_size": 1, "vocab_size": vocabulary.len(),
        "pad_token_id": 1, "id2label": numbered(labels),
    });
    write(folder, "config.json", config.to_string().as_bytes());
    let mut weights = Weights::new();
    let at = "roberta.embeddings";
    embeddings(&mut weights, &format!("{at}.word_embeddings"), &vocabulary);
    zeros(
        &mut weights,
        &format!("{at}.position_embeddings.weight"),
        &[places, SIZE],
    );
    zeros(
        &mut weights,
        &format!("{at}.token_type_embeddings.weight"),
        &[1, SIZE],
    );
    norm(&mut weights, &format!("{at}.LayerNorm"));
    let at = "roberta.encoder.layer.0";
    for (name, scale) in [("query", 0.0), ("key", 0.0), ("value", 1.0)] {
        linear(
            &mut weights,
            &format!("{at}.attention.self.{name}"),
            scale,
            0.0,
        );
    }
    linear(
        &mut weights,
        &format!("{at}.attention.output.dense"),
        1.0,
        0.0,
    );
    norm(&mut weights, &format!("{at}.attention.output.LayerNorm"));
    linear(&mut weights, &format!("{at}.intermediate.dense"), 0.0, 0.0);
    linear(&mut weights, &format!("{at}.output.dense"), 0.0, 0.0);
    norm(&mut weights, &format!("{at}.output.LayerNorm"));
    linear(&mut weights, "classifier.dense", 0.5, 0.0);
    reader(&mut weights, "classifier.out_proj", labels.len());
    write(folder, "model.safetensors", &safetensors(&weights));
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).expect("written");
}

fn numbered(labels: &[&str]) -> serde_json::Value {
    let pairs = labels.iter().enumerate();
    pairs
        .map(|(number, label)| (number.to_string(), serde_json::json!(label)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn embeddings(weights: &mut Weights, name: &str, vocabulary: &[&str]) {
    let mut numbers = vec![0.0; vocabulary.len() * SIZE];
    for (row, word) in vocabulary.iter().enumerate() {
        let known = WORDS.iter().find(|(known, _)| known == word);
        let axis = known.map_or(SIZE - 1, |(_, axis)| *axis);
        numbers[row * SIZE + axis] = 1.0;
    }
    weights.push((
        format!("{name}.weight"),
        vec![vocabulary.len(), SIZE],
        numbers,
    ));
}

fn zeros(weights: &mut Weights, name: &str, shape: &[usize]) {
    weights.push((
        name.to_owned(),
        shape.to_vec(),
        vec![0.0; shape.iter().product()],
    ));
}

fn norm(weights: &mut Weights, name: &str) {
    weights.push((format!("{name}.weight"), vec![SIZE], vec![1.0; SIZE]));
    zeros(weights, &format!("{name}.bias"), &[SIZE]);
}

/// `scale` times what comes in, and `lift` more.
fn linear(weights: &mut Weights, name: &str, scale: f32, lift: f32) {
    let mut numbers = vec![0.0; SIZE * SIZE];
    for axis in 0..SIZE {
        numbers[axis * SIZE + axis] = scale;
    }
    weights.push((format!("{name}.weight"), vec![SIZE, SIZE], numbers));
    weights.push((format!("{name}.bias"), vec![SIZE], vec![lift; SIZE]));
}

/// Each label reads the axis of its own number.
fn reader(weights: &mut Weights, name: &str, labels: usize) {
    let mut numbers = vec![0.0; labels * SIZE];
    for label in 0..labels {
        numbers[label * SIZE + label] = 20.0;
    }
    weights.push((format!("{name}.weight"), vec![labels, SIZE], numbers));
    zeros(weights, &format!("{name}.bias"), &[labels]);
}

/// The file format of safetensors: length of the header, header, numbers.
fn safetensors(weights: &Weights) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data: Vec<u8> = Vec::new();
    for (name, shape, numbers) in weights {
        let start = data.len();
        data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let entry = serde_json::json!({
            "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()],
        });
        header.insert(name.clone(), entry);
    }
    let mut header = serde_json::Value::from(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend(header);
    out.extend(data);
    out
}

/// A SentencePiece model, in protocol buffers: pieces with text (1), score (2) and sort (3).
fn sentencepiece(words: &[&str]) -> Vec<u8> {
    const NORMAL: u8 = 1;
    const UNKNOWN: u8 = 2;
    const CONTROL: u8 = 3;
    let mut out = Vec::new();
    let mut piece = |text: &str, score: f32, sort: u8| {
        let mut inner = vec![0x0a, text.len() as u8];
        inner.extend(text.as_bytes());
        inner.push(0x15);
        inner.extend(score.to_le_bytes());
        inner.extend([0x18, sort]);
        out.extend([0x0a, inner.len() as u8]);
        out.extend(inner);
    };
    piece("<unk>", 0.0, UNKNOWN);
    piece("<s>", 0.0, CONTROL);
    piece("</s>", 0.0, CONTROL);
    for (place, word) in words.iter().enumerate() {
        piece(&format!("\u{2581}{word}"), -(place as f32) - 1.0, NORMAL);
    }
    out
}
