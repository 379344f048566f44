//! JSON edge of supervision sessions: planned, moved, cancelled with a reason.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};

use super::Tag;
use crate::{
    app::App,
    error::Revision,
    http::{
        answer::{Found, IfMatch, Made, found, made},
        auth::Auth,
        operation::IdempotencyKey,
    },
    id::{AgreementId, PersonId, SupervisionSessionId},
    supervision::{model, sessions},
};

/// The operations on sessions.
pub struct SessionsApi;

/// When and where to meet.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewSession {
    /// Under which agreement.
    agreement_id: AgreementId,
    /// When it begins.
    starts_at: DateTime<Utc>,
    /// How long it takes: 5 to 480 minutes.
    minutes: i64,
    /// Where: a room, or a call.
    place: Option<String>,
}

/// Another time or place, and why.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct SessionMove {
    /// When it begins.
    starts_at: DateTime<Utc>,
    /// How long it takes: 5 to 480 minutes.
    minutes: i64,
    /// Where.
    place: Option<String>,
    /// Why it is moved.
    reason: String,
}

/// Why a session is cancelled.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Cancellation {
    /// Why.
    reason: String,
}

/// Whether a session stands.
#[derive(Debug, Enum)]
#[oai(rename_all = "snake_case")]
enum SessionState {
    /// It is to take place.
    Planned,
    /// It will not.
    Cancelled,
}

/// An earlier time of a session.
#[derive(Debug, Object)]
struct Moved {
    /// When it was to begin before.
    from: DateTime<Utc>,
    /// Who moved it.
    by: PersonId,
    /// Why.
    reason: String,
}

/// A supervision session.
#[derive(Debug, Object)]
#[oai(rename = "SupervisionSession")]
struct Session {
    /// Its id.
    id: SupervisionSessionId,
    /// Under which agreement.
    agreement_id: AgreementId,
    /// The supervisor.
    supervisor_id: PersonId,
    /// The worker.
    worker_id: PersonId,
    /// When it begins.
    starts_at: DateTime<Utc>,
    /// How long it takes.
    minutes: i64,
    /// Where.
    place: Option<String>,
    /// Whether it stands.
    state: SessionState,
    /// Why it was cancelled.
    cancelled_because: Option<String>,
    /// How often and why it was moved, oldest first.
    moves: Vec<Moved>,
    /// Its revision, as in the ETag.
    revision: Revision,
    /// When it last changed.
    updated_at: DateTime<Utc>,
}

impl From<model::Session> for Session {
    fn from(from: model::Session) -> Self {
        let (state, cancelled_because) = match from.state {
            model::SessionState::Planned => (SessionState::Planned, None),
            model::SessionState::Cancelled { reason } => (SessionState::Cancelled, Some(reason)),
        };
        let moved = |m: model::Move| Moved { from: m.from, by: m.by, reason: m.reason };
        Self {
            id: from.id,
            agreement_id: from.agreement,
            supervisor_id: from.supervisor,
            worker_id: from.worker,
            starts_at: from.slot.starts_at,
            minutes: from.slot.minutes,
            place: from.slot.place,
            state,
            cancelled_because,
            moves: from.moves.into_iter().map(moved).collect(),
            revision: from.revision,
            updated_at: from.updated_at,
        }
    }
}

/// Sessions in order of time.
#[derive(Debug, Object)]
struct SessionList {
    /// The sessions.
    items: Vec<Session>,
}

#[OpenApi]
impl SessionsApi {
    /// Plan a session.
    #[oai(path = "/supervision/sessions", method = "post", operation_id = "plan_session", tag = "Tag::Supervision")]
    async fn plan_session(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        body: Json<NewSession>,
    ) -> poem::Result<Made<Session>> {
        let slot = model::Slot { starts_at: body.starts_at, minutes: body.minutes, place: body.0.place };
        let session = sessions::plan(&app, &auth.0, body.0.agreement_id, &key.0, slot).await?;
        let (revision, location) = (session.revision, format!("/supervision/sessions/{}", session.id));
        Ok(made(session.into(), revision, &location))
    }

    /// List my sessions in order of time: from today on, or in a stretch of time.
    #[oai(path = "/supervision/sessions", method = "get", operation_id = "list_supervision_sessions", tag = "Tag::Supervision")]
    async fn list_supervision_sessions(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        /// Those that begin at this time or later.
        from: Query<Option<DateTime<Utc>>>,
        /// Those that begin before this time.
        to: Query<Option<DateTime<Utc>>>,
    ) -> poem::Result<Json<SessionList>> {
        let sessions = sessions::list(&app, &auth.0, from.0, to.0).await?;
        Ok(Json(SessionList { items: sessions.into_iter().map(Session::from).collect() }))
    }

    /// Read a session of mine.
    #[oai(
        path = "/supervision/sessions/:session",
        method = "get",
        operation_id = "get_supervision_session",
        tag = "Tag::Supervision"
    )]
    async fn get_supervision_session(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        session: Path<SupervisionSessionId>,
    ) -> poem::Result<Found<Session>> {
        Ok(show_session(sessions::get(&app, &auth.0, session.0).await?))
    }

    /// Move a session, with a reason.
    #[oai(path = "/supervision/sessions/:session", method = "patch", operation_id = "move_session", tag = "Tag::Supervision")]
    async fn move_session(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        session: Path<SupervisionSessionId>,
        body: Json<SessionMove>,
    ) -> poem::Result<Found<Session>> {
        let slot = model::Slot { starts_at: body.starts_at, minutes: body.minutes, place: body.0.place };
        Ok(show_session(sessions::shift(&app, &auth.0, session.0, seen.0, (slot, body.0.reason)).await?))
    }

    /// Cancel a session, with a reason. Also one that was still planned when supervision ended.
    #[oai(
        path = "/supervision/sessions/:session/cancellation",
        method = "put",
        operation_id = "cancel_session",
        tag = "Tag::Supervision"
    )]
    async fn cancel_session(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        session: Path<SupervisionSessionId>,
        body: Json<Cancellation>,
    ) -> poem::Result<Found<Session>> {
        Ok(show_session(sessions::cancel(&app, &auth.0, session.0, seen.0, &body.reason).await?))
    }
}

fn show_session(session: model::Session) -> Found<Session> {
    let revision = session.revision;
    found(session.into(), revision)
}
