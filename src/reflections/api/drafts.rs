//! The working copy of a reflection: what is being typed and not yet saved.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

use super::Tag;
use crate::{
    app::App,
    error::Revision,
    http::{
        answer::{Done, Found, IfMatch, Listed, Made, found, listed, made, seen_if_any},
        auth::Auth,
        operation::IdempotencyKey,
        paging::Paging,
    },
    id::ReflectionId,
    reflections::{drafts, model},
};

/// The operations on working copies.
pub struct DraftsApi;

/// What is being typed, as far as it is: a part that is left out is not being typed. Nothing is required of any.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewWorkingCopy {
    /// The text so far.
    body: String,
    /// The title so far.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// The slug of the prompt set beside it.
    prompt_set: Option<String>,
    /// The tags so far.
    tags: Option<Vec<String>>,
    /// What bothers me, so far.
    unease: Option<String>,
    /// What I do not know, so far.
    unknowns: Option<Vec<String>>,
    /// Rival explanations so far.
    hypotheses: Option<Vec<String>>,
    /// The revision of the reflection that is being edited.
    based_on: Revision,
}

impl From<NewWorkingCopy> for model::Draft {
    fn from(from: NewWorkingCopy) -> Self {
        Self {
            body: from.body,
            title: from.title,
            occurred_on: from.occurred_on,
            prompt_set: from.prompt_set,
            tags: from.tags,
            unease: from.unease,
            unknowns: from.unknowns,
            hypotheses: from.hypotheses,
        }
    }
}

/// What was being typed.
#[derive(Debug, Object)]
struct WorkingCopy {
    /// The text so far.
    body: String,
    /// The title so far.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// The slug of the prompt set beside it.
    prompt_set: Option<String>,
    /// The tags so far.
    tags: Option<Vec<String>>,
    /// What bothers me, so far.
    unease: Option<String>,
    /// What I do not know, so far.
    unknowns: Option<Vec<String>>,
    /// Rival explanations so far.
    hypotheses: Option<Vec<String>>,
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
            occurred_on: content.occurred_on,
            prompt_set: content.prompt_set,
            tags: content.tags,
            unease: content.unease,
            unknowns: content.unknowns,
            hypotheses: content.hypotheses,
            based_on: from.based_on,
            revision: from.revision,
            saved_at: from.saved_at,
        }
    }
}

/// Writing that was begun and never saved.
#[derive(Debug, Object)]
struct Begun {
    /// The id that the reflection will have.
    id: ReflectionId,
    /// What it says so far.
    working_copy: WorkingCopy,
}

impl From<drafts::Begun> for Begun {
    fn from(from: drafts::Begun) -> Self {
        Self { id: from.id, working_copy: from.copy.into() }
    }
}

const BEGUN: &str = "begun";

#[OpenApi]
impl DraftsApi {
    /// Begin to write: keep the first words of a new reflection, before anybody saves it.
    ///
    /// What is typed further is kept under `/reflections/{reflection}/working-copy`. It is saved with `POST /reflections`.
    #[oai(path = "/working-copies", method = "post", operation_id = "begin_reflection", tag = "Tag::Reflections")]
    async fn begin_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        body: Json<NewWorkingCopy>,
    ) -> poem::Result<Made<Begun>> {
        let begun = drafts::begin(&app, &auth.0, &key.0, body.0.into()).await?;
        let (revision, location) = (begun.copy.revision, format!("/reflections/{}/working-copy", begun.id));
        Ok(made(begun.into(), revision, &location))
    }

    /// List what I have begun and never saved, newest first.
    #[oai(path = "/working-copies", method = "get", operation_id = "list_begun", tag = "Tag::Reflections")]
    async fn list_begun(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        /// At most so many: 1 to 100, 20 unless said.
        limit: Query<Option<u32>>,
        /// Where to go on, from `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Begun>> {
        let paging = Paging::read(&app.vault, BEGUN, limit.0, cursor.0.as_deref())?;
        let slice = drafts::list_begun(&app, &auth.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, BEGUN, Begun::from), request))
    }

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
    ///
    /// Saving the reflection deletes the working copy if all that it holds is saved with it. Otherwise it stays, and is
    /// thrown away with DELETE.
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
        let seen = seen_if_any(seen.0.as_deref())?;
        let based_on = body.0.based_on;
        let copy = drafts::keep(&app, &auth.0, reflection.0, seen, (body.0.into(), based_on)).await?;
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
    async fn discard_working_copy(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Done> {
        drafts::discard(&app, &auth.0, reflection.0, seen.0).await?;
        Ok(Done::NoContent)
    }
}
