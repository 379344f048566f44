//! JSON edge of supervision agreements.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
    types::MaybeUndefined,
};

use super::Tag;
use crate::{
    app::App,
    error::Revision,
    http::{
        answer::{Found, IfMatch, Listed, Made, found_with, listed, made},
        auth::Auth,
        operation::IdempotencyKey,
        paging::Paging,
    },
    id::{AgreementId, OrganisationId, PersonId},
    supervision::{agreements, model},
};

/// The operations on agreements.
pub struct AgreementsApi;

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
                model::Standing::Lapsed(_) | model::Standing::Ended => AgreementState::Ended,
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

const AGREEMENTS: &str = "supervision/agreements";

#[OpenApi]
impl AgreementsApi {
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
}

fn show(agreement: model::Agreement) -> Found<Agreement> {
    // What lapses by itself has no new revision.
    let (revision, lapsed) = (agreement.revision, agreement.lapsed());
    found_with(agreement.into(), revision, usize::from(lapsed))
}

fn patch(field: MaybeUndefined<String>) -> Option<Option<String>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}
