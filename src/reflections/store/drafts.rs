//! The working copy that is kept while one types.

use crate::{app::App, error::Result, id::ReflectionId, reflections::drafts};

pub async fn working_copy(app: &App, id: ReflectionId) -> Result<Option<drafts::Row>> {
    app.db.run("SELECT * OMIT id FROM $id").bind("id", drafts::record(id)).one().await
}
