//! The working copy: what is being typed into a reflection and not yet saved, kept on the server every few seconds, so
//! that no time-out, crash or lost connection takes it (001-11). It goes when what it holds is saved, and not before.
//!
//! Writing that was begun and never saved is a working copy too: of no reflection yet, under the id that it will have.

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
    http::paging::{Paging, Slice},
    id::{Id, PersonId, ReflectionId},
    once::Once,
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
    /// The id as text, of writing that was begun and never saved.
    begun: Option<String>,
}

/// The record of a reflection's working copy.
pub(super) fn record(id: ReflectionId) -> RecordId {
    RecordId::new("working_copy", id.to_string())
}

/// Writing that was begun and never saved.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The id that the reflection will have.
    pub id: ReflectionId,
    /// What it says so far.
    pub copy: WorkingCopy,
}

/// Keeps the first words of a new reflection, before anybody saves it.
///
/// # Errors
/// `Invalid` when it is too long.
pub async fn begin(app: &App, actor: &Actor, once: &Once, content: Draft) -> Result<Begun> {
    let author = actor.person()?.id;
    access::check(actor, Action::Create, Object::Reflection { author })?;
    content.check()?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let id: ReflectionId = app.clock.new_id();
    let (key, content) = (&key, &content);
    let made = app
        .db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<ReflectionId>(app, actor).await? {
                return tx.returning(earlier);
            }
            let (record, saved_at) = (record(id), app.clock.now());
            let revision = saved_at.timestamp_millis();
            let sealed = key.seal_json(&app.clock, place(&record, revision), content)?;
            let row = Row { author, sealed, revision, based_on: 0, saved_at, begun: Some(id.to_string()) };
            once.note(app, actor, tx.create(record, row), id).returning(id)
        })
        .await?;
    Ok(Begun { id: made, copy: get(app, actor, made).await? })
}

/// What the caller has begun and never saved, newest first.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list_begun(app: &App, actor: &Actor, paging: &Paging) -> Result<Slice<Begun>> {
    let author = actor.person()?.id;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let mut begun = Vec::new();
    for row in store::begun(app, author, paging).await? {
        let id = row.begun.as_deref().and_then(|id| id.parse::<ReflectionId>().ok());
        let id = id.ok_or_else(|| Error::internal("a working copy of nothing"))?;
        begun.push(Begun { id, copy: open(&key, id, &row)? });
    }
    Ok(paging.slice(begun, |begun| begun.id.to_string()))
}

/// Whose working copy it is, or would be: the author's of the reflection, or of what was begun.
async fn author_of(app: &App, id: ReflectionId) -> Result<PersonId> {
    match store::author(app, id).await {
        Err(Error::NotFound) => Ok(store::working_copy(app, id).await?.ok_or(Error::NotFound)?.author),
        author => author,
    }
}

/// That what was begun is the caller's own, if it is there at all: a second press finds it saved.
///
/// # Errors
/// `NotFound` when it is somebody else's.
pub(super) async fn check_own(app: &App, actor: &Actor, id: ReflectionId) -> Result<()> {
    match author_of(app, id).await {
        Err(Error::NotFound) => Ok(()),
        author => access::check(actor, Action::Change, Object::Reflection { author: author? }),
    }
}

/// Lets what was begun go, in the transaction that saves it as a reflection.
///
/// # Errors
/// `Conflict` when it was saved or thrown away elsewhere; `Stale` when another window kept something meanwhile.
pub(super) async fn let_go_of_what_was_begun(app: &App, tx: Changes, id: ReflectionId, seen: Revision) -> Result<Changes> {
    let begun = store::working_copy(app, id).await?.filter(|row| row.begun.is_some());
    let gone = || Error::Conflict("What you began was saved or thrown away in another window.".to_owned());
    let row = begun.ok_or_else(gone)?;
    fresh(seen, row.revision)?;
    Ok(store::remove(tx, record(id), seen))
}

/// Reads the working copy.
///
/// # Errors
/// `NotFound` for anybody but the author, and when there is none.
pub async fn get(app: &App, actor: &Actor, id: ReflectionId) -> Result<WorkingCopy> {
    let author = author_of(app, id).await?;
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
    let author = author_of(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    content.check()?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let (key, content) = (&key, &content);
    app.db
        .transact(&app.clock, |tx| async move {
            // The reflection may be deleted at this moment: then nothing of it is kept, this neither.
            let fence = people::relationships::fence(app, author).await?;
            let before = store::working_copy(app, id).await?;
            let begun = before.as_ref().and_then(|row| row.begun.clone());
            if begun.is_none() {
                store::revision(app, id).await?;
            }
            let before = before.map(|row| row.revision);
            let saved_at = app.clock.now();
            let revision = next(before, seen, saved_at)?;
            let record = record(id);
            let sealed = key.seal_json(&app.clock, place(&record, revision), content)?;
            let row = Row { author, sealed, revision, based_on, saved_at, begun };
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
    let author = author_of(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    app.db
        .transact(&app.clock, |tx| async move {
            let before = store::working_copy(app, id).await?.ok_or(Error::NotFound)?;
            fresh(seen, before.revision)?;
            store::remove(tx, record(id), seen).returning(())
        })
        .await
}

/// Deletes the working copy if what is saved takes its place, or holds all that it does. Otherwise another window is typing:
/// what it typed stays.
pub(super) async fn let_go_of_what_is_saved(
    app: &App,
    tx: Changes,
    key: &DataKey,
    (saved, instead_of): (&Reflection, Option<Revision>),
) -> Result<Changes> {
    let Some(row) = store::working_copy(app, saved.id).await? else { return Ok(tx) };
    let copy = open(key, saved.id, &row)?;
    if instead_of != Some(copy.revision) && !copy.content.is_in(&saved.content) {
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
