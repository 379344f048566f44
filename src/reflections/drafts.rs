//! The working copy: what is being typed into a reflection and not yet saved, kept on the server every few seconds, so
//! that no time-out, crash or lost connection takes it (001-11). It goes when what it holds is saved, and not before.

use chrono::{DateTime, Utc};
use surrealdb::types::{Bytes, RecordId, SurrealValue};

use super::{
    model::{Draft, Reflection},
    store,
};
use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    db::Changes,
    error::{Error, Result, Revision, fresh},
    id::{Id, PersonId, ReflectionId},
    people,
    vault::{DataKey, Place},
};

/// What is being typed.
#[derive(Clone, Debug)]
pub struct WorkingCopy {
    /// What it says so far. Nothing is required of it.
    pub content: Draft,
    /// Its revision.
    pub revision: Revision,
    /// The revision of the reflection that was being edited.
    pub based_on: Revision,
    /// When it was last kept.
    pub saved_at: DateTime<Utc>,
}

/// A working copy as it is kept.
#[derive(Clone, SurrealValue)]
pub(super) struct Row {
    author: PersonId,
    sealed: Bytes,
    revision: Revision,
    based_on: Revision,
    saved_at: DateTime<Utc>,
}

/// The record of a reflection's working copy.
pub(super) fn record(id: ReflectionId) -> RecordId {
    RecordId::new("working_copy", id.to_string())
}

/// Reads the working copy.
///
/// # Errors
/// `NotFound` for anybody but the author, and when there is none.
pub async fn get(app: &App, actor: &Actor, id: ReflectionId) -> Result<WorkingCopy> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let row = store::working_copy(app, id).await?.ok_or(Error::NotFound)?;
    open(&app.vault.key_of(&app.db, author.uuid()).await?, id, &row)
}

/// Keeps what is being typed. The first time nothing need be known; after that the revision that was read, so that two
/// windows don't overwrite each other.
///
/// # Errors
/// `Stale` when another window kept something meanwhile; `PreconditionRequired` when there is a working copy and the
/// caller does not say which it read; `Invalid` when it is too long.
pub async fn keep(
    app: &App,
    actor: &Actor,
    id: ReflectionId,
    seen: Option<Revision>,
    (content, based_on): (Draft, Revision),
) -> Result<WorkingCopy> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    content.check()?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let (key, content) = (&key, &content);
    app.db
        .transact(&app.clock, |tx| async move {
            // The reflection may be deleted at this moment: then nothing of it is kept, this neither.
            let fence = people::relationships::fence(app, author).await?;
            store::revision(app, id).await?;
            let before = store::working_copy(app, id).await?.map(|row| row.revision);
            let saved_at = app.clock.now();
            let revision = next(before, seen, saved_at)?;
            let record = record(id);
            let sealed = key.seal_json(&app.clock, place(&record, revision), content)?;
            let row = Row { author, sealed, revision, based_on, saved_at };
            let tx = match before {
                None => tx.fence(&fence).create(record, row),
                Some(before) => tx.fence(&fence).replace(record, before, row),
            };
            tx.returning(WorkingCopy { content: content.clone(), revision, based_on, saved_at })
        })
        .await
}

/// The revision of what is kept now. The first one is the time in milliseconds: a window that read a copy which is gone by
/// now must not take the next one for it.
fn next(before: Option<Revision>, seen: Option<Revision>, now: DateTime<Utc>) -> Result<Revision> {
    let Some(before) = before else { return Ok(now.timestamp_millis()) };
    fresh(seen.ok_or(Error::PreconditionRequired)?, before)?;
    Ok(before + 1)
}

/// Throws the working copy away.
///
/// # Errors
/// `NotFound` for anybody but the author, and when there is none; `Stale` when another window kept something meanwhile.
pub async fn discard(app: &App, actor: &Actor, id: ReflectionId, seen: Revision) -> Result<()> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    app.db
        .transact(&app.clock, |tx| async move {
            let before = store::working_copy(app, id).await?.ok_or(Error::NotFound)?;
            fresh(seen, before.revision)?;
            store::remove(tx, record(id), seen).returning(())
        })
        .await
}

/// Deletes the working copy if all that it holds is saved. Otherwise another window is typing: what it typed stays.
pub(super) async fn let_go_of_what_is_saved(app: &App, tx: Changes, key: &DataKey, saved: &Reflection) -> Result<Changes> {
    let Some(row) = store::working_copy(app, saved.id).await? else { return Ok(tx) };
    let copy = open(key, saved.id, &row)?;
    if !copy.content.is_in(&saved.content) {
        return Ok(tx);
    }
    Ok(store::remove(tx, record(saved.id), copy.revision))
}

fn place(record: &RecordId, revision: Revision) -> Place<'_> {
    Place { record, field: "sealed", revision }
}

fn open(key: &DataKey, id: ReflectionId, row: &Row) -> Result<WorkingCopy> {
    let content = key.open_json(place(&record(id), row.revision), &row.sealed)?;
    Ok(WorkingCopy { content, revision: row.revision, based_on: row.based_on, saved_at: row.saved_at })
}
