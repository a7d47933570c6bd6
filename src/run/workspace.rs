use super::{Error, ProjectError, Projected, Projector, Tagger};
use crate::config::{self, Config};
use crate::crawl::{Defined, DriftFolder, Keys, Site, health};
use crate::gather::SourceFacts;
use crate::record::{AuthorKey, Calendar, Clock, Record, Sku, SystemClock, Tags};
use crate::source::Library;
use crate::store::{self, Store};
use crate::tag;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A home folder, opened: settings, sources, store, clock and the key of pseudonyms.
pub struct Workspace {
    /// Checked settings.
    pub config: Config,
    /// The built-in sources and those of the user's folder.
    pub sources: Library,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock of every stage.
    pub clock: Arc<dyn Clock>,
    /// The key of pseudonyms.
    pub authors: AuthorKey,
    /// Loaded when it is first needed, and kept: it may be large.
    transformer: OnceLock<Option<Arc<tag::Transformer>>>,
}

impl Workspace {
    /// Open a home folder on the machine's clock.
    ///
    /// # Errors
    /// The first of settings, sources, store and key that is wrong.
    pub fn open(home: &Path) -> Result<Workspace, Error> {
        Workspace::open_at(home, Arc::new(SystemClock))
    }

    /// Open a home folder on a clock of the caller's.
    ///
    /// # Errors
    /// As [`Workspace::open`].
    pub fn open_at(home: &Path, clock: Arc<dyn Clock>) -> Result<Workspace, Error> {
        let config = config::load(home)?;
        let sources = Library::load(Some(&config.crawl.sources)).map_err(Error::Sources)?;
        let store = store::open(&config.store)?;
        let authors = config::load_or_create_author_key(&config.store.path)?;
        Ok(Workspace {
            config,
            sources,
            store,
            clock,
            authors,
            transformer: OnceLock::new(),
        })
    }

    /// The catalogue as its file stands now; empty when there is no file. The store keeps a copy
    /// for those who only read the store.
    ///
    /// # Errors
    /// [`Error::Catalogue`] names every line that is wrong.
    pub fn catalogue(&self) -> Result<Vec<Sku>, Error> {
        if !self.config.catalogue.exists() {
            return Ok(Vec::new());
        }
        let skus = tag::read_catalogue(&self.config.catalogue).map_err(Error::Catalogue)?;
        if self.store.catalogue()? != skus {
            self.store.put_catalogue(&skus)?;
        }
        Ok(skus)
    }

    /// Bring the projections up to the head of the log: tag, count, judge the days that are over.
    ///
    /// # Errors
    /// What was committed before stays; the next run goes on from there.
    pub fn project(&self, progress: &mut dyn FnMut(super::Progress)) -> Result<Projected, Error> {
        let projected = self.with_projector(|projector| projector.project(progress))?;
        self.bury_deleted()?;
        self.expire()?;
        Ok(projected)
    }

    /// Build new projections from the whole log beside the live ones, and swap them.
    ///
    /// # Errors
    /// The live projections stay as they were.
    pub fn retag(&self, progress: &mut dyn FnMut(super::Progress)) -> Result<Projected, Error> {
        self.with_projector(|projector| projector.rebuild(progress))
    }

    /// Call `work` with a projector over this workspace.
    ///
    /// # Errors
    /// Those of the catalogue and of `work`.
    pub fn with_projector<T>(
        &self,
        work: impl FnOnce(&Projector<'_>) -> Result<T, ProjectError>,
    ) -> Result<T, Error> {
        let decisions = tag::read_resolved(&self.config.catalogue)?;
        let corrections = tag::corrections_path(&self.config.catalogue);
        let corrections = tag::read_corrections(&corrections)?;
        let aspects = tag::read_aspects(&self.config.catalogue)?;
        let context = tag::Context::new(&self.catalogue()?)
            .with_resolved(&decisions)
            .with_corrections(&corrections)
            .with_aspects(&aspects)
            .with_transformer(self.transformer()?);
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let projector = Projector {
            store: &*self.store,
            tagger: &context,
            sources: &self.source_facts(),
            trend: &self.config.trend,
            calendar: Calendar::built_in(),
            threads,
        };
        Ok(work(&projector)?)
    }

    fn transformer(&self) -> Result<Option<Arc<tag::Transformer>>, Error> {
        if let Some(loaded) = self.transformer.get() {
            return Ok(loaded.clone());
        }
        let loaded = tag::Transformer::load(&self.config.transformer)?.map(Arc::new);
        Ok(self.transformer.get_or_init(|| loaded).clone())
    }

    /// Where copies of odd pages are kept.
    pub fn drift(&self) -> DriftFolder {
        DriftFolder::of_store(&self.config)
    }

    /// From now on, learn anew what pages of a source usually look like: it has changed for good.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn learn_anew(&self, source: &str) -> Result<(), Error> {
        let now = self.clock.now().to_string();
        Ok(self.store.put_note(&health::anew(source), &now)?)
    }

    /// A source as a site to crawl.
    pub fn site(&self, name: &str, keys: Keys) -> Option<Arc<dyn Site>> {
        let source = self.sources.get(name)?;
        Some(Arc::new(Defined::new(source, keys)))
    }

    /// What is known of each source beside its pages; a watch's market wins over its source's.
    pub(super) fn source_facts(&self) -> BTreeMap<String, SourceFacts> {
        let mut facts: BTreeMap<String, SourceFacts> = BTreeMap::new();
        for source in self.sources.iter() {
            let known = SourceFacts {
                market: source.market.clone(),
                language: source.lang.clone(),
                class: Some(source.class),
            };
            facts.insert(source.name.clone(), known);
        }
        for watch in &self.config.watches {
            if let (Some(market), Some(known)) = (&watch.market, facts.get_mut(&watch.source)) {
                known.market = Some(market.clone());
            }
        }
        facts
    }
}

impl Tagger for tag::Context {
    fn tag(&self, record: &Record, hints: &tag::Hints) -> Tags {
        tag::tag(record, hints, self)
    }

    fn model(&self) -> String {
        self.versions().0
    }

    fn catalogue(&self) -> String {
        self.versions().1
    }

    fn second_looks(&self) -> Option<u32> {
        self.transformer().map(tag::Transformer::per_minute)
    }

    fn wants_second_look(&self, record: &Record, tags: &Tags) -> bool {
        self.would_look_again(record, tags)
    }

    fn look_again(&self, record: &Record, hints: &tag::Hints, tags: &mut Tags) {
        tag::Context::look_again(self, record, hints, tags);
    }
}
