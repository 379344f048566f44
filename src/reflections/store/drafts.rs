//! The working copy that is kept while one types.

use crate::{
    app::App,
    error::Result,
    http::paging::Paging,
    id::{PersonId, ReflectionId},
    reflections::drafts,
};

pub async fn working_copy(app: &App, id: ReflectionId) -> Result<Option<drafts::Row>> {
    app.db.run("SELECT * OMIT id FROM $id").bind("id", drafts::record(id)).one().await
}

/// What a person has begun and never saved, newest first.
pub async fn begun(app: &App, author: PersonId, paging: &Paging) -> Result<Vec<drafts::Row>> {
    app.db
        .run(
            "SELECT * OMIT id FROM working_copy WHERE author = $author AND begun > '' AND begun < $before
             ORDER BY begun DESC LIMIT 101",
        )
        .bind("author", author)
        .bind("before", paging.before.clone())
        .all()
        .await
}
