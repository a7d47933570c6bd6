//! The files `groundswell init` writes, as they lie in config/.

/// A sample file and where it goes in a home folder.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Path from the home folder, with `/`.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
}

/// Every file of a new home folder, in the order a reader should open them.
pub const SAMPLES: [Sample; 5] = [
    Sample {
        path: "groundswell.toml",
        text: include_str!("../../config/groundswell.toml"),
        about: "settings: what to watch, when, and how to report",
    },
    Sample {
        path: "catalogue.csv",
        text: include_str!("../../config/catalogue.csv"),
        about: "your products and the names people use for them",
    },
    Sample {
        path: "stock.csv",
        text: include_str!("../../config/stock.csv"),
        about: "what lies where and how long more takes",
    },
    Sample {
        path: "subscribers.toml",
        text: include_str!("../../config/subscribers.toml"),
        about: "who gets the report",
    },
    Sample {
        path: "sources/README.md",
        text: include_str!("../../config/sources/README.md"),
        about: "how to add a site of your own",
    },
];
