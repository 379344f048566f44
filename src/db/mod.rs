//! The store: connect, run, transact. The only place that knows SurrealDB's error quirks.
//!
//! A commit has three outcomes (committed, conflict, unknown) and [`Db::transact`] is the one place that handles them:
//! a conflict runs the whole read-decide-write closure again, and an unknown outcome is resolved by looking for the row
//! that every transaction leaves under its own operation id.
//!
//! * this file: the handle, and the three outcomes
//! * `query`: reading
//! * `changes`: what a transaction writes, and fences
//! * `outcome`: what the store's answers and errors mean
//! * `folder`: where an embedded store is, and what stands in the way of opening it
//! * `faults`: what tests inject

mod changes;
mod faults;
pub mod folder;
mod outcome;
mod query;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use surrealdb::{
    IndexedResults, Surreal,
    engine::any::{Any, connect},
    opt::{Config as StoreConfig, auth::Root},
    types::{ErrorDetails, RecordId, SurrealValue, Variables},
};

pub use changes::{Changes, Fence};
pub use faults::{Fault, Faults};
use outcome::{Outcome, cause, is_conflict, outcome, refused, unreadable};
pub use query::{Answers, Query};

use crate::{
    clock::Clock,
    config::Config,
    error::{Error, Result},
    id::{Id, OperationId},
};

/// How often a transaction is tried before the caller hears that the service is busy.
const TRIES: u32 = 8;
/// A query that takes longer is cut off.
const QUERY_DEADLINE: Duration = Duration::from_secs(30);

/// The one handle on the store.
#[derive(Clone)]
pub struct Db {
    // A clone of `Surreal` opens a new session: so one, shared.
    client: Arc<Surreal<Any>>,
    embedded: bool,
    /// Set once a commit did not reach the disk: what is in memory since then may not be there after a restart.
    failed: Arc<AtomicBool>,
    /// Faults to inject, for the tests of the three outcomes.
    pub faults: Faults,
}

impl Db {
    /// Opens the embedded store or connects to the server.
    ///
    /// # Errors
    /// One line for the operator: in use by another process, not writable, half restored, or not reachable.
    pub async fn connect(config: &Config) -> std::result::Result<Self, String> {
        Self::open(config, StoreConfig::new().query_timeout(QUERY_DEADLINE).transaction_timeout(QUERY_DEADLINE)).await
    }

    /// The same without deadlines, for what takes the longer the more there is. To the engine a whole import is one query.
    ///
    /// # Errors
    /// As [`Db::connect`].
    pub async fn connect_patiently(config: &Config) -> std::result::Result<Self, String> {
        Self::open(config, StoreConfig::new()).await
    }

    async fn open(config: &Config, settings: StoreConfig) -> std::result::Result<Self, String> {
        folder::is_whole(config)?;
        let url = config.store_url();
        if url.starts_with("rocksdb://") {
            std::fs::create_dir_all(&config.data)
                .map_err(|cause| format!("cannot use the data folder {}: {cause}", config.data.display()))?;
        }
        let client = connect((url.clone(), settings)).await.map_err(|cause| refused(config, &cause))?;
        if !config.embedded() {
            let password = config.store_password.clone().unwrap_or_default();
            let root = Root { username: config.store_username.clone(), password };
            client.signin(root).await.map_err(|_| "the SurrealDB server refused the user or the password".to_owned())?;
        }
        client.use_ns("soundings").use_db("soundings").await.map_err(|cause| refused(config, &cause))?;
        Ok(Self { client: Arc::new(client), embedded: config.embedded(), failed: Arc::default(), faults: Faults::default() })
    }

    /// A query, to bind and then to take rows from. It reads; what writes goes through [`Db::transact`].
    #[must_use]
    pub fn run(&self, text: &'static str) -> Query<'_> {
        Query { db: self, text, vars: Variables::new() }
    }

    /// Reads one record by its id.
    ///
    /// # Errors
    /// `Busy` or `Internal` when the store does not answer.
    pub async fn get<T: SurrealValue>(&self, id: impl Id) -> Result<Option<T>> {
        self.run("SELECT * FROM $id").bind("id", id).one().await
    }

    /// Reads, decides and writes as one: runs `attempt` until its changes are committed or it says no.
    ///
    /// `attempt` must read everything its decision rests on, each time it is called. One that changes nothing is committed
    /// all the same: what it read, and the caller is about to hear, may not be on the disk before that.
    ///
    /// # Errors
    /// What `attempt` refuses; `Conflict` when a record to create is there already; `Busy` after eight conflicts.
    pub async fn transact<T, F, Work>(&self, clock: &Clock, mut attempt: F) -> Result<T>
    where
        F: FnMut(Changes) -> Work,
        Work: Future<Output = Result<(Changes, T)>>,
    {
        let operation: OperationId = clock.new_id();
        self.writable()?;
        // What the caller will hear if a try of unknown outcome turns out to have happened.
        let mut unsure: Option<T> = None;
        for round in 0..TRIES {
            let tried = match attempt(Changes::new(operation)).await {
                Ok((changes, value)) => self.commit(changes).await.map(|outcome| (outcome, value)),
                Err(refusal) => Err(refusal),
            };
            let refusal = match tried {
                Ok((Outcome::Committed, value)) => return Ok(value),
                Ok((Outcome::Failed, _)) if self.embedded => return Err(self.give_up()),
                Ok((Outcome::Unknown | Outcome::Failed, value)) => {
                    unsure = Some(value);
                    None
                }
                Ok((Outcome::Conflict, _)) => None,
                Err(refusal) => Some(refusal),
            };
            // A refusal after that may only be what the change itself left behind.
            let happened = if unsure.is_some() { self.has_happened(operation).await } else { Ok(false) };
            match (happened, refusal) {
                (Ok(true), _) => {
                    self.settle(clock).await?;
                    return unsure.ok_or_else(|| Error::internal("a change without its value"));
                }
                (Ok(false), Some(refusal)) => return Err(refusal),
                // Nobody can say yet: it is tried again, and in the end the caller hears that the service is busy.
                (Ok(false) | Err(_), _) => {}
            }
            tokio::time::sleep(pause(clock, round)).await;
        }
        Err(Error::Busy { retry_after: Duration::from_secs(1) })
    }

    /// The embedded engine shows a change before it is on the disk. A commit after it takes everything before it along.
    async fn settle(&self, clock: &Clock) -> Result<()> {
        if !self.embedded {
            return Ok(());
        }
        for _ in 0..TRIES {
            match self.commit(Changes::new(clock.new_id())).await? {
                Outcome::Committed => return Ok(()),
                Outcome::Failed => return Err(self.give_up()),
                Outcome::Conflict | Outcome::Unknown => {}
            }
        }
        Err(Error::Busy { retry_after: Duration::from_secs(1) })
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that commits")]
    async fn commit(&self, changes: Changes) -> Result<Outcome> {
        let operation = changes.operation();
        let (text, vars) = changes.finish();
        match self.faults.next() {
            Fault::None => {}
            Fault::Conflict => return Ok(Outcome::Conflict),
            Fault::UnknownBefore => return Ok(Outcome::Unknown),
            Fault::Refused => return Ok(Outcome::Failed),
            Fault::UnknownAfter => {
                let _answer = self.client.query(text).bind(vars).await;
                return Ok(Outcome::Unknown);
            }
        }
        match self.client.query(text).bind(vars).await {
            Ok(mut answer) => outcome(answer.take_errors().into_values(), operation),
            Err(cause) => outcome(std::iter::once(cause), operation),
        }
    }

    /// Whether the store takes writes.
    ///
    /// # Errors
    /// `Busy` once a commit has failed, until the service is started again.
    pub fn writable(&self) -> Result<()> {
        if self.failed.load(Ordering::Acquire) { Err(Error::Busy { retry_after: Duration::from_mins(1) }) } else { Ok(()) }
    }

    /// A commit did not reach the disk, and the engine would go on as if it had: it shows the row, and may lose it. So
    /// nothing more is written, and nothing is acknowledged, until the service is started again.
    fn give_up(&self) -> Error {
        self.failed.store(true, Ordering::Release);
        Error::internal("the store did not take a commit: check the disk, make room, and start the service again")
    }

    /// Whether a transaction of unknown outcome left its row.
    async fn has_happened(&self, operation: OperationId) -> Result<bool> {
        let marks: Vec<RecordId> = self
            .run("SELECT VALUE id FROM [$audit, $operation] WHERE id != NONE")
            .bind("audit", operation)
            .bind("operation", RecordId::new("operation", operation.to_string()))
            .all()
            .await?;
        Ok(!marks.is_empty())
    }

    /// A copy of everything in the store, as SurrealQL text.
    ///
    /// # Errors
    /// One line for the operator.
    pub async fn export(&self, to: &std::path::Path) -> std::result::Result<(), String> {
        self.client.export(to).await.map_err(|cause| format!("the export failed ({})", cause.kind_str()))
    }

    /// Reads such a copy into an empty store.
    ///
    /// # Errors
    /// One line for the operator.
    pub async fn import(&self, from: &std::path::Path) -> std::result::Result<(), String> {
        self.client.import(from).await.map_err(|cause| format!("the import failed ({})", cause.kind_str()))
    }

    /// Runs text that is not a business change: migrations and checks.
    ///
    /// # Errors
    /// `Conflict` when another process did the same, else `Internal`.
    #[expect(clippy::disallowed_methods, reason = "migrations and checks")]
    pub async fn execute(&self, text: String, vars: Variables) -> Result<IndexedResults> {
        let mut answer = self.client.query(text).bind(vars).await.map_err(|cause| unreadable(&cause))?;
        let errors: Vec<_> = answer.take_errors().into_values().collect();
        if errors.iter().any(|e| is_conflict(e) || matches!(e.details(), ErrorDetails::AlreadyExists(_))) {
            return Err(Error::Conflict("another process changed this".to_owned()));
        }
        match cause(&errors) {
            None => Ok(answer),
            Some(cause) => Err(unreadable(cause)),
        }
    }
}

/// A jittered pause that grows with each round: 2 to 4 ms, then 4 to 8, at most 256.
fn pause(clock: &Clock, round: u32) -> Duration {
    let [jitter] = clock.random::<1>();
    let base = 2_u64 << round.min(6);
    Duration::from_micros(base * 1000 + base * 1000 * u64::from(jitter) / 256)
}
