//! Leases: at most one replica does a job at a time. And sweeping, the job that several features have.

use std::ops::Bound;

use chrono::{DateTime, Duration, Utc};
use surrealdb::types::{RecordId, RecordIdKeyRange, SurrealValue};

use crate::{app::App, error::Result};

/// Does the work if this process holds, or can take, the lease of that name for the next thirty seconds.
///
/// # Errors
/// What the work refuses, or `Busy` and `Internal` when the store does not answer.
pub async fn hold<T>(app: &App, name: &'static str, work: impl Future<Output = Result<T>>) -> Result<Option<T>> {
    if take(app, name).await? { work.await.map(Some) } else { Ok(None) }
}

async fn take(app: &App, name: &'static str) -> Result<bool> {
    let lease = RecordId::new("lease", name);
    let me = app.process.clone();
    let (held, me) = (&lease, &me);
    app.db
        .transact(&app.clock, |tx| {
            let tx = tx.with(
                "IF (SELECT VALUE id FROM ONLY $lease) = NONE { CREATE ONLY $lease SET holder = '', fence = 0, expires_at = time::now() - 1s RETURN NONE };
                 UPDATE $lease SET fence = IF holder = $me THEN fence ELSE fence + 1 END, holder = $me, expires_at = time::now() + 30s
                     WHERE holder = $me OR expires_at < time::now() RETURN NONE",
                [("lease", held.clone().into_value()), ("me", me.clone().into_value())],
            );
            std::future::ready(tx.returning(()))
        })
        .await?;
    let holder: Option<String> =
        app.db.run("SELECT VALUE holder FROM $lease WHERE expires_at > time::now()").bind("lease", lease).one().await?;
    Ok(holder.as_ref() == Some(&app.process))
}

/// How many records a sweep removes at once. What it looks with has this very number as its limit.
const BATCH: usize = 500;
/// How many batches it removes in one run. The next run goes on.
const BATCHES: usize = 50;

/// Removes what is found, batch by batch, until a batch is not full.
///
/// # Errors
/// What `find` answers, or `Busy` and `Internal` when the store does not answer.
pub async fn sweep<Work>(app: &App, find: impl Fn() -> Work) -> Result<usize>
where
    Work: Future<Output = Result<Vec<RecordId>>>,
{
    let mut count = 0;
    for _ in 0..BATCHES {
        let found = find().await?;
        remove(app, &found).await?;
        count += found.len();
        if found.len() < BATCH {
            break;
        }
    }
    Ok(count)
}

async fn remove(app: &App, found: &[RecordId]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    app.db
        .transact(&app.clock, |tx| {
            let tx = found.iter().fold(tx, |tx, id| tx.delete(id.clone()));
            std::future::ready(tx.returning(()))
        })
        .await
}

/// Removes the bare marks of transactions that are older than a day: nobody asks about their outcome any more.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn sweep_marks(app: &App) -> Result<usize> {
    let before = app.clock.now() - Duration::days(1);
    sweep(app, move || marks(app, before)).await
}

/// Marks from before that moment. Their ids are UUIDs of version 7, in order of age (RFC 9562 section 6.11): a range of them
/// needs no index, which every commit would have to keep up.
async fn marks(app: &App, before: DateTime<Utc>) -> Result<Vec<RecordId>> {
    #[derive(SurrealValue)]
    struct Marks {
        old: RecordId,
    }
    let millis = u64::try_from(before.timestamp_millis()).unwrap_or_default();
    let first_kept = uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid().to_string();
    let old = RecordIdKeyRange { start: Bound::Unbounded, end: Bound::Excluded(first_kept.into()) };
    // A field of what is bound, so that the engine stops at the limit: see `backup::contents`.
    app.db
        .run("SELECT VALUE id FROM type::record($marks.old) LIMIT 500")
        .bind("marks", Marks { old: RecordId::new("operation", old) })
        .all()
        .await
}
