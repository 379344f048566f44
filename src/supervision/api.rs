//! JSON edge of supervision.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    Enum, Object, OpenApi, Tags,
    param::{Path, Query},
    payload::Json,
    types::MaybeUndefined,
};

use super::{agenda, agreements, model, sessions};
use crate::{
    app::App,
    error::Revision,
    http::{
        answer::{Done, Found, IfMatch, Listed, Made, found, listed, made},
        auth::Auth,
        operation::IdempotencyKey,
        paging::Paging,
    },
    id::{AgendaItemId, AgreementId, OrganisationId, PersonId, ShareId, SupervisionSessionId},
};

/// Areas of the contract.
#[derive(Tags)]
enum Tag {
    /// Agreements, sessions and agendas: the two sides' own.
    Supervision,
}

/// The operations.
pub struct Api;

/// Who is to agree, and on what. Every part of the terms is optional and in your own words.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewAgreement {
    /// Where both are members.
    organisation_id: OrganisationId,
    /// The supervisor.
    supervisor_id: PersonId,
    /// The worker.
    worker_id: PersonId,
    /// What supervision is for.
    purpose: Option<String>,
    /// How often.
    frequency: Option<String>,
    /// What is written down, where, and who sees it.
    recording: Option<String>,
    /// What cannot stay between the two.
    limits_of_confidentiality: Option<String>,
    /// What happens when you disagree.
    how_we_disagree: Option<String>,
}

/// A change to the terms (JSON Merge Patch): what is left out stays, what is null goes.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct AgreementChange {
    /// What supervision is for.
    purpose: MaybeUndefined<String>,
    /// How often.
    frequency: MaybeUndefined<String>,
    /// What is written down.
    recording: MaybeUndefined<String>,
    /// What cannot stay between the two.
    limits_of_confidentiality: MaybeUndefined<String>,
    /// What happens when you disagree.
    how_we_disagree: MaybeUndefined<String>,
}

fn patch(field: MaybeUndefined<String>) -> Option<Option<String>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// Where an agreement stands.
#[derive(Debug, Enum)]
#[oai(rename_all = "snake_case")]
enum AgreementState {
    /// Waits for acceptance by both.
    Proposed,
    /// Supervision goes on under it.
    InForce,
    /// It has ended.
    Ended,
}

/// A supervision agreement.
#[derive(Debug, Object)]
struct Agreement {
    /// Its id.
    id: AgreementId,
    /// Where.
    organisation_id: OrganisationId,
    /// The supervisor.
    supervisor_id: PersonId,
    /// The worker.
    worker_id: PersonId,
    /// Where it stands.
    state: AgreementState,
    /// What supervision is for.
    purpose: Option<String>,
    /// How often.
    frequency: Option<String>,
    /// What is written down.
    recording: Option<String>,
    /// What cannot stay between the two.
    limits_of_confidentiality: Option<String>,
    /// What happens when they disagree.
    how_we_disagree: Option<String>,
    /// Whether the supervisor has accepted the terms as they read now.
    accepted_by_supervisor: bool,
    /// Whether the worker has.
    accepted_by_worker: bool,
    /// Its revision, as in the ETag.
    revision: Revision,
    /// When it was proposed.
    created_at: DateTime<Utc>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
}

impl From<model::Agreement> for Agreement {
    fn from(from: model::Agreement) -> Self {
        let text = Some(from.text_revision);
        Self {
            id: from.id,
            organisation_id: from.organisation,
            supervisor_id: from.supervisor,
            worker_id: from.worker,
            state: match from.standing {
                model::Standing::Proposed => AgreementState::Proposed,
                model::Standing::InForce(_) => AgreementState::InForce,
                model::Standing::Ended => AgreementState::Ended,
            },
            purpose: from.terms.purpose,
            frequency: from.terms.frequency,
            recording: from.terms.recording,
            limits_of_confidentiality: from.terms.limits_of_confidentiality,
            how_we_disagree: from.terms.how_we_disagree,
            accepted_by_supervisor: from.accepted_by_supervisor == text,
            accepted_by_worker: from.accepted_by_worker == text,
            revision: from.revision,
            created_at: from.created_at,
            updated_at: from.updated_at,
        }
    }
}

fn show(agreement: model::Agreement) -> Found<Agreement> {
    let revision = agreement.revision;
    found(agreement.into(), revision)
}

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

fn show_session(session: model::Session) -> Found<Session> {
    let revision = session.revision;
    found(session.into(), revision)
}

/// Sessions in order of time.
#[derive(Debug, Object)]
struct SessionList {
    /// The sessions.
    items: Vec<Session>,
}

/// Something to put on the agenda: words, a share, or both.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewAgendaItem {
    /// What to talk about.
    text: Option<String>,
    /// One of the worker's own shares with this supervisor.
    share_id: Option<ShareId>,
}

/// Something on the agenda.
#[derive(Debug, Object)]
struct AgendaItem {
    /// Its id.
    id: AgendaItemId,
    /// Who added it.
    by: PersonId,
    /// What to talk about.
    text: Option<String>,
    /// A share of the worker's: the supervisor reads it under `/shared-with-me`.
    share_id: Option<ShareId>,
    /// When it was added.
    added_at: DateTime<Utc>,
}

impl From<model::AgendaItem> for AgendaItem {
    fn from(from: model::AgendaItem) -> Self {
        Self { id: from.id, by: from.by, text: from.text, share_id: from.share, added_at: from.added_at }
    }
}

/// What either side wants to talk about.
#[derive(Debug, Object)]
struct Agenda {
    /// The items, oldest first.
    items: Vec<AgendaItem>,
}

const AGREEMENTS: &str = "supervision/agreements";

#[OpenApi]
impl Api {
    /// Propose a supervision agreement. Neither side is bound until both accept.
    #[oai(path = "/supervision/agreements", method = "post", operation_id = "propose_agreement", tag = "Tag::Supervision")]
    async fn propose_agreement(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        body: Json<NewAgreement>,
    ) -> poem::Result<Made<Agreement>> {
        let body = body.0;
        let input = agreements::NewAgreement {
            organisation: body.organisation_id,
            supervisor: body.supervisor_id,
            worker: body.worker_id,
            terms: model::Terms {
                purpose: body.purpose,
                frequency: body.frequency,
                recording: body.recording,
                limits_of_confidentiality: body.limits_of_confidentiality,
                how_we_disagree: body.how_we_disagree,
            },
        };
        let agreement = agreements::propose(&app, &auth.0, &key.0, input).await?;
        let (revision, location) = (agreement.revision, format!("/supervision/agreements/{}", agreement.id));
        Ok(made(agreement.into(), revision, &location))
    }

    /// List my agreements, on either side.
    #[oai(path = "/supervision/agreements", method = "get", operation_id = "list_agreements", tag = "Tag::Supervision")]
    async fn list_agreements(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Agreement>> {
        let paging = Paging::read(&app.vault, AGREEMENTS, limit.0, cursor.0.as_deref())?;
        let slice = agreements::list(&app, &auth.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, AGREEMENTS, Agreement::from), request))
    }

    /// Read an agreement of mine.
    #[oai(path = "/supervision/agreements/:agreement", method = "get", operation_id = "get_agreement", tag = "Tag::Supervision")]
    async fn get_agreement(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        agreement: Path<AgreementId>,
    ) -> poem::Result<Found<Agreement>> {
        Ok(show(agreements::get(&app, &auth.0, agreement.0).await?))
    }

    /// Change the terms. Both sides accept them anew.
    #[oai(
        path = "/supervision/agreements/:agreement",
        method = "patch",
        operation_id = "change_agreement",
        tag = "Tag::Supervision"
    )]
    async fn change_agreement(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        agreement: Path<AgreementId>,
        body: Json<AgreementChange>,
    ) -> poem::Result<Found<Agreement>> {
        let change = model::TermsChange {
            purpose: patch(body.0.purpose),
            frequency: patch(body.0.frequency),
            recording: patch(body.0.recording),
            limits_of_confidentiality: patch(body.0.limits_of_confidentiality),
            how_we_disagree: patch(body.0.how_we_disagree),
        };
        Ok(show(agreements::change(&app, &auth.0, agreement.0, seen.0, change).await?))
    }

    /// Accept the agreement as it reads now, for my side.
    #[oai(
        path = "/supervision/agreements/:agreement/acceptance",
        method = "put",
        operation_id = "accept_agreement",
        tag = "Tag::Supervision"
    )]
    async fn accept_agreement(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        agreement: Path<AgreementId>,
    ) -> poem::Result<Found<Agreement>> {
        Ok(show(agreements::accept(&app, &auth.0, agreement.0, seen.0).await?))
    }

    /// End the agreement, the supervision, and every share that hung on it.
    #[oai(
        path = "/supervision/agreements/:agreement/ending",
        method = "put",
        operation_id = "end_agreement",
        tag = "Tag::Supervision"
    )]
    async fn end_agreement(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        agreement: Path<AgreementId>,
    ) -> poem::Result<Found<Agreement>> {
        Ok(show(agreements::end(&app, &auth.0, agreement.0, seen.0).await?))
    }

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

    /// Cancel a session, with a reason.
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

    /// Read the agenda of a session.
    #[oai(path = "/supervision/sessions/:session/agenda", method = "get", operation_id = "get_agenda", tag = "Tag::Supervision")]
    async fn get_agenda(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        session: Path<SupervisionSessionId>,
    ) -> poem::Result<Json<Agenda>> {
        let items = agenda::read(&app, &auth.0, session.0).await?;
        Ok(Json(Agenda { items: items.into_iter().map(AgendaItem::from).collect() }))
    }

    /// Add something to the agenda.
    #[oai(
        path = "/supervision/sessions/:session/agenda",
        method = "post",
        operation_id = "add_agenda_item",
        tag = "Tag::Supervision"
    )]
    async fn add_agenda_item(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        session: Path<SupervisionSessionId>,
        body: Json<NewAgendaItem>,
    ) -> poem::Result<Made<AgendaItem>> {
        let input = agenda::NewItem { share: body.share_id, text: body.0.text };
        let item = agenda::add(&app, &auth.0, session.0, &key.0, input).await?;
        Ok(made(item.into(), 1, &format!("/supervision/sessions/{}/agenda", session.0)))
    }

    /// Take something I added off the agenda.
    #[oai(
        path = "/supervision/sessions/:session/agenda/:item",
        method = "delete",
        operation_id = "remove_agenda_item",
        tag = "Tag::Supervision"
    )]
    async fn remove_agenda_item(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        session: Path<SupervisionSessionId>,
        item: Path<AgendaItemId>,
    ) -> poem::Result<Done> {
        agenda::remove(&app, &auth.0, session.0, item.0).await?;
        Ok(Done::NoContent)
    }
}
