//! The working copy: what is being typed into a reflection and not yet saved, kept on the server every few seconds, so
//! that no time-out, crash or lost connection takes it (001-11).

use chrono::{DateTime, Utc};
use surrealdb::types::{Bytes, RecordId, SurrealValue};

use super::{model::Content, store};
use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    error::{Error, Result, Revision, fresh},
    id::{Id, PersonId, ReflectionId},
    vault::Place,
};

/// What is being typed.
#[derive(Clone, Debug)]
pub struct WorkingCopy {
    /// What it says so far. Nothing is required of it.
    pub content: Content,
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
    open(app, id, row).await
}

/// Keeps what is being typed. The first time nothing need be known; after that the revision that was read, so that two
/// windows don't overwrite each other.
///
/// # Errors
/// `Stale` when another window kept something meanwhile; `PreconditionRequired` when there is a working copy and the
/// caller does not say which it read.
pub async fn keep(
    app: &App,
    actor: &Actor,
    id: ReflectionId,
    seen: Option<Revision>,
    (content, based_on): (Content, Revision),
) -> Result<WorkingCopy> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    if content.body.len() > crate::markdown::LONGEST {
        return Err(Error::invalid("/body", "too_long", "Keep this under 200,000 bytes."));
    }
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let (key, content) = (&key, &content);
    app.db
        .transact(&app.clock, |tx| async move {
            let before = store::working_copy(app, id).await?;
            let revision = match (&before, seen) {
                (None, _) => 1,
                (Some(_), None) => return Err(Error::PreconditionRequired),
                (Some(before), Some(seen)) => {
                    fresh(seen, before.revision)?;
                    before.revision + 1
                }
            };
            let record = record(id);
            let sealed = key.seal_json(&app.clock, Place { record: &record, field: "sealed", revision }, content)?;
            let saved_at = app.clock.now();
            let row = Row { author, sealed, revision, based_on, saved_at };
            let tx = match before {
                None => tx.create(record, row),
                Some(before) => tx.replace(record, before.revision, row),
            };
            tx.returning(WorkingCopy { content: content.clone(), revision, based_on, saved_at })
        })
        .await
}

/// Throws the working copy away.
///
/// # Errors
/// `NotFound` for anybody but the author.
pub async fn discard(app: &App, actor: &Actor, id: ReflectionId) -> Result<()> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    app.db.transact(&app.clock, |tx| std::future::ready(tx.delete(record(id)).returning(()))).await
}

async fn open(app: &App, id: ReflectionId, row: Row) -> Result<WorkingCopy> {
    let key = app.vault.key_of(&app.db, row.author.uuid()).await?;
    let record = record(id);
    let content = key.open_json(Place { record: &record, field: "sealed", revision: row.revision }, &row.sealed)?;
    Ok(WorkingCopy { content, revision: row.revision, based_on: row.based_on, saved_at: row.saved_at })
}
