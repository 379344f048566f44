//! Responses: what was written back to a share.

use chrono::{DateTime, Utc};
use surrealdb::types::{Bytes, RecordId, SurrealValue};

use super::place;
use crate::{
    app::App,
    db::Changes,
    error::{Error, Result},
    id::{Id, PersonId, ResponseId, ShareId},
    reflections::model::Response,
    vault::DataKey,
};

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
