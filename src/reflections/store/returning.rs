//! What somebody means to return to.

use surrealdb::types::RecordId;

use crate::{app::App, error::Result, reflections::returning};

pub async fn marks(app: &App, record: RecordId) -> Result<Option<returning::Row>> {
    app.db.run("SELECT * OMIT id FROM $id").bind("id", record).one().await
}
