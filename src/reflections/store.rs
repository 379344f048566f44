//! Typed functions over the tables of reflections: seal on the way in, open on the way out. Private to the feature.

use chrono::{DateTime, Utc};
use surrealdb::types::{Bytes, RecordId, SurrealValue};

use super::model::{Content, Filter, Reflection, Response, Revised, Share, Snapshot};
use crate::{
    app::App,
    db::Changes,
    error::{Error, Result, Revision},
    http::paging::{Paging, Slice},
    id::{Id, MembershipId, PersonId, PromptSetId, ReflectionId, RelationshipId, ResponseId, ShareId},
    vault::{DataKey, Place},
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

#[derive(SurrealValue)]
struct RevisionRow {
    reflection: ReflectionId,
    number: Revision,
    sealed: Bytes,
    written_at: DateTime<Utc>,
}

/// A revision's text opens only as that revision of that reflection.
fn place(record: &RecordId, revision: Revision) -> Place<'_> {
    Place { record, field: "sealed", revision }
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

impl RevisionRow {
    fn open(self, key: &DataKey) -> Result<Revised> {
        let content = key.open_json(place(&self.reflection.record(), self.number), &self.sealed)?;
        Ok(Revised { number: self.number, content, written_at: self.written_at })
    }
}

fn sealed(app: &App, key: &DataKey, reflection: &Reflection) -> Result<Bytes> {
    key.seal_json(&app.clock, place(&reflection.id.record(), reflection.revision), &reflection.content)
}

fn row(reflection: &Reflection, sealed: Bytes) -> Row {
    Row {
        id: reflection.id,
        author: reflection.author,
        sealed,
        revision: reflection.revision,
        sort_key: reflection.id.to_string(),
        created_at: reflection.created_at,
        updated_at: reflection.updated_at,
    }
}

fn revision_record(id: ReflectionId, number: Revision) -> RecordId {
    RecordId::new("reflection_revision", format!("{id}|{number:09}"))
}

fn add_revision(tx: Changes, reflection: &Reflection, sealed: Bytes) -> Changes {
    let number = reflection.revision;
    let row = RevisionRow { reflection: reflection.id, number, sealed, written_at: reflection.updated_at };
    tx.create(revision_record(reflection.id, number), row)
}

pub fn add(app: &App, tx: Changes, key: &DataKey, reflection: &Reflection) -> Result<Changes> {
    let sealed = sealed(app, key, reflection)?;
    let tx = tx.create(reflection.id.record(), row(reflection, sealed.clone()));
    Ok(add_revision(tx, reflection, sealed))
}

pub fn save(app: &App, tx: Changes, key: &DataKey, reflection: &Reflection) -> Result<Changes> {
    let sealed = sealed(app, key, reflection)?;
    let tx = tx.replace(reflection.id.record(), reflection.revision - 1, row(reflection, sealed.clone()));
    Ok(add_revision(tx, reflection, sealed))
}

/// Deletes a record, if its revision is still the one that was read.
pub fn remove(tx: Changes, record: RecordId, seen: Revision) -> Changes {
    tx.with(
        "IF (SELECT VALUE revision FROM ONLY $id) != $seen { THROW 'soundings:stale' }; DELETE $id RETURN NONE",
        [("id", record.into_value()), ("seen", seen.into_value())],
    )
}

pub async fn author(app: &App, id: ReflectionId) -> Result<PersonId> {
    app.db.run("SELECT VALUE author FROM $id").bind("id", id).one().await?.ok_or(Error::NotFound)
}

pub async fn revision(app: &App, id: ReflectionId) -> Result<Revision> {
    app.db.run("SELECT VALUE revision FROM $id").bind("id", id).one().await?.ok_or(Error::NotFound)
}

pub async fn get(app: &App, key: &DataKey, id: ReflectionId) -> Result<Reflection> {
    let row: Option<Row> = app.db.get(id).await?;
    row.ok_or(Error::NotFound)?.open(key)
}

/// How many reflections are read at once to look through them: a dozen megabytes at most, whatever they say.
const BATCH: usize = 50;
/// How many revisions are read at once.
const REVISIONS: usize = 21;

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

/// The revisions before one, newest first: as many as are wanted, or a few more. Reads and opens in batches.
pub async fn revisions(
    app: &App,
    key: &DataKey,
    id: ReflectionId,
    (mut before, wanted): (Revision, usize),
) -> Result<Vec<Revised>> {
    let mut found: Vec<Revised> = Vec::with_capacity(wanted);
    loop {
        let rows = some_revisions(app, id, before).await?;
        let full = rows.len();
        for row in rows {
            before = row.number;
            found.push(row.open(key)?);
        }
        if full < REVISIONS || found.len() >= wanted {
            return Ok(found);
        }
    }
}

async fn some_revisions(app: &App, id: ReflectionId, before: Revision) -> Result<Vec<RevisionRow>> {
    app.db
        .run(
            "SELECT * OMIT id FROM reflection_revision WHERE reflection = $id AND number < $before ORDER BY number DESC LIMIT 21",
        )
        .bind("id", id)
        .bind("before", before)
        .all()
        .await
}

/// One revision, however old.
pub async fn revised(app: &App, key: &DataKey, id: ReflectionId, number: Revision) -> Result<Revised> {
    let row: Option<RevisionRow> = app.db.run("SELECT * OMIT id FROM $id").bind("id", revision_record(id, number)).one().await?;
    row.ok_or(Error::NotFound)?.open(key)
}

/// The records of everything that hangs on a reflection.
pub async fn everything_of(app: &App, id: ReflectionId) -> Result<Vec<RecordId>> {
    let mut answers = app
        .db
        .run(
            "SELECT VALUE id FROM reflection_revision WHERE reflection = $id;
             SELECT VALUE id FROM share WHERE reflection = $id",
        )
        .bind("id", id)
        .answers()
        .await?;
    let mut all: Vec<RecordId> = answers.rows(0)?;
    for share in answers.rows::<ShareId>(1)? {
        // By share: `share IN (…)` would look at every response there is.
        all.extend(response_records(app, share).await?);
        all.push(share.record());
    }
    all.push(super::drafts::record(id));
    Ok(all)
}

pub async fn working_copy(app: &App, id: ReflectionId) -> Result<Option<super::drafts::Row>> {
    app.db.run("SELECT * OMIT id FROM $id").bind("id", super::drafts::record(id)).one().await
}

/// A share as it is kept.
#[derive(Clone, SurrealValue)]
pub struct ShareRow {
    pub id: ShareId,
    pub reflection: ReflectionId,
    pub author: PersonId,
    pub reader: PersonId,
    pub author_membership: MembershipId,
    pub reader_membership: MembershipId,
    pub relationship: Option<RelationshipId>,
    pub until: DateTime<Utc>,
    pub sealed: Bytes,
    pub of_revision: Revision,
    pub revision: Revision,
    pub sort_key: String,
    pub shared_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(SurrealValue)]
struct LiveShare {
    id: ShareId,
    reflection: ReflectionId,
    author: PersonId,
    reader: PersonId,
    relationship: Option<RelationshipId>,
    until: DateTime<Utc>,
    of_revision: Revision,
    revision: Revision,
    shared_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    lasting: bool,
}

impl From<LiveShare> for Share {
    fn from(from: LiveShare) -> Self {
        Self {
            id: from.id,
            reflection: from.reflection,
            author: from.author,
            reader: from.reader,
            relationship: from.relationship,
            until: from.until,
            lasting: from.lasting,
            of_revision: from.of_revision,
            revision: from.revision,
            shared_at: from.shared_at,
            updated_at: from.updated_at,
        }
    }
}

pub async fn share(app: &App, id: ShareId) -> Result<Share> {
    let found: Option<LiveShare> = app
        .db
        .run(
            "SELECT *, author_membership.state = 'active' AND reader_membership.state = 'active'
                 AND (relationship = NONE OR relationship.state = 'current') AS lasting FROM $id",
        )
        .bind("id", id)
        .one()
        .await?;
    found.map(Share::from).ok_or(Error::NotFound)
}

pub async fn share_row(app: &App, id: ShareId) -> Result<ShareRow> {
    app.db.get(id).await?.ok_or(Error::NotFound)
}

/// The shares of a reflection, newest first: all of them, since there can't be more.
pub async fn shares_of(app: &App, reflection: ReflectionId) -> Result<Vec<Share>> {
    let found: Vec<LiveShare> = app
        .db
        .run(
            "SELECT *, author_membership.state = 'active' AND reader_membership.state = 'active'
                 AND (relationship = NONE OR relationship.state = 'current') AS lasting
             OMIT sealed FROM share WHERE reflection = $reflection AND sort_key < 'g' ORDER BY sort_key DESC LIMIT 200",
        )
        .bind("reflection", reflection)
        .all()
        .await?;
    Ok(found.into_iter().map(Share::from).collect())
}

/// How many shares a reflection has, as far as that matters.
pub async fn count_shares(app: &App, reflection: ReflectionId) -> Result<usize> {
    let shares: Vec<ShareId> = app
        .db
        .run("SELECT VALUE id FROM share WHERE reflection = $reflection AND sort_key < 'g' LIMIT 200")
        .bind("reflection", reflection)
        .all()
        .await?;
    Ok(shares.len())
}

/// What a person may read of what was shared with them, newest first: only what is open now.
pub async fn shared_with(app: &App, reader: PersonId, now: DateTime<Utc>, paging: &Paging) -> Result<Vec<Share>> {
    let found: Vec<LiveShare> = app
        .db
        .run(
            "SELECT *, true AS lasting OMIT sealed FROM share WHERE reader = $reader AND sort_key < $before AND until > $now
                 AND author_membership.state = 'active' AND reader_membership.state = 'active'
                 AND (relationship = NONE OR relationship.state = 'current')
             ORDER BY sort_key DESC LIMIT 101",
        )
        .bind("reader", reader)
        .bind("before", paging.before.clone())
        .bind("now", now)
        .all()
        .await?;
    Ok(found.into_iter().map(Share::from).collect())
}

pub async fn shares_on(app: &App, relationship: RelationshipId, reader: PersonId) -> Result<Vec<ShareId>> {
    app.db
        .run("SELECT VALUE id FROM share WHERE reader = $reader AND sort_key < 'g' AND relationship = $relationship")
        .bind("reader", reader)
        .bind("relationship", relationship)
        .all()
        .await
}

/// What an author shares with a reader as with any colleague, and what can still be read.
pub async fn shares_on_nothing(app: &App, author: PersonId, reader: PersonId, now: DateTime<Utc>) -> Result<Vec<ShareId>> {
    app.db
        .run(
            "SELECT VALUE id FROM share WHERE reader = $reader AND sort_key < 'g' AND author = $author
                 AND relationship = NONE AND until > $now",
        )
        .bind("reader", reader)
        .bind("author", author)
        .bind("now", now)
        .all()
        .await
}

/// Hangs a share on a relationship. Its revision stays, and what is sealed under it: the author's fence guards this.
pub fn hang_share(tx: Changes, share: ShareId, relationship: RelationshipId) -> Changes {
    tx.with(
        "UPDATE $id SET relationship = $relationship RETURN NONE",
        [("id", share.into_value()), ("relationship", relationship.into_value())],
    )
}

pub fn snapshot_place(record: &RecordId, revision: Revision) -> Place<'_> {
    Place { record, field: "snapshot", revision }
}

pub async fn snapshot(app: &App, key: &DataKey, id: ShareId) -> Result<Snapshot> {
    let row = share_row(app, id).await?;
    key.open_json(snapshot_place(&id.record(), row.revision), &row.sealed)
}

pub fn add_share(tx: Changes, row: ShareRow) -> Changes {
    tx.create(row.id.record(), row)
}

pub fn save_share(tx: Changes, row: ShareRow) -> Changes {
    tx.replace(row.id.record(), row.revision - 1, row)
}

#[derive(SurrealValue)]
struct ResponseRow {
    id: ResponseId,
    share: ShareId,
    by: PersonId,
    sealed: Bytes,
    sort_key: String,
    written_at: DateTime<Utc>,
}

pub fn add_response(app: &App, tx: Changes, key: &DataKey, share: ShareId, response: &Response) -> Result<Changes> {
    let record = response.id.record();
    let sealed = key.seal_json(&app.clock, place(&record, 0), &response.body)?;
    let row = ResponseRow {
        id: response.id,
        share,
        by: response.by,
        sealed,
        sort_key: response.id.to_string(),
        written_at: response.written_at,
    };
    Ok(tx.create(record, row))
}

pub async fn response(app: &App, key: &DataKey, id: ResponseId) -> Result<Response> {
    let row: Option<ResponseRow> = app.db.get(id).await?;
    open_response(key, &row.ok_or(Error::NotFound)?)
}

pub async fn responses(app: &App, key: &DataKey, share: ShareId) -> Result<Vec<Response>> {
    let rows: Vec<ResponseRow> = app
        .db
        .run("SELECT * FROM response WHERE share = $share AND sort_key < 'g' ORDER BY sort_key DESC LIMIT 200")
        .bind("share", share)
        .all()
        .await?;
    rows.iter().map(|row| open_response(key, row)).collect()
}

pub async fn response_records(app: &App, share: ShareId) -> Result<Vec<RecordId>> {
    app.db.run("SELECT VALUE id FROM response WHERE share = $share").bind("share", share).all().await
}

fn open_response(key: &DataKey, row: &ResponseRow) -> Result<Response> {
    let body = key.open_json(place(&row.id.record(), 0), &row.sealed)?;
    Ok(Response { id: row.id, by: row.by, body, written_at: row.written_at })
}

pub async fn prompt_sets(app: &App, owner: PersonId) -> Result<Vec<super::prompts::Row>> {
    app.db
        .run("SELECT * FROM prompt_set WHERE owner = $owner AND sort_key < 'g' ORDER BY sort_key DESC LIMIT 100")
        .bind("owner", owner)
        .all()
        .await
}

/// How many prompt sets a person has, as far as that matters.
pub async fn count_prompt_sets(app: &App, owner: PersonId) -> Result<usize> {
    let sets: Vec<PromptSetId> = app
        .db
        .run("SELECT VALUE id FROM prompt_set WHERE owner = $owner AND sort_key < 'g' LIMIT 100")
        .bind("owner", owner)
        .all()
        .await?;
    Ok(sets.len())
}
