//! Shares: snapshots for a named person, until a day.

use chrono::{DateTime, Utc};
use surrealdb::types::{Bytes, RecordId, SurrealValue};

use crate::{
    app::App,
    db::Changes,
    error::{Error, Result, Revision},
    http::paging::Paging,
    id::{Id, MembershipId, PersonId, ReflectionId, RelationshipId, ShareId},
    reflections::model::{Share, Snapshot},
    vault::{DataKey, Place},
};

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

/// What an author shares with one reader who can read it now, newest first: the latest hundred.
pub async fn shared_between(app: &App, author: PersonId, reader: PersonId, now: DateTime<Utc>) -> Result<Vec<Share>> {
    let found: Vec<LiveShare> = app
        .db
        .run(
            "SELECT *, true AS lasting OMIT sealed FROM share WHERE reader = $reader AND sort_key < 'g' AND author = $author
                 AND until > $now AND author_membership.state = 'active' AND reader_membership.state = 'active'
                 AND (relationship = NONE OR relationship.state = 'current')
             ORDER BY sort_key DESC LIMIT 100",
        )
        .bind("reader", reader)
        .bind("author", author)
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
