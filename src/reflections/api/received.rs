//! What was shared with the caller, and what they write back.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};

use super::{PersonName, Response, Tag};
use crate::{
    app::App,
    error::Revision,
    http::{
        answer::{Found, Listed, Made, found_with, listed, made},
        auth::Auth,
        operation::IdempotencyKey,
        paging::Paging,
    },
    id::{ReflectionId, ShareId},
    reflections::sharing,
};

const RECEIVED: &str = "shared-with-me";

/// The operations on what was shared with the caller.
pub struct ReceivedApi;

/// What was shared with the caller.
#[derive(Debug, Object)]
struct Received {
    /// The share's id.
    id: ShareId,
    /// Of which reflection.
    reflection_id: ReflectionId,
    /// Who shared it.
    from: PersonName,
    /// Until when it can be read.
    until: DateTime<Utc>,
    /// The text as it was, in Markdown.
    body: String,
    /// Its title.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// What bothers its author.
    unease: Option<String>,
    /// What its author does not know.
    unknowns: Vec<String>,
    /// Rival explanations.
    hypotheses: Vec<String>,
    /// A word from its author.
    note: Option<String>,
    /// When it was shared.
    shared_at: DateTime<Utc>,
    /// When its author last pushed an update.
    updated_at: DateTime<Utc>,
    /// The share's revision.
    revision: Revision,
    /// What the caller wrote back, newest first; not in lists.
    responses: Vec<Response>,
}

impl From<sharing::Shared> for Received {
    fn from(from: sharing::Shared) -> Self {
        let (share, content) = (from.share, from.snapshot.content);
        Self {
            id: share.id,
            reflection_id: share.reflection,
            from: PersonName { id: share.author, name: from.author_name },
            until: share.until,
            body: content.body,
            title: content.title,
            occurred_on: content.occurred_on,
            unease: content.unease,
            unknowns: content.unknowns,
            hypotheses: content.hypotheses,
            note: from.snapshot.note,
            shared_at: share.shared_at,
            updated_at: share.updated_at,
            revision: share.revision,
            responses: from.responses.into_iter().map(Response::from).collect(),
        }
    }
}

/// A response.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewResponse {
    /// What to write back, in Markdown.
    body: String,
}

#[OpenApi]
impl ReceivedApi {
    /// List what was shared with me and is open now.
    #[oai(path = "/shared-with-me", method = "get", operation_id = "list_received", tag = "Tag::Sharing")]
    async fn list_received(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Received>> {
        let paging = Paging::read(&app.vault, RECEIVED, limit.0, cursor.0.as_deref())?;
        let slice = sharing::list_received(&app, &auth.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, RECEIVED, Received::from), request))
    }

    /// Read what was shared with me.
    #[oai(path = "/shared-with-me/:share", method = "get", operation_id = "get_received", tag = "Tag::Sharing")]
    async fn get_received(&self, auth: Auth, app: Data<&Arc<App>>, share: Path<ShareId>) -> poem::Result<Found<Received>> {
        let shared = sharing::get_received(&app, &auth.0, share.0).await?;
        let (revision, responses) = (shared.share.revision, shared.responses.len());
        Ok(found_with(shared.into(), revision, responses))
    }

    /// Respond to what was shared with me. Its author sees it.
    #[oai(path = "/shared-with-me/:share/responses", method = "post", operation_id = "respond", tag = "Tag::Sharing")]
    async fn respond(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        share: Path<ShareId>,
        body: Json<NewResponse>,
    ) -> poem::Result<Made<Response>> {
        let response = sharing::respond(&app, &auth.0, share.0, &key.0, &body.body).await?;
        Ok(made(response.into(), 1, &format!("/shared-with-me/{}", share.0)))
    }
}
