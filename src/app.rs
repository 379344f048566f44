//! What every verb is given: settings, store, vault, clock, search, markdown. Passed by reference, never global.

use std::sync::Arc;

use crate::{
    clock::Clock, config::Config, db::Db, limits::Limits, look::Look, markdown::Renderer, migrate, search::Search, vault::Vault,
};

/// The service's parts.
pub struct App {
    /// The settings.
    pub config: Config,
    /// The store.
    pub db: Db,
    /// The master key.
    pub vault: Vault,
    /// Its name, colour and logo.
    pub look: Arc<Look>,
    /// Time, ids, random bytes.
    pub clock: Clock,
    /// The index of published text.
    pub search: Search,
    /// Markdown to safe HTML.
    pub markdown: Renderer,
    /// The name of this process among replicas.
    pub process: String,
    /// Rate limits and the number of requests in flight.
    pub limits: Limits,
    /// Held by whoever makes a backup: one at a time.
    pub backing_up: tokio::sync::Mutex<()>,
}

impl App {
    /// Opens the store, applies migrations, opens the vault and the search index.
    ///
    /// # Errors
    /// One line for the operator.
    pub async fn open(config: Config, clock: Clock) -> Result<Arc<Self>, String> {
        config.check()?;
        let db = Db::connect(&config).await?;
        migrate::migrate(&db).await?;
        Self::around(config, db, clock).await
    }

    /// The same around a store that is open and up to date: how a further replica shares one.
    ///
    /// # Errors
    /// One line for the operator.
    pub async fn around(config: Config, db: Db, clock: Clock) -> Result<Arc<Self>, String> {
        let look = Arc::new(Look::of(&config)?);
        let vault = Vault::open(&config, &db, &clock).await?;
        let search = Search::open(config.search_path().as_deref())?;
        let limits = Limits::new(&config);
        let process = clock.new_id::<uuid::Uuid>().to_string();
        let (markdown, backing_up) = (Renderer::new(), tokio::sync::Mutex::default());
        Ok(Arc::new(Self { config, db, vault, look, clock, search, markdown, process, limits, backing_up }))
    }
}
