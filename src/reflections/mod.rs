//! Reflections: write, revise, share, withdraw. What is written here is its author's and nobody else's, until they share
//! a snapshot of it with a named person.
//!
//! * this file: writing and reading one's own
//! * [`sharing`]: snapshots for a named person, until a day; their responses
//! * [`drafts`]: the working copy that is saved while one types
//! * [`returning`]: what one means to return to
//! * [`prompts`]: prompt sets, shipped and one's own

pub mod api;
pub mod drafts;
pub mod model;
pub mod pages;
pub mod prompts;
pub mod returning;
pub mod sharing;
mod store;

use model::{Audience, Filter, NewReflection, Reflection, Revised};

use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    error::{Error, Result, Revision, fresh},
    http::paging::{Paging, Slice},
    id::{Id, ReflectionId},
    once::Once,
    people,
};

/// Writes a reflection. Only its body is needed (000-1).
///
/// # Errors
/// `Invalid` with every violation.
pub async fn write(app: &App, actor: &Actor, once: &Once, input: NewReflection) -> Result<Reflection> {
    save_new(app, actor, once, (input, None)).await
}

/// Saves what was begun: the reflection takes its id, and its place. `input` is what it says now.
///
/// # Errors
/// `Invalid` with every violation; `PreconditionRequired` when the caller does not say what they read; `Stale` when another
/// window kept something meanwhile; `Conflict` when it was saved or thrown away elsewhere.
pub async fn write_up(
    app: &App,
    actor: &Actor,
    once: &Once,
    (begun, seen): (ReflectionId, Option<Revision>),
    input: NewReflection,
) -> Result<Reflection> {
    save_new(app, actor, once, (input, Some((begun, seen)))).await
}

async fn save_new(
    app: &App,
    actor: &Actor,
    once: &Once,
    (input, begun): (NewReflection, Option<(ReflectionId, Option<Revision>)>),
) -> Result<Reflection> {
    let author = actor.person()?.id;
    access::check(actor, Action::Create, Object::Reflection { author })?;
    input.check()?;
    prompts::check_known(app, actor, input.prompt_set.as_deref()).await?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    if let Some((id, _)) = begun {
        drafts::check_own(app, actor, id).await?;
    }
    let id = begun.map_or_else(|| app.clock.new_id(), |(id, _)| id);
    let reflection = Reflection::write(id, author, input, app.clock.now());
    let (made, key) = (&reflection, &key);
    app.db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<ReflectionId>(app, actor).await? {
                return tx.returning(store::get(app, key, earlier).await?);
            }
            let tx = match begun {
                Some((id, seen)) => {
                    drafts::let_go_of_what_was_begun(app, tx, id, seen.ok_or(Error::PreconditionRequired)?).await?
                }
                None => tx,
            };
            let tx = store::add(app, tx, key, made)?.audit(&app.clock, actor, "reflection.write", made.id.record());
            once.note(app, actor, tx, made.id).returning(made.clone())
        })
        .await
}

/// Reads one of one's own reflections.
///
/// # Errors
/// `NotFound` for anybody but its author.
pub async fn get(app: &App, actor: &Actor, id: ReflectionId) -> Result<Reflection> {
    let found = store::find(app, id).await?;
    access::check(actor, Action::Read, Object::Reflection { author: found.author() })?;
    found.open(&app.vault)
}

/// Lists one's own reflections, newest first. Filters and search open and read them one by one, in memory: no index
/// anywhere knows what they say.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list(app: &App, actor: &Actor, filter: &Filter, paging: &Paging) -> Result<Slice<Reflection>> {
    let author = actor.person()?.id;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    store::list(app, key, author, filter, paging).await
}

/// Revises a reflection. The earlier revision is kept and can be read, and so is what is being typed and not in this one.
///
/// # Errors
/// `Stale` when it was revised meanwhile; `Invalid` with every violation.
pub async fn revise(app: &App, actor: &Actor, id: ReflectionId, seen: Revision, change: model::Change) -> Result<Reflection> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    if let Some(Some(prompt_set)) = &change.prompt_set {
        prompts::check_known(app, actor, Some(prompt_set)).await?;
    }
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let (key, change) = (&key, &change);
    app.db
        .transact(&app.clock, |tx| async move {
            let before = store::get(app, key, id).await?;
            fresh(seen, before.revision)?;
            let after = before.revise(change.clone(), app.clock.now())?;
            let tx = store::save(app, tx, key, &after)?;
            let tx = drafts::let_go_of_what_is_saved(app, tx, key, (&after, change.instead_of)).await?;
            tx.audit(&app.clock, actor, "reflection.revise", id.record()).returning(after)
        })
        .await
}

/// Deletes a reflection with its revisions, working copy, shares and responses. Nothing of it is kept.
///
/// # Errors
/// `Stale` when it was revised meanwhile.
pub async fn delete(app: &App, actor: &Actor, id: ReflectionId, seen: Revision) -> Result<()> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Delete, Object::Reflection { author })?;
    app.db
        .transact(&app.clock, |tx| async move {
            // The fence keeps out what is being shared, answered or typed at this moment: it would be left behind.
            let fence = people::relationships::fence(app, author).await?;
            fresh(seen, store::revision(app, id).await?)?;
            let tx = store::everything_of(app, id).await?.into_iter().fold(tx.fence(&fence), crate::db::Changes::delete);
            // The guard in `remove` makes a revision that is being saved at this moment win or lose as a whole.
            store::remove(tx, id.record(), seen).audit(&app.clock, actor, "reflection.delete", id.record()).returning(())
        })
        .await
}

/// The revisions of a reflection before one of them, newest first, and the last of them if there are more.
///
/// # Errors
/// `NotFound` for anybody but its author.
pub async fn list_revisions(
    app: &App,
    actor: &Actor,
    id: ReflectionId,
    (before, limit): (Revision, usize),
) -> Result<(Vec<Revised>, Option<Revision>)> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let mut revisions = store::revisions(app, &key, id, (before, limit + 1)).await?;
    let more = revisions.len() > limit;
    revisions.truncate(limit);
    let last = revisions.last().filter(|_| more).map(|revised| revised.number);
    Ok((revisions, last))
}

/// One revision of a reflection.
///
/// # Errors
/// `NotFound` for anybody but its author, and for a number that never was.
pub async fn get_revision(app: &App, actor: &Actor, id: ReflectionId, number: Revision) -> Result<Revised> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    store::revised(app, &key, id, number).await
}

/// Who can read a reflection now and why, and who could lawfully obtain it: in plain words.
///
/// # Errors
/// `NotFound` for anybody but its author.
pub async fn audience(app: &App, actor: &Actor, id: ReflectionId) -> Result<Audience> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let mut readers = Vec::new();
    for share in sharing::of_reflection(app, id).await? {
        if share.open(app.clock.now()) {
            readers.push((share.reader, people::memberships::name_of(app, share.reader).await?, share.until));
        }
    }
    let own_name = people::memberships::name_of(app, author).await?;
    Ok(Audience::describe((author, own_name), readers))
}
