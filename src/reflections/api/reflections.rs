//! One's own reflections: write, list, read, revise, delete.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
    types::MaybeUndefined,
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
    reflections::{self, model},
};

const REFLECTIONS: &str = "reflections";

/// The operations on one's own reflections.
pub struct ReflectionsApi;

/// A new reflection. Only the body is needed.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields, example)]
struct NewReflection {
    /// The reflection itself, in Markdown; at most 200,000 bytes.
    #[oai(default)]
    body: String,
    /// A title.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// The slug of the prompt set that was beside it.
    prompt_set: Option<String>,
    /// Tags of one's own.
    tags: Option<Vec<String>>,
    /// What bothers me.
    unease: Option<String>,
    /// What I do not know.
    unknowns: Option<Vec<String>>,
    /// Rival explanations, held open.
    hypotheses: Option<Vec<String>>,
}

impl poem_openapi::types::Example for NewReflection {
    fn example() -> Self {
        Self {
            body: "I went in with a plan and left it in the car.".to_owned(),
            title: Some("Second visit".to_owned()),
            occurred_on: NaiveDate::from_ymd_opt(2026, 11, 20),
            prompt_set: None,
            tags: Some(vec!["home visits".to_owned()]),
            unease: Some("The quiet.".to_owned()),
            unknowns: None,
            hypotheses: None,
        }
    }
}

impl From<NewReflection> for model::Content {
    fn from(from: NewReflection) -> Self {
        Self {
            body: from.body,
            title: from.title,
            occurred_on: from.occurred_on,
            prompt_set: from.prompt_set,
            tags: from.tags.unwrap_or_default(),
            unease: from.unease,
            unknowns: from.unknowns.unwrap_or_default(),
            hypotheses: from.hypotheses.unwrap_or_default(),
        }
    }
}

/// A change to a reflection (JSON Merge Patch): what is left out stays, what is null goes.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct ReflectionChange {
    /// The reflection itself.
    body: Option<String>,
    /// The title.
    title: MaybeUndefined<String>,
    /// When it happened.
    occurred_on: MaybeUndefined<NaiveDate>,
    /// The prompt set.
    prompt_set: MaybeUndefined<String>,
    /// The tags, all of them.
    tags: MaybeUndefined<Vec<String>>,
    /// What bothers me.
    unease: MaybeUndefined<String>,
    /// What I do not know, all of it.
    unknowns: MaybeUndefined<Vec<String>>,
    /// Rival explanations, all of them.
    hypotheses: MaybeUndefined<Vec<String>>,
}

impl From<ReflectionChange> for model::Change {
    fn from(from: ReflectionChange) -> Self {
        Self {
            body: from.body,
            title: patch(from.title),
            occurred_on: patch(from.occurred_on),
            prompt_set: patch(from.prompt_set),
            tags: patch(from.tags),
            unease: patch(from.unease),
            unknowns: patch(from.unknowns),
            hypotheses: patch(from.hypotheses),
            instead_of: None,
        }
    }
}

/// One's own reflection.
#[derive(Debug, Object)]
pub(super) struct Reflection {
    /// Its id.
    id: ReflectionId,
    /// Its revision: 1 when written, one more with each change.
    revision: Revision,
    /// The reflection itself, in Markdown.
    body: String,
    /// Its title.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// The prompt set that was beside it.
    prompt_set: Option<String>,
    /// Its tags.
    tags: Vec<String>,
    /// What bothers me.
    unease: Option<String>,
    /// What I do not know.
    unknowns: Vec<String>,
    /// Rival explanations.
    hypotheses: Vec<String>,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it was last revised.
    updated_at: DateTime<Utc>,
}

impl From<model::Reflection> for Reflection {
    fn from(from: model::Reflection) -> Self {
        let content = from.content;
        Self {
            id: from.id,
            revision: from.revision,
            body: content.body,
            title: content.title,
            occurred_on: content.occurred_on,
            prompt_set: content.prompt_set,
            tags: content.tags,
            unease: content.unease,
            unknowns: content.unknowns,
            hypotheses: content.hypotheses,
            created_at: from.created_at,
            updated_at: from.updated_at,
        }
    }
}

#[OpenApi]
impl ReflectionsApi {
    /// Write a reflection. Only the body is needed.
    ///
    /// What was begun with `POST /working-copies` is saved by naming it, with its ETag in If-Match: the reflection has its id,
    /// and it is gone.
    #[oai(path = "/reflections", method = "post", operation_id = "write_reflection", tag = "Tag::Reflections")]
    async fn write_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        /// The id of what was begun and is saved with this.
        begun: Query<Option<ReflectionId>>,
        #[oai(name = "If-Match")] seen: Header<Option<String>>,
        body: Json<NewReflection>,
    ) -> poem::Result<Made<Reflection>> {
        let reflection = match begun.0 {
            None => reflections::write(&app, &auth.0, &key.0, body.0.into()).await?,
            Some(begun) => {
                let seen = seen_if_any(seen.0.as_deref())?;
                reflections::write_up(&app, &auth.0, &key.0, (begun, seen), body.0.into()).await?
            }
        };
        let (revision, location) = (reflection.revision, format!("/reflections/{}", reflection.id));
        Ok(made(reflection.into(), revision, &location))
    }

    /// List my reflections, newest first.
    #[oai(path = "/reflections", method = "get", operation_id = "list_reflections", tag = "Tag::Reflections")]
    #[expect(clippy::too_many_arguments, reason = "one for each query parameter of the contract")]
    async fn list_reflections(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        /// Only with this tag.
        tag: Query<Option<String>>,
        /// Only of this day or later.
        from: Query<Option<NaiveDate>>,
        /// Only of this day or earlier.
        to: Query<Option<NaiveDate>>,
        /// Only with all these words.
        q: Query<Option<String>>,
        /// At most so many: 1 to 100, 20 unless said.
        limit: Query<Option<u32>>,
        /// Where to go on, from `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Reflection>> {
        let paging = Paging::read(&app.vault, REFLECTIONS, limit.0, cursor.0.as_deref())?;
        let filter = model::Filter::new(tag.0, from.0, to.0, q.0.as_deref());
        let slice = reflections::list(&app, &auth.0, &filter, &paging).await?;
        Ok(listed(slice.page(&app.vault, REFLECTIONS, Reflection::from), request))
    }

    /// Read one of my reflections.
    #[oai(path = "/reflections/:reflection", method = "get", operation_id = "get_reflection", tag = "Tag::Reflections")]
    async fn get_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Found<Reflection>> {
        Ok(show(reflections::get(&app, &auth.0, reflection.0).await?))
    }

    /// Revise one of my reflections. The earlier revision is kept.
    ///
    /// The working copy goes with it if this says all that it holds, or takes its place by naming its revision.
    #[oai(path = "/reflections/:reflection", method = "patch", operation_id = "revise_reflection", tag = "Tag::Reflections")]
    async fn revise_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        reflection: Path<ReflectionId>,
        /// The revision of the working copy that this takes the place of.
        instead_of: Query<Option<Revision>>,
        body: Json<ReflectionChange>,
    ) -> poem::Result<Found<Reflection>> {
        let change = model::Change { instead_of: instead_of.0, ..body.0.into() };
        Ok(show(reflections::revise(&app, &auth.0, reflection.0, seen.0, change).await?))
    }

    /// Delete one of my reflections, with its revisions, shares and responses. Nothing is kept.
    #[oai(path = "/reflections/:reflection", method = "delete", operation_id = "delete_reflection", tag = "Tag::Reflections")]
    async fn delete_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Done> {
        reflections::delete(&app, &auth.0, reflection.0, seen.0).await?;
        Ok(Done::NoContent)
    }
}

/// What a merge patch says of a field: nothing, gone, or a value.
fn patch<T>(field: MaybeUndefined<T>) -> Option<Option<T>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

fn show(reflection: model::Reflection) -> Found<Reflection> {
    let revision = reflection.revision;
    found(reflection.into(), revision)
}
