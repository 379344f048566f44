//! Leases: at most one replica does a job at a time.

use surrealdb::types::{RecordId, SurrealValue};

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

/// Removes the bare marks of transactions that are older than a day: nobody asks about their outcome any more.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn sweep_marks(app: &App) -> Result<usize> {
    let old: Vec<RecordId> = app.db.run("SELECT VALUE id FROM operation WHERE at < time::now() - 1d LIMIT 2000").all().await?;
    let (count, old) = (old.len(), &old);
    app.db
        .transact(&app.clock, |tx| {
            let tx = old.iter().fold(tx, |tx, id| tx.delete(id.clone()));
            std::future::ready(tx.returning(()))
        })
        .await?;
    Ok(count)
}
