//! What the store's answers mean: committed, conflict, unknown, failed; and its errors as codes without their text, which
//! can hold what people wrote.

use std::time::Duration;

use surrealdb::types::{AlreadyExistsError, ErrorDetails, QueryError};

use crate::{
    config::Config,
    error::{Error, Result},
    id::OperationId,
};

/// What a guard throws when another writer was there first.
pub(super) const STALE: &str = "soundings:stale";

/// How a commit ended.
pub(super) enum Outcome {
    Committed,
    Conflict,
    Unknown,
    /// The commit itself was refused: by a full disk, or by a sync that failed.
    Failed,
}

pub(super) fn outcome(errors: impl Iterator<Item = surrealdb::types::Error>, operation: OperationId) -> Result<Outcome> {
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
        // Our own mark is there: an earlier try of unknown outcome did commit after all. To be looked up.
        ErrorDetails::AlreadyExists(Some(AlreadyExistsError::Record { id })) if id.contains(&operation.to_string()) => {
            Ok(Outcome::Unknown)
        }
        ErrorDetails::AlreadyExists(_) => Err(Error::Conflict("there is one already".to_owned())),
        ErrorDetails::Connection(_) | ErrorDetails::Query(_) => Ok(Outcome::Unknown),
        _ => Err(unreadable(cause)),
    }
}

/// What went wrong, if anything did.
pub(super) fn cause(errors: &[surrealdb::types::Error]) -> Option<&surrealdb::types::Error> {
    errors.iter().find(|e| !is_echo(e)).or_else(|| errors.first())
}

/// The statements around the one that failed report that they were not run: an echo, not a cause.
fn is_echo(error: &surrealdb::types::Error) -> bool {
    matches!(error.details(), ErrorDetails::Query(Some(QueryError::NotExecuted | QueryError::Cancelled)))
}

pub(super) fn is_conflict(error: &surrealdb::types::Error) -> bool {
    matches!(error.details(), ErrorDetails::Query(Some(QueryError::TransactionConflict)))
}

/// A storage error as a code: its text may contain data, so it goes neither to a caller nor into the log.
pub(super) fn unreadable(cause: &surrealdb::types::Error) -> Error {
    if cfg!(debug_assertions) {
        tracing::debug!(text = cause.message(), "storage error");
    }
    match cause.details() {
        ErrorDetails::Query(Some(QueryError::TimedOut { .. })) => Error::Busy { retry_after: Duration::from_secs(1) },
        _ => Error::Internal(format!("storage: {}", cause.kind_str())),
    }
}

pub(super) fn refused(config: &Config, cause: &surrealdb::types::Error) -> String {
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
