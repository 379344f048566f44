//! Shares as their author sees them: a snapshot for a named person, until a day.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

use super::{PersonName, Response, Tag};
use crate::{
    app::App,
    error::Revision,
    http::{
        answer::{Done, Found, IfMatch, Made, found_with, made},
        auth::Auth,
        operation::IdempotencyKey,
    },
    id::{PersonId, ReflectionId, RelationshipId, ShareId},
    reflections::{model, sharing},
};

/// The operations on the shares of one's own reflections.
pub struct SharesApi;

/// With whom to share, until when, and a word to go with it.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewShare {
    /// A colleague: see `/organisations/{organisation}/colleagues`.
    person_id: PersonId,
    /// Up to and including this day; within a year. Without it a year, or less if the supervision ends.
    until: Option<NaiveDate>,
    /// A word to go with it.
    note: Option<String>,
}

/// A change to a share.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct ShareChange {
    /// Replace the snapshot with the reflection as it reads now.
    #[oai(default)]
    push: bool,
    /// Up to and including this day.
    until: Option<NaiveDate>,
    /// Another word to go with it.
    note: Option<String>,
}

/// A share as its author sees it.
#[derive(Debug, Object)]
struct Share {
    /// Its id.
    id: ShareId,
    /// Of which reflection.
    reflection_id: ReflectionId,
    /// With whom.
    person: PersonName,
    /// Until when.
    until: DateTime<Utc>,
    /// Whether its reader can open it now.
    open: bool,
    /// The supervision it hangs on and ends with, if any.
    relationship_id: Option<RelationshipId>,
    /// Which revision of the reflection was shared.
    of_revision: Revision,
    /// The share's own revision.
    revision: Revision,
    /// When it was shared.
    shared_at: DateTime<Utc>,
    /// The word that goes with it; not in lists.
    note: Option<String>,
    /// What came back, newest first; not in lists.
    responses: Vec<Response>,
}

impl Share {
    fn show(share: &model::Share, reader: String, now: DateTime<Utc>) -> Self {
        Self {
            id: share.id,
            reflection_id: share.reflection,
            person: PersonName { id: share.reader, name: reader },
            until: share.until,
            open: share.open(now),
            relationship_id: share.relationship,
            of_revision: share.of_revision,
            revision: share.revision,
            shared_at: share.shared_at,
            note: None,
            responses: Vec::new(),
        }
    }

    fn full(from: sharing::Shared, now: DateTime<Utc>) -> Self {
        Self {
            note: from.snapshot.note,
            responses: from.responses.into_iter().map(Response::from).collect(),
            ..Self::show(&from.share, from.reader_name, now)
        }
    }
}

/// The shares of a reflection.
#[derive(Debug, Object)]
struct Shares {
    /// The shares, newest first.
    items: Vec<Share>,
}

#[OpenApi]
impl SharesApi {
    /// Share a snapshot of one of my reflections with a colleague, until a day.
    #[oai(path = "/reflections/:reflection/shares", method = "post", operation_id = "share_reflection", tag = "Tag::Sharing")]
    async fn share_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        reflection: Path<ReflectionId>,
        body: Json<NewShare>,
    ) -> poem::Result<Made<Share>> {
        let input = sharing::NewShare { person: body.person_id, until: body.until, note: body.0.note };
        let shared = sharing::share(&app, &auth.0, reflection.0, &key.0, input).await?;
        let (revision, location) = (shared.share.revision, format!("/reflections/{}/shares/{}", reflection.0, shared.share.id));
        Ok(made(Share::full(shared, app.clock.now()), revision, &location))
    }

    /// List the shares of one of my reflections.
    #[oai(path = "/reflections/:reflection/shares", method = "get", operation_id = "list_shares", tag = "Tag::Sharing")]
    async fn list_shares(&self, auth: Auth, app: Data<&Arc<App>>, reflection: Path<ReflectionId>) -> poem::Result<Json<Shares>> {
        let shares = sharing::list(&app, &auth.0, reflection.0).await?;
        let now = app.clock.now();
        Ok(Json(Shares { items: shares.into_iter().map(|(share, name)| Share::show(&share, name, now)).collect() }))
    }

    /// Read one of my shares, with what came back.
    #[oai(path = "/reflections/:reflection/shares/:share", method = "get", operation_id = "get_share", tag = "Tag::Sharing")]
    async fn get_share(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
        share: Path<ShareId>,
    ) -> poem::Result<Found<Share>> {
        Ok(show(sharing::get(&app, &auth.0, reflection.0, share.0).await?, app.clock.now()))
    }

    /// Push an update into a share, or change its last day or its note.
    #[oai(path = "/reflections/:reflection/shares/:share", method = "patch", operation_id = "update_share", tag = "Tag::Sharing")]
    async fn update_share(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        reflection: Path<ReflectionId>,
        share: Path<ShareId>,
        body: Json<ShareChange>,
    ) -> poem::Result<Found<Share>> {
        let input = sharing::ShareUpdate { push: body.push, until: body.until, note: body.0.note };
        Ok(show(sharing::update(&app, &auth.0, (reflection.0, share.0), seen.0, input).await?, app.clock.now()))
    }

    /// Take a share back: the snapshot and the responses are deleted.
    #[oai(
        path = "/reflections/:reflection/shares/:share",
        method = "delete",
        operation_id = "withdraw_share",
        tag = "Tag::Sharing"
    )]
    async fn withdraw_share(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
        share: Path<ShareId>,
    ) -> poem::Result<Done> {
        sharing::withdraw(&app, &auth.0, reflection.0, share.0).await?;
        Ok(Done::NoContent)
    }
}

fn show(shared: sharing::Shared, now: DateTime<Utc>) -> Found<Share> {
    let (revision, responses) = (shared.share.revision, shared.responses.len());
    found_with(Share::full(shared, now), revision, responses)
}
