//! The store: connect, run, transact. The only file that knows SurrealDB's error quirks.
//!
//! A commit has three outcomes (committed, conflict, unknown) and [`Db::transact`] is the one place that handles them:
//! a conflict runs the whole read-decide-write closure again, and an unknown outcome is resolved by looking for the row
//! that every transaction leaves under its own operation id.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use surrealdb::{
    IndexedResults, Surreal,
    engine::any::{Any, connect},
    opt::{Config as StoreConfig, auth::Root},
    types::{AlreadyExistsError, ErrorDetails, QueryError, RecordId, SurrealValue, Variables},
};

use crate::{
    clock::Clock,
    config::Config,
    error::{Error, Result, Revision},
    id::{Id, OperationId},
};

/// How often a transaction is tried before the caller hears that the service is busy.
const TRIES: u32 = 8;
/// A query that takes longer is cut off.
const QUERY_DEADLINE: Duration = Duration::from_secs(30);
/// What a guard throws when another writer was there first.
const STALE: &str = "soundings:stale";

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
    /// One line for the operator: in use by another process, not writable, or not reachable.
    pub async fn connect(config: &Config) -> std::result::Result<Self, String> {
        let url = config.store_url();
        if url.starts_with("rocksdb://") {
            std::fs::create_dir_all(&config.data)
                .map_err(|cause| format!("cannot use the data folder {}: {cause}", config.data.display()))?;
        }
        let settings = StoreConfig::new().query_timeout(QUERY_DEADLINE).transaction_timeout(QUERY_DEADLINE);
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
    /// `attempt` must read everything its decision rests on, each time it is called.
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
        for round in 0..TRIES {
            let (changes, value) = attempt(Changes::new(operation)).await?;
            if changes.is_empty() {
                return Ok(value);
            }
            match self.commit(changes).await? {
                Outcome::Committed => return Ok(value),
                Outcome::Conflict => tokio::time::sleep(pause(clock, round)).await,
                Outcome::Failed if self.embedded => return Err(self.give_up()),
                Outcome::Unknown | Outcome::Failed if self.has_happened(operation).await? => return Ok(value),
                Outcome::Unknown | Outcome::Failed => tokio::time::sleep(pause(clock, round)).await,
            }
        }
        Err(Error::Busy { retry_after: Duration::from_secs(1) })
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that commits")]
    async fn commit(&self, changes: Changes) -> Result<Outcome> {
        let operation = changes.operation;
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

/// A query with its bound values.
pub struct Query<'a> {
    db: &'a Db,
    text: &'static str,
    vars: Variables,
}

impl Query<'_> {
    /// Binds a value to a `$name` in the text.
    #[must_use]
    pub fn bind(mut self, name: &'static str, value: impl SurrealValue) -> Self {
        self.vars.insert(name.to_owned(), value.into_value());
        self
    }

    /// The rows of the last statement.
    ///
    /// # Errors
    /// `Busy` when the store does not answer in time, else `Internal`.
    pub async fn all<T: SurrealValue>(self) -> Result<Vec<T>> {
        let mut answers = self.answers().await?;
        let last = answers.count.saturating_sub(1);
        answers.rows(last)
    }

    /// The first row of the last statement, if there is one.
    ///
    /// # Errors
    /// As [`Query::all`].
    pub async fn one<T: SurrealValue>(self) -> Result<Option<T>> {
        Ok(self.all().await?.into_iter().next())
    }

    /// The rows of every statement, to be taken by position.
    ///
    /// # Errors
    /// As [`Query::all`].
    #[expect(clippy::disallowed_methods, reason = "the one place that reads")]
    pub async fn answers(self) -> Result<Answers> {
        let mut answers = self.db.client.query(self.text).bind(self.vars).await.map_err(|cause| unreadable(&cause))?;
        let errors: Vec<_> = answers.take_errors().into_values().collect();
        match cause(&errors) {
            None => Ok(Answers { count: answers.num_statements(), answers }),
            Some(cause) => Err(unreadable(cause)),
        }
    }
}

/// The answers to a text of several statements.
pub struct Answers {
    answers: IndexedResults,
    count: usize,
}

impl Answers {
    /// The rows of one statement, counted from 0.
    ///
    /// # Errors
    /// `Internal` when a row does not read as `T`.
    pub fn rows<T: SurrealValue>(&mut self, statement: usize) -> Result<Vec<T>> {
        self.answers.take(statement).map_err(|cause| unreadable(&cause))
    }
}

/// What a transaction will write: statements and their values, under one operation id.
#[derive(Debug)]
pub struct Changes {
    operation: OperationId,
    audited: bool,
    count: usize,
    text: String,
    vars: Variables,
}

impl Changes {
    fn new(operation: OperationId) -> Self {
        Self { operation, audited: false, count: 0, text: String::new(), vars: Variables::new() }
    }

    /// The id under which this change is known to the audit.
    #[must_use]
    pub const fn operation(&self) -> OperationId {
        self.operation
    }

    /// Creates a record. A record of that id that is there already refuses the whole transaction.
    #[must_use]
    pub fn create(self, id: impl Into<RecordId>, row: impl SurrealValue) -> Self {
        self.with("CREATE ONLY $id CONTENT $row RETURN NONE", [("id", id.into().into_value()), ("row", row.into_value())])
    }

    /// Replaces a record, if its revision is still the one that was read.
    #[must_use]
    pub fn replace(self, id: impl Into<RecordId>, seen: Revision, row: impl SurrealValue) -> Self {
        self.with(
            "IF (SELECT VALUE revision FROM ONLY $id) != $seen { THROW $stale }; UPDATE ONLY $id CONTENT $row RETURN NONE",
            [
                ("id", id.into().into_value()),
                ("seen", seen.into_value()),
                ("row", row.into_value()),
                ("stale", STALE.into_value()),
            ],
        )
    }

    /// Creates or replaces a record, whatever was there.
    #[must_use]
    pub fn put(self, id: impl Into<RecordId>, row: impl SurrealValue) -> Self {
        self.with("UPSERT ONLY $id CONTENT $row RETURN NONE", [("id", id.into().into_value()), ("row", row.into_value())])
    }

    /// Deletes a record; nothing happens if it is gone.
    #[must_use]
    pub fn delete(self, id: impl Into<RecordId>) -> Self {
        self.with("DELETE $id RETURN NONE", [("id", id.into().into_value())])
    }

    /// Stands in the way of every other transaction that holds the same fence: of two that read before either wrote,
    /// one commits and the other reads again. This is what keeps a rule that spans records.
    #[must_use]
    pub fn fence(self, fence: &Fence) -> Self {
        self.with(
            "IF ((SELECT VALUE n FROM ONLY $id) ?? 0) != $seen { THROW $stale }; UPSERT ONLY $id SET n = $seen + 1 RETURN NONE",
            [("id", fence.id.clone().into_value()), ("seen", fence.seen.into_value()), ("stale", STALE.into_value())],
        )
    }

    /// Adds a statement of the caller's own; its `$names` are its own too.
    #[must_use]
    pub fn with<const N: usize>(mut self, text: &'static str, vars: [(&'static str, surrealdb::types::Value); N]) -> Self {
        let mut text = text.to_owned();
        for (name, value) in vars {
            let own = format!("{name}_{}", self.count);
            text = rename(&text, name, &own);
            self.vars.insert(own, value);
        }
        self.count += 1;
        let _infallible = writeln!(self.text, "{text};");
        self
    }

    /// Names the audit entry that stands for this operation. Called by `audit.rs`.
    #[must_use]
    pub fn audited(mut self, entry: impl SurrealValue) -> Self {
        self.audited = true;
        let id = self.operation.record();
        self.create(id, entry)
    }

    /// Ends a read-decide-write closure: commit these changes and answer with the value.
    ///
    /// # Errors
    /// Never; a `Result` so that it can be the closure's last line.
    pub fn returning<T>(self, value: T) -> Result<(Self, T)> {
        Ok((self, value))
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn finish(mut self) -> (String, Variables) {
        if !self.audited {
            // Without an audit entry, a bare mark tells a commit of unknown outcome from one that never was.
            let mark = RecordId::new("operation", self.operation.to_string());
            self = self.with("CREATE ONLY $id RETURN NONE", [("id", mark.into_value())]);
        }
        (format!("BEGIN;\n{}COMMIT;", self.text), self.vars)
    }
}

/// A named number that changes with every transaction that relies on it.
#[derive(Clone, Debug)]
pub struct Fence {
    id: RecordId,
    seen: i64,
}

impl Fence {
    /// Reads the fence for a rule about one thing. Read it first, then what the rule is about.
    ///
    /// # Errors
    /// As [`Query::all`].
    pub async fn read(db: &Db, rule: &'static str, thing: impl Id) -> Result<Self> {
        let id = RecordId::new("fence", format!("{rule}:{thing}"));
        let seen = db.run("SELECT VALUE n FROM $id").bind("id", id.clone()).one().await?.unwrap_or(0);
        Ok(Self { id, seen })
    }
}

/// Faults that a test injects into commits, in order.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<AtomicU32>);

/// One injected fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing goes wrong.
    None,
    /// The store says that another transaction was first.
    Conflict,
    /// The connection is lost before the commit arrives.
    UnknownBefore,
    /// The commit happens and its answer is lost.
    UnknownAfter,
    /// The disk does not take the commit.
    Refused,
}

impl Faults {
    /// From now on, out of ten commits: two conflicts, one lost before and one lost after, in a fixed pattern.
    pub fn start(&self) {
        self.0.store(1, Ordering::SeqCst);
    }

    /// From now on the disk takes nothing.
    pub fn fill_the_disk(&self) {
        self.0.store(u32::MAX, Ordering::SeqCst);
    }

    /// No more faults.
    pub fn stop(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    fn next(&self) -> Fault {
        match self.0.load(Ordering::Relaxed) {
            0 => return Fault::None,
            u32::MAX => return Fault::Refused,
            _ => {}
        }
        match self.0.fetch_add(1, Ordering::SeqCst) % 10 {
            1 | 6 => Fault::Conflict,
            3 => Fault::UnknownBefore,
            8 => Fault::UnknownAfter,
            _ => Fault::None,
        }
    }
}

enum Outcome {
    Committed,
    Conflict,
    Unknown,
    /// The commit itself was refused: by a full disk, or by a sync that failed.
    Failed,
}

fn outcome(errors: impl Iterator<Item = surrealdb::types::Error>, operation: OperationId) -> Result<Outcome> {
    let errors: Vec<_> = errors.collect();
    if errors.is_empty() {
        return Ok(Outcome::Committed);
    }
    if errors.iter().any(is_conflict) {
        return Ok(Outcome::Conflict);
    }
    // Statements that say they were not run, and none that says why: the commit failed.
    let Some(cause) = errors.iter().find(|e| !is_echo(e)) else { return Ok(Outcome::Failed) };
    match cause.details() {
        ErrorDetails::Thrown if cause.message().contains(STALE) => Ok(Outcome::Conflict),
        // Our own mark is there: an earlier try of unknown outcome did commit.
        ErrorDetails::AlreadyExists(Some(AlreadyExistsError::Record { id })) if id.contains(&operation.to_string()) => {
            Ok(Outcome::Committed)
        }
        ErrorDetails::AlreadyExists(_) => Err(Error::Conflict("there is one already".to_owned())),
        ErrorDetails::Connection(_) | ErrorDetails::Query(_) => Ok(Outcome::Unknown),
        _ => Err(unreadable(cause)),
    }
}

/// What went wrong, if anything did.
fn cause(errors: &[surrealdb::types::Error]) -> Option<&surrealdb::types::Error> {
    errors.iter().find(|e| !is_echo(e)).or_else(|| errors.first())
}

/// The statements around the one that failed report that they were not run: an echo, not a cause.
fn is_echo(error: &surrealdb::types::Error) -> bool {
    matches!(error.details(), ErrorDetails::Query(Some(QueryError::NotExecuted | QueryError::Cancelled)))
}

fn is_conflict(error: &surrealdb::types::Error) -> bool {
    matches!(error.details(), ErrorDetails::Query(Some(QueryError::TransactionConflict)))
}

/// A storage error as a code: its text may contain data, so it goes neither to a caller nor into the log.
fn unreadable(cause: &surrealdb::types::Error) -> Error {
    if cfg!(debug_assertions) {
        tracing::debug!(text = cause.message(), "storage error");
    }
    match cause.details() {
        ErrorDetails::Query(Some(QueryError::TimedOut { .. })) => Error::Busy { retry_after: Duration::from_secs(1) },
        _ => Error::Internal(format!("storage: {}", cause.kind_str())),
    }
}

fn refused(config: &Config, cause: &surrealdb::types::Error) -> String {
    let text = cause.message();
    let place = config.data.display();
    if text.contains("lock") || text.contains("LOCK") {
        return format!("the store in {place} is in use by another process: stop that one first");
    }
    if text.contains("Permission denied") || text.contains("Read-only") {
        return format!("the store in {place} cannot be written: check the owner and the mount");
    }
    if text.contains("No space left") {
        return format!("the disk that holds {place} is full: make room and start again");
    }
    if config.embedded() {
        format!("the store in {place} cannot be opened ({}): {text}", cause.kind_str())
    } else {
        format!("the SurrealDB server cannot be reached ({})", cause.kind_str())
    }
}

/// A jittered pause that grows with each round: 2 to 4 ms, then 4 to 8, at most 256.
fn pause(clock: &Clock, round: u32) -> Duration {
    let [jitter] = clock.random::<1>();
    let base = 2_u64 << round.min(6);
    Duration::from_micros(base * 1000 + base * 1000 * u64::from(jitter) / 256)
}

/// Gives a bound name its own spelling, so that statements can be joined without their names meeting.
fn rename(text: &str, name: &str, own: &str) -> String {
    let mut renamed = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at + 1);
        renamed.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (found, tail) = after.split_at(end);
        renamed.push_str(if found == name { own } else { found });
        rest = tail;
    }
    renamed.push_str(rest);
    renamed
}
