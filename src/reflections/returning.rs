//! What somebody means to return to: reflections that they marked, for themselves. Kept as one sealed record for each person,
//! so that nobody can see what is marked, or how much.

use serde::{Deserialize, Serialize};
use surrealdb::types::{Bytes, RecordId, SurrealValue};

use super::{model::Reflection, store};
use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    error::{Error, Result, Revision},
    id::{Id, PersonId, ReflectionId},
    vault::{DataKey, Place},
};

/// The most that are marked at once: so that each of them is always shown.
const MOST: usize = 50;

/// The marks as they are kept.
#[derive(Clone, SurrealValue)]
pub(super) struct Row {
    sealed: Bytes,
    revision: Revision,
}

/// What is sealed: the ids, the newest mark first.
#[derive(Default, Serialize, Deserialize)]
struct Marks {
    reflections: Vec<ReflectionId>,
}

fn record(person: PersonId) -> RecordId {
    RecordId::new("returning", person.to_string())
}

/// Marks a reflection of one's own to return to.
///
/// # Errors
/// `NotFound` for anybody but its author; `Conflict` when 50 are marked.
pub async fn mark(app: &App, actor: &Actor, id: ReflectionId) -> Result<()> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    change(app, author, |marks| {
        marks.retain(|marked| *marked != id);
        if marks.len() >= MOST {
            return Err(Error::Conflict("You have marked 50 to return to: take a mark away first.".to_owned()));
        }
        marks.insert(0, id);
        Ok(())
    })
    .await
}

/// Takes the mark away again.
///
/// # Errors
/// `NotFound` for anybody but its author.
pub async fn unmark(app: &App, actor: &Actor, id: ReflectionId) -> Result<()> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Change, Object::Reflection { author })?;
    change(app, author, |marks| {
        marks.retain(|marked| *marked != id);
        Ok(())
    })
    .await
}

/// What the caller marked to return to, the newest mark first. What was deleted since is not among it.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Reflection>> {
    let author = actor.person()?.id;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let Some(row) = read(app, author).await? else { return Ok(Vec::new()) };
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let mut marked = Vec::new();
    for id in open(&key, author, &row)? {
        match store::get(app, &key, id).await {
            Ok(reflection) => marked.push(reflection),
            Err(Error::NotFound) => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(marked)
}

/// Whether a reflection of the caller's is marked.
///
/// # Errors
/// `NotFound` for anybody but its author.
pub async fn is_marked(app: &App, actor: &Actor, id: ReflectionId) -> Result<bool> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let Some(row) = read(app, author).await? else { return Ok(false) };
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    Ok(open(&key, author, &row)?.contains(&id))
}

async fn read(app: &App, person: PersonId) -> Result<Option<Row>> {
    store::marks(app, record(person)).await
}

fn open(key: &DataKey, person: PersonId, row: &Row) -> Result<Vec<ReflectionId>> {
    let record = record(person);
    let marks: Marks = key.open_json(Place { record: &record, field: "sealed", revision: row.revision }, &row.sealed)?;
    Ok(marks.reflections)
}

async fn change(app: &App, person: PersonId, change: impl Fn(&mut Vec<ReflectionId>) -> Result<()>) -> Result<()> {
    let key = app.vault.key_of(&app.db, person.uuid()).await?;
    let (key, change) = (&key, &change);
    app.db
        .transact(&app.clock, |tx| async move {
            let before = read(app, person).await?;
            let mut reflections = before.as_ref().map_or_else(|| Ok(Vec::new()), |row| open(key, person, row))?;
            change(&mut reflections)?;
            let record = record(person);
            let revision = before.as_ref().map_or(1, |row| row.revision + 1);
            let place = Place { record: &record, field: "sealed", revision };
            let sealed = key.seal_json(&app.clock, place, &Marks { reflections })?;
            let row = Row { sealed, revision };
            match before {
                Some(before) => tx.replace(record, before.revision, row),
                None => tx.create(record, row),
            }
            .returning(())
        })
        .await
}
