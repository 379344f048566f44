//! How a reflection of one's own read before.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};

use super::Tag;
use crate::{
    app::App,
    error::{Result, Revision},
    http::{
        answer::{Found, found, next_link},
        auth::Auth,
        paging,
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
    /// The revisions of this page, newest first.
    items: Vec<ReflectionRevision>,
    /// The cursor of the next page; null on the last one.
    next: Option<String>,
}

/// A page of revisions with a link to the next.
#[derive(ApiResponse)]
enum Revisions {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Json<ReflectionRevisions>,
        /// The address of the next page (RFC 8288).
        #[oai(header = "Link")]
        Option<String>,
    ),
}

#[OpenApi]
impl RevisionsApi {
    /// List the revisions of one of my reflections, newest first.
    #[oai(path = "/reflections/:reflection/revisions", method = "get", operation_id = "list_revisions", tag = "Tag::Reflections")]
    async fn list_revisions(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        reflection: Path<ReflectionId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Revisions> {
        // A cursor is good for the revisions of one reflection only.
        let list = format!("revisions/{}", reflection.0);
        let page = (before(&app, &list, cursor.0.as_deref())?, paging::limit(limit.0)?);
        let (revisions, last) = reflections::list_revisions(&app, &auth.0, reflection.0, page).await?;
        let next = last.map(|last| paging::sign(&app.vault, &list, &last.to_be_bytes()));
        let link = next.as_deref().map(|cursor| next_link(request, cursor));
        let items = revisions.into_iter().map(ReflectionRevision::from).collect();
        Ok(Revisions::Ok(Json(ReflectionRevisions { items, next }), link))
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

/// The revision before which a page goes on. Every revision comes before the first page's.
fn before(app: &App, list: &str, cursor: Option<&str>) -> Result<Revision> {
    let Some(cursor) = cursor else { return Ok(Revision::MAX) };
    let place = paging::open(&app.vault, list, cursor)?;
    Ok(place.as_slice().try_into().map(Revision::from_be_bytes).unwrap_or_default())
}
