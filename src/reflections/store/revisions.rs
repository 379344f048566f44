//! Revisions: how a reflection read each time it was saved. The present one is the reflection itself; it is kept beside it
//! when the next is saved.

use chrono::{DateTime, Utc};
use surrealdb::types::{Bytes, RecordId, SurrealValue};

use super::{
    place,
    reflections::{get, revision},
};
use crate::{
    app::App,
    db::Changes,
    error::{Error, Result, Revision},
    id::{Id, ReflectionId},
    reflections::model::Revised,
    vault::DataKey,
};

#[derive(SurrealValue)]
struct RevisionRow {
    reflection: ReflectionId,
    number: Revision,
    sealed: Bytes,
    written_at: DateTime<Utc>,
}

impl RevisionRow {
    fn open(self, key: &DataKey) -> Result<Revised> {
        let content = key.open_json(place(&self.reflection.record(), self.number), &self.sealed)?;
        Ok(Revised { number: self.number, content, written_at: self.written_at })
    }
}

fn revision_record(id: ReflectionId, number: Revision) -> RecordId {
    RecordId::new("reflection_revision", format!("{id}|{number:09}"))
}

/// Keeps the present revision as it stands. It is sealed for this number already, so its bytes are good in both places.
pub(super) fn keep_revision(tx: Changes, id: ReflectionId, number: Revision) -> Changes {
    tx.expect(id.record(), number).with(
        "UPSERT ONLY $kept CONTENT
             (SELECT id AS reflection, revision AS number, sealed, updated_at AS written_at FROM ONLY $id) RETURN NONE",
        [("id", id.record().into_value()), ("kept", revision_record(id, number).into_value())],
    )
}

/// How many revisions are read at once.
const REVISIONS: usize = 21;

/// The revisions before one, newest first: as many as are wanted, or a few more. Reads and opens in batches.
pub async fn revisions(
    app: &App,
    key: &DataKey,
    id: ReflectionId,
    (mut before, wanted): (Revision, usize),
) -> Result<Vec<Revised>> {
    let mut found: Vec<Revised> = Vec::with_capacity(wanted);
    if revision(app, id).await? < before {
        let present = get(app, key, id).await?;
        before = present.revision;
        found.push(present.into());
    }
    while found.len() < wanted {
        let rows = some_revisions(app, id, before).await?;
        let full = rows.len();
        for row in rows {
            before = row.number;
            found.push(row.open(key)?);
        }
        if full < REVISIONS {
            break;
        }
    }
    Ok(found)
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
    if revision(app, id).await? == number {
        let present = get(app, key, id).await?;
        // Somebody may have saved the next one meanwhile: then this one is kept by now.
        if present.revision == number {
            return Ok(present.into());
        }
    }
    let row: Option<RevisionRow> = app.db.run("SELECT * OMIT id FROM $id").bind("id", revision_record(id, number)).one().await?;
    row.ok_or(Error::NotFound)?.open(key)
}
