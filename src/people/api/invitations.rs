//! JSON edge of invitations: sent, taken back, accepted.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};

use super::{RoleName, Tag, names, roles};
use crate::{
    app::App,
    http::{
        answer::{Done, Listed, Made, listed, made},
        auth::{Auth, MaybeAuth},
        operation::IdempotencyKey,
        paging::Paging,
    },
    id::{InvitationId, OrganisationId, PersonId},
    limits::Whence,
    people::{invitations, model},
};

/// The operations on invitations.
pub struct InvitationsApi;

/// An invitation.
#[derive(Debug, Object)]
struct Invitation {
    /// Its id.
    id: InvitationId,
    /// For whom.
    email: String,
    /// Their name.
    name: String,
    /// As what.
    roles: Vec<RoleName>,
    /// Until when it can be accepted.
    expires_at: DateTime<Utc>,
    /// The secret of the link: only in the answer that creates it. It is accepted at `/invitations/{link}/acceptance`.
    #[oai(skip_serializing_if_is_none)]
    secret: Option<String>,
}

impl Invitation {
    fn show(from: model::Invitation, secret: Option<String>) -> Self {
        let roles = names(&from.roles);
        Self { id: from.id, email: from.email, name: from.name, roles, expires_at: from.expires_at, secret }
    }
}

/// Whom to invite.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewInvitation {
    /// Their address.
    email: String,
    /// Their name.
    name: String,
    /// Their roles.
    roles: Vec<RoleName>,
}

/// Accepting an invitation.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Acceptance {
    /// How you wish to be called; without it, the name in the invitation.
    name: Option<String>,
    /// A new password of 12 characters or more; if you have an account with this address, its password.
    password: String,
}

/// Whose account accepted.
#[derive(Debug, Object)]
struct Accepted {
    /// The person's id.
    person_id: PersonId,
}

const INVITATIONS: &str = "invitations";

#[OpenApi]
impl InvitationsApi {
    /// List open invitations.
    #[oai(
        path = "/organisations/:organisation/invitations",
        method = "get",
        operation_id = "list_invitations",
        tag = "Tag::People"
    )]
    async fn list_invitations(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        organisation: Path<OrganisationId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Invitation>> {
        let paging = Paging::read(&app.vault, INVITATIONS, limit.0, cursor.0.as_deref())?;
        let slice = invitations::list_invitations(&app, &auth.0, organisation.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, INVITATIONS, |row| Invitation::show(row, None)), request))
    }

    /// Invite a person. The link's secret is shown once.
    #[oai(
        path = "/organisations/:organisation/invitations",
        method = "post",
        operation_id = "invite_person",
        tag = "Tag::People"
    )]
    async fn invite_person(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        organisation: Path<OrganisationId>,
        body: Json<NewInvitation>,
    ) -> poem::Result<Made<Invitation>> {
        let input = invitations::NewInvitation { roles: roles(&body.roles), email: body.0.email, name: body.0.name };
        let (invitation, secret) = invitations::invite(&app, &auth.0, organisation.0, &key.0, input).await?;
        let location = format!("/organisations/{}/invitations/{}", organisation.0, invitation.id);
        Ok(made(Invitation::show(invitation, Some(secret)), 1, &location))
    }

    /// Take an invitation back.
    #[oai(
        path = "/organisations/:organisation/invitations/:invitation",
        method = "delete",
        operation_id = "withdraw_invitation",
        tag = "Tag::People"
    )]
    async fn withdraw_invitation(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        organisation: Path<OrganisationId>,
        invitation: Path<InvitationId>,
    ) -> poem::Result<Done> {
        invitations::withdraw_invitation(&app, &auth.0, organisation.0, invitation.0).await?;
        Ok(Done::NoContent)
    }

    /// Accept an invitation with the secret of its link.
    #[oai(path = "/invitations/:link/acceptance", method = "put", operation_id = "accept_invitation", tag = "Tag::People")]
    async fn accept_invitation(
        &self,
        _auth: MaybeAuth,
        app: Data<&Arc<App>>,
        from: Whence,
        link: Path<String>,
        body: Json<Acceptance>,
    ) -> poem::Result<Json<Accepted>> {
        let said = (body.name.as_deref(), body.password.as_str());
        let person_id = invitations::accept(&app, from, &link, said).await?;
        Ok(Json(Accepted { person_id }))
    }
}
