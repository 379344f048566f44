//! JSON edge of members: colleagues as everybody sees them, members as administrators do.

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
        answer::{Done, Found, IfMatch, Listed, found, listed},
        auth::Auth,
        paging::Paging,
    },
    id::{OrganisationId, PersonId},
    people::{self, memberships},
};

/// The operations on members.
pub struct MembersApi;

/// A colleague: somebody to share with or to agree supervision with.
#[derive(Debug, Object)]
struct Colleague {
    /// The person's id.
    person_id: PersonId,
    /// Their name.
    name: String,
    /// Their roles.
    roles: Vec<RoleName>,
}

impl From<people::Member> for Colleague {
    fn from(from: people::Member) -> Self {
        Self { person_id: from.person, name: from.name, roles: names(&from.roles) }
    }
}

/// A member as administrators see them.
#[derive(Debug, Object)]
struct Member {
    /// The person's id.
    person_id: PersonId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Their roles.
    roles: Vec<RoleName>,
    /// Since when.
    started_at: DateTime<Utc>,
    /// The membership's revision.
    revision: i64,
}

impl From<people::Member> for Member {
    fn from(from: people::Member) -> Self {
        Self {
            person_id: from.person,
            name: from.name,
            email: from.email,
            roles: names(&from.roles),
            started_at: from.started_at,
            revision: from.revision,
        }
    }
}

/// A member's new roles.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct MemberChange {
    /// All the roles they are to have.
    roles: Vec<RoleName>,
}

const COLLEAGUES: &str = "colleagues";
const MEMBERS: &str = "members";

#[OpenApi]
impl MembersApi {
    /// List my colleagues in an organisation: whom I can share with.
    #[oai(
        path = "/organisations/:organisation/colleagues",
        method = "get",
        operation_id = "list_colleagues",
        tag = "Tag::People"
    )]
    async fn list_colleagues(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        organisation: Path<OrganisationId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Colleague>> {
        let paging = Paging::read(&app.vault, COLLEAGUES, limit.0, cursor.0.as_deref())?;
        let slice = memberships::list_colleagues(&app, &auth.0, organisation.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, COLLEAGUES, Colleague::from), request))
    }

    /// List the members of an organisation.
    #[oai(path = "/organisations/:organisation/members", method = "get", operation_id = "list_members", tag = "Tag::People")]
    async fn list_members(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        organisation: Path<OrganisationId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Member>> {
        let paging = Paging::read(&app.vault, MEMBERS, limit.0, cursor.0.as_deref())?;
        let slice = memberships::list_members(&app, &auth.0, organisation.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, MEMBERS, Member::from), request))
    }

    /// Read a member.
    #[oai(
        path = "/organisations/:organisation/members/:person",
        method = "get",
        operation_id = "get_member",
        tag = "Tag::People"
    )]
    async fn get_member(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        organisation: Path<OrganisationId>,
        person: Path<PersonId>,
    ) -> poem::Result<Found<Member>> {
        let member = memberships::get_member(&app, &auth.0, organisation.0, person.0).await?;
        let revision = member.revision;
        Ok(found(member.into(), revision))
    }

    /// Set a member's roles. Their sessions and tokens start again.
    #[oai(
        path = "/organisations/:organisation/members/:person",
        method = "patch",
        operation_id = "set_roles",
        tag = "Tag::People"
    )]
    async fn set_roles(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        organisation: Path<OrganisationId>,
        person: Path<PersonId>,
        body: Json<MemberChange>,
    ) -> poem::Result<Found<Member>> {
        let member = memberships::set_roles(&app, &auth.0, (organisation.0, person.0), seen.0, roles(&body.roles)).await?;
        let revision = member.revision;
        Ok(found(member.into(), revision))
    }

    /// End a membership: everything that lets the person in stops at once, and what was shared ends.
    #[oai(
        path = "/organisations/:organisation/members/:person",
        method = "delete",
        operation_id = "end_membership",
        tag = "Tag::People"
    )]
    async fn end_membership(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        organisation: Path<OrganisationId>,
        person: Path<PersonId>,
    ) -> poem::Result<Done> {
        memberships::end(&app, &auth.0, (organisation.0, person.0), seen.0).await?;
        Ok(Done::NoContent)
    }
}
