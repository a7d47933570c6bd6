use std::path::PathBuf;

/// Why a transformer cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransformerError {
    /// Another build of the program is needed.
    #[error(
        "this program was built without bert\nhint: cargo build --release --features bert, see README.md"
    )]
    NotBuilt,
    /// There is no such folder.
    #[error(
        "the model folder `{}` is not there\nhint: name a folder with config.json, a .safetensors file and the tokenizer's files, in `{setting}` of [transformer]",
        .path.display()
    )]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// The key that names it.
        setting: &'static str,
    },
    /// A file of the folder is missing.
    #[error("the model folder `{}` has no {what}\nhint: {hint}", .path.display())]
    NoFile {
        /// The folder.
        path: PathBuf,
        /// The file.
        what: String,
        /// Where to get it.
        hint: String,
    },
    /// A file of the folder cannot be read.
    #[error("`{}` cannot be read: {why}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A model of another kind.
    #[error(
        "the model in `{}` is of the kind `{kind}`, which cannot be used here\nhint: {known} can", .path.display()
    )]
    Kind {
        /// The folder.
        path: PathBuf,
        /// What its config.json says.
        kind: String,
        /// What is understood.
        known: String,
    },
    /// It is not known what its labels mean.
    #[error(
        "the model in `{}` cannot tell sentiment: {why}\nhint: say what its labels mean in `sentiment_labels` of [transformer], such as {{ LABEL_0 = \"negative\", LABEL_1 = \"neutral\", LABEL_2 = \"positive\" }}",
        .path.display()
    )]
    Labels {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        why: String,
    },
    /// The files are there, and do not fit together.
    #[error("the model in `{}` cannot be loaded: {why}\nhint: the weights, config.json and the tokenizer's files must be of one model", .path.display())]
    Load {
        /// The folder.
        path: PathBuf,
        /// What the library said.
        why: String,
    },
    /// The model cannot be fetched.
    #[error(
        "the model `{name}` cannot be fetched: {why}\nhint: it comes from huggingface.co once; without a network, name a local folder instead"
    )]
    Download {
        /// Its name in the settings.
        name: String,
        /// What the library said.
        why: String,
    },
}
