//! The working copy of a reflection: what is being typed and not yet saved.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
    payload::Json,
};

use super::Tag;
use crate::{
    app::App,
    error::Revision,
    http::{
        answer::{Done, Found, found, seen_if_any},
        auth::Auth,
    },
    id::ReflectionId,
    reflections::{drafts, model},
};

/// The operations on working copies.
pub struct DraftsApi;

/// What is being typed. Nothing is required of it.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewWorkingCopy {
    /// The text so far.
    body: String,
    /// The title so far.
    title: Option<String>,
    /// The revision of the reflection that is being edited.
    based_on: Revision,
}

/// What was being typed.
#[derive(Debug, Object)]
struct WorkingCopy {
    /// The text so far.
    body: String,
    /// The title so far.
    title: Option<String>,
    /// The revision of the reflection that is being edited.
    based_on: Revision,
    /// The working copy's own revision.
    revision: Revision,
    /// When it was last kept.
    saved_at: DateTime<Utc>,
}

impl From<drafts::WorkingCopy> for WorkingCopy {
    fn from(from: drafts::WorkingCopy) -> Self {
        let content = from.content;
        Self {
            body: content.body,
            title: content.title,
            based_on: from.based_on,
            revision: from.revision,
            saved_at: from.saved_at,
        }
    }
}

#[OpenApi]
impl DraftsApi {
    /// Read what is being typed and not yet saved.
    #[oai(
        path = "/reflections/:reflection/working-copy",
        method = "get",
        operation_id = "get_working_copy",
        tag = "Tag::Reflections"
    )]
    async fn get_working_copy(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Found<WorkingCopy>> {
        let copy = drafts::get(&app, &auth.0, reflection.0).await?;
        let revision = copy.revision;
        Ok(found(copy.into(), revision))
    }

    /// Keep what is being typed. After the first time, send the ETag of the working copy in If-Match.
    #[oai(
        path = "/reflections/:reflection/working-copy",
        method = "put",
        operation_id = "keep_working_copy",
        tag = "Tag::Reflections"
    )]
    async fn keep_working_copy(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
        #[oai(name = "If-Match")] seen: Header<Option<String>>,
        body: Json<NewWorkingCopy>,
    ) -> poem::Result<Found<WorkingCopy>> {
        let content = model::Content { body: body.0.body, title: body.0.title, ..model::Content::default() };
        let seen = seen_if_any(seen.0.as_deref())?;
        let copy = drafts::keep(&app, &auth.0, reflection.0, seen, (content, body.0.based_on)).await?;
        let revision = copy.revision;
        Ok(found(copy.into(), revision))
    }

    /// Throw away what is being typed.
    #[oai(
        path = "/reflections/:reflection/working-copy",
        method = "delete",
        operation_id = "discard_working_copy",
        tag = "Tag::Reflections"
    )]
    async fn discard_working_copy(&self, auth: Auth, app: Data<&Arc<App>>, reflection: Path<ReflectionId>) -> poem::Result<Done> {
        drafts::discard(&app, &auth.0, reflection.0).await?;
        Ok(Done::NoContent)
    }
}
