//! How a reflection of one's own read before.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

use super::Tag;
use crate::{
    app::App,
    error::Revision,
    http::{
        answer::{Found, found},
        auth::Auth,
    },
    id::ReflectionId,
    reflections::{self, model},
};

/// The operations on the revisions of a reflection.
pub struct RevisionsApi;

/// One revision of a reflection.
#[derive(Debug, Object)]
struct ReflectionRevision {
    /// Its number.
    revision: Revision,
    /// The reflection itself, in Markdown.
    body: String,
    /// Its title.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// Its tags.
    tags: Vec<String>,
    /// What bothers me.
    unease: Option<String>,
    /// What I do not know.
    unknowns: Vec<String>,
    /// Rival explanations.
    hypotheses: Vec<String>,
    /// When it was written.
    written_at: DateTime<Utc>,
}

impl From<model::Revised> for ReflectionRevision {
    fn from(from: model::Revised) -> Self {
        let content = from.content;
        Self {
            revision: from.number,
            body: content.body,
            title: content.title,
            occurred_on: content.occurred_on,
            tags: content.tags,
            unease: content.unease,
            unknowns: content.unknowns,
            hypotheses: content.hypotheses,
            written_at: from.written_at,
        }
    }
}

/// The revisions of a reflection.
#[derive(Debug, Object)]
struct ReflectionRevisions {
    /// The revisions, newest first.
    items: Vec<ReflectionRevision>,
}

#[OpenApi]
impl RevisionsApi {
    /// List the revisions of one of my reflections.
    #[oai(path = "/reflections/:reflection/revisions", method = "get", operation_id = "list_revisions", tag = "Tag::Reflections")]
    async fn list_revisions(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Json<ReflectionRevisions>> {
        let revisions = reflections::list_revisions(&app, &auth.0, reflection.0).await?;
        Ok(Json(ReflectionRevisions { items: revisions.into_iter().map(ReflectionRevision::from).collect() }))
    }

    /// Read one revision of one of my reflections.
    #[oai(
        path = "/reflections/:reflection/revisions/:number",
        method = "get",
        operation_id = "get_revision",
        tag = "Tag::Reflections"
    )]
    async fn get_revision(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
        number: Path<i64>,
    ) -> poem::Result<Found<ReflectionRevision>> {
        let revised = reflections::get_revision(&app, &auth.0, reflection.0, number.0).await?;
        Ok(found(revised.into(), number.0))
    }
}
