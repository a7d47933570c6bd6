use super::check::check;
use super::definition::Source;
use super::error::Error;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        /// The source files that come with the program.
        pub(super) const BUILT_IN: &[(&str, &str)] = &[$((
            concat!("sources/", $name, ".toml"),
            include_str!(concat!("../../sources/", $name, ".toml")),
        )),+];
    };
}

built_in! {
    "activitypub", "aliexpress-product", "aliexpress-reviews", "aliexpress-search",
    "allegro-search", "amazon-bestsellers", "amazon-product", "amazon-reviews", "amazon-search",
    "appstore-chart", "appstore-reviews", "bestbuy-reviews", "bluesky-author", "bluesky-firehose",
    "bluesky-jetstream", "bluesky-search", "bluesky-thread", "ceneo-reviews", "discourse-latest",
    "discourse-posts", "discourse-search", "discourse-tag", "discourse-top", "discourse-topic",
    "ebay-item", "ebay-search", "ebay-search-page", "etsy-listings", "etsy-search-page",
    "facebook-comments", "facebook-page", "feed", "google-trends-page", "google-trends-rss",
    "googleplay-reviews", "hackernews", "hackernews-item", "hackernews-top", "instagram-comments",
    "instagram-hashtag", "lemmy-comments", "lemmy-posts", "lemmy-search", "mastodon-account",
    "mastodon-public", "mastodon-search", "mastodon-streaming", "mastodon-tag",
    "mastodon-tag-streaming", "mastodon-thread", "mastodon-trending-links",
    "mastodon-trending-posts", "mastodon-trends", "mercadolibre-api-search",
    "mercadolibre-highlights", "mercadolibre-search", "naver-blog", "pinterest-pins",
    "product-page", "rakuten-page", "rakuten-products", "rakuten-ranking", "rakuten-search",
    "reddit-comments", "reddit-feed", "reddit-search", "reddit-subreddit", "reddit-thread",
    "shop-json", "shop-list-page", "shopee-search", "shopify-products", "stackexchange-questions",
    "stackexchange-search", "telegram-bot", "telegram-channel", "threads-search",
    "tiktok-comments", "tiktok-videos", "trustpilot-reviews", "twitch-chat", "walmart-reviews",
    "walmart-search", "weibo-hot", "weibo-page", "wikipedia-article", "wikipedia-pageviews",
    "wildberries-search", "woocommerce-products", "x-counts", "x-search", "x-timeline-page",
    "x-trends", "youtube-activities", "youtube-channel-feed", "youtube-comments",
    "youtube-live-chat", "youtube-live-chat-page", "youtube-playlist", "youtube-popular",
    "youtube-search", "youtube-video", "youtube-watch-page",
}

/// Every source there is: those that come with the program, and the user's own, which win.
#[derive(Debug, Clone, Default)]
pub struct Library {
    sources: BTreeMap<String, Arc<Source>>,
}

impl Library {
    /// Reads the built-in files and every `*.toml` in the user's folder. A folder that does not
    /// exist holds nothing.
    ///
    /// # Errors
    /// Every problem of every file; see [`Library::load_partly`] to go on without the bad ones.
    pub fn load(user_folder: Option<&Path>) -> Result<Library, Vec<Error>> {
        match Library::load_partly(user_folder) {
            (library, problems) if problems.is_empty() => Ok(library),
            (_, problems) => Err(problems),
        }
    }

    /// As [`Library::load`], but returns the good sources beside the problems of the others. A
    /// bad file of the user's never falls back to the built-in one of its name: it is left out.
    pub fn load_partly(user_folder: Option<&Path>) -> (Library, Vec<Error>) {
        let mut library = Library::default();
        let mut problems = Vec::new();
        for (file, text) in BUILT_IN {
            match check(file, text) {
                Ok(source) => library.add(source),
                Err(mut wrong) => problems.append(&mut wrong),
            }
        }
        if let Some(folder) = user_folder.filter(|folder| folder.exists()) {
            match toml_files(folder) {
                Err(problem) => problems.push(problem),
                Ok(files) => {
                    for file in files {
                        match Library::read_file(&file) {
                            Ok(source) => library.add(source),
                            Err(mut wrong) => {
                                let stem = file.file_stem().and_then(|stem| stem.to_str());
                                library.sources.remove(stem.unwrap_or(""));
                                problems.append(&mut wrong);
                            }
                        }
                    }
                }
            }
        }
        (library, problems)
    }

    /// Reads one source file.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn read_file(file: &Path) -> Result<Source, Vec<Error>> {
        let text = std::fs::read_to_string(file).map_err(|source| {
            vec![Error::Read {
                path: file.to_owned(),
                source,
            }]
        })?;
        Library::parse(&file.display().to_string(), &text)
    }

    /// Reads the text of a source file; `file` names it in messages.
    ///
    /// # Errors
    /// Every problem of the text.
    pub fn parse(file: &str, text: &str) -> Result<Source, Vec<Error>> {
        check(file, text)
    }

    /// The source of a name.
    pub fn get(&self, name: &str) -> Option<Arc<Source>> {
        self.sources.get(name).cloned()
    }

    /// Every source, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.sources.values()
    }

    /// The nearest name to one that does not exist, for a hint.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        self.sources
            .keys()
            .map(|known| (strsim::damerau_levenshtein(name, known), known))
            .filter(|(distance, known)| *distance <= (known.len() / 3).max(2))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, known)| known.as_str())
    }

    /// The text of a built-in source file, to copy and change.
    pub fn built_in_text(name: &str) -> Option<&'static str> {
        let file = format!("sources/{name}.toml");
        BUILT_IN
            .iter()
            .find(|(path, _)| *path == file)
            .map(|(_, text)| *text)
    }

    fn add(&mut self, source: Source) {
        self.sources.insert(source.name.clone(), Arc::new(source));
    }
}

fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = |source| Error::Read {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_file_is_valid_and_comes_out_as_its_examples_say() {
        let (library, problems) = Library::load_partly(None);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{}", told.join("\n"));
        let mut told = Vec::new();
        for source in library.iter() {
            assert!(source.examples() > 0, "`{}` has no example", source.name);
            if let Err(problems) = source.run_examples() {
                told.extend(problems.iter().map(ToString::to_string));
            }
        }
        assert!(told.is_empty(), "{}", told.join("\n"));
    }

    #[test]
    fn every_file_in_the_folder_is_compiled_in_under_its_own_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sources");
        let files = toml_files(&folder).expect("folder");
        assert_eq!(files.len(), BUILT_IN.len());
        let (library, _) = Library::load_partly(None);
        for (file, _) in BUILT_IN {
            let name = file
                .trim_start_matches("sources/")
                .trim_end_matches(".toml");
            assert!(library.get(name).is_some(), "{file} names another source");
        }
    }
}
