//! Reflections as they read now.

use chrono::{DateTime, Utc};
use surrealdb::types::{Bytes, SurrealValue, Value};

use super::{place, revisions::keep_revision};
use crate::{
    app::App,
    db::Changes,
    error::{Error, Result, Revision},
    http::paging::{Paging, Slice},
    id::{Id, PersonId, ReflectionId},
    reflections::model::{Content, Filter, Reflection},
    vault::{DataKey, Vault},
};

#[derive(Clone, SurrealValue)]
struct Row {
    id: ReflectionId,
    author: PersonId,
    sealed: Bytes,
    revision: Revision,
    sort_key: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn open(self, key: &DataKey) -> Result<Reflection> {
        let content: Content = key.open_json(place(&self.id.record(), self.revision), &self.sealed)?;
        Ok(Reflection {
            id: self.id,
            author: self.author,
            content,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

fn row(app: &App, key: &DataKey, reflection: &Reflection) -> Result<Row> {
    Ok(Row {
        id: reflection.id,
        author: reflection.author,
        sealed: key.seal_json(&app.clock, place(&reflection.id.record(), reflection.revision), &reflection.content)?,
        revision: reflection.revision,
        sort_key: reflection.id.to_string(),
        created_at: reflection.created_at,
        updated_at: reflection.updated_at,
    })
}

pub fn add(app: &App, tx: Changes, key: &DataKey, reflection: &Reflection) -> Result<Changes> {
    Ok(tx.create(reflection.id.record(), row(app, key, reflection)?))
}

/// Saves the next revision. The one before it is kept as it stands.
pub fn save(app: &App, tx: Changes, key: &DataKey, reflection: &Reflection) -> Result<Changes> {
    let before = reflection.revision - 1;
    Ok(keep_revision(tx, reflection.id, before).replace(reflection.id.record(), before, row(app, key, reflection)?))
}

pub async fn author(app: &App, id: ReflectionId) -> Result<PersonId> {
    app.db.run("SELECT VALUE author FROM $id").bind("id", id).one().await?.ok_or(Error::NotFound)
}

pub async fn revision(app: &App, id: ReflectionId) -> Result<Revision> {
    app.db.run("SELECT VALUE revision FROM $id").bind("id", id).one().await?.ok_or(Error::NotFound)
}

/// A reflection that has been found and not been opened: whose it is can be known, what it says not yet.
#[derive(SurrealValue)]
pub struct Found {
    #[surreal(flatten)]
    row: Row,
    /// The author's key, brought along.
    wrapped: Option<Bytes>,
}

impl Found {
    pub const fn author(&self) -> PersonId {
        self.row.author
    }

    pub fn open(self, vault: &Vault) -> Result<Reflection> {
        let key = vault.unwrap(self.row.author.uuid(), self.wrapped.as_ref())?;
        self.row.open(&key)
    }
}

/// Finds a reflection with its author's key, in one look. To be opened once the caller may.
pub async fn find(app: &App, id: ReflectionId) -> Result<Found> {
    app.db
        .run("SELECT *, type::record('data_key', record::id(author)).wrapped AS wrapped FROM $id")
        .bind("id", id)
        .one()
        .await?
        .ok_or(Error::NotFound)
}

pub async fn get(app: &App, key: &DataKey, id: ReflectionId) -> Result<Reflection> {
    let row: Option<Row> = app.db.get(id).await?;
    row.ok_or(Error::NotFound)?.open(key)
}

/// How many reflections are read at once to look through them: a dozen megabytes at most, whatever they say.
const BATCH: usize = 50;

/// A page of an author's reflections that pass the filter. Reads and opens in batches until the page is full.
pub async fn list(app: &App, key: DataKey, author: PersonId, filter: &Filter, paging: &Paging) -> Result<Slice<Reflection>> {
    let mut found: Vec<Reflection> = Vec::with_capacity(paging.limit + 1);
    let mut before = paging.before.clone();
    let key = std::sync::Arc::new(key);
    loop {
        let rows = if filter.is_open() && paging.limit <= 20 {
            batch_small(app, author, &before).await?
        } else {
            batch(app, author, &before).await?
        };
        let last = rows.last().map(|row| row.sort_key.clone());
        let full = rows.len();
        let (key, filter) = (std::sync::Arc::clone(&key), filter.clone());
        // Opening long ones takes milliseconds: off the threads that answer requests.
        let opened = if full > 21 {
            tokio::task::spawn_blocking(move || open_all(rows, &key, &filter))
                .await
                .map_err(|_| Error::internal("opening reflections stopped"))?
        } else {
            open_all(rows, &key, &filter)
        };
        found.extend(opened?);
        match last {
            Some(last) if found.len() <= paging.limit && full == BATCH => before = last,
            _ => return Ok(paging.slice(found, |reflection| reflection.id.to_string())),
        }
    }
}

fn open_all(rows: Vec<Row>, key: &DataKey, filter: &Filter) -> Result<Vec<Reflection>> {
    rows.into_iter()
        .map(|row| row.open(key))
        .filter(|opened| opened.as_ref().map_or(true, |reflection| filter.admits(reflection)))
        .collect()
}

async fn batch_small(app: &App, author: PersonId, before: &str) -> Result<Vec<Row>> {
    app.db
        .run("SELECT * FROM reflection WHERE author = $author AND sort_key < $before ORDER BY sort_key DESC LIMIT 21")
        .bind("author", author)
        .bind("before", before.to_owned())
        .all()
        .await
}

async fn batch(app: &App, author: PersonId, before: &str) -> Result<Vec<Row>> {
    app.db
        .run("SELECT * FROM reflection WHERE author = $author AND sort_key < $before ORDER BY sort_key DESC LIMIT 50")
        .bind("author", author)
        .bind("before", before.to_owned())
        .all()
        .await
}
